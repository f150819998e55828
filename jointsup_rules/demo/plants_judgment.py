"""Plants after the judgment: CM-15, EXE-03, EXE-07 and COR-03."""

from datetime import date

from jointsup_rules.demo import stages
from jointsup_rules.demo.course import Course, Row
from jointsup_rules.demo.days import days_after
from jointsup_rules.demo.plants import Bed, Spot

BED = Bed()
_NO_PRISON: dict[str, object] = {"main_penalty": None, "term_months": None}
_PROBATION: dict[str, object] = {"is_probation": True, "term_months": 12}


def _tried(course: Course, spot: Spot, on: date, **outcome: object) -> tuple[Row, Row, str]:
    """A case of one accused, lawfully brought to judgment; the court case, the judgment, the accused."""
    accused = course.person()
    case = stages.file_case(course, spot.place, days_after(on, -150), accused)
    stages.transfer(course, case, days_after(on, -90))
    taken = stages.review(course, case, spot.place, days_after(on, -89), accused)
    stages.prosecute(course, taken, days_after(on, -60))
    tried = stages.trial(course, taken, spot.place, days_after(on, -55), accused)
    judgment = stages.judge(course, tried, accused, on, days_after(on, 14), **outcome)
    stages.close_trial(course, tried, days_after(on, 3))
    return tried, judgment, accused


def _held(course: Course, spot: Spot, on: date, left_on: date | None, **outcome: object) -> tuple[Row, str]:
    """The same, of someone held for 140 days before the judgment and until a day."""
    tried, _, accused = _tried(course, spot, on, **outcome)
    stages.hold(course, course.rows["case_main"][0], accused, days_after(on, -140), left_on)
    return tried, accused


# CM-15: held although not to be held


@BED.plant(CM_15=1)
def acquitted_and_held_for_five_days(course: Course, spot: Spot) -> None:
    """Released five days after the acquittal."""
    on = spot.day("2025-01-15")
    _held(course, spot, on, days_after(on, 5), result_code="NOT_GUILTY", **_NO_PRISON)


@BED.plant(CM_15=1)
def exempted_and_still_held(course: Course, spot: Spot) -> None:
    """Guilty without punishment, and still held on the day of the sweep."""
    _held(course, spot, spot.day("2025-05-20"), None, result_code="EXEMPT", **_NO_PRISON)


@BED.plant(CM_15=1)
def probation_and_held_for_ten_days(course: Course, spot: Spot) -> None:
    """Suspended sentence, released ten days later."""
    on = spot.day("2025-02-19")
    tried, accused = _held(course, spot, on, days_after(on, 10), **_PROBATION)
    stages.correct(course, tried, spot.place, accused, days_after(on, 14), 12)


@BED.plant()
def acquitted_and_released_the_day_after(course: Course, spot: Spot) -> None:
    """Left the detention centre on the day after the judgment."""
    on = spot.day("2025-01-21")
    _held(course, spot, on, days_after(on, 1), result_code="NOT_GUILTY", **_NO_PRISON)


@BED.plant()
def public_surveillance_and_released_at_once(course: Course, spot: Spot) -> None:
    """Left on the day of the judgment."""
    on = spot.day("2025-02-25")
    _held(course, spot, on, on, main_penalty="管制", term_months=None)


@BED.plant()
def acquitted_and_released_on_30_february(course: Course, spot: Spot) -> None:
    """The day of release cannot be read: nobody can tell, and nobody may assume that it has not come."""
    on = spot.day("2025-02-12")
    _held(course, spot, on, None, result_code="NOT_GUILTY", **_NO_PRISON)
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


@BED.plant()
def acquitted_but_detained_for_something_else(course: Course, spot: Spot) -> None:
    """Detained anew in another case on the day of the judgment."""
    on = spot.day("2025-03-11")
    _, accused = _held(course, spot, on, None, result_code="NOT_GUILTY", **_NO_PRISON)
    other = stages.file_case(course, spot.place, on, accused)
    stages.measure(course, other, accused, "JL", on, None)


