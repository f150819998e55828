"""What compiling a clock needs to know: its subject, its changes, and the level at which its tables are built."""

from __future__ import annotations

from dataclasses import dataclass, field

from jointsup_rules.compile import tree
from jointsup_rules.compile.bind import Bound
from jointsup_rules.compile.context import Context, RuleError
from jointsup_rules.compile.tree import Column, Relation, Scalar, Select, Source, call
from jointsup_rules.model.clock import Clock
from jointsup_rules.model.dictionary import Relation as DictionaryRelation
from jointsup_rules.problems import Text, did_you_mean

CHANGES, EVENTS, ABOUT = "changes", "events", "about"
# Words of the rule language for the kinds of change; every other kind says which days do not count.
EXTEND, RESTART = "EXTEND", "RESET"


@dataclass
class ClockContext(Context):
    """A context over a clock; `level` is known once everything is bound, and says which derived columns exist.

    Attributes:
        when: Whether the clock is about a subject.
        tables: The tables that make up the clock so far, in the order in which they are built.
    """

    level: int | None = None
    when: Bound = field(default_factory=lambda: Bound(tree.TRUE, "boolean"))
    tables: list[tuple[str, Relation]] = field(default_factory=list)

    @property
    def clock(self) -> Clock:
        """The clock."""
        assert isinstance(self.rule, Clock), "a clock's context is made of a clock"
        return self.rule

    def source(self) -> Source:
        """Return the subjects that the clock is about, or may be: the table `about`."""
        return Source(self.named(ABOUT), "s")

    def about(self) -> Select:
        """Return the table `about`: of the subjects concerned, the columns that the clock's other tables read."""
        level = self.level if self.level is not None else self.level_needed()
        source = self.planner.shared_source(self.reach, level)
        names = tree.columns_read(tuple(relation for _, relation in self.tables), "s")
        columns = tuple((name, Column("s", name)) for name in sorted({*names, *self.subject.key}))
        is_about = self._is_about()
        return Select(columns, source, where=None if is_about == tree.TRUE else is_about)

    def level_needed(self) -> int:
        """Return the level above all derived columns that were read so far."""
        built = self.planner.built
        below = [built[(self.reach.target, name)].batch.level for name in self.reach.derived]
        return 1 + max(below, default=0)

    def _is_about(self) -> Scalar:
        """Whether a subject is the clock's, or may be for all that is known."""
        if self.when.value == tree.TRUE:
            return tree.TRUE
        return tree.any_of([tree.is_true(self.when.value), tree.is_true(self.when.is_unknown())])

    def add(self, name: str, relation: Relation) -> str:
        """Add a table of the clock and return what it is called."""
        called = f"clock.{self.clock.name}.{name}"
        self.tables.append((called, relation))
        return called

    def named(self, name: str) -> str:
        """Return what a table of the clock is called."""
        return f"clock.{self.clock.name}.{name}"

    def needed(self, relation: str, *steps: str | int) -> DictionaryRelation:
        """Return a relation that every clock of this form needs.

        Raises:
            RuleError: the subject has none; recorded.
        """
        found = self.subject.related.get(relation)
        if found is None:
            what = Text(
                f"对象“{self.subject.name}”没有关联“{relation}”",
                f"subject '{self.subject.name}' has no relation '{relation}'",
            )
            why = Text(
                "延长、扣除和重新计算取自关联 changes，环节代码取自关联 events",
                "what changes a limit comes from the relation `changes`, codes of steps from `events`",
            )
            fix = Text(
                f"在数据字典中给这个对象加上关联 {relation}", f"give the subject a relation `{relation}`"
            )
            self.problem(steps, what, why, fix, "JR305")
            raise RuleError
        return found

    def unknown_word(self, word: str, codes: tuple[str, ...], *steps: str | int) -> RuleError:
        """Record that a start or stop is neither a column nor the code of an event, and return the error to raise."""
        what = Text(
            f"“{word}”既不是列，也不是环节代码", f"'{word}' is neither a column nor the code of an event"
        )
        why = Text(
            "时钟的起止是对象的列，或其环节代码",
            "a clock starts and stops at columns or events of its subject",
        )
        fix = did_you_mean(word, [*self.subject.columns, *self.subject.derived, *codes], Text())
        self.problem(steps, what, why, fix, "JR203")
        return RuleError()


def keyed(alias: str, names: list[str]) -> list[tuple[str, Scalar]]:
    """Return key columns of a source under their own names."""
    return [(name, Column(alias, name)) for name in names]


def day_of(bound: Bound) -> Scalar:
    """Return the day of a bound date or time."""
    return bound.value if bound.type == "date" else call("date_of", bound.value)
