"""The figures of the yearly briefing, each worked out by hand; queries that may not run or do not; the briefing as files.

The ledger of the year, all in the office's own days:

    clue  rule     family unit  case severity grade  entered     what became of it
    l1    LONG-01  LONG   U1    案1  medium   A      2025-02-01  sent 02-03 by the committee, answered 02-23 (confirmed, put right,
                                                                 123,456 fen, 2 released), case made, closed 03-01; gone in June
    l2    LONG-01  LONG   U1    案2  medium   A      2025-02-01  sent 02-07, returned, sent again 02-17, answered 03-01 (partly),
                                                                 sent back by verification once; gone in June
    l3    LONG-01  LONG   U2    案3  medium   A      2025-02-01  still found in June
    l4    LONG-01  LONG   U2    案4  medium   A      2025-02-01  rejected
    l5    LONG-01  LONG   U1    案5  medium   A      2025-02-01  merged into l1; a short one: under a year, gone in June
    e1    ENT-01   ENT    U1    案6  medium   A      2025-02-01  sent 02-05 by the procuratorate, answered 02-28 (unfounded), closed
    e1b   ENT-01   ENT    U1    案6  medium   A      2025-02-01  another clue of the same rule and case
    m1    CM-01    CM     U3    案7  high     A      2025-02-01  screened the same day
    m2    CM-01    CM     U3    案8  high     A      2025-02-01  screened two days later
    c1    HOT-05   HOT    U3    案9  medium   C      2025-02-01  sent to the discipline commission
    old   LONG-01  LONG   U1    案0  medium   A      2024-12-01  rejected in 2025
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document as Word
from python_calamine import CalamineWorkbook

from jointsup_rules.ledger.briefing import write_briefing
from jointsup_rules.ledger.entries import Who
from jointsup_rules.ledger.ledger import Ledger
from jointsup_rules.ledger.moving import Step
from jointsup_rules.ledger.records import Change, Item, change_record, open_record
from jointsup_rules.ledger.stats import Counted, check_figures, count_figures
from jointsup_rules.ledger.verdicts import Mark, take_marks
from jointsup_rules.load.yaml import read_yaml, read_yaml_file
from jointsup_rules.model.briefing import BRIEFING, Briefing, read_briefing
from jointsup_rules.problems import ProblemsError, render_problem
from tests.ledger.desk import (
    DISCIPLINE,
    POLICE,
    ROOT,
    SWEEP,
    WANG,
    ZHAO,
    Office,
    clue,
    new_ledger,
    new_office,
    sweep,
)

CLERK = Who("committee", "周某")


def at(day: str) -> str:
    return f"{day}T02:00:00Z"


def product_briefing() -> Briefing:
    briefing, problems = read_briefing(read_yaml_file(ROOT / BRIEFING, BRIEFING))
    assert briefing is not None
    assert [render_problem(one, "zh") for one in (*problems, *check_figures(briefing))] == []
    return briefing


def _clues() -> dict[str, dict[str, Any]]:
    cases = {"l1": 400, "l2": 800, "l3": 1200, "l4": 400, "l5": 300}
    units = {"l3": "U2", "l4": "U2"}
    made = {
        name: clue(unit=units.get(name, "U1"), case_no=f"案{name[1]}", subject_key=name, measure=float(days))
        for name, days in cases.items()
    }
    made |= {
        "e1": clue("ENT-01", case_no="案6", subject_key="e1"),
        "e1b": clue("ENT-01", case_no="案6", subject_key="e1b"),
        "m1": clue("CM-01", "U3", "high", case_no="案7", subject_key="m1"),
        "m2": clue("CM-01", "U3", "high", case_no="案8", subject_key="m2"),
        "c1": clue("HOT-05", "U3", grade="C", case_no="案9", subject_key="c1"),
    }
    return made


def move(ledger: Ledger, day: str, name: str, step: str, who: Who = WANG, **fields: Any) -> None:
    ledger.move([Step(name, step, fields)], at(day), who)


def screen(ledger: Ledger, day: str, *names: str, severity: str = "medium", grade: str = "A") -> None:
    for name in names:
        move(ledger, day, name, "screen", severity=severity, grade=grade, route="unit")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The year above, in a ledger that began the year before."""
    office = new_office(tmp_path_factory.mktemp("office"), _clues())
    ledger = new_ledger(office.root / "year.sqlite")
    ledger.open(
        sweep(
            {"old": clue(case_no="案0", subject_key="old", measure=500.0)},
            "2024-11-30-old",
            date(2024, 11, 30),
        ),
        at("2024-12-01"),
        WANG,
    )
    ledger.open(
        sweep(
            {**_clues(), "old": clue(case_no="案0", subject_key="old", measure=560.0)},
            SWEEP,
            date(2025, 1, 31),
        ),
        at("2025-02-01"),
        WANG,
    )
    office = Office(office.root, ledger)
    _year(office)
    return office


