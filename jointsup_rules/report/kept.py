"""What the ledger says of the clues of a report: number, state and history of each, and where the chain ends.

In: the ledger. Out: a `Kept`, all of it as of one head. Names of people and what they wrote freely stay in the ledger; of a
step the report tells the day, the role, the step, its because and the coded reasons.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from jointsup_rules.ledger.entries import Entry, Head, local_day
from jointsup_rules.ledger.fold import ClueState, fold
from jointsup_rules.ledger.ledger import RESTRICTED, Ledger
from jointsup_rules.model.workflow import Workflow
from jointsup_rules.problems import Text

_TOLD = ("opened", "moved", "proposed", "declined", "lost")


@dataclass(frozen=True)
class Happened:
    """One line of a clue's history: the day, what kind of thing, the step, where it led, who by role, and why."""

    on: str
    kind: str
    move: Text
    to: str | None
    role: Text
    because: tuple[Text, ...]


@dataclass(frozen=True)
class KeptClue:
    """A clue as the ledger has it; `is_restricted` where it is of grade C there, or once was."""

    ledger_no: str
    state: str
    since: str
    grade: str
    is_restricted: bool
    history: tuple[Happened, ...]


@dataclass(frozen=True)
class Kept:
    """The ledger as of one head: where the chain ends, what states are called, and its clues by id."""

    head: Head
    states: Mapping[str, Text]
    clues: Mapping[str, KeptClue]


def read_kept(ledger: Ledger) -> Kept:
    """Return what the ledger says of its clues.

    Raises:
        LedgerError: the ledger cannot be read.
    """
    head = ledger.store.head()
    states: dict[str, ClueState] = {}
    histories: dict[str, list[Happened]] = {}
    restricted: set[str] = set()
    for entry in _until(ledger.store.entries(), head):
        before = states.get(entry.subject)
        if before is None and entry.kind != "opened":
            continue
        after = fold(before, entry)
        assert after is not None, "an entry about a clue of the ledger leaves a clue"
        states[entry.subject] = after
        if after.grade == RESTRICTED:
            restricted.add(entry.subject)
        if entry.kind in _TOLD:
            histories.setdefault(entry.subject, []).append(_happened(ledger, entry))
    clues = {
        one.clue_id: KeptClue(
            one.ledger_no, one.state, local_day(one.since, ledger.zone).isoformat(), one.grade,
            one.clue_id in restricted, tuple(histories[one.clue_id]),
        )
        for one in states.values()
    }  # fmt: skip
    named = {one.state for one in clues.values()} | {
        line.to for one in clues.values() for line in one.history if line.to
    }
    order = [*ledger.workflow.shape.states, *sorted(named - set(ledger.workflow.shape.states))]
    return Kept(head, {name: ledger.workflow.state(name).label for name in order if name in named}, clues)


def _until(entries: Iterable[Entry], head: Head) -> Iterable[Entry]:
    """The entries up to a head: what is added while they are read belongs to the next report."""
    return (entry for entry in entries if entry.seq <= head.seq)


def _happened(ledger: Ledger, entry: Entry) -> Happened:
    data, workflow = entry.data, ledger.workflow
    move, role = workflow.shape.moves.get(data.get("move", "")), workflow.shape.roles.get(entry.role)
    name = str(data.get("move") or "")
    because = data.get("because")
    return Happened(
        local_day(entry.at, ledger.zone).isoformat(),
        entry.kind,
        move.label if move is not None else Text(name, name),
        data.get("to") or data.get("state"),
        role.label if role is not None else Text(entry.role, entry.role),
        (
            *([Text(because["zh"], because["en"])] if isinstance(because, Mapping) else []),
            *_coded(workflow, data.get("fields") or {}),
        ),
    )


def _coded(workflow: Workflow, fields: Mapping[str, Any]) -> list[Text]:
    """The coded values among fields, with their labels; what was written freely is not told."""
    told = []
    for name, value in fields.items():
        shape = workflow.shape.fields.get(name)
        label = shape.codes.get(str(value)) if shape is not None else None
        if shape is not None and label is not None:
            told.append(Text(f"{shape.label.zh}：{label.zh}", f"{shape.label.en}: {label.en}"))
    return told
