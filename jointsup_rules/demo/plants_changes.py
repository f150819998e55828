"""Plants about the records that change a limit, and about late entry: TRI-07, TRI-08 and DQ-06."""

from datetime import date
from typing import Any

from jointsup_rules.demo import stages
from jointsup_rules.demo.course import Course, Row
from jointsup_rules.demo.days import days_after
from jointsup_rules.demo.plants import Bed, Spot
from jointsup_rules.demo.stages_limits import exclude, extend

BED = Bed()
_EXPIRY = "2025-04-14"  # six months from the filing of the suits below


def _suit(course: Course, spot: Spot, closed: str = "2025-04-10", **more: object) -> Row:
    """A suit filed on 2024-10-14."""
    filed_on = spot.exactly("2024-10-14")
    suit = stages.sue(course, spot.place, filed_on, course.person(), course.person(), **more)
    stages.close_trial(course, suit, spot.exactly(closed))
    return suit


def _appeal_of_citizens(course: Course, spot: Spot, place: int) -> Row:
    """An administrative appeal of five months, at the city's court (0) or a county's."""
    on = spot.exactly("2025-01-14")
    values = {"procedure_type": "PT", "cause_name": "不服行政处罚", "source_channel": "当事人起诉"}
    case = course.case("FY", "SECOND", place, on, case_category="AD", **values)
    course.event(case, "FY_FILE", on)
    course.party(case, "PLAINTIFF", course.person())
    stages.close_trial(course, case, spot.exactly("2025-05-14"))
    return case


# TRI-07: extensions


@BED.plant(TRI_07=2)
def extension_asked_for_late(course: Course, spot: Spot) -> None:
    """Asked for fourteen days and decided four days before the end: one clue for each."""
    end = spot.exactly(_EXPIRY)
    more: dict[str, Any] = {"apply_date": days_after(end, -14), "decide_date": days_after(end, -4)}
    extend(course, _suit(course, spot, "2025-06-10"), "CV_FIRST", "PRESIDENT", end, **more)


@BED.plant()
def extension_asked_for_in_time(course: Course, spot: Spot) -> None:
    """Asked for fifteen days and decided five days before the end."""
    end = spot.exactly(_EXPIRY)
    more: dict[str, Any] = {"apply_date": days_after(end, -15), "decide_date": days_after(end, -5)}
    extend(course, _suit(course, spot, "2025-06-10"), "CV_FIRST", "PRESIDENT", end, **more)


@BED.plant(TRI_07=1, TRI_06=1)
def extension_by_too_low_a_court(course: Course, spot: Spot) -> None:
    """A county's administrative case, extended by the city's court itself."""
    case, end = _appeal_of_citizens(course, spot, 1 + spot.place % 10), spot.exactly("2025-04-14")
    extend(course, case, "AD_SECOND", "UPPER", end, "SELF", add_n=1, add_unit="M")


@BED.plant()
def extension_by_the_high_court(course: Course, spot: Spot) -> None:
    """The next above the city's court is the high court; asked for ten days before, as is enough."""
    case, end = _appeal_of_citizens(course, spot, 0), spot.exactly("2025-04-14")
    more = {"add_n": 1, "add_unit": "M", "apply_date": days_after(end, -10)}
    extend(course, case, "AD_SECOND", "UPPER", end, "UP1", **more)


@BED.plant()
def extension_of_a_case_without_a_limit(course: Course, spot: Spot) -> None:
    """A foreign party: nothing had to be extended."""
    suit = _suit(course, spot, "2025-06-11", is_foreign=True)
    end = spot.exactly(_EXPIRY)
    extend(course, suit, "CV_FIRST", "PRESIDENT", end, apply_date=days_after(end, -3))


@BED.plant()
def extension_asked_for_nobody_knows_when(course: Course, spot: Spot) -> None:
    """The day of the application is not recorded."""
    suit = _suit(course, spot, "2025-06-12")
    extend(course, suit, "CV_FIRST", "PRESIDENT", spot.exactly(_EXPIRY), apply_date=None)


# TRI-08: deductions and suspensions


@BED.plant(TRI_08=1)
def suspension_without_paper(course: Course, spot: Spot) -> None:
    """No ruling."""
    start = spot.day("2025-01-13")
    exclude(course, _suit(course, spot), "CV_FIRST", "HEIR", start, days_after(start, 30), doc_no=None)


