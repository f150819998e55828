"""Rows and values that could not be read: why, and what to do about each.

In: places of rows. Out: `rejects.csv`, one line per value (or whole row) that was refused. A why is the
same for all of its kind, so that they can be counted together; what is particular stands in the value and
the fix.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from jointsup_rules import limits
from jointsup_rules.problems import Text

COLUMNS = ("file", "line", "source", "table", "column", "value", "why", "fix", "whole_row")
MASKED = "＊＊＊"

_REASONS = """
no_date | 不是日期，或没有这一天 | not a date, or no such day
    改为 2024-05-01 这样的日期，或在来源里写 dates | write it like 2024-05-01, or give dates in the source
no_time | 不是时间，或没有这一刻 | not a time, or no such moment
    改为 2024-05-01 09:30:00，或写 dates | write it like 2024-05-01 09:30:00, or give dates in the source
no_whole | 不是整数 | not a whole number
    只写数字 | write digits only
no_number | 不是数字 | not a number
    只写数字和小数点，或在来源里写 numbers | write digits and a point, or give numbers in the source
no_yes_no | 不是是或否 | neither yes nor no
    写是或否，或在来源里写 codes | write yes or no, or give codes in the source
unknown_code | 未知代码 | unknown code
    在来源的 codes 里补上，或核实这个值 | add it to codes in the source, or check the value
required_empty | 必填列为空 | a required column is empty
    在来源系统中补录 | enter it in the system it comes from
lost_digits | 长编号存成了数字，末几位已丢失 | a long number was kept as a figure and lost its last digits
    把该列设为文本后重新导出 | make the column text and export it again
error_cell | 单元格公式出错 | the formula of the cell failed
    导出数值而不是公式 | export values, not formulas
merged_cell | 被合并单元格遮住，没有自己的值 | covered by a merged cell, without a value of its own
    取消合并并补全每一行 | unmerge it and fill in every row
not_single | 不是单个值 | not a single value
    每个字段只放一个值 | put one value into each field
control_character | 含有控制字符 | it holds a control character
    重新导出 | export it again
ragged | 值的个数与表头不同 | the number of values differs from the header
    核对分隔符和引号；若在末尾，可能被截断 | look at delimiters and quotes; a last row may be cut off
bad_quotes | 引号用法不对 | a quote in the wrong place
    值内的引号写两个 | write quotes inside a value twice
bad_json | 不是一个 JSON 对象 | not a JSON object
    每行一个完整的对象 | write one whole object a line
duplicate_key | 键重复 | the key is there twice
    保留的是 {file} 第 {line} 行 | the row that stands is line {line} of {file}
"""


def _read_reasons() -> Mapping[str, tuple[Text, Text]]:
    lines = [[part.strip() for part in line.split("|")] for line in _REASONS.strip().splitlines()]
    return {
        why[0]: (Text(why[1], why[2]), Text(*fix)) for why, fix in zip(lines[::2], lines[1::2], strict=True)
    }


# Reason: (why, fix).
REASONS = _read_reasons()
# What a mark in front of a damaged text says, by its letter.
MARKED_REASONS = {"n": "lost_digits", "e": "error_cell", "m": "merged_cell", "s": "not_single"}


class Reject(NamedTuple):
    """One line of `rejects.csv`."""

    file: str
    line: int
    source: str
    table: str
    column: str
    value: str
    why: str
    fix: str
    whole_row: bool


def written(text: Text) -> str:
    """Return a text in both languages, as a cell of a list that people of either read."""
    return text.zh if text.zh == text.en else f"{text.zh} / {text.en}"


def why_of(reason: str) -> str:
    """Return what `rejects.csv` says for a reason."""
    return written(REASONS[reason][0])


def fix_of(reason: str, **particulars: object) -> str:
    """Return the fix of a reason, with its particulars filled in."""
    return written(REASONS[reason][1]).format(**particulars) if particulars else written(REASONS[reason][1])


def write_rejects(path: Path, rejects: Iterator[Reject]) -> None:
    """Write the lines as UTF-8 with BOM; no cell can begin a formula."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        for reject in rejects:
            cells = [*reject[:-1], "yes" if reject.whole_row else "no"]
            writer.writerow([_harmless(cell) for cell in cells])


def read_rejects(path: Path) -> Iterator[Reject]:
    """Yield the lines of a `rejects.csv` that this program wrote."""
    csv.field_size_limit(limits.LINE_BYTES)
    with path.open("r", encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream, strict=True)
        if tuple(next(reader, ())) != COLUMNS:
            raise ValueError(f"{path} has other columns")
        for row in reader:
            file, line, source, table, column, value, why, fix, whole_row = map(_as_it_was, row)
            yield Reject(file, int(line), source, table, column, value, why, fix, whole_row == "yes")


def shortened(value: str) -> str:
    """Return a value short enough for a list."""
    bound = limits.VALUE_CHARACTERS
    return value if len(value) <= bound else value[: bound - 1] + "…"


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in _FORMULA else cell


def _as_it_was(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:2] in _FORMULA else cell


_FORMULA: Sequence[str] = ("=", "+", "-", "@", "\t", "\r")
