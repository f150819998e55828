"""What the first page states in numbers."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jointsup_rules.report.figures import Figures, gather_figures, gather_tiers, gather_trend
from jointsup_rules.report.read import keep_readable, read_sweep

from .make_folder import make_small


def _figures(folder: Path, restricted: bool = False) -> Figures:
    full = read_sweep(folder)
    return gather_figures(keep_readable(full, restricted), full)


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    return _figures(make_small(tmp_path_factory.mktemp("sweep") / "small"))


def test_clues_are_counted_by_severity_state_and_family(figures: Figures) -> None:
    assert figures.n_clues == 12
    assert {count.key: count.n for count in figures.severities} == {"high": 4, "medium": 6, "low": 2}
    assert {count.key: count.n for count in figures.states} == {
        "new": 7,
        "continuing": 3,
        "changed": 1,
        "back": 1,
    }
    families = {count.key: (count.n, count.by_severity) for count in figures.families}
    assert families["LONG"] == (4, (2, 2, 0))
    assert sum(n for n, _ in families.values()) == 12
    assert "HOT" not in families


def test_units_by_families_add_up_and_shade_with_the_most(figures: Figures) -> None:
    assert sum(row.n for row in figures.heat) == 12
    for row in figures.heat:
        assert row.n == sum(n for n, _ in row.cells)
    levels = {level for row in figures.heat for n, level in row.cells if n == 2}
    assert levels == {5}
    assert {level for row in figures.heat for n, level in row.cells if n == 0} == {0}


def test_a_rule_that_did_not_run_has_a_reason_and_no_counts(figures: Figures) -> None:
    lines = {line.rule_id: line for line in figures.rules}
    for rule_id, status in (("ENT-04", "not_evaluated"), ("EXE-07", "failed")):
        assert lines[rule_id].status == status
        assert set(lines[rule_id].counts.values()) == {None}
        assert lines[rule_id].why.en
        assert lines[rule_id].adds_up
    assert figures.statuses == {"ran": 12, "not_evaluated": 1, "failed": 1}


def test_outcomes_add_up_to_the_subjects_in_scope(figures: Figures) -> None:
    assert figures.not_adding_up == ()
    long = next(line for line in figures.rules if line.rule_id == "LONG-01")
    assert long.counts == {
        "in_scope": 56, "hit": 3, "clear": 40, "excluded": 4, "cannot_tell": 9, "running": 0, "due_soon": 0,
    }  # fmt: skip


def _change_outcomes(folder: Path, rule_id: str, **changes: int | None) -> None:
    path = folder / "outcomes.parquet"
    rows = pq.read_table(path).to_pylist()
    for row in rows:
        if row["rule_id"] == rule_id:
            row.update(changes)
    pq.write_table(pa.Table.from_pylist(rows, pq.read_schema(path)), path)


@pytest.mark.parametrize(
    ("rule_id", "changes"),
    [
        ("LONG-01", {"clear": 39}),
        ("LONG-01", {"running": None}),
        ("ENT-04", {"in_scope": 0}),  # a rule that did not run never looks like one that found nothing
        ("EXE-07", {"clear": 5}),
    ],
)
def test_counts_that_do_not_add_up_are_named(
    tmp_path: Path, rule_id: str, changes: dict[str, int | None]
) -> None:
    folder = make_small(tmp_path / "small")
    _change_outcomes(folder, rule_id, **changes)
    assert _figures(folder).not_adding_up == (rule_id,)


def test_rows_of_an_export_that_do_not_add_up_are_named(tmp_path: Path) -> None:
    folder = make_small(tmp_path / "small")
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["dataset"]["sources"][3]["files"][0]["rows_loaded"] -= 1
    path.write_text(json.dumps(manifest), encoding="utf-8")
    assert _figures(folder).not_adding_up == ("petitions",)


def test_what_rules_cannot_tell_is_counted_with_its_reasons(figures: Figures) -> None:
    first = figures.unsettled[0]
    assert (first.rule_id, first.n) == ("LONG-01", 9)
    assert [(why.en, n) for why, n in first.reasons] == [
        ("the court export ends on 2024-11-30", 6),
        ("filed on and accepted on are both empty", 3),
    ]
    assert figures.n_unsettled == 11


def test_what_falls_due_soon_stands_by_day(figures: Figures) -> None:
    assert [(due.due_on, due.left_days) for due in figures.due_soon][:2] == [
        ("2025-01-01", 1),
        ("2025-01-02", 2),
    ]
    assert figures.n_due_soon == len(figures.due_soon) == 5


def test_each_export_says_how_far_behind_it_is(figures: Figures) -> None:
    behind = {export.source: export.behind_days for export in figures.exports}
    assert behind == {"police-cases": 3, "procuratorate-cases": 5, "court-cases": 31, "petitions": 3}
    court = next(export for export in figures.exports if export.source == "court-cases")
    assert (court.rows_in, court.rows_loaded, court.rows_rejected) == (11488, 11471, 17)


def test_the_restricted_report_counts_its_own_clues(tmp_path: Path) -> None:
    figures = _figures(make_small(tmp_path / "small"), restricted=True)
    assert (figures.n_clues, figures.n_gone, figures.n_not_clear, figures.n_due_soon) == (1, 1, 1, 0)
    assert [count.key for count in figures.families] == ["HOT"]


def test_tiers_and_trend_count_the_clues_that_are_shown(tmp_path: Path) -> None:
    sweep = keep_readable(read_sweep(make_small(tmp_path / "small")), False)
    tiers = {tier.key: tier.n for tier in gather_tiers(sweep)}
    over = [days for days in sweep.clues["over_days"] if (days or 0) > 0]
    assert sum(tiers.values()) == len(over)
    assert tiers["365"] == sum(days > 365 for days in over)
    trend = gather_trend(sweep)
    assert [(one.as_of, one.n) for one in trend] == [
        ("2024-10-31", 14),
        ("2024-11-30", 14),
        ("2024-12-31", 12),
    ]
