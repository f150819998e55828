"""What prisons and justice offices do: terms, their changes, correction.

In: the course, the person, the days. Out: the rows entered, lawful unless the caller says otherwise.
"""

from datetime import date

from jointsup_rules.demo import city
from jointsup_rules.demo.course import Course, Row
from jointsup_rules.demo.days import days_after, months_after


def imprison(
    course: Course, person: str, received_on: date, intake_on: date | None, months: int, **more: object
) -> Row:
    """A fixed term in the city's prison: papers received, taken in, nothing to pay unless `more` says so."""
    end_on = days_after(months_after(received_on, months, month_end=True), -1)
    values = {
        "case_id": None,
        "orig_penalty": "有期",
        "offender_class": "NORMAL",
        "is_recidivist": False,
        "current_end_date": end_on,
        "duty_total": 0,
        "duty_paid": 0,
        "spend_avg": 260,
        "spend_limit": 300,
        "account_balance": 800,
        **more,
    }
    return course.add(
        "prison_term",
        "R",
        "term_id",
        person_id=person,
        keeper_unit_code="JY2399",
        exec_doc_recv_date=received_on,
        intake_date=intake_on,
        orig_months=months,
        **values,
    )


def change_sentence(course: Course, term: Row, kind: str, submitted_on: date | None, **more: object) -> Row:
    """Submit a commutation (JX), parole (JS) or medical parole (ZY); not decided yet unless `more` says so."""
    return course.add(
        "sentence_change",
        "SC",
        "sc_id",
        term_id=term["term_id"],
        person_id=term["person_id"],
        change_kind=kind,
        submit_date=submitted_on,
        **{"merit_flag": False, **more},
    )


def grant(
    course: Course, term: Row, kind: str, submitted_on: date, months: int | None = None, **more: object
) -> Row:
    """Submit a change that is granted forty days later and served within the week."""
    decided_on = days_after(submitted_on, 40)
    values = {"decision_date": decided_on, "served_date": days_after(decided_on, 5), **more}
    return change_sentence(
        course, term, kind, submitted_on, decision_code="GRANT", cut_months=months, **values
    )


def correct_stranger(course: Course, place: int, on: date, months: int = 24, **more: object) -> Row:
    """Community correction of somebody sentenced by a court outside the city, whose case is not at hand."""
    values = {
        "cc_type": "HX",
        "status": "在矫",
        "notify_date": days_after(on, 2),
        "doc_served_date": days_after(on, 6),
        "report_date": days_after(on, 5),
        "end_date": days_after(months_after(on, months, month_end=False), -1),
        "person_id": None,
        **more,
    }
    values["person_id"] = values["person_id"] or course.person()
    return course.add(
        "community_correction",
        "CC",
        "cc_id",
        case_id=None,
        decide_unit_code=city.court(0),
        effective_date=on,
        start_date=on,
        cc_unit_code=city.justice(place),
        **values,
    )
