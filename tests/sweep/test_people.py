"""Lists and reports parted by the grade that triage left."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest
from python_calamine import CalamineWorkbook

from jointsup_rules.problems import Language
from jointsup_rules.sweep.people import (
    count_restricted,
    print_clue_list,
    raise_gone,
    rewrite_for_people,
    write_for_people,
)


def _write(folder: Path, name: str, rows: str) -> None:
    duckdb.sql(f"COPY ({rows}) TO '{folder / name}.parquet' (FORMAT parquet)")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three clues of grades A, A and C."""
    clues = "SELECT * FROM (VALUES ('b', 'A'), ('a', 'A'), ('c', 'C')) AS t(clue_id, grade)"
    for name in ("clues", "evidence", "working", "gone", "not_clear"):
        _write(tmp_path, name, clues)
    return tmp_path


def _triage(folder: Path, grade_of_a: str) -> None:
    rows = f"""SELECT * FROM (VALUES ('a', '{grade_of_a}', 'urgent', ['committee', 'discipline'], 'D-1'),
        ('b', 'B', 'normal', ['committee'], 'D-2'), ('c', 'C', 'high', ['discipline'], 'D-3'))
        AS t(clue_id, grade, priority, route, dossier_id)"""
    _write(folder, "triage", rows)


def _render(folder: Path, lang: Language, restricted: bool) -> str:
    return "restricted" if restricted else "for everybody"


def _listed(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.reader(lines))


def test_without_triage_the_lists_are_those_of_the_sweep(folder: Path) -> None:
    write_for_people(folder, "zh", _render)
    assert _listed(folder / "clues.csv") == [["clue_id", "grade"], ["b", "A"], ["a", "A"]]
    assert _listed(folder / "restricted" / "clues.csv") == [["clue_id", "grade"], ["c", "C"]]


def test_a_clue_that_triage_raised_to_c_leaves_the_files_for_everybody(folder: Path) -> None:
    _triage(folder, "C")
    write_for_people(folder, "zh", _render)
    head = ["clue_id", "grade", "priority", "route", "dossier_id"]
    assert _listed(folder / "clues.csv") == [head, ["b", "B", "normal", "committee", "D-2"]]
    apart = [row[:2] for row in _listed(folder / "restricted" / "clues.csv")]
    assert apart == [["clue_id", "grade"], ["a", "C"], ["c", "C"]]
    sheet = CalamineWorkbook.from_path(str(folder / "clues.xlsx")).get_sheet_by_index(0).to_python()
    assert [row[0] for row in sheet[1:]] == ["b"]
    assert count_restricted(folder) == 2
    for path in (folder / "restricted", *(folder / "restricted").iterdir()):
        assert path.stat().st_mode & 0o077 == 0
    assert (folder / "restricted" / "report.html").read_text() == "restricted"


def test_triaged_anew_the_files_follow(folder: Path) -> None:
    write_for_people(folder, "zh", _render)
    _triage(folder, "C")
    rewrite_for_people(folder, "zh", _render)
    assert [row[0] for row in _listed(folder / "clues.csv")[1:]] == ["b"]
    assert [row[0] for row in _listed(folder / "restricted" / "clues.csv")[1:]] == ["a", "c"]
    _triage(folder, "A")
    rewrite_for_people(folder, "zh", _render)
    assert [row[0] for row in _listed(folder / "clues.csv")[1:]] == ["b", "a"]
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def test_restricted_files_go_when_nothing_is_restricted_any_more(folder: Path) -> None:
    write_for_people(folder, "zh", _render)
    _write(folder, "clues", "SELECT 'a' AS clue_id, 'A' AS grade")
    rewrite_for_people(folder, "zh", _render)
    assert not (folder / "restricted").exists()


def test_what_is_gone_keeps_the_grade_it_was_raised_to(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "next"
    out.mkdir()
    _write(out, "gone", "SELECT * FROM (VALUES ('a', 'A'), ('b', 'A')) AS t(clue_id, grade)")
    before = (out / "gone.parquet").read_bytes()
    raise_gone(out, folder)  # not triaged
    _triage(folder, "B")
    raise_gone(out, folder)
    assert (out / "gone.parquet").read_bytes() == before
    _triage(folder, "C")
    raise_gone(out, folder)
    assert duckdb.sql(f"SELECT clue_id, grade FROM '{out}/gone.parquet'").fetchall() == [
        ("a", "C"),
        ("b", "A"),
    ]


def test_clues_keep_their_order(folder: Path) -> None:
    _triage(folder, "A")
    assert [row[0] for row in duckdb.sql(print_clue_list(folder)).fetchall()] == ["b", "a", "c"]
