"""The dictionary: the tables and columns we know, the subjects of clues, their relations and derived columns.

In: `datasets/dictionary.yaml` as a Document. Out: a Dictionary in which every name has been looked up, or
every problem at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jointsup_rules.load.yaml import Document, Loc
from jointsup_rules.model.dictionary_checks import LACKING, check_dictionary
from jointsup_rules.model.dictionary_parts import (
    LINE_KEY,
    VERBS,
    Changes,
    Column,
    ColumnType,
    Derived,
    DictionaryShape,
    Events,
    Held,
    Links,
    Mask,
    Relation,
    Show,
    Subject,
    SubjectShape,
    Table,
    Units,
    Values,
)
from jointsup_rules.model.shape import check_model_further, given
from jointsup_rules.problems import Problem, Text

__all__ = [
    "LINE_KEY",
    "VERBS",
    "Changes",
    "Column",
    "ColumnType",
    "Derived",
    "Dictionary",
    "Events",
    "Held",
    "Links",
    "Mask",
    "Relation",
    "Show",
    "Subject",
    "Table",
    "Values",
    "read_dictionary",
]


@dataclass(frozen=True)
class Dictionary:
    """All that is known about the data. `subjects` holds every table with a key under its own name, too."""

    timezone: str
    tables: Mapping[str, Table]
    subjects: Mapping[str, Subject]
    links: Links | None
    changes: Changes | None
    held: Held | None
    units: Units | None
    document: Document = field(repr=False, compare=False)


def read_dictionary(document: Document) -> tuple[Dictionary | None, tuple[Problem, ...]]:
    """Return the dictionary a document describes, and every problem found in it.

    Returns:
        The dictionary, or None when there is any error (a warning leaves it); the problems in order of place,
        those of the YAML itself included.
    """
    problems = list(document.problems)
    shape, found, damaged = check_model_further(DictionaryShape, document, _with_names(document.data))
    problems += found
    dictionary = None
    if shape is not None:
        subjects = _subjects(shape)
        checked = check_dictionary(shape, subjects, document)
        problems += [
            problem for problem in checked if problem.code not in LACKING or problem.place not in damaged
        ]
        dictionary = Dictionary(
            shape.timezone,
            shape.tables,
            subjects,
            shape.links,
            shape.changes,
            shape.held,
            shape.units,
            document,
        )
    if any(problem.severity == "error" for problem in problems):
        dictionary = None
    return dictionary, tuple(sorted(problems, key=lambda problem: problem.place))


def _with_names(data: Any) -> Any:
    """The data with each part told its name and place."""
    if not isinstance(data, dict):
        return data
    named = dict(data)
    for section, inner in (("tables", "columns"), ("subjects", "related")):
        parts = data.get(section)
        if isinstance(parts, dict):
            named[section] = {name: _named(part, (section, name), inner) for name, part in parts.items()}
    if isinstance(data.get("derived"), dict):
        named["derived"] = {
            subject: _each_named(parts, ("derived", subject)) for subject, parts in data["derived"].items()
        }
    return named


def _named(part: Any, loc: Loc, inner: str) -> Any:
    """A table or subject with its name and place, its columns or relations with theirs."""
    part = given(part, loc)
    if isinstance(part, dict) and inner in part:
        return {**part, inner: _each_named(part[inner], (*loc, inner))}
    return part


def _each_named(parts: Any, loc: Loc) -> Any:
    if not isinstance(parts, dict):
        return parts
    return {name: given(part, (*loc, name)) for name, part in parts.items()}


def _subjects(shape: DictionaryShape) -> dict[str, Subject]:
    """Every table with a key as a subject, and the declared ones; unknown names are left to the checks."""
    subjects = {
        table.name: _rows_subject(table, SubjectShape.model_validate(given({}, table.loc)), shape)
        for table in shape.tables.values()
        if table.key
    }
    for name, written in shape.subjects.items():
        table = shape.tables.get(written.rows_of or name)
        if written.values_of or table is None or not table.key:
            subjects[name] = _values_subject(written, shape)
        else:
            subjects[name] = _rows_subject(table, written, shape)
    return subjects


def _rows_subject(table: Table, written: SubjectShape, shape: DictionaryShape) -> Subject:
    name = written.name
    return Subject(
        name=name,
        label=written.label or table.label,
        rows_of=table.name,
        values_of=(),
        same=(),
        key=table.key_columns,
        columns=table.columns,
        show=written.show,
        related=written.related,
        derived=shape.derived.get(name, {}),
        loc=written.loc,
    )


def _values_subject(written: SubjectShape, shape: DictionaryShape) -> Subject:
    """Distinct values: their columns are those of the first table, under the subject's names."""
    values = tuple(_values(written, table, mapping) for table, mapping in written.values_of.items())
    columns: dict[str, Column] = {}
    for part in values:
        known = shape.tables[part.table].columns if part.table in shape.tables else {}
        taken = {**part.columns, **{column: column for column in written.same if column not in part.columns}}
        for name, theirs in taken.items():
            if theirs in known and name not in columns:
                nullable = name in written.same
                update = {"name": name, "nullable": nullable, "known": None, "before": None}
                columns[name] = known[theirs].model_copy(update=update)
    return Subject(
        name=written.name,
        label=written.label or Text(written.name),
        rows_of=None,
        values_of=values,
        same=written.same,
        key=tuple(values[0].columns) if values else (),
        columns=columns,
        show=written.show,
        related=written.related,
        derived=shape.derived.get(written.name, {}),
        loc=written.loc,
    )


def _values(written: SubjectShape, table: str, mapping: Mapping[str, str]) -> Values:
    """One table of `values_of`; `when` stands beside its columns, or once for all tables."""
    columns = {name: column for name, column in mapping.items() if name != "when"}
    if "when" in mapping:
        return Values(table, columns, mapping["when"], (*written.loc, "values_of", table, "when"))
    return Values(table, columns, written.when, (*written.loc, "when"))
