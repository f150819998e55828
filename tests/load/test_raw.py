"""Which column of a header a source means."""

from __future__ import annotations

import doctest

from jointsup_rules.load import raw
from jointsup_rules.load.raw import find_columns

from .office import HEADER, Office, said


def test_a_column_is_found_by_its_exact_name_first() -> None:
    assert find_columns(["a", "A", " b\n(x)"], ["A", "b（x）"]) == {"A": 1, "b（x）": 2}


def test_a_column_that_is_there_twice_is_not_found() -> None:
    assert find_columns(["a", "a", "B", "b "], ["a", "B"]) == {"B": 2}
    assert find_columns(["A", "a"], ["ａ"]) == {}


def test_a_renamed_column_is_refused_with_the_nearest_name(office: Office) -> None:
    file = office.write("案件.csv", HEADER.replace("结案日期", "结案时间") + "A1,2024-05-01,,在办,1\n")
    (problem,) = office.refused(file)
    assert said([problem]) == ["案件.csv:1 JR113 no column '结案日期'"]
    assert problem.fix.en == "did you mean '结案时间'? (the source names it at datasets/sources/cases.yaml:9)"


def test_every_missing_column_is_told_at_once(office: Office) -> None:
    assert len(office.refused(office.write("案件.csv", "甲,乙\n1,2\n"))) == 5


def test_a_column_that_is_there_twice_is_refused(office: Office) -> None:
    file = office.write("案件.csv", HEADER.replace("\n", ",金额\n") + "A1,2024-05-01,,在办,1,2\n")
    assert said(office.refused(file)) == ["案件.csv:1 JR113 column '金额' is there 2 times"]


def test_a_header_in_the_second_row_is_refused_and_named(office: Office) -> None:
    file = office.write("案件.csv", "案件清单\n" + HEADER.replace(",", "\t") + "A1\t2024-05-01\t\t在办\t1\n")
    (problem,) = office.refused(file)
    assert said([problem]) == ["案件.csv:2 JR113 the header is in row 2, not in row 1"]
    assert problem.fix.en == "write header_row: 2 in the source"


def test_a_header_above_where_it_was_said_to_be_is_named(office: Office) -> None:
    office.use(
        "source: cases\nfiles: '*.csv'\nheader_row: 2\nexported_on: 2024-12-31\n"
        "tables: {cases: {case_id: 编号, amount: 金额}}\n"
    )
    file = office.write("案件.csv", HEADER + "A1,2024-05-01,,在办,1\n")
    assert said(office.refused(file)) == ["案件.csv:1 JR113 the header is in row 1, not in row 2"]


def test_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(raw).failed == 0
