"""Plants around the review for prosecution: INV-03 and PRO-01."""

from datetime import date
from typing import Any

from jointsup_rules.demo import stages
from jointsup_rules.demo.course import Course, Row
from jointsup_rules.demo.days import days_after
from jointsup_rules.demo.plants import Bed, Spot
from jointsup_rules.demo.stages_investigation import change

BED = Bed()


# INV-03: returned for further investigation; PRO-01: the review itself


def _reviewed(course: Course, spot: Spot, on: date, n: int = 1, **more: Any) -> tuple[Row, Row, list[str]]:
    """Sent on and taken in on a day; the police case, the review case, the suspects."""
    people = [course.person() for _ in range(n)]
    case = stages.file_case(course, spot.place, days_after(on, -60), *people)
    for person in people:
        stages.measure(course, case, person, "QB", days_after(on, -59), on, "移送后重新决定")
    stages.transfer(course, case, on)
    return case, stages.review(course, case, spot.place, on, *people, **more), people


def _finish(course: Course, spot: Spot, taken: Row, on: date, *people: str) -> None:
    stages.prosecute(course, taken, on)
    stages.trial(course, taken, spot.place, days_after(on, 3), *people)


@BED.plant(INV_03=1)
def back_a_day_after_the_month(course: Course, spot: Spot) -> None:
    """Returned on the last of February: a month ends on the last of March; back on 1 April."""
    case, taken, people = _reviewed(course, spot, spot.exactly("2025-02-10"))
    stages.send_back(course, taken, spot.exactly("2025-02-28"), back_after=32)
    course.event(case, "GA_TRANSFER_PROS", spot.exactly("2025-04-01"))
    _finish(course, spot, taken, spot.exactly("2025-04-21"), *people)


@BED.plant()
def back_on_the_last_of_the_month(course: Course, spot: Spot) -> None:
    """Back on 31 March."""
    _, taken, people = _reviewed(course, spot, spot.exactly("2025-02-10"))
    stages.send_back(course, taken, spot.exactly("2025-02-28"), back_after=31)
    _finish(course, spot, taken, spot.exactly("2025-04-21"), *people)


@BED.plant()
def month_counted_from_the_receipt(course: Course, spot: Spot) -> None:
    """The police had it a week after the return: the month runs from then."""
    case, taken, people = _reviewed(course, spot, spot.exactly("2025-02-10"))
    course.event(case, "GA_SUPP_RECV", spot.exactly("2025-03-07"))
    stages.send_back(course, taken, spot.exactly("2025-02-28"), back_after=35)
    _finish(course, spot, taken, spot.exactly("2025-04-23"), *people)


@BED.plant(INV_03=1)
def returned_and_never_back(course: Course, spot: Spot) -> None:
    """Two months with the police."""
    on = spot.day("2025-04-07")
    _, taken, _ = _reviewed(course, spot, on)
    course.event(taken, "JC_RETURN_SUPP", days_after(on, 20))


@BED.plant()
def sent_again_in_time_and_taken_in_late(course: Course, spot: Spot) -> None:
    """The police sent it on the twentieth day, it was taken in on the fortieth."""
    on = spot.day("2025-02-17")
    case, taken, people = _reviewed(course, spot, on)
    course.event(case, "GA_TRANSFER_PROS", days_after(on, 40))
    stages.send_back(course, taken, days_after(on, 20), back_after=40)
    _finish(course, spot, taken, days_after(on, 80), *people)


@BED.plant()
def withdrawn_by_the_police_after_a_return(course: Course, spot: Spot) -> None:
    """Nothing was left to send: withdrawn within the month."""
    on = spot.day("2025-03-17")
    case, taken, _ = _reviewed(course, spot, on)
    course.event(taken, "JC_RETURN_SUPP", days_after(on, 20))
    course.event(case, "GA_WITHDRAW", days_after(on, 40))
    course.close(taken, days_after(on, 42), "其他")


@BED.plant(PRO_01=1)
def prosecuted_a_day_late(course: Course, spot: Spot) -> None:
    """From the last of February to the last of March; prosecuted on 1 April."""
    _, taken, people = _reviewed(course, spot, spot.exactly("2025-02-28"))
    _finish(course, spot, taken, spot.exactly("2025-04-01"), *people)


@BED.plant()
def prosecuted_on_the_last_day(course: Course, spot: Spot) -> None:
    """On 31 March."""
    _, taken, people = _reviewed(course, spot, spot.exactly("2025-02-28"))
    _finish(course, spot, taken, spot.exactly("2025-03-31"), *people)


