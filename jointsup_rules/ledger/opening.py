"""A sweep taken into the ledger: new clues entered, known ones seen again, and what was answered put to the proof.

In: a write under the lock, the workflow and a sweep. Out: what was entered. Taking the same sweep in twice adds nothing.
A clue answered as put right that is still found goes back to those who handle it; one no longer found is proposed
for closing, which people do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from jointsup_rules.ledger.entries import Who
from jointsup_rules.ledger.fold import ClueState
from jointsup_rules.ledger.moving import Refused, Step, move_clue
from jointsup_rules.ledger.store import Writing
from jointsup_rules.ledger.sweeps import SweepRead
from jointsup_rules.model.workflow import ProofShape, Workflow, fits
from jointsup_rules.problems import Text


@dataclass(frozen=True)
class Opened:
    """What a sweep brought: ids of the clues concerned, in order."""

    is_known: bool
    new: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    still_found: tuple[str, ...] = ()
    again: tuple[str, ...] = ()
    to_close: tuple[str, ...] = ()
    excepted: int = 0


def open_sweep(
    writing: Writing, workflow: Workflow, at: str, who: Who, sweep: SweepRead, year: int
) -> Opened:
    """Take a sweep into the ledger.

    Args:
        writing: The write.
        workflow: The workflow.
        at: The time.
        who: Who takes it in.
        sweep: The sweep.
        year: The year new running numbers belong to.

    Raises:
        Refused: a newer sweep of the same dataset is in the ledger already.
    """
    if writing.has("swept", sweep=sweep.name, digest=sweep.digest):
        return Opened(True, excepted=len(sweep.excepted))
    _refuse_older(writing, sweep)
    engine = Who(workflow.shape.engine, "jointsup")
    states = writing.states()
    found: dict[str, list[str]] = {
        name: [] for name in ("new", "seen", "gone", "unsure", "still_found", "again", "to_close")
    }
    for clue_id, facts in sweep.clues.items():
        before = states.get(clue_id)
        if before is None:
            number = writing.next_number(f"clue {year}")
            opened = {
                "ledger_no": workflow.ledger_no(year, number),
                "state": workflow.shape.start,
                "sweep": sweep.name,
            }
            writing.add(at, engine, "opened", clue_id, {**opened, "facts": facts})
            found["new"].append(clue_id)
            continue
        changed = {key: value for key, value in facts.items() if before.facts.get(key) != value}
        writing.add(at, engine, "seen", clue_id, {"sweep": sweep.name, "facts": changed})
        found["seen"].append(clue_id)
        for what in _prove_found(writing, workflow, at, engine, before, sweep):
            found[what].append(clue_id)
    for clue_id, before in states.items():
        if (
            before.facts.get("dataset") != sweep.dataset
            or clue_id in sweep.clues
            or clue_id in sweep.excepted
        ):
            continue
        lost = _lose(writing, workflow, at, engine, before, sweep)
        if lost is not None:
            found[lost].append(clue_id)
            after = writing.state(clue_id)
            if after is not None and after.suggested:
                found["to_close"].append(clue_id)
    counts = {name: len(ids) for name, ids in found.items()}
    told = {"sweep": sweep.name, "digest": sweep.digest, "dataset": sweep.dataset, "as_of": sweep.as_of}
    writing.add(
        at,
        who,
        "swept",
        "",
        {**told, "seen_until": sweep.seen_until, "excepted": len(sweep.excepted), **counts},
    )
    return Opened(False, **{name: tuple(ids) for name, ids in found.items()}, excepted=len(sweep.excepted))


def _refuse_older(writing: Writing, sweep: SweepRead) -> None:
    newest = writing.newest("swept", dataset=sweep.dataset)
    if newest is not None and date.fromisoformat(newest["as_of"]) > sweep.as_of:
        raise Refused(
            Text(
                f"台账已收入较新的筛查 {newest['sweep']}；{sweep.name} 更早，收入它会把进展倒回去",
                f"the ledger holds the newer sweep {newest['sweep']}; {sweep.name} is earlier and would turn things back",
            )
        )


def _prove_found(
    writing: Writing, workflow: Workflow, at: str, engine: Who, before: ClueState, sweep: SweepRead
) -> list[str]:
    """What follows from a known clue's being found again."""
    proof = workflow.shape.proof
    if proof is None:
        return []
    answered = _is_answered(proof, before, sweep)
    if before.state in proof.states and answered:
        because = Text(
            f"{before.values[proof.answered]}已答复整改，{sweep.name} 的数据（至 {sweep.seen_until}）中仍有该情形，退回核实",
            f"answered as put right on {before.values[proof.answered]}, yet still found in the data of {sweep.name} "
            f"(until {sweep.seen_until}); back to be looked into",
        )  # fmt: skip
        _step(writing, workflow, at, engine, before, proof.still_found, because)
        return ["still_found"]
    is_end = workflow.state(before.state).ends
    again = workflow.shape.moves[proof.again]
    # One that was closed for another reason, say as unfounded, stays found and stays closed.
    if is_end and before.state in again.from_ and (before.is_found is False or answered):
        because = Text(f"销号后 {sweep.name} 再次发现", f"found again by {sweep.name} after it was closed")
        _step(writing, workflow, at, engine, before, proof.again, because)
        return ["again"]
    return []


def _is_answered(proof: ProofShape, clue: ClueState, sweep: SweepRead) -> bool:
    """Whether a clue was answered as put right, long enough before the data end for them to show it."""
    said = clue.values.get(proof.answered)
    if not said or not fits(proof.when, clue.values):
        return False
    return date.fromisoformat(str(said)) + timedelta(days=proof.after_days) < sweep.seen_until


def _step(
    writing: Writing, workflow: Workflow, at: str, engine: Who, clue: ClueState, move: str, because: Text
) -> None:
    move_clue(writing, workflow, at, engine, Step(clue.clue_id, move, because=because))


def _lose(
    writing: Writing, workflow: Workflow, at: str, engine: Who, before: ClueState, sweep: SweepRead
) -> str | None:
    """Note that a clue is no longer found, or that the sweep could not tell; nothing where that is known."""
    rule, key = str(before.facts["rule_id"]), str(before.facts.get("subject_key", ""))
    told: dict[str, Any] = {"sweep": sweep.name}
    if rule not in sweep.looked or (rule, key) in sweep.open:
        if before.is_found is None:
            return None
        why = "not_run" if rule not in sweep.looked else "cannot_tell"
        writing.add(at, engine, "lost", before.clue_id, {**told, "is_found": None, "why": why})
        return "unsure"
    if before.is_found is False:
        return None
    why = sweep.gone.get(before.clue_id, "")
    suggested = _suggested(workflow, before, sweep, why)
    writing.add(
        at, engine, "lost", before.clue_id, {**told, "is_found": False, "why": why, "suggested": suggested}
    )
    return "gone"


def _suggested(workflow: Workflow, clue: ClueState, sweep: SweepRead, why: str) -> Mapping[str, Any] | None:
    """The move that follows from a clue's being gone, for people to make."""
    proof = workflow.shape.proof
    if proof is None or clue.state not in proof.states:
        return None
    zh = f"{sweep.name}（数据至 {sweep.seen_until}）中不再出现" + (f"：{why}" if why else "")
    en = f"no longer found by {sweep.name} (data until {sweep.seen_until})" + (f": {why}" if why else "")
    return {"move": proof.gone, "because": {"zh": zh, "en": en}}
