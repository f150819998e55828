"""Plants around what may have gone on without a trace: excluded from LONG-02, LONG-04, LONG-06, FIL-08 and INV-01."""

from datetime import date

from jointsup_rules.demo import stages
from jointsup_rules.demo.course import Course, Row
from jointsup_rules.demo.days import days_after
from jointsup_rules.demo.plants import Bed, Spot
from jointsup_rules.demo.plants_hanging import separate, withdraw_prosecution
from jointsup_rules.demo.stages_investigation import document

BED = Bed()


def _review_without_people(course: Course, case: Row, place: int, on: date, person: str) -> None:
    """One suspect was sent on; the review case it went to lists nobody and was dropped."""
    stages.transfer(course, case, on, person, closes=False)
    taken = stages.review(course, case, place, on)
    more = {"np_type": "CY", "moved_date": days_after(on, 21), "review_done_date": days_after(on, 22)}
    stages.drop(course, taken, person, days_after(on, 20), **more)


def _two_suspects(course: Course, spot: Spot, on: date) -> tuple[Row, str, str]:
    first, second = course.person(), course.person()
    case = stages.file_case(course, spot.place, on, first, second)
    document(course, case, "询问通知书", days_after(on, 12))
    return case, first, second


def _bailed_after_detention(course: Course, case: Row, person: str, on: date) -> None:
    stages.measure(course, case, person, "JL", on, days_after(on, 7), "变更", extended_tier=7)
    stages.measure(course, case, person, "QB", days_after(on, 7), days_after(on, 200))


@BED.plant()
def hanging_but_somebody_unknown_was_sent_on(course: Course, spot: Spot) -> None:
    """Never a measure, and a review case without a list."""
    on = spot.day("2023-04-21")
    case, sent, _ = _two_suspects(course, spot, on)
    _review_without_people(course, case, spot.place, days_after(on, 300), sent)


@BED.plant(LONG_03=1)
def detained_but_somebody_unknown_was_sent_on(course: Course, spot: Spot) -> None:
    """The one detained may be the one who was sent on."""
    on = spot.day("2023-03-08")
    case, sent, left = _two_suspects(course, spot, on)
    _bailed_after_detention(course, case, left, days_after(on, 1))
    _review_without_people(course, case, spot.place, days_after(on, 300), sent)


@BED.plant(LONG_01=1, LONG_03=1)
def detained_and_joined_to_another_case(course: Course, spot: Spot) -> None:
    """Joined to a case that was withdrawn."""
    on = spot.day("2023-03-09")
    case, person, other = _two_suspects(course, spot, on)
    _bailed_after_detention(course, case, person, days_after(on, 1))
    main = stages.file_case(course, spot.place, days_after(on, -10), other)
    stages.withdraw(course, main, days_after(on, 90))
    course.link(case, main, "MERGE", "1.00")


@BED.plant(LONG_01=1, LONG_03=1, DQ_08=1)
def detained_and_under_review_without_a_link(course: Course, spot: Spot) -> None:
    """A review case of the person, accepted since, is linked to nothing."""
    on = spot.day("2023-03-10")
    case, person, _ = _two_suspects(course, spot, on)
    _bailed_after_detention(course, case, person, days_after(on, 1))
    taken = stages.review(course, None, spot.place, days_after(on, 250), person)
    more = {"np_type": "CY", "moved_date": days_after(on, 271), "review_done_date": days_after(on, 272)}
    stages.drop(course, taken, person, days_after(on, 270), **more)


@BED.plant()
def conditionally_dropped_after_a_withdrawal(course: Course, spot: Spot) -> None:
    """A conditional decision since."""
    on = spot.day("2025-04-16")
    taken, _, suspect = withdraw_prosecution(course, spot, on, on)
    course.event(taken, "JC_COND_NONPROS", days_after(on, 12), suspect)


@BED.plant()
def moved_away_after_a_withdrawal(course: Course, spot: Spot) -> None:
    """Another procuratorate has it now."""
    on = spot.day("2025-04-17")
    taken, _, _ = withdraw_prosecution(course, spot, on, on)
    course.event(taken, "JC_JURIS_OUT", days_after(on, 12))
    course.close(taken, days_after(on, 12), "改变管辖")


@BED.plant()
def idle_but_joined(course: Course, spot: Spot) -> None:
    """Nothing done, for it was joined to another case."""
    on = spot.day("2025-02-14")
    case = stages.file_case(course, spot.place, on, course.person())
    main = stages.file_case(course, spot.place, days_after(on, -5), course.person())
    document(course, main, "询问通知书", on)
    course.link(case, main, "MERGE", "1.00")


@BED.plant()
def idle_but_already_under_review(course: Course, spot: Spot) -> None:
    """The review case is linked; the steps were not entered."""
    on, suspect = spot.day("2025-02-17"), course.person()
    case = stages.file_case(course, spot.place, on, suspect)
    taken = stages.review(course, case, spot.place, days_after(on, 40), suspect)
    stages.prosecute(course, taken, days_after(on, 60))
    stages.trial(course, taken, spot.place, days_after(on, 62), suspect)


@BED.plant()
def apart_and_held_since_before(course: Course, spot: Spot) -> None:
    """Held since before the mark: not out of sight."""
    on = spot.day("2024-11-18")
    case, _, apart = separate(course, spot, on, days_after(on, -60))
    stages.hold(course, case, apart, days_after(on, -40), None)
