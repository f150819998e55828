"""Clues of many days laid side by side: what is new and gone from day to day, what another version finds besides.

In: the result tables of one day after the other. Out: counts, samples and the load of units. Two findings are one clue
where their clue_id is the same, which is made of the identity values alone. Samples are the first by the hash of the
clue_id: chance, and the same every time.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from jointsup_rules.compile.context import OUTCOMES
from jointsup_rules.compile.duckdb import print_value
from jointsup_rules.compile.engine import Statements

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SAMPLES = 10
KINDS = ("added", "removed", "changed")
# What makes a clue another one in substance; sentences and the version itself do not.
FIELDS = ("severity", "grade", "band", "started_on", "due_on", "ended_on", "over_days", "measure")
# A sample is read by whoever may see the list of clues; those of grade C are for the persons named only.
_SHOWN = "grade IS DISTINCT FROM 'C'"
_OWN = ("clue_id", "subject_key", "case_no", "unit", "reason_zh", "reason_en")
_BY_CHANCE = "sha256(clue_id), clue_id"
# In place of what only a removed clue has: what the rule says now, and why.
_NOTHING = "NULL, NULL, NULL, NULL"
_TABLES = (
    "CREATE TABLE backtest_found (day DATE, clue_id VARCHAR, unit VARCHAR, grade VARCHAR, started_on DATE, due_on DATE)",
    "CREATE TABLE backtest_moved (kind VARCHAR, day DATE, clue_id VARCHAR, shown BOOLEAN)",
    "CREATE TABLE backtest_sample (kind VARCHAR, day DATE, clue_id VARCHAR, subject_key VARCHAR, case_no VARCHAR, unit VARCHAR,"
    " reason_zh VARCHAR, reason_en VARCHAR, fields VARCHAR, now VARCHAR, excluded INTEGER, due_on DATE, why VARCHAR)",
    "CREATE TABLE backtest_former AS SELECT * FROM result_clue WHERE FALSE",
)


def receiving_unit() -> str:
    """Return the SQL of the unit that receives a clue, over the columns of a clue: the unit it is about."""
    return "unit"


def table_statements() -> tuple[str, ...]:
    """Return the statements that create the tables this module fills; the result tables must exist."""
    return _TABLES


def removed_statements(rule_id: str, statements: Statements) -> list[str]:
    """Return the statements that note, while a rule's findings are there, what it says of clues of another version.

    They read `backtest_former` and make `backtest_removed`, the sampled ones that are not found now, and what is known of
    their subjects: `backtest_judged`, `backtest_scope`, `backtest_there`.
    """
    wanted = "subject_key IN (SELECT subject_key FROM backtest_removed)"
    return [
        "CREATE OR REPLACE TABLE backtest_removed AS SELECT * FROM backtest_former ANTI JOIN result_clue USING (clue_id)"
        f" WHERE {_SHOWN} ORDER BY {_BY_CHANCE} LIMIT {SAMPLES}",
        f"CREATE OR REPLACE TABLE backtest_judged AS SELECT js_clue_id({print_value(rule_id)}, identity) AS clue_id,"
        f" subject_key, outcome, excluded, due_on FROM judged WHERE {wanted}",
        "CREATE OR REPLACE TABLE backtest_scope AS"
        f" SELECT DISTINCT subject_key FROM ({statements.in_scope}) WHERE {wanted}",
        "CREATE OR REPLACE TABLE backtest_there AS"
        f" SELECT DISTINCT subject_key FROM ({statements.everyone}) WHERE {wanted}",
    ]


def compare_statements(day: date) -> list[str]:
    """Return the statements that lay the clues of both versions side by side, as of a day."""
    on = _day(day)
    differ = " OR ".join(f"f.{name} IS DISTINCT FROM c.{name}" for name in FIELDS)
    both = ", ".join(f"{name}: [CAST(f.{name} AS VARCHAR), CAST(c.{name} AS VARCHAR)]" for name in FIELDS)
    added = "result_clue ANTI JOIN backtest_former USING (clue_id)"
    removed = "backtest_former ANTI JOIN result_clue USING (clue_id)"
    changed = f"result_clue AS c JOIN backtest_former AS f USING (clue_id) WHERE ({differ})"
    own = ", ".join(_OWN)
    return [
        f"INSERT INTO backtest_moved SELECT 'added', {on}, clue_id, {_SHOWN} FROM {added}",
        f"INSERT INTO backtest_moved SELECT 'removed', {on}, clue_id, {_SHOWN} FROM {removed}",
        f"INSERT INTO backtest_moved SELECT 'changed', {on}, clue_id, c.{_SHOWN} AND f.{_SHOWN} FROM {changed}",
        f"INSERT INTO backtest_sample SELECT 'added', {on}, {own}, NULL, {_NOTHING} FROM {added}"
        f" WHERE {_SHOWN} ORDER BY {_BY_CHANCE} LIMIT {SAMPLES}",
        f"INSERT INTO backtest_sample SELECT 'changed', {on}, clue_id, {', '.join('c.' + name for name in _OWN[1:])},"
        f" CAST(to_json({{{both}}}) AS VARCHAR), {_NOTHING} FROM {changed} AND c.{_SHOWN} AND f.{_SHOWN}"
        f" ORDER BY {_BY_CHANCE} LIMIT {SAMPLES}",
        f"INSERT INTO backtest_sample SELECT 'removed', {on}, {', '.join('r.' + name for name in _OWN)}, NULL, {_NOW}",
    ]


_RANK = "CASE outcome " + " ".join(f"WHEN '{name}' THEN {n}" for n, name in enumerate(OUTCOMES)) + " END"
# What the rule says now of the clue itself, else of its subject; a hit of the subject is then another clue.
_NOW = f"""CASE WHEN t.subject_key IS NULL THEN 'no_subject' WHEN s.subject_key IS NULL THEN 'out_of_scope'
       WHEN j.outcome = 'hit' THEN 'other_clue' ELSE coalesce(j.outcome, 'clear') END,
       j.excluded, j.due_on, n.why
