"""time_limit: a duty not done within its limit; open or done late."""

from __future__ import annotations

from typing import Literal as OneOf

from pydantic import Field

from jointsup_rules.compile import tree
from jointsup_rules.compile.bind import Bound, Scope
from jointsup_rules.compile.clocks.built import BuiltClock, may_be_in_time
from jointsup_rules.compile.context import (
    Context,
    EvidenceRows,
    Found,
    RuleError,
    confidence_of,
    decide,
    is_uncertain,
    key_text,
    may_belong,
    missing_of,
)
from jointsup_rules.compile.kinds.condition import is_that_row
from jointsup_rules.compile.pauses import Pause
from jointsup_rules.compile.periods import Due, Limit, length_words, limit_text, reckon_due, staged
from jointsup_rules.compile.subjects import Matched, Reach
from jointsup_rules.compile.tree import Column, Join, Literal, Relation, Scalar, Select, Source, Union, call
from jointsup_rules.model.clock import Roll
from jointsup_rules.model.dictionary import Relation as DictionaryRelation
from jointsup_rules.model.shape import Expression, Several, Shape, Whole
from jointsup_rules.problems import Text, did_you_mean

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
    """One finding per subject, or per row of `each`; with clocks one per period of each."""
    shape = context.shape(TimeLimit)
    if shape.clock:
        return _of_clocks(context, shape)
    if shape.from_ is None or shape.limit is None:
        _refuse(context, shape)
    if shape.each is None:
        return Found(_findings(context, shape), measure_unit="days")
    relation = context.relation(shape.each, "each")
    found = _findings(context, shape, context.row(relation), relation)
    return Found(found, (EvidenceRows(relation, relation.name, is_that_row),), relation, "days")


def _refuse(context: Context, shape: TimeLimit) -> None:
    missing = "from" if shape.from_ is None else "limit"
    what = Text(zh=f"time_limit 缺少 {missing}", en=f"time_limit has no '{missing}'")
    why = Text(zh="期限要有起点和长度", en="a limit has a start and a length")
    fix = Text(zh=f"补上 {missing}:，或写 clock:", en=f"add {missing}:, or name a clock with clock:")
    context.problem((), what, why, fix, "JR302")
    raise RuleError


# ---- named clocks


def _of_clocks(context: Context, shape: TimeLimit) -> Found:
    """One finding per period of each named clock."""
    for key in ("from", "until", "done_when", "limit", "roll", "pause", "each"):
        if key in shape.model_fields_set or f"{key}_" in shape.model_fields_set:
            what = Text(zh=f"clock 不能与 {key} 同写", en=f"'clock' and '{key}' exclude each other")
            why = Text(zh="起止、长度和顺延都在时钟里", en="start, end, length and roll stand in the clock")
            context.problem((key,), what, why, Text(zh=f"删去 {key}", en=f"leave out '{key}'"), "JR302")
            raise RuleError
    parts: list[Relation] = []
    for number, name in enumerate(shape.clock):
        steps = ("clock", number) if isinstance(_written_clock(context), list) else ("clock",)
        parts.append(_clock_findings(context, shape, _built(context, name, steps)))
    whole = parts[0] if len(parts) == 1 else Union(tuple(parts))
    return Found(whole, measure_unit="days", clocks=shape.clock)


def _written_clock(context: Context) -> object:
    value: object = context.document.data
    for step in (*context.loc, "clock"):
        value = value[step]  # type: ignore[index]
    return value


def _built(context: Context, name: str, steps: tuple[str | int, ...]) -> BuiltClock:
    """Return a clock as tables.

    Raises:
        RuleError: there is no such clock, it cannot be compiled, or it is about another subject; recorded.
    """
    assert context.clocks is not None, "a rule is compiled with the clocks there are"
    if name not in context.clocks.clocks:
        what = Text(zh=f"没有时钟“{name}”", en=f"no clock '{name}'")
        why = Text(
            zh="具名时钟须在 rules/clocks.yaml 中定义", en="named clocks are defined in rules/clocks.yaml"
        )
        none = Text(zh="写出 from、limit 和 roll", en="write out from, limit and roll")
        fix = did_you_mean(name, context.clocks.clocks, none)
        context.problem(steps, what, why, fix, "JR306")
        raise RuleError
    clock = context.clocks.clocks[name]
    if clock.shape.subject != context.subject.name:
        what = Text(
            zh=f"时钟 {name} 的对象是“{clock.shape.subject}”",
            en=f"clock '{name}' is about subject '{clock.shape.subject}'",
        )
        why = Text(zh="规则与时钟须是同一对象", en="a rule and its clock have one subject")
        context.problem(steps, what, why, Text(), "JR306")
        raise RuleError
    built = context.clocks.named(name)
    if built is None:
        raise RuleError
    context.also_read |= built.rests_on
    return built


