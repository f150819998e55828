"""The connection rules run on: hardened, bounded, and filled with what a plan needs.

Settings that cannot be undone come last. Files are read only where they were named before the door was shut. The
compiler is imported where it is needed: a process that only opens a connection does without it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jointsup_rules.compile.duckdb import print_value, quote
from jointsup_rules.model.calendar import Calendar
from jointsup_rules.problems import Text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from jointsup_rules.compile.engine import Plan, Prepared, Statements


def open_connection(
    *, readable: Sequence[Path] = (), scratch: Path | None = None, memory: str = "2GB", threads: int = 2
) -> DuckDBPyConnection:
    """Return an in-memory database that can read the named files, write in `scratch`, and reach nothing else.

    Args:
        readable: Files it may read.
        scratch: Folder for what does not fit in memory and for results; None keeps all in memory.
        memory: Bound on its buffers, such as 2GB.
        threads: How many threads it may use.
    """
    import duckdb

    connection = duckdb.connect(":memory:", config={"threads": threads, "memory_limit": memory})
    settings = [
        "SET TimeZone='UTC'",
        "SET preserve_insertion_order=true",
        "SET autoinstall_known_extensions=false",
        "SET autoload_known_extensions=false",
        "SET allow_community_extensions=false",
        "SET allow_persistent_secrets=false",
        "SET python_enable_replacements=false",
        "SET python_scan_all_frames=false",
    ]
    if scratch is not None:
        settings.append(f"SET temp_directory={print_value(str(scratch / 'spill'))}")
        settings.append(f"SET allowed_directories=[{print_value(str(scratch))}]")
        listed = ", ".join(print_value(str(path)) for path in readable)
        settings.append(f"SET allowed_paths=[{listed}]")
    else:
        settings.append("SET temp_directory=''")
    for setting in settings:
        connection.execute(setting)
    return connection


def shut(connection: DuckDBPyConnection) -> None:
    """Close every way out; nothing after it can be changed back."""
    connection.execute("SET enable_external_access=false")
    connection.execute("SET lock_configuration=true")


CALENDAR_TABLES = ("calendar_days", "calendar_lookup", "calendar_list")


def load_calendar(connection: DuckDBPyConnection, calendar: Calendar) -> None:
    """Create the tables the calendar macros read; empty without a calendar.

    `calendar_lookup` has one row of lists: a place in `days` is a number of days from `first_day`, a year not announced
    in between has empty entries; `place` counts working days, and is the place in `working_days`.
    """
    connection.execute(
        "CREATE TABLE calendar_days (z_day DATE, z_working BOOLEAN, z_rolled DATE, z_count INTEGER, z_block INTEGER)"
    )
    for start in range(0, len(calendar.days), 2000):
        rows = ", ".join(
            f"({print_value(d.day)}, {print_value(d.is_working)}, {print_value(d.rolled, 'date')}, {d.count}, {d.block})"
            for d in calendar.days[start : start + 2000]
        )
        connection.execute(f"INSERT INTO calendar_days VALUES {rows}")
    connection.execute(_LOOKUP)
    # As lists only the last unbroken run of years: a place in `rolled` and `counts` is a number of days from its first.
    connection.execute(
        "CREATE TABLE calendar_list AS SELECT min(z_day) AS first_day,"
        " coalesce(list(z_rolled ORDER BY z_day), []) AS rolled, coalesce(list(z_count ORDER BY z_day), []) AS counts,"
        " coalesce(list(z_day ORDER BY z_day) FILTER (WHERE z_working), []) AS working"
        " FROM calendar_days WHERE z_block = (SELECT max(z_block) FROM calendar_days)"
    )


_LOOKUP = """
    CREATE TABLE calendar_lookup AS
    WITH every AS (
        SELECT CAST(unnest(generate_series(min(z_day), max(z_day), INTERVAL 1 DAY)) AS DATE) AS z_day
        FROM calendar_days
    ), counted AS (
        SELECT e.z_day, d.z_working, d.z_rolled, d.z_block,
               CAST(count(*) FILTER (WHERE d.z_working) OVER (ORDER BY e.z_day) AS INTEGER) AS z_place
        FROM every AS e LEFT JOIN calendar_days AS d ON d.z_day = e.z_day
    )
    SELECT min(z_day) AS first_day,
           coalesce(list(z_rolled ORDER BY z_day), []) AS rolled,
           coalesce(list({working: z_working, place: z_place, block: z_block} ORDER BY z_day), []) AS days,
           coalesce(list({day: z_day, block: z_block} ORDER BY z_day) FILTER (WHERE z_working), []) AS working_days
    FROM counted
