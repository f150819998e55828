"""Letters: a template the office edits in Word or WPS, filled with what the ledger holds.

In: a template, clues as they stand, and who writes to whom. Out: a DOCX. Templates are untrusted text: they are filled in a
sandbox, a place that names nothing is an error, and what is filled in can never become markup.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from jointsup_rules.ledger.fold import ClueState
from jointsup_rules.problems import Place, Problem, ProblemsError, Text

TEMPLATES = "rules/documents"


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
    template: Path,
    letter: Letter,
    clues: Sequence[ClueState],
    working: Mapping[str, Sequence[str]],
    out: Path,
) -> None:
    """Write a letter.

    Args:
        template: The DOCX to fill.
        letter: What it says.
        clues: What it is about, in order.
        working: The lines of each clue's calculation, by clue id.
        out: Where to write.

    Raises:
        ProblemsError: there is no such template, it cannot be read, or it asks for what there is not.
    """
    fill_template(template, _context(letter, clues, working), out)


def fill_template(template: Path, places: Mapping[str, Any], out: Path) -> None:
    """Write a template with its places filled.

    Raises:
        ProblemsError: there is no such template, it cannot be read, or it asks for what there is not.
    """
    import docx.opc.exceptions
    import jinja2
    import jinja2.sandbox
    from docxtpl import DocxTemplate

    shown = f"{TEMPLATES}/{template.name}"
    if not template.is_file():
        what = Text(f"没有模板 {template.name}", f"there is no template {template.name}")
        fix = Text(
            f"放到 {TEMPLATES}/ 下，可从产品自带的改起",
            f"put it into {TEMPLATES}/, beginning with the one that comes along",
        )
        raise ProblemsError([Problem("JR703", Place(shown), what, fix=fix)])
    environment = jinja2.sandbox.SandboxedEnvironment(undefined=jinja2.StrictUndefined, autoescape=True)
    try:
        document = DocxTemplate(template)
        document.render(dict(places), environment, autoescape=True)
        document.save(out)
    except (jinja2.TemplateError, docx.opc.exceptions.PackageNotFoundError, KeyError, ValueError) as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        what = Text(f"模板填不了：{said}", f"the template cannot be filled: {said}")
        fix = Text(
            "核对模板里 {{ }} 中的名称；可用的见 README“文书模板”",
            "look at the names in {{ }}; README lists those there are",
        )
        raise ProblemsError([Problem("JR703", Place(shown), what, fix=fix)]) from error


def _context(
    letter: Letter, clues: Sequence[ClueState], working: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """What the places of a template may name."""
    return {
        "number": letter.number, "written_on": _day(letter.written_on), "sender": letter.sender, "receiver": letter.receiver,
        "person": letter.person, "reply_on": _day(letter.reply_on) if letter.reply_on else "", "head": letter.head,
        "clues": [_clue(number, clue, working.get(clue.clue_id, ())) for number, clue in enumerate(clues, 1)],
        "n_clues": len(clues), "units": "、".join(sorted({str(one.facts.get("unit", "")) for one in clues} - {""})),
        "more": _More(letter.more),
    }  # fmt: skip


class _More(dict[str, str]):
    """What was given with --set; what was not is a line to write on."""

    def __missing__(self, key: str) -> str:
        return "＿＿＿＿＿＿"


def _clue(number: int, clue: ClueState, working: Sequence[str]) -> dict[str, Any]:
    facts = {key: value for key, value in clue.facts.items() if not isinstance(value, list | dict)}
    return {
        "n": number, "ledger_no": clue.ledger_no, "clue_id": clue.clue_id, "grade": clue.grade,
        **{key: "" for key in ("case_no", "title", "reason_zh", "law", "unit", "started_on", "due_on", "over_days", "rule_id")},
        **facts, **{key: value for key, value in clue.fields.items()}, "working": list(working),
    }  # fmt: skip


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
