"""One kind of rows from every format."""

from __future__ import annotations

import contextlib
import io
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from jointsup_rules.problems import ProblemsError

from .office import HEADER, Office

ROWS = [("A1", "2024-05-01", "", "在办", "1.5"), ("A2", "2024年5月2日", "2024/6/1", "已结", "1,000")]
STORED = [
    ("A1", date(2024, 5, 1), None, "OPEN", Decimal("1.5000")),
    ("A2", date(2024, 5, 2), date(2024, 6, 1), "CLOSED", Decimal("1000.0000")),
]
COLUMNS = HEADER.strip().split(",")


def delimited(delimiter: str, encoding: str, quote: str = '"') -> bytes:
    lines = [COLUMNS, *ROWS]
    return "\n".join(delimiter.join(f"{quote}{cell}{quote}" for cell in line) for line in lines).encode(
        encoding
    )


def workbook() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, COLUMNS)
    sheet.write_row(1, 0, ROWS[0])
    sheet.write_row(2, 0, ["A2", 45414, "", "已结", 1000])
    sheet.write_datetime(2, 2, datetime(2024, 6, 1), day)
    book.close()
    return out.getvalue()


def parquet_file() -> bytes:
    out = io.BytesIO()
    parquet.write_table(pa.table(dict(zip(COLUMNS, map(list, zip(*ROWS, strict=True)), strict=True))), out)
    return out.getvalue()


def json_lines() -> bytes:
    import json

    records = [dict(zip(COLUMNS, row, strict=True)) for row in ROWS]
    return "\n".join(json.dumps(record, ensure_ascii=False) for record in records).encode()


def zipped(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


FORMATS = {
    "案件.csv": delimited(",", "utf-8"),
    "案件 BOM.csv": delimited(",", "utf-8-sig"),
    "案件 GB.csv": delimited(",", "gb18030"),
    "案件 16.csv": delimited(";", "utf-16"),
    "案件 管.csv": delimited("|", "utf-8"),
    "案件.tsv": delimited("\t", "gb18030"),
    "案件.xlsx": workbook(),
    "案件.parquet": parquet_file(),
    "案件.jsonl": json_lines(),
    "案件.zip": zipped("in/案件.csv", delimited(",", "gb18030")),
    "案件2.zip": zipped("案件.xlsx", workbook()),
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_brings_the_same_rows(office: Office, name: str) -> None:
    result = office.bring(office.write(name, FORMATS[name]))
    assert office.rows("case_id, filed_on, closed_on, status, amount") == STORED
    assert (result.n_in, result.n_loaded, result.n_rejected) == (2, 2, 0)


def test_a_format_the_source_names_stands_before_the_ending(office: Office) -> None:
    office.use(
        "source: cases\nfiles: '*.dat'\nformat: tsv\nencoding: gb18030\nexported_on: 2024-12-31\n"
        "tables: {cases: {case_id: 编号, filed_on: 立案日期}}\n"
    )
    office.bring(office.write("x.dat", "编号\t立案日期\tA,B;C\nA1\t20240501\t\n", "gb18030"))
    assert office.rows("case_id, filed_on") == [("A1", date(2024, 5, 1))]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(FORMATS)), st.data())
def test_a_file_damaged_anywhere_is_refused_or_accounted_for(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    content = bytearray(FORMATS[name])
    for _ in range(data.draw(st.integers(0, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    del content[data.draw(st.integers(1, len(content))) :]
    office = Office(tmp_path_factory.mktemp("damaged"))
    result = None
    with contextlib.suppress(ProblemsError):
        result = office.bring(office.write(name, bytes(content)))
    assert office.into.exists() == (result is not None)
    if result is not None:
        assert result.n_in == result.n_loaded + result.n_rejected + result.n_left_out


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["csv", "tsv", "xlsx", "xls", "parquet", "jsonl", "zip"]))
def test_any_bytes_are_refused_or_accounted_for(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, suffix: str
) -> None:
    office = Office(tmp_path_factory.mktemp("bytes"))
    with contextlib.suppress(ProblemsError):
        office.bring(office.write(f"案件.{suffix}", content))
