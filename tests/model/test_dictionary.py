"""The dictionary as values: tables, subjects, relations and derived columns."""

from __future__ import annotations

import pytest

from jointsup_rules.load.yaml import read_yaml
from jointsup_rules.model.dictionary import LINE_KEY, Dictionary, read_dictionary
from jointsup_rules.problems import Text

TEXT = """
timezone: Asia/Shanghai
tables:
  case_main:
    label: {zh: 案件主表, en: cases}
    key: [case_id]
    known: accept_date
    columns:
      case_id: {label: {zh: 案件内码}, type: text, nullable: false, sensitivity: S0}
      unit_code: {label: 单位, type: text, nullable: no}
      accept_date: {label: {zh: 受理日, en: accepted on}, type: date}
      close_date: {label: {zh: 结案日}, type: date, empty: not_yet}
      case_status:
        {label: 状态, type: code, codes: {OPEN: 在办, CLOSED: 已结, OTHER: }, known: close_date, before: OPEN}
      handler: {label: 承办人, type: text, sensitivity: S2, mask: short}
      victim: {label: 被害人, type: text, sensitivity: S2}
  case_event:
    label: 事件
    key: line
    cluster: case_id
    known: [recorded_on, event_date]
    events: {type: event_type, on: event_date}
    columns:
      case_id: {label: 案件, type: text}
      event_type: {label: 类型, type: code, codes: [A, B]}
      event_date: {label: 日期, type: date}
      recorded_on: {label: 录入, type: date}
      officer: {label: 经办, type: text}
      region: {label: 地区, type: text}
  case_link:
    label: 关联
    columns:
      a: {label: 甲, type: text}
      b: {label: 乙, type: text}
      kind: {label: 类, type: code, codes: {GA_JC: 移送, REMAND: 发回}}
      score: {label: 分, type: decimal}
links: {table: case_link, from: a, to: b, kind: kind, score: score}
subjects:
  case:
    rows_of: case_main
    show: {case_no: case_id, unit: unit_code, handler: handler}
    related:
      events: {table: case_event, match: {case_id: case_id}, when: "event_type = 'A'"}
      onward: {subject: case, link: GA_JC, side: to, min_score: 0.9}
      again: {subject: case, link: [REMAND, REMAND], side: to}
  officer:
    values_of:
      case_event: {who: officer, when: "officer is not null"}
      case_main: {who: handler}
    same: []
  place:
    values_of: {case_event: {where: region}}
    when: "event_date is not null"
    same: [case_id]
derived:
  case:
    first_on: {first: event_date, in: events, label: {zh: 首日}}
    n_events: {count: rows, in: events, when: "event_type = 'B'"}
    age: {value: "days_between(accept_date, as_of)"}
    open_days: {days: [event_date, recorded_on], in: events, within: [accept_date, close_date]}
    second: {nth: event_date, n: 2, in: events}
    who: {pick: officer, in: events, last_by: event_date}
"""


@pytest.fixture(name="known", scope="module")
def _known() -> Dictionary:
    found, problems = read_dictionary(read_yaml(TEXT, "datasets/dictionary.yaml"))
    assert found is not None, problems
    assert problems == ()
    return found


def test_tables_know_their_keys_and_required_columns(known: Dictionary) -> None:
    cases, events = known.tables["case_main"], known.tables["case_event"]
    assert (cases.key_columns, events.key_columns, known.tables["case_link"].key_columns) == (
        ("case_id",),
        LINE_KEY,
        (),
    )
    assert cases.required == {"case_id", "unit_code"}
    assert events.required == frozenset()
    assert (cases.known, events.known, events.cluster) == (
        ("accept_date",),
        ("recorded_on", "event_date"),
        ("case_id",),
    )
    assert events.events is not None
    assert (events.events.type, events.events.on, events.events.tie) == ("event_type", "event_date", None)


def test_a_column_is_found_by_name_or_label(known: Dictionary) -> None:
    table = known.tables["case_main"]
    for word in ("accept_date", "受理日", "accepted on"):
        column = table.column_named(word)
        assert column is not None
        assert column.name == "accept_date"
    assert table.column_named("受理") is None


