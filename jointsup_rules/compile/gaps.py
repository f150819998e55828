"""Gaps: two neighbouring rows too far apart, or the last one too long ago.

In: the rows of a relation with events. Out: one finding per gap, and one where only what we do not know of some row
stands between a subject and a gap.
"""

from __future__ import annotations

from typing import Literal as OneOf

from jointsup_rules.compile import tree
from jointsup_rules.compile.bind import Bound
from jointsup_rules.compile.context import Context, EvidenceRows, Found, RuleError, decide, missing_of
from jointsup_rules.compile.steps import Events, Mark, Step, is_step, lacks_of, mark_row
from jointsup_rules.compile.subjects import Reach
from jointsup_rules.compile.tree import (
    Aggregate,
    Column,
    Join,
    Literal,
    Order,
    Relation,
    Scalar,
    Select,
    Source,
    Steps,
    Union,
    Window,
    call,
)
from jointsup_rules.model.shape import Expression, Flag, Shape
from jointsup_rules.problems import Text

ANY = "any"


class MoreThan(Shape):
    """How far apart is too far."""

    days: Expression | None = None
    months: Expression | None = None
    rule: OneOf["criminal", "civil"] | None = None


class Gap(Shape):
    """Two neighbouring rows too far apart; `open_end` also counts from the last row to what the evidence shows."""

    step: Step
    more_than: MoreThan
    open_end: Flag = False


def find_gaps(context: Context, events: Events, gap: Gap) -> Found:
    """One finding per gap, of which the widest gives a clue its figures."""
    is_any = gap.step == ANY
    test = Bound(tree.TRUE, "boolean") if is_any else is_step(context, events, gap.step, "gap", "step")
    mark = mark_row(events, test.value, test.is_unknown())
    more = _more(context, gap.more_than)
    finder = _Finder(context, gap, [name for name, _ in context.key_columns()])
    steps: list[tuple[str, Relation]] = [
        ("rows", finder.rows(events, mark, test, more)),
        ("lines", finder.lines()),
        ("known", finder.known()),
        ("inner", finder.inner()),
    ]
    last = Union((finder.certain(), finder.doubtful()))

    def keep(inner: Context, mine: Reach, theirs: Reach) -> Scalar:
        on = call("date_of", Column(theirs.alias, events.says.on))
        ends = tree.any_of([call("=", on, Column("h", "started_on")), call("=", on, Column("h", "ended_on"))])
        return tree.is_true(tree.all_of([ends, test.value]))

    evidence = EvidenceRows(events.relation, events.relation.name, keep)
    return Found(Steps(tuple(steps), last), (evidence,), None, "days")


def _more(context: Context, more_than: MoreThan) -> Bound:
    if more_than.days is not None:
        return context.bind(more_than.days, "gap", "more_than", "days", wanted=("integer",))
    if more_than.months is not None and more_than.rule is not None:
        return context.bind(more_than.months, "gap", "more_than", "months", wanted=("integer",))
    what = Text(zh="more_than 应写 days，或 months 和 rule", en="more_than wants days, or months and rule")
    why = Text(zh="会改变结论的选择没有默认值", en="a choice that changes who is named has no default")
    code = "JR302" if more_than.months is None else "JR303"
    fix = Text(zh="写 {days: 365}", en="write {days: 365}")
    context.problem(("gap", "more_than"), what, why, fix, code)
    raise RuleError


