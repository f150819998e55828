"""Lists that come back: what is taken in, what is refused and in which words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from jointsup_rules.ledger.answers import read_answers
from jointsup_rules.ledger.feedback import Taken, take_answers
from jointsup_rules.ledger.moving import Refused, Step
from jointsup_rules.ledger.package import Package
from jointsup_rules.problems import ProblemsError
from tests.ledger.desk import (
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

LATER = "2025-07-20T01:00:00Z"
WHOLE = {"认定结论": "属实", "反馈日": "2025-07-18"}
LIST = "线索清单"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = new_office(
        tmp_path / "ours", {f"LONG-01-{one}": clue(over_days=7, law="示例条例") for one in "abc"}
    )
    office.screen("LONG-01-a", "LONG-01-b", "LONG-01-c")
    return office


@pytest.fixture
def package(office: Office) -> Package:
    return office.send("LONG-01-a", "LONG-01-b", "LONG-01-c")


def list_of(package: Package) -> Path:
    return package.folder / "线索清单.xlsx"


def take(office: Office, path: Path, at: str = LATER, **more: Any) -> Taken:
    return take_answers(office.ledger, read_answers(path), at, more.get("who", WANG))


def answered(package: Package, tmp_path: Path, **answers: dict[str, Any]) -> Path:
    """The list with answers to clues a, b, c, saved by another program."""
    named = {f"LONG-01-{one}": given for one, given in answers.items()}
    return resave(list_of(package), answering(named), tmp_path / "back.xlsx")


def refusal(office: Office, path: Path) -> list[str]:
    """What is said against a file, line by line; nothing may have been taken."""
    head = office.ledger.head()
    with pytest.raises(Refused) as refused:
        take(office, path)
    assert office.ledger.head() == head
    assert len(refused.value.told.en.splitlines()) == len(refused.value.told.zh.splitlines())
    return refused.value.told.zh.splitlines()


# ---- what is taken


def test_answers_move_their_clues_on_and_others_wait(
    office: Office, package: Package, tmp_path: Path
) -> None:
    whole = {**WHOLE, "事实说明": "经核查…", "已整改": "是", "整改日": "2025-07-10", "挽回金额（分）": 1200.0}
    taken = take(office, answered(package, tmp_path, a=whole, b=WHOLE))
    assert taken == Taken("示移〔2025〕1号", ("XS2025-0001", "XS2025-0002"), (), ("XS2025-0003",))
    found = office.ledger.find(WANG, "LONG-01-a")
    assert (found.state, found.fields["conclusion"], found.fields["corrected"]) == (
        "FEEDBACK",
        "CONFIRMED",
        True,
    )
    assert (found.fields["corrected_on"], found.fields["money_fen"]) == ("2025-07-10", 1200)
    assert office.ledger.find(WANG, "LONG-01-c").state == "TRANSFERRED"


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ({"认定结论": "PARTLY"}, ("conclusion", "PARTLY")),
        ({"认定结论": " 部分属实 "}, ("conclusion", "PARTLY")),
        ({"认定结论": "partly confirmed"}, ("conclusion", "PARTLY")),
        ({"认定结论": "Partly Confirmed"}, ("conclusion", "PARTLY")),
        ({"反馈日": date(2025, 7, 18)}, ("feedback_on", "2025-07-18")),
        ({"反馈日": datetime(2025, 7, 18, 9, 30)}, ("feedback_on", "2025-07-18")),
        ({"反馈日": 45856}, ("feedback_on", "2025-07-18")),
        ({"反馈日": "2025/7/18"}, ("feedback_on", "2025-07-18")),
        ({"反馈日": "２０２５年７月１８日"}, ("feedback_on", "2025-07-18")),
        ({"反馈日": "20250718"}, ("feedback_on", "2025-07-18")),
        ({"已整改": True}, ("corrected", True)),
        ({"已整改": "否"}, ("corrected", False)),
        ({"解除羁押人次": "２"}, ("released_n", 2)),
        ({"挽回金额（分）": "1,200"}, ("money_fen", 1200)),
        ({"事实说明": "=1+1"}, ("facts", "=1+1")),
        ({"事实说明": "一\r\n二\x07"}, ("facts", "一\n二\ufffd")),
        ({"事实说明": "长" * 10_000}, ("facts", "长" * 10_000)),
    ],
)  # fmt: skip
def test_answers_are_read_as_people_write_them(
    office: Office, package: Package, tmp_path: Path, given: dict[str, Any], taken: tuple[str, Any]
) -> None:
    take(office, answered(package, tmp_path, a={**WHOLE, **given}))
    name, value = taken
    assert office.ledger.find(WANG, "LONG-01-a").fields[name] == value


def test_a_list_that_was_only_saved_again_brings_nothing(
    office: Office, package: Package, tmp_path: Path
) -> None:
    head = office.ledger.head()
    taken = take(office, resave(list_of(package), into=tmp_path / "back.xlsx"))
    assert (taken.moved, taken.known, len(taken.open)) == ((), (), 3)
    assert office.ledger.head() == head


def test_rows_may_be_sorted_and_blank_ones_stand_between(
    office: Office, package: Package, tmp_path: Path
) -> None:
    def mix(sheets: Sheets) -> None:
        head, a, b, c = sheets[LIST]
        sheets[LIST] = [head, c, [""] * len(head), b, a]

    path = answered(package, tmp_path, a=WHOLE, c=WHOLE)
    assert take(office, resave(path, mix)).moved == ("XS2025-0003", "XS2025-0001")


def test_the_same_answers_again_change_nothing_however_far_the_clue_has_gone(
    office: Office, package: Package, tmp_path: Path
) -> None:
    path = answered(package, tmp_path, a=WHOLE)
    take(office, path)
    head = office.ledger.head()
    assert take(office, path) == Taken(package.number, (), ("XS2025-0001",), ("XS2025-0002", "XS2025-0003"))
    assert take(office, resave(path)).known == ("XS2025-0001",)
    assert office.ledger.head() == head
    office.ledger.move([Step("LONG-01-a", "verify")], LATER, LI)
    office.ledger.move([Step("LONG-01-a", "close", {"result": "DONE", "case_made_no": "1"})], LATER, LI)
    head = office.ledger.head()
    assert take(office, path).known == ("XS2025-0001",)
    assert office.ledger.head() == head


def test_the_rest_of_a_list_may_come_later(office: Office, package: Package, tmp_path: Path) -> None:
    take(office, answered(package, tmp_path, a=WHOLE))
    taken = take(office, answered(package, tmp_path, a=WHOLE, b=WHOLE))
    assert (taken.moved, taken.known, taken.open) == (("XS2025-0002",), ("XS2025-0001",), ("XS2025-0003",))


def test_a_new_answer_needs_the_clue_to_be_asked_again(
    office: Office, package: Package, tmp_path: Path
) -> None:
    take(office, answered(package, tmp_path, a=WHOLE))
    more = answered(package, tmp_path, a={**WHOLE, "认定结论": "不属实"})
    assert refusal(office, more) == ["第 2 行：XS2025-0001 处于“已反馈”，不能“反馈”"]
    office.ledger.move([Step("LONG-01-a", "ask_again")], LATER, LI)
    assert take(office, more).moved == ("XS2025-0001",)
    assert office.ledger.find(WANG, "LONG-01-a").fields["conclusion"] == "UNFOUNDED"


def test_the_receiving_office_may_take_its_own_answers_in(
    office: Office, package: Package, tmp_path: Path
) -> None:
    assert take(office, answered(package, tmp_path, a=WHOLE), who=POLICE).moved == ("XS2025-0001",)


def test_a_package_of_clues_that_a_role_does_not_see_was_never_sent(
    office: Office, package: Package, tmp_path: Path
) -> None:
    from jointsup_rules.ledger.entries import Who

    with pytest.raises(Refused) as refused:
        take(office, answered(package, tmp_path, a=WHOLE), who=Who("unit", "吴某", "U9"))
    assert refused.value.told.zh == "本台账没有发出过 示移〔2025〕1号"


# ---- what is altered


FIXED = [
    "台账编号",
    "规则",
    "规则名称",
    "案号",
    "单位",
    "起算日",
    "届满日",
    "超过天数",
    "情况（需核实）",
    "依据",
]


@pytest.mark.parametrize("label", FIXED)
def test_a_fixed_cell_that_was_altered_is_found(
    office: Office, package: Package, tmp_path: Path, label: str
) -> None:
    path = answered(package, tmp_path, a=WHOLE, b={label: "改过"})
    assert refusal(office, path) == ["第 3 行改动了填写栏以外的内容（线索 LONG-01-b）"]


def test_an_altered_clue_id_is_a_foreign_row_and_a_missing_one(
    office: Office, package: Package, tmp_path: Path
) -> None:
    path = answered(package, tmp_path, a=WHOLE, b={"线索编号": "LONG-01-x"})
    assert refusal(office, path) == ["第 3 行的线索“LONG-01-x”不在这份清单中", "缺少线索 LONG-01-b 的一行"]
    path = answered(package, tmp_path, b={"线索编号": ""})
    assert refusal(office, path) == ["第 3 行没有线索编号，不是清单里的行", "缺少线索 LONG-01-b 的一行"]


def _without_row(sheets: Sheets) -> None:
    del sheets[LIST][2]


def _row_twice(sheets: Sheets) -> None:
    sheets[LIST].append(list(sheets[LIST][1]))


def _answers_in_wrong_row(sheets: Sheets) -> None:
    one, other = sheets[LIST][1], sheets[LIST][2]
    one[:2], other[:2] = other[:2], one[:2]
    one[3] = "对调"


def _without_fixed_column(sheets: Sheets) -> None:
    for row in sheets[LIST]:
        del row[3]


def _without_answer_column(sheets: Sheets) -> None:
    for row in sheets[LIST]:
        del row[13]


def _columns_swapped(sheets: Sheets) -> None:
    for row in sheets[LIST]:
        row[13], row[14] = row[14], row[13]


def _column_in_front(sheets: Sheets) -> None:
    for number, row in enumerate(sheets[LIST]):
        row.insert(0, "序号" if number == 0 else number)


def _heading_changed(sheets: Sheets) -> None:
    sheets[LIST][0][11] = "结论"


def _remark_beside(sheets: Sheets) -> None:
    for row in sheets[LIST]:
        row.append("")
    sheets[LIST][2][-1] = "另见附页"


def _remark_below(sheets: Sheets) -> None:
    sheets[LIST].append(["以上各条均已核查"])


def _of_another_number(sheets: Sheets) -> None:
    sheets["_package"][1][0] = "示移〔2024〕99号"


ALTERED: dict[Callable[[Sheets], None], list[str]] = {
    _without_row: ["缺少线索 LONG-01-b 的一行"],
    _row_twice: ["第 5 行的线索“LONG-01-a”在第 2 行已有"],
    _answers_in_wrong_row: ["第 2 行改动了填写栏以外的内容（线索 LONG-01-b）"],
    _without_fixed_column: ["第 1 行的栏目与发出时不同；少了“规则名称”"],
    _without_answer_column: ["第 1 行的栏目与发出时不同；少了“核查人员”"],
    _columns_swapped: ["第 1 行的栏目与发出时不同：次序变了"],
    _column_in_front: ["第 1 行的栏目与发出时不同；多了“序号”"],
    _heading_changed: ["第 1 行的栏目与发出时不同；少了“认定结论”；多了“结论”"],
    _remark_beside: ["第 3 行在清单之外多写了“另见附页”"],
    _remark_below: ["第 5 行没有线索编号，不是清单里的行"],
    _of_another_number: ["本台账没有发出过 示移〔2024〕99号"],
}


@pytest.mark.parametrize("change", ALTERED, ids=lambda one: one.__name__.strip("_"))
def test_what_was_altered_is_told_and_nothing_is_taken(
    office: Office, package: Package, tmp_path: Path, change: Callable[[Sheets], None]
) -> None:
    path = answered(package, tmp_path, a=WHOLE, b=WHOLE, c=WHOLE)
    assert refusal(office, resave(path, change)) == ALTERED[change]


def test_everything_that_is_altered_is_told_at_once(office: Office, package: Package, tmp_path: Path) -> None:
    path = answered(package, tmp_path, a={"案号": "x"}, b={"单位": "y"}, c={"依据": "z"})
    assert [line[:5] for line in refusal(office, path)] == ["第 2 行", "第 3 行", "第 4 行"]


def test_a_list_of_another_ledger_is_refused(office: Office, package: Package, tmp_path: Path) -> None:
    theirs = new_office(
        tmp_path / "theirs", {f"LONG-01-{one}": clue(case_no="（2024）他1号") for one in "abc"}
    )
    theirs.screen("LONG-01-a")
    path = answered(theirs.send("LONG-01-a"), tmp_path, a=WHOLE)
    said = refusal(office, path)
    assert said[0] == "第 2 行改动了填写栏以外的内容（线索 LONG-01-a）"
    assert said[1:] == [f"缺少线索 LONG-01-{one} 的一行" for one in "bc"]
    assert refusal(theirs, answered(package, tmp_path, a=WHOLE))[0].startswith("第 2 行改动了")


# ---- what is no answer


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"认定结论": "大概属实"}, "认定结论（conclusion）应为以下之一：CONFIRMED（属实）、PARTLY（部分属实）、UNFOUNDED（不属实）、UNCLEAR（无法核实），现为“大概属实”"),
        ({"反馈日": "下周"}, "反馈日（feedback_on）应为日期，如 2026-05-01，现为“下周”"),
        ({"反馈日": "2025-02-30"}, "反馈日（feedback_on）应为日期，如 2026-05-01，现为“2025-02-30”"),
        ({"已整改": "正在整改"}, "已整改（corrected）应为是或否，现为“正在整改”"),
        ({"解除羁押人次": "一人"}, "解除羁押人次（released_n）应为整数，现为“一人”"),
        ({"挽回金额（分）": 12.5}, "挽回金额（分）（money_fen）应为整数，现为“12.5”"),
        ({"反馈日": ""}, "“反馈”还要填：反馈日（feedback_on）"),
    ],
)  # fmt: skip
def test_an_answer_that_is_none_is_told_with_its_row(
    office: Office, package: Package, tmp_path: Path, given: dict[str, Any], told: str
) -> None:
    path = answered(package, tmp_path, a=WHOLE, b={**WHOLE, **given}, c=WHOLE)
    assert refusal(office, path) == [f"第 3 行：{told}"]
    assert {one.state for one in office.ledger.clues(WANG)} == {"TRANSFERRED"}, "all of a file or nothing"


def test_all_wrong_answers_are_told_at_once(office: Office, package: Package, tmp_path: Path) -> None:
    bad = {"认定结论": "x", "反馈日": "y"}
    said = refusal(office, answered(package, tmp_path, a=bad, b={"认定结论": "属实"}, c=bad))
    assert [line[:5] for line in said] == ["第 2 行", "第 2 行", "第 3 行", "第 4 行", "第 4 行"]


def test_a_clue_that_may_not_be_answered_holds_the_others_up(
    office: Office, package: Package, tmp_path: Path
) -> None:
    office.ledger.move([Step("LONG-01-b", "return", {"returned_because": "不属我院管辖"})], LATER, POLICE)
    path = answered(package, tmp_path, a=WHOLE, b=WHOLE)
    assert refusal(office, path) == ["第 3 行：XS2025-0002 处于“退回”，不能“反馈”"]


# ---- what is no list


def unreadable(path: Path) -> str:
    with pytest.raises(ProblemsError) as error:
        read_answers(path)
    (problem,) = error.value.problems
    assert problem.code == "JR704"
    return problem.what.zh


def test_a_list_cut_off_anywhere_is_told(package: Package, tmp_path: Path) -> None:
    content = list_of(package).read_bytes()
    path = tmp_path / "cut.xlsx"
    for size in [0, 1, 3, 100, *range(200, len(content) - 1, max(len(content) // 40, 1))]:
        path.write_bytes(content[:size])
        assert unreadable(path) == "cut.xlsx 读不了：不是工作簿，或已损坏"


def test_bytes_changed_anywhere_never_crash(office: Office, package: Package, tmp_path: Path) -> None:
    """Whatever a byte turned into: a problem, a refusal, or the list as it was; never another answer."""
    content = list_of(package).read_bytes()
    path = tmp_path / "damaged.xlsx"
    for place in range(0, len(content), max(len(content) // 150, 1)):
        path.write_bytes(content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :])
        try:
            taken = take(office, path)
        except (ProblemsError, Refused):
            continue
        assert (taken.moved, taken.known) == ((), ())


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"PK\x05\x06" + bytes(18), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)]
)
def test_a_file_that_is_no_workbook_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "letter.xlsx"
    path.write_bytes(content)
    assert unreadable(path) == "letter.xlsx 读不了：不是工作簿，或已损坏"


def test_a_workbook_that_is_no_list_of_ours_is_told(office: Office, package: Package, tmp_path: Path) -> None:
    def renamed(sheets: Sheets) -> None:
        sheets["清单"] = sheets.pop(LIST)

    def of_another_kind(sheets: Sheets) -> None:
        sheets["_package"][0][0] = "jointsup-decisions-1"

    told = "back.xlsx 不是本程序写出的清单，或工作表被改名、删去"
    assert unreadable(resave(list_of(package), renamed, tmp_path / "back.xlsx")) == told
    assert unreadable(resave(package.folder / "依据和计算.xlsx", into=tmp_path / "back.xlsx")) == told
    path = resave(list_of(package), of_another_kind, tmp_path / "back.xlsx")
    assert unreadable(path) == "back.xlsx 不是这一种清单，或由另一版本的程序写出"


def test_a_workbook_with_a_cell_far_out_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "vast.xlsx"
    workbook = xlsxwriter.Workbook(path)
    for name in (LIST, "_package"):
        sheet = workbook.add_worksheet(name)
        sheet.write_string(0, 0, "jointsup-answers-2")
        sheet.write_string(1_048_575, 16_383, "远")
    workbook.close()
    assert unreadable(path) == "vast.xlsx 大得不像一份清单，没有读"
