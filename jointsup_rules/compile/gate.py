"""The gate for what a rule of kind `query` says: one SELECT over dictionary tables through listed functions, or refused.

Judged on DuckDB's own syntax tree, the one that will run, never on another parser's. A statement type is no wall here:
DuckDB calls a WITH that deletes a SELECT. Behind the gate stand the read-only settings of the worker.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from jointsup_rules.compile.duckdb import macro_statements
from jointsup_rules.model.expression import Span
from jointsup_rules.model.functions import FUNCTIONS
from jointsup_rules.problems import Text, nearest_word

MAX_LENGTH = 20_000
_NODES = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "CTE_NODE"})
_TABLE_FUNCTIONS = frozenset({"unnest", "range", "generate_series"})
_OPERATORS = frozenset(
    [
        "+",
        "-",
        "*",
        "/",
        "//",
        "%",
        "||",
        "=",
        "<>",
        "<",
        "<=",
        ">",
        ">=",
        "~~",
        "!~~",
        "~~*",
        "!~~*",
        "!",
        "!__postfix",
    ]
)
# What reads settings, files or the clock, waits, allocates without bound, or differs from run to run.
_DENIED = frozenset(
    [
        "getenv",
        "getvariable",
        "current_setting",
        "query",
        "query_table",
        "repeat",
        "lpad",
        "rpad",
        "nextval",
        "currval",
        "setval",
        "pg_sleep",
        "sleep_ms",
        "write_log",
        "json_serialize_sql",
        "json_serialize_plan",
        "json_deserialize_sql",
        "json_execute_serialized_sql",
        "current_query",
        "txid_current",
        "random",
        "setseed",
        "uuid",
        "uuidv4",
        "uuidv7",
        "gen_random_uuid",
        "now",
        "current_timestamp",
        "current_date",
        "today",
        "get_current_time",
        "get_current_timestamp",
        "transaction_timestamp",
        "current_localtime",
        "current_localtimestamp",
        "version",
        "current_database",
        "current_schema",
        "current_schemas",
        "current_user",
        "session_user",
        "user",
        "error",
        "range",
        "generate_series",
        "array_resize",
        "list_resize",
        "format",
        "printf",
        "bar",
    ]
)


@dataclass(frozen=True)
class Refusal(Exception):
    """A statement the gate does not let through: where, what, why, what to do."""

    span: Span
    what: Text
    why: Text
    fix: Text


@dataclass(frozen=True)
class Passed:
    """What a statement reads and gives."""

    tables: frozenset[str]
    columns: tuple[str, ...]
    names: frozenset[str]
    parameters: frozenset[str]


@dataclass
class _Walk:
    text: bytes
    nodes: list[tuple[str, str, int]] = field(default_factory=list)
    ctes: dict[str, int] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    parameters: set[str] = field(default_factory=set)

    def walk(self, node: Any, owner: str = "") -> None:
        if isinstance(node, list):
            for part in node:
                self.walk(part, owner)
            return
        if not isinstance(node, dict):
            return
        kind, at = node.get("type"), node.get("query_location", 0)
        place = at if isinstance(at, int) and at < 2**31 else 0
        for entry in node.get("cte_map", {}).get("map", ()) if isinstance(node.get("cte_map"), dict) else ():
            self.ctes[str(entry["key"]).lower()] = place
        if isinstance(kind, str) and kind.endswith("_NODE"):
            self.nodes.append(("node", kind, place))
        if kind == "BASE_TABLE":
            parts = (node.get("catalog_name"), node.get("schema_name"), node.get("table_name"))
            self.nodes.append(("table", ".".join(str(part) for part in parts if part), place))
        elif kind == "TABLE_FUNCTION":
            self.nodes.append(("table function", str(node["function"]["function_name"]).lower(), place))
        elif "function_name" in node and owner != "function":
            self.nodes.append(("function", str(node["function_name"]).lower(), place))
        elif kind == "COLUMN_REF":
            self.names.update(str(name) for name in node.get("column_names", ())[-1:])
        elif kind == "VALUE_PARAMETER":
            self.parameters.add(str(node.get("identifier")))
        elif kind in ("SHOW_REF", "COLUMN_DATA", "PIVOT"):
            self.nodes.append(("form", str(kind).lower(), place))
        for key, part in node.items():
            self.walk(part, key)

    def span(self, place: int, length: int) -> Span:
        start = len(self.text[: max(0, place)].decode(errors="ignore"))
        return Span(start, start + max(1, length))


_WHY = Text(
    zh="规则只能用一条 SELECT 读取数据字典中的表，并只用列明的函数",
    en="a rule may only read the dictionary's tables with one SELECT through listed functions",
)


@cache
def _connection() -> Any:
    import duckdb

    connection = duckdb.connect(":memory:", config={"threads": 1})
    for statement in (
        "SET errors_as_json=true",
        "SET autoinstall_known_extensions=false",
        "SET autoload_known_extensions=false",
        "SET python_enable_replacements=false",
        "SET enable_external_access=false",
        "SET lock_configuration=true",
    ):
        connection.execute(statement)
    return connection


@cache
def allowed_functions() -> frozenset[str]:
    """Return the functions a query may call: DuckDB's own that always give the same, less the denied, plus ours."""
    rows = _connection().execute(
        "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type IN ('scalar', 'aggregate', 'window')"
        " AND stability LIKE 'CONSISTENT%'"
    )
    own = {name for (name,) in rows.fetchall()}
    windows = {
        "row_number",
        "rank",
        "dense_rank",
        "lag",
        "lead",
        "first_value",
        "last_value",
        "ntile",
        "nth_value",
    }
    helpers = {"count_star", "coalesce", "least", "greatest"}
    return frozenset((own | windows | helpers | set(FUNCTIONS)) - _DENIED)


