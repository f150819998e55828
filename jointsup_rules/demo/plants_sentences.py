"""Plants about prison terms: PRI-05, PRI-06 and PRI-12. Sentenced elsewhere, so without a case of the city."""

from datetime import date

from jointsup_rules.demo.course import Course, Row
from jointsup_rules.demo.days import days_after
from jointsup_rules.demo.plants import Bed, Spot
from jointsup_rules.demo.stages_custody import change_sentence, grant, imprison

BED = Bed()


def _term(course: Course, intake_on: date, months: int = 36, **more: object) -> Row:
    return imprison(course, course.person(), days_after(intake_on, -9), intake_on, months, **more)


# PRI-05: start, interval and size of commutation


@BED.plant(PRI_05=1)
def first_commutation_a_day_early(course: Course, spot: Spot) -> None:
    """Under five years: twelve months from 2024-02-05 end on 2025-02-05."""
    grant(course, _term(course, spot.exactly("2024-02-05")), "JX", spot.exactly("2025-02-04"), 6)


@BED.plant()
def first_commutation_on_the_first_day(course: Course, spot: Spot) -> None:
    """Submitted on the day the twelve months end."""
    grant(course, _term(course, spot.exactly("2024-02-05")), "JX", spot.exactly("2025-02-05"), 6)


@BED.plant(PRI_05=1)
def taken_in_on_the_leap_day(course: Course, spot: Spot) -> None:
    """Twelve criminal months from the last day of February end on the last day of February."""
    grant(course, _term(course, spot.exactly("2024-02-29")), "JX", spot.exactly("2025-02-27"), 6)


@BED.plant(PRI_05=1)
def second_commutation_too_soon(course: Course, spot: Spot) -> None:
    """Five to ten years: twelve months from the service of the first ruling are not over."""
    term = _term(course, spot.day("2023-02-01"), 84)
    grant(course, term, "JX", spot.day("2024-08-05"), 8)
    change_sentence(course, term, "JX", spot.day("2025-05-20"), cut_months=6)


@BED.plant()
def second_commutation_in_time(course: Course, spot: Spot) -> None:
    """First ruling served on 2024-03-21, the second submission exactly a year later."""
    term = _term(course, spot.exactly("2023-02-01"), 48)
    grant(course, term, "JX", spot.exactly("2024-02-05"), 6)
    grant(course, term, "JX", spot.exactly("2025-03-21"), 12)


@BED.plant()
def refused_commutation_does_not_count_as_one(course: Course, spot: Spot) -> None:
    """Refused after twelve months, submitted again half a year later: no interval runs."""
    term = _term(course, spot.day("2024-01-10"))
    refused_on = spot.day("2025-01-20")
    change_sentence(
        course, term, "JX", refused_on, decision_code="REFUSE", decision_date=days_after(refused_on, 30)
    )
    change_sentence(course, term, "JX", spot.day("2025-06-10"), cut_months=6)


@BED.plant(PRI_05=1)
def thirteen_months_taken_off(course: Course, spot: Spot) -> None:
    """A year is the most at once."""
    grant(course, _term(course, spot.day("2023-10-09")), "JX", spot.day("2025-01-15"), 13)


@BED.plant(PRI_05=2)
def official_commuted_early_and_by_ten_months(course: Course, spot: Spot) -> None:
    """Bribery since 2019: two years before the first, nine months at the most."""
    term = _term(course, spot.day("2023-09-04"), offender_class="CORRUPT")
    grant(course, term, "JX", spot.day("2025-03-10"), 10)


@BED.plant()
def early_for_major_merit(course: Course, spot: Spot) -> None:
    """Major merit lifts the time before the first."""
    grant(course, _term(course, spot.day("2024-08-12")), "JX", spot.day("2025-02-18"), 6, merit_flag=True)


@BED.plant()
def commuted_after_an_unreadable_intake(course: Course, spot: Spot) -> None:
    """The day of intake is one that never was: nobody can say whether it was too early."""
    term = _term(course, spot.day("2024-02-20"))
    term.update(intake_date=None, unread={"intake_date": "2024-02-30"})
    grant(course, term, "JX", spot.day("2025-02-10"), 6)


