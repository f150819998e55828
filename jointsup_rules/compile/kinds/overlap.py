"""overlap: intervals of one key that overlap, leave a gap, leave a frame uncovered, or outlive a day.

Everything is reckoned as far as the evidence shows. Where an export ends before the day of the sweep it is reckoned
once more up to that day: what would be found only then cannot be told yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal as OneOf

from pydantic import Field

from jointsup_rules.compile import tree
from jointsup_rules.compile.bind import Bound, Scope
from jointsup_rules.compile.context import (
    Context,
    EvidenceRows,
    Found,
    RuleError,
    decide,
    is_uncertain,
    key_text,
    may_belong,
    missing_of,
)
from jointsup_rules.compile.subjects import Matched, Reach
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


@dataclass(frozen=True)
class _Intervals:
    """The intervals under alias `r`, and what they are held against."""

    matched: Matched
    theirs: Reach
    begins: Bound
    ends: Bound
    frame: tuple[Bound, Bound] | None
    against: Bound | None
    covering: _Cover | None
    more: Bound


@dataclass(frozen=True)
class _Cover:
    """The intervals under alias `c` of which one should cover the first day of another."""

    matched: Matched
    theirs: Reach
    begins: Bound
    ends: Bound
    is_there: Scalar


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
    intervals = _Intervals(
        matched,
        theirs,
        context.bind_day(shape.from_, "from", scope=scope),
        context.bind_day(shape.until, "until", scope=scope),
        _frame(context, shape),
        _against(context, shape, scope),
        _covering(context, shape),
        context.bind(shape.more_than.days, "more_than", "days", wanted=("integer",)),
    )
    as_of = Literal(context.as_of, "date")
    # Frame and day are read from the subject's own row, so its export counts beside that of the intervals.
    seen = context.seen_until(alias="s" if needed else "")
    passes = [("0", seen)] if seen == as_of else [("0", seen), ("1", as_of)]
    rows: list[Relation] = [_rows(context, intervals, seen, number, end) for number, end in passes]
    whole = rows[0] if len(rows) == 1 else Union(tuple(rows))
    names = [*(name for name, _ in context.key_columns()), "pass"]
    found = _judge(context, _grouped(_pieces(whole, names, shape.find), names), is_twice=len(rows) > 1)

    def keep(inner: Context, mine: Reach, others: Reach) -> Scalar:
        pair = inner.planner.pair_scope(mine, others)
        low = call("date_of", inner.bind(shape.from_, "from", scope=pair).value)
        high = call("coalesce", call("date_of", inner.bind(shape.until, "until", scope=pair).value), as_of)
        h_from, h_until = Column("h", "started_on"), Column("h", "ended_on")
        if shape.find in ("gap", "uncovered"):
            return tree.TRUE
        return tree.is_true(tree.all_of([call("<=", low, h_until), call(">", high, h_from)]))

    return Found(found, (EvidenceRows(relation, relation.name, keep),), None, "days")


def _frame(context: Context, shape: Overlap) -> tuple[Bound, Bound] | None:
    if shape.find != "uncovered" or shape.frame is None:
        return None
    return context.bind_day(shape.frame[0], "frame", 0), context.bind_day(shape.frame[1], "frame", 1)


def _against(context: Context, shape: Overlap, scope: Scope) -> Bound | None:
    if shape.find != "outlive" or not isinstance(shape.against, str):
        return None
    return context.bind_day(shape.against, "against", scope=_subject_first(context, scope))


def _covering(context: Context, shape: Overlap) -> _Cover | None:
    if shape.find != "outlive" or not isinstance(shape.against, Covering):
        return None
    relation = context.relation(shape.against.in_, "against", "in")
    theirs, scope, matched = context.row(relation, "c")
    begins = context.bind_day(shape.against.from_, "against", "from", scope=scope)
    ends = context.bind_day(shape.against.until, "against", "until", scope=scope)
    key = context.planner.target_of(relation).key
    is_there = tree.all_of([tree.negate(tree.is_null(Column("c", name))) for name in key])
    return _Cover(matched, theirs, begins, ends, is_there)


def _subject_first(context: Context, scope: Scope) -> Scope:
    """`against` speaks of the subject; a column only the interval has is found there."""
    own = context.planner.scope(context.reach)
    return Scope(lambda parts: own.find(parts) or scope.find(parts), own.words, own.about)


def _is_reversed(begins: Bound, ends: Bound) -> Scalar:
    return tree.is_true(call("<", call("date_of", ends.value), call("date_of", begins.value)))


def _labels(*parts: tuple[Scalar, Scalar]) -> Scalar:
    """The lists of text whose tests hold, joined."""
    kept = [(test, labels) for test, labels in parts if test != tree.FALSE]
    lists = [
        call("coalesce", tree.case((tree.is_true(test), labels), otherwise=tree.no_texts()), tree.no_texts())
        for test, labels in kept
    ]
    if not lists:
        return tree.no_texts()
    return lists[0] if len(lists) == 1 else call("list_concat", *lists)


def _names(*bounds: Bound) -> Scalar:
    names = sorted(frozenset[str]().union(*(bound.names for bound in bounds)))
    return call("list_value", *map(tree.text, names)) if names else tree.no_texts()


def _rows(context: Context, given: _Intervals, seen: Scalar, number: str, end: Scalar) -> Relation:
    """All intervals of all subjects as [a, b) within [low, high); a frame adds its end as an empty one."""
    begins, ends, frame = given.begins, given.ends, given.frame
    turned, uncertain = _is_reversed(begins, ends), is_uncertain(given.matched)
    doubts = [tree.is_true(begins.is_unknown()), tree.is_true(ends.is_unknown()), turned, uncertain]
    lacks = [
        (tree.any_of(doubts[:2]), missing_of(begins, ends)),
        (turned, _names(begins, ends)),
        (uncertain, missing_of(*([given.matched.when] if given.matched.when is not None else []))),
    ]
    if given.against is not None:
        unknown = tree.is_true(given.against.is_unknown())
        doubts.append(unknown)
        lacks.append((unknown, missing_of(given.against)))
    a, b = call("date_of", begins.value), call("coalesce", call("date_of", ends.value), end)
    low, high, outer, frame_lacks, frame_turned = _limits(given, end)
    if frame is not None:
        a = call("least", call("greatest", a, low), high)
        b = call("greatest", call("least", b, high), low)
        doubts.append(outer)
    bad = tree.any_of(doubts)
    started = tree.any_of([tree.negate(tree.is_null(low)), outer]) if frame is not None else tree.TRUE
    has_days = tree.any_of([bad, tree.is_true(call("<", a, b))])
    columns: list[tuple[str, Scalar]] = [
        *context.key_columns(),
        ("pass", tree.text(number)),
        *(("a", a), ("b", b), ("low", low), ("high", high), ("bad", bad)),
        ("turned", tree.any_of([turned, frame_turned])),
        ("lacks", _labels(*lacks)),
        ("more", given.more.value),
        ("seen", seen),
        ("score", given.matched.score if given.matched.score is not None else tree.number(1)),
    ]
    source = context.source()
    where = tree.all_of([context.in_scope(), may_belong(given.matched), started, has_days])
    joins = context.planner.joins(given.matched, given.theirs)
    if given.covering is not None:
        return _held_against_cover(context, given, given.covering, columns, (joins, where), end)
    intervals = Select(tuple(columns), source, joins, where=where)
    if frame is None:
        return intervals
    edge = dict(columns) | {"a": high, "b": high, "bad": outer, "turned": frame_turned, "lacks": frame_lacks}
    edge["score"] = tree.number(1)
    where = tree.all_of([context.in_scope(), started])
    return Union((intervals, Select(tuple(edge.items()), source, where=where)))


def _limits(given: _Intervals, end: Scalar) -> tuple[Scalar, Scalar, Scalar, Scalar, Scalar]:
    """What intervals are held against: low, high, whether that is in doubt, the empty columns, whether reversed."""
    day = tree.nothing("date")
    if given.frame is not None:
        low, high = given.frame
        turned = _is_reversed(low, high)
        unknown = tree.any_of([tree.is_true(low.is_unknown()), tree.is_true(high.is_unknown())])
        lacks = _labels((unknown, missing_of(low, high)), (turned, _names(low, high)))
        until = call("coalesce", call("date_of", high.value), end)
        return call("date_of", low.value), until, tree.any_of([unknown, turned]), lacks, turned
    if given.against is not None:
        return day, call("date_of", given.against.value), tree.FALSE, tree.no_texts(), tree.FALSE
    return day, day, tree.FALSE, tree.no_texts(), tree.FALSE


def _held_against_cover(
    context: Context,
    given: _Intervals,
    cover: _Cover,
    columns: list[tuple[str, Scalar]],
    read: tuple[tuple[Join, ...], Scalar],
    end: Scalar,
) -> Select:
    """Each interval with the latest end among those that cover its first day; without one there is no end."""
    joins, where = read
    target = context.planner.target_of(context.relation(context.shape(Overlap).of))
    key = key_text([Column("r", name) for name in target.key])
    first, last = (
        call("date_of", cover.begins.value),
        call("coalesce", call("date_of", cover.ends.value), end),
    )
    own = dict(columns)["a"]
    belongs = tree.is_true(cover.matched.when.value) if cover.matched.when is not None else tree.TRUE
    unknown = tree.any_of([tree.is_true(cover.begins.is_unknown()), tree.is_true(cover.ends.is_unknown())])
    covers = tree.all_of([belongs, call("<=", first, own), call(">", last, own)])
    doubt = tree.all_of(
        [cover.is_there, may_belong(cover.matched), tree.any_of([unknown, is_uncertain(cover.matched)])]
    )
    labels = _labels((doubt, missing_of(cover.begins, cover.ends)))
    flat = Select(
        (*columns, ("key", key), ("until", tree.case((tree.is_true(covers), last))), ("doubt", doubt), ("open", labels)),
        context.source(),
        (*joins, *context.planner.joins(cover.matched, cover.theirs, "left")),
        where=where,
    )  # fmt: skip
    names = [name for name, _ in context.key_columns()]
    keys = (*(Column("v", name) for name in (*names, "pass", "key")),)
    until = Aggregate("max", (Column("v", "until"),))
    open_cover = tree.all_of(
        [tree.is_null(until), tree.is_true(Aggregate("bool_or", (Column("v", "doubt"),)))]
    )
    once = {name: Aggregate("any_value", (Column("v", name),)) for name, _ in columns[len(names) + 1 :]}
    lists = call("flatten", Aggregate("list", (Column("v", "open"),)))
    values: dict[str, Scalar] = dict(once) | {
        "high": until,
        "bad": tree.any_of([once["bad"], open_cover]),
        "lacks": call(
            "list_concat", once["lacks"], tree.case((open_cover, lists), otherwise=tree.no_texts())
        ),
    }
    shown = [*((name, Column("v", name)) for name in (*names, "pass")), *values.items()]
    return Select(tuple(shown), Source(flat, "v"), group=keys)


CARRIED = ("bad", "turned", "lacks", "more", "seen", "score")


def _pieces(rows: Relation, names: list[str], which: str) -> Select:
    """Per interval the days it adds to what is looked for, as [x, y)."""
    keys = tuple(Column("p", name) for name in names)
    good = tree.negate(Column("p", "bad"))
    a, b = Column("p", "a"), Column("p", "b")
    order = (Order(a), Order(b))
    reached = Window("max", (tree.Case(((good, b),)),), keys, order, "before")
    marked = Select(
        (
            *zip(names, keys, strict=True),
            *((name, Column("p", name)) for name in ("a", "b", "low", "high", *CARRIED)),
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
            *((name, Column("m", name)) for name in CARRIED),
        ),
        Source(marked, "m"),
    )


def _grouped(pieces: Select, names: list[str]) -> Select:
    """The days found per subject, each counted once even where pieces overlap."""
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
            *((name, Column("w", name)) for name in CARRIED),
        ),
        Source(pieces, "w"),
    )
    of = tuple(Column("c", name) for name in names)
    days = call("greatest", tree.number(0), call("days_between", Column("c", "start"), Column("c", "y")))
    total = call("coalesce", call("as_integer", Aggregate("sum", (days,))), tree.number(0))
    lacks = call("flatten", Aggregate("list", (Column("c", "lacks"),), Column("c", "bad")))
    return Select(
        (
            *zip(names, of, strict=True),
            ("days", total),
            ("first", Aggregate("min", (Column("c", "x"),))),
            ("last", Aggregate("max", (Column("c", "y"),))),
            ("bad", tree.is_true(Aggregate("bool_or", (Column("c", "bad"),)))),
            ("turned", tree.is_true(Aggregate("bool_or", (Column("c", "turned"),)))),
            ("lacks", call("list_sort", call("list_distinct", lacks))),
            ("more", Aggregate("any_value", (Column("c", "more"),))),
            ("seen", Aggregate("any_value", (Column("c", "seen"),))),
            ("score", Aggregate("min", (Column("c", "score"),), tree.negate(Column("c", "bad")))),
        ),
        Source(counted, "c"),
        group=of,
    )


def _judge(context: Context, grouped: Select, *, is_twice: bool) -> Relation:
    names = [name for name, _ in context.key_columns()]
    days, bad = Column("g", "days"), Column("g", "bad")
    enough = tree.is_true(call(">", days, Column("g", "more")))
    later: Scalar = tree.FALSE
    joins: tuple[Join, ...] = ()
    if is_twice:
        later = tree.is_true(call(">", Column("l", "days"), Column("l", "more")))
        on = tree.all_of(
            [tree.equal_columns("g", "l", names), call("=", Column("l", "pass"), tree.text("1"))]
        )
        joins = (Join("left", Source("found", "l"), on),)
    unset = tree.is_null(Column("g", "more"))
    decided = decide(
        (enough, "hit", "more_days"),
        (bad, "cannot_tell", "bad_interval"),
        (tree.all_of([unset, call(">", days, tree.number(0))]), "cannot_tell", "bad_interval"),
        (later, "cannot_tell", "ends_early"),
        (tree.TRUE, "clear", "few_days"),
    )
    is_open = tree.all_of([tree.negate(enough), bad])
    early = tree.all_of([tree.negate(enough), tree.negate(bad), later])
    finding = context.finding(
        **decided,
        started_on=Column("g", "first"),
        # The last day found: the second day of a half-open span no longer counts.
        ended_on=call("add_days", Column("g", "last"), tree.number(-1)),
        measure=days,
        confidence=call("coalesce", Column("g", "score"), tree.number(1)),
        missing=tree.case((is_open, Column("g", "lacks")), otherwise=tree.nothing("texts")),
        why=tree.case(
            (tree.all_of([is_open, Column("g", "turned")]), tree.text("reversed")),
            (early, tree.text("ends_early")),
        ),
        seen_until=Column("g", "seen"),
    )
    where = call("=", Column("g", "pass"), tree.text("0"))
    last = Select(
        (*((name, Column("g", name)) for name in names), *finding), Source("found", "g"), joins, where=where
    )
    return Steps((("found", grouped),), last)
