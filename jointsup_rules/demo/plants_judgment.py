"""Plants about persons after the judgment: CM-15 and COR-03."""

from datetime import date

from jointsup_rules.demo import stages
from jointsup_rules.demo.course import Course, Row
from jointsup_rules.demo.days import days_after
from jointsup_rules.demo.paths import NO_PRISON, PROBATION, bring_to_judgment
from jointsup_rules.demo.plants import Bed, Spot

BED = Bed()


def _held(course: Course, spot: Spot, on: date, left_on: date | None, **outcome: object) -> tuple[Row, str]:
    """The same, of someone held for 140 days before the judgment and until a day."""
    tried, _, accused = bring_to_judgment(course, spot, on, **outcome)
    stages.hold(course, course.rows["case_main"][0], accused, days_after(on, -140), left_on)
    return tried, accused


# CM-15: held although not to be held


@BED.plant(CM_15=1)
def acquitted_and_held_for_five_days(course: Course, spot: Spot) -> None:
    """Released five days after the acquittal."""
    on = spot.day("2025-01-15")
    _held(course, spot, on, days_after(on, 5), result_code="NOT_GUILTY", **NO_PRISON)


@BED.plant(CM_15=1)
def exempted_and_still_held(course: Course, spot: Spot) -> None:
    """Guilty without punishment, and still held on the day of the sweep."""
    _held(course, spot, spot.day("2025-05-20"), None, result_code="EXEMPT", **NO_PRISON)


@BED.plant(CM_15=1)
def probation_and_held_for_ten_days(course: Course, spot: Spot) -> None:
    """Suspended sentence, released ten days later."""
    on = spot.day("2025-02-19")
    tried, accused = _held(course, spot, on, days_after(on, 10), **PROBATION)
    stages.correct(course, tried, spot.place, accused, days_after(on, 14), 12)


@BED.plant()
def acquitted_and_released_the_day_after(course: Course, spot: Spot) -> None:
    """Left the detention centre on the day after the judgment."""
    on = spot.day("2025-01-21")
    _held(course, spot, on, days_after(on, 1), result_code="NOT_GUILTY", **NO_PRISON)


@BED.plant()
def public_surveillance_and_released_at_once(course: Course, spot: Spot) -> None:
    """Left on the day of the judgment."""
    on = spot.day("2025-02-25")
    _held(course, spot, on, on, main_penalty="管制", term_months=None)


@BED.plant()
def acquitted_and_released_on_30_february(course: Course, spot: Spot) -> None:
    """The day of release cannot be read: nobody can tell, and nobody may assume that it has not come."""
    on = spot.day("2025-02-12")
    _held(course, spot, on, None, result_code="NOT_GUILTY", **NO_PRISON)
    course.rows["custody_log"][-1].update(unread={"out_date": "2025-02-30"}, out_reason="释放")


@BED.plant(CM_15=1)
def held_beyond_a_short_term(course: Course, spot: Spot) -> None:
    """Six months of detention to serve, held for 240 days."""
    on = spot.day("2025-01-08")
    _held(course, spot, on, days_after(on, 100), main_penalty="拘役", term_months=6)


@BED.plant()
def released_when_the_term_was_served(course: Course, spot: Spot) -> None:
    """Held from 2024-10-01 under a term of six months, released on its last day."""
    _held(
        course,
        spot,
        spot.exactly("2025-02-18"),
        spot.exactly("2025-03-31"),
        main_penalty="拘役",
        term_months=6,
    )


@BED.plant(CM_15=1)
def fined_only_and_held_for_three_days(course: Course, spot: Spot) -> None:
    """A fine alone, paid in court, and held for another three days."""
    on = spot.day("2025-04-09")
    tried, _ = _held(
        course, spot, on, days_after(on, 3), main_penalty="单处附加刑", term_months=None, fine_amount=2000
    )
    stages.act(course, tried["case_id"], "PAY_IN", on, 2000)


@BED.plant()
def acquitted_and_sentenced_on_appeal(course: Course, spot: Spot) -> None:
    """The court above imposed imprisonment; the person was never released."""
    on = spot.day("2025-01-22")
    tried, accused = _held(course, spot, on, None, result_code="NOT_GUILTY", **NO_PRISON)
    course.rows["judgment_item"][0]["effective_date"] = None
    above = stages.appeal(course, tried, days_after(on, 20), accused)
    stages.judge(
        course, above, accused, days_after(on, 60), days_after(on, 60), result_code="CHANGE", term_months=60
    )
    stages.close_trial(course, above, days_after(on, 63))


@BED.plant(CM_01=1, CM_03=1)
def acquitted_but_detained_for_something_else(course: Course, spot: Spot) -> None:
    """Detained anew in another case on the day of the judgment."""
    on = spot.day("2025-03-11")
    _, accused = _held(course, spot, on, None, result_code="NOT_GUILTY", **NO_PRISON)
    other = stages.file_case(course, spot.place, on, accused)
    stages.measure(course, other, accused, "JL", on, None)


