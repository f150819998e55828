"""A source is held to the dictionary."""

from __future__ import annotations

import pytest

from jointsup_rules.load.yaml import read_yaml
from jointsup_rules.model.dictionary import read_dictionary
from jointsup_rules.model.source import read_source

from .test_dictionary import TEXT as DICTIONARY
from .test_source import TEXT


def told(text: str) -> list[str]:
    known, _ = read_dictionary(read_yaml(DICTIONARY, "d"))
    assert known is not None
    _, problems = read_source(read_yaml(text, "f"), known)
    return [f"{one.code} {one.what.en}" for one in problems]


@pytest.mark.parametrize(
    ("right", "wrong", "expected"),
    [
        ("  case_event:\n", "  case_evnt:\n", "JR217 no table 'case_evnt' in the dictionary"),
        ("    handler:", "    handlr:", "JR203 no column 'handlr' in table 'case_main'"),
        (
            "    case_id: {columns",
            "    victim: {columns",
            "JR228 required column 'case_id' is not mapped, so that every row would be rejected",
        ),
        ("{column: 承办人, pseudonym", "{colum: 承办人, pseudonym", "JR201 unknown key 'colum'"),
        (
            "{column: 承办人,",
            "{column: 承办人, constant: x,",
            "JR227 one of column, columns and constant is needed",
        ),
        ("{constant: A}", "{dates: auto}", "JR227 one of column, columns and constant is needed"),
        ("{constant: A}", "{constant: C}", "JR205 no code 'C' in column 'event_type'"),
        ("在办: OPEN", "在办: OPN", "JR205 no code 'OPN' in column 'case_status'"),
        (
            "{column: 承办人, pseudonym: handler}",
            "{column: 承办人, dates: auto, last_day: true}",
            "JR224 'last_day' is for columns of type date, 'handler' is text",
        ),
        (
            "last_day: true",
            "pseudonym: x",
            "JR224 'pseudonym' is for columns of type text, 'close_date' is date",
        ),
        (
            "last_day: true",
            "numbers: '1.234,56'",
            "JR224 'numbers' is for columns of type integer / decimal, 'close_date' is date",
        ),
        (
            "pseudonym: handler",
            "dates: '%Y'",
            "JR224 'dates' is for columns of type date / timestamp, 'handler' is text",
        ),
        ('"%Y-%m-%d", auto', '"%Y-%Q"', "JR227 the date format '%Y-%Q' cannot be read"),
        ('"%Y-%m-%d", auto', "YYYY-MM-DD", "JR227 the date format 'YYYY-MM-DD' cannot be read"),
        ('"([0-9]{8})"', '"[0-9]{8}"', "JR227 the pattern needs one group, around the day"),
        ('"([0-9]{8})"', '"([0-9]{8}"', "JR227 the pattern cannot be read"),
        ('"([0-9]{8})"', '"(?<=_)([0-9]{8})"', "JR227 the pattern looks around itself or back"),
        (
            '{from_file_name: "([0-9]{8})"}',
            "{from_file_name: '(x)', column: y}",
            "JR227 exported_on is given in more than one way",
        ),
        (
            '{from_file_name: "([0-9]{8})"}',
            "soon",
            "JR204 'exported_on' must be a day such as 2024-05-01, found the text 'soon'",
        ),
        ('"案件*.{csv,xlsx}"', '"in/案件*.csv"', "JR227 the file pattern 'in/案件*.csv' cannot be read"),
        ('"案件*.{csv,xlsx}"', '"案件*.{csv"', "JR227 the file pattern '案件*.{csv' cannot be read"),
        ("source: police-cases", "source: ../x", "JR223 '../x' cannot name a source"),
        ("encoding: GB18030", "encoding: utf-7", "JR205 no encoding 'utf-7'"),
        ("header_row: 2", "header_row: 0", "JR206 'header_row': must be at least 1, found the number 0"),
        (
            '"单位 is not null"',
            '"单位 is nul"',
            "JR270 expected null, true, false or distinct from, found 'nul'",
        ),
        ('"单位 is not null"', '"days_between(a, b) > 1"', "JR270 'days_between' cannot be used here"),
        ("    case_id: {columns: [案件编号, 序号]", "    case_id: {columns: []", "JR206 columns is empty"),
        (
            "{columns: [案件编号, 序号], join",
            "{column: x, drop: true, join",
            "JR227 required column 'case_id' cannot be dropped",
        ),
    ],
)
def test_a_wrong_word_is_told_and_only_it(right: str, wrong: str, expected: str) -> None:
    assert right in TEXT
    assert told(TEXT.replace(right, wrong, 1)) == [expected]


def test_all_is_told_at_once() -> None:
    text = (
        TEXT.replace("在办: OPEN", "在办: X")
        .replace("handler:", "handlr:", 1)
        .replace("  case_event:", "  x:")
    )
    assert len(told(text)) == 3


def test_what_must_not_be_kept_need_not_be_in_the_dictionary() -> None:
    assert told(TEXT) == []
    assert told(TEXT.replace("drop: true", "drop: false")) == [
        "JR203 no column '举报人' in table 'case_main'"
    ]
