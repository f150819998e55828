"""How many rows lie within a window: rows with a day in, the windows they open and their counts out.

A window opens on the day of a row and holds all rows up to its end. Rows of which something is unknown open no window
that could be a hit; they are counted apart, to tell whether there may be enough.
"""

from __future__ import annotations

from jointsup_rules.compile import tree
from jointsup_rules.compile.tree import (
    Aggregate,
    Column,
    Join,
    Lambda,
    Member,
    Order,
    Relation,
    Scalar,
    Select,
    Source,
    Steps,
    Structure,
    Window,
    call,
)

OPENS_ON = Column("b", "on")
_X, _ON = Column("", "x"), Column("d", "on")


def as_window(n: Scalar, from_on: Scalar, until_on: Scalar) -> Structure:
    """Return a window: how many rows it holds, and the days of the first and the last of them."""
    return Structure((("n", n), ("from", from_on), ("until", until_on)))


def count_windows(
    rows: Select, names: list[str], end: Scalar | None, *, is_distinct: bool, has_doubt: bool
) -> Steps:
    """Return per key its windows, the most rows that one holds, and the most that one may hold.

    Args:
        rows: Key columns, `on`, `counts`, `doubt`, `what`, `score`, `needs`, `needs_lack`, `lacks`.
        names: The key columns.
        end: Last day of the window that opens on OPENS_ON; None where the window is all there is.
        is_distinct: Whether each value of `what` counts once, on its earliest day.
        has_doubt: Whether `doubt` can be true at all.

    Returns:
        Per key: `windows` (a list of windows), `most`, `at_most`, `needs`, `needs_lack`, `lacks`, `confidence`.
    """
    keys = tuple(Column("d", name) for name in names)
    listed = tuple(zip(names, keys, strict=True))
    sure = Select((*listed, ("on", _ON)), Source("rows", "d"), where=Column("d", "counts"))
    if is_distinct:
        by = (*keys, Column("d", "what"))
        sure = Select(
            (*listed, ("on", Aggregate("min", (_ON,)))),
            Source("rows", "d"),
            where=Column("d", "counts"),
            group=by,
        )
    steps: list[tuple[str, Relation]] = [("rows", rows), ("sure", sure), ("opened", _opened(names, end))]
    steps.append(("summed", _summed(names, is_distinct, has_doubt)))
    joins = [Join("left", Source("opened", "y"), tree.equal_columns("x", "y", names))]
    most = call("coalesce", _most(Column("y", "windows")), tree.number(0))
    at_most: Scalar = most
    if has_doubt:
        steps.append(("possible", _possible(names, end, is_distinct)))
        joins.append(Join("left", Source("possible", "z"), tree.equal_columns("x", "z", names)))
        peak = call("coalesce", Column("z", "peak"), tree.number(0))
        with_undated = call("+", call("greatest", most, peak), Column("x", "undated"))
        at_most = call("least", with_undated, Column("x", "n"))
    carried = ("needs", "needs_lack", "lacks", "confidence")
    last = Select(
        (
            *((name, Column("x", name)) for name in (*names, *carried)),
            ("windows", Column("y", "windows")),
            ("most", most),
            ("at_most", at_most),
        ),
        Source("summed", "x"),
        tuple(joins),
    )
    return Steps(tuple(steps), last)


def _summed(names: list[str], is_distinct: bool, has_doubt: bool) -> Select:
    """Per key what does not depend on windows: how many there may be at all, and how many have no day."""
    keys = tuple(Column("d", name) for name in names)
    doubt, what = Column("d", "doubt"), Column("d", "what")
    columns: list[tuple[str, Scalar]] = [
        *zip(names, keys, strict=True),
        ("needs", Aggregate("any_value", (Column("d", "needs"),))),
        ("needs_lack", Aggregate("any_value", (Column("d", "needs_lack"),))),
        ("confidence", Aggregate("min", (Column("d", "score"),), Column("d", "counts"))),
    ]
    if not has_doubt:
        return Select((*columns, ("lacks", tree.no_texts())), Source("rows", "d"), group=keys)
    undated = tree.all_of([doubt, tree.is_null(_ON)])
    lacks = call("flatten", Aggregate("list", (Column("d", "lacks"),), doubt))
    columns.append(("lacks", call("list_sort", call("list_distinct", lacks))))
    for name, where in (("n", tree.TRUE), ("undated", undated)):
        columns.append((name, _number_of(what, where, is_distinct)))
    return Select(tuple(columns), Source("rows", "d"), group=keys)


def _number_of(what: Scalar, where: Scalar, is_distinct: bool) -> Scalar:
    """How many rows there are; where values count, how many values, each row without one as another."""
    if not is_distinct:
        return tree.count_where(where if where != tree.TRUE else None)
    values = Aggregate("count", (what,), where if where != tree.TRUE else None, distinct=True)
    return call("+", values, tree.count_where(tree.all_of([where, tree.is_null(what)])))