def pass_gate(sql: str, tables: Iterable[str]) -> Passed:
    """Return what a statement reads, if it is one SELECT over the given tables.

    Raises:
        Refusal: it is not, with the characters concerned.
    """
    if len(sql) > MAX_LENGTH:
        raise Refusal(
            Span(0, 1),
            Text(zh="查询过长", en="query too long"),
            _WHY,
            Text(zh="拆成派生列", en="use derived columns"),
        )
    statement, walk = _parse(sql)
    known = {name.lower() for name in tables}
    for name, place in walk.ctes.items():
        # An inner WITH must not lend its name to a real table.
        if name in known or not re.fullmatch(r"[^\W\d]\w*", name):
            what = Text(zh=f"WITH 不能用名称“{name}”", en=f"WITH may not use the name '{name}'")
            raise Refusal(
                walk.span(place, len(name)), what, _WHY, Text(zh="换一个名称", en="use another name")
            )
    functions = allowed_functions()
    read: set[str] = set()
    for kind, name, place in walk.nodes:
        is_bad = (
            (kind == "node" and name not in _NODES)
            or (kind == "table function" and name not in _TABLE_FUNCTIONS - _DENIED)
            or (kind == "table" and name.lower() not in known | set(walk.ctes))
            or (kind == "function" and name not in functions and name not in _OPERATORS)
            or kind == "form"
        )
        if is_bad:
            near = nearest_word(name, known if kind == "table" else functions)
            fix = (
                Text(zh=f"是否想写“{near}”？", en=f"did you mean '{near}'?")
                if near
                else Text(zh="删去它", en="remove it")
            )
            raise Refusal(
                walk.span(place, len(name)),
                Text(zh=f"不允许使用 {name}", en=f"{name} may not be used"),
                _WHY,
                fix,
            )
        if kind == "table" and name.lower() in known:
            read.add(name)
    return Passed(
        frozenset(read), _columns(statement, walk), frozenset(walk.names), frozenset(walk.parameters)
    )


