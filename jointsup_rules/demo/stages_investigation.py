"""What police, procuratorate and detention centres do while a case is investigated and reviewed.

In: the course, the case, the days. Out: the rows entered, lawful unless the caller says otherwise.
"""

from datetime import date

from jointsup_rules.demo import city
from jointsup_rules.demo.course import Course, Row
from jointsup_rules.demo.days import days_after, months_after

# Grounds of custody for investigation in the order they follow one another: months in all, level that decides.
_GROUNDS = (("COMPLEX", 3, "UP1"), ("A158", 5, "PROVINCE"), ("A159", 7, "PROVINCE"))


def change(
    course: Course,
    case: Row,
    clock: str,
    kind: str,
    reason: str,
    decided_on: date | None,
    **more: object,
) -> Row:
    """Enter a change of a time limit, decided in the office itself with a document unless `more` says otherwise."""
    values = {
        "person_id": None,
        "decide_level": "SELF",
        "start_date": decided_on,
        "end_date": None,
        "doc_no": f"{case['case_no']}批{course.number('change of ' + case['case_id'])}",
        "recorded_at": f"{decided_on} 16:10:00" if decided_on else None,
        **more,
    }
    return course.add(
        "time_limit_change",
        "T",
        "change_id",
        case_id=case["case_id"],
        clock_id=clock,
        change_type=kind,
        reason_code=reason,
        decide_date=decided_on,
        **values,
    )


def extend_custody(course: Course, case: Row, person: str, arrested_on: date, until: date) -> None:
    """Extend custody for investigation as often as it takes to reach a day, each time ten days ahead."""
    due = months_after(arrested_on, 2, month_end=True)
    for ground, months, level in _GROUNDS:
        if due >= until:
            return
        change(
            course,
            case,
            "INV_CUSTODY",
            "EXTEND",
            ground,
            days_after(due, -10),
            person_id=person,
            decide_level=level,
            start_date=due,
        )
        due = months_after(arrested_on, months, month_end=True)


def deny_arrest(course: Course, case: Row, place: int, person: str, asked_on: date, **more: object) -> Row:
    """Ask for an arrest and have it refused five days later; return the review case."""
    denied_on = days_after(asked_on, 5)
    review = course.case("JC", "ARR", place, asked_on, cause_name=case["cause_name"])
    course.party(review, "SUSPECT", person)
    course.link(case, review, "GA_ARR")
    course.event(case, "GA_REQ_ARREST", asked_on, person)
    course.event(review, "JC_ARR_ACCEPT", asked_on)
    course.event(review, "JC_ARR_DENY", denied_on, person, **more)
    course.close(review, denied_on, "不批准逮捕")
    return review


def document(course: Course, case: Row, kind: str, on: date) -> Row:
    """Issue a document in a police case."""
    return course.add(
        "legal_document",
        "W",
        "doc_id",
        case_id=case["case_id"],
        doc_type=kind,
        doc_no=f"{case['case_no']}文{course.number('document of ' + case['case_id'])}",
        issue_unit_code=case["unit_code"],
        issue_date=on,
        served_date=None,
    )


def seize(course: Course, case: Row, on: date, **more: object) -> Row:
    """Freeze a deposit of a case for six months, or what `more` says."""
    values = {
        "asset_kind": "DEPOSIT",
        "measure_kind": "FREEZE",
        "decide_unit_code": case["unit_code"],
        "amount": 50000,
        "due_date": months_after(on, 6, month_end=False),
        **more,
    }
    return course.add("property_item", "Q", "property_id", case_id=case["case_id"], start_date=on, **values)


def hand_over(course: Course, place: int, on: date, **more: object) -> Row:
    """An administrative case, handed to the police of a place as suspected crime and accepted that day."""
    serial = course.number("admin case")
    admin = course.add(
        "admin_case",
        "X",
        "ac_id",
        unit_code="XZ239900",
        case_no=f"云市监罚〔{on.year}〕{serial}号",
        is_police=False,
        is_station=False,
        cause_name="销售伪劣商品",
        accept_date=days_after(on, -40),
        file_date=days_after(on, -30),
        report_date=days_after(on, -3),
        approve_date=days_after(on, -1),
    )
    values = {"accept_date": on, "is_economic": False, **more}
    return course.add(
        "admin_transfer",
        "Y",
        "at_id",
        ac_id=admin["ac_id"],
        to_unit_code=city.police(place),
        transfer_date=on,
        **values,
    )
