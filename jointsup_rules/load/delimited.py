"""CSV and its kin: text lines to rows, with the line each begins on.

In: an export and its encoding. Out: RawRows. Python's csv reads the records, since it alone says on which
line of the file a record with line breaks inside quotes began. The delimiter is the one under which the
header has most of the columns the source reads.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice

from jointsup_rules import limits
from jointsup_rules.load.encodings import encoding_name, find_encoding, text_lines
from jointsup_rules.load.exports import Export, opened, unusable
from jointsup_rules.load.raw import BadRow, RawRows, Row, find_columns
from jointsup_rules.problems import Text

_DELIMITERS = (",", "\t", ";", "|")
_HEADER_LINES = 40
_END_OF_FILE = "\x1a"


@contextmanager
def delimited_rows(
    export: Export, encoding: str, header_row: int, wanted: Sequence[str]
) -> Iterator[RawRows]:
    """Open a text file of rows.

    Args:
        encoding: An encoding or `auto`.
        header_row: Line of the header, from 1.
        wanted: Names of the columns that are read.

    Raises:
        ProblemsError: Bytes, lines or quotes that make the file unreadable. A row that cannot be read is a
            BadRow instead.
    """
    codec = find_encoding(export, encoding)
    # A field may be as long as a line may; the csv module's own bound is far below that.
    csv.field_size_limit(limits.LINE_BYTES)
    with opened(export) as stream:
        lines = text_lines(export, stream, codec)
        above = list(islice(lines, header_row - 1))
        first = list(islice(lines, _HEADER_LINES))
        if not first:
            what = Text(
                f"没有第 {header_row} 行，找不到表头", f"there is no line {header_row} to hold the header"
            )
            raise unusable("JR113", export.shown, what, fix=Text("核对 header_row", "check header_row"))
        delimiter = "\t" if export.format == "tsv" else _best_delimiter(first, wanted)
        records = _records(export, chain(first, lines), delimiter, len(above))
        header_line, header = next(
            ((line, row) for line, row in _only_rows(records) if any(row)), (header_row, [])
        )
        rows = _rows(records, len(header))
        near = _first_rows([*above[-_HEADER_LINES:], *first], max(0, len(above) - _HEADER_LINES))
        yield RawRows(tuple(header), header_line, rows, encoding_name(codec), near)


def _best_delimiter(first: Sequence[str], wanted: Sequence[str]) -> str:
    """The one that finds most columns of the source; of equals the one with most columns, then the usual."""
    scores = []
    for delimiter in _DELIMITERS:
        try:
            header = next((row for row in csv.reader(first, delimiter=delimiter) if row), [])
        except csv.Error:
            header = []
        scores.append((len(find_columns(header, wanted)), len(header)))
    return _DELIMITERS[scores.index(max(scores))]


def _first_rows(lines: Sequence[str], n_before: int) -> list[tuple[int, Row]]:
    """The first lines cut at each delimiter, for a header that is not where it was looked for."""
    rows: list[tuple[int, Row]] = []
    for delimiter in _DELIMITERS:
        reader = csv.reader(lines, delimiter=delimiter)
        line = 1
        try:
            for row in reader:
                rows.append((n_before + line, row))
                line = reader.line_num + 1
        except csv.Error:
            continue
    return rows


def _records(
    export: Export, lines: Iterator[str], delimiter: str, n_above: int
) -> Iterator[tuple[int, list[str]] | BadRow]:
    """(line, values) of each record."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    line = n_above
    while True:
        begins_on = line + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            line = n_above + reader.line_num
            if "unexpected end" in str(error) or "field limit" in str(error):
                raise unusable(
                    "JR114",
                    export.shown,
                    Text(
                        "引号从这一行打开，直到文件结束也没有闭合",
                        "a quote opened on this line is never closed",
                    ),
                    Text(
                        "文件被截断，或这一行多了引号",
                        "the file is cut off, or the line has a quote too many",
                    ),
                    Text("重新导出；其后的行都不可信", "export it again; no row behind it can be trusted"),
                    line=begins_on,
                ) from error
            yield BadRow(begins_on, "bad_quotes", "")
            continue
        line = n_above + reader.line_num
        yield begins_on, row


def _only_rows(records: Iterator[tuple[int, list[str]] | BadRow]) -> Iterator[tuple[int, list[str]]]:
    for record in records:
        if not isinstance(record, BadRow):
            yield record


def _rows(
    records: Iterator[tuple[int, list[str]] | BadRow], n_columns: int
) -> Iterator[tuple[int, Row] | BadRow]:
    """The records that are rows: as wide as the header, blank ones left out."""
    for record in records:
        if isinstance(record, BadRow):
            yield record
            continue
        line, row = record
        if len(row) != n_columns:
            if not any(row) or row == [_END_OF_FILE]:
                continue
            # A delimiter at the end of each row adds an empty value and loses nothing.
            if len(row) < n_columns or any(value.strip() for value in row[n_columns:]):
                yield BadRow(line, "ragged", f"{len(row)} ≠ {n_columns}")
                continue
            row = row[:n_columns]
        elif not any(row):
            continue
        yield line, row
