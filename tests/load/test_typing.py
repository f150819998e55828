"""Texts typed by the dictionary, in bulk and a few at a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jointsup_rules.load.typing import (
    HIDDEN_COLUMNS,
    OwnColumn,
    Reading,
    create_typed_table,
    type_texts,
    unread_sql,
)

from .office import DAY, DICTIONARY, dictionary

TABLE = dictionary(DICTIONARY).tables["cases"]


@pytest.fixture(name="connection")
def _connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def typed(
    connection: duckdb.DuckDBPyConnection,
    column: str,
    values: list[str | None],
    key: bytes | None = None,
    **origin: Any,
) -> list[tuple[Any, list[str]]]:
    """(value, unread) of texts as one column of the table."""
    texts = pa.table({"line": pa.array(range(len(values)), pa.int64()), "c0": pa.array(values, pa.string())})
    connection.register("texts", texts)
    origins = {column: OwnColumn(("x",), **origin)}
    type_texts(connection, "texts", ["x"], origins, TABLE, Reading("Asia/Shanghai", ("NA",), key), "typed")
    place = list(TABLE.columns).index(column)
    return connection.execute(
        f"SELECT v{place}, {unread_sql(TABLE, origins)} FROM typed ORDER BY line"
    ).fetchall()


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        ("case_id", "\u3000 A1\u00a0\n", "A1"),
        ("filed_on", "２０２４年５月１日", date(2024, 5, 1)),
        ("filed_on", "2024/5/1 9:30", date(2024, 5, 1)),
        ("filed_on", "二〇二四年五月十一日", date(2024, 5, 11)),
        ("recorded_at", "2024-05-01T09:30:00+00:00", datetime(2024, 5, 1, 17, 30)),
        ("status", "OPEN", "OPEN"),
        ("status", "ＯＰＥＮ", "OPEN"),
        ("amount", "1,234.5", Decimal("1234.5000")),
        ("n_people", "３", 3),
        ("is_foreign", "是", True),
    ],
)
def test_a_text_is_read_as_its_column_says(
    connection: duckdb.DuckDBPyConnection, column: str, text: str, value: object
) -> None:
    assert typed(connection, column, [text]) == [(value, [])]


@pytest.mark.parametrize("text", ["", " ", "\u3000", None, "NA"])
@pytest.mark.parametrize("column", ["case_id", "filed_on", "status", "amount", "is_foreign", "recorded_at"])
def test_what_is_empty_is_not_unread(
    connection: duckdb.DuckDBPyConnection, column: str, text: str | None
) -> None:
    assert typed(connection, column, [text]) == [(None, [])]


@pytest.mark.parametrize("column", ["filed_on", "status", "amount", "is_foreign", "recorded_at", "n_people"])
def test_what_cannot_be_read_is_named(connection: duckdb.DuckDBPyConnection, column: str) -> None:
    assert typed(connection, column, ["不详"]) == [(None, [column])]


def test_formats_are_tried_in_their_order(connection: duckdb.DuckDBPyConnection) -> None:
    texts = ["3/4/2025 1:20", "13/4/2025 1:20", "2025-05-01", "3/14/25 1:20"]
    found = typed(connection, "recorded_at", texts, dates=("%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M", "auto"))
    assert [value for value, _ in found] == [
        datetime(2025, 3, 4, 1, 20), datetime(2025, 4, 13, 1, 20), datetime(2025, 5, 1), None,
    ]  # fmt: skip
    assert typed(connection, "filed_on", ["2025-05-01"], dates=("%d.%m.%Y",)) == [(None, ["filed_on"])]


def test_a_format_with_an_offset_is_shown_in_the_zone(connection: duckdb.DuckDBPyConnection) -> None:
    found = typed(connection, "recorded_at", ["2024-05-01 00:00 +0000"], dates=("%Y-%m-%d %H:%M %z",))
    assert found == [(datetime(2024, 5, 1, 8), [])]


def test_a_last_day_becomes_the_day_after(connection: duckdb.DuckDBPyConnection) -> None:
    found = typed(connection, "closed_on", ["2024-02-28", "2024年2月29日", "9999-12-31", ""], last_day=True)
    assert found == [(date(2024, 2, 29), []), (date(2024, 3, 1), []), (None, ["closed_on"]), (None, [])]


def test_codes_not_listed_are_not_read_and_some_mean_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    codes = {"在办": "OPEN", "(1)": "CLOSED", "无": None}
    found = typed(connection, "status", ["在办", "（１）", "无", "OPEN", "其他"], codes=codes)
    assert found == [("OPEN", []), ("CLOSED", []), (None, []), (None, ["status"]), (None, ["status"])]


def test_codes_may_stand_for_other_types(connection: duckdb.DuckDBPyConnection) -> None:
    assert typed(connection, "is_foreign", ["有", "无"], codes={"有": "1", "无": "0"}) == [
        (True, []),
        (False, []),
    ]


def test_european_numbers_are_read_where_the_source_says_so(connection: duckdb.DuckDBPyConnection) -> None:
    found = typed(connection, "amount", ["1.234,56", "5,5", "7", "1,234.56"], numbers="1.234,56")
    assert [value for value, _ in found] == [Decimal("1234.56"), Decimal("5.5"), Decimal("7"), None]


@pytest.mark.parametrize(
    ("numbers", "texts", "values"),
    [
        (
            "$1,234.56",
            ["$1,234.56", "$ 5", "-$5.5", "$-5.5", "7", "5$", "€5"],
            ["1234.56", "5", "-5.5", "-5.5", "7", None, None],
        ),
        ("1.234,56 €", ["1.234,56 €", "5,5€", "7", "€ 5"], ["1234.56", "5.5", "7", None]),
        (
            "1 234,56",
            ["1 234,56", "1\u00a0234", "12\u202f345,6", "1 23"],
            ["1234.56", "1234", "12345.6", None],
        ),
        ("1,234.56个工作日", ["15个工作日", "１５个工作日", "15", "15日"], ["15", "15", "15", None]),
        ("1,234.56%", ["12.5%", "12.5 %", "%5"], ["12.5", "12.5", None]),
    ],
)
def test_signs_that_the_source_shows_may_stand_around_a_number(
    connection: duckdb.DuckDBPyConnection, numbers: str, texts: list[str], values: list[str | None]
) -> None:
    found = typed(connection, "amount", texts, numbers=numbers)
    assert [value for value, _ in found] == [None if value is None else Decimal(value) for value in values]
    assert [lacks for _, lacks in found] == [["amount"] if value is None else [] for value in values]


def test_pseudonyms_replace_the_value(connection: duckdb.DuckDBPyConnection) -> None:
    found = typed(connection, "person", ["12x", "１２Ｘ", ""], key=b"k" * 32, pseudonym="id")
    assert found[0] == found[1]
    assert len(found[0][0]) == 64
    assert found[2] == (None, [])


def test_parts_with_a_hole_make_no_whole(connection: duckdb.DuckDBPyConnection) -> None:
    columns = {"line": pa.array([1, 2]), "c0": pa.array(["A", "A"]), "c1": pa.array([" 1 ", ""])}
    connection.register("texts", pa.table(columns))
    origin = {"case_id": OwnColumn(("x", "y"), join="-")}
    type_texts(connection, "texts", ["x", "y"], origin, TABLE, Reading("UTC"), "typed")
    assert connection.execute("SELECT v0 FROM typed ORDER BY line").fetchall() == [("A-1",), (None,)]


def test_a_constant_fills_every_row_and_a_dropped_column_none(connection: duckdb.DuckDBPyConnection) -> None:
    assert typed(connection, "status", ["x", ""], constant="OPEN") == [("OPEN", []), ("OPEN", [])]
    assert typed(connection, "person", ["x"], drop=True) == [(None, [])]


def test_a_quote_in_a_name_or_text_stays_a_quote(connection: duckdb.DuckDBPyConnection) -> None:
    hostile = "x'; DROP TABLE typed; --"
    assert typed(connection, "status", [hostile], codes={hostile: "OPEN"}) == [("OPEN", [])]
    assert typed(connection, "case_id", [""], constant=hostile) == [(hostile, [])]


FIELDS = {
    "case_id": st.text(alphabet="A1 受\u3000", max_size=4),
    "filed_on": st.sampled_from(["2024-05-01", "2024/2/30", "2024年5月1日", "45413", "不详", ""]),
    "recorded_at": st.sampled_from(["2024-05-01 09:30", "2024-05-01T09:30:00Z", "x", ""]),
    "status": st.sampled_from(["OPEN", "X", ""]),
    "amount": st.sampled_from(["1.5", "1,000", "x", "１", ""]),
    "is_foreign": st.sampled_from(["是", "0", "x", ""]),
    "n_people": st.sampled_from(["1", "1.0", "1.5", ""]),
}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.fixed_dictionaries(FIELDS), min_size=1, max_size=5))
def test_a_few_rows_are_typed_as_an_import_types_them(rows: list[dict[str, str]]) -> None:
    with duckdb.connect() as connection:
        create_typed_table(connection, TABLE, rows, DAY, zone="Asia/Shanghai")
        few = connection.execute(f"SELECT {', '.join(FIELDS)}, _unread FROM cases ORDER BY _line").fetchall()
        columns = {f"c{n}": pa.array([row[name] for row in rows]) for n, name in enumerate(FIELDS)}
        connection.register("texts", pa.table({"line": pa.array(range(len(rows)), pa.int64()), **columns}))
        origins = {name: OwnColumn((name,)) for name in FIELDS}
        type_texts(connection, "texts", list(FIELDS), origins, TABLE, Reading("Asia/Shanghai"), "typed")
        values = ", ".join(f"v{list(TABLE.columns).index(name)}" for name in FIELDS)
        found = connection.execute(
            f"SELECT {values}, {unread_sql(TABLE, origins)} FROM typed ORDER BY line"
        ).fetchall()
        assert [(*row[:-1], sorted(row[-1])) for row in few] == [
            (*row[:-1], sorted(row[-1])) for row in found
        ]


def test_a_few_rows_have_the_columns_of_a_stored_table(connection: duckdb.DuckDBPyConnection) -> None:
    rows = [{"编号": 1, "status": "OPEN", "is_foreign": True, "amount": 1.5}, {}]
    create_typed_table(connection, TABLE, rows, DAY, source="court")
    described = connection.execute("DESCRIBE cases").fetchall()
    assert [name for name, *_ in described] == [*TABLE.columns, *HIDDEN_COLUMNS]
    found = connection.execute(
        "SELECT case_id, status, is_foreign, amount, _file, _line, _source, _cut_off, _unread FROM cases"
    ).fetchall()
    assert found == [
        ("1", "OPEN", True, Decimal("1.5"), "court", 1, "court", DAY, []),
        (None, None, None, None, "court", 2, "court", DAY, []),
    ]


def test_a_table_without_rows_is_there(connection: duckdb.DuckDBPyConnection) -> None:
    create_typed_table(connection, TABLE, [], DAY)
    assert connection.execute("SELECT count(*) FROM cases").fetchone() == (0,)


def test_a_column_that_is_not_there_is_named(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(KeyError, match="no_such"):
        create_typed_table(connection, TABLE, [{"no_such": 1}], DAY)
