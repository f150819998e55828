"""Triage in SQL: rounds of all rules over all facts until no round adds a mark.

In: the table `fact` and the rules. Out: the conclusions, as (rule, clue) pairs. Marks only grow and only their being there
is asked, so the rounds end, and their order does not matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jointsup_rules.compile.duckdb import print_value, quote
from jointsup_rules.model.triage import Triage
from jointsup_rules.triage.facts import sql_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Conclusions = frozenset[tuple[str, str]]


def chain_in_sql(connection: DuckDBPyConnection, triage: Triage) -> Conclusions:
    """Return which rule holds for which clue; leaves the marks in the table `mark` (clue_id, mark)."""
    connection.execute("CREATE TABLE mark (clue_id VARCHAR, mark VARCHAR)")
    marking = [rule for rule in triage.rules if rule.then.mark is not None]
    while True:
        before = _n_marks(connection)
        for rule in marking:
            name = print_value(rule.then.mark)
            holds = f"SELECT * FROM fact WHERE {sql_of(rule.when)}"
            found = f"SELECT clue_id FROM ({holds})"
            if rule.then.on is not None:
                key = quote(rule.then.on)
                found += f" UNION SELECT f.clue_id FROM fact f JOIN ({holds}) h ON f.{key} = h.{key} AND f.secret = h.secret"
            connection.execute(
                f"INSERT INTO mark SELECT DISTINCT clue_id, {name} FROM ({found}) "
                f"WHERE clue_id NOT IN (SELECT clue_id FROM mark WHERE mark = {name})"
            )
        if _n_marks(connection) == before:
            break
    pairs: set[tuple[str, str]] = set()
    for rule in triage.rules:
        rows = connection.execute(f"SELECT clue_id FROM fact WHERE {sql_of(rule.when)}").fetchall()
        pairs |= {(rule.id, row[0]) for row in rows}
    return frozenset(pairs)


def _n_marks(connection: DuckDBPyConnection) -> int:
    return int(connection.execute("SELECT count(*) FROM mark").fetchall()[0][0])
