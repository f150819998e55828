"""condition: subjects (or their related rows) for which an expression is true."""

from __future__ import annotations

from jointsup_rules.compile import tree
from jointsup_rules.compile.bind import Bound
from jointsup_rules.compile.context import (
    Context,
    EvidenceRows,
    Found,
    confidence_of,
    first_true,
    key_text,
    missing_of,
)
from jointsup_rules.compile.subjects import Reach
from jointsup_rules.compile.tree import Column, Scalar, Select, call
from jointsup_rules.model.shape import Expression, Shape


class Dates(Shape):
    """Days a finding carries; empty unless given."""

    started_on: Expression | None = None
    due_on: Expression | None = None
    ended_on: Expression | None = None


class Condition(Shape):
    """`when` is true: hit; false or not yet: clear; unknown: cannot tell."""

    when: Expression
    each: str | None = None
    dates: Dates = Dates()


def find(context: Context) -> Found:
    """One finding per subject, or per row of `each`."""
    shape = context.shape(Condition)
    if shape.each is None:
        return Found(_findings(context, shape))
    relation = context.relation(shape.each, "each")
    theirs, scope, matched = context.row(relation)
    when = context.bind(shape.when, "when", scope=scope, wanted=("boolean",))
    days = _days(context, shape, scope)
    row_key = key_text([Column("r", name) for name in context.planner.target_of(relation).key])
    columns = context.finding(
        outcome=_outcome(when),
        row_key=row_key,
        missing=missing_of(when),
        confidence=_confidence(when, matched.score),
        seen_until=context.seen_until(),
        **days,
    )
    where = tree.all_of([context.in_scope(), tree.is_true(matched.when.value) if matched.when else None])
    rows = Select(
        (*context.keys(), *columns), context.source(), context.planner.joins(matched, theirs), where=where
    )
    return Found(rows, (EvidenceRows(relation, relation.name, is_that_row),), relation)


def _findings(context: Context, shape: Condition) -> Select:
    when = context.bind(shape.when, "when", wanted=("boolean",))
    days = _days(context, shape, None)
    columns = context.finding(
        outcome=_outcome(when),
        missing=missing_of(when),
        confidence=confidence_of(when),
        seen_until=context.seen_until(),
        **days,
    )
    return Select((*context.keys(), *columns), context.source(), where=context.in_scope())


def _days(context: Context, shape: Condition, scope: object) -> dict[str, Scalar]:
    days: dict[str, Scalar] = {}
    for name in ("started_on", "due_on", "ended_on"):
        text = getattr(shape.dates, name)
        if text is not None:
            days[name] = call("date_of", context.bind_day(text, "dates", name, scope=scope).value)  # type: ignore[arg-type]
    return days


def _outcome(when: Bound) -> Scalar:
    return first_true((when.value, "hit"), (when.is_unknown(), "cannot_tell"), (tree.TRUE, "clear"))


def _confidence(when: Bound, score: Scalar | None) -> Scalar:
    own = confidence_of(when)
    return own if score is None else call("least", own, score)


def is_that_row(context: Context, mine: Reach, theirs: Reach) -> Scalar:
    """The related row the finding is about."""
    target = context.planner.dictionary.subjects[theirs.target] if theirs.is_subject else None
    key = target.key if target is not None else context.planner.dictionary.tables[theirs.target].key_columns
    return call("=", Column("h", "row_key"), key_text([Column(theirs.alias, name) for name in key]))