def _year(office: Office) -> None:
    ledger = office.ledger
    screen(ledger, "2025-02-01", "m1", severity="high")
    move(ledger, "2025-02-01", "m1", "confirm", CLERK)
    screen(ledger, "2025-02-02", "l1", "l2", "e1")
    office.send("l1", at=at("2025-02-03"))
    screen(ledger, "2025-02-03", "m2", severity="high")
    move(ledger, "2025-02-03", "m2", "confirm", CLERK)
    office.send("e1", who=ZHAO, to="P1", at=at("2025-02-05"))
    office.send("l2", at=at("2025-02-07"))
    ledger.move(
        [Step("c1", "screen", {"severity": "medium", "grade": "C", "route": "discipline"})],
        at("2025-02-08"),
        DISCIPLINE,
    )
    office.send("c1", who=DISCIPLINE, to="纪委监委", at=at("2025-02-09"), document="discipline_transfer")
    move(ledger, "2025-02-10", "l4", "reject", reason="NOT_EXPORTED")
    move(ledger, "2025-02-10", "old", "reject", reason="WRONG_DATA")
    move(ledger, "2025-02-11", "l5", "merge", merged_into="l1")
    move(ledger, "2025-02-12", "l2", "return", POLICE, returned_because="不属本单位")
    screen(ledger, "2025-02-13", "l2")
    office.send("l2", at=at("2025-02-17"))
    move(ledger, "2025-02-23", "l1", "answer", POLICE, conclusion="CONFIRMED", feedback_on="2025-02-23", corrected="是",
         money_fen="123456", released_n="2")  # fmt: skip
    move(ledger, "2025-02-24", "l1", "verify")
    move(ledger, "2025-02-28", "e1", "answer", ZHAO, conclusion="UNFOUNDED", feedback_on="2025-02-28")
    move(ledger, "2025-02-28", "e1", "verify")
    move(ledger, "2025-03-01", "e1", "close", result="UNFOUNDED")
    move(ledger, "2025-03-01", "l1", "close", result="MADE", case_made="DOCUMENT")
    move(ledger, "2025-03-01", "l2", "answer", POLICE, conclusion="PARTLY", feedback_on="2025-03-01")
    move(ledger, "2025-03-02", "l2", "verify")
    move(ledger, "2025-03-03", "l2", "fail", verify_result="FAIL")
    _records(ledger)
    # June: l1, l2 and l5 are gone, l1 was closed, l3 is found still.
    left = {name: one for name, one in _clues().items() if name not in ("l1", "l2", "l5")}
    ledger.open(
        sweep(
            {**left, "old": clue(case_no="案0", subject_key="old", measure=560.0)},
            "2025-06-30-june",
            date(2025, 6, 30),
        ),
        at("2025-07-01"),
        WANG,
    )
    take_marks(
        ledger, [Mark(SWEEP, "l1", "confirmed"), Mark(SWEEP, "l4", "wrong_rule")], at("2025-07-02"), WANG
    )


