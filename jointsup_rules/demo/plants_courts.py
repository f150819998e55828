"""Plants about civil and administrative trials and enforcement past their limits: TRI-05, TRI-06 and EXE-01."""

from datetime import date

from jointsup_rules.demo import stages
from jointsup_rules.demo.course import Course, Row
from jointsup_rules.demo.days import days_after
from jointsup_rules.demo.plants import Bed, Spot
from jointsup_rules.demo.stages_limits import exclude, extend

BED = Bed()


def _suit(course: Course, spot: Spot, on: date, closed_on: date | None, **more: object) -> Row:
    mode = str(more.pop("close_mode", "判决"))
    suit = stages.sue(course, spot.place, on, course.person(), course.person(), **more)
    if closed_on is not None:
        stages.close_trial(course, suit, closed_on, mode)
    return suit


def _other(
    course: Course, spot: Spot, category: str, instance: str, on: date, closed_on: date, **more: object
) -> Row:
    """A court case of another kind than a suit of first instance."""
    cause = {"AD": "不服行政处罚", "CV": "民间借贷纠纷"}[category]
    values = {"procedure_type": "PT", "cause_name": cause, "source_channel": "当事人起诉", **more}
    case = course.case("FY", instance, spot.place, on, case_category=category, **values)
    course.event(case, "FY_FILE", on)
    course.party(case, "PLAINTIFF", course.person())
    stages.close_trial(course, case, closed_on)
    return case


# TRI-05: civil limits


@BED.plant(TRI_05=3)
def suits_closed_a_day_late(course: Course, spot: Spot) -> None:
    """Six months to 2025-05-20; three, simplified, to 2025-05-14; two, small claims, to 2025-05-15."""
    _suit(course, spot, spot.exactly("2024-11-20"), spot.exactly("2025-05-21"))
    _suit(course, spot, spot.exactly("2025-02-14"), spot.exactly("2025-05-15"), procedure_type="JY")
    _suit(course, spot, spot.exactly("2025-03-15"), spot.exactly("2025-05-16"), procedure_type="XE")


@BED.plant()
def suits_closed_on_the_last_day(course: Course, spot: Spot) -> None:
    """The same three in time; thirty days of special procedure to Monday 2025-05-19."""
    _suit(course, spot, spot.exactly("2024-11-20"), spot.exactly("2025-05-20"))
    _suit(course, spot, spot.exactly("2025-02-14"), spot.exactly("2025-05-14"), procedure_type="JY")
    _suit(course, spot, spot.exactly("2025-03-15"), spot.exactly("2025-05-15"), procedure_type="XE")
    _suit(course, spot, spot.exactly("2025-04-18"), spot.exactly("2025-05-19"), procedure_type="TB")


@BED.plant()
def suits_extended_by_the_president(course: Course, spot: Spot) -> None:
    """Six months more, then two more from the court above; one more in simplified procedure."""
    suit = _suit(course, spot, spot.exactly("2024-04-10"), spot.exactly("2025-06-10"))
    extend(course, suit, "CV_FIRST", "PRESIDENT", spot.exactly("2024-10-10"))
    more = {"add_n": 2, "add_unit": "M"}
    extend(course, suit, "CV_FIRST", "UPPER", spot.exactly("2025-04-10"), "UP1", **more)
    suit = _suit(course, spot, spot.exactly("2025-01-21"), spot.exactly("2025-05-21"), procedure_type="JY")
    extend(course, suit, "CV_SIMPLE", "PRESIDENT", spot.exactly("2025-04-21"))


@BED.plant(TRI_05=2, TRI_07=1)
def suits_extended_without_effect(course: Course, spot: Spot) -> None:
    """The president decided a day after the limit; the court above without the president before it."""
    end = spot.exactly("2025-02-12")
    suit = _suit(course, spot, spot.exactly("2024-08-12"), spot.day("2025-05-26"))
    extend(course, suit, "CV_FIRST", "PRESIDENT", end, decide_date=days_after(end, 1))
    suit = _suit(course, spot, spot.exactly("2024-08-12"), spot.day("2025-05-27"))
    extend(course, suit, "CV_FIRST", "UPPER", end, "UP1", add_n=6, add_unit="M")