"""


def prepare_connection(connection: DuckDBPyConnection, calendar: Calendar) -> None:
    """Create calendar, macros and result tables."""
    from jointsup_rules.compile.engine import prelude, result_tables

    load_calendar(connection, calendar)
    for statement in (*prelude(), *result_tables()):
        connection.execute(statement)


def build(
    connection: DuckDBPyConnection, plan: Plan, told: Callable[[str], None] = lambda _: None
) -> dict[str, str]:
    """Create the views and tables that rules share; return what failed, by name, with the error."""
    failed: dict[str, str] = {}
    for name, sql in plan.seen_views():
        connection.execute(f"CREATE VIEW {quote(name)} AS {sql}")
    for name, sql in plan.tables:
        told(name)
        _try(connection, f"CREATE TABLE {quote(name)} AS {sql}", name, failed)
    for name, sql in plan.views:
        _try(connection, f"CREATE VIEW {quote(name)} AS {sql}", name, failed)
    return failed


def _try(connection: DuckDBPyConnection, sql: str, name: str, failed: dict[str, str]) -> None:
    import duckdb

    try:
        connection.execute(sql)
    except duckdb.Error as error:
        failed[name] = str(error).splitlines()[0]


@dataclass(frozen=True)
class Ran:
    """What one rule gave: its counts, or its error."""

    counts: dict[str, int]
    seconds: float
    error: str = ""


def _is_spent(error: Exception) -> bool:
    """Whether the system refused memory, which this process does not get back; its own limit it can live with."""
    import duckdb

    words = str(error).lower()
    return isinstance(error, duckdb.OutOfMemoryException) and (
        "bad alloc" in words or "allocation fail" in words
    )


def late(limit_s: float) -> Text:
    """Return what is said of a rule that takes longer than its limit."""
    return Text(f"超过时限 {limit_s:g} 秒", f"time limit of {limit_s:g} s exceeded")


TOO_LARGE = Text("所需内存超过允许的范围", "it needs more memory than it may have")


def in_both(error: str, limit_s: float) -> Text:
    """Return an error in both languages where it is one of ours; the database speaks English."""
    ours = {text.en: text for text in (late(limit_s), TOO_LARGE)}
    return ours.get(error, Text(error, error))


def run_rule(
    connection: DuckDBPyConnection,
    prepared: Prepared,
    limit_s: float,
    also: Sequence[str] = (),
    results: Collection[str] | None = None,
) -> Ran:
    """Run one rule; either all its rows are in the result tables, or none and the error is returned.

    Args:
        connection: Where the plan was built.
        prepared: The rule.
        limit_s: Its time limit.
        also: Statements run while its findings are in `judged`.
        results: The result tables that are wanted, the others get no rows; None for all.

    Raises:
        duckdb.OutOfMemoryException: the system gives this process no more memory; it can go on with nothing.
    """
    import duckdb

    assert prepared.statements is not None, "only ready rules are run"
    begun = time.monotonic()
    connection.execute("BEGIN")
    try:
        with deadline(connection, limit_s) as expired:
            counts = _run(connection, prepared.statements, also, results)
        connection.execute("COMMIT")
    except duckdb.Error as error:
        if _is_spent(error):
            raise
        connection.execute("ROLLBACK")
        text = late(limit_s).en if expired else str(error).splitlines()[0]
        return Ran({}, time.monotonic() - begun, text)
    return Ran(counts, time.monotonic() - begun)


def _run(
    connection: DuckDBPyConnection,
    statements: Statements,
    also: Sequence[str],
    results: Collection[str] | None,
) -> dict[str, int]:
    from jointsup_rules.compile.engine import COUNT_NAMES, insert_into

    connection.execute(f"CREATE TEMP TABLE judged AS {statements.judged}")
    counted = connection.execute(statements.counts).fetchone()
    in_scope = connection.execute(f"SELECT count(*) FROM ({statements.in_scope})").fetchone()
    assert counted is not None
    assert in_scope is not None
    connection.execute(f"CREATE TEMP TABLE hits AS {statements.hits}")
    connection.execute(f"CREATE TEMP TABLE worst AS {statements.worst}")
    for name, select in statements.fills:
        if results is None or name in results:
            connection.execute(insert_into(name, select))
    for statement in also:
        connection.execute(statement)
    for name in ("worst", "hits", "judged"):
        connection.execute(f"DROP TABLE {name}")
    counts = dict(zip(COUNT_NAMES, counted, strict=True))
    spoken = sum(counts[name] for name in COUNT_NAMES if name != "due_soon")
    return {"in_scope": in_scope[0], "clear": in_scope[0] - spoken, **counts}


@contextmanager
def deadline(connection: DuckDBPyConnection, seconds: float) -> Iterator[list[bool]]:
    """Interrupt what runs longer; the list is filled if that happened."""
    expired: list[bool] = []

    def stop() -> None:
        expired.append(True)
        connection.interrupt()

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield expired
    finally:
        timer.cancel()
