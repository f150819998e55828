"""Sweeps taken into the ledger, and the proof of what was answered as put right."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from jointsup_rules.ledger.ledger import Ledger
from jointsup_rules.ledger.moving import Refused, Step
from tests.ledger.desk import POLICE, WANG, clue, new_ledger, sweep

FIRST, LATER = "2025-06-30-aaaaaaaa", "2025-09-30-bbbbbbbb"
AT, THEN = "2025-07-01T01:00:00Z", "2025-10-01T01:00:00Z"


def _answered(ledger: Ledger, corrected: str = "是") -> None:
    ledger.move([Step("a", "screen", {"severity": "medium", "grade": "A", "route": "unit"})], AT, WANG)
    ledger.move([Step("a", "transfer", {"receiver": "U1", "document": "1"})], AT, WANG)
    answer = {"conclusion": "CONFIRMED", "feedback_on": "2025-07-20", "corrected": corrected}
    ledger.move([Step("a", "answer", answer)], "2025-07-20T01:00:00Z", POLICE)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    ledger = new_ledger(tmp_path / "ledger.sqlite")
    assert ledger.open(sweep({"a": clue(), "b": clue()}), AT, WANG).new == ("a", "b")
    return ledger


def test_the_same_sweep_again_adds_nothing(ledger: Ledger) -> None:
    head = ledger.head()
    assert ledger.open(sweep({"a": clue(), "b": clue()}), THEN, WANG).is_known
    assert ledger.head() == head


def test_an_earlier_sweep_is_refused_once_a_later_one_is_in(ledger: Ledger) -> None:
    head = ledger.head()
    with pytest.raises(Refused) as refused:
        ledger.open(sweep({}, "2025-03-31-cccccccc", date(2025, 3, 31)), THEN, WANG)
    assert refused.value.told.zh.startswith("台账已收入较新的筛查 2025-06-30-aaaaaaaa")
    assert ledger.head() == head


def test_numbers_go_on_within_a_year_and_begin_anew_with_the_next(ledger: Ledger) -> None:
    ledger.open(sweep({"a": clue(), "c": clue()}, LATER, date(2025, 9, 30)), THEN, WANG)
    ledger.open(
        sweep({"a": clue(), "d": clue()}, "2026-01-31-d", date(2026, 1, 31)), "2026-02-01T01:00:00Z", WANG
    )
    assert ledger.find(WANG, "c").ledger_no == "XS2025-0003"
    assert ledger.find(WANG, "d").ledger_no == "XS2026-0001"


def test_the_year_is_that_of_the_office_not_of_greenwich(ledger: Ledger) -> None:
    ledger.open(sweep({"e": clue()}, LATER, date(2025, 9, 30)), "2025-12-31T16:30:00Z", WANG)
    assert ledger.find(WANG, "e").ledger_no == "XS2026-0001"


def test_answered_as_put_right_and_still_found_goes_back_with_its_because(ledger: Ledger) -> None:
    _answered(ledger)
    opened = ledger.open(sweep({"a": clue(), "b": clue()}, LATER, date(2025, 9, 30)), THEN, WANG)
    assert opened.still_found == ("a",)
    shown = ledger.show("a", THEN, WANG)
    assert shown.clue.state == "HANDLING"
    assert shown.entries[-1].role == "engine"
    assert "2025-07-20已答复整改" in shown.entries[-1].data["because"]["zh"]


def test_data_that_end_too_early_prove_nothing(ledger: Ledger) -> None:
    _answered(ledger)
    # Thirty days after the answer is 2025-08-19: data up to that day may lack what was put right.
    late = sweep({"a": clue(), "b": clue()}, "2025-08-19-x", date(2025, 8, 19))
    assert ledger.open(late, "2025-08-20T01:00:00Z", WANG).still_found == ()
    assert ledger.find(WANG, "a").state == "FEEDBACK"


def test_what_was_not_answered_as_put_right_is_not_sent_back(ledger: Ledger) -> None:
    _answered(ledger, "否")
    assert ledger.open(sweep({"a": clue()}, LATER, date(2025, 9, 30)), THEN, WANG).still_found == ()


def test_no_longer_found_is_proposed_for_closing_and_closed_by_people(ledger: Ledger) -> None:
    _answered(ledger)
    opened = ledger.open(sweep({"b": clue()}, LATER, date(2025, 9, 30), gone={"a": "resolved"}), THEN, WANG)
    assert (opened.gone, opened.to_close) == (("a",), ("a",))
    found = ledger.find(WANG, "a")
    assert found.state == "FEEDBACK"
    assert found.suggested is not None
    assert found.suggested["move"] == "close"


@pytest.mark.parametrize("more", [{"looked": frozenset({"CM-01"})}, {"open": frozenset({("LONG-01", "K1")})}])
def test_a_rule_that_did_not_run_or_cannot_tell_proves_nothing(
    ledger: Ledger, more: dict[str, object]
) -> None:
    _answered(ledger)
    opened = ledger.open(sweep({}, LATER, date(2025, 9, 30), **more), THEN, WANG)
    assert (set(opened.unsure), opened.gone) == ({"a", "b"}, ())
    assert ledger.find(WANG, "a").is_found is None


def test_an_approved_exception_is_not_entered_and_not_called_gone(ledger: Ledger) -> None:
    opened = ledger.open(
        sweep({"b": clue()}, LATER, date(2025, 9, 30), excepted=frozenset({"a", "z"})), THEN, WANG
    )
    assert (opened.new, opened.gone, opened.excepted) == ((), (), 2)


def test_a_closed_clue_that_comes_back_is_reopened_and_one_closed_as_unfounded_is_not(ledger: Ledger) -> None:
    _answered(ledger)
    for step in (Step("a", "verify"), Step("a", "close", {"result": "DONE"})):
        ledger.move([step], "2025-07-21T01:00:00Z", WANG)
    ledger.move([Step("b", "reject", {"reason": "LAWFUL"})], "2025-07-21T01:00:00Z", WANG)
    opened = ledger.open(sweep({"a": clue(), "b": clue()}, LATER, date(2025, 9, 30)), THEN, WANG)
    assert opened.again == ("a",)
    assert ledger.find(WANG, "b").state == "REJECTED"
