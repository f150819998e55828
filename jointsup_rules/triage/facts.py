"""The facts triage reasons over: one row per clue with its fields and the roll-ups of its keys.

In: a sweep's clues and the triage of the workspace. Out: a table `fact` in a database. Counting is SQL's work and done first;
what chains afterwards reads single rows. Clues of grade C are counted among themselves and others among theirs, so that
no number that others see tells of them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jointsup_rules.compile.duckdb import print_value, quote
from jointsup_rules.model.triage import FIELDS, KEYS, RollUpShape, Triage
from jointsup_rules.model.triage_conditions import MARK, Alternatives, Test

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Fields of `fact` besides those of conditions.
_OTHERS = ("clue_id", "subject_key")


def build_facts(connection: DuckDBPyConnection, triage: Triage, clues: Path) -> int:
    """Make the table `fact`, one row per clue in order of clue id, and return how many there are.

    Columns: clue_id, secret, the fields of conditions (days as whole days since 1970), the keys, and every roll-up (0 where
    the key is empty).
    """
    connection.execute(
        f"CREATE TABLE clue AS SELECT *, split_part(rule_id, '-', 1) AS family, coalesce(grade = 'C', false) AS secret "
        f"FROM read_parquet({print_value(str(clues))})"
    )
    columns = [*dict.fromkeys(("clue_id", "secret", *FIELDS, *KEYS))]
    days = {name for name, kind in FIELDS.items() if kind == "date"}
    listed = [
        f"({quote(name)} - DATE '1970-01-01') AS {quote(name)}" if name in days else quote(name)
        for name in columns
    ]
    connection.execute(f"CREATE TABLE base AS SELECT {', '.join(listed)} FROM clue")
    names, joins = [], []
    for number, (name, roll_up) in enumerate(triage.shape.roll_ups.items()):
        connection.execute(
            f"CREATE TABLE {quote(f'roll_{number}')} AS {_count(roll_up, triage.counted[name])}"
        )
        on = " AND ".join(f"base.{quote(key)} = r{number}.{quote(key)}" for key in (*roll_up.keys, "secret"))
        joins.append(f"LEFT JOIN {quote(f'roll_{number}')} r{number} ON {on}")
        names.append(f"coalesce(r{number}.n, 0) AS {quote(name)}")
    connection.execute(
        f"CREATE TABLE fact AS SELECT {', '.join(['base.*', *names])} FROM base {' '.join(joins)} ORDER BY clue_id"
    )
    return int(connection.execute("SELECT count(*) FROM fact").fetchall()[0][0])


def _count(roll_up: RollUpShape, when: Alternatives | None) -> str:
    """The statement that counts: keys, secret, n."""
    keys = ", ".join(quote(key) for key in roll_up.keys)
    filled = " AND ".join(f"{quote(key)} IS NOT NULL" for key in roll_up.keys)
    where = f"{filled} AND ({sql_of(when)})" if when is not None else filled
    counted = f"count(DISTINCT {quote(roll_up.count)})"
    if roll_up.within is None:
        return f"SELECT {keys}, secret, {counted} AS n FROM base WHERE {where} GROUP BY {keys}, secret"
    # From each row on, those of its keys at most so many days later; the window that holds the most.
    on, days = quote(roll_up.within.on), roll_up.within.days
    same = " AND ".join(f"one.{quote(key)} = other.{quote(key)}" for key in (*roll_up.keys, "secret"))
    of_one = ", ".join(f"one.{quote(key)}" for key in roll_up.keys)
    return (
        f"WITH counted AS (SELECT DISTINCT {keys}, secret, {on}, {quote(roll_up.count)} AS what FROM base "
        f"WHERE {where} AND {on} IS NOT NULL), "
        f"windows AS (SELECT {of_one}, one.secret, one.{on} AS begun, count(DISTINCT other.what) AS n "
        f"FROM (SELECT DISTINCT {keys}, secret, {on} FROM counted) one JOIN counted other "
        f"ON {same} AND other.{on} BETWEEN one.{on} AND one.{on} + {days} GROUP BY ALL) "
        f"SELECT {keys}, secret, max(n) AS n FROM windows GROUP BY {keys}, secret"
    )


def sql_of(alternatives: Alternatives, marks: str = "mark") -> str:
    """Return a condition as SQL over a row of `fact`; marks are looked up in a table of clue_id and mark."""
    return " OR ".join(
        "(" + " AND ".join(_sql_test(test, marks) for test in tests) + ")" for tests in alternatives
    )


def _sql_test(test: Test, marks: str) -> str:
    if test.field == MARK:
        return f"clue_id IN (SELECT clue_id FROM {marks} WHERE mark = {print_value(test.value)})"
    if test.value is None:
        return f"{quote(test.field)} {test.op.upper()}"
    return f"{quote(test.field)} {test.op} {print_value(test.value)}"
