"""A transfer: a folder that the receiving office opens without this program, and the clues moved with it.

In: clues, a letter of the workflow, to whom. Out: a folder under reports/transfers/ with the letter, the list to answer in, the
evidence, the model cards and a manifest with the hash of each file; in the ledger one entry for the package and one move
per clue. The folder is put in place before the ledger's write ends: a process killed in between leaves a folder whose number no
entry bears, which the next package of that number replaces.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from jointsup_rules.ledger.answers import digests, write_answers
from jointsup_rules.ledger.documents import TEMPLATES, Letter, fill
from jointsup_rules.ledger.due import last_day
from jointsup_rules.ledger.entries import Head, Who, local_day
from jointsup_rules.ledger.fold import ClueState
from jointsup_rules.ledger.ledger import Ledger
from jointsup_rules.ledger.moving import Refused, Step, may_see, move_clue, role_of
from jointsup_rules.ledger.store import Writing
from jointsup_rules.model.workflow import DocumentShape
from jointsup_rules.problems import Place, Problem, ProblemsError, Text, nearest_word

# Writes a rule's model card, with the law of a day, into a folder; nothing where the rule is no longer there.
WriteCard = Callable[[str, date, Path], None]


@dataclass(frozen=True)
class Order:
    """What is to be sent.

    Attributes:
        clues: Clue ids or running numbers.
        document: A letter of the workflow.
        receiver: To whom.
        fields: More that the letter says, and that the move takes.
        root: The workspace.
    """

    clues: tuple[str, ...]
    document: str
    receiver: str
    root: Path
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Package:
    """What was written: its number, folder, clues, by when an answer is due, and the ledger's head."""

    number: str
    folder: Path
    clues: tuple[ClueState, ...]
    reply_on: date | None
    head: Head


def transfer(ledger: Ledger, order: Order, at: str, who: Who, write_card: WriteCard) -> Package:
    """Write a package and move its clues, all or nothing.

    Raises:
        Refused: a clue may not be moved, or not all are of one secrecy, or the letter is not for this role.
        ProblemsError: the template or the evidence is not there.
    """
    shape = _document(ledger, order, who)
    packages = order.root / "reports" / "transfers"
    with ledger.store.writing() as writing:
        clues = _chosen(ledger, writing, order, who, shape)
        today = local_day(at, ledger.zone)
        count = writing.next_number(f"document {order.document} {today.year}")
        number = shape.number.replace("{year}", str(today.year)).replace("{number}", str(count))
        reply_on = (
            last_day(shape.reply, today, ledger.calendar, ledger.laws) if shape.reply is not None else None
        )
        if shape.move is not None:
            for clue in clues:
                _move(writing, ledger, at, who, shape.move, clue, order, number)
        folder = packages / _file_name(number)
        told = {
            "document": order.document, "number": number, "receiver": order.receiver, "clues": digests(clues),
            "reply_on": reply_on, "restricted": _is_restricted(clues), "folder": folder.name,
        }  # fmt: skip
        writing.add(at, who, "transferred", "", told)
        scratch = packages / f".{folder.name}.{os.getpid()}"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True, mode=0o700)
        try:
            letter = Letter(
                number, today, ledger.workflow.shape.roles[who.role].label.zh, order.receiver, who.person, reply_on,
                str(writing.head), order.fields,
            )  # fmt: skip
            _write(ledger, scratch, letter, shape, order, clues, write_card)
            _put(scratch, folder)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        head = writing.head
    return Package(number, folder, tuple(clues), reply_on, head)


def _document(ledger: Ledger, order: Order, who: Who) -> DocumentShape:
    role_of(ledger.workflow, who)
    documents, roles = ledger.workflow.shape.documents, ledger.workflow.shape.roles
    if order.document not in documents:
        near = nearest_word(order.document, documents)
        hint = Text(f"；是否想写“{near}”？", f"; did you mean '{near}'?") if near else Text()
        listed = ", ".join(documents) or "—"
        raise Refused(
            Text(
                f"没有文书“{order.document}”{hint.zh} 可用的有：{listed}",
                f"no document '{order.document}'{hint.en}; there are: {listed}",
            )
        )
    shape = documents[order.document]
    if who.role not in shape.by:
        zh = "、".join(roles[name].label.zh for name in shape.by)
        en = ", ".join(roles[name].label.en for name in shape.by)
        raise Refused(Text(f"{shape.label.zh}由{zh}制发", f"{shape.label.en} is for {en} to issue"))
    if not order.receiver.strip():
        raise Refused(Text("没有写明接收单位；用 --to", "the receiver is not said; name it with --to"))
    return shape


