"""The working of a clue adds up: from the start, line by line, to the due day."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import pytest

from jointsup_rules.compile.outputs import WORKING
from jointsup_rules.model.calendar import Calendar
from jointsup_rules.model.rulebook import Rulebook

from .compiled import CLOCKS, office_database
from .office import Office

N_FILES = 4_000
MOVES = ("shift", "base", "extend", "exclude", "roll")


def _workings(rulebook: Rulebook, calendar: Calendar, clock: str) -> dict[str, list[dict[str, Any]]]:
    """The lines of every clue, in order."""
    files = list(Office(7).files(N_FILES, clock))
    lines: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with office_database(rulebook, calendar, clock, files) as (connection, plan):
        statements = plan.rules[0].statements
        assert statements is not None
        for name in ("judged", "hits", "worst"):
            connection.execute(f"CREATE TABLE {name} AS {getattr(statements, name)}")
        for table, sql in statements.fills:
            if table != "working":
                continue
            for row in connection.execute(sql).fetchall():
                line = dict(zip((name for name, _ in WORKING), row, strict=True))
                lines[line["clue_id"]].append(line)
        assert len(lines) == connection.execute("SELECT count(*) FROM worst").fetchall()[0][0]
    return {clue: sorted(own, key=lambda line: line["step_no"]) for clue, own in lines.items()}


def _day(lines: list[dict[str, Any]], step: str, side: str = "to_on") -> date:
    (line,) = (one for one in lines if one["step"] == step)
    found = line[side]
    assert isinstance(found, date)
    return found


@pytest.mark.parametrize("clock", [clock for clock in CLOCKS if clock != "WORK"])
def test_the_lines_add_up_to_the_due_day(rulebook: Rulebook, calendar: Calendar, clock: str) -> None:
    workings = _workings(rulebook, calendar, clock)
    assert len(workings) > 300
    for lines in workings.values():
        days = sum(line["days"] for line in lines if line["step"] in MOVES)
        assert _day(lines, "start", "from_on") + timedelta(days=days) == _day(lines, "due"), lines


def test_the_lines_of_working_days_add_up(rulebook: Rulebook, calendar: Calendar) -> None:
    worked = [day.day for day in calendar.days if day.is_working]
    places = {day: place for place, day in enumerate(worked)}
    workings = _workings(rulebook, calendar, "WORK")
    assert len(workings) > 300
    for lines in workings.values():
        start = _day(lines, "start", "from_on")
        before = max(day for day in (start - timedelta(days=n) for n in range(20)) if day in places)
        days = sum(line["days"] for line in lines if line["step"] in MOVES)
        assert worked[places[before] + days] == _day(lines, "due"), lines


@pytest.mark.parametrize("clock", CLOCKS)
def test_every_line_is_told_in_both_languages(rulebook: Rulebook, calendar: Calendar, clock: str) -> None:
    for lines in _workings(rulebook, calendar, clock).values():
        assert [line["step_no"] for line in lines] == list(range(1, len(lines) + 1))
        for line in lines:
            told = json.loads(line["note"])
            assert told["zh"], line
            assert told["en"], line
        refused = [line for line in lines if line["honoured"] is False]
        assert all(line["days"] == 0 for line in refused)
