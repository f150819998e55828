"""One export into the tables it fills.

In: an export, its source, the dictionary. Out: typed rows in the pool of each table, one line per row or
value that was refused, and counts that add up. The pool of table i is `p<i>`: the dictionary's columns,
then the hidden ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from jointsup_rules import limits
from jointsup_rules.load.cells import MARK
from jointsup_rules.load.exports import Export, digest, unusable
from jointsup_rules.load.forms import read_day
from jointsup_rules.load.raw import BadRow, RawRows, check_columns, find_columns
from jointsup_rules.load.reading import raw_rows
from jointsup_rules.load.rejects import MARKED_REASONS, MASKED, REASONS, Reject, fix_of, why_of
from jointsup_rules.load.staging import Staged, stage_rows
from jointsup_rules.load.typing import Reading, literal, type_texts, unread_sql
from jointsup_rules.problems import Text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from jointsup_rules.model.dictionary import Column, Dictionary, Table
    from jointsup_rules.model.source import ColumnSource, Source

_REASON_OF_TYPE = {
    "date": "no_date", "timestamp": "no_time", "integer": "no_whole", "decimal": "no_number",
    "boolean": "no_yes_no", "code": "unknown_code", "text": "control_character",
}  # fmt: skip


@dataclass(frozen=True)
class LoadedFile:
    """What became of one export; rows loaded are counted once all rows of a dataset are there."""

    source: str
    name: str
    sha256: str
    n_bytes: int
    encoding: str
    exported_on: date
    n_in: int
    n_left_out: int
    notes: tuple[Text, ...]


def open_pools(connection: DuckDBPyConnection) -> None:
    """Make the table that takes every reject of an import."""
    connection.execute(
        "CREATE TABLE rejects (file VARCHAR, line BIGINT, source VARCHAR, table_name VARCHAR,"
        " column_name VARCHAR, value VARCHAR, why VARCHAR, fix VARCHAR, whole_row BOOLEAN)"
    )
    connection.execute("CREATE TABLE reasons (reason VARCHAR, why VARCHAR, fix VARCHAR)")
    connection.executemany(
        "INSERT INTO reasons VALUES (?, ?, ?)",
        [[reason, why_of(reason), fix_of(reason)] for reason in REASONS],
    )


def add_rejects(connection: DuckDBPyConnection, rejects: Iterable[Reject]) -> None:
    """Put lines into the table of rejects."""
    import pyarrow as pa

    rows = list(rejects)
    if not rows:
        return
    types = (pa.string(), pa.int64(), *(pa.string(),) * 6, pa.bool_())
    columns = [
        pa.array(values, of_type) for values, of_type in zip(zip(*rows, strict=True), types, strict=True)
    ]
    connection.register("_rejects", pa.table(columns, names=list(Reject._fields)))
    connection.execute("INSERT INTO rejects SELECT * FROM _rejects")
    connection.unregister("_rejects")


def load_export(
    connection: DuckDBPyConnection,
    dictionary: Dictionary,
    source: Source,
    export: Export,
    key: bytes | None,
    exported_on: date | None,
    progress: Callable[[str], None],
) -> LoadedFile:
    """Add the rows of one export to the pools.

    Args:
        key: Key of the pseudonyms; needed where the source makes any.
        exported_on: Cut-off day given for this import; it stands before what the source says.

    Raises:
        ProblemsError: The file cannot be used; nothing of it is to be kept.
    """
    day_column = None if exported_on else source.exported_on.column
    wanted = _wanted(source, day_column)
    with raw_rows(export, source, list(wanted)) as raw:
        check_columns(export, raw, wanted)
        places = find_columns(raw.header, list(wanted))
        keep = source.row_filter(raw.header)
        progress(export.name)
        staged = stage_rows(
            connection,
            raw,
            [places[name] for name in wanted],
            keep,
            "texts",
            lambda n_rows: progress(f"{export.name}: {n_rows:,}"),
        )
    day = exported_on or _exported_on(connection, dictionary, source, export, wanted)
    for name, columns in source.tables.items():
        _load_table(connection, dictionary, source, export, name, columns, list(wanted), day, key)
    add_rejects(connection, [_bad_row(export, source, bad) for bad in staged.bad])
    return _loaded(source, export, raw, staged, day, wanted)


def _wanted(source: Source, day_column: str | None) -> dict[str, str]:
    """Raw columns the source reads, each with the place in the source file that names it."""
    wanted: dict[str, str] = {}
    for columns in source.tables.values():
        for column in columns.values():
            for name in () if column.drop else column.raw_columns:
                place = source.document.place(column.loc)
                wanted.setdefault(name, f"{place.path}:{place.line}")
    if day_column is not None:
        place = source.document.place(("exported_on",))
        wanted.setdefault(day_column, f"{place.path}:{place.line}")
    return wanted


def _exported_on(
    connection: DuckDBPyConnection,
    dictionary: Dictionary,
    source: Source,
    export: Export,
    wanted: dict[str, str],
) -> date:
    """The cut-off day, as the source says where it is to be found."""
    given = source.exported_on
    if given.day is not None:
        return given.day
    if given.from_file_name is not None:
        for name in export.names:
            found = connection.execute(
                "SELECT regexp_extract(?, ?, 1)", [name, given.from_file_name]
            ).fetchone()
            day = read_day(found[0], dictionary.timezone) if found and found[0] else None
            if day is not None:
                return day
        what = Text("文件名里找不到导出日", "the file's name does not hold the day it was exported")
        fix = Text("改文件名，或用 --exported-on 给出", "rename it, or give the day with --exported-on")
        raise unusable("JR117", export.shown, what, fix=fix)
    if given.column is not None:
        place = list(wanted).index(given.column)
        words = connection.execute(f"SELECT DISTINCT c{place} FROM texts WHERE c{place} <> ''").fetchall()
        days = [day for (word,) in words if (day := read_day(word, dictionary.timezone)) is not None]
        if days:
            return max(days)
        what = Text(f"列 '{given.column}' 里没有导出日", f"column '{given.column}' holds no day of export")
        raise unusable(
            "JR117", export.shown, what, fix=Text("用 --exported-on 给出", "give it with --exported-on")
        )
    what = Text("不知道导出到哪一天", "the day of export is not known")
    why = Text("导出日之后的事这份数据看不到", "what happened after it cannot be in the data")
    fix = Text(
        "用 --exported-on 给出，或在来源里写 exported_on", "give it with --exported-on, or in the source"
    )
    raise unusable("JR117", export.shown, what, why, fix)


def _load_table(
    connection: DuckDBPyConnection,
    dictionary: Dictionary,
    source: Source,
    export: Export,
    name: str,
    columns: Mapping[str, ColumnSource],
    raw_columns: list[str],
    day: date,
    key: bytes | None,
) -> None:
    """Type the staged texts for one table; sound rows into its pool, the others to the rejects."""
    table = dictionary.tables[name]
    reading = Reading(dictionary.timezone, source.empty, key)
    type_texts(connection, "texts", raw_columns, columns, table, reading, "typed")
    order = {column: index for index, column in enumerate(table.columns)}
    lacks = " OR ".join(f"v{order[column]} IS NULL" for column in sorted(table.required)) or "false"
    values = [f"v{index}" for index in order.values()]
    hidden = [literal(export.name), "line", literal(source.name), f"DATE '{day}'", unread_sql(table, columns)]
    pool = f"p{list(dictionary.tables).index(name)}"
    connection.execute(
        f"INSERT INTO {pool} SELECT {', '.join(values + hidden)} FROM typed WHERE NOT ({lacks}) ORDER BY line"
    )
    for column_name, origin in columns.items():
        if column_name not in order or origin.drop:
            continue
        column, index = table.columns[column_name], order[column_name]
        _reject_values(connection, source, export, table, column, origin, index, lacks)
    connection.execute("DROP TABLE typed")


def _reject_values(
    connection: DuckDBPyConnection,
    source: Source,
    export: Export,
    table: Table,
    column: Column,
    origin: ColumnSource,
    index: int,
    lacks: str,
) -> None:
    """One line for each value of a column that could not be read, or is missing where it must not be."""
    is_refused = f"v{index} IS NULL" + ("" if column.name in table.required else f" AND r{index} IS NOT NULL")
    marked = " ".join(
        f"WHEN contains(r{index}, {literal(MARK + letter)}) THEN {literal(reason)}"
        for letter, reason in MARKED_REASONS.items()
    )
    unread = "unknown_code" if origin.codes is not None else _REASON_OF_TYPE[column.type]
    reason = f"CASE WHEN r{index} IS NULL THEN 'required_empty' {marked} ELSE {literal(unread)} END"
    is_masked = column.sensitivity == "S2" or origin.pseudonym is not None
    plain = f"regexp_replace(coalesce(r{index}, ''), '\\x1a[nems]', '', 'g')"
    bound = limits.VALUE_CHARACTERS
    short = (
        f"CASE WHEN length({plain}) > {bound} THEN substr({plain}, 1, {bound - 1}) || '…' ELSE {plain} END"
    )
    value = f"CASE WHEN r{index} IS NULL THEN '' ELSE {literal(MASKED) if is_masked else short} END"
    names = ", ".join(literal(word) for word in (source.name, table.name, column.name))
    values = f"{value} AS value, {reason} AS reason, ({lacks}) AS whole_row"
    refused = f"SELECT line, {values} FROM typed WHERE {is_refused}"
    connection.execute(
        f"INSERT INTO rejects SELECT {literal(export.name)}, line, {names}, value, k.why, k.fix, whole_row"
        f" FROM ({refused}) JOIN reasons k USING (reason)"
    )


def _bad_row(export: Export, source: Source, bad: BadRow) -> Reject:
    return Reject(
        export.name, bad.line, source.name, "", "", bad.value, why_of(bad.reason), fix_of(bad.reason), True
    )


def _loaded(
    source: Source, export: Export, raw: RawRows, staged: Staged, day: date, wanted: dict[str, str]
) -> LoadedFile:
    notes = list(raw.notes)
    unused = [name.strip() for name in raw.header if name.strip() and name not in wanted]
    if unused:
        listed = ", ".join(unused[:20]) + ("…" if len(unused) > 20 else "")
        notes.append(Text(f"未用的列：{listed}", f"columns not used: {listed}"))
    if staged.n_in == 0:
        notes.append(Text("只有表头，没有数据行", "a header and no rows"))
    return LoadedFile(
        source=source.name,
        name=export.name,
        sha256=digest(export),
        n_bytes=export.size,
        encoding=raw.encoding,
        exported_on=day,
        n_in=staged.n_in,
        n_left_out=staged.n_left_out,
        notes=tuple(notes),
    )