@BED.plant()
def probation_but_serving_another_sentence(course: Course, spot: Spot) -> None:
    """An earlier prison sentence of another case keeps the person in custody."""
    on = spot.day("2025-03-18")
    tried, accused = _held(course, spot, on, None, **_PROBATION)
    stages.correct(course, tried, spot.place, accused, days_after(on, 14), 12)
    earlier = stages.file_case(course, spot.place, days_after(on, -330), accused)
    stages.transfer(course, earlier, days_after(on, -300))
    taken = stages.review(course, earlier, spot.place, days_after(on, -299), accused)
    stages.prosecute(course, taken, days_after(on, -280))
    court = stages.trial(course, taken, spot.place, days_after(on, -278), accused)
    stages.judge(course, court, accused, days_after(on, -240), days_after(on, -226), term_months=60)
    stages.close_trial(course, court, days_after(on, -236))


# EXE-03: terminated for now, then looked into every six months for five years


def _terminated(course: Course, spot: Spot, on: date, *queries: date) -> Row:
    suit = stages.sue(course, spot.place, days_after(on, -330), course.person(), course.enterprise())
    stages.close_trial(course, suit, days_after(on, -220))
    row = stages.enforce(course, suit, spot.place, days_after(on, -170))
    stages.end_enforcement(course, row, on, "THIS")
    for asked_on in queries:
        stages.act(course, row["case_id"], "QUERY", asked_on)
    return row


@BED.plant(EXE_03=1)
def never_queried_after_termination(course: Course, spot: Spot) -> None:
    """Queried before the termination only."""
    on = spot.day("2024-09-20")
    _terminated(course, spot, on, days_after(on, -40))


@BED.plant(EXE_03=1)
def last_query_six_months_and_a_day_ago(course: Course, spot: Spot) -> None:
    """Next query due the day before the sweep."""
    _terminated(course, spot, spot.day("2024-03-25"), spot.day("2024-09-05"), spot.exactly("2024-12-29"))


@BED.plant()
def last_query_six_months_ago(course: Course, spot: Spot) -> None:
    """Next query due on the day of the sweep."""
    _terminated(course, spot, spot.day("2024-03-26"), spot.day("2024-09-05"), spot.exactly("2024-12-30"))


@BED.plant()
def a_past_gap_that_was_mended(course: Course, spot: Spot) -> None:
    """Nine months without a query, but one last month: only the running gap is looked at."""
    _terminated(course, spot, spot.day("2024-08-20"), spot.day("2025-05-26"))


@BED.plant()
def terminated_more_than_five_years_ago(course: Course, spot: Spot) -> None:
    """The five years of queries are over."""
    _terminated(course, spot, spot.day("2020-05-18"))


@BED.plant()
def resumed_after_termination(course: Course, spot: Spot) -> None:
    """Property was found and enforcement resumed."""
    row = _terminated(course, spot, spot.day("2024-10-14"))
    stages.act(course, row["case_id"], "RESUME", spot.day("2025-02-17"))


@BED.plant()
def enforced_in_full(course: Course, spot: Spot) -> None:
    """Paid and done: no query is due."""
    suit = stages.sue(course, spot.place, spot.day("2024-02-19"), course.person(), course.person())
    stages.close_trial(course, suit, spot.day("2024-05-20"))
    row = stages.enforce(course, suit, spot.place, spot.day("2024-07-08"))
    stages.act(course, row["case_id"], "PAY_IN", spot.day("2024-09-02"), 20000)
    stages.end_enforcement(course, row, spot.day("2024-09-03"), "DONE")


# EXE-07: the property part of a criminal judgment, sent for enforcement within ninety days


@BED.plant(EXE_07=1)
def fine_never_enforced(course: Course, spot: Spot) -> None:
    """Effective in winter, nothing paid, no enforcement case."""
    _tried(course, spot, spot.day("2024-12-16"), fine_amount=5000, **_PROBATION)


@BED.plant(EXE_07=1)
def confiscation_never_enforced(course: Course, spot: Spot) -> None:
    """Confiscation and restitution, no enforcement case."""
    _tried(course, spot, spot.day("2024-11-25"), confiscation=True, restitution_amount=80000, **_PROBATION)


@BED.plant(EXE_07=1)
def ninety_days_passed_the_day_before(course: Course, spot: Spot) -> None:
    """Effective on 2025-03-27: the ninety days end on Wednesday 2025-06-25."""
    _tried(course, spot, spot.exactly("2025-03-13"), fine_amount=3000, **_PROBATION)


@BED.plant()
def ninety_days_end_on_saturday(course: Course, spot: Spot) -> None:
    """Effective on 2025-03-30: the ninety days end on Saturday 2025-06-28, so on the day of the sweep."""
    _tried(course, spot, spot.exactly("2025-03-16"), fine_amount=3000, **_PROBATION)


