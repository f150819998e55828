"""The data within the page."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from jointsup_rules.report import islands
from jointsup_rules.report.islands import gather_columns, gather_parts, render_islands, render_json
from jointsup_rules.report.read import Table, read_sweep

from .make_folder import HOSTILE, make_small


def read_island(island: islands.Island) -> Any:
    """What the script of the page would read."""
    if island.form == "plain":
        return json.loads(island.text)
    return json.loads(gzip.decompress(base64.b64decode(island.text)))


def test_small_data_are_plain_and_large_ones_are_packed(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {"sweep": {"a": [1, None, "长"]}, "part-0": []}
    assert [island.form for island in render_islands(values)] == ["plain", "plain"]
    monkeypatch.setattr(islands, "PLAIN_BYTES", 10)
    packed = render_islands(values)
    assert [island.form for island in packed] == ["gzip", "gzip"]
    assert {island.name: read_island(island) for island in packed} == values


def test_packed_bytes_say_neither_when_nor_where_they_were_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(islands, "PLAIN_BYTES", 0)
    (island,) = render_islands({"sweep": "x" * 1000})
    assert base64.b64decode(island.text)[:10] == bytes([31, 139, 8, 0, 0, 0, 0, 0, 0, 255])


def test_json_within_a_script_element_cannot_end_it() -> None:
    text = render_json({HOSTILE: [HOSTILE]})
    assert not set(text) & set("<>&\u2028\u2029")
    assert json.loads(text) == {HOSTILE: [HOSTILE]}


def test_columns_with_few_values_are_stored_once_per_value() -> None:
    table = Table(4, {"unit": ["甲", None, "甲", "甲"], "key": ["a", "b", "c", "d"]})
    assert gather_columns(table, ["unit", "key"]) == {
        "n": 4,
        "columns": {"unit": {"v": ["甲", None], "i": [0, 1, 0, 0]}, "key": {"p": ["a", "b", "c", "d"]}},
    }


def test_a_column_without_rows_is_stored() -> None:
    assert gather_columns(Table(0, {"unit": []}), ["unit"]) == {
        "n": 0,
        "columns": {"unit": {"v": [], "i": []}},
    }


def test_evidence_and_working_are_cut_into_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(islands, "PART_CLUES", 5)
    sweep = read_sweep(make_small(tmp_path / "small"))
    parts = gather_parts(sweep, sweep.clues["clue_id"])
    assert [len(part["clues"]) for part in parts] == [5, 5, 3]
    rows = [row for part in parts for clue in part["clues"] for row in clue["e"]]
    assert len(rows) == sweep.evidence.n_rows
    first = parts[0]["clues"][0]
    role, shape, key, file, line, values = first["e"][0]
    table, columns = parts[0]["shapes"][shape]
    assert (role, table, key, file, line) == (
        "subject",
        "case_main",
        "FY:2021-0931",
        "立案表20241228.csv",
        118,
    )
    assert dict(zip(columns, values, strict=True))["file_date"] == "2021-09-14"
    assert [step[0] for step in first["w"]] == ["start", "base", "exclude", "due", "over"]
    assert first["w"][1][-1] == {"zh": "十二个月", "en": "twelve months"}
