"""Plants about what follows a judgment: PRI-01, PRI-02 and COR-06."""

from datetime import date

from jointsup_rules.demo import stages
from jointsup_rules.demo.course import Course, Row
from jointsup_rules.demo.days import days_after
from jointsup_rules.demo.paths import PROBATION, bring_to_judgment
from jointsup_rules.demo.plants import Bed, Spot
from jointsup_rules.demo.stages_custody import change_sentence, correct_stranger, imprison

BED = Bed()


# PRI-01: papers within ten days of effect


def _effective(course: Course, spot: Spot, on: date, handed_on: date | None, **outcome: object) -> Row:
    """A judgment that took effect on a day; when the papers were handed over."""
    tried, _, _ = bring_to_judgment(course, spot, days_after(on, -14), **{**PROBATION, **outcome})
    course.event(tried, "FY_EFFECTIVE", on)
    if handed_on is not None:
        course.event(tried, "FY_EXEC_DOC", handed_on)
    return tried


@BED.plant(PRI_01=1)
def papers_on_the_eleventh_day(course: Course, spot: Spot) -> None:
    """Effective on Monday 2025-03-10: due on Thursday 2025-03-20."""
    _effective(course, spot, spot.exactly("2025-03-10"), spot.exactly("2025-03-21"))


@BED.plant()
def papers_on_the_tenth_day(course: Course, spot: Spot) -> None:
    """In time."""
    _effective(course, spot, spot.exactly("2025-03-10"), spot.exactly("2025-03-20"))


@BED.plant(PRI_01=1)
def papers_never_handed_over(course: Course, spot: Spot) -> None:
    """No hand-over on record."""
    _effective(course, spot, spot.day("2025-05-12"), None)


@BED.plant()
def papers_due_on_the_day_of_the_sweep(course: Course, spot: Spot) -> None:
    """Effective on 2025-06-20."""
    _effective(course, spot, spot.exactly("2025-06-20"), None)


@BED.plant()
def acquitted_without_papers(course: Course, spot: Spot) -> None:
    """Nothing to carry out."""
    outcome = {"result_code": "NOT_GUILTY", "main_penalty": None, "is_probation": None, "term_months": None}
    _effective(course, spot, spot.day("2025-05-13"), None, **outcome)


@BED.plant()
def papers_wait_for_the_review_of_a_death_sentence(course: Course, spot: Spot) -> None:
    """A co-defendant was sentenced to death."""
    on = spot.day("2025-05-14")
    tried, second = _effective(course, spot, on, None), course.person()
    course.party(tried, "SUSPECT", second, arrival_status="IN")
    outcome = {"main_penalty": "死刑", "term_months": None}
    stages.judge(course, tried, second, days_after(on, -14), None, **outcome)


# PRI-02: to prison within a month of the papers


@BED.plant(PRI_02=2)
def taken_in_a_day_late(course: Course, spot: Spot) -> None:
    """From the last of February a criminal month runs to the last of March; from 2025-04-09 to 2025-05-09."""
    for received, intake in (("2025-02-28", "2025-04-01"), ("2025-04-09", "2025-05-10")):
        imprison(course, course.person(), spot.exactly(received), spot.exactly(intake), 36)


@BED.plant()
def taken_in_on_the_last_day(course: Course, spot: Spot) -> None:
    """In time, on a Saturday that nothing moves."""
    for received, intake in (("2025-02-28", "2025-03-31"), ("2025-04-10", "2025-05-10")):
        imprison(course, course.person(), spot.exactly(received), spot.exactly(intake), 36)


@BED.plant(PRI_02=1)
def due_in_prison_on_saturday(course: Course, spot: Spot) -> None:
    """Papers of 2025-05-28: due on Saturday 2025-06-28, and not moved; nobody has come."""
    imprison(course, course.person(), spot.exactly("2025-05-28"), None, 30)


@BED.plant()
def due_in_prison_this_week(course: Course, spot: Spot) -> None:
    """Papers of 2025-06-02."""
    imprison(course, course.person(), spot.exactly("2025-06-02"), None, 30)


