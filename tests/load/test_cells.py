"""Typed cells as texts."""

from __future__ import annotations

import doctest
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointsup_rules.load import cells
from jointsup_rules.load.cells import ERROR_CELL, LOST_DIGITS, NOT_SINGLE, cell_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        ("", ""),
        ("012", "012"),
        (True, "true"),
        (7, "7"),
        (7.0, "7"),
        (-0.5, "-0.5"),
        (0.1 + 0.2, "0.3"),
        (1e-7, "0.0000001"),
        (float("nan"), None),
        (110101199001011234, "110101199001011234"),
        (Decimal("1.50"), "1.50"),
        (date(2024, 5, 1), "2024-05-01"),
        (datetime(2024, 5, 1), "2024-05-01"),
        (datetime(2024, 5, 1, 9, 29, 59, 999_999), "2024-05-01 09:30:00"),
        (datetime(2024, 5, 1, tzinfo=UTC), "2024-05-01 00:00:00+00:00"),
        (time(9, 30), "09:30:00"),
        (timedelta(hours=36, seconds=5), "36:00:05"),
    ],
)
def test_a_cell_reads_as_it_would_in_a_csv(value: object, text: str | None) -> None:
    assert cell_text(value) == text


@pytest.mark.parametrize(
    ("value", "mark"),
    [
        (110101199001011234.0, LOST_DIGITS),
        (2.0**53, LOST_DIGITS),
        (float("inf"), ERROR_CELL),
        ([1], NOT_SINGLE),
        ({}, NOT_SINGLE),
        (b"x", NOT_SINGLE),
    ],
)
def test_a_damaged_cell_is_marked(value: object, mark: str) -> None:
    assert (cell_text(value) or "").startswith(mark)


@given(st.integers(-(2**53) + 1, 2**53 - 1))
def test_a_whole_number_below_the_bound_loses_no_digit(number: int) -> None:
    assert cell_text(float(number)) == str(number)


def test_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(cells).failed == 0