@BED.plant()
def deduction_approved_without_a_number(course: Course, spot: Spot) -> None:
    """Approved on a day, if without a number of its own."""
    start = spot.day("2025-01-14")
    exclude(course, _suit(course, spot), "CV_FIRST", "SETTLE", start, days_after(start, 20), doc_no=None)


@BED.plant(TRI_08=2)
def grounds_of_other_limits(course: Course, spot: Spot) -> None:
    """An auction in a trial; a settlement in enforcement."""
    suit, start = _suit(course, spot), spot.day("2025-01-15")
    exclude(course, suit, "CV_FIRST", "AUCTION", start, days_after(start, 20))
    row = stages.enforce(course, suit, spot.place, spot.exactly("2025-04-22"))
    case = next(one for one in course.rows["case_main"] if one["case_id"] == row["case_id"])
    exclude(course, case, "EX_CV", "SETTLE", spot.exactly("2025-05-12"), spot.exactly("2025-05-20"))


def _appraised(course: Course, spot: Spot, end: date, **more: object) -> None:
    """A suit of eleven months with an appraisal since 2024-11-04."""
    suit = _suit(course, spot, "2025-06-24", **more)
    start = spot.exactly("2024-11-04")
    exclude(course, suit, "CV_FIRST", "APPRAISAL", start, end)


@BED.plant(TRI_08=1)
def appraisal_of_181_days(course: Course, spot: Spot) -> None:
    """A day longer than half a year."""
    _appraised(course, spot, days_after(spot.exactly("2024-11-04"), 181))


@BED.plant()
def appraisals_that_took_their_time(course: Course, spot: Spot) -> None:
    """Half a year; longer, with a foreign party."""
    start = spot.exactly("2024-11-04")
    _appraised(course, spot, days_after(start, 180))
    _appraised(course, spot, days_after(start, 220), is_foreign=True)


@BED.plant(TRI_08=1)
def deduction_entered_a_month_later(course: Course, spot: Spot) -> None:
    """Entered thirty-one days after it ended; another after thirty."""
    start, suit = spot.exactly("2024-12-02"), _suit(course, spot)
    for n, reason in ((31, "NOTICE"), (30, "JURIS")):
        end = days_after(start, 60)
        entered = f"{days_after(end, n)} 11:20:00"
        exclude(course, suit, "CV_FIRST", reason, start, end, recorded_at=entered)


# DQ-06: entered long after its day


@BED.plant(DQ_06=1)
def extension_entered_after_the_limit(course: Course, spot: Spot) -> None:
    """Dated eight days before the limit ended, entered four days after."""
    end = spot.exactly(_EXPIRY)
    entered = f"{days_after(end, 4)} 16:45:00"
    extend(course, _suit(course, spot, "2025-06-13"), "CV_FIRST", "PRESIDENT", end, recorded_at=entered)


@BED.plant()
def extension_entered_three_days_after_the_limit(course: Course, spot: Spot) -> None:
    """The usual slack of entry."""
    end = spot.exactly(_EXPIRY)
    entered = f"{days_after(end, 3)} 16:45:00"
    extend(course, _suit(course, spot, "2025-06-13"), "CV_FIRST", "PRESIDENT", end, recorded_at=entered)


@BED.plant()
def extension_entered_nobody_knows_when(course: Course, spot: Spot) -> None:
    """The system kept no time of entry."""
    suit = _suit(course, spot, "2025-06-16")
    extend(course, suit, "CV_FIRST", "PRESIDENT", spot.exactly(_EXPIRY), recorded_at=None)


@BED.plant(DQ_06=2)
def steps_and_extension_entered_late(course: Course, spot: Spot) -> None:
    """Two steps, of which the later entry is shown, and an extension: one clue for each part."""
    suit, end = _suit(course, spot, "2025-06-17"), spot.exactly(_EXPIRY)
    extend(course, suit, "CV_FIRST", "PRESIDENT", end, recorded_at=f"{days_after(end, 9)} 09:10:00")
    for day, n in (("2025-02-12", 31), ("2025-03-05", 44)):
        on = spot.exactly(day)
        course.event(suit, "FY_TRIAL", on, recorded_at=f"{days_after(on, n)} 15:00:00")


@BED.plant()
def step_entered_after_thirty_days(course: Course, spot: Spot) -> None:
    """As late as is allowed."""
    on = spot.exactly("2025-02-13")
    course.event(_suit(course, spot), "FY_TRIAL", on, recorded_at=f"{days_after(on, 30)} 15:00:00")
