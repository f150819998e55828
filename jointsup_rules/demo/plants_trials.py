"""Plants about criminal trials: TRI-01, TRI-02 and TRI-03."""

from datetime import date

from jointsup_rules.demo import stages
from jointsup_rules.demo.course import Course, Row
from jointsup_rules.demo.days import days_after
from jointsup_rules.demo.paths import PROBATION
from jointsup_rules.demo.plants import Bed, Spot
from jointsup_rules.demo.stages_limits import exclude, extend

BED = Bed()


def _filed(course: Course, spot: Spot, on: date, **more: object) -> tuple[Row, str]:
    """One more trial of those a review case led to, filed on a day; the trials of a course go up in time."""
    accused = course.person()
    taken = next((row for row in course.rows["case_main"] if row["agency_type"] == "JC"), None)
    if taken is None:
        case = stages.file_case(course, spot.place, days_after(on, -100), accused)
        stages.transfer(course, case, days_after(on, -25))
        taken = stages.review(course, case, spot.place, days_after(on, -24), accused)
        stages.prosecute(course, taken, days_after(on, -3))
    else:
        course.event(taken, "JC_PROSECUTE", days_after(on, -3))
    tried = stages.trial(course, taken, spot.place, on, accused)
    tried.update(more)
    return tried, accused


def _announced(course: Course, tried: Row, accused: str, on: date) -> None:
    stages.judge(course, tried, accused, on, days_after(on, 14), **PROBATION)
    stages.close_trial(course, tried, days_after(on, 3))


def _tried(course: Course, spot: Spot, on: date, announced_on: date, **more: object) -> Row:
    tried, accused = _filed(course, spot, on, **more)
    _announced(course, tried, accused, announced_on)
    return tried


# TRI-01: three months, longer on leave from above, anew after a change


@BED.plant(TRI_01=1)
def announced_a_day_after_the_three_months(course: Course, spot: Spot) -> None:
    """Filed on 2025-01-15: due on Tuesday 2025-04-15; the second of the accused in time."""
    for last_on in ("2025-04-16", "2025-04-15"):
        _tried(course, spot, spot.exactly("2025-01-15"), spot.exactly(last_on))


@BED.plant(TRI_01=2)
def trial_open_after_the_three_months(course: Course, spot: Spot) -> None:
    """Due on Friday 2025-06-27; due on Saturday and not moved, for the accused is held; due and nobody held."""
    _filed(course, spot, spot.exactly("2025-03-27"))
    for is_held in (True, False):
        tried, accused = _filed(course, spot, spot.exactly("2025-03-28"))
        if is_held:
            stages.measure(course, tried, accused, "DB", tried["file_date"], None)
            stages.hold(course, tried, accused, tried["file_date"], None)


@BED.plant()
def trial_extended_from_above(course: Course, spot: Spot) -> None:
    """Three more months, decided in time: from 2025-02-05 to 2025-05-05, a holiday, so to 2025-05-06."""
    tried = _tried(course, spot, spot.exactly("2024-11-05"), spot.exactly("2025-05-06"))
    extend(course, tried, "CR_FIRST", "UPPER", spot.exactly("2025-02-05"), "UP1")


@BED.plant(TRI_01=3, TRI_07=3)
def trials_extended_without_effect(course: Course, spot: Spot) -> None:
    """Decided a day after the limit; decided by the court itself; without a document."""
    on, end = spot.exactly("2024-11-06"), spot.exactly("2025-02-06")
    late = {"decide_date": days_after(end, 1)}
    for level, more in (("UP1", late), ("SELF", {}), ("UP1", {"doc_no": None})):
        tried = _tried(course, spot, on, spot.day("2025-04-24"))
        extend(course, tried, "CR_FIRST", "UPPER", end, level, **more)


@BED.plant()
def trial_extended_by_nobody_knows_whom(course: Course, spot: Spot) -> None:
    """The level that decided is not recorded, and it alone decides."""
    tried = _tried(course, spot, spot.exactly("2024-11-07"), spot.day("2025-04-25"))
    extend(course, tried, "CR_FIRST", "UPPER", spot.exactly("2025-02-07"), "UP1", decide_level=None)


@BED.plant()
def trial_with_a_psychiatric_examination(course: Course, spot: Spot) -> None:
    """Two records overlap: 21 days are not counted, once. Due on 2025-04-09 and 21 days, on 2025-04-30."""
    tried = _tried(course, spot, spot.exactly("2025-01-09"), spot.exactly("2025-04-30"))
    spans = (("2025-02-10", "2025-02-24"), ("2025-02-20", "2025-03-03"))
    for start, end in spans:
        exclude(course, tried, "CR_FIRST", "PSYCH", spot.exactly(start), spot.exactly(end))


@BED.plant(TRI_01=1, TRI_08=1)
def trial_with_an_appraisal_of_value(course: Course, spot: Spot) -> None:
    """Only psychiatric examination is not counted in a criminal case."""
    tried = _tried(course, spot, spot.exactly("2025-01-10"), spot.exactly("2025-04-30"))
    exclude(course, tried, "CR_FIRST", "APPRAISAL", spot.exactly("2025-02-10"), spot.exactly("2025-03-10"))


