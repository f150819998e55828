"""What agencies do with a case: one function a step, each writing its rows into a course.

In: the course, the case, the days. Out: the rows entered. Lawful or not is the caller's business:
background calls these with lawful days, plants with one day too many.
"""

from datetime import date
from typing import Any

from jointsup_rules.demo import city
from jointsup_rules.demo.course import Course, Row
from jointsup_rules.demo.days import days_after, months_after

# police


def file_case(
    course: Course, place: int, on: date, *suspects: str, cause: tuple[str, str] = city.THEFT, **more: Any
) -> Row:
    """The police accept and file a case on one day; suspects by ID number."""
    values = {
        "cause_code": cause[0],
        "cause_name": cause[1],
        "source_channel": "群众报案",
        "procedure_type": "PT",
        "suspect_count": len(suspects),
        **more,
    }
    case = course.case("GA", "INV", place, on, **values)
    for kind in ("GA_ACCEPT", "GA_FILE"):
        course.event(case, kind, on)
    for suspect in suspects:
        course.party(
            case, "SUSPECT", suspect, charge_name=cause[1], arrival_status="IN", is_ent_key_person=False
        )
    return case


def measure(
    course: Course,
    case: Row,
    person: str,
    kind: str,
    start: date,
    end: date | None,
    why: str = "解除",
    **more: Any,
) -> Row:
    """A coercive measure from start; end is the first day it no longer held, None while it lasts."""
    values = {"decide_unit_code": case["unit_code"], "crime_class": "PT", **more}
    return course.add(
        "coercive_measure",
        "M",
        "measure_id",
        case_id=case["case_id"],
        person_id=person,
        measure_type=kind,
        start_date=start,
        end_date=end,
        end_reason=why if end else None,
        **values,
    )


def hold(course: Course, case: Row, person: str, start: date, end: date | None, why: str = "释放") -> Row:
    """A stay in the detention centre; end is the day of leaving, None while held."""
    case["custody_flag"] = True
    return course.add(
        "custody_log",
        "K",
        "custody_id",
        person_id=person,
        case_id=case["case_id"],
        in_date=start,
        out_date=end,
        out_reason=why if end else None,
        warrant_kind="逮捕侦查",
        warrant_due_date=days_after(end or city.AS_OF, 10 + start.toordinal() % 40),
    )


def arrest(course: Course, case: Row, place: int, person: str, asked_on: date, end: date | None) -> Row:
    """Ask for an arrest, have it approved five days later, carry it out that day; return the review case."""
    approved_on = days_after(asked_on, 5)
    review = course.case("JC", "ARR", place, asked_on, cause_name=case["cause_name"])
    course.party(review, "SUSPECT", person)
    course.link(case, review, "GA_ARR")
    course.event(case, "GA_REQ_ARREST", asked_on, person)
    course.event(review, "JC_ARR_ACCEPT", asked_on)
    course.event(review, "JC_ARR_APPROVE", approved_on, person)
    course.event(case, "GA_ARREST_EXEC", approved_on, person)
    course.close(review, approved_on, "批准逮捕")
    measure(course, case, person, "DB", approved_on, end, "移送后重新决定")
    return review


def transfer(course: Course, case: Row, on: date, person: str | None = None, *, closes: bool = True) -> None:
    """Transfer the case (or one person of it) for prosecution."""
    course.event(case, "GA_TRANSFER_PROS", on, person, counter_unit_code=_procuratorate_of(case))
    if closes:
        course.close(case, on, "移送起诉")


def withdraw(course: Course, case: Row, on: date) -> None:
    """Withdraw the case."""
    course.event(case, "GA_WITHDRAW", on)
    course.close(case, on, "撤案")


# procuratorate


def review(
    course: Course, case: Row | None, place: int, on: date, *suspects: str, score: str = "0.98", **more: Any
) -> Row:
    """The procuratorate accepts a case for review; linked to the police case if there is one."""
    taken = course.case("JC", "PRO", place, on, **{"source_channel": "其他", **more})
    course.event(taken, "JC_ACCEPT", on)
    for suspect in suspects:
        course.party(taken, "SUSPECT", suspect, arrival_status="IN")
    if case is not None:
        taken["cause_name"] = case.get("cause_name")
        course.link(case, taken, "GA_JC", score)
    return taken


