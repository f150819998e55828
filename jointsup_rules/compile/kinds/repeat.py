"""repeat: at least K rows within a window, per key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from typing import Literal as OneOf

from pydantic import Field

from jointsup_rules.compile import tree
from jointsup_rules.compile.bind import Bound, Scope
from jointsup_rules.compile.context import Context, EvidenceRows, Found, RuleError, decide, missing_of
from jointsup_rules.compile.subjects import Matched, Reach
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
    Steps,
    Structure,
    call,
)
from jointsup_rules.load.yaml import Loc
from jointsup_rules.model.dictionary import Relation as DictionaryRelation
from jointsup_rules.model.shape import Expression, Shape
from jointsup_rules.problems import Text, nearest_word


class Within(Shape):
    """The window: from first to last day, up to as_of, or whole months from the first day."""

    days: Expression | None = None
    last_days: Expression | None = None
    months: Expression | None = None
    years: Expression | None = None
    rule: OneOf["criminal", "civil"] | None = None


class Repeat(Shape):
    """Whose rows, on which day each lies, what counts, how many are enough."""

    of: str
    on: Expression
    at_least: Expression
    by: dict[str, Expression] = Field(default_factory=dict)
    when: Expression | None = None
    count: Expression = "rows"
    within: Within | None = None


@dataclass(frozen=True)
class _Rows:
    relation: DictionaryRelation
    theirs: Reach
    scope: Scope
    matched: Matched


def find(context: Context) -> Found:
    """One finding per subject: the fullest window, the earliest of equals; with identity `window`, one per window."""
    shape = context.shape(Repeat)
    rows = _rows(context, shape)
    on = context.bind_day(shape.on, "on", scope=rows.scope)
    when = context.bind(shape.when, "when", scope=rows.scope, wanted=("boolean",)) if shape.when else None
    what = context.bind(shape.count, "count", scope=rows.scope) if shape.count != "rows" else None
    least = context.bind(shape.at_least, "at_least", wanted=("integer",))
    day = call("date_of", on.value)
    counted, doubtful = _counted(context, shape, rows, on, when)
    columns = [
        *context.key_columns(),
        ("on", day),
        ("counts", counted),
        ("doubt", doubtful),
        ("needs", least.value),
    ]
    reasons = [bound for bound in (on, when, rows.matched.when) if bound is not None]
    columns.append(("lacks", tree.case((doubtful, missing_of(*reasons)), otherwise=tree.nothing("texts"))))
    if what is None:
        columns.append(("weight", tree.number(1)))
    else:
        columns.append(("what", call("as_text", what.value)))
    source = context.source()
    joined = Select(
        tuple(columns),
        source,
        _joins(context, rows),
        where=tree.all_of([context.in_scope(), tree.any_of([counted, doubtful])]),
    )
    windows = _windows(context, shape, _distinct(context, joined) if what is not None else joined)
    found = _judge(context, windows)
    unit = shape.of
    return Found(
        found, (EvidenceRows(rows.relation, rows.relation.name, _in_window(shape, rows)),), None, unit
    )


def _rows(context: Context, shape: Repeat) -> _Rows:
    if not shape.by:
        relation = context.relation(shape.of, "of")
        theirs, scope, matched = context.row(relation)
        return _Rows(relation, theirs, scope, matched)
    relation = keyed_relation(context, shape.of, shape.by)
    theirs = context.planner.reach_target(relation, "r")
    scope = context.planner.pair_scope(context.reach, theirs)
    own = context.planner.scope(context.reach)
    conditions: list[Scalar] = []
    for mine, text in shape.by.items():
        left = own.find((mine,))
        if left is None:
            what = Text(
                zh=f"对象“{context.subject.name}”没有列“{mine}”",
                en=f"no column '{mine}' in subject '{context.subject.name}'",
            )
            near = nearest_word(mine, context.subject.columns)
            fix = Text(zh=f"是否想写“{near}”？", en=f"did you mean '{near}'?")
            context.problem(
                ("by", mine),
                what,
                Text(zh="by 的左边是对象的列", en="by names a column of the subject on the left"),
                fix,
                "JR203",
            )
            raise RuleError
        right = context.bind(text, "by", mine, scope=context.planner.scope(theirs))
        conditions.append(call("=", right.value, left.value))
    context.also_read.update(context.planner.tables_of(context.planner.target_of(relation)))
    return _Rows(relation, theirs, scope, Matched(tree.all_of(conditions), (), None, None, ()))


def keyed_relation(context: Context, of: str, by: dict[str, str]) -> DictionaryRelation:
    """Return rows of a subject or table as an unnamed relation, matched by `by`."""
    dictionary = context.planner.dictionary
    if of not in dictionary.subjects and of not in dictionary.tables:
        near = nearest_word(of, [*dictionary.subjects, *dictionary.tables])
        what = Text(zh=f"没有对象或表“{of}”", en=f"no subject or table '{of}'")
        why = Text(zh="有 by 时，of 是对象或表", en="with `by`, `of` names a subject or a table")
        context.problem(
            ("of",), what, why, Text(zh=f"是否想写“{near}”？", en=f"did you mean '{near}'?"), "JR217"
        )
        raise RuleError
    kind = "subject" if of in dictionary.subjects else "table"
    loc: Loc = (*context.loc, "by")
    given: dict[str, Any] = {"\0name": of, "\0loc": loc, kind: of}
    return DictionaryRelation.model_validate(given)


def _joins(context: Context, rows: _Rows) -> tuple[Join, ...]:
    return context.planner.joins(rows.matched, rows.theirs)


def _counted(
    context: Context, shape: Repeat, rows: _Rows, on: Bound, when: Bound | None
) -> tuple[Scalar, Scalar]:
    """Whether a row counts, and whether it would if what we do not know of it were so."""
    tests = [bound for bound in (rows.matched.when, when) if bound is not None]
    day = call("date_of", on.value)
    inside: list[Scalar | None] = [tree.negate(tree.is_null(on.value))]
    if shape.within is not None and shape.within.last_days is not None:
        n = context.bind(shape.within.last_days, "within", "last_days", wanted=("integer",)).value
        as_of = Literal(context.as_of, "date")
        inside.append(call(">", day, call("add_days", as_of, call("negative", n))))
        inside.append(call("<=", day, as_of))
    counted = tree.all_of([*inside, *(tree.is_true(test.value) for test in tests)])
    possible = [tree.any_of([tree.is_true(test.value), test.is_unknown()]) for test in tests]
    day_fits = tree.any_of([on.is_unknown(), tree.all_of(inside)])
    some_doubt = tree.any_of([on.is_unknown(), *(test.is_unknown() for test in tests)])
    doubtful = tree.FALSE if some_doubt == tree.FALSE else tree.all_of([*possible, day_fits, some_doubt])
    return tree.is_true(counted), tree.is_true(doubtful) if doubtful != tree.FALSE else tree.FALSE


def _distinct(context: Context, rows: Select) -> Select:
    """Each value of `count` once, on its earliest day; rows in doubt stay beside them."""
    keys = tuple(Column("d", name) for name, _ in context.key_columns())
    by = (*keys, *(Column("d", name) for name in ("what", "counts", "doubt", "needs", "lacks")))
    unknown = tree.is_null(Column("d", "what"))
    columns: tuple[tuple[str, Scalar], ...] = (
        *((name, Column("d", name)) for name, _ in context.key_columns()),
        ("on", Aggregate("min", (Column("d", "on"),))),
        *((name, Column("d", name)) for name in ("counts", "doubt", "needs", "lacks")),
        # Rows whose value is not known may each be another one.
        ("weight", tree.case((unknown, Aggregate("count")), otherwise=tree.number(1))),
    )
    where = tree.any_of([tree.negate(unknown), Column("d", "doubt")])
    return Select(columns, Source(rows, "d"), where=where, group=by)


def _windows(context: Context, shape: Repeat, rows: Select) -> Steps:
    """Per row that counts the window it opens: its last day and its count; rows in doubt are counted aside."""
    names = [name for name, _ in context.key_columns()]
    sure = Select(
        (*((n, Column("c", n)) for n in names), ("on", Column("c", "on")), ("needs", Column("c", "needs"))),
        Source("rows", "c"),
        where=Column("c", "counts"),
    )
    end = _window_end(context, shape)
    if end is None:
        on = Column("w", "on")
        keys = tuple(Column("w", n) for n in names)
        whole = Structure(
            (("n", Aggregate("count")), ("from", Aggregate("min", (on,))), ("until", Aggregate("max", (on,))))
        )
        listed = call("list_value", whole)
        sure_windows = Select(
            (
                *zip(names, keys, strict=True),
                ("needs", Aggregate("any_value", (Column("w", "needs"),))),
                ("windows", listed),
            ),
            Source(sure, "w"),
            group=keys,
        )
    else:
        sure_windows = _open_windows(names, sure, end)
    all_rows = tuple(Column("a", n) for n in names)
    in_doubt = tree.is_true(tree.all_of([Column("a", "doubt"), tree.negate(Column("a", "counts"))]))
    weight, lacks = Column("a", "weight"), Aggregate("list", (Column("a", "lacks"),), in_doubt)
    doubts = Select(
        (
            *zip(names, all_rows, strict=True),
            (
                "doubts",
                call("coalesce", call("as_integer", Aggregate("sum", (weight,), in_doubt)), tree.number(0)),
            ),
            ("lacks", call("list_sort", call("list_distinct", call("flatten", lacks)))),
            ("needs", Aggregate("any_value", (Column("a", "needs"),))),
        ),
        Source("rows", "a"),
        group=all_rows,
    )
    last = Select(
        (
            *((n, Column("x", n)) for n in names),
            ("doubts", Column("x", "doubts")),
            ("needs", Column("x", "needs")),
            ("lacks", Column("x", "lacks")),
            ("windows", Column("y", "windows")),
        ),
        Source("doubts", "x"),
        (Join("left", Source("opened", "y"), tree.equal_columns("x", "y", names)),),
    )
    return Steps((("rows", rows), ("opened", sure_windows), ("doubts", doubts)), last)


def _window_end(context: Context, shape: Repeat) -> Scalar | None:
    """The last day of the window that opens on `b.on`; None where the window is all there is."""
    within = shape.within
    if within is None or within.last_days is not None:
        return None
    on = Column("b", "on")
    if within.days is not None:
        return call("add_days", on, context.bind(within.days, "within", "days", wanted=("integer",)).value)
    if within.rule is None:
        what = Text(zh="按月的窗口没有写明月末规则", en="a window of months does not say its month rule")
        why = Text(zh="会改变结论的选择没有默认值", en="a choice that changes who is named has no default")
        context.problem(
            ("within",),
            what,
            why,
            Text(zh="加上 rule: criminal 或 civil", en="add rule: criminal or civil"),
            "JR303",
        )
        raise RuleError
    unit = "months" if within.months is not None else "years"
    n = context.bind(str(getattr(within, unit)), "within", unit, wanted=("integer",)).value
    months = n if unit == "months" else call("*", n, tree.number(12))
    return call(f"months_after_{within.rule}", on, months)


def _open_windows(names: list[str], sure: Select, end: Scalar) -> Select:
    """Windows from the list of a key's days: for each first day the days up to the end of its window."""
    keys = tuple(Column("w", n) for n in names)
    days = Aggregate("list", (Column("w", "on"),), None, (Order(Column("w", "on")),))
    listed = Select(
        (
            *zip(names, keys, strict=True),
            ("days", days),
            ("needs", Aggregate("any_value", (Column("w", "needs"),))),
        ),
        Source(sure, "w"),
        group=keys,
    )
    # A window is worth opening only where the K-th day from its first lies inside it; the rest is not looked at.
    inside = call(
        "list_filter",
        Column("l", "days"),
        Lambda(
            ("e",),
            tree.all_of(
                [
                    call(">=", Column("", "e"), Column("", "f")),
                    call("<=", Column("", "e"), tree.replaced(end, Column("b", "on"), Column("", "f"))),
                ]
            ),
        ),
    )
    window = Structure(
        (("n", call("len", inside)), ("from", Column("", "f")), ("until", call("list_max", inside)))
    )
    windows = call("list_transform", call("list_distinct", Column("l", "days")), Lambda(("f",), window))
    of_list = tuple(Column("l", n) for n in names)
    return Select(
        (*zip(names, of_list, strict=True), ("needs", Column("l", "needs")), ("windows", windows)),
        Source(listed, "l"),
    )


