"""From texts to typed rows, by the dictionary.

In: a table of texts in DuckDB, the columns they are for and where each comes from. Out: a table with the
dictionary's columns, and the texts that could not be read beside them. The forms met most are read in SQL;
every other distinct text passes once through Python (`forms.py`) and is joined back, so that codes,
pseudonyms and Chinese dates cost per distinct value, not per row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from jointsup_rules.load.cells import MARK, cell_text
from jointsup_rules.load.forms import (
    plain,
    plain_form,
    read_day,
    read_decimal,
    read_moment,
    read_number_form,
    read_whole,
    read_yes_no,
)
from jointsup_rules.load.pseudonyms import pseudonym

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from jointsup_rules.model.dictionary import Column, Table

SQL_TYPES: Mapping[str, str] = {
    "text": "VARCHAR", "integer": "BIGINT", "decimal": "DECIMAL(18,4)", "boolean": "BOOLEAN", "date": "DATE",
    "timestamp": "TIMESTAMP", "code": "VARCHAR",
}  # fmt: skip
# Where each row came from, and what of it could not be read. In this order behind the dictionary's columns.
HIDDEN_COLUMNS: Mapping[str, str] = {
    "_file": "VARCHAR", "_line": "BIGINT", "_source": "VARCHAR", "_cut_off": "DATE", "_unread": "VARCHAR[]",
}  # fmt: skip
_BLANK = r"[\s\x{a0}\x{200b}\x{3000}\x{feff}]"
_BLANKS = "".join(map(chr, (9, 10, 11, 12, 13, 32, 160, 0x200B, 0x3000, 0xFEFF)))
_YEARS = "year({0}) BETWEEN 1000 AND 9999"


class ColumnOrigin(Protocol):
    """Where the values of one column come from; a source's columns are such."""

    @property
    def raw_columns(self) -> tuple[str, ...]: ...
    @property
    def join(self) -> str: ...
    @property
    def constant(self) -> str | None: ...
    @property
    def codes(self) -> Mapping[str, str | None] | None: ...
    @property
    def dates(self) -> tuple[str, ...]: ...
    @property
    def pseudonym(self) -> str | None: ...
    @property
    def drop(self) -> bool: ...
    @property
    def last_day(self) -> bool: ...
    @property
    def numbers(self) -> str: ...


@dataclass(frozen=True)
class OwnColumn:
    """A column that comes from the raw column of its own name, read in every form we know."""

    raw_columns: tuple[str, ...]
    join: str = ""
    constant: str | None = None
    codes: Mapping[str, str | None] | None = None
    dates: tuple[str, ...] = ("auto",)
    pseudonym: str | None = None
    drop: bool = False
    last_day: bool = False
    numbers: str = "1,234.56"


@dataclass(frozen=True)
class Reading:
    """How texts of one file are read.

    Attributes:
        zone: Time zone that times with an offset are shown in.
        empty: Texts that stand for no value.
        key: Key of the pseudonyms; None where no column needs one.
    """

    zone: str
    empty: tuple[str, ...] = ()
    key: bytes | None = None


