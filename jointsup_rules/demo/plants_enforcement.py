"""Plants about enforcement: EXE-03 and EXE-07."""

from datetime import date

from jointsup_rules.demo import stages
from jointsup_rules.demo.course import Course, Row
from jointsup_rules.demo.days import days_after
from jointsup_rules.demo.paths import NO_PRISON, PROBATION, bring_to_judgment
from jointsup_rules.demo.plants import Bed, Spot

BED = Bed()


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


@BED.plant(EXE_03=1)
def terminated_on_the_last_of_august(course: Course, spot: Spot) -> None:
    """Six civil months from 2024-08-31 end on 2025-02-28."""
    _terminated(course, spot, spot.exactly("2024-08-31"))


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
    bring_to_judgment(course, spot, spot.day("2024-12-16"), fine_amount=5000, **PROBATION)


@BED.plant(EXE_07=1)
def confiscation_never_enforced(course: Course, spot: Spot) -> None:
    """Confiscation without an amount, no enforcement case."""
    bring_to_judgment(
        course, spot, spot.day("2024-11-25"), confiscation=True, restitution_amount=80000, **PROBATION
    )


@BED.plant(EXE_07=1)
def restitution_never_enforced(course: Course, spot: Spot) -> None:
    """Restitution to the victim, no enforcement case."""
    bring_to_judgment(course, spot, spot.day("2024-11-26"), restitution_amount=80000, **PROBATION)


@BED.plant(EXE_07=1)
def ninety_days_passed_the_day_before(course: Course, spot: Spot) -> None:
    """Effective on 2025-03-27: the ninety days end on Wednesday 2025-06-25."""
    bring_to_judgment(course, spot, spot.exactly("2025-03-13"), fine_amount=3000, **PROBATION)


@BED.plant(EXE_07=1)
def ninety_days_end_in_the_national_holidays(course: Course, spot: Spot) -> None:
    """Effective on 2024-07-04: due on 2024-10-02, so on Tuesday 2024-10-08."""
    bring_to_judgment(course, spot, spot.exactly("2024-06-20"), fine_amount=3000, **PROBATION)


@BED.plant(EXE_07=1)
def one_of_two_fines_enforced(course: Course, spot: Spot) -> None:
    """Two accused of one trial; the enforcement case names the judgment on one of them."""
    on = spot.day("2024-12-11")
    tried, judgment, _ = bring_to_judgment(course, spot, on, fine_amount=4000, **PROBATION)
    second = course.person()
    course.party(tried, "SUSPECT", second)
    stages.judge(course, tried, second, on, days_after(on, 14), fine_amount=6000, **PROBATION)
    stages.enforce(course, tried, spot.place, days_after(on, 40), judgment, linked=False)


@BED.plant()
def ninety_days_end_on_saturday(course: Course, spot: Spot) -> None:
    """Effective on 2025-03-30: the ninety days end on Saturday 2025-06-28, so on the day of the sweep."""
    bring_to_judgment(course, spot, spot.exactly("2025-03-16"), fine_amount=3000, **PROBATION)


@BED.plant()
def payment_date_of_the_judgment_awaited(course: Course, spot: Spot) -> None:
    """The judgment gives time to pay until May."""
    bring_to_judgment(
        course,
        spot,
        spot.day("2024-12-18"),
        fine_amount=6000,
        fine_due_date=spot.exactly("2025-05-15"),
        **PROBATION,
    )


@BED.plant()
def fine_paid_in_two_parts(course: Course, spot: Spot) -> None:
    """Two payments that add up to the fine."""
    on = spot.day("2024-12-20")
    tried, _, _ = bring_to_judgment(course, spot, on, fine_amount=8000, **PROBATION)
    for amount in (3000, 5000):
        stages.act(course, tried["case_id"], "PAY_IN", days_after(on, amount // 1000), amount)


@BED.plant(EXE_07=1)
def fine_paid_in_part(course: Course, spot: Spot) -> None:
    """One payment of half the fine."""
    on = spot.day("2024-12-23")
    tried, _, _ = bring_to_judgment(course, spot, on, fine_amount=8000, **PROBATION)
    stages.act(course, tried["case_id"], "PAY_IN", days_after(on, 5), 4000)


@BED.plant()
def enforcement_known_by_its_link_only(course: Course, spot: Spot) -> None:
    """The enforcement case does not say which judgment it enforces."""
    on = spot.day("2024-12-24")
    tried, _, _ = bring_to_judgment(course, spot, on, fine_amount=4000, **PROBATION)
    stages.enforce(course, tried, spot.place, days_after(on, 40))


@BED.plant()
def enforcement_known_by_its_basis_only(course: Course, spot: Spot) -> None:
    """The enforcement case names the judgment but is not linked to the trial."""
    on = spot.day("2024-12-25")
    tried, judgment, _ = bring_to_judgment(course, spot, on, fine_amount=4000, **PROBATION)
    stages.enforce(course, tried, spot.place, days_after(on, 40), judgment, linked=False)


@BED.plant()
def acquitted_without_anything_to_pay(course: Course, spot: Spot) -> None:
    """Nothing to enforce."""
    bring_to_judgment(
        course, spot, spot.day("2024-12-26"), result_code="NOT_GUILTY", fine_amount=None, **NO_PRISON
    )


def _appealed(course: Course, spot: Spot, on: date, upheld_on: date) -> tuple[Row, Row, Row]:
    """Judgment with a fine, appealed and upheld; the first court case and both judgments."""
    tried, first, accused = bring_to_judgment(course, spot, on, fine_amount=9000, **PROBATION)
    first["effective_date"] = None
    appeal = stages.appeal(course, tried, days_after(on, 20), accused)
    outcome = {"fine_amount": 9000, "result_code": "UPHOLD", **PROBATION}
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


@BED.plant(EXE_07=1)
def fine_met_from_what_was_seized(course: Course, spot: Spot) -> None:
    """What was seized from the accused was paid into the treasury: listed, marked."""
    on = spot.day("2024-12-27")
    _, _, accused = bring_to_judgment(course, spot, on, fine_amount=4000, **PROBATION)
    case = course.rows["case_main"][0]
    course.add(
        "property_item",
        "W",
        "property_id",
        case_id=case["case_id"],
        asset_kind="DEPOSIT",
        measure_kind="FREEZE",
        decide_unit_code=case["unit_code"],
        amount=4000,
        start_date=days_after(on, -120),
        due_date=days_after(on, 60),
        person_id=accused,
        disposal_type="上缴国库",
        disposal_date=days_after(on, 40),
    )
