"""What the database itself says against a rule's statement: a plan in, problems out, on empty tables.

Statements that the compiler wrote are bound here. What a person wrote as a query is bound in a process of its own:
the database works out what is constant while it binds, and a short text can so ask for more memory or time than
there is. That process is this module run as a program, told what to bind on standard input.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from jointsup_rules.compile.duckdb import quote
from jointsup_rules.compile.engine import Plan, Prepared
from jointsup_rules.load.typing import table_columns_sql
from jointsup_rules.model.calendar import Calendar
from jointsup_rules.problems import Problem, Text
from jointsup_rules.sweep.database import build, deadline, open_connection, prepare_connection, shut
from jointsup_rules.sweep.process import bound_memory

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY = "500MB"
LIMIT_S = 20.0
_GAVE_UP = Text(
    "数据库在时限和内存之内算不完它", "the database does not come to an end of it in time and memory"
)


def check_binding(plan: Plan) -> list[Problem]:
    """Return what the database refuses to bind, as problems of the rules."""
    ready = [one for one in plan.rules if one.statements is not None]
    written = {one.rule.id: one for one in ready if _is_query(one)}
    connection = open_connection(threads=1, memory=MEMORY)
    try:
        prepare_connection(connection, Calendar())
        shut(connection)
        for statement in _empty_tables(plan):
            connection.execute(statement)
        build(connection, plan)
        problems = []
        for prepared in ready:
            assert prepared.statements is not None
            if prepared.rule.id not in written:
                told = _explain(connection, prepared.statements.judged)
                problems += [_problem(prepared, told)] if told else []
    finally:
        connection.close()
    if written:
        problems += _check_queries(plan, written)
    return problems


def _is_query(prepared: Prepared) -> bool:
    assert prepared.compiled is not None
    return any(part.kind == "query" for part in prepared.compiled.parts)


def _empty_tables(plan: Plan) -> list[str]:
    tables = plan.dictionary.tables
    return [
        f"CREATE TABLE {quote('raw_' + name)} ({table_columns_sql(tables[name])})"
        for name in plan.raw_tables()
    ]


def _explain(connection: DuckDBPyConnection, statement: str) -> dict[str, Any]:
    """Bind a statement; return what the database says against it, nothing if it has nothing to say."""
    import duckdb

    try:
        with deadline(connection, LIMIT_S) as expired:
            connection.execute(f"EXPLAIN {statement}").fetchall()
    except (duckdb.Error, MemoryError) as error:
        if expired or isinstance(error, duckdb.OutOfMemoryException | MemoryError):
            return {"gave_up": True}
        return {"said": str(error).splitlines()[0]}
    return {}


def _problem(prepared: Prepared, told: Mapping[str, Any]) -> Problem:
    document = prepared.rule.document
    place = document.place(("detect",), key=True)
    if told.get("gave_up"):
        fix = Text("写得简单些", "make it simpler")
        return document.problem("JR331", place, _GAVE_UP, fix=fix)
    what = Text(
        f"数据库不接受这条规则：{told['said']}", f"the database does not accept this rule: {told['said']}"
    )
    fix = Text("核对其中的列名、类型和模式", "look at the columns, types and patterns in its expressions")
    return document.problem("JR330", place, what, fix=fix)


# ---- queries, in a process of their own


def _check_queries(plan: Plan, written: Mapping[str, Prepared]) -> list[Problem]:
    setup = _empty_tables(plan)
    setup += [f"CREATE VIEW {quote(name)} AS {sql}" for name, sql in plan.seen_views()]
    setup += [f"CREATE TABLE {quote(name)} AS {sql}" for name, sql in plan.tables]
    setup += [f"CREATE VIEW {quote(name)} AS {sql}" for name, sql in plan.views]
    statements = {name: one.statements.judged for name, one in written.items() if one.statements is not None}
    told = _ask(setup, statements)
    if told is None:
        # One of them ended the process: which, shows when each has one for itself.
        alone = {name: _ask(setup, {name: sql}) for name, sql in statements.items() if len(statements) > 1}
        told = {name: (alone.get(name) or {name: {"gave_up": True}})[name] for name in statements}
    return [_problem(written[name], said) for name, said in told.items() if said]


def _ask(setup: list[str], statements: Mapping[str, str]) -> dict[str, dict[str, Any]] | None:
    """What a process says about statements, by their names; None if it did not live to say it."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": "1"}
    try:
        ran = subprocess.run(
            [sys.executable, "-m", "jointsup_rules.sweep.binding"],
            input=json.dumps({"setup": setup, "statements": statements}),
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


def main() -> None:
    """Bind what standard input names, and write what the database says."""
    given = json.loads(sys.stdin.read())
    bound_memory(MEMORY)
    connection = open_connection(threads=1, memory=MEMORY)
    prepare_connection(connection, Calendar())
    shut(connection)
    for statement in given["setup"]:
        _create(connection, statement)
    told = {name: _explain(connection, sql) for name, sql in given["statements"].items()}
    sys.stdout.write(json.dumps(told))


def _create(connection: DuckDBPyConnection, statement: str) -> None:
    """Create what statements rest on; what cannot be created, the statements that need it will name."""
    import duckdb

    try:
        connection.execute(statement)
    except duckdb.Error:
        return


if __name__ == "__main__":
    main()
