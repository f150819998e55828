"""The deadline calculator: one period asked for in words, its due day and working out; no dataset is needed.

What only a case could tell is taken as it was asked: extensions as decided in time and at the right level,
exclusions as documented. What the clock itself refuses stays refused, and the working says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from jointsup_rules.clock.days import roll, working_place
from jointsup_rules.clock.lines import Line, lines_of
from jointsup_rules.clock.period import (
    NEVER,
    Change,
    ExclusionTerms,
    ExtensionTerms,
    Length,
    Period,
    Reckoned,
    Terms,
    reckon,
)
from jointsup_rules.clock.terms import plain_number, terms_of
from jointsup_rules.model.calendar import Calendar
from jointsup_rules.model.clock import Clock, MonthRule, RollUnless
from jointsup_rules.model.law import Laws
from jointsup_rules.problems import Text


class QuestionError(Exception):
    """What was asked makes no sense; `told` says why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.told = Text(zh, en)


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes:
        start: The day the period starts, itself not counted.
        clock: The named clock; None where `length` is given.
        length: The length, without a clock.
        limit: Which limit of the clock, from 1; None for the one that needs no condition.
        extend: Codes, or CODE=LENGTH where the clock says no length.
        exclude: Code, first day, first day that counts again (None while it stands).
    """

    start: date
    clock: Clock | None = None
    length: Length | None = None
    month_rule: MonthRule | None = None
    is_held: bool = False
    rolls: bool = True
    limit: int | None = None
    extend: tuple[tuple[str, Length | None], ...] = ()
    exclude: tuple[tuple[str, date, date | None], ...] = ()


@dataclass(frozen=True)
class Answer:
    """The due day (None while it cannot be told, with the earliest it can be and why) and the working."""

    due_on: date | None
    not_before: date | None
    why: Text | None
    lines: tuple[Line, ...]


def answer(
    question: Question,
    laws: Laws,
    calendar: Calendar,
    number: Callable[[str], int | None] = plain_number,
    grounds: Mapping[str, Text] | None = None,
) -> Answer:
    """Return the due day of a period and its working.

    Args:
        question: What is asked.
        laws: For what articles are called.
        calendar: Which days are worked.
        number: Reads an amount of the clock that is a parameter.
        grounds: Labels of the grounds.

    Raises:
        QuestionError: the question makes no sense.
    """
    for code, from_on, until_on in question.exclude:
        if until_on is not None and until_on < from_on:
            raise QuestionError(
                f"扣除 {code} 的止日 {until_on} 早于起日 {from_on}",
                f"exclusion {code} ends {until_on}, before it begins {from_on}",
            )
    versions = _of_clock(question, number) if question.clock is not None else (_plain(question),)
    changes = [
        Change(code, True, "—", question.start, level=None, added=length, key=f"{n:04}")
        for n, (code, length) in enumerate(question.extend)
    ]
    changes += [
        Change(code, False, "—", None, from_on, until_on) for code, from_on, until_on in question.exclude
    ]
    found = reckon(Period(question.start), versions, changes, calendar, lambda day: question.is_held)
    if found is None:
        raise QuestionError(
            f"没有 {question.start} 施行的期限长度", f"no length of this limit is known for {question.start}"
        )
    lines = lines_of(
        question.start, found, lambda article: laws.called_on(article, question.start), grounds,
        is_case=False, is_held=question.is_held and _would_roll(found, calendar),
    )  # fmt: skip
    lines = [replace(line, document=None) for line in lines]
    due_on = found.sure.due_on
    if due_on is not None:
        return Answer(due_on, None, None, tuple(lines))
    return Answer(None, found.sure.moved_on, _why(question, found, calendar), tuple(lines))


def _would_roll(found: Reckoned, calendar: Calendar) -> bool:
    due_on = found.sure.due_on
    return due_on is not None and roll(due_on, calendar) not in (None, due_on)


def _plain(question: Question) -> Terms:
    """The terms of a period without a clock: any ground is taken, extensions as long as they are said to be."""
    length = question.length
    if length is None:
        raise QuestionError("没有写明长度", "no length is given")
    if length.working_days and (length.months or length.days):
        raise QuestionError("工作日不能与月、日同用", "working days do not mix with months or days")
    added = [one for _, one in question.extend if one is not None]
    if (length.months or any(one.months for one in added)) and question.month_rule is None:
        raise QuestionError(
            "按月计算须写明月末规则：--month-rule criminal 或 civil",
            "months need a month rule: --month-rule criminal or civil",
        )
    for code, one in question.extend:
        if one is None:
            raise QuestionError(
                f"没有写明延长 {code} 多久，如 {code}=1m", f"how long is extension {code}? write {code}=1m"
            )
    return Terms(
        base=length,
        month_rule=question.month_rule,
        rolls=question.rolls and not length.working_days,
        extensions={code: ExtensionTerms(None, times=None) for code, _ in question.extend},
        exclusions={code: ExclusionTerms() for code, _, _ in question.exclude},
    )


def _of_clock(question: Question, number: Callable[[str], int | None]) -> tuple[Terms, ...]:
    clock = question.clock
    assert clock is not None, "a question about a clock has one"
    shape = clock.shape
    for code, length in question.extend:
        if code not in shape.extend:
            known = ", ".join(shape.extend) or "—"
            raise QuestionError(
                f"时钟 {clock.name} 没有延长 {code}；可用的有：{known}",
                f"clock {clock.name} has no extension {code}; known are: {known}",
            )
        if shape.extend[code].as_decided != (length is not None):
            example = f"{code}=1m" if length is None else code
            raise QuestionError(f"延长 {code} 应写作 {example}", f"write extension {code} as {example}")
    rolls = shape.roll is not False and question.rolls
    if isinstance(shape.roll, RollUnless) and shape.roll.unless != "anyone_held":
        rolls = rolls and not question.is_held
    terms = terms_of(clock, _limit_of(question, clock), number=number, rolls=rolls)
    if terms[-1].base is None:
        raise QuestionError(
            f"时钟 {clock.name} 的期限要由数据得出，不能在此计算",
            f"the length of clock {clock.name} comes from the data and cannot be told here",
        )
    return terms


def _limit_of(question: Question, clock: Clock) -> int:
    limits = clock.shape.limit
    if question.limit is not None:
        if not 1 <= question.limit <= len(limits):
            raise QuestionError(
                f"时钟 {clock.name} 有 {len(limits)} 种期限", f"clock {clock.name} has {len(limits)} limits"
            )
        return question.limit - 1
    plain = [n for n, limit in enumerate(limits) if limit.when is None and limit.due is None]
    return plain[0] if plain else 0


def _why(question: Question, found: Reckoned, calendar: Calendar) -> Text:
    """Why the due day cannot be told: an exclusion that stands, or a year not announced."""
    if found.sure.counted_until == NEVER:
        return Text(
            "不计入的期间尚未结束，期限停止计算",
            "days are excluded that have not ended: the limit stands still",
        )
    day = found.sure.moved_on
    if (
        question.length is not None
        and question.length.working_days
        and working_place(question.start, calendar) is None
    ):
        day = question.start
    return Text(
        f"{day.year} 年的工作日历尚未公布，或部分公布",
        f"the working days of {day.year} are not announced, or not all of them",
    )
