"""Life courses in which nothing is to be found: every step on a lawful day, every link in place.

In: a seeded source of chance, a place, a first day. Out: one course from the first report to
wherever the matter stands on the day of the demo. A step that would fall too close to that day has
not been taken yet, and the case is open; no case here is open for a year.
"""

from collections.abc import Iterator
from datetime import date

from jointsup_rules.demo import city, stages, stages_custody
from jointsup_rules.demo.background_limits import vary_suit, vary_trial
from jointsup_rules.demo.background_oversight import oversee_some
from jointsup_rules.demo.chance import Chance
from jointsup_rules.demo.course import Course, Registry, Row, token
from jointsup_rules.demo.days import days_after, months_after, working_days_after
from jointsup_rules.demo.stages_investigation import change, extend_custody

_LARGEST = 8  # no course has more cases than this
_PETITION_EVERY = 24  # of each unit's cases, every 24th is petitioned about
_REPORT_EVERY = 120  # about every 120th case someone is reported to 12337


def _is_past(day: date, margin: int) -> bool:
    """Say whether a step of that day has been taken and its echo elsewhere recorded."""
    return days_after(day, margin) <= city.AS_OF


def criminal(registry: Registry, chance: Chance, place: int, on: date) -> Course:
    """A criminal case, from the police to enforcement or correction."""
    course = Course(registry)
    suspects = [course.person() for _ in range(2 if chance.is_one_in(6) else 1)]
    cause = city.CRIMES[chance.among(0, len(city.CRIMES) - 1)]
    case = stages.file_case(course, place, on, *suspects, cause=cause)
    if chance.is_one_in(20):
        if _is_past(on, 60):
            stages.withdraw(course, case, days_after(on, 60))
        return course
    transferred_on = days_after(on, chance.among(35, 110))
    is_transferred = _is_past(transferred_on, 16)
    is_held = _restrain(course, chance, case, place, suspects, transferred_on if is_transferred else None)
    if not is_transferred:
        return course
    stages.transfer(course, case, transferred_on)
    _review(course, chance, case, place, transferred_on, suspects, is_held)
    return course


def _restrain(
    course: Course, chance: Chance, case: Row, place: int, suspects: list[str], until: date | None
) -> bool:
    """Put the suspects under a measure until the transfer; say whether they are held."""
    from_on = days_after(case["file_date"], 1)
    is_held = chance.is_one_in(2)
    for suspect in suspects:
        if not is_held:
            _bail(course, chance, case, suspect, until)
        elif not _is_past(from_on, 9):
            stages.measure(course, case, suspect, "JL", from_on, None, extended_tier=30)
        else:
            stages.measure(
                course, case, suspect, "JL", from_on, days_after(from_on, 8), "变更", extended_tier=7
            )
            stages.arrest(course, case, place, suspect, days_after(from_on, 3), until)
            extend_custody(course, case, suspect, days_after(from_on, 8), until or city.AS_OF)
        if is_held:
            stages.hold(course, case, suspect, from_on, None)
    return is_held


def _bail(course: Course, chance: Chance, case: Row, suspect: str, until: date | None) -> None:
    """Bail until the transfer, some of it for a deposit that goes on to the next agency."""
    deposit: dict[str, object] = {}
    if chance.is_one_in(6):
        deposit["deposit_amount"] = 1000 * chance.among(2, 10)
        if until is not None:
            deposit |= {"deposit_disposal": "CARRY", "deposit_disposal_date": until}
    from_on = days_after(case["file_date"], 1)
    stages.measure(course, case, suspect, "QB", from_on, until, "移送后重新决定", **deposit)


def _review(
    course: Course, chance: Chance, case: Row, place: int, on: date, suspects: list[str], is_held: bool
) -> None:
    """The procuratorate's review, and what it leads to."""
    on = days_after(on, chance.among(0, 3))
    taken = stages.review(course, case, place, on, *suspects)
    for _ in range(2 if chance.is_one_in(12) else 1 if chance.is_one_in(5) else 0):
        returned_on = days_after(on, chance.among(15, 26))
        if not _is_past(returned_on, 0):
            return
        back_on = days_after(returned_on, chance.among(15, 28))
        if not _is_past(back_on, 0):
            course.event(taken, "JC_RETURN_SUPP", returned_on)
            return
        on = stages.send_back(course, taken, returned_on, back_after=(back_on - returned_on).days)
    is_complex, began_on = chance.is_one_in(8), on
    on = days_after(began_on, chance.among(32, 40) if is_complex else chance.among(12, 28))
    is_decided = _is_past(on, 10)
    if days_after(began_on, 25) <= city.AS_OF and (is_complex or not is_decided):
        change(
            course, taken, "PRO_REVIEW", "EXTEND", "COMPLEX", days_after(began_on, 24), decide_level="SELF"
        )
    if not is_decided:
        return
    if len(suspects) == 1 and not is_held and chance.is_one_in(5):
        _drop(course, chance, taken, suspects[0], on)
        return
    stages.prosecute(course, taken, on)
    _trial(course, chance, taken, place, days_after(on, chance.among(0, 8)), suspects, is_held)


