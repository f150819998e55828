"""The DuckDB printer: a tree in, SQL text out.

Names are always quoted and values always escaped here, and nowhere else. The engine's own macros (months, calendar,
case numbers, check digits) are in `macros.sql`; every name of the tree's vocabulary is in the tables below, so a name
that is not there cannot be printed.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files

from jointsup_rules.compile.tree import (
    Aggregate,
    Call,
    Case,
    Column,
    Join,
    Lambda,
    Literal,
    Member,
    Order,
    Relation,
    Repeat,
    Scalar,
    Select,
    Source,
    Steps,
    Structure,
    Text,
    Union,
    Window,
)

TYPES = {
    "text": "VARCHAR",
    "code": "VARCHAR",
    "integer": "BIGINT",
    "decimal": "DECIMAL(38, 8)",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "real": "DOUBLE",
    "texts": "VARCHAR[]",
}
_SIGNS = frozenset("= <> < <= > >= + - * % and or".split())
_SHAPES = {
    "not": "(NOT {0})",
    "negative": "(- {0})",
    "is null": "({0} IS NULL)",
    "is true": "({0} IS TRUE)",
    "is false": "({0} IS FALSE)",
    "is distinct from": "({0} IS DISTINCT FROM {1})",
    "between": "({0} BETWEEN {1} AND {2})",
    "like": "({0} LIKE {1})",
    "add_days": "(CAST({0} AS DATE) + CAST({1} AS INTEGER))",
    "days_between": "date_diff('day', CAST({0} AS DATE), CAST({1} AS DATE))",
    "date_of": "CAST({0} AS DATE)",
    "end_of_day": "(CAST({0} AS DATE) + INTERVAL 1 DAY)",
    "start_of_day": "CAST({0} AS TIMESTAMP)",
    "add_hours": "({0} + to_hours({1}))",
    "next_full_hour": "(date_trunc('hour', {0}) + INTERVAL 1 HOUR)",
    "as_text": "CAST({0} AS VARCHAR)",
    "as_real": "CAST({0} AS DOUBLE)",
    "as_decimal": "CAST({0} AS DECIMAL(38, 8))",
    "as_rounded": "CAST(round({0}, 6) AS DECIMAL(38, 8))",
    "as_integer": "CAST({0} AS BIGINT)",
    "as_small": "CAST({0} AS INTEGER)",
    "few": "CAST(TRY_CAST({0} AS DECIMAL(5, 0)) AS INTEGER)",
    "product": "TRY_CAST(CAST({0} AS HUGEINT) * CAST({1} AS HUGEINT) AS BIGINT)",
    "at": "{0}[{1}]",
    "listed": "list_contains({0}, {1})",
    "no_texts": "CAST([] AS VARCHAR[])",
    "divided": "({0} / {1})",
}
# Own macros carry the prefix js_; the others are DuckDB's own functions.
_OWN = frozenset(
    """months_after_criminal months_after_civil working_days_between add_working_days roll is_working_day as_date
    add_minutes as_number as_whole written_date has_written_date normalise case_no case_no_year case_no_court
    case_no_type case_no_serial
    document_no digits_mod id_number_valid credit_code_valid share similar minutes_between hours_between mask_name
    mask_short mask_hide key_text number_text clue_id extract matches weekday times""".split()
)
_NATIVE = frozenset(
    """coalesce least greatest abs round length lower upper trim concat concat_ws substr year month nullif error
    list_value list_filter list_transform list_reduce list_prepend list_sort list_max list_min list_sum list_distinct
    list_concat list_slice flatten len unnest array_to_string to_json json_merge_patch map_values
    row_number lag lead min max sum count avg median any_value bool_or bool_and list histogram arg_min arg_max
    stddev_pop quantile_cont""".split()
)
FRAMES = {
    "": "",
    "before": " ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING",
    "up to": " ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW",
    "all": " ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING",
}


@cache
def macro_statements() -> tuple[str, ...]:
    """Return the statements that create the engine's macros, in order."""
    whole = files("jointsup_rules.compile").joinpath("macros.sql").read_text(encoding="utf-8")
    lines = [line for line in whole.splitlines() if not line.lstrip().startswith("--")]
    return tuple(part.strip() for part in "\n".join(lines).split(";;") if part.strip())


