"""Raw rows into DuckDB, as texts.

In: the raw rows of one export. Out: a table `line, c0, c1, …` of the columns its source reads, and the
count of every row: staged, left out by the source's filter, or bad. Rows go in batches, so that memory does
not grow with the file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jointsup_rules.load.raw import BadRow, RawRows, Row

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_BATCH_ROWS = 50_000


@dataclass(frozen=True)
class Staged:
    """What became of the rows of one export: n_in = n_staged + n_left_out + len(bad)."""

    n_in: int
    n_staged: int
    n_left_out: int
    bad: tuple[BadRow, ...]


def stage_rows(
    connection: DuckDBPyConnection,
    raw: RawRows,
    places: Sequence[int],
    keep: Callable[[Row], bool] | None,
    texts: str,
    progress: Callable[[int], None],
) -> Staged:
    """Make the table `texts` of the columns at `places` of the raw rows.

    Args:
        keep: Which rows are ours; None for all.
        progress: Called with the number of rows so far.

    Raises:
        ProblemsError: The file turns out unreadable on the way.
    """
    columns = ", ".join(["line BIGINT", *(f"c{index} VARCHAR" for index in range(len(places)))])
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {texts} ({columns})")
    bad: list[BadRow] = []
    lines: list[int] = []
    rows: list[Row] = []
    n_staged = n_left_out = 0
    for record in raw.rows:
        if isinstance(record, BadRow):
            bad.append(record)
            continue
        line, row = record
        if keep is not None and not keep(row):
            n_left_out += 1
            continue
        lines.append(line)
        rows.append(row)
        if len(rows) == _BATCH_ROWS:
            _insert(connection, texts, lines, rows, places)
            n_staged += len(rows)
            lines, rows = [], []
            progress(n_staged)
    _insert(connection, texts, lines, rows, places)
    n_staged += len(rows)
    return Staged(n_staged + n_left_out + len(bad), n_staged, n_left_out, tuple(bad))


def _insert(
    connection: DuckDBPyConnection, texts: str, lines: list[int], rows: list[Row], places: Sequence[int]
) -> None:
    """One batch of rows, turned to columns."""
    if not rows:
        return
    import pyarrow as pa

    columns = list(zip(*rows, strict=True))
    arrays = {"line": pa.array(lines, pa.int64())}
    for index, place in enumerate(places):
        arrays[f"c{index}"] = pa.array(columns[place], pa.string())
    connection.register("_batch", pa.table(arrays))
    connection.execute(f"INSERT INTO {texts} SELECT * FROM _batch")
    connection.unregister("_batch")
