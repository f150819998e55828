"""Plants about answers that are due: FBK-01, FBK-02, FBK-04, HOT-02, PET-02 and PET-06."""

from datetime import date
from typing import Any

from jointsup_rules.demo import city, stages
from jointsup_rules.demo.course import Course, Row, token
from jointsup_rules.demo.days import days_after
from jointsup_rules.demo.plants import Bed, Spot
from jointsup_rules.demo.stages_limits import extend
from jointsup_rules.demo.stages_oversight import issue, key_clue

BED = Bed()


def _issued(course: Course, spot: Spot, kind: str, served_on: date, **more: object) -> Row:
    """An opinion to a court, served on a day."""
    on = days_after(served_on, -2)
    problem = f"A{course.number('answered problem'):04d}"
    values: dict[str, Any] = {"problem_code": problem, **more}
    return issue(course, spot.place, kind, on, city.court(spot.place), **values)


# FBK-01: suggestions


@BED.plant(FBK_01=1)
def suggestion_due_on_friday(course: Course, spot: Spot) -> None:
    """Two civil months from 2025-04-27 end on 2025-06-27."""
    _issued(course, spot, "JCJY", spot.exactly("2025-04-27"))


@BED.plant()
def suggestion_due_on_the_day_of_the_sweep(course: Course, spot: Spot) -> None:
    """Two months from 2025-04-28 end on Saturday."""
    _issued(course, spot, "JCJY", spot.exactly("2025-04-28"))


@BED.plant(FBK_01=1)
def suggestion_with_a_day_of_its_own(course: Course, spot: Spot) -> None:
    """The day written in it passed on Saturday, and is not moved."""
    _issued(course, spot, "JCJY", spot.exactly("2025-06-03"), reply_due_date=spot.exactly("2025-06-28"))


@BED.plant()
def suggestion_answered_late(course: Course, spot: Spot) -> None:
    """Answered, if late: not listed."""
    on = spot.day("2025-01-13")
    _issued(course, spot, "JCJY", on, reply_date=days_after(on, 100))


@BED.plant()
def suggestion_answered_without_a_day(course: Course, spot: Spot) -> None:
    """An answer is entered, its day is not; another was put right."""
    _issued(course, spot, "JCJY", spot.day("2025-02-10"), reply_kind="ACCEPT")
    _issued(course, spot, "JCJY", spot.day("2025-02-11"), rectified_date=spot.day("2025-04-01"))


@BED.plant(FBK_01=1)
def suggestion_on_enforcement_unanswered(course: Course, spot: Spot) -> None:
    """Three months from 2025-03-27 end on 2025-06-27."""
    _issued(course, spot, "ZXJY", spot.exactly("2025-03-27"))


@BED.plant()
def suggestion_on_enforcement_extended(course: Course, spot: Spot) -> None:
    """One more month with the president's leave."""
    on = spot.exactly("2025-03-19")
    suit = stages.sue(course, spot.place, days_after(on, -150), course.person(), course.person())
    stages.close_trial(course, suit, days_after(on, -50))
    values = {"problem_code": f"A{course.number('answered problem'):04d}", "served_date": on}
    issue(course, spot.place, "ZXJY", days_after(on, -2), suit["unit_code"], suit, **values)
    extend(course, suit, "ZXJY_REPLY", "PRESIDENT", spot.exactly("2025-06-19"))


# FBK-02: notices to correct


@BED.plant(FBK_02=2)
def notice_unanswered(course: Course, spot: Spot) -> None:
    """Fifteen days to Friday 2025-06-27; the day written in it."""
    _issued(course, spot, "JZWF", spot.exactly("2025-06-12"))
    _issued(course, spot, "JZWF", spot.exactly("2025-05-12"), reply_due_date=spot.exactly("2025-05-27"))


@BED.plant(FBK_02=1)
def notice_about_custody_unanswered(course: Course, spot: Spot) -> None:
    """Three days from Monday 2025-06-23 end on Thursday."""
    _issued(course, spot, "JZWF", spot.exactly("2025-06-23"), problem_code="CM-06")


