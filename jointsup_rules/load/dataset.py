"""The dataset folder: what was there before, and the new state in its place.

In: pools of typed rows, old and new. Out: Parquet files, `rejects.csv`, `profile.json`, `manifest.json`. Of
rows with one key the later export stands. One that gave way to another agency's is kept aside in
`superseded/`, so that it comes back when the other is replaced by an export without it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jointsup_rules.load.exports import unusable
from jointsup_rules.load.loading import add_rejects
from jointsup_rules.load.rejects import (
    Reject,
    fix_of,
    read_rejects,
    shortened,
    why_of,
)
from jointsup_rules.load.typing import HIDDEN_COLUMNS, SQL_TYPES, literal, quote, table_columns_sql
from jointsup_rules.problems import Text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from jointsup_rules.model.dictionary import Dictionary, Table

FORMAT = 1
SUPERSEDED = "superseded"


@dataclass(frozen=True)
class Former:
    """A dataset as it was before an import."""

    folder: Path
    manifest: Mapping[str, Any]

    def files(self, source: str) -> tuple[Mapping[str, Any], ...]:
        """The entries of a source's files; empty where it brought none."""
        return next((tuple(one["files"]) for one in self.manifest["sources"] if one["source"] == source), ())


def read_former(folder: Path) -> Former | None:
    """Return the dataset in a folder, None where there is none.

    Raises:
        ProblemsError: The folder holds something else, or a dataset of a later version.
    """
    if not folder.exists():
        return None
    try:
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        is_known = manifest["format"] == FORMAT and isinstance(manifest["sources"], list)
    except (OSError, ValueError, KeyError, TypeError):
        is_known = False
    if not is_known:
        what = Text(
            "文件夹已存在，但不是本程序能读的数据集",
            "the folder is there, but is no dataset this program can read",
        )
        fix = Text("换一个数据集名称，或先移走它", "choose another name, or move it away first")
        raise unusable("JR119", str(folder), what, fix=fix)
    return Former(folder, manifest)


def take_former(
    connection: DuckDBPyConnection, dictionary: Dictionary, former: Former, kept: Sequence[str]
) -> None:
    """Put the rows and rejects of the sources that stay into the pools.

    Raises:
        ProblemsError: The dictionary has lost a table or changed a type since.
    """
    names = ", ".join(literal(name) for name in kept)
    _check_tables(dictionary, former, kept)
    aside: set[tuple[str, str, int, str]] = set()
    for index, table in enumerate(dictionary.tables.values()):
        for path in (
            former.folder / f"{table.name}.parquet",
            former.folder / SUPERSEDED / f"{table.name}.parquet",
        ):
            if not path.exists() or not kept:
                continue
            _check_types(connection, table, path)
            rows = f"(SELECT * FROM read_parquet({literal(str(path))}) WHERE _source IN ({names}))"
            connection.execute(f"INSERT INTO p{index} BY NAME {_known_columns(connection, table, rows)}")
            if path.parent.name == SUPERSEDED:
                found = connection.execute(f"SELECT _source, _file, _line FROM {rows}").fetchall()
                aside |= {(source, file, line, table.name) for source, file, line in found}
    repeated = why_of("duplicate_key")
    rejects = former.folder / "rejects.csv"
    if rejects.exists() and kept:
        # Whether a row set aside still gives way is found anew.
        add_rejects(
            connection,
            (
                reject
                for reject in read_rejects(rejects)
                if reject.source in kept
                and not (
                    reject.why == repeated
                    and (reject.source, reject.file, reject.line, reject.table) in aside
                )
            ),
        )


def _check_tables(dictionary: Dictionary, former: Former, kept: Sequence[str]) -> None:
    """What a source brought for a table that is no longer known must not vanish unsaid."""
    for one in former.manifest["sources"]:
        gone = [name for name in one["tables"] if name not in dictionary.tables]
        if one["source"] in kept and gone:
            source, names = one["source"], ", ".join(gone)
            what = Text(
                f"来源 '{source}' 的表 {names} 已不在字典里",
                f"the dictionary no longer has {names}, which source '{source}' filled",
            )
            fix = Text(f"同时重新导入来源 '{source}'", f"import source '{source}' anew along with this one")
            raise unusable("JR119", str(former.folder), what, fix=fix)


