"""Working days as data: CSV files of announced years in, one table of days out.

A year that has not been announced has no file and is never guessed: what needs it is unknown.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from jointsup_rules.problems import Place, Problem, Text

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class CalendarDay:
    """A day of the calendar.

    Attributes:
        rolled: The day itself or the next working day; None where that lies in a year not announced.
        count: Working days so far, this day included, within the block.
        block: Number of the unbroken run of announced days it belongs to.
    """

    day: date
    is_working: bool
    rolled: date | None
    count: int
    block: int


@dataclass(frozen=True)
class Calendar:
    """The announced days, in order."""

    days: tuple[CalendarDay, ...] = ()

    def on(self, day: date) -> CalendarDay | None:
        """Return the entry of a day, or None when its year is not announced."""
        if not self.days or not self.days[0].day <= day <= self.days[-1].day:
            return None
        if self.days[-1].block == 0:
            return self.days[(day - self.days[0].day).days]
        return next((entry for entry in self.days if entry.day == day), None)


def make_calendar(days: Iterable[tuple[date, bool]]) -> Calendar:
    """Return a calendar of days and whether each is a working day."""
    ordered = sorted(dict(days).items())
    entries: list[CalendarDay] = []
    block, count = 0, 0
    for index, (day, is_working) in enumerate(ordered):
        if index and ordered[index - 1][0] + ONE_DAY != day:
            block, count = block + 1, 0
        count += is_working
        entries.append(CalendarDay(day, is_working, None, count, block))
    following: date | None = None
    for index in range(len(entries) - 1, -1, -1):
        entry = entries[index]
        if index + 1 < len(entries) and entries[index + 1].block != entry.block:
            following = None
        following = entry.day if entry.is_working else following
        entries[index] = CalendarDay(entry.day, entry.is_working, following, entry.count, entry.block)
    return Calendar(tuple(entries))


def plain_calendar(first: date, last: date, off: Iterable[date]) -> Calendar:
    """Return a calendar in which only weekends and the given days are off, as examples use it."""
    closed = frozenset(off)
    n_days = (last - first).days + 1
    days = [first + timedelta(days=n) for n in range(n_days)]
    return make_calendar((day, day.weekday() < 5 and day not in closed) for day in days)


def read_calendar(folder: Path, shown: str = "datasets/calendar") -> tuple[Calendar, tuple[Problem, ...]]:
    """Return the calendar of a folder of CSV files (columns `day`, `is_working_day`), and every problem."""
    days: list[tuple[date, bool]] = []
    problems: list[Problem] = []
    for file in sorted(folder.glob("*.csv")):
        text = file.read_text(encoding="utf-8-sig")
        for number, row in enumerate(csv.DictReader(io.StringIO(text)), 2):
            try:
                days.append((date.fromisoformat(row["day"]), {"1": True, "0": False}[row["is_working_day"]]))
            except (KeyError, ValueError, TypeError):
                what = Text("这一行不是日历的一天", "this line is no day of a calendar")
                fix = Text("写作 2024-10-01,0,国庆节", "write day,is_working_day,note such as 2024-10-01,0,…")
                problems.append(Problem("JR130", Place(f"{shown}/{file.name}", number), what, fix=fix))
    return make_calendar(days), tuple(problems)
