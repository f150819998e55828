"""One period of a time limit: its start, its terms and what changed it in, the last lawful day and the working out.

Months first, then days, then the days that do not count in order of time, then the roll. Extensions are taken in
order of decision and count only when honoured; each honoured one starts the reckoning again. Three readings are
kept: what is certain (`sure`), what might be if everything unknown spoke for the one who had to act (`may`), and what
would be had everything been honoured (`all`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from jointsup_rules.clock.days import days_after, months_after, roll, working_day_at, working_place
from jointsup_rules.model.calendar import Calendar
from jointsup_rules.model.clock import MonthRule

Reading = Literal["sure", "may", "all"]
Span = tuple[date, date]
IsHeld = Callable[[date], bool | None]
NEVER = date(9999, 12, 31)
NO_CALENDAR = Calendar()


@dataclass(frozen=True)
class Length:
    """A length of time; working days do not mix with the other two."""

    months: int = 0
    days: int = 0
    working_days: int = 0

    def __add__(self, other: Length) -> Length:
        return Length(
            self.months + other.months, self.days + other.days, self.working_days + other.working_days
        )


@dataclass(frozen=True)
class ExtensionTerms:
    """What a ground adds.

    Attributes:
        length: None where it stands in the decision.
        replaces: Whether the base becomes this length.
        level: The lowest level that may decide, 0 for the lowest; None for any.
        after: The extension that must have been honoured before.
        times: How often; None for any number.
        applies: Whether the ground is open to this case; None where that is unknown.
    """

    length: Length | None
    replaces: bool = False
    level: int | None = None
    after: str | None = None
    times: int | None = 1
    applies: bool | None = True
    article: str | None = None


@dataclass(frozen=True)
class ExclusionTerms:
    """Days that do not count: how long each record at most, and how many records.

    `from_on` and `until_on` are the days between which a period must start for the ground to be open to it.
    """

    cap: Length | None = None
    times: int | None = None
    from_on: date | None = None
    until_on: date | None = None
    article: str | None = None


@dataclass(frozen=True)
class Terms:
    """A time limit as one version of the law has it, for one case.

    Attributes:
        base: None where the limit is unknown.
        due_on: A due day found in the data, which nothing moves, in place of a base.
        from_on: First day of this version; None for the earliest.
        article: Where the base stands, as the law files call it.
    """

    base: Length | None
    month_rule: MonthRule | None = None
    rolls: bool = False
    extensions: Mapping[str, ExtensionTerms] | None = None
    exclusions: Mapping[str, ExclusionTerms] | None = None
    due_on: date | None = None
    from_on: date | None = None
    article: str | None = None


@dataclass(frozen=True)
class Change:
    """One record that extends a time limit, or says which days do not count.

    Attributes:
        from_on: First day that does not count; None where it is not recorded.
        until_on: First day that counts again; None while it still stands.
        level: Place of the deciding level, 0 for the lowest; None where it is not recorded.
        added: What the decision itself adds; None where it should say so and does not.
        is_until_unknown: Whether the end is there but cannot be read.
        key: Breaks ties between records of one day.
    """

    code: str
    is_extension: bool
    document: str | None = None
    decided_on: date | None = None
    from_on: date | None = None
    until_on: date | None = None
    level: int | None = None
    added: Length | None = None
    is_until_unknown: bool = False
    key: str = ""


@dataclass(frozen=True)
class Period:
    """From when a period runs, when it ended (None while it runs), and how far the data can be seen."""

    start: date
    stop: date | None = None
    seen_until: date | None = None

    @property
    def cut(self) -> date:
        """Where exclusions are cut: the stop or the last day seen, whichever is earlier."""
        return min(self.stop or NEVER, self.seen_until or NEVER)


@dataclass(frozen=True)
class Extended:
    """An extension with what became of it: why it was not honoured, and the base before and after it."""

    change: Change
    refused: str | None
    base_before: date
    base_after: date


@dataclass(frozen=True)
class Excluded:
    """An exclusion with what became of it: why it was not honoured, and the days it moved the due day on by."""

    change: Change
    refused: str | None
    span: Span | None
    days: int = 0


@dataclass(frozen=True)
class Due:
    """The due day of one reading.

    Attributes:
        base_on: After months and days and all honoured extensions.
        moved_on: After exclusions; the due day is never earlier.
        due_on: The last lawful day; None while a calendar is not announced, custody unknown, or the period stands still.
        counted_until: Where the last exclusion that counted ends; None where none did.
    """

    base_on: date
    moved_on: date
    due_on: date | None
    counted_until: date | None
    extensions: tuple[Extended, ...] = ()

    @property
    def latest(self) -> date:
        """The due day, or the earliest it can be."""
        return self.due_on if self.due_on is not None else self.moved_on


@dataclass(frozen=True)
class Reckoned:
    """A period worked out: the due day of each reading, its law, and every record with what became of it.

    `changed_on` is the day the law changed while the period ran, whichever version the later due day is from.
    """

    terms: Terms
    sure: Due
    may: Due
    all: Due
    exclusions: tuple[Excluded, ...]
    changed_on: date | None = None


def reckon(
    period: Period,
    versions: Iterable[Terms],
    changes: Iterable[Change] = (),
    calendar: Calendar = NO_CALENDAR,
    is_held: IsHeld = lambda day: False,
) -> Reckoned | None:
    """Return a period worked out, or None where its limit is unknown.

    The version of the law in force on the start day decides. Where it changes while the period runs, both due days
    are reckoned and the later stands.

    Args:
        period: From when to when.
        versions: The terms, one per version of the law, earliest first.
        changes: Extensions and exclusions, in any order.
        calendar: Which days are worked.
        is_held: Whether somebody concerned is in custody on a day; None where unknown.
    """
    ordered = list(versions)
    at_start = [terms for terms in ordered if terms.from_on is None or terms.from_on <= period.start]
    records = list(changes)
    if not at_start:
        return None
    found = _reckon(period, at_start[-1], records, calendar, is_held)
    if found is None:
        return None
    for terms in ordered[len(at_start) :]:
        assert terms.from_on is not None, "only the earliest version has no first day"
        if terms.from_on > period.cut or terms.from_on > found.sure.latest:
            continue
        other = _reckon(period, terms, records, calendar, is_held)
        if other is None:
            continue
        later = other if other.sure.latest > found.sure.latest else found
        found = replace(later, changed_on=terms.from_on)
    return found


def _reckon(
    period: Period, terms: Terms, changes: list[Change], calendar: Calendar, is_held: IsHeld
) -> Reckoned | None:
    if terms.due_on is not None:
        due = Due(terms.due_on, terms.due_on, terms.due_on, None)
        return Reckoned(terms, due, due, due, ())
    if terms.base is None:
        return None
    records = _exclusions(period, terms, [one for one in changes if not one.is_extension])
    extensions = sorted((one for one in changes if one.is_extension), key=_order)
    readings = {
        reading: _Reading(period, terms, reading, calendar, is_held, _joined(period, records, reading)).reckon(extensions)
        for reading in ("sure", "may", "all")
    }  # fmt: skip
    sure = readings["sure"]
    shown = _days_counted(records, sure, terms, calendar)
    return Reckoned(terms, sure, readings["may"], readings["all"], shown)


def _order(change: Change) -> tuple[date, str]:
    return (change.decided_on or change.from_on or NEVER, change.key)


# ---- exclusions: cut, capped, joined


def _exclusions(period: Period, terms: Terms, changes: list[Change]) -> list[Excluded]:
    """Each record with its span cut to its cap and the period, and why it is not honoured."""
    used: dict[str, int] = {}
    found: list[Excluded] = []
    for change in sorted(changes, key=lambda one: (one.from_on or one.decided_on or NEVER, one.key)):
        own = (terms.exclusions or {}).get(change.code)
        refused = _refuse_exclusion(period, change, own, used)
        if refused in (None, "begin_unknown") and own is not None:
            used[change.code] = used.get(change.code, 0) + 1
        found.append(Excluded(change, refused, _span(period, terms, change, own)))
    return found


def _refuse_exclusion(
    period: Period, change: Change, own: ExclusionTerms | None, used: Mapping[str, int]
) -> str | None:
    begins = change.from_on or change.decided_on
    if own is None or (own.from_on or date.min) > period.start or period.start >= (own.until_on or NEVER):
        return "not_listed"
    if not change.document:
        return "no_document"
    if begins is not None and change.until_on is not None and change.until_on < begins:
        return "ends_before_it_begins"
    if own.times is not None and used.get(change.code, 0) >= own.times:
        return "used_up"
    return None if begins is not None else "begin_unknown"


def _span(period: Period, terms: Terms, change: Change, own: ExclusionTerms | None) -> Span | None:
    """The days of a record within the period; None where there are none."""
    begins, ends = change.from_on, change.until_on
    if begins is None and change.decided_on is not None:
        begins = change.decided_on
        if ends is None and change.added is not None and change.added.days:
            ends = days_after(begins, change.added.days)
    if begins is None:
        # When it began is not known: at its longest it stood from the start of the period.
        begins = period.start
    ends = ends or NEVER
    if own is not None and own.cap is not None:
        cap = months_after(begins, own.cap.months, terms.month_rule or "civil")
        ends = min(ends, days_after(cap, own.cap.days))
    begins, ends = max(begins, period.start), min(ends, period.cut)
    return (begins, ends) if begins < ends else None


def _joined(period: Period, records: list[Excluded], reading: Reading) -> list[Span]:
    """The spans of the records that a reading honours, joined where they overlap or touch, in order of time."""
    takes: dict[Reading, Callable[[Excluded], bool]] = {
        "sure": lambda one: one.refused is None and not one.change.is_until_unknown,
        "may": lambda one: one.refused in (None, "begin_unknown"),
        "all": lambda one: one.refused not in ("ends_before_it_begins", "used_up"),
    }
    spans = sorted(one.span for one in records if one.span is not None and takes[reading](one))
    joined: list[Span] = []
    for begins, ends in spans:
        if joined and begins <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], ends))
        else:
            joined.append((begins, ends))
    return joined


def _days_counted(
    records: list[Excluded], due: Due, terms: Terms, calendar: Calendar
) -> tuple[Excluded, ...]:
    """Each record with the days it alone moved the due day on by: what an earlier one covers is not counted again."""
    reached: date | None = None
    shown: list[Excluded] = []
    for one in sorted(records, key=lambda one: (one.span or (NEVER, NEVER), one.change.key)):
        if one.refused is not None or one.change.is_until_unknown or one.span is None:
            shown.append(one)
            continue
        begins, ends = max(one.span[0], reached or one.span[0]), one.span[1]
        counts = due.counted_until is not None and ends <= due.counted_until and begins < ends
        days = _n_days(begins, ends, terms, calendar) if counts else 0
        shown.append(replace(one, days=days or 0))
        reached = max(ends, reached or ends)
    return tuple(shown)


def _n_days(begins: date, ends: date, terms: Terms, calendar: Calendar) -> int | None:
    """The days of a span: calendar days, or working days where the limit counts those."""
    if terms.base is None or not terms.base.working_days:
        return (ends - begins).days
    last = working_place(days_after(ends, -1), calendar)
    before = working_place(days_after(begins, -1), calendar)
    return None if last is None or before is None else last - before


# ---- one reading


@dataclass(frozen=True)
class _Reading:
    period: Period
    terms: Terms
    reading: Reading
    calendar: Calendar
    is_held: IsHeld
    spans: list[Span]

    def reckon(self, extensions: list[Change]) -> Due:
        base, added = self.terms.base, Length()
        assert base is not None, "a period without a limit is not reckoned"
        due = self._due(base + added)
        honoured: dict[str, int] = {}
        shown: list[Extended] = []
        for change in extensions:
            own = (self.terms.extensions or {}).get(change.code)
            refused = self._refuse(change, own, honoured, due)
            before = due.base_on
            if refused is None and own is not None:
                honoured[change.code] = honoured.get(change.code, 0) + 1
                length = own.length if own.length is not None else change.added
                if length is None:
                    return replace(due, due_on=None, extensions=tuple(shown))
                base, added = (length, added) if own.replaces else (base, added + length)
                due = self._due(base + added)
            shown.append(Extended(change, refused, before, due.base_on))
        return replace(due, extensions=tuple(shown))

    def _refuse(
        self, change: Change, own: ExtensionTerms | None, honoured: Mapping[str, int], due: Due
    ) -> str | None:
        """Why an extension is not honoured; None where it is."""
        if own is None:
            return "not_listed"
        if own.after is not None and not honoured.get(own.after):
            return "not_after"
        if own.times is not None and honoured.get(change.code, 0) >= own.times:
            return "used_up"
        return None if self.reading == "all" else self._refuse_decision(change, own, due)

    def _refuse_decision(self, change: Change, own: ExtensionTerms, due: Due) -> str | None:
        """Why a decision itself is not honoured: its document, level or day."""
        if not change.document:
            return "no_document"
        if own.applies is False:
            return "not_open"
        if own.level is not None and change.level is not None and change.level < own.level:
            return "level_too_low"
        if change.decided_on is not None and self._is_late(change.decided_on, due):
            return "decided_late"
        if self.reading == "may":
            return None
        if own.applies is None:
            return "open_unknown"
        if own.level and change.level is None:
            return "level_unknown"
        if own.length is None and change.added is None:
            return "amount_unknown"
        if change.decided_on is None:
            return "decided_unknown"
        return None if due.due_on is not None or change.decided_on <= due.moved_on else "decided_unknown"

    def _is_late(self, decided_on: date, due: Due) -> bool:
        return due.due_on is not None and decided_on > due.due_on

    def _due(self, length: Length) -> Due:
        if length.working_days:
            return self._due_in_working_days(length.working_days)
        start = self.period.start
        rule = self.terms.month_rule
        assert rule is not None or not length.months, "months need a month rule"
        base = days_after(months_after(start, length.months, rule or "civil"), length.days)
        day, counted = base, None
        for begins, ends in self.spans:
            until = (self._roll(day) or day) if begins > day else day
            if begins > until:
                break
            if ends == NEVER:
                return Due(base, day, None, NEVER)
            day, counted = days_after(until, (ends - begins).days), ends
        return Due(base, day, self._roll(day), counted)

    def _due_in_working_days(self, n: int) -> Due:
        start = self.period.start
        place = working_place(start, self.calendar)
        base = None if place is None else working_day_at(place + n, self.calendar, start)
        least = days_after(start, n)
        if place is None or base is None:
            return Due(least, least, None, None)
        place, day, counted = place + n, base, None
        for begins, ends in self.spans:
            if begins > day:
                break
            if ends == NEVER:
                return Due(base, day, None, NEVER)
            own = _n_days(begins, ends, self.terms, self.calendar)
            moved = None if own is None else working_day_at(place + own, self.calendar, start)
            if own is None or moved is None:
                return Due(base, base, None, counted)
            place, day, counted = place + own, moved, ends
        return Due(base, day, day, counted)

    def _roll(self, day: date) -> date | None:
        if not self.terms.rolls:
            return day
        held = self.is_held(day)
        if held:
            return day
        rolled = roll(day, self.calendar)
        return rolled if held is False or rolled == day else None