def _chosen(
    ledger: Ledger, writing: Writing, order: Order, who: Who, shape: DocumentShape
) -> list[ClueState]:
    """The clues of the package, in order of running number; grade C never with others, nor in a letter that is not for it."""
    by_number = {state.ledger_no: state for state in writing.states().values()}
    clues: dict[str, ClueState] = {}
    for name in order.clues:
        clue = writing.state(name) or by_number.get(name)
        if clue is None or not may_see(ledger.workflow, who, clue):
            raise Refused(Text(f"台账中没有线索“{name}”", f"no clue '{name}' in the ledger"))
        if clue.grade not in shape.grades:
            raise Refused(
                Text(
                    f"{clue.ledger_no} 是 {clue.grade} 级，不能用{shape.label.zh}",
                    f"{clue.ledger_no} is of grade {clue.grade}, for which '{shape.label.en}' is not meant",
                )
            )
        clues[clue.clue_id] = clue
    if not clues:
        raise Refused(Text("没有线索可送", "there is no clue to send"))
    return sorted(clues.values(), key=lambda one: one.ledger_no)


def _is_restricted(clues: Sequence[ClueState]) -> bool:
    return any(clue.grade == "C" for clue in clues)


def _move(
    writing: Writing, ledger: Ledger, at: str, who: Who, move: str, clue: ClueState, order: Order, number: str
) -> None:
    shape = ledger.workflow.shape.moves[move]
    known = {"receiver": order.receiver, "document": number, **order.fields}
    fields = {name: value for name, value in known.items() if name in (*shape.needs, *shape.may)}
    entry = move_clue(writing, ledger.workflow, at, who, Step(clue.clue_id, move, fields))
    if entry.kind != "moved":
        raise Refused(
            Text(
                f"{clue.ledger_no} 须先由二审同意，再移送",
                f"{clue.ledger_no} needs its second reader before it is sent",
            )
        )


# ---- files


def _file_name(number: str) -> str:
    """A number as a folder's name: letters, digits, brackets and dashes of any script."""
    return re.sub(r"[^\w〔〕（）()-]+", "-", number)[:80]


def _write(
    ledger: Ledger, folder: Path, letter: Letter, shape: DocumentShape, order: Order, clues: Sequence[ClueState],
    write_card: WriteCard,
) -> None:  # fmt: skip
    evidence, working = _read_rows(order.root, clues)
    lines = {clue_id: [_line(row) for row in rows] for clue_id, rows in working.items()}
    fill(order.root / TEMPLATES / shape.template, letter, clues, lines, folder / f"{shape.label.zh}.docx")
    columns = ledger.workflow.shape.answer.fields if ledger.workflow.shape.answer is not None else ()
    write_answers(folder / "线索清单.xlsx", ledger.workflow, letter.number, clues, columns)
    _write_evidence(folder / "依据和计算.xlsx", clues, evidence, working)
    cards = folder / "模型说明"
    cards.mkdir()
    for rule in sorted({str(clue.facts["rule_id"]) for clue in clues}):
        write_card(rule, letter.written_on, cards)
    files = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    manifest = {
        "format": 1, "number": letter.number, "document": shape.label.zh, "sender": letter.sender, "receiver": letter.receiver,
        "written_on": letter.written_on.isoformat(), "reply_on": letter.reply_on.isoformat() if letter.reply_on else None,
        "restricted": _is_restricted(clues), "ledger_head": letter.head,
        "clues": [{"ledger_no": one.ledger_no, "clue_id": one.clue_id, "sweep": one.sweep} for one in clues], "files": files,
    }  # fmt: skip
    text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    for path in folder.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)


_Rows = Mapping[str, list[dict[str, Any]]]


