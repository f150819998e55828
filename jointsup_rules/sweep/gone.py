"""Why a clue is no longer found: the clues of the sweep before and this dataset in, one code a clue out.

A duty done and a record corrected both make a clue go away, and mean opposite things. They are told apart by the
evidence the clue rested on: the same rows are read again, and a day that was filled and now reads otherwise is a
correction, while an empty cell that is filled now is something that has happened since.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping

from jointsup_rules.compile.duckdb import print_relation, print_value
from jointsup_rules.compile.engine import Plan, Prepared
from jointsup_rules.compile.outputs import row_values
from jointsup_rules.model.rule import Rule
from jointsup_rules.problems import Text
from jointsup_rules.sweep.describe import parts_of

GONE = {
    "not_evaluated": Text(
        "规则本次未能评估，不等于已解决", "the rule could not be evaluated this time; that is not resolved"
    ),
    "withdrawn": Text("规则已停用或撤回", "the rule was withdrawn"),
    "rule_changed": Text("规则、参数或数据字典已修改", "the rule, its parameters or the dictionary changed"),
    "excepted": Text("现有排除事由", "a lawful reason takes it out now"),
    "cannot_tell": Text("数据不足，现无法判断", "it cannot be told from the data now"),
    "record_gone": Text("数据改变：记录不在本次数据中", "data changed: the record is not in this dataset"),
    "data_changed": Text(
        "数据改变：所依据的记录已更正", "data changed: the records it rested on were corrected"
    ),
    "limit_moved": Text(
        "数据改变：期限已延长或重新计算，尚未届满",
        "data changed: the limit was extended or counted anew, and runs",
    ),
    "resolved": Text(
        "已解决：应办事项已办或已不在范围内", "resolved: the duty is done, or the matter is out of scope"
    ),
    "day_passed": Text(
        "时间推移：数据未变，已不在所看的期间或条件内",
        "time has passed: the data is the same, and it lies outside what is looked at",
    ),
}
_TABLES = (
    "CREATE TABLE judged_now (rule_id VARCHAR, clue_id VARCHAR, outcome VARCHAR)",
    "CREATE TABLE there_now (rule_id VARCHAR, subject_key VARCHAR)",
    "CREATE TABLE scope_now (rule_id VARCHAR, subject_key VARCHAR)",
    "CREATE TABLE own_now (rule_id VARCHAR, subject_key VARCHAR, own VARCHAR, made VARCHAR)",
    'CREATE TABLE row_now ("table" VARCHAR, row_key VARCHAR, now VARCHAR)',
    "CREATE TABLE ran_rule (rule_id VARCHAR)",
    "CREATE TABLE withdrawn_rule (rule_id VARCHAR)",
    "CREATE TABLE changed_rule (rule_id VARCHAR)",
    "CREATE TABLE sliding_rule (rule_id VARCHAR)",
    "CREATE TABLE unmoved_rule (rule_id VARCHAR)",
    "CREATE TABLE day_rule (rule_id VARCHAR)",
    'CREATE TABLE read_table ("table" VARCHAR)',
)


def _some_key(test: str, then: str, now: str) -> str:
    """Whether a test of the texts `was` and `is_now` holds for a key of the JSON object `now`, against `then`."""
    was = f"json_extract_string({then}, concat('$.\"', k, '\"'))"
    is_now = f"json_extract_string({now}, concat('$.\"', k, '\"'))"
    condition = test.replace("is_now", is_now).replace("was", was)
    return f"len(list_filter(json_keys({now}), lambda k: {condition})) > 0"


_DIFFERS = "was IS DISTINCT FROM is_now"
_FILLED = "was IS NULL AND is_now IS NOT NULL"
# Codes and texts change when something happens; a day that was recorded and is another now is a correction.
_CORRECTED = f"regexp_matches(was, '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}') AND {_DIFFERS}"


def list_statements(**named: Collection[str]) -> list[str]:
    """Return the statements that fill the lists of names gone clues are told by.

    Args:
        named: Of ran_rule, withdrawn_rule, changed_rule (those that do otherwise now), sliding_rule (those that look
            at the last so many days), unmoved_rule (those whose tables hold the same rows), day_rule (those that may
            say otherwise from day to day) and read_table: their names.
    """
    return [
        f"INSERT INTO {name} VALUES {', '.join(f'({print_value(one)})' for one in sorted(given))}"
        for name, given in named.items()
        if given
    ]


def table_statements() -> tuple[str, ...]:
    """Return the statements that create the tables this module fills, before the rules run."""
    return _TABLES


def judged_statement(rule_id: str) -> str:
    """Return the statement that notes, while a rule's findings are there, what it says of its earlier clues."""
    rule = print_value(rule_id)
    clue_id = f"js_clue_id({rule}, identity)"
    earlier = f"SELECT clue_id FROM before_clue WHERE rule_id = {rule}"
    return (
        f"INSERT INTO judged_now SELECT {rule}, {clue_id} AS clue, outcome FROM judged"
        f" WHERE {clue_id} IN ({earlier}) AND outcome <> 'hit'"
    )


