"""The deadline calculator as its users call it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from jointsup_rules.cli import main
from tests.clock.test_period import examples

ROOT = Path(__file__).parents[2]


def call(*words: str) -> Result:
    return CliRunner().invoke(main, ["limit", "--workspace", str(ROOT), *words])


def told(*words: str) -> dict[str, Any]:
    result = call(*words, "--format", "json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def _words(example: dict[str, Any]) -> list[str]:
    """A worked example as it is asked on the command line."""
    words = ["--from", example["from"]]
    for unit in ("months", "days", "working_days"):
        if unit in example:
            words += [f"--{unit.replace('_', '-')}", str(example[unit])]
    if "rule" in example:
        words += ["--month-rule", example["rule"]]
    words += ["--custody"] if example.get("held") else []
    words += ["--no-roll"] if example.get("no_roll") else []
    for begins, ends in example.get("exclude", []):
        words += ["--exclude", f"NOTICE={begins}..{ends or ''}"]
    return words


@pytest.mark.parametrize(
    "example",
    [one for one in examples() if not {"extend", "stays", "stop"} & set(one)],
    ids=lambda example: example["name"],
)
def test_a_worked_example_is_answered(example: dict[str, Any]) -> None:
    found = told(*_words(example))
    assert found["due_on"] == example["due_on"]
    if example["due_on"] is None:
        assert found["why"]
        assert found["not_before"]


def test_a_clock_of_the_workspace_with_an_extension() -> None:
    found = told("INV_CUSTODY", "--from", "2024-01-31", "--extend", "COMPLEX", "--custody")
    assert found["due_on"] == "2024-04-30"
    assert [line["step"] for line in found["working"]] == ["start", "base", "extend", "due"]
    assert set(found["working"][0]) == {
        "step_no", "step", "from_on", "to_on", "days", "article", "document", "honoured", "note"
    }  # fmt: skip
    assert found["working"][1]["article"] == "《中华人民共和国刑事诉讼法》第156条"


def test_an_extension_that_another_must_precede_is_not_honoured() -> None:
    found = told("INV_CUSTODY", "--from", "2024-01-31", "--extend", "A158", "--custody")
    assert found["due_on"] == "2024-03-31"
    (line,) = (one for one in found["working"] if one["step"] == "extend")
    assert line["honoured"] is False
    assert (
        json.loads(line["note"])["en"]
        == "A158; not honoured: the extension that must come before was not honoured"
    )


def test_the_law_of_the_start_day_decides() -> None:
    assert told("ZA_CASE", "--from", "2025-12-01", "--format", "json")["due_on"] == "2025-12-31"


def test_any_ground_is_taken_without_a_clock() -> None:
    words = (
        "--from",
        "2024-01-10",
        "--months",
        "6",
        "--month-rule",
        "civil",
        "--exclude",
        "NOTICE=2024-03-01..2024-04-05",
    )
    result = call(*words, "--lang", "en")
    assert result.stdout.splitlines() == [
        "start   2024-01-10                      the day it starts, itself not counted",
        "limit   2024-01-10 → 2024-07-10   +182  6 months (to the same day)",
        "exclude 2024-03-01 → 2024-04-05    +35  NOTICE; honoured",
        "due     2024-08-14                      last lawful day",
        "due on 2024-08-14",
    ]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            ("--from", "2024-01-10", "--months", "6"),
            "months need a month rule: --month-rule criminal or civil",
        ),
        (
            ("--from", "2024-01-10"),
            "name a clock, or give the length with --months, --days or --working-days",
        ),
        (("CV_FIRST", "--from", "2024-01-10", "--days", "3"), "a clock brings its own length and month rule"),
        (
            ("--from", "2024-01-10", "--days", "3", "--working-days", "2"),
            "working days do not mix with months or days",
        ),
        (
            ("--from", "2024-01-10", "--days", "3", "--exclude", "N=2024-05-02..2024-05-01"),
            "exclusion N ends 2024-05-01, before it begins 2024-05-02",
        ),
        (
            ("--from", "2024-01-10", "--days", "3", "--exclude", "N"),
            "write 'N' as CODE=2024-03-01..2024-04-05",
        ),
        (("--from", "2024-01-10", "--days", "3", "--extend", "X"), "how long is extension X? write X=1m"),
        (
            ("PRO_REVIEW", "--from", "2024-01-10", "--extend", "X"),
            "clock PRO_REVIEW has no extension X; known are: COMPLEX, OVER_1Y",
        ),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(words: tuple[str, ...], expected: str) -> None:
    result = call(*words, "--lang", "en")
    assert (result.exit_code, result.stderr.strip(), result.stdout) == (2, expected, "")


def test_an_unknown_clock_is_told_with_the_nearest() -> None:
    result = call("INV_CUSTODI", "--from", "2024-01-10", "--lang", "en")
    assert result.exit_code == 2
    assert result.stderr.startswith("rules/clocks.yaml:1:1: JR306 no clock 'INV_CUSTODI'")
    assert "did you mean 'INV_CUSTODY'?" in result.stderr
