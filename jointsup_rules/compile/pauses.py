"""Days that do not count: intervals of a relation in, how far they move a due day out.

Each interval is cut to the period and joined with those it touches; in order of time one that begins on or before
the due day as moved so far moves it on by its own days, one that begins later changes nothing, for the limit had
passed. A due day that would roll is looked at as rolled: an interval that begins in the days the roll adds finds the
limit still open. An interval of which something is unknown moves nothing, but leaves open whether a limit has passed.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from jointsup_rules.compile import tree
from jointsup_rules.compile.bind import Bound
from jointsup_rules.compile.context import Context, may_belong, missing_of
from jointsup_rules.compile.roll import Rolling, listed_at, nth_of
from jointsup_rules.compile.subjects import Matched
from jointsup_rules.compile.tree import (
    Aggregate,
    Column,
    Join,
    Lambda,
    Literal,
    Member,
    Order,
    Scalar,
    Select,
    Source,
    Structure,
    Window,
    call,
)
from jointsup_rules.model.shape import Expression, Shape

_NEVER = Literal(tree.LAST_DAY, "date")


class Pause(Shape):
    """Days that do not count: intervals of a relation, the second day the first that counts again."""

    in_: str = Field(alias="in")
    from_: Expression = Field(alias="from")
    until: Expression


@dataclass(frozen=True)
class Pauses:
    """The pauses of a subject, over the columns of alias `x`: `start`, `stop`, `due` and what is joined here.

    Attributes:
        columns: What the first stage takes along for them.
        joins: What must be joined beside the subject.
        may_move: Whether one that is not certain may move the due day on.
        lacks: What leaves such a one open.
    """

    columns: tuple[tuple[str, Scalar], ...]
    joins: tuple[Join, ...]
    may_move: Scalar
    lacks: Scalar

    def walk_days(self, base: Scalar, rolling: Rolling) -> Scalar:
        """Return the day `base` moved on by the pauses, in calendar days."""
        return Member(walk_days(base, rolling), "at")

    def walk_working_days(self, began: Scalar, n: Scalar) -> Scalar:
        """Return the working day that is as many after the start as the limit and the pauses have working days."""
        return nth_of(Column("x", "working"), Member(walk_working_days(began, n), "at"))


def walk_days(base: Scalar, rolling: Rolling) -> Scalar:
    """Return where the walk over the spans of `x` ends: `at`, and `reached`, where the last that counted ends."""
    day = Member(Column("", "s0"), "at")
    begins, ends = _cut()
    until = call("coalesce", rolling.roll(day, listed=True), day) if rolling.rolls else day
    from_day = tree.case((call(">", begins, day), until), otherwise=day)
    moved = call("add_days", from_day, call("days_between", begins, ends))
    return _walk(base, "date", until, moved)


def walk_working_days(began: Scalar, n: Scalar) -> Scalar:
    """Return the same in working days: `at` is a place in the list of them."""
    counts, days = Column("x", "counts"), Column("x", "working")
    place = Member(Column("", "s0"), "at")
    begins, ends = _cut()

    def counted_before(day: Scalar) -> Scalar:
        return listed_at(counts, call("add_days", day, tree.number(-1)))

    own = call("-", counted_before(ends), counted_before(begins))
    first = call("+", listed_at(counts, began), n)
    return _walk(first, "integer", nth_of(days, place), call("+", place, own))


def _walk(first: Scalar, kind: str, until: Scalar, moved: Scalar) -> Scalar:
    """Where the walk over the pauses (`x0`) ends; `s0` is what it has reached, and whether the limit has passed."""
    begins, ends = _cut()
    so_far, x0 = Column("", "s0"), Column("", "x0")
    at, passed = Member(so_far, "at"), Member(so_far, "passed")
    has_days = call("<", begins, ends)
    too_late = tree.all_of([has_days, tree.is_true(call(">", begins, until))])
    counts = tree.all_of([has_days, tree.negate(passed), tree.negate(too_late)])

    def state(at: Scalar, a: Scalar, b: Scalar, reached: Scalar, passed: Scalar) -> Structure:
        # The walk needs lists of one shape: each pause carries room for what has been reached.
        return Structure((("at", at), ("a", a), ("b", b), ("reached", reached), ("passed", passed)))

    nothing = tree.nothing("date")
    step = state(
        tree.case((counts, moved), otherwise=at), nothing, nothing,
        tree.case((counts, ends), otherwise=Member(so_far, "reached")), tree.any_of([passed, too_late]),
    )  # fmt: skip
    start = state(first, nothing, nothing, nothing, tree.FALSE)
    spans = Column("x", "spans")
    shaped = call(
        "list_transform",
        spans,
        Lambda(("x0",), state(tree.nothing(kind), Member(x0, "a"), Member(x0, "b"), nothing, tree.FALSE)),
    )
    walked = call("list_reduce", call("list_prepend", start, shaped), Lambda(("s0", "x0"), step))
    return tree.case((tree.is_null(spans), start), otherwise=walked)


def _cut() -> tuple[Scalar, Scalar]:
    """A pause `x0` cut to the period: from the start day, which does not count either, to its end."""
    pause = Column("", "x0")
    begins = call("greatest", Member(pause, "a"), call("date_of", Column("x", "start")))
    return begins, call("least", Member(pause, "b"), Column("x", "stop"))


def read_pauses(context: Context, pause: Pause) -> Pauses:
    """Return the pauses of each subject, the certain ones joined and in order of time, the others aside."""
    relation = context.relation(pause.in_, "pause", "in")
    theirs, scope, matched = context.row(relation, "p")
    begins = context.bind_day(pause.from_, "pause", "from", scope=scope)
    ends = context.bind_day(pause.until, "pause", "until", scope=scope)
    bounds = [begins, ends, *([matched.when] if matched.when is not None else [])]
    doubt = tree.any_of([bound.is_unknown() for bound in bounds])
    from_, joins = context.source, context.planner.joins(matched, theirs)
    taken = tree.is_true(matched.when.value) if matched.when is not None else tree.TRUE
    key = context.key_columns()
    day, until = call("date_of", begins.value), call("date_of", ends.value)
    certain = Select(
        (*key, ("a", day), ("b", call("coalesce", until, _NEVER))),
        from_(),
        joins,
        where=tree.all_of(
            [
                taken,
                tree.negate(tree.is_null(begins.value)),
                tree.negate(tree.is_true(doubt)) if doubt != tree.FALSE else None,
            ]
        ),
    )
    names = context.subject.key
    merged = merged_spans(certain, [name for name, _ in key], names)
    on = tree.equal_columns("s", "pauses", names)
    all_joins = (Join("left", Source(merged, "pauses"), on),)
    columns: tuple[tuple[str, Scalar], ...] = (("spans", Column("pauses", "spans")),)
    if doubt == tree.FALSE:
        return Pauses(columns, all_joins, tree.FALSE, tree.no_texts())
    listed = _uncertain(context, key, joins, matched, begins, day, until, doubt, missing_of(*bounds))
    on = tree.equal_columns("s", "open_pauses", names)
    columns += (("open_spans", Column("open_pauses", "spans")),)
    return Pauses(
        columns, (*all_joins, Join("left", Source(listed, "open_pauses"), on)), _may_move(), _lacks()
    )


def _uncertain(
    context: Context,
    key: list[tuple[str, Scalar]],
    joins: tuple[Join, ...],
    matched: Matched,
    begins: Bound,
    day: Scalar,
    until: Scalar,
    doubt: Scalar,
    lacks: Scalar,
) -> Select:
    """The pauses that may count or may be longer, as one list `spans` per subject."""
    has_begun = tree.any_of([tree.negate(tree.is_null(begins.value)), begins.is_unknown()])
    span = Structure((("a", day), ("b", until), ("lacks", lacks)))
    return Select(
        (
            *((name, column) for name, (_, column) in zip(context.subject.key, key, strict=True)),
            ("spans", Aggregate("list", (span,), None, (Order(day), Order(until)))),
        ),
        context.source(),
        joins,
        where=tree.all_of([may_belong(matched), has_begun, tree.is_true(doubt)]),
        group=tuple(column for _, column in key),
    )


def _concerned() -> Scalar:
    """The uncertain pauses that may lie in the period and may begin before the limit has passed."""
    span = Column("", "y")
    a, b = Member(span, "a"), Member(span, "b")
    inside = tree.all_of(
        [
            tree.any_of([tree.is_null(b), call(">", b, call("date_of", Column("x", "start")))]),
            tree.any_of(
                [
                    tree.is_null(a),
                    tree.all_of(
                        [
                            call("<", a, Column("x", "stop")),
                            call("<=", a, call("date_of", Column("x", "due"))),
                            tree.any_of([tree.is_null(b), call("<", a, b)]),
                        ]
                    ),
                ]
            ),
        ]
    )
    return call("list_filter", Column("x", "open_spans"), Lambda(("y",), inside))


def _may_move() -> Scalar:
    return tree.is_true(call(">", call("len", _concerned()), tree.number(0)))


def _lacks() -> Scalar:
    labels = call("list_transform", _concerned(), Lambda(("z",), Member(Column("", "z"), "lacks")))
    return call(
        "coalesce", call("list_sort", call("list_distinct", call("flatten", labels))), tree.no_texts()
    )


def merged_spans(rows: Select, keys: list[str], names: tuple[str, ...]) -> Select:
    """Return per key (renamed to `names`) the list `spans` of joined intervals {a, b} of rows (keys, a, b)."""
    own = tuple(Column("p", key) for key in keys)
    a, b = Column("p", "a"), Column("p", "b")
    reached = Window("max", (b,), own, (Order(a), Order(b)), "before")
    has_days = call("<", a, b)
    marked = Select(
        (*zip(keys, own, strict=True), ("a", a), ("b", b), ("reached", reached)),
        Source(rows, "p"),
        where=has_days,
    )
    of_marked = tuple(Column("m", key) for key in keys)
    a, b = Column("m", "a"), Column("m", "b")
    opens = tree.any_of([tree.is_null(Column("m", "reached")), call(">", a, Column("m", "reached"))])
    opened = tree.Case(((opens, tree.number(1)),), tree.number(0))
    island = Window("sum", (opened,), of_marked, (Order(a), Order(b)), "up to")
    grouped = Select(
        (*zip(keys, of_marked, strict=True), ("a", a), ("b", b), ("island", island)), Source(marked, "m")
    )
    of_grouped = tuple(Column("g", key) for key in keys)
    islands = Select(
        (
            *zip(keys, of_grouped, strict=True),
            ("a", Aggregate("min", (Column("g", "a"),))),
            ("b", Aggregate("max", (Column("g", "b"),))),
        ),
        Source(grouped, "g"),
        group=(*of_grouped, Column("g", "island")),
    )
    of_islands = tuple(Column("i", key) for key in keys)
    span = Structure((("a", Column("i", "a")), ("b", Column("i", "b"))))
    return Select(
        (
            *zip(names, of_islands, strict=True),
            ("spans", Aggregate("list", (span,), None, (Order(Column("i", "a")),))),
        ),
        Source(islands, "i"),
        group=of_islands,
    )
