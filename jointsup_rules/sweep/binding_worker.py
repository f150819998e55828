"""The process in which queries are bound: statements on standard input, what the database says on standard output.

It imports next to nothing, for whoever checks rules waits for it.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from jointsup_rules.model.calendar import Calendar
from jointsup_rules.sweep.database import deadline, load_calendar, open_connection, shut
from jointsup_rules.sweep.process import bound_memory

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY = "500MB"


def explain(connection: DuckDBPyConnection, statement: str, limit_s: float) -> dict[str, Any]:
    """Bind a statement; return what the database says against it, nothing if it has nothing to say.

    What is said is `said`; `gave_up` where it came to no end within the time or the memory.
    """
    import duckdb

    try:
        with deadline(connection, limit_s) as expired:
            connection.execute(f"EXPLAIN {statement}").fetchall()
    except (duckdb.Error, MemoryError) as error:
        if expired or isinstance(error, duckdb.OutOfMemoryException | MemoryError):
            return {"gave_up": True}
        return {"said": str(error).splitlines()[0]}
    return {}


def _create(connection: DuckDBPyConnection, statement: str) -> None:
    """Create what statements rest on; what cannot be created, the statements that need it will name."""
    import duckdb

    try:
        connection.execute(statement)
    except duckdb.Error:
        return


def main() -> None:
    """Bind what standard input names, and write what the database says."""
    given = json.loads(sys.stdin.read())
    bound_memory(MEMORY)
    connection = open_connection(threads=1, memory=MEMORY)
    load_calendar(connection, Calendar())
    shut(connection)
    for statement in given["setup"]:
        _create(connection, statement)
    told = {name: explain(connection, sql, given["limit_s"]) for name, sql in given["statements"].items()}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
