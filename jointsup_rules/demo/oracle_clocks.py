"""Periods of named time limits, reckoned by the plain reference of the law's arithmetic.

In: the days a limit starts, stops and starts anew, its terms written out as a lawyer would, the records that
change it. Out: findings, one per period. Nothing of the compiled rules is used; the reference reads like
the statute and is held against worked examples of its own.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from jointsup_rules.clock.period import Change, IsHeld, Length, Period, Reckoned, Terms, reckon
from jointsup_rules.clock.periods import Begun, of_period, split
from jointsup_rules.demo.city import AS_OF
from jointsup_rules.demo.course import Row
from jointsup_rules.demo.days import days_after, is_working_day
from jointsup_rules.demo.verdicts import Finding, judge_limit
from jointsup_rules.model.calendar import Calendar, make_calendar

LEVELS = ("SELF", "UP1", "PROVINCE", "SUPREME")


@dataclass(frozen=True)
class Marks:
    """The days that open and close the periods of one subject."""

    starts: list[date]
    stops: list[date]
    restarts: list[date] = field(default_factory=list)
    shifts: list[tuple[date | None, date | None]] = field(default_factory=list)


@cache
def calendar() -> Calendar:
    """Return the announced days of 2023 to 2025."""
    first = date(2023, 1, 1)
    days = (days_after(first, n) for n in range((date(2026, 1, 1) - first).days))
    return make_calendar((day, is_working_day(day)) for day in days)


def change_of(row: Row) -> Change:
    """Return a row of the register of changes as the reference reads it."""
    n, unit, level = row.get("add_n"), row.get("add_unit"), row.get("decide_level")
    amounts = {"M": Length(months=n or 0), "D": Length(days=n or 0), "WD": Length(working_days=n or 0)}
    return Change(
        row["reason_code"],
        row["change_type"] == "EXTEND",
        row.get("doc_no"),
        row.get("decide_date"),
        row.get("start_date"),
        row.get("end_date"),
        LEVELS.index(level) if level else None,
        amounts[unit] if n is not None and unit else None,
        "end_date" in row.get("unread", {}),
        row["change_id"],
    )


def periods(
    marks: Marks, terms: Terms, changes: Iterable[Row], is_held: IsHeld = lambda day: False
) -> Iterator[tuple[Begun, Reckoned | None]]:
    """Yield the periods of a subject in order, each worked out; None for one that has not begun to count."""
    records = [change_of(row) for row in changes]
    found = split(
        marks.starts, [day for day in marks.stops if day <= AS_OF], AS_OF, marks.restarts, marks.shifts
    )
    for number, begun in enumerate(found):
        period = begun.period(AS_OF)
        if period is None:
            yield begun, None
        else:
            own = of_period(records, begun, is_first=number == 0)
            yield begun, reckon(Period(period.start, period.stop, AS_OF), [terms], own, calendar(), is_held)


def judge_periods(
    rule: str,
    subject: tuple[str, ...],
    found: Iterable[tuple[Begun, Reckoned | None]],
    *,
    by_segment: bool = False,
    gap: tuple[str, str] | None = None,
) -> Iterator[Finding]:
    """Hold the end of each period against its due day; what might have been lawful cannot be told."""
    for number, (begun, reckoned) in enumerate(found):
        part = str(number) if by_segment else ""
        if reckoned is None or reckoned.sure.due_on is None:
            yield Finding(rule, subject, "running", part)
            continue
        own_gap = gap if begun.stop is None else None
        finding = judge_limit(
            rule, subject, begun.start, reckoned.sure.due_on, begun.stop, part=part, gap=own_gap
        )
        may = reckoned.may.due_on
        is_open_question = finding.outcome == "hit" and (may is None or (begun.stop or AS_OF) <= may)
        yield Finding(rule, subject, "cannot_tell", part) if is_open_question else finding