def subject_statements(prepared: Prepared) -> list[str]:
    """Return the statements that read the subjects of a rule's missing clues again."""
    statements = prepared.statements
    if statements is None:
        return []
    rule = print_value(prepared.rule.id)
    wanted = f"subject_key IN (SELECT subject_key FROM missing_clue WHERE rule_id = {rule})"
    return [
        f"INSERT INTO there_now SELECT DISTINCT {rule}, subject_key FROM ({statements.everyone}) WHERE {wanted}",
        f"INSERT INTO scope_now SELECT DISTINCT {rule}, subject_key FROM ({statements.in_scope}) WHERE {wanted}",
        f"INSERT INTO own_now SELECT {rule}, subject_key, own, made FROM ({statements.own}) WHERE {wanted}",
    ]


def row_statement(plan: Plan, table: str) -> str:
    """Return the statement that reads again the rows of a table that missing clues rested on."""
    rows = print_relation(row_values(plan.planner, table))
    name = print_value(table)
    wanted = f'SELECT row_key FROM evidence_then WHERE "table" = {name}'
    return f'INSERT INTO row_now SELECT {name}, row_key, "values" FROM ({rows}) WHERE row_key IN ({wanted})'


def evidence_statements(last_ran: Mapping[str, str]) -> list[str]:
    """Return the statements that make `missing_clue`, the earlier clues not found now, and what they rested on.

    Args:
        last_ran: Rule to the folder of the sweep in which it ran last; its clues have their evidence there.
    """
    then = ["SELECT * FROM result_evidence WHERE FALSE"]
    for folder in sorted(set(last_ran.values())):
        rules = ", ".join(print_value(rule_id) for rule_id, own in sorted(last_ran.items()) if own == folder)
        then.append(
            f"SELECT * FROM read_parquet({print_value(folder + '/evidence.parquet')})"
            f" WHERE clue_id IN (SELECT clue_id FROM missing_clue WHERE rule_id IN ({rules}))"
        )
    return [
        "CREATE TABLE missing_clue AS SELECT * FROM before_clue ANTI JOIN found_clue USING (clue_id)",
        f"CREATE TABLE evidence_then AS {' UNION ALL '.join(then)}",
    ]