def _records(ledger: Ledger) -> None:
    long_ones = ("l1", "l2", "l3", "l4", "l5")
    open_record(
        ledger,
        "campaign",
        Change({"title": "清理", "from_on": "2025-02-01"}, long_ones),
        at("2025-03-04"),
        WANG,
    )
    meeting = open_record(
        ledger,
        "meeting",
        Change(
            {"title": "第一次", "held_on": "2025-03-05"},
            items=(Item("催办", "周某", "2025-04-01"), Item("通报", "周某", "2025-04-01")),
        ),
        at("2025-03-05"),
        WANG,
    )
    change_record(ledger, meeting.number, Change(done=(1,)), at("2025-03-20"), WANG)
    review = {"title": "联合评查", "members": "检察官、法官、警官"}
    open_record(
        ledger, "review", Change({**review, "reviewed_n": "12", "rectified_n": "3"}), at("2025-04-01"), WANG
    )
    open_record(ledger, "review", Change(review, ("l3", "m1")), at("2025-04-02"), WANG)
    open_record(ledger, "inspection", Change({"title": "巡回", "target_unit": "U3"}), at("2025-04-03"), WANG)
    for n in range(2):
        open_record(
            ledger, "suggestion", Change({"title": f"建议{n}", "target_unit": "U1"}), at("2025-04-04"), WANG
        )
    open_record(ledger, "institution", Change({"title": "办法"}), at("2025-04-05"), WANG)
    open_record(
        ledger,
        "consultation",
        Change({"title": "论证", "question": "是否", "experts_n": "5", "opinion": "可以"}),
        at("2025-04-06"),
        WANG,
    )
    open_record(
        ledger, "consultation", Change({"title": "再论证", "question": "是否"}), at("2025-04-07"), WANG
    )


def figures(counted: Counted) -> dict[str, Any]:
    """Figures by id: the value of one, or values by label."""
    assert [(one.shape.id, one.failed.en) for one in counted.figures if one.failed] == []
    found: dict[str, Any] = {}
    for one in counted.figures:
        is_one = len(one.rows) == 1 and not one.rows[0][0].zh
        found[one.shape.id] = one.rows[0][1] if is_one else {label.zh: value for label, value in one.rows}
    return found


def count(office: Office, year: int = 2025, day: date = date(2025, 7, 2), who: Who = WANG) -> dict[str, Any]:
    return figures(count_figures(office.ledger, product_briefing(), year, day, who))


EXPECTED: Mapping[str, Any] = {
    # l1 l2 l3, e1 with e1b as one, m1, m2; not l4 (rejected), l5 (merged), c1 (grade C), old (the year before).
    "F01": "6",
    # l1 alone; 1 of 6.
    "F02": "1",
    "F03": "16.7",
    # l1, and l2 twice, by the committee; e1 by the procuratorate.
    "F04": {"政法委执法监督科": "3", "检察院": "1"},
    # Of l1, l2, e1 two are closed.
    "F05": "66.7",
    # l1 was in the first tier, l2 in the second, l5 under a year, l3 is found still; l4 is found still.
    "F06": {"一至二年": "1", "二至三年": "1"},
    "F07": {"U1": "2"},
    "F08": "1",
    # 12 as entered, and two clues of the other review.
    "F09": "14",
    "F10": "3",
    "F11": "1",
    # Four letters: l1, e1, l2, l2; the one to the discipline commission is not among them.
    "F12": {"线索移送函": "4"},
    "F13": "2",
    "F14": "1",
    "F15": {"论证": "2", "已有意见": "1", "专家人次": "5"},
    "F16": {"会议": "1", "议定事项": "2", "已完成": "1"},
    # Days from entry to transfer: 2 (l1), 4 (e1), 6 and 16 (l2).
    "F17": "5",
    # Days from the last transfer to the answer: 20 (l1), 23 (e1), 12 (l2).
    "F18": "20",
    # l1 and l2 of three.
    "F19": "66.7",
    # l1 and e1 closed, l2 sent back once.
    "F20": "66.7",
    "F22": "50",
    "F23": "1",
    "F24": "1234.56",
    "F25": "2",
    # l4 of the five of the year; l5 was merged: 1 of l1, l2, l3 (not screened), l4.
    "F26": {"LONG-01": "33.3"},
    "F27": {},
    "F28": {},
    # l1 of l1 and l2.
    "F29": "50",
}


