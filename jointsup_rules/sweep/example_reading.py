"""An example of a rule read: its setting and the rows of its tables, or what is wrong with it and where.

In: the `examples` of a rule file as written. Out: Given, or problems with their place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from jointsup_rules.compile.context import FINDING, OUTCOMES
from jointsup_rules.compile.seen import Facts, TableFacts
from jointsup_rules.load.typing import read_rows
from jointsup_rules.load.yaml import Loc
from jointsup_rules.model.dictionary import Dictionary
from jointsup_rules.model.rule import ExampleCase, Examples, Rule, read_day
from jointsup_rules.problems import NO_TEXT, Problem, Text, did_you_mean

EXPECTED = (*OUTCOMES, "due_soon", "out_of_scope")
# What an entry of `expect` may name besides: columns of findings and clues that are compared.
FIELDS = (
    "subject", "band", "severity", "grade", "reason_zh", "reason_en", "because", "working", "case_no", "unit", "handler",
    "excluded", "kept", "untested", "identity",
    *(name for name, _ in FINDING),
)  # fmt: skip
_CASES = ("examples", "cases")


@dataclass(frozen=True)
class Setting:
    """All that the compiled rule depends on besides its rows; examples that share it share tables and statements."""

    as_of: date
    exported: tuple[tuple[str, date], ...] = ()
    absent: frozenset[str] = frozenset()
    unread: tuple[tuple[str, frozenset[str]], ...] = ()
    params: tuple[tuple[str, Any], ...] = ()
    off: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Given:
    """One example read: its setting, and the rows of its tables as they are stored."""

    number: int
    case: ExampleCase
    setting: Setting
    rows: Mapping[str, Sequence[tuple[object, ...]]]


def read_example(dictionary: Dictionary, examples: Examples, case: ExampleCase, number: int) -> Given:
    """Return an example as it is run; `check_example` has found nothing wrong with it."""
    as_of = read_day(case.as_of or examples.as_of)
    exported = {
        name: read_day(day) for name, day in {**examples.exported_on, **(case.exported_on or {})}.items()
    }
    likes = {**examples.like, **(case.like or {})}
    rows: dict[str, Sequence[tuple[object, ...]]] = {}
    unread: dict[str, frozenset[str]] = {}
    for name, given in case.given.items():
        full = [{**likes.get(name, {}), **row} for row in given]
        day = exported.get(name, as_of)
        rows[name], unread[name] = read_rows(dictionary.tables[name], full, day, zone=dictionary.timezone)
    off = case.calendar if case.calendar is not None else examples.calendar
    setting = Setting(
        as_of,
        tuple(sorted(exported.items())),
        frozenset({*examples.absent, *case.absent}),
        tuple(sorted((name, lost) for name, lost in unread.items() if lost)),
        tuple(sorted({**examples.params, **(case.params or {})}.items())),
        tuple(off) if off is not None else None,
    )
    return Given(number, case, setting, rows)


def facts_of(dictionary: Dictionary, setting: Setting) -> Facts:
    """Return what is known of the data of an example before the rule runs."""
    exported, unread = dict(setting.exported), dict(setting.unread)
    tables = {
        name: TableFacts(
            frozenset(table.columns),
            unread.get(name, frozenset()),
            frozenset(),
            (exported.get(name, setting.as_of),),
        )
        for name, table in dictionary.tables.items()
        if name not in setting.absent
    }
    cut_off = max(facts.cut_offs[0] for facts in tables.values()) if tables else setting.as_of
    return Facts(setting.as_of, cut_off, tables)


# ---- what can be wrong with one


def check_examples(rule: Rule, dictionary: Dictionary) -> list[Problem]:
    """Return what keeps the examples of a rule from being run, in order."""
    examples = rule.shape.examples
    if examples is None:
        return []
    checks = _Checks(rule, dictionary)
    checks.setting(("examples",), examples)
    found = list(checks.problems)
    for number in range(len(examples.cases)):
        found += check_example(rule, dictionary, number)
    return list(dict.fromkeys(found))


def check_example(rule: Rule, dictionary: Dictionary, number: int) -> list[Problem]:
    """Return what keeps one example from being run, that of all examples included."""
    examples = rule.shape.examples
    assert examples is not None
    checks, case = _Checks(rule, dictionary), examples.cases[number]
    here: Loc = (*_CASES, number)
    checks.setting(("examples",), examples)
    checks.setting(here, case)
    absent = {*examples.absent, *case.absent}
    for name, rows in case.given.items():
        loc: Loc = (*here, "given", name)
        if not checks.table(name, loc):
            continue
        if name in absent:
            checks.add(loc, Text(f"表“{name}”既 absent 又 given", f"table '{name}' is both absent and given"))
        for line, row in enumerate(rows):
            checks.row(name, row, (*loc, line))
    if isinstance(case.expect, tuple):
        for line, entry in enumerate(case.expect):
            checks.entry(entry, (*here, "expect", line))
    return checks.problems


class _Checks:
    def __init__(self, rule: Rule, dictionary: Dictionary) -> None:
        self.rule, self.dictionary = rule, dictionary
        self.problems: list[Problem] = []

    def add(self, loc: Loc, what: Text, fix: Text = NO_TEXT, *, key: bool = True) -> None:
        why = Text("这样的示例无法运行", "an example like this cannot be run")
        document = self.rule.document
        self.problems.append(document.problem("JR280", document.place(loc, key=key), what, why, fix))

    def table(self, name: str, loc: Loc, *, key: bool = True) -> bool:
        if name in self.dictionary.tables:
            return True
        what = Text(f"数据字典没有表“{name}”", f"the dictionary has no table '{name}'")
        self.add(loc, what, did_you_mean(name, self.dictionary.tables), key=key)
        return False

    def setting(self, here: Loc, given: Examples | ExampleCase) -> None:
        """Check what examples share and one may set for itself: days, tables that are absent, defaults, parameters."""
        if given.as_of is not None:
            self.day(given.as_of, (*here, "as_of"))
        for name, day in (given.exported_on or {}).items():
            self.table(name, (*here, "exported_on", name))
            self.day(day, (*here, "exported_on", name))
        for n, name in enumerate(given.absent):
            self.table(name, (*here, "absent", n), key=False)
        for name, row in (given.like or {}).items():
            if self.table(name, (*here, "like", name)):
                self.row(name, row, (*here, "like", name))
        for n, day in enumerate(given.calendar or ()):
            self.day(day, (*here, "calendar", n))
        known = self.rule.shape.params
        for name in given.params or {}:
            if name not in known:
                what = Text(f"规则没有参数“{name}”", f"the rule has no parameter '{name}'")
                self.add((*here, "params", name), what, did_you_mean(name, known))

    def day(self, text: str, loc: Loc) -> None:
        try:
            found = read_day(text)
        except ValueError:
            found = None
        if found is None or found.isoformat() != text:
            what = Text(f"“{text}”不是日期", f"'{text}' is no day")
            self.add(loc, what, Text("写成 2025-06-30 这样", "write it like 2025-06-30"), key=False)

    def row(self, table: str, row: Mapping[str, Any], loc: Loc) -> None:
        columns = self.dictionary.tables[table]
        for word, value in row.items():
            if columns.column_named(word) is None:
                what = Text(f"表“{table}”没有列“{word}”", f"table '{table}' has no column '{word}'")
                labels = [one.label.zh for one in columns.columns.values()]
                self.add((*loc, word), what, did_you_mean(word, [*columns.columns, *labels]))
            elif isinstance(value, Mapping | list | tuple):
                what = Text(f"列“{word}”应是一个值", f"column '{word}' takes one value")
                self.add((*loc, word), what)

    def entry(self, entry: Mapping[str, Any], loc: Loc) -> None:
        for name in ("subject", "outcome"):
            if name not in entry:
                self.add(loc, Text(f"缺少 {name}", f"{name} is missing"), key=False)
        outcome = entry.get("outcome")
        if "outcome" in entry and outcome not in EXPECTED:
            what = Text(f"没有结果“{outcome}”", f"no outcome '{outcome}'")
            self.add((*loc, "outcome"), what, did_you_mean(str(outcome), EXPECTED), key=False)
        for name in entry:
            if name not in FIELDS:
                what = Text(f"没有可比较的列“{name}”", f"no column '{name}' to compare")
                self.add((*loc, name), what, did_you_mean(name, FIELDS))


def place_of(rule: Rule, number: int) -> Loc:
    """Return the path of an example in its file."""
    return (*_CASES, number, "name") if _has_name(rule, number) else (*_CASES, number)


def _has_name(rule: Rule, number: int) -> bool:
    return (*_CASES, number, "name") in rule.document.values
