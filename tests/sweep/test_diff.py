"""Two sweeps compared: what came, what went, and why."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from jointsup_rules.problems import ProblemsError
from jointsup_rules.sweep.diff import compare_sweeps


def _sweep(folder: Path, clues: list[tuple[str, str]], rule: str = "r1", data: str = "d1") -> Path:
    folder.mkdir()
    values = ", ".join(f"('{clue}', DATE '{due}')" for clue, due in clues)
    duckdb.connect().execute(
        "COPY (SELECT col0 AS clue_id, 'AB-01' AS rule_id, 1 AS rule_version, 'low' AS severity, 'A' AS grade,"
        " col0 AS subject_key, col0 AS case_no, DATE '2024-01-01' AS started_on, col1 AS due_on,"
        f" CAST(NULL AS DATE) AS ended_on FROM (VALUES {values})) TO '{folder}/clues.parquet'"
    )
    manifest = {
        "rules": {"AB-01": {"hash": rule}},
        "dataset": {"name": "town"},
        "inputs": [{"path": "datasets/town/loan.parquet", "sha256": data}],
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def test_a_clue_that_came_one_that_went_and_one_with_another_due_day(tmp_path: Path) -> None:
    before = _sweep(tmp_path / "a", [("x", "2024-05-01"), ("y", "2024-05-01"), ("z", "2024-05-01")])
    after = _sweep(tmp_path / "b", [("y", "2024-06-01"), ("z", "2024-05-01"), ("w", "2024-05-01")], data="d2")
    found = compare_sweeps(before, after)
    assert {(one.clue_id, one.change, one.fields) for one in found.changes} == {
        ("w", "added", ()),
        ("x", "removed", ()),
        ("y", "changed", ("due_on",)),
    }
    assert found.n_same == 1
    assert {one.cause for one in found.changes} == {"data"}


@pytest.mark.parametrize(
    ("rule", "data", "cause"), [("r2", "d2", "rule"), ("r1", "d2", "data"), ("r1", "d1", "day")]
)
def test_the_rule_explains_before_the_data_and_the_data_before_the_day(
    tmp_path: Path, rule: str, data: str, cause: str
) -> None:
    before = _sweep(tmp_path / "a", [("x", "2024-05-01")])
    after = _sweep(tmp_path / "b", [("y", "2024-05-01")], rule, data)
    assert {one.cause for one in compare_sweeps(before, after).changes} == {cause}


def test_a_folder_that_is_no_sweep_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProblemsError, match="nothing"):
        compare_sweeps(tmp_path / "nothing", tmp_path / "nothing")
