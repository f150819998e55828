"""Every name in a dictionary leads somewhere, or is told with the nearest that does."""

from __future__ import annotations

import pytest

from jointsup_rules.load.yaml import read_yaml
from jointsup_rules.model.dictionary import read_dictionary

from .test_dictionary import TEXT


def told(text: str) -> list[str]:
    _, problems = read_dictionary(read_yaml(text, "f"))
    return [f"{one.code} {one.what.en}" for one in problems]


@pytest.mark.parametrize(
    ("right", "wrong", "expected"),
    [
        ("Asia/Shanghai", "Asia/Shanghia", "JR205 no time zone 'Asia/Shanghia'"),
        ("key: [case_id]", "key: [caseid]", "JR203 no column 'caseid' in table 'case_main'"),
        ("key: [case_id]", "key: [案件内码]", "JR203 write the column's name here, not its label '案件内码'"),
        (
            "known: accept_date",
            "known: case_status",
            "JR224 column 'case_status' must be of type date / timestamp, found code",
        ),
        ("cluster: case_id", "cluster: case", "JR203 no column 'case' in table 'case_event'"),
        ("on: event_date}", "on: event_day}", "JR203 no column 'event_day' in table 'case_event'"),
        (
            "type: event_type,",
            "type: event_date,",
            "JR224 column 'event_date' must be of type code / text, found date",
        ),
        ("before: OPEN", "before: OPN", "JR205 'OPN' is no code of this column"),
        (", known: close_date, before", ", before", "JR224 before without known"),
        ("known: close_date", "known: closed", "JR203 no column 'closed' in table 'case_main'"),
        ("known: close_date", "known: case_status", "JR224 a column cannot be known by itself"),
        ("type: code, codes: [A, B]", "type: text, codes: [A, B]", "JR224 codes in a column of type text"),
        ("type: code, codes: [A, B]", "type: code", "JR224 a column of type code needs codes"),
        (
            "unit_code: {label: 单位, type: text",
            "unit_code: {label: 单位, planned: true, type: text",
            "JR224 only a column of days can be planned",
        ),
        ("sensitivity: S0", "sensitivity: S3", "JR206 data of class S3 may not be imported"),
        ("{zh: 被害人}", "{zh: 承办人}", ""),
        ("label: 被害人", "label: 承办人", "JR223 'handler' and 'victim' have the same label '承办人'"),
        (
            "label: 被害人",
            "label: handler",
            "JR223 the label 'handler' of 'victim' is the name of another column",
        ),
        ("victim:", "HANDLER:", "JR223 'HANDLER' and 'handler' differ in capitals only"),
        ("victim:", "end:", "JR223 the column name 'end' is a word of expressions"),
        ("links: {table: case_link", "links: {table: case_lnk", "JR217 no table 'case_lnk'"),
        ("from: a,", "from: x,", "JR203 no column 'x' in table 'case_link'"),
        (
            "score: score}",
            "score: kind}",
            "JR224 column 'kind' must be of type integer / decimal, found code",
        ),
        ("rows_of: case_main", "rows_of: casemain", "JR217 no table 'casemain'"),
        (
            "rows_of: case_main",
            "rows_of: case_link",
            "JR225 table 'case_link' has no key and cannot be a subject",
        ),
        ("handler: handler}", "handler: handlr}", "JR203 no column 'handlr' in subject 'case'"),
        ("handler: handler}", "handler: events.officer}", "JR225 relation 'events' is not one: true"),
        ("handler: handler}", "handler: evnts.officer}", "JR217 no relation 'evnts' in subject 'case'"),
        ("{table: case_event, match", "{table: case_evnt, match", "JR217 no table 'case_evnt'"),
        ("{table: case_event, match", "{subject: case_evnt, match", "JR217 no subject 'case_evnt'"),
        (
            "match: {case_id: case_id}",
            "match: {caseid: case_id}",
            "JR203 no column 'caseid' in table 'case_event'",
        ),
        (
            "match: {case_id: case_id}",
            "match: {case_id: caseid}",
            "JR203 no column 'caseid' in subject 'case'",
        ),
        (", side: to, min_score", ", min_score", "JR202 a link needs its side"),
        ("link: GA_JC", "link: GA_FY", "JR205 no kind of link 'GA_FY'"),
        (
            "onward: {subject: case, link: GA_JC",
            "onward: {subject: case_event, link: GA_JC",
            "JR225 'case_event' has no key of one column to link by",
        ),
        (
            "onward: {subject: case, link: GA_JC, side: to, min_score: 0.9}",
            "onward: {subject: case}",
            "JR202 a relation needs either match or link",
        ),
        ("min_score: 0.9", "min_score: 1.1", "JR206 'min_score': must be at most 1, found the number 1.1"),
        (
            "case_main: {who: handler}",
            "case_main: {whom: handler}",
            "JR225 every table must give the same columns: who",
        ),
        (
            "case_main: {who: handler}",
            "case_main: {who: accept_date}",
            "JR224 'who' is text in one table and date here",
        ),
        ("same: [case_id]", "same: [case]", "JR203 no column 'case' in table 'case_event'"),
        ("  place:\n", "  case_event:\n", "JR223 table 'case_event' already is a subject of this name"),
        (
            "    same: []\n",
            "    same: []\n    rows_of: case_main\n",
            "JR225 rows_of and values_of exclude each other",
        ),
        ("derived:\n  case:", "derived:\n  cas:", "JR217 no subject 'cas'"),
        ("first: event_date", "frst: event_date", "JR201 unknown key 'frst'"),
        ("first: event_date", "first: event_day", "JR203 no column 'event_day' in table 'case_event'"),
        ("first: event_date", "first: rows", "JR226 'first' needs a column"),
        (
            "{count: rows, in: events",
            "{count: rows, in: event",
            "JR217 no relation 'event' in subject 'case'",
        ),
        (
            "{count: rows, in: events",
            "{sum: officer, in: events",
            "JR224 column 'officer' must be of type integer / decimal, found text",
        ),
        ("{count: rows, in: events", "{has: officer, in: events", "JR226 'has' takes rows"),
        ("{count: rows, in: events", "{most: rows, in: events", "JR202 'most' has no key 'per'"),
        (
            "{count: rows, in: events",
            "{count: rows, max: officer, in: events",
            "JR226 a derived column has exactly one verb (first, last, nth, pick, count, sum, max, min, most,"
            " has, days, value), found: count, max",
        ),
        ("n: 2, in", "in", "JR202 'nth' has no key 'n'"),
        (", last_by: event_date", "", "JR202 'pick' needs either first_by or last_by"),
        ("last_by: event_date", "last_by: event_day", "JR203 no column 'event_day' in table 'case_event'"),
        (
            "within: [accept_date, close_date]",
            "within: [accept_date, unit_code]",
            "JR224 column 'unit_code' must be of type date / timestamp, found text",
        ),
        (
            'value: "days_between(accept_date, as_of)"',
            'value: "1", in: events',
            "JR201 'value' has no use for 'in'",
        ),
        ("first_on:", "accept_date:", "JR223 'accept_date' already is an own column"),
        ("{first: event_date, in: events", "{first: due_on, in: clocks", ""),
        (
            "{first: event_date, in: events",
            "{first: due_no, in: clocks",
            "JR203 no column 'due_no' in clocks",
        ),
    ],
)
def test_a_wrong_name_is_told_and_only_it(right: str, wrong: str, expected: str) -> None:
    assert right in TEXT or expected == ""
    found = told(TEXT.replace(right, wrong, 1))
    assert found == ([expected] if expected else [])


