"""time_limit: a duty not done within its limit; open or done late."""

from __future__ import annotations

from typing import Annotated
from typing import Literal as OneOf

from pydantic import BeforeValidator, Field

from jointsup_rules.compile import tree
from jointsup_rules.compile.bind import Bound, Scope
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
from jointsup_rules.compile.periods import Due, Limit, Pause, RollUnless, reckon_due, staged
from jointsup_rules.compile.subjects import Matched, Reach
from jointsup_rules.compile.tree import Column, Literal, Scalar, Select, Source, call
from jointsup_rules.model.dictionary import Relation as DictionaryRelation
from jointsup_rules.model.shape import Expression, Several, Shape, Whole
from jointsup_rules.problems import Text


def _roll(value: object) -> object:
    return {"yes": True, "no": False}.get(value, value) if isinstance(value, str) else value


Roll = Annotated[bool | RollUnless, BeforeValidator(_roll)]
WARN_DAYS = 7


class TimeLimit(Shape):
    """A limit written out (`from`, `until`, `limit`, `roll` …) or a named clock."""

    clock: Several = ()
    from_: Expression | None = Field(None, alias="from")
    until: Expression | None = None
    done_when: Expression | None = None
    limit: Limit | None = None
    roll: Roll | None = None
    pause: Pause | None = None
    find: OneOf["both", "open", "done"] = "both"
    warn_days: Whole = Field(WARN_DAYS, ge=0)
    each: str | None = None


def find(context: Context) -> Found:
    """One finding per subject, or per row of `each`."""
    shape = context.shape(TimeLimit)
    if shape.clock or shape.from_ is None or shape.limit is None:
        _refuse(context, shape)
    if shape.each is None:
        return Found(_findings(context, shape), measure_unit="days")
    relation = context.relation(shape.each, "each")
    found = _findings(context, shape, context.row(relation), relation)
    return Found(found, (EvidenceRows(relation, relation.name, is_that_row),), relation, "days")


def _refuse(context: Context, shape: TimeLimit) -> None:
    if shape.clock:
        what = Text(zh="没有这个期限时钟", en="no such clock")
        why = Text(
            zh="具名时钟须在 rules/clocks.yaml 中定义", en="named clocks are defined in rules/clocks.yaml"
        )
        fix = Text(zh="写出 from、limit 和 roll", en="write out from, limit and roll")
        context.problem(("clock",), what, why, fix, "JR306")
    else:
        missing = "from" if shape.from_ is None else "limit"
        what = Text(zh=f"time_limit 缺少 {missing}", en=f"time_limit has no '{missing}'")
        why = Text(zh="期限要有起点和长度", en="a limit has a start and a length")
        context.problem((), what, why, Text(zh=f"补上 {missing}:", en=f"add {missing}:"), "JR306")
    raise RuleError


def _findings(
    context: Context,
    shape: TimeLimit,
    row: tuple[Reach, Scope, Matched] | None = None,
    relation: DictionaryRelation | None = None,
) -> Select:
    assert shape.from_ is not None
    assert shape.limit is not None
    scope = row[1] if row is not None else None
    start = context.bind_day(shape.from_, "from", scope=scope)
    context.started_on = call("date_of", start.value)
    end = context.bind_day(shape.until, "until", scope=scope) if shape.until else None
    done = (
        context.bind(shape.done_when, "done_when", scope=scope, wanted=("boolean",))
        if shape.done_when
        else None
    )
    last = call("date_of", end.value) if end is not None else tree.nothing("date")
    stop = call("coalesce", last, Literal(context.as_of, "date"))
    due = reckon_due(context, start, shape.limit, shape.roll, shape.pause, stop, "limit", scope=scope)
    stage = first_stage(context, start, end, done, due, context.seen_until())
    joins, where = due.joins, context.in_scope()
    key: Scalar = tree.nothing("text")
    if row is not None and relation is not None:
        theirs, _, matched = row
        joins = (*context.planner.joins(matched, theirs), *joins)
        where = tree.all_of([where, tree.is_true(matched.when.value) if matched.when else None])
        key = key_text([Column("r", name) for name in context.planner.target_of(relation).key])
    first = Select((*context.key_columns(), *stage, ("row_key", key)), context.source(), joins, where=where)
    keys = [name for name, _ in context.key_columns()]
    finding = judge_limit(context, due, shape.find, shape.warn_days)
    return Select(
        (*((name, Column("x", name)) for name in keys), *finding), Source(staged(keys, first, due), "x")
    )


