"""What those who oversee do: opinions, reviews, divergences, clues handed on, key clues of 12337.

In: the course, the units, the days. Out: the rows entered.
"""

from datetime import date

from jointsup_rules.demo import city
from jointsup_rules.demo.course import Course, Row
from jointsup_rules.demo.days import days_after

_WORDS = {
    "JCJY": "检建",
    "JZWF": "纠违",
    "ZXJY": "执检建",
    "JDJY": "监建",
    "DBTZ": "督办",
    "SMLY": "说理",
    "TZLA": "立通",
    "TZCA": "撤通",
}


def issue(
    course: Course, place: int, kind: str, on: date, target: str, case: Row | None = None, **more: object
) -> Row:
    """Issue an opinion to a unit and serve it two days later; unanswered unless `more` says otherwise."""
    number = course.number(f"opinion {kind} {on.year}")
    values = {"served_date": days_after(on, 2), **more}
    return course.add(
        "supervision_opinion",
        "SO",
        "so_id",
        so_type=kind,
        doc_no=f"云{_WORDS[kind]}〔{on.year}〕{number}号",
        issue_unit_code="ZFW239900" if kind in ("JDJY", "DBTZ") else city.procuratorate(place),
        target_unit_code=target,
        case_id=case["case_id"] if case else None,
        issue_date=on,
        **values,
    )


def diverge(course: Course, case: Row, kind: str, on: date) -> Row:
    """Note that police, procuratorate and court diverged on a case."""
    return course.add("case_divergence", "CD", "cd_id", case_id=case["case_id"], kind=kind, event_date=on)


def assess(course: Course, case: Row, assigned_on: date | None, **more: object) -> Row:
    """Review a case of the past; done three weeks later, nothing to put right, unless `more` says otherwise."""
    done_on = days_after(assigned_on, 21) if assigned_on else None
    values = {"review_kind": "JOINT", "done_date": done_on, "problem_count": 0, **more}
    return course.add(
        "case_review", "CR", "cr_id", case_id=case["case_id"], assigned_date=assigned_on, **values
    )


def hand_on(course: Course, sender: str, receiver: str, on: date, **more: object) -> Row:
    """Hand a clue to another unit; neither signed for nor answered unless `more` says so."""
    return course.add(
        "clue_transfer",
        "CT",
        "ct_id",
        clue_id=f"XS{course.number('handed clue'):05d}",
        from_unit_code=sender,
        to_unit_code=receiver,
        transfer_date=on,
        **more,
    )


def key_clue(course: Course, place: int, on: date, **more: object) -> Row:
    """A key clue of 12337 about a police officer, sent to the procuratorate five days later."""
    return course.add(
        "hotline_clue",
        "12337-",
        "clue_no",
        **{
            "received_date": on,
            "reporter_kind": "ANON",
            "accused_hash": None,
            "accused_unit_code": city.police(place),
            "problem_type": "有案不立",
            "is_key": True,
            "dispatch_date": days_after(on, 2),
            "verify_unit_code": "ZFW239900",
            "due_date": days_after(on, 60),
            "to_jc_date": days_after(on, 5),
            "result_date": done_on if (done_on := days_after(on, 50)) <= city.AS_OF else None,
            **more,
        },
    )