def _read_rows(root: Path, clues: Iterable[ClueState]) -> tuple[_Rows, _Rows]:
    """Evidence and working of clues from the sweep each was last found in, by clue id.

    Raises:
        ProblemsError: the folder of such a sweep is gone.
    """
    import pyarrow.parquet as pq

    wanted: dict[str, list[str]] = {}
    for clue in clues:
        wanted.setdefault(str(clue.facts.get("sweep") or clue.sweep), []).append(clue.clue_id)
    evidence: dict[str, list[dict[str, Any]]] = {}
    working: dict[str, list[dict[str, Any]]] = {}
    for sweep, ids in wanted.items():
        folder = root / "reports" / sweep
        if not (folder / "evidence.parquet").is_file():
            what = Text(
                f"筛查 {sweep} 的文件夹不在了，取不到依据",
                f"the folder of sweep {sweep} is gone, and the evidence with it",
            )
            fix = Text(
                "放回该文件夹，或在同一数据上重新筛查并登入台账",
                "put it back, or sweep the same data again and take that in",
            )
            raise ProblemsError([Problem("JR705", Place(f"reports/{sweep}"), what, fix=fix)])
        for name, into in (("evidence", evidence), ("working", working)):
            for row in pq.read_table(
                folder / f"{name}.parquet", filters=[("clue_id", "in", ids)]
            ).to_pylist():
                into.setdefault(row["clue_id"], []).append(row)
    return evidence, working


_STEPS = {
    "start": "起算", "base": "期限", "extend": "延长", "exclude": "扣除", "shift": "改期起算", "roll": "节假日顺延", "law": "新旧法",
    "due": "届满", "due_if_all": "若全部认可", "over": "超过",
}  # fmt: skip


def _line(row: Mapping[str, Any]) -> str:
    """One line of a calculation in words."""
    note = json.loads(row["note"])["zh"] if row["note"] else ""
    days = f"{row['days']}日" if row["days"] is not None else ""
    dates = "至".join(str(one) for one in (row["from_on"], row["to_on"]) if one is not None)
    honoured = {True: "认可", False: "不予认可", None: ""}[row["honoured"]]
    words = [
        _STEPS.get(row["step"], row["step"]),
        dates,
        days,
        row["article"],
        row["document"],
        honoured,
        note,
    ]
    return " ".join(str(word) for word in words if word)


def _write_evidence(path: Path, clues: Sequence[ClueState], evidence: _Rows, working: _Rows) -> None:
    import xlsxwriter

    from jointsup_rules.sweep.tables import plain_cell

    workbook = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
    bold = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    wrap = workbook.add_format({"text_wrap": True, "valign": "top"})

    def sheet(name: str, head: Sequence[str], rows: Iterable[Sequence[Any]], widths: Sequence[int]) -> None:
        page = workbook.add_worksheet(name)
        page.freeze_panes(1, 0)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
        page.write_row(0, 0, head, bold)
        for column, width in enumerate(widths):
            page.set_column(column, column, width)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                page.write_string(
                    number, column, "" if value is None else str(plain_cell(value))[:32_000], wrap
                )

    sheet(
        "计算", ("台账编号", "步骤", "逐行"),
        ((clue.ledger_no, row["step_no"], _line(row)) for clue in clues for row in working.get(clue.clue_id, ())), (14, 6, 110),
    )  # fmt: skip
    sheet(
        "依据", ("台账编号", "角色", "数据表", "主键", "导出文件", "行", "内容"),
        (
            (clue.ledger_no, row["role"], row["table"], row["row_key"], row["file"], row["line"], _values(row["values"]))
            for clue in clues
            for row in evidence.get(clue.clue_id, ())
        ),
        (14, 12, 18, 18, 28, 8, 90),
    )  # fmt: skip
    workbook.close()


def _values(text: str) -> str:
    return "\n".join(
        f"{name}：{'（空）' if value is None else value}" for name, value in json.loads(text).items()
    )


def _put(scratch: Path, folder: Path) -> None:
    """Put a finished package in place of what a killed process may have left under its number."""
    if folder.exists():
        shutil.rmtree(folder)
    scratch.rename(folder)