@BED.plant()
def prosecuted_after_the_holidays(course: Course, spot: Spot) -> None:
    """A month from 1 April ends on 1 May: nobody is held, so 6 May."""
    _, taken, people = _reviewed(course, spot, spot.exactly("2025-04-01"))
    _finish(course, spot, taken, spot.exactly("2025-05-06"), *people)


@BED.plant(PRO_01=1)
def prosecuted_after_the_holidays_of_someone_held(course: Course, spot: Spot) -> None:
    """The same, but the suspect is held in this very case: holidays move nothing."""
    _, taken, people = _reviewed(course, spot, spot.exactly("2025-04-01"))
    stages.hold(course, taken, people[0], spot.exactly("2025-04-02"), None)
    _finish(course, spot, taken, spot.exactly("2025-05-06"), *people)


@BED.plant()
def grave_case_reviewed_for_forty_five_days(course: Course, spot: Spot) -> None:
    """A month and fifteen days, with a document."""
    on = spot.exactly("2025-03-03")
    _, taken, people = _reviewed(course, spot, on)
    change(course, taken, "PRO_REVIEW", "EXTEND", "COMPLEX", days_after(on, 30))
    _finish(course, spot, taken, spot.exactly("2025-04-18"), *people)


@BED.plant(PRO_01=1)
def grave_case_reviewed_for_fifty_days(course: Course, spot: Spot) -> None:
    """Forty-six days at most."""
    on = spot.exactly("2025-03-03")
    _, taken, people = _reviewed(course, spot, on)
    change(course, taken, "PRO_REVIEW", "EXTEND", "COMPLEX", days_after(on, 30))
    _finish(course, spot, taken, spot.exactly("2025-04-22"), *people)


@BED.plant()
def suspect_examined_during_the_review(course: Course, spot: Spot) -> None:
    """Psychiatric examination of forty days within the month."""
    on = spot.day("2025-03-04")
    _, taken, people = _reviewed(course, spot, on)
    change(course, taken, "PRO_REVIEW", "DEDUCT", "PSYCH", days_after(on, 10), end_date=days_after(on, 50))
    _finish(course, spot, taken, days_after(on, 65), *people)


@BED.plant(PRO_01=1)
def fast_track_review_of_twelve_days(course: Course, spot: Spot) -> None:
    """Ten days on the fast track."""
    on = spot.exactly("2025-05-06")
    _, taken, people = _reviewed(course, spot, on, procedure_type="SC")
    _finish(course, spot, taken, spot.exactly("2025-05-20"), *people)


@BED.plant()
def fast_track_review_of_fifteen_days(course: Course, spot: Spot) -> None:
    """Fifteen where more than a year's imprisonment is likely."""
    on = spot.exactly("2025-05-06")
    _, taken, people = _reviewed(course, spot, on, procedure_type="SC")
    change(course, taken, "PRO_REVIEW", "EXTEND", "OVER_1Y", days_after(on, 8))
    _finish(course, spot, taken, spot.exactly("2025-05-21"), *people)


@BED.plant()
def review_without_any_day(course: Course, spot: Spot) -> None:
    """Neither the step nor the day of acceptance: nobody can tell."""
    on = spot.day("2025-05-05")
    _, taken, _ = _reviewed(course, spot, on)
    taken["accept_date"] = None
    rows = course.rows["case_event"]
    rows[:] = [row for row in rows if row["event_type"] != "JC_ACCEPT"]


@BED.plant()
def review_ends_this_week(course: Course, spot: Spot) -> None:
    """A month ends on 3 July."""
    _reviewed(course, spot, spot.exactly("2025-06-03"))


@BED.plant()
def prosecuted_though_never_entered_as_back(course: Course, spot: Spot) -> None:
    """A decision stands there since the return: it was back, only nobody entered it."""
    on = spot.day("2025-03-18")
    _, taken, people = _reviewed(course, spot, on)
    course.event(taken, "JC_RETURN_SUPP", days_after(on, 20))
    _finish(course, spot, taken, days_after(on, 70), *people)
    taken.update(case_status="OPEN", close_date=None, close_mode=None)


@BED.plant()
def closed_though_never_entered_as_back(course: Course, spot: Spot) -> None:
    """The review case is closed."""
    on = spot.day("2025-03-19")
    _, taken, _ = _reviewed(course, spot, on)
    course.event(taken, "JC_RETURN_SUPP", days_after(on, 20))
    course.close(taken, days_after(on, 80), "其他")
