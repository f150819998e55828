"""The working-day files: complete, true to the notices, and silent about years nobody has announced."""

import csv
import importlib.util
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).parents[2] / "datasets" / "calendar"
YEARS = range(2004, 2027)


def read_rows(year: int) -> list[dict[str, str]]:
    with (FOLDER / f"{year}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def is_working(day: str) -> bool:
    return {row["day"]: row["is_working_day"] for row in read_rows(int(day[:4]))}[day] == "1"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    pytest.importorskip("chinese_calendar")
    spec = importlib.util.spec_from_file_location("make_calendar", FOLDER / "make_calendar.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_there_is_one_file_for_each_announced_year_and_none_for_the_next() -> None:
    assert sorted(path.name for path in FOLDER.glob("*.csv")) == [f"{year}.csv" for year in YEARS]


@pytest.mark.parametrize("year", YEARS)
def test_a_file_names_every_day_of_its_year_once_and_in_order(year: int) -> None:
    first = date(year, 1, 1)
    n_days = (date(year + 1, 1, 1) - first).days
    rows = read_rows(year)
    assert [row["day"] for row in rows] == [(first + timedelta(days=n)).isoformat() for n in range(n_days)]
    assert {row["is_working_day"] for row in rows} == {"0", "1"}
    assert all(str(year) in row["source"] for row in rows)


@pytest.mark.parametrize("year", YEARS)
def test_a_weekday_off_and_a_weekend_day_worked_say_why(year: int) -> None:
    for row in read_rows(year):
        is_weekend = date.fromisoformat(row["day"]).weekday() >= 5
        if is_weekend and row["is_working_day"] == "1":
            assert row["note"] == "补班", row
        if not is_weekend and row["is_working_day"] == "0":
            assert row["note"], row


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2024-06-10", False),  # Dragon Boat Festival, a Monday
        ("2024-09-29", True),  # a Sunday worked for the National Day week
        ("2024-10-01", False),
        ("2024-10-07", False),
        ("2024-10-08", True),
        ("2024-10-12", True),
        ("2025-09-28", True),
        ("2025-10-08", False),
        ("2025-10-09", True),
        ("2020-01-31", False),  # the Spring Festival that was made longer
        ("2026-10-10", True),
    ],
)
def test_days_read_from_the_notices(day: str, expected: bool) -> None:
    assert is_working(day) is expected


@pytest.mark.parametrize("year", YEARS)
def test_a_file_agrees_with_the_library_to_the_byte(year: int, script: ModuleType) -> None:
    assert (FOLDER / f"{year}.csv").read_bytes() == script.render_year(year)


def test_the_library_knows_no_year_that_is_missing_here(script: ModuleType) -> None:
    assert script.read_years() == YEARS