def _judge(context: Context, windows: Steps) -> Select:
    """The fullest window (the earliest of equals), or every window that does not overlap an earlier one."""
    names = [name for name, _ in context.key_columns()]
    w, needs = Column("k", "windows"), Column("k", "needs")
    most = call("list_max", call("list_transform", w, Lambda(("x",), Member(Column("", "x"), "n"))))
    most = call("coalesce", most, tree.number(0))
    if "window" in context.rule.shape.identity:
        chosen: Scalar = _taken(w, needs)
    else:
        best = call("list_filter", w, Lambda(("x",), call("=", Member(Column("", "x"), "n"), most)))
        first = call(
            "list_min", call("list_transform", best, Lambda(("x",), Member(Column("", "x"), "from")))
        )
        chosen = call("list_filter", best, Lambda(("x",), call("=", Member(Column("", "x"), "from"), first)))
    enough = call(">=", most, needs)
    maybe = call(">=", call("+", most, Column("k", "doubts")), needs)
    one = Structure(
        (("n", tree.nothing("integer")), ("from", tree.nothing("date")), ("until", tree.nothing("date")))
    )
    each = call("unnest", tree.case((tree.is_true(enough), chosen), otherwise=call("list_value", one)))
    opened = Select(
        (
            *((n, Column("k", n)) for n in names),
            ("most", most),
            ("enough", tree.is_true(enough)),
            ("maybe", tree.is_true(maybe)),
            ("lacks", Column("k", "lacks")),
            ("window", each),
        ),
        Source(windows, "k"),
    )
    window = Column("j", "window")
    decided = decide(
        (Column("j", "enough"), "hit", "enough"),
        (Column("j", "maybe"), "cannot_tell", "maybe"),
        (tree.TRUE, "clear", "too_few"),
    )
    columns = context.finding(
        **decided,
        started_on=Member(window, "from"),
        ended_on=Member(window, "until"),
        measure=call("coalesce", Member(window, "n"), Column("j", "most")),
        confidence=tree.number(1),
        missing=tree.case(
            (tree.negate(Column("j", "enough")), Column("j", "lacks")), otherwise=tree.nothing("texts")
        ),
        seen_until=context.seen_until(alias=""),
    )
    return Select((*((n, Column("j", n)) for n in names), *columns), Source(opened, "j"))


