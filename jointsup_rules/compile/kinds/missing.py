"""missing: after A, no B within N; B may come from another agency, whose export may end earlier."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Annotated
from typing import Literal as OneOf

from pydantic import BeforeValidator, Field

from jointsup_rules.compile import tree
from jointsup_rules.compile.bind import Bound, Read
from jointsup_rules.compile.context import (
    Context,
    EvidenceRows,
    Found,
    confidence_of,
    decide,
    is_uncertain,
    may_belong,
    missing_of,
)
from jointsup_rules.compile.kinds.time_limit import WARN_DAYS, first_stage, is_due_open, is_soon
from jointsup_rules.compile.periods import Due, Limit, limit_text, reckon_due, staged
from jointsup_rules.compile.subjects import Reach
from jointsup_rules.compile.tree import (
    Aggregate,
    Column,
    Join,
    Literal,
    Scalar,
    Select,
    Source,
    Structure,
    call,
)
from jointsup_rules.model.clock import Roll
from jointsup_rules.model.dictionary import Relation as DictionaryRelation
from jointsup_rules.model.shape import Expression, Flag, Shape, Whole

_ONE_OR_LIST = BeforeValidator(
    lambda value: [value] if isinstance(value, str) else value,
    json_schema_input_type=str | tuple[Expression, ...],
)


class Missing(Shape):
    """`after` A, `expect` B (any one of several) `within` a limit; at once where no limit is given."""

    after: Expression
    expect: Annotated[tuple[Expression, ...], _ONE_OR_LIST]
    within: Limit | None = None
    roll: Roll | None = None
    late: OneOf["clear", "hit"] = "clear"
    from_start: Flag = True
    warn_days: Whole = Field(WARN_DAYS, ge=0)


@dataclass(frozen=True)
class _Sought:
    """One expected day: the first that counts, whether another may, and what must be joined for them.

    `doubtful` is the first day over a link of doubtful score.
    """

    found: Bound
    may_be_earlier: Scalar
    doubtful: Scalar | None = None
    joins: tuple[Join, ...] = ()
    relation: DictionaryRelation | None = None


def find(context: Context) -> Found:
    """One finding per subject."""
    shape = context.shape(Missing)
    start = context.bind_day(shape.after, "after")
    context.started_on = call("date_of", start.value)
    own_read = context.tables_read()
    context.also_read = set()
    sought: list[_Sought] = []
    tables: set[str] = set()
    reads_own_row = False
    for number, text in enumerate(shape.expect):
        name, _, column = text.partition(".")
        relation = context.subject.related.get(name)
        if relation is not None and column:
            sought.append(_search(context, relation, column, number, start, shape.from_start))
            tables.update(context.planner.tables_of(context.planner.target_of(relation)))
            continue
        found, behind = _own_day(context, text, number, start, shape.from_start)
        sought.append(_Sought(found, found.is_unknown()))
        tables |= behind
        reads_own_row |= not behind or any(one in context.subject.columns for one in found.names)
    seen = context.seen_until(tables, alias="s" if reads_own_row else "")
    due = _due(context, shape, start)
    days = [one.found for one in sought]
    doubtful = [one.doubtful for one in sought if one.doubtful is not None]
    parts = dict(first_stage(context, start, None, None, due, seen))
    parts["missing"] = missing_of(start, due.bound, *days)
    parts["confidence"] = confidence_of(start, *days)
    parts["found"] = tree.earliest(*(call("date_of", day.value) for day in days))
    parts["doubtful"] = tree.earliest(*doubtful) if doubtful else tree.nothing("date")
    parts["sought_unknown"] = tree.is_true(tree.any_of([one.may_be_earlier for one in sought]))
    context.also_read |= own_read
    joins = tuple(join for one in sought for join in one.joins)
    first = Select(
        (*context.key_columns(), *parts.items()),
        context.source(),
        (*joins, *due.joins),
        where=context.in_scope(),
    )
    keys = [name for name, _ in context.key_columns()]
    finding = _judge(context, shape, due)
    select = Select(
        (*((name, Column("x", name)) for name in keys), *finding), Source(staged(keys, first, due), "x")
    )
    relations = [one.relation for one in sought if one.relation is not None]
    rows = tuple(EvidenceRows(relation, relation.name, _all_rows) for relation in relations)
    return Found(select, rows, measure_unit="days")


def _all_rows(context: Context, mine: Reach, theirs: Reach) -> Scalar:
    return tree.TRUE


def _due(context: Context, shape: Missing, start: Bound) -> Due:
    if shape.within is not None:
        return reckon_due(context, start, shape.within, shape.roll, None, "within")
    day = call("date_of", Column("x", "start"))
    text, at_once = limit_text("none", tree.number(0)), Bound(tree.number(0), "integer")
    amount = (("amount", at_once.value),)
    return Due(amount, (), day, Column("x", "base"), Column("x", "moved"), text, at_once)


def _own_day(
    context: Context, text: str, number: int, start: Bound, from_start: bool
) -> tuple[Bound, set[str]]:
    """An expected day of the subject, empty where it lies before the start; and the tables derived columns rest on."""
    apart = replace(context, reach=Reach(context.subject.name, "s"), also_read=set(), names=set())
    found = apart.bind_day(text, "expect", number)
    context.reach.derived.update(apart.reach.derived)
    context.names |= apart.names
    if from_start:
        counts = call(">=", call("date_of", found.value), call("date_of", start.value))
        early = tree.is_true(tree.negate(counts))
        # A day before the start is known and does not count: what is unknown of the expression is unknown no more.
        reads = tuple(
            replace(read, unknown=tree.all_of([tree.is_null(found.value), read.unknown]))
            for read in found.reads
        )
        value = tree.Case(((early, tree.nothing(found.type)),), found.value)
        found = replace(found, value=value, reads=reads)
    return found, apart.tables_read()


def _search(
    context: Context, relation: DictionaryRelation, column: str, number: int, start: Bound, from_start: bool
) -> _Sought:
    """The first expected day in the rows of a relation, joined by the subject's key.

    A link of doubtful score counts, too, but apart: it can make a finding clear, never late.
    """
    every = relation.model_copy(update={"min_score": None})
    alias = f"sought{number}"
    mine = Reach(context.subject.name, "s", derived=context.reach.derived)
    theirs = context.planner.reach_target(every, "r")
    matched = context.planner.match(every, context.subject, mine, theirs)
    written = context.written(column, "expect", number)
    value = context.planner.reader.bind(written, context.planner.scope(theirs), wanted=("date", "timestamp"))
    day = call("date_of", value.value)
    taken = tree.is_true(matched.when.value) if matched.when else None
    after = call(">=", day, call("date_of", start.value)) if from_start else None
    score: Scalar = matched.score if matched.score is not None else tree.number(1)
    is_sure: Scalar | None = None
    if relation.min_score is not None and matched.score is not None:
        is_sure = call(">=", score, Literal(Decimal(str(relation.min_score)), "decimal"))
    counts = _or_none(tree.all_of([taken, after, is_sure]))
    may = may_belong(matched)
    # Where any day will do the earliest is asked for; a later one cannot make it missing.
    columns = [
        *context.key_columns(),
        ("found", Aggregate("min", (day,), counts)),
        ("score", Aggregate("arg_min", (score, day), counts)),
        ("undated", _any(tree.all_of([may, value.is_unknown()]))),
        ("unsorted", _any(tree.all_of([is_uncertain(matched), after]))),
    ]
    if is_sure is not None:
        loose = tree.all_of([taken, after, tree.negate(is_sure)])
        columns.append(("doubtful", Aggregate("min", (day,), loose)))
    keys = tuple(key for _, key in context.key_columns())
    select = Select(
        tuple(columns), context.planner.source(mine), context.planner.joins(matched, theirs),
        where=context.in_scope(), group=keys,
    )  # fmt: skip
    on = tree.all_of(
        [call("=", Column("s", name), Column(alias, f"k{n}")) for n, name in enumerate(context.subject.key)]
    )
    labels = {f"{relation.name}.{column}": "undated"}
    labels |= {read.label: "unsorted" for read in (matched.when.reads if matched.when is not None else ())}
    flags = {label: tree.is_true(Column(alias, name)) for label, name in labels.items()}
    reads = tuple(Read(label, flag, flag) for label, flag in flags.items())
    scores = (Column(alias, "score"),) if matched.score is not None else ()
    return _Sought(
        Bound(Column(alias, "found"), "date", reads, scores),
        tree.any_of([read.unknown for read in reads]),
        Column(alias, "doubtful") if is_sure is not None else None,
        (Join("left", Source(select, alias), on),),
        relation,
    )


def _or_none(condition: Scalar) -> Scalar | None:
    return None if condition == tree.TRUE else condition


def _any(condition: Scalar) -> Scalar:
    return condition if condition == tree.FALSE else Aggregate("bool_or", (tree.is_true(condition),))


def _judge(context: Context, shape: Missing, due: Due) -> tuple[tuple[str, Scalar], ...]:
    as_of: Scalar = Literal(context.as_of, "date")
    began, found, seen = call("date_of", Column("x", "start")), Column("x", "found"), Column("x", "seen")
    d, unknown = call("date_of", Column("x", "due")), Column("x", "sought_unknown")
    is_found = tree.negate(tree.is_null(found))
    ends_early = tree.all_of([call("<=", seen, d), call("<", d, as_of)])
    doubtful, is_open = Column("x", "doubtful"), is_due_open()
    by_doubtful_link = tree.all_of(
        [
            tree.negate(tree.is_null(doubtful)),
            tree.any_of([tree.negate(is_found), tree.is_true(call("<=", doubtful, d))]),
        ]
    )
    decided = decide(
        (Column("x", "start_unknown"), "cannot_tell", "start_unknown"),
        (tree.is_null(Column("x", "start")), "clear", "not_begun"),
        (tree.all_of([is_found, call("<=", found, d)]), "clear", "found_in_time"),
        *([(is_found, "clear", "found_late")] if shape.late == "clear" else []),
        (by_doubtful_link, "clear", "found_in_time"),
        (tree.all_of([is_open, call("<=", found, Column("x", "moved"))]), "clear", "found_in_time"),
        (tree.all_of([is_open, call("<=", seen, Column("x", "moved"))]), "running", "calendar_running"),
        (tree.is_null(d), "cannot_tell", "due_unknown"),
        (tree.all_of([is_found, unknown]), "cannot_tell", "sought_unknown"),
        (is_found, "hit", "found_late"),
        (tree.all_of([unknown, call(">", seen, d)]), "cannot_tell", "sought_unknown"),
        (call(">", seen, d), "hit", "not_found"),
        (ends_early, "cannot_tell", "ends_early"),
        (tree.TRUE, "running", "running"),
    )
    over = call("greatest", tree.number(0), call("days_between", d, call("coalesce", found, seen)))
    too_early = tree.all_of([tree.is_null(found), ends_early])
    missing = tree.case((is_open, due.lacks), otherwise=Column("x", "missing"))
    searched = Structure(
        (
            ("searched", tree.text(", ".join(shape.expect))),
            ("from", call("as_text", began)),
            ("until", call("as_text", seen)),
        )
    )
    return context.finding(
        **decided,
        started_on=began,
        due_on=d,
        ended_on=found,
        over_days=over,
        measure=over,
        confidence=Column("x", "confidence"),
        missing=missing,
        why=tree.case((tree.is_true(too_early), tree.text("ends_early"))),
        detail=call("as_text", call("to_json", searched)),
        base_on=Column("x", "base"),
        limit_text=due.text,
        seen_until=seen,
        soon=is_soon(context, d, shape.warn_days),
    )