@BED.plant()
def payment_date_of_the_judgment_awaited(course: Course, spot: Spot) -> None:
    """The judgment gives time to pay until May."""
    _tried(
        course,
        spot,
        spot.day("2024-12-18"),
        fine_amount=6000,
        fine_due_date=spot.exactly("2025-05-15"),
        **_PROBATION,
    )


@BED.plant()
def fine_paid_in_two_parts(course: Course, spot: Spot) -> None:
    """Two payments that add up to the fine."""
    on = spot.day("2024-12-20")
    tried, _, _ = _tried(course, spot, on, fine_amount=8000, **_PROBATION)
    for amount in (3000, 5000):
        stages.act(course, tried["case_id"], "PAY_IN", days_after(on, amount // 1000), amount)


@BED.plant(EXE_07=1)
def fine_paid_in_part(course: Course, spot: Spot) -> None:
    """One payment of half the fine."""
    on = spot.day("2024-12-23")
    tried, _, _ = _tried(course, spot, on, fine_amount=8000, **_PROBATION)
    stages.act(course, tried["case_id"], "PAY_IN", days_after(on, 5), 4000)


@BED.plant()
def enforcement_known_by_its_link_only(course: Course, spot: Spot) -> None:
    """The enforcement case does not say which judgment it enforces."""
    on = spot.day("2024-12-24")
    tried, _, _ = _tried(course, spot, on, fine_amount=4000, **_PROBATION)
    stages.enforce(course, tried, spot.place, days_after(on, 40))


@BED.plant()
def enforcement_known_by_its_basis_only(course: Course, spot: Spot) -> None:
    """The enforcement case names the judgment but is not linked to the trial."""
    on = spot.day("2024-12-25")
    tried, judgment, _ = _tried(course, spot, on, fine_amount=4000, **_PROBATION)
    stages.enforce(course, tried, spot.place, days_after(on, 40), judgment, linked=False)


@BED.plant()
def acquitted_without_anything_to_pay(course: Course, spot: Spot) -> None:
    """Nothing to enforce."""
    _tried(course, spot, spot.day("2024-12-26"), result_code="NOT_GUILTY", fine_amount=None, **_NO_PRISON)


def _appealed(course: Course, spot: Spot, on: date, upheld_on: date) -> tuple[Row, Row, Row]:
    """Judgment with a fine, appealed and upheld; the first court case and both judgments."""
    tried, first, accused = _tried(course, spot, on, fine_amount=9000, **_PROBATION)
    first["effective_date"] = None
    appeal = stages.appeal(course, tried, days_after(on, 20), accused)
    outcome = {"fine_amount": 9000, "result_code": "UPHOLD", **_PROBATION}
    second = stages.judge(course, appeal, accused, upheld_on, upheld_on, **outcome)
    stages.close_trial(course, appeal, days_after(upheld_on, 3))
    return tried, first, second


@BED.plant(EXE_07=1)
def upheld_on_appeal_and_never_enforced(course: Course, spot: Spot) -> None:
    """Both judgments carry the fine: one clue, about the judgment that took effect."""
    on = spot.day("2024-11-12")
    _appealed(course, spot, on, days_after(on, 50))


@BED.plant()
def upheld_on_appeal_and_enforced_by_the_first_judgment(course: Course, spot: Spot) -> None:
    """The enforcement case names the first judgment, which is the same fine."""
    on = spot.day("2024-11-13")
    tried, first, _ = _appealed(course, spot, on, days_after(on, 50))
    stages.enforce(course, tried, spot.place, days_after(on, 90), first, linked=False)


# COR-03: out of contact for more than a month, and nobody proposed to revoke


def _corrected(course: Course, spot: Spot, on: str, **more: object) -> Row:
    tried, _, accused = _tried(course, spot, spot.day(on), **_PROBATION)
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


@BED.plant(COR_03=1)
def never_reported(course: Course, spot: Spot) -> None:
    """Ten days to report, and a month more."""
    _corrected(course, spot, "2025-03-05", status="未报到", report_date=None)


@BED.plant()
def reported_on_the_tenth_day(course: Course, spot: Spot) -> None:
    """Reported on the last of the ten days."""
    _corrected(course, spot, "2025-03-06", report_date=days_after(spot.day("2025-03-06"), 24))


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


@BED.plant()
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
