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
        first: (line, texts) of the first rows, those above the header as well: where else the header may be.
        encoding: As the manifest says it.
        notes: What else people should know about the file; complete only when the rows have been read.
    """

    header: tuple[str, ...]
    header_line: int
    rows: Iterator[tuple[int, Row] | BadRow]
    encoding: str
    first: Sequence[tuple[int, Row]] = ()
    notes: list[Text] = field(default_factory=list)


def plain_header(name: str) -> str:
    """Return a column's name without what people and programs vary: width, blanks, case, line breaks.

    Example:
        >>> plain_header(" 受理（立案）\\n日期") == plain_header("受理(立案)日期")
        True
    """
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def find_columns(header: Sequence[str], wanted: Sequence[str]) -> Mapping[str, int]:
    """Return the place of each wanted column that a header has just once: by exact name, else plain."""
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
    elsewhere = _other_header(raw, list(wanted)) if len(found) < len(wanted) else None
    if elsewhere is not None:
        what = Text(
            f"表头在第 {elsewhere} 行，不在第 {raw.header_line} 行",
            f"the header is in row {elsewhere}, not in row {raw.header_line}",
        )
        fix = Text(f"在来源里写 header_row: {elsewhere}", f"write header_row: {elsewhere} in the source")
        raise ProblemsError([Problem("JR113", Place(export.shown, elsewhere), what, fix=fix)])
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


def _other_header(raw: RawRows, wanted: Sequence[str]) -> int | None:
    """The row among the first that has every column a source reads."""
    for line, row in raw.first:
        if line != raw.header_line and len(find_columns([name or "" for name in row], wanted)) == len(wanted):
            return line
    return None
