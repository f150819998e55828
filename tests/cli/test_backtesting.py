"""The command that runs one rule on days in the past: text, JSON, exit statuses, bad input told plainly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jointsup_rules.cli.backtest_words import WIDTH, _wrapped
from jointsup_rules.cli.telling import width_of
from jointsup_rules.sweep import backtest as module

from .conftest import Jointsup

RULE = "rules/LET/LET-01.yaml"
ASKED = ("backtest", "LET-01", "--dataset", "example")
DAYS = ("--as-of", "2025-02-28", "2025-03-31")


def edit(path: str, old: str, new: str) -> str:
    """Replace a text in a file of the current folder and return the file as it was."""
    text = Path(path).read_text(encoding="utf-8")
    assert old in text
    Path(path).write_text(text.replace(old, new, 1), encoding="utf-8")
    return text


@pytest.fixture
def wide(example: Path) -> Path:
    """The example where half of the scope may be found."""
    with Path("rules/parameters.yaml").open("a", encoding="utf-8") as file:
        file.write(
            "RULES.RUNAWAY_SHARE: {unit: share, kind: local, values: [{from: 2025-01-01, value: 0.5}]}\n"
        )
    return example


@pytest.mark.parametrize("days", [DAYS, ("--as-of=2025-03-31", "--as-of", "2025-02-28"), ("--as-of", "2025-02-28", "2025-03-31", "2025-02-28")])  # fmt: skip
def test_days_follow_one_another(wide: Path, jointsup: Jointsup, days: tuple[str, ...]) -> None:
    result = jointsup(*ASKED, *days, "--format", "json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert [(day["as_of"], day["clues"], day["new"], day["gone"]) for day in told["days"]] == [
        ("2025-02-28", 1, None, None),
        ("2025-03-31", 2, 1, 0),
    ]


def test_json_says_all_that_was_counted(wide: Path, jointsup: Jointsup) -> None:
    told = json.loads(jointsup(*ASKED, *DAYS, "--format", "json").stdout)
    assert told["rule"]["id"] == "LET-01"
    assert told["dataset"] == {"name": "example", "cut_off": "2025-03-31"}
    assert told["against"]["kind"] == "none"
    assert told["against"]["why"]["en"]
    day = told["days"][1]
    counts = ("in_scope", "hit", "cannot_tell", "running", "due_soon", "excluded", "clear")
    assert [day[name] for name in counts] == [9, 2, 3, 1, 0, 1, 2]
    assert (day["status"], day["why"], day["share"], day["limit"], day["runaway"]) == (
        "ran",
        None,
        0.222222,
        0.5,
        False,
    )
    assert (day["former"], day["compared"], day["beyond_cut_off"]) == (None, None, False)
    assert [one["subject_key"] for one in told["changes"]["found"]["samples"]] == ["L002", "L005"]
    assert told["load"] == {
        "counted": "new_between_days", "from": "2025-02-28", "until": "2025-03-31", "weeks": 4.43,
        "units": [{"unit": "二科", "name": None, "standing": 1, "came": 1, "per_week": 0.23},
                  {"unit": "一科", "name": None, "standing": 1, "came": 0, "per_week": 0.0}],
    }  # fmt: skip
    assert told["problems"] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_text_fits_a_terminal_of_a_hundred_columns(wide: Path, jointsup: Jointsup, lang: str) -> None:
    former = edit(RULE, "version: 1", "version: 2")
    Path("former.yaml").write_text(
        former.replace("  - {when: is_anonymous", "  - {when: channel = 'WEB'"), encoding="utf-8"
    )
    result = jointsup(*ASKED, *DAYS, "2025-04-02", "--against", "former.yaml", "--lang", lang)
    assert result.exit_code == 0, result.output
    assert max(map(width_of, result.stdout.splitlines())) <= WIDTH
    words = {
        "zh": [
            "多出的线索 2 条",
            "少了的线索 1 条",
            "现在被排除：匿名来信",
            "2025-04-02 晚于数据截止日 2025-03-31",
        ],
        "en": [
            "clues added: 2",
            "clues removed: 1",
            "now excluded: anonymous",
            "after the data ends on 2025-03-31",
        ],
    }
    for word in words[lang]:
        assert word in result.stdout
    assert (
        "50% (RULES.RUNAWAY_SHARE" in result.stdout
        or "50%（工作区参数 RULES.RUNAWAY_SHARE）" in result.stdout
    )


def test_more_than_the_limit_ends_with_status_1_and_its_problem(example: Path, jointsup: Jointsup) -> None:
    result = jointsup(*ASKED, *DAYS)
    assert result.exit_code == 1
    assert "22.2%!" in result.stdout
    assert "the default; the workspace sets no RULES.RUNAWAY_SHARE" in result.stdout
    assert (
        f"{RULE}:17:1: JR260 as of 2025-03-31 it finds 22.2% of its scope (2 of 9), above the limit of 20%"
        in result.stdout
    )
    told = json.loads(jointsup(*ASKED, *DAYS, "--format", "json").stdout)
    assert [one["code"] for one in told["problems"]] == ["JR260"]


def test_of_one_day_the_newly_due_are_counted(wide: Path, jointsup: Jointsup) -> None:
    result = jointsup(*ASKED, "--as-of", "2025-03-31", "--weeks", "4")
    assert result.exit_code == 0
    said = "the clues of 2025-03-31, and those due (or, without a due day, begun) in the 4 weeks before"
    assert said in result.stdout.replace("\n", " ")
    several = jointsup(*ASKED, *DAYS, "--weeks", "4")
    assert several.exit_code == 2
    assert "--weeks is for one day only" in several.stderr


def test_a_day_that_was_not_evaluated_is_told_and_fails_under_strict(
    wide: Path, jointsup: Jointsup, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit("datasets/dictionary.yaml", "columns:", "columns:\n      paid_on: {label: {zh: 缴费日, en: paid on}, type: date, sensitivity: S0}")  # fmt: skip
    edit(RULE, "until: answered_on", "until: paid_on")
    result = jointsup(*ASKED, *DAYS)
    assert result.exit_code == 0
    assert "2025-02-28 not evaluated: column letter.paid_on was not delivered" in result.stdout
    assert jointsup(*ASKED, *DAYS, "--strict").exit_code == 3
    told: dict[str, Any] = json.loads(jointsup(*ASKED, *DAYS, "--format", "json").stdout)
    assert {(day["status"], day["in_scope"], day["clues"], day["share"]) for day in told["days"]} == {
        ("not_evaluated", None, None, None)
    }
    assert told["load"] is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("LET-02", "--dataset", "example", "--as-of", "2025-03-31"), "JR401 no rule 'LET-02'"),
        (("LET-01", "--dataset", "exampel", "--as-of", "2025-03-31"), "JR402 no dataset 'exampel'"),
        (("LET-01", "--dataset", "../example", "--as-of", "2025-03-31"), "'../example'"),
        (("LET-01", "--dataset", "example", "--as-of", "2025-02-30"), "'2025-02-30' is no day"),
        (("LET-01", "--dataset", "example", "--as-of", "2025-03-31", "2025/03/31"), "'2025/03/31' is no day"),
        (
            ("LET-01", "--dataset", "example", "--as-of", "2025-03-31", "--against", "9"),
            "JR262 '9' is no version",
        ),
        (("LET-01", "--dataset", "example"), "--as-of"),
    ],
)
def test_what_cannot_be_used_is_told(
    example: Path, jointsup: Jointsup, words: tuple[str, ...], said: str
) -> None:
    result = jointsup("backtest", *words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""


def test_a_rule_with_errors_is_refused_with_all_of_them(example: Path, jointsup: Jointsup) -> None:
    edit(RULE, "until: answered_on", "until: answered_no")
    edit(RULE, "grade: A", "grade: Q")
    result = jointsup(*ASKED, *DAYS)
    assert result.exit_code == 2
    assert f"{RULE}:" in result.stderr
    edit(RULE, "grade: Q", "grade: A")
    assert "JR203 no column 'answered_no'" in jointsup(*ASKED, *DAYS).stderr


def test_a_backtest_that_dies_outside_of_the_rule_says_so(
    example: Path, jointsup: Jointsup, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dead(*_: Any, **__: Any) -> Any:
        raise module.BacktestFailedError("out of memory")

    monkeypatch.setattr(module, "backtest", dead)
    result = jointsup(*ASKED, *DAYS)
    assert (result.exit_code, result.stderr) == (2, "the backtest failed: out of memory\n")


def test_lines_break_between_chinese_characters_and_between_words() -> None:
    assert _wrapped("  自2025-02-18起，应于2025-03-20前答复，超过378天。", 24, "  ") == [
        "  自2025-02-18起，应于",
        "  2025-03-20前答复，超过",
        "  378天。",
    ]
    assert _wrapped("one two\nthree", 8) == ["one two", "three"]
    assert _wrapped("x" * 20, 8) == ["x" * 8, "x" * 8, "x" * 4]
    assert "\x1b" not in _wrapped("\x1b[31m", 8)[0]
