"""Clues from month to month: what state they are in, and why the others are gone."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from .town import PARAMETERS, RULES, Swept, Town

MARCH, APRIL, MAY = "2024-03-31", "2024-04-30", "2024-05-31"
# case_id, unit, filed_on, closed_on, status, paused, amount, person
CASES: dict[str, list[object]] = {
    name: [name, "U1", "2024-01-10", "", "OPEN", "", 5, ""]
    for name in (
        "answered", "corrected", "emptied", "removed", "paused", "closed", "stays", "back", "doubtful", "extended"
    )
}  # fmt: skip
CASES["soon"] = ["soon", "U1", "2024-03-10", "", "OPEN", "", 5, ""]
OLD = """
subject: case
scope: status <> 'CLOSED'
detect: {condition: {when: age_days > 10}}
measure: {value: age_days, unit: days}
severity: low
grade: none
reason: {zh: "{case_id}已{age_days}天。", en: "{case_id} is {age_days} days old."}
"""


def _cases(**changed: list[object] | None) -> list[list[object]]:
    """The cases of March with some of them changed, or left out."""
    return [row for row in {**CASES, **changed}.values() if row is not None]


def _case(name: str, **columns: object) -> list[object]:
    order = ("case_id", "unit", "filed_on", "closed_on", "status", "paused", "amount", "person")
    return [columns.get(column, value) for column, value in zip(order, CASES[name], strict=True)]


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> tuple[Swept, Swept, Swept]:
    """Three months of a small office; in May the limit of the rule is another."""
    town = Town(tmp_path_factory.mktemp("town"), ["TWN-01", "TWN-04"])
    town.write_rule("TWN-11", OLD)
    town.write(
        "rules/exceptions.yaml",
        "- {id: E-1, rule: TWN-01, subject: stays, reason: agreed, document: D-1, approver: someone,"
        " from: 2024-04-01, until: 2024-05-15}\n",
    )
    visits: list[list[object]] = [
        ["stays", n, "VISIT", day, ""] for n, day in enumerate(["2024-02-05", "2024-02-20", "2024-03-10"], 1)
    ]
    town.bring(MARCH, cases=_cases(), events=visits)
    march = town.sweep(MARCH)
    april_cases = _cases(
        corrected=_case("corrected", filed_on="2024-04-25"),
        emptied=_case("emptied", filed_on=""),
        removed=None,
        paused=_case("paused", paused="true"),
        closed=_case("closed", status="CLOSED", closed_on="2024-04-10"),
        fresh=["fresh", "U2", "2024-02-01", "", "OPEN", "", 1, ""],
    )
    answers: list[list[object]] = [[name, 9, "ANSWER", "2024-04-10", ""] for name in ("answered", "back")]
    town.bring(APRIL, cases=april_cases, events=[*visits, *answers, ["doubtful", 9, "ANSWER", "", ""]])
    april = town.sweep(APRIL)
    town.write("rules/parameters.yaml", PARAMETERS.replace("value: 30", "value: 120"))
    may_cases = _cases(fresh=["fresh", "U2", "2024-02-01", "", "OPEN", "", 1, ""])
    town.bring(MAY, cases=may_cases, events=[*visits, answers[0]])
    may = town.sweep(MAY)
    return march, april, may


def test_on_the_first_sweep_every_clue_is_new_and_none_is_gone(months: tuple[Swept, Swept, Swept]) -> None:
    march = months[0]
    assert set(march.states().values()) == {"new"}
    assert set(march.states()) == set(CASES) - {"soon"}
    assert march.rows("gone") == []
    assert march.manifest["previous"] is None


def test_a_clue_found_again_continues_and_one_whose_limit_has_passed_is_new(
    months: tuple[Swept, Swept, Swept],
) -> None:
    march, april, _ = months
    assert april.manifest["previous"] == march.folder.name
    # "extended" and "stays" are more than a hundred days old by none of the two days.
    assert april.states() == {"stays": "continuing", "extended": "continuing", "soon": "new", "fresh": "new"}


def test_what_became_of_every_clue_that_is_gone_is_told_apart(months: tuple[Swept, Swept, Swept]) -> None:
    assert months[1].gone() == {
        "answered": "resolved",
        "back": "resolved",
        "closed": "resolved",
        "corrected": "data_changed",
        "emptied": "data_changed",
        "removed": "record_gone",
        "paused": "excepted",
        "doubtful": "cannot_tell",
    }


def test_days_that_pass_take_a_clue_out_of_a_window_without_anything_being_corrected(
    months: tuple[Swept, Swept, Swept],
) -> None:
    march, april, _ = months
    assert march.states("TWN-04") == {"stays": "new"}
    assert april.gone("TWN-04") == {"stays": "day_passed"}


def test_a_parameter_that_changes_is_a_change_of_the_rule(months: tuple[Swept, Swept, Swept]) -> None:
    april, may = months[1:]
    # A hundred and twenty days: only what was filed in January is late by the end of May; two are older than that.
    assert may.gone() == {"soon": "rule_changed", "fresh": "rule_changed"}
    assert may.rows("gone", "distinct rule_id") == [("TWN-01",)]
    assert april.manifest["rules"]["TWN-01"]["hash"] == may.manifest["rules"]["TWN-01"]["hash"]
    assert april.manifest["rules"]["TWN-01"]["basis"]["parameters"] == {"TWN.DAYS": "30"}
    assert april.manifest["rules"]["TWN-11"]["basis"] == may.manifest["rules"]["TWN-11"]["basis"]


def test_a_clue_found_again_after_it_was_gone_is_back_with_its_first_day(
    months: tuple[Swept, Swept, Swept],
) -> None:
    may = months[2]
    states = may.states()
    assert states["back"] == "back"
    assert states["paused"] == "back"
    assert states["stays"] == "changed"
    seen = "subject_key, CAST(first_seen_on AS VARCHAR), CAST(last_seen_on AS VARCHAR), times_seen"
    rows = {row[0]: row[1:] for row in may.rows("clues", seen, "rule_id = 'TWN-01'")}
    assert rows["back"] == (MARCH, MAY, 2)
    assert rows["stays"] == (MARCH, MAY, 3)


def test_a_measure_that_grows_with_the_days_is_no_change(months: tuple[Swept, Swept, Swept]) -> None:
    april = months[1]
    states = april.states("TWN-11")
    assert states["stays"] == "continuing"
    assert states["fresh"] == "new"
    assert april.gone("TWN-11")["closed"] == "resolved"
    assert april.gone("TWN-11")["removed"] == "record_gone"


def test_an_exception_marks_while_it_is_in_force_and_no_longer(months: tuple[Swept, Swept, Swept]) -> None:
    for sweep, wanted in zip(months, (None, "E-1", None), strict=True):
        marks = dict(sweep.rows("clues", "subject_key, exception_id", "rule_id = 'TWN-01'"))
        assert marks["stays"] == wanted
        assert [mark for key, mark in marks.items() if key != "stays" and mark is not None] == []


def test_every_clue_of_the_sweep_before_is_found_or_gone(months: tuple[Swept, Swept, Swept]) -> None:
    for before, after in pairwise(months):
        found = {row[0] for row in after.rows("clues", "clue_id")}
        gone = [row[0] for row in after.rows("gone", "clue_id")]
        assert len(gone) == len(set(gone))
        assert {row[0] for row in before.rows("clues", "clue_id")} == (
            found & {row[0] for row in before.rows("clues", "clue_id")} | set(gone)
        )
        assert not found & set(gone)


def test_a_rule_that_fails_once_loses_no_clue_and_none_is_back(tmp_path: Path) -> None:
    town = Town(tmp_path, ["TWN-01"])
    town.bring(MARCH, cases=_cases())
    town.sweep(MARCH)
    town.write_rule("TWN-01", RULES["TWN-01"].replace("scope:", "scoop:"))
    april = town.sweep(APRIL)
    assert april.rows("outcomes", "status") == [("failed",)]
    assert set(april.gone().values()) == {"not_evaluated"}
    may = town.sweep(MAY)
    assert may.gone() == april.gone()
    town.write_rule("TWN-01")
    town.bring("2024-06-01", cases=_cases())
    june = town.sweep("2024-06-01")
    states = june.states()
    assert states.pop("soon") == "new"
    assert set(states.values()) == {"changed"}  # grave by now
    assert june.rows("gone") == []
    assert june.rows("clues", "DISTINCT times_seen", "subject_key = 'stays'") == [(2,)]


def test_the_clues_of_a_rule_that_is_withdrawn_are_gone_because_of_the_rule(tmp_path: Path) -> None:
    town = Town(tmp_path, ["TWN-01", "TWN-04"])
    town.bring(MARCH, cases=_cases())
    town.sweep(MARCH)
    retired = "retired_because: merged\nsuccessor: none\n"
    text = (tmp_path / "rules/TWN/TWN-01.yaml").read_text(encoding="utf-8")
    town.write(
        "rules/TWN/TWN-01.yaml", text.replace("status: active", f"status: retired\n{retired}".rstrip())
    )
    assert set(town.sweep(APRIL).gone().values()) == {"withdrawn"}


def test_a_limit_that_was_extended_is_no_duty_done(tmp_path: Path) -> None:
    town = Town(tmp_path, [])
    town.write_rule(
        "TWN-12",
        RULES["TWN-01"].replace(
            "limit: {days: $days}, roll: no",
            "limit: {days: $days}, roll: no, pause: {in: stays, from: from_on, until: until_on}",
        ),
    )
    town.bring(MARCH, cases=_cases())
    assert town.sweep(MARCH).states("TWN-12")["extended"] == "new"
    town.bring(APRIL, cases=_cases(), stays=[["S1", "extended", "2024-01-15", "2024-04-20"]])
    assert town.sweep(APRIL).gone("TWN-12") == {"extended": "limit_moved"}


def test_the_words_of_a_rule_may_change_without_the_rule_being_another(tmp_path: Path) -> None:
    town = Town(tmp_path, ["TWN-01"])
    town.bring(MARCH, cases=_cases())
    town.sweep(MARCH)
    town.write_rule("TWN-01", RULES["TWN-01"].replace("was to be answered by", "should be answered by"))
    town.bring(APRIL, cases=_cases(removed=None))
    april = town.sweep(APRIL)
    assert april.gone() == {"removed": "record_gone"}
    assert april.states()["stays"] == "continuing"


def test_a_severity_that_grows_with_the_days_is_a_change(tmp_path: Path) -> None:
    town = Town(tmp_path, ["TWN-01"])
    town.bring(MARCH, cases=_cases())
    town.sweep(MARCH)
    town.bring(MAY, cases=_cases())
    may = town.sweep(MAY)
    assert may.states() == {**dict.fromkeys(set(CASES) - {"soon"}, "changed"), "soon": "new"}
    assert may.rows("clues", "DISTINCT severity", "subject_key <> 'soon'") == [("high",)]
