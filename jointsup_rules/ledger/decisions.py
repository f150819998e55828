"""The screening officer's list: clues with what is open for each, decided in a workbook and taken back in.

In: clues a role sees. Out: a workbook in which the step and what it needs are chosen from drop-downs; and, when it comes back, the
steps taken, all or none. What the ledger keeps of the list shows whether it was altered, and whether a clue has moved since.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from jointsup_rules.ledger.due import due_of
from jointsup_rules.ledger.entries import Who, canonical, local_day
from jointsup_rules.ledger.fold import ClueState
from jointsup_rules.ledger.ledger import RESTRICTED, Ledger
from jointsup_rules.ledger.moving import (
    CONFIRM,
    DECLINE,
    OpenMove,
    Refused,
    Step,
    is_same_person,
    may_see,
    move_clue,
    open_moves,
    role_of,
    second_readers,
)
from jointsup_rules.ledger.returned import Filled, Returned, check_returned, read_sheet, refuse_all
from jointsup_rules.ledger.sheet import (
    Asked,
    Form,
    Line,
    asked_of,
    choices_of,
    digest,
    fixed_of,
    words_of,
    write_sheet,
)
from jointsup_rules.ledger.store import Writing
from jointsup_rules.model.workflow import Workflow
from jointsup_rules.problems import Language, Text

_SHEET, _FORMAT = "待办 decisions", "jointsup-decisions-1"
# Columns of our own among the fields of the workflow.
_STEP, _NOTE = "_step", "_note"
_FIXED: Mapping[str, Text] = {
    "ledger_no": Text("台账编号", "number"), "clue_id": Text("线索编号", "clue"), "state": Text("状态", "state"),
    "proposed": Text("待二审", "awaits a second reader"), "due": Text("办理期限", "to be done by"), "rule_id": Text("规则", "rule"),
    "title": Text("规则名称", "title"), "case_no": Text("案号", "case"), "unit": Text("单位", "unit"),
    "reason": Text("情况（需核实）", "what was found (to be verified)"), "law": Text("依据", "law"),
    "dossier_id": Text("案卷", "dossier"), "priority": Text("优先级", "priority"), "advice": Text("分流建议的缘由", "why it is routed so"),
}  # fmt: skip


@dataclass(frozen=True)
class Decided:
    """What a list brought: running numbers of clues by what became of them.

    Attributes:
        moved: Took their step.
        proposed: Await their second reader.
        declined: Stay where they were, for the second reader did not agree.
        known: Were decided just so from this list before.
        open: Were not decided.
    """

    number: str
    moved: tuple[str, ...] = ()
    proposed: tuple[str, ...] = ()
    declined: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    open: tuple[str, ...] = ()


# ---- out


def write_decisions(
    ledger: Ledger, path: Path, clues: Sequence[ClueState], at: str, who: Who, lang: Language
) -> str:
    """Write a list to decide in and return its number; the list is an entry of the ledger.

    Raises:
        Refused: the clues are not all of one secrecy.
        OSError: the file cannot be written; then there is no entry either.
    """
    role_of(ledger.workflow, who)
    if len({clue.grade == RESTRICTED for clue in clues}) > 1:
        raise Refused(
            Text(
                f"{RESTRICTED} 级线索须单独列出，不能与其他线索放在一起",
                f"clues of grade {RESTRICTED} are listed apart from others",
            )
        )
    scratch = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with ledger.store.writing() as writing:
            today = local_day(at, ledger.zone)
            number = f"L{today.year}-{writing.next_number(f'list {today.year}')}"
            form = _form(ledger.workflow, clues, who, lang)
            lines = [_line(ledger, form, clue, at, who, lang) for clue in clues]
            os.close(os.open(scratch, os.O_CREAT | os.O_RDWR | os.O_TRUNC, 0o600))
            write_sheet(scratch, form, number, lines)
            kept = {
                "heads": form.heads, "asked": list(form.asked),
                "clues": {clue.clue_id: digest(line.fixed) for clue, line in zip(clues, lines, strict=True)},
                "filled": {clue.clue_id: line.filled for clue, line in zip(clues, lines, strict=True)},
                "stood": {clue.clue_id: _standing(clue) for clue in clues},
            }  # fmt: skip
            restricted = sum(clue.grade == RESTRICTED for clue in clues)
            told = {"what": path.name, "n": len(clues), "restricted": restricted, "list": number, **kept}
            writing.add(at, who, "exported", "", told)
        scratch.replace(path)
    finally:
        with suppress(FileNotFoundError):
            scratch.unlink()
    return number


def _standing(clue: ClueState) -> str:
    """Where a clue stands, and what is proposed of it; a decision holds for that alone."""
    told = [clue.state, asdict(clue.proposed) if clue.proposed is not None else None, clue.n_moves]
    return hashlib.sha256(canonical(told).encode()).hexdigest()[:16]


def _moves(workflow: Workflow, clue: ClueState, who: Who) -> list[OpenMove]:
    """The steps somebody may decide on in a list; letters and answers have commands of their own."""
    shape = workflow.shape
    elsewhere = {one.move for one in shape.documents.values()} | {shape.answer.move if shape.answer else None}
    if clue.proposed is not None:
        is_theirs = who.role in second_readers(workflow, clue.proposed) and not is_same_person(
            who.person, clue.proposed.person
        )
        return list(open_moves(workflow, clue)) if is_theirs else []
    return [
        one
        for one in open_moves(workflow, clue)
        if who.role in shape.moves[one.name].by and one.name not in elsewhere
    ]


def _form(workflow: Workflow, clues: Sequence[ClueState], who: Who, lang: Language) -> Form:
    needed = {name: None for clue in clues for move in _moves(workflow, clue, who) for name in move.needs}
    step = Asked(
        Text("办理", "step").in_language(lang),
        Text("请从列表中选择", "choose from the list").in_language(lang),
    )
    fields = {name: asked_of(workflow.shape.fields[name], lang) for name in needed}
    asked = {_STEP: step, **fields, _NOTE: Asked(Text("说明", "note").in_language(lang))}
    fixed = {name: label.in_language(lang) for name, label in _FIXED.items()}
    return Form(_FORMAT, _SHEET, fixed, asked)


def _line(ledger: Ledger, form: Form, clue: ClueState, at: str, who: Who, lang: Language) -> Line:
    workflow, fields = ledger.workflow, ledger.workflow.shape.fields
    due = due_of(workflow, clue, local_day(at, ledger.zone), ledger.calendar, ledger.laws, ledger.zone)
    own = {
        "ledger_no": clue.ledger_no, "clue_id": clue.clue_id, "state": workflow.state(clue.state).label.in_language(lang),
        "proposed": _proposal(workflow, clue, lang), "due": (due.due_on or due.not_before) if due is not None else None,
        "reason": clue.facts.get("reason_zh" if lang == "zh" else "reason_en"), "advice": _advice(clue, lang),
    }  # fmt: skip
    moves = _moves(workflow, clue, who)
    needed = {name for move in moves for name in move.needs}
    asked = [name for name in form.asked if name in needed]
    # What is known already is offered as it is, to be kept or altered; of several routes the first.
    known = {name: clue.values.get(name) for name in asked}
    known = {name: value[0] if isinstance(value, list) and value else value for name, value in known.items()}
    filled = {name: words_of(fields[name], value, lang) for name, value in known.items() if value is not None}
    choices = {name: choices_of(fields[name], lang) for name in asked}
    choices[_STEP] = tuple(move.label.in_language(lang) for move in moves)
    return Line(fixed_of({**clue.facts, **own}, _FIXED), {k: v for k, v in filled.items() if v}, choices)


def _proposal(workflow: Workflow, clue: ClueState, lang: Language) -> str:
    """What awaits its second reader: the step, by whom, with what."""
    if clue.proposed is None:
        return ""
    fields, move = workflow.shape.fields, workflow.shape.moves.get(clue.proposed.move)
    told = [
        f"{fields[name].label.in_language(lang)} {words_of(fields[name], clue.proposed.fields[name], lang)}"
        for name in fields
        if name in clue.proposed.fields
    ]
    label = move.label if move is not None else Text(clue.proposed.move, clue.proposed.move)
    told += [clue.proposed.note] if clue.proposed.note else []
    said = Text("；".join(told), "; ".join(told)).in_language(lang)
    return Text(
        f"{label.zh}（{clue.proposed.person}提出）：{said}",
        f"{label.en} (proposed by {clue.proposed.person}): {said}",
    ).in_language(lang)


def _advice(clue: ClueState, lang: Language) -> str:
    """Why triage took the clue where it did."""
    because = json.loads(str(clue.facts.get("because") or "[]"))
    return "\n".join(f"{one['rule']} {one[lang]}" for one in because)


# ---- back


def read_decisions(path: Path) -> Returned:
    """Return a list that comes back decided.

    Raises:
        ProblemsError: it cannot be read, or is no list of ours.
    """
    return read_sheet(path, _FORMAT, _SHEET)


def take_decisions(ledger: Ledger, returned: Returned, at: str, who: Who) -> Decided:
    """Take the steps of a list, all or none.

    Raises:
        Refused: the list was altered, or a step is not open; all that is wrong is told, row by row, with what is open.
    """
    role_of(ledger.workflow, who)
    became: dict[str, list[str]] = {}
    wrong: list[Text] = []
    with ledger.store.writing() as writing:
        listed = _listed(ledger, writing, returned, who)
        for row in check_returned(returned, listed["heads"], listed["asked"], listed["clues"]):
            state = writing.state(row.clue_id)
            assert state is not None, "a clue that was listed is in the ledger"
            try:
                what = _take(ledger, writing, at, who, returned.number, row, listed)
            except Refused as refused:
                wrong.append(_refusal(row, state, refused))
                continue
            became.setdefault(what, []).append(state.ledger_no)
        refuse_all(wrong)
        if became.keys() & {"moved", "proposed", "declined"}:
            counts = {what: len(numbers) for what, numbers in became.items()}
            writing.add(at, who, "decided", "", {"list": returned.number, "file": returned.digest, **counts})
    return Decided(returned.number, **{what: tuple(numbers) for what, numbers in became.items()})


def _listed(ledger: Ledger, writing: Writing, returned: Returned, who: Who) -> Mapping[str, Any]:
    """What the ledger keeps of the list as it was written."""
    listed = writing.newest("exported", list=returned.number)
    states = [writing.state(clue_id) for clue_id in listed["clues"]] if listed is not None else []
    if listed is None or not all(one is not None and may_see(ledger.workflow, who, one) for one in states):
        raise Refused(
            Text(
                f"本台账没有写出过清单 {returned.number}",
                f"this ledger never wrote the list {returned.number}",
            )
        )
    return listed


def _take(
    ledger: Ledger, writing: Writing, at: str, who: Who, number: str, row: Filled, listed: Mapping[str, Any]
) -> str:
    """Take the step of a row and return what became of its clue: moved, proposed, declined, known or open.

    Raises:
        Refused: it cannot be taken.
    """
    state = writing.state(row.clue_id)
    assert state is not None
    own = {name: text for name, text in row.given.items() if listed["filled"][row.clue_id].get(name) != text}
    if not own:
        return "open"
    origin = {"list": number, "decided": hashlib.sha256(canonical(dict(row.given)).encode()).hexdigest()[:16]}
    kinds = ("moved", "proposed", "declined")
    if any(writing.has(kind, row.clue_id, **origin) for kind in kinds):
        return "known"
    if _STEP not in row.given:
        raise Refused(Text("填了内容，没有选“办理”", "something is filled in, but no step is chosen"))
    if listed["stood"][row.clue_id] != _standing(state):
        here = ledger.workflow.state(state.state).label
        raise Refused(
            Text(
                f"写出清单之后该线索已有变化，现为“{here.zh}”；请重新列出",
                f"the clue has moved since the list was written and is '{here.en}'; list it again",
            ),
            open_moves(ledger.workflow, state),
        )
    move = _named(ledger.workflow, state, row.given[_STEP])
    fields = _fields(ledger.workflow, move, row, own)
    step = Step(row.clue_id, move, fields, row.given.get(_NOTE, ""), origin=origin)
    return move_clue(writing, ledger.workflow, at, who, step).kind


def _named(workflow: Workflow, state: ClueState, word: str) -> str:
    """The move a word of the list names: one that is open, else any, else the word itself, which will be refused."""
    known = [(one.name, one.label) for one in open_moves(workflow, state)]
    known += [(name, move.label) for name, move in workflow.shape.moves.items()]
    return next((name for name, label in known if word in (name, label.zh, label.en)), word)


def _fields(workflow: Workflow, move: str, row: Filled, own: Mapping[str, str]) -> dict[str, str]:
    """What goes with the step: what it takes, and whatever somebody wrote in, which must not be passed over."""
    given = {name: text for name, text in row.given.items() if name not in (_STEP, _NOTE)}
    written = {name for name in own if name not in (_STEP, _NOTE)}
    if move in (CONFIRM, DECLINE):
        if written:
            raise Refused(
                Text(
                    "二审只能同意或不同意，不能改动内容",
                    "a second reader agrees or does not, and alters nothing",
                )
            )
        return {}
    shape = workflow.shape.moves.get(move)
    allowed = (*shape.needs, *shape.may) if shape is not None else ()
    return {name: text for name, text in given.items() if name in allowed or name in written}


def _refusal(row: Filled, state: ClueState, refused: Refused) -> Text:
    zh, en = refused.told.zh, refused.told.en
    if refused.open_moves:
        zh += "；可以办理：" + "、".join(f"{one.name}（{one.label.zh}）" for one in refused.open_moves)
        en += "; open are: " + ", ".join(f"{one.name} ({one.label.en})" for one in refused.open_moves)
    return Text(f"第 {row.row} 行（{state.ledger_no}）：{zh}", f"row {row.row} ({state.ledger_no}): {en}")
