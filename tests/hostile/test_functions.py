"""Every function the database has is known: a query may call it, or it is written down why not."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from jointsup_rules.compile.gate import Refusal, pass_gate
from jointsup_rules.compile.listed import FUNCTIONS_OF_QUERIES, TABLE_FUNCTIONS_OF_QUERIES
from jointsup_rules.model.functions import FUNCTIONS

LINES = (Path(__file__).parent / "functions.refused").read_text(encoding="utf-8").splitlines()
REFUSED = {word for line in LINES if not line.startswith("#") for word in line.split()}
# `!` and `<>` are signs of the syntax tree, not functions.
ONLY_SIGNS = {"!", "<>"}


@pytest.fixture(scope="module")
def functions() -> dict[str, set[str]]:
    """The kinds of function there are of each name."""
    with duckdb.connect() as connection:
        rows = connection.execute("SELECT function_name, function_type FROM duckdb_functions()").fetchall()
    found: dict[str, set[str]] = {}
    for name, kind in rows:
        found.setdefault(name.replace(" ", "_"), set()).add(kind)
    return found


def test_no_function_of_the_database_is_unknown(functions: dict[str, set[str]]) -> None:
    known = FUNCTIONS_OF_QUERIES | TABLE_FUNCTIONS_OF_QUERIES | REFUSED
    assert sorted(set(functions) - known) == []


def test_the_lists_name_only_what_there_is(functions: dict[str, set[str]]) -> None:
    assert sorted(FUNCTIONS_OF_QUERIES - set(FUNCTIONS) - ONLY_SIGNS - set(functions)) == []
    assert sorted(REFUSED - set(functions)) == []
    assert sorted(REFUSED & FUNCTIONS_OF_QUERIES - {"histogram"}) == []


def test_what_is_refused_is_refused_wherever_it_can_stand(functions: dict[str, set[str]]) -> None:
    for name in sorted(REFUSED):
        if not name.isidentifier():
            continue
        for sql in (f'SELECT "{name}"(a) AS a FROM cases', f'SELECT 1 AS a FROM "{name}"(1)'):
            with pytest.raises(Refusal):
                pass_gate(sql, ["cases"])


def test_a_function_that_makes_tables_is_none_of_rows(functions: dict[str, set[str]]) -> None:
    both = {name for name in FUNCTIONS_OF_QUERIES if functions.get(name, set()) & {"table", "table_macro"}}
    for name in both - TABLE_FUNCTIONS_OF_QUERIES:
        with pytest.raises(Refusal):
            pass_gate(f'SELECT 1 AS a FROM "{name}"(cases, a)', ["cases"])
    assert both == {"histogram", "unnest"}


def test_every_listed_function_passes(functions: dict[str, set[str]]) -> None:
    for name in sorted(FUNCTIONS_OF_QUERIES):
        if name.isidentifier():
            assert pass_gate(f'SELECT "{name}"(a) AS a FROM cases', ["cases"]).columns == ("a",)


def test_nothing_listed_reads_the_clock_or_a_setting() -> None:
    """The database itself calls such functions steady within a query, or not steady at all; ours are all steady."""
    with duckdb.connect() as connection:
        rows = connection.execute(
            "SELECT DISTINCT function_name FROM duckdb_functions() WHERE stability <> 'CONSISTENT'"
        ).fetchall()
    assert sorted({name for (name,) in rows} & FUNCTIONS_OF_QUERIES) == []
