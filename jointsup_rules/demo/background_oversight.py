"""What happens beside the ordinary course of some cases: property held, opinions, reviews, clues handed on.

In: a course of the background. Out: rows added to it, every step on a lawful day. Every so many cases one
thing happens, counted over the whole run, so that no draw of the background moves.
"""

from collections.abc import Callable
from datetime import date

from jointsup_rules.demo import city, stages, stages_custody, stages_oversight
from jointsup_rules.demo.course import Course, Registry, Row, token
from jointsup_rules.demo.days import days_after, months_after

_EVERY = {
    "property": 11,
    "suggestion": 45,
    "notice": 60,
    "supervised": 70,
    "review": 50,
    "divergence": 90,
    "handed": 40,
    "key clue": 100,
    "correction": 55,
    "claim": 48,
    "letter": 52,
}


def oversee_some(registry: Registry, course: Course) -> None:
    """Let things happen beside the cases of a course, each every so many cases."""
    for case in list(course.rows["case_main"]):
        for number, (kind, happens) in enumerate(_KINDS.items()):
            if registry.next("beside", kind) % _EVERY[kind] == 3 + number:
                happens(course, case, int(case["region_code"][4:]), case["accept_date"])


def _done(on: date) -> date | None:
    """A step of that day, or none where it lies ahead."""
    return on if on <= city.AS_OF else None


def _hold_property(course: Course, case: Row, place: int, on: date) -> None:
    """Money frozen and released again while the case goes on."""
    if case["agency_type"] == "JC" or case["instance"] != ("INV" if case["agency_type"] == "GA" else "FIRST"):
        return
    from_on = days_after(on, 6)
    if from_on > city.AS_OF:
        return
    months = 6 if case["agency_type"] == "GA" else 12
    course.add(
        "property_item",
        "W",
        "property_id",
        case_id=case["case_id"],
        asset_kind="DEPOSIT",
        measure_kind="FREEZE",
        decide_unit_code=case["unit_code"],
        amount=12000,
        start_date=from_on,
        due_date=months_after(from_on, months, month_end=False),
        release_date=_done(days_after(on, 30)),
    )


def _suggest(course: Course, case: Row, place: int, on: date) -> None:
    _issue(course, case, place, "JCJY", on, 40)


def _notify(course: Course, case: Row, place: int, on: date) -> None:
    _issue(course, case, place, "JZWF", on, 9)


def _supervise(course: Course, case: Row, place: int, on: date) -> None:
    _issue(course, case, place, "DBTZ", on, 21)


def _issue(course: Course, case: Row, place: int, kind: str, on: date, answered_after: int) -> None:
    """An opinion on a problem of its own, answered in time and verified."""
    issued_on = days_after(on, 15)
    if days_after(issued_on, 2) > city.AS_OF:
        return
    replied_on = _done(days_after(issued_on, answered_after))
    more = {"reply_due_date": days_after(issued_on, 16)} if kind == "JZWF" else {}
    stages_oversight.issue(
        course,
        place,
        kind,
        issued_on,
        case["unit_code"],
        case,
        problem_code=f"W{course.number('problem'):05d}",
        reply_date=replied_on,
        rectified_date=replied_on,
        verify_result="PASS" if replied_on else None,
        **more,
    )


def _review(course: Course, case: Row, place: int, on: date) -> None:
    """A review, with problems put right in time."""
    assigned_on = days_after(on, 20)
    if days_after(assigned_on, 21) > city.AS_OF:
        return
    due_on = days_after(assigned_on, 60)
    stages_oversight.assess(
        course,
        case,
        assigned_on,
        problem_count=1,
        rectify_due_date=due_on,
        rectified_date=_done(days_after(due_on, -4)),
    )


def _diverge(course: Course, case: Row, place: int, on: date) -> None:
    """A divergence, reviewed within two months."""
    diverged_on = days_after(on, 10)
    if diverged_on > city.AS_OF:
        return
    stages_oversight.diverge(course, case, "GJPC", diverged_on)
    if days_after(diverged_on, 50) <= city.AS_OF:
        stages_oversight.assess(course, case, days_after(diverged_on, 28))


def _hand_on(course: Course, case: Row, place: int, on: date) -> None:
    """A clue of the committee, signed for and answered in time."""
    handed_on = days_after(on, 12)
    if handed_on <= city.AS_OF:
        stages_oversight.hand_on(
            course,
            "ZFW239900",
            case["unit_code"],
            handed_on,
            accept_date=_done(days_after(handed_on, 2)),
            feedback_date=_done(days_after(handed_on, 24)),
        )


def _report_key(course: Course, case: Row, place: int, on: date) -> None:
    """A key clue, sent to the procuratorate and answered in time."""
    received_on = days_after(on, 18)
    if received_on <= city.AS_OF:
        stages_oversight.key_clue(
            course,
            place,
            received_on,
            dispatch_date=_done(days_after(received_on, 2)),
            to_jc_date=_done(days_after(received_on, 5)),
            result_date=_done(days_after(received_on, 50)),
        )


def _correct(course: Course, case: Row, place: int, on: date) -> None:
    """Somebody on parole from elsewhere, under correction here."""
    if days_after(on, 12) <= city.CORRECTION_EXPORTED_ON:
        stages_custody.correct_stranger(course, place, on, 36, cc_type="JS")


def _claim(course: Course, case: Row, place: int, on: date) -> None:
    """Somebody claims something from the office, and is answered in time."""
    received_on = days_after(on, 25)
    if received_on <= city.AS_OF:
        stages.petition(
            course,
            None,
            place,
            received_on,
            None,
            matter_class="CLAIM",
            notified_date=_done(days_after(received_on, 9)),
            accept_date=_done(days_after(received_on, 9)),
            reply_date=_done(days_after(received_on, 60)),
        )


def _write_to_the_procuratorate(course: Course, case: Row, place: int, on: date) -> None:
    """Somebody writes to the procuratorate, which replies in time."""
    received_on = days_after(on, 22)
    if received_on <= city.AS_OF:
        stages.petition(
            course,
            None,
            place,
            received_on,
            None,
            channel="12309",
            petitioner_hash=token("writer", course.number("writer")),
            resp_unit_code=city.procuratorate(place),
            notified_date=None,
            proc_first_reply_date=_done(days_after(received_on, 4)),
            proc_result_reply_date=_done(days_after(received_on, 70)),
        )


_KINDS: dict[str, Callable[[Course, Row, int, date], None]] = {
    "property": _hold_property,
    "suggestion": _suggest,
    "notice": _notify,
    "supervised": _supervise,
    "review": _review,
    "divergence": _diverge,
    "handed": _hand_on,
    "key clue": _report_key,
    "correction": _correct,
    "claim": _claim,
    "letter": _write_to_the_procuratorate,
}
