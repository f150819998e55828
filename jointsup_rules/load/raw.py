"""The rows of an export before they mean anything.

In: nothing. Out: the values that every reader of a file format gives: a header, and rows of texts with
their line.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from jointsup_rules.load.exports import Export
from jointsup_rules.problems import Place, Problem, ProblemsError, Text, did_you_mean

Row = Sequence[str | None]


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be read as one: why, as in REASONS of `rejects.py`, and what shows it."""

    line: int
    reason: str
    value: str


@dataclass(frozen=True)
class RawRows:
    """One file's rows.

    Attributes:
        header: Names of its columns, as written; a row may be shorter or longer.
        header_line: Line of the header, 0 where there is none.
        rows: (line, texts) of each row that has anything in it, or a BadRow; read once.
        encoding: As the manifest says it.
        notes: What else people should know about the file; complete only when the rows have been read.
    """

    header: tuple[str, ...]
    header_line: int
    rows: Iterator[tuple[int, Row] | BadRow]
    encoding: str
    notes: list[Text] = field(default_factory=list)


def plain_header(name: str) -> str:
    """Return a column's name without what people and programs vary: width, blanks, case, line breaks.

    Example:
        >>> plain_header(" 受理（立案）\\n日期") == plain_header("受理(立案)日期")
        True
    """
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def find_columns(header: Sequence[str], wanted: Sequence[str]) -> Mapping[str, int]:
    """Return the place of each wanted column that is in a header exactly once; by its exact name, else its plain one."""
    exact = [name.strip() for name in header]
    plain = [plain_header(name) for name in header]
    found = {}
    for name in wanted:
        for names, word in ((exact, name.strip()), (plain, plain_header(name))):
            if names.count(word) == 1:
                found[name] = names.index(word)
                break
            if word in names:
                break
    return found


def check_columns(export: Export, raw: RawRows, wanted: Mapping[str, str]) -> None:
    """Refuse a file without the columns its source reads.

    Args:
        wanted: Raw column to the place in the source file that names it, for the message.

    Raises:
        ProblemsError: Columns that are missing or there twice, every one named.
    """
    found = find_columns(raw.header, list(wanted))
    problems = []
    for name, place in wanted.items():
        if name in found:
            continue
        n_times = [plain_header(other) for other in raw.header].count(plain_header(name))
        if n_times > 1:
            what = Text(f"列 '{name}' 出现 {n_times} 次", f"column '{name}' is there {n_times} times")
            fix = Text("在导出里改名", "rename one in the export")
        else:
            what = Text(f"没有列 '{name}'", f"no column '{name}'")
            free = [other.strip() for other in raw.header if other.strip() and other.strip() not in wanted]
            near = did_you_mean(
                name, free, Text("改回列名，或改来源文件", "rename it in the export or in the source")
            )
            fix = Text(f"{near.zh}（来源写在 {place}）", f"{near.en} (the source names it at {place})")
        why = Text("来源从这一列取值", "the source takes values from it")
        problems.append(Problem("JR113", Place(export.shown, max(raw.header_line, 1)), what, why, fix))
    if problems:
        raise ProblemsError(problems)