def gone_select() -> str:
    """Return the select of the clues that are gone: the columns of `before_clue`, and why."""
    then, own, made = 'e."values"', "o.own", "o.made"
    corrected = _some_key(_CORRECTED, then, own)
    filled = f"{_some_key(_FILLED, then, own)} OR {_some_key(_FILLED, then, made)}"
    differs = f"{_some_key(_DIFFERS, then, own)} OR {_some_key(_DIFFERS, then, made)}"
    row_corrected, row_filled = _some_key(_CORRECTED, then, "n.now"), _some_key(_FILLED, then, "n.now")
    row_differs = _some_key(_DIFFERS, then, "n.now")
    told = " ".join(
        f"WHEN {print_value(code)} THEN {print_value(_json(code, text))}" for code, text in GONE.items()
    )
    return f"""WITH own_difference AS (
      SELECT m.clue_id, bool_or({corrected}) AS corrected, bool_or({filled}) AS filled, bool_or({differs}) AS differs
      FROM missing_clue AS m
      JOIN evidence_then AS e ON e.clue_id = m.clue_id AND e.role = 'subject'
      JOIN own_now AS o ON o.rule_id = m.rule_id AND o.subject_key = m.subject_key
      GROUP BY ALL
    ), row_difference AS (
      SELECT e.clue_id, bool_or(n.row_key IS NULL OR {row_corrected}) AS corrected, bool_or({row_filled}) AS filled,
             bool_or({row_differs}) AS differs
      FROM evidence_then AS e LEFT JOIN row_now AS n ON n."table" = e."table" AND n.row_key = e.row_key
      WHERE e.role NOT IN ('subject', 'finding') AND e."table" IN (SELECT "table" FROM read_table)
      GROUP BY ALL
    ), judged_worst AS (
      SELECT clue_id, min(CASE outcome WHEN 'cannot_tell' THEN 1 WHEN 'running' THEN 2 ELSE 3 END) AS rank
      FROM judged_now GROUP BY ALL
    ), told_subject AS (
      SELECT rule_id, subject_key, min(outcome) AS outcome FROM result_not_clear
      WHERE outcome IN ('cannot_tell', 'excluded') GROUP BY ALL
    )
    SELECT m.*, CASE CASE
        WHEN m.rule_id IN (FROM withdrawn_rule) THEN 'withdrawn'
        WHEN m.rule_id NOT IN (FROM ran_rule) THEN 'not_evaluated'
        WHEN m.rule_id IN (FROM changed_rule) THEN 'rule_changed'
        WHEN t.subject_key IS NULL THEN 'record_gone'
        WHEN j.rank = 1 THEN 'cannot_tell'
        WHEN j.rank = 3 THEN 'excepted'
        WHEN j.rank IS NULL AND n.outcome = 'cannot_tell' THEN 'cannot_tell'
        WHEN j.rank IS NULL AND n.outcome = 'excluded' THEN 'excepted'
        WHEN coalesce(o.corrected, FALSE) OR coalesce(r.corrected, FALSE) THEN 'data_changed'
        WHEN j.rank = 2 THEN 'limit_moved'
        WHEN s.subject_key IS NULL AND NOT o.differs THEN 'day_passed'
        WHEN s.subject_key IS NULL THEN 'resolved'
        WHEN coalesce(o.filled, FALSE) OR coalesce(r.filled, FALSE) THEN 'resolved'
        WHEN m.rule_id IN (FROM sliding_rule) THEN 'day_passed'
        WHEN m.rule_id IN (FROM unmoved_rule) THEN 'day_passed'
        WHEN m.due_on IS NOT NULL AND m.ended_on IS NULL THEN 'resolved'
        WHEN m.rule_id IN (FROM day_rule) AND NOT coalesce(o.differs OR r.differs, FALSE) THEN 'day_passed'
        ELSE 'data_changed' END {told} END AS why
    FROM missing_clue AS m
    LEFT JOIN there_now AS t ON t.rule_id = m.rule_id AND t.subject_key = m.subject_key
    LEFT JOIN scope_now AS s ON s.rule_id = m.rule_id AND s.subject_key = m.subject_key
    LEFT JOIN own_difference AS o ON o.clue_id = m.clue_id
    LEFT JOIN row_difference AS r ON r.clue_id = m.clue_id
    LEFT JOIN judged_worst AS j ON j.clue_id = m.clue_id
    LEFT JOIN told_subject AS n ON n.rule_id = m.rule_id AND n.subject_key = m.subject_key"""


def is_sliding(rule: Rule) -> bool:
    """Whether a rule looks at the last so many days, so that rows leave its window as days pass."""
    return any(
        kind == "repeat" and isinstance(within := entry[kind].get("within"), dict) and "last_days" in within
        for _, entry, kind, _ in parts_of(rule)
    )


def _json(code: str, text: Text) -> str:
    return json.dumps({"code": code, "zh": text.zh, "en": text.en}, ensure_ascii=False)
