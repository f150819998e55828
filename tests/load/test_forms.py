"""Days, times, numbers and yes or no as exports write them."""

from __future__ import annotations

import doctest
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jointsup_rules.load import forms
from jointsup_rules.load.forms import plain_form, read_day, read_decimal, read_moment, read_whole, read_yes_no

ZONE = "Asia/Shanghai"
DAYS = st.dates(date(1000, 1, 1), date(9999, 12, 31))
NUMERALS = "〇一二三四五六七八九"


def chinese(number: int) -> str:
    """A number up to 99 as it is said."""
    tens, ones = divmod(number, 10)
    said = "" if tens == 0 else "十" if tens == 1 else f"{NUMERALS[tens]}十"
    return said + (NUMERALS[ones] if ones else "")


def wide(text: str) -> str:
    """Full-width digits and marks."""
    return text.translate(
        {**{48 + n: 0xFF10 + n for n in range(10)}, ord("/"): "／", ord("-"): "－", ord("."): "．"}
    )


@given(DAYS)
def test_one_day_in_every_form_is_the_same_day(day: date) -> None:
    year = "".join(NUMERALS[int(digit)] for digit in f"{day.year:04}")
    written = [
        f"{day}",
        f"{day:%Y}-{day.month}-{day.day}",
        f"{day:%Y}/{day.month}/{day.day}",
        f"{day:%Y}.{day.month}.{day.day}",
        f"{day:%Y}年{day.month}月{day.day}日",
        f"{day:%Y} 年 {day.month} 月 {day.day} 号",
        f"{day:%Y%m%d}",
        f"{year}年{chinese(day.month)}月{chinese(day.day)}日",
        f"{day} 00:00:00",
        f"{day}T23:59",
        f"{day:%Y%m%d}235959",
        f"{day:%Y}年{day.month}月{day.day}日9时5分",
        f"{day:%Y}年{day.month}月{day.day}日 9点",
    ]
    for text in written:
        assert read_day(text, ZONE) == day, text
        assert read_day(wide(text), ZONE) == day, wide(text)


@given(st.dates(date(1954, 10, 3), date(2064, 4, 7)))
def test_a_serial_day_of_a_workbook_is_its_day(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    assert read_day(str(serial), ZONE) == day
    assert read_moment(f"{serial}.75", ZONE) == datetime(day.year, day.month, day.day, 18)


@pytest.mark.parametrize(
    "text",
    [
        "2024-02-30",
        "2024年2月30日",
        "20240230",
        "二〇二四年二月三十日",
        "2023-02-29",
        "2024-13-01",
        "2024-00-10",
        "00000000",
        "99999999",
        "0000-00-00",
        "0025-03-14",
        "不详",
        "2024年05月",
        "2024-05",
        "2024",
        "24-5-1",
        "5/1/2024",
        "2024-05-01 24:00",
        "2024-05-01 12:60",
        "2024-05-01x",
        "2024-05/01",
        "19999",
        "60000",
        "123456",
        "4541３x",
        "",
        "infinity",
        "epoch",
        "today",
        "二〇二四年十三月一日",
        "二〇二四年五月十十日",
        "2024-05-01 10:00:00+99:00",
    ],
)
def test_what_is_no_day_is_not_read(text: str) -> None:
    assert read_moment(text, ZONE) is None


@given(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_a_time_with_an_offset_is_shown_in_the_zone(moment: datetime, minutes: int) -> None:
    moment = moment.replace(microsecond=0)
    sign, away = "-" if minutes < 0 else "+", abs(minutes)
    instant = (moment - timedelta(minutes=minutes)).replace(tzinfo=UTC)
    expected = instant.astimezone(ZoneInfo(ZONE)).replace(tzinfo=None)
    for offset in (f"{sign}{away // 60:02}:{away % 60:02}", f"{sign}{away // 60:02}{away % 60:02}"):
        assert read_moment(f"{moment:%Y-%m-%dT%H:%M:%S}{offset}", ZONE) == expected
    assert read_moment(f"{moment.isoformat()}Z", "UTC") == moment


def test_the_local_day_of_an_instant_is_that_of_the_zone() -> None:
    assert read_day("2024-05-01T18:00:00Z", ZONE) == date(2024, 5, 2)


@given(st.decimals(-(10**14) + 1, 10**14 - 1, places=4))
def test_a_number_is_read_with_or_without_marks(number: Decimal) -> None:
    for text in (f"{number:f}", f"{number:,f}", wide(f"{number:f}").replace("－", "-")):
        assert read_decimal(text) == number


@pytest.mark.parametrize(
    "text", ["1,23", "1,2345", "12,34.5", "1.2.3", "1e5", "--1", "￥5", "5元", "NaN", "inf", "9" * 15, ""]
)
def test_what_is_no_number_is_not_read(text: str) -> None:
    assert read_decimal(text) is None


def test_digits_behind_the_fourth_are_rounded() -> None:
    assert read_decimal("0.00005") == Decimal("0.0001")
    assert read_decimal("-0.00005") == Decimal("-0.0001")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("12.0", 12),
        ("1,200", 1200),
        ("-5", -5),
        ("１２", 12),
        ("12.5", None),
        ("12.", None),
        ("十二", None),
        ("9223372036854775807", 2**63 - 1),
        ("9223372036854775808", None),
        ("9" * 5000, None),
    ],
)
def test_whole_numbers_are_whole(text: str, number: int | None) -> None:
    assert read_whole(text) == number


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("是", True),
        ("否", False),
        ("1", True),
        ("0", False),
        ("TRUE", True),
        ("f", False),
        ("Ｙ", True),
        ("no", False),
        ("有", None),
        ("2", None),
        ("", None),
    ],
)
def test_yes_and_no_are_told_from_everything_else(text: str, answer: bool | None) -> None:
    assert read_yes_no(text) is answer


PIECES = st.sampled_from(
    [
        "2024",
        "1999",
        "0999",
        "12",
        "02",
        "30",
        "31",
        "1",
        "9",
        "-",
        "/",
        ".",
        " ",
        "T",
        ":",
        "年",
        "月",
        "日",
        "0",
        "Z",
        "+",
        "5",
    ]
)
ODD = st.lists(PIECES, max_size=12).map("".join)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        ODD | DAYS.map(str) | st.datetimes().map(lambda moment: f"{moment:%Y-%m-%d %H:%M}"),
        min_size=1,
        max_size=30,
    )
)
def test_what_sql_reads_it_reads_like_python(texts: list[str]) -> None:
    readers = {
        "date": lambda text: read_day(text, ZONE),
        "timestamp": lambda text: read_moment(text, ZONE),
        "integer": read_whole,
        "decimal": read_decimal,
    }
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t (i INTEGER, s VARCHAR)")
        connection.executemany("INSERT INTO t VALUES (?, ?)", [[n, text] for n, text in enumerate(texts)])
        for kind, read in readers.items():
            found = connection.execute(f"SELECT {plain_form(kind, 's')} FROM t ORDER BY i").fetchall()
            for text, (value,) in zip(texts, found, strict=True):
                assert value is None or value == read(text), (kind, text)


def test_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(forms).failed == 0
