"""Periods written in a rule: a start and a limit in, the last lawful day out.

Months first, then days, then the days that do not count in order of time, then the roll, and nothing rolled in
between, except that an exclusion beginning in the days the roll adds finds the limit still open. Working days are
counted on the calendar and never rolled. Hours run from the next full hour.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal as OneOf

from pydantic import Field

from jointsup_rules.compile import tree
from jointsup_rules.compile.bind import Bound, Scope
from jointsup_rules.compile.context import Context, RuleError
from jointsup_rules.compile.tree import (
    Aggregate,
    Column,
    Join,
    Lambda,
    Member,
    Order,
    Relation,
    Scalar,
    Select,
    Source,
    Structure,
    Window,
    call,
)
from jointsup_rules.model.shape import Expression, Shape
from jointsup_rules.problems import Text


class Limit(Shape):
    """How long a period is: exactly one unit, months and years with their rule."""

    days: Expression | None = None
    months: Expression | None = None
    years: Expression | None = None
    working_days: Expression | None = None
    hours: Expression | None = None
    due: Expression | None = None
    rule: OneOf["criminal", "civil"] | None = None


class RollUnless(Shape):
    """The roll, unless a condition holds; `anyone_held` is asked on the unrolled due day."""

    unless: Expression


class Pause(Shape):
    """Days that do not count: intervals of a relation, the second day the first that counts again."""

    in_: str = Field(alias="in")
    from_: Expression = Field(alias="from")
    until: Expression


@dataclass(frozen=True)
class Due:
    """The due day of a period, reckoned in stages so that nothing is written out twice.

    Attributes:
        columns: What the first stage takes along beside `start`: the amount, and lists of pauses, stays, calendar.
        joins: What must be joined beside the subject for them.
        base: The day before pauses and roll, over the columns of alias `x`.
        moved: The day after pauses, over `x` with `base`.
        value: Last lawful day, or the instant, over `x` with `base` and `moved`; empty if unknown.
        text: The limit in words, for the working, over `x`.
        bound: The amount with what leaves it open, over the subject.
    """

    columns: tuple[tuple[str, Scalar], ...]
    joins: tuple[Join, ...]
    base: Scalar
    moved: Scalar
    value: Scalar
    text: Scalar
    bound: Bound
    is_instant: bool


UNITS = ("days", "months", "years", "working_days", "hours", "due")


def check_limit(context: Context, limit: Limit, has_roll: bool, *steps: str | int) -> str:
    """Return the unit of a limit.

    Raises:
        RuleError: no unit or several, months without a rule, or the roll left open; recorded.
    """
    given = [unit for unit in UNITS if getattr(limit, unit) is not None]
    no_default = Text(zh="会改变结论的选择没有默认值", en="a choice that changes who is named has no default")
    if len(given) != 1:
        what = Text(zh="期限应写明一个单位", en="a limit has exactly one unit")
        fix = Text(
            zh="写 days、months、years、working_days、hours 或 due 之一",
            en="write one of days, months, years, working_days, hours, due",
        )
        context.problem(steps, what, no_default, fix, "JR302")
        raise RuleError
    unit = given[0]
    if unit in ("months", "years") and limit.rule is None:
        what = Text(zh="按月的期限没有写明月末规则", en="a limit of months does not say its month rule")
        fix = Text(zh="加上 rule: criminal 或 rule: civil", en="add rule: criminal or rule: civil")
        context.problem(steps, what, no_default, fix, "JR303")
        raise RuleError
    if unit in ("days", "months", "years") and not has_roll:
        what = Text(
            zh="没有写明期限届满遇节假日是否顺延", en="it is not said whether the due day rolls over holidays"
        )
        fix = Text(
            zh="加上 roll: yes、roll: no 或 roll: {unless: anyone_held}",
            en="add roll: yes, roll: no or roll: {unless: anyone_held}",
        )
        context.problem(steps[:-1], what, no_default, fix, "JR304")
        raise RuleError
    return unit


def reckon_due(
    context: Context,
    start: Bound,
    limit: Limit,
    roll: bool | RollUnless | None,
    pause: Pause | None,
    end: Scalar,
    *steps: str | int,
    scope: Scope | None = None,
) -> Due:
    """Return the due day of a period that starts in column `x.start`.

    Args:
        context: The rule.
        start: The day or time it starts, over the subject.
        limit: How long it is.
        roll: Whether the due day moves to the next working day.
        pause: Days that do not count.
        end: Last day a pause can count on: the day the duty was done, or what the evidence shows.
        steps: Path of the limit below the kind's value.
        scope: Scope of the limit's expressions; None for the subject's.
    """
    unit = check_limit(context, limit, roll is not None, *steps)
    written = str(getattr(limit, unit))
    wanted = ("date", "timestamp") if unit == "due" else ("integer",)
    amount = context.bind(written, *steps, unit, scope=scope, wanted=wanted)
    n, began = Column("x", "amount"), call("date_of", Column("x", "start"))
    columns: tuple[tuple[str, Scalar], ...] = (("amount", amount.value),)
    base, moved = Column("x", "base"), Column("x", "moved")
    text = limit_text(unit, n, limit.rule)
    if unit == "due":
        return Due(
            columns, (), call("date_of", n), base, n, limit_text("due", n), amount, amount.type == "timestamp"
        )
    if unit == "hours":
        due = call("add_hours", call("next_full_hour", call("start_of_day", Column("x", "start"))), n)
        return Due(columns, (), call("date_of", due), base, due, text, amount, True)
    if unit == "working_days":
        # Where the calendar ends the due day is unknown, but no earlier than so many days later.
        due = call("add_working_days", began, n)
        return Due(
            columns, (), call("coalesce", due, call("add_days", began, n)), base, due, text, amount, False
        )
    first = {
        "days": lambda: call("add_days", began, n),
        "months": lambda: call(f"months_after_{limit.rule}", began, n),
        "years": lambda: call(f"months_after_{limit.rule}", began, call("*", n, tree.number(12))),
    }[unit]()
    rolls, taken, joins = _rolls(context, roll, scope)
    columns += taken
    if pause is None:
        return Due(columns, joins, first, base, _roll_unless(rolls, moved, listed=False), text, amount, False)
    pauses = _joined_pauses(context, pause, start, end)
    joins += (Join("left", Source(pauses, "pauses"), tree.equal_columns("s", "pauses", context.subject.key)),)
    columns += (("spans", Column("pauses", "spans")),)
    if rolls != tree.FALSE:
        joins += (Join("cross", Source("calendar_list", "calendar"), None),)
        columns += (("first_day", Column("calendar", "first_day")), ("rolled", Column("calendar", "rolled")))
    walked = _walk_pauses(base, Column("x", "spans"), rolls)
    return Due(columns, joins, first, walked, _roll_unless(rolls, moved, listed=True), text, amount, False)


def staged(keys: list[str], first: Select, due: Due) -> Select:
    """Return the rows of the first stage with `base`, `moved` and `due` beside them, as alias `x` each time."""
    names = [*keys, *(name for name, _ in first.columns[len(keys) :])]

    def onward(inner: Relation, name: str, value: Scalar) -> Select:
        kept = tuple((column, Column("x", column)) for column in names)
        names.append(name)
        return Select((*kept, (name, value)), Source(inner, "x"))

    with_base = onward(first, "base", due.base)
    with_moved = onward(with_base, "moved", due.moved)
    return onward(with_moved, "due", due.value)


_UNIT_WORDS = {
    "days": Text(zh="{n}日", en="{n} days"),
    "months": Text(zh="{n}个月", en="{n} months"),
    "years": Text(zh="{n}年", en="{n} years"),
    "working_days": Text(zh="{n}个工作日", en="{n} working days"),
    "hours": Text(zh="{n}小时", en="{n} hours"),
    "due": Text(zh="数据所载的期限", en="the due day found in the data"),
    "none": Text(zh="应即时", en="at once"),
}
_RULE_WORDS = {
    "criminal": Text(zh="（月末起算至月末）", en=" (from the end of a month to the end of a month)"),
    "civil": Text(zh="（至对应日）", en=" (to the same day)"),
}


def limit_text(unit: str, amount: Scalar, rule: str | None = None) -> Scalar:
    """Return a limit in words of both languages, as JSON for the working."""
    text, tail = _UNIT_WORDS[unit], _RULE_WORDS.get(rule or "", Text())
    whole = json.dumps({"zh": text.zh + tail.zh, "en": text.en + tail.en}, ensure_ascii=False)
    parts = whole.split("{n}")
    pieces: list[Scalar] = [tree.text(parts[0])]
    for part in parts[1:]:
        pieces += [call("as_text", amount), tree.text(part)]
    return pieces[0] if len(pieces) == 1 else call("concat", *pieces)


def _rolls(
    context: Context, roll: bool | RollUnless | None, scope: Scope | None
) -> tuple[Scalar, tuple[tuple[str, Scalar], ...], tuple[Join, ...]]:
    """Whether the due day `d` rolls, what the first stage takes along for it, and what it needs joined."""
    if not isinstance(roll, RollUnless):
        return (tree.TRUE if roll else tree.FALSE), (), ()
    if roll.unless != "anyone_held":
        held = context.bind(roll.unless, "roll", "unless", scope=scope, wanted=("boolean",))
        return tree.negate(Column("x", "stays_put")), (("stays_put", tree.is_true(held.value)),), ()
    return _not_held(Column("", "d")), (("stays", Column("stays", "stays")),), (_stays(context),)


def _roll_unless(rolls: Scalar, day: Scalar, listed: bool) -> Scalar:
    if rolls == tree.FALSE:
        return day
    rolled = _rolled(day) if listed else call("roll", day)
    if rolls == tree.TRUE:
        return rolled
    return tree.case((tree.replaced(rolls, Column("", "d"), day), rolled), otherwise=day)


def _rolled(day: Scalar) -> Scalar:
    """The day or the next working day, from the calendar as one list; empty outside the announced years."""
    place = call("+", call("days_between", Column("x", "first_day"), day), tree.number(1))
    inside = tree.all_of(
        [call(">=", place, tree.number(1)), call("<=", place, call("len", Column("x", "rolled")))]
    )
    return tree.Case(((inside, call("at", Column("x", "rolled"), place)),))


def _not_held(day: Scalar) -> Scalar:
    """Whether nobody concerned was held on a day (in on or before it, not out on or before it)."""
    stay = Column("", "y")
    inside = tree.all_of(
        [
            call("<=", Member(stay, "a"), day),
            tree.any_of([tree.is_null(Member(stay, "b")), call(">", Member(stay, "b"), day)]),
        ]
    )
    found = call("list_filter", Column("x", "stays"), Lambda(("y",), inside))
    return call("=", call("coalesce", call("len", found), tree.number(0)), tree.number(0))


def _stays(context: Context) -> Join:
    """The stays in custody of a case, or of a person where the subject names one, as one list."""
    held = context.planner.dictionary.held
    own = context.subject.columns
    if held is None or not (held.case in own or held.person in own):
        what = Text(zh="该对象没有在押记录可查", en="nobody's custody can be looked up for this subject")
        why = Text(
            zh="anyone_held 需要数据字典的 held，以及对象上的案件或人员列",
            en="anyone_held needs `held` in the dictionary and a case or person column in the subject",
        )
        context.problem(
            ("roll",), what, why, Text(zh="改用自己的条件", en="use a condition of your own"), "JR305"
        )
        raise RuleError
    keys = [name for name in (held.case, held.person) if name in own]
    context.also_read.add(held.table)
    stay = Structure((("a", Column("c", held.from_)), ("b", Column("c", held.until))))
    listed = Aggregate(
        "list", (stay,), tree.negate(tree.is_null(Column("c", held.from_))), (Order(Column("c", held.from_)),)
    )
    columns = tuple((name, Column("c", name)) for name in keys)
    relation = Select(
        (*columns, ("stays", listed)), Source(f"seen_{held.table}", "c"), group=tuple(c for _, c in columns)
    )
    return Join("left", Source(relation, "stays"), tree.equal_columns("s", "stays", keys))


def _joined_pauses(context: Context, pause: Pause, start: Bound, end: Scalar) -> Select:
    """The pauses of a subject, cut to the period and joined where they touch, as one list in order of time."""
    relation = context.relation(pause.in_, "pause", "in")
    theirs, scope, matched = context.row(relation, "p")
    begins = context.bind_day(pause.from_, "pause", "from", scope=scope)
    ends = context.bind_day(pause.until, "pause", "until", scope=scope)
    key = context.keys()
    cut_from = call("greatest", call("date_of", begins.value), call("date_of", start.value))
    cut_until = call("least", call("coalesce", call("date_of", ends.value), end), end)
    rows = Select(
        (*key, ("a", cut_from), ("b", cut_until)),
        context.source(),
        context.planner.joins(matched, theirs),
        where=tree.all_of(
            [
                tree.is_true(matched.when.value) if matched.when else None,
                tree.negate(tree.is_null(begins.value)),
                call("<", cut_from, cut_until),
            ]
        ),
    )
    return merged_spans(rows, [name for name, _ in key], context.subject.key)


def merged_spans(rows: Select, keys: list[str], names: tuple[str, ...]) -> Select:
    """Return per key (renamed to `names`) the list `spans` of joined intervals {a, b} of rows (keys, a, b)."""
    own = tuple(Column("p", key) for key in keys)
    order = (Order(Column("p", "a")), Order(Column("p", "b")))
    reached = Window("max", (Column("p", "b"),), own, order, "before")
    marked = Select(
        (
            *zip(keys, own, strict=True),
            ("a", Column("p", "a")),
            ("b", Column("p", "b")),
            ("reached", reached),
        ),
        Source(rows, "p"),
    )
    of_marked = tuple(Column("m", key) for key in keys)
    opens = tree.any_of(
        [tree.is_null(Column("m", "reached")), call(">", Column("m", "a"), Column("m", "reached"))]
    )
    group = Window(
        "sum",
        (tree.Case(((opens, tree.number(1)),), tree.number(0)),),
        of_marked,
        (Order(Column("m", "a")), Order(Column("m", "b"))),
        "up to",
    )
    grouped = Select(
        (
            *zip(keys, of_marked, strict=True),
            ("a", Column("m", "a")),
            ("b", Column("m", "b")),
            ("island", group),
        ),
        Source(marked, "m"),
    )
    of_grouped = tuple(Column("g", key) for key in keys)
    islands = Select(
        (
            *zip(keys, of_grouped, strict=True),
            ("a", Aggregate("min", (Column("g", "a"),))),
            ("b", Aggregate("max", (Column("g", "b"),))),
        ),
        Source(grouped, "g"),
        group=(*of_grouped, Column("g", "island")),
    )
    of_islands = tuple(Column("i", key) for key in keys)
    span = Structure(
        (("d", tree.nothing("date")), ("a", Column("i", "a")), ("b", Column("i", "b")), ("stop", tree.FALSE))
    )
    return Select(
        (
            *zip(names, of_islands, strict=True),
            ("spans", Aggregate("list", (span,), None, (Order(Column("i", "a")),))),
        ),
        Source(islands, "i"),
        group=of_islands,
    )


def _walk_pauses(base: Scalar, spans: Scalar, rolls: Scalar) -> Scalar:
    """The day moved by each pause that begins on or before the due day as it stands, a roll included."""
    day, begins, ends = (
        Member(Column("", "s0"), "d"),
        Member(Column("", "x0"), "a"),
        Member(Column("", "x0"), "b"),
    )
    stopped = Member(Column("", "s0"), "stop")
    until = day if rolls == tree.FALSE else call("coalesce", _roll_unless(rolls, day, listed=True), day)
    past = tree.any_of([stopped, call(">", begins, until)])
    begun_late = call(">", begins, day)
    from_day = tree.case((begun_late, until), otherwise=day)
    moved = call("add_days", from_day, call("days_between", begins, ends))
    step = Structure(
        (("d", tree.case((past, day), otherwise=moved)), ("a", begins), ("b", ends), ("stop", past))
    )
    first = Structure(
        (("d", base), ("a", tree.nothing("date")), ("b", tree.nothing("date")), ("stop", tree.FALSE))
    )
    walked = Member(call("list_reduce", call("list_prepend", first, spans), Lambda(("s0", "x0"), step)), "d")
    return tree.case((tree.is_null(spans), base), otherwise=walked)