FROM backtest_removed AS r
LEFT JOIN backtest_there AS t ON t.subject_key = r.subject_key
LEFT JOIN backtest_scope AS s ON s.subject_key = r.subject_key
LEFT JOIN (
  SELECT w.clue_id AS wanted, o.* FROM backtest_removed AS w JOIN backtest_judged AS o ON o.subject_key = w.subject_key
  QUALIFY row_number() OVER (PARTITION BY w.clue_id ORDER BY o.clue_id = w.clue_id DESC, {_RANK}, o.due_on, o.excluded) = 1
) AS j ON j.wanted = r.clue_id
LEFT JOIN result_not_clear AS n ON n.subject_key = r.subject_key AND n.outcome = j.outcome"""


def found_statements(day: date, *, is_compared: bool) -> list[str]:
    """Return the statements that keep the clues of a day; with no other version to compare, some of them as samples."""
    on = _day(day)
    kept = f"INSERT INTO backtest_found SELECT {on}, clue_id, {receiving_unit()}, grade, started_on, due_on FROM result_clue"
    if is_compared:
        return [kept]
    return [
        kept,
        "DELETE FROM backtest_sample",
        f"INSERT INTO backtest_sample SELECT 'found', {on}, {', '.join(_OWN)}, NULL, {_NOTHING} FROM result_clue"
        f" WHERE {_SHOWN} ORDER BY {_BY_CHANCE} LIMIT {SAMPLES}",
    ]


def gather_figures(
    connection: DuckDBPyConnection, day: date, previous: date | None, *, is_compared: bool
) -> dict[str, Any]:
    """Return of a day: clues in all, new and gone since the previous one, and how the versions differ.

    Args:
        connection: Where the clues of both days are kept.
        day: The day.
        previous: The day before it among those on which the rule ran, if any.
        is_compared: Whether another version ran on this day, too.
    """
    told: dict[str, Any] = {
        "clues": count_of(connection, f"(SELECT 1 FROM backtest_found WHERE day = {_day(day)})")
    }
    told |= {"new": None, "gone": None, "compared": None}
    if previous is not None:
        now, before = (
            f"(SELECT clue_id FROM backtest_found WHERE day = {_day(one)})" for one in (day, previous)
        )
        told["new"] = count_of(connection, f"{now} AS n ANTI JOIN {before} AS b USING (clue_id)")
        told["gone"] = count_of(connection, f"{before} AS b ANTI JOIN {now} AS n USING (clue_id)")
    if is_compared:
        rows = connection.execute(
            f"SELECT kind, count(*) FROM backtest_moved WHERE day = {_day(day)} GROUP BY kind"
        ).fetchall()
        counted = dict.fromkeys(KINDS, 0) | dict(rows)
        told["compared"] = counted | {"same": told["clues"] - counted["added"] - counted["changed"]}
    return told


def gather_samples(
    connection: DuckDBPyConnection, days: Sequence[date], *, is_compared: bool
) -> dict[str, Any]:
    """Return by kind of change how many clues there are on any of the days, and the samples.

    Each is told as on the newest day of its kind. Without another version the kind is `found`, as of the last day.
    """
    counted = dict.fromkeys(KINDS if is_compared else ("found",), (0, 0))
    for kind, n, n_shown in connection.execute(
        "SELECT kind, count(DISTINCT clue_id), count(DISTINCT clue_id) FILTER (WHERE shown) FROM backtest_moved GROUP BY kind"
    ).fetchall():
        counted[kind] = (n, n - n_shown)
    if days and not is_compared:
        last = f"(SELECT grade FROM backtest_found WHERE day = {_day(days[-1])})"
        n, n_shown = count_of(connection, last), count_of(connection, f"{last} WHERE {_SHOWN}")
        counted["found"] = (n, n - n_shown)
    return {
        kind: {"n": n, "n_restricted": n_hidden, "samples": _samples(connection, kind)}
        for kind, (n, n_hidden) in counted.items()
    }


_SAMPLE = ("day", *_OWN, "fields", "now", "excluded", "due_on", "why")


def _samples(connection: DuckDBPyConnection, kind: str) -> list[dict[str, Any]]:
    rows = connection.execute(
        f"SELECT {', '.join(_SAMPLE)} FROM backtest_sample WHERE kind = {print_value(kind)}"
        f" QUALIFY row_number() OVER (PARTITION BY clue_id ORDER BY day DESC) = 1 ORDER BY {_BY_CHANCE} LIMIT {SAMPLES}"
    ).fetchall()
    samples = []
    for row in rows:
        told = dict(zip(_SAMPLE, row, strict=True))
        told["day"] = told["day"].isoformat()
        told["due_on"] = told["due_on"].isoformat() if told["due_on"] is not None else None
        for name in ("fields", "why"):
            told[name] = json.loads(told[name]) if told[name] is not None else None
        samples.append(told)
    return samples


def gather_load(connection: DuckDBPyConnection, days: Sequence[date], weeks: int) -> list[list[Any]]:
    """Return per receiving unit: its code, its clues on the last day, and those that came of late; the busiest first.

    Of several days those came of late that are new on one of them since the one before it; of one day those whose due
    day, or without one whose first day, lies in the weeks before it.

    Args:
        connection: Where the clues are kept.
        days: The days on which the rule ran, earliest first.
        weeks: How many weeks back to look from a single day.
    """
    if not days:
        return []
    last = _day(days[-1])
    begun = "coalesce(due_on, started_on)"
    came = f"SELECT unit FROM backtest_found WHERE {begun} >= {_day(days[-1] - timedelta(weeks=weeks))} AND {begun} < {last}"
    if len(days) > 1:
        pairs = ", ".join(f"({_day(one)}, {_day(two)})" for one, two in pairwise(days))
        came = (
            f"SELECT f.unit FROM backtest_found AS f JOIN (VALUES {pairs}) AS p(earlier, day) ON p.day = f.day"
            " ANTI JOIN backtest_found AS b ON b.day = p.earlier AND b.clue_id = f.clue_id"
        )
    rows = connection.execute(
        "SELECT unit, sum(stands), sum(came) FROM ("
        f"SELECT unit, 1 AS stands, 0 AS came FROM backtest_found WHERE day = {last}"
        f" UNION ALL SELECT unit, 0, 1 FROM ({came})) GROUP BY unit ORDER BY 3 DESC, 2 DESC, unit NULLS LAST"
    ).fetchall()
    return [[unit, int(stands), int(n)] for unit, stands, n in rows]


def count_of(connection: DuckDBPyConnection, rows: str) -> int:
    """Return how many rows a table, or what stands after FROM, has."""
    row = connection.execute(f"SELECT count(*) FROM {rows}").fetchone()
    assert row is not None
    return int(row[0])


def _day(day: date) -> str:
    return f"DATE {print_value(day.isoformat())}"