def send_back(course: Course, taken: Row, on: date, person: str | None = None, back_after: int = 25) -> date:
    """Return the case for further investigation and take it back; return the day it came back."""
    back_on = days_after(on, back_after)
    course.event(taken, "JC_RETURN_SUPP", on, person)
    course.event(taken, "JC_REACCEPT", back_on, person)
    return back_on


def prosecute(course: Course, taken: Row, on: date) -> None:
    """Bring the case to court."""
    course.event(taken, "JC_PROSECUTE", on)
    course.close(taken, on, "起诉")


def drop(course: Course, taken: Row, person: str, on: date, **followup: Any) -> Row:
    """Decide not to prosecute; return the row of what followed."""
    course.event(taken, "JC_NONPROS", on, person)
    course.close(taken, on, "不起诉")
    values = {"np_type": "ZD", "need_penalty": False, **followup}
    return course.add(
        "nonpros_followup",
        "NP",
        "np_id",
        case_id=taken["case_id"],
        person_id=person,
        decision_date=on,
        **values,
    )


# courts


def trial(
    course: Course, taken: Row | None, place: int, on: date, *accused: str, score: str = "0.98", **more: Any
) -> Row:
    """The court files a criminal case of first instance; linked to the review case if there is one."""
    case = course.case("FY", "FIRST", place, on, procedure_type="PT", **{"source_channel": "其他", **more})
    course.event(case, "FY_FILE", on)
    for person in accused:
        course.party(case, "SUSPECT", person, arrival_status="IN")
    if taken is not None:
        case["cause_name"] = taken.get("cause_name")
        course.link(taken, case, "JC_FY", score)
    return case


def appeal(course: Course, first: Row, on: date, *accused: str) -> Row:
    """The city's court files the appeal."""
    case = course.case("FY", "SECOND", 0, on, procedure_type="PT", cause_name=first.get("cause_name"))
    course.event(first, "FY_APPEAL", days_after(on, -7))
    course.event(case, "FY_FILE", on)
    for person in accused:
        course.party(case, "SUSPECT", person, arrival_status="IN")
    course.link(first, case, "UP")
    return case


def judge(
    course: Course, case: Row, person: str | None, on: date, effective_on: date | None, **more: Any
) -> Row:
    """Announce a judgment on one accused: two years' imprisonment unless `more` says otherwise."""
    course.event(case, "FY_ANNOUNCE", on, person)
    course.event(case, "FY_SERVE", days_after(on, 3), person)
    values = {
        "result_code": "GUILTY",
        "main_penalty": "有期",
        "term_months": 24,
        "is_probation": False,
        **more,
    }
    return course.add(
        "judgment_item",
        "J",
        "judgment_id",
        case_id=case["case_id"],
        person_id=person,
        announce_date=on,
        served_date=days_after(on, 3),
        effective_date=effective_on,
        **values,
    )


def close_trial(course: Course, case: Row, on: date, mode: str = "判决") -> None:
    """Close a court case."""
    course.event(case, "FY_CLOSE", on)
    course.close(case, on, mode)


def sue(course: Course, place: int, on: date | None, plaintiff: str, defendant: str, **more: Any) -> Row:
    """A civil suit of first instance."""
    cause = city.CIVIL_CAUSES[place % len(city.CIVIL_CAUSES)]
    values = {
        "procedure_type": "PT",
        "cause_code": cause[0],
        "cause_name": cause[1],
        "source_channel": "当事人起诉",
        **more,
    }
    case = course.case("FY", "FIRST", place, on, case_category="CV", **values)
    if on:
        course.event(case, "FY_FILE", on)
    course.party(case, "PLAINTIFF", plaintiff, phone="0000000")
    course.party(case, "DEFENDANT", defendant)
    return case


def pause(
    course: Course, case: Row, reason: str, start: date, end: date | None, person: str | None = None
) -> Row:
    """Suspend the case, or deduct a span from its time."""
    kind = "DEDUCT" if reason in ("PSYCH", "NOTICE", "APPRAISAL") else "SUSPEND"
    return course.add(
        "time_limit_change",
        "T",
        "change_id",
        case_id=case["case_id"],
        person_id=person,
        clock_id="CV_FIRST" if case["case_category"] == "CV" else "INV_CUSTODY",
        change_type=kind,
        reason_code=reason,
        decide_date=start,
        decide_level="SELF",
        start_date=start,
        end_date=end,
        doc_no=f"{case['case_no']}裁定",
    )


