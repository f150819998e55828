"""What the database itself says against what people wrote as queries: a plan in, problems out, on empty tables.

Every other kind of rule is made of expressions, which the compiler types itself. What a person wrote as a query only
the database can read. It is bound in a process of its own, beside no more tables than it names: the database works out
what is constant while it binds, and a short text can so ask for more memory or time than there is.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jointsup_rules.compile.duckdb import quote
from jointsup_rules.compile.engine import Plan, prelude
from jointsup_rules.compile.rule import KINDS_OF
from jointsup_rules.load.typing import table_columns_sql
from jointsup_rules.model.rule import Rule
from jointsup_rules.problems import Problem, Text

LIMIT_S = 20.0
_WORKER = "jointsup_rules.sweep.binding_worker"
_GAVE_UP = Text(
    "数据库在时限和内存之内算不完它", "the database does not come to an end of it in time and memory"
)


@dataclass(frozen=True)
class Queries:
    """What is to be bound.

    Attributes:
        rules: The rules with queries, by id.
        statements: What is bound of each, by id.
        setup: Statements that make what those rest on, in order.
    """

    rules: Mapping[str, Rule]
    statements: Mapping[str, str]
    setup: tuple[str, ...]


def has_query(rule: Rule) -> bool:
    """Whether a rule, or a part of it, is written as a query."""
    parts = rule.shape.detect.get(KINDS_OF)
    inner = [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []
    return any("query" in part for part in (rule.shape.detect, *inner))


def gather_queries(plan: Plan) -> Queries:
    """Return what is to be bound of rules with queries.

    Args:
        plan: Of such rules alone; what others need of a table would be made as well.
    """
    ready = [one for one in plan.rules if one.statements is not None]
    statements = {one.rule.id: one.statements.judged for one in ready if one.statements is not None}
    return Queries({one.rule.id: one.rule for one in ready}, statements, tuple(_setup(plan)) if ready else ())


def _setup(plan: Plan) -> list[str]:
    tables = plan.dictionary.tables
    raw = ((f"raw_{name}", table_columns_sql(tables[name])) for name in plan.raw_tables())
    return [
        *prelude(),
        *(f"CREATE TABLE {quote(name)} ({columns})" for name, columns in raw),
        *(f"CREATE VIEW {quote(name)} AS {sql}" for name, sql in plan.seen_views()),
        *(f"CREATE TABLE {quote(name)} AS {sql}" for name, sql in plan.tables),
        *(f"CREATE VIEW {quote(name)} AS {sql}" for name, sql in plan.views),
    ]


def check_queries(queries: Queries) -> list[Problem]:
    """Return what the database refuses to bind, as problems of the rules."""
    statements = queries.statements
    if not statements:
        return []
    told = _ask(queries.setup, statements)
    if told is None:
        # One of them ended the process: which, shows when each has one for itself.
        alone = {
            name: _ask(queries.setup, {name: sql}) for name, sql in statements.items() if len(statements) > 1
        }
        told = {name: (alone.get(name) or {name: {"gave_up": True}})[name] for name in statements}
    return [_problem(queries.rules[name], said) for name, said in told.items() if said]


def _problem(rule: Rule, told: Mapping[str, Any]) -> Problem:
    document = rule.document
    place = document.place(("detect",), key=True)
    if told.get("gave_up"):
        fix = Text("写得简单些", "make it simpler")
        return document.problem("JR331", place, _GAVE_UP, fix=fix)
    what = Text(
        f"数据库不接受这条规则：{told['said']}", f"the database does not accept this rule: {told['said']}"
    )
    fix = Text("核对其中的列名、类型和模式", "look at the columns, types and patterns in its expressions")
    return document.problem("JR330", place, what, fix=fix)


def _ask(setup: tuple[str, ...], statements: Mapping[str, str]) -> dict[str, dict[str, Any]] | None:
    """What a process says about statements, by their names; None if it did not live to say it."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": "1"}
    try:
        ran = subprocess.run(
            [sys.executable, "-m", _WORKER],
            input=json.dumps({"setup": setup, "limit_s": LIMIT_S, "statements": dict(statements)}),
            capture_output=True,
            timeout=LIMIT_S * (1 + len(statements)),
            text=True,
            encoding="utf-8",
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    told: dict[str, dict[str, Any]] | None = json.loads(ran.stdout) if ran.returncode == 0 else None
    return told
