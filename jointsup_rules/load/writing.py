"""The settled tables of a dataset, to a folder.

In: tables `t<i>` and `s<i>` and the rejects in DuckDB, and what each source brought. Out: the files of the
dataset, the same to the byte for the same exports, and a check that every row is accounted for.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jointsup_rules.load.dataset import FORMAT, SUPERSEDED
from jointsup_rules.load.rejects import Reject, why_of, write_rejects
from jointsup_rules.load.typing import literal, quote

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from jointsup_rules.model.dictionary import Column, Dictionary, Table

_ROWS_AT_ONCE = 10_000


@dataclass(frozen=True)
class Brought:
    """What one source brought: its entry in the manifest, counts of loaded rows still to come."""

    source: str
    agency: Mapping[str, str]
    exported_on: str
    key_mark: str | None
    files: tuple[Mapping[str, Any], ...]
    tables: Mapping[str, Sequence[str]]


def gather_manifest(
    connection: DuckDBPyConnection, dictionary: Dictionary, name: str, brought: Sequence[Brought]
) -> dict[str, Any]:
    """Return the manifest of the settled tables.

    Raises:
        RuntimeError: The rows of a file do not add up: a fault of this program.
    """
    counts = _file_counts(connection, dictionary)
    sources = []
    for one in brought:
        files = [_counted(file, counts.get((one.source, file["name"]), (0, 0, 0))) for file in one.files]
        entry = {"source": one.source, "agency": one.agency, "exported_on": one.exported_on, "files": files,
                 "tables": {table: list(columns) for table, columns in one.tables.items()}}  # fmt: skip
        sources.append(entry | ({"key_mark": one.key_mark} if one.key_mark else {}))
    tables = {}
    for index, table in enumerate(dictionary.tables.values()):
        deliverers = [one for one in brought if table.name in one.tables]
        if deliverers:
            tables[table.name] = _table_entry(connection, index, table, deliverers)
    cut_off = max(one.exported_on for one in brought)
    return {"format": FORMAT, "name": name, "cut_off": cut_off, "sources": sources, "tables": tables}


def _counted(file: Mapping[str, Any], counts: tuple[int, int, int]) -> dict[str, Any]:
    """A file's entry with its counts, which must add up."""
    n_loaded, n_rejected, n_unread = counts
    if file["rows_in"] != n_loaded + n_rejected + file["rows_left_out"]:
        raise RuntimeError(
            f"{file['name']}: {file['rows_in']} rows in, but {n_loaded} loaded, {n_rejected} rejected"
            f" and {file['rows_left_out']} left out"
        )
    return {**file, "rows_loaded": n_loaded, "rows_rejected": n_rejected, "values_unread": n_unread}


def _file_counts(
    connection: DuckDBPyConnection, dictionary: Dictionary
) -> dict[tuple[str, str], tuple[int, int, int]]:
    """(source, file) to rows loaded into any table, rows rejected from all, values unread in loaded rows."""
    parts = [
        f"SELECT _source, _file, _line, len(_unread) AS n FROM t{index}"
        for index in range(len(dictionary.tables))
    ]
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE loaded AS SELECT _source, _file, _line, sum(n) AS n FROM ("
        f"{' UNION ALL '.join(parts)}) GROUP BY ALL"
    )
    rows = connection.execute(
        "SELECT source, file, sum(is_loaded)::BIGINT, sum(1 - is_loaded)::BIGINT, sum(n)::BIGINT FROM ("
        " SELECT _source AS source, _file AS file, _line AS line, 1 AS is_loaded, n FROM loaded UNION ALL"
        " SELECT DISTINCT source, file, line, 0, 0 FROM rejects r WHERE whole_row AND NOT EXISTS"
        "  (FROM loaded WHERE _source = r.source AND _file = r.file AND _line = r.line)) GROUP BY ALL"
    ).fetchall()
    return {
        (source, file): (n_loaded, n_rejected, n_unread)
        for source, file, n_loaded, n_rejected, n_unread in rows
    }


