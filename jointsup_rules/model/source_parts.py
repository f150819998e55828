"""The parts of a source: which files, how they are read, and which raw column fills which column of ours.

In: YAML values. Out: their shapes, frozen.
"""

from __future__ import annotations

import fnmatch
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from pydantic import Field, field_validator

from jointsup_rules.load.forms import NUMBERS, read_number_form
from jointsup_rules.load.yaml import Document, Loc
from jointsup_rules.model.expression import ExpressionError, Node
from jointsup_rules.model.keep import Row, compile_keep
from jointsup_rules.model.shape import (
    Constant,
    Expression,
    Flag,
    GivenLoc,
    GivenName,
    Several,
    Shape,
    Whole,
    Words,
    refuse,
)
from jointsup_rules.problems import Problem, ProblemsError, Text, certain_word

FORMATS = ("csv", "tsv", "xlsx", "xls", "parquet", "jsonl")
ENCODINGS = (
    "utf-8", "utf-16", "gb18030", "gbk", "big5", "shift_jis", "windows-1250", "windows-1251", "windows-1252",
    "iso-8859-1", "iso-8859-2", "iso-8859-15",
)  # fmt: skip
AUTO = "auto"


class ColumnSource(Shape):
    """Where the values of one column come from: exactly one of `column`, `columns` and `constant`.

    Attributes:
        codes: Raw text to our code; None for a text that means no value. What is not listed is not read.
        dates: Formats in order of trial; `auto` tries every form the import knows.
        pseudonym: Kind of identity; the value is replaced by a keyed hash.
        drop: Nothing of the raw column is kept.
        last_day: The raw day is itself a counted one; stored is the day after.
        numbers: What a number looks like: which marks divide it, which signs may stand around it.
    """

    name: GivenName
    loc: GivenLoc
    column: str | None = None
    columns: tuple[str, ...] = ()
    join: str = ""
    constant: Constant | None = None
    codes: Mapping[str, Constant | None] | None = None
    dates: Several = (AUTO,)
    pseudonym: str | None = None
    drop: Flag = False
    last_day: Flag = False
    numbers: str = "1,234.56"

    @field_validator("numbers", mode="after")
    @classmethod
    def _number(cls, value: str) -> str:
        if read_number_form(value) is None:
            raise refuse(
                f"看不懂数字的写法 '{value}'：写 {'、'.join(NUMBERS)} 之一，前后可以加单位",
                f"'{value}' does not show how numbers are written: write one of {'; '.join(NUMBERS)},"
                " with signs before or after, such as '$1,234.56'",
            )
        return value

    @field_validator("columns", mode="after")
    @classmethod
    def _some(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise refuse("columns 是空的", "columns is empty")
        return value

    @property
    def raw_columns(self) -> tuple[str, ...]:
        """The raw columns it reads, in order."""
        return self.columns or ((self.column,) if self.column is not None else ())


class ExportedOn(Shape):
    """The day a source was exported: fixed, in the file's name (first group), or in a raw column."""

    day: date | None = None
    from_file_name: str | None = None
    column: str | None = None


class Rows(Shape):
    """Which rows are ours at all."""

    keep: Expression


class SourceShape(Shape):
    """A source as it is written."""

    source: str
    agency: Words | None = None
    files: Several = ()
    format: Literal["auto", "csv", "tsv", "xlsx", "xls", "parquet", "jsonl"] = "auto"
    encoding: str = AUTO
    sheet: str | None = None
    header_row: Whole = Field(1, ge=1)
    empty: Several = ()
    exported_on: ExportedOn = ExportedOn()
    rows: Rows | None = None
    tables: Mapping[str, Mapping[str, ColumnSource]]

    @field_validator("exported_on", mode="before", json_schema_input_type=ExportedOn | date)
    @classmethod
    def _one_day(cls, value: object) -> object:
        return {"day": value} if isinstance(value, str) else value

    @field_validator("sheet", mode="before", json_schema_input_type=str | int | None)
    @classmethod
    def _sheet_name(cls, value: object) -> object:
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else value

    @field_validator("encoding", mode="after")
    @classmethod
    def _known_encoding(cls, value: str) -> str:
        plain = value.lower().replace("_", "-").replace("utf8", "utf-8").replace("shift-jis", "shift_jis")
        if plain not in (AUTO, *ENCODINGS):
            names = ", ".join((AUTO, *ENCODINGS))
            raise refuse(
                f"没有编码 '{value}'", f"no encoding '{value}'", f"可用的有：{names}", f"one of: {names}",
                code="JR205", instead=certain_word(plain, (AUTO, *ENCODINGS)),
            )  # fmt: skip
        return plain


@dataclass(frozen=True)
class Source:
    """How one agency's export maps onto the dictionary.

    Attributes:
        patterns: File names it fits, braces written out.
        encoding: An encoding, or `auto`.
        empty: Texts that stand for no value.
        keep: The row filter, or None where every row is ours.
        tables: Table, then column, to where its values come from.
    """

    name: str
    agency: Text
    patterns: tuple[str, ...]
    format: str
    encoding: str
    sheet: str | None
    header_row: int
    empty: tuple[str, ...]
    exported_on: ExportedOn
    keep: Node | None
    tables: Mapping[str, Mapping[str, ColumnSource]]
    document: Document = field(repr=False, compare=False)

    def row_filter(self, header: Sequence[str]) -> Callable[[Row], bool] | None:
        """Return which rows of a file with this header are ours; None where all are.

        Raises:
            ProblemsError: The filter names a column the file does not have.
        """
        if self.keep is None:
            return None
        try:
            return compile_keep(self.keep, header, self.empty)
        except ExpressionError as error:
            raise ProblemsError([keep_problem(self.document, error)]) from error

    def is_for(self, file_name: str) -> bool:
        """Whether the `files` pattern fits a file's name."""
        name = unicodedata.normalize("NFC", file_name)
        return any(fnmatch.fnmatchcase(name, pattern) for pattern in self.patterns)


def keep_problem(document: Document, error: ExpressionError) -> Problem:
    """Return what is wrong with the row filter, at the characters concerned."""
    place = document.place_in_text(("rows", "keep"), error.span.start)
    return document.problem("JR270", place, error.what, error.why, error.fix)


def without_braces(pattern: str) -> tuple[str, ...]:
    """Return the patterns a pattern with braces stands for.

    Example:
        >>> without_braces("a*.{csv,xlsx}")
        ('a*.csv', 'a*.xlsx')
    """
    found = re.search(r"\{([^{}]*)\}", pattern)
    if found is None:
        return (unicodedata.normalize("NFC", pattern),)
    before, after = pattern[: found.start()], pattern[found.end() :]
    return tuple(
        whole for part in found.group(1).split(",") for whole in without_braces(before + part + after)
    )


def with_names(data: Any) -> Any:
    """Return a source file's data, each column told its name and place; a bare text names a raw column."""
    if not isinstance(data, dict) or not isinstance(data.get("tables"), dict):
        return data
    tables = {name: _columns(columns, ("tables", name)) for name, columns in data["tables"].items()}
    return {**data, "tables": tables}


def _columns(columns: Any, loc: Loc) -> Any:
    if not isinstance(columns, dict):
        return columns
    named = {}
    for name, column in columns.items():
        written = {"column": column} if isinstance(column, str) else column
        named[name] = (
            {**written, "\0name": name, "\0loc": (*loc, name)} if isinstance(written, dict) else written
        )
    return named