@BED.plant()
def three_months_left(course: Course, spot: Spot) -> None:
    """Served in the detention centre, by the end of the term and by the months recorded."""
    on = spot.exactly("2025-02-12")
    imprison(course, course.person(), on, None, 8, current_end_date=spot.exactly("2025-05-12"))
    imprison(course, course.person(), on, None, 8, remaining_months=3)


@BED.plant()
def refused_by_the_prison(course: Course, spot: Spot) -> None:
    """Eight days of a written refusal do not count: from 2025-04-11 to 2025-05-19."""
    person, on = course.person(), spot.exactly("2025-03-11")
    tried = stages.sue(course, spot.place, days_after(on, -60), course.person(), course.person())
    stages.close_trial(course, tried, days_after(on, -5))
    imprison(course, person, spot.exactly("2025-04-11"), spot.exactly("2025-05-19"), 36)
    course.add(
        "time_limit_change",
        "T",
        "change_id",
        case_id=tried["case_id"],
        person_id=person,
        clock_id="TO_PRISON",
        change_type="DEDUCT",
        reason_code="REFUSED",
        decide_date=spot.exactly("2025-04-21"),
        decide_level="SELF",
        start_date=spot.exactly("2025-04-21"),
        end_date=spot.exactly("2025-04-29"),
        doc_no=f"云狱不收〔2025〕{course.number('refusal')}号",
        recorded_at=f"{spot.exactly('2025-04-21')} 10:00:00",
    )


@BED.plant()
def on_medical_parole_instead_of_prison(course: Course, spot: Spot) -> None:
    """Granted before the month was over."""
    on = spot.day("2025-04-16")
    term = imprison(course, course.person(), on, None, 40)
    granted_on = days_after(on, 20)
    more = {"decision_date": granted_on, "handover_date": days_after(granted_on, 4)}
    change_sentence(course, term, "ZY", days_after(on, 6), decision_code="GRANT", **more)


@BED.plant()
def nobody_knows_how_much_is_left(course: Course, spot: Spot) -> None:
    """Neither the rest nor the end of the term is recorded."""
    imprison(course, course.person(), spot.day("2025-04-17"), None, 40, current_end_date=None)


# COR-06: a ruling within thirty days of the proposal


def _proposed(course: Course, spot: Spot, on: date, ruled_on: date | None, **more: object) -> Row:
    row = correct_stranger(course, spot.place, spot.day("2024-06-03"), 36, **more)
    stages.correction_event(course, row, "PROPOSE", on)
    if ruled_on is not None:
        stages.correction_event(course, row, "RULING", ruled_on)
    return row


@BED.plant(COR_06=1)
def ruled_on_the_day_after(course: Course, spot: Spot) -> None:
    """Proposed on 2025-03-05: due on Friday 2025-04-04, a holiday, so on Monday 2025-04-07."""
    _proposed(course, spot, spot.exactly("2025-03-05"), spot.exactly("2025-04-08"))


@BED.plant()
def ruled_after_the_holiday(course: Course, spot: Spot) -> None:
    """In time."""
    _proposed(course, spot, spot.exactly("2025-03-05"), spot.exactly("2025-04-07"))


@BED.plant(COR_06=1)
def never_ruled_on(course: Course, spot: Spot) -> None:
    """No ruling on record."""
    _proposed(course, spot, spot.day("2025-04-14"), None)


@BED.plant()
def ruling_due_on_the_day_of_the_sweep(course: Course, spot: Spot) -> None:
    """Proposed on 2025-05-29: thirty days end on Saturday, after the export."""
    _proposed(course, spot, spot.exactly("2025-05-29"), None)


@BED.plant()
def ruling_due_on_the_day_of_the_export(course: Course, spot: Spot) -> None:
    """Proposed on 2025-05-28: nobody can tell."""
    _proposed(course, spot, spot.exactly("2025-05-28"), None)


@BED.plant()
def discharged_before_a_ruling_was_due(course: Course, spot: Spot) -> None:
    """The term ended while the proposal waited."""
    on = spot.day("2025-04-15")
    over = {"status": "解除", "end_date": days_after(on, 10), "discharge_date": days_after(on, 11)}
    _proposed(course, spot, on, None, **over)