def _parse(sql: str) -> tuple[dict[str, Any], _Walk]:
    import duckdb

    try:
        row = _connection().execute("SELECT json_serialize_sql(?::VARCHAR)", [sql]).fetchone()
    except duckdb.Error as error:
        what = str(error)
        raise Refusal(
            Span(0, 1),
            Text(zh="查询不是 SELECT", en="the query is no SELECT"),
            _WHY,
            Text(zh=what[:200], en=what[:200]),
        ) from None
    tree = json.loads(row[0])
    encoded = sql.encode()
    if tree["error"]:
        located = re.findall(r"\d+", str(tree.get("location") or tree.get("position") or "0"))
        walk = _Walk(encoded)
        message = str(tree["error_message"]).splitlines()[0][:200]
        told = Text(zh=f"查询读不懂：{message}", en=f"the query cannot be read: {message}")
        raise Refusal(
            walk.span(int(located[0]) if located else 0, 1),
            told,
            _WHY,
            Text(zh="改正此处", en="mend it here"),
        )
    statements = tree["statements"]
    if len(statements) != 1:
        raise Refusal(
            Span(0, 1),
            Text(zh="只允许一条语句", en="one statement only"),
            _WHY,
            Text(zh="删去其余", en="remove the others"),
        )
    walk = _Walk(encoded)
    walk.walk(statements[0])
    return statements[0], walk


def _columns(statement: dict[str, Any], walk: _Walk) -> tuple[str, ...]:
    """The names of the result's columns; each needs one."""
    node = statement["node"]
    while node.get("type") == "SET_OPERATION_NODE":
        node = node["left"]
    names = []
    for item in node.get("select_list", ()):
        name = item.get("alias") or (item.get("column_names") or [""])[-1]
        if not name or item.get("type") == "STAR":
            what = Text(zh="结果列没有名称", en="a result column has no name")
            fix = Text(zh="逐列写出，并用 as 命名", en="write the columns one by one, named with as")
            place = item.get("query_location", 0)
            raise Refusal(
                walk.span(place if isinstance(place, int) and place < 2**31 else 0, 1), what, _WHY, fix
            )
        names.append(str(name))
    return tuple(names)


def public_macros() -> list[str]:
    """Return the statements that give queries the functions of expressions under their own names."""
    own = re.compile(r"CREATE MACRO js_(\w+)\(([^)]*)\)")
    made = {
        match.group(1): match.group(2) for match in (own.match(text) for text in macro_statements()) if match
    }
    simple = {
        "days_between": ("a, b", "date_diff('day', CAST(a AS DATE), CAST(b AS DATE))"),
        "add_days": ("d, n", "(CAST(d AS DATE) + CAST(n AS INTEGER))"),
        "date_of": ("d", "CAST(d AS DATE)"),
        "months_after": (
            "d, n, r",
            "CASE r WHEN 'criminal' THEN js_months_after_criminal(d, n) WHEN 'civil' THEN js_months_after_civil(d, n) END",
        ),
        "years_after": (
            "d, n, r",
            "CASE r WHEN 'criminal' THEN js_months_after_criminal(d, n * 12)"
            " WHEN 'civil' THEN js_months_after_civil(d, n * 12) END",
        ),
        "term_end": ("d, n", "(js_months_after_criminal(d, n) - 1)"),
    }
    statements = [f'CREATE MACRO "{name}"({args}) AS {body}' for name, (args, body) in simple.items()]
    builtin = {
        "lower",
        "upper",
        "trim",
        "abs",
        "round",
        "least",
        "greatest",
        "coalesce",
        "length",
        "substr",
        "concat",
    }
    for name in FUNCTIONS:
        if name in made and name not in simple and name not in builtin:
            statements.append(f'CREATE MACRO "{name}"({made[name]}) AS js_{name}({made[name]})')
    return statements
