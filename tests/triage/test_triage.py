"""Clues chained to dossiers, priorities, grades and routes, each with its because."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from jointsup_rules.model.triage import Triage
from jointsup_rules.triage.run import read_dossiers, run_triage
from tests.triage.town import problems_of, triage_of, write_clues

needs_durable = pytest.mark.skipif(
    __import__("importlib.util").util.find_spec("durable") is None, reason="durable-rules is not installed"
)


def _triaged(folder: Path, triage: Triage, clues: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    result = run_triage(triage, write_clues(folder, clues))
    assert result.second.verdict in ("agrees", "absent"), result.second.told.en
    rows = pq.read_table(folder / "triage.parquet").to_pylist()
    return {row["clue_id"]: {**row, "because": json.loads(row["because"])} for row in rows}


CASE = {"rules_per_case": {"count": "rule_id", "per": "case_no"}}


def test_two_rules_on_one_case_make_one_dossier_and_say_why(tmp_path: Path) -> None:
    rules = [{
        "when": "rules_per_case >= 2", "then": {"dossier": "case_no", "priority": "high"},
        "because": {"zh": "{rules_per_case}条规则", "en": "{rules_per_case} rules"},
    }]  # fmt: skip
    found = _triaged(tmp_path, triage_of(rules, CASE), [
        {"rule_id": "CM-01", "case_no": "1号"}, {"rule_id": "CM-06", "case_no": "1号"}, {"rule_id": "CM-01", "case_no": "2号"},
    ])  # fmt: skip
    assert found["c0000"]["dossier_id"] == found["c0001"]["dossier_id"] != found["c0002"]["dossier_id"]
    assert [one["priority"] for one in found.values()] == ["high", "high", "normal"]
    assert found["c0000"]["because"] == [{"rule": "T-01", "zh": "2条规则", "en": "2 rules"}]
    first, second = read_dossiers(tmp_path)
    assert (first["key"], first["n_clues"], second["n_clues"]) == ("1号", 2, 1)


def test_a_mark_chains_and_spreads_over_a_case(tmp_path: Path) -> None:
    rules = [
        {"when": "severity = 'high' and over_days > 30", "then": {"mark": "grave", "on": "case_no"}},
        {"when": "mark = 'grave'", "then": {"mark": "graver", "route": "team"}},
        {"when": "mark = 'graver' and family = 'PET'", "then": {"priority": "urgent"}},
    ]
    found = _triaged(tmp_path, triage_of(rules), [
        {"rule_id": "CM-01", "case_no": "1号", "severity": "high", "over_days": 31},
        {"rule_id": "PET-02", "case_no": "1号"},
        {"rule_id": "PET-02", "case_no": "2号", "severity": "high", "over_days": 30},
    ])  # fmt: skip
    assert [one["route"] for one in found.values()] == [["team"], ["team"], []]
    assert [one["priority"] for one in found.values()] == ["normal", "urgent", "normal"]
    # The clue that a mark reached through its case names the rule that gave it.
    assert {one["rule"] for one in found["c0001"]["because"]} == {"T-01", "T-02", "T-03"}


def test_the_order_of_rules_does_not_matter(tmp_path: Path) -> None:
    rules = [
        {"id": "A", "when": "mark = 'b'", "then": {"mark": "c", "grade": "B"}},
        {"id": "B", "when": "mark = 'a'", "then": {"mark": "b", "priority": "low"}},
        {"id": "C", "when": "over_days >= 5", "then": {"mark": "a", "priority": "high", "route": "desk"}},
        {"id": "D", "when": "mark = 'c'", "then": {"route": "team"}},
    ]
    clues = [{"rule_id": "CM-01", "case_no": "1号"}, {"rule_id": "CM-01", "case_no": "2号", "over_days": 4}]
    one = _triaged(tmp_path / "one", triage_of(rules), clues)
    other = _triaged(tmp_path / "other", triage_of(rules[::-1]), clues)
    for clue in one:
        for column in ("priority", "grade", "dossier_id"):
            assert one[clue][column] == other[clue][column]
        assert set(one[clue]["route"]) == set(other[clue]["route"])
    assert (one["c0000"]["grade"], one["c0000"]["priority"], set(one["c0000"]["route"])) == (
        "B",
        "high",
        {"desk", "team"},
    )
    assert (one["c0001"]["grade"], one["c0001"]["priority"]) == ("A", "normal")


def test_what_is_empty_fits_nothing_but_is_null(tmp_path: Path) -> None:
    rules = [
        {"when": "over_days > 3", "then": {"mark": "a"}}, {"when": "not over_days > 3", "then": {"mark": "b"}},
        {"when": "unit <> 'U1'", "then": {"mark": "c"}}, {"when": "unit is null", "then": {"mark": "d"}},
        {"when": "not (unit in ('U1', 'U2') or over_days = 9)", "then": {"mark": "e"}},
    ]  # fmt: skip
    found = _triaged(tmp_path, triage_of(rules), [
        {"rule_id": "CM-01", "over_days": None, "unit": None}, {"rule_id": "CM-01", "over_days": 3, "unit": "U3"},
    ])  # fmt: skip
    assert [one["rule"] for one in found["c0000"]["because"]] == ["T-04"]
    assert [one["rule"] for one in found["c0001"]["because"]] == ["T-02", "T-03", "T-05"]


def test_a_window_counts_what_lies_within_its_days_and_no_more(tmp_path: Path) -> None:
    near = {"near": {"count": "rule_id", "per": "unit", "within": {"days": 90, "on": "due_on"}}}
    rules = [{"when": "near >= 3", "then": {"mark": "systemic"}}]
    days = {
        "U1": (date(2025, 1, 1), date(2025, 2, 1), date(2025, 4, 1)),
        "U2": (date(2025, 1, 1), date(2025, 2, 1), date(2025, 4, 2)),
    }
    clues = [
        {"rule_id": f"CM-0{n}", "unit": unit, "due_on": day} for unit, all_days in days.items() for n, day in enumerate(all_days)
    ]  # fmt: skip
    found = _triaged(tmp_path, triage_of(rules, near), clues)
    # From 1 January to 1 April are ninety days, to 2 April ninety-one.
    assert [bool(one["because"]) for one in found.values()] == [True] * 3 + [False] * 3


def test_grade_c_is_counted_apart_marked_apart_and_never_shares_a_dossier(tmp_path: Path) -> None:
    rules = [
        {"when": "rules_per_case >= 2", "then": {"dossier": "case_no", "mark": "many"}},
        {"when": "grade = 'C'", "then": {"mark": "touchy", "on": "case_no"}},
        {"when": "mark = 'touchy'", "then": {"route": "team"}},
    ]
    found = _triaged(tmp_path, triage_of(rules, CASE), [
        {"rule_id": "CM-01", "case_no": "1号"}, {"rule_id": "HOT-05", "case_no": "1号", "grade": "C"},
    ])  # fmt: skip
    assert found["c0000"]["because"] == []
    assert found["c0000"]["route"] == []
    assert found["c0000"]["dossier_id"] != found["c0001"]["dossier_id"]


def test_a_clue_without_case_number_has_a_dossier_of_its_own(tmp_path: Path) -> None:
    found = _triaged(tmp_path, triage_of([{"when": "over_days > 0", "then": {"dossier": "unit"}}]), [
        {"rule_id": "CM-01"}, {"rule_id": "CM-01"}, {"rule_id": "CM-01", "unit": "U1"}, {"rule_id": "CM-06", "unit": "U1"},
    ])  # fmt: skip
    ids = [one["dossier_id"] for one in found.values()]
    assert len(set(ids[:2])) == 2
    assert ids[2] == ids[3]


def test_no_clues_give_empty_tables(tmp_path: Path) -> None:
    assert _triaged(tmp_path, triage_of([{"when": "over_days > 0", "then": {"mark": "a"}}]), []) == {}
    assert read_dossiers(tmp_path) == []


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("mark <> 'a'", "a mark that is absent may not be asked for: the answer would depend on the order of rules"),
        ("not mark = 'a'", "a mark that is absent may not be asked for: the answer would depend on the order of rules"),
        ("mark = 'b'", "no rule concludes the mark 'b'"),
        ("overdays > 3", "no field 'overdays'"),
        ("over_days > '3'", "expected a whole number"),
        ("over_days > 3.5", "expected a whole number"),
        ("unit > 'U1'", "texts are compared by = and <> alone"),
        ("due_on > 'May'", "expected a day such as '2026-05-01'"),
        ("over_days > rule_version", "expected a constant on the right"),
        ("over_days + 1 > 3", "expected the name of a field"),
        ("unit like 'U%'", "a condition of triage compares one field with one constant"),
        ("case when over_days > 1 then true else false end", "a condition of triage compares one field with one constant"),
    ],
)  # fmt: skip
def test_what_the_two_engines_might_understand_differently_is_refused(when: str, said: str) -> None:
    rules = [{"when": when, "then": {"route": "desk"}}, {"when": "over_days > 0", "then": {"mark": "a"}}]
    assert said in problems_of(rules)


def test_a_because_names_fields_and_nothing_that_runs() -> None:
    for place in ("{over_days.__class__}", "{over_days:>999999999}", "{0}", "{", "{nobody}"):
        rules = [{"when": "over_days > 0", "then": {"mark": "a"}, "because": f"x {place}"}]
        assert any("for because" in said for said in problems_of(rules)), place
