"""The sample of clear subjects: who is drawn, from among whom, and that the same sweep draws the same."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import duckdb
import pytest

from jointsup_rules.compile.engine import Prepared
from jointsup_rules.sweep.sample import draw_statement, sample_select, sample_table

from .town import Swept, Town

DAY = "2024-03-31"
RULES = ("TWN-01", "TWN-05", "TWN-08")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    made = Town(tmp_path_factory.mktemp("town"), RULES)
    chance = random.Random(3)
    cases: list[Sequence[Any]] = []
    events: list[Sequence[Any]] = []
    for k in range(60):
        # A third was filed long ago, of which some are paused and some answered: hits, excluded and clear ones.
        filed_on = f"2024-0{1 + k % 3}-{chance.randint(1, 28):02d}"
        cases.append(
            [f"=C{k}", f"U{k % 4}", filed_on, "", "OPEN", "true" if k % 5 == 0 else "", 5, f"某人{k}"]
        )
        if k % 2:
            events.append([f"=C{k}", 1, "ANSWER", "2024-03-28", 1])
    made.bring(DAY, cases=cases, events=events, stays=[["S1", "=C1", "2023-12-01", "2023-12-20"]])
    return made


@pytest.fixture(scope="module")
def swept(town: Town) -> Swept:
    return town.sweep(DAY, sample_clear=5)


def test_of_every_rule_so_many_are_drawn_from_the_clear_ones_alone(swept: Swept) -> None:
    clear = dict(swept.rows("outcomes", "rule_id, clear"))
    drawn = swept.rows("sample", "rule_id, subject_key, case_no, unit, n_clear, rule_version, subject")
    for rule_id in RULES:
        keys = {row[1] for row in drawn if row[0] == rule_id}
        assert clear[rule_id] > 5, swept.rows("outcomes")
        assert len(keys) == 5
        not_clear = swept.rows("clues", "subject_key", f"rule_id = '{rule_id}'")
        not_clear += swept.rows("not_clear", "subject_key", f"rule_id = '{rule_id}'")
        assert not keys & {key for (key,) in not_clear}
        assert {row[4] for row in drawn if row[0] == rule_id} == {clear[rule_id]}
    assert len(swept.rows("clues", "*", "rule_id = 'TWN-01'")) > 0
    assert all(row[2] == row[1] and row[3] == f"U{int(row[2][2:]) % 4}" for row in drawn)
    assert {row[5:] for row in drawn} == {(1, "case")}


def test_where_fewer_are_clear_all_of_them_are_drawn(town: Town) -> None:
    swept = town.sweep(DAY, sample_clear=1000)
    clear = dict(swept.rows("outcomes", "rule_id, clear"))
    assert dict(swept.rows("sample", "rule_id, count(*)", "true GROUP BY rule_id")) == clear


def test_the_list_to_review_is_for_excel_and_names_its_sweep(swept: Swept) -> None:
    raw = (swept.folder / "sample.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(raw.decode("utf-8-sig").splitlines()))
    assert {row["rule_id"] for row in rows} == {"TWN-01", "TWN-05"}
    assert {row["sweep"] for row in rows} == {swept.folder.name}
    # A key that a spreadsheet would take for a formula is plain text.
    assert all(row["subject_key"].startswith("'=C") and row["verdict"] == "" for row in rows)


def test_who_was_looked_at_by_a_rule_of_grade_c_is_kept_apart(swept: Swept) -> None:
    apart = swept.folder / "restricted" / "sample.csv"
    rows = list(csv.DictReader(apart.read_text(encoding="utf-8-sig").splitlines()))
    assert {row["rule_id"] for row in rows} == {"TWN-08"}
    modes = [apart.stat().st_mode, (swept.folder / "sample.parquet").stat().st_mode]
    assert [mode & 0o777 for mode in modes] == [0o600, 0o600]


def test_the_same_sweep_draws_the_same_to_the_byte_and_one_with_another_number_is_another_sweep(
    town: Town, swept: Swept
) -> None:
    names = ("sample.parquet", "sample.csv", "restricted/sample.csv")
    before = [(swept.folder / name).read_bytes() for name in names]
    again = town.sweep(DAY, sample_clear=5, force=True, jobs=1)
    assert again.folder == swept.folder
    assert [(again.folder / name).read_bytes() for name in names] == before
    other = town.sweep(DAY, sample_clear=6)
    assert other.folder != swept.folder
    assert other.manifest["sample_clear"] == 6


def test_without_it_nothing_is_drawn_and_the_sweep_is_what_it_was(town: Town) -> None:
    plain = town.sweep(DAY)
    assert not list(plain.folder.rglob("sample*"))
    assert "sample_clear" not in plain.manifest


def test_a_sample_that_was_taken_away_is_drawn_again(town: Town, swept: Swept) -> None:
    before = (swept.folder / "sample.csv").read_bytes()
    (swept.folder / "sample.csv").unlink()
    again = town.sweep(DAY, sample_clear=5)
    assert not again.result.is_reused
    assert (again.folder / "sample.csv").read_bytes() == before
    assert town.sweep(DAY, sample_clear=5).result.is_reused


def test_everybody_has_the_same_chance() -> None:
    statements = SimpleNamespace(
        in_scope="SELECT 'k' || i AS subject_key FROM range(50) AS r(i)",
        shown="SELECT 'k' || i AS subject_key, NULL AS case_no, NULL AS unit FROM range(50) AS r(i)",
    )
    shape = SimpleNamespace(id="X-01", version=1, grade={"is": "A"}, subject="case")
    prepared = cast("Prepared", SimpleNamespace(statements=statements, rule=SimpleNamespace(shape=shape)))
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        connection.execute(sample_table())
        connection.execute("CREATE TABLE judged AS SELECT 'k7' AS subject_key")
        for seed in range(400):
            connection.execute(draw_statement(prepared, 10, f"seed {seed}"))
        counted = dict(
            connection.execute(f"SELECT subject_key, count(*) FROM ({sample_select()}) GROUP BY 1").fetchall()
        )
    # 400 draws of 10 among 49: 81.6 expected, with a spread of 8; five spreads either way.
    assert set(counted) == {f"k{i}" for i in range(50)} - {"k7"}
    assert all(41 <= n <= 122 for n in counted.values()), counted


def test_the_command_draws_too(town: Town) -> None:
    from click.testing import CliRunner

    from jointsup_rules.cli import main

    asked = ["sweep", "town", "--as-of", DAY, "--sample-clear", "3", "--workspace", str(town.folder)]
    result = CliRunner().invoke(main, asked, catch_exceptions=False)
    assert result.exit_code == 0
    folder = Path(result.output.splitlines()[-1]).parent
    assert len((folder / "sample.csv").read_text(encoding="utf-8-sig").splitlines()) == 1 + 2 * 3
    assert CliRunner().invoke(main, [*asked[:-3], "0"]).exit_code == 2