def quote(name: str) -> str:
    """Return a name as SQL reads it, whatever characters it has."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def table_columns_sql(table: Table) -> str:
    """Return the columns of the stored table with their types, as CREATE TABLE takes them."""
    columns = {name: SQL_TYPES[column.type] for name, column in table.columns.items()} | dict(HIDDEN_COLUMNS)
    return ", ".join(f"{quote(name)} {of_type}" for name, of_type in columns.items())


def type_texts(
    connection: DuckDBPyConnection,
    texts: str,
    raw_columns: Sequence[str],
    sources: Mapping[str, ColumnOrigin],
    table: Table,
    reading: Reading,
    typed: str,
) -> None:
    """Make the table `typed` from the table `texts`.

    Args:
        texts: Columns `line` and `c0`, `c1`, … with the raw texts.
        raw_columns: The raw column each of `c0`, `c1`, … is.
        sources: Column of ours to where it comes from; columns left out are NULL.
        typed: Columns `line`; per column i of the table `v<i>`, its typed value, and for those mapped `r<i>`,
            its text. One row per row of `texts`.
    """
    places = {name: f"c{index}" for index, name in enumerate(raw_columns)}
    mapped = {index: sources[name] for index, name in enumerate(table.columns) if name in sources}
    parts = [f"{_text_sql(source, places, reading.empty)} AS r{index}" for index, source in mapped.items()]
    trimmed = f"{typed}_texts"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {trimmed} AS SELECT {', '.join(['line', *parts])} FROM {texts}"
    )
    values, joins = ["t.line"], []
    for index, column in enumerate(table.columns.values()):
        of_type = SQL_TYPES[column.type]
        if index not in mapped or mapped[index].drop:
            values.append(f"CAST(NULL AS {of_type}) AS v{index}")
            continue
        value, join = _value_sql(connection, trimmed, index, column, mapped[index], reading)
        values.append(f"CAST({value} AS {of_type}) AS v{index}")
        joins += join
    values += [f"t.r{index}" for index in mapped]
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {typed} AS SELECT {', '.join(values)}"
        f" FROM {trimmed} t {' '.join(joins)}"
    )
    connection.execute(f"DROP TABLE {trimmed}")


def unread_sql(table: Table, sources: Mapping[str, ColumnOrigin]) -> str:
    """Return SQL for the list of columns whose text was there but could not be read, over a typed table."""
    cases = [
        f"CASE WHEN r{index} IS NOT NULL AND v{index} IS NULL THEN {literal(name)} END"
        for index, name in enumerate(table.columns)
        if name in sources and not sources[name].drop and _can_fail(sources[name])
    ]
    if not cases:
        return "CAST([] AS VARCHAR[])"
    return f"list_filter([{', '.join(cases)}], lambda name: name IS NOT NULL)"


def create_typed_table(
    connection: DuckDBPyConnection,
    table: Table,
    rows: Sequence[Mapping[str, object]],
    exported_on: date,
    source: str = "example",
    zone: str = "UTC",
) -> None:
    """Make a table of the dictionary from a few rows, typed and marked as an import would.

    Args:
        connection: Where the table is made, under its own name.
        rows: Values by column name or label; columns not given are NULL, even those a dictionary requires.
        exported_on: Cut-off day of the rows.
        source: What `_source` and `_file` say; `_line` counts the rows from 1.

    Raises:
        KeyError: A row names a column the table does not have.
    """
    name = quote(table.name)
    connection.execute(f"CREATE OR REPLACE TABLE {name} ({table_columns_sql(table)})")
    typed, _ = read_rows(table, rows, exported_on, source, zone)
    insert_rows(connection, table.name, typed)


def read_rows(
    table: Table,
    rows: Sequence[Mapping[str, object]],
    exported_on: date,
    source: str = "example",
    zone: str = "UTC",
) -> tuple[list[tuple[object, ...]], frozenset[str]]:
    """Return rows as the stored table holds them, and the columns of which some value could not be read.

    Raises:
        KeyError: A row names a column the table does not have.
    """
    reading = Reading(zone)
    readers = [
        (one.name, column_reader(one, OwnColumn((one.name,)), reading)) for one in table.columns.values()
    ]
    typed: list[tuple[object, ...]] = []
    unread: set[str] = set()
    for line, row in enumerate(rows, 1):
        named = _by_name(table, row)
        values: list[object] = []
        missed: list[str] = []
        for column, read in readers:
            text = (cell_text(named.get(column)) or "").strip(_BLANKS)
            value = read(text) if text and MARK not in text else None
            if text and value is None:
                missed.append(column)
            values.append(value)
        unread.update(missed)
        typed.append((*values, source, line, source, exported_on, missed))
    return typed, frozenset(unread)


def insert_rows(connection: DuckDBPyConnection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Add rows as `read_rows` gives them to a stored table."""
    if rows:
        places = ", ".join("?" * len(rows[0]))
        connection.executemany(f"INSERT INTO {quote(table)} VALUES ({places})", rows)


def _by_name(table: Table, row: Mapping[str, object]) -> dict[str, object]:
    named = {}
    for word, value in row.items():
        column = table.column_named(word)
        if column is None:
            raise KeyError(word)
        named[column.name] = value
    return named


def arrow_type(column: Column) -> Any:
    """Return the Arrow type of a column's typed values."""
    import pyarrow as pa

    types = {
        "integer": pa.int64(),
        "decimal": pa.decimal128(18, 4),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "timestamp": pa.timestamp("us"),
    }
    return types.get(column.type, pa.string())


def _can_fail(source: ColumnOrigin) -> bool:
    return bool(source.raw_columns) or source.constant is not None


def _text_sql(source: ColumnOrigin, places: Mapping[str, str], empty: tuple[str, ...]) -> str:
    """The text of one column of ours: trimmed, joined or constant; NULL where nothing is written."""
    if source.constant is not None:
        return literal(source.constant)
    if source.drop:
        return "CAST(NULL AS VARCHAR)"
    nothing = tuple(raw for raw, word in (source.codes or {}).items() if word is None)
    parts = [_trimmed_sql(places[name], (*empty, *nothing)) for name in source.raw_columns]
    if len(parts) == 1:
        return parts[0]
    # A part that is missing leaves no whole: an identifier with a hole would meet that of another row.
    return "(" + f" || {literal(source.join)} || ".join(parts) + ")"


def _trimmed_sql(place: str, empty: tuple[str, ...]) -> str:
    trimmed = (
        f"CASE WHEN regexp_matches({place}, '^{_BLANK}|{_BLANK}$') THEN trim({place}, {literal(_BLANKS)})"
        f" ELSE {place} END"
    )
    if not empty:
        return f"nullif({trimmed}, '')"
    words = ", ".join(literal(word) for word in ("", *empty))
    return f"CASE WHEN ({trimmed}) NOT IN ({words}) THEN {trimmed} END"


