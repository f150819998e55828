from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.conftest import Jointsup

RULE = Path("rules/LET/LET-01.yaml")


def spoil(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


NO_LOCK = "no rules/rules.lock: nothing is asked about approvals (jointsup activate begins to record them)\n"


def test_a_fresh_workspace_is_in_order(desk: Path, jointsup: Jointsup) -> None:
    result = jointsup("check")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "1 rules, 0 errors, 0 warnings\n" + NO_LOCK
    result = jointsup("test")
    assert (result.exit_code, result.stdout) == (0, "1 rules, 5 examples, 0 differ\n")


def test_a_problem_is_told_on_stdout_with_its_place_and_ends_with_1(desk: Path, jointsup: Jointsup) -> None:
    spoil(desk / RULE, "from: received_on", "from: recieved_on")
    result = jointsup("check")
    assert result.exit_code == 1
    assert result.stdout.startswith("rules/LET/LET-01.yaml:18:22: JR")
    assert "did you mean 'received_on'?" in result.stdout


def test_only_the_named_paths_are_told(desk: Path, jointsup: Jointsup) -> None:
    spoil(desk / RULE, "from: received_on", "from: recieved_on")
    assert jointsup("check", "datasets").exit_code == 0
    assert jointsup("check", "rules/LET").exit_code == 1


@pytest.mark.parametrize("path", ["rules/LET/LET-02.yaml", "nowhere"])
def test_a_path_that_is_not_there_is_wrong_usage(path: str, desk: Path, jointsup: Jointsup) -> None:
    result = jointsup("check", path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert path in result.stderr


def test_a_path_outside_the_workspace_is_wrong_usage(desk: Path, tmp_path: Path, jointsup: Jointsup) -> None:
    elsewhere = tmp_path / "elsewhere.yaml"
    elsewhere.touch()
    assert jointsup("check", elsewhere).exit_code == 2


def test_problems_as_json_carry_places_in_numbers(desk: Path, jointsup: Jointsup) -> None:
    spoil(desk / RULE, "from: received_on", "from: recieved_on")
    (row,) = json.loads(jointsup("check", "--format", "json").stdout)
    assert (row["path"], row["line"], row["column"], row["length"]) == (RULE.as_posix(), 18, 22, 11)
    assert row["severity"] == "error"


def test_problems_as_sarif_carry_the_same_places(desk: Path, jointsup: Jointsup) -> None:
    spoil(desk / RULE, "from: received_on", "from: recieved_on")
    log = json.loads(jointsup("check", "--format", "sarif").stdout)
    (result,) = log["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == RULE.as_posix()
    assert place["region"] == {"startLine": 18, "startColumn": 22, "endColumn": 33}
    assert result["ruleId"] in {rule["id"] for rule in log["runs"][0]["tool"]["driver"]["rules"]}


def test_a_sarif_log_without_results_is_a_log(desk: Path, jointsup: Jointsup) -> None:
    result = jointsup("check", "--format", "sarif")
    assert (result.exit_code, json.loads(result.stdout)["runs"][0]["results"]) == (0, [])


def test_an_example_that_differs_is_told_and_ends_with_1(desk: Path, jointsup: Jointsup) -> None:
    spoil(desk / RULE, "due_on: 2025-01-31, over_days: 1", "due_on: 2025-01-31, over_days: 2")
    result = jointsup("test")
    assert result.exit_code == 1
    assert "LET-01 [1] one day late" in result.stdout
    rows = json.loads(jointsup("test", "--format", "json").stdout)
    assert [row["ok"] for row in rows] == [False, True, True, True, True]


def test_a_rule_that_cannot_be_read_is_not_a_passed_test(desk: Path, jointsup: Jointsup) -> None:
    spoil(desk / RULE, "severity: {is: medium", "severty: {is: medium")
    for words in (["test"], ["test", "LET-01"], ["test", "LET-*"]):
        result = jointsup(*words)
        assert result.exit_code == 1, words
        assert "severty" in result.stdout


def test_a_rule_nobody_knows_is_wrong_usage(desk: Path, jointsup: Jointsup) -> None:
    result = jointsup("test", "LTE-01")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "did you mean 'LET-01'?" in result.stderr


def test_a_folder_that_is_no_workspace_is_told(tmp_path: Path, jointsup: Jointsup) -> None:
    result = jointsup("check", "--workspace", tmp_path)
    assert result.exit_code == 1
    assert "datasets/dictionary.yaml" in result.stdout
    assert jointsup("test", "--workspace", tmp_path).exit_code == 2


def test_accepted_warnings_are_counted_and_listed_with_their_reason(desk: Path, jointsup: Jointsup) -> None:
    spoil(
        desk / RULE,
        "scope: ",
        "accept: [{code: JR343, because: {zh: 有意, en: meant}}]\nscope: channel = channel and ",
    )
    result = jointsup("check")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "1 rules, 0 errors, 0 warnings, 1 warnings accepted\n" + NO_LOCK
    (row,) = json.loads(jointsup("check", "--format", "json").stdout)
    assert (row["code"], row["accepted_because"]) == ("JR343", "meant")
    (told,) = json.loads(jointsup("check", "--format", "sarif").stdout)["runs"][0]["results"]
    assert told["suppressions"] == [{"kind": "inSource", "justification": "meant"}]


def test_a_warning_nobody_has_accepted_has_no_suppression(desk: Path, jointsup: Jointsup) -> None:
    spoil(desk / RULE, "scope: ", "scope: channel = channel and ")
    result = jointsup("check")
    assert result.exit_code == 0
    assert "JR343 'channel' is compared with itself" in result.stdout
    assert result.stderr.startswith("1 rules, 0 errors, 1 warnings\n")
    (row,) = json.loads(jointsup("check", "--format", "json").stdout)
    assert row["accepted_because"] is None
    (told,) = json.loads(jointsup("check", "--format", "sarif").stdout)["runs"][0]["results"]
    assert told["suppressions"] == []