@BED.plant()
def trial_after_supplementary_investigation(course: Course, spot: Spot) -> None:
    """Adjourned for a month in time, begun anew when the file came back: to Monday 2025-04-21."""
    tried, accused = _filed(course, spot, spot.exactly("2024-10-08"))
    exclude(course, tried, "CR_FIRST", "SUPP", spot.exactly("2024-12-20"), spot.exactly("2025-01-20"))
    course.event(tried, "FY_SUPP_BACK", spot.exactly("2025-01-20"))
    _announced(course, tried, accused, spot.exactly("2025-04-21"))


@BED.plant(TRI_01=1)
def trial_anew_after_its_limit_had_passed(course: Course, spot: Spot) -> None:
    """The file came back eight days after the limit, nothing deducted: a new period heals no old one."""
    tried, accused = _filed(course, spot, spot.exactly("2024-10-09"))
    course.event(tried, "FY_SUPP_BACK", spot.exactly("2025-01-17"))
    _announced(course, tried, accused, spot.exactly("2025-03-14"))


@BED.plant()
def trial_suspended_and_standing_still(course: Course, spot: Spot) -> None:
    """Suspended for illness in time, still suspended."""
    tried, _ = _filed(course, spot, spot.day("2024-12-10"), case_status="SUSPENDED")
    exclude(course, tried, "CR_FIRST", "ILLNESS", spot.day("2025-01-20"), None)


# TRI-02: summary and fast-track procedure


@BED.plant(TRI_02=2)
def short_procedures_a_day_late(course: Course, spot: Spot) -> None:
    """Twenty days to Sunday 2025-04-27, worked in exchange; ten days to Thursday 2025-05-22."""
    _tried(course, spot, spot.exactly("2025-04-07"), spot.exactly("2025-04-28"), procedure_type="JY")
    _tried(course, spot, spot.exactly("2025-05-12"), spot.exactly("2025-05-23"), procedure_type="SC")


@BED.plant()
def short_procedures_on_their_last_days(course: Course, spot: Spot) -> None:
    """Twenty days; a month and a half; ten days; fifteen days."""
    tried = _tried(course, spot, spot.exactly("2025-03-03"), spot.exactly("2025-04-18"), procedure_type="JY")
    extend(course, tried, "CR_SUMMARY", "OVER_3Y", spot.exactly("2025-03-24"))
    _tried(course, spot, spot.exactly("2025-04-07"), spot.exactly("2025-04-27"), procedure_type="JY")
    _tried(course, spot, spot.exactly("2025-05-12"), spot.exactly("2025-05-22"), procedure_type="SC")
    tried = _tried(course, spot, spot.exactly("2025-05-13"), spot.exactly("2025-05-28"), procedure_type="SC")
    extend(course, tried, "CR_FAST", "OVER_1Y", spot.exactly("2025-05-23"))


@BED.plant()
def summary_turned_into_ordinary(course: Course, spot: Spot) -> None:
    """Converted on the eighteenth day: three months from then."""
    on = spot.exactly("2025-01-13")
    tried, accused = _filed(course, spot, on, procedure_type="JY")
    course.event(tried, "FY_PROC_PT", days_after(on, 18))
    _announced(course, tried, accused, spot.exactly("2025-04-30"))


# TRI-03: appeals


def _appealed(course: Course, spot: Spot, on: date, announced_on: date) -> Row:
    tried, accused = _filed(course, spot, days_after(on, -60))
    first = stages.judge(course, tried, accused, days_after(on, -25), None, **PROBATION)
    stages.close_trial(course, tried, days_after(on, -22))
    second = stages.appeal(course, tried, on, accused)
    outcome = {"result_code": "UPHOLD", **PROBATION}
    stages.judge(course, second, accused, announced_on, announced_on, **outcome)
    stages.close_trial(course, second, days_after(announced_on, 2))
    assert first["effective_date"] is None
    return second


@BED.plant(TRI_03=1)
def appeal_announced_a_day_late(course: Course, spot: Spot) -> None:
    """Two months from 2025-03-10 end on a Saturday, so on 2025-05-12."""
    _appealed(course, spot, spot.exactly("2025-03-10"), spot.exactly("2025-05-13"))


@BED.plant()
def appeal_announced_on_monday(course: Course, spot: Spot) -> None:
    """In time."""
    _appealed(course, spot, spot.exactly("2025-03-10"), spot.exactly("2025-05-12"))


@BED.plant()
def appeal_while_the_procuratorate_read_the_file(course: Course, spot: Spot) -> None:
    """Reading is not counted, for a month at the most: thirty days, from 2025-05-11 to Tuesday 2025-06-10."""
    second = _appealed(course, spot, spot.exactly("2025-03-11"), spot.exactly("2025-06-10"))
    exclude(course, second, "CR_SECOND", "JC_READ", spot.exactly("2025-04-01"), spot.exactly("2025-05-14"))


@BED.plant()
def appeal_extended_by_the_high_court(course: Course, spot: Spot) -> None:
    """Two more months."""
    second = _appealed(course, spot, spot.exactly("2025-01-08"), spot.exactly("2025-05-08"))
    extend(course, second, "CR_SECOND", "UPPER", spot.exactly("2025-03-08"), "UP1")
