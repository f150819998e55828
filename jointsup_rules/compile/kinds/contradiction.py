"""contradiction: two records of one thing disagree, or one side is absent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from typing import Literal as OneOf

from pydantic import Field

from jointsup_rules.compile import tree
from jointsup_rules.compile.bind import NUMBERS, Bound, Scope
from jointsup_rules.compile.context import (
    Context,
    EvidenceRows,
    Found,
    RuleError,
    confidence_of,
    decide,
    key_text,
    missing_of,
)
from jointsup_rules.compile.kinds.condition import is_that_row
from jointsup_rules.compile.tree import (
    Aggregate,
    Column,
    Literal,
    Scalar,
    Select,
    Source,
    Structure,
    Union,
    Window,
    call,
)
from jointsup_rules.model.functions import NORMALISERS
from jointsup_rules.model.shape import Expression, Shape
from jointsup_rules.problems import Text, nearest_word

Outcome = OneOf["hit", "clear", "cannot_tell"]


class Compare(Shape):
    """One pair of values that should agree; a difference of more than the tolerance is a contradiction."""

    left: Expression
    right: Expression | None = None
    tolerance: Any = None
    as_: str | None = Field(None, alias="as")


class Contradiction(Shape):
    """What is compared with what, and what an absent or empty side means."""

    compare: tuple[Compare, ...] = Field(min_length=1)
    right: str | None = None
    among: str | None = None
    authority: OneOf["left", "right", "none"] = "none"
    absent: Outcome = "cannot_tell"
    one_empty: Outcome = "cannot_tell"
    several: OneOf["any", "all"] = "any"


@dataclass(frozen=True)
class _Pair:
    """One compared pair, normalised, with what may lie between."""

    name: str
    left: Bound
    right: Bound
    raw: tuple[Scalar, Scalar]
    tolerance: Scalar | None

    @property
    def difference(self) -> Scalar:
        """Days or units between the two, empty where that has no meaning."""
        if self.left.type in ("date", "timestamp"):
            return call("abs", call("days_between", self.left.value, self.right.value))
        if self.left.type in NUMBERS:
            return call("abs", call("-", self.left.value, self.right.value))
        return tree.nothing("integer")

    @property
    def differs(self) -> Scalar:
        """Whether two filled values disagree."""
        if self.tolerance is not None:
            return tree.is_true(call(">", self.difference, self.tolerance))
        return tree.is_true(call("<>", self.left.value, self.right.value))

    @property
    def one_empty(self) -> Scalar:
        """Whether exactly one side is filled."""
        return call("<>", tree.is_null(self.left.value), tree.is_null(self.right.value))

    @property
    def both_empty(self) -> Scalar:
        """Whether neither side is filled."""
        return tree.all_of([tree.is_null(self.left.value), tree.is_null(self.right.value)])


def find(context: Context) -> Found:
    """One finding per pair of records; per subject where both sides are its own or its rows must agree."""
    shape = context.shape(Contradiction)
    if shape.among is not None:
        return _among(context, shape)
    if shape.right is None:
        scope = context.planner.scope(context.reach)
        pairs = [_pair(context, shape, n, scope, scope) for n in range(len(shape.compare))]
        columns = _judge(context, shape, pairs, context.seen_until(), tree.nothing("text"))
        return Found(Select((*context.key_columns(), *columns), context.source(), where=context.in_scope()))
    return _against(context, shape)


def _against(context: Context, shape: Contradiction) -> Found:
    relation = context.relation(shape.right or "", "right")
    theirs, scope, matched = context.row(relation)
    mine = context.planner.scope(context.reach)
    inner = context.planner.scope(theirs)
    pairs = [_pair(context, shape, n, mine, _either(inner, scope)) for n in range(len(shape.compare))]
    target = context.planner.target_of(relation)
    row_key = key_text([Column("r", name) for name in target.key])
    seen = context.seen_until()
    columns = dict(_judge(context, shape, pairs, seen, row_key))
    if matched.score is not None:
        columns["confidence"] = call(
            "as_decimal",
            call("least", columns["confidence"], call("coalesce", matched.score, tree.number(1))),
        )
    if matched.when is not None:
        matched = replace(matched, on=tree.all_of([matched.on, tree.is_true(matched.when.value)]))
    absent = tree.is_null(Column("r", target.key[0]))
    right_ends = Literal(
        min(context.planner.facts.seen_until(t) for t in context.planner.tables_of(target)), "date"
    )
    known = _known_day(context)
    too_early = tree.FALSE if known is None else tree.is_true(call("<", right_ends, known))
    columns["outcome"] = tree.case(
        (tree.all_of([absent, too_early]), tree.text("cannot_tell")),
        (absent, tree.text(shape.absent)),
        otherwise=columns["outcome"],
    )
    columns["decided_by"] = tree.case(
        (tree.all_of([absent, too_early]), tree.text("right_ends_early")),
        (absent, tree.text("absent")),
        otherwise=columns["decided_by"],
    )
    columns["why"] = tree.case(
        (tree.all_of([absent, too_early]), tree.text("ends_early")),
        (absent, tree.text("absent")),
        otherwise=tree.nothing("text"),
    )
    joins = context.planner.joins(matched, theirs, "left")
    rows: Any = Select(
        (*context.key_columns(), *columns.items()), context.source(), joins, where=context.in_scope()
    )
    if shape.several == "all":
        rows = _only_if_all(context, rows)
    return Found(rows, (EvidenceRows(relation, "right", is_that_row),), relation, _unit(pairs))


def _either(inner: Scope, outer: Scope) -> Scope:
    return Scope(
        lambda parts: outer.find(parts) if parts[0] == "subject" else inner.find(parts),
        outer.words,
        inner.about,
    )


def _known_day(context: Context) -> Scalar | None:
    """The day the left row became known, if its table says so."""
    table = context.planner.dictionary.tables.get(context.subject.rows_of or "")
    if table is None or not table.known:
        return None
    return call("date_of", call("coalesce", *(call("date_of", Column("s", name)) for name in table.known)))


def _only_if_all(context: Context, rows: Select) -> Select:
    """A subject of which one row agrees has no contradiction."""
    keys = tuple(Column("f", name) for name, _ in context.key_columns())
    agrees = call("=", Column("f", "outcome"), tree.text("clear"))
    some = Window("bool_or", (agrees,), keys, (), "")
    names = [*(name for name, _ in context.key_columns()), *(name for name, _ in rows.columns[len(keys) :])]
    columns = tuple((name, Column("f", name)) for name in names)
    return Select(columns, Source(rows, "f"), qualify=tree.any_of([agrees, tree.negate(some)]))


def _pair(
    context: Context, shape: Contradiction, number: int, left_scope: Scope, right_scope: Scope
) -> _Pair:
    compare = shape.compare[number]
    left = context.bind(compare.left, "compare", number, "left", scope=left_scope)
    right = context.bind(compare.right or compare.left, "compare", number, "right", scope=right_scope)
    context.names |= left.names
    raw = (left.value, right.value)
    if compare.as_ is not None:
        left, right = (
            _normalised(context, compare.as_, number, left),
            _normalised(context, compare.as_, number, right),
        )
    _check_types(context, number, left, right)
    tolerance = None
    if compare.tolerance is not None:
        days = compare.tolerance.get("days") if isinstance(compare.tolerance, dict) else compare.tolerance
        steps = ("compare", number, "tolerance", *(("days",) if isinstance(compare.tolerance, dict) else ()))
        tolerance = context.bind(str(days), *steps, wanted=("integer", "decimal")).value
    return _Pair(compare.left, left, right, raw, tolerance)


def _normalised(context: Context, name: str, number: int, bound: Bound) -> Bound:
    if name not in NORMALISERS:
        near = nearest_word(name, NORMALISERS)
        listed = ", ".join(NORMALISERS)
        what = Text(zh=f"没有规范化方法“{name}”", en=f"no normaliser '{name}'")
        fix = Text(
            zh=f"是否想写“{near}”？可用的有：{listed}", en=f"did you mean '{near}'? known are: {listed}"
        )
        context.problem(
            ("compare", number, "as"),
            what,
            Text(zh="两边先化成同一形式再比较", en="both sides are brought to one form"),
            fix,
            "JR211",
        )
        raise RuleError
    kind = {"as_date": "date", "date_of": "date", "as_number": "decimal"}.get(name, "text")
    return replace(bound, value=call(name, bound.value), type=kind)


def _check_types(context: Context, number: int, left: Bound, right: Bound) -> None:
    from jointsup_rules.compile.bind import family_of

    kinds = {family_of(bound.type) for bound in (left, right)} - {"null"}
    if len(kinds) > 1:
        what = Text(
            zh=f"两边类型不同：{left.type}、{right.type}",
            en=f"the two sides differ in type: {left.type}, {right.type}",
        )
        why = Text(zh="类型不同的值不能比较", en="values of different types cannot be compared")
        context.problem(
            ("compare", number),
            what,
            why,
            Text(zh="用 as: 化成同一形式", en="bring both to one form with as:"),
            "JR212",
        )
        raise RuleError


def _judge(
    context: Context, shape: Contradiction, pairs: list[_Pair], seen: Scalar, row_key: Scalar
) -> tuple[tuple[str, Scalar], ...]:
    differs = tree.any_of([pair.differs for pair in pairs])
    one_empty = tree.any_of([pair.one_empty for pair in pairs])
    unknown = tree.any_of(
        [
            tree.all_of([pair.both_empty, tree.any_of([pair.left.is_unknown(), pair.right.is_unknown()])])
            for pair in pairs
        ]
    )
    decided = _decide(shape, differs, one_empty, unknown)
    bounds = [bound for pair in pairs for bound in (pair.left, pair.right)]
    dated = [pair for pair in pairs if pair.left.type in ("date", "timestamp")]
    days: dict[str, Scalar] = {}
    if dated:
        first = dated[0]
        left, right = call("date_of", first.left.value), call("date_of", first.right.value)
        days = {"started_on": call("least", left, right), "ended_on": call("greatest", left, right)}
    return context.finding(
        **decided,
        measure=_size(pairs),
        confidence=confidence_of(*bounds),
        missing=missing_of(*bounds),
        row_key=row_key,
        detail=call("as_text", call("to_json", _detail(shape, pairs))),
        seen_until=seen,
        **days,
    )


def _decide(shape: Contradiction, differs: Scalar, one_empty: Scalar, unknown: Scalar) -> dict[str, Scalar]:
    return decide(
        (differs, "hit", "differs"),
        (one_empty, shape.one_empty, "one_empty"),
        (unknown, "cannot_tell", "both_unknown"),
        (tree.TRUE, "clear", "agrees"),
    )


def _size(pairs: list[_Pair]) -> Scalar:
    sized = [tree.Case(((pair.differs, pair.difference),)) for pair in pairs]
    measured = [
        size for size, pair in zip(sized, pairs, strict=True) if pair.difference != tree.nothing("integer")
    ]
    count: Scalar = tree.number(0)
    for pair in pairs:
        count = call("+", count, tree.case((pair.differs, tree.number(1)), otherwise=tree.number(0)))
    return call("coalesce", call("greatest", *measured), count) if measured else count


def _unit(pairs: list[_Pair]) -> str:
    return "days" if any(pair.left.type in ("date", "timestamp") for pair in pairs) else ""


def _detail(shape: Contradiction, pairs: list[_Pair]) -> Structure:
    """Both values before and after normalising; masked columns stay out, their rows show them masked."""
    fields: list[tuple[str, Scalar]] = []
    for pair in pairs:
        if pair.left.mask != "none" or pair.right.mask != "none":
            continue
        fields.append((f"{pair.name} (left)", call("as_text", pair.raw[0])))
        fields.append((f"{pair.name} (right)", call("as_text", pair.raw[1])))
        if pair.raw != (pair.left.value, pair.right.value):
            fields.append((f"{pair.name} (left, normalised)", call("as_text", pair.left.value)))
            fields.append((f"{pair.name} (right, normalised)", call("as_text", pair.right.value)))
    fields.append(("authority", tree.text(shape.authority)))
    return Structure(tuple(fields))


def _among(context: Context, shape: Contradiction) -> Found:
    """All rows of a relation must agree; a subject that is one of them counts among them."""
    relation = context.relation(shape.among or "", "among")
    theirs, _scope, matched = context.row(relation)
    inner = context.planner.scope(theirs)
    compares = [(_pair(context, shape, n, inner, inner), n) for n in range(len(shape.compare))]
    is_self = context.planner.target_of(relation).name == context.subject.name
    where = tree.all_of([context.in_scope(), tree.is_true(matched.when.value) if matched.when else None])
    of_rows = tuple((f"v{n}", pair.left.value) for pair, n in compares)
    unknown_of_rows = tuple((f"u{n}", tree.is_true(pair.left.is_unknown())) for pair, n in compares)
    parts: list[Any] = []
    related = (*context.key_columns(), *of_rows, *unknown_of_rows)
    if is_self:
        mine = context.planner.scope(context.reach)
        own = [(_pair(context, shape, n, mine, mine), n) for n in range(len(shape.compare))]
        values = tuple((f"v{n}", pair.left.value) for pair, n in own)
        unknowns = tuple((f"u{n}", tree.is_true(pair.left.is_unknown())) for pair, n in own)
        parts.append(
            Select((*context.key_columns(), *values, *unknowns), context.source(), where=context.in_scope())
        )
    parts.append(Select(related, context.source(), context.planner.joins(matched, theirs), where=where))
    rows = parts[0] if len(parts) == 1 else Union(tuple(parts))
    keys = tuple(Column("g", name) for name, _ in context.key_columns())
    merged: list[tuple[str, Scalar]] = [(name, Column("g", name)) for name, _ in context.key_columns()]
    for n in range(len(compares)):
        value = Column("g", f"v{n}")
        merged += [(f"lo{n}", Aggregate("min", (value,))), (f"hi{n}", Aggregate("max", (value,)))]
        merged.append((f"empty{n}", Aggregate("bool_or", (tree.is_null(value),))))
        merged.append((f"u{n}", Aggregate("bool_or", (Column("g", f"u{n}"),))))
    merged.append(("rows", Aggregate("count")))
    grouped = Select(tuple(merged), Source(rows, "g"), group=keys)
    pairs = []
    for pair, n in compares:
        low, high = Column("m", f"lo{n}"), Column("m", f"hi{n}")
        pairs.append(
            replace(
                pair,
                left=replace(pair.left, value=low, reads=()),
                right=replace(pair.right, value=high, reads=()),
                raw=(low, high),
            )
        )
    columns = dict(_judge(context, shape, pairs, context.seen_until(alias=""), tree.nothing("text")))
    doubt = tree.any_of([Column("m", f"u{n}") for n in range(len(compares))])
    differs = tree.any_of([pair.differs for pair in pairs])
    some_empty = tree.any_of(
        [
            tree.all_of([Column("m", f"empty{n}"), tree.negate(tree.is_null(Column("m", f"lo{n}")))])
            for n in range(len(compares))
        ]
    )
    columns |= _decide(shape, differs, some_empty, doubt)
    columns["missing"] = call(
        "list_filter",
        call(
            "list_value",
            *(
                tree.Case(((tree.is_true(Column("m", f"u{n}")), tree.text(pair.name)),))
                for pair, n in compares
            ),
        ),
        tree.Lambda(("x",), tree.negate(tree.is_null(Column("", "x")))),
    )
    select = Select(
        (*((name, Column("m", name)) for name, _ in context.key_columns()), *columns.items()),
        Source(grouped, "m"),
    )
    return Found(
        select, (EvidenceRows(relation, relation.name, lambda c, m, t: tree.TRUE),), None, _unit(pairs)
    )
