"""Workbooks: sheets, typed cells, and the cells that were lost."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from jointsup_rules.load.exports import list_exports
from jointsup_rules.load.workbooks import workbook_rows
from jointsup_rules.problems import ProblemsError

from .office import HEADER, Office, said


class Book:
    """A workbook to be written cell by cell."""

    def __init__(self, path: Path, sheets: tuple[str, ...] = ("数据",)) -> None:
        self.path = path
        path.parent.mkdir(exist_ok=True)
        self.book = xlsxwriter.Workbook(str(path))
        self.sheets = [self.book.add_worksheet(name) for name in sheets]
        self.day = self.book.add_format({"num_format": "yyyy-mm-dd"})

    def done(self) -> Path:
        self.book.close()
        return self.path


def rows(path: Path, sheet: str | None = None, header_row: int = 1) -> list[tuple[int, list[str | None]]]:
    with workbook_rows(list_exports([path])[0], sheet, header_row) as raw:
        return [(0, list(raw.header)), *((line, list(row)) for line, row in raw.rows)]  # type: ignore[misc]


def refused(path: Path, sheet: str | None = None) -> str:
    with pytest.raises(ProblemsError) as raised:
        rows(path, sheet)
    return f"{raised.value.problems[0].code} {raised.value.problems[0].what.en}"


def test_cells_stand_in_the_row_of_the_sheet(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx")
    book.sheets[0].write_row(2, 1, ["编号", "日期"])
    book.sheets[0].write_row(5, 1, ["A1"])
    book.sheets[0].write_datetime(5, 2, datetime(2024, 5, 1), book.day)
    assert rows(book.done(), header_row=3) == [(0, ["编号", "日期"]), (6, ["A1", "2024-05-01"])]


def test_only_one_visible_sheet_with_anything_in_it_goes_without_a_name(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx", ("空", "数据", "隐"))
    book.sheets[1].write_row(0, 0, ["a"])
    book.sheets[2].write_row(0, 0, ["b"])
    book.sheets[2].hide()
    assert rows(book.done()) == [(0, ["a"])]


def test_several_sheets_must_be_told_apart(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx", ("一", "二"))
    for sheet, name in zip(book.sheets, "ab", strict=True):
        sheet.write_row(0, 0, [name])
    path = book.done()
    assert refused(path) == "JR115 there are several sheets: 一, 二"
    assert rows(path, "二") == rows(path, "2") == [(0, ["b"])]
    assert refused(path, "三") == "JR115 no sheet '三'"


def test_an_empty_workbook_is_refused(tmp_path: Path) -> None:
    assert refused(Book(tmp_path / "a.xlsx").done()) == "JR110 the workbook is empty, without even a header"


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04 nothing", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600]
)
def test_a_damaged_or_protected_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.xlsx").write_bytes(content)
    assert (
        refused(tmp_path / "a.xlsx") == "JR115 the workbook cannot be opened: it is damaged or has a password"
    )


LOST = "a long number was kept as a figure and lost its last digits"


def test_18_digit_numbers_merged_cells_and_failed_formulas_are_counted_rejects(office: Office) -> None:
    book = Book(office.folder / "in" / "案件.xlsx")
    sheet = book.sheets[0]
    sheet.merge_range(0, 0, 0, 4, "案件清单")
    sheet.write_row(1, 0, HEADER.strip().split(","))
    sheet.write_row(2, 0, ["A1", "2024-05-01", "", "在办", 12.5])
    sheet.write_number(3, 0, 239901199001011234)
    sheet.write_row(4, 0, ["A3", "2024-05-01"])
    sheet.merge_range(4, 3, 5, 3, "已结")
    sheet.write_row(5, 0, ["A4", 45413])
    sheet.merge_range(6, 0, 7, 0, "A5")
    sheet.write_row(7, 1, ["2024-05-01"])
    sheet.write_row(8, 0, ["A6", "2024-05-01"])
    sheet.write_formula(8, 4, "=1/0", None, "#DIV/0!")
    book.done()
    office.use(
        """