class _Finder:
    """The steps of one statement; rows carry their subject's keys, allowance and last day of evidence."""

    def __init__(self, context: Context, gap: Gap, names: list[str]) -> None:
        self.context, self.gap, self.names = context, gap, names
        self.carried = ("more", "more_lacks", "seen")

    def keys(self, alias: str) -> tuple[Scalar, ...]:
        return tuple(Column(alias, name) for name in self.names)

    def is_far(self, alias: str, begins: Scalar, ends: Scalar) -> Scalar:
        """Whether two days are too far apart; false where one of them or the allowance is empty."""
        more, rule = Column(alias, "more"), self.gap.more_than.rule
        if self.gap.more_than.days is not None:
            return tree.is_true(call(">", call("days_between", begins, ends), more))
        return tree.is_true(call(">", ends, call(f"months_after_{rule}", begins, more)))

    def rows(self, events: Events, mark: Mark, test: Bound, more: Bound) -> Select:
        """All rows that are, or may be, of the step."""
        columns = (
            *self.context.key_columns(),
            ("on", events.on),
            ("sure", mark.sure),
            ("lacks", lacks_of(events, mark, test)),
            ("more", more.value),
            ("more_lacks", missing_of(more)),
            # Whether the subject is still one is told by its own row, so the span ends with that export too.
            ("seen", self.context.seen_until()),
        )
        where = tree.all_of([self.context.in_scope(), mark.possible])
        joins = self.context.planner.joins(events.matched, events.theirs)
        return Select(columns, self.context.source(), joins, where=where)

    def lines(self) -> Select:
        """The rows with a day in order, each with the next one; a doubtful row beside a sure one adds nothing."""
        on, sure = Column("r", "on"), Column("r", "sure")
        beside = Window("bool_or", (sure,), (*self.keys("r"), on), (), "")
        ordered = Select(
            (
                *zip(self.names, self.keys("r"), strict=True),
                *((name, Column("r", name)) for name in ("on", "sure", *self.carried)),
            ),
            Source("rows", "r"),
            where=tree.negate(tree.is_null(on)),
            qualify=tree.any_of([sure, tree.negate(beside)]),
        )
        order = (Order(Column("o", "on")), Order(Column("o", "sure")))

        def following(name: str) -> Scalar:
            return Window("lead", (Column("o", name),), self.keys("o"), order, "")

        return Select(
            (
                *zip(self.names, self.keys("o"), strict=True),
                *((name, Column("o", name)) for name in ("on", "sure", *self.carried)),
                ("after", following("on")),
                ("after_sure", following("sure")),
                (
                    "next_sure",
                    Window("lead", (Column("o", "on"),), (*self.keys("o"), Column("o", "sure")), order, ""),
                ),
            ),
            Source(ordered, "o"),
        )

    def certain(self) -> Select:
        """Gaps between two sure rows with no doubtful one between them, or after the last row."""
        on, after = Column("l", "on"), Column("l", "after")
        ends: Scalar = after
        both: Scalar = tree.all_of([Column("l", "sure"), tree.is_true(Column("l", "after_sure"))])
        if self.gap.open_end:
            ends = call("coalesce", after, Column("l", "seen"))
            both = tree.all_of([Column("l", "sure"), call("coalesce", Column("l", "after_sure"), tree.TRUE)])
        finding = self.context.finding(
            outcome=tree.text("hit"),
            decided_by=tree.text("gap_found"),
            started_on=on,
            ended_on=ends,
            measure=call("days_between", on, ends),
            confidence=tree.number(1),
            seen_until=Column("l", "seen"),
        )
        where = tree.all_of([both, self.is_far("l", on, ends)])
        keys = zip(self.names, self.keys("l"), strict=True)
        return Select((*keys, *finding), Source("lines", "l"), where=where)

    def known(self) -> Select:
        """Per subject what may make a gap."""
        on, sure = Column("r", "on"), Column("r", "sure")
        undated = tree.is_null(on)
        lacks = call("flatten", Aggregate("list", (call("coalesce", Column("r", "lacks"), tree.no_texts()),)))
        columns: list[tuple[str, Scalar]] = [
            *zip(self.names, self.keys("r"), strict=True),
            *((name, Aggregate("any_value", (Column("r", name),))) for name in self.carried),
            ("n", Aggregate("count")),
            ("undated", tree.is_true(Aggregate("bool_or", (undated,)))),
            ("first", Aggregate("min", (on,))),
            ("last", Aggregate("max", (on,))),
            ("first_sure", Aggregate("min", (on,), sure)),
            ("last_sure", Aggregate("max", (on,), sure)),
            ("lacks", call("list_sort", call("list_distinct", lacks))),
        ]
        return Select(tuple(columns), Source("rows", "r"), group=self.keys("r"))

    def doubtful(self) -> Select:
        """One finding per subject for which a gap is possible; where one is certain, that one stands before it."""
        k = "k"
        first, last = Column(k, "first"), Column(k, "last")
        first_sure, last_sure = Column(k, "first_sure"), Column(k, "last_sure")
        seen, as_of = Column(k, "seen"), Literal(self.context.as_of, "date")
        some = tree.negate(tree.is_null(first_sure))
        far = [
            self.is_far(k, first, call("coalesce", first_sure, last)),
            tree.all_of([some, self.is_far(k, last_sure, last)]),
            tree.is_true(Column("i", "far")),
        ]
        alone: Scalar = call(">", Column(k, "n"), tree.number(1))
        early: Scalar = tree.FALSE
        if self.gap.open_end:
            newest = call("coalesce", last_sure, first)
            far.append(self.is_far(k, newest, seen))
            alone = tree.TRUE
            early = tree.all_of([tree.negate(self.is_far(k, last, seen)), self.is_far(k, last, as_of)])
        undated = tree.all_of([Column(k, "undated"), alone])
        unset = tree.all_of([tree.is_null(Column(k, "more")), alone])
        decided = decide(
            (unset, "cannot_tell", "unsure"),
            (undated, "cannot_tell", "undated"),
            (tree.any_of(far), "cannot_tell", "unsure"),
            (early, "cannot_tell", "ends_early"),
            (tree.TRUE, "clear", "gap_kept"),
        )
        too_early = tree.all_of([early, tree.negate(tree.any_of([unset, undated, *far]))])
        none = tree.nothing("texts")
        finding = self.context.finding(
            **decided,
            started_on=tree.case((too_early, last)),
            confidence=tree.number(1),
            missing=tree.case(
                (unset, Column(k, "more_lacks")), (too_early, none), otherwise=Column(k, "lacks")
            ),
            why=tree.case((too_early, tree.text("ends_early"))),
            seen_until=seen,
        )
        joins = (Join("left", Source("inner", "i"), tree.equal_columns(k, "i", self.names)),)
        return Select((*zip(self.names, self.keys(k), strict=True), *finding), Source("known", k), joins)

    def inner(self) -> Select:
        """Per subject whether two sure rows that follow each other are far apart, whatever may lie between them."""
        far = tree.all_of(
            [Column("l", "sure"), self.is_far("l", Column("l", "on"), Column("l", "next_sure"))]
        )
        columns = (
            *zip(self.names, self.keys("l"), strict=True),
            ("far", tree.is_true(Aggregate("bool_or", (far,)))),
        )
        return Select(columns, Source("lines", "l"), group=self.keys("l"))
