"""Steps: the rows of a table with `events`, or days of the subject, and what is certain of them.

In: a relation and the steps that a rule names. Out: per step what one subject's rows say: how many there are, the
first and the last day, which rows lack a day, and which may be of the step for all that is known.
"""

from __future__ import annotations

from dataclasses import dataclass

from jointsup_rules.compile import tree
from jointsup_rules.compile.bind import Bound, Scope
from jointsup_rules.compile.context import Context, RuleError, is_uncertain, may_belong, missing_of
from jointsup_rules.compile.reading import UNBOUND
from jointsup_rules.compile.subjects import Matched, Reach
from jointsup_rules.compile.tree import Aggregate, Column, Member, Scalar, Structure, call
from jointsup_rules.model.dictionary import Relation as DictionaryRelation
from jointsup_rules.model.dictionary import Table
from jointsup_rules.model.dictionary_parts import Events as EventColumns
from jointsup_rules.model.shape import Expression, Shape
from jointsup_rules.problems import Text, did_you_mean


class StepShape(Shape):
    """A step that is no event code: rows for which `when` holds, or a day of the subject."""

    when: Expression | None = None
    date: Expression | None = None


Step = str | StepShape
NO_RANK = tree.nothing("rank")


@dataclass
class Events:
    """The rows of a relation under alias `r`, and what says what and when they are."""

    relation: DictionaryRelation
    table: Table
    says: EventColumns
    theirs: Reach
    scope: Scope
    matched: Matched
    day: Bound
    with_tie: bool
    is_there: Scalar

    @property
    def on(self) -> Scalar:
        """The local day of a row."""
        return call("date_of", self.day.value)

    @property
    def undated(self) -> Scalar:
        """Whether a row has no day."""
        return tree.is_null(self.day.value)

    def rank(self, *, for_last: bool = False) -> Scalar:
        """Return what rows are ordered by; of one day a row without a number gives way to one that has it."""
        fields: list[tuple[str, Scalar]] = [("d", self.on)]
        if self.with_tie:
            tie = Column("r", self.says.tie or "")
            if for_last:
                fields.append(("f", tree.negate(tree.is_null(tie))))
            fields.append(("t", tie))
        return Structure(tuple(fields))


def open_events(context: Context, of: str, *, with_tie: bool = False) -> Events:
    """Return the rows of a relation whose table declares events.

    Raises:
        RuleError: there is no such relation, or its table declares none; recorded.
    """
    relation = context.relation(of, "of")
    target = context.planner.target_of(relation)
    table = context.planner.dictionary.tables.get(target.rows_of or "")
    if table is None or table.events is None:
        what = Text(
            zh=f"关系“{of}”的表没有声明 events", en=f"the table of relation '{of}' declares no events"
        )
        why = Text(
            zh="events 说明哪一列是环节、哪一列是日期",
            en="`events` says which column is the kind and which the day",
        )
        fix = Text(zh="在数据字典的表上加 events", en="add `events` to the table in the dictionary")
        context.problem(("of",), what, why, fix, "JR305")
        raise RuleError
    theirs, scope, matched = context.row(relation)
    day = context.planner.scope(theirs).find((table.events.on,)) or UNBOUND
    there = tree.negate(tree.is_null(Column("r", target.key[0]))) if target.key else tree.TRUE
    tied = with_tie and table.events.tie is not None
    return Events(relation, table, table.events, theirs, scope, matched, day, tied, there)


def is_step(context: Context, events: Events, step: Step, *loc: str | int) -> Bound:
    """Return whether a row is of a step.

    Raises:
        RuleError: there is no such code; recorded.
    """
    if not isinstance(step, str):
        return context.bind(step.when or "true", *loc, "when", scope=events.scope, wanted=("boolean",))
    column = events.table.columns[events.says.type]
    if column.codes and step not in column.codes:
        what = Text(zh=f"没有环节“{step}”", en=f"no step '{step}'")
        why = Text(zh="环节须是事件列的代码", en="a step is a code of the table's event column")
        fix = did_you_mean(step, column.codes, Text(zh="核对代码表", en="look at the list of codes"))
        context.problem(loc, what, why, fix, "JR219")
        raise RuleError
    kind = context.planner.scope(events.theirs).find((column.name,)) or UNBOUND
    return Bound(call("=", kind.value, tree.text(step)), "boolean", kind.reads, kind.scores)


@dataclass(frozen=True)
class Mark:
    """Whether a row is of a step: for sure, or for all that is known."""

    sure: Scalar
    maybe: Scalar

    @property
    def possible(self) -> Scalar:
        """Whether it is, or may be."""
        return tree.any_of([self.sure, self.maybe])


def mark_row(events: Events, is_so: Scalar, is_open: Scalar) -> Mark:
    """Return what is known of a row: whether a test holds, and whether that is unknown."""
    matched = events.matched
    in_relation = tree.is_true(matched.when.value) if matched.when is not None else tree.TRUE
    is_so, is_open = tree.is_true(is_so), tree.is_true(is_open)
    sure = tree.all_of([events.is_there, in_relation, is_so])
    open_row = tree.any_of([is_uncertain(matched), is_open])
    if open_row == tree.FALSE:
        return Mark(sure, tree.FALSE)
    possible = tree.all_of([events.is_there, may_belong(matched), tree.any_of([is_so, is_open])])
    return Mark(sure, tree.all_of([possible, tree.negate(sure)]))


