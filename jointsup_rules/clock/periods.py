"""The periods of one subject: the days a clock starts, restarts and stops in, one period after the other out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from jointsup_rules.clock.period import NEVER, Change, Period


@dataclass(frozen=True)
class Begun:
    """One period of a subject.

    Attributes:
        day: The day that opened it.
        start: The day it counts from; later than `day` where the start was moved, None while what moves it stands.
        stop: The day it ended: its first stop, else the day the next began; None while it is open.
        next_on: The day the next began; None for the last.
    """

    day: date
    start: date | None
    stop: date | None
    next_on: date | None

    def period(self, seen_until: date) -> Period | None:
        """Return it as the reference reckons it; None where it has not begun to count."""
        return None if self.start is None else Period(self.start, self.stop, seen_until)


def split(
    starts: Iterable[date],
    stops: Iterable[date],
    as_of: date,
    restarts: Iterable[date] = (),
    shifts: Iterable[tuple[date | None, date | None]] = (),
) -> list[Begun]:
    """Return the periods of a subject in order.

    Args:
        starts: Days on which the clock starts; each later one opens a new period.
        stops: Days on which it stops.
        as_of: Starts and restarts after this day are not looked at.
        restarts: Days on which it starts anew; one before any start opens nothing.
        shifts: Spans during which a start does not count yet: it moves to the end of the span.
    """
    opened = sorted({day for day in starts if day <= as_of})
    if not opened:
        return []
    days = sorted({*opened, *(day for day in restarts if opened[0] <= day <= as_of)})
    stopped, moved = sorted(stops), list(shifts)
    found: list[Begun] = []
    for day, following in zip(days, [*days[1:], None], strict=True):
        first = next((stop for stop in stopped if stop >= day), None)
        ends = first if first is not None and (following is None or first <= following) else following
        found.append(Begun(day, _shifted(day, following, moved), ends, following))
    return found


def _shifted(day: date, following: date | None, shifts: list[tuple[date | None, date | None]]) -> date | None:
    ends = [
        until or NEVER
        for from_, until in shifts
        if (from_ or day) < (following or NEVER) and (until or NEVER) > day
    ]
    latest = max([day, *ends])
    return None if latest == NEVER else latest


def of_period(changes: Iterable[Change], begun: Begun, *, is_first: bool) -> list[Change]:
    """Return the changes that may concern a period: all exclusions, and the extensions decided while it ran.

    An extension belongs to the period in which it was decided; one before the first start to the first, one without
    any day to the last.
    """
    found: list[Change] = []
    for change in changes:
        if change.is_extension:
            on = change.decided_on or change.from_on
            if not (is_first or on is None or on >= begun.day):
                continue
            if begun.next_on is not None and (on is None or on >= begun.next_on):
                continue
        found.append(change)
    return found
