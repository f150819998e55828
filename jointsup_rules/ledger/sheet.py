"""A workbook that people fill in: what we wrote stays as it was, the columns that are asked for are open.

In: lines about clues, and what is asked of each. Out: a workbook, and the digest of what must not change in it, which the
ledger keeps, so that a file altered by any program is found out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from jointsup_rules.ledger.entries import canonical, printable
from jointsup_rules.model.workflow import FieldShape
from jointsup_rules.problems import Language, Text
from jointsup_rules.sweep.tables import plain_cell

ABOUT, _LISTS = "_package", "_lists"
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


@dataclass(frozen=True)
class Asked:
    """A column that people fill in: its heading, and a hint shown beside the cell."""

    label: str
    hint: str = ""


@dataclass(frozen=True)
class Line:
    """One row of a list.

    Attributes:
        fixed: What must not change: running number, clue id, by which rows are known again, and whatever else.
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


def fixed_of(values: Mapping[str, Any], columns: Iterable[str]) -> tuple[str, ...]:
    """Return the cells of a row that must not change, as they will be read back."""
    return tuple(cell_text(plain_cell(values.get(name))) for name in columns)


def digest(cells: Sequence[str]) -> str:
    """Return the digest of the cells of a row that must not change."""
    return hashlib.sha256(canonical(list(cells)).encode()).hexdigest()


def cell_text(value: Any) -> str:
    """A cell as it is read back: whole numbers without a point, nothing as empty text, line ends alike."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime):
        value = value.date()
    return printable(str(value).replace("_x000D_", "")).strip()[:_LONGEST]


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
            sheet.write(row, column, cell_text(line.filled.get(name)) or None, open_)
    lists = workbook.add_worksheet(_LISTS)
    lists.hide()
    _offer(sheet, lists, form, lines)
    # Without a password: it keeps the hand from slipping; what is altered on purpose the digest finds.
    sheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True, "sort": True})
    about = workbook.add_worksheet(ABOUT)
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
                    lists.write_column(0, len(written), [cell_text(word) for word in words])
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


def words_of(shape: FieldShape | None, value: Any, lang: Language) -> str:
    """Return a value of the ledger in words: codes by their labels, yes or no, several joined, nothing as empty text."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return ("、" if lang == "zh" else ", ").join(words_of(shape, one, lang) for one in value)
    if isinstance(value, bool):
        return (Text("是", "yes") if value else Text("否", "no")).in_language(lang)
    if shape is not None and value in shape.codes:
        return shape.codes[value].in_language(lang)
    return str(value)
