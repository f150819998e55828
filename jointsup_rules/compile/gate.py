"""The gate for what a rule of kind `query` says: one SELECT over dictionary tables through listed functions, or refused.

Judged on DuckDB's own syntax tree, the one that will run, never on another parser's. A statement type is no wall here:
DuckDB calls a WITH that deletes a SELECT. Behind the gate stand the read-only settings of the worker.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache, lru_cache
from typing import Any, NoReturn

from jointsup_rules.compile.duckdb import macro_statements
from jointsup_rules.compile.listed import (
    FORMS_OF_QUERIES,
    FUNCTIONS_OF_QUERIES,
    NOT_COLUMNS,
    TABLE_FUNCTIONS_OF_QUERIES,
)
from jointsup_rules.model.expression import Span
from jointsup_rules.model.functions import FUNCTIONS
from jointsup_rules.problems import Text

MAX_LENGTH = 20_000
_UPPER_CASE = re.compile("[A-Z]+")
_NAME = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True)
class Refusal(Exception):
    """A statement the gate does not let through: where, what, why, what to do."""

    span: Span
    what: Text
    why: Text
    fix: Text


@dataclass(frozen=True)
class Passed:
    """What a statement reads and gives.

    Attributes:
        tables: Tables and subjects as the dictionary spells them.
        columns: Names of the result's columns, in order.
        names: Names of the columns it mentions.
        parameters: The `$names` it mentions.
    """

    tables: frozenset[str]
    columns: tuple[str, ...]
    names: frozenset[str]
    parameters: frozenset[str]


# Forms that people know by another word than the syntax tree does.
_FORBIDDEN_FORMS = {
    "SHOW_REF": "DESCRIBE, SUMMARIZE or SHOW",
    "RECURSIVE_CTE_NODE": "WITH RECURSIVE",
    "DELETE_QUERY_NODE": "DELETE",
    "INSERT_QUERY_NODE": "INSERT",
    "UPDATE_QUERY_NODE": "UPDATE",
    "MERGE_QUERY_NODE": "MERGE",
    "COPY_QUERY_NODE": "COPY",
    "PIVOT": "PIVOT or UNPIVOT",
    "POSITIONAL_REFERENCE": "a column by its number",
}

_WHY = Text(
    zh="规则只能用一条 SELECT 读取数据字典中的表，并只用列明的函数",
    en="a rule may only read the dictionary's tables with one SELECT through listed functions",
)


def _fold(name: str) -> str:
    """A name as the database compares it: of all letters only A to Z have two forms."""
    return _UPPER_CASE.sub(lambda found: found.group().lower(), name)


def _refuse(span: Span, zh: str, en: str, fix_zh: str, fix_en: str) -> NoReturn:
    raise Refusal(span, Text(zh, en), _WHY, Text(fix_zh, fix_en))


def pass_gate(sql: str, tables: Iterable[str]) -> Passed:
    """Return what a statement reads, if it is one SELECT over the given tables.

    Raises:
        Refusal: it is not, with the characters concerned.
    """
    if len(sql) > MAX_LENGTH:
        _refuse(Span(0, 1), "查询过长", "query too long", "拆成派生列", "use derived columns")
    if "\0" in sql:
        at = sql.index("\0")
        _refuse(Span(at, at + 1), "有 NUL 字符", "a NUL character", "删去它", "remove it")
    judge = _Judge(sql, {_fold(name): name for name in tables})
    try:
        node = judge.node_of(sql)
        judge.walk(node, frozenset())
        columns = judge.columns_of(node)
        _check_embedded(sql, node, judge)
    except RecursionError:
        _refuse(Span(0, 1), "嵌套过深", "nested too deeply", "拆成派生列", "use derived columns")
    return Passed(frozenset(judge.tables), columns, frozenset(judge.names), frozenset(judge.parameters))


@dataclass
class _Judge:
    """Walks one syntax tree from the root; what is not listed is refused where it is met."""

    sql: str
    known: Mapping[str, str]
    tables: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    parameters: set[str] = field(default_factory=set)

    def node_of(self, sql: str) -> dict[str, Any]:
        """The tree of the one SELECT in a text."""
        tree = _tree_of(sql)
        if tree["error"]:
            located = re.findall(r"\d+", str(tree.get("location") or tree.get("position") or "0"))
            message = str(tree["error_message"]).splitlines()[0][:200]
            if "expression depth" in message:
                raise RecursionError
            if "Only SELECT" in message:
                _refuse(Span(0, 1), "这不是 SELECT", "this is no SELECT", "写一条 SELECT", "write one SELECT")
            self._fail(
                {"query_location": int(located[0]) if located else 0}, "",
                f"查询读不懂：{message}", f"the query cannot be read: {message}", "改正此处", "mend it here",
            )  # fmt: skip
        statements = tree["statements"]
        if len(statements) != 1:
            _refuse(
                Span(0, 1), "应是一条语句", "exactly one statement is allowed", "只留一条", "keep one of them"
            )
        return dict(statements[0]["node"])

    def walk(self, node: Any, lent: frozenset[str], within: Mapping[str, Any] | None = None) -> None:
        """Judge a node and all below it; `lent` are the names that a WITH gives to what stands here."""
        if isinstance(node, list):
            for part in node:
                self.walk(part, lent, within)
            return
        if not isinstance(node, dict):
            return
        at = node if _is_placed(node) else within or node
        if isinstance(node.get("cte_map"), dict):
            lent = self._lend(node["cte_map"].get("map", ()), lent, at)
        self._judge(node, lent, at)
        for key, part in node.items():
            if key != "cte_map":
                self.walk(part, lent, at)

    def _lend(self, entries: Any, lent: frozenset[str], at: Mapping[str, Any]) -> frozenset[str]:
        """Judge the steps of a WITH; each sees those before it, for a name it does not see is one of the database's."""
        for entry in entries:
            name = str(entry["key"])
            if _fold(name) in self.known or not _NAME.fullmatch(name):
                zh, en = f"WITH 不能用名称“{name}”", f"WITH may not use the name '{name}'"
                self._fail(at, name, zh, en, "换一个名称", "use another name")
            self.walk(entry["value"], lent, at)
            lent |= {_fold(name)}
        return lent

    def _judge(self, node: Mapping[str, Any], lent: frozenset[str], at: Mapping[str, Any]) -> None:
        kind = node.get("type")
        if isinstance(kind, str) and kind not in FORMS_OF_QUERIES:
            self._forbid(at, _FORBIDDEN_FORMS.get(kind, kind.lower().replace("_", " ")))
        if node.get("sample") is not None:
            self._forbid(at, "sample")
        if node.get("at_clause") is not None:
            self._forbid(at, "at")
        if kind == "BASE_TABLE":
            self._judge_table(node, lent)
        elif kind == "TABLE_FUNCTION":
            name = str(node["function"].get("function_name", "")).lower()
            if name not in TABLE_FUNCTIONS_OF_QUERIES:
                self._forbid(at, name, self.known.values())
        elif "function_name" in node:
            name = str(node["function_name"]).lower()
            if name not in FUNCTIONS_OF_QUERIES:
                self._forbid(at, name, FUNCTIONS_OF_QUERIES)
        elif kind == "COLUMN_REF":
            path = [str(name) for name in node["column_names"]]
            if len(path) == 1 and _fold(path[0]) in NOT_COLUMNS:
                self._forbid(at, path[0])
            self.names.add(path[-1])
        elif kind == "VALUE_PARAMETER":
            name = str(node.get("identifier"))
            if not _NAME.fullmatch(name):
                self._forbid(at, "?" if name.isdecimal() else name)
            self.parameters.add(name)

    def _judge_table(self, node: Mapping[str, Any], lent: frozenset[str]) -> None:
        path = [str(part) for part in node["qualified_name"]["path"]]
        name = _fold(path[0])
        if len(path) == 1 and name in self.known:
            self.tables.add(self.known[name])
        elif len(path) > 1 or name not in lent:
            self._forbid(node, ".".join(path), self.known.values())

    def _forbid(self, node: Mapping[str, Any], name: str, instead: Iterable[str] = ()) -> NoReturn:
        near = next(iter(get_close_matches(name, sorted(set(instead)), n=1, cutoff=0.75)), name)
        fix = (f"是否想写“{near}”？", f"did you mean '{near}'?") if near != name else ("删去它", "remove it")
        self._fail(node, name, f"不允许使用 {name}", f"{name} may not be used", *fix)

    def _fail(
        self, node: Mapping[str, Any], name: str, zh: str, en: str, fix_zh: str, fix_en: str
    ) -> NoReturn:
        # The database counts bytes.
        at = node["query_location"] if _is_placed(node) else 0
        start = len(self.sql.encode()[:at].decode(errors="ignore"))
        _refuse(Span(start, start + max(1, len(name))), zh, en, fix_zh, fix_en)

    def columns_of(self, node: Mapping[str, Any]) -> tuple[str, ...]:
        """The names of the result's columns; each needs one of its own."""
        while node["type"] == "SET_OPERATION_NODE":
            node = (node.get("children") or [node["left"]])[0]
        names: list[str] = []
        for item in node.get("select_list", ()):
            name = item.get("alias") or (item.get("column_names") or [""])[-1]
            if not name or item.get("type") == "STAR":
                self._fail(
                    item, "", "结果列没有名称", "a result column has no name",
                    "逐列写出，并用 as 命名", "write the columns one by one, named with as",
                )  # fmt: skip
            if _fold(name) in map(_fold, names):
                self._fail(
                    item, name, f"结果列 '{name}' 有两个", f"two result columns are called '{name}'",
                    "换一个名称", "use another name",
                )  # fmt: skip
            names.append(str(name))
        return tuple(names)


