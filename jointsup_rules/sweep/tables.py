"""Clue lists for people: parquet in, CSV and XLSX out, for Excel and WPS.

Cells that a spreadsheet would take for a formula are made plain text. The same clues give the same bytes.
"""

from __future__ import annotations

import csv
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

# A workbook of more rows opens slowly everywhere; the CSV beside it holds them all.
XLSX_ROWS = 100_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_HEADINGS = {
    "clue_id": "线索编号 clue_id", "rule_id": "规则 rule_id", "rule_version": "版本 rule_version", "title": "规则名称 title",
    "severity": "严重度 severity", "grade": "处置等级 grade", "state": "状态 state", "subject": "对象 subject",
    "subject_key": "对象键 subject_key", "case_no": "案号 case_no", "unit": "单位 unit", "handler": "承办人 handler",
    "measure": "数值 measure", "measure_unit": "数值单位 measure_unit", "confidence": "关联评分 confidence",
    "started_on": "起算日 started_on", "due_on": "届满日 due_on", "ended_on": "办结日 ended_on",
    "over_days": "超过天数 over_days", "reason_zh": "说明 reason_zh", "reason_en": "reason_en", "law": "法律依据 law",
    "exception_id": "例外 exception_id", "first_seen_on": "首次发现 first_seen_on",
    "last_seen_on": "最近发现 last_seen_on", "times_seen": "发现次数 times_seen",
    "priority": "优先程度 priority", "route": "分流去向 route", "dossier_id": "案卷 dossier_id",
}  # fmt: skip
_WIDTHS = {
    "reason_zh": 70,
    "reason_en": 40,
    "title": 28,
    "law": 40,
    "case_no": 26,
    "subject_key": 24,
    "clue_id": 24,
}


def plain_cell(value: Any) -> Any:
    """Return a value as a cell that no spreadsheet runs as a formula."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _rows(clues: str, where: str) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
    import duckdb

    connection = duckdb.connect(":memory:", config={"threads": 1})
    answer = connection.execute(f"SELECT * FROM ({clues}) WHERE {where}")
    names = [column[0] for column in answer.description]

    def walk() -> Iterator[tuple[Any, ...]]:
        try:
            while rows := answer.fetchmany(10_000):
                yield from rows
        finally:
            connection.close()

    return names, walk()


def write_csv(clues: str, where: str, path: Path) -> None:
    """Write the clues of a query of ours for which a condition holds, as UTF-8 with BOM."""
    names, rows = _rows(clues, where)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        for row in rows:
            writer.writerow(["" if value is None else plain_cell(value) for value in row])


def write_xlsx(clues: str, where: str, path: Path) -> int:
    """Write the same clues as a workbook; return how many did not fit and are in the CSV alone."""
    import xlsxwriter

    names, rows = _rows(clues, where)
    workbook = xlsxwriter.Workbook(
        path, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    workbook.set_properties({"title": "线索清单", "created": datetime(2000, 1, 1)})
    head = workbook.add_format({"bold": True, "bg_color": "#E8ECF1", "text_wrap": True, "valign": "top"})
    day = workbook.add_format({"num_format": "yyyy-mm-dd"})
    sheet = workbook.add_worksheet("线索")
    sheet.freeze_panes(1, 1)
    for column, name in enumerate(names):
        sheet.set_column(column, column, _WIDTHS.get(name, 13))
        sheet.write_string(0, column, _HEADINGS.get(name, name), head)
    n_left = 0
    last = 0
    for number, row in enumerate(rows, 1):
        if number > XLSX_ROWS:
            n_left += 1
            continue
        last = number
        for column, value in enumerate(row):
            cell = plain_cell(value)
            if cell is None:
                continue
            if isinstance(cell, date):
                sheet.write_datetime(number, column, datetime(cell.year, cell.month, cell.day), day)
            elif isinstance(cell, int | float):
                sheet.write_number(number, column, cell)
            else:
                sheet.write_string(number, column, str(cell)[:32_000])
    sheet.autofilter(0, 0, max(last, 1), len(names) - 1)
    if n_left:
        note = workbook.add_worksheet("说明")
        note.write_string(0, 0, f"本表只列前 {XLSX_ROWS} 条，其余 {n_left} 条见 clues.csv。")
        note.write_string(
            1, 0, f"This workbook holds the first {XLSX_ROWS} clues; {n_left} more are in clues.csv."
        )
    workbook.close()
    return n_left
