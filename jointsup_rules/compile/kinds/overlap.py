"""overlap: intervals of one key that overlap, leave a gap, leave a frame uncovered, or outlive a day."""

from __future__ import annotations

from typing import Literal as OneOf

from pydantic import Field

from jointsup_rules.compile import tree
from jointsup_rules.compile.bind import Bound, Scope
from jointsup_rules.compile.context import Context, EvidenceRows, Found, RuleError, decide
from jointsup_rules.compile.subjects import Matched, Reach
from jointsup_rules.compile.tree import (
    Aggregate,
    Column,
    Order,
    Relation,
    Scalar,
    Select,
    Source,
    Union,
    Window,
    call,
)
from jointsup_rules.model.shape import Expression, Shape
from jointsup_rules.problems import Text


class MoreDays(Shape):
    """More than so many days."""

    days: Expression = "0"


class Covering(Shape):
    """Intervals of another relation, of which one should cover the interval's first day."""

    in_: str = Field(alias="in")
    from_: Expression = Field(alias="from")
    until: Expression


class Overlap(Shape):
    """The intervals of `of`, and what is looked for among them."""

    of: str
    from_: Expression = Field(alias="from")
    until: Expression
    find: OneOf["overlap", "gap", "uncovered", "outlive"]
    frame: tuple[Expression, Expression] | None = None
    against: Expression | Covering | None = None
    more_than: MoreDays = MoreDays()


def find(context: Context) -> Found:
    """One finding per subject, over half-open days: an interval that ends where another begins shares none."""
    shape = context.shape(Overlap)
    needed = {"uncovered": "frame", "outlive": "against"}.get(shape.find)
    if needed and getattr(shape, needed) is None:
        what = Text(zh=f"find: {shape.find} 需要 {needed}", en=f"find: {shape.find} needs '{needed}'")
        why = Text(zh="没有它就没有可比的期间", en="without it there is nothing to compare with")
        context.problem((), what, why, Text(zh=f"补上 {needed}:", en=f"add {needed}:"), "JR302")
        raise RuleError
    relation = context.relation(shape.of, "of")
    theirs, scope, matched = context.row(relation)
    begins = context.bind_day(shape.from_, "from", scope=scope)
    ends = context.bind_day(shape.until, "until", scope=scope)
    seen = context.seen_until(alias="")
    frame = _frame(context, shape, seen)
    against = _against(context, shape, scope, begins)
    more = context.bind(shape.more_than.days, "more_than", "days", wanted=("integer",)).value
    rows = _rows(context, theirs, matched, begins, ends, seen, frame, against, more)
    pieces = _pieces(context, rows, shape.find)
    found = _judge(context, pieces, rows)

    def keep(inner: Context, mine: Reach, others: Reach) -> Scalar:
        pair = inner.planner.pair_scope(mine, others)
        low = call("date_of", inner.bind(shape.from_, "from", scope=pair).value)
        high = call("coalesce", call("date_of", inner.bind(shape.until, "until", scope=pair).value), seen)
        h_from, h_until = Column("h", "started_on"), Column("h", "ended_on")
        if shape.find in ("gap", "uncovered"):
            return tree.TRUE
        return tree.is_true(tree.all_of([call("<=", low, h_until), call(">", high, h_from)]))

    return Found(found, (EvidenceRows(relation, relation.name, keep),), None, "days")


def _frame(context: Context, shape: Overlap, seen: Scalar) -> tuple[Bound, Bound, Scalar, Scalar] | None:
    if shape.find != "uncovered" or shape.frame is None:
        return None
    low = context.bind_day(shape.frame[0], "frame", 0)
    high = context.bind_day(shape.frame[1], "frame", 1)
    return low, high, call("date_of", low.value), call("coalesce", call("date_of", high.value), seen)


def _against(context: Context, shape: Overlap, scope: Scope, begins: Bound) -> Bound | None:
    if shape.find != "outlive" or shape.against is None:
        return None
    if isinstance(shape.against, str):
        return context.bind_day(shape.against, "against", scope=_subject_first(context, scope))
    what = Text(zh="against 只能是日期表达式", en="against is a day")
    why = Text(
        zh="另一关系的期间请先做成派生列", en="the end of another relation's interval is a derived column"
    )
    fix = Text(zh="用 last: 或 max: 派生列", en="use a derived column with last: or max:")
    context.problem(("against",), what, why, fix, "JR302")
    raise RuleError


def _subject_first(context: Context, scope: Scope) -> Scope:
    """`against` speaks of the subject; a column only the interval has is found there."""
    own = context.planner.scope(context.reach)
    return Scope(lambda parts: own.find(parts) or scope.find(parts), own.words, own.about)


