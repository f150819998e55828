"""Periods written in a rule: a start and a limit in, the last lawful day out.

Months first, then days, then the days that do not count in order of time, then the roll, and nothing rolled in
between, except that an exclusion beginning in the days the roll adds finds the limit still open. Working days are
counted on the calendar and never rolled. Hours run from the next full hour.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal as OneOf

from jointsup_rules.clock.words import RULES, UNITS
from jointsup_rules.compile import tree
from jointsup_rules.compile.bind import BindError, Bound, Scope, check_amount, countable
from jointsup_rules.compile.context import Context, RuleError
from jointsup_rules.compile.pauses import Pause, Pauses, read_pauses
from jointsup_rules.compile.roll import CALENDAR, read_roll
from jointsup_rules.compile.tree import Column, Join, Relation, Scalar, Select, Source, call
from jointsup_rules.model.clock import RollUnless
from jointsup_rules.model.expression import Span
from jointsup_rules.model.shape import Expression, Shape
from jointsup_rules.problems import NO_TEXT, Text

NO_TEXTS = tree.no_texts()


class Limit(Shape):
    """How long a period is: exactly one unit, months and years with their rule."""

    days: Expression | None = None
    months: Expression | None = None
    years: Expression | None = None
    working_days: Expression | None = None
    hours: Expression | None = None
    due: Expression | None = None
    rule: OneOf["criminal", "civil"] | None = None


@dataclass(frozen=True)
class Due:
    """The due day of a period, reckoned in stages so that nothing is written out twice.

    Attributes:
        columns: What the first stage takes along beside `start`: the amount, and lists of pauses, stays, calendar.
        joins: What must be joined beside the subject for them.
        base: The day before pauses and roll, over the columns of alias `x`.
        moved: The day after pauses, over `x` with `base`; the due day is never earlier.
        value: Last lawful day, or the instant, over `x` with `base` and `moved`; empty if unknown.
        text: The limit in words, for the working, over `x`.
        bound: The amount with what leaves it open, over the subject.
        is_instant: Whether the due day is a moment and not a whole day.
        lacks: Labels of what leaves the due day open although its first day is known, over `x`.
        may_move: Whether a pause that is not certain may move the due day on, over `x` with `due`.
        pause_lacks: Labels of what leaves such pauses open, over `x` with `due`.
    """

    columns: tuple[tuple[str, Scalar], ...]
    joins: tuple[Join, ...]
    base: Scalar
    moved: Scalar
    value: Scalar
    text: Scalar
    bound: Bound
    is_instant: bool = False
    lacks: Scalar = CALENDAR
    may_move: Scalar = tree.FALSE
    pause_lacks: Scalar = NO_TEXTS


_UNITS = ("days", "months", "years", "working_days", "hours", "due")


def check_limit(
    context: Context, limit: Limit, roll: bool | RollUnless | None, has_pause: bool, *steps: str | int
) -> str:
    """Return the unit of a limit.

    Raises:
        RuleError: no unit or several, months without a rule, the roll left open, or a roll or pause that the unit does
            not know; recorded.
    """
    given = [unit for unit in _UNITS if getattr(limit, unit) is not None]
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
    if unit in ("days", "months", "years") and roll is None:
        what = Text(
            zh="没有写明期限届满遇节假日是否顺延", en="it is not said whether the due day rolls over holidays"
        )
        fix = Text(
            zh="加上 roll: yes、roll: no 或 roll: {unless: anyone_held}",
            en="add roll: yes, roll: no or roll: {unless: anyone_held}",
        )
        context.problem(steps[:-1], what, no_default, fix, "JR304")
        raise RuleError
    _refuse_without_effect(context, unit, roll, has_pause, *steps[:-1])
    return unit


def _refuse_without_effect(
    context: Context, unit: str, roll: bool | RollUnless | None, has_pause: bool, *steps: str | int
) -> None:
    """What a limit of hours or a due day found in the data does not know is refused, not passed over."""
    if unit not in ("hours", "due"):
        return
    for key, is_given in (("roll", roll not in (None, False)), ("pause", has_pause)):
        if is_given:
            what = Text(zh=f"{unit} 的期限不适用 {key}", en=f"'{key}' has no effect on a limit of '{unit}'")
            why = Text(
                zh="按小时的期限不顺延也不扣除，数据所载的期限即为准",
                en="hours run on over every day, and a due day found in the data stands as it is",
            )
            fix = Text(zh=f"删去 {key}，或换一个单位", en=f"leave out '{key}', or use another unit")
            context.problem((*steps, key), what, why, fix, "JR308")
            raise RuleError


def reckon_due(
    context: Context,
    start: Bound,
    limit: Limit,
    roll: bool | RollUnless | None,
    pause: Pause | None,
    *steps: str | int,
    scope: Scope | None = None,
) -> Due:
    """Return the due day of a period that starts in column `x.start`.

    Args:
        context: The rule.
        start: The day or time it starts, over the subject.
        limit: How long it is.
        roll: Whether the due day moves to the next working day.
        pause: Days that do not count, from the start day to the day the duty was done (`x.stop`).
        steps: Path of the limit below the kind's value.
        scope: Scope of the limit's expressions; None for the subject's.
    """
    unit = check_limit(context, limit, roll, pause is not None, *steps)
    written = str(getattr(limit, unit))
    wanted = ("date", "timestamp") if unit == "due" else ("integer",)
    amount = context.bind(written, *steps, unit, scope=scope, wanted=wanted)
    if unit != "due":
        amount = _bounded(context, amount, written, *steps, unit)
    n, began = Column("x", "amount"), call("date_of", Column("x", "start"))
    columns: tuple[tuple[str, Scalar], ...] = (("amount", amount.value),)
    base, moved = Column("x", "base"), Column("x", "moved")
    text = limit_text(unit, n, limit.rule)
    if unit == "due":
        return Due(columns, (), call("date_of", n), base, n, text, amount, amount.type == "timestamp")
    if unit == "hours":
        due = call("add_hours", call("next_full_hour", call("start_of_day", Column("x", "start"))), n)
        # A day without a time is no instant: it is compared as a day.
        return Due(columns, (), call("date_of", due), base, due, text, amount, start.type == "timestamp")
    pauses = read_pauses(context, pause) if pause is not None else None
    if unit == "working_days":
        due = call("add_working_days", began, n)
        # Where the calendar ends the due day is unknown, but no earlier than so many days later.
        least = call("coalesce", due, call("add_days", began, n))
        if pauses is None:
            return Due(columns, (), least, base, due, text, amount)
        walked = pauses.walk_working_days(began, n)
        not_before = call("coalesce", walked, base)
        return _with_pauses(
            Due(columns, (), least, not_before, walked, text, amount), pauses, ("counts", "working")
        )
    first = {
        "days": lambda: call("add_days", began, n),
        "months": lambda: call(f"months_after_{limit.rule}", began, n),
        "years": lambda: call(f"months_after_{limit.rule}", began, call("*", n, tree.number(12))),
    }[unit]()
    rolling = read_roll(context, roll, scope)
    columns += rolling.columns
    if pauses is None:
        value = rolling.roll(moved, listed=False)
        return Due(columns, rolling.joins, first, base, value, text, amount, lacks=rolling.lacks(moved))
    walked = pauses.walk_days(base, rolling)
    value = rolling.roll(moved, listed=True)
    reckoned = Due(columns, rolling.joins, first, walked, value, text, amount, lacks=rolling.lacks(moved))
    return _with_pauses(reckoned, pauses, ("rolled",) if rolling.rolls else ())


def _with_pauses(due: Due, pauses: Pauses, lists: tuple[str, ...]) -> Due:
    """The due day with its pauses, and with the lists of the calendar that the walk over them reads."""
    columns, joins = (*due.columns, *pauses.columns), (*due.joins, *pauses.joins)
    if lists:
        joins += (Join("cross", Source("calendar_list", "calendar"), None),)
        columns += tuple((name, Column("calendar", name)) for name in ("first_day", *lists))
    return replace(due, columns=columns, joins=joins, may_move=pauses.may_move, pause_lacks=pauses.lacks)


def _bounded(context: Context, amount: Bound, written: str, *steps: str | int) -> Bound:
    try:
        check_amount(amount, Span(0, len(written)))
    except BindError as error:
        context.planner.reader.add(
            error.code, context.written(written, *steps), error.span, error.what, error.why, error.fix
        )
    return countable(amount)


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


def limit_text(unit: str, amount: Scalar, rule: str | None = None) -> Scalar:
    """Return a limit in words of both languages, as JSON for the working."""
    text, tail = UNITS[unit], RULES.get(rule or "", NO_TEXT)
    whole = json.dumps({"zh": text.zh + tail.zh, "en": text.en + tail.en}, ensure_ascii=False)
    parts = whole.split("{n}")
    pieces: list[Scalar] = [tree.text(parts[0])]
    for part in parts[1:]:
        pieces += [call("as_text", amount), tree.text(part)]
    return pieces[0] if len(pieces) == 1 else call("concat", *pieces)


def length_words(lengths: Mapping[str, Scalar], rule: str | None) -> Scalar:
    """Return a length of several units in words of both languages, as JSON for the working; units of 0 are left out."""
    has_months = call(">", lengths["months"], tree.number(0))
    pieces: list[Scalar] = []
    for lang in ("zh", "en"):
        pieces.append(tree.text('{"zh": "' if lang == "zh" else '", "en": "'))
        for number, unit in enumerate(("months", "days", "working_days")):
            before, _, after = getattr(UNITS[unit], lang).partition("{n}")
            gap = " + " if number and lang == "en" else "加" if number == 1 else ""
            joint = (
                tree.case((has_months, tree.text(gap)), otherwise=tree.text(""))
                if number == 1
                else tree.text("")
            )
            word = call("concat", joint, tree.text(before), call("as_text", lengths[unit]), tree.text(after))
            pieces.append(
                tree.case((call(">", lengths[unit], tree.number(0)), word), otherwise=tree.text(""))
            )
        tail = getattr(RULES.get(rule or "", NO_TEXT), lang)
        pieces.append(tree.case((has_months, tree.text(tail)), otherwise=tree.text("")))
    return call("concat", *pieces, tree.text('"}'))
