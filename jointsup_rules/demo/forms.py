"""The forms files come in: CSV in one encoding or another, workbooks, JSON lines, zip archives.

In: rows of text (in a workbook also days), one by one. Out: a file with the same bytes for the same
rows, on every machine: archives are stored, not packed, for packing differs between libraries.
"""

import csv
import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import xlsxwriter

Cell = str | int | date | None
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_EXCEL_DAY_0 = date(1899, 12, 30)
SHEET_ROWS = 20_000  # an agency puts no more into one workbook; the rest follows as CSV


class Sheet(Protocol):
    """A file that is being written row by row."""

    def write(self, row: Sequence[Cell]) -> None:
        """Write one row of cells in the order of the headers."""

    def close(self) -> None:
        """Finish the file."""


@dataclass(frozen=True)
class Form:
    """How one kind of export looks.

    Attributes:
        kind: csv, tsv, xlsx, jsonl or zip (of CSV).
        encoding: Of text files.
        title: A line above the header, or nothing.
        days: How a day is written, for strftime; in a workbook `cell` (a real day) or `serial` (its number).
    """

    kind: str
    encoding: str = "utf-8"
    title: str = ""
    days: str = "%Y-%m-%d"

    def write_day(self, day: date) -> Cell:
        """Return a day as this form has it."""
        return _write_day(day, self.days)


@lru_cache(maxsize=20_000)
def _write_day(day: date, days: str) -> Cell:
    if days == "cell":
        return day
    if days == "serial":
        return (day - _EXCEL_DAY_0).days
    return f"{day.year}年{day.month}月{day.day}日" if "年" in days else day.strftime(days)


class TextSheet:
    """CSV or TSV, on its own or as the one member of a zip archive, with Windows line ends."""

    def __init__(self, path: Path, form: Form, headers: Sequence[str]) -> None:
        self._archive = zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) if form.kind == "zip" else None
        if self._archive is None:
            self._file: io.TextIOBase = path.open("w", encoding=form.encoding, newline="")
        else:
            # The size is not known beforehand, so large files must be allowed for.
            member = zipfile.ZipInfo(path.with_suffix(".csv").name, _LONG_AGO)
            bytes_out = self._archive.open(member, "w", force_zip64=True)
            self._file = io.TextIOWrapper(bytes_out, form.encoding, newline="")
        self._rows = csv.writer(self._file, delimiter="\t" if form.kind == "tsv" else ",")
        if form.title:
            self._rows.writerow([form.title])
        self._rows.writerow(headers)

    def write(self, row: Sequence[Cell]) -> None:
        self._rows.writerow(["" if cell is None else cell for cell in row])

    def close(self) -> None:
        self._file.close()
        if self._archive is not None:
            self._archive.close()


class JsonSheet:
    """JSON lines; an empty cell is left out."""

    def __init__(self, path: Path, headers: Sequence[str]) -> None:
        self._file = path.open("w", encoding="utf-8", newline="\n")
        self._headers = headers

    def write(self, row: Sequence[Cell]) -> None:
        pairs = zip(self._headers, row, strict=True)
        values = {name: cell for name, cell in pairs if cell is not None}
        self._file.write(json.dumps(values, ensure_ascii=False, separators=(",", ":")) + "\n")

    def close(self) -> None:
        self._file.close()


class Workbook:
    """An Excel workbook: a sheet of notes in front, the rows in the second sheet, `数据`."""

    def __init__(self, path: Path, form: Form, headers: Sequence[str], exported_on: date) -> None:
        self._path = path
        self._buffer = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._buffer, {"in_memory": True, "strings_to_numbers": False})
        self._book.set_properties({"created": datetime.combine(exported_on, datetime.min.time())})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        notes = self._book.add_worksheet("说明")
        notes.write_string(0, 0, f"导出日期：{exported_on:%Y-%m-%d}。人员、单位和案件均为虚构。")
        self._sheet = self._book.add_worksheet("数据")
        self._n_rows = 0
        self.write(headers)

    def write(self, row: Sequence[Cell]) -> None:
        for column, cell in enumerate(row):
            if isinstance(cell, date):
                self._sheet.write_datetime(
                    self._n_rows, column, datetime.combine(cell, datetime.min.time()), self._day
                )
            elif isinstance(cell, int):
                self._sheet.write_number(self._n_rows, column, cell)
            elif cell is not None:
                self._sheet.write_string(self._n_rows, column, cell)
        self._n_rows += 1

    def close(self) -> None:
        self._book.close()
        with (
            zipfile.ZipFile(self._buffer) as packed,
            zipfile.ZipFile(self._path, "w", zipfile.ZIP_STORED) as stored,
        ):
            for member in packed.infolist():
                stored.writestr(zipfile.ZipInfo(member.filename, _LONG_AGO), packed.read(member))


def open_sheet(path: Path, form: Form, headers: Sequence[str], exported_on: date) -> Sheet:
    """Begin a file of a form; the caller closes it."""
    if form.kind == "xlsx":
        return Workbook(path, form, headers, exported_on)
    if form.kind == "jsonl":
        return JsonSheet(path, headers)
    return TextSheet(path, form, headers)