def test_masks_are_what_the_dictionary_says_and_hide_for_people_else(known: Dictionary) -> None:
    columns = known.tables["case_main"].columns
    assert [columns[name].mask for name in ("case_id", "unit_code", "handler", "victim")] == [
        "none", "none", "short", "hide",
    ]  # fmt: skip


def test_codes_without_a_label_are_their_own(known: Dictionary) -> None:
    assert known.tables["case_main"].columns["case_status"].codes["OTHER"] == Text("OTHER")
    assert list(known.tables["case_event"].columns["event_type"].codes) == ["A", "B"]


def test_every_table_with_a_key_is_a_subject(known: Dictionary) -> None:
    assert set(known.subjects) == {"case_main", "case_event", "case", "officer", "place"}
    assert known.subjects["case_event"].key == LINE_KEY
    assert known.subjects["case"].rows_of == known.subjects["case_main"].rows_of == "case_main"
    assert known.subjects["case"].label == Text("案件主表", "cases")


def test_a_subject_of_values_has_their_columns_under_its_names(known: Dictionary) -> None:
    officer, place = known.subjects["officer"], known.subjects["place"]
    assert (officer.rows_of, officer.key) == (None, ("who",))
    assert [(one.table, dict(one.columns), one.when) for one in officer.values_of] == [
        ("case_event", {"who": "officer"}, "officer is not null"),
        ("case_main", {"who": "handler"}, None),
    ]
    assert officer.columns["who"].label == Text("经办")
    assert list(place.columns) == ["where", "case_id"]
    assert place.values_of[0].when == "event_date is not null"


def test_expressions_keep_their_place(known: Dictionary) -> None:
    case = known.subjects["case"]
    document = known.document
    places = [
        (*case.related["events"].loc, "when"),
        (*case.derived["n_events"].loc, "when"),
        (*case.derived["age"].loc, "value"),
        known.subjects["officer"].values_of[0].when_loc,
        known.subjects["place"].values_of[0].when_loc,
    ]
    assert [document.written(loc) for loc in places] == [
        "event_type = 'A'", "event_type = 'B'", "days_between(accept_date, as_of)", "officer is not null",
        "event_date is not null",
    ]  # fmt: skip


def test_a_derived_column_has_one_verb(known: Dictionary) -> None:
    derived = known.subjects["case"].derived
    assert [(one.verb, one.of) for one in derived.values()] == [
        ("first", "event_date"), ("count", "rows"), ("value", "days_between(accept_date, as_of)"),
        ("days", ("event_date", "recorded_on")), ("nth", "event_date"), ("pick", "officer"),
    ]  # fmt: skip
    assert known.subjects["case"].derived_named("首日") is derived["first_on"]
    assert known.subjects["case"].derived_named("末日") is None


def test_relations_lead_to_a_table_or_a_subject(known: Dictionary) -> None:
    related = known.subjects["case"].related
    assert (related["events"].target, related["onward"].target) == ("case_event", "case")
    assert (related["onward"].link, related["again"].link) == (("GA_JC",), ("REMAND", "REMAND"))
    assert (related["onward"].side, related["onward"].min_score) == ("to", 0.9)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "[]",
        "tables: 1",
        "tables: {t: 1}",
        "tables: {t: {columns: {c: 1}}}",
        "subjects: 1",
        "derived: {a: 1}",
        "tables: {}\nderived: {a: {b: 1}}",
    ],
)
def test_any_wrong_shape_is_a_problem_and_no_exception(text: str) -> None:
    found, problems = read_dictionary(read_yaml(text, "f"))
    assert (found, bool(problems)) == (None, True)


def test_problems_of_the_yaml_are_among_those_told() -> None:
    found, problems = read_dictionary(read_yaml("tables: {}\ntables: {}\n", "f"))
    assert found is None
    assert [one.code for one in problems] == ["JR104"]
