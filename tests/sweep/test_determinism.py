"""The same inputs on the same day give the same bytes, whatever machine, order, folder or settings."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from .town import RULES, Rows, Town

MARCH, APRIL = "2024-03-31", "2024-04-30"


def _rows(n: int) -> dict[str, list[Sequence[Any]]]:
    """So many cases with events and stays, every rule finding some."""
    chance = random.Random(7)
    cases: list[Sequence[Any]] = []
    events: list[Sequence[Any]] = []
    stays: list[Sequence[Any]] = []
    for k in range(n):
        name, month = f"C{k:04d}", chance.randint(1, 4)
        # One unit has nothing but old cases.
        filed_on = f"2024-0{1 if k % 7 == 0 else month}-{chance.randint(1, 28):02d}"
        status, closed_on = chance.choice([("OPEN", ""), ("OPEN", ""), ("CLOSED", "2024-03-29")])
        paused = chance.choice(["", "", "true"])
        cases.append(
            [name, f"U{k % 7}", filed_on, closed_on, status, paused, chance.choice([0, 5, 90]), f"某人{k}"]
        )
        for number in range(chance.randint(0, 9)):
            kind, day = chance.choice(["VISIT", "LETTER", "ANSWER"]), chance.randint(1, 28)
            events.append(
                [name, number, kind, f"2024-0{chance.randint(1, 4)}-{day:02d}", chance.randint(0, 40)]
            )
        for number in range(chance.randint(0, 3)):
            begun = chance.randint(1, 20)
            until_on = chance.choice(["", f"2024-03-{begun + 8:02d}"])
            stays.append([f"{name}-{number}", name, f"2024-03-{begun:02d}", until_on])
    return {"cases": cases, "events": events, "stays": stays}


def _shuffled(rows: Rows, seed: int) -> dict[str, list[Sequence[Any]]]:
    chance = random.Random(seed)
    return {name: chance.sample(list(own), len(list(own))) for name, own in rows.items()}


def _digests(folder: Path, without: Mapping[str, Sequence[str]] | None = None) -> dict[str, str]:
    """Path to SHA-256 of every file of a sweep; of the manifest without its timings and versions."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        data = path.read_bytes()
        if path.name == "manifest.json":
            manifest = json.loads(data)
            assert manifest.pop("timings")["total_s"] > 0
            assert set(manifest.pop("versions")) == {"engine", "duckdb", "python"}
            data = json.dumps(manifest, sort_keys=True, ensure_ascii=False).encode()
        found[path.relative_to(folder).as_posix()] = hashlib.sha256(data).hexdigest()
    return found


def _differing(one: Path, other: Path) -> list[str]:
    a, b = _digests(one), _digests(other)
    return sorted(name for name in a.keys() | b.keys() if a.get(name) != b.get(name))


@pytest.fixture(scope="module")
def rows() -> dict[str, list[Sequence[Any]]]:
    return _rows(400)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, rows: Rows) -> Town:
    """Two months of a town, so that states and gone clues are among what must be the same."""
    made = Town(tmp_path_factory.mktemp("town"))
    made.bring(MARCH, rows=_shuffled({**rows, "cases": list(rows["cases"])[20:]}, 1))
    made.sweep(MARCH)
    made.bring(APRIL, rows=rows)
    return made


@pytest.fixture(scope="module")
def first(town: Town) -> Path:
    """The sweep all others are compared with; kept aside, for the same sweep has the same folder."""
    folder = town.sweep(APRIL).folder
    kept = town.folder / "kept" / folder.name
    shutil.copytree(folder, kept)
    return kept


def test_there_is_something_of_everything_to_compare(town: Town, first: Path) -> None:
    swept = town.sweep(APRIL)
    assert {row[0] for row in swept.rows("clues", "DISTINCT rule_id")} == set(RULES)
    assert {row[0] for row in swept.rows("clues", "DISTINCT state")} >= {"new", "continuing", "changed"}
    assert len(swept.rows("gone")) > 0
    assert len(swept.rows("not_clear")) > 0
    assert len(swept.rows("working")) > 0
    assert set(_digests(first)) >= {
        "clues.parquet", "clues.csv", "clues.xlsx", "evidence.parquet", "working.parquet", "outcomes.parquet",
        "not_clear.parquet", "gone.parquet", "manifest.json", "report.html", "restricted/clues.xlsx",
        "restricted/clues.csv", "restricted/report.html",
    }  # fmt: skip


