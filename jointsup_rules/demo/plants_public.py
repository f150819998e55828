"""Plants around petitions, reports, overlapping suits and the data: PET, HOT, ENT and DQ."""

from datetime import date
from typing import Any

from jointsup_rules.demo import city, stages
from jointsup_rules.demo.course import Course, Row, token
from jointsup_rules.demo.days import days_after
from jointsup_rules.demo.plants import Bed, Spot

BED = Bed()


def _settled(course: Course, spot: Spot, on: date, **more: object) -> Row:
    """A civil suit, closed after eighty days."""
    case = stages.sue(course, spot.place, on, course.person(), course.person(), **more)
    stages.close_trial(course, case, days_after(on, 80), "调解")
    return case


# PET-04: three days within a year, or five people at once


def _matter(course: Course, spot: Spot, *days: str, **more: Any) -> None:
    case = _settled(course, spot, spot.day("2024-03-07"))
    key = token("planted matter", course.number("planted matter"))
    for day in days:
        stages.petition(course, case, spot.place, date.fromisoformat(day), key, **more)


@BED.plant(PET_04=1)
def matter_brought_three_times(course: Course, spot: Spot) -> None:
    """Three days, the first on the first day of the window."""
    _matter(course, spot, "2024-07-01", "2024-11-05", "2025-04-16")


@BED.plant()
def first_of_three_a_day_too_early(course: Course, spot: Spot) -> None:
    """The first day lies a day before the window."""
    _matter(course, spot, "2024-06-30", "2024-11-05", "2025-04-16")


@BED.plant()
def one_letter_registered_by_three_offices(course: Course, spot: Spot) -> None:
    """Three registrations on one day, and one more: two days."""
    _matter(course, spot, "2024-10-15", "2024-10-15", "2024-10-15", "2025-02-12")


@BED.plant(PET_04=1)
def five_people_at_once(course: Course, spot: Spot) -> None:
    """A group of five."""
    _matter(course, spot, "2025-01-20", group=5)


@BED.plant(PET_04=2)
def brought_three_times_by_six_people(course: Course, spot: Spot) -> None:
    """Repeated and collective: one clue for each."""
    _matter(course, spot, "2024-08-14", "2024-12-17", "2025-06-10", group=6)


@BED.plant()
def four_people_at_once(course: Course, spot: Spot) -> None:
    """A group of four."""
    _matter(course, spot, "2025-01-21", group=4)


@BED.plant()
def group_of_unknown_size(course: Course, spot: Spot) -> None:
    """Nobody counted: a word stands where the number should."""
    _matter(course, spot, "2025-01-22", group=None, unread={"group_size": "若干"})


@BED.plant()
def ended_on_all_three_levels(course: Course, spot: Spot) -> None:
    """Handled, reviewed and re-reviewed before it was brought again."""
    _matter(
        course,
        spot,
        "2024-08-06",
        "2024-12-10",
        "2025-03-18",
        recheck_apply_date=date(2024, 7, 1),
        recheck_reply_date=date(2024, 7, 29),
    )


@BED.plant()
def three_letters_without_a_matter(course: Course, spot: Spot) -> None:
    """Three petitions nobody gave a matter key: not one matter."""
    case = _settled(course, spot, spot.day("2024-03-08"))
    for day in (date(2024, 9, 3), date(2024, 12, 3), date(2025, 3, 4)):
        stages.petition(course, case, spot.place, day, None)


# PET-08: one court with far more petitions than its peers


