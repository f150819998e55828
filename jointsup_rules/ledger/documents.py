"""Letters: a template the office edits in Word or WPS, filled with what the ledger holds.

In: a template, clues as they stand, and who writes to whom. Out: a DOCX. Templates are untrusted text: they are looked at first,
filled in a sandbox, and what is filled in can never become markup.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from jointsup_rules.ledger.entries import printable
from jointsup_rules.ledger.fold import ClueState
from jointsup_rules.ledger.sheet import words_of
from jointsup_rules.ledger.sweeps import COLUMNS
from jointsup_rules.ledger.templates import TEMPLATES, Anything, check_template
from jointsup_rules.model.workflow import Workflow
from jointsup_rules.problems import Place, Problem, ProblemsError, Text

# What of a clue a letter may name, besides the fields of the workflow and the lines of its calculation, `working`.
CLUE_PLACES = ("n", "ledger_no", "clue_id", *COLUMNS, "family", "dossier_id", "priority", "route")


@dataclass(frozen=True)
class Letter:
    """What a letter says, besides its clues.

    Attributes:
        number: Its number.
        written_on: Its day.
        sender: The role that writes, as people call it.
        receiver: To whom.
        person: Who drew it up.
        reply_on: By when an answer is asked for; None where none is.
        head: Head of the ledger when it was written.
        more: Whatever else the template asks for.
    """

    number: str
    written_on: date
    sender: str
    receiver: str
    person: str
    reply_on: date | None
    head: str
    more: Mapping[str, str]


def fill(
    root: Path,
    template: str,
    workflow: Workflow,
    letter: Letter,
    clues: Sequence[ClueState],
    working: Mapping[str, Sequence[str]],
    out: Path,
) -> None:
    """Write a letter.

    Args:
        root: The workspace.
        template: File name of the template.
        workflow: The workflow; codes are written with its labels.
        letter: What it says.
        clues: What it is about, in order.
        working: The lines of each clue's calculation, by clue id.
        out: Where to write.

    Raises:
        ProblemsError: there is no such template, it cannot be read, or it asks for what there is not.
    """
    fill_template(root, template, _places(workflow, letter, clues, working), out)


def fill_template(root: Path, template: str, places: Mapping[str, Any], out: Path) -> None:
    """Write a template of rules/documents/ with its places filled.

    Raises:
        ProblemsError: there is no such template, it cannot be read, or it asks for what there is not.
    """
    import docx.opc.exceptions
    import jinja2
    import jinja2.sandbox
    from docxtpl import DocxTemplate

    problems = check_template(root, template, places)
    if problems:
        raise ProblemsError(problems)
    environment = jinja2.sandbox.SandboxedEnvironment(undefined=jinja2.StrictUndefined, autoescape=True)
    try:
        document = DocxTemplate(root / TEMPLATES / template)
        document.render(_printable(places), environment, autoescape=True)
        document.save(out)
    except (jinja2.TemplateError, docx.opc.exceptions.PackageNotFoundError, KeyError, ValueError) as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        what = Text(f"模板填不了：{said}", f"the template cannot be filled: {said}")
        fix = Text("从产品自带的模板重新改起", "begin again with the template that comes along")
        raise ProblemsError([Problem("JR703", Place(f"{TEMPLATES}/{template}"), what, fix=fix)]) from error


def check_documents(root: Path, workflow: Workflow) -> list[Problem]:
    """Return what keeps the letters of a workflow from being written: a template that is not there or asks for too much."""
    letter = Letter("1", date(2025, 1, 1), "", "", "", date(2025, 1, 1), "", {})
    clue = ClueState("", "", "", workflow.shape.start, "", "")
    places = _places(workflow, letter, [clue], {"": [""]})
    names = dict.fromkeys(one.template for one in workflow.shape.documents.values())
    return [problem for name in names for problem in check_template(root, name, places)]


def _printable(value: Any) -> Any:
    """Places with every text as a document can hold it."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, More):
        return More({key: printable(text) for key, text in value.items()})
    if isinstance(value, Mapping):
        return {key: _printable(inner) for key, inner in value.items()}
    return [_printable(one) for one in value] if isinstance(value, list) else value


def _places(
    workflow: Workflow, letter: Letter, clues: Sequence[ClueState], working: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """What a template may name."""
    return {
        "number": letter.number, "written_on": _day(letter.written_on), "sender": letter.sender, "receiver": letter.receiver,
        "person": letter.person, "reply_on": _day(letter.reply_on) if letter.reply_on else "", "head": letter.head,
        "clues": [_clue(workflow, n, clue, working.get(clue.clue_id, ())) for n, clue in enumerate(clues, 1)],
        "n_clues": len(clues), "units": "、".join(sorted({str(one.facts.get("unit", "")) for one in clues} - {""})),
        "more": More(letter.more),
    }  # fmt: skip


class More(Anything):
    """What was given with --set; what was not is a line to write on."""

    def __missing__(self, key: str) -> str:
        return "＿＿＿＿＿＿"


def _clue(workflow: Workflow, number: int, clue: ClueState, working: Sequence[str]) -> dict[str, Any]:
    fields = workflow.shape.fields
    own = {"n": number, "ledger_no": clue.ledger_no, "clue_id": clue.clue_id, "grade": clue.grade}
    told = {name: words_of(fields.get(name), clue.values.get(name), "zh") for name in (*CLUE_PLACES, *fields)}
    return {**told, **own, "working": list(working)}


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