# PRI-06: something left to pay, and means to pay it


def _owing(course: Course, spot: Spot, submitted_on: date, *, merit: bool = False, **more: object) -> None:
    values = {"duty_total": 50000, "duty_paid": 10000, **more}
    term = _term(course, spot.day("2023-02-06"), 48, **values)
    grant(course, term, "JX", submitted_on, 6, merit_flag=merit)


@BED.plant(PRI_06=1)
def spending_above_the_norm(course: Course, spot: Spot) -> None:
    """Forty thousand yuan left to pay, spending 420 a month where 300 are the norm."""
    _owing(course, spot, spot.day("2024-06-24"), spend_avg=420)


@BED.plant(PRI_06=2)
def spending_with_a_full_account(course: Course, spot: Spot) -> None:
    """Both signs: one clue for each."""
    _owing(course, spot, spot.day("2024-09-16"), spend_avg=301, account_balance=3001)


@BED.plant()
def spending_at_the_norm(course: Course, spot: Spot) -> None:
    """As much as the norm, and just as much on the account as the line."""
    _owing(course, spot, spot.day("2024-09-17"), spend_avg=300, account_balance=3000)


@BED.plant()
def spending_after_paying_in_full(course: Course, spot: Spot) -> None:
    """Nothing is left to pay."""
    _owing(course, spot, spot.day("2024-10-21"), duty_paid=50000, spend_avg=450)


@BED.plant()
def submitted_before_the_provisions(course: Course, spot: Spot) -> None:
    """The day before 2024-05-01."""
    _owing(course, spot, spot.exactly("2024-04-30"), spend_avg=450)


@BED.plant()
def owing_with_major_merit(course: Course, spot: Spot) -> None:
    """Major merit is examined by itself."""
    _owing(course, spot, spot.day("2024-11-18"), merit=True, spend_avg=450)


@BED.plant()
def payments_not_exported(course: Course, spot: Spot) -> None:
    """Nobody knows what was paid."""
    _owing(course, spot, spot.day("2024-12-09"), duty_paid=None, spend_avg=450)


# PRI-12: medical parole, handed over within ten days


def _paroled(course: Course, spot: Spot, decided_on: date, handed_on: date | None, **more: object) -> None:
    term = _term(course, spot.day("2024-03-04"), 60)
    values = {"decision_code": "GRANT", "decision_date": decided_on, "handover_date": handed_on, **more}
    change_sentence(course, term, "ZY", days_after(decided_on, -20), **values)


@BED.plant(PRI_12=1)
def handed_over_on_the_eleventh_day(course: Course, spot: Spot) -> None:
    """Decided on Monday 2025-03-10: due on Thursday 2025-03-20."""
    _paroled(course, spot, spot.exactly("2025-03-10"), spot.exactly("2025-03-21"))


@BED.plant()
def handed_over_on_the_tenth_day(course: Course, spot: Spot) -> None:
    """In time."""
    _paroled(course, spot, spot.exactly("2025-03-10"), spot.exactly("2025-03-20"))


@BED.plant()
def handed_over_after_labour_day(course: Course, spot: Spot) -> None:
    """The ten days end in the holidays of May."""
    _paroled(course, spot, spot.exactly("2025-04-25"), spot.exactly("2025-05-06"))


@BED.plant(PRI_12=1)
def never_handed_over(course: Course, spot: Spot) -> None:
    """No hand-over on record."""
    _paroled(course, spot, spot.day("2025-05-12"), None)


@BED.plant()
def handover_due_on_the_day_of_the_sweep(course: Course, spot: Spot) -> None:
    """Decided on 2025-06-20: still in time."""
    _paroled(course, spot, spot.exactly("2025-06-20"), None)


@BED.plant()
def taken_back_before_the_handover(course: Course, spot: Spot) -> None:
    """Returned to prison."""
    on = spot.day("2025-04-14")
    _paroled(course, spot, on, None, return_date=days_after(on, 6))


@BED.plant()
def medical_parole_refused(course: Course, spot: Spot) -> None:
    """Nobody to hand over."""
    _paroled(course, spot, spot.day("2025-04-15"), None, decision_code="REFUSE")
