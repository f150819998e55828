"""A workbook that people fill in: what we wrote stays as it was, the columns that are asked for are open.

In: lines about clues, and what is asked of each. Out: a workbook; and, when it comes back, what was filled in, or all that was
altered. The digest of what must not change stands in the ledger, so a file altered by any program is found out.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from jointsup_rules.ledger.entries import canonical, printable
from jointsup_rules.ledger.moving import Refused
from jointsup_rules.model.workflow import FieldShape
from jointsup_rules.problems import Language, Place, Problem, ProblemsError, Text
from jointsup_rules.sweep.tables import plain_cell

_ABOUT, _LISTS = "_package", "_lists"
# The first two columns of every list; rows are known by the second, so they may be sorted.
NUMBER, CLUE = "ledger_no", "clue_id"
_LONGEST = 32_000
_WIDEST = {
    "reason_zh": 60,
    "reason_en": 60,
    "law": 30,
    "title": 24,
    "case_no": 24,
    "proposed": 36,
    "advice": 36,
}
# A workbook read whole takes as many cells as its farthest one spans, whatever it holds.
_MOST_CELLS, _MOST_BYTES = 4_000_000, 300_000_000
_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?r="([A-Z]{1,3})(\d{1,7})"')


@dataclass(frozen=True)
class Asked:
    """A column that people fill in: its heading, and a hint shown beside the cell."""

    label: str
    hint: str = ""


@dataclass(frozen=True)
class Line:
    """One row of a list.

    Attributes:
        fixed: What must not change, in the order of the fixed columns: running number, clue id, and whatever else.
        filled: What is filled in beforehand, by asked column.
        choices: What is offered to choose from, by asked column.
    """

    fixed: tuple[str, ...]
    filled: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Form:
    """A kind of list: the word its files bear, the name of its sheet, and the headings of its columns by name."""

    format: str
    sheet: str
    fixed: Mapping[str, str]
    asked: Mapping[str, Asked]

    @property
    def heads(self) -> list[str]:
        """Headings in order, as they stand in the file."""
        return [*self.fixed.values(), *(one.label for one in self.asked.values())]


@dataclass(frozen=True)
class Returned:
    """A list that came back.

    Attributes:
        number: What it says it is.
        heads: Its headings.
        rows: Number of the row in the sheet, and its cells as text; rows without anything are left out.
        digest: SHA-256 of the file.
    """

    number: str
    heads: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    digest: str


@dataclass(frozen=True)
class Filled:
    """What was filled in for one clue, by asked column; cells left empty are not there."""

    row: int
    clue_id: str
    given: Mapping[str, str]


def fixed_of(values: Mapping[str, Any], columns: Iterable[str]) -> tuple[str, ...]:
    """Return the cells of a row that must not change, as they will be read back."""
    return tuple(_text(plain_cell(values.get(name))) for name in columns)


def digest_of(line: Line) -> str:
    """Return the digest of what must not change in a line."""
    return _digest(line.fixed)


def _digest(cells: Sequence[str]) -> str:
    return hashlib.sha256(canonical(list(cells)).encode()).hexdigest()


def _text(value: Any) -> str:
    """A cell as it is read back: whole numbers without a point, nothing as empty text, line ends alike."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime):
        value = value.date()
    text = str(value).replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n")
    return printable(text).strip()[:_LONGEST]


# ---- out


def write_sheet(path: Path, form: Form, number: str, lines: Sequence[Line]) -> None:
    """Write a list: fixed columns locked, columns to fill in open, with drop-downs where there is a choice."""
    import xlsxwriter

    workbook = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
    sheet = workbook.add_worksheet(form.sheet)
    sheet.freeze_panes(1, 2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    _write_heads(workbook, sheet, form)
    locked = workbook.add_format({"text_wrap": True, "valign": "top", "border": 1})
    open_ = workbook.add_format(
        {"text_wrap": True, "valign": "top", "border": 1, "locked": False, "num_format": "@"}
    )
    for row, line in enumerate(lines, 1):
        for column, text in enumerate(line.fixed):
            sheet.write_string(row, column, text, locked)
        for column, name in enumerate(form.asked, len(form.fixed)):
            sheet.write(row, column, _text(line.filled.get(name)) or None, open_)
    lists = workbook.add_worksheet(_LISTS)
    lists.hide()
    _offer(sheet, lists, form, lines)
    # Without a password: it keeps the hand from slipping; what is altered on purpose the digest finds.
    sheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True, "sort": True})
    about = workbook.add_worksheet(_ABOUT)
    about.hide()
    for row, word in enumerate((form.format, number)):
        about.write_string(row, 0, word)
    workbook.close()


