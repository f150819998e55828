"""The clock twice: what the compiled SQL says of every period equals what the Python reference says."""

from __future__ import annotations

from typing import Any

import pytest

from jointsup_rules.compile.duckdb import quote
from jointsup_rules.model.calendar import Calendar
from jointsup_rules.model.rulebook import Rulebook

from .compiled import CLOCKS, office_database
from .office import File, Office, reckoned

N_FILES = 30_000


def _compiled(
    rulebook: Rulebook, calendar: Calendar, clock: str, files: list[File]
) -> dict[str, list[tuple[Any, ...]]]:
    """What the SQL says of each file's periods."""
    with office_database(rulebook, calendar, clock, files) as (connection, _):
        rows = connection.execute(
            "SELECT file_id, segment, start, ended, due, due_may, due_all, moved, changed_on"
            f" FROM {quote(f'clock.{clock}.due')} WHERE day IS NOT NULL ORDER BY file_id, segment"
        ).fetchall()
    told: dict[str, list[tuple[Any, ...]]] = {}
    for file_id, *row in rows:
        told.setdefault(file_id, []).append(tuple(row))
    return told


@pytest.mark.parametrize("clock", CLOCKS)
def test_sql_and_reference_agree_on_every_period(rulebook: Rulebook, calendar: Calendar, clock: str) -> None:
    files = list(Office(CLOCKS.index(clock) + 1).files(N_FILES, clock))
    compiled = _compiled(rulebook, calendar, clock, files)
    differing = [
        (file, compiled.get(file.row["file_id"], []), expected)
        for file, expected in ((file, reckoned(file, rulebook.clocks[clock], calendar)) for file in files)
        if compiled.get(file.row["file_id"], []) != expected
    ]
    assert len(differing) == 0, "\n".join(map(str, (len(differing), *differing[0])))
    assert sum(map(len, compiled.values())) > N_FILES / 3


def test_the_office_has_what_mistakes_hide_in() -> None:
    """The random files hold late and early extensions, open, nested and touching exclusions, restarts and stays."""
    files = [*Office(1).files(3000, "HEAR"), *Office(2).files(3000, "HOLD")]
    changes = [change for file in files for change in file.changes]
    assert any(change["until_on"] is None for change in changes)
    assert any(change["document"] is None for change in changes)
    assert any(change["sort"] == "RESET" for change in changes)
    assert sum(len(file.changes) > 2 for file in files) > 500
    days = (file.row["opened_on"] for file in files if file.row["opened_on"])
    assert {(day.month, day.day) for day in days} >= {(2, 29), (12, 31), (10, 1), (2, 28)}