@BED.plant()
def notice_due_on_the_day_of_the_sweep(course: Course, spot: Spot) -> None:
    """Fifteen days from 2025-06-13 end on Saturday."""
    _issued(course, spot, "JZWF", spot.exactly("2025-06-13"))


@BED.plant()
def notice_put_right_without_an_answer(course: Course, spot: Spot) -> None:
    """The answer was probably not entered."""
    on = spot.day("2025-05-06")
    _issued(course, spot, "JZWF", on, rectified_date=days_after(on, 12))


@BED.plant(FBK_02=1)
def notice_reported_upward(course: Course, spot: Spot) -> None:
    """Listed, marked."""
    on = spot.day("2025-05-07")
    due_on = days_after(on, 15)
    _issued(course, spot, "JZWF", on, reply_due_date=due_on, escalated_date=days_after(due_on, 9))


# FBK-04: supervised cases


@BED.plant(FBK_04=2)
def supervised_case_not_reported_on(course: Course, spot: Spot) -> None:
    """Thirty days to Friday 2025-06-27; the day asked for."""
    _issued(course, spot, "DBTZ", spot.exactly("2025-05-28"))
    _issued(course, spot, "DBTZ", spot.day("2025-04-08"), reply_due_date=spot.exactly("2025-06-10"))


@BED.plant()
def supervised_case_put_off(course: Course, spot: Spot) -> None:
    """The new day lies ahead; thirty days that end on Saturday; an answer without its day."""
    _issued(course, spot, "DBTZ", spot.day("2025-04-09"), reply_due_date=spot.exactly("2025-07-15"))
    _issued(course, spot, "DBTZ", spot.exactly("2025-05-29"))
    _issued(course, spot, "DBTZ", spot.day("2025-04-10"), reply_kind="PART")


@BED.plant()
def committee_that_keeps_no_answers(course: Course, spot: Spot) -> None:
    """Twenty-one notices of one county's procuratorate, one answered: the column is probably not kept."""
    for n in range(21):
        served_on = days_after(spot.day("2025-03-10"), n)
        row = _issued(course, spot, "DBTZ", served_on)
        row.update(issue_unit_code="SF239900", reply_date=days_after(served_on, 20) if n == 7 else None)


# HOT-02: verification of clues


@BED.plant(HOT_02=1)
def clue_not_verified(course: Course, spot: Spot) -> None:
    """Its day passed on Saturday, and is not moved."""
    due_on = spot.exactly("2025-06-28")
    key_clue(course, spot.place, spot.exactly("2025-04-29"), due_date=due_on, result_date=None)


@BED.plant(HOT_02=1)
def clue_not_verified_in_sixty_days(course: Course, spot: Spot) -> None:
    """No day recorded: sixty days from 2025-04-28 end on 2025-06-27."""
    on = spot.exactly("2025-04-26")
    key_clue(course, spot.place, on, due_date=None, result_date=None, dispatch_date=days_after(on, 2))


@BED.plant()
def clue_to_be_verified_today(course: Course, spot: Spot) -> None:
    """Due on the day of the sweep; verified late; not dispatched yet."""
    on = spot.day("2025-04-15")
    key_clue(course, spot.place, on, due_date=city.AS_OF, result_date=None)
    key_clue(course, spot.place, spot.day("2025-03-18"), result_date=spot.day("2025-06-05"))
    key_clue(course, spot.place, spot.exactly("2025-06-26"), dispatch_date=None, result_date=None)


@BED.plant()
def clue_verified_elsewhere(course: Course, spot: Spot) -> None:
    """Sent to the supervisory commission; a result without its day."""
    on = spot.day("2025-03-19")
    key_clue(course, spot.place, on, result_date=None, jw_transfer_date=days_after(on, 20))
    key_clue(course, spot.place, on, result_date=None, result_code="FALSE")


