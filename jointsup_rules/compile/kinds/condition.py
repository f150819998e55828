"""condition: subjects (or their related rows) for which an expression is true."""

from __future__ import annotations

from jointsup_rules.compile import tree
from jointsup_rules.compile.bind import Scope
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
from jointsup_rules.compile.subjects import Matched, Reach
from jointsup_rules.compile.tree import Column, Join, Scalar, Select, Source, call
from jointsup_rules.model.dictionary import Relation as DictionaryRelation
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
    found = _findings(context, shape, context.row(relation), relation)
    return Found(found, (EvidenceRows(relation, relation.name, is_that_row),), relation)


def _findings(
    context: Context,
    shape: Condition,
    row: tuple[Reach, Scope, Matched] | None = None,
    relation: DictionaryRelation | None = None,
) -> Select:
    """The condition first, so that it is reckoned once; then what it means."""
    scope = row[1] if row is not None else None
    when = context.bind(shape.when, "when", scope=scope, wanted=("boolean",))
    days = _days(context, shape, scope)
    row_key: Scalar = tree.nothing("text")
    confidence = confidence_of(when)
    more = [row[2].when] if row is not None and row[2].when is not None else []
    joins: tuple[Join, ...] = ()
    where = context.in_scope()
    uncertain: Scalar = tree.FALSE
    if row is not None and relation is not None:
        theirs, _, matched = row
        row_key = key_text([Column("r", name) for name in context.planner.target_of(relation).key])
        confidence = confidence if matched.score is None else call("least", confidence, matched.score)
        joins = context.planner.joins(matched, theirs)
        where = tree.all_of([where, may_belong(matched)])
        uncertain = is_uncertain(matched)
    stage = {
        "holds": when.value,
        "is_open": tree.is_true(tree.any_of([read.unknown for read in when.reads])),
        "row_key": row_key,
        "uncertain": uncertain,
        "missing": missing_of(when, *more),
        "confidence": confidence,
        "seen_until": context.seen_until(),
        **days,
    }
    first = Select((*context.key_columns(), *stage.items()), context.source(), joins, where=where)
    holds = Column("x", "holds")
    unknown = tree.all_of([tree.is_null(holds), Column("x", "is_open")])
    decided = decide(
        (holds, "hit", "true"),
        (unknown, "cannot_tell", "unknown"),
        (tree.TRUE, "clear", "not_true"),
        uncertain=Column("x", "uncertain") if uncertain != tree.FALSE else tree.FALSE,
    )
    told = {name: Column("x", name) for name in stage if name not in ("holds", "is_open", "uncertain")}
    columns = context.finding(**decided, **told)
    return Select(
        (*((name, Column("x", name)) for name, _ in context.key_columns()), *columns), Source(first, "x")
    )


def _days(context: Context, shape: Condition, scope: Scope | None) -> dict[str, Scalar]:
    days: dict[str, Scalar] = {}
    for name in ("started_on", "due_on", "ended_on"):
        text = getattr(shape.dates, name)
        if text is not None:
            days[name] = call("date_of", context.bind_day(text, "dates", name, scope=scope).value)
    return days


def is_that_row(context: Context, mine: Reach, theirs: Reach) -> Scalar:
    """The related row the finding is about."""
    target = context.planner.dictionary.subjects[theirs.target] if theirs.is_subject else None
    key = target.key if target is not None else context.planner.dictionary.tables[theirs.target].key_columns
    return call("=", Column("h", "row_key"), key_text([Column(theirs.alias, name) for name in key]))
