"""What is put before a meeting: grave clues that are open, what is late, and what was to be done since the last one.

In: the ledger, who looks and the day. Out: an Agenda. What makes a clue grave says the workflow, with the kind of record that
has an `agenda`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jointsup_rules.ledger.due import Due
from jointsup_rules.ledger.entries import Who
from jointsup_rules.ledger.fold import ClueState
from jointsup_rules.ledger.ledger import Ledger
from jointsup_rules.ledger.moving import Refused
from jointsup_rules.ledger.records import Item, Record, records
from jointsup_rules.model.workflow import fits
from jointsup_rules.problems import Text


@dataclass(frozen=True)
class Agenda:
    """What is put before a meeting.

    Attributes:
        kind: The kind of record the meeting is.
        since: The last meeting of this kind; None where there was none.
        grave: Open clues that fit the agenda, with their time limit, the latest first.
        late: Other clues that are late.
        open_items: What is still to be done: record, number of the item, item; the earliest first.
        done_items: What was done since the last meeting.
    """

    kind: str
    since: date | None
    grave: tuple[tuple[ClueState, Due | None], ...]
    late: tuple[tuple[ClueState, Due | None], ...]
    open_items: tuple[tuple[Record, int, Item], ...]
    done_items: tuple[tuple[Record, int, Item], ...]


def gather_agenda(ledger: Ledger, who: Who, as_of: date, kind: str | None = None) -> Agenda:
    """Return what is to be put before the next meeting of a kind; by default of the first that has an agenda.

    Raises:
        Refused: there is no such kind, or it has no agenda.
    """
    kinds = {name: shape for name, shape in ledger.workflow.shape.records.items() if shape.agenda}
    chosen = kind if kind is not None else next(iter(kinds), None)
    if chosen is None or chosen not in kinds:
        listed = ", ".join(kinds) or "—"
        raise Refused(
            Text(
                f"workflow.yaml 里这种事项没有写 agenda；写了的有：{listed}",
                f"workflow.yaml has no agenda for this kind of record; there are: {listed}",
            )
        )
    conditions = kinds[chosen].agenda
    clues = [one for one in ledger.clues(who) if not ledger.workflow.state(one.state).ends]
    dues = {due.clue.clue_id: due for due in ledger.due_of_all(clues, as_of)}

    def latest_first(found: list[ClueState]) -> tuple[tuple[ClueState, Due | None], ...]:
        with_due = [(one, dues.get(one.clue_id)) for one in found]
        return tuple(
            sorted(with_due, key=lambda one: (-(one[1].days_late if one[1] else -9999), one[0].ledger_no))
        )

    grave = [one for one in clues if any(fits(when, one.values) for when in conditions)]
    named = {one.clue_id for one in grave}
    late = [
        one for one in clues if one.clue_id not in named and one.clue_id in dues and dues[one.clue_id].is_late
    ]
    kept = records(ledger, who)
    since = _last_meeting(kept, chosen, as_of)
    items = [(one, number, item) for one in kept for number, item in enumerate(one.items, 1)]
    open_ = [one for one in items if one[2].done_on is None and one[0].closed_on is None]
    done = [
        one
        for one in items
        if one[2].done_on is not None and (since is None or one[2].done_on >= since.isoformat())
    ]
    return Agenda(
        chosen, since, latest_first(grave), latest_first(late), tuple(sorted(open_, key=_by_day)), tuple(sorted(done, key=_by_day))
    )  # fmt: skip


def _by_day(one: tuple[Record, int, Item]) -> tuple[str, str, int]:
    return one[2].due_on, one[0].number, one[1]


def _last_meeting(kept: list[Record], kind: str, as_of: date) -> date | None:
    held = (
        date.fromisoformat(str(one.fields.get("held_on") or one.opened_on))
        for one in kept
        if one.kind == kind
    )
    return max((day for day in held if day < as_of), default=None)
