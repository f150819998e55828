"""Days of the demo: working days as announced, month arithmetic, the ends of limits.

Plain Python written from the law, on purpose without the engine's own functions: the oracle must
not share a mistake with what it checks. Days outside 2023-2025 raise, for no table here covers them.
"""

from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache

# Days off announced by the State Council, first and last day included.
_OFF = (
    ("2022-12-31", "2023-01-02"),
    ("2023-01-21", "2023-01-27"),
    ("2023-04-05", "2023-04-05"),
    ("2023-04-29", "2023-05-03"),
    ("2023-06-22", "2023-06-24"),
    ("2023-09-29", "2023-10-06"),
    ("2023-12-30", "2024-01-01"),
    ("2024-02-10", "2024-02-17"),
    ("2024-04-04", "2024-04-06"),
    ("2024-05-01", "2024-05-05"),
    ("2024-06-08", "2024-06-10"),
    ("2024-09-15", "2024-09-17"),
    ("2024-10-01", "2024-10-07"),
    ("2025-01-01", "2025-01-01"),
    ("2025-01-28", "2025-02-04"),
    ("2025-04-04", "2025-04-06"),
    ("2025-05-01", "2025-05-05"),
    ("2025-05-31", "2025-06-02"),
    ("2025-10-01", "2025-10-08"),
)
# Saturdays and Sundays worked in exchange.
_WORKED = frozenset(
    date.fromisoformat(day)
    for day in (
        "2023-01-28",
        "2023-01-29",
        "2023-04-23",
        "2023-05-06",
        "2023-06-25",
        "2023-10-07",
        "2023-10-08",
        "2024-02-04",
        "2024-02-18",
        "2024-04-07",
        "2024-04-28",
        "2024-05-11",
        "2024-09-14",
        "2024-09-29",
        "2024-10-12",
        "2025-01-26",
        "2025-02-08",
        "2025-04-27",
        "2025-09-28",
        "2025-10-11",
    )
)
_HOLIDAYS = frozenset(
    date.fromisoformat(first) + timedelta(days=n)
    for first, last in _OFF
    for n in range((date.fromisoformat(last) - date.fromisoformat(first)).days + 1)
)


def days_after(start: date, n: int) -> date:
    """Return the day n calendar days after start (n may be negative)."""
    return start + timedelta(days=n)


@lru_cache(maxsize=4096)
def is_working_day(day: date) -> bool:
    """Say whether day is worked; raises ValueError for a year without announced holidays."""
    if not 2023 <= day.year <= 2025:
        raise ValueError(f"no announced holidays for {day.year}")
    return day in _WORKED or (day.weekday() < 5 and day not in _HOLIDAYS)


@lru_cache(maxsize=4096)
def roll(day: date) -> date:
    """Return day itself if it is worked, else the first working day after it."""
    while not is_working_day(day):
        day = days_after(day, 1)
    return day


@lru_cache(maxsize=4096)
def working_days_after(start: date, n: int) -> date:
    """Return the n-th working day after start; start itself is not counted."""
    day = start
    while n > 0:
        day = days_after(day, 1)
        n -= is_working_day(day)
    return day


def months_after(start: date, n: int, *, month_end: bool) -> date:
    """Return the last day of a limit of n months from start.

    Args:
        start: The day the limit runs from, itself not counted.
        n: Whole months.
        month_end: True where the last day of a month leads to the last day of a month.

    Law:
        criminal (month_end): SPC Interpretation of the Criminal Procedure Law (2021) art. 202.
        civil: Civil Code (2020) art. 202.
    """
    year, month = divmod(start.year * 12 + start.month - 1 + n, 12)
    last = monthrange(year, month + 1)[1]
    is_end = start.day == monthrange(start.year, start.month)[1]
    return date(year, month + 1, last if is_end and month_end else min(start.day, last))