# enforcement and correction


def enforce(
    course: Course, source: Row, place: int, on: date, basis: Row | None = None, *, linked: bool = True
) -> Row:
    """Open an enforcement case; return its enforcement row (the case row lies beside it)."""
    is_criminal = source["case_category"] == "CR"
    case = course.case("FY", "EXEC", place, on, case_category="EX", cause_name=source.get("cause_name"))
    if linked:
        course.link(source, case, "EXEC")
    row = {
        "case_id": case["case_id"],
        "exec_kind": "CR" if is_criminal else "CV",
        "file_date": on,
        "basis_judgment_id": basis["judgment_id"] if basis else None,
        "transfer_date": days_after(on, -3),
        "notice_date": on,
        "report_order_date": on,
        "limit_consume_date": days_after(on, 8),
        "net_query_date": days_after(on, 5),
        "claim_amount": 20000,
        "paid_amount": 0,
    }
    course.rows["enforcement_case"].append(row)
    return row


def act(course: Course, case_id: str, kind: str, on: date, amount: int | None = None) -> Row:
    """One act of enforcement."""
    return course.add(
        "enforcement_action",
        "A",
        "action_id",
        case_id=case_id,
        action_type=kind,
        action_date=on,
        amount=amount,
        result_code="NONE" if kind == "QUERY" else None,
    )


def end_enforcement(course: Course, row: Row, on: date, mode: str) -> None:
    """Close an enforcement case: DONE, THIS (terminated for now) or END."""
    words = {"DONE": "执行完毕", "THIS": "终本", "END": "终结"}
    row.update(close_mode=mode, close_date=on)
    if mode == "THIS":
        row["talk_date"] = days_after(on, -6)
    case = next(case for case in course.rows["case_main"] if case["case_id"] == row["case_id"])
    course.close(case, on, words[mode])


def correct(
    course: Course, case: Row, place: int, person: str, on: date, months: int = 24, **more: Any
) -> Row:
    """Begin community correction the day the decision takes effect."""
    values = {
        "cc_type": "HX",
        "status": "在矫",
        "report_date": days_after(on, 5),
        "end_date": days_after(months_after(on, months, month_end=False), -1),
        **more,
    }
    return course.add(
        "community_correction",
        "CC",
        "cc_id",
        person_id=person,
        case_id=case["case_id"],
        decide_unit_code=case["unit_code"],
        effective_date=on,
        notify_date=days_after(on, 2),
        doc_served_date=days_after(on, 6),
        start_date=on,
        cc_unit_code=city.justice(place),
        **values,
    )


def correction_event(course: Course, row: Row, kind: str, on: date, end: date | None = None) -> Row:
    """One event of a correction."""
    return course.add(
        "cc_event", "CE", "cce_id", cc_id=row["cc_id"], event_type=kind, event_date=on, end_date=end
    )


# petitions and reports


def petition(
    course: Course,
    case: Row | None,
    place: int,
    on: date,
    key: str | None,
    group: int | None = 1,
    **more: Any,
) -> Row:
    """Register a petition; key is the office's own token of the matter."""
    unit = case["unit_code"] if case else city.court(place)
    values = {
        "channel": "来访",
        "matter_class": "LEGAL",
        "notified_date": days_after(on, 9),
        "resp_unit_code": unit,
        **more,
    }
    return course.add(
        "petition",
        "XF",
        "petition_id",
        received_date=on,
        group_size=group,
        case_id=case["case_id"] if case else None,
        same_matter_key=key,
        **values,
    )


def report(course: Course, accused: str | None, unit: str | None, on: date) -> Row:
    """One clue of the 12337 platform; accused is the platform's own token."""
    return course.add(
        "hotline_clue",
        "12337-",
        "clue_no",
        received_date=on,
        reporter_kind="ANON",
        accused_hash=accused,
        accused_unit_code=unit,
        problem_type="有案不立",
        is_key=False,
        dispatch_date=days_after(on, 2),
        verify_unit_code="ZFW239900",
        due_date=days_after(on, 60),
        result_date=days_after(on, 45) if days_after(on, 45) <= city.AS_OF else None,
    )


def _procuratorate_of(case: Row) -> str:
    return city.procuratorate(int(case["unit_code"][4:6]))
