"""Whether a due day moves on to the next working day: what a rule says of it in, an expression over the day out.

The calendar is read day by day, or as one list where a day is moved several times within one expression. A day of a
year that is not announced has no next working day. Where it is unknown whether somebody is held, the due day is
unknown too, unless it is a working day anyway.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from jointsup_rules.compile import tree
from jointsup_rules.compile.bind import Read, Scope, missing_labels
from jointsup_rules.compile.context import Context, RuleError, missing_of
from jointsup_rules.compile.subjects import Reach
from jointsup_rules.compile.tree import (
    Aggregate,
    Column,
    Join,
    Lambda,
    Member,
    Order,
    Scalar,
    Select,
    Source,
    Structure,
    call,
)
from jointsup_rules.model.clock import RollUnless
from jointsup_rules.problems import Text

CALENDAR = call("list_value", tree.text("calendar"))
Test = Callable[[Scalar], Scalar]


@dataclass(frozen=True)
class Rolling:
    """How a due day moves on, over the columns of alias `x`.

    Attributes:
        rolls: Whether it ever does.
        columns: What the first stage takes along for it.
        joins: What must be joined beside the subject for them.
        stays_put: Whether a day certainly does not move.
        is_open: Whether it is unknown that a day moves.
        labels: What leaves that open.
    """

    rolls: bool
    columns: tuple[tuple[str, Scalar], ...] = ()
    joins: tuple[Join, ...] = ()
    stays_put: Test = lambda day: tree.FALSE
    is_open: Test = lambda day: tree.FALSE
    labels: Scalar = CALENDAR

    def roll(self, day: Scalar, *, listed: bool) -> Scalar:
        """Return the day a due day moves to; empty where that is unknown.

        Args:
            day: The due day so far.
            listed: Whether to look in the calendar as one list (`x.first_day`, `x.rolled`), as inside a walk.
        """
        if not self.rolls:
            return day
        rolled = listed_at(Column("x", "rolled"), day) if listed else call("roll", day)
        unknown = tree.all_of([self.is_open(day), call("is distinct from", rolled, day)])
        return tree.case((self.stays_put(day), day), (unknown, tree.nothing("date")), otherwise=rolled)

    def lacks(self, day: Scalar) -> Scalar:
        """Return what leaves the due day open: the columns concerned, or the calendar."""
        return tree.case((self.is_open(day), self.labels), otherwise=CALENDAR)


def listed_at(values: Scalar, day: Scalar) -> Scalar:
    """Return the entry of a day in a list with one entry a day from `x.first_day`; empty outside it."""
    place = call("+", call("days_between", Column("x", "first_day"), day), tree.number(1))
    return nth_of(values, place)


def nth_of(values: Scalar, place: Scalar) -> Scalar:
    """Return an entry of a list counted from 1; empty outside it, where the engine would count from the end."""
    inside = tree.all_of([call(">=", place, tree.number(1)), call("<=", place, call("len", values))])
    return tree.Case(((inside, call("at", values, place)),))


def read_roll(context: Context, roll: bool | RollUnless | None, scope: Scope | None) -> Rolling:
    """Return how the due day of a limit moves on.

    Raises:
        RuleError: nobody's custody can be looked up for the subject; recorded.
    """
    if not isinstance(roll, RollUnless):
        return Rolling(bool(roll))
    if roll.unless == "anyone_held":
        return _unless_held(context)
    held = context.bind(roll.unless, "roll", "unless", scope=scope, wanted=("boolean",))
    columns: tuple[tuple[str, Scalar], ...] = (("stays_put", tree.is_true(held.value)),)
    if held.is_unknown() == tree.FALSE:
        return Rolling(True, columns, (), lambda day: Column("x", "stays_put"))
    columns += (("roll_open", tree.is_true(held.is_unknown())), ("roll_lacks", missing_of(held)))
    return Rolling(
        True, columns, (), lambda day: Column("x", "stays_put"), lambda day: Column("x", "roll_open"),
        Column("x", "roll_lacks"),
    )  # fmt: skip


def _unless_held(context: Context) -> Rolling:
    join, can_be_open = _stays(context)
    columns: tuple[tuple[str, Scalar], ...] = (("stays", Column("stays", "stays")),)
    if not can_be_open:
        return Rolling(True, columns, (join,), _is_held)
    columns += (("stays_lack", Column("stays", "lacks")),)
    return Rolling(True, columns, (join,), _is_held, _may_be_held, Column("x", "stays_lack"))


def _is_held(day: Scalar) -> Scalar:
    """Whether somebody concerned was held on a day: in on or before it, not out on or before it."""
    stay = Column("", "y")
    return _some_stay(
        tree.negate(Member(stay, "doubt")),
        call("<=", Member(stay, "a"), day),
        tree.any_of([tree.is_null(Member(stay, "b")), call(">", Member(stay, "b"), day)]),
    )


def _may_be_held(day: Scalar) -> Scalar:
    """Whether somebody may have been, for all that is known of a stay without its first or last day."""
    stay = Column("", "y")
    return _some_stay(
        Member(stay, "doubt"),
        tree.any_of([tree.is_null(Member(stay, "a")), call("<=", Member(stay, "a"), day)]),
        tree.any_of([tree.is_null(Member(stay, "b")), call(">", Member(stay, "b"), day)]),
    )


def _some_stay(*tests: Scalar) -> Scalar:
    inside = Lambda(("y",), tree.all_of(tests))
    found = call("list_filter", Column("x", "stays"), inside)
    return call(">", call("coalesce", call("len", found), tree.number(0)), tree.number(0))


def _stays(context: Context) -> tuple[Join, bool]:
    """The stays in custody of a case, or of a person where the subject names one, as one list; whether any is open."""
    held = context.planner.dictionary.held
    own = context.subject.columns
    if held is None or not (held.case in own or held.person in own):
        what = Text(zh="该对象没有在押记录可查", en="nobody's custody can be looked up for this subject")
        why = Text(
            zh="anyone_held 需要数据字典的 held，以及对象上的案件或人员列",
            en="anyone_held needs `held` in the dictionary and a case or person column in the subject",
        )
        fix = Text(zh="改用自己的条件", en="use a condition of your own")
        context.problem(("roll",), what, why, fix, "JR305")
        raise RuleError
    keys = [name for name in (held.case, held.person) if name in own]
    context.also_read.add(held.table)
    context.planner.read_own(context.subject, keys)
    find = context.planner.scope(Reach(held.table, "c", is_subject=False)).find
    begins, ends = find((held.from_,)), find((held.until,))
    assert begins is not None, "the dictionary check looks up the columns of `held`"
    assert ends is not None, "the dictionary check looks up the columns of `held`"
    doubt = tree.any_of([begins.is_unknown(), ends.is_unknown()])
    stay = Structure((("a", begins.value), ("b", ends.value), ("doubt", tree.is_true(doubt))))
    has_begun = tree.any_of([tree.negate(tree.is_null(begins.value)), begins.is_unknown()])
    listed = Aggregate("list", (stay,), has_begun, (Order(begins.value), Order(ends.value)))
    columns = tuple((name, Column("c", name)) for name in keys)
    lacks = tuple(
        Read(read.label, tree.is_true(Aggregate("bool_or", (bound.is_unknown(),))))
        for bound in (begins, ends)
        for read in bound.reads
    )
    relation = Select(
        (*columns, ("stays", listed), ("lacks", missing_labels(lacks))),
        Source(f"seen_{held.table}", "c"),
        group=tuple(column for _, column in columns),
    )
    join = Join("left", Source(relation, "stays"), tree.equal_columns("s", "stays", keys))
    return join, doubt != tree.FALSE
