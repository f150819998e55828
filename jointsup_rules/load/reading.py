"""One export file to raw rows, whatever its format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from jointsup_rules.load.delimited import delimited_rows
from jointsup_rules.load.exports import Export
from jointsup_rules.load.raw import RawRows
from jointsup_rules.load.records import json_rows, parquet_rows
from jointsup_rules.load.workbooks import workbook_rows

if TYPE_CHECKING:
    from jointsup_rules.model.source import Source


@contextmanager
def raw_rows(export: Export, source: Source, wanted: Sequence[str]) -> Iterator[RawRows]:
    """Open an export as its source says.

    Args:
        wanted: Raw columns that are read, by which delimiter and fields are found.

    Raises:
        ProblemsError: The file cannot be read.
    """
    format = export.format if source.format == "auto" else source.format
    if format in ("xlsx", "xls"):
        with workbook_rows(export, source.sheet, source.header_row) as rows:
            yield rows
    elif format == "parquet":
        with parquet_rows(export) as rows:
            yield rows
    elif format == "jsonl":
        with json_rows(export, source.encoding, wanted) as rows:
            yield rows
    else:
        with delimited_rows(export, source.encoding, source.header_row, wanted) as rows:
            yield rows
