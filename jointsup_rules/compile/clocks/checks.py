"""The words of a clock that are names of the dictionary: its subject, its grounds, the levels that may decide.

In: a clock and the dictionary. Out: problems, recorded at their places. A word nobody knows would match no record, so a
lawful extension would silently not count.
"""

from __future__ import annotations

from jointsup_rules.compile.context import RuleError
from jointsup_rules.compile.reading import Reader
from jointsup_rules.load.yaml import Loc
from jointsup_rules.model.clock import Clock
from jointsup_rules.model.dictionary import Changes, Dictionary
from jointsup_rules.problems import Text, did_you_mean

_ADD_LEVELS = Text("在 changes 中写 levels", "write `levels` in `changes`")
_GROUNDS = ("extend", "exclude", "restart", "shift")


def check_names(clock: Clock, dictionary: Dictionary, reader: Reader) -> None:
    """Record the names of a clock that the dictionary does not have.

    Raises:
        RuleError: there is no such subject, so that nothing else can be looked up.
    """
    names = _Names(clock, dictionary, reader)
    if clock.shape.subject not in dictionary.subjects:
        what = Text(f"没有对象“{clock.shape.subject}”", f"no subject '{clock.shape.subject}'")
        why = Text("对象在数据字典中声明", "subjects are declared in the dictionary")
        fix = did_you_mean(clock.shape.subject, dictionary.subjects)
        names.add(("subject",), what, why, fix, code="JR217")
        raise RuleError
    if dictionary.changes is not None:
        names.check_grounds(dictionary.changes)
        names.check_levels(dictionary.changes)


class _Names:
    """Looks up the names of one clock."""

    def __init__(self, clock: Clock, dictionary: Dictionary, reader: Reader) -> None:
        self.clock, self.dictionary, self.reader = clock, dictionary, reader

    def add(
        self, steps: Loc, what: Text, why: Text, fix: Text, *, key: bool = False, code: str = "JR205"
    ) -> None:
        loc = (*self.clock.loc, *steps)
        self.reader.add_at(code, self.clock.document, loc, what, why, fix, key=key)

    def check_grounds(self, changes: Changes) -> None:
        """A ground is a code of the column that says why a limit was changed."""
        codes = self.dictionary.tables[changes.table].columns[changes.reason].codes
        if not codes:
            return
        why = Text(
            f"事由是 {changes.table}.{changes.reason} 的代码，别的词对不上任何记录",
            f"grounds are codes of {changes.table}.{changes.reason}; no record has any other word",
        )
        for kind in _GROUNDS:
            for code in getattr(self.clock.shape, kind):
                if code not in codes:
                    what = Text(f"没有事由代码“{code}”", f"no reason code '{code}'")
                    self.add((kind, code), what, why, did_you_mean(code, codes), key=True)

    def check_levels(self, changes: Changes) -> None:
        """A level is one of those the dictionary puts in order."""
        why = Text(
            "层级按数据字典 changes 的 levels 由低到高比较",
            "levels are compared by the `levels` of `changes` in the dictionary, the lowest first",
        )
        for code, extension in self.clock.shape.extend.items():
            level = extension.level
            if level is not None and level not in changes.levels:
                what = Text(f"没有层级“{level}”", f"no level '{level}'")
                self.add(
                    ("extend", code, "level"),
                    what,
                    why,
                    did_you_mean(level, changes.levels, _ADD_LEVELS if not changes.levels else None),
                )
