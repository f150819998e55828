"""What a clue has become: its entries folded, in order, into one state.

In: the state so far and one entry. Out: the state after it. Nothing is looked up and nothing is refused here: what stands in
the chain has happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from jointsup_rules.ledger.entries import Entry


@dataclass(frozen=True)
class Proposed:
    """A step that waits for a second reader: what, by whom and when."""

    move: str
    to: str
    fields: Mapping[str, Any]
    person: str
    role: str
    at: str
    note: str = ""


@dataclass(frozen=True)
class ClueState:
    """A clue of the ledger as it stands.

    Attributes:
        ledger_no: Running number of the year.
        opened_at: When it was entered.
        state: Where it stands.
        since: When it came there.
        entered: When it last came to each state it has been in.
        sweep: The newest sweep that had it, or looked for it.
        is_found: Whether that sweep still found it; None where it could not tell.
        facts: What sweep and triage say of it: columns of the clue list, priority, route, dossier.
        fields: What people wrote.
        proposed: A step that waits for its second reader.
        suggested: A move that the program suggests, with its because.
        n_moves: How many steps it has made.
        seq: Its last entry.
    """

    clue_id: str
    ledger_no: str
    opened_at: str
    state: str
    since: str
    sweep: str
    entered: Mapping[str, str] = field(default_factory=dict)
    is_found: bool | None = True
    facts: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)
    proposed: Proposed | None = None
    suggested: Mapping[str, Any] | None = None
    n_moves: int = 0
    seq: int = 0

    @property
    def values(self) -> dict[str, Any]:
        """What conditions may read: facts, over which what people wrote stands."""
        return {**self.facts, "is_found": self.is_found, "state": self.state, **self.fields}

    @property
    def grade(self) -> str:
        """The grade as people left it, else as triage or the sweep gave it."""
        return str(self.values.get("grade") or "none")


def fold(state: ClueState | None, entry: Entry) -> ClueState | None:
    """Return a clue's state after one more entry about it; entries that change nothing return it with their number.

    Raises:
        KeyError: the entry is about a clue that was never opened, or lacks what its kind holds.
    """
    data = entry.data
    if entry.kind == "opened":
        return ClueState(
            entry.subject, data["ledger_no"], entry.at, data["state"], entry.at, data["sweep"], {data["state"]: entry.at},
            facts=data["facts"], seq=entry.seq,
        )  # fmt: skip
    if state is None:
        raise KeyError(entry.subject)
    state = replace(state, seq=entry.seq)
    match entry.kind:
        case "seen":
            return replace(
                state,
                sweep=data["sweep"],
                is_found=True,
                facts={**state.facts, **data["facts"]},
                suggested=None,
            )
        case "lost":
            return replace(
                state, sweep=data["sweep"], is_found=data["is_found"], suggested=data.get("suggested")
            )
        case "proposed":
            proposed = Proposed(
                data["move"],
                data["to"],
                data["fields"],
                entry.person,
                entry.role,
                entry.at,
                data.get("note", ""),
            )
            return replace(state, proposed=proposed)
        case "declined":
            return replace(state, proposed=None)
        case "moved":
            # A step that leads where the clue stands, such as more time granted, does not begin its time anew.
            stays = data["to"] == state.state
            entered = state.entered if stays else {**state.entered, data["to"]: entry.at}
            return replace(
                state, state=data["to"], since=state.since if stays else entry.at, entered=entered,
                fields={**state.fields, **data["fields"]}, proposed=None, suggested=None, n_moves=state.n_moves + 1,
            )  # fmt: skip
        case "amended":
            return replace(state, fields={**state.fields, **data["fields"]})
    return state


def fold_all(entries: Iterable[Entry]) -> dict[str, ClueState]:
    """Return every clue's state after a whole chain, by clue id."""
    states: dict[str, ClueState] = {}
    for entry in entries:
        if entry.kind != "opened" and entry.subject not in states:
            continue
        after = fold(states.get(entry.subject), entry)
        if after is not None:
            states[entry.subject] = after
    return states
