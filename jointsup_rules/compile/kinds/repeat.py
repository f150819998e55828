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
from jointsup_rules.compile.tree import Column, Literal, Member, Scalar, Select, Source, Steps, call
from jointsup_rules.compile.windows import (
    OPENS_ON,
    apart_from_each_other,
    as_window,
    count_windows,
    fullest,
)
from jointsup_rules.load.yaml import Loc
from jointsup_rules.model.dictionary import Relation as DictionaryRelation
from jointsup_rules.model.shape import Expression, Shape
from jointsup_rules.problems import Text, did_you_mean


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
    if isinstance(least.value, Literal) and isinstance(least.value.value, int) and least.value.value < 1:
        what_found = Text(f"at_least 是 {least.value.value}", f"at_least is {least.value.value}")
        why = Text("每个对象至少都有 0 行", "every subject has at least 0 rows")
        context.problem(("at_least",), what_found, why, Text("写 1 或更大的数", "write 1 or more"), "JR206")
    counts, doubt = _counted(context, shape, rows, on, when, what)
    reasons = [bound for bound in (on, when, what, rows.matched.when) if bound is not None]
    columns = [
        *context.key_columns(),
        ("on", call("date_of", on.value)),
        ("counts", counts),
        ("doubt", doubt),
        ("what", call("as_text", what.value) if what is not None else tree.nothing("text")),
        ("score", rows.matched.score if rows.matched.score is not None else tree.number(1)),
        ("needs", least.value),
        ("needs_lack", missing_of(least)),
        ("lacks", tree.case((doubt, missing_of(*reasons)), otherwise=tree.nothing("texts"))),
    ]
    listed = Select(
        tuple(columns),
        context.source(),
        context.planner.joins(rows.matched, rows.theirs),
        where=tree.all_of([context.in_scope(), tree.any_of([counts, doubt])]),
    )
    names = [name for name, _ in context.key_columns()]
    end = _window_end(context, shape)
    counted = count_windows(listed, names, end, is_distinct=what is not None, has_doubt=doubt != tree.FALSE)
    found = _judge(context, counted)
    evidence = EvidenceRows(rows.relation, rows.relation.name, _in_window(shape, rows))
    return Found(found, (evidence,), None, shape.of)


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
            fix = did_you_mean(mine, context.subject.columns)
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
        what = Text(zh=f"没有对象或表“{of}”", en=f"no subject or table '{of}'")
        why = Text(zh="有 by 时，of 是对象或表", en="with `by`, `of` names a subject or a table")
        fix = did_you_mean(of, [*dictionary.subjects, *dictionary.tables])
        context.problem(("of",), what, why, fix, "JR217")
        raise RuleError
    kind = "subject" if of in dictionary.subjects else "table"
    loc: Loc = (*context.loc, "by")
    given: dict[str, Any] = {"\0name": of, "\0loc": loc, kind: of}
    return DictionaryRelation.model_validate(given)


def _counted(
    context: Context, shape: Repeat, rows: _Rows, on: Bound, when: Bound | None, what: Bound | None
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
    values = [what] if what is not None else []
    has_value = [tree.negate(tree.is_null(one.value)) for one in values]
    counts = tree.all_of([*inside, *(tree.is_true(test.value) for test in tests), *has_value])
    possible = [tree.any_of([tree.is_true(test.value), test.is_unknown()]) for test in tests]
    possible += [
        tree.any_of([filled, one.is_unknown()]) for filled, one in zip(has_value, values, strict=True)
    ]
    day_fits = tree.any_of([on.is_unknown(), tree.all_of(inside)])
    some_doubt = tree.any_of([on.is_unknown(), *(one.is_unknown() for one in (*tests, *values))])
    if some_doubt == tree.FALSE:
        return tree.is_true(counts), tree.FALSE
    return tree.is_true(counts), tree.is_true(tree.all_of([*possible, day_fits, some_doubt]))


def _window_end(context: Context, shape: Repeat) -> Scalar | None:
    """The last day of the window that opens on OPENS_ON; None where the window is all there is."""
    within = shape.within
    if within is None or within.last_days is not None:
        return None
    if within.days is not None:
        days = context.bind_shared(within.days, "within", "days", wanted=("integer",))
        return call("add_days", OPENS_ON, days.value)
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
    n = context.bind_shared(str(getattr(within, unit)), "within", unit, wanted=("integer",)).value
    months = n if unit == "months" else call("*", n, tree.number(12))
    return call(f"months_after_{within.rule}", OPENS_ON, months)


def _judge(context: Context, counted: Steps) -> Select:
    """The fullest window (the earliest of equals), or every window that does not overlap an earlier one."""
    names = [name for name, _ in context.key_columns()]
    windows, needs, most = Column("k", "windows"), Column("k", "needs"), Column("k", "most")
    each_window = "window" in context.identity
    chosen = apart_from_each_other(windows, needs) if each_window else fullest(windows, most)
    enough = tree.is_true(call(">=", most, needs))
    none = call("list_value", as_window(tree.nothing("integer"), tree.nothing("date"), tree.nothing("date")))
    opened = Select(
        (
            *((n, Column("k", n)) for n in names),
            *((name, Column("k", name)) for name in ("most", "lacks", "needs_lack", "confidence", "needs")),
            ("enough", enough),
            ("maybe", tree.is_true(call(">=", Column("k", "at_most"), needs))),
            ("window", call("unnest", tree.case((enough, chosen), otherwise=none))),
        ),
        Source(counted, "k"),
    )
    window = Column("j", "window")
    unset = tree.is_null(Column("j", "needs"))
    decided = decide(
        (unset, "cannot_tell", "needs_unknown"),
        (Column("j", "enough"), "hit", "enough"),
        (Column("j", "maybe"), "cannot_tell", "maybe"),
        (tree.TRUE, "clear", "too_few"),
    )
    columns = context.finding(
        **decided,
        started_on=Member(window, "from"),
        ended_on=Member(window, "until"),
        measure=call("coalesce", Member(window, "n"), Column("j", "most")),
        confidence=call("coalesce", Column("j", "confidence"), tree.number(1)),
        missing=tree.case(
            (unset, Column("j", "needs_lack")),
            (tree.negate(Column("j", "enough")), Column("j", "lacks")),
            otherwise=tree.nothing("texts"),
        ),
        seen_until=context.seen_until(alias=""),
    )
    return Select((*((n, Column("j", n)) for n in names), *columns), Source(opened, "j"))


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
