"""The demo against itself: what is planted is what the oracle sees, and nothing else."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from jointsup_rules.demo.background import gather_background
from jointsup_rules.demo.chance import Chance
from jointsup_rules.demo.city_courses import LEAST_CASES, PLANTS, gather_courses
from jointsup_rules.demo.course import Course, Registry
from jointsup_rules.demo.days import is_working_day, months_after, roll, working_days_after
from jointsup_rules.demo.oracle import RULES, find_all
from jointsup_rules.demo.oracle_gaps import Gaps
from jointsup_rules.demo.oracle_public import Hotspots
from jointsup_rules.demo.plants import Plant, gather_plants
from jointsup_rules.demo.verdicts import Verdict, fold

REPOSITORY = Path(__file__).parents[2]


def _verdicts(course: Course) -> list[Verdict]:
    gaps = Gaps()
    gaps.count(course)
    return list(fold(gaps.settle(find_all(course))))


def _clues(verdicts: list[Verdict]) -> Counter[str]:
    clues: Counter[str] = Counter()
    for verdict in verdicts:
        clues[verdict.rule] += len(verdict.clues)
    return +clues


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.name)
def test_a_plant_strikes_the_rules_it_means_to_in_every_copy(plant: Plant) -> None:
    for turn, (_, course) in enumerate(gather_plants(Registry(), (plant,), 40)):
        assert _clues(_verdicts(course)) == Counter(plant.hits), f"copy {turn}"


def test_no_two_plants_share_a_name() -> None:
    names = Counter(plant.name for plant in PLANTS)
    assert [name for name, n in names.items() if n > 1] == []


@pytest.mark.parametrize("seed", [1, 2, 77])
def test_nothing_is_found_in_the_background(seed: int) -> None:
    for course in gather_background(Registry(), Chance(seed), 3000):
        assert [verdict for verdict in _verdicts(course) if verdict.outcome == "hit"] == []


def test_every_rule_has_plants_that_strike_and_look_alikes_that_do_not() -> None:
    struck = {rule for plant in PLANTS for rule in plant.hits}
    assert struck == set(RULES) - {"PET-08"}  # a hotspot is one court, beside the plants
    assert sum(not plant.hits for plant in PLANTS) > 50


@pytest.mark.parametrize("n_cases", [LEAST_CASES, LEAST_CASES + 1, 2345])
def test_a_demo_has_exactly_the_cases_asked_for(n_cases: int) -> None:
    assert sum(len(course.rows["case_main"]) for _, course in gather_courses(n_cases, 1)) == n_cases


def test_too_few_cases_for_the_plants_are_refused() -> None:
    with pytest.raises(ValueError, match=f"at least {LEAST_CASES}"):
        next(gather_courses(LEAST_CASES - 1, 1))


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_even_the_smallest_demo_has_one_hotspot(seed: int) -> None:
    hotspots = Hotspots()
    for _, course in gather_courses(LEAST_CASES, seed):
        hotspots.count(course)
    assert ("黑9903",) in [verdict.subject for verdict in fold(hotspots.find()) if verdict.outcome == "hit"]


def test_no_number_is_given_twice() -> None:
    keys = {
        "case_main": "case_id",
        "case_event": "event_id",
        "case_party": "party_id",
        "person": "person_id",
        "case_link": "link_id",
    }
    seen = {table: Counter[str]() for table in keys}
    numbers: Counter[tuple[str, str]] = Counter()
    for plant, course in gather_courses(3000, 1):
        for table, key in keys.items():
            seen[table].update(row[key] for row in course.rows[table])
        if plant is None:
            numbers.update((row["unit_code"], row["case_no"]) for row in course.rows["case_main"])
    assert {table: counts.most_common(1)[0][1] for table, counts in seen.items()} == dict.fromkeys(keys, 1)
    assert numbers.most_common(1)[0][1] == 1


def test_working_days_are_those_of_the_calendar_files() -> None:
    for year in (2023, 2024, 2025):
        path = REPOSITORY / f"datasets/calendar/{year}.csv"
        lines = path.read_text(encoding="utf-8-sig").splitlines()[1:]
        announced = {date.fromisoformat(line.split(",")[0]): line.split(",")[1] == "1" for line in lines}
        # Ordinary weekdays and weekends need no line.
        day = date(year, 1, 1)
        while day.year == year:
            assert is_working_day(day) == announced.get(day, day.weekday() < 5), day
            day += timedelta(days=1)


def test_a_year_without_announced_holidays_is_refused() -> None:
    with pytest.raises(ValueError, match="2026"):
        is_working_day(date(2026, 1, 5))


# Vectors of the law: criminal months go from month end to month end, civil months do not.
@pytest.mark.parametrize(
    ("start", "months", "criminal", "civil"),
    [
        ("2023-02-28", 1, "2023-03-31", "2023-03-28"),
        ("2024-01-31", 1, "2024-02-29", "2024-02-29"),
        ("2024-01-30", 1, "2024-02-29", "2024-02-29"),
        ("2023-04-30", 1, "2023-05-31", "2023-05-30"),
        ("2023-12-31", 2, "2024-02-29", "2024-02-29"),
        ("2024-02-28", 1, "2024-03-28", "2024-03-28"),
        ("2024-06-29", 12, "2025-06-29", "2025-06-29"),
    ],
)
def test_months_are_counted_as_each_law_says(start: str, months: int, criminal: str, civil: str) -> None:
    on = date.fromisoformat(start)
    assert months_after(on, months, month_end=True) == date.fromisoformat(criminal)
    assert months_after(on, months, month_end=False) == date.fromisoformat(civil)


def test_a_limit_rolls_over_holidays_and_counts_days_worked_in_exchange() -> None:
    assert roll(date(2025, 6, 28)) == date(2025, 6, 30)
    assert roll(date(2025, 1, 26)) == date(2025, 1, 26)
    assert working_days_after(date(2025, 1, 24), 3) == date(2025, 2, 5)
    assert working_days_after(date(2025, 9, 29), 3) == date(2025, 10, 10)
