"""Two engines chain the same rules: where the second fails or differs, SQL's answer stands and that is said."""

from __future__ import annotations

import importlib.util
import random
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from jointsup_rules.triage import chain
from jointsup_rules.triage.run import TriageResult, run_triage
from jointsup_rules.triage.worker import Failed, lint
from tests.triage.town import triage_of, write_clues

needs_durable = pytest.mark.skipif(
    importlib.util.find_spec("durable") is None, reason="durable-rules is not installed"
)
RULES: list[Mapping[str, Any]] = [
    {"when": "over_days > 3", "then": {"mark": "late", "priority": "high"}},
    {"when": "mark = 'late' and severity = 'high'", "then": {"route": "team"}},
]
CLUES = [
    {"rule_id": "CM-01", "case_no": "1号", "severity": "high", "unit": "甲局"},
    {"rule_id": "CM-01", "over_days": 3},
]


def _run(folder: Path, *command: str, limit_s: float = 20.0, clues: Any = CLUES) -> TriageResult:
    return run_triage(triage_of(RULES), write_clues(folder, clues), limit_s, command)


def _python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


@pytest.mark.parametrize(
    ("code", "verdict", "said"),
    [
        ("import os; os.kill(os.getpid(), 11)", "crashed", "-11"),
        ("raise SystemExit('no memory left')", "crashed", "no memory left"),
        ("import time; time.sleep(60)", "timed_out", "did not end within 1 seconds"),
        ("print('{}')", "crashed", "cannot be read"),
        ("print('x' * 100000)", "crashed", "cannot be read"),
        ('print(\'{"out": [], "errors": ["rule 1: boom"]}\')', "refused", "boom"),
        ('print(\'{"out": [["T-01", "c0001"]], "errors": []}\')', "differs", "2 conclusions fewer, 1 more"),
    ],
)
def test_whatever_becomes_of_the_second_engine_sqls_answer_stands(
    tmp_path: Path, code: str, verdict: str, said: str
) -> None:
    result = _run(tmp_path, *_python(code), limit_s=1.0 if verdict == "timed_out" else 20.0)
    assert result.second.verdict == verdict
    assert said in result.second.told.en
    assert "SQL's conclusions stand" in result.second.told.en
    rows = pq.read_table(tmp_path / "triage.parquet").to_pylist()
    assert [(row["priority"], row["route"]) for row in rows] == [("high", ["team"]), ("normal", [])]


def test_without_the_library_triage_runs_on_sql_alone_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain, "find_spec", lambda name: None)
    result = _run(tmp_path)
    assert (result.second.verdict, result.n_conclusions) == ("absent", 2)


@needs_durable
def test_a_fact_outside_the_subset_is_refused_not_guessed(tmp_path: Path) -> None:
    rules = [{"when": "unit = '甲局'", "then": {"mark": "a"}}]
    folder = write_clues(tmp_path, [{"rule_id": "CM-01", "unit": "甲" * 5_000}])
    result = run_triage(triage_of(rules), folder)
    assert result.second.verdict == "crashed"
    assert "c0000" in result.second.told.en


@needs_durable
def test_hostile_values_are_values(tmp_path: Path) -> None:
    odd = ["x' OR '1'='1", '"}', "\\", "\u202e右", "😀𠮷", "a\nb", "null", "1", "true", "$or"]
    rules = [
        {"when": "unit <> '甲局'", "then": {"mark": "a", "on": "unit"}},
        {"when": "mark = 'a'", "then": {"route": "desk"}},
    ]
    folder = write_clues(tmp_path, [{"rule_id": "CM-01", "unit": unit} for unit in (*odd, *odd)])
    result = run_triage(triage_of(rules), folder)
    assert (result.second.verdict, result.n_conclusions) == ("agrees", 40)


def _random_rules(chance: random.Random) -> tuple[list[Mapping[str, Any]], dict[str, Any]]:
    marks = ["m1", "m2", "m3", "m4"]
    tests = [
        "over_days > {n}", "over_days <= {n}", "over_days is null", "not over_days between 2 and {n}", "unit = 'U{k}'",
        "unit <> 'U{k}'", "unit not in ('U1', 'U{k}')", "severity = 'high'", "handler is not null", "per_case >= {k}",
        "near >= {k}", "due_on >= '2025-05-0{k}'", "family = 'CM'",
    ]  # fmt: skip
    rules: list[Mapping[str, Any]] = []
    for number, mark in enumerate(marks):
        said = [
            chance.choice(tests).format(n=chance.randint(0, 9), k=chance.randint(1, 3))
            for _ in range(chance.randint(1, 3))
        ]
        if number and chance.random() < 0.8:
            said.append(f"mark = '{chance.choice(marks)}'")
        joiner = chance.choice([" and ", " or "])
        then: dict[str, Any] = {"mark": mark}
        if chance.random() < 0.5:
            then["on"] = chance.choice(["unit", "case_no", "handler"])
        rules.append({"when": joiner.join(said), "then": then})
    rules.append({"when": "mark = 'm3' or mark = 'm4' and over_days > 1", "then": {"route": "team"}})
    roll_ups = {
        "per_case": {"count": "rule_id", "per": "case_no"},
        "near": {
            "count": "clue_id",
            "per": ["unit", "handler"],
            "within": {"days": 3, "on": "due_on"},
            "when": "over_days > 0",
        },
    }
    return rules, roll_ups


@needs_durable
@pytest.mark.parametrize("seed", range(30))
def test_the_engines_agree_on_rules_nobody_chose(tmp_path: Path, seed: int) -> None:
    from datetime import date

    chance = random.Random(seed)
    rules, roll_ups = _random_rules(chance)
    clues = [
        {
            "rule_id": f"{chance.choice(['CM', 'PET'])}-0{chance.randint(1, 3)}", "case_no": chance.choice([None, "1号", "2号", "3号", "4号"]),
            "unit": chance.choice([None, "U1", "U2", "U3"]), "handler": chance.choice([None, "H1", "H2"]),
            "severity": chance.choice(["high", "low"]), "over_days": chance.choice([None, *range(10)]),
            "grade": chance.choice(["A", "A", "B", "C", "none"]), "due_on": date(2025, 5, chance.randint(1, 9)),
        }
        for _ in range(60)
    ]  # fmt: skip
    result = run_triage(triage_of(rules, roll_ups), write_clues(tmp_path, clues))
    assert result.second.verdict == "agrees", result.second.told.en


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"all": [{"m": {"$or": [{"kind": "a"}, {"kind": "b"}]}}]}, "none, or"),
        ({"all": [{"m$not": {"kind": "a"}}]}, "none, or"),
        ({"all": [{"m": {"id": "a"}}]}, "refers to id"),
        ({"any": [{"m": {"kind": "a"}}]}, "any, count"),
        (
            {"all": [{"a": {"kind": "a"}}, {"b": {"$and": [{"unit": {"a": "unit"}}, {"kind": "b"}]}}]},
            "equality of a key",
        ),
        ({"all": [{"m": {"$mt": {"unit": "U.*"}}}]}, "none, or"),
    ],
)
def test_rules_outside_the_safe_subset_are_refused_by_the_linter(rule: Mapping[str, Any], said: str) -> None:
    with pytest.raises(Failed, match=said):
        lint({"r_0": rule})


def test_the_linter_counts_rules() -> None:
    with pytest.raises(Failed, match="fewer than 60"):
        lint({f"r_{n}": {"all": [{"m": {"kind": "a"}}]} for n in range(60)})
