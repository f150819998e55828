"""Problems of a dictionary as they are found, and the look-ups that find them.

In: the shapes of a dictionary file and the subjects made of them. Out: problems at the word concerned, with
the nearest word that would do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from jointsup_rules.load.yaml import Document, Loc
from jointsup_rules.model.dictionary_parts import (
    Column,
    DictionaryShape,
    Relation,
    Subject,
    Table,
    column_named,
)
from jointsup_rules.problems import NO_TEXT, Fix, Problem, Text, did_you_mean

# Words an expression reads before any column of that name.
RESERVED = frozenset({
    "and", "or", "not", "case", "when", "then", "else", "end", "in", "between", "like", "is", "null",
    "distinct", "from", "true", "false", "as_of", "seen_until", "cut_off", "subject",
})  # fmt: skip
DAYS = ("date", "timestamp")
NUMBERS = ("integer", "decimal")


class Findings:
    """One pass over a dictionary; its methods add to `problems`."""

    def __init__(self, shape: DictionaryShape, subjects: Mapping[str, Subject], document: Document) -> None:
        self.shape = shape
        self.subjects = subjects
        self.document = document
        self.problems: list[Problem] = []

    def bad(
        self,
        code: str,
        loc: Loc,
        what: Text,
        fix: Text = NO_TEXT,
        key: bool = False,
        severity: Literal["error", "warning"] = "error",
    ) -> None:
        place = self.document.place(loc, key=key)
        excerpt = self.document.excerpt(place.line)
        self.problems.append(Problem(code, place, what, fix=fix, excerpt=excerpt, severity=severity))

    def no_table(self, word: str, loc: Loc, key: bool = False) -> None:
        what = Text(f"没有表 '{word}'", f"no table '{word}'")
        self.bad("JR217", loc, what, did_you_mean(word, self.shape.tables), key)

    def no_subject(self, word: str, loc: Loc, key: bool = False) -> None:
        what = Text(f"没有主体 '{word}'", f"no subject '{word}'")
        self.bad("JR217", loc, what, did_you_mean(word, self.subjects), key)

    def column_of(
        self,
        columns: Mapping[str, Any],
        owner: Text,
        word: str,
        loc: Loc,
        types: Iterable[str] = (),
        key: bool = False,
    ) -> None:
        """A word must name one of the columns, of one of the types where any are given."""
        column = columns.get(word) or column_named(_stored(columns), word)
        if column is None:
            words = [*columns, *(one.label.zh for one in columns.values() if isinstance(one, Column))]
            what = Text(f"{owner.zh}没有列 '{word}'", f"no column '{word}' in {owner.en}")
            self.bad("JR203", loc, what, did_you_mean(word, words), key)
        elif isinstance(column, Column) and types and column.type not in types:
            expected = " / ".join(types)
            what = Text(
                f"列 '{word}' 的类型应为 {expected}，现为 {column.type}",
                f"column '{word}' must be of type {expected}, found {column.type}",
            )
            self.bad("JR224", loc, what, key=key)

    def each(self, words: Iterable[str], loc: Loc) -> list[tuple[str, Loc]]:
        """Words with the place of each, whether written as one text or as a list."""
        is_list = (*loc, 0) in self.document.values
        return [(word, (*loc, index) if is_list else loc) for index, word in enumerate(words)]

    def exact(self, table: Table, word: str, loc: Loc, types: Iterable[str] = ()) -> None:
        """A column by its name; inside the dictionary a label does not do."""
        if word in table.columns or table.column_named(word) is None:
            self.column_of(table.columns, table_words(table.name), word, loc, types)
            return
        name = getattr(table.column_named(word), "name", "")
        what = Text(f"这里写列名，不写标签 '{word}'", f"write the column's name here, not its label '{word}'")
        self.bad("JR203", loc, what, Fix(f"写 '{name}'", f"write '{name}'", word, name))

    def own_column(self, subject: Subject, word: str, loc: Loc, types: Iterable[str] = ()) -> None:
        """A bare name must be an own or derived column of the subject; one without any was told already."""
        if subject.columns and subject.derived_named(word) is None:
            everything = {**subject.derived, **subject.columns}
            self.column_of(everything, subject_words(subject.name), word, loc, types)

    def no_relation(self, subject: Subject, word: str, loc: Loc) -> None:
        what = Text(
            f"主体 '{subject.name}' 没有关系 '{word}'", f"no relation '{word}' in subject '{subject.name}'"
        )
        self.bad("JR217", loc, what, did_you_mean(word, subject.related))

    def related_column(
        self, relation: Relation, word: str, loc: Loc, types: Iterable[str] = (), key: bool = False
    ) -> None:
        """A bare name must be a column of the related table, or an own or derived one of its subject."""
        if relation.table is not None:
            if relation.table in self.shape.tables:
                columns = self.shape.tables[relation.table].columns
                self.column_of(columns, table_words(relation.table), word, loc, types, key)
        elif relation.subject is not None and relation.subject in self.subjects:
            subject = self.subjects[relation.subject]
            if subject.columns and subject.derived_named(word) is None:
                everything = {**subject.derived, **subject.columns}
                self.column_of(everything, subject_words(subject.name), word, loc, types, key)


def _stored(columns: Mapping[str, Any]) -> dict[str, Column]:
    """Without derived columns, which have labels of their own."""
    return {name: column for name, column in columns.items() if isinstance(column, Column)}


def table_words(name: str) -> Text:
    return Text(f"表 '{name}' ", f"table '{name}'")


def subject_words(name: str) -> Text:
    return Text(f"主体 '{name}' ", f"subject '{name}'")