def petitioned_court(course: Course, place: int, n_petitions: int) -> None:
    """One closed suit of a court that many people petition about, each on a matter of their own."""
    case = _settled(course, Spot(place, 0), date(2024, 4, 10))
    for n in range(n_petitions):
        key = token("matter at the hotspot", course.number("planted matter"))
        stages.petition(course, case, place, days_after(date(2024, 8, 1), n * 300 // n_petitions), key)


# HOT-06: three reports within a year


def _accused(course: Course) -> str:
    return token("planted accused", course.number("planted accused"))


@BED.plant(HOT_06=1)
def reported_three_times(course: Course, spot: Spot) -> None:
    """Three clues, the first on the first day of the window."""
    accused = _accused(course)
    for day in ("2024-07-01", "2024-12-02", "2025-05-12"):
        stages.report(course, accused, city.police(spot.place), spot.exactly(day))


@BED.plant()
def first_of_three_reports_a_day_too_early(course: Course, spot: Spot) -> None:
    """The first clue lies a day before the window."""
    accused = _accused(course)
    for day in ("2024-06-30", "2024-12-02", "2025-05-12"):
        stages.report(course, accused, city.court(spot.place), spot.exactly(day))


@BED.plant()
def reported_at_two_units(course: Course, spot: Spot) -> None:
    """Two clues at one unit and one at the next: counted apart."""
    accused = _accused(course)
    for day, place in (("2024-09-09", 1), ("2024-12-09", 1), ("2025-03-10", 2)):
        stages.report(course, accused, city.police(place), spot.exactly(day))


@BED.plant()
def reports_without_a_name(course: Course, spot: Spot) -> None:
    """Three clues that name nobody."""
    for day in ("2024-09-10", "2024-12-10", "2025-03-11"):
        stages.report(course, None, city.police(spot.place), spot.exactly(day))


# ENT-04: an economic crime case within 180 days of a suit between the same two


def _overlap(
    course: Course, spot: Spot, filed_on: date, sued_on: date, swapped: bool = False, **more: object
) -> Row:
    accuser, suspect = course.enterprise(), course.person()
    sides = (suspect, accuser) if swapped else (accuser, suspect)
    suit = stages.sue(course, spot.place, sued_on, *sides)
    stages.close_trial(course, suit, days_after(sued_on, 90))
    values = {"cause": city.CONTRACT_FRAUD, "is_economic_crime": True, **more}
    case = stages.file_case(course, spot.place, filed_on, suspect, **values)  # type: ignore[arg-type]
    course.party(case, "ACCUSER", accuser)
    return case


@BED.plant(ENT_04=1, EXE_05=1)
def accused_of_fraud_and_sued(course: Course, spot: Spot) -> None:
    """Sued two months before the criminal case was filed."""
    case = _overlap(course, spot, spot.day("2024-12-04"), spot.day("2024-10-08"))
    course.add(
        "property_item",
        "Q",
        "property_id",
        case_id=case["case_id"],
        asset_kind="DEPOSIT",
        measure_kind="FREEZE",
        decide_unit_code=case["unit_code"],
        amount=300000,
        start_date=spot.day("2024-12-10"),
        due_date=days_after(spot.day("2024-12-10"), 180),
    )


@BED.plant(ENT_04=1, FIL_08=1)
def sued_after_180_days(course: Course, spot: Spot) -> None:
    """The suit came 180 days after the criminal case."""
    filed_on = spot.day("2024-08-19")
    _overlap(course, spot, filed_on, days_after(filed_on, 180))


@BED.plant(FIL_08=1)
def sued_after_181_days(course: Course, spot: Spot) -> None:
    """One day too far apart."""
    filed_on = spot.day("2024-08-20")
    _overlap(course, spot, filed_on, days_after(filed_on, 181))


@BED.plant(ENT_04=1, FIL_08=1)
def suspect_sues_the_accuser(course: Course, spot: Spot) -> None:
    """The same two, on swapped sides."""
    _overlap(course, spot, spot.day("2025-01-13"), spot.day("2024-12-11"), swapped=True)


@BED.plant()
def filing_day_of_the_fraud_case_unreadable(course: Course, spot: Spot) -> None:
    """Nobody can tell how far apart the two were filed."""
    case = _overlap(course, spot, spot.day("2024-11-28"), spot.day("2024-10-16"))
    case["file_date"], case["unread"] = None, {"file_date": "2024/11/31"}


@BED.plant(FIL_08=1)
def theft_beside_a_suit(course: Course, spot: Spot) -> None:
    """Not an economic crime."""
    _overlap(course, spot, spot.day("2025-01-14"), spot.day("2024-12-12"), is_economic_crime=False)


@BED.plant(FIL_08=1)
def suit_attached_to_the_criminal_case(course: Course, spot: Spot) -> None:
    """The civil claim is attached to the criminal case."""
    _overlap(course, spot, spot.day("2025-01-15"), spot.day("2024-12-13"), is_incidental_civil=True)


@BED.plant(FIL_08=1)
def suit_with_somebody_else(course: Course, spot: Spot) -> None:
    """Only one of the two meets in court."""
    case = _overlap(course, spot, spot.day("2025-01-16"), spot.day("2023-09-13"))
    suspect = next(row["person_id"] for row in course.rows["case_party"] if row["case_id"] == case["case_id"])
    suit = stages.sue(course, spot.place, spot.day("2025-01-06"), course.enterprise(), suspect)
    stages.close_trial(course, suit, spot.day("2025-03-20"))
