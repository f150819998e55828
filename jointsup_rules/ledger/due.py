"""When a clue must have gone on, and what is due because it has not: the workflow's limits on the legal clock.

In: clues as they stand, the workflow, the calendar and the day to look from. Out: one Due per clue that has a time
limit. The same arithmetic reckons these days as reckons those of the cases.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from jointsup_rules.clock.calculator import Question, answer
from jointsup_rules.clock.period import Length
from jointsup_rules.ledger.entries import local_day
from jointsup_rules.ledger.fold import ClueState
from jointsup_rules.model.calendar import Calendar
from jointsup_rules.model.law import Laws
from jointsup_rules.model.workflow import LateShape, LimitShape, WithinShape, Workflow, fits
from jointsup_rules.problems import Text


@dataclass(frozen=True)
class Due:
    """By when a clue must have left its state.

    Attributes:
        clue: The clue.
        started_on: The day the limit runs from.
        due_on: Its last day; None where the calendar of that year is not known, with the earliest it can be.
        not_before: The earliest the last day can be.
        days_late: Days from the last day to the day looked from; 0 or less while it is in time.
        late: What is due because it is late: the gravest that applies.
        article: The article the limit rests on; None for a local rule.
    """

    clue: ClueState
    started_on: date
    due_on: date | None
    not_before: date | None
    days_late: int
    late: LateShape | None
    article: str | None = None
    note: Text | None = None

    @property
    def is_late(self) -> bool:
        """Whether the last day is past."""
        return self.days_late > 0


def within_of(workflow: Workflow, clue: ClueState) -> WithinShape | None:
    """Return the time limit of a clue's state that applies to it: the first that does."""
    shape = workflow.shape.states.get(clue.state)
    for within in shape.within if shape is not None else ():
        if not fits(within.when, clue.values):
            continue
        if within.from_ is not None and within.from_ not in clue.entered:
            continue
        if within.limit.due is not None and not clue.values.get(within.limit.due):
            continue
        return within
    return None


def due_of(
    workflow: Workflow, clue: ClueState, as_of: date, calendar: Calendar, laws: Laws, zone: str
) -> Due | None:
    """Return by when a clue must have left its state; None where no limit applies."""
    within = within_of(workflow, clue)
    if within is None:
        return None
    started_on = local_day(clue.entered[within.from_] if within.from_ is not None else clue.since, zone)
    due_on, not_before = _last_day(within.limit, clue, started_on, calendar, laws)
    # While the calendar is unknown nobody is late before the earliest day it can be, and nobody is called late after it.
    days_late = (as_of - due_on).days if due_on is not None else min((as_of - _or(not_before, as_of)).days, 0)
    late = max(
        (one for one in workflow.shape.late if one.days <= days_late), key=lambda one: one.days, default=None
    )
    return Due(clue, started_on, due_on, not_before, days_late, late, within.article, within.note)


def last_day(limit: LimitShape, started_on: date, calendar: Calendar, laws: Laws) -> date | None:
    """Return the last day of a span that begins on a day; the earliest it can be where the calendar is not known yet."""
    due_on, not_before = _span(limit, started_on, calendar, laws)
    return due_on if due_on is not None else not_before


def _or(day: date | None, other: date) -> date:
    return day if day is not None else other


def _last_day(
    limit: LimitShape, clue: ClueState, started_on: date, calendar: Calendar, laws: Laws
) -> tuple[date | None, date | None]:
    if limit.due is not None:
        day = date.fromisoformat(str(clue.values[limit.due]))
        return day, day
    return _span(limit, started_on, calendar, laws)


def _span(
    limit: LimitShape, started_on: date, calendar: Calendar, laws: Laws
) -> tuple[date | None, date | None]:
    """The last day of a span, and the earliest it can be."""
    if limit.working_days is not None:
        length = Length(working_days=limit.working_days)
    else:
        length = Length(limit.months or 0, limit.days or 0)
    if length == Length():
        return started_on, started_on
    asked = Question(started_on, length=length, month_rule=limit.rule, rolls=bool(limit.roll))
    found = answer(asked, laws, calendar)
    return found.due_on, found.not_before if found.due_on is None else found.due_on


def gather_due(
    workflow: Workflow, clues: Iterable[ClueState], as_of: date, calendar: Calendar, laws: Laws, zone: str
) -> list[Due]:
    """Return what is late, or due within the warning days, the latest first; then by running number."""
    soon = as_of + timedelta(days=workflow.shape.warn_days)
    found = []
    for clue in clues:
        due = due_of(workflow, clue, as_of, calendar, laws, zone)
        if due is not None and (due.is_late or _or(due.due_on, _or(due.not_before, soon)) <= soon):
            found.append(due)
    return sorted(found, key=lambda one: (-one.days_late, one.clue.ledger_no))
