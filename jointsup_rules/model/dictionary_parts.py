"""The parts of a dictionary: tables, columns, subjects, relations, derived columns.

In: YAML values. Out: their shapes, frozen. Expressions (`when`, `value`, the right side of a `match`) stay
text here; each part carries its `loc`, the path in the document, so that whoever reads the expression can
place its errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import Field, field_validator, model_validator

from jointsup_rules.load.yaml import Loc
from jointsup_rules.model.shape import (
    Constant,
    Expression,
    Flag,
    GivenLoc,
    GivenName,
    Name,
    Several,
    Shape,
    Whole,
    Words,
    refuse,
)
from jointsup_rules.problems import Text

ColumnType = Literal["text", "integer", "decimal", "boolean", "date", "timestamp", "code"]
Mask = Literal["none", "name", "short", "hide"]
VERBS = ("first", "last", "nth", "pick", "count", "sum", "max", "min", "most", "has", "days", "value")
LINE_KEY = ("_file", "_line")


class Column(Shape):
    """A column of a table."""

    name: GivenName
    loc: GivenLoc
    label: Words
    type: ColumnType
    means: Words | None = None
    codes: Mapping[str, Words] = Field(default_factory=dict)
    nullable: Flag = True
    sensitivity: Literal["S0", "S1", "S2"] = "S1"
    mask: Mask = "none"
    unit: Constant | None = None
    empty: Literal["unknown", "not_yet", "none"] = "unknown"
    known: str | None = None
    before: Constant | None = None
    planned: Flag = False

    @model_validator(mode="before")
    @classmethod
    def _hide_personal(cls, value: object) -> object:
        """A personal value is hidden unless its column says how it may be shown."""
        if isinstance(value, dict) and value.get("sensitivity") == "S2" and value.get("mask") is None:
            return {**value, "mask": "hide"}
        return value

    @field_validator("sensitivity", mode="before")
    @classmethod
    def _refuse_s3(cls, value: object) -> object:
        if value == "S3":
            raise refuse(
                "S3 数据不得导入", "data of class S3 may not be imported",
                "删去这一列，并在来源文件里写 drop: true",
                "delete the column, and write `drop: true` in the source",
            )  # fmt: skip
        return value

    @field_validator(
        "codes", mode="before", json_schema_input_type=list[Constant] | Mapping[str, Words | None]
    )
    @classmethod
    def _label_codes(cls, value: object) -> object:
        """A code without a label is its own label; a list of codes likewise."""
        if isinstance(value, list) and all(isinstance(code, str | int | float) for code in value):
            return {str(code): str(code) for code in value}
        if isinstance(value, dict):
            return {code: code if label is None else label for code, label in value.items()}
        return value


class Events(Shape):
    """What makes the codes of a table usable as steps: the column of the kind, of the day, of the order."""

    type: str
    on: str
    tie: str | None = None


class Table(Shape):
    """A table of the dictionary.

    `key` names its key columns, is "line" for rows known by file and line alone, or is empty: no subject.
    """

    name: GivenName
    loc: GivenLoc
    label: Words
    columns: Mapping[Name, Column]
    means: Words | None = None
    key: tuple[str, ...] | Literal["line"] = ()
    known: Several = ()
    cluster: Several = ()
    events: Events | None = None

    @field_validator("key", mode="before", json_schema_input_type=Several)
    @classmethod
    def _one_key(cls, value: object) -> object:
        return [value] if isinstance(value, str) and value != "line" else value

    @property
    def key_columns(self) -> tuple[str, ...]:
        """The columns of the stored table that tell its rows apart; empty where it has no key."""
        return LINE_KEY if self.key == "line" else tuple(self.key)

    @property
    def required(self) -> frozenset[str]:
        """The columns without which a row is rejected."""
        own = {name for name, column in self.columns.items() if not column.nullable}
        return frozenset(own if self.key == "line" else own | set(self.key))

    def column_named(self, word: str) -> Column | None:
        """Return the column of this name or label; None when there is none, or several have the label."""
        return column_named(self.columns, word)


class Links(Shape):
    """The table that links records of different agencies."""

    table: str
    from_: str = Field(alias="from")
    to: str
    kind: str
    method: str | None = None
    score: str


class Changes(Shape):
    """The table that tells how time limits were changed."""

    table: str
    kind: str
    reason: str
    from_: str = Field(alias="from")
    until: str
    clock: str | None = None
    decided: str | None = None
    level: str | None = None
    add: str | None = None
    unit: str | None = None
    document: str | None = None
    levels: tuple[str, ...] = ()


class Held(Shape):
    """The table that tells who was held when."""

    table: str
    person: str
    case: str
    from_: str = Field(alias="from")
    until: str


class Units(Shape):
    """The table that gives units their names, for lists and reports."""

    table: str
    code: str
    name: str


class Show(Shape):
    """What is shown of a subject: its own or derived columns, or one column of a `one: true` relation."""

    case_no: str | None = None
    unit: str | None = None
    handler: str | None = None


class Relation(Shape):
    """A named way from a subject to rows of another table, or to another subject with its derived columns."""

    name: GivenName
    loc: GivenLoc
    table: str | None = None
    subject: str | None = None
    match: Mapping[str, Expression] = Field(default_factory=dict)
    when: Expression | None = None
    one: Flag = False
    link: Several = ()
    side: Literal["from", "to"] | None = None
    min_score: float | None = Field(None, ge=0, le=1)
    label: Words | None = None

    @property
    def target(self) -> str:
        """The table or subject it leads to."""
        return self.subject or self.table or ""


class Derived(Shape):
    """A named value per subject. Exactly one verb is given; `verb` and `of` tell it apart."""

    name: GivenName
    loc: GivenLoc
    first: str | None = None
    last: str | None = None
    nth: str | None = None
    pick: str | None = None
    count: str | None = None
    sum: str | None = None
    max: str | None = None
    min: str | None = None
    most: str | None = None
    has: str | None = None
    days: tuple[Expression, Expression] | None = None
    value: Expression | None = None
    in_: str | None = Field(None, alias="in")
    when: Expression | None = None
    n: Whole | None = Field(None, ge=1)
    first_by: str | None = None
    last_by: str | None = None
    per: str | None = None
    none: Expression | None = None
    empty: Literal["unknown", "not_yet"] | None = None
    within: tuple[Expression, Expression] | None = None
    label: Words | None = None
    means: Words | None = None
    unit: Constant | None = None

    @property
    def verb(self) -> str:
        """Which of VERBS is given."""
        return next(verb for verb in VERBS if getattr(self, verb) is not None)

    @property
    def of(self) -> str | tuple[str, str]:
        """What the verb works on: a column, `rows`, an expression, or two columns for `days`."""
        found: str | tuple[str, str] = getattr(self, self.verb)
        return found


class SubjectShape(Shape):
    """A subject as it is written."""

    name: GivenName
    loc: GivenLoc
    label: Words | None = None
    means: Words | None = None
    rows_of: str | None = None
    values_of: Mapping[str, Mapping[str, str]] = Field(default_factory=dict)
    when: Expression | None = None
    same: Several = ()
    show: Show = Show()
    related: Mapping[Name, Relation] = Field(default_factory=dict)


@dataclass(frozen=True)
class Values:
    """One table that values of a subject come from: rows with filled columns whose `when` is true."""

    table: str
    columns: Mapping[str, str]  # column of the subject: column of the table
    when: str | None
    when_loc: Loc


@dataclass(frozen=True)
class Subject:
    """What a clue can be about.

    Attributes:
        rows_of: The table whose rows it is, or None for distinct values.
        values_of: Where the values come from; empty for rows.
        key: Its key columns; `("_file", "_line")` for a table with `key: line`.
        columns: Its own columns; the derived ones are in `derived`.
    """

    name: str
    label: Text
    rows_of: str | None
    values_of: tuple[Values, ...]
    same: tuple[str, ...]
    key: tuple[str, ...]
    columns: Mapping[str, Column]
    show: Show
    related: Mapping[str, Relation]
    derived: Mapping[str, Derived]
    loc: Loc

    def column_named(self, word: str) -> Column | None:
        """Return its own column of this name or label; None when there is none, or several have the label."""
        return column_named(self.columns, word)

    def derived_named(self, word: str) -> Derived | None:
        """Return the derived column of this name or label."""
        if word in self.derived:
            return self.derived[word]
        found = [one for one in self.derived.values() if one.label and word in (one.label.zh, one.label.en)]
        return found[0] if len(found) == 1 else None


class DictionaryShape(Shape):
    """The dictionary as it is written."""

    format: Literal[1] = 1
    timezone: str = "UTC"
    tables: Mapping[Name, Table]
    links: Links | None = None
    changes: Changes | None = None
    held: Held | None = None
    units: Units | None = None
    subjects: Mapping[Name, SubjectShape] = Field(default_factory=dict)
    derived: Mapping[str, Mapping[Name, Derived]] = Field(default_factory=dict)


def column_named(columns: Mapping[str, Column], word: str) -> Column | None:
    """Return the column of this name or Chinese or English label; None when there is none or several."""
    if word in columns:
        return columns[word]
    found = [column for column in columns.values() if word in (column.label.zh, column.label.en)]
    return found[0] if len(found) == 1 else None