def _clock_findings(context: Context, shape: TimeLimit, built: BuiltClock) -> Select:
    """The periods of a clock whose subject is in scope, judged."""
    keys = context.subject.key
    on = tree.all_of([call("=", Column("t", name), Column("s", name)) for name in keys])
    carried = ("segment", "start", "start_unknown", "ended", "end_unknown", "uncertain", "seen", "stop", "missing",
               "amount", "base", "moved", "due", "due_may", "due_all", "lacks", "open_lacks",
               "months", "days", "working_days", "fixed")  # fmt: skip
    confidence = call("least", Column("t", "confidence"), confidence_of(*context.scope_of))
    first = Select(
        (
            *context.key_columns(),
            *((name, Column("t", name)) for name in carried),
            ("done", tree.FALSE),
            ("confidence", confidence),
            ("row_key", tree.nothing("text")),
        ),
        context.source(),
        (Join("inner", Source(built.named("due"), "t"), on),),
        where=context.in_scope(),
    )
    may_move = may_be_in_time("x")
    words = length_words(
        {unit: Column("x", unit) for unit in ("months", "days", "working_days")}, built.clock.shape.month_rule
    )
    text = tree.case(
        (tree.negate(tree.is_null(Column("x", "fixed"))), limit_text("due", tree.nothing("text"))),
        otherwise=words,
    )
    due = Due((), (), Column("x", "base"), Column("x", "moved"), Column("x", "due"), text,
              Bound(tree.number(1), "integer"), lacks=Column("x", "lacks"), may_move=may_move,
              pause_lacks=Column("x", "open_lacks"))  # fmt: skip
    finding = dict(_judge(context, due, shape, [], Column("x", "uncertain")))
    finding |= {
        "clock": tree.text(built.clock.name), "segment": Column("x", "segment"), "due_if_all": call("greatest", Column("x", "due"), Column("x", "due_all")),
    }  # fmt: skip
    columns = (*((name, Column("x", name)) for name, _ in context.key_columns()), *finding.items())
    return Select(columns, Source(first, "x"))


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
    due = reckon_due(context, start, shape.limit, shape.roll, shape.pause, "limit", scope=scope)
    matched = row[2] if row is not None else None
    stage = first_stage(context, start, end, done, due, context.seen_until(), matched)
    joins, where = due.joins, context.in_scope()
    key: Scalar = tree.nothing("text")
    if row is not None and matched is not None and relation is not None:
        joins = (*context.planner.joins(matched, row[0]), *joins)
        where = tree.all_of([where, may_belong(matched)])
        key = key_text([Column("r", name) for name in context.planner.target_of(relation).key])
    first = Select((*context.key_columns(), *stage, ("row_key", key)), context.source(), joins, where=where)
    keys = [name for name, _ in context.key_columns()]
    undated = sorted(end.names) if end is not None else []
    has_doubt = matched is not None and is_uncertain(matched) != tree.FALSE
    finding = _judge(context, due, shape, undated, Column("x", "uncertain") if has_doubt else tree.FALSE)
    return Select(
        (*((name, Column("x", name)) for name in keys), *finding), Source(staged(keys, first, due), "x")
    )


def first_stage(
    context: Context,
    start: Bound,
    end: Bound | None,
    done: Bound | None,
    due: Due,
    seen: Scalar,
    matched: Matched | None = None,
) -> list[tuple[str, Scalar]]:
    """Return what judging a period needs, over the subject: each value once, with whether it is unknown."""
    parts = [bound for bound in (start, due.bound, end, done) if bound is not None]
    when = matched.when if matched is not None else None
    open_end = [bound.is_unknown() for bound in (end, done) if bound is not None]
    ended = end.value if end is not None else tree.nothing("date")
    confidence = confidence_of(*parts)
    if matched is not None and matched.score is not None:
        confidence = call("least", confidence, matched.score)
    return [
        ("start", start.value),
        ("start_unknown", tree.is_true(start.is_unknown())),
        ("ended", ended),
        ("end_unknown", tree.is_true(tree.any_of(open_end))),
        ("done", tree.is_true(done.value) if done is not None else tree.FALSE),
        ("seen", seen),
        ("stop", call("least", call("date_of", ended), seen)),
        ("uncertain", is_uncertain(matched) if matched is not None else tree.FALSE),
        ("missing", missing_of(*parts, *([when] if when is not None else []))),
        ("confidence", confidence),
        *due.columns,
    ]


