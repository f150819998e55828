"""Plants around the filing of cases: FIL-01, FIL-05 and FIL-06."""

from datetime import date
from typing import Any

from jointsup_rules.demo import city, stages
from jointsup_rules.demo.course import Course, Row
from jointsup_rules.demo.days import days_after
from jointsup_rules.demo.plants import Bed, Spot
from jointsup_rules.demo.stages_investigation import change, document
from jointsup_rules.demo.stages_oversight import issue

BED = Bed()


# FIL-01: a report, decided on in seven, thirty or sixty days


def _reported(course: Course, spot: Spot, on: date, filed_on: date | None, **more: Any) -> Row:
    """A report accepted on a day and filed on another, then worked on; not filed at all if there is none."""
    case = course.case(
        "GA",
        "INV",
        spot.place,
        on,
        file_date=filed_on,
        **{"cause_name": city.THEFT[1], "source_channel": "群众报案", "procedure_type": "PT", **more},
    )
    course.event(case, "GA_ACCEPT", on)
    if filed_on is not None:
        course.event(case, "GA_FILE", filed_on)
        document(course, case, "调取证据通知书", days_after(filed_on, 5))
    return case


@BED.plant(FIL_01=1)
def report_filed_on_the_eighth_day(course: Course, spot: Spot) -> None:
    """Seven days from Tuesday end on Tuesday; filed on Wednesday."""
    _reported(course, spot, spot.exactly("2025-04-15"), spot.exactly("2025-04-23"))


@BED.plant()
def report_filed_after_the_holidays(course: Course, spot: Spot) -> None:
    """Seven days end on 1 May, so on 6 May."""
    _reported(course, spot, spot.exactly("2025-04-24"), spot.exactly("2025-05-06"))


@BED.plant()
def report_examined_for_thirty_days(course: Course, spot: Spot) -> None:
    """Thirty days with the head's approval, given on the seventh."""
    on = spot.exactly("2025-04-08")
    case = _reported(course, spot, on, days_after(on, 30))
    change(course, case, "FILE_GA", "EXTEND", "COMPLEX", days_after(on, 7))


@BED.plant(FIL_01=1)
def report_extended_after_the_week(course: Course, spot: Spot) -> None:
    """The approval came a day after the week."""
    on = spot.exactly("2025-04-08")
    case = _reported(course, spot, on, days_after(on, 30))
    change(course, case, "FILE_GA", "EXTEND", "COMPLEX", days_after(on, 8))


@BED.plant()
def fraud_examined_for_sixty_days(course: Course, spot: Spot) -> None:
    """Economic crime: thirty days, and thirty more with the next higher level's approval."""
    on = spot.exactly("2025-03-10")
    more = {"is_economic_crime": True, "cause_name": city.CONTRACT_FRAUD[1]}
    case = _reported(course, spot, on, days_after(on, 58), **more)
    change(course, case, "FILE_GA", "EXTEND", "COMPLEX", days_after(on, 6))
    change(course, case, "FILE_GA", "EXTEND", "UPPER", days_after(on, 29), decide_level="UP1")


@BED.plant(FIL_01=1)
def theft_examined_for_sixty_days(course: Course, spot: Spot) -> None:
    """The sixty days are for economic crime alone."""
    on = spot.exactly("2025-03-10")
    case = _reported(course, spot, on, days_after(on, 58))
    change(course, case, "FILE_GA", "EXTEND", "COMPLEX", days_after(on, 6))
    change(course, case, "FILE_GA", "EXTEND", "UPPER", days_after(on, 29), decide_level="UP1")


@BED.plant(FIL_01=1)
def report_nobody_decided_on(course: Course, spot: Spot) -> None:
    """Accepted in May, nothing since."""
    _reported(course, spot, spot.day("2025-05-19"), None)


@BED.plant()
def report_not_filed_in_time(course: Course, spot: Spot) -> None:
    """Refused within the week."""
    on = spot.day("2025-05-20")
    case = _reported(course, spot, on, None)
    course.event(case, "GA_NOFILE", days_after(on, 6))
    course.close(case, days_after(on, 6), "不予立案")


@BED.plant()
def report_acted_on_without_a_filing(course: Course, spot: Spot) -> None:
    """Someone is on bail: the filing was probably not entered."""
    on = spot.day("2025-05-21")
    case = _reported(course, spot, on, None)
    person = course.person()
    course.party(case, "SUSPECT", person, arrival_status="IN")
    stages.measure(course, case, person, "QB", days_after(on, 3), None)


# FIL-05, FIL-06: asked for reasons, told to file or to withdraw


def _asked(course: Course, spot: Spot, kind: str, on: date, case: Row | None = None, **more: Any) -> Row:
    return issue(course, spot.place, kind, on, city.police(spot.place), case, **more)


def _unfiled(course: Course, spot: Spot, on: date) -> Row:
    """A report refused in time, thirty days before a day."""
    case = _reported(course, spot, days_after(on, -30), None)
    course.event(case, "GA_NOFILE", days_after(on, -25))
    course.close(case, days_after(on, -25), "不予立案")
    return case


