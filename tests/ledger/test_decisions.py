"""The screening officer's list: written, decided in, taken back."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from jointsup_rules.ledger.decisions import Decided, read_decisions, take_decisions, write_decisions
from jointsup_rules.ledger.entries import Who
from jointsup_rules.ledger.moving import Refused, Step
from jointsup_rules.problems import ProblemsError
from tests.ledger.desk import (
    AT,
    DISCIPLINE,
    LI,
    POLICE,
    WANG,
    Office,
    Sheets,
    answering,
    clue,
    new_office,
    resave,
)

LIST = "待办 decisions"
LATER = "2025-07-02T01:00:00Z"
SCREEN = {"办理": "初审通过", "处置等级": "程序性", "分流去向": "检察院"}
BECAUSE = '[{"rule": "T-01", "zh": "同案两条", "en": "two in one case"}]'


@pytest.fixture
def office(tmp_path: Path) -> Office:
    clues = {
        "LONG-01-a": clue(route=["unit", "committee"], because=BECAUSE), "LONG-01-b": clue(),
        "CM-01-h": clue("CM-01", severity="high"), "HOT-05-c": clue("HOT-05", grade="C"),
    }  # fmt: skip
    return new_office(tmp_path / "ours", clues)


def written(office: Office, path: Path, who: Who = WANG, lang: Any = "zh", at: str = AT) -> Path:
    write_decisions(office.ledger, path, office.ledger.clues(who), at, who, lang)
    return path


@pytest.fixture
def file(office: Office, tmp_path: Path) -> Path:
    return written(office, tmp_path / "list.xlsx")


def take(office: Office, path: Path, who: Who = WANG, at: str = LATER) -> Decided:
    return take_decisions(office.ledger, read_decisions(path), at, who)


def decide(file: Path, **rows: dict[str, Any]) -> Path:
    """The list with decisions on clues a, b (LONG-01), h and c, saved by another program."""
    ids = {"a": "LONG-01-a", "b": "LONG-01-b", "h": "CM-01-h", "c": "HOT-05-c"}
    return resave(file, answering({ids[one]: given for one, given in rows.items()}, LIST))


def refusal(office: Office, path: Path, who: Who = WANG) -> list[str]:
    head = office.ledger.head()
    with pytest.raises(Refused) as refused:
        take(office, path, who)
    assert office.ledger.head() == head, "a refusal takes nothing"
    assert len(refused.value.told.en.splitlines()) == len(refused.value.told.zh.splitlines())
    return refused.value.told.zh.splitlines()


def rows_of(path: Path) -> list[dict[str, Any]]:
    head, *rows = (
        CalamineWorkbook.from_path(str(path)).get_sheet_by_name(LIST).to_python(skip_empty_area=False)
    )
    return [dict(zip(head, row, strict=True)) for row in rows]


# ---- what is written


def test_a_list_shows_each_clue_with_what_is_known_and_what_is_open(office: Office, file: Path) -> None:
    first, _, third = rows_of(file)
    assert list(first)[:5] == ["台账编号", "线索编号", "状态", "待二审", "办理期限"]
    assert list(first)[14:] == ["办理", "严重程度", "处置等级", "分流去向", "排除原因", "并入线索", "说明"]
    assert (first["台账编号"], first["状态"], first["办理期限"]) == ("XS2025-0001", "待初审", "2025-07-08")
    assert first["分流建议的缘由"] == "T-01 同案两条"
    assert (first["严重程度"], first["处置等级"], first["分流去向"], first["办理"]) == (
        "中",
        "程序性",
        "承办单位自查",
        "",
    )
    assert (third["严重程度"], third["办理期限"]) == ("高", "2025-07-01")
    with zipfile.ZipFile(file) as archive:
        sheet, words = (
            archive.read("xl/worksheets/sheet1.xml").decode(),
            archive.read("xl/sharedStrings.xml").decode(),
        )
    assert "sheetProtection" in sheet
    assert sheet.count('type="list"') == 5, "one drop-down a column serves rows with the same choice"
    for word in ("初审通过", "排除", "并案", "升级督办", "专班（一案一策）", "法律例外"):
        assert f"<t>{word}</t>" in words
    assert "<t>移送</t>" not in words


def test_a_list_is_an_entry_and_its_owners_alone(office: Office, file: Path) -> None:
    entry = list(office.ledger.store.entries())[-1]
    assert (entry.kind, entry.data["what"], entry.data["list"], entry.data["n"]) == (
        "exported",
        "list.xlsx",
        "L2025-1",
        3,
    )
    assert file.stat().st_mode & 0o077 == 0
    assert [path.name for path in file.parent.iterdir() if path.is_file()] == ["list.xlsx"]


def test_a_list_that_cannot_be_written_is_no_entry(office: Office, tmp_path: Path) -> None:
    head = office.ledger.head()
    with pytest.raises(OSError, match="nowhere"):
        written(office, tmp_path / "nowhere/list.xlsx")
    assert office.ledger.head() == head


def test_grade_c_is_in_its_own_list_alone(office: Office, file: Path, tmp_path: Path) -> None:
    assert {row["线索编号"] for row in rows_of(file)} == {"LONG-01-a", "LONG-01-b", "CM-01-h"}
    theirs = written(office, tmp_path / "c.xlsx", DISCIPLINE)
    assert {row["线索编号"] for row in rows_of(theirs)} == {"HOT-05-c"}
    head = office.ledger.head()
    with pytest.raises(Refused) as refused:
        write_decisions(office.ledger, tmp_path / "all.xlsx", office.ledger.store.clues(), AT, WANG, "zh")
    assert refused.value.told.zh == "C 级线索须单独列出，不能与其他线索放在一起"
    assert office.ledger.head() == head
    assert refusal(office, decide(theirs, c={"办理": "排除", "排除原因": "数据错误"})) == [
        "本台账没有写出过清单 L2025-2"
    ]


# ---- what is taken


def test_decisions_are_steps(office: Office, file: Path) -> None:
    decided = take(
        office,
        decide(file, a={"办理": "初审通过", "说明": "照建议"}, b={"办理": "排除", "排除原因": "已办结"}),
    )
    assert decided == Decided("L2025-1", moved=("XS2025-0001", "XS2025-0002"), open=("XS2025-0003",))
    one, other = office.ledger.find(WANG, "LONG-01-a"), office.ledger.find(WANG, "LONG-01-b")
    assert (one.state, one.fields) == ("SCREENED", {"severity": "medium", "grade": "A", "route": "unit"})
    assert (other.state, other.fields) == ("REJECTED", {"reason": "ALREADY_DONE"})
    assert (
        next(e for e in office.ledger.store.entries("LONG-01-a") if e.kind == "moved").data["note"]
        == "照建议"
    )
    assert list(office.ledger.store.entries())[-1].kind == "decided"


def test_a_list_in_english_is_decided_in_either_language(office: Office, tmp_path: Path) -> None:
    path = written(office, tmp_path / "list.xlsx", lang="en")
    taken = take(
        office, decide(path, a={"step": "screen"}, b={"step": "排除", "reason of rejection": "data error"})
    )
    assert len(taken.moved) == 2
    assert office.ledger.find(WANG, "LONG-01-b").fields == {"reason": "WRONG_DATA"}


def test_an_untouched_list_changes_nothing(office: Office, file: Path) -> None:
    head = office.ledger.head()
    assert take(office, resave(file)) == Decided(
        "L2025-1", open=("XS2025-0001", "XS2025-0002", "XS2025-0003")
    )
    assert office.ledger.head() == head


def test_the_same_list_again_changes_nothing_and_the_rest_may_come_later(office: Office, file: Path) -> None:
    take(office, decide(file, a=SCREEN))
    head = office.ledger.head()
    assert take(office, file).known == ("XS2025-0001",)
    assert office.ledger.head() == head
    later = take(office, decide(file, b=SCREEN))
    assert (later.moved, later.known, later.open) == (("XS2025-0002",), ("XS2025-0001",), ("XS2025-0003",))


def test_what_is_grave_awaits_its_second_reader_who_decides_in_a_list_of_their_own(
    office: Office, file: Path, tmp_path: Path
) -> None:
    taken = take(office, decide(file, h={**SCREEN, "说明": "请二审"}))
    assert taken.proposed == ("XS2025-0003",)
    assert take(office, file).known == ("XS2025-0003",)
    own = written(office, tmp_path / "own.xlsx", WANG)
    second = written(office, tmp_path / "second.xlsx", LI)
    row = rows_of(second)[2]
    assert row["待二审"] == "初审通过（王某提出）：严重程度 高；处置等级 程序性；分流去向 检察院；请二审"
    assert refusal(office, decide(own, h={"办理": "二审同意"})) == [
        "第 4 行（XS2025-0003）：王某提出的步骤须由另一人二审；可以办理：confirm（二审同意）、decline（二审不同意）"
    ]
    assert refusal(office, decide(second, h={"办理": "二审同意", "处置等级": "实体性或系统性"}), LI) == [
        "第 4 行（XS2025-0003）：二审只能同意或不同意，不能改动内容"
    ]
    assert take(office, decide(second, h={"处置等级": ""}), LI).moved == ("XS2025-0003",)
    assert office.ledger.find(WANG, "CM-01-h").state == "SCREENED"
    head = office.ledger.head()
    assert take(office, second, LI).known == ("XS2025-0003",)
    assert office.ledger.head() == head


def test_a_second_reader_may_decline(office: Office, file: Path, tmp_path: Path) -> None:
    take(office, decide(file, h=SCREEN))
    second = decide(
        written(office, tmp_path / "second.xlsx", LI), h={"办理": "二审不同意", "说明": "事实不清"}
    )
    assert take(office, second, LI).declined == ("XS2025-0003",)
    assert office.ledger.find(WANG, "CM-01-h").state == "NEW"


def test_a_second_reader_confirms_what_they_saw_and_nothing_else(
    office: Office, file: Path, tmp_path: Path
) -> None:
    take(office, decide(file, h=SCREEN))
    second = decide(written(office, tmp_path / "second.xlsx", LI), h={"办理": "二审同意"})
    office.ledger.move([Step("CM-01-h", "decline")], LATER, LI)
    fields = {"severity": "high", "grade": "B", "route": "unit"}
    office.ledger.move([Step("CM-01-h", "screen", fields)], LATER, WANG)
    (said,) = refusal(office, second, LI)
    assert said.startswith(
        "第 4 行（XS2025-0003）：写出清单之后该线索已有变化，现为“待初审”；请重新列出；可以办理：confirm"
    )


# ---- what is refused


def test_everything_wrong_is_told_row_by_row_with_what_is_open(office: Office, file: Path) -> None:
    said = refusal(
        office,
        decide(file, a={"办理": "初审通过", "分流去向": "外星"}, b={"办理": "销号"}, h={"办理": "排除"}),
    )
    assert said[0].startswith(
        "第 2 行（XS2025-0001）：分流去向（route）应为以下之一：procuratorate（检察院）、"
    )
    assert said[1] == (
        "第 3 行（XS2025-0002）：XS2025-0002 处于“待初审”，不能“销号”；"
        "可以办理：screen（初审通过）、reject（排除）、merge（并案）、escalate（升级督办）"
    )
    assert said[2] == "第 4 行（XS2025-0003）：“排除”还要填：排除原因（reason）"
    assert {one.state for one in office.ledger.clues(WANG)} == {"NEW"}


def test_what_somebody_wrote_is_never_passed_over(office: Office, file: Path) -> None:
    assert refusal(office, decide(file, a={"排除原因": "已办结"})) == [
        "第 2 行（XS2025-0001）：填了内容，没有选“办理”"
    ]
    said = refusal(office, decide(file, a={"办理": "初审通过", "排除原因": "已办结"}))
    assert said == [
        "第 2 行（XS2025-0001）：“初审通过”不填“reason” 可填：severity, grade, route, receiver, note"
    ]


def test_a_clue_that_has_moved_since_is_refused(office: Office, file: Path) -> None:
    office.ledger.move([Step("LONG-01-a", "escalate")], LATER, LI)
    assert refusal(office, decide(file, a=SCREEN, b=SCREEN)) == [
        "第 2 行（XS2025-0001）：写出清单之后该线索已有变化，现为“升级督办”；请重新列出；可以办理：handle（开始核查处置）、answer（反馈）"
    ]


def test_a_list_altered_outside_its_open_columns_is_refused(office: Office, file: Path) -> None:
    def drop(sheets: Sheets) -> None:
        del sheets[LIST][1]

    assert refusal(office, decide(file, a={**SCREEN, "情况（需核实）": "已核实"})) == [
        "第 2 行改动了填写栏以外的内容（线索 LONG-01-a）"
    ]
    path = written(office, file.with_name("other.xlsx"))
    assert refusal(office, resave(path, drop)) == ["缺少线索 LONG-01-a 的一行"]


def test_a_role_that_may_not_decide_is_refused(office: Office, file: Path, tmp_path: Path) -> None:
    (said,) = refusal(office, decide(file, a=SCREEN), POLICE)
    assert said.startswith(
        "第 2 行（XS2025-0001）：XS2025-0001：“初审通过”由政法委执法监督科、检察院、纪委监委办理"
    )
    theirs = written(office, tmp_path / "police.xlsx", POLICE)
    assert list(rows_of(theirs)[0])[14:] == ["办理", "说明"], "nothing is open for them, and nothing is asked"


def test_a_list_sent_with_a_letter_is_no_list_to_decide_in(office: Office, file: Path) -> None:
    office.screen("LONG-01-a")
    package = office.send("LONG-01-a")
    with pytest.raises(ProblemsError) as error:
        read_decisions(package.folder / "线索清单.xlsx")
    assert error.value.problems[0].code == "JR704"
