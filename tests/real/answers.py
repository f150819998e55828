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

import duckdb

_NAME = re.compile(r"^-- name: (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Answer:
    """One subject a question names; due_on and over_days only where the question has a limit."""

    subject_key: str
    due_on: date | None = None
    over_days: int | None = None


def read_queries(path: Path) -> tuple[tuple[str, str], ...]:
    """Return (name, SQL) in the order of the file."""
    parts = _NAME.split(path.read_text(encoding="utf-8"))[1:]
    return tuple((name.strip(), sql) for name, sql in zip(parts[::2], parts[1::2], strict=True))


def read_answers(queries: Path, tables: Mapping[str, Path], as_of: date) -> dict[str, tuple[Answer, ...]]:
    """Return the answers of every question of a set, sorted by subject key.

    Args:
        queries: An answers.sql.
        tables: Name used in the queries -> CSV file, read with every column as text.
        as_of: Day looked from; bound as `$as_of`.
    """
    answers: dict[str, tuple[Answer, ...]] = {}
    with duckdb.connect() as con:
        for name, path in tables.items():
            con.read_csv(str(path), header=True, all_varchar=True).to_table(name)
        for name, sql in read_queries(queries):
            bound = {"as_of": as_of} if "$as_of" in sql else {}
            body = sql.strip().rstrip(";")
            if name.isidentifier():
                con.execute(f'create table "{name}" as {body}', bound)
                continue
            rows = con.execute(body, bound).fetchall()
            answers[name] = tuple(sorted((Answer(*row) for row in rows), key=lambda row: row.subject_key))
    return answers
