"""What a sweep folder tells, and who may read it."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jointsup_rules.problems import ProblemsError, Text
from jointsup_rules.report import render_report
from jointsup_rules.report.read import Sweep, keep_readable, read_sweep, read_text

from .make_folder import make_small


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    return read_sweep(make_small(tmp_path_factory.mktemp("sweep") / "small"))


def _problem_of(folder: Path) -> str:
    with pytest.raises(ProblemsError) as caught:
        read_sweep(folder)
    (problem,) = caught.value.problems
    return f"{problem.code} {Path(problem.place.path).name}: {problem.what.en}"


def test_days_are_text_and_whole_numbers_have_no_point(full: Sweep) -> None:
    row = full.clues["subject_key"].index("FY:2021-0931")
    assert full.clues["started_on"][row] == "2021-09-14"
    assert repr(full.clues["measure"][row]) == "1204"
    assert repr(full.clues["confidence"][row]) == "1"


def test_the_gravest_clues_come_first_and_doubtful_links_after_certain_ones(full: Sweep) -> None:
    names = ("severity", "confidence", "over_days")
    seen = list(zip(*(full.clues[name] for name in names), strict=True))
    assert seen[0] == ("high", 1, 839)
    medium = [row[1:] for row in seen if row[0] == "medium"]
    assert [over for score, over in medium if score == 1] == [209, 107, 25, 11, None, None]
    assert medium[-1] == (0.82, 64)
    assert [row[0] for row in seen] == ["high"] * 4 + ["medium"] * 7 + ["low"] * 2


def test_lines_of_a_calculation_stand_in_order(full: Sweep) -> None:
    clue = full.clues["clue_id"][full.clues["subject_key"].index("FY:2021-0931")]
    rows = zip(full.working["clue_id"], full.working["step"], strict=True)
    assert [step for known, step in rows if known == clue] == ["start", "base", "exclude", "due", "over"]


def test_grade_c_and_all_that_hangs_on_it_is_parted_from_the_rest(full: Sweep) -> None:
    everybody, few = keep_readable(full, restricted=False), keep_readable(full, restricted=True)
    assert "HOT-06" not in {
        *everybody.clues["rule_id"],
        *everybody.not_clear["rule_id"],
        *everybody.gone["rule_id"],
    }
    assert {*few.clues["rule_id"], *few.not_clear["rule_id"], *few.gone["rule_id"]} == {"HOT-06"}
    for name in ("clues", "evidence", "working", "not_clear", "gone"):
        parted = [getattr(sweep, name).n_rows for sweep in (everybody, few)]
        assert sum(parted) == getattr(full, name).n_rows, name
    assert few.evidence.n_rows == 1
    assert everybody.n_restricted == few.n_restricted == 1


def test_the_outcomes_of_all_rules_stay_on_both_sides(full: Sweep) -> None:
    for restricted in (False, True):
        assert keep_readable(full, restricted).outcomes == full.outcomes


def test_a_rule_whose_grade_depends_goes_by_its_usual_grade(tmp_path: Path) -> None:
    folder = make_small(tmp_path / "small")
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["rules"]["HOT-06"]["grade"] = {"is": "C", "B": "measure < 2"}
    manifest["rules"]["LONG-01"]["grade"] = {"is": "A", "C": "measure > 9"}
    path.write_text(json.dumps(manifest), encoding="utf-8")
    everybody = keep_readable(read_sweep(folder), restricted=False)
    assert set(everybody.not_clear["rule_id"]) == {"LONG-01", "LONG-03", "PET-08"}


def test_a_missing_file_is_a_problem(tmp_path: Path) -> None:
    folder = make_small(tmp_path / "small")
    (folder / "evidence.parquet").unlink()
    assert _problem_of(folder) == "JR801 evidence.parquet: no such file"


def test_a_damaged_file_is_a_problem(tmp_path: Path) -> None:
    folder = make_small(tmp_path / "small")
    (folder / "clues.parquet").write_bytes(b"PAR1 but no more")
    assert _problem_of(folder).startswith("JR801 clues.parquet: cannot be read:")


def test_a_missing_column_is_a_problem(tmp_path: Path) -> None:
    folder = make_small(tmp_path / "small")
    table = pq.read_table(folder / "clues.parquet").drop_columns(["reason_zh", "grade"])
    pq.write_table(table, folder / "clues.parquet")
    assert _problem_of(folder) == "JR802 clues.parquet: no column grade, reason_zh"


def test_a_clue_of_the_past_without_a_grade_goes_by_its_rule(tmp_path: Path) -> None:
    folder = make_small(tmp_path / "small")
    table = pq.read_table(folder / "gone.parquet").drop_columns(["grade", "severity"])
    pq.write_table(table, folder / "gone.parquet")
    gone = keep_readable(read_sweep(folder), restricted=False).gone
    assert (gone.n_rows, gone["severity"]) == (2, [None, None])
    assert "HOT-06" not in gone["rule_id"]


def test_another_format_is_a_problem(tmp_path: Path) -> None:
    folder = make_small(tmp_path / "small")
    (folder / "manifest.json").write_text('{"format": 1}', encoding="utf-8")
    assert _problem_of(folder) == "JR803 manifest.json: format 1, not 2"


def test_numbers_that_are_none_are_empty(tmp_path: Path) -> None:
    folder = make_small(tmp_path / "small")
    table = pq.read_table(folder / "clues.parquet")
    place = table.column_names.index("measure")
    values = pa.array([float("nan"), float("inf")] + [0.125] * (table.num_rows - 2))
    pq.write_table(table.set_column(place, "measure", values), folder / "clues.parquet")
    assert set(read_sweep(folder).clues["measure"]) == {None, 0.125}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, Text()),
        ("数据变化", Text("数据变化", "数据变化")),
        ({"zh": "空", "en": "empty"}, Text("空", "empty")),
        ('{"zh": "空"}', Text("空", "空")),
        ("{not json", Text("{not json", "{not json")),
        ('{"days": 3}', Text('{"days": 3}', '{"days": 3}')),
    ],
)
def test_texts_come_in_several_forms(value: object, text: Text) -> None:
    assert read_text(value) == text


def test_a_clue_that_triage_raised_to_c_is_on_the_restricted_side(tmp_path: Path) -> None:
    folder = make_small(tmp_path / "small")
    path = folder / "triage.parquet"
    rows = pq.read_table(path).to_pylist()
    raised = next(row for row in rows if row["grade"] == "A")
    raised |= {"grade": "C", "dossier_id": "D-apart"}
    pq.write_table(pa.Table.from_pylist(rows, schema=pq.read_schema(path)), path)
    sweep = read_sweep(folder)
    everybody, few = keep_readable(sweep, False), keep_readable(sweep, True)
    assert raised["clue_id"] not in {*everybody.clues["clue_id"], *everybody.evidence["clue_id"]}
    assert "D-apart" not in everybody.clues["dossier_id"]
    assert everybody.n_restricted == 2
    place = few.clues["clue_id"].index(raised["clue_id"])
    assert (few.clues["grade"][place], few.clues["raised_from"][place]) == ("C", "A")
    assert raised["clue_id"] not in render_report(folder, "zh")