@BED.plant()
def suit_with_notice_and_appraisal(course: Course, spot: Spot) -> None:
    """Sixty days of notice and thirty of appraisal, ten of them on the same days: eighty do not count."""
    suit = _suit(course, spot, spot.exactly("2024-09-03"), spot.exactly("2025-05-22"))
    exclude(course, suit, "CV_FIRST", "NOTICE", spot.exactly("2024-10-08"), spot.exactly("2024-12-07"))
    exclude(course, suit, "CV_FIRST", "APPRAISAL", spot.exactly("2024-11-27"), spot.exactly("2024-12-27"))


@BED.plant(TRI_05=1, TRI_08=1)
def simplified_suit_with_a_notice(course: Course, spot: Spot) -> None:
    """Simplified procedure knows no service by notice."""
    suit = _suit(course, spot, spot.exactly("2025-01-14"), spot.exactly("2025-05-30"), procedure_type="JY")
    exclude(course, suit, "CV_SIMPLE", "NOTICE", spot.exactly("2025-02-10"), spot.exactly("2025-04-11"))


@BED.plant()
def suit_turned_into_ordinary(course: Course, spot: Spot) -> None:
    """Converted in the third month: six months from the filing, not from the conversion."""
    suit = _suit(course, spot, spot.exactly("2024-11-22"), spot.exactly("2025-05-22"), procedure_type="JY")
    course.event(suit, "FY_PROC_PT", spot.exactly("2025-02-10"))


@BED.plant()
def suits_without_a_limit(course: Course, spot: Spot) -> None:
    """A foreign party; a bankruptcy."""
    on, closed_on = spot.day("2024-07-24"), spot.day("2025-05-14")
    _suit(course, spot, on, closed_on, is_foreign=True)
    _suit(course, spot, on, closed_on, cause_name="申请破产清算")


@BED.plant(TRI_05=2)
def civil_appeals_a_day_late(course: Course, spot: Spot) -> None:
    """Three months from a judgment to 2025-05-13; thirty days from a ruling to 2025-03-14."""
    on = spot.exactly("2025-02-13")
    for mode, closed_on in (("判决", "2025-05-14"), ("驳回起诉", "2025-03-17")):
        first = _suit(course, spot, days_after(on, -120), days_after(on, -30), close_mode=mode)
        filed_on = on if mode == "判决" else spot.exactly("2025-02-12")
        second = _other(course, spot, "CV", "SECOND", filed_on, spot.exactly(closed_on))
        course.link(first, second, "UP")


@BED.plant()
def civil_appeals_on_the_last_day(course: Course, spot: Spot) -> None:
    """The same two in time; an examination of a petition for retrial after three months."""
    on = spot.exactly("2025-02-13")
    for mode, closed_on in (("判决", "2025-05-13"), ("驳回起诉", "2025-03-14")):
        first = _suit(course, spot, days_after(on, -120), days_after(on, -30), close_mode=mode)
        filed_on = on if mode == "判决" else spot.exactly("2025-02-12")
        second = _other(course, spot, "CV", "SECOND", filed_on, spot.exactly(closed_on))
        course.link(first, second, "UP")
    _other(course, spot, "CV", "RETRIAL_REV", spot.exactly("2025-03-05"), spot.exactly("2025-06-05"))


# TRI-06: administrative limits


@BED.plant(TRI_06=3)
def administrative_cases_a_day_late(course: Course, spot: Spot) -> None:
    """Six months to 2025-05-20; forty-five days to 2025-05-12; three months on appeal to 2025-05-14."""
    _other(course, spot, "AD", "FIRST", spot.exactly("2024-11-20"), spot.exactly("2025-05-21"))
    closed_on = spot.exactly("2025-05-13")
    _other(course, spot, "AD", "FIRST", spot.exactly("2025-03-28"), closed_on, procedure_type="JY")
    _other(course, spot, "AD", "SECOND", spot.exactly("2025-02-14"), spot.exactly("2025-05-15"))