def _taken(windows: Scalar, needs: Scalar) -> Scalar:
    """Windows with enough rows, from the earliest, none beginning before the one before it has ended."""
    x, t = Column("", "x"), Column("", "t")
    full = call("list_sort", call("list_filter", windows, Lambda(("x",), call(">=", Member(x, "n"), needs))))
    by_day = call(
        "list_sort",
        call(
            "list_transform",
            full,
            Lambda(
                ("x",),
                Structure(
                    (("from", Member(x, "from")), ("until", Member(x, "until")), ("n", Member(x, "n")))
                ),
            ),
        ),
    )
    wrapped = call(
        "list_transform",
        by_day,
        Lambda(
            ("x",),
            Structure(
                (
                    ("until", tree.nothing("date")),
                    ("one", x),
                    ("all", call("list_slice", call("list_value", x), tree.number(1), tree.number(0))),
                )
            ),
        ),
    )
    start = Structure(
        (
            ("until", Literal(None, "date")),
            ("one", Member(call("at", wrapped, tree.number(1)), "one")),
            ("all", Member(call("at", wrapped, tree.number(1)), "all")),
        )
    )
    free = tree.any_of(
        [tree.is_null(Member(t, "until")), call(">", Member(Member(x, "one"), "from"), Member(t, "until"))]
    )
    step = tree.Case(
        (
            (
                free,
                Structure(
                    (
                        ("until", Member(Member(x, "one"), "until")),
                        ("one", Member(x, "one")),
                        ("all", call("list_concat", Member(t, "all"), call("list_value", Member(x, "one")))),
                    )
                ),
            ),
        ),
        t,
    )
    kept = Member(call("list_reduce", call("list_prepend", start, wrapped), Lambda(("t", "x"), step)), "all")
    return call(
        "list_transform",
        kept,
        Lambda(
            ("x",),
            Structure((("n", Member(x, "n")), ("from", Member(x, "from")), ("until", Member(x, "until")))),
        ),
    )


def _in_window(shape: Repeat, rows: _Rows) -> Any:
    def keep(context: Context, mine: Reach, theirs: Reach) -> Scalar:
        scope = context.planner.pair_scope(mine, theirs)
        on = call("date_of", context.bind(shape.on, "on", scope=scope).value)
        tests: list[Scalar | None] = [
            call(">=", on, Column("h", "started_on")),
            call("<=", on, Column("h", "ended_on")),
        ]
        if shape.when:
            tests.append(tree.is_true(context.bind(shape.when, "when", scope=scope).value))
        if shape.by:
            own = context.planner.scope(mine)
            for name, text in shape.by.items():
                left = own.find((name,))
                right = context.bind(text, "by", name, scope=context.planner.scope(theirs))
                if left is not None:
                    tests.append(call("=", right.value, left.value))
        return tree.all_of(tests)

    return keep
