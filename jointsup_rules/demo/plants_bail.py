"""Plants around bail and residential surveillance: CM-08, CM-09, CM-11."""

from datetime import date
from typing import Any

from jointsup_rules.demo import city, stages
from jointsup_rules.demo.course import Course, Row
from jointsup_rules.demo.days import days_after
from jointsup_rules.demo.plants import Bed, Spot

BED = Bed()


def _case(course: Course, spot: Spot, on: date) -> tuple[Row, str]:
    person = course.person()
    return stages.file_case(course, spot.place, on, person), person


def _restrained(
    course: Course, spot: Spot, kind: str, on: date, until: date | None, **more: Any
) -> tuple[Row, str]:
    """A case under one measure, withdrawn ten days after it ended."""
    case, person = _case(course, spot, days_after(on, -1))
    stages.measure(course, case, person, kind, on, until, **more)
    if until is not None:
        stages.withdraw(course, case, days_after(until, 10))
    return case, person


# CM-08: twelve months on bail


@BED.plant(CM_08=1)
def bail_lifted_a_day_late(course: Course, spot: Spot) -> None:
    """Twelve months from 29 February end on 28 February."""
    _restrained(course, spot, "QB", spot.exactly("2024-02-29"), spot.exactly("2025-03-01"))


@BED.plant()
def bail_lifted_on_the_last_day(course: Course, spot: Spot) -> None:
    """The last of February."""
    _restrained(course, spot, "QB", spot.exactly("2024-02-29"), spot.exactly("2025-02-28"))


@BED.plant()
def bail_replaced_by_the_procuratorate(course: Course, spot: Spot) -> None:
    """The case went on in time; the procuratorate's own bail has its own twelve months."""
    on = spot.day("2024-04-15")
    case, person = _case(course, spot, days_after(on, -1))
    stages.measure(course, case, person, "QB", on, None)
    sent_on = days_after(on, 300)
    stages.transfer(course, case, sent_on)
    taken = stages.review(course, case, spot.place, sent_on, person)
    stages.measure(
        course,
        taken,
        person,
        "QB",
        days_after(sent_on, 2),
        None,
        decide_unit_code=city.procuratorate(spot.place),
    )
    stages.prosecute(course, taken, days_after(sent_on, 25))
    tried = stages.trial(course, taken, spot.place, days_after(sent_on, 30), person)
    stages.judge(course, tried, person, days_after(sent_on, 70), days_after(sent_on, 85), term_months=6)
    stages.close_trial(course, tried, days_after(sent_on, 73))


@BED.plant()
def bail_of_a_case_long_closed(course: Course, spot: Spot) -> None:
    """The case was withdrawn after two years, the bail never lifted: left to the quality of the data."""
    on = spot.day("2024-03-18")
    case, person = _case(course, spot, days_after(on, -1))
    stages.measure(course, case, person, "QB", on, None)
    course.close(case, days_after(on, 390), "其他")
    course.event(case, "NOTE", days_after(on, 390))


@BED.plant()
def bail_ends_within_the_week(course: Course, spot: Spot) -> None:
    """Twelve months end on 3 July."""
    _restrained(course, spot, "QB", spot.exactly("2024-07-03"), None)


@BED.plant(LONG_01=1)
def end_of_bail_unreadable(course: Course, spot: Spot) -> None:
    """The end is there and cannot be read: nobody can tell."""
    _restrained(course, spot, "QB", spot.day("2024-05-20"), None)
    course.rows["coercive_measure"][-1].update(unread={"end_date": "不详"}, end_reason="解除")


# CM-09: six months of residential surveillance


@BED.plant(CM_09=1)
def surveillance_for_six_months_and_a_day(course: Course, spot: Spot) -> None:
    """From the last of August to 1 March."""
    _restrained(course, spot, "JJ", spot.exactly("2024-08-31"), spot.exactly("2025-03-01"))


@BED.plant()
def surveillance_for_six_months(course: Course, spot: Spot) -> None:
    """From the last of August to the last of February."""
    _restrained(course, spot, "JJ", spot.exactly("2024-08-31"), spot.exactly("2025-02-28"))


@BED.plant(CM_09=1)
def surveillance_at_a_designated_place_goes_on(course: Course, spot: Spot) -> None:
    """Still under surveillance after seven months."""
    _restrained(course, spot, "ZJ", spot.day("2024-11-27"), None)


@BED.plant()
def surveillance_turned_into_bail(course: Course, spot: Spot) -> None:
    """Bail took its place after five months; the row was never closed."""
    on = spot.day("2024-12-10")
    case, person = _restrained(course, spot, "JJ", on, None)
    stages.measure(course, case, person, "QB", days_after(on, 150), None)


# CM-11: the deposit


def _deposited(course: Course, spot: Spot, on: date, lifted_on: date | None, **more: Any) -> tuple[Row, str]:
    return _restrained(course, spot, "QB", on, lifted_on, deposit_amount=5000, **more)


@BED.plant(CM_11=1)
def deposit_kept_for_sixteen_days(course: Course, spot: Spot) -> None:
    """Lifted sixteen days before the sweep."""
    lifted_on = days_after(city.AS_OF, -16)
    _deposited(course, spot, spot.day("2025-01-13"), lifted_on)


@BED.plant()
def deposit_kept_for_fifteen_days(course: Course, spot: Spot) -> None:
    """Lifted fifteen days before the sweep."""
    lifted_on = days_after(city.AS_OF, -15)
    _deposited(course, spot, spot.day("2025-01-14"), lifted_on)


@BED.plant(CM_08=1, CM_11=1, LONG_01=1)
def deposit_of_a_bail_never_lifted(course: Course, spot: Spot) -> None:
    """Twelve months have passed, nobody lifted it."""
    _deposited(course, spot, spot.day("2024-06-05"), None)


@BED.plant()
def deposit_refunded_late(course: Course, spot: Spot) -> None:
    """Refunded after all."""
    on = spot.day("2024-11-12")
    settled_on = days_after(on, 160)
    more = {"deposit_disposal": "REFUND", "deposit_disposal_date": settled_on}
    _deposited(course, spot, on, days_after(on, 100), **more)


@BED.plant()
def deposit_forfeited_on_an_unknown_day(course: Course, spot: Spot) -> None:
    """Settled, only the day is missing."""
    on = spot.day("2024-11-13")
    _deposited(course, spot, on, days_after(on, 100), deposit_disposal="FORFEIT")


@BED.plant()
def deposit_of_someone_bailed_again(course: Course, spot: Spot) -> None:
    """Bailed again: the deposit may have gone on."""
    on = spot.day("2024-12-16")
    case, person = _case(course, spot, days_after(on, -1))
    stages.measure(course, case, person, "QB", on, days_after(on, 90), deposit_amount=3000)
    stages.measure(course, case, person, "QB", days_after(on, 95), None)


@BED.plant()
def surveillance_of_a_case_long_closed(course: Course, spot: Spot) -> None:
    """The case is closed, the measure has no end."""
    on = spot.day("2024-10-15")
    case, _ = _restrained(course, spot, "JJ", on, None)
    course.close(case, days_after(on, 220), "其他")
