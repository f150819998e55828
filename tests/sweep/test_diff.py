"""Two sweeps compared: what came, what went, and why, as a reader sees it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from jointsup_rules.cli import main
from jointsup_rules.problems import ProblemsError
from jointsup_rules.sweep.diff import compare_sweeps, find_pair

from .test_compare import OLD
from .town import RULES, Swept, Town

MARCH, APRIL, MAY = "2024-03-31", "2024-04-30", "2024-05-31"
PLACE = """
subject: case
scope: filed_on is not null
detect: {condition: {when: amount > 10}}
severity: low
grade: none
reason: {zh: "{case_id}。", en: "{case_id}."}
"""


def _case(name: str, filed_on: str = "2024-01-10", amount: int = 5) -> list[object]:
    return [name, "U1", filed_on, "", "OPEN", "", amount, ""]


def _causes(before: Swept, after: Swept) -> dict[str, tuple[str, str]]:
    found = compare_sweeps(before.folder, after.folder)
    return {one.subject_key: (one.change, one.cause) for one in found.changes}


def _diff(town: Town, *words: object, lang: str = "en") -> Result:
    arguments = ["diff", *map(str, words), "--workspace", str(town.folder), "--lang", lang]
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


@pytest.fixture(scope="module")
def spring(tmp_path_factory: pytest.TempPathFactory) -> tuple[Town, Swept, Swept]:
    """Two months of one rule: a reply is due after thirty days."""
    town = Town(tmp_path_factory.mktemp("town"), ["TWN-01"])
    march = [
        _case("stays"),
        _case("answered"),
        _case("removed"),
        _case("refiled"),
        _case("soon", "2024-03-10"),
    ]
    town.bring(MARCH, cases=march)
    first = town.sweep(MARCH)
    april = [
        _case("stays"), _case("answered"), _case("refiled", "2024-01-12"), _case("soon", "2024-03-10"),
        _case("handed_in_late", "2024-01-20"),
    ]  # fmt: skip
    town.bring(APRIL, cases=april, events=[["answered", 1, "ANSWER", "2024-04-10", ""]], named="april_{}.csv")
    return town, first, town.sweep(APRIL)


def test_a_reader_sees_each_change_with_its_cause(spring: tuple[Town, Swept, Swept]) -> None:
    town, first, second = spring
    ids = dict([*first.rows("clues", "subject_key, clue_id"), *second.rows("clues", "subject_key, clue_id")])
    result = _diff(town, first.folder.name, second.folder.name)
    assert result.stdout.splitlines() == [
        f"{first.folder.name} → {second.folder.name}",
        "TWN-01",
        f"  added  handed_in_late  {ids['handed_in_late']}  the data",
        f"  added  soon  {ids['soon']}  the day",
        f"  removed  answered  {ids['answered']}  the data: resolved: the duty is done, or the matter is out of scope",
        f"  removed  removed  {ids['removed']}  the data: data changed: the record is not in this dataset",
        f"  changed  refiled  {ids['refiled']}  the data: filed_on"
        "  started_on 2024-01-10 → 2024-01-12, due_on 2024-02-09 → 2024-02-11",
        "added 2 (the data 1; the day 1), removed 2 (the data 2), changed 1 (the data 1), same 1",
    ]
    assert result.exit_code == 0


def test_a_chinese_reader_sees_the_same(spring: tuple[Town, Swept, Swept]) -> None:
    town, first, second = spring
    lines = _diff(town, first.folder.name, second.folder.name, lang="zh").stdout.splitlines()
    assert lines[-1] == "新增 2 (数据不同 1; 日期不同 1), 减少 2 (数据不同 2), 变化 1 (数据不同 1), 未变 1"
    assert any(line.startswith("  新增  soon") and line.endswith("日期不同") for line in lines)


def test_json_says_the_same(spring: tuple[Town, Swept, Swept]) -> None:
    town, first, second = spring
    told = json.loads(_diff(town, first.folder, second.folder, "--format", "json").stdout)
    assert (told["before"], told["after"], told["same"]) == (first.folder.name, second.folder.name, 1)
    assert told["totals"]["added"] == {"rule": 0, "data": 1, "day": 1, "open": 0}
    (refiled,) = [one for one in told["changes"] if one["change"] == "changed"]
    assert refiled["fields"]["due_on"] == {"before": "2024-02-09", "after": "2024-02-11"}
    assert refiled["columns"] == ["filed_on"]
    (answered,) = [one for one in told["changes"] if one["subject_key"] == "answered"]
    assert answered["why"]["zh"] == "已解决：应办事项已办或已不在范围内"


def test_without_a_name_the_newest_is_compared_with_the_one_before(
    spring: tuple[Town, Swept, Swept],
) -> None:
    town, first, second = spring
    both = _diff(town, first.folder.name, second.folder.name).stdout
    assert _diff(town).stdout == both
    assert _diff(town, second.folder.name).stdout == both


def test_the_first_sweep_has_none_before_it(spring: tuple[Town, Swept, Swept]) -> None:
    town, first, _ = spring
    result = _diff(town, first.folder.name)
    assert result.exit_code == 2
    assert f"no sweep comes before '{first.folder.name}'" in result.output


@pytest.mark.parametrize("name", ["nothing", "rules"])
def test_a_folder_that_is_no_sweep_is_named_and_those_that_are(
    spring: tuple[Town, Swept, Swept], name: str
) -> None:
    town, first, second = spring
    result = _diff(town, first.folder.name, name if name == "nothing" else town.folder / name)
    assert result.exit_code == 2
    assert f"'{name}' is no sweep" in result.output
    assert f"there are: {second.folder.name}, {first.folder.name}" in result.output
    assert "no sweep" in _diff(town, name, first.folder.name).output


def test_a_workspace_without_sweeps_says_so(tmp_path: Path) -> None:
    town = Town(tmp_path, ["TWN-01"])
    result = _diff(town)
    assert result.exit_code == 2
    assert "there is no sweep yet" in result.output
    with pytest.raises(ProblemsError):
        find_pair(tmp_path / "reports", None, None)


def test_backwards_what_was_removed_is_added_for_the_same_cause(spring: tuple[Town, Swept, Swept]) -> None:
    _, first, second = spring
    assert _causes(second, first) == {
        "answered": ("added", "data"),
        "removed": ("added", "data"),
        "handed_in_late": ("removed", "data"),
        "soon": ("removed", "day"),
        "refiled": ("changed", "data"),
    }


def test_a_sweep_and_itself_are_the_same(spring: tuple[Town, Swept, Swept]) -> None:
    _, first, _ = spring
    found = compare_sweeps(first.folder, first.folder)
    assert (found.changes, found.n_same) == ((), 4)


def test_a_rule_that_does_otherwise_is_the_cause_though_the_data_differ(tmp_path: Path) -> None:
    town = Town(tmp_path, [])
    town.write_rule("TWN-11", PLACE)
    town.bring(MARCH, cases=[_case("one", amount=20), _case("two", amount=30), _case("three", amount=8)])
    first = town.sweep(MARCH)
    town.write_rule("TWN-11", PLACE.replace("> 10", "> 25"), 2)
    town.bring(APRIL, cases=[_case("one", amount=21), _case("two", amount=31), _case("three", amount=28)])
    assert _causes(first, town.sweep(APRIL)) == {
        "one": ("removed", "rule"),
        "two": ("changed", "rule"),
        "three": ("added", "rule"),
    }


def test_other_words_of_a_rule_cause_nothing(tmp_path: Path) -> None:
    town = Town(tmp_path, [])
    town.write_rule("TWN-11", PLACE)
    town.bring(MARCH, cases=[_case("one", amount=20), _case("two", amount=30)])
    first = town.sweep(MARCH)
    town.write_rule("TWN-11", PLACE.replace('"{case_id}."', '"{case_id} is dear."'))
    town.bring(APRIL, cases=[_case("one", amount=2), _case("two", amount=30), _case("new", amount=99)])
    # The rule knows no day: only the data can be the cause.
    assert _causes(first, town.sweep(APRIL)) == {"one": ("removed", "data"), "new": ("added", "data")}


def test_a_rule_that_could_not_run_is_the_cause(tmp_path: Path) -> None:
    town = Town(tmp_path, ["TWN-01"])
    town.bring(MARCH, cases=[_case("one")])
    first = town.sweep(MARCH)
    town.bring(APRIL, cases=[_case("one")], without=["events"])
    second = town.sweep(APRIL)
    assert _causes(first, second) == {"one": ("removed", "rule")}
    assert "could not be evaluated" in _diff(town).stdout


def test_over_the_same_data_only_the_day_can_be_the_cause(tmp_path: Path) -> None:
    town = Town(tmp_path, ["TWN-01"])
    town.write_rule("TWN-11", OLD)
    town.bring(MAY, cases=[_case("one"), _case("two", "2024-03-10"), _case("three", "2024-03-25")])
    first = town.sweep(MARCH)
    second = town.sweep(MAY)
    found = compare_sweeps(first.folder, second.folder)
    # "one" is grave by the end of May; that it and "two" are older is no change.
    assert {(one.rule_id, one.subject_key): (one.change, one.cause) for one in found.changes} == {
        ("TWN-01", "one"): ("changed", "day"),
        ("TWN-01", "two"): ("added", "day"),
        ("TWN-01", "three"): ("added", "day"),
        ("TWN-11", "three"): ("added", "day"),
    }
    assert found.n_same == 2


def test_of_one_day_only_the_data_can_be_the_cause(tmp_path: Path) -> None:
    town = Town(tmp_path, [])
    town.write_rule("TWN-11", OLD)
    town.bring(MARCH, cases=[_case("one"), _case("two")])
    first = town.sweep(MARCH)
    town.bring(MARCH, cases=[_case("one"), _case("three")])
    assert _causes(first, town.sweep(MARCH)) == {"two": ("removed", "data"), "three": ("added", "data")}


def test_the_same_row_under_another_clue_tells_the_day_from_the_data(tmp_path: Path) -> None:
    town = Town(tmp_path, [])
    aged = OLD.replace("age_days > 10", "age_days > 60")
    town.write_rule("TWN-11", aged)
    everyone = OLD.replace("condition: {when: age_days > 10}", "condition: {when: age_days >= 0}")
    town.write_rule("TWN-12", everyone)
    cases = [_case("grew", "2024-03-01"), _case("corrected", "2024-03-20")]
    town.bring(MARCH, cases=cases)
    first = town.sweep(MARCH)
    town.bring(MAY, cases=[cases[0], _case("corrected", "2024-03-02"), _case("unknown", "2024-03-03")])
    found = compare_sweeps(first.folder, town.sweep(MAY).folder)
    # Of "unknown" the earlier sweep kept nothing: whether it was there then cannot be told.
    assert {one.subject_key: one.cause for one in found.changes if one.rule_id == "TWN-11"} == {
        "grew": "day",
        "corrected": "data",
        "unknown": "open",
    }


def test_a_clue_of_grade_c_is_in_no_comparison(tmp_path: Path) -> None:
    town = Town(tmp_path, ["TWN-08"])
    town.bring(MARCH, cases=[_case("one")])
    first = town.sweep(MARCH)
    town.bring(APRIL, cases=[_case("one")], stays=[["S1", "one", "2024-01-01", ""]])
    second = town.sweep(APRIL)
    assert len(second.rows("clues")) == 1
    assert _causes(first, second) == {}


def test_another_limit_moves_the_due_day_because_of_the_rule(tmp_path: Path) -> None:
    town = Town(tmp_path, ["TWN-01"])
    town.bring(MARCH, cases=[_case("one")])
    first = town.sweep(MARCH)
    town.write_rule("TWN-01", RULES["TWN-01"].replace("days: $days", "days: 40"))
    (change,) = compare_sweeps(first.folder, town.sweep(APRIL).folder).changes
    assert (change.change, change.cause) == ("changed", "rule")
    assert change.fields == {"due_on": ("2024-02-09", "2024-02-19")}