def _table_entry(
    connection: DuckDBPyConnection, index: int, table: Table, deliverers: Sequence[Brought]
) -> dict[str, Any]:
    n_rows = connection.execute(f"SELECT count(*) FROM t{index}").fetchone()
    assert n_rows is not None
    unread = connection.execute(
        f"SELECT name, count(*) FROM (SELECT unnest(_unread) AS name FROM t{index}) GROUP BY name"
    ).fetchall()
    mapped = {column for one in deliverers for column in one.tables[table.name]}
    counted = dict(unread)
    return {
        "rows": n_rows[0],
        "sources": [one.source for one in deliverers],
        "cut_off": min(one.exported_on for one in deliverers),
        "columns": [name for name in table.columns if name in mapped],
        "unread": {name: counted[name] for name in table.columns if name in counted},
    }


def gather_profile(
    connection: DuckDBPyConnection, dictionary: Dictionary, manifest: Mapping[str, Any]
) -> dict[str, Any]:
    """Return per delivered column how it is filled; of personal data only how often."""
    unknown = connection.execute(
        "SELECT table_name, column_name, value, count(*) FROM rejects WHERE why = ?"
        " GROUP BY ALL ORDER BY ALL",
        [why_of("unknown_code")],
    ).fetchall()
    tables = {}
    for index, table in enumerate(dictionary.tables.values()):
        if table.name not in manifest["tables"]:
            continue
        columns = {}
        for name in manifest["tables"][table.name]["columns"]:
            codes = {
                value: n for in_table, column, value, n in unknown if (in_table, column) == (table.name, name)
            }
            columns[name] = _profiled(connection, index, table.columns[name]) | {"unknown_codes": codes}
        tables[table.name] = {"rows": manifest["tables"][table.name]["rows"], "columns": columns}
    return {"format": FORMAT, "tables": tables}


def _profiled(connection: DuckDBPyConnection, index: int, column: Column) -> dict[str, Any]:
    name = quote(column.name)
    ends = (
        "NULL, NULL"
        if column.sensitivity == "S2"
        else f"CAST(min({name}) AS VARCHAR), CAST(max({name}) AS VARCHAR)"
    )
    row = connection.execute(f"SELECT count({name}), count(DISTINCT {name}), {ends} FROM t{index}").fetchone()
    assert row is not None
    return dict(zip(("filled", "distinct", "min", "max"), row, strict=True))


def gather_rejects(connection: DuckDBPyConnection) -> Iterator[Reject]:
    """Yield every reject, by source, file, line and place in the row."""
    columns = "file, line, source, table_name, column_name, value, why, fix, whole_row"
    cursor = connection.cursor()
    cursor.execute(
        f"SELECT {columns} FROM rejects ORDER BY source, file, line, table_name, column_name, value, why, fix"
    )
    while rows := cursor.fetchmany(_ROWS_AT_ONCE):
        for row in rows:
            yield Reject(*row)


def write_dataset(
    connection: DuckDBPyConnection,
    dictionary: Dictionary,
    manifest: Mapping[str, Any],
    profile: Mapping[str, Any],
    folder: Path,
) -> None:
    """Write the files of a dataset into an empty folder."""
    # One thread writes row groups in one order, and so the same bytes.
    connection.execute("SET threads = 1")
    for index, table in enumerate(dictionary.tables.values()):
        if table.name in manifest["tables"]:
            _write_table(connection, f"t{index}", table, folder / f"{table.name}.parquet")
        if connection.execute(f"SELECT 1 FROM s{index} LIMIT 1").fetchone():
            (folder / SUPERSEDED).mkdir(exist_ok=True)
            _write_table(connection, f"s{index}", table, folder / SUPERSEDED / f"{table.name}.parquet")
    write_rejects(folder / "rejects.csv", gather_rejects(connection))
    for name, value in (("profile.json", profile), ("manifest.json", manifest)):
        text = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
        (folder / name).write_text(text, "utf-8", newline="\n")


def _write_table(connection: DuckDBPyConnection, rows: str, table: Table, path: Path) -> None:
    words = dict.fromkeys([*table.cluster, *table.key_columns, "_source", "_file", "_line"])
    order = ", ".join(f"{quote(word)} NULLS LAST" for word in words)
    sorted_rows = f"SELECT * FROM {rows} ORDER BY {order}"
    connection.execute(f"COPY ({sorted_rows}) TO {literal(str(path))} (FORMAT parquet, COMPRESSION zstd)")
