"""Plants about complaints beside a passed limit, and about recorded due days: PET-07 and DQ-09."""

from datetime import date

from jointsup_rules.demo import stages
from jointsup_rules.demo.course import Course, Row, token
from jointsup_rules.demo.days import days_after
from jointsup_rules.demo.plants import Bed, Spot
from jointsup_rules.demo.stages_limits import extend

BED = Bed()


def _complained(course: Course, case: Row, spot: Spot, on: date) -> None:
    key = token("pressed matter", course.number("pressed matter"))
    stages.petition(course, case, spot.place, on, key)


def _discussed(course: Course, case: Row, on: date) -> None:
    """An item of public opinion about a case."""
    course.add(
        "opinion_item",
        "YQ",
        "oi_id",
        captured_date=on,
        heat_level="3",
        topic_masked="某案久拖未决",
        case_id=case["case_id"],
        resp_unit_code=case["unit_code"],
    )


def _suit(course: Course, spot: Spot, on: date | None, closed_on: date | None = None, **more: object) -> Row:
    suit = stages.sue(course, spot.place, on, course.person(), course.person(), **more)
    if closed_on is not None:
        stages.close_trial(course, suit, closed_on)
    return suit


# PET-07: a complaint beside a limit that has passed


@BED.plant(PET_07=2, TRI_05=2)
def complaint_about_a_late_trial(course: Course, spot: Spot) -> None:
    """A petition about one suit past its six months, an item of public opinion about another."""
    _complained(course, _suit(course, spot, spot.exactly("2024-11-20")), spot, spot.day("2025-05-27"))
    _discussed(course, _suit(course, spot, spot.exactly("2024-12-27")), spot.day("2025-05-28"))


@BED.plant(TRI_05=1)
def complaint_about_a_trial_in_time(course: Course, spot: Spot) -> None:
    """Due on the day of the sweep; closed late, but closed."""
    _complained(course, _suit(course, spot, spot.exactly("2024-12-30")), spot, spot.day("2025-05-29"))
    closed = _suit(course, spot, spot.exactly("2024-10-10"), spot.day("2025-06-12"))
    _complained(course, closed, spot, spot.day("2025-04-22"))


@BED.plant(PET_07=1, LONG_01=1)
def complaint_about_a_case_of_a_year(course: Course, spot: Spot) -> None:
    """Extended twice in time, so within its limit, but open for more than a year."""
    suit = _suit(course, spot, spot.exactly("2024-06-20"))
    extend(course, suit, "CV_FIRST", "PRESIDENT", spot.exactly("2024-12-20"))
    more = {"add_n": 6, "add_unit": "M"}
    extend(course, suit, "CV_FIRST", "UPPER", spot.exactly("2025-06-20"), "UP1", **more)
    _complained(course, suit, spot, spot.day("2025-05-19"))


@BED.plant(PET_07=1, CM_06=1)
def complaint_about_somebody_held_too_long(course: Course, spot: Spot) -> None:
    """Arrested four months ago, nothing extended."""
    suspect, on = course.person(), spot.day("2025-02-17")
    case = stages.file_case(course, spot.place, on, suspect)
    stages.measure(course, case, suspect, "JL", on, days_after(on, 8), "变更", extended_tier=7)
    stages.arrest(course, case, spot.place, suspect, days_after(on, 3), None)
    stages.hold(course, case, suspect, on, None)
    _discussed(course, case, spot.day("2025-06-10"))


@BED.plant()
def complaint_about_a_case_without_a_day(course: Course, spot: Spot) -> None:
    """Nobody knows when it was filed."""
    _complained(course, _suit(course, spot, None), spot, spot.day("2025-06-11"))


# DQ-09: the due day on record


def _bailed(course: Course, spot: Spot, kind: str, recorded: str) -> None:
    """Under a measure since 2025-02-28; the due day the system shows."""
    suspect, on = course.person(), spot.exactly("2025-02-28")
    case = stages.file_case(course, spot.place, days_after(on, -3), suspect)
    stages.measure(course, case, suspect, kind, on, None, recorded_due_date=spot.exactly(recorded))


@BED.plant(DQ_09=2)
def due_day_recorded_too_late(course: Course, spot: Spot) -> None:
    """Twelve criminal months of bail end on 2026-02-28, six of surveillance on 2025-08-31."""
    _bailed(course, spot, "QB", "2026-03-02")
    _bailed(course, spot, "JJ", "2025-09-02")


@BED.plant()
def due_day_recorded_with_a_slip(course: Course, spot: Spot) -> None:
    """A day late is rounding; earlier is no better, but no harm."""
    _bailed(course, spot, "QB", "2026-03-01")
    _bailed(course, spot, "JJ", "2025-08-28")


@BED.plant(DQ_09=2, CM_06=2)
def due_days_of_an_arrest(course: Course, spot: Spot) -> None:
    """Two months and one more in time; the same without a document; without any extension."""
    for extended, recorded in (("文", "2025-07-14"), (None, "2025-07-14"), ("", "2025-07-14")):
        suspect, on = course.person(), spot.exactly("2025-04-06")
        case = stages.file_case(course, spot.place, on, suspect)
        stages.measure(course, case, suspect, "JL", on, days_after(on, 8), "变更", extended_tier=7)
        stages.arrest(course, case, spot.place, suspect, days_after(on, 3), None)
        stages.hold(course, case, suspect, on, None)
        course.rows["coercive_measure"][-1]["recorded_due_date"] = spot.exactly(recorded)
        if extended != "":
            more = {"person_id": suspect, "decide_date": spot.exactly("2025-06-05")}
            row = extend(course, case, "INV_CUSTODY", "COMPLEX", spot.exactly("2025-06-14"), "UP1", **more)
            row["doc_no"] = row["doc_no"] if extended else None