@BED.plant(FIL_05=1)
def reasons_given_on_the_eighth_day(course: Course, spot: Spot) -> None:
    """Served on Wednesday; answered on Thursday of the week after."""
    on = spot.exactly("2025-05-12")
    _asked(course, spot, "SMLY", on, _unfiled(course, spot, on), reply_date=days_after(on, 10))


@BED.plant()
def reasons_given_on_the_seventh_day(course: Course, spot: Spot) -> None:
    """Served on Wednesday; answered on Wednesday."""
    on = spot.exactly("2025-05-12")
    _asked(course, spot, "SMLY", on, _unfiled(course, spot, on), reply_date=days_after(on, 9))


@BED.plant()
def filed_instead_of_reasons(course: Course, spot: Spot) -> None:
    """Filing is an answer too."""
    on = spot.day("2025-05-13")
    case = _unfiled(course, spot, on)
    case.update(case_status="OPEN", close_date=None, close_mode=None, file_date=days_after(on, 4))
    course.event(case, "GA_FILE", days_after(on, 4))
    _asked(course, spot, "SMLY", on, case)


@BED.plant(FIL_05=1)
def no_reasons_at_all(course: Course, spot: Spot) -> None:
    """Nobody entered the service: the third day after the issue stands in its place."""
    on = spot.day("2025-05-14")
    _asked(course, spot, "SMLY", on, _unfiled(course, spot, on), served_date=None)


@BED.plant()
def reasons_entered_without_their_day(course: Course, spot: Spot) -> None:
    """The answer is there, not its day."""
    on = spot.day("2025-05-15")
    _asked(course, spot, "SMLY", on, _unfiled(course, spot, on), reply_kind="ACCEPT")


@BED.plant(FIL_06=1)
def told_to_file_and_sixteen_days_gone(course: Course, spot: Spot) -> None:
    """Filed on the sixteenth day after service."""
    on = spot.exactly("2025-05-12")
    case = _unfiled(course, spot, on)
    case.update(case_status="OPEN", close_date=None, close_mode=None, file_date=days_after(on, 18))
    course.event(case, "GA_FILE", days_after(on, 18))
    _asked(course, spot, "TZLA", on, case)


@BED.plant()
def told_to_file_and_fifteen_days_gone(course: Course, spot: Spot) -> None:
    """Filed on the fifteenth."""
    on = spot.exactly("2025-05-12")
    case = _unfiled(course, spot, on)
    case.update(case_status="OPEN", close_date=None, close_mode=None, file_date=days_after(on, 17))
    course.event(case, "GA_FILE", days_after(on, 17))
    _asked(course, spot, "TZLA", on, case)


@BED.plant()
def told_to_file_nobody_knows_what(course: Course, spot: Spot) -> None:
    """No case is linked to the notice."""
    _asked(course, spot, "TZLA", spot.day("2025-04-22"))


@BED.plant(FIL_06=1)
def told_to_withdraw_and_silent(course: Course, spot: Spot) -> None:
    """Neither withdrawn nor answered."""
    on = spot.day("2025-04-23")
    case = _reported(course, spot, days_after(on, -60), days_after(on, -58))
    _asked(course, spot, "TZCA", on, case)


@BED.plant()
def told_to_withdraw_and_objecting(course: Course, spot: Spot) -> None:
    """Answered: reconsideration may have been asked for."""
    on = spot.day("2025-04-24")
    case = _reported(course, spot, days_after(on, -60), days_after(on, -58))
    _asked(course, spot, "TZCA", on, case, reply_date=days_after(on, 8), reply_kind="REJECT")


@BED.plant()
def reasons_entered_before_the_service(course: Course, spot: Spot) -> None:
    """The days are to be checked first."""
    on = spot.day("2025-05-16")
    more = {"reply_date": days_after(on, 1), "served_date": days_after(on, 3)}
    _asked(course, spot, "SMLY", on, _unfiled(course, spot, on), **more)


@BED.plant()
def told_to_file_and_the_step_not_entered(course: Course, spot: Spot) -> None:
    """The case carries a day of filing since, the step does not stand among its events."""
    on = spot.day("2025-05-19")
    case = _unfiled(course, spot, on)
    case.update(case_status="OPEN", close_date=None, close_mode=None, file_date=days_after(on, 8))
    _asked(course, spot, "TZLA", on, case)


@BED.plant()
def told_to_file_what_was_joined(course: Course, spot: Spot) -> None:
    """The report was joined to another case."""
    on = spot.day("2025-04-25")
    case = _unfiled(course, spot, on)
    main = _reported(course, spot, days_after(on, -50), days_after(on, -48))
    course.link(case, main, "MERGE", "1.00")
    _asked(course, spot, "TZLA", on, case)


@BED.plant()
def report_joined_to_another(course: Course, spot: Spot) -> None:
    """No decision of its own: it went into another case."""
    on = spot.day("2025-05-22")
    main = _reported(course, spot, days_after(on, -10), days_after(on, -8))
    course.link(_reported(course, spot, on, None), main, "MERGE", "1.00")


@BED.plant()
def report_closed_without_a_result(course: Course, spot: Spot) -> None:
    """Closed, and nobody entered how."""
    on = spot.day("2025-04-28")
    case = _reported(course, spot, on, None)
    course.close(case, days_after(on, 30), "其他")