def test_every_figure_is_what_it_comes_to_by_hand(office: Office) -> None:
    found = count(office)
    late = found.pop("F21")
    assert found == EXPECTED
    # l2 (sent back on 03-03), l3, e1b, m1 and m2 are past their days; c1 is, too, and is counted for nobody else.
    assert late == "5"


def test_what_is_counted_is_what_stood_on_the_day(office: Office) -> None:
    february = count(office, day=date(2025, 2, 6))
    assert (february["F01"], february["F02"], february["F04"]) == (
        "8",
        "0",
        {"政法委执法监督科": "1", "检察院": "1"},
    )
    assert (february["F23"], february["F06"], february["F09"], february["F26"]) == ("0", {}, "0", {})
    assert count(office, day=date(2025, 2, 9))["F23"] == "1"


def test_another_year_has_its_own_figures(office: Office) -> None:
    before = count(office, 2024)
    # The clue of that year was rejected since; on its last day it stood.
    assert (before["F01"], count(office, 2024, date(2024, 12, 31))["F01"]) == ("0", "1")
    after = count(office, 2026)
    assert (after["F01"], after["F04"], after["F06"], after["F09"], after["F24"]) == ("0", {}, {}, "0", "0")


def test_grade_c_is_in_no_figure_but_the_number_of_discipline_transfers(office: Office) -> None:
    everything = {"F01": "SELECT count(*) AS n FROM clue", "F02": "SELECT count(*) AS n FROM move WHERE clue_id = 'c1'",
                  "F03": "SELECT count(*) AS n FROM package WHERE number LIKE '%纪%' OR receiver LIKE '%纪%'",
                  "F04": "SELECT count(*) AS n FROM verdict WHERE clue_id = 'c1'",
                  "F05": "SELECT count(*) AS n FROM clue WHERE grade = 'C'", "F06": "SELECT count(*) AS n FROM late WHERE clue_id = 'c1'",
                  "F07": "SELECT sum(n_clues) AS n FROM package WHERE restricted"}  # fmt: skip
    briefing = _briefing(everything)
    found = figures(count_figures(office.ledger, briefing, 2025, date(2025, 7, 2), WANG))
    assert list(found.values()) == ["10", "0", "0", "0", "0", "0", "—"]
    theirs = figures(count_figures(office.ledger, briefing, 2025, date(2025, 7, 2), DISCIPLINE))
    assert list(theirs.values()) == ["1", "2", "1", "0", "1", "1", "1"]


def test_a_unit_counts_its_own_clues_and_letters(office: Office) -> None:
    own = count(office, who=POLICE)
    assert own["F01"] == "3"
    assert own["F04"] == {"政法委执法监督科": "3", "检察院": "1"}
    assert own["F23"] == "0"


def test_precision_needs_twenty_verdicts(tmp_path: Path) -> None:
    office = new_office(tmp_path, {f"k{n}": clue(subject_key=f"k{n}") for n in range(21)})
    marks = [Mark(SWEEP, f"k{n}", "confirmed" if n < 15 else "wrong_rule") for n in range(20)]
    take_marks(office.ledger, marks[:19], at("2025-07-02"), WANG)
    assert count(office, day=date(2025, 7, 2))["F28"] == {}
    take_marks(office.ledger, [marks[19], Mark(SWEEP, "k20", "wrong_data")], at("2025-07-03"), WANG)
    assert count(office, day=date(2025, 7, 2))["F28"] == {}
    assert count(office, day=date(2025, 7, 3))["F28"] == {"LONG-01 v1": "75"}
    # Clues of one rule in one unit: a systemic look.
    assert count(office, day=date(2025, 7, 3))["F27"] == {"LONG-01 U1": "21"}


