"""Invented values: the same for the same, another for another, in a shape that reads as before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointsup_rules import Workspace
from jointsup_rules.authoring.disguise import (
    UNREADABLE,
    choose_ways,
    families_of,
    identifiers,
    open_disguise,
)
from jointsup_rules.compile.engine import prelude
from jointsup_rules.model.calendar import Calendar
from jointsup_rules.model.dictionary import Dictionary
from jointsup_rules.model.rule import Rule
from jointsup_rules.sweep.database import load_calendar

REPOSITORY = Path(__file__).parents[2]
_NUMBER = st.integers(min_value=1, max_value=99_999)
_COURT = st.sampled_from(["黑0811", "黑08", "辽0102", "最高法"])
_KIND = st.sampled_from(["刑初", "民终", "执", "刑更"])


@pytest.fixture(scope="module")
def book() -> tuple[Dictionary, Rule]:
    rulebook = Workspace(REPOSITORY).rulebook()
    assert rulebook.dictionary is not None
    return rulebook.dictionary, rulebook.rules["CM-06"]


@pytest.fixture(scope="module")
def normal() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database with the normal forms of numbers."""
    connection = duckdb.connect()
    load_calendar(connection, Calendar())
    for statement in prelude():
        connection.execute(statement)
    yield connection
    connection.close()


def written(year: int, court: str, kind: str, serial: int, form: int) -> str:
    """One case number in one of several ways of writing it."""
    digits = [
        str(serial),
        f"{serial:05}",
        str(serial).translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    ]
    brackets = [("（", "）"), ("(", ")"), ("〔", "〕")]
    left, right = brackets[form % 3]
    return f"{left}{year}{right}{court}{kind}{digits[form // 3 % 3]}号"


@given(
    numbers=st.lists(
        st.tuples(st.integers(2001, 2025), _COURT, _KIND, _NUMBER, st.integers(0, 8)), min_size=1, max_size=6
    )
)
def test_numbers_that_are_equal_in_normal_form_stay_so_and_others_stay_apart(
    numbers: list[tuple[int, str, str, int, int]],
    book: tuple[Dictionary, Rule],
    normal: duckdb.DuckDBPyConnection,
) -> None:
    dictionary, rule = book
    texts = [written(*one) for one in numbers]
    rows = {"case_main": tuple({"case_id": f"X{n}", "case_no": text} for n, text in enumerate(texts))}
    families = families_of(rows, dictionary)
    ways, stuck = choose_ways(families, lambda _: True)
    hidden = open_disguise(rows, rule, dictionary).apply(rows, ways)
    new = [str(row["case_no"]) for row in hidden["case_main"]]
    assert not stuck
    assert not set(new) & set(texts)

    def forms(values: list[str]) -> list[str]:
        return [normal.execute("SELECT js_case_no(?)", [value]).fetchall()[0][0] for value in values]

    before, after = forms(texts), forms(new)
    assert None not in before
    assert None not in after
    for n in range(len(texts)):
        for m in range(n):
            assert (before[n] == before[m]) == (after[n] == after[m])


def test_what_met_still_meets_and_what_could_not_be_read_stays_so(book: tuple[Dictionary, Rule]) -> None:
    dictionary, rule = book
    rows = {
        "case_main": ({"case_id": "GA1", "unit_code": "230811000000", "accept_date": UNREADABLE},),
        "coercive_measure": (
            {"measure_id": "M77", "case_id": "GA1", "person_id": "ab12", "measure_type": "DB"},
            {"measure_id": "M78", "case_id": "GA1", "person_id": "cd34", "start_date": "2024-01-31"},
        ),
        "org_unit": ({"unit_code": "230811000000", "unit_name": "某某分局"},),
    }
    disguise = open_disguise(rows, rule, dictionary)
    ways = {family: family.ways[0] for family in families_of(rows, dictionary)}
    hidden = disguise.apply(rows, ways)
    (case,), (one, other), (unit,) = hidden["case_main"], hidden["coercive_measure"], hidden["org_unit"]
    assert case["case_id"] == one["case_id"] == other["case_id"] == "C1"
    assert case["unit_code"] == unit["unit_code"] != "230811000000"
    assert (one["person_id"], other["person_id"]) == ("P1", "P2")
    assert unit["unit_name"] == "单位名称1"
    assert (case["accept_date"], one["measure_type"], other["start_date"]) == (UNREADABLE, "DB", "2024-01-31")


def test_a_way_is_weaker_only_where_the_rule_needs_it(book: tuple[Dictionary, Rule]) -> None:
    dictionary, rule = book
    rows = {"org_unit": ({"unit_code": "230811000000", "unit_name": "某某分局"},)}
    disguise = open_disguise(rows, rule, dictionary)
    families = families_of(rows, dictionary)

    def needs_a_long_code(ways: object) -> bool:
        assert isinstance(ways, dict)
        (row,) = disguise.apply(rows, ways)["org_unit"]
        return len(str(row["unit_code"])) == 12

    ways, stuck = choose_ways(families, needs_a_long_code)
    chosen = {family.columns[0][1]: way for family, way in ways.items()}
    assert (chosen, stuck) == ({"unit_code": "digits", "unit_name": "token"}, [])


def test_a_sensitive_value_that_the_rule_cannot_do_without_is_named(book: tuple[Dictionary, Rule]) -> None:
    dictionary, rule = book
    rows = {"case_main": ({"case_id": "GA1", "crime_amount": 50000},)}
    disguise = open_disguise(rows, rule, dictionary)

    def needs_the_amount(ways: object) -> bool:
        assert isinstance(ways, dict)
        (row,) = disguise.apply(rows, ways)["case_main"]
        return bool(row["crime_amount"] == 50000)

    _, stuck = choose_ways(families_of(rows, dictionary), needs_the_amount)
    assert [family.columns for family in stuck] == [(("case_main", "crime_amount"),)]


def test_keys_links_and_units_tell_apart(book: tuple[Dictionary, Rule]) -> None:
    found = identifiers(book[0])
    assert {
        ("case_main", "case_id"),
        ("case_link", "from_case_id"),
        ("custody_log", "person_id"),
        ("org_unit", "unit_name"),
        ("case_main", "handler_id"),
    } <= found
    assert ("case_main", "cause_name") not in found
