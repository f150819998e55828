"""Verdicts taken in, what they say of rules, and lawful exceptions made of them."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from jointsup_rules.ledger.entries import Who
from jointsup_rules.ledger.ledger import Ledger
from jointsup_rules.ledger.moving import Refused
from jointsup_rules.ledger.scores import gather_missed, gather_scores, interval
from jointsup_rules.ledger.verdicts import FORMAT, Judged, Mark, read_marks, take_marks
from jointsup_rules.problems import ProblemsError
from tests.ledger.desk import DISCIPLINE, POLICE, WANG, ZHAO, clue, new_ledger, sweep

FIRST, LATER = "2025-06-30-aaaaaaaa", "2025-09-30-bbbbbbbb"
AT, THEN = "2025-07-01T01:00:00Z", "2025-10-01T01:00:00Z"


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    ledger = new_ledger(tmp_path / "ledger.sqlite")
    clues = {
        "a": clue(),
        "b": clue(unit="U2", subject_key="K2"),
        "c": clue("HOT-05", grade="C", subject_key="K3"),
    }
    ledger.open(sweep(clues), AT, WANG)
    return ledger


def marks(*pairs: tuple[str, str], by: str = "甲", in_sweep: str = FIRST) -> list[Mark]:
    return [Mark(in_sweep, clue_id, verdict, "", by) for clue_id, verdict in pairs]


def judged(ledger: Ledger) -> list[tuple[str, str, str]]:
    found = [one for one in ledger.store.entries() if one.kind == "judged"]
    return [(one.subject, one.data["reviewer"], one.data["verdict"]) for one in found]


# ---- files


def test_a_file_saved_from_the_report_is_read(tmp_path: Path) -> None:
    file = tmp_path / "marks.json"
    told = {
        "format": FORMAT,
        "sweep": FIRST,
        "reviewer": "甲",
        "marks": [
            {"clue_id": "a", "verdict": "confirmed", "note": "已核对案卷"},
            {"clue_id": "b", "verdict": "wrong_data"},
        ],
    }
    file.write_text(json.dumps(told), encoding="utf-8")
    assert read_marks(file) == [
        Mark(FIRST, "a", "confirmed", "已核对案卷", "甲"),
        Mark(FIRST, "b", "wrong_data", "", "甲"),
    ]


def _workbook(path: Path, rows: Iterable[Iterable[Any]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for n, row in enumerate(rows):
            sheet.write_row(n, 0, list(row))
    return path


def test_a_list_with_verdicts_is_read_by_the_last_word_of_its_headings(tmp_path: Path) -> None:
    rows = [
        ("线索编号 clue_id", "规则 rule_id", "sweep", "评议 verdict", "note"),
        ("a", "LONG-01", FIRST, "属实", "  "),
        ("b", "LONG-01", FIRST, "", "还没看"),
    ]
    assert read_marks(_workbook(tmp_path / "list.xlsx", rows)) == [
        Mark(FIRST, "a", "属实", "", "", "LONG-01", "")
    ]


def test_a_number_in_a_cell_is_the_key_it_was(tmp_path: Path) -> None:
    rows = [("rule_id", "subject_key", "verdict"), ("LONG-01", 20250017, "missed")]
    (mark,) = read_marks(_workbook(tmp_path / "list.xlsx", rows), FIRST)
    assert (mark.sweep, mark.subject_key) == (FIRST, "20250017")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_csv_as_excel_saves_it_is_read(tmp_path: Path, encoding: str) -> None:
    text = f"sweep,rule_id,subject_key,case_no,verdict\r\n{FIRST},LONG-01,'=K1,（2024）示0001刑初1号,确无问题\r\n"
    (tmp_path / "sample.csv").write_bytes(text.encode(encoding))
    assert read_marks(tmp_path / "sample.csv") == [Mark(FIRST, "", "确无问题", "", "", "LONG-01", "=K1")]


@pytest.mark.parametrize(
    "content",
    [
        "", "[]", "{", '{"format": "other", "sweep": "x", "marks": []}', '{"format": "jointsup-verdicts-1", "sweep": "x"}',
        '{"format": "jointsup-verdicts-1", "sweep": "x", "marks": [1]}',
        '{"format": "jointsup-verdicts-1", "sweep": "x", "marks": [{"clue_id": "a"}]}',
    ],
)  # fmt: skip
def test_what_is_no_file_of_verdicts_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / "m.json").write_text(content, encoding="utf-8")
    with pytest.raises(ProblemsError) as told:
        read_marks(tmp_path / "m.json")
    assert [(one.code, one.what.en) for one in told.value.problems] == [
        ("JR706", "m.json is no file of verdicts")
    ]


@pytest.mark.parametrize("name", ["list.xlsx", "list.csv"])
def test_a_list_without_verdicts_is_no_file_of_verdicts(tmp_path: Path, name: str) -> None:
    if name.endswith("xlsx"):
        _workbook(tmp_path / name, [("clue_id", "sweep"), ("a", FIRST)])
    else:
        (tmp_path / name).write_text("clue_id,sweep\na,x\n", encoding="utf-8")
    with pytest.raises(ProblemsError):
        read_marks(tmp_path / name)


# ---- taken in


def test_the_same_file_again_changes_nothing_even_after_another(ledger: Ledger) -> None:
    first = marks(("a", "confirmed"), ("b", "wrong_rule"))
    assert take_marks(ledger, first, AT, WANG) == Judged(2, 0)
    head = ledger.head()
    assert take_marks(ledger, first, THEN, WANG) == Judged(0, 2)
    assert ledger.head() == head
    assert take_marks(ledger, marks(("a", "wrong_data")), THEN, WANG) == Judged(1, 0)
    head = ledger.head()
    assert take_marks(ledger, first, THEN, WANG) == Judged(0, 2)
    assert ledger.head() == head


def test_of_a_longer_file_only_what_is_new_is_taken(ledger: Ledger) -> None:
    take_marks(ledger, marks(("a", "confirmed")), AT, WANG)
    assert take_marks(ledger, marks(("a", "confirmed"), ("b", "confirmed")), THEN, WANG) == Judged(1, 1)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (Mark("2024-01-01-x", "a", "confirmed"), "mark 2: sweep '2024-01-01-x' is not in this ledger"),
        (Mark(FIRST, "z", "confirmed"), "mark 2: no clue 'z' in the ledger"),
        (Mark(FIRST, "c", "confirmed"), "mark 2: no clue 'c' in the ledger"),
        (Mark(FIRST, "a", "confirmd"), "mark 2: no verdict 'confirmd'; did you mean 'confirmed'?"),
        (Mark(FIRST, "", "missed"), "mark 2: it names neither a clue nor a rule and subject"),
        (Mark(FIRST, "", "confirmed", rule_id="LONG-01", subject_key="K"), "mark 2: no verdict 'confirmed'; there are: missed"),
    ],
)  # fmt: skip
def test_a_mark_of_what_is_not_there_is_refused_and_nothing_taken(
    ledger: Ledger, wrong: Mark, told: str
) -> None:
    head = ledger.head()
    with pytest.raises(Refused) as refused:
        take_marks(ledger, [*marks(("a", "confirmed")), wrong], AT, WANG)
    assert refused.value.told.en.startswith(told)
    assert ledger.head() == head


def test_all_that_is_wrong_is_told_at_once(ledger: Ledger) -> None:
    with pytest.raises(Refused) as refused:
        take_marks(ledger, marks(("y", "confirmed"), ("a", "confirmed"), ("z", "confirmed")), AT, WANG)
    assert refused.value.told.zh == "第 1 条：台账中没有线索“y”\n第 3 条：台账中没有线索“z”"


def test_a_clue_of_a_sweep_that_did_not_find_it_is_refused(ledger: Ledger) -> None:
    ledger.open(sweep({"b": clue(unit="U2")}, LATER, date(2025, 9, 30), gone={"a": "resolved"}), THEN, WANG)
    with pytest.raises(Refused) as refused:
        take_marks(ledger, marks(("a", "confirmed"), in_sweep=LATER), THEN, WANG)
    assert refused.value.told.zh == f"第 1 条：筛查“{LATER}”没有发现线索“a”"


def test_restricted_clues_are_judged_by_those_who_see_them(ledger: Ledger) -> None:
    assert take_marks(ledger, marks(("c", "confirmed")), AT, DISCIPLINE) == Judged(1, 0)
    assert gather_scores(ledger, WANG) == []
    assert [one.rule_id for one in gather_scores(ledger, DISCIPLINE)] == ["HOT-05"]


def test_a_unit_judges_its_own_clues_and_an_auditor_none(ledger: Ledger) -> None:
    assert take_marks(ledger, marks(("a", "already_handled")), AT, POLICE) == Judged(1, 0)
    with pytest.raises(Refused):
        take_marks(ledger, marks(("b", "already_handled")), AT, POLICE)
    with pytest.raises(Refused) as refused:
        take_marks(ledger, marks(("a", "confirmed")), AT, Who("auditor", "吴某"))
    assert refused.value.told.zh == "审计员只读，不能登记评议结论"


def test_verdicts_may_be_written_as_they_are_called_and_the_one_who_brings_them_reviewed(
    ledger: Ledger,
) -> None:
    take_marks(ledger, [Mark(FIRST, "a", "属实"), Mark(FIRST, "b", "The data are wrong")], AT, ZHAO)
    assert judged(ledger) == [("a", "赵某", "confirmed"), ("b", "赵某", "wrong_data")]


# ---- scores


def _many(tmp_path: Path, verdicts: Mapping[str, int], unit: str = "U1") -> Ledger:
    """A ledger whose clues of one rule were judged so often this and that."""
    ledger = new_ledger(tmp_path / "ledger.sqlite")
    names = [f"{verdict}-{n}" for verdict, count in verdicts.items() for n in range(count)]
    ledger.open(sweep({one: clue(unit=unit, subject_key=one) for one in names}), AT, WANG)
    take_marks(ledger, marks(*((one, one.rpartition("-")[0]) for one in names)), AT, WANG)
    return ledger


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    # Worked out with the formula of Wilson (1927) and z = 1.959964: (15, 20) and (0, 20) stand in textbooks.
    [(15, 20, 0.5313, 0.8881), (0, 20, 0.0, 0.1611), (20, 20, 0.8389, 1.0), (1, 10, 0.0179, 0.4042), (50, 100, 0.4038, 0.5962)],
)  # fmt: skip
def test_the_interval_is_that_of_wilson(part: int, whole: int, low: float, high: float) -> None:
    assert [round(one, 4) for one in interval(part, whole)] == [low, high]


def test_no_interval_is_made_of_nothing() -> None:
    for part, whole in ((0, 0), (3, 2), (-1, 5)):
        with pytest.raises(ValueError, match="of"):
            interval(part, whole)


def test_what_speaks_of_the_data_or_of_nothing_counts_neither_for_nor_against(tmp_path: Path) -> None:
    ledger = _many(
        tmp_path,
        {"confirmed": 13, "already_handled": 2, "wrong_rule": 3, "lawful_exception": 2, "wrong_data": 9, "cannot_decide": 4},
    )  # fmt: skip
    (score,) = gather_scores(ledger, WANG)
    assert (score.right, score.wrong, score.data) == (15, 5, 9)
    assert score.counts["lawful_exception"] == 2
    assert (score.precision, score.advice) == (0.75, "keep")
    assert (round(score.low or 0, 4), round(score.high or 0, 4)) == (0.5313, 0.8881)


def test_nineteen_verdicts_are_too_few_however_many_speak_of_the_data(tmp_path: Path) -> None:
    (score,) = gather_scores(_many(tmp_path, {"confirmed": 10, "wrong_rule": 9, "wrong_data": 30}), WANG)
    assert (score.precision, score.low, score.high, score.advice) == (None, None, None, "too_few")


@pytest.mark.parametrize(("right", "advice"), [(20, "keep"), (12, "tune"), (1, "tune"), (0, "retire")])
def test_rules_are_kept_tuned_or_retired(tmp_path: Path, right: int, advice: str) -> None:
    (score,) = gather_scores(_many(tmp_path, {"confirmed": right, "wrong_rule": 20 - right}), WANG)
    assert score.advice == advice


def test_of_several_reviewers_the_newest_verdict_stands_and_all_are_kept(ledger: Ledger) -> None:
    take_marks(ledger, marks(("a", "confirmed"), by="甲"), AT, WANG)
    take_marks(ledger, marks(("a", "wrong_rule"), by="乙"), THEN, WANG)
    (score,) = gather_scores(ledger, WANG)
    assert (score.right, score.wrong) == (0, 1)
    assert judged(ledger) == [("a", "甲", "confirmed"), ("a", "乙", "wrong_rule")]


def test_a_verdict_counts_for_the_version_that_the_sweep_ran(ledger: Ledger) -> None:
    again = {"a": clue(rule_version=2), "b": clue(unit="U2", rule_version=2)}
    ledger.open(sweep(again, LATER, date(2025, 9, 30)), THEN, WANG)
    take_marks(ledger, marks(("a", "wrong_rule"), ("b", "wrong_rule")), THEN, WANG)
    take_marks(ledger, marks(("a", "confirmed"), in_sweep=LATER), THEN, WANG)
    assert [(one.rule_version, one.right, one.wrong) for one in gather_scores(ledger, WANG)] == [
        (1, 0, 2),
        (2, 1, 0),
    ]


def test_scores_by_unit_and_of_one_unit(ledger: Ledger) -> None:
    take_marks(ledger, marks(("a", "confirmed"), ("b", "wrong_rule")), AT, WANG)
    by_unit = gather_scores(ledger, WANG, by_unit=True)
    assert [(one.unit, one.right, one.wrong) for one in by_unit] == [("U1", 1, 0), ("U2", 0, 1)]
    assert [(one.right, one.wrong) for one in gather_scores(ledger, WANG, "U2")] == [(0, 1)]
    assert [(one.right, one.wrong) for one in gather_scores(ledger, POLICE)] == [(1, 0)]


# ---- samples


def _sampled(root: Path, rows: Iterable[Mapping[str, Any]], name: str = FIRST) -> Path:
    """The folder of a sweep with what it drew."""
    folder = root / "reports" / name
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{}", encoding="utf-8")
    told = [
        {"rule_version": 1, "grade": "A", "subject": "case", "case_no": None, "unit": "U1", "n_clear": 1000, **row} for row in rows
    ]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(told), folder / "sample.parquet")
    return root / "reports"


def sampled_marks(keys: Iterable[str], verdict: str, rule: str = "LONG-01") -> list[Mark]:
    return [Mark(FIRST, "", verdict, "", "甲", rule, key) for key in keys]


def test_what_a_rule_misses_is_estimated_from_a_reviewed_sample(ledger: Ledger, tmp_path: Path) -> None:
    keys = [f"S{n}" for n in range(40)]
    reports = _sampled(tmp_path, [{"rule_id": "LONG-01", "subject_key": key} for key in keys])
    take_marks(
        ledger,
        [*sampled_marks(keys[:4], "missed"), *sampled_marks(keys[4:], "rightly_clear")],
        AT,
        WANG,
        reports,
    )
    (found,) = gather_missed(ledger, WANG)
    assert (found.rule_id, found.rule_version, found.sweep) == ("LONG-01", 1, FIRST)
    assert (found.looked, found.missed, found.n_clear, found.share) == (40, 4, 1000, 0.1)
    # Wilson for 4 of 40: 0.0396 to 0.2305, so of 1,000 about 40 to 231.
    assert (found.number(found.share), found.number(found.low), found.number(found.high)) == (100, 40, 231)
    assert gather_scores(ledger, WANG) == []


def test_nineteen_of_a_sample_are_too_few(ledger: Ledger, tmp_path: Path) -> None:
    keys = [f"S{n}" for n in range(19)]
    reports = _sampled(tmp_path, [{"rule_id": "LONG-01", "subject_key": key} for key in keys])
    take_marks(ledger, sampled_marks(keys, "missed"), AT, WANG, reports)
    (found,) = gather_missed(ledger, WANG)
    assert (found.looked, found.missed, found.share, found.number(found.share)) == (19, 19, None, None)


def test_who_was_not_drawn_is_refused_where_the_sample_is_there_to_tell(
    ledger: Ledger, tmp_path: Path
) -> None:
    reports = _sampled(tmp_path, [{"rule_id": "LONG-01", "subject_key": "S1"}])
    for mark in (*sampled_marks(["S2"], "missed"), *sampled_marks(["S1"], "missed", "CM-01")):
        with pytest.raises(Refused, match="is not in the sample that sweep"):
            take_marks(ledger, [mark], AT, WANG, reports)
    (reports / FIRST / "sample.parquet").unlink()
    with pytest.raises(Refused, match="is not in the sample"):
        take_marks(ledger, sampled_marks(["S1"], "missed"), AT, WANG, reports)
    (reports / FIRST / "manifest.json").unlink()
    assert take_marks(ledger, sampled_marks(["S2"], "missed"), AT, WANG, reports) == Judged(1, 0)
    (found,) = gather_missed(ledger, WANG)
    assert (found.looked, found.n_clear) == (1, None)


def test_a_sample_of_a_rule_of_grade_c_is_for_those_who_see_it(ledger: Ledger, tmp_path: Path) -> None:
    reports = _sampled(tmp_path, [{"rule_id": "HOT-05", "subject_key": "S1", "grade": "C"}])
    with pytest.raises(Refused, match="is not in the sample"):
        take_marks(ledger, sampled_marks(["S1"], "missed", "HOT-05"), AT, WANG, reports)
    assert take_marks(ledger, sampled_marks(["S1"], "missed", "HOT-05"), AT, DISCIPLINE, reports) == Judged(
        1, 0
    )
    assert gather_missed(ledger, WANG) == []
    assert len(gather_missed(ledger, DISCIPLINE)) == 1


def test_a_sample_with_verdicts_is_taken_in_from_the_very_list_the_sweep_wrote(
    ledger: Ledger, tmp_path: Path
) -> None:
    from jointsup_rules.sweep.sample import write_sample_lists

    reports = _sampled(
        tmp_path, [{"rule_id": "LONG-01", "subject_key": "=S1"}, {"rule_id": "LONG-01", "subject_key": "S2"}]
    )
    folder = reports / FIRST
    write_sample_lists(folder, FIRST)
    with (folder / "sample.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[0]["verdict"] = "应发现而未发现"
    with (tmp_path / "reviewed.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    assert take_marks(ledger, read_marks(tmp_path / "reviewed.csv"), AT, WANG, reports) == Judged(1, 0)
    assert judged(ledger) == [("LONG-01|=S1", "王某", "missed")]
