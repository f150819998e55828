"""The clock twice: what the compiled SQL says of every period equals what the Python reference says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from duckdb import DuckDBPyConnection

from jointsup_rules.compile.duckdb import quote
from jointsup_rules.compile.engine import make_plan
from jointsup_rules.load.typing import table_columns_sql
from jointsup_rules.model.calendar import Calendar, read_calendar
from jointsup_rules.model.rulebook import Rulebook, read_rulebook
from jointsup_rules.sweep.check import full_facts
from jointsup_rules.sweep.database import build, open_connection, prepare_connection

from .office import AS_OF, File, Office, reckoned

WORKSPACE = Path(__file__).parent / "workspace"
CALENDAR_FOLDER = Path(__file__).parents[2] / "datasets" / "calendar"
N_FILES = 30_000
CLOCKS = ("HEAR", "HOLD", "REVIEW", "WORK")


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    return read_calendar(CALENDAR_FOLDER)[0]


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    found = read_rulebook(WORKSPACE)
    assert found.problems == ()
    return found


def _fill(connection: DuckDBPyConnection, rulebook: Rulebook, tables: list[str], files: list[File]) -> None:
    assert rulebook.dictionary is not None
    given: dict[str, list[dict[str, Any]]] = {
        "file": [file.row for file in files],
        "step": [row for file in files for row in file.steps],
        "change": [row for file in files for row in file.changes],
        "stay": [row for file in files for row in file.stays],
    }
    for name in tables:
        table = rulebook.dictionary.tables[name]
        connection.execute(f"CREATE TABLE {quote('raw_' + name)} ({table_columns_sql(table)})")
        columns = ", ".join(map(quote, table.columns))
        rows = pa.Table.from_pylist([{column: row[column] for column in table.columns} for row in given[name]] or
                                    [dict.fromkeys(table.columns)])  # fmt: skip
        if given[name]:
            connection.register("given_rows", rows)
            connection.execute(
                f"INSERT INTO {quote('raw_' + name)} ({columns}, _cut_off) SELECT {columns}, ? FROM given_rows",
                [AS_OF],
            )
            connection.unregister("given_rows")


def _compiled(
    rulebook: Rulebook, calendar: Calendar, clock: str, files: list[File]
) -> dict[str, list[tuple[Any, ...]]]:
    """What the SQL says of each file's periods."""
    assert rulebook.dictionary is not None
    rule = next(one for one in rulebook.rules.values() if one.shape.detect["time_limit"]["clock"] == clock)
    facts = full_facts(rulebook.dictionary, AS_OF)
    plan = make_plan(rulebook.dictionary, facts, [rule], rulebook.parameters, rulebook.laws, rulebook.clocks)
    assert [prepared.status for prepared in plan.rules] == ["ready"]
    connection = open_connection(threads=2, memory="2GB")
    try:
        prepare_connection(connection, calendar)
        _fill(connection, rulebook, plan.raw_tables(), files)
        assert build(connection, plan) == {}
        rows = connection.execute(
            "SELECT file_id, segment, start, ended, due, due_may, due_all, moved"
            f" FROM {quote(f'clock.{clock}.due')} WHERE day IS NOT NULL ORDER BY file_id, segment"
        ).fetchall()
    finally:
        connection.close()
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


def test_the_office_has_what_mistakes_hide_in(rulebook: Rulebook) -> None:
    """The random files hold late and early extensions, open, nested and touching exclusions, restarts and stays."""
    files = list(Office(1).files(3000, "HEAR")) + list(Office(2).files(3000, "HOLD"))
    changes = [change for file in files for change in file.changes]
    assert any(change["until_on"] is None for change in changes)
    assert any(change["document"] is None for change in changes)
    assert any(change["sort"] == "RESET" for change in changes)
    assert sum(len(file.changes) > 2 for file in files) > 500
    days: Iterator[date] = (file.row["opened_on"] for file in files if file.row["opened_on"])
    assert {(day.month, day.day) for day in days} >= {(2, 29), (12, 31), (10, 1), (2, 28)}
