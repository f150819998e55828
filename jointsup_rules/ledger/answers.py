"""The list that travels with a letter: what was found, which nobody may change, and columns for the answer.

In: clues, and the fields of the workflow that an answer has. Out: the list, and what of it the ledger keeps, so that one that
comes back altered is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jointsup_rules.ledger.fold import ClueState
from jointsup_rules.ledger.returned import Returned, read_sheet
from jointsup_rules.ledger.sheet import (
    Form,
    Line,
    asked_of,
    choices_of,
    digest,
    fixed_of,
    write_sheet,
)
from jointsup_rules.model.workflow import Workflow

_SHEET, _FORMAT = "线索清单", "jointsup-answers-2"
_FIXED: Mapping[str, str] = {
    "ledger_no": "台账编号", "clue_id": "线索编号", "rule_id": "规则", "title": "规则名称", "case_no": "案号", "unit": "单位",
    "started_on": "起算日", "due_on": "届满日", "over_days": "超过天数", "reason_zh": "情况（需核实）", "law": "依据",
}  # fmt: skip


def _form(workflow: Workflow) -> Form:
    answer = workflow.shape.answer
    names = answer.fields if answer is not None else ()
    asked = {name: asked_of(workflow.shape.fields[name], "zh") for name in names}
    return Form(_FORMAT, _SHEET, _FIXED, asked)


def _line(clue: ClueState, choices: Mapping[str, tuple[str, ...]]) -> Line:
    values = {**clue.facts, "ledger_no": clue.ledger_no, "clue_id": clue.clue_id}
    return Line(fixed_of(values, _FIXED), choices=choices)


def sent_of(workflow: Workflow, clues: Sequence[ClueState]) -> dict[str, Any]:
    """Return what the ledger keeps of a list: `heads`, `asked`, and `clues`, the digest of each clue's row by clue id."""
    form = _form(workflow)
    digests = {clue.clue_id: digest(_line(clue, {}).fixed) for clue in clues}
    return {"heads": form.heads, "asked": list(form.asked), "clues": digests}


def write_answers(path: Path, workflow: Workflow, package: str, clues: Sequence[ClueState]) -> None:
    """Write the list: fixed columns locked, columns for the answer open, codes as drop-downs."""
    form = _form(workflow)
    choices = {name: choices_of(workflow.shape.fields[name], "zh") for name in form.asked}
    write_sheet(path, form, package, [_line(clue, choices) for clue in clues])


def read_answers(path: Path) -> Returned:
    """Return a list that came back answered.

    Raises:
        ProblemsError: it cannot be read, or is no list of ours.
    """
    return read_sheet(path, _FORMAT, _SHEET)
