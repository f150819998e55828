"""Answers that come back: checked against what was sent, taken in as moves, all of a file or none.

In: a list that went with a letter and came back. Out: the clues that moved on. A file altered outside the columns for the
answer is refused, and so is one of another ledger or with rows missing; the same answers again change nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jointsup_rules.ledger.answers import Answered
from jointsup_rules.ledger.entries import Who
from jointsup_rules.ledger.fold import ClueState
from jointsup_rules.ledger.ledger import Ledger
from jointsup_rules.ledger.moving import Refused, Step, may_see, move_clue, role_of, typed_value
from jointsup_rules.ledger.store import Writing
from jointsup_rules.problems import Text


@dataclass(frozen=True)
class Taken:
    """What a file brought: clues that moved on, those answered just so before, and those not answered yet."""

    package: str
    moved: tuple[str, ...]
    known: tuple[str, ...]
    open: tuple[str, ...]


def take_answers(ledger: Ledger, answered: Answered, at: str, who: Who) -> Taken:
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
        sent = writing.newest("transferred", number=answered.package)
        if sent is None:
            raise Refused(
                Text(f"本台账没有发出过 {answered.package}", f"this ledger never sent '{answered.package}'")
            )
        states = {clue_id: _state(writing, clue_id) for clue_id in sent["clues"]}
        if not all(may_see(ledger.workflow, who, state) for state in states.values()):
            raise Refused(
                Text(f"本台账没有发出过 {answered.package}", f"this ledger never sent '{answered.package}'")
            )
        _refuse_altered(answered, sent["clues"])
        wrong: list[Text] = []
        moved, known, left = [], [], []
        for row, clue_id, _, given in answered.rows:
            state = states[clue_id]
            typed = _typed(ledger, row, given, wrong)
            if not given:
                left.append(state.ledger_no)
            elif all(state.fields.get(name) == value for name, value in typed.items()):
                known.append(state.ledger_no)
            elif not wrong:
                try:
                    move_clue(writing, ledger.workflow, at, who, Step(clue_id, answer.move, given))
                    moved.append(state.ledger_no)
                except Refused as refused:
                    wrong.append(Text(f"第 {row} 行：{refused.told.zh}", f"row {row}: {refused.told.en}"))
        if wrong:
            raise Refused(Text("\n".join(one.zh for one in wrong), "\n".join(one.en for one in wrong)))
        if moved:
            told = {"package": answered.package, "file": answered.digest, "moved": moved}
            writing.add(at, who, "answered", "", told)
    return Taken(answered.package, tuple(moved), tuple(known), tuple(left))


def _state(writing: Writing, clue_id: str) -> ClueState:
    state = writing.state(clue_id)
    assert state is not None, "a clue that was sent is in the ledger"
    return state


def _refuse_altered(answered: Answered, sent: Mapping[str, str]) -> None:
    """Say every row that is not as it was sent, twice there, or gone."""
    seen: set[str] = set()
    wrong: list[Text] = []
    for row, clue_id, digest, _ in answered.rows:
        if clue_id not in sent:
            wrong.append(
                Text(
                    f"第 {row} 行的线索“{clue_id}”不在 {answered.package} 中",
                    f"row {row}: clue '{clue_id}' is not in {answered.package}",
                )
            )
        elif clue_id in seen:
            wrong.append(
                Text(f"第 {row} 行的线索“{clue_id}”出现了两次", f"row {row}: clue '{clue_id}' is there twice")
            )
        elif sent[clue_id] != digest:
            wrong.append(
                Text(
                    f"第 {row} 行改动了答复栏以外的内容（线索 {clue_id}）",
                    f"row {row} was altered outside the answer columns (clue {clue_id})",
                )
            )
        seen.add(clue_id)
    wrong += [
        Text(f"缺少线索 {clue_id} 的一行", f"the row of clue {clue_id} is missing")
        for clue_id in sorted(set(sent) - seen)
    ]
    if wrong:
        raise Refused(Text("\n".join(one.zh for one in wrong), "\n".join(one.en for one in wrong)))


def _typed(ledger: Ledger, row: int, given: Mapping[str, str], wrong: list[Text]) -> dict[str, Any]:
    typed: dict[str, Any] = {}
    for name, value in given.items():
        field = ledger.workflow.shape.fields.get(name)
        if field is None:
            wrong.append(Text(f"第 {row} 行：没有栏目“{name}”", f"row {row}: no column '{name}'"))
            continue
        try:
            typed[name] = typed_value(name, field, value)
        except Refused as refused:
            wrong.append(Text(f"第 {row} 行：{refused.told.zh}", f"row {row}: {refused.told.en}"))
    return typed
