"""Dates in SQL against readings in plain Python that share nothing with it: tens of thousands in one query."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jointsup_rules.model.calendar import Calendar, make_calendar, read_calendar
from jointsup_rules.sweep.database import prepare_connection

FIRST, LAST = date(1990, 1, 1), date(2060, 12, 31)
DAY = timedelta(days=1)
ANNOUNCED = Path(__file__).parents[2] / "datasets" / "calendar"
MONTHS = (0, 1, 2, 3, 5, 6, 7, 11, 12, 13, 18, 24, 36, 48, 59, 120)
Batch = Sequence[tuple[date, int]]


# ---- readings of the law in plain Python


def _is_leap(year: int) -> bool:
    return year % 400 == 0 or (year % 4 == 0 and year % 100 != 0)


def _length(year: int, month: int) -> int:
    return (31, 29 if _is_leap(year) else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]


def _civil(start: date, n: int) -> date:
    """The same day of the later month; where it does not exist, the last."""
    year, month = start.year, start.month
    for _ in range(n):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return date(year, month, min(start.day, _length(year, month)))


def _criminal(start: date, n: int) -> date:
    """As in civil law, but from the last day of a month to the last day of the later month."""
    end = _civil(start, n)
    is_last = start.day == _length(start.year, start.month)
    return date(end.year, end.month, _length(end.year, end.month)) if is_last else end


def _term_end(start: date, n: int) -> date:
    """A month of a sentence runs to the day before the same day of the next month."""
    return _criminal(start, n) - DAY


class _Walk:
    """A calendar walked day by day; a day that is not announced stops every walk."""

    def __init__(self, working: dict[date, bool]) -> None:
        self.working = working

    def roll(self, day: date) -> date | None:
        while self.working.get(day) is False:
            day += DAY
        return day if self.working.get(day) else None

    def add(self, day: date, n: int) -> date | None:
        """The n-th working day after a day."""
        if day not in self.working:
            return None
        while n > 0:
            day += DAY
            if day not in self.working:
                return None
            n -= self.working[day]
        return day

    def between(self, one: date, other: date) -> int | None:
        """Working days after one day up to and including another; below zero when the other is earlier."""
        low, high = min(one, other), max(one, other)
        if low not in self.working:
            return None
        n = 0
        while low < high:
            low += DAY
            if low not in self.working:
                return None
            n += self.working[low]
        return n if one <= other else -n


# ---- the macros, over a batch at once


@cache
def _connection(calendar: Calendar) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    prepare_connection(connection, calendar)
    return connection


def _run(calendar: Calendar, expression: str, batch: Sequence[tuple[Any, Any]]) -> list[Any]:
    """One value of an expression over columns d and n for each pair."""
    connection = _connection(calendar)
    days, others = [pair[0] for pair in batch], [pair[1] for pair in batch]
    sql = f"SELECT {expression} FROM (SELECT unnest($1) AS d, unnest($2) AS n)"
    return [row[0] for row in connection.execute(sql, [days, others]).fetchall()]


def _every(step: int = 1) -> Iterator[date]:
    day = FIRST
    while day <= LAST:
        yield day
        day += step * DAY


def _differing(
    found: Sequence[Any], wanted: Sequence[Any], batch: Sequence[Any]
) -> list[tuple[Any, Any, Any]]:
    assert len(found) == len(wanted)
    return [(pair, a, b) for pair, a, b in zip(batch, found, wanted, strict=True) if a != b][:5]


NONE = Calendar()
MONTHLY: dict[str, Callable[[date, int], date]] = {
    "months_after(d, n, 'civil')": _civil,
    "months_after(d, n, 'criminal')": _criminal,
    "js_months_after_civil(d, n)": _civil,
    "js_months_after_criminal(d, n)": _criminal,
    "term_end(d, n)": _term_end,
    "years_after(d, n, 'civil')": lambda d, n: _civil(d, 12 * n),
    "years_after(d, n, 'criminal')": lambda d, n: _criminal(d, 12 * n),
}


@pytest.mark.parametrize("expression", MONTHLY)
def test_every_day_of_seventy_years_by_some_number_of_months(expression: str) -> None:
    batch = [(day, MONTHS[k % len(MONTHS)]) for k, day in enumerate(_every())]
    assert len(batch) == 25933
    wanted = [MONTHLY[expression](*pair) for pair in batch]
    assert _differing(_run(NONE, expression, batch), wanted, batch) == []


@pytest.mark.parametrize("expression", MONTHLY)
def test_every_end_of_a_month_by_every_number_of_months(expression: str) -> None:
    ends = [day for day in _every() if day.day >= 28 or day.day == 1]
    batch = [(day, n) for n in range(26) for day in ends[n % 3 :: 3]]
    assert len(batch) > 25000
    wanted = [MONTHLY[expression](*pair) for pair in batch]
    assert _differing(_run(NONE, expression, batch), wanted, batch) == []


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.dates(FIRST, LAST), st.integers(0, 600)), min_size=1, max_size=500))
def test_any_day_by_any_number_of_months(batch: list[tuple[date, int]]) -> None:
    for expression in ("months_after(d, n, 'civil')", "months_after(d, n, 'criminal')", "term_end(d, n)"):
        wanted = [MONTHLY[expression](*pair) for pair in batch]
        assert _differing(_run(NONE, expression, batch), wanted, batch) == []


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("months_after(DATE '2023-02-28', 1, 'criminal')", date(2023, 3, 31)),
        ("months_after(DATE '2023-02-28', 1, 'civil')", date(2023, 3, 28)),
        ("months_after(DATE '2024-02-28', 1, 'criminal')", date(2024, 3, 28)),
        ("months_after(DATE '2024-01-31', 1, 'criminal')", date(2024, 2, 29)),
        ("months_after(DATE '2024-04-30', 1, 'civil')", date(2024, 5, 30)),
        ("years_after(DATE '2024-02-29', 1, 'civil')", date(2025, 2, 28)),
        ("years_after(DATE '2023-02-28', 1, 'criminal')", date(2024, 2, 29)),
        ("years_after(DATE '2023-02-28', 1, 'civil')", date(2024, 2, 28)),
        ("term_end(DATE '2024-01-15', 6)", date(2024, 7, 14)),
        ("term_end(DATE '2024-01-31', 1)", date(2024, 2, 28)),
    ],
)
def test_ends_of_months_as_the_law_has_them(expression: str, wanted: date) -> None:
    assert _run(NONE, expression, [(FIRST, 0)]) == [wanted]


def test_an_empty_day_or_number_gives_an_empty_day() -> None:
    for expression in MONTHLY:
        assert _run(NONE, expression, [(None, 1), (FIRST, None)]) == [None, None]


# ---- working days


@cache
def _announced() -> Calendar:
    calendar, problems = read_calendar(ANNOUNCED)
    assert problems == ()
    return calendar


@cache
def _with_gap() -> Calendar:
    """Weekends and some odd days off, with one year in the middle that nobody announced."""
    days = [day for day in _every() if 1995 <= day.year <= 2050 and day.year != 2020]
    return make_calendar((day, day.weekday() < 5 and day.toordinal() % 37 > 2) for day in days)


CALENDARS = {"announced": _announced, "with a gap": _with_gap}


def _walk(calendar: Calendar) -> _Walk:
    return _Walk({entry.day: entry.is_working for entry in calendar.days})


@pytest.mark.parametrize("name", CALENDARS)
def test_a_day_rolls_to_the_next_working_day(name: str) -> None:
    calendar = CALENDARS[name]()
    walk, batch = _walk(calendar), [(day, 0) for day in _every()]
    wanted = [walk.roll(day) for day, _ in batch]
    assert _differing(_run(calendar, "roll(d)", batch), wanted, batch) == []
    assert None in wanted
    kinds = [walk.working.get(day) for day, _ in batch]
    assert _differing(_run(calendar, "is_working_day(d)", batch), kinds, batch) == []


@pytest.mark.parametrize("name", CALENDARS)
def test_the_nth_working_day_after_any_day(name: str) -> None:
    calendar = CALENDARS[name]()
    walk, numbers = _walk(calendar), (0, 1, 2, 3, 5, 7, 10, 15, 20, 30, 60)
    batch = [(day, numbers[k % len(numbers)]) for k, day in enumerate(_every())]
    wanted = [walk.add(*pair) for pair in batch]
    # What nought working days after a day off are is laid down nowhere, so it is not asked.
    pairs = [(p, w) for p, w in zip(batch, wanted, strict=True) if p[1] > 0 or walk.working.get(p[0])]
    asked, expected = [p for p, _ in pairs], [w for _, w in pairs]
    assert len(asked) > 24000
    assert _differing(_run(calendar, "add_working_days(d, n)", asked), expected, asked) == []


@pytest.mark.parametrize("name", CALENDARS)
def test_working_days_between_any_two_days(name: str) -> None:
    calendar = CALENDARS[name]()
    walk, gaps = _walk(calendar), (0, 1, -1, 2, 3, 6, 7, -8, 14, 31, -45, 90, 365)
    batch = [(day, day + gaps[k % len(gaps)] * DAY) for k, day in enumerate(_every())]
    wanted = [walk.between(*pair) for pair in batch]
    assert _differing(_run(calendar, "working_days_between(d, n)", batch), wanted, batch) == []


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.booleans(), min_size=20, max_size=120),
    st.sets(st.integers(0, 119), max_size=6),
    st.lists(st.tuples(st.integers(-3, 122), st.integers(1, 40)), min_size=1, max_size=100),
)
def test_any_calendar_with_any_days_missing(
    kinds: list[bool], missing: set[int], asked: list[tuple[int, int]]
) -> None:
    begin = date(2023, 12, 1)
    days = {begin + k * DAY: is_working for k, is_working in enumerate(kinds) if k not in missing}
    calendar, walk = make_calendar(days.items()), _Walk(days)
    batch = [(begin + k * DAY, n) for k, n in asked]
    connection = duckdb.connect(":memory:")
    prepare_connection(connection, calendar)
    sql = (
        "SELECT roll(d), add_working_days(d, n), working_days_between(d, add_days(d, n)),"
        " working_days_between(add_days(d, n), d) FROM (SELECT unnest($1) AS d, unnest($2) AS n)"
    )
    found = connection.execute(sql, [[d for d, _ in batch], [n for _, n in batch]]).fetchall()
    connection.close()
    wanted = [
        (walk.roll(d), walk.add(d, n), walk.between(d, d + n * DAY), walk.between(d + n * DAY, d))
        for d, n in batch
    ]
    assert _differing(found, wanted, batch) == []
