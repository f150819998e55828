"""What is made for examples is made again only where it changed, and never taken for something else."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from jointsup_rules.sweep.making import Making


class Heard:
    """A connection that remembers what was said to it."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.said: list[str] = []

    def execute(self, statement: str) -> duckdb.DuckDBPyConnection:
        self.said.append(statement.split(" AS ")[0])
        return self.connection.execute(statement)

    def hear(self) -> list[str]:
        said, self.said = self.said, []
        return said


@pytest.fixture
def heard() -> Iterator[Heard]:
    with duckdb.connect(":memory:") as connection:
        yield Heard(connection)


@pytest.fixture
def making(heard: Heard) -> Making:
    return Making(heard)  # type: ignore[arg-type]


def columns(heard: Heard, table: str) -> list[tuple[str, str]]:
    told = heard.connection.execute(f'DESCRIBE "{table}"').fetchall()
    return [(str(row[0]), str(row[1])) for row in told]


def test_a_table_that_differs_in_days_alone_is_made_once(making: Making, heard: Heard) -> None:
    making.make("TABLE", "t", "AS SELECT DATE '2024-01-01' AS day")
    heard.hear()
    making.make("TABLE", "t", "AS SELECT DATE '2024-06-30' AS day")
    assert heard.hear() == []
    making.make("TABLE", "t", "AS SELECT 1 AS day")
    assert heard.hear() == ['DROP TABLE "t"', 'CREATE TABLE "t"']
    assert columns(heard, "t") == [("day", "INTEGER")]


def test_a_view_that_differs_in_days_is_made_again(making: Making, heard: Heard) -> None:
    making.make("VIEW", "v", "AS SELECT DATE '2024-01-01' AS day")
    making.make("VIEW", "v", "AS SELECT DATE '2024-06-30' AS day")
    assert str(heard.connection.execute("SELECT day FROM v").fetchall()[0][0]) == "2024-06-30"
    heard.hear()
    making.make("VIEW", "v", "AS SELECT DATE '2024-06-30' AS day")
    assert heard.hear() == []


def test_a_table_made_of_one_that_changed_is_made_again(making: Making, heard: Heard) -> None:
    making.make("TABLE", "raw", "(a INTEGER)")
    making.make("VIEW", "seen", 'AS SELECT a FROM "raw"')
    making.make("TABLE", "t", 'AS SELECT a FROM "seen"')
    making.make("TABLE", "raw", "(a VARCHAR)")
    making.make("VIEW", "seen", 'AS SELECT a FROM "raw"')
    making.make("TABLE", "t", 'AS SELECT a FROM "seen"')
    assert columns(heard, "t") == [("a", "VARCHAR")]


def test_a_name_may_change_its_kind(making: Making, heard: Heard) -> None:
    making.make("TABLE", "x", "AS SELECT 1 AS a")
    making.make("VIEW", "x", "AS SELECT 2 AS a")
    assert heard.connection.execute("SELECT a FROM x").fetchall() == [(2,)]
    making.make("TABLE", "x", "AS SELECT 3 AS a WHERE false")
    assert heard.connection.execute("SELECT a FROM x").fetchall() == []


def test_what_the_database_refuses_is_not_taken_for_made(making: Making) -> None:
    for _ in range(2):
        with pytest.raises(duckdb.Error):
            making.make("TABLE", "t", "AS SELECT no_such")
    making.make("TABLE", "t", "AS SELECT 1 AS a")
    with pytest.raises(duckdb.Error):
        making.make("TABLE", "t", "AS SELECT no_such")
    making.make("TABLE", "t", "AS SELECT 1 AS a")


def test_clear_forgets_statements_and_drop_leaves_nothing(making: Making, heard: Heard) -> None:
    making.make("TABLE", "t", "AS SELECT 1 AS a")
    making.make("VIEW", "v", 'AS SELECT a FROM "t"')
    making.prepare("p", 'SELECT a FROM "v"')
    assert making.is_prepared("p")
    making.clear()
    assert not making.is_prepared("p")
    making.prepare("p", "SELECT 2")
    making.drop()
    assert heard.connection.execute("SHOW TABLES").fetchall() == []
    with pytest.raises(duckdb.Error):
        heard.connection.execute("EXECUTE p")
