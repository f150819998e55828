"""Clues through time: the clues of this sweep and of the one before in, states out.

A clue is *new*, *continuing*, *changed* (its dates, its grade or its rule are others; that a day has passed is no
change) or *back* (found again after it was gone). A clue whose rule could not be evaluated is not gone: when the rule
runs again, it goes on from where it was last seen. What became of the others is in `gone.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

from jointsup_rules.compile.duckdb import print_value
from jointsup_rules.sweep.gone import gone_select

SEVERITIES = "CASE severity WHEN 'high' THEN 0 WHEN 'medium' THEN 1 ELSE 2 END"
CLUE_COLUMNS = (
    "clue_id", "rule_id", "rule_version", "title", "severity", "grade", "state", "subject", "subject_key", "case_no",
    "unit", "handler", "measure", "measure_unit", "confidence", "started_on", "due_on", "ended_on", "over_days",
    "reason_zh", "reason_en", "law", "exception_id", "first_seen_on", "last_seen_on", "times_seen",
)  # fmt: skip
# What is kept of a clue that is no longer found: column and type.
KEPT = (
    ("clue_id", "VARCHAR"), ("rule_id", "VARCHAR"), ("rule_version", "BIGINT"), ("title", "VARCHAR"),
    ("severity", "VARCHAR"), ("grade", "VARCHAR"), ("subject", "VARCHAR"), ("subject_key", "VARCHAR"),
    ("case_no", "VARCHAR"), ("unit", "VARCHAR"), ("handler", "VARCHAR"), ("measure", "DOUBLE"),
    ("measure_unit", "VARCHAR"), ("started_on", "DATE"), ("due_on", "DATE"), ("ended_on", "DATE"),
    ("reason_zh", "VARCHAR"), ("reason_en", "VARCHAR"), ("first_seen_on", "DATE"), ("last_seen_on", "DATE"),
    ("times_seen", "BIGINT"),
)  # fmt: skip
_ORDER = f"{SEVERITIES}, rule_id, confidence DESC NULLS LAST, measure DESC NULLS LAST, clue_id"
# What makes a clue another one in substance. The measure counts only where neither a due day nor the days that have
# passed since explain that it grows.
_CHANGED = (
    "p.rule_version <> c.rule_version OR p.severity <> c.severity OR p.grade <> c.grade"
    " OR p.started_on IS DISTINCT FROM c.started_on OR p.due_on IS DISTINCT FROM c.due_on"
    " OR p.ended_on IS DISTINCT FROM c.ended_on"
    " OR (c.due_on IS NULL AND p.measure IS DISTINCT FROM c.measure AND NOT coalesce("
    "c.measure_unit = 'days' AND c.measure - p.measure = date_diff('day', p.last_seen_on, {day}), FALSE))"
)


def history_statements(chain: Sequence[str]) -> list[str]:
    """Return the statements that make the tables of earlier clues, all empty on a first sweep.

    `history_clue` holds per clue the newest entry among those that were gone, with the code of why. `before_clue`
    holds the clues of the sweep before, and those whose rule could not be evaluated since they were last seen.

    Args:
        chain: Folders of the sweeps before, newest first.
    """
    names = ", ".join(name for name, _ in KEPT)
    typed = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in KEPT)
    empty = ", ".join(f"CAST(NULL AS {kind}) AS {name}" for name, kind in KEPT)
    before = f"SELECT {empty} WHERE FALSE"
    if chain:
        before = f"SELECT {typed} FROM read_parquet({print_value(chain[0] + '/clues.parquet')})"
    gone = [
        f"SELECT {typed}, json_extract_string(why, '$.code') AS code, {n} AS age"
        f" FROM read_parquet({print_value(folder + '/gone.parquet')})"
        for n, folder in enumerate(chain)
    ]
    gone.append(f"SELECT {empty}, CAST(NULL AS VARCHAR) AS code, 0 AS age WHERE FALSE")
    newest = "QUALIFY row_number() OVER (PARTITION BY clue_id ORDER BY age) = 1"
    return [
        f"CREATE TABLE previous_clue AS {before}",
        f"CREATE TABLE history_clue AS SELECT * EXCLUDE (age) FROM ({' UNION ALL '.join(gone)}) {newest}",
        f"CREATE TABLE before_clue AS SELECT {names} FROM previous_clue UNION ALL SELECT {names} FROM history_clue"
        " WHERE code = 'not_evaluated' AND clue_id NOT IN (SELECT clue_id FROM previous_clue)",
    ]


def state_statements(as_of: str) -> list[tuple[str, str]]:
    """Return (result file, select) pairs in order.

    They read the results of all rules (result_…), the tables of `history_statements` and of `gone.py`, and
    `exceptions` (rule_id, subject_key, id).

    Args:
        as_of: The day of this sweep.
    """
    day = f"DATE {print_value(as_of)}"
    clues = f"""SELECT {", ".join(CLUE_COLUMNS)} FROM (
      SELECT c.*, e.id AS exception_id,
             CASE WHEN p.clue_id IS NOT NULL
                  THEN CASE WHEN {_CHANGED.format(day=day)} THEN 'changed' ELSE 'continuing' END
                  WHEN h.clue_id IS NOT NULL THEN 'back' ELSE 'new' END AS state,
             coalesce(p.first_seen_on, h.first_seen_on, {day}) AS first_seen_on, {day} AS last_seen_on,
             coalesce(p.times_seen, h.times_seen, 0) + 1 AS times_seen
      FROM result_clue AS c
      LEFT JOIN before_clue AS p USING (clue_id)
      LEFT JOIN history_clue AS h USING (clue_id)
      LEFT JOIN (SELECT rule_id, subject_key, min(id) AS id FROM exceptions GROUP BY ALL) AS e
             ON e.rule_id = c.rule_id AND e.subject_key = c.subject_key
    ) ORDER BY {_ORDER}"""
    return [
        ("clues", clues),
        (
            "evidence",
            "SELECT DISTINCT * FROM result_evidence"
            ' ORDER BY clue_id, role, "table", row_key, file, line, "values"',
        ),
        ("working", "SELECT * FROM result_working ORDER BY clue_id, step_no"),
        (
            "not_clear",
            "SELECT * EXCLUDE (missing) FROM result_not_clear ORDER BY rule_id, outcome, subject_key",
        ),
        ("gone", f"SELECT * FROM ({gone_select()}) ORDER BY {SEVERITIES}, rule_id, clue_id"),
    ]
