"""JSON lines and Parquet as rows of texts."""

from __future__ import annotations

import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from jointsup_rules.load.cells import LOST_DIGITS, NOT_SINGLE
from jointsup_rules.load.exports import list_exports
from jointsup_rules.load.raw import BadRow
from jointsup_rules.load.records import json_rows, parquet_rows
from jointsup_rules.problems import ProblemsError

Read = tuple[tuple[str, ...], list[tuple[int, list[str | None]] | BadRow]]


def read_json(folder: Path, text: str, encoding: str = "utf-8") -> Read:
    path = folder / "a.jsonl"
    path.write_bytes(text.encode(encoding))
    with json_rows(list_exports([path])[0], "auto", ["a", "b"]) as raw:
        return raw.header, [row if isinstance(row, BadRow) else (row[0], list(row[1])) for row in raw.rows]


def read_parquet(path: Path) -> Read:
    with parquet_rows(list_exports([path])[0]) as raw:
        return raw.header, [row if isinstance(row, BadRow) else (row[0], list(row[1])) for row in raw.rows]


def test_numbers_keep_every_digit(tmp_path: Path) -> None:
    header, rows = read_json(tmp_path, '{"a": 239901199001011234, "b": 0.10}\n\n{"b": true, "c": null}\n')
    assert header == ("a", "b", "c")
    assert rows == [(1, ["239901199001011234", "0.10", None]), (3, [None, "true", None])]


@pytest.mark.parametrize(
    "line",
    [
        '{"a": 1',
        "[1]",
        "12",
        "null",
        '{"a": 1, "a": 2}',
        '{"a": NaN}',
        '{"a": "\\ud800"}',
        '{"a": ' + "[" * 100_000,
        "{'a': 1}",
    ],
)
def test_a_line_that_is_no_object_is_a_bad_row(tmp_path: Path, line: str) -> None:
    assert read_json(tmp_path, f'{{"a": "x"}}\n{line}\n')[1] == [(1, ["x"]), BadRow(2, "bad_json", "")]


def test_a_value_that_is_not_single_is_marked(tmp_path: Path) -> None:
    _, [(_, row)] = read_json(tmp_path, '{"a": [1], "b": {"c": 1}}\n')  # type: ignore[misc]
    assert [value[:2] for value in row] == [NOT_SINGLE, NOT_SINGLE]


def test_one_json_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProblemsError) as raised:
        read_json(tmp_path, '[{"a": 1}]')
    assert raised.value.problems[0].what.en == "a JSON list, not one object a line"


def test_json_in_gb18030_is_read(tmp_path: Path) -> None:
    assert read_json(tmp_path, '{"a": "受理日期"}\n', "gb18030")[1] == [(1, ["受理日期"])]


def test_typed_columns_read_as_texts(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pa.table({
        "i": pa.array([239901199001011234, None], pa.int64()),
        "f": pa.array([7.0, 110101199001011234.0]),
        "d": pa.array([date(2024, 5, 1), None]),
        "t": pa.array([datetime(2024, 5, 1, 9, 30, tzinfo=UTC), None], pa.timestamp("ns", "UTC")),
        "m": pa.array([Decimal("1.50"), None]),
        "b": pa.array([True, None]),
        "l": pa.array([[1], None]),
        "s": pa.array(["受", None]),
    })  # fmt: skip
    parquet.write_table(table, path)
    header, rows = read_parquet(path)
    assert header == tuple(table.column_names)
    expected = ["239901199001011234", "7", "2024-05-01", "2024-05-01 09:30:00+00:00", "1.50", "true"]
    assert rows[0] == (1, [*expected, f"{NOT_SINGLE}list", "受"])
    assert rows[1] == (2, [None, f"{LOST_DIGITS}1.1010119900101123e+17", *[None] * 6])


def test_a_parquet_file_in_an_archive_is_read(tmp_path: Path) -> None:
    parquet.write_table(pa.table({"a": ["x"]}), tmp_path / "a.parquet")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(tmp_path / "a.parquet", "a.parquet")
    assert read_parquet(tmp_path / "a.zip")[1] == [(1, ["x"])]


@pytest.mark.parametrize("cut", [4, 200, -10])
def test_a_damaged_parquet_file_is_refused(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "a.parquet"
    parquet.write_table(pa.table({"a": list(range(1000))}), path)
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(ProblemsError) as raised:
        read_parquet(path)
    assert raised.value.problems[0].code == "JR122"