def _opened(names: list[str], end: Scalar | None) -> Select:
    """Per key its windows: for each first day the days up to the end of its window."""
    keys = tuple(Column("w", name) for name in names)
    on = Column("w", "on")
    if end is None:
        whole = as_window(Aggregate("count"), Aggregate("min", (on,)), Aggregate("max", (on,)))
        windows: Scalar = call("list_value", whole)
        return Select((*zip(names, keys, strict=True), ("windows", windows)), Source("sure", "w"), group=keys)
    all_days = Aggregate("list", (on,), None, (Order(on),))
    listed = Select((*zip(names, keys, strict=True), ("days", all_days)), Source("sure", "w"), group=keys)
    days, first = Column("l", "days"), Column("", "f")
    inside = call("list_filter", days, Lambda(("e",), _is_inside(Column("", "e"), end)))
    window = as_window(call("len", inside), first, call("list_max", inside))
    windows = call("list_transform", call("list_distinct", days), Lambda(("f",), window))
    return Select((*((name, Column("l", name)) for name in names), ("windows", windows)), Source(listed, "l"))


def _is_inside(day: Scalar, end: Scalar) -> Scalar:
    """Whether a day lies in the window that opens on the day `f`."""
    first = Column("", "f")
    return tree.all_of([call(">=", day, first), call("<=", day, tree.replaced(end, OPENS_ON, first))])


def _possible(names: list[str], end: Scalar | None, is_distinct: bool) -> Select:
    """Per key with rows in doubt the most rows that one window may hold: those that count and those that may.

    Of a value that surely counts on some day a later row in doubt changes nothing.
    """
    keys = tuple(Column("d", name) for name in names)
    doubt, what = Column("d", "doubt"), Column("d", "what")
    some_doubt = tree.is_true(Window("bool_or", (doubt,), keys, (), ""))
    adds: Scalar = tree.TRUE
    if is_distinct:
        first = Window("min", (tree.Case(((Column("d", "counts"), _ON),)),), (*keys, what), (), "")
        adds = tree.any_of(
            [Column("d", "counts"), tree.is_null(what), tree.is_null(first), call("<", _ON, first)]
        )
    rows = Select(
        (*zip(names, keys, strict=True), ("on", _ON), ("what", what)),
        Source("rows", "d"),
        qualify=tree.all_of([some_doubt, tree.negate(tree.is_null(_ON)), adds]),
    )
    keys = tuple(Column("p", name) for name in names)
    row = Structure((("on", Column("p", "on")), ("what", Column("p", "what"))))
    listed = Select(
        (*zip(names, keys, strict=True), ("items", Aggregate("list", (row,)))), Source(rows, "p"), group=keys
    )
    items = Column("l", "items")
    counted = _count_items(items, is_distinct)
    if end is not None:
        item = Column("", "e")
        inside = call("list_filter", items, Lambda(("e",), _is_inside(Member(item, "on"), end)))
        days = call(
            "list_distinct", call("list_transform", items, Lambda(("i",), Member(Column("", "i"), "on")))
        )
        counted = call(
            "list_max", call("list_transform", days, Lambda(("f",), _count_items(inside, is_distinct)))
        )
    return Select((*((name, Column("l", name)) for name in names), ("peak", counted)), Source(listed, "l"))


def _count_items(items: Scalar, is_distinct: bool) -> Scalar:
    if not is_distinct:
        return call("len", items)
    value = Member(Column("", "v"), "what")
    values = call("list_distinct", call("list_transform", items, Lambda(("v",), value)))
    without = call("list_filter", items, Lambda(("v",), tree.is_null(value)))
    return call("+", call("len", values), call("len", without))


def _most(windows: Scalar) -> Scalar:
    return call("list_max", call("list_transform", windows, Lambda(("x",), Member(_X, "n"))))


def fullest(windows: Scalar, most: Scalar) -> Scalar:
    """Return the fullest window, the earliest of equals, as a list."""
    best = call("list_filter", windows, Lambda(("x",), call("=", Member(_X, "n"), most)))
    first = call("list_min", call("list_transform", best, Lambda(("x",), Member(_X, "from"))))
    return call("list_filter", best, Lambda(("x",), call("=", Member(_X, "from"), first)))


def apart_from_each_other(windows: Scalar, needs: Scalar) -> Scalar:
    """Return the windows with enough rows, from the earliest, none beginning before the one before it has ended."""
    t = Column("", "t")
    full = call("list_filter", windows, Lambda(("x",), call(">=", Member(_X, "n"), needs)))
    # Sorted as records, by the first field first.
    record = Structure((("from", Member(_X, "from")), ("until", Member(_X, "until")), ("n", Member(_X, "n"))))
    by_day = call("list_sort", call("list_transform", full, Lambda(("x",), record)))
    nothing = call("list_slice", call("list_value", _X), tree.number(1), tree.number(0))
    room = Structure((("until", tree.nothing("date")), ("one", _X), ("all", nothing)))
    wrapped = call("list_transform", by_day, Lambda(("x",), room))
    first = call("at", wrapped, tree.number(1))
    start = Structure(
        (("until", tree.nothing("date")), ("one", Member(first, "one")), ("all", Member(first, "all")))
    )
    one = Member(_X, "one")
    free = tree.any_of([tree.is_null(Member(t, "until")), call(">", Member(one, "from"), Member(t, "until"))])
    taken = call("list_concat", Member(t, "all"), call("list_value", one))
    step = tree.Case(((free, Structure((("until", Member(one, "until")), ("one", one), ("all", taken)))),), t)
    kept = Member(call("list_reduce", call("list_prepend", start, wrapped), Lambda(("t", "x"), step)), "all")
    window = as_window(Member(_X, "n"), Member(_X, "from"), Member(_X, "until"))
    return call("list_transform", kept, Lambda(("x",), window))