def _is_placed(node: Mapping[str, Any]) -> bool:
    """Whether a node says where it stands; the database marks those that do not with a number out of reach."""
    at = node.get("query_location")
    return isinstance(at, int) and at < 2**31


def _check_embedded(sql: str, node: dict[str, Any], judge: _Judge) -> None:
    """Refuse a text that says something else, or nothing, once it stands in brackets, as it will when it runs."""
    tree = _tree_of(f"SELECT 1 FROM (\n{sql}\n) AS q")
    # An end of statement, which is read alone but not in brackets, is the one such text a person would write.
    inner = None if tree["error"] or len(tree["statements"]) != 1 else tree["statements"][0]["node"]
    source = inner["from_table"] if inner is not None and inner.get("type") == "SELECT_NODE" else {}
    same = source.get("type") == "SUBQUERY" and _bare(source["subquery"]["node"]) == _bare(node)
    if not same:
        at = max(len(sql.rstrip()) - 1, 0)
        zh, en = "语句的结尾不能放在括号里", "the end of the statement cannot stand in brackets"
        _refuse(Span(at, at + 1), zh, en, "删去末尾的分号", "remove the semicolon at its end")


def _bare(node: Any) -> Any:
    """A tree without the places of its nodes."""
    if isinstance(node, list):
        return [_bare(part) for part in node]
    if isinstance(node, dict):
        return {key: _bare(part) for key, part in node.items() if not key.startswith("query_location")}
    return node


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


def _tree_of(sql: str) -> dict[str, Any]:
    import duckdb

    try:
        tree: dict[str, Any] = json.loads(_serialized(sql))
    except duckdb.Error as error:
        what = str(error)[:200]
        _refuse(Span(0, 1), "查询不是 SELECT", "the query is no SELECT", what, what)
    return tree


# A query is judged as it was written and as it will run, and in each compilation again.
@lru_cache(maxsize=256)
def _serialized(sql: str) -> str:
    row = _connection().execute("SELECT json_serialize_sql(?::VARCHAR)", [sql]).fetchone()
    return str(row[0])


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
