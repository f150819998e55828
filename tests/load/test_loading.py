"""Rows and values refused: counted, placed, masked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from .office import HEADER, Office, said

OTHER = """
source: cases
files: "*.csv"
exported_on: 2024-12-31
rows: {keep: "单位 = '甲' and 编号 is not null"}
tables:
  cases:
    case_id: {columns: [编号, 序号], join: "-"}
    person: {column: 当事人, pseudonym: id_number}
    filed_on: 立案
    举报人: {column: 举报人, drop: true}
"""


def test_bad_values_are_unread_and_bad_keys_reject_the_row(office: Office) -> None:
    file = office.write(
        "案件.csv", HEADER + "A1,2024-02-30,不详,X,1e9\n,2024-05-01,,在办,1\nA3,2024-05-01,2023-01-01,在办,\n"
    )
    result = office.bring(file)
    assert (result.n_in, result.n_loaded, result.n_rejected, result.n_unread) == (3, 2, 1, 4)
    assert office.rows("case_id, filed_on, closed_on, status, amount, _file, _line, _unread") == [
        ("A1", None, None, None, None, "案件.csv", 2, ["filed_on", "closed_on", "status", "amount"]),
        # Closed before filed is no business of the import: both are days.
        ("A3", date(2024, 5, 1), date(2023, 1, 1), "OPEN", None, "案件.csv", 4, []),
    ]
    words = ("file", "line", "source", "table", "column", "value", "whole_row")
    assert [tuple(one[word] for word in words) for one in office.rejects()] == [
        ("案件.csv", "2", "cases", "cases", "amount", "1e9", "no"),
        ("案件.csv", "2", "cases", "cases", "closed_on", "不详", "no"),
        ("案件.csv", "2", "cases", "cases", "filed_on", "2024-02-30", "no"),
        ("案件.csv", "2", "cases", "cases", "status", "X", "no"),
        ("案件.csv", "3", "cases", "cases", "case_id", "", "yes"),
    ]
    assert [one["why"].split(" / ")[1] for one in office.rejects()] == [
        "not a number", "not a date, or no such day", "not a date, or no such day", "unknown code",
        "a required column is empty",
    ]  # fmt: skip
    assert result.rejects[0].value == "1e9"


def test_a_filter_leaves_rows_out_and_they_are_counted(office: Office) -> None:
    office.use(OTHER)
    file = office.write(
        "a.csv",
        "编号,序号,单位,当事人,立案,举报人\nA,1,甲,12x,20240501,王某\n"
        "B,1,乙,,,\n ,1,甲,,,\nC,,甲,,,\nD,1,甲,1,2\n",
    )
    result = office.bring(file)
    assert (result.n_in, result.n_loaded, result.n_rejected, result.n_left_out) == (5, 1, 2, 2)
    assert office.rows("case_id, filed_on, length(person)") == [("A-1", date(2024, 5, 1), 64)]
    assert [(one["line"], one["column"]) for one in office.rejects()] == [("5", "case_id"), ("6", "")]


def test_a_filter_that_names_no_column_is_refused(office: Office) -> None:
    office.use(OTHER.replace("单位 =", "部门 ="))
    file = office.write("a.csv", "编号,序号,单位,当事人,立案,举报人\nA,1,甲,12x,20240501,\n")
    assert said(office.refused(file)) == ["cases.yaml:5 JR270 no column '部门' in the file"]


def test_values_of_people_are_masked_among_the_rejects(office: Office) -> None:
    office.use(
        "source: cases\nfiles: '*.csv'\nexported_on: 2024-12-31\n"
        "tables: {cases: {case_id: 编号, person: {column: 人, codes: {甲: 某甲}}}}\n"
    )
    office.bring(office.write("a.csv", "编号,人\nA,张三丰\n"))
    assert [(one["column"], one["value"]) for one in office.rejects()] == [("person", "＊＊＊")]
    for path in office.into.iterdir():
        assert "张三丰".encode() not in path.read_bytes()


def test_nothing_of_a_dropped_column_is_kept(office: Office) -> None:
    office.use(OTHER)
    office.bring(
        office.write("a.csv", "编号,序号,单位,当事人,立案,举报人\nA,1,甲,239901199,20240501,王小明\n")
    )
    for path in office.into.iterdir():
        for secret in ("王小明", "239901199"):
            assert secret.encode() not in path.read_bytes(), path


def test_several_tables_are_filled_from_one_row(office: Office) -> None:
    from .office import DICTIONARY, dictionary

    office.dictionary = dictionary(
        DICTIONARY
        + "  units:\n    label: 单位\n    key: line\n"
        + "    columns: {unit: {label: 名, type: text, nullable: false}}\n"
    )
    office.use(
        "source: cases\nfiles: '*.csv'\nexported_on: 2024-12-31\n"
        "tables: {cases: {case_id: 编号}, units: {unit: 单位}}\n"
    )
    result = office.bring(office.write("a.csv", "编号,单位\nA,甲\nA,甲\nB,\n,\n,乙\n"))
    # A row is loaded if any table takes it; the blank one is no row.
    assert (result.n_in, result.n_loaded, result.n_rejected) == (4, 4, 0)
    assert office.rows("case_id, _line") == [("A", 2), ("B", 4)]
    assert office.rows("unit, _line", "units") == [("甲", 2), ("甲", 3), ("乙", 6)]
    assert [(one["line"], one["table"]) for one in office.rejects()] == [
        ("3", "cases"),
        ("4", "units"),
        ("6", "cases"),
    ]


@pytest.mark.parametrize(
    ("said_on", "name", "rows", "day"),
    [
        ("exported_on: 2024-11-30", "a.csv", "A,\n", "2024-11-30"),
        ('exported_on: {from_file_name: "_(\\\\d{8})"}', "a_20241130.csv", "A,\n", "2024-11-30"),
        ('exported_on: {from_file_name: "_(.*)[.]"}', "a_2024年11月30日.csv", "A,\n", "2024-11-30"),
        ("exported_on: {column: 导出}", "a.csv", "A,2024/11/29\nB,\nC,2024-11-30 08:00\n", "2024-11-30"),
    ],
)
def test_the_day_of_export_is_found(office: Office, said_on: str, name: str, rows: str, day: str) -> None:
    office.use(f"source: cases\nfiles: '*.csv'\n{said_on}\ntables: {{cases: {{case_id: 编号}}}}\n")
    office.bring(office.write(name, "编号,导出\n" + rows))
    assert str(office.rows("_cut_off")[0][0]) == day
    assert office.manifest()["cut_off"] == day
    office.bring(office.write(name, "编号,导出\n" + rows), exported_on=date(2024, 12, 1))
    assert office.manifest()["cut_off"] == "2024-12-01"


@pytest.mark.parametrize(
    ("said_on", "what"),
    [
        ("", "the day of export is not known"),
        (
            'exported_on: {from_file_name: "_([0-9]{8})"}',
            "the file's name does not hold the day it was exported",
        ),
        ("exported_on: {column: 导出}", "column '导出' holds no day of export"),
    ],
)
def test_without_a_day_of_export_nothing_is_imported(office: Office, said_on: str, what: str) -> None:
    office.use(f"source: cases\nfiles: '*.csv'\n{said_on}\ntables: {{cases: {{case_id: 编号}}}}\n")
    assert said(office.refused(office.write("a.csv", "编号,导出\nA,\n"))) == [f"a.csv:1 JR117 {what}"]


def test_columns_not_used_are_noted(office: Office) -> None:
    office.bring(office.write("案件.csv", HEADER.replace("\n", ",备注\n") + "A1,2024-05-01,,在办,1,x\n"))
    assert office.manifest()["sources"][0]["files"][0]["notes"] == [
        {"zh": "未用的列：备注", "en": "columns not used: 备注"}
    ]


def test_numbers_keep_their_exact_value(office: Office) -> None:
    office.bring(office.write("案件.csv", HEADER + 'A1,,,,"12,345,678,901,234.5678"\n'))
    assert office.rows("amount") == [(Decimal("12345678901234.5678"),)]
