"""XLSX and XLS: sheets to rows, with the row of the sheet each stands in.

In: a workbook. Out: RawRows. A workbook has typed cells, and three ways of losing what was meant: a long
number has lost its last digits, a formula has failed, a merged cell leaves its neighbours empty. Such cells
become texts with a mark that no type reads, so that they are counted and not taken for empty.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import chain, islice
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from jointsup_rules import limits
from jointsup_rules.load.cells import ERROR_CELL, MERGED, cell_text
from jointsup_rules.load.exports import Export, opened, unusable
from jointsup_rules.load.raw import RawRows
from jointsup_rules.problems import ProblemsError, Text, did_you_mean

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ERROR_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7})"[^<>]{0,60}? t="e"[^<>]{0,60}>'
    rb"(?:<f[^<>]{0,200}>[^<]{0,9000}</f>)?<v>([^<]{1,20})</v>"
)
_ROWS_LOOKED_AT = 20
_MOST_LOST = 1_000_000
_SMALL_PART = 4 * limits.MIB


@contextmanager
def workbook_rows(export: Export, sheet: str | None, header_row: int) -> Iterator[RawRows]:
    """Open one sheet of a workbook.

    Args:
        sheet: Its name, or its number from 1; None for a workbook with one sheet that has anything in it.
        header_row: Row of the header, from 1.

    Raises:
        ProblemsError: The workbook cannot be read, is too large, or does not say which sheet is meant.
    """
    with opened(export) as stream:
        content = stream.read(limits.SHEET_BYTES + 1)
    if len(content) > limits.SHEET_BYTES:
        raise _too_large(export)
    if export.format == "xlsx":
        _check_parts(export, content)
    book = _read_workbook(export, content)
    with _damage_told(export):
        name = _sheet_name(export, book, sheet)
        page = book.get_sheet_by_name(name)
        lost = _error_cells(export, content, name) if export.format == "xlsx" else {}
        lost |= _merged_cells(page, header_row)
        first_column = page.start[1] if page.start else 0
        notes = [Text(f"工作表 '{name}'", f"sheet '{name}'")]
        cells = _cells(page, first_column, lost)
        first = list(islice(cells, header_row + _ROWS_LOOKED_AT))
        header = next((row for line, row in first if line == header_row), [])
        rows = ((line, row) for line, row in chain(first[header_row:], cells) if any(row))
        yield RawRows(tuple(value or "" for value in header), header_row, rows, "", first, notes)


def _cells(
    page: CalamineSheet, first_column: int, lost: Mapping[tuple[int, int], str]
) -> Iterator[tuple[int, list[str | None]]]:
    """(row of the sheet, texts) of each row, marked where a cell was lost."""
    lost_rows: dict[int, dict[int, str]] = {}
    for (line, column), mark in lost.items():
        lost_rows.setdefault(line, {})[column - first_column] = mark
    for line, cells in enumerate(page.iter_rows(), start=1):
        row = [cell_text(cell) for cell in cells]
        for column, mark in lost_rows.get(line, {}).items():
            if 0 <= column < len(row):
                row[column] = mark
        yield line, row


def _read_workbook(export: Export, content: bytes) -> CalamineWorkbook:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(content))
    except (CalamineError, OSError, ValueError) as error:
        raise _unreadable(export) from error


@contextmanager
def _damage_told(export: Export) -> Iterator[None]:
    """Tell a workbook whose list of sheets is sound, and which is damaged deeper in, as one that cannot be read."""
    from python_calamine import CalamineError

    try:
        yield
    except CalamineError as error:
        raise _unreadable(export) from error


def _sheet_name(export: Export, book: CalamineWorkbook, sheet: str | None) -> str:
    """The sheet that is meant; where the source does not say, the only visible one with anything in it."""
    from python_calamine import SheetVisibleEnum

    names = book.sheet_names
    if sheet is not None:
        if sheet in names:
            return sheet
        if sheet.isdigit() and 1 <= int(sheet) <= len(names):
            return names[int(sheet) - 1]
        what = Text(f"没有工作表 '{sheet}'", f"no sheet '{sheet}'")
        raise unusable("JR115", export.shown, what, fix=did_you_mean(sheet, names))
    visible = [one.name for one in book.sheets_metadata if one.visible == SheetVisibleEnum.Visible]
    filled = [name for name in visible if book.get_sheet_by_name(name).start is not None]
    if len(filled) == 1:
        return filled[0]
    if not filled:
        what = Text("工作簿是空的，连表头也没有", "the workbook is empty, without even a header")
        raise unusable("JR110", export.shown, what, fix=Text("重新导出", "export it again"))
    listed = ", ".join(filled)
    what = Text(f"有几张工作表：{listed}", f"there are several sheets: {listed}")
    raise unusable(
        "JR115", export.shown, what, fix=Text("在来源里写 sheet:", "say which with sheet: in the source")
    )


def _merged_cells(page: CalamineSheet, header_row: int) -> dict[tuple[int, int], str]:
    """(row, column) of cells that a merged one below the header covers, from row 1 and column 0."""
    lost = {}
    n_cells = 0
    for (top, left), (bottom, right) in page.merged_cell_ranges or []:
        if bottom + 1 <= header_row:
            continue
        n_cells += (bottom - top + 1) * (right - left + 1)
        if n_cells > _MOST_LOST:
            break
        place = f"{_letters(left)}{top + 1}:{_letters(right)}{bottom + 1}"
        for line in range(max(top, header_row), bottom + 1):
            for column in range(left, right + 1):
                if (line, column) != (top, left):
                    lost[line + 1, column] = f"{MERGED}{place}"
    return lost


def _error_cells(export: Export, content: bytes, sheet: str) -> dict[tuple[int, int], str]:
    """(row, column) of cells whose formula failed; the reader gives them as empty, which they are not."""
    lost = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            part = _sheet_part(archive, sheet)
            if part is None:
                return {}
            # Most workbooks have none; looking for the mark first spares the pattern.
            text = archive.read(part)
            if b't="e"' in text:
                for column, line, error in islice(_ERROR_CELL.findall(text), _MOST_LOST):
                    lost[int(line), _number(column)] = f"{ERROR_CELL}{error.decode('utf-8', 'replace')}"
    except (zipfile.BadZipFile, NotImplementedError, ElementTree.ParseError, KeyError) as error:
        raise _unreadable(export) from error
    return lost


def _sheet_part(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The part of an XLSX that holds a sheet; None where the workbook does not say in the usual way."""
    book, links = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
    names = archive.namelist()
    if book not in names or links not in names or archive.getinfo(book).file_size > _SMALL_PART:
        return None
    if archive.getinfo(links).file_size > _SMALL_PART:
        return None
    targets = {link.get("Id"): link.get("Target") for link in ElementTree.fromstring(archive.read(links))}
    for entry in ElementTree.fromstring(archive.read(book)).iter(f"{_MAIN}sheet"):
        if entry.get("name") == sheet:
            target = (targets.get(entry.get(_RELATED)) or "").lstrip("/")
            part = target if target.startswith("xl/") else f"xl/{target}"
            return part if part in names else None
    return None


def _check_parts(export: Export, content: bytes) -> None:
    """An XLSX is an archive, and unpacks like one."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            total = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise _unreadable(export) from error
    if total > limits.SHEET_BYTES or (
        total > limits.ZIP_RATIO_FROM_BYTES and total > limits.ZIP_RATIO * len(content)
    ):
        raise _too_large(export)


def _letters(column: int) -> str:
    """A column's letters, from 0: A, Z, AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _too_large(export: Export) -> ProblemsError:
    size = limits.SHEET_BYTES // limits.MIB
    what = Text(
        f"工作簿展开后超过 {size} MiB，或大得不正常",
        f"the workbook unpacks to more than {size} MiB or more than is usual",
    )
    fix = Text("从来源系统导出为 CSV", "export it as CSV from where it comes")
    return unusable("JR115", export.shown, what, fix=fix)


def _unreadable(export: Export) -> ProblemsError:
    what = Text(
        "工作簿打不开：已损坏，或有密码", "the workbook cannot be opened: it is damaged or has a password"
    )
    fix = Text("用 WPS 或 Excel 打开后另存", "open it in WPS or Excel and save it again")
    return unusable("JR115", export.shown, what, fix=fix)