def first_stage(
    context: Context, start: Bound, end: Bound | None, done: Bound | None, due: Due, seen: Scalar
) -> list[tuple[str, Scalar]]:
    """Return what judging a period needs, over the subject: each value once, with whether it is unknown."""
    parts = [start, due.bound, *([end] if end is not None else []), *([done] if done is not None else [])]
    open_end = [bound.is_unknown() for bound in (end, done) if bound is not None]
    ended = end.value if end is not None else tree.nothing("date")
    return [
        ("start", start.value),
        ("start_unknown", tree.is_true(start.is_unknown())),
        ("ended", ended),
        ("end_unknown", tree.is_true(tree.any_of(open_end))),
        ("done", tree.is_true(done.value) if done is not None else tree.FALSE),
        ("seen", seen),
        ("missing", missing_of(*parts)),
        ("confidence", confidence_of(*parts)),
        *due.columns,
    ]


def calendar_ends(due: Due) -> Scalar:
    """Whether the due day lies in a year whose calendar is not announced."""
    return tree.all_of([tree.is_null(Column("x", "due")), tree.negate(tree.is_null(Column("x", "base")))])


def judge_limit(context: Context, due: Due, which: str, warn_days: int) -> tuple[tuple[str, Scalar], ...]:
    """Return the finding of a period: the first case of the table in which it lies.

    Instants are compared as instants (what the evidence shows is then the end of that day), days as local days.
    """
    as_of: Scalar = Literal(context.as_of, "date")
    start, d, seen = Column("x", "start"), Column("x", "due"), Column("x", "seen")
    d_day, ended_on = call("date_of", d), call("date_of", Column("x", "ended"))
    ended: Scalar = Column("x", "ended") if due.is_instant else ended_on
    v = call("end_of_day", seen) if due.is_instant else seen
    now = call("end_of_day", as_of) if due.is_instant else as_of
    is_done = tree.all_of([tree.negate(tree.is_null(ended_on)), call("<=", ended_on, seen)])
    done, end_unknown = Column("x", "done"), Column("x", "end_unknown")
    is_past, ends_early = call(">", v, d), tree.all_of([call("<=", v, d), call("<", d, now)])
    decided = decide(
        (Column("x", "start_unknown"), "cannot_tell", "start_unknown"),
        (tree.is_null(start), "clear", "not_begun"),
        (call(">", call("date_of", start), seen), "running", "planned"),
        (
            tree.all_of([calendar_ends(due), call("<=", seen, Column("x", "base"))]),
            "running",
            "calendar_running",
        ),
        (tree.is_null(d), "cannot_tell", "due_unknown"),
        (tree.all_of([is_done, call(">", ended, d)]), "hit" if which != "open" else "clear", "done_late"),
        (is_done, "clear", "done_in_time"),
        (tree.all_of([done, call("<=", v, d)]), "clear", "done_undated_in_time"),
        (done, "cannot_tell", "done_undated"),
        (tree.all_of([end_unknown, is_past]), "cannot_tell", "end_unknown"),
        (end_unknown, "running", "end_unknown_running"),
        (is_past, "hit" if which != "done" else "running", "open_late"),
        (ends_early, "cannot_tell", "ends_early"),
        (tree.TRUE, "running", "running"),
    )
    measured_to = tree.case((tree.is_true(is_done), ended_on), otherwise=seen)
    over = call("greatest", tree.number(0), call("days_between", d_day, measured_to))
    too_early = tree.all_of(
        [tree.negate(tree.is_null(d)), ends_early, tree.negate(end_unknown), tree.negate(done)]
    )
    missing = tree.case(
        (calendar_ends(due), call("list_value", tree.text("calendar"))), otherwise=Column("x", "missing")
    )
    return context.finding(
        **decided,
        started_on=call("date_of", start),
        due_on=d_day,
        ended_on=tree.case((tree.is_true(is_done), ended_on)),
        over_days=over,
        measure=over,
        confidence=Column("x", "confidence"),
        missing=missing,
        why=tree.case((tree.is_true(too_early), tree.text("ends_early"))),
        row_key=Column("x", "row_key"),
        base_on=Column("x", "base"),
        limit_text=due.text,
        paused_days=call("days_between", Column("x", "base"), Column("x", "moved")),
        seen_until=seen,
        soon=is_soon(context, d_day, warn_days),
    )


def is_soon(context: Context, due_on: Scalar, warn_days: int) -> Scalar:
    """Whether a due day lies at most so many days after the day of the sweep."""
    left = call("days_between", Literal(context.as_of, "date"), due_on)
    return tree.is_true(call("between", left, tree.number(0), tree.number(warn_days)))
