"""The same triage by the second engine, and what the two say of each other.

In: the facts, the rules and SQL's conclusions. Out: whether durable-rules agrees, or why it has no say. SQL's answer stands in
any case.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal

from jointsup_rules.compile.duckdb import quote
from jointsup_rules.model.triage import Triage
from jointsup_rules.model.triage_conditions import MARK
from jointsup_rules.problems import Text
from jointsup_rules.triage.sql import Conclusions

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LIMIT_S = 240.0
PARTITION = 5_000
Verdict = Literal["agrees", "absent", "crashed", "timed_out", "refused", "differs"]


@dataclass(frozen=True)
class SecondOpinion:
    """What came of the second engine, in a word and in words."""

    verdict: Verdict
    told: Text


def ask_durable(
    connection: DuckDBPyConnection,
    triage: Triage,
    expected: Conclusions,
    limit_s: float = LIMIT_S,
    command: tuple[str, ...] = (),
) -> SecondOpinion:
    """Chain the facts with durable-rules in a process of its own, and compare.

    Args:
        connection: Holds `fact`.
        triage: The rules.
        expected: What SQL concluded.
        limit_s: After how many seconds the process is killed.
        command: What to run in place of our worker, for tests that provoke its failures.
    """
    if not command and find_spec("durable") is None:
        return SecondOpinion(
            "absent",
            Text(
                "未安装 durable-rules，分流只由 SQL 推得",
                "durable-rules is not installed; triage was chained by SQL alone",
            ),
        )
    task = "\n".join(_task(connection, triage))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": "1"}
    try:
        ran = subprocess.run(
            command or (sys.executable, "-m", "jointsup_rules.triage.worker"),
            input=task, capture_output=True, text=True, encoding="utf-8", errors="replace", timeout=limit_s, env=environment,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return _stands(
            "timed_out",
            f"durable-rules 在 {limit_s:g} 秒内没有算完",
            f"durable-rules did not end within {limit_s:g} seconds",
        )
    if ran.returncode != 0:
        last = (ran.stderr.strip().splitlines() or ["?"])[-1][:200]
        return _stands(
            "crashed",
            f"durable-rules 进程异常结束（{ran.returncode}）：{last}",
            f"durable-rules ended with {ran.returncode}: {last}",
        )
    return _compare(ran.stdout, expected)


def _stands(verdict: Verdict, zh: str, en: str) -> SecondOpinion:
    return SecondOpinion(verdict, Text(f"{zh}；以 SQL 的结论为准", f"{en}; SQL's conclusions stand"))


def _compare(said: str, expected: Conclusions) -> SecondOpinion:
    try:
        answer = json.loads(said)
        found = frozenset((rule, clue) for rule, clue in answer["out"])
        errors = list(answer["errors"])
    except (ValueError, KeyError, TypeError):
        return _stands("crashed", "durable-rules 的回答读不懂", "the answer of durable-rules cannot be read")
    if errors:
        return _stands(
            "refused", f"durable-rules 报错：{errors[0][:200]}", f"durable-rules reports: {errors[0][:200]}"
        )
    if found != expected:
        lacking, extra = len(expected - found), len(found - expected)
        return _stands(
            "differs",
            f"durable-rules 与 SQL 的结论不同：少 {lacking} 条，多 {extra} 条",
            f"durable-rules and SQL differ: {lacking} conclusions fewer, {extra} more",
        )
    n = len(expected)
    return SecondOpinion(
        "agrees",
        Text(
            f"durable-rules 与 SQL 的 {n} 条结论一致", f"durable-rules and SQL agree on all {n} conclusions"
        ),
    )


# ---- what the process is told


def _task(connection: DuckDBPyConnection, triage: Triage) -> Iterator[str]:
    used = sorted({test.field for rule in triage.rules for tests in rule.when for test in tests} - {MARK})
    spread = sorted({rule.then.on for rule in triage.rules if rule.then.on is not None})
    kinds = triage.fields
    names = {field: f"f{number}" for number, field in enumerate(used)}
    keys = {key: f"k{number}" for number, key in enumerate(spread)}
    types = {names[field]: "text" if kinds[field] == "text" else "integer" for field in used}
    types |= {f"{name}_known": "integer" for name in names.values()} | dict.fromkeys(keys.values(), "text")
    rules = [
        {
            "id": rule.id,
            "when": [
                [[names.get(test.field, MARK), test.op, test.value] for test in tests] for tests in rule.when
            ],
            "mark": rule.then.mark,
            "on": keys[rule.then.on] if rule.then.on is not None else None,
        }
        for rule in triage.rules
    ]
    yield json.dumps({"rules": rules, "fields": types}, ensure_ascii=False)
    columns = ", ".join(["clue_id", "secret", *(quote(name) for name in (*used, *spread))])
    rows = connection.execute(f"SELECT {columns} FROM fact ORDER BY clue_id").fetchall()
    for part, members in _partitions(rows, len(used)):
        for row in members:
            fact: dict[str, Any] = {"part": str(part), "cid": row[0]}
            for field, value in zip(used, row[2:], strict=False):
                name = names[field]
                fact[name] = value if value is not None else ("" if kinds[field] == "text" else 0)
                fact[f"{name}_known"] = int(value is not None)
            for key, value in zip(spread, row[2 + len(used) :], strict=True):
                # Clues of grade C share no mark with others of the same key.
                fact[keys[key]] = "" if value is None else f"{int(row[1])}{value}"
            yield json.dumps(fact, ensure_ascii=False)


def _partitions(rows: list[tuple[Any, ...]], n_used: int) -> Iterator[tuple[int, list[tuple[Any, ...]]]]:
    """Rows in parts that no mark reaches across: clues that share a key along which marks spread lie in one."""
    parent = list(range(len(rows)))

    def root(one: int) -> int:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    first: dict[tuple[int, bool, Any], int] = {}
    for number, row in enumerate(rows):
        for column, value in enumerate(row[2 + n_used :]):
            if value is not None:
                other = first.setdefault((column, row[1], value), number)
                parent[root(number)] = root(other)
    groups: dict[int, list[tuple[Any, ...]]] = {}
    for number, row in enumerate(rows):
        groups.setdefault(root(number), []).append(row)
    part: list[tuple[Any, ...]] = []
    count = 0
    for members in groups.values():
        if part and len(part) + len(members) > PARTITION:
            yield count, part
            part, count = [], count + 1
        part.extend(members)
    if part:
        yield count, part
