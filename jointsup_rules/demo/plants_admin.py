"""Plants around administrative cases and what is handed to the police: FIL-02, ADM-05 and ADM-06."""

from datetime import date
from typing import Any

from jointsup_rules.demo import city
from jointsup_rules.demo.course import Course, Row
from jointsup_rules.demo.days import days_after
from jointsup_rules.demo.plants import Bed, Spot
from jointsup_rules.demo.stages_investigation import change, hand_over

BED = Bed()


# FIL-02: handed over by an administrative agency


@BED.plant(FIL_02=1)
def transfer_decided_on_the_fourth_day(course: Course, spot: Spot) -> None:
    """Three days from Monday end on Thursday."""
    on = spot.exactly("2025-05-12")
    hand_over(course, spot.place, on, decision_code="NOFILE", decision_date=days_after(on, 4))


@BED.plant()
def transfer_decided_after_the_weekend(course: Course, spot: Spot) -> None:
    """Three days from Thursday end on Sunday, so on Monday."""
    on = spot.exactly("2025-05-15")
    hand_over(course, spot.place, on, decision_code="FILE", decision_date=days_after(on, 4))


@BED.plant()
def economic_transfer_decided_on_the_tenth_day(course: Course, spot: Spot) -> None:
    """Ten days at the latest, whatever the tier says."""
    on = spot.exactly("2025-05-13")
    more = {"is_economic": True, "extend_tier": 3}
    hand_over(course, spot.place, on, decision_code="FILE", decision_date=days_after(on, 10), **more)


@BED.plant(FIL_02=1)
def economic_transfer_undecided_after_thirty_days(course: Course, spot: Spot) -> None:
    """Extended to thirty days, forty have gone."""
    hand_over(course, spot.place, days_after(city.AS_OF, -40), is_economic=True, extend_tier=30)


@BED.plant()
def economic_transfer_extended_to_sixty_days(course: Course, spot: Spot) -> None:
    """The fortieth of sixty days."""
    hand_over(course, spot.place, days_after(city.AS_OF, -40), is_economic=True, extend_tier=60)


@BED.plant(FIL_02=1)
def transfer_never_accepted(course: Course, spot: Spot) -> None:
    """Acceptance is not recorded: counted from the transfer, and marked."""
    hand_over(course, spot.place, spot.day("2025-06-02"), accept_date=None)


@BED.plant()
def transfer_decided_on_an_unknown_day(course: Course, spot: Spot) -> None:
    """There is a result, only its day is missing."""
    hand_over(course, spot.place, spot.day("2025-05-26"), decision_code="FILE")


@BED.plant()
def transfer_decided_before_it_was_accepted(course: Course, spot: Spot) -> None:
    """The days are to be checked first."""
    on = spot.day("2025-05-27")
    hand_over(course, spot.place, on, decision_code="FILE", decision_date=days_after(on, -2))


# ADM-05, ADM-06: administrative cases


def _penalty(course: Course, on: date | None, decided_on: date | None, **more: Any) -> Row:
    """A penalty case of the market office, filed on a day."""
    values = {"accept_date": on and days_after(on, -3), "is_police": False, "is_station": False, **more}
    return course.add(
        "admin_case",
        "X",
        "ac_id",
        unit_code="XZ239900",
        case_no=f"云市监罚〔2025〕{course.number('penalty')}号",
        cause_name="销售伪劣商品",
        enterprise_id=course.enterprise(),
        file_date=on,
        decision_date=decided_on,
        decision_code="处罚" if decided_on else None,
        **values,
    )


@BED.plant(ADM_05=1)
def penalty_after_ninety_one_days(course: Course, spot: Spot) -> None:
    """Ninety days from Tuesday 14 January end on Monday 14 April."""
    _penalty(course, spot.exactly("2025-01-14"), spot.exactly("2025-04-15"))


@BED.plant()
def penalty_after_ninety_days(course: Course, spot: Spot) -> None:
    """On the last day."""
    _penalty(course, spot.exactly("2025-01-14"), spot.exactly("2025-04-14"))


@BED.plant(ADM_05=1)
def penalty_undecided_for_months(course: Course, spot: Spot) -> None:
    """Filed in winter, nothing since."""
    _penalty(course, spot.day("2024-12-10"), None)