@pytest.mark.parametrize(
    "options",
    [{}, {"jobs": 1}, {"jobs": 2}, {"jobs": 7}, {"memory": "200MB"}, {"memory": "3GB", "jobs": 3}],
    ids=str,
)
def test_neither_a_second_run_nor_threads_nor_memory_change_a_byte(
    town: Town, first: Path, options: dict[str, Any]
) -> None:
    again = town.sweep(APRIL, force=True, **options)
    assert not again.result.is_reused
    assert _differing(first, again.folder) == []


@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "C", "TZ": "America/New_York", "PYTHONHASHSEED": "1"},
        {"LC_ALL": "zh_CN.GB18030", "LANG": "zh_CN.GB18030", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "77"},
        {"LC_ALL": "C.UTF-8", "TZ": "Asia/Shanghai", "PYTHONHASHSEED": "random", "SOURCE_DATE_EPOCH": "1"},
    ],
    ids=lambda environment: environment["TZ"],
)  # fmt: skip
def test_neither_the_locale_nor_the_time_zone_nor_hashing_change_a_byte(
    town: Town, first: Path, environment: dict[str, str]
) -> None:
    command = [sys.executable, "-m", "jointsup_rules", "sweep", "town", "--as-of", APRIL, "--force"]
    code_at = str(Path(__file__).parents[2])
    ran = subprocess.run(
        [*command, "--workspace", str(town.folder)],
        env={**os.environ, "PYTHONPATH": code_at, **environment}, capture_output=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr.decode(errors="replace")
    assert _differing(first, town.folder / "reports" / first.name) == []


def test_a_copy_of_the_workspace_in_another_folder_gives_the_same_bytes(
    town: Town, first: Path, tmp_path: Path
) -> None:
    for name in ("rules", "datasets", "reports"):
        shutil.copytree(town.folder / name, tmp_path / "elsewhere è 别处" / name)
    copy = Town.__new__(Town)
    copy.folder = tmp_path / "elsewhere è 别处"
    again = copy.sweep(APRIL, force=True)
    assert again.folder.name == first.name
    assert _differing(first, again.folder) == []


def test_the_same_rows_in_another_order_differ_only_in_where_they_stand(
    first: Path, rows: Rows, tmp_path: Path
) -> None:
    """Line numbers are part of what is shown; but for them nothing differs."""
    other = Town(tmp_path)
    other.bring(MARCH, rows=_shuffled({**rows, "cases": list(rows["cases"])[20:]}, 5))
    other.sweep(MARCH)
    other.bring(APRIL, rows=_shuffled(rows, 9))
    again = other.sweep(APRIL)
    assert _without_places(again.folder) == _without_places(first)


def _without_places(folder: Path) -> dict[str, str]:
    """The Parquet files as text, without file and line."""
    import duckdb

    found = {}
    for path in sorted(folder.glob("*.parquet")):
        places = "EXCLUDE (file, line)" if path.stem == "evidence" else ""
        with duckdb.connect(":memory:") as connection:
            rows = connection.execute(f"SELECT * {places} FROM read_parquet(?)", [str(path)]).fetchall()
        found[path.name] = hashlib.sha256(repr(rows).encode()).hexdigest()
    return found


def test_clues_keep_their_ids_when_exported_anew_under_other_names(
    town: Town, first: Path, rows: Rows, tmp_path: Path
) -> None:
    other = Town(tmp_path)
    other.bring("2024-04-30", named="再导出_{}_2.csv", rows=_shuffled(rows, 3))
    assert set(other.sweep(APRIL).rows("clues", "clue_id")) == set(town.sweep(APRIL).rows("clues", "clue_id"))


def test_the_identity_of_a_clue_is_its_rule_and_key_and_nothing_else(town: Town, first: Path) -> None:
    for clue_id, rule_id, key in town.sweep(APRIL).rows("clues", "clue_id, rule_id, subject_key"):
        if rule_id in ("TWN-01", "TWN-07"):
            digest = hashlib.sha256(f"{rule_id}\x1f{key}".encode()).hexdigest()
            assert clue_id == f"{rule_id}-{digest[:12]}"


@pytest.mark.parametrize(
    "change",
    [
        lambda town: town.write_rule("TWN-01", RULES["TWN-01"].replace("exceeded", "passed") + "# a word\n"),
        lambda town: town.write("rules/exceptions.yaml", "[]\n"),
        lambda town: town.bring(APRIL, rows=_rows(3)),
    ],
    ids=["rule", "exceptions", "data"],
)
def test_what_the_result_depends_on_makes_it_another_sweep(
    change: Callable[[Town], None], tmp_path: Path
) -> None:
    town = Town(tmp_path, ["TWN-01"])
    town.bring(APRIL, rows=_rows(2))
    before = town.sweep(APRIL)
    change(town)
    after = town.sweep(APRIL)
    assert (after.folder != before.folder, after.result.is_reused) == (True, False)