def lacks_of(events: Events, mark: Mark, *tests: Bound) -> Scalar:
    """Return the empty columns that leave a row of a step in doubt, as a list of text."""
    reasons = [*tests, *([events.matched.when] if events.matched.when is not None else [])]
    day = tree.all_of([mark.possible, events.undated])
    undated = tree.case((day, call("list_value", tree.text(events.says.on))), otherwise=tree.nothing("texts"))
    if mark.maybe == tree.FALSE:
        return undated
    unknown = tree.case((mark.maybe, missing_of(*reasons)), otherwise=tree.nothing("texts"))
    none = tree.no_texts()
    return call("list_concat", call("coalesce", undated, none), call("coalesce", unknown, none))


@dataclass(frozen=True)
class Side:
    """One step of a subject, as columns of one row under alias `q`.

    Attributes:
        n: How many rows are of it for sure.
        first: Rank of the first one with a day; `last` that of the last.
        is_undated: Whether one of them has no day.
        n_maybe: How many more may be of it, and likewise `maybe_first`, `maybe_last`, `is_maybe_undated`.
        is_own: Whether it is a day of the subject and no row.
    """

    n: Scalar
    first: Scalar
    last: Scalar
    is_undated: Scalar
    n_maybe: Scalar
    maybe_first: Scalar
    maybe_last: Scalar
    is_maybe_undated: Scalar
    is_own: bool = False

    @property
    def is_there(self) -> Scalar:
        """Whether there is one for sure."""
        return call(">", self.n, tree.number(0))

    @property
    def is_possible(self) -> Scalar:
        """Whether there is one, or may be."""
        if self.n_maybe == tree.number(0):
            return self.is_there
        return tree.any_of([self.is_there, call(">", self.n_maybe, tree.number(0))])

    @property
    def is_dated(self) -> Scalar:
        """Whether there is one with a day."""
        return tree.negate(tree.is_null(self.first))

    @property
    def lacks_day(self) -> Scalar:
        """Whether one that is there, or may be, has no day."""
        return tree.any_of([self.is_undated, self.is_maybe_undated])


def side_of_rows(events: Events, mark: Mark, name: str) -> tuple[Side, list[tuple[str, Scalar]]]:
    """Return a step found in rows, and the aggregates that its columns are."""
    columns: list[tuple[str, Scalar]] = []

    def add(column: str, value: Scalar) -> Scalar:
        columns.append((name + column, value))
        return Column("q", name + column)

    def whether(test: Scalar) -> Scalar:
        return tree.is_true(Aggregate("bool_or", (test,)))

    dated = tree.negate(events.undated)
    low, high = events.rank(), events.rank(for_last=True)
    sure, maybe = tree.all_of([mark.sure, dated]), tree.all_of([mark.maybe, dated])
    some = mark.maybe != tree.FALSE
    side = Side(
        n=add("n", tree.count_where(mark.sure)),
        first=add("first", Aggregate("min", (low,), sure)),
        last=add("last", Aggregate("max", (high,), sure)),
        is_undated=add("undated", whether(tree.all_of([mark.sure, events.undated]))),
        n_maybe=add("maybe_n", tree.count_where(mark.maybe)) if some else tree.number(0),
        maybe_first=add("maybe_first", Aggregate("min", (low,), maybe)) if some else NO_RANK,
        maybe_last=add("maybe_last", Aggregate("max", (high,), maybe)) if some else NO_RANK,
        is_maybe_undated=add("maybe_undated", whether(tree.all_of([mark.maybe, events.undated])))
        if some
        else tree.FALSE,
    )
    return side, columns


def side_of_day(bound: Bound, name: str) -> tuple[Side, list[tuple[str, Scalar]]]:
    """Return a step that is a day of the subject, and the aggregates that its columns are."""
    rank = tree.case(
        (tree.negate(tree.is_null(bound.value)), Structure((("d", call("date_of", bound.value)),))),
        otherwise=tree.nothing(""),
    )
    unknown = tree.is_true(bound.is_unknown())
    first = Column("q", name + "first")
    there = tree.case((tree.negate(tree.is_null(first)), tree.number(1)), otherwise=tree.number(0))
    maybe = tree.case((Column("q", name + "undated"), tree.number(1)), otherwise=tree.number(0))
    columns: list[tuple[str, Scalar]] = [
        (name + "first", Aggregate("any_value", (rank,))),
        (name + "undated", tree.is_true(Aggregate("any_value", (unknown,)))),
    ]
    none = NO_RANK
    undated: Scalar = Column("q", name + "undated")
    side = Side(there, first, first, undated, maybe, none, none, tree.FALSE, is_own=True)
    return side, columns


def day_of(rank: Scalar) -> Scalar:
    """Return the day of a rank."""
    return Member(rank, "d")


def is_before(left: Scalar, right: Scalar, *, with_tie: bool) -> Scalar:
    """Return whether one rank is strictly before another; on one day only numbers on both sides order them."""
    if tree.is_null(left) == tree.TRUE or tree.is_null(right) == tree.TRUE:
        return tree.FALSE
    earlier = call("<", day_of(left), day_of(right))
    if not with_tie:
        return tree.is_true(earlier)
    same = call("=", day_of(left), day_of(right))
    by_tie = tree.all_of([same, call("<", Member(left, "t"), Member(right, "t"))])
    return tree.any_of([tree.is_true(earlier), tree.is_true(by_tie)])


def one_before(lefts: list[Scalar], rights: list[Scalar], *, with_tie: bool) -> Scalar:
    """Return whether any of some ranks is before any of others; empty ones never are."""
    return tree.any_of([is_before(left, right, with_tie=with_tie) for left in lefts for right in rights])