@BED.plant()
def probation_but_serving_another_sentence(course: Course, spot: Spot) -> None:
    """An earlier prison sentence of another case keeps the person in custody."""
    on = spot.day("2025-03-18")
    tried, accused = _held(course, spot, on, None, **PROBATION)
    stages.correct(course, tried, spot.place, accused, days_after(on, 14), 12)
    earlier = stages.file_case(course, spot.place, days_after(on, -330), accused)
    stages.transfer(course, earlier, days_after(on, -300))
    taken = stages.review(course, earlier, spot.place, days_after(on, -299), accused)
    stages.prosecute(course, taken, days_after(on, -280))
    court = stages.trial(course, taken, spot.place, days_after(on, -278), accused)
    stages.judge(course, court, accused, days_after(on, -240), days_after(on, -226), term_months=60)
    stages.close_trial(course, court, days_after(on, -236))


# COR-03: out of contact for more than a month, and nobody proposed to revoke


def _corrected(course: Course, spot: Spot, on: str, **more: object) -> Row:
    tried, _, accused = bring_to_judgment(course, spot, spot.day(on), **PROBATION)
    return stages.correct(course, tried, spot.place, accused, days_after(spot.day(on), 14), 12, **more)


@BED.plant(COR_03=1)
def lost_since_april(course: Course, spot: Spot) -> None:
    """Lost, not found, nothing proposed."""
    stages.correction_event(course, _corrected(course, spot, "2024-11-20"), "LOST", spot.day("2025-04-22"))


@BED.plant(COR_03=1)
def found_after_seven_weeks(course: Course, spot: Spot) -> None:
    """Found again, but after more than a month."""
    row, on = _corrected(course, spot, "2024-11-21"), spot.day("2025-03-10")
    stages.correction_event(course, row, "LOST", on)
    stages.correction_event(course, row, "FOUND", days_after(on, 49))


@BED.plant(COR_03=1, COR_02=1)
def never_reported(course: Course, spot: Spot) -> None:
    """Ten days to report, and a month more."""
    _corrected(course, spot, "2025-03-05", status="未报到", report_date=None)


@BED.plant()
def reported_on_the_tenth_day(course: Course, spot: Spot) -> None:
    """Reported on the last of the ten days."""
    _corrected(course, spot, "2025-03-06", report_date=days_after(spot.day("2025-03-06"), 24))


@BED.plant(COR_03=1)
def lost_on_the_last_of_april(course: Course, spot: Spot) -> None:
    """A criminal month from 30 April ends on 31 May."""
    row = _corrected(course, spot, "2024-11-18")
    stages.correction_event(course, row, "LOST", spot.exactly("2025-04-30"))
    stages.correction_event(course, row, "FOUND", spot.exactly("2025-06-03"))


@BED.plant()
def found_on_the_last_of_march(course: Course, spot: Spot) -> None:
    """A criminal month from 28 February ends on 31 March."""
    row = _corrected(course, spot, "2024-11-19")
    stages.correction_event(course, row, "LOST", spot.exactly("2025-02-28"))
    stages.correction_event(course, row, "FOUND", spot.exactly("2025-03-31"))


@BED.plant(COR_03=1, COR_06=1)
def lost_twice(course: Course, spot: Spot) -> None:
    """A proposal answered the first loss; the second, after it, was never answered."""
    row, on = _corrected(course, spot, "2024-09-17"), spot.day("2025-01-21")
    stages.correction_event(course, row, "LOST", on)
    stages.correction_event(course, row, "PROPOSE", days_after(on, 40))
    stages.correction_event(course, row, "FOUND", days_after(on, 50))
    stages.correction_event(course, row, "LOST", days_after(on, 80))


@BED.plant()
def found_on_the_last_day_of_the_month(course: Course, spot: Spot) -> None:
    """Lost on 10 March, found on 10 April."""
    row = _corrected(course, spot, "2024-11-22")
    stages.correction_event(course, row, "LOST", spot.exactly("2025-03-10"))
    stages.correction_event(course, row, "FOUND", spot.exactly("2025-04-10"))


@BED.plant()
def lost_with_an_end_recorded(course: Course, spot: Spot) -> None:
    """The event itself says when contact was made again."""
    row, on = _corrected(course, spot, "2024-11-25"), spot.day("2025-04-14")
    stages.correction_event(course, row, "LOST", on, days_after(on, 12))


@BED.plant(COR_06=1)
def revocation_was_proposed(course: Course, spot: Spot) -> None:
    """Lost for long, and revocation proposed."""
    row, on = _corrected(course, spot, "2024-11-26"), spot.day("2025-03-05")
    stages.correction_event(course, row, "LOST", on)
    stages.correction_event(course, row, "PROPOSE", days_after(on, 30))


@BED.plant()
def month_ends_after_the_export(course: Course, spot: Spot) -> None:
    """Lost on 28 May: the month ends on 28 June, the export on 27 June. Nobody can tell."""
    stages.correction_event(
        course, _corrected(course, spot, "2024-11-27"), "LOST", spot.exactly("2025-05-28")
    )


@BED.plant()
def lost_under_public_surveillance(course: Course, spot: Spot) -> None:
    """Neither suspended sentence nor parole: not this rule's subject."""
    row = _corrected(course, spot, "2024-11-28", cc_type="GZ")
    stages.correction_event(course, row, "LOST", spot.day("2025-03-12"))


@BED.plant()
def lost_before_the_discharge(course: Course, spot: Spot) -> None:
    """The correction has ended."""
    row = _corrected(course, spot, "2024-04-09")
    row.update(status="解除", discharge_date=days_after(row["end_date"], 1))
    stages.correction_event(course, row, "LOST", spot.day("2024-12-05"))
