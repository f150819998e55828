"""By how much: comparisons that are not true, conditions that one comparison keeps from being true, figures of kinds."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from jointsup_rules.problems import Text
from jointsup_rules.sweep.margins import left_of, margin_of, only_short, short_of
from jointsup_rules.sweep.terms import comparisons_in, deciding, written_as
from jointsup_rules.sweep.trace import Comparison

DAY = date(2025, 6, 30)


@pytest.mark.parametrize(
    ("op", "sides", "told"),
    [
        ("<", ["2025-01-11", "2025-01-01"], "10 days short"),
        (">=", ["2025-01-01 08:30", "2025-01-03"], "2 days short"),
        (">", ["2", "5.5"], "3.5 short"),
        (">", ["5", "5"], "they are equal"),
        ("between", ["12", "1", "10"], "2 short"),
        ("=", ["abc", "abd"], ""),
        ("<", ["1", None], ""),
        ("<>", ["1", "1"], ""),
        ("in", ["1", "2"], ""),
    ],
)
def test_a_comparison_is_short_by_days_or_numbers(op: str, sides: list[str | None], told: str) -> None:
    assert short_of(op, sides).en == told


@pytest.mark.parametrize(
    ("text", "values", "places"),
    [
        ("a and b and c", [True, False, True], [1]),
        ("a and b and c", [True, False, False], []),
        ("a and b", [True, None], [1]),
        ("a and (b or c)", [True, False, False], [1, 2]),
        ("a and not (b or c)", [True, True, False], [1]),
        ("a or b", [True, False], []),
        ("a", [False], [0]),
        ("a and not b", [True, False], [1]),
    ],
)
def test_which_comparison_alone_stands_in_the_way(
    text: str, values: list[bool | None], places: list[int]
) -> None:
    assert deciding(text, values) == places


def test_comparisons_are_told_as_they_are_written() -> None:
    text = "a = 1 and (b between 2 and 3 or not c is null)"
    assert [written_as(text, one) for one in comparisons_in(text)] == [
        "a = 1", "b between 2 and 3", "not c is null",
    ]  # fmt: skip


def test_one_comparison_short_is_named_with_its_distance() -> None:
    one = Comparison("a > 5", Text(en="a > 5"), False, short=Text(en="2 short"), decides=True)
    other = Comparison("b", Text(en="b"), True)
    assert only_short([one, other]).en == "one comparison short: a > 5, 2 short"
    assert only_short([one]).en == "2 short"
    assert only_short([one], is_shown=False).en == "one comparison short: a > 5, 2 short"
    assert only_short([other]).en == ""


def finding(**given: Any) -> dict[str, Any]:
    return {
        **dict.fromkeys(("due_on", "ended_on", "started_on", "over_days", "measure", "detail", "decided_by")), **given
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "figures", "limits", "told"),
    [
        ("time_limit", {"due_on": date(2025, 7, 3)}, {}, "3 days left"),
        ("time_limit", {"due_on": date(2025, 7, 3), "ended_on": date(2025, 6, 1)}, {}, "32 days to spare"),
        ("missing", {"due_on": date(2025, 6, 1), "over_days": 29, "decided_by": "not_found"}, {}, "29 days over"),
        ("repeat", {"measure": 2}, {"at_least": 5}, "2, 3 short of 5"),
        ("repeat", {"measure": 5}, {"at_least": 5}, "5, and 5 are enough"),
        ("sequence", {"measure": 100}, {"gap": 365}, "100, 265 below the limit of 365"),
        ("sequence", {"started_on": date(2025, 1, 1), "ended_on": date(2025, 1, 5)}, {}, "4 days apart"),
        ("overlap", {"measure": 0}, {"more_than.days": "0"}, "exactly 0, and more than 0 is asked for"),
        ("overlap", {"measure": 3}, {"more_than.days": 1}, "3, 2 more than 1"),
        (
            "outlier", {"detail": json.dumps({"rate": "2", "low": "1", "high": "5"})}, {},
            "a rate of 2, the fences are 1 and 5, 3 within",
        ),
        (
            "outlier", {"detail": json.dumps({"rate": "2", "low": "3", "high": "5"})}, {"side": "low"},
            "a rate of 2, the fences are 3 and 5, 1 beyond",
        ),
    ],
)  # fmt: skip
def test_each_kind_says_by_how_much(
    kind: str, figures: dict[str, Any], limits: dict[str, Any], told: str
) -> None:
    assert margin_of(kind, finding(**figures), limits, DAY).en == told


def test_a_fence_on_both_sides_counts_the_nearer_one() -> None:
    figures = {"rate": "2", "low": "1", "high": "5"}
    assert [left_of(figures, side) for side in ("high", "low", "both")] == [3, 1, 1]
    assert left_of({"rate": None, "high": "5"}, "high") is None
