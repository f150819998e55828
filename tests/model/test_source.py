"""A source as values."""

from __future__ import annotations

import doctest
from datetime import date

import pytest

from jointsup_rules.load.yaml import read_yaml
from jointsup_rules.model import source_parts
from jointsup_rules.model.dictionary import Dictionary, read_dictionary
from jointsup_rules.model.source import Source, read_source
from jointsup_rules.problems import ProblemsError, Text

from .test_dictionary import TEXT as DICTIONARY

TEXT = """
source: police-cases
agency: {zh: 公安机关, en: police}
files: "案件*.{csv,xlsx}"
header_row: 2
sheet: 1
empty: ["NA", "/"]
encoding: GB18030
exported_on: {from_file_name: "([0-9]{8})"}
rows: {keep: "单位 is not null"}
tables:
  case_main:
    case_id: {columns: [案件编号, 序号], join: "-"}
    unit_code: {constant: 230800000000}
    accept_date: {column: 受理日期, dates: ["%Y-%m-%d", auto]}
    close_date: {column: 结案日期, last_day: true}
    case_status: {column: 状态, codes: {在办: OPEN, 无: null, 1: CLOSED}}
    handler: {column: 承办人, pseudonym: handler}
    举报人: {column: 举报人, drop: true}
  case_event:
    case_id: 案件编号
    event_type: {constant: A}
"""


@pytest.fixture(name="known", scope="module")
def _known() -> Dictionary:
    found, problems = read_dictionary(read_yaml(DICTIONARY, "datasets/dictionary.yaml"))
    assert found is not None, problems
    return found


@pytest.fixture(name="source", scope="module")
def _source(known: Dictionary) -> Source:
    found, problems = read_source(read_yaml(TEXT, "datasets/sources/police.yaml"), known)
    assert found is not None, problems
    return found


def test_the_head_says_which_files_and_how_they_are_read(source: Source) -> None:
    assert (source.name, source.agency) == ("police-cases", Text("公安机关", "police"))
    assert (source.header_row, source.sheet, source.encoding, source.format) == (2, "1", "gb18030", "auto")
    assert source.empty == ("NA", "/")
    assert source.exported_on.from_file_name == "([0-9]{8})"


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("案件2024.csv", True),
        ("案件.xlsx", True),
        ("案件.xls", False),
        ("x案件.csv", False),
        ("案件.csv.zip", False),
    ],
)
def test_a_pattern_fits_file_names(source: Source, name: str, fits: bool) -> None:
    assert source.is_for(name) is fits


def test_a_name_written_in_parts_is_the_same_name(known: Dictionary) -> None:
    text = "source: a\nfiles: 'é*.csv'\ntables: {case_event: {case_id: x}}\n"
    found, _ = read_source(read_yaml(text, "f"), known)
    assert found is not None
    assert found.is_for("e\u0301 1.csv")


def test_columns_say_where_they_come_from(source: Source) -> None:
    columns = source.tables["case_main"]
    assert columns["case_id"].raw_columns == ("案件编号", "序号")
    assert columns["unit_code"].constant == "230800000000"
    assert columns["accept_date"].dates == ("%Y-%m-%d", "auto")
    assert columns["case_status"].codes == {"在办": "OPEN", "无": None, "1": "CLOSED"}
    assert source.tables["case_event"]["case_id"].raw_columns == ("案件编号",)


def test_a_column_knows_its_place(source: Source) -> None:
    place = source.document.place(source.tables["case_main"]["handler"].loc, key=True)
    assert place.line == TEXT.split("\n").index("    handler: {column: 承办人, pseudonym: handler}") + 1


def test_the_filter_works_on_the_header_of_a_file(source: Source) -> None:
    keep = source.row_filter(["a", "单位"])
    assert keep is not None
    assert [keep(row) for row in (["x", "甲"], ["x", " "], ["x", "NA"])] == [True, False, False]
    with pytest.raises(ProblemsError) as raised:
        source.row_filter(["a"])
    (problem,) = raised.value.problems
    assert (problem.place.column, problem.what.en) == (15, "no column '单位' in the file")


def test_a_fixed_day_is_a_day(known: Dictionary) -> None:
    text = "source: a\nexported_on: 2024-12-31\ntables: {case_event: {case_id: x}}\n"
    found, _ = read_source(read_yaml(text, "f"), known)
    assert found is not None
    assert found.exported_on.day == date(2024, 12, 31)
    assert found.agency == Text("a")


@pytest.mark.parametrize(
    "text", ["", "x", "tables: 1", "tables: {t: 1}", "tables: {case_main: {a: 1}}", "source: a"]
)
def test_any_wrong_shape_is_a_problem_and_no_exception(known: Dictionary, text: str) -> None:
    found, problems = read_source(read_yaml(text, "f"), known)
    assert (found, bool(problems)) == (None, True)


def test_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(source_parts).failed == 0
