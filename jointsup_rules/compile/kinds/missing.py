"""missing: after A, no B within N; B may come from another agency, whose export may end earlier."""

from __future__ import annotations

from typing import Annotated
from typing import Literal as OneOf

from pydantic import BeforeValidator, Field

from jointsup_rules.compile import tree
from jointsup_rules.compile.bind import Bound, Read
from jointsup_rules.compile.context import Context, EvidenceRows, Found, confidence_of, decide, missing_of
from jointsup_rules.compile.kinds.time_limit import WARN_DAYS, Roll, calendar_ends, first_stage, is_soon
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
from jointsup_rules.model.dictionary import Relation as DictionaryRelation
from jointsup_rules.model.shape import Expression, Flag, Shape, Whole


class Missing(Shape):
    """`after` A, `expect` B (any one of several) `within` a limit; at once where no limit is given."""

    after: Expression
    expect: Annotated[tuple[Expression, ...], BeforeValidator(lambda v: [v] if isinstance(v, str) else v)]
    within: Limit | None = None
    roll: Roll | None = None
    late: OneOf["clear", "hit"] = "clear"
    from_start: Flag = True
    warn_days: Whole = Field(WARN_DAYS, ge=0)


def find(context: Context) -> Found:
    """One finding per subject."""
    shape = context.shape(Missing)
    start = context.bind_day(shape.after, "after")
    context.started_on = call("date_of", start.value)
    own_read = context.tables_read()
    context.also_read = set()
    columns: list[Bound] = []
    searched: list[tuple[DictionaryRelation, str, int]] = []
    tables: set[str] = set()
    for number, text in enumerate(shape.expect):
        name, _, column = text.partition(".")
        relation = context.subject.related.get(name)
        if relation is not None and column:
            searched.append((relation, column, number))
            # What is sought may rest on a doubtful link: it counts all the same, with its confidence.
            tables.update(context.planner.tables_of(context.planner.target_of(relation)))
        else:
            columns.append(context.bind_day(text, "expect", number))
            tables.update(context.planner.tables_of(context.subject))
    joins: list[Join] = []
    sought: list[Bound] = list(columns)
    for index, (relation, column, number) in enumerate(searched):
        joined, bound = _search(context, relation, column, number, start, shape.from_start, f"sought{index}")
        joins.append(joined)
        sought.append(bound)
    seen = context.seen_until(tables, alias="s" if columns else "")
    due = _due(context, shape, start, seen)
    stage = [
        *first_stage(context, start, None, None, due, seen),
        ("found", _earliest(sought, start, shape.from_start)),
        ("sought_unknown", tree.is_true(tree.any_of([bound.is_unknown() for bound in sought]))),
    ]
    stage = [
        (
            name,
            {
                "missing": missing_of(start, due.bound, *sought),
                "confidence": confidence_of(start, *sought),
            }.get(name, value),
        )
        for name, value in stage
    ]
    context.also_read |= own_read
    first = Select(
        (*context.key_columns(), *stage), context.source(), (*joins, *due.joins), where=context.in_scope()
    )
    keys = [name for name, _ in context.key_columns()]
    finding = _judge(context, shape, due)
    select = Select(
        (*((name, Column("x", name)) for name in keys), *finding), Source(staged(keys, first, due), "x")
    )
    rows = tuple(EvidenceRows(relation, relation.name, _all_rows) for relation, _, _ in searched)
    return Found(select, rows, measure_unit="days")


def _all_rows(context: Context, mine: Reach, theirs: Reach) -> Scalar:
    return tree.TRUE


def _due(context: Context, shape: Missing, start: Bound, seen: Scalar) -> Due:
    if shape.within is not None:
        return reckon_due(context, start, shape.within, shape.roll, None, seen, "within")
    day = call("date_of", Column("x", "start"))
    at_once = Bound(tree.number(0), "integer")
    return Due(
        (),
        (),
        day,
        Column("x", "base"),
        Column("x", "moved"),
        limit_text("none", tree.number(0)),
        at_once,
        False,
    )