def quote(name: str) -> str:
    """Return a name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def print_value(value: str | int | Decimal | bool | date | None, of_type: str = "") -> str:
    """Return a value as an SQL literal."""
    if value is None:
        return f"CAST(NULL AS {TYPES[of_type]})" if of_type in TYPES else "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, int):
        return str(value) if value >= 0 else f"({value})"
    if isinstance(value, Decimal):
        return f"CAST('{value}' AS {TYPES['decimal']})"
    return "'" + value.replace("'", "''").replace("\0", "") + "'"


def print_scalar(node: Scalar) -> str:
    """Return the SQL of a scalar."""
    match node:
        case Column(source, "*"):
            return f"{quote(source)}.*"
        case Column(source, name):
            return f"{quote(source)}.{quote(name)}" if source else quote(name)
        case Literal(value, of_type):
            return print_value(value, of_type)
        case Call():
            return _print_call(node)
        case Case(branches, otherwise):
            whens = " ".join(
                f"WHEN {print_scalar(test)} THEN {print_scalar(then)}" for test, then in branches
            )
            tail = f" ELSE {print_scalar(otherwise)}" if otherwise is not None else ""
            return f"CASE {whens}{tail} END"
        case Aggregate():
            return _print_aggregate(node)
        case Window(name, arguments, partition, order, frame):
            inside = ", ".join(map(print_scalar, arguments)) or ("*" if name == "count" else "")
            by = f"PARTITION BY {', '.join(map(print_scalar, partition))}" if partition else ""
            over = " ".join(part for part in (by, _print_order(order)) if part) + FRAMES[frame]
            return f"{_native(name)}({inside}) OVER ({over})"
        case Lambda(parameters, body):
            return f"lambda {', '.join(map(quote, parameters))}: {print_scalar(body)}"
        case Structure(fields):
            return (
                "{" + ", ".join(f"{print_value(name)}: {print_scalar(value)}" for name, value in fields) + "}"
            )
        case Member(of, name):
            return f"({print_scalar(of)}).{quote(name)}"


def _native(name: str) -> str:
    """A function of DuckDB's own; one that is not listed is a bug of the compiler."""
    if name not in _NATIVE:
        raise KeyError(name)
    return name


def _print_call(node: Call) -> str:
    arguments = [print_scalar(argument) for argument in node.arguments]
    if node.name in _SIGNS:
        sign = node.name.upper()
        return "(" + f" {sign} ".join(arguments) + ")"
    if node.name == "in":
        return f"({arguments[0]} IN ({', '.join(arguments[1:])}))"
    if node.name in _SHAPES:
        return _SHAPES[node.name].format(*arguments)
    name = "js_" + node.name if node.name in _OWN else _native(node.name)
    return f"{name}({', '.join(arguments)})"


def _print_aggregate(node: Aggregate) -> str:
    inside = ", ".join(map(print_scalar, node.arguments)) or "*"
    distinct = "DISTINCT " if node.distinct else ""
    order = f" {_print_order(node.order)}" if node.order else ""
    where = f" FILTER (WHERE {print_scalar(node.where)})" if node.where is not None else ""
    return f"{_native(node.name)}({distinct}{inside}{order}){where}"


def _print_order(order: tuple[Order, ...]) -> str:
    if not order:
        return ""
    keys = (f"{print_scalar(key.by)} {'DESC' if key.descending else 'ASC'} NULLS LAST" for key in order)
    return "ORDER BY " + ", ".join(keys)


def _print_source(source: Source) -> str:
    relation = source.relation
    inside = quote(relation) if isinstance(relation, str) else f"(\n{_indent(print_relation(relation))}\n)"
    return f"{inside} AS {quote(source.alias)}"


def _print_join(join: Join) -> str:
    on = f" ON {print_scalar(join.on)}" if join.on is not None else ""
    return f"{join.kind.upper()} JOIN {_print_source(join.source)}{on}"


# What stands in quotes and comments keeps its line ends: a text is what it says, and of all line ends only \n ends a
# comment.
_LINE_ENDS = re.compile(r"'[^']*'|\"[^\"]*\"|--[^\n]*|/\*.*?\*/|(?P<end>\n)", re.DOTALL)


def _indent(sql: str) -> str:
    return "  " + _LINE_ENDS.sub(lambda found: "\n  " if found["end"] else found.group(), sql)


def print_relation(relation: Relation) -> str:
    """Return the SQL of a relation."""
    match relation:
        case Select():
            return _print_select(relation)
        case Union(parts):
            return "\nUNION ALL\n".join(map(_print_part, parts))
        case Steps(steps, last):
            named = ",\n".join(
                f"{quote(name)} AS (\n{_indent(print_relation(step))}\n)" for name, step in steps
            )
            return f"WITH {named}\n{print_relation(last)}" if steps else print_relation(last)
        case Repeat(name, first, onward):
            inside = f"{print_relation(first)}\nUNION ALL\n{print_relation(onward)}"
            return f"WITH RECURSIVE {quote(name)} AS (\n{_indent(inside)}\n)\nSELECT * FROM {quote(name)}"
        case Text(sql, _):
            return sql


def _print_part(part: Relation) -> str:
    """One part of a union; named steps belong to a select and stand inside one."""
    sql = print_relation(part)
    return f"SELECT * FROM (\n{_indent(sql)}\n)" if isinstance(part, Steps) else sql


def _print_select(select: Select) -> str:
    columns = ",\n       ".join(
        print_scalar(value) + ("" if name == "*" else f" AS {quote(name)}") for name, value in select.columns
    )
    lines = [f"SELECT {'DISTINCT ' if select.distinct else ''}{columns}"]
    if select.source is not None:
        lines.append(f"FROM {_print_source(select.source)}")
    lines.extend(_print_join(join) for join in select.joins)
    if select.where is not None:
        lines.append(f"WHERE {print_scalar(select.where)}")
    if select.group:
        lines.append(f"GROUP BY {', '.join(map(print_scalar, select.group))}")
    if select.having is not None:
        lines.append(f"HAVING {print_scalar(select.having)}")
    if select.qualify is not None:
        lines.append(f"QUALIFY {print_scalar(select.qualify)}")
    if select.order:
        lines.append(_print_order(select.order))
    return "\n".join(lines)
