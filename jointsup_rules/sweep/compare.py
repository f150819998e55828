"""Clues through time: the clues of this sweep and of the one before in, states and reasons out.

A clue is *new*, *continuing*, *changed* (its dates, its grade or its rule are others; that a day has passed is no
change) or *back* (found again after it was gone). One that is no longer found is listed as gone, with why.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from jointsup_rules.compile.duckdb import print_value
from jointsup_rules.problems import Text

SEVERITIES = "CASE severity WHEN 'high' THEN 0 WHEN 'medium' THEN 1 ELSE 2 END"
CLUE_COLUMNS = (
    "clue_id", "rule_id", "rule_version", "title", "severity", "grade", "state", "subject", "subject_key", "case_no",
    "unit", "handler", "measure", "measure_unit", "confidence", "started_on", "due_on", "ended_on", "over_days",
    "reason_zh", "reason_en", "law", "exception_id", "first_seen_on", "last_seen_on", "times_seen",
)  # fmt: skip
_ORDER = f"{SEVERITIES}, rule_id, confidence DESC NULLS LAST, measure DESC NULLS LAST, clue_id"
# What makes a clue another one in substance. The measure counts only where no due day explains that it grows.
_CHANGED = (
    "p.rule_version <> c.rule_version OR p.severity <> c.severity OR p.grade <> c.grade"
    " OR p.started_on IS DISTINCT FROM c.started_on OR p.due_on IS DISTINCT FROM c.due_on"
    " OR p.ended_on IS DISTINCT FROM c.ended_on"
    " OR (c.due_on IS NULL AND p.measure IS DISTINCT FROM c.measure)"
)
GONE = {
    "not_evaluated": Text(
        "规则本次未能评估，不等于已解决", "the rule could not be evaluated this time; that is not resolved"
    ),
    "rule_changed": Text("规则已修改", "the rule changed"),
    "excepted": Text("现有排除事由", "a lawful reason takes it out now"),
    "cannot_tell": Text("数据不足，现无法判断", "it cannot be told from the data now"),
    "record_gone": Text("数据改变：记录不在本次数据中", "data changed: the record is not in this dataset"),
    "resolved": Text(
        "已解决：应办事项已办或已不在范围内", "resolved: the duty is done, or the matter is out of scope"
    ),
    "data_changed": Text(
        "数据改变：所依据的记录已更正", "data changed: the records it rested on were corrected"
    ),
}


def history_statements(previous: str | None, history: Sequence[str]) -> list[str]:
    """Return the statements that make `previous_clue` and `history_clue`, both empty on a first sweep."""
    columns = ", ".join(
        f"CAST(NULL AS {kind}) AS {name}"
        for name, kind in (
            ("clue_id", "VARCHAR"), ("rule_id", "VARCHAR"), ("rule_version", "BIGINT"), ("title", "VARCHAR"),
            ("severity", "VARCHAR"), ("grade", "VARCHAR"), ("subject", "VARCHAR"), ("subject_key", "VARCHAR"),
            ("case_no", "VARCHAR"), ("unit", "VARCHAR"), ("handler", "VARCHAR"), ("measure", "DOUBLE"),
            ("measure_unit", "VARCHAR"), ("started_on", "DATE"), ("due_on", "DATE"), ("ended_on", "DATE"),
            ("reason_zh", "VARCHAR"), ("reason_en", "VARCHAR"), ("first_seen_on", "DATE"), ("last_seen_on", "DATE"),
            ("times_seen", "BIGINT"),
        )
    )  # fmt: skip
    empty = f"SELECT {columns} WHERE FALSE"
    kept = (
        "clue_id, rule_id, rule_version, title, severity, grade, subject, subject_key, case_no, unit, handler, measure,"
        " measure_unit, started_on, due_on, ended_on, reason_zh, reason_en, first_seen_on, last_seen_on, times_seen"
    )
    before = (
        f"SELECT {kept} FROM read_parquet({print_value(previous + '/clues.parquet')})" if previous else empty
    )
    gone = [
        f"SELECT clue_id, first_seen_on, times_seen, {n} AS age FROM read_parquet({print_value(path)})"
        for n, path in enumerate(history)
    ]
    gone.append(
        "SELECT CAST(NULL AS VARCHAR) AS clue_id, CAST(NULL AS DATE) AS first_seen_on, CAST(NULL AS BIGINT) AS times_seen, 0 AS age WHERE FALSE"
    )
    return [
        f"CREATE TABLE previous_clue AS {before}",
        "CREATE TABLE history_clue AS SELECT clue_id, first_seen_on, times_seen FROM ("
        + " UNION ALL ".join(gone)
        + ") QUALIFY row_number() OVER (PARTITION BY clue_id ORDER BY age) = 1",
    ]


def state_statements(
    as_of: str, rules: Iterable[str], before: Mapping[str, str], now: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Return (result file, select) pairs in order; names with an underscore are tables made on the way.

    Args:
        as_of: The day of this sweep.
        rules: Ids of the rules that ran.
        before: Hash of each rule in the sweep before.
        now: Hash of each rule now.
    """
    day = f"DATE {print_value(as_of)}"
    clues = f"""SELECT {", ".join(CLUE_COLUMNS)} FROM (
      SELECT c.*, e.id AS exception_id,
             CASE WHEN p.clue_id IS NOT NULL THEN CASE WHEN {_CHANGED} THEN 'changed' ELSE 'continuing' END
                  WHEN h.clue_id IS NOT NULL THEN 'back' ELSE 'new' END AS state,
             coalesce(p.first_seen_on, h.first_seen_on, {day}) AS first_seen_on, {day} AS last_seen_on,
             coalesce(p.times_seen, h.times_seen, 0) + 1 AS times_seen
      FROM result_clue AS c
      LEFT JOIN previous_clue AS p USING (clue_id)
      LEFT JOIN history_clue AS h USING (clue_id)
      LEFT JOIN (SELECT rule_id, subject_key, min(id) AS id FROM exceptions GROUP BY ALL) AS e
             ON e.rule_id = c.rule_id AND e.subject_key = c.subject_key
    ) ORDER BY {_ORDER}"""
    run = ", ".join(f"({print_value(rule)})" for rule in rules) or "(NULL)"
    changed = (
        ", ".join(f"({print_value(rule)})" for rule in before if before[rule] != now.get(rule)) or "(NULL)"
    )
    code = """CASE
        WHEN p.rule_id IN (FROM _changed_rule) THEN 'rule_changed'
        WHEN p.rule_id NOT IN (SELECT rule_id FROM _ran_rule) THEN 'not_evaluated'
        WHEN n.outcome = 'excluded' THEN 'excepted'
        WHEN n.outcome = 'cannot_tell' THEN 'cannot_tell'
        WHEN t.subject_key IS NULL THEN 'record_gone'
        WHEN p.due_on IS NOT NULL AND p.ended_on IS NULL THEN 'resolved'
        ELSE 'data_changed' END"""
    told = " ".join(
        f"WHEN {print_value(key)} THEN {print_value(_json(key, text))}" for key, text in GONE.items()
    )
    gone = f"""SELECT * EXCLUDE (code), CASE code {told} END AS why FROM (
      SELECT p.*, {code} AS code FROM previous_clue AS p
      ANTI JOIN found_clue AS c USING (clue_id)
      LEFT JOIN (SELECT DISTINCT rule_id, subject_key, outcome FROM result_not_clear) AS n
             ON n.rule_id = p.rule_id AND n.subject_key = p.subject_key AND n.outcome <> 'due_soon'
      LEFT JOIN (SELECT DISTINCT rule_id, subject_key FROM still_there) AS t
             ON t.rule_id = p.rule_id AND t.subject_key = p.subject_key
    ) ORDER BY {SEVERITIES}, rule_id, clue_id"""
    return [
        ("_ran_rule", f"SELECT col0 AS rule_id FROM (VALUES {run})"),
        ("_changed_rule", f"SELECT col0 FROM (VALUES {changed}) WHERE col0 IS NOT NULL"),
        ("clues", clues),
        (
            "evidence",
            'SELECT DISTINCT * FROM result_evidence ORDER BY clue_id, role, "table", row_key, file, line, "values"',
        ),
        ("working", "SELECT * FROM result_working ORDER BY clue_id, step_no"),
        (
            "not_clear",
            "SELECT * EXCLUDE (missing) FROM result_not_clear ORDER BY rule_id, outcome, subject_key",
        ),
        ("gone", gone),
    ]


def _json(code: str, text: Text) -> str:
    return json.dumps({"code": code, "zh": text.zh, "en": text.en}, ensure_ascii=False)
