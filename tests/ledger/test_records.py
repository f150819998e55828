"""What is kept beside the clues: campaigns and their burn-down, meetings, what is to be done, agendas and briefs."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from jointsup_rules.ledger.agenda import gather_agenda
from jointsup_rules.ledger.brief import brief_of
from jointsup_rules.ledger.entries import Who
from jointsup_rules.ledger.ledger import Ledger
from jointsup_rules.ledger.moving import Refused, Step
from jointsup_rules.ledger.records import (
    Change,
    Item,
    change_record,
    find_record,
    follow,
    items_due,
    open_record,
    records,
)
from tests.ledger.desk import AT, DISCIPLINE, LI, POLICE, WANG, clue, new_ledger, sweep

CAMPAIGN = {"title": "清理一年以上未结案件", "from_on": "2025-07-01", "until_on": "2025-12-31"}
LATER = "2025-08-01T01:00:00Z"


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    ledger = new_ledger(tmp_path / "ledger.sqlite")
    clues = {
        f"LONG-01-{n}": clue(measure=days, unit=f"U{n % 2}") for n, days in enumerate((100, 400, 800, 1200))
    }
    ledger.open(sweep({**clues, "HOT-05-c": clue("HOT-05", grade="C")}), AT, WANG)
    return ledger


def refusal(ledger: Ledger, kind: str, change: Change, who: Who = WANG) -> str:
    head = ledger.head()
    with pytest.raises(Refused) as refused:
        open_record(ledger, kind, change, AT, who)
    assert ledger.head() == head
    return refused.value.told.zh


# ---- opened and changed


def test_a_record_has_a_number_of_its_kind_and_year(ledger: Ledger) -> None:
    one = open_record(
        ledger, "campaign", Change(CAMPAIGN, ("XS2025-0001", "LONG-01-1", "LONG-01-1")), AT, WANG
    )
    assert (one.number, one.clues, one.opened_on) == (
        "示专项〔2025〕1号",
        ("LONG-01-0", "LONG-01-1"),
        "2025-07-01",
    )
    assert (
        open_record(ledger, "campaign", Change(CAMPAIGN), "2026-01-10T01:00:00Z", LI).number
        == "示专项〔2026〕1号"
    )
    assert (
        open_record(
            ledger, "meeting", Change({"title": "联席会议", "held_on": "2025年7月8日"}), AT, LI
        ).number
        == "示联席〔2025〕1号"
    )
    assert find_record(ledger, WANG, "示联席〔2025〕1号").fields["held_on"] == "2025-07-08"
    assert ledger.verify().is_whole


def test_what_is_missing_unknown_or_not_theirs_is_refused(ledger: Ledger) -> None:
    assert refusal(ledger, "campaing", Change()).startswith("没有事项种类“campaing”；是否想写“campaign”？")
    assert refusal(ledger, "campaign", Change({"title": "x"})) == "专项监督还要填：起（from_on）"
    assert refusal(ledger, "campaign", Change({**CAMPAIGN, "leadr": "x"})).startswith(
        "专项监督不填“leadr”；是否想写“leader”？"
    )
    assert (
        refusal(ledger, "campaign", Change(CAMPAIGN), POLICE)
        == "专项监督由政法委执法监督科、领导小组办公室、检察院登记"
    )
    assert (
        refusal(ledger, "campaign", Change({**CAMPAIGN, "from_on": "下月"}))
        == "起（from_on）应为日期，如 2026-05-01，现为“下月”"
    )
    assert refusal(ledger, "campaign", Change(CAMPAIGN, ("XS2025-0099",))) == "台账中没有线索“XS2025-0099”"
    assert refusal(ledger, "campaign", Change(CAMPAIGN, ("HOT-05-c",))) == "台账中没有线索“HOT-05-c”"
    assert (
        refusal(ledger, "campaign", Change(CAMPAIGN, items=(Item("核对", "李某", "月底"),)))
        == "待办“核对”的期限应是日期，现为“月底”"
    )


def test_a_record_changes_by_entries_and_ends(ledger: Ledger) -> None:
    number = open_record(
        ledger, "special_team", Change({"title": "专班", "leader": "周某", "members": "王某、李某"}), AT, WANG
    ).number
    one = change_record(
        ledger,
        number,
        Change({"note": "每周报告"}, ("LONG-01-2",), (Item("首报", "李某", "2025-07-16"),)),
        LATER,
        LI,
    )
    assert (one.fields["leader"], one.fields["note"], one.clues) == ("周某", "每周报告", ("LONG-01-2",))
    one = change_record(ledger, number, Change(done=(1,), close=True), LATER, LI)
    assert (one.items[0].done_on, one.closed_on) == ("2025-08-01", "2025-08-01")
    with pytest.raises(Refused) as refused:
        change_record(ledger, number, Change({"note": "x"}), LATER, LI)
    assert refused.value.told.zh == "示专班〔2025〕1号 已于2025-08-01结束"
    kinds = [entry.data["kind"] for entry in ledger.store.entries(number)]
    assert kinds == ["special_team"] * 3
    assert ledger.verify().is_whole


def test_a_number_or_item_there_is_not_is_told(ledger: Ledger) -> None:
    number = open_record(ledger, "campaign", Change(CAMPAIGN), AT, WANG).number
    for change, told in (
        (Change(done=(1,)), f"{number} 没有第 1 项待办"),
        (Change(done=(0,)), f"{number} 没有第 0 项待办"),
    ):
        with pytest.raises(Refused) as refused:
            change_record(ledger, number, change, AT, WANG)
        assert refused.value.told.zh == told
    with pytest.raises(Refused) as refused:
        change_record(ledger, "示专项〔2025〕2号", Change(), AT, WANG)
    assert refused.value.told.zh == "没有事项“示专项〔2025〕2号”；是否想写“示专项〔2025〕1号”？"


def test_clues_that_somebody_may_not_see_are_left_out_of_records(ledger: Ledger) -> None:
    open_record(ledger, "campaign", Change(CAMPAIGN, tuple(f"LONG-01-{n}" for n in range(4))), AT, WANG)
    open_record(ledger, "special_team", Change({"title": "x", "leader": "x", "members": "x"}), AT, WANG)
    (theirs,) = records(ledger, POLICE)
    assert theirs.clues == ("LONG-01-1", "LONG-01-3")
    assert [one.clues for one in records(ledger, DISCIPLINE)] == [(), ()]
    assert len(records(ledger, WANG, "campaign")[0].clues) == 4
    with pytest.raises(Refused):
        find_record(ledger, POLICE, "示专班〔2025〕1号")


# ---- campaigns


def later(ledger: Ledger, name: str, as_of: date, *left: int, looked: bool = True) -> None:
    """One more sweep, in which these clues are still found."""
    found = {f"LONG-01-{n}": clue(measure=1300, unit=f"U{n % 2}") for n in left}
    rules = frozenset({"LONG-01"} if looked else ())
    ledger.open(sweep(found, name=name, as_of=as_of, looked=rules), f"{as_of}T09:00:00Z", WANG)


def test_a_campaign_burns_down_sweep_by_sweep_and_tier_by_tier(ledger: Ledger) -> None:
    number = open_record(
        ledger, "campaign", Change(CAMPAIGN, tuple(f"LONG-01-{n}" for n in range(4))), AT, WANG
    ).number
    later(ledger, "s1", date(2025, 7, 31), 1, 2, 3)
    later(ledger, "s2", date(2025, 8, 31), 2)
    later(ledger, "s3", date(2025, 9, 30), looked=False)
    later(ledger, "s4", date(2025, 10, 31), 1, 2)
    later(ledger, "s5", date(2026, 1, 31))
    steps = follow(ledger, find_record(ledger, WANG, number))
    assert [(step.sweep, step.left, step.cleared) for step in steps] == [
        ("", 4, 0), ("s1", 3, 1), ("s2", 1, 3), ("s3", 1, 3), ("s4", 2, 2),
    ]  # fmt: skip
    labels = [label.zh for label, _ in steps[0].by_tier]
    assert labels == ["不满一年", "一至二年", "二至三年", "三年以上"]
    assert [[n for _, n in step.by_tier] for step in steps] == [
        [1, 1, 1, 1], [0, 1, 1, 1], [0, 0, 1, 0], [0, 0, 1, 0], [0, 1, 1, 0],
    ], "tiers are those of the beginning, though the figures have grown"  # fmt: skip
    assert [step.sweep for step in follow(ledger, find_record(ledger, WANG, number), "2025-08-31")] == [
        "",
        "s1",
        "s2",
    ]


def test_a_closed_campaign_counts_no_further(ledger: Ledger) -> None:
    number = open_record(ledger, "campaign", Change(CAMPAIGN, ("LONG-01-0",)), AT, WANG).number
    later(ledger, "s1", date(2025, 7, 31), 0)
    change_record(ledger, number, Change(close=True), "2025-08-15T01:00:00Z", WANG)
    later(ledger, "s2", date(2025, 8, 31))
    assert [step.sweep for step in follow(ledger, find_record(ledger, WANG, number))] == ["", "s1"]


# ---- what is to be done


def test_items_fall_due_until_they_are_done_or_their_record_ends(ledger: Ledger) -> None:
    items = (
        Item("甲", "李某", "2025-07-10"),
        Item("乙", "王某", "2025-07-05"),
        Item("丙", "赵某", "2025-09-01"),
    )
    number = open_record(ledger, "campaign", Change(CAMPAIGN, items=items), AT, WANG).number

    def due() -> list[str]:
        return [item.what for _, _, item in items_due(records(ledger, WANG), date(2025, 7, 31))]

    assert due() == ["乙", "甲"]
    change_record(ledger, number, Change(done=(2,)), AT, WANG)
    assert due() == ["甲"]
    change_record(ledger, number, Change(close=True), AT, WANG)
    assert due() == []


# ---- agenda


def test_an_agenda_holds_what_is_grave_late_and_still_to_be_done(ledger: Ledger) -> None:
    meeting = Change(
        {"title": "上次", "held_on": "2025-07-02"},
        items=(Item("通报", "李某", "2025-07-20"), Item("核对", "王某", "2025-07-20")),
    )
    open_record(ledger, "meeting", meeting, AT, WANG)
    change_record(ledger, "示联席〔2025〕1号", Change(done=(1,)), "2025-07-15T01:00:00Z", WANG)
    screen = {"severity": "medium", "grade": "B", "route": "unit"}
    ledger.move([Step("LONG-01-0", "screen", screen)], "2025-07-31T01:00:00Z", WANG)
    ledger.move([Step("LONG-01-1", "reject", {"reason": "LAWFUL"})], AT, WANG)
    found = gather_agenda(ledger, WANG, date(2025, 8, 1))
    assert (found.kind, found.since) == ("meeting", date(2025, 7, 2))
    assert [one.clue_id for one, _ in found.grave] == ["LONG-01-0"]
    assert [one.clue_id for one, _ in found.late] == ["LONG-01-2", "LONG-01-3"]
    assert [(n, item.what) for _, n, item in found.open_items] == [(2, "核对")]
    assert [(n, item.what) for _, n, item in found.done_items] == [(1, "通报")]
    assert [one.clue_id for one, _ in gather_agenda(ledger, POLICE, date(2025, 8, 1)).late] == ["LONG-01-3"]
    assert gather_agenda(ledger, WANG, date(2025, 7, 2)).since is None
    with pytest.raises(Refused) as refused:
        gather_agenda(ledger, WANG, date(2025, 8, 1), "campaign")
    assert refused.value.told.zh == "workflow.yaml 里这种事项没有写 agenda；写了的有：meeting"


# ---- briefs


def test_a_brief_names_no_unit_person_number_or_day(tmp_path: Path) -> None:
    reason = (
        "（2024）示0001刑初1号案由示例市某庭张三于2025-01-10收到，应于2025年2月9日前办结，承办人张三（警号P12345），"
        "卷号2024000123，至2025-03-31已超过50天，需核实。"
    )
    ledger = new_ledger(tmp_path / "ledger.sqlite")
    facts = clue(
        reason_zh=reason,
        unit="示例市某庭",
        handler="张三",
        subject_key="CASE-77|3",
        started_on="2025-01-10",
        law="示例条例第3条",
        title="久拖不决",
    )
    ledger.open(sweep({"a": facts}), AT, WANG)
    told = brief_of(ledger.find(WANG, "a"), {"示例市某庭"}, "zh")
    assert told == (
        "久拖不决\n某案案由某单位某承办人于第0日收到，应于第30日前办结，承办人某承办人（警号某编号），卷号某编号，至第80日已超过50天，需核实。\n"
        "依据：示例条例第3条"
    )


def test_a_brief_of_a_clue_without_words_is_its_title(tmp_path: Path) -> None:
    ledger = new_ledger(tmp_path / "ledger.sqlite")
    ledger.open(sweep({"a": clue(reason_zh="2025-13-45办理", title="题")}), AT, WANG)
    assert brief_of(ledger.find(WANG, "a"), (), "zh") == "题\n某日办理"
