"""Days as the law counts them: months, working days, the roll over holidays.

The first day is never counted. What lies in a year whose holidays are not announced is unknown and comes out as None,
never as a guess.
"""

from __future__ import annotations

from bisect import bisect_left
from calendar import monthrange
from datetime import date, timedelta

from jointsup_rules.model.calendar import Calendar
from jointsup_rules.model.clock import MonthRule


def days_after(start: date, n: int) -> date:
    """Return the day n calendar days after a day; n may be negative."""
    return start + timedelta(days=n)


def months_after(start: date, months: int, rule: MonthRule) -> date:
    """Return the last day on which a limit of whole months is still kept.

    Args:
        start: Day the limit runs from; that day itself is not counted.
        months: Whole months, 0 or more.
        rule: Whose month; no default, for the two laws differ at month ends.

    Raises:
        ValueError: months is negative.

    Law:
        criminal: SPC Interpretation of the Criminal Procedure Law (2021) art. 202.
        civil: Civil Code (2020) art. 202, by analogy.

    Example:
        >>> months_after(date(2023, 2, 28), 1, "criminal")
        datetime.date(2023, 3, 31)
        >>> months_after(date(2023, 2, 28), 1, "civil")
        datetime.date(2023, 3, 28)
    """
    if months < 0:
        raise ValueError(f"months is negative: {months}")
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    is_month_end = start.day == monthrange(start.year, start.month)[1]
    if rule == "criminal" and is_month_end:
        return date(year, month + 1, last)
    return date(year, month + 1, min(start.day, last))


def roll(day: date, calendar: Calendar) -> date | None:
    """Return a day itself if it is worked, else the next working day; None where that is not announced.

    Law:
        Criminal Procedure Law art. 105(4); Civil Procedure Law art. 85(3).
    """
    entry = calendar.on(day)
    return None if entry is None else entry.rolled


def working_place(day: date, calendar: Calendar) -> int | None:
    """Return how many working days the calendar has up to a day, this day included; None where not announced."""
    entry = calendar.on(day)
    return None if entry is None else entry.count


def working_day_at(place: int, calendar: Calendar, near: date) -> date | None:
    """Return the working day with that place in the run of announced days that `near` lies in; None outside it."""
    entry = calendar.on(near)
    if entry is None:
        return None
    runs = (
        [day for day in calendar.days if day.block == entry.block]
        if calendar.days[-1].block
        else calendar.days
    )
    # Places grow with the days: the first day that has reached the place is the working day itself.
    found = bisect_left(runs, place, key=lambda day: day.count)
    return runs[found].day if place > 0 and found < len(runs) else None


def add_working_days(start: date, n: int, calendar: Calendar) -> date | None:
    """Return the n-th working day after a day, whether or not that day is worked; None where not announced."""
    place = working_place(start, calendar)
    return None if place is None else working_day_at(place + n, calendar, start)
