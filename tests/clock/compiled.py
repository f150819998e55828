"""Files of the invented office, put before the compiled SQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
from duckdb import DuckDBPyConnection

from jointsup_rules.compile.duckdb import quote
from jointsup_rules.compile.engine import Plan, make_plan
from jointsup_rules.load.typing import table_columns_sql
from jointsup_rules.model.calendar import Calendar
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.sweep.check import full_facts
from jointsup_rules.sweep.database import build, open_connection, prepare_connection

from .office import AS_OF, File

WORKSPACE = Path(__file__).parent / "workspace"
CALENDAR_FOLDER = Path(__file__).parents[2] / "datasets" / "calendar"
CLOCKS = ("HEAR", "HOLD", "REVIEW", "WORK")


@contextmanager
def office_database(
    rulebook: Rulebook, calendar: Calendar, clock: str, files: list[File]
) -> Iterator[tuple[DuckDBPyConnection, Plan]]:
    """Open a database in which a clock and the rule that names it are built over some files."""
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
        yield connection, plan
    finally:
        connection.close()


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
        if not given[name]:
            continue
        columns = ", ".join(map(quote, table.columns))
        rows = pa.Table.from_pylist(
            [{column: row[column] for column in table.columns} for row in given[name]]
        )
        connection.register("given_rows", rows)
        connection.execute(
            f"INSERT INTO {quote('raw_' + name)} ({columns}, _cut_off) SELECT {columns}, ? FROM given_rows",
            [AS_OF],
        )
        connection.unregister("given_rows")
