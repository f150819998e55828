"""A column that a unit hardly fills takes findings out: twenty rows at least, fewer than half filled."""

from datetime import date

import pytest

from jointsup_rules.demo.course import Course, Registry
from jointsup_rules.demo.facts import Facts
from jointsup_rules.demo.oracle_gaps import Gaps
from jointsup_rules.demo.oracle_oversight import fbk_05
from jointsup_rules.demo.stages_oversight import hand_on


def _outcomes(n_clues: int, n_answered: int) -> set[str]:
    """What is said of the unanswered clues of a sender with so many clues and answers."""
    course, gaps = Course(Registry()), Gaps()
    for n in range(n_clues):
        answered_on = date(2025, 3, 20) if n < n_answered else None
        hand_on(course, "ZFW239900", "JC239901", date(2025, 3, 3), feedback_date=answered_on)
    gaps.count(course)
    return {one.outcome for one in gaps.settle(fbk_05(Facts(course))) if one.due_on is not None}


@pytest.mark.parametrize(
    ("n_clues", "n_answered", "outcome"),
    [(19, 0, "hit"), (20, 0, "excluded"), (20, 9, "excluded"), (20, 10, "hit"), (21, 10, "excluded")],
)
def test_a_gap_is_fewer_than_half_of_twenty(n_clues: int, n_answered: int, outcome: str) -> None:
    assert _outcomes(n_clues, n_answered) == {outcome}


def test_a_gap_of_one_unit_says_nothing_of_another() -> None:
    course, gaps = Course(Registry()), Gaps()
    for _ in range(20):
        hand_on(course, "KSS239900", "JC239901", date(2025, 3, 3))
    hand_on(course, "ZFW239900", "JC239901", date(2025, 3, 3))
    gaps.count(course)
    last = [one for one in gaps.settle(fbk_05(Facts(course))) if one.subject == ("CT0000021",)]
    assert {one.outcome for one in last} == {"hit"}