source: cases
files: "案件.xlsx"
header_row: 2
exported_on: 2024-12-31
tables:
  cases:
    case_id: 编号
    filed_on: 立案日期
    closed_on: 结案日期
    status: {column: 状态, codes: {在办: OPEN, 已结: CLOSED}}
    amount: 金额
"""
    )
    result = office.bring(book.path)
    assert (result.n_in, result.n_loaded, result.n_rejected, result.n_unread) == (7, 5, 2, 2)
    assert office.rows("case_id, filed_on, status, _line, _unread") == [
        ("A1", date(2024, 5, 1), "OPEN", 3, []),
        ("A3", date(2024, 5, 1), "CLOSED", 5, []),
        ("A4", date(2024, 5, 1), None, 6, ["status"]),
        ("A5", None, None, 7, []),
        ("A6", date(2024, 5, 1), None, 9, ["amount"]),
    ]
    words = ("line", "column", "value", "why", "whole_row")
    assert [tuple(one[word].split(" / ")[-1] for word in words) for one in office.rejects()] == [
        ("4", "case_id", "2.399011990010112e+17", LOST, "yes"),
        ("6", "status", "D5:D6", "covered by a merged cell, without a value of its own", "no"),
        ("8", "case_id", "A7:A8", "covered by a merged cell, without a value of its own", "yes"),
        ("9", "amount", "#DIV/0!", "the formula of the cell failed", "no"),
    ]  # fmt: skip


def test_a_header_in_another_row_than_said_is_refused_and_named(office: Office) -> None:
    book = Book(office.folder / "in" / "案件.xlsx")
    book.sheets[0].write_row(0, 0, ["案件清单"])
    book.sheets[0].write_row(1, 0, HEADER.strip().split(","))
    book.sheets[0].write_row(2, 0, ["A1", "2024-05-01"])
    assert said(office.refused(book.done()))[0] == "案件.xlsx:2 JR113 the header is in row 2, not in row 1"


def test_an_old_workbook_is_read_like_a_new_one(office: Office) -> None:
    example = Path(__file__).with_name("example.xls")
    result = office.bring(office.write("案件.xls", example.read_bytes()))
    assert office.rows("case_id, filed_on, closed_on, status, CAST(amount AS VARCHAR), _line") == [
        ("A1", date(2024, 5, 1), None, "OPEN", "12.5000", 2),
        ("A2", date(2024, 5, 2), date(2024, 6, 1), "CLOSED", "1000.0000", 3),
        ("A4", None, None, None, None, 5),
    ]
    assert (result.n_in, result.n_rejected) == (5, 2)
    assert [one["value"] for one in office.rejects()] == ["2.3990119900101123e+17", "A5:A6"]


def _damaged(path: Path, mark: bytes, offset: int, value: int) -> Path:
    """A workbook with one byte changed, so many after a mark."""
    book = Book(path)
    book.sheets[0].write_row(0, 0, ("编号", "立案日期"))
    book.sheets[0].write_row(1, 0, ("A1", "2024-05-01"))
    content = bytearray(book.done().read_bytes())
    content[content.index(mark) + offset] = value
    path.write_bytes(bytes(content))
    return path


@pytest.mark.parametrize(
    ("mark", "offset", "value"),
    [
        # The list of sheets is sound, and a sheet's own entry of the archive is not.
        (b"xl/worksheets/sheet1.xml", -30, 0),
        (b"xl/worksheets/sheet1.xml", 40, 255),
        # The archive says it is of a version nobody knows.
        (b"PK\x01\x02", 6, 193),
    ],
)
def test_a_workbook_damaged_deep_inside_cannot_be_read(
    tmp_path: Path, mark: bytes, offset: int, value: int
) -> None:
    told = refused(_damaged(tmp_path / "书.xlsx", mark, offset, value))
    assert "the workbook cannot be opened: it is damaged or has a password" in told