def test_all_is_told_at_once() -> None:
    text = TEXT
    for right, wrong in (
        ("key: [case_id]", "key: [x]"),
        ("rows_of: case_main", "rows_of: y"),
        ("in: events", "in: z"),
    ):
        text = text.replace(right, wrong, 1)
    assert len(told(text)) >= 3


def test_a_problem_has_its_place_and_the_nearest_word() -> None:
    _, problems = read_dictionary(
        read_yaml(TEXT.replace("first: event_date", "first: evnt_date"), "datasets/d.yaml")
    )
    (problem,) = problems
    line = TEXT.split("\n").index("    first_on: {first: event_date, in: events, label: {zh: 首日}}") + 1
    assert (problem.place.line, problem.place.column) == (line, 23)
    assert problem.fix.en == "did you mean 'event_date'?"
    assert problem.excerpt.strip().startswith("first_on:")


def test_a_warning_leaves_the_dictionary() -> None:
    found, problems = read_dictionary(read_yaml(TEXT.replace("label: 被害人", "label: 承办人"), "f"))
    assert found is not None
    assert [one.severity for one in problems] == ["warning"]
    assert found.tables["case_main"].column_named("承办人") is None


def test_changes_and_held_are_looked_up_as_well() -> None:
    text = TEXT + (
        "changes: {table: case_event, kind: event_type, reason: event_type, from: event_date, until: officer,"
        " level: event_type, levels: [A, C]}\nheld: {table: case_event, person: officer, case: x,"
        " from: event_date, until: recorded_on}\n"
    )
    assert told(text) == [
        "JR224 column 'officer' must be of type date / timestamp, found text",
        "JR205 'C' is no code of column 'event_type'",
        "JR203 no column 'x' in table 'case_event'",
    ]