# PET-02: claims


def _claimed(course: Course, spot: Spot, accepted_on: date, replied_on: date | None, **more: object) -> None:
    values: dict[str, Any] = {
        "matter_class": "CLAIM",
        "accept_date": accepted_on,
        "reply_date": replied_on,
        **more,
    }
    stages.petition(course, None, spot.place, days_after(accepted_on, -9), None, **values)


@BED.plant(PET_02=3)
def claim_answered_late_or_never(course: Course, spot: Spot) -> None:
    """Sixty days to Friday 2025-05-09; ninety at the most to Friday 2025-06-27; never."""
    _claimed(course, spot, spot.exactly("2025-03-10"), spot.exactly("2025-05-10"))
    _claimed(course, spot, spot.exactly("2025-03-29"), None, extend_days=45)
    _claimed(course, spot, spot.day("2025-04-07"), None)


@BED.plant()
def claim_answered_in_time(course: Course, spot: Spot) -> None:
    """On the last day; on the last day of thirty more; sixty days that end on Labour Day; due on the last day."""
    _claimed(course, spot, spot.exactly("2025-03-10"), spot.exactly("2025-05-09"))
    _claimed(course, spot, spot.exactly("2025-02-19"), spot.exactly("2025-05-20"), extend_days=30)
    _claimed(course, spot, spot.exactly("2025-03-03"), spot.exactly("2025-05-06"))
    _claimed(course, spot, spot.exactly("2025-05-01"), None)


@BED.plant()
def claim_excused(course: Course, spot: Spot) -> None:
    """Led into procedure; a review was asked for; the answer is dated before the acceptance; not accepted yet."""
    on = spot.day("2025-03-17")
    _claimed(course, spot, on, None, import_date=days_after(on, 20))
    _claimed(course, spot, on, None, review_apply_date=days_after(on, 70))
    _claimed(course, spot, on, days_after(on, -3))
    stages.petition(course, None, spot.place, on, None, matter_class="CLAIM", accept_date=None)


# PET-06: petitions to the procuratorate


def _written(course: Course, spot: Spot, on: date, first_on: date | None, **more: object) -> None:
    values: dict[str, Any] = {
        "channel": "12309",
        "petitioner_hash": token("writer", course.number("writer")),
        "resp_unit_code": city.procuratorate(spot.place),
        "notified_date": None,
        "proc_first_reply_date": first_on,
        "proc_result_reply_date": None,
        **more,
    }
    stages.petition(course, None, spot.place, on, None, **values)


@BED.plant(PET_06=3)
def letter_replied_to_late(course: Course, spot: Spot) -> None:
    """First reply on the eighth day, in time after that; neither reply at all since 2025-03-27."""
    on = spot.exactly("2025-03-10")
    result = {"proc_result_reply_date": spot.exactly("2025-06-10")}
    _written(course, spot, on, spot.exactly("2025-03-18"), **result)
    _written(course, spot, spot.exactly("2025-03-27"), None)


@BED.plant()
def letter_replied_to_in_time(course: Course, spot: Spot) -> None:
    """On the seventh day and the last of three months; a result due on the day of the sweep."""
    result = {"proc_result_reply_date": spot.exactly("2025-06-10")}
    _written(course, spot, spot.exactly("2025-03-10"), spot.exactly("2025-03-17"), **result)
    _written(course, spot, spot.exactly("2025-03-28"), spot.exactly("2025-04-03"))


@BED.plant()
def letter_answered_at_once(course: Course, spot: Spot) -> None:
    """Acceptance notified in five days; the result given in six; an anonymous letter."""
    on = spot.day("2025-04-08")
    told_on = days_after(on, 5)
    _written(course, spot, on, None, notified_date=told_on, proc_result_reply_date=days_after(on, 60))
    _written(course, spot, on, None, proc_result_reply_date=days_after(on, 6))
    _written(course, spot, on, None, petitioner_hash=None)