def _value_sql(
    connection: DuckDBPyConnection,
    texts: str,
    index: int,
    column: Column,
    source: ColumnOrigin,
    reading: Reading,
) -> tuple[str, list[str]]:
    """SQL for one typed value, and the joins it needs."""
    text = f"t.r{index}"
    sound = f"CASE WHEN NOT contains({text}, {literal(MARK)}) THEN {text} END"
    if column.type == "text" and source.codes is None and source.pseudonym is None:
        return sound, []
    if source.codes is not None or column.type in ("code", "boolean") or source.pseudonym is not None:
        return _looked_up(connection, texts, index, column, column_reader(column, source, reading), text, [])
    if column.type in ("integer", "decimal"):
        text = _number_sql(text, source.numbers)
    before, after = _written_dates(column, source, text, reading.zone)
    if column.type in ("date", "timestamp") and "auto" not in source.dates:
        value, joins = _coalesced(before), list[str]()
    else:
        quick = [*before, plain_form(column.type, text)]
        value, joins = _looked_up(
            connection, texts, index, column, column_reader(column, source, reading), text, quick
        )
        value = _coalesced([value, *after])
    if source.last_day:
        value = f"CASE WHEN {value} < DATE '9999-12-31' THEN CAST({value} + 1 AS DATE) END"
    return value, joins


def _number_sql(text: str, written: str) -> str:
    """SQL for a number as `1,234.56` would write it, without the signs that may stand around it."""
    form = read_number_form(written)
    assert form is not None
    if form.before:
        leading = rf"^([+-]?)\s*{re.escape(form.before)}\s*"
        text = rf"regexp_replace({text}, {literal(leading)}, '\1')"
    if form.after:
        trailing = rf"\s*{re.escape(form.after)}$"
        text = f"regexp_replace({text}, {literal(trailing)}, '')"
    if form.marks == "1,234.56":
        return text
    groups = "." if form.marks == "1.234,56" else " \u00a0\u202f"
    return f"translate({text}, {literal(groups + ',')}, {literal(',' * len(groups) + '.')})"


def _coalesced(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"coalesce({', '.join(parts)})"


def _written_dates(column: Column, source: ColumnOrigin, text: str, zone: str) -> tuple[list[str], list[str]]:
    """SQL for the formats tried before and after `auto`."""
    if column.type not in ("date", "timestamp"):
        return [], []
    parts = []
    for form in source.dates:
        parsed = f"try_strptime({text}, {literal(form)})"
        if "%z" in form or "%Z" in form:
            parsed = f"({parsed} AT TIME ZONE {literal(zone)})"
        day = f"CASE WHEN {_YEARS.format(parsed)} THEN CAST({parsed} AS {SQL_TYPES[column.type]}) END"
        parts.append("" if form == "auto" else day)
    at = parts.index("") if "" in parts else len(parts)
    return parts[:at], parts[at + 1 :]


def _looked_up(
    connection: DuckDBPyConnection,
    texts: str,
    index: int,
    column: Column,
    read: Callable[[str], Any],
    text: str,
    quick: list[str],
) -> tuple[str, list[str]]:
    """Read what SQL left unread, once per distinct text, and join it back."""
    import pyarrow as pa

    quick_sql = _coalesced(quick) if quick else "NULL"
    rows = connection.execute(
        f"SELECT DISTINCT {text} FROM {texts} t WHERE {text} IS NOT NULL AND {quick_sql} IS NULL"
    ).fetchall()
    pairs = [(word, read(word)) for (word,) in rows if MARK not in word]
    pairs = [(word, value) for word, value in pairs if value is not None]
    if not pairs:
        return (quick_sql if quick else f"CAST(NULL AS {SQL_TYPES[column.type]})"), []
    name = f"{texts}_k{index}"
    found = pa.table({
        "word": pa.array([word for word, _ in pairs], pa.string()),
        "value": pa.array([value for _, value in pairs], arrow_type(column)),
    })  # fmt: skip
    connection.register("_found", found)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM _found")
    connection.unregister("_found")
    return _coalesced([*quick, f"k{index}.value"]), [f"LEFT JOIN {name} k{index} ON k{index}.word = {text}"]


def column_reader(column: Column, source: ColumnOrigin, reading: Reading) -> Callable[[str], Any]:
    """Return the function that reads one text of a column; None is what it cannot read."""
    if source.pseudonym is not None:
        kind, key = source.pseudonym, reading.key
        assert key is not None
        return lambda text: pseudonym(text, kind, key)
    readers: Mapping[str, Callable[[str], Any]] = {
        "text": lambda text: text,
        "date": lambda text: read_day(text, reading.zone),
        "timestamp": lambda text: read_moment(text, reading.zone),
        "integer": read_whole,
        "decimal": read_decimal,
        "boolean": read_yes_no,
        "code": lambda text: (
            text if text in column.codes else plain(text) if plain(text) in column.codes else None
        ),
    }
    read = readers[column.type]
    if source.codes is None:
        return read
    codes = {plain(raw): word for raw, word in source.codes.items()} | dict(source.codes)

    def read_code(text: str) -> Any:
        word = codes.get(text, codes.get(plain(text)))
        return None if word is None else read(word)

    return read_code
