"""The working of one period as lines a reviewer reads: a reckoned period in, its steps out; they add up to the due day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from jointsup_rules.clock.period import NEVER, Excluded, Extended, Length, Reckoned, Terms
from jointsup_rules.clock.words import (
    DECIDED,
    HONOURED,
    IN_WORKING_DAYS,
    NOT_HONOURED,
    OVERLAPS,
    REFUSED,
    RULES,
    STEPS,
    TAKEN,
    TOO_LATE,
    UNITS,
)
from jointsup_rules.problems import NO_TEXT, Text

Called = Callable[[str], Text]


@dataclass(frozen=True)
class Line:
    """One line of a working; `to_on` is the first day that counts again, or the day a step leads to."""

    step: str
    from_on: date | None = None
    to_on: date | None = None
    days: int | None = None
    article: Text = NO_TEXT
    document: str | None = None
    honoured: bool | None = None
    note: Text = NO_TEXT


def lines_of(
    start: date,
    found: Reckoned,
    called: Called,
    grounds: Mapping[str, Text] | None = None,
    *,
    is_case: bool = True,
    is_held: bool = False,
) -> list[Line]:
    """Return the lines of a period.

    Args:
        start: The day it starts.
        found: The period worked out.
        called: What an article is called.
        grounds: Labels of the grounds; one without a label is called by its code.
        is_case: Whether decisions were made and have days and documents; else they are only supposed.
        is_held: Whether a roll did not take place because somebody is held.
    """
    sure, terms = found.sure, found.terms
    labels = grounds or {}
    is_working = terms.base is not None and bool(terms.base.working_days)
    first = sure.extensions[0].base_before if sure.extensions else sure.base_on
    days = terms.base.working_days if is_working and terms.base is not None else (first - start).days
    lines = [
        Line("start", from_on=start, note=STEPS["start"]),
        Line("base", start, first, days, _article(terms.article, called), note=_length_words(terms)),
    ]
    lines += [_extended(one, terms, called, labels, is_case) for one in sure.extensions]
    lines += [_excluded(one, terms, found, called, labels) for one in found.exclusions]
    counted = sum(one.days for one in found.exclusions)
    between = 0 if sure.counted_until == NEVER else (sure.moved_on - sure.base_on).days - counted
    if not is_working and between > 0:
        lines.append(Line("roll", days=between, note=STEPS["roll_between"]))
    if sure.due_on is not None and sure.due_on != sure.moved_on:
        lines.append(
            Line("roll", sure.moved_on, sure.due_on, (sure.due_on - sure.moved_on).days, note=STEPS["roll"])
        )
    if is_held and sure.due_on is not None:
        lines.append(Line("roll", sure.due_on, sure.due_on, 0, note=STEPS["held"]))
    if found.changed_on is not None:
        lines.append(
            Line("law", from_on=found.changed_on, article=_article(terms.article, called), note=STEPS["law"])
        )
    if sure.due_on is not None:
        lines.append(Line("due", to_on=sure.due_on, note=STEPS["due"]))
        if found.all.due_on is not None and found.all.due_on > sure.due_on:
            more = (found.all.due_on - sure.due_on).days
            lines.append(Line("due_if_all", sure.due_on, found.all.due_on, more, note=STEPS["due_if_all"]))
    return lines


def _article(article: str | None, called: Called) -> Text:
    return NO_TEXT if article is None else called(article)


def _extended(one: Extended, terms: Terms, called: Called, labels: Mapping[str, Text], is_case: bool) -> Line:
    own = (terms.extensions or {}).get(one.change.code)
    length = own.length if own is not None and own.length is not None else one.change.added
    days = (one.base_after - one.base_before).days
    if terms.base is not None and terms.base.working_days:
        days = length.working_days if length is not None and one.refused is None else 0
    decided = _filled(DECIDED, one.change.decided_on) if one.change.decided_on is not None else NO_TEXT
    if not is_case:
        decided = TAKEN if one.refused is None else NO_TEXT
    return Line(
        "extend", one.base_before, one.base_after, days, _article(own.article if own else None, called),
        one.change.document, one.refused is None, _joined(_ground(one.change.code, labels), decided, _verdict(one.refused), _unit(one.refused, terms)),
    )  # fmt: skip


def _excluded(
    one: Excluded, terms: Terms, found: Reckoned, called: Called, labels: Mapping[str, Text]
) -> Line:
    own = (terms.exclusions or {}).get(one.change.code)
    tail = NO_TEXT
    stands = one.span is not None and one.span[1] == NEVER
    if (
        not stands
        and one.refused is None
        and one.days == 0
        and one.span is not None
        and not one.change.is_until_unknown
    ):
        reached = found.sure.counted_until
        tail = OVERLAPS if reached is not None and one.span[1] <= reached else TOO_LATE
        tail = Text("；" + tail.zh, "; " + tail.en)
    note = _joined(_ground(one.change.code, labels), _verdict(one.refused), tail, _unit(one.refused, terms))
    return Line(
        "exclude", one.change.from_on or one.change.decided_on, one.change.until_on,
        None if stands else one.days,
        _article(own.article if own else None, called), one.change.document, one.refused is None, note,
    )  # fmt: skip


def _ground(code: str, labels: Mapping[str, Text]) -> Text:
    return labels.get(code, Text(code, code))


def _unit(refused: str | None, terms: Terms) -> Text:
    """What the days of a line are, where they are no calendar days."""
    counts = refused is None and terms.base is not None and terms.base.working_days
    return IN_WORKING_DAYS if counts else NO_TEXT


def _verdict(refused: str | None) -> Text:
    if refused is None:
        return Text("；" + HONOURED.zh, "; " + HONOURED.en)
    why = REFUSED[refused]
    return Text("；" + NOT_HONOURED.zh + why.zh, "; " + NOT_HONOURED.en + why.en)


def _joined(*parts: Text) -> Text:
    return Text("".join(part.zh for part in parts), "".join(part.en for part in parts))


def _filled(text: Text, day: date) -> Text:
    return Text(text.zh.format(day=day), text.en.format(day=day))


def _length_words(terms: Terms) -> Text:
    """The base limit in words, with the rule of its months."""
    if terms.base is None:
        return NO_TEXT
    length: Length = terms.base
    given = [
        (unit, getattr(length, unit)) for unit in ("months", "days", "working_days") if getattr(length, unit)
    ]
    zh = "加".join(UNITS[unit].zh.format(n=n) for unit, n in given)
    en = " + ".join(UNITS[unit].en.format(n=n) for unit, n in given)
    tail = RULES[terms.month_rule] if length.months and terms.month_rule is not None else NO_TEXT
    return Text(zh + tail.zh, en + tail.en)
