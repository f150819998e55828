"""JSON lines and Parquet: records with named fields to rows of texts.

In: an export and the fields its source reads. Out: RawRows with those fields as header. Numbers of JSON are
kept as written, so that a long one loses no digit.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from jointsup_rules.load.cells import cell_text
from jointsup_rules.load.encodings import encoding_name, find_encoding, text_lines
from jointsup_rules.load.exports import Export, opened, unusable
from jointsup_rules.load.raw import BadRow, RawRows, Row
from jointsup_rules.problems import Text

_BATCH_ROWS = 50_000


@contextmanager
def json_rows(export: Export, encoding: str, wanted: Sequence[str]) -> Iterator[RawRows]:
    """Open a file with one JSON object a line.

    Raises:
        ProblemsError: It is not text, or one JSON value over many lines.
    """
    codec = find_encoding(export, encoding)
    with opened(export) as stream:
        fields = _fields(export, codec)
        header = [name for name in wanted if name in fields] + sorted(fields - set(wanted))
        rows = _json_records(text_lines(export, stream, codec), header)
        yield RawRows(tuple(header), 0, rows, encoding_name(codec))


def _fields(export: Export, codec: str) -> set[str]:
    """The names of all fields of a file: one no record has is missing, one some lack is empty there."""
    fields: set[str] = set()
    with opened(export) as stream:
        for index, line in enumerate(text_lines(export, stream, codec)):
            if index == 0 and line.lstrip().startswith("["):
                what = Text("这是一个 JSON 列表，不是每行一个对象", "a JSON list, not one object a line")
                fix = Text("导出为 JSON lines 或 CSV", "export it as JSON lines or CSV")
                raise unusable("JR122", export.shown, what, fix=fix)
            record = _record(line)
            if isinstance(record, dict):
                fields |= record.keys()
    return fields


def _json_records(lines: Iterator[str], header: Sequence[str]) -> Iterator[tuple[int, Row] | BadRow]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        record = _record(line)
        if record is None:
            yield BadRow(number, "bad_json", "")
            continue
        row = [cell_text(record.get(name)) for name in header]
        if any(row):
            yield number, row


def _record(line: str) -> dict[str, Any] | None:
    """The object of a line; None for anything else."""
    try:
        record = json.loads(
            line, parse_float=str, parse_int=str, parse_constant=_refuse, object_pairs_hook=_without_twins
        )
        # Half of a pair of surrogates is no character, and no file can hold it.
        line.encode() if "\\u" not in line else json.dumps(record, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def _refuse(word: str) -> Any:
    raise ValueError(word)


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) != len(pairs):
        raise ValueError("a key is given twice")
    return record


@contextmanager
def parquet_rows(export: Export) -> Iterator[RawRows]:
    """Open a Parquet file; `line` counts its rows from 1.

    Raises:
        ProblemsError: The file cannot be read.
    """
    import pyarrow as pa
    from pyarrow import parquet

    with opened(export) as stream:
        try:
            # An archive's entry cannot be read backwards, as Parquet must be.
            source = stream if export.member is None else pa.BufferReader(stream.read())
            file = parquet.ParquetFile(source)
        except (pa.ArrowException, OSError) as error:
            what = Text("Parquet 文件打不开", "the Parquet file cannot be opened")
            raise unusable("JR122", export.shown, what, fix=Text("重新导出", "export it again")) from error
        header = tuple(file.schema_arrow.names)
        yield RawRows(header, 0, _parquet_records(export, file), "")


def _parquet_records(export: Export, file: Any) -> Iterator[tuple[int, Row]]:
    import pyarrow as pa

    line = 0
    try:
        for batch in file.iter_batches(batch_size=_BATCH_ROWS):
            columns = [_values(column) for column in batch.columns]
            for row in zip(*columns, strict=True):
                line += 1
                if any(row):
                    yield line, row
    except (pa.ArrowException, OSError) as error:
        what = Text("Parquet 文件已损坏", "the Parquet file is damaged")
        raise unusable(
            "JR122", export.shown, what, fix=Text("重新导出", "export it again"), line=line + 1
        ) from error


def _values(column: Any) -> list[str | None]:
    """One column of a batch as texts."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        column = pc.cast(column, pa.timestamp("us", column.type.tz), safe=False)
    return [cell_text(value) for value in column.to_pylist()]