@BED.plant()
def penalty_extended_and_deducted(course: Course, spot: Spot) -> None:
    """Once extended, twenty days of appraisal."""
    on = spot.day("2025-01-15")
    _penalty(course, on, days_after(on, 140), extend_times=1, deduct_days=20)


@BED.plant()
def penalty_filed_nobody_knows_when(course: Course, spot: Spot) -> None:
    """No day of filing."""
    _penalty(course, None, None)


@BED.plant()
def penalty_handed_to_the_police_in_time(course: Course, spot: Spot) -> None:
    """Handed over as suspected crime, and filed there."""
    on = spot.day("2025-02-11")
    more = {"decision_code": "FILE", "decision_date": days_after(on, 2)}
    hand_over(course, spot.place, on, **more)


def _brawl(course: Course, spot: Spot, on: date, decided_on: date | None, **more: Any) -> Row:
    """A public-security case of a police station."""
    values = {"person_id": course.person(), "accept_date": on, **more}
    return course.add(
        "admin_case",
        "GAZ",
        "ac_id",
        unit_code=city.police(spot.place),
        case_no=f"云公行罚〔{on.year}〕{course.number('public security')}号",
        is_police=True,
        is_station=True,
        cause_name="殴打他人",
        file_date=on,
        decision_date=decided_on,
        decision_code="处罚" if decided_on else None,
        **values,
    )


@BED.plant(ADM_06=1)
def brawl_decided_on_the_thirty_first_day(course: Course, spot: Spot) -> None:
    """Thirty days from Monday end on Wednesday."""
    _brawl(course, spot, spot.exactly("2025-05-12"), spot.exactly("2025-06-12"))


@BED.plant()
def brawl_decided_on_the_thirtieth_day(course: Course, spot: Spot) -> None:
    """On the last day."""
    _brawl(course, spot, spot.exactly("2025-05-12"), spot.exactly("2025-06-11"))


@BED.plant()
def brawl_extended_on_the_case_itself(course: Course, spot: Spot) -> None:
    """Sixty days, and eleven of appraisal."""
    on = spot.day("2025-03-18")
    _brawl(course, spot, on, days_after(on, 70), extend_times=1, deduct_days=11)


@BED.plant(ADM_06=1)
def brawl_extended_twice_where_once_is_allowed(course: Course, spot: Spot) -> None:
    """A second extension is not known to the law of 2025."""
    on = spot.day("2025-03-19")
    _brawl(course, spot, on, days_after(on, 80), extend_times=2)


@BED.plant()
def brawl_extended_by_a_record_of_its_own(course: Course, spot: Spot) -> None:
    """Thirty days more, decided by the bureau above on the thirtieth day, and an appraisal that overlaps itself."""
    on = spot.exactly("2025-03-18")
    row = _brawl(course, spot, on, spot.exactly("2025-06-06"))
    case = {"case_id": row["ac_id"], "case_no": row["case_no"]}
    change(course, case, "ZA_CASE", "EXTEND", "COMPLEX", days_after(on, 30), decide_level="UP1")
    for first, last in ((10, 25), (20, 30)):
        more = {"end_date": days_after(on, last)}
        change(course, case, "ZA_CASE", "DEDUCT", "APPRAISAL", days_after(on, first), **more)


@BED.plant(ADM_06=1)
def brawl_extended_by_the_station_itself(course: Course, spot: Spot) -> None:
    """The station cannot give itself time."""
    on = spot.exactly("2025-03-18")
    row = _brawl(course, spot, on, spot.exactly("2025-05-14"))
    case = {"case_id": row["ac_id"], "case_no": row["case_no"]}
    change(course, case, "ZA_CASE", "EXTEND", "COMPLEX", days_after(on, 20), decide_level="SELF")


@BED.plant()
def brawl_by_nobody_known(course: Course, spot: Spot) -> None:
    """Nobody is known yet: the investigation lawfully goes on."""
    _brawl(course, spot, spot.day("2025-03-20"), None, person_id=None)


@BED.plant()
def brawl_due_this_week(course: Course, spot: Spot) -> None:
    """Thirty days end on 3 July."""
    _brawl(course, spot, spot.exactly("2025-06-03"), None)