def is_due_open() -> Scalar:
    """Whether the due day is unknown although the first day it can be is known: for the calendar, or for custody."""
    return tree.all_of([tree.is_null(Column("x", "due")), tree.negate(tree.is_null(Column("x", "moved")))])


def _judge(
    context: Context, due: Due, shape: TimeLimit, undated: list[str], uncertain: Scalar
) -> tuple[tuple[str, Scalar], ...]:
    """Return the finding of a period: the first case of the table in which it lies.

    Instants are compared as instants (what the evidence shows is then the end of that day), days as local days.
    A pause that is not certain can only postpone: it leaves a hit open, and nothing else.
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
    done_late, not_before = tree.all_of([is_done, call(">", ended, d)]), Column("x", "moved")
    decided = decide(
        (Column("x", "start_unknown"), "cannot_tell", "start_unknown"),
        (tree.is_null(start), "clear", "not_begun"),
        (tree.is_null(Column("x", "amount")), "cannot_tell", "due_unknown"),
        (call(">", call("date_of", start), seen), "running", "planned"),
        (tree.all_of([is_due_open(), is_done, call("<=", ended_on, not_before)]), "clear", "done_in_time"),
        (tree.all_of([is_due_open(), call("<=", seen, not_before)]), "running", "calendar_running"),
        (tree.is_null(d), "cannot_tell", "due_unknown"),
        *([(done_late, "clear", "done_late")] if shape.find == "open" else []),
        (tree.all_of([done_late, due.may_move]), "cannot_tell", "pause_unknown"),
        (done_late, "hit", "done_late"),
        (is_done, "clear", "done_in_time"),
        (tree.all_of([done, call("<=", v, d)]), "clear", "done_undated_in_time"),
        (done, "clear" if shape.find == "open" else "cannot_tell", "done_undated"),
        (tree.all_of([end_unknown, is_past]), "cannot_tell", "end_unknown"),
        (end_unknown, "running", "end_unknown_running"),
        *([(is_past, "running", "open_late")] if shape.find == "done" else []),
        (tree.all_of([is_past, due.may_move]), "cannot_tell", "pause_unknown"),
        (is_past, "hit", "open_late"),
        (ends_early, "cannot_tell", "ends_early"),
        (tree.TRUE, "running", "running"),
        uncertain=uncertain,
    )
    measured: Scalar = tree.case((tree.is_true(is_done), ended), otherwise=v)
    measured_to = tree.case((tree.is_true(is_done), ended_on), otherwise=seen)
    over: Scalar = call("greatest", tree.number(0), call("days_between", d_day, measured_to))
    if due.is_instant:
        over = tree.case(
            (tree.is_true(call("<", measured, call("add_hours", d, tree.number(24)))), tree.number(0)),
            otherwise=over,
        )
    too_early = tree.all_of(
        [tree.negate(tree.is_null(d)), ends_early, tree.negate(end_unknown), tree.negate(done)]
    )
    is_undated = tree.all_of([done, tree.negate(is_done), is_past])
    return context.finding(
        **decided,
        started_on=call("date_of", start),
        due_on=d_day,
        ended_on=tree.case((tree.is_true(is_done), ended_on)),
        over_days=over,
        measure=over,
        confidence=Column("x", "confidence"),
        missing=_missing(due, undated, is_undated),
        why=tree.case(
            (tree.is_true(too_early), tree.text("ends_early")),
            *([(tree.is_true(is_undated), tree.text("done_undated"))] if not undated else []),
        ),
        row_key=Column("x", "row_key"),
        base_on=Column("x", "base"),
        limit_text=due.text,
        paused_days=call("days_between", Column("x", "base"), Column("x", "moved")),
        seen_until=seen,
        soon=is_soon(context, d_day, shape.warn_days),
    )


def _missing(due: Due, undated: list[str], is_undated: Scalar) -> Scalar:
    """What leaves a finding open: where it is done without a day, the columns that should hold the day."""
    missing: Scalar = Column("x", "missing")
    if due.may_move != tree.FALSE:
        both = call("list_distinct", call("list_concat", missing, due.pause_lacks))
        missing = tree.case((due.may_move, both), otherwise=missing)
    days = call("list_value", *map(tree.text, undated)) if undated else tree.no_texts()
    return tree.case((is_due_open(), due.lacks), (tree.is_true(is_undated), days), otherwise=missing)


def is_soon(context: Context, due_on: Scalar, warn_days: int) -> Scalar:
    """Whether a due day lies at most so many days after the day of the sweep."""
    left = call("days_between", Literal(context.as_of, "date"), due_on)
    return tree.is_true(call("between", left, tree.number(0), tree.number(warn_days)))