def _earliest(sought: list[Bound], start: Bound, from_start: bool) -> Scalar:
    """The first expected day; one before the start does not count unless any day will do."""
    began = call("date_of", start.value)
    days: list[Scalar] = []
    for bound in sought:
        day = call("date_of", bound.value)
        is_searched = isinstance(bound.value, Column) and bound.value.source.startswith("sought")
        days.append(day if is_searched or not from_start else tree.Case(((call(">=", day, began), day),)))
    return tree.earliest(*days)


def _search(
    context: Context,
    relation: DictionaryRelation,
    column: str,
    number: int,
    start: Bound,
    from_start: bool,
    alias: str,
) -> tuple[Join, Bound]:
    """The first expected day in the rows of a relation, joined by the subject's key under `alias`."""
    doubtful = relation.model_copy(update={"min_score": None})
    mine = Reach(context.subject.name, "s", derived=context.reach.derived)
    theirs = context.planner.reach_target(doubtful, "r")
    matched = context.planner.match(doubtful, context.subject, mine, theirs)
    written = context.written(column, "expect", number)
    value = context.planner.reader.bind(written, context.planner.scope(theirs), wanted=("date", "timestamp"))
    day = call("date_of", value.value)
    taken = tree.is_true(matched.when.value) if matched.when else None
    counts = tree.all_of([taken, call(">=", day, call("date_of", start.value)) if from_start else None])
    doubt = tree.is_true(Aggregate("bool_or", (tree.all_of([taken, value.is_unknown()]),)))
    # Where any day will do the earliest is asked for; a later one cannot make it missing.
    columns = [
        *context.key_columns(),
        ("found", Aggregate("min", (day,), None if counts == tree.TRUE else counts)),
        ("doubt", doubt),
        (
            "score",
            Aggregate("min", (matched.score or tree.number(1),), None if counts == tree.TRUE else counts),
        ),
    ]
    keys = tuple(key for _, key in context.key_columns())
    select = Select(
        tuple(columns), context.planner.source(mine), context.planner.joins(matched, theirs),
        where=context.in_scope(), group=keys,
    )  # fmt: skip
    on = tree.all_of(
        [call("=", Column("s", name), Column(alias, f"k{n}")) for n, name in enumerate(context.subject.key)]
    )
    flag = tree.is_true(Column(alias, "doubt"))
    reads = (Read(f"{relation.name}.{column}", flag, flag),)
    scores = (Column(alias, "score"),) if matched.score is not None else ()
    return Join("left", Source(select, alias), on), Bound(Column(alias, "found"), "date", reads, scores)


def _judge(context: Context, shape: Missing, due: Due) -> tuple[tuple[str, Scalar], ...]:
    as_of: Scalar = Literal(context.as_of, "date")
    began, found, seen = call("date_of", Column("x", "start")), Column("x", "found"), Column("x", "seen")
    d, unknown = call("date_of", Column("x", "due")), Column("x", "sought_unknown")
    is_found = tree.negate(tree.is_null(found))
    ends_early = tree.all_of([call("<=", seen, d), call("<", d, as_of)])
    decided = decide(
        (Column("x", "start_unknown"), "cannot_tell", "start_unknown"),
        (tree.is_null(Column("x", "start")), "clear", "not_begun"),
        (tree.all_of([is_found, call("<=", found, d)]), "clear", "found_in_time"),
        (call(">", began, seen), "running", "planned"),
        (
            tree.all_of([calendar_ends(due), call("<=", seen, Column("x", "base"))]),
            "running",
            "calendar_running",
        ),
        (tree.is_null(d), "cannot_tell", "due_unknown"),
        (is_found, shape.late, "found_late"),
        (unknown, "cannot_tell", "sought_unknown"),
        (call(">", seen, d), "hit", "not_found"),
        (ends_early, "cannot_tell", "ends_early"),
        (tree.TRUE, "running", "running"),
    )
    over = call("greatest", tree.number(0), call("days_between", d, call("coalesce", found, seen)))
    too_early = tree.all_of([tree.is_null(found), ends_early, tree.negate(unknown)])
    missing = tree.case(
        (calendar_ends(due), call("list_value", tree.text("calendar"))), otherwise=Column("x", "missing")
    )
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
