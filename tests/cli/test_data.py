from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from cli.conftest import EXPORT, Jointsup


def rows_of(dataset: Path) -> list[tuple[object, ...]]:
    return duckdb.execute(
        "SELECT letter_id, received_on, channel, _file, _line FROM read_parquet(?) ORDER BY letter_id",
        [str(dataset / "letter.parquet")],
    ).fetchall()


def test_an_import_tells_what_became_of_every_row(desk: Path, jointsup: Jointsup) -> None:
    result = jointsup("import", EXPORT, "--into", "example")
    assert (result.exit_code, result.stderr) == (0, "")
    head, row, *rest = result.stdout.splitlines()
    assert head.split()[:3] == ["file", "source", "encoding"]
    assert row.split() == ["letters_20250331.csv", "letters", "utf-8", "10", "10", "0", "0", "2"]
    assert rest == [f"rejected rows and values: {desk / 'datasets/example/rejects.csv'}"]
    assert len(rows_of(desk / "datasets/example")) == 10


def test_an_import_as_json_gives_the_counts(desk: Path, jointsup: Jointsup) -> None:
    told = json.loads(jointsup("import", EXPORT, "--into", "example", "--format", "json").stdout)
    assert {name: told[name] for name in ("dataset", "cut_off", "written", "rows_in", "rows_loaded")} == {
        "dataset": "example", "cut_off": "2025-03-31", "written": True, "rows_in": 10, "rows_loaded": 10,
    }  # fmt: skip
    assert told["values_unread"] == 2
    assert [file["name"] for file in told["files"]] == ["letters_20250331.csv"]
    assert "profile" not in told


def test_a_dry_run_shows_profile_and_rejects_and_writes_nothing(desk: Path, jointsup: Jointsup) -> None:
    before = sorted(desk.rglob("*"))
    result = jointsup("import", EXPORT, "--into", "example", "--dry-run")
    assert result.exit_code == 0
    assert "letter: 10 rows" in result.stdout
    assert any(line.split()[:4] == ["channel", "9", "3", "COPY"] for line in result.stdout.splitlines())
    assert "letters_20250331.csv:9: letter.received_on '2025-02-30'" in result.stdout
    told = json.loads(jointsup("import", EXPORT, "--into", "example", "--dry-run", "--format", "json").stdout)
    assert told["profile"]["letter"]["columns"]["received_on"]["filled"] == 8
    assert [(one["line"], one["column"]) for one in told["rejects"]] == [(9, "received_on"), (11, "channel")]
    assert sorted(desk.rglob("*")) == before


def test_the_day_of_export_can_be_given(desk: Path, jointsup: Jointsup) -> None:
    told = json.loads(
        jointsup(
            "import", EXPORT, "--into", "example", "--exported-on", "2025-04-02", "--format", "json"
        ).stdout
    )
    assert told["cut_off"] == "2025-04-02"


def test_add_keeps_what_the_source_brought_before(example: Path, jointsup: Jointsup) -> None:
    more = example / "letters_20250430.csv"
    header = (example / EXPORT).read_text(encoding="utf-8").splitlines()[0]
    more.write_text(f"{header}\nL020,2025-04-01,,邮寄,否,一科,冯某\n", encoding="utf-8")
    assert jointsup("import", more, "--into", "example", "--add").exit_code == 0
    assert len(rows_of(example / "datasets/example")) == 11
    assert jointsup("import", more, "--into", "example").exit_code == 0
    assert len(rows_of(example / "datasets/example")) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere.csv", "--into", "x"], "nowhere.csv:1:1: JR110 there is no such file"),
        ([EXPORT, "--into", "sources"], "'sources' cannot name a dataset"),
        ([EXPORT, "--into", "x", "--source", "leters"], "no source 'leters'"),
        (["rules/parameters.yaml", "--into", "x"], "rules/parameters.yaml:1:1: JR"),
    ],
)
def test_unusable_input_is_told_on_stderr_and_ends_with_2(
    words: list[str], said: str, desk: Path, jointsup: Jointsup
) -> None:
    result = jointsup("import", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert not (desk / "datasets" / "x").exists()


def test_every_unusable_file_is_named_at_once(desk: Path, jointsup: Jointsup) -> None:
    result = jointsup("import", "a.csv", "b.csv", "--into", "x")
    assert result.exit_code == 2
    assert "a.csv:1:1" in result.stderr
    assert "b.csv:1:1" in result.stderr


def test_no_traceback_where_nothing_can_be_written(desk: Path, jointsup: Jointsup) -> None:
    (desk / "datasets" / ".importing").write_text("a file in the way")
    result = jointsup("import", EXPORT, "--into", "example")
    assert result.exit_code == 2
    assert ".importing" in result.stderr