@BED.plant()
def administrative_cases_on_the_last_day(course: Course, spot: Spot) -> None:
    """In time; one after forty days of mediation; one extended by the court above."""
    _other(course, spot, "AD", "FIRST", spot.exactly("2024-11-20"), spot.exactly("2025-05-20"))
    closed_on = spot.exactly("2025-05-12")
    _other(course, spot, "AD", "FIRST", spot.exactly("2025-03-28"), closed_on, procedure_type="JY")
    case = _other(course, spot, "AD", "FIRST", spot.exactly("2024-10-21"), spot.exactly("2025-05-30"))
    exclude(course, case, "AD_FIRST", "MEDIATE", spot.exactly("2025-01-06"), spot.exactly("2025-02-15"))
    case = _other(course, spot, "AD", "SECOND", spot.exactly("2025-01-14"), spot.exactly("2025-05-14"))
    more = {"add_n": 1, "add_unit": "M"}
    extend(course, case, "AD_SECOND", "UPPER", spot.exactly("2025-04-14"), "PROVINCE", **more)


# EXE-01: enforcement


def _enforced(course: Course, spot: Spot, on: date, ended_on: date | None, kind: str = "CV") -> Row:
    """Another enforcement of the one suit of the course; the case row."""
    suits = [row for row in course.rows["case_main"] if row["case_category"] == "CV"]
    suit = suits[0] if suits else _suit(course, spot, days_after(on, -160), days_after(on, -60))
    row = stages.enforce(course, suit, spot.place, on)
    row["exec_kind"] = kind
    if ended_on is not None:
        stages.act(course, row["case_id"], "PAY_IN", days_after(ended_on, -1), 20000)
        stages.end_enforcement(course, row, ended_on, "DONE")
    return course.rows["case_main"][-1]


@BED.plant(EXE_01=3)
def enforcement_ended_a_day_late(course: Course, spot: Spot) -> None:
    """Six months to 2025-05-20; three, of an administrative decision, to 2025-05-14; open since 2024-12-27."""
    _enforced(course, spot, spot.exactly("2024-11-20"), spot.exactly("2025-05-21"))
    _enforced(course, spot, spot.exactly("2024-12-27"), None)
    _enforced(course, spot, spot.exactly("2025-02-14"), spot.exactly("2025-05-15"), "NL")


@BED.plant()
def enforcement_ended_on_the_last_day(course: Course, spot: Spot) -> None:
    """In time; due on the day of the sweep since six months end on Saturday."""
    _enforced(course, spot, spot.exactly("2024-11-20"), spot.exactly("2025-05-20"))
    _enforced(course, spot, spot.exactly("2024-12-28"), None)
    _enforced(course, spot, spot.exactly("2025-02-14"), spot.exactly("2025-05-14"), "NL")


@BED.plant()
def enforcement_extended_and_paused(course: Course, spot: Spot) -> None:
    """Three months more by the president; sixty days of an auction that do not count."""
    case = _enforced(course, spot, spot.exactly("2024-09-12"), spot.exactly("2025-06-12"))
    extend(course, case, "EX_CV", "PRESIDENT", spot.exactly("2025-03-12"))
    case = _enforced(course, spot, spot.exactly("2024-10-09"), spot.exactly("2025-06-06"))
    exclude(course, case, "EX_CV", "AUCTION", spot.exactly("2025-02-10"), spot.exactly("2025-04-11"))


@BED.plant(EXE_01=1)
def enforcement_paused_after_its_limit(course: Course, spot: Spot) -> None:
    """Stayed a day after the six months had ended: nothing is revived."""
    case = _enforced(course, spot, spot.exactly("2024-09-13"), spot.exactly("2025-06-13"))
    exclude(course, case, "EX_CV", "STAY", spot.exactly("2025-03-14"), spot.exactly("2025-06-13"))
