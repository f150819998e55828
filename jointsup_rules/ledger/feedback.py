"""Answers that come back: checked against what was sent, taken in as moves, all of a file or none.

In: a list that went with a letter and came back. Out: the clues that moved on. A file altered outside the columns for the
answer is refused, and so is one of another ledger or with rows missing; the same answers again change nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jointsup_rules.ledger.entries import Who
from jointsup_rules.ledger.fold import ClueState
from jointsup_rules.ledger.ledger import Ledger
from jointsup_rules.ledger.moving import Refused, Step, may_see, move_clue, role_of, typed_value
from jointsup_rules.ledger.returned import Returned, check_returned, refuse_all
from jointsup_rules.ledger.store import Writing
from jointsup_rules.model.workflow import AnswerShape
from jointsup_rules.problems import Text


@dataclass(frozen=True)
class Taken:
    """What a file brought: clues that moved on, those answered just so before, and those not answered yet."""

    package: str
    moved: tuple[str, ...]
    known: tuple[str, ...]
    open: tuple[str, ...]


def take_answers(ledger: Ledger, returned: Returned, at: str, who: Who) -> Taken:
    """Take the answers of a file into the ledger.

    Raises:
        Refused: the file is not of this ledger, was altered, lacks rows, or an answer is not what its column asks for;
            nothing was taken, and all that is wrong is told at once.
    """
    role_of(ledger.workflow, who)
    answer = ledger.workflow.shape.answer
    if answer is None:
        raise Refused(
            Text("workflow.yaml 没有写 answer：不知填回的栏目归入哪一步", "workflow.yaml has no answer")
        )
    with ledger.store.writing() as writing:
        sent = _sent(ledger, writing, returned, who)
        wrong: list[Text] = []
        moved, known, left = [], [], []
        for one in check_returned(returned, sent["heads"], sent["asked"], sent["clues"]):
            state = _state(writing, one.clue_id)
            if not one.given:
                left.append(state.ledger_no)
                continue
            typed, told = _typed(ledger, one.given)
            if not told and _is_known(writing, answer, one.clue_id, typed):
                known.append(state.ledger_no)
                continue
            told = told or _answer(ledger, writing, answer, at, who, one.clue_id, typed)
            wrong += [Text(f"第 {one.row} 行：{text.zh}", f"row {one.row}: {text.en}") for text in told]
            moved.append(state.ledger_no)
        refuse_all(wrong)
        if moved:
            taken = {"package": returned.number, "file": returned.digest, "moved": moved}
            writing.add(at, who, "answered", "", taken)
    return Taken(returned.number, tuple(moved), tuple(known), tuple(left))


def _sent(ledger: Ledger, writing: Writing, returned: Returned, who: Who) -> Mapping[str, Any]:
    """What the ledger keeps of the list as it was sent."""
    sent = writing.newest("transferred", number=returned.number)
    if sent is None or not all(
        may_see(ledger.workflow, who, _state(writing, clue_id)) for clue_id in sent["clues"]
    ):
        raise Refused(
            Text(f"本台账没有发出过 {returned.number}", f"this ledger never sent '{returned.number}'")
        )
    return sent


def _state(writing: Writing, clue_id: str) -> ClueState:
    state = writing.state(clue_id)
    assert state is not None, "a clue that was sent is in the ledger"
    return state


def _typed(ledger: Ledger, given: Mapping[str, str]) -> tuple[dict[str, Any], list[Text]]:
    """The answers of a row as their types have them, and what is no such answer."""
    typed: dict[str, Any] = {}
    wrong = []
    for name, value in given.items():
        field = ledger.workflow.shape.fields.get(name)
        if field is None:
            wrong.append(
                Text(f"workflow.yaml 不再有栏目“{name}”", f"workflow.yaml no longer has the field '{name}'")
            )
            continue
        try:
            typed[name] = typed_value(name, field, value)
        except Refused as refused:
            wrong.append(refused.told)
    return typed, wrong


def _is_known(writing: Writing, answer: AnswerShape, clue_id: str, typed: Mapping[str, Any]) -> bool:
    """Whether the clue was answered just so before, whatever became of it since."""
    return any(writing.has(kind, clue_id, move=answer.move, fields=typed) for kind in ("moved", "proposed"))


def _answer(
    ledger: Ledger,
    writing: Writing,
    answer: AnswerShape,
    at: str,
    who: Who,
    clue_id: str,
    typed: Mapping[str, Any],
) -> list[Text]:
    """Move a clue on with its answer; what the ledger says against it."""
    try:
        move_clue(writing, ledger.workflow, at, who, Step(clue_id, answer.move, typed))
    except Refused as refused:
        return [refused.told]
    return []
