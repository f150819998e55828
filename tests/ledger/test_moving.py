"""Which steps the ledger allows, to whom, and what it says when it does not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from jointsup_rules.ledger.entries import Who
from jointsup_rules.ledger.ledger import Ledger
from jointsup_rules.ledger.moving import Refused, Step
from tests.ledger.desk import DISCIPLINE, LI, POLICE, WANG, ZHAO, clue, new_ledger, sweep

AT = "2025-07-01T01:00:00Z"
SCREEN = {"severity": "medium", "grade": "A", "route": "procuratorate"}


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    ledger = new_ledger(tmp_path / "ledger.sqlite")
    clues = {
        "a": clue(), "b": clue(severity="high"), "c": clue("HOT-05", grade="C"), "d": clue(unit="U2"),
    }  # fmt: skip
    ledger.open(sweep(clues), AT, WANG)
    return ledger


def _refusal(ledger: Ledger, who: Who, *steps: Step) -> Refused:
    before = ledger.head()
    with pytest.raises(Refused) as refused:
        ledger.move(steps, AT, who)
    assert ledger.head() == before, "a refusal adds nothing"
    return refused.value


def test_clues_are_numbered_within_the_year_in_the_order_they_were_found(ledger: Ledger) -> None:
    assert [one.ledger_no for one in ledger.store.clues()] == [
        "XS2025-0001",
        "XS2025-0002",
        "XS2025-0003",
        "XS2025-0004",
    ]


def test_a_step_leads_where_the_workflow_says(ledger: Ledger) -> None:
    ledger.move([Step("a", "screen", SCREEN)], AT, WANG)
    found = ledger.find(WANG, "XS2025-0001")
    assert (found.state, found.fields["route"]) == ("SCREENED", "procuratorate")


def test_a_code_may_be_given_by_its_label(ledger: Ledger) -> None:
    ledger.move([Step("a", "screen", {"severity": "中", "grade": "A", "route": "检察院"})], AT, WANG)
    assert ledger.find(WANG, "a").fields["route"] == "procuratorate"


def test_a_step_that_is_not_open_is_refused_and_the_open_ones_are_named(ledger: Ledger) -> None:
    refused = _refusal(ledger, WANG, Step("a", "close", {"result": "DONE"}))
    assert refused.told.zh == "XS2025-0001 处于“待初审”，不能“销号”"
    assert [move.name for move in refused.open_moves] == ["screen", "reject", "merge", "escalate"]
    assert refused.open_moves[0].by[0].zh == "政法委执法监督科"


def test_a_step_is_for_the_roles_that_may_take_it(ledger: Ledger) -> None:
    refused = _refusal(ledger, POLICE, Step("a", "screen", SCREEN))
    assert "不能办" in refused.told.zh


def test_what_a_step_needs_must_come_with_it(ledger: Ledger) -> None:
    refused = _refusal(ledger, WANG, Step("a", "screen", {"severity": "medium"}))
    assert refused.told.zh == "“初审通过”还要填：处置等级（grade）、分流去向（route）"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({**SCREEN, "rout": "x"}, "“初审通过”不填“rout”；是否想写“route”？"),
        ({**SCREEN, "route": "nowhere"}, "分流去向（route）应为以下之一"),
    ],
)
def test_fields_are_checked_by_name_and_value(ledger: Ledger, fields: dict[str, str], said: str) -> None:
    assert said in _refusal(ledger, WANG, Step("a", "screen", fields)).told.zh


def test_a_grave_clue_moves_only_once_another_person_agrees(ledger: Ledger) -> None:
    ledger.move([Step("b", "screen", {**SCREEN, "severity": "high"})], AT, WANG)
    assert ledger.find(WANG, "b").state == "NEW"
    assert "由王某提出，待二审" in _refusal(ledger, LI, Step("b", "reject", {"reason": "LAWFUL"})).told.zh
    assert "须由另一人二审" in _refusal(ledger, WANG, Step("b", "confirm")).told.zh
    assert "须由另一人二审" in _refusal(ledger, Who("procuratorate", " 王 某"), Step("b", "confirm")).told.zh
    ledger.move([Step("b", "confirm")], AT, LI)
    assert ledger.find(WANG, "b").state == "SCREENED"


def test_what_a_second_reader_declines_stays_where_it_was(ledger: Ledger) -> None:
    ledger.move([Step("b", "screen", {**SCREEN, "severity": "high"})], AT, WANG)
    ledger.move([Step("b", "decline", note="依据不足")], AT, LI)
    found = ledger.find(WANG, "b")
    assert (found.state, found.proposed, found.fields) == ("NEW", None, {})


def test_a_clue_of_grade_c_is_not_there_for_others(ledger: Ledger) -> None:
    assert {one.clue_id for one in ledger.clues(WANG)} == {"a", "b", "d"}
    assert {one.clue_id for one in ledger.clues(DISCIPLINE)} == {"c"}
    absent = _refusal(ledger, WANG, Step("nothing", "screen", SCREEN)).told.zh.replace("nothing", "c")
    assert _refusal(ledger, WANG, Step("c", "screen", SCREEN)).told.zh == absent


def test_a_clue_raised_to_grade_c_disappears_from_the_lists_of_others(ledger: Ledger) -> None:
    ledger.move([Step("a", "screen", {**SCREEN, "grade": "C", "route": "discipline"})], AT, WANG)
    assert "a" not in {one.clue_id for one in ledger.clues(WANG)}
    assert "a" in {one.clue_id for one in ledger.clues(DISCIPLINE)}


def test_a_look_at_a_restricted_clue_is_an_entry(ledger: Ledger) -> None:
    before = ledger.head().seq
    ledger.show("a", AT, WANG)
    assert ledger.head().seq == before
    shown = ledger.show("c", AT, DISCIPLINE)
    assert ledger.head().seq == before + 1
    assert shown.entries[-1].kind == "read"


def test_a_unit_sees_its_own_clues_alone(ledger: Ledger) -> None:
    assert {one.clue_id for one in ledger.clues(POLICE)} == {"a", "b"}
    with pytest.raises(Refused, match="its own unit alone"):
        ledger.clues(Who("unit", "孙某"))


def test_of_several_steps_all_stand_or_none(ledger: Ledger) -> None:
    _refusal(ledger, WANG, Step("a", "screen", SCREEN), Step("d", "close", {"result": "DONE"}))
    assert ledger.find(WANG, "a").state == "NEW"


def test_nobody_acts_without_a_name_or_in_a_role_that_does_not_exist(ledger: Ledger) -> None:
    assert "--by" in _refusal(ledger, Who("committee", "  "), Step("a", "screen", SCREEN)).told.zh
    assert "committee" in _refusal(ledger, Who("comittee", "王某"), Step("a", "screen", SCREEN)).told.zh


def test_the_whole_way_of_a_clue(ledger: Ledger) -> None:
    ledger.move([Step("a", "screen", SCREEN)], AT, WANG)
    ledger.move([Step("a", "transfer", {"receiver": "U1", "document": "示移〔2025〕1号"})], AT, WANG)
    ledger.move([Step("a", "accept")], AT, POLICE)
    ledger.move([Step("a", "handle", {"handler_person": "孙某"})], AT, POLICE)
    answer = {
        "conclusion": "属实",
        "feedback_on": "2025-07-20",
        "corrected": "是",
        "corrected_on": "2025-07-18",
    }
    ledger.move([Step("a", "answer", answer)], "2025-07-20T01:00:00Z", POLICE)
    ledger.move([Step("a", "verify")], "2025-07-21T01:00:00Z", WANG)
    ledger.move([Step("a", "close", {"result": "办结"})], "2025-08-21T01:00:00Z", WANG)
    found = ledger.show("a", AT, WANG)
    assert (found.clue.state, found.clue.fields["result"], found.open_moves[0].name) == (
        "CLOSED",
        "DONE",
        "reopen",
    )
    assert [one.kind for one in found.entries] == ["opened", *["moved"] * 7]


def test_due_days_run_on_the_calendar_and_the_day_of_the_office(ledger: Ledger) -> None:
    # 2025-07-01 is a Tuesday; five working days on is the 8th. 17:00 UTC is the next day in the office.
    due = {one.clue.clue_id: one for one in ledger.due_of_all(ledger.clues(WANG), date(2025, 7, 9))}
    assert (due["a"].due_on, due["a"].days_late, due["a"].is_late) == (date(2025, 7, 8), 1, True)
    assert due["b"].due_on == date(2025, 7, 2)
    ledger.move([Step("a", "screen", SCREEN)], "2025-07-01T17:00:00Z", WANG)
    found = ledger.find(WANG, "a")
    (screened,) = ledger.due_of_all([found], date(2025, 7, 2))
    assert (screened.started_on, screened.due_on) == (date(2025, 7, 2), date(2025, 7, 7))


def test_the_answer_is_due_thirty_days_after_the_transfer_whatever_lies_between(ledger: Ledger) -> None:
    ledger.move([Step("a", "screen", SCREEN)], AT, WANG)
    ledger.move([Step("a", "transfer", {"receiver": "U1", "document": "1"})], "2025-07-02T01:00:00Z", WANG)
    ledger.move([Step("a", "accept")], "2025-07-04T01:00:00Z", POLICE)
    ledger.move([Step("a", "handle")], "2025-07-10T01:00:00Z", POLICE)
    (due,) = ledger.due_of_all([ledger.find(WANG, "a")], date(2025, 7, 10))
    assert due.due_on == date(2025, 8, 1)
    ledger.move([Step("a", "extend", {"feedback_due_on": "2025-08-31"})], "2025-07-20T01:00:00Z", ZHAO)
    (due,) = ledger.due_of_all([ledger.find(WANG, "a")], date(2025, 7, 20))
    assert due.due_on == date(2025, 8, 31)


def test_lateness_is_noted_once_and_escalates_after_fifteen_days(ledger: Ledger) -> None:
    first = ledger.escalate("2025-07-09T01:00:00Z", date(2025, 7, 9))
    assert {entry.kind for entry in first} == {"reminded"}
    assert ledger.escalate("2025-07-09T02:00:00Z", date(2025, 7, 9)) == []
    later = ledger.escalate("2025-07-23T01:00:00Z", date(2025, 7, 23))
    assert {entry.subject for entry in later if entry.kind == "moved"} == {"a", "b", "c", "d"}
    found = ledger.find(WANG, "a")
    assert found.state == "ESCALATED"
    (moved,) = [entry for entry in later if entry.kind == "moved" and entry.subject == "a"]
    assert moved.data["because"]["zh"] == "应于2025-07-08前办理，至2025-07-23已逾期15天"


def test_a_clue_escalated_while_it_awaits_its_second_reader_is_not_moved(ledger: Ledger) -> None:
    ledger.move([Step("b", "screen", {**SCREEN, "severity": "high"})], AT, WANG)
    entries = ledger.escalate("2025-08-23T01:00:00Z", date(2025, 8, 23))
    assert {entry.kind for entry in entries if entry.subject == "b"} == {"reminded"}
    assert ledger.find(WANG, "b").proposed is not None
