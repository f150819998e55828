"""Clues to triage, and rules written as an office would write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from jointsup_rules.load.yaml import read_yaml
from jointsup_rules.model.triage import Triage, read_triage
from jointsup_rules.problems import Problem, render_problem

_COLUMNS = {
    "clue_id": pa.string(), "rule_id": pa.string(), "rule_version": pa.int64(), "severity": pa.string(), "grade": pa.string(),
    "state": pa.string(), "subject": pa.string(), "subject_key": pa.string(), "case_no": pa.string(), "unit": pa.string(),
    "handler": pa.string(), "over_days": pa.int64(), "started_on": pa.date32(), "due_on": pa.date32(), "ended_on": pa.date32(),
    "first_seen_on": pa.date32(), "times_seen": pa.int64(), "exception_id": pa.string(),
}  # fmt: skip
_LIKE = {"rule_version": 1, "severity": "medium", "grade": "A", "state": "new", "subject": "case", "over_days": 5,
         "due_on": date(2025, 5, 1), "times_seen": 1}  # fmt: skip


def write_clues(folder: Path, clues: Sequence[Mapping[str, Any]]) -> Path:
    """Write clues.parquet into a folder; what a clue does not name is ordinary, its subject of its own."""
    rows = [
        {
            name: {**_LIKE, "subject_key": f"K{n}", "clue_id": f"c{n:04}", **clue}.get(name)
            for name in _COLUMNS
        }
        for n, clue in enumerate(clues)
    ]
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(
        pa.Table.from_pylist(rows, schema=pa.schema(list(_COLUMNS.items()))), folder / "clues.parquet"
    )
    return folder


def triage_of(
    rules: Sequence[Mapping[str, Any]], roll_ups: Mapping[str, Any] | None = None, **more: Any
) -> Triage:
    """Return a triage of some rules; each says only its when and then."""
    triage, problems = _read(rules, roll_ups, **more)
    assert triage is not None, [render_problem(one, "en") for one in problems]
    return triage


def problems_of(rules: Sequence[Mapping[str, Any]], roll_ups: Mapping[str, Any] | None = None) -> list[str]:
    """Return what is said against rules, in English, the first line of each."""
    _, problems = _read(rules, roll_ups)
    return [one.what.en for one in problems]


def _read(
    rules: Sequence[Mapping[str, Any]], roll_ups: Mapping[str, Any] | None, **more: Any
) -> tuple[Triage | None, tuple[Problem, ...]]:
    written = {
        "routes": {"team": "team", "desk": "desk"}, "roll_ups": dict(roll_ups or {}),
        "rules": [{"id": f"T-{n:02}", "because": "so", **rule} for n, rule in enumerate(rules, 1)], **more,
    }  # fmt: skip
    return read_triage(read_yaml(yaml.safe_dump(written, allow_unicode=True), "rules/triage.yaml"))