# ---- queries


def _briefing(queries: Mapping[str, str]) -> Briefing:
    document = read_yaml(_text(queries), BRIEFING)
    briefing, problems = read_briefing(document)
    assert briefing is not None, problems
    return briefing


def _text(queries: Mapping[str, str]) -> str:
    listed = "".join(
        f"  - id: {name}\n    label: {{zh: 数, en: n}}\n    means: {{zh: 数, en: n}}\n    sql: |\n      {sql}\n"
        for name, sql in queries.items()
    )
    return f"title: {{zh: 通报, en: briefing}}\nfigures:\n{listed}"


HOSTILE = {
    "SELECT count(*) AS n FROM read_csv('/etc/passwd')": "7:33: JR320",
    "COPY clue TO '/tmp/x.csv'": "7:7: JR320",
    "ATTACH '/tmp/x.db' AS x": "7:7: JR320",
    "SET memory_limit = '90GB'": "7:7: JR320",
    "SELECT current_setting('memory_limit') AS n": "7:14: JR320",
    "SELECT 1 AS n; DROP TABLE clue": "7:7: JR320",
    "WITH x AS (DELETE FROM clue RETURNING 1) SELECT count(*) AS n FROM x": "7:7: JR320",
    "SELECT count(*) AS n FROM duckdb_settings()": "7:33: JR320",
    "SELECT getenv('HOME') AS n": "7:14: JR320",
    "SELECT count(*) AS n FROM '/etc/passwd'": "7:33: JR320",
    "SELECT count(*) AS n FROM entry": "7:33: JR320",
    "SELECT rule_id, unit, count(*) AS n FROM clue GROUP BY 1, 2": "JR321",
}


@pytest.mark.parametrize("sql", HOSTILE)
def test_a_query_that_does_more_than_read_the_ledgers_tables_is_refused_where_it_stands(sql: str) -> None:
    (problem,) = check_figures(_briefing({"F01": sql}))
    assert problem.place.path == BRIEFING
    assert HOSTILE[sql] in f"{problem.place.line}:{problem.place.column}: {problem.code}", str(problem.place)


def test_two_figures_of_one_id_are_told() -> None:
    document = read_yaml(
        _text({"F01": "SELECT 1 AS n"}) + _text({"F01": "SELECT 2 AS n"}).split("figures:\n")[1], BRIEFING
    )
    _, problems = read_briefing(document)
    assert [(one.code, one.place.line) for one in problems] == [("JR209", 8)]


def test_a_figure_whose_query_fails_is_told_and_the_others_stand(office: Office) -> None:
    briefing = _briefing(
        {
            "F01": "SELECT no_such_column AS n FROM clue",
            "F02": "SELECT count(*) AS n FROM clue",
            "F03": "SELECT c.clue_id, 1 AS n FROM clue c, clue d, clue e, clue f",
            "F04": "SELECT CAST('x' AS INTEGER) AS n",
            "F05": "SELECT count(*) AS n FROM move",
        }
    )
    counted = count_figures(office.ledger, briefing, 2025, date(2025, 7, 2), WANG)
    failed = {one.shape.id: one.failed.en for one in counted.figures if one.failed}
    assert failed["F01"].startswith(
        'cannot be counted: Binder Error: Referenced column "no_such_column" not found'
    )
    assert failed["F03"] == "cannot be counted: more than 1000 rows"
    assert set(failed) == {"F01", "F03", "F04"}
    assert {one.shape.id: one.rows[0][1] for one in counted.figures if not one.failed}["F02"] == "10"