def _rows(
    context: Context,
    theirs: Reach,
    matched: Matched,
    begins: Bound,
    ends: Bound,
    seen: Scalar,
    frame: tuple[Bound, Bound, Scalar, Scalar] | None,
    against: Bound | None,
    more: Scalar,
) -> Relation:
    """All intervals of all subjects as (keys, a, b, bad, low, high, more); a frame adds its end as an empty one."""
    a = call("date_of", begins.value)
    b = call("coalesce", call("date_of", ends.value), seen)
    reversed_ = call("<", call("date_of", ends.value), a)
    doubts = [begins.is_unknown(), ends.is_unknown(), tree.is_true(reversed_)]
    low, high = (frame[2], frame[3]) if frame else (tree.nothing("date"), tree.nothing("date"))
    if against is not None:
        doubts.append(against.is_unknown())
        high = call("date_of", against.value)
    if frame is not None:
        doubts += [frame[0].is_unknown(), frame[1].is_unknown()]
        a, b = call("greatest", a, low), call("least", b, high)
    bad = tree.is_true(tree.any_of(doubts))
    present = tree.is_true(matched.when.value) if matched.when is not None else None
    source = context.source()
    intervals = Select(
        (
            *context.key_columns(),
            ("a", a),
            ("b", b),
            ("bad", bad),
            ("low", low),
            ("high", high),
            ("more", more),
        ),
        source,
        context.planner.joins(matched, theirs),
        where=tree.all_of([context.in_scope(), present]),
    )
    if frame is None:
        return intervals
    unknown = tree.is_true(tree.any_of([frame[0].is_unknown(), frame[1].is_unknown()]))
    edge = Select(
        (
            *context.key_columns(),
            ("a", high),
            ("b", high),
            ("bad", unknown),
            ("low", low),
            ("high", high),
            ("more", more),
        ),
        source,
        where=tree.all_of([context.in_scope(), tree.negate(tree.is_null(low))]),
    )
    return Union((intervals, edge))


def _pieces(context: Context, rows: Relation, which: str) -> Select:
    """Per interval the days it adds to what is looked for, as [x, y)."""
    names = [name for name, _ in context.key_columns()]
    keys = tuple(Column("p", name) for name in names)
    good = tree.negate(Column("p", "bad"))
    a, b = Column("p", "a"), Column("p", "b")
    order = (Order(a), Order(b))
    reached = Window("max", (tree.Case(((good, b),)),), keys, order, "before")
    marked = Select(
        (
            *zip(names, keys, strict=True),
            *((name, Column("p", name)) for name in ("a", "b", "bad", "low", "high", "more")),
            ("reached", reached),
        ),
        Source(rows, "p"),
    )
    a, b, low, high, until = (Column("m", name) for name in ("a", "b", "low", "high", "reached"))
    spans: dict[str, tuple[Scalar, Scalar]] = {
        "overlap": (a, tree.Case(((tree.negate(tree.is_null(until)), call("least", b, until)),))),
        "gap": (until, a),
        "uncovered": (call("coalesce", until, low), a),
        "outlive": (tree.Case(((tree.negate(tree.is_null(high)), call("greatest", a, high)),)), b),
    }
    x, y = spans[which]
    return Select(
        (
            *((name, Column("m", name)) for name in names),
            ("x", x),
            ("y", y),
            ("bad", Column("m", "bad")),
            ("more", Column("m", "more")),
        ),
        Source(marked, "m"),
    )


def _judge(context: Context, pieces: Select, rows: Relation) -> Select:
    """Days found are counted once even where pieces overlap."""
    names = [name for name, _ in context.key_columns()]
    keys = tuple(Column("w", name) for name in names)
    x, y = Column("w", "x"), Column("w", "y")
    real = tree.is_true(tree.all_of([tree.negate(Column("w", "bad")), call("<", x, y)]))
    until = tree.Case(((real, y),))
    done = Window("max", (until,), keys, (Order(x), Order(y)), "before")
    counted = Select(
        (
            *zip(names, keys, strict=True),
            ("x", tree.Case(((real, x),))),
            ("y", until),
            ("start", tree.Case(((real, call("greatest", x, call("coalesce", done, x))),))),
            ("bad", Column("w", "bad")),
            ("more", Column("w", "more")),
        ),
        Source(pieces, "w"),
    )
    of = tuple(Column("c", name) for name in names)
    days = call("greatest", tree.number(0), call("days_between", Column("c", "start"), Column("c", "y")))
    total = call("coalesce", call("as_integer", Aggregate("sum", (days,))), tree.number(0))
    grouped = Select(
        (
            *zip(names, of, strict=True),
            ("days", total),
            ("first", Aggregate("min", (Column("c", "x"),))),
            ("last", Aggregate("max", (Column("c", "y"),))),
            ("bad", tree.is_true(Aggregate("bool_or", (Column("c", "bad"),)))),
            ("more", Aggregate("any_value", (Column("c", "more"),))),
        ),
        Source(counted, "c"),
        group=of,
    )
    decided = decide(
        (call(">", Column("g", "days"), Column("g", "more")), "hit", "more_days"),
        (Column("g", "bad"), "cannot_tell", "bad_interval"),
        (tree.TRUE, "clear", "few_days"),
    )
    finding = context.finding(
        **decided,
        started_on=Column("g", "first"),
        # The last day found: the second day of a half-open span no longer counts.
        ended_on=call("add_days", Column("g", "last"), tree.number(-1)),
        measure=Column("g", "days"),
        confidence=tree.number(1),
        missing=tree.case((Column("g", "bad"), call("list_value", tree.text("from"), tree.text("until")))),
        seen_until=context.seen_until(alias=""),
    )
    return Select((*((name, Column("g", name)) for name in names), *finding), Source(grouped, "g"))
