"""The list that travels with a letter: what was found, which nobody may change, and columns for the answer.

In: clues, and the columns to answer in. Out: a workbook; and, when it comes back, the answers, or what was altered. Each row
carries its clue; the digest of what must not change stands in the ledger, so a file altered by any program is found out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from jointsup_rules.ledger.entries import canonical
from jointsup_rules.ledger.fold import ClueState
from jointsup_rules.model.workflow import FieldShape, Workflow
from jointsup_rules.problems import Place, Problem, ProblemsError, Text
from jointsup_rules.sweep.tables import plain_cell

SHEET, ABOUT, LISTS = "线索清单", "_package", "_lists"
_FORMAT = "jointsup-answers-1"
_FIXED: Mapping[str, str] = {
    "ledger_no": "台账编号", "clue_id": "线索编号", "rule_id": "规则", "title": "规则名称", "case_no": "案号", "unit": "单位",
    "started_on": "起算日", "due_on": "届满日", "over_days": "超过天数", "reason_zh": "情况（需核实）", "law": "依据",
}  # fmt: skip
_WIDTHS = {"reason_zh": 60, "law": 30, "title": 24, "case_no": 24}
# A drop-down in Excel and WPS names a range once its list is longer than this.
_SPARE_ROWS = 3


@dataclass(frozen=True)
class Answered:
    """A list that came back: the package it belongs to, the sweep-independent rows, and the digest of the file.

    Attributes:
        rows: Row number in the sheet, clue id, digest of what must not change, and the answers that were filled in.
    """

    package: str
    rows: tuple[tuple[int, str, str, Mapping[str, str]], ...]
    digest: str


def digests(clues: Sequence[ClueState]) -> dict[str, str]:
    """Return the digest of each clue's row as far as it must not change, by clue id."""
    return {clue.clue_id: _digest(_fixed(clue)) for clue in clues}


def _fixed(clue: ClueState) -> list[str]:
    values = {**clue.facts, "ledger_no": clue.ledger_no, "clue_id": clue.clue_id}
    return [_text(plain_cell(values.get(name))) for name in _FIXED]


def _text(value: Any) -> str:
    """A cell as it is read back: whole numbers without a point, nothing as empty text, line ends alike."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime):
        value = value.date()
    return str(value).replace("\r\n", "\n").replace("_x000D_", "").strip()[:32_000]


def _digest(values: Sequence[str]) -> str:
    return hashlib.sha256(canonical(list(values)).encode()).hexdigest()


def write_answers(
    path: Path, workflow: Workflow, package: str, clues: Sequence[ClueState], columns: Sequence[str]
) -> None:
    """Write the list: fixed columns locked, columns for the answer open, codes as drop-downs."""
    import xlsxwriter

    workbook = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
    fields = {name: workflow.shape.fields[name] for name in columns}
    head = workbook.add_format(
        {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E8ECF1", "border": 1}
    )
    asked = workbook.add_format(
        {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#FFF3D6", "border": 1}
    )
    locked = workbook.add_format({"text_wrap": True, "valign": "top", "border": 1})
    filled_in = workbook.add_format(
        {"text_wrap": True, "valign": "top", "border": 1, "locked": False, "num_format": "@"}
    )
    sheet = workbook.add_worksheet(SHEET)
    sheet.freeze_panes(1, 2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for column, (name, label) in enumerate(_FIXED.items()):
        sheet.set_column(column, column, _WIDTHS.get(name, 13))
        sheet.write_string(0, column, label, head)
    for column, field in enumerate(fields.values(), len(_FIXED)):
        sheet.set_column(column, column, 18)
        sheet.write_string(0, column, field.label.zh, asked)
    for number, clue in enumerate(clues, 1):
        for column, text in enumerate(_fixed(clue)):
            sheet.write_string(number, column, text, locked)
        for column in range(len(_FIXED), len(_FIXED) + len(fields)):
            sheet.write_blank(number, column, None, filled_in)
    lists = workbook.add_worksheet(LISTS)
    lists.hide()
    for offset, field in enumerate(fields.values()):
        _offer(sheet, lists, offset, len(clues), field)
    # Without a password: it keeps the hand from slipping; what is altered on purpose the digest finds.
    sheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True, "sort": True})
    about = workbook.add_worksheet(ABOUT)
    about.hide()
    for number, words in enumerate(((_FORMAT,), (package,), tuple(_FIXED), tuple(fields))):
        for column, word in enumerate(words):
            about.write_string(number, column, word)
    workbook.close()


def _offer(sheet: Any, lists: Any, offset: int, n_rows: int, field: FieldShape) -> None:
    """A drop-down for codes and yes-or-no, a check for days and numbers, with words that say what is expected."""
    column = len(_FIXED) + offset
    words = [label.zh for label in field.codes.values()] if field.type == "code" else ["是", "否"]
    rule: dict[str, Any] | None = None
    if field.type in ("code", "boolean"):
        for row, word in enumerate(words):
            lists.write_string(row, offset, word)
        letter = _letter(offset)
        rule = {
            "validate": "list",
            "source": f"={LISTS}!${letter}$1:${letter}${len(words)}",
            "error_message": "请从列表中选择",
        }
    elif field.type == "date":
        # Text cells keep what was typed; the day is checked when the list comes back.
        rule = {"validate": "any", "input_message": "日期，如 2026-05-01"}
    elif field.type == "integer":
        rule = {"validate": "any", "input_message": "整数"}
    if rule is not None and n_rows:
        sheet.data_validation(1, column, n_rows + _SPARE_ROWS, column, rule)


def _letter(number: int) -> str:
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def read_answers(path: Path) -> Answered:
    """Return the answers of a list that came back.

    Raises:
        ProblemsError: it cannot be read, or is no list of ours.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        content = path.read_bytes()
        workbook = CalamineWorkbook.from_path(str(path))
        about = workbook.get_sheet_by_name(ABOUT).to_python(skip_empty_area=False)
        rows = workbook.get_sheet_by_name(SHEET).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError, KeyError) as error:
        raise ProblemsError([_unreadable(path, "读不了", "cannot be read")]) from error
    words = [[_text(cell) for cell in row] for row in about]
    if len(words) < 4 or words[0][0] != _FORMAT:
        raise ProblemsError(
            [_unreadable(path, "不是随函发出的线索清单", "is no list that went with a letter")]
        )
    fixed = [word for word in words[2] if word]
    columns = [word for word in words[3] if word]
    if fixed != list(_FIXED):
        raise ProblemsError(
            [_unreadable(path, "是另一版本程序发出的清单", "was written by another version of the program")]
        )
    read = tuple(_rows(rows, columns))
    return Answered(words[1][0], read, hashlib.sha256(content).hexdigest())


def _unreadable(path: Path, zh: str, en: str) -> Problem:
    fix = Text("请发函单位重新导出，或请接收单位另存为 .xlsx 再交", "ask for the list again, saved as .xlsx")
    return Problem("JR704", Place(path.name), Text(f"{path.name} {zh}", f"{path.name} {en}"), fix=fix)


def _rows(
    rows: Sequence[Sequence[Any]], columns: Sequence[str]
) -> Iterator[tuple[int, str, str, Mapping[str, str]]]:
    width = len(_FIXED) + len(columns)
    for number, row in enumerate(rows[1:], 2):
        cells = [_text(cell) for cell in row] + [""] * (width - len(row))
        if not any(cells):
            continue
        fixed, answers = cells[: len(_FIXED)], cells[len(_FIXED) : width]
        given = {name: value for name, value in zip(columns, answers, strict=True) if value}
        yield number, fixed[list(_FIXED).index("clue_id")], _digest(fixed), given
