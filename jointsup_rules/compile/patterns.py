"""Patterns as the engine reads them: a pattern in, what is wrong with it out.

Asked of the engine itself, for no other reader of patterns draws the same lines: this one is linear in the
length of a text, and refuses what it could not do in linear time.
"""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def _connection() -> Any:
    import duckdb

    return duckdb.connect(":memory:", config={"threads": 1})


@cache
def fault_of(pattern: str) -> str:
    """Return what the engine says against a pattern; empty if it can be used."""
    return _told("SELECT regexp_full_match('', ?)", [pattern])


@cache
def has_group(pattern: str, number: int) -> bool:
    """Whether a pattern that can be used has a group of this number; 0 is the whole match."""
    # The engine gives an empty text for a group that is not there, but refuses to name one.
    names = [f"g{place}" for place in range(1, number + 1)]
    return not names or not _told("SELECT regexp_extract('', ?, ?)", [pattern, names])


def _told(statement: str, values: list[Any]) -> str:
    import duckdb

    try:
        _connection().execute(statement, values)
    except duckdb.Error as error:
        return str(error).partition(": ")[2].splitlines()[0][:80]
    return ""
