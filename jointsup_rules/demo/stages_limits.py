"""Records that change a time limit: longer on somebody's leave, days that do not count.

In: the course, the case, the limit, the days. Out: the row entered; lawful in form unless the caller says
otherwise: asked for twenty days and decided eight days before the former limit ends, with a document.
"""

from datetime import date

from jointsup_rules.demo.course import Course, Row
from jointsup_rules.demo.days import days_after


def extend(
    course: Course, case: Row, clock: str, reason: str, former_end: date, level: str = "SELF", **more: object
) -> Row:
    """Extend a limit that would end on a day."""
    decided_on = more.get("decide_date", days_after(former_end, -8))
    assert isinstance(decided_on, date)
    return _enter(
        course,
        case,
        clock,
        "EXTEND",
        reason,
        **{
            "apply_date": days_after(former_end, -20),
            "decide_date": decided_on,
            "decide_level": level,
            "start_date": former_end,
            "end_date": None,
            "recorded_at": f"{days_after(decided_on, 1)} 09:30:00",
            **more,
        },
    )


def exclude(
    course: Course, case: Row, clock: str, reason: str, start: date, end: date | None, **more: object
) -> Row:
    """Take a span out of a limit; end is the first day that counts again, None while it lasts."""
    kind = "SUSPEND" if reason in ("SUSPEND", "FUGITIVE", "ILLNESS", "RELATED_CASE", "HEIR") else "DEDUCT"
    return _enter(
        course,
        case,
        clock,
        kind,
        reason,
        **{
            "apply_date": None,
            "decide_date": start,
            "decide_level": "SELF",
            "start_date": start,
            "end_date": end,
            "recorded_at": f"{days_after(start, 1)} 14:05:00",
            **more,
        },
    )


def _enter(course: Course, case: Row, clock: str, kind: str, reason: str, **columns: object) -> Row:
    number = course.number(f"change {case['unit_code']}")
    return course.add(
        "time_limit_change",
        "T",
        "change_id",
        **{
            "case_id": case["case_id"],
            "person_id": None,
            "clock_id": clock,
            "change_type": kind,
            "reason_code": reason,
            "doc_no": f"{case['unit_code']}期〔{case['file_date']:%Y}〕{number}号",
            **columns,
        },
    )