def _write_heads(workbook: Any, sheet: Any, form: Form) -> None:
    head = {"bold": True, "text_wrap": True, "valign": "top", "border": 1}
    fixed = workbook.add_format({**head, "bg_color": "#E8ECF1"})
    asked = workbook.add_format({**head, "bg_color": "#FFF3D6"})
    for column, (name, label) in enumerate(form.fixed.items()):
        sheet.set_column(column, column, _WIDEST.get(name, 13))
        sheet.write_string(0, column, label, fixed)
    for column, one in enumerate(form.asked.values(), len(form.fixed)):
        sheet.set_column(column, column, 18)
        sheet.write_string(0, column, one.label, asked)


def _offer(sheet: Any, lists: Any, form: Form, lines: Sequence[Line]) -> None:
    """Drop-downs for rows that offer a choice, and hints; rows that follow each other with one choice share one."""
    written: dict[tuple[str, ...], str] = {}
    for column, (name, asked) in enumerate(form.asked.items(), len(form.fixed)):
        for first, last, words in _runs(line.choices.get(name, ()) for line in lines):
            rule: dict[str, Any] = {"validate": "any"}
            if words:
                if words not in written:
                    letter = _letter(len(written))
                    lists.write_column(0, len(written), [_text(word) for word in words])
                    written[words] = f"={_LISTS}!${letter}$1:${letter}${len(words)}"
                rule = {
                    "validate": "list",
                    "source": written[words],
                    "error_message": asked.hint or asked.label,
                }
            if asked.hint:
                rule["input_message"] = asked.hint[:255]
            if len(rule) > 1:
                sheet.data_validation(first + 1, column, last + 1, column, rule)


def _runs(choices: Iterable[tuple[str, ...]]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """First row, last row and choice of rows that follow each other with the same choice."""
    begun, before, row = 0, None, -1
    for row, words in enumerate(choices):
        if before is not None and words != before:
            yield begun, row - 1, before
            begun = row
        before = words
    if before is not None:
        yield begun, row, before


def _letter(number: int) -> str:
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


# ---- back


def read_sheet(path: Path, format_: str, sheet: str) -> Returned:
    """Return a list that came back.

    Raises:
        ProblemsError: it cannot be read, or is no list of this kind.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    content = path.read_bytes()
    _refuse_vast(path, content)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = workbook.sheet_names
        if _ABOUT not in names or sheet not in names:
            raise _unreadable(
                path,
                "不是本程序写出的清单，或工作表被改名、删去",
                "is no list that this program wrote, or its sheets were renamed",
            )
        about = workbook.get_sheet_by_name(_ABOUT).to_python(skip_empty_area=False)
        rows = workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError) as error:
        raise _unreadable(
            path, "读不了：不是工作簿，或已损坏", "cannot be read: it is no workbook, or it is damaged"
        ) from error
    words = [_text(row[0]) if row else "" for row in about[:2]]
    if len(words) < 2 or words[0] != format_:
        raise _unreadable(
            path,
            "不是这一种清单，或由另一版本的程序写出",
            "is a list of another kind, or of another version of the program",
        )
    cells = [tuple(_text(cell) for cell in row) for row in rows]
    told = tuple((number, row) for number, row in enumerate(cells[1:], 2) if any(row))
    return Returned(words[1], _cut(cells[0]) if cells else (), told, hashlib.sha256(content).hexdigest())


def _cut(cells: Sequence[str]) -> tuple[str, ...]:
    """Cells without the empty ones at the end."""
    last = max((number for number, cell in enumerate(cells, 1) if cell), default=0)
    return tuple(cells[:last])


def _unreadable(path: Path, zh: str, en: str) -> ProblemsError:
    fix = Text(
        "请交回原来的 .xlsx 文件；打不开的，请对方重新填写、另存为 .xlsx",
        "ask for the file again, saved as .xlsx",
    )
    return ProblemsError(
        [Problem("JR704", Place(path.name), Text(f"{path.name} {zh}", f"{path.name} {en}"), fix=fix)]
    )


def _refuse_vast(path: Path, content: bytes) -> None:
    """Refuse a workbook that would fill the memory: one with a cell far out, or that unpacks to something huge."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            pages = [one for one in archive.infolist() if one.filename.startswith("xl/worksheets/")]
            is_vast = sum(one.file_size for one in archive.infolist()) > _MOST_BYTES or any(
                _extent(archive.read(one)) > _MOST_CELLS for one in pages
            )
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError) as error:
        raise _unreadable(
            path, "读不了：不是工作簿，或已损坏", "cannot be read: it is no workbook, or it is damaged"
        ) from error
    if is_vast:
        raise _unreadable(path, "大得不像一份清单，没有读", "is far too large for a list and was not read")


def _extent(page: bytes) -> int:
    """How many cells the farthest cell of a sheet spans."""
    rows = columns = 0
    for letters, digits in _CELL.findall(page):
        rows = max(rows, int(digits))
        columns = max(columns, sum((one - 64) * 26**power for power, one in enumerate(reversed(letters))))
    return rows * columns


