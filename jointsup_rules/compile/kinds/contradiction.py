"""contradiction: two records of one thing disagree, or one side is absent."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal as OneOf

from pydantic import Field

from jointsup_rules.compile import tree
from jointsup_rules.compile.bind import Bound, Scope
from jointsup_rules.compile.context import (
    Context,
    EvidenceRows,
    Found,
    confidence_of,
    decide,
    is_uncertain,
    key_text,
    may_belong,
    missing_of,
)
from jointsup_rules.compile.kinds.condition import is_that_row
from jointsup_rules.compile.pairs import (
    Compare,
    Pair,
    both_sides,
    days_apart,
    largest,
    read_pair,
    unit_of,
)
from jointsup_rules.compile.subjects import Matched
from jointsup_rules.compile.tree import (
    Aggregate,
    Column,
    Literal,
    Relation,
    Scalar,
    Select,
    Source,
    Union,
    Window,
    call,
)
from jointsup_rules.model.shape import Shape

Outcome = OneOf["hit", "clear", "cannot_tell"]


class Contradiction(Shape):
    """What is compared with what, and what an absent or empty side means."""

    compare: tuple[Compare, ...] = Field(min_length=1)
    right: str | None = None
    among: str | None = None
    authority: OneOf["left", "right", "none"] = "none"
    absent: Outcome = "cannot_tell"
    one_empty: Outcome = "cannot_tell"
    several: OneOf["any", "all"] = "any"


def find(context: Context) -> Found:
    """One finding per pair of records; per subject where both sides are its own or its rows must agree."""
    shape = context.shape(Contradiction)
    if shape.among is not None:
        return _among(context, shape)
    if shape.right is None:
        scope = context.planner.scope(context.reach)
        pairs = _pairs(context, shape, scope, scope)
        columns = _judge(context, shape, pairs, context.seen_until(), tree.nothing("text"))
        rows = Select((*context.key_columns(), *columns), context.source(), where=context.in_scope())
        return Found(rows, measure_unit=unit_of(pairs))
    return _against(context, shape)


def _pairs(context: Context, shape: Contradiction, left: Scope, right: Scope) -> list[Pair]:
    return [read_pair(context, compare, n, left, right) for n, compare in enumerate(shape.compare)]


def _against(context: Context, shape: Contradiction) -> Found:
    """Each record on the right against the subject; what is absent, uncertain or agrees is settled per subject."""
    relation = context.relation(shape.right or "", "right")
    theirs, scope, matched = context.row(relation)
    pairs = _pairs(
        context,
        shape,
        context.planner.scope(context.reach),
        _either(context.planner.scope(theirs), scope),
    )
    target = context.planner.target_of(relation)
    row_key = key_text([Column("r", name) for name in target.key])
    more = [matched.when] if matched.when is not None else []
    columns = dict(_judge(context, shape, pairs, context.seen_until(), row_key, more))
    if matched.score is not None:
        score = call("coalesce", matched.score, tree.number(1))
        columns["confidence"] = call("as_decimal", call("least", columns["confidence"], score))
    if matched.when is not None:
        matched = replace(matched, on=tree.all_of([matched.on, may_belong(matched)]))
    absent = tree.is_null(Column("r", target.key[0]))
    ends_early = tree.all_of([absent, _right_ends_early(context, context.planner.tables_of(target))])
    told = {
        "outcome": ("cannot_tell", shape.absent),
        "decided_by": ("right_ends_early", "absent"),
        "why": ("ends_early", "absent"),
    }
    for name, (early, none) in told.items():
        columns[name] = tree.case(
            (ends_early, tree.text(early)), (absent, tree.text(none)), otherwise=columns[name]
        )
    uncertain = tree.all_of([tree.negate(absent), is_uncertain(matched)])
    marks = (("absent", absent), ("uncertain", uncertain))
    joins = context.planner.joins(matched, theirs, "left")
    found: Relation = Select(
        (*context.key_columns(), *columns.items(), *marks),
        context.source(),
        joins,
        where=context.in_scope(),
    )
    found = _settled(context, shape, list(columns), found, uncertain != tree.FALSE)
    return Found(found, (EvidenceRows(relation, "right", is_that_row),), relation, unit_of(pairs))


def _settled(
    context: Context, shape: Contradiction, names: list[str], rows: Relation, has_uncertain: bool
) -> Select:
    """The findings of a subject beside one another.

    A link that leads nowhere is no absent record while another leads somewhere. A record of which it is unknown whether
    it counts can make nothing a hit, nor stand for one that is absent. With `several: all` one that agrees settles it,
    and one that is open leaves it open.
    """
    key = tuple(Column("f", name) for name, _ in context.key_columns())

    def some(test: Scalar) -> Scalar:
        return tree.is_true(Window("bool_or", (test,), key, (), ""))

    outcome, absent, uncertain = Column("f", "outcome"), Column("f", "absent"), Column("f", "uncertain")
    is_clear, is_open = call("=", outcome, tree.text("clear")), call("=", outcome, tree.text("cannot_tell"))
    certain = tree.all_of([tree.negate(absent), tree.negate(uncertain)])
    columns: dict[str, Scalar] = {name: Column("f", name) for name in names}
    if has_uncertain:
        stands_alone = tree.negate(some(certain))
        as_if_absent = tree.all_of([stands_alone, call("=", outcome, tree.text(shape.absent))])
        settles = tree.any_of([as_if_absent, tree.all_of([is_clear, tree.negate(stands_alone)])])
        open_row = tree.all_of([uncertain, tree.negate(settles)])
        columns["outcome"] = tree.case((open_row, tree.text("cannot_tell")), otherwise=outcome)
        columns["decided_by"] = tree.case(
            (open_row, tree.text("row_unknown")), otherwise=Column("f", "decided_by")
        )
    kept = [tree.any_of([tree.negate(absent), tree.negate(some(tree.negate(absent)))])]
    settled = Select(
        (
            *((name, column) for (name, _), column in zip(context.key_columns(), key, strict=True)),
            *columns.items(),
        ),
        Source(rows, "f"),
        qualify=kept[0],
    )
    if shape.several != "all":
        return settled
    outer = [name for name, _ in settled.columns]
    no_clear = tree.any_of([is_clear, tree.negate(some(is_clear))])
    no_open = tree.any_of([call("<>", outcome, tree.text("hit")), tree.negate(some(is_open))])
    return Select(
        tuple((name, Column("f", name)) for name in outer),
        Source(settled, "f"),
        qualify=tree.all_of([no_clear, no_open]),
    )


def _either(inner: Scope, outer: Scope) -> Scope:
    return Scope(
        lambda parts: outer.find(parts) if parts[0] == "subject" else inner.find(parts),
        outer.words,
        inner.about,
    )


def _right_ends_early(context: Context, tables: list[str]) -> Scalar:
    """Whether the export on the right ends before the left row became known, if its table says when that was."""
    table = context.planner.dictionary.tables.get(context.subject.rows_of or "")
    ends = [day for name in tables for day in context.planner.facts.tables[name].cut_offs]
    if table is None or not table.known or not ends:
        return tree.FALSE
    context.planner.read_own(context.subject, table.known)
    known = call("coalesce", *(call("date_of", Column("s", name)) for name in table.known))
    return tree.is_true(call("<", Literal(min(ends), "date"), known))


def _judge(
    context: Context,
    shape: Contradiction,
    pairs: list[Pair],
    seen: Scalar,
    row_key: Scalar,
    more: list[Bound] | None = None,
) -> tuple[tuple[str, Scalar], ...]:
    bounds = [bound for pair in pairs for bound in pair.bounds]
    return context.finding(
        **_decide(
            shape,
            tree.any_of([pair.differs for pair in pairs]),
            tree.any_of([pair.is_open for pair in pairs]),
            tree.any_of([pair.one_empty for pair in pairs]),
            tree.any_of([pair.both_unknown for pair in pairs]),
        ),
        measure=largest(pairs),
        confidence=confidence_of(*bounds),
        missing=missing_of(*bounds, *(more or [])),
        row_key=row_key,
        detail=call("as_text", call("to_json", both_sides(pairs, shape.authority))),
        seen_until=seen,
        **days_apart(pairs),
    )


def _decide(
    shape: Contradiction, differs: Scalar, is_open: Scalar, one_empty: Scalar, unknown: Scalar
) -> dict[str, Scalar]:
    return decide(
        (differs, "hit", "differs"),
        (is_open, "cannot_tell", "not_comparable"),
        (one_empty, shape.one_empty, "one_empty"),
        (unknown, "cannot_tell", "both_unknown"),
        (tree.TRUE, "clear", "agrees"),
    )


def _among(context: Context, shape: Contradiction) -> Found:
    """All rows of a relation must agree; a subject that is one of them counts among them.

    Per subject the smallest and the largest value of the rows that count are compared. Rows of which it is unknown
    whether they count can leave it open, no more.
    """
    relation = context.relation(shape.among or "", "among")
    theirs, _scope, matched = context.row(relation)
    inner = context.planner.scope(theirs)
    pairs = _pairs(context, shape, inner, inner)
    parts: list[Relation] = []
    if context.planner.target_of(relation).name == context.subject.name:
        mine = context.planner.scope(context.reach)
        own = _row_values(_pairs(context, shape, mine, mine), None)
        parts.append(Select((*context.key_columns(), *own), context.source(), where=context.in_scope()))
    parts.append(
        Select(
            (*context.key_columns(), *_row_values(pairs, matched)),
            context.source(),
            context.planner.joins(matched, theirs),
            where=tree.all_of([context.in_scope(), may_belong(matched)]),
        )
    )
    rows = parts[0] if len(parts) == 1 else Union(tuple(parts))
    grouped = _merged(context, rows, len(pairs))
    columns = _judge_among(context, shape, pairs, matched)
    select = Select(
        (*((name, Column("m", name)) for name, _ in context.key_columns()), *columns.items()),
        Source(grouped, "m"),
    )
    evidence = EvidenceRows(relation, relation.name, lambda c, m, t: tree.TRUE)
    return Found(select, (evidence,), None, unit_of(pairs))


def _row_values(pairs: list[Pair], matched: Matched | None) -> list[tuple[str, Scalar]]:
    """What is taken of each row: its values, whether they are unknown or lost, and whether the row surely counts."""
    columns: list[tuple[str, Scalar]] = []
    for n, pair in enumerate(pairs):
        tolerance = pair.tolerance.value if pair.tolerance is not None else tree.nothing("integer")
        columns += [
            (f"v{n}", pair.left.value),
            (f"u{n}", tree.is_true(pair.left.is_unknown())),
            (f"x{n}", tree.is_true(pair.left.is_lost())),
            (f"t{n}", tolerance),
        ]
    uncertain = is_uncertain(matched) if matched is not None else tree.FALSE
    score = matched.score if matched is not None and matched.score is not None else tree.number(1)
    lacks = missing_of(matched.when) if matched is not None and matched.when is not None else tree.no_texts()
    return [*columns, ("sure", tree.negate(uncertain)), ("score", score), ("lacks", lacks)]


def _merged(context: Context, rows: Relation, n_pairs: int) -> Select:
    """Per subject the ends of each value: `lo`, `hi` of the rows that count, `lo_`, `hi_` of all that may."""
    sure = Column("g", "sure")
    merged: list[tuple[str, Scalar]] = [(name, Column("g", name)) for name, _ in context.key_columns()]
    for n in range(n_pairs):
        value, empty = Column("g", f"v{n}"), tree.is_null(Column("g", f"v{n}"))
        for tail, where in (("", sure), ("_", None)):
            merged += [
                (f"lo{n}{tail}", Aggregate("min", (value,), where)),
                (f"hi{n}{tail}", Aggregate("max", (value,), where)),
                (f"empty{n}{tail}", tree.is_true(Aggregate("bool_or", (empty,), where))),
            ]
        merged += [
            (f"u{n}", tree.is_true(Aggregate("bool_or", (Column("g", f"u{n}"),), sure))),
            (f"x{n}", tree.is_true(Aggregate("bool_or", (Column("g", f"x{n}"),), sure))),
            (f"t{n}", Aggregate("any_value", (Column("g", f"t{n}"),))),
        ]
    merged += [
        ("n", tree.count_where(sure)),
        ("n_", tree.count_where()),
        ("confidence", Aggregate("min", (Column("g", "score"),), sure)),
        ("lacks", call("flatten", Aggregate("list", (Column("g", "lacks"),), tree.negate(sure)))),
    ]
    return Select(
        tuple(merged),
        Source(rows, "g"),
        group=tuple(column for _, column in merged[: len(context.subject.key)]),
    )


def _judge_among(
    context: Context, shape: Contradiction, pairs: list[Pair], matched: Matched
) -> dict[str, Scalar]:
    ends = [_between_ends(pair, n, "") for n, pair in enumerate(pairs)]
    numbers = range(len(pairs))
    columns = dict(_judge(context, shape, ends, context.seen_until(alias=""), tree.nothing("text")))
    differs = tree.any_of([pair.differs for pair in ends])
    some_empty = tree.any_of([_one_empty(n, "") for n in numbers])
    several = call(">", Column("m", "n"), tree.number(1))
    cases = [
        (tree.all_of([several, differs]), "hit", "differs"),
        (
            tree.all_of([several, tree.any_of([Column("m", f"x{n}") for n in numbers])]),
            "cannot_tell",
            "not_comparable",
        ),
        (tree.all_of([several, some_empty]), shape.one_empty, "one_empty"),
        (
            tree.all_of([several, tree.any_of([Column("m", f"u{n}") for n in numbers])]),
            "cannot_tell",
            "both_unknown",
        ),
    ]
    labels = [tree.Case(((Column("m", f"u{n}"), tree.text(pair.name)),)) for n, pair in enumerate(pairs)]
    filled = tree.Lambda(("x",), tree.negate(tree.is_null(Column("", "x"))))
    missing: Scalar = call("list_filter", call("list_value", *labels), filled)
    if is_uncertain(matched) != tree.FALSE:
        open_ends = [_between_ends(pair, n, "_") for n, pair in enumerate(pairs)]
        may_differ = tree.any_of(
            [*(pair.differs for pair in open_ends), *(_one_empty(n, "_") for n in numbers)]
        )
        more = call(">", Column("m", "n_"), Column("m", "n"))
        cases.append((tree.all_of([more, may_differ]), "cannot_tell", "row_unknown"))
        lacks = call("coalesce", Column("m", "lacks"), tree.no_texts())
        missing = call("list_sort", call("list_distinct", call("list_concat", missing, lacks)))
    columns |= decide(*cases, (tree.TRUE, "clear", "agrees"))
    columns["confidence"] = call("as_decimal", call("coalesce", Column("m", "confidence"), tree.number(1)))
    columns["missing"] = missing
    return columns


def _between_ends(pair: Pair, n: int, tail: str) -> Pair:
    low, high = Column("m", f"lo{n}{tail}"), Column("m", f"hi{n}{tail}")
    tolerance = replace(pair.tolerance, value=Column("m", f"t{n}"), reads=()) if pair.tolerance else None
    return replace(
        pair,
        left=replace(pair.left, value=low, reads=(), scores=()),
        right=replace(pair.right, value=high, reads=(), scores=()),
        raw=(low, high),
        tolerance=tolerance,
    )


def _one_empty(n: int, tail: str) -> Scalar:
    filled = tree.negate(tree.is_null(Column("m", f"lo{n}{tail}")))
    return tree.all_of([Column("m", f"empty{n}{tail}"), filled])
