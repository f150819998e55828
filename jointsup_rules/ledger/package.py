"""A transfer: a folder that the receiving office opens without this program, and the clues moved with it.

In: clues, a letter of the workflow, to whom. Out: a folder under reports/transfers/ with the letter, the list to answer in, the
evidence, the model cards and a manifest with the hash of each file; in the ledger one entry for the package and one move
per clue. The files are complete before the ledger's write ends, under a hidden name; the folder gets its own once the entries
stand. What a killed process leaves is settled by whoever comes next: put in place where its entry stands, else cleared away.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from jointsup_rules.ledger.answers import sent_of, write_answers
from jointsup_rules.ledger.documents import Letter, fill
from jointsup_rules.ledger.due import last_day
from jointsup_rules.ledger.entries import Head, Who, local_day, plain, printable, read_head
from jointsup_rules.ledger.fold import ClueState
from jointsup_rules.ledger.ledger import RESTRICTED, Ledger
from jointsup_rules.ledger.moving import Refused, Step, may_see, move_clue, role_of
from jointsup_rules.ledger.store import LedgerError, Writing
from jointsup_rules.model.workflow import DocumentShape
from jointsup_rules.problems import Place, Problem, ProblemsError, Text, nearest_word

TRANSFERS = "reports/transfers"
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
    packages = order.root / TRANSFERS
    scratch: Path | None = None
    try:
        with ledger.store.writing() as writing:
            settle_packages(packages, writing)
            clues = _chosen(ledger, writing, order, who, shape)
            today = local_day(at, ledger.zone)
            number = _number(writing, order.document, shape, today)
            reply_on = (
                None if shape.reply is None else last_day(shape.reply, today, ledger.calendar, ledger.laws)
            )
            if shape.move is not None:
                for clue in clues:
                    _move(writing, ledger, at, who, shape.move, clue, order, number)
            folder = _free(packages / _file_name(number))
            told = {
                "document": order.document, "number": number, "receiver": order.receiver, "reply_on": reply_on,
                "restricted": _is_restricted(clues), "folder": folder.name, **sent_of(ledger.workflow, clues),
            }  # fmt: skip
            writing.add(at, who, "transferred", "", told)
            letter = Letter(
                number, today, ledger.workflow.shape.roles[who.role].label.zh, order.receiver, who.person, reply_on,
                str(writing.head), order.fields,
            )  # fmt: skip
            scratch = _scratch(packages, folder)
            _write(ledger, scratch, letter, shape, order, clues, write_card)
            head = writing.head
    except LedgerError:
        # Whether the entries stand is for the database to say: it may have lost us after it wrote them.
        with suppress(LedgerError), ledger.store.writing() as writing:
            settle_packages(packages, writing)
        raise
    except Exception:
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)
        raise
    _put(scratch, folder)
    return Package(number, folder, tuple(clues), reply_on, head)


def _number(writing: Writing, document: str, shape: DocumentShape, today: date) -> str:
    count = writing.next_number(f"document {document} {today.year}")
    return shape.number.replace("{year}", str(today.year)).replace("{number}", str(count))


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
    if len({clue.grade == RESTRICTED for clue in clues.values()}) > 1:
        raise Refused(
            Text(
                f"{RESTRICTED} 级线索须单独移送，不能与其他线索放在一起",
                f"clues of grade {RESTRICTED} are sent apart from others",
            )
        )
    return sorted(clues.values(), key=lambda one: one.ledger_no)


def _is_restricted(clues: Sequence[ClueState]) -> bool:
    return any(clue.grade == RESTRICTED for clue in clues)


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
    fill(
        order.root,
        shape.template,
        ledger.workflow,
        letter,
        clues,
        lines,
        folder / f"{_file_name(shape.label.zh)}.docx",
    )
    write_answers(folder / "线索清单.xlsx", ledger.workflow, letter.number, clues)
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
    text = json.dumps(plain(manifest), ensure_ascii=False, indent=1) + "\n"
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
                    number, column, "" if value is None else printable(str(plain_cell(value)))[:32_000], wrap
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


# ---- in place


_SCRATCH = re.compile(r"\..+\.[0-9]+")


def _scratch(packages: Path, folder: Path) -> Path:
    """An empty folder of a hidden name, its owner's alone."""
    packages.mkdir(parents=True, exist_ok=True)
    scratch = packages / f".{folder.name}.{os.getpid()}"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(mode=0o700)
    return scratch


def _free(folder: Path) -> Path:
    """A folder whose name nobody bears; one that is there went out by another ledger, and is not ours to replace."""
    if folder.exists():
        shown = f"{TRANSFERS}/{folder.name}"
        raise Refused(
            Text(
                f"{shown} 已在，但不是本台账发出的；请先把它移到别处",
                f"{shown} is there already, though this ledger did not send it; move it elsewhere first",
            )
        )
    return folder


def _put(scratch: Path, folder: Path) -> None:
    """Give a finished package its name, unless somebody who came next has done so."""
    with suppress(FileNotFoundError):
        scratch.rename(folder)


def settle_packages(packages: Path, writing: Writing) -> None:
    """Settle what killed processes left: put a package in place whose entry stands, clear away any other.

    Under the ledger's lock nobody is writing one, and one that was committed may be put in place by anybody.
    """
    for scratch in sorted(
        one for one in packages.glob(".*") if _SCRATCH.fullmatch(one.name) and one.is_dir()
    ):
        try:
            told = json.loads((scratch / "manifest.json").read_text(encoding="utf-8"))
            head = read_head(told["ledger_head"])
        except (OSError, ValueError, KeyError, TypeError):
            head = None
        if head is not None and writing.has_head(head):
            _put(scratch, packages / _file_name(told["number"]))
        else:
            shutil.rmtree(scratch, ignore_errors=True)