def test_a_query_that_takes_too_long_is_stopped(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jointsup_rules.ledger.stats.LIMIT_S", 0.3)
    names = [f"c{n}" for n in range(10)]
    long = " || ".join(f"{name}.clue_id" for name in names)
    slow = (
        f"SELECT count(*) AS n FROM {', '.join(f'clue {name}' for name in names)} WHERE length({long}) > 99"
    )
    briefing = _briefing({"F01": slow, "F02": "SELECT 1 AS n"})
    slow_one, other = count_figures(office.ledger, briefing, 2025, date(2025, 7, 2), WANG).figures
    assert slow_one.failed is not None
    assert slow_one.failed.zh == "算不出：超过时限 0.3 秒"
    assert other.rows[0][1] == "1"


# ---- files


def test_the_workbook_holds_each_figure_with_its_query_and_its_basis(office: Office, tmp_path: Path) -> None:
    counted = count_figures(office.ledger, product_briefing(), 2025, date(2025, 7, 2), WANG)
    write_briefing(tmp_path / "b.xlsx", counted, office.root, "zh")
    book = CalamineWorkbook.from_path(str(tmp_path / "b.xlsx"))
    head, *rows = book.get_sheet_by_name("指标").to_python()
    assert head == ["编号", "指标", "数值", "定义", "查询"]
    shown = {row[0]: row for row in rows}
    assert shown["F01"][1:3] == ["模型发现线索数", "6"]
    assert shown["F04"][2] == "政法委执法监督科：3\n检察院：1"
    assert shown["F01"][4].startswith("SELECT count(DISTINCT (rule_id")
    basis = book.get_sheet_by_name("依据").to_python()
    assert basis[:3] == [["年度", "2025"], ["统计日", "2025-07-02"], ["台账链尾", str(office.ledger.head())]]
    assert [row[1] for row in basis[3:]] == [SWEEP, "2025-06-30-june"]
    assert [path.name for path in tmp_path.iterdir()] == ["b.xlsx"]


def test_the_letter_holds_each_figure_and_its_basis(office: Office, tmp_path: Path) -> None:
    counted = count_figures(office.ledger, product_briefing(), 2025, date(2025, 7, 2), WANG)
    write_briefing(tmp_path / "b.docx", counted, office.root, "zh")
    letter = Word(str(tmp_path / "b.docx"))
    text = "\n".join(one.text for one in letter.paragraphs)
    cells = [cell.text for table in letter.tables for row in table.rows for cell in row.cells]
    told = "\n".join([text, *cells])
    for words in (
        "2025",
        "2025年7月2日",
        "模型发现线索数",
        "1234.56",
        "一至二年：1",
        SWEEP,
        str(office.ledger.head()),
    ):
        assert words in told, words


def test_the_workbook_speaks_english_too(office: Office, tmp_path: Path) -> None:
    counted = count_figures(office.ledger, product_briefing(), 2025, date(2025, 7, 2), WANG)
    write_briefing(tmp_path / "b.xlsx", counted, office.root, "en")
    rows = CalamineWorkbook.from_path(str(tmp_path / "b.xlsx")).get_sheet_by_name("figures").to_python()
    shown = {row[0]: row[2] for row in rows}
    assert shown["F06"] == "one to two years: 1\ntwo to three years: 1"
    assert shown["F16"] == "meetings: 1\nitems agreed: 2\ndone: 1"
    assert shown["F04"].startswith("supervision section of the committee: 3")


@pytest.mark.parametrize("name", ["b.pdf", "b"])
def test_no_other_form_is_known(office: Office, tmp_path: Path, name: str) -> None:
    counted = count_figures(office.ledger, _briefing({"F01": "SELECT 1 AS n"}), 2025, date(2025, 7, 2), WANG)
    with pytest.raises(ProblemsError):
        write_briefing(tmp_path / name, counted, office.root, "zh")
    assert list(tmp_path.iterdir()) == []
