"""The answers to the questions about the real sets, by SQL over the raw CSV that knows nothing of rules.

In: the CSV files of a set and its answers.sql. Out: per named query a tuple of rows. A query whose name is a
plain word becomes a table that later queries read; all others are answers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

_NAME = re.compile(r"^-- name: (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Answer:
    """What a question names: rows of `subject_key` and other columns of a clue, by subject key."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    @property
    def subjects(self) -> list[str]:
        return [row[0] for row in self.rows]


def read_queries(path: Path) -> tuple[tuple[str, str], ...]:
    """Return (name, SQL) in the order of the file."""
    parts = _NAME.split(path.read_text(encoding="utf-8"))[1:]
    return tuple((name.strip(), sql) for name, sql in zip(parts[::2], parts[1::2], strict=True))


def read_answers(queries: Path, tables: Mapping[str, Path], as_of: date) -> dict[str, Answer]:
    """Return the answer of every question of a set.

    Args:
        queries: An answers.sql.
        tables: Name used in the queries -> CSV file, read with every column as text.
        as_of: Day looked from; bound as `$as_of`.
    """
    answers: dict[str, Answer] = {}
    with duckdb.connect() as con:
        for name, path in tables.items():
            con.read_csv(str(path), header=True, all_varchar=True).to_table(name)
        for name, sql in read_queries(queries):
            bound = {"as_of": as_of} if "$as_of" in sql else {}
            body = sql.strip().rstrip(";")
            if name.isidentifier():
                con.execute(f'create table "{name}" as {body}', bound)
                continue
            found = con.execute(body, bound)
            columns = tuple(column[0] for column in found.description)
            answers[name] = Answer(columns, tuple(sorted(found.fetchall(), key=lambda row: str(row[0]))))
    return answers