def _known_columns(connection: DuckDBPyConnection, table: Table, rows: str) -> str:
    """Those columns of stored rows that the dictionary still has."""
    stored = [name for name, *_ in connection.execute(f"DESCRIBE SELECT * FROM {rows}").fetchall()]
    known = [quote(name) for name in stored if name in table.columns or name in HIDDEN_COLUMNS]
    return f"SELECT {', '.join(known)} FROM {rows}"


def _check_types(connection: DuckDBPyConnection, table: Table, path: Path) -> None:
    stored = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({literal(str(path))})").fetchall()
    for name, of_type, *_ in stored:
        if name in table.columns and SQL_TYPES[table.columns[name].type] != of_type:
            expected = SQL_TYPES[table.columns[name].type]
            what = Text(
                f"列 '{table.name}.{name}' 的类型已由 {of_type} 改为 {expected}",
                f"column '{table.name}.{name}' was {of_type} and is {expected} now",
            )
            fix = Text("把各来源重新导入到新的数据集", "import every source anew into another dataset")
            raise unusable("JR119", str(path), what, fix=fix)


def open_pool(connection: DuckDBPyConnection, index: int, table: Table) -> None:
    """Make the empty pool of a table."""
    connection.execute(f"CREATE TABLE p{index} ({table_columns_sql(table)})")


def settle_keys(connection: DuckDBPyConnection, index: int, table: Table) -> None:
    """Split a pool into `t<index>`, one row per key, and `s<index>`, rows that gave way to another source's.

    Of rows with one key the one of the later cut-off day stands, then the first by source, file and line.
    """
    hidden = ", ".join(quote(name) for name in HIDDEN_COLUMNS)
    if not table.key or table.key == "line":
        connection.execute(f"ALTER TABLE p{index} RENAME TO t{index}")
        connection.execute(f"CREATE TABLE s{index} AS SELECT * FROM t{index} LIMIT 0")
        return
    keys = ", ".join(quote(name) for name in table.key_columns)
    twice = f"SELECT {keys} FROM p{index} GROUP BY {keys} HAVING count(*) > 1"
    rivals = (
        "SELECT p.*, row_number() OVER w AS _rank, first(_file) OVER w AS _by_file,"
        f" first(_line) OVER w AS _by_line, first(_source) OVER w AS _by_source"
        f" FROM p{index} p SEMI JOIN ({twice}) USING ({keys})"
        f" WINDOW w AS (PARTITION BY {keys} ORDER BY _cut_off DESC, _source, _file, _line"
        " ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)"
    )
    connection.execute(f"CREATE TABLE s{index} AS SELECT * FROM ({rivals}) WHERE _rank > 1")
    add_rejects(connection, _repeated(connection, index, table))
    connection.execute(
        f"CREATE TABLE t{index} AS SELECT * FROM p{index} ANTI JOIN s{index} USING (_source, _file, _line)"
    )
    connection.execute(f"DROP TABLE p{index}")
    connection.execute(f"DELETE FROM s{index} WHERE _source = _by_source")
    columns = ", ".join([*(quote(name) for name in table.columns), hidden])
    connection.execute(f"CREATE TABLE kept AS SELECT {columns} FROM s{index}")
    connection.execute(f"DROP TABLE s{index}")
    connection.execute(f"ALTER TABLE kept RENAME TO s{index}")


def _repeated(connection: DuckDBPyConnection, index: int, table: Table) -> Iterator[Reject]:
    """A reject for each row whose key another row holds, naming that row."""
    is_masked = any(table.columns[name].sensitivity == "S2" for name in table.key_columns)
    parts = [f"CAST({quote(name)} AS VARCHAR)" for name in table.key_columns]
    value = literal("＊＊＊") if is_masked else " || '|' || ".join(parts)
    rows = connection.execute(
        f"SELECT _file, _line, _source, {value}, _by_file, _by_line FROM s{index}"
        " ORDER BY _source, _file, _line"
    ).fetchall()
    why, column = why_of("duplicate_key"), ", ".join(table.key_columns)
    for file, line, source, key, by_file, by_line in rows:
        fix = fix_of("duplicate_key", file=by_file, line=by_line)
        yield Reject(file, line, source, table.name, column, shortened(key), why, fix, True)
