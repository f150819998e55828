"""An invented office: random files with steps, stays and changes, and what the reference reckons of each."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from jointsup_rules.clock.period import Change, Length, Reckoned, reckon
from jointsup_rules.clock.periods import of_period, split
from jointsup_rules.clock.terms import terms_of
from jointsup_rules.model.calendar import Calendar
from jointsup_rules.model.clock import Clock

LEVELS = ("OWN", "UP", "TOP")
AS_OF = date(2026, 12, 20)
GROUNDS = {
    "HEAR": ("MORE", "UPPER", "NOTICE", "EXPERT", "SICK", "LATER", "STRANGE"),
    "HOLD": ("A", "A", "B", "B", "T", "MIND", "STRANGE"),
    "REVIEW": ("MORE", "MIND", "STRANGE"),
    "WORK": ("MORE", "WAIT", "STRANGE"),
}
EXTENDING = frozenset(("MORE", "UPPER", "A", "B", "T"))
# Days on which mistakes like to hide: month ends, leap days, long holidays, changes of law, the end of the calendar.
ODD_DAYS = tuple(
    date.fromisoformat(day)
    for day in (
        "2021-12-31", "2022-01-31", "2022-02-28", "2023-04-30", "2023-08-31", "2023-12-29", "2023-12-31", "2024-01-01",
        "2024-01-31", "2024-02-29", "2024-09-30", "2024-10-01", "2025-01-27", "2025-06-30", "2025-09-29", "2025-12-31",
        "2026-02-28", "2026-08-31", "2026-10-31", "2026-11-30",
    )
)  # fmt: skip


@dataclass(frozen=True)
class File:
    """One invented file with everything that belongs to it; rows are as its tables hold them."""

    row: dict[str, Any]
    steps: tuple[dict[str, Any], ...] = ()
    changes: tuple[dict[str, Any], ...] = ()
    stays: tuple[dict[str, Any], ...] = ()


@dataclass
class Office:
    """Makes files from a seed; `near` is where the days of the file at hand lie."""

    seed: int
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def files(self, n: int, clock: str) -> Iterator[File]:
        """Yield n files whose changes concern a clock."""
        for number in range(n):
            yield self._file(f"{clock}{number}", clock)

    def _is(self, share: float) -> bool:
        return self.chance.random() < share

    def _day(self) -> date:
        if self._is(0.35):
            return self.chance.choice(ODD_DAYS) + timedelta(days=self.chance.choice((-1, 0, 0, 0, 1)))
        return date(2021, 10, 1) + timedelta(days=self.chance.randrange(1900))

    def _after(self, day: date, most: int) -> date:
        return day + timedelta(days=self.chance.randrange(-10, most))

    def _file(self, file_id: str, clock: str) -> File:
        opened = self._day()
        closed = self._after(opened, 500) if self._is(0.5) else None
        row = {
            "file_id": file_id, "opened_on": opened if self._is(0.97) else None,
            "closed_on": closed, "is_quick": self.chance.choice((True, False, False, None)), "set_on": None,
        }  # fmt: skip
        steps = tuple(self._steps(file_id, opened)) if clock == "REVIEW" else ()
        changes = tuple(self._changes(file_id, opened, clock))
        stays = tuple(self._stays(file_id, opened)) if clock == "REVIEW" else ()
        return File(row, steps, changes, stays)

    def _steps(self, file_id: str, opened: date) -> Iterator[dict[str, Any]]:
        day = opened
        for number in range(self.chance.randrange(0, 6)):
            sort = self.chance.choice(("IN", "AGAIN", "BACK", "OUT"))
            yield {"step_id": f"{file_id}s{number}", "file_id": file_id, "sort": sort, "on_day": day}
            day += timedelta(days=self.chance.choice((0, 1, 5, 15, 29, 30, 31, 45, 60)))

    def _stays(self, file_id: str, opened: date) -> Iterator[dict[str, Any]]:
        for number in range(self.chance.randrange(0, 3)):
            begins = self._after(opened, 60)
            ends = self._after(begins, 90) if self._is(0.7) else None
            yield {
                "stay_id": f"{file_id}y{number}", "file_id": file_id, "person_id": "P", "in_on": begins, "out_on": ends
            }  # fmt: skip

    def _changes(self, file_id: str, opened: date, clock: str) -> Iterator[dict[str, Any]]:
        last: date | None = None
        for number in range(self.chance.choice((0, 0, 1, 1, 2, 3, 4, 6))):
            ground = self.chance.choice(GROUNDS[clock])
            sort = "EXTEND" if ground in EXTENDING else self.chance.choice(("DEDUCT", "SUSPEND"))
            if clock == "HOLD" and self._is(0.15):
                sort, ground = "RESET", self.chance.choice(("ANEW", "NAMELESS"))
            begins = last if last is not None and self._is(0.25) else self._after(opened, 260)
            until = (
                begins + timedelta(days=self.chance.choice((0, 1, 3, 10, 31, 60, -2)))
                if self._is(0.85)
                else None
            )
            last = until
            yield {
                "change_id": f"{file_id}c{number}", "file_id": file_id, "clock": clock if self._is(0.95) else "OTHER",
                "sort": sort, "ground": ground, "from_on": begins if self._is(0.9) else None, "until_on": until,
                "decided_on": self._decided(opened) if self._is(0.92) else None,
                "level": self.chance.choice((*LEVELS, None)), "add_n": self.chance.choice((None, 1, 2, 15)),
                "add_unit": self.chance.choice(("M", "D")), "document": "文书" if self._is(0.85) else None,
            }  # fmt: skip

    def _decided(self, opened: date) -> date:
        """A day of decision, often just on or beside a due day."""
        if self._is(0.5):
            return opened + timedelta(
                days=self.chance.choice((10, 30, 31, 59, 60, 61, 62, 90, 91, 181, 182, 183, 184, 190))
            )
        return self._after(opened, 300)


# ---- what the reference makes of a file


def reckoned(file: File, clock: Clock, calendar: Calendar) -> list[tuple[Any, ...]]:
    """Return what the reference says of a file: one tuple per period, in order.

    Each holds segment, start, stop, due day of each reading, and the earliest the due day can be, and
    the day the law changed meanwhile.
    """
    row = file.row
    if clock.name == "HOLD" and row["is_quick"] is True:
        return []
    own = [one for one in file.changes if one["clock"] == clock.name]
    begun = split(*_marks(file, clock), AS_OF, _restarts(own, clock), _shifts(own, clock))
    told: list[tuple[Any, ...]] = []
    for segment, one in enumerate(begun, 1):
        period = one.period(AS_OF)
        if period is None:
            told.append((segment, None, one.stop, None, None, None, None, None))
            continue
        moving = {*clock.shape.restart, *clock.shape.shift}
        changes = [
            _change(change) for change in own if change["sort"] == "EXTEND" or change["ground"] not in moving
        ]
        found = reckon(
            period,
            _terms(file, clock),
            of_period(changes, one, is_first=segment == 1),
            calendar,
            _is_held(file),
        )
        told.append((segment, one.start, one.stop, *_days(found)))
    return told


def _days(found: Reckoned | None) -> tuple[date | None, ...]:
    if found is None:
        return (None, None, None, None, None)
    return (found.sure.due_on, found.may.due_on, found.all.due_on, found.sure.moved_on, found.changed_on)


def _marks(file: File, clock: Clock) -> tuple[list[date], list[date]]:
    if clock.name != "REVIEW":
        starts, stops = [file.row["opened_on"]], [file.row["closed_on"]]
        return [day for day in starts if day], [day for day in stops if day]
    days = [(step["sort"], step["on_day"]) for step in file.steps]
    return [day for sort, day in days if sort in ("IN", "AGAIN")], [
        day for sort, day in days if sort in ("OUT", "BACK") and day <= AS_OF
    ]


def _restarts(own: list[dict[str, Any]], clock: Clock) -> list[date]:
    days = [
        change["from_on"] or change["decided_on"]
        for change in own
        if change["sort"] == "RESET" and change["ground"] in clock.shape.restart and change["document"]
    ]
    return [day for day in days if day is not None]


def _shifts(own: list[dict[str, Any]], clock: Clock) -> list[tuple[date | None, date | None]]:
    return [
        (change["from_on"], change["until_on"])
        for change in own
        if change["ground"] in clock.shape.shift and change["document"]
    ]


def _terms(file: File, clock: Clock) -> Any:
    quick = file.row["is_quick"]
    limit: int | None = 0
    if clock.name == "REVIEW":
        limit = None if quick is None else 0 if quick else 1
    # `is distinct from true` is never unknown.
    applies = {"MORE": quick is not True} if clock.name == "REVIEW" else {}
    return terms_of(clock, limit, LEVELS, applies=applies)


def _change(row: dict[str, Any]) -> Change:
    n, unit = row["add_n"], row["add_unit"]
    return Change(
        code=row["ground"],
        is_extension=row["sort"] == "EXTEND",
        document=row["document"],
        decided_on=row["decided_on"],
        from_on=row["from_on"],
        until_on=row["until_on"],
        level=LEVELS.index(row["level"]) if row["level"] else None,
        added=None if n is None else Length(months=n if unit == "M" else 0, days=n if unit == "D" else 0),
        key=row["change_id"],
    )


def _is_held(file: File) -> Any:
    def held(day: date) -> bool:
        return any(s["in_on"] <= day and (s["out_on"] is None or s["out_on"] > day) for s in file.stays)

    return held