def check_returned(
    returned: Returned, heads: Sequence[str], asked: Sequence[str], sent: Mapping[str, str]
) -> list[Filled]:
    """Return what was filled in, row by row.

    Args:
        returned: The list that came back.
        heads: The headings as they were sent.
        asked: Names of the columns to fill in, which stand last.
        sent: Digest of what must not change, by clue id.

    Raises:
        Refused: anything outside the columns to fill in was altered; all of it is told.
    """
    if list(returned.heads) != list(heads):
        raise Refused(_told_heads(returned.heads, heads))
    n_fixed = len(heads) - len(asked)
    wrong: list[Text] = []
    seen: dict[str, int] = {}
    filled = []
    for row, cells in returned.rows:
        padded = (*cells, *[""] * (len(heads) - len(cells)))
        clue_id = padded[1]
        told = _told_row(row, padded, len(heads), _digest(padded[:n_fixed]), sent, seen)
        if told is not None:
            wrong.append(told)
        seen.setdefault(clue_id, row)
        given = {name: cell for name, cell in zip(asked, padded[n_fixed : len(heads)], strict=True) if cell}
        filled.append(Filled(row, clue_id, given))
    for clue_id in sorted(set(sent) - set(seen)):
        wrong.append(Text(f"缺少线索 {clue_id} 的一行", f"the row of clue {clue_id} is missing"))
    refuse_all(wrong)
    return filled


def refuse_all(wrong: Sequence[Text]) -> None:
    """Refuse with everything that is wrong, one line each; nothing where nothing is.

    Raises:
        Refused: there is something.
    """
    if wrong:
        raise Refused(Text("\n".join(one.zh for one in wrong), "\n".join(one.en for one in wrong)))


def _told_heads(found: Sequence[str], heads: Sequence[str]) -> Text:
    lost = [one for one in heads if one not in found]
    new = [one or "（空）" for one in found if one not in heads]
    zh, en = "第 1 行的栏目与发出时不同", "row 1: the columns are not those that were sent"
    if lost:
        zh, en = f"{zh}；少了“{'”“'.join(lost)}”", f"{en}; missing: {', '.join(lost)}"
    if new:
        zh, en = f"{zh}；多了“{'”“'.join(new)}”", f"{en}; not ours: {', '.join(new)}"
    if not lost and not new:
        zh, en = f"{zh}：次序变了", f"{en}: they are in another order"
    return Text(zh, en)


def _told_row(
    row: int, cells: Sequence[str], width: int, digest: str, sent: Mapping[str, str], seen: Mapping[str, int]
) -> Text | None:
    """What is wrong with a row; None where nothing is."""
    clue_id = cells[1]
    if any(cells[width:]):
        extra = next(cell for cell in cells[width:] if cell)[:40]
        return Text(f"第 {row} 行在清单之外多写了“{extra}”", f"row {row}: '{extra}' stands outside the list")
    if not clue_id:
        return Text(
            f"第 {row} 行没有线索编号，不是清单里的行", f"row {row} has no clue id and is no row of the list"
        )
    if clue_id not in sent:
        return Text(
            f"第 {row} 行的线索“{clue_id}”不在这份清单中", f"row {row}: clue '{clue_id}' is not in this list"
        )
    if clue_id in seen:
        return Text(
            f"第 {row} 行的线索“{clue_id}”在第 {seen[clue_id]} 行已有",
            f"row {row}: clue '{clue_id}' is in row {seen[clue_id]} already",
        )
    if sent[clue_id] != digest:
        return Text(
            f"第 {row} 行改动了填写栏以外的内容（线索 {clue_id}）",
            f"row {row} was altered outside the columns to fill in (clue {clue_id})",
        )
    return None


# ---- columns that the workflow asks for


def asked_of(shape: FieldShape, lang: Language) -> Asked:
    """Return the column for a field of the workflow."""
    hints = {
        "date": Text("日期，如 2026-05-01", "a day, such as 2026-05-01"),
        "integer": Text("整数", "a whole number"),
        "decimal": Text("数字", "a number"),
        "code": Text("请从列表中选择", "choose from the list"),
        "boolean": Text("请从列表中选择", "choose from the list"),
    }
    return Asked(shape.label.in_language(lang), hints.get(shape.type, Text()).in_language(lang))


def choices_of(shape: FieldShape, lang: Language) -> tuple[str, ...]:
    """Return what may be chosen for a field of the workflow; empty where it is written freely."""
    if shape.type == "code":
        return tuple(label.in_language(lang) for label in shape.codes.values())
    if shape.type == "boolean":
        return tuple(word.in_language(lang) for word in (Text("是", "yes"), Text("否", "no")))
    return ()
