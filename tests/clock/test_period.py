"""Worked examples of the clock, as a lawyer would reckon them, against the Python reference."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from jointsup_rules.clock.period import (
    Change,
    ExclusionTerms,
    ExtensionTerms,
    IsHeld,
    Length,
    Period,
    Reckoned,
    Terms,
    reckon,
)
from jointsup_rules.load.yaml import read_yaml_file
from jointsup_rules.model.calendar import Calendar

WORKED = Path(__file__).parent / "worked.yaml"
ONE = "GROUND"


def examples() -> list[dict[str, Any]]:
    """Return the worked examples."""
    document = read_yaml_file(WORKED, "worked.yaml")
    assert document.problems == ()
    return list(document.data)


def day_of(value: str | None) -> date | None:
    """Return a day written in YAML."""
    return None if value is None else date.fromisoformat(value)


def length_of(example: dict[str, Any]) -> Length:
    """Return the length an example names."""
    return Length(example.get("months", 0), example.get("days", 0), example.get("working_days", 0))


def is_held_in(example: dict[str, Any]) -> IsHeld:
    """Return who is held when, as an example says."""
    stays = [(day_of(a), day_of(b)) for a, b in example.get("stays", [])]
    return lambda day: (
        example.get("held", False)
        or any(a is not None and a <= day and (b is None or b > day) for a, b in stays)
    )


def worked_out(example: dict[str, Any], calendar: Calendar) -> Reckoned:
    """Return an example reckoned by the reference."""
    extensions = example.get("extend", [])
    terms = Terms(
        base=length_of(example),
        month_rule=example.get("rule"),
        rolls=not example.get("no_roll", False) and not example.get("working_days"),
        extensions={f"E{n}": ExtensionTerms(length_of(one)) for n, one in enumerate(extensions)},
        exclusions={ONE: ExclusionTerms()},
    )
    changes = [
        Change(f"E{n}", True, "文书", decided_on=day_of(one["decided_on"]))
        for n, one in enumerate(extensions)
    ]
    changes += [
        Change(ONE, False, "文书", from_on=day_of(a), until_on=day_of(b))
        for a, b in example.get("exclude", [])
    ]
    start = day_of(example["from"])
    assert start is not None
    found = reckon(
        Period(start, day_of(example.get("stop")), day_of(example.get("seen_until"))),
        [terms],
        changes,
        calendar,
        is_held_in(example),
    )
    assert found is not None
    return found


@pytest.mark.parametrize("example", examples(), ids=lambda example: example["name"])
def test_a_worked_example_gives_its_due_day(example: dict[str, Any], calendar: Calendar) -> None:
    found = worked_out(example, calendar)
    assert found.sure.due_on == day_of(example["due_on"])
    if "due_if_all" in example:
        assert found.all.due_on == day_of(example["due_if_all"])
    if "not_before" in example:
        assert found.sure.moved_on == day_of(example["not_before"])