def _drop(course: Course, chance: Chance, taken: Row, person: str, on: date) -> None:
    """Not prosecuted: moved, reviewed and, where needed, answered with an opinion in time."""
    needs = chance.is_one_in(2)
    moved_on = working_days_after(on, chance.among(0, 3))
    reviewed_on = working_days_after(moved_on, chance.among(2, 10))
    opinion_on = working_days_after(reviewed_on, chance.among(0, 8)) if needs else None
    steps = {"moved_date": moved_on, "review_done_date": reviewed_on, "opinion_issue_date": opinion_on}
    done = {name: day for name, day in steps.items() if day is not None and day <= city.AS_OF}
    stages.drop(course, taken, person, on, need_penalty=needs, **done)


def _trial(
    course: Course, chance: Chance, taken: Row, place: int, on: date, accused: list[str], is_held: bool
) -> None:
    """First instance, sometimes an appeal."""
    case = stages.trial(course, taken, place, on, *accused)
    announced_on = vary_trial(course, chance, case, on)
    if not _is_past(announced_on, 20):
        course.event(case, "FY_TRIAL", days_after(city.AS_OF, chance.among(3, 30)))
        return
    course.event(case, "FY_TRIAL", days_after(announced_on, -5))
    is_appealed = is_held and chance.is_one_in(8)
    effective_on = None if is_appealed else days_after(announced_on, 14)
    outcome = _sentence(chance, is_held)
    judgments = [
        stages.judge(course, case, person, announced_on, effective_on, **outcome) for person in accused
    ]
    stages.close_trial(course, case, days_after(announced_on, 3))
    if effective_on is not None:
        course.event(case, "FY_EFFECTIVE", effective_on)
        course.event(case, "FY_EXEC_DOC", days_after(effective_on, 6))
    if outcome.get("is_probation"):
        for stay in course.rows["custody_log"]:
            stay.update(out_date=announced_on, out_reason="释放")
    if is_appealed:
        second = stages.appeal(course, case, days_after(announced_on, 20), *accused)
        effective_on = days_after(announced_on, 20 + chance.among(20, 50))
        if not _is_past(effective_on, 5):
            return
        more = {**outcome, "result_code": "UPHOLD"}
        judgments = [
            stages.judge(course, second, person, effective_on, effective_on, **more) for person in accused
        ]
        stages.close_trial(course, second, days_after(effective_on, 3))
    if effective_on is not None:
        _serve(course, chance, case, place, judgments, effective_on)


def _sentence(chance: Chance, is_held: bool) -> dict[str, object]:
    """A sentence: longer than any time held before it, or suspended."""
    fine = {"fine_amount": 1000 * chance.among(2, 20)} if chance.is_one_in(2) else {}
    if is_held and not chance.is_one_in(4):
        return {"term_months": 6 * chance.among(4, 9), **fine}
    return {"term_months": 6 * chance.among(1, 4), "is_probation": True, **fine}


def _serve(course: Course, chance: Chance, case: Row, place: int, judgments: list[Row], on: date) -> None:
    """What follows an effective judgment: leaving the detention centre, correction, enforcement."""
    for stay in course.rows["custody_log"]:
        if stay["out_date"] is None and _is_past(on, 12):
            stay.update(out_date=days_after(on, 12), out_reason="送监")
    for judgment in judgments:
        if judgment["is_probation"]:
            _correct(course, chance, case, place, judgment, on)
        else:
            _imprison(course, case, judgment, on)
    if judgments[0].get("fine_amount"):
        filed_on = days_after(on, chance.among(5, 60))
        for judgment in judgments:
            if _is_past(filed_on, 0):
                _enforce(course, chance, case, place, filed_on, judgment)


