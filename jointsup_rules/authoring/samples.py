"""Tiny rows for the examples of a new rule: made up from the dictionary alone.

In: a subject. Out: the table its rows lie in, values that its columns take, and the key a row gets. Nothing here is real:
keys are A1, A2 and days are of 2025.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jointsup_rules.model.dictionary import LINE_KEY, Column, Dictionary, Relation, Subject, Table

Value = str | int | bool
Row = dict[str, Value]
FIRST, LAST_DAY, NEXT_DAY, LATE, AS_OF = "2025-01-01", "2025-01-31", "2025-02-01", "2025-03-01", "2025-03-31"
_VARIES = ("text", "integer", "decimal", "date", "timestamp", "code", "boolean")


@dataclass(frozen=True)
class Home:
    """Where the rows of a subject lie.

    Attributes:
        own: Column of the subject to column of the table.
    """

    subject: Subject
    table: Table
    own: Mapping[str, str]

    def columns(self, *types: str) -> list[Column]:
        """Return the subject's columns of some types, those of the key last; all types where none is named."""
        found = [one for name, one in self.subject.columns.items() if name in self.own]
        fitting = [one for one in found if not types or one.type in types]
        return sorted(
            fitting, key=lambda one: (one.name in self.subject.key, types.index(one.type) if types else 0)
        )

    def row(self, number: int, values: Mapping[str, Value]) -> Row:
        """Return the row of the n-th subject of an example: its key, and values by column of the subject."""
        keys = [self.subject.columns[name] for name in self.subject.key if name in self.subject.columns]
        varies = min(keys, key=lambda one: _VARIES.index(one.type), default=None)
        made = {one.name: sample_value(one, number if one is varies else 1) for one in keys}
        return {self.own[name]: value for name, value in {**made, **values}.items()}

    def key(self, row: Mapping[str, Value], line: int) -> str:
        """Return the subject_key of a row that stands in a line of its table."""
        if self.subject.key == LINE_KEY:
            return f"example|{line}"
        parts = [shown(row[self.own[name]]) for name in self.subject.key]
        if len(parts) == 1:
            return parts[0]
        return "|".join(part.replace("\\", "\\\\").replace("|", "\\|") for part in parts)


def shown(value: Value) -> str:
    """Return a value as a key has it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def home_of(dictionary: Dictionary, subject: Subject) -> Home | None:
    """Return where the rows of a subject lie; None where conditions decide which rows are its own."""
    if subject.rows_of is not None:
        table = dictionary.tables.get(subject.rows_of)
        return Home(subject, table, {name: name for name in subject.columns}) if table is not None else None
    for values in subject.values_of:
        table = dictionary.tables.get(values.table)
        if values.when is None and table is not None and set(values.columns.values()) <= set(table.columns):
            same = {name: name for name in subject.same if name in table.columns}
            return Home(subject, table, {**same, **values.columns})
    return None


@dataclass(frozen=True)
class Related:
    """A relation whose rows an example can make: plain columns matched with plain columns.

    Attributes:
        table: Where its rows lie.
        match: Column of the table to column of the subject.
        is_home: The subject is made of these very rows.
    """

    relation: Relation
    table: Table
    match: Mapping[str, str]
    is_home: bool

    def columns(self, *types: str) -> list[Column]:
        """Return the columns of some types that neither match nor tell rows apart."""
        taken = {*self.match, *self.table.key_columns}
        return [one for one in self.table.columns.values() if one.type in types and one.name not in taken]

    def row(self, number: int, mine: Mapping[str, Value], values: Mapping[str, Value]) -> Row:
        """Return its n-th row for a subject with these values; `mine` is by column of the subject."""
        keys = {
            name: sample_value(self.table.columns[name], number)
            for name in self.table.key_columns
            if name in self.table.columns
        }
        return {**keys, **{theirs: mine[own] for theirs, own in self.match.items()}, **values}


def related_of(dictionary: Dictionary, home: Home) -> list[Related]:
    """Return the relations of a subject whose rows an example can make."""
    found = []
    for relation in home.subject.related.values():
        subject = dictionary.subjects.get(relation.subject or "")
        table = dictionary.tables.get((subject.rows_of if subject is not None else relation.table) or "")
        plain = set(relation.match.values()) <= set(home.own) and relation.match
        if table is None or relation.one or relation.link or relation.when or not plain:
            continue
        is_home = table.name == home.table.name
        # Rows of the subject's own table are subjects themselves; only distinct values are made of such rows.
        if set(relation.match) <= set(table.columns) and (not is_home or home.subject.rows_of is None):
            found.append(Related(relation, table, relation.match, is_home))
    return found


def sample_value(column: Column, number: int) -> Value:
    """Return the n-th value a column may take."""
    codes = list(column.codes)
    if codes:
        return codes[min(number, len(codes)) - 1]
    day = f"2025-01-{min(number, 28):02}"
    made: dict[str, Value] = {
        "integer": number, "decimal": number, "boolean": number == 1, "date": day, "timestamp": f"{day} 09:00:00",
    }  # fmt: skip
    return made.get(column.type, f"A{number}")


def on_day(column: Column, day: str) -> str:
    """Return a day as a column of days or times has it."""
    return day if column.type == "date" else f"{day} 09:00:00"