def _imprison(course: Course, case: Row, judgment: Row, on: date) -> None:
    if not _is_past(on, 12):
        return
    owed, months = judgment.get("fine_amount") or 0, judgment["term_months"]
    term = stages_custody.imprison(
        course,
        judgment["person_id"],
        days_after(on, 6),
        days_after(on, 12),
        months,
        case_id=case["case_id"],
        duty_total=owed,
        duty_paid=owed,
    )
    submitted_on = days_after(months_after(term["intake_date"], 12, month_end=True), 20)
    if months < 60 and _is_past(submitted_on, 50):
        stages_custody.grant(course, term, "JX", submitted_on, 6)


def _correct(course: Course, chance: Chance, case: Row, place: int, judgment: Row, on: date) -> None:
    if not _is_past(on, 12):
        return
    row = stages.correct(course, case, place, judgment["person_id"], on, judgment["term_months"])
    if row["end_date"] < city.CORRECTION_EXPORTED_ON:
        row.update(status="解除", discharge_date=days_after(row["end_date"], 1))
    lost_on = days_after(on, chance.among(20, 60))
    if chance.is_one_in(10) and _is_past(lost_on, 25):
        stages.correction_event(course, row, "LOST", lost_on)
        stages.correction_event(course, row, "FOUND", days_after(lost_on, chance.among(1, 20)))


def _enforce(course: Course, chance: Chance, source: Row, place: int, on: date, basis: Row | None) -> None:
    """Enforcement: paid, or ended for now and looked into every few months, or still going on."""
    row = stages.enforce(course, source, place, on, basis)
    is_paid = not chance.is_one_in(3)
    ended_on = days_after(on, chance.among(30 if is_paid else 95, 150))
    if not _is_past(ended_on, 3):
        return
    if is_paid:
        stages.act(course, row["case_id"], "PAY_IN", days_after(ended_on, -2), 20000)
        stages.end_enforcement(course, row, ended_on, "DONE")
        return
    stages.end_enforcement(course, row, ended_on, "THIS")
    asked_on = days_after(ended_on, chance.among(100, 150))
    while asked_on <= city.AS_OF:
        stages.act(course, row["case_id"], "QUERY", asked_on)
        asked_on = days_after(asked_on, chance.among(100, 150))


def civil(registry: Registry, chance: Chance, place: int, on: date, *, enforced: bool = True) -> Course:
    """A civil suit, sometimes enforced."""
    course = Course(registry)
    plaintiff = course.enterprise() if chance.is_one_in(3) else course.person()
    case = stages.sue(course, place, on, plaintiff, course.person())
    ended_on = vary_suit(course, chance, case, on)
    if case["procedure_type"] == "PT" and chance.is_one_in(12) and _is_past(on, 50):
        stages.pause(course, case, "APPRAISAL", days_after(on, 10), days_after(on, 38))
    if not _is_past(ended_on, 3):
        return course
    stages.close_trial(course, case, ended_on, ("判决", "调解", "撤诉")[chance.among(0, 2)])
    if enforced and case["close_mode"] != "撤诉" and chance.is_one_in(4):
        filed_on = days_after(ended_on, chance.among(20, 90))
        if _is_past(filed_on, 0):
            _enforce(course, chance, case, place, filed_on, None)
    return course


def petition_some(registry: Registry, course: Course) -> None:
    """Let people petition about some cases, each a matter of its own, and report someone now and then."""
    for case in course.rows["case_main"]:
        if registry.next("petitioned", case["unit_code"]) % _PETITION_EVERY == 12:
            serial = registry.next("matter")
            received_on = min(days_after(case["accept_date"], 20), city.AS_OF)
            key = None if serial % 5 == 0 else token("matter", serial)
            stages.petition(course, case, int(case["region_code"][4:]), received_on, key)
        if registry.next("reported") % _REPORT_EVERY == 50:
            accused = token("accused", registry.next("accused"))
            stages.report(
                course, accused, case["unit_code"], min(days_after(case["accept_date"], 30), city.AS_OF)
            )


def gather_background(registry: Registry, chance: Chance, n_cases: int) -> Iterator[Course]:
    """Yield courses until exactly n_cases case rows are out."""
    n_left, turn = n_cases, 0
    span = (city.AS_OF - city.FIRST_DAY).days - 3
    while n_left > 0:
        place, on = 1 + turn % len(city.COUNTIES), days_after(city.FIRST_DAY, chance.among(0, span))
        if n_left < _LARGEST or turn % 4 < 2:
            course = civil(registry, chance, place, on, enforced=n_left > 1)
        else:
            course = criminal(registry, chance, place, on)
        petition_some(registry, course)
        oversee_some(registry, course)
        n_left -= len(course.rows["case_main"])
        turn += 1
        yield course
