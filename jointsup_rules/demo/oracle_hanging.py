"""The oracle for police cases that hang: LONG-02, LONG-04, ENT-01, FIL-08, INV-01; and LONG-06.

In: the facts of one course. Out: findings, one short function a rule, with the numbers of the law in it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from jointsup_rules.demo.city import AS_OF
from jointsup_rules.demo.course import Row
from jointsup_rules.demo.days import days_after, months_after, roll
from jointsup_rules.demo.facts import Facts, earliest
from jointsup_rules.demo.verdicts import Finder, Finding, excuse, judge_limit

ENDINGS = ("GA_TRANSFER_PROS", "GA_WITHDRAW", "GA_TERMINATE", "GA_TRANSFER_JURIS", "GA_CONV_ADMIN")
_NO_WORK = ("GA_REPORT", "GA_ACCEPT", "GA_FILE", "GA_INFORM", "GA_EXPLAIN", "APPLY_CHANGE", "NOTE")
RESTRAINTS = ("JL", "DB", "QB", "JJ", "ZJ")
SURE = 0.9  # links below are doubtful


def open_investigations(facts: Facts) -> Iterator[Row]:
    """Yield the criminal cases that the police have not closed and nobody merged."""
    for case in facts.live_cases():
        is_investigation = (case["agency_type"], case["instance"]) == ("GA", "INV")
        if is_investigation and case["case_status"] != "CLOSED":
            yield case


def onward(facts: Facts, case: Row) -> list[Row]:
    """Return the review cases to which a police case surely went."""
    links = facts.links_from(case, "GA_JC")
    return [facts.cases[row["to_case_id"]] for row in links if float(row["match_score"]) >= SURE]


def is_sent_without_people(facts: Facts, case: Row) -> bool:
    """Say whether a review case it went to lists no suspect."""
    return any(not facts.parties(taken, "SUSPECT") for taken in onward(facts, case))


def is_pending(facts: Facts, case: Row, suspect: Row) -> bool:
    """Say whether a suspect is present and nothing became of them yet."""
    person = suspect.get("person_id")
    if suspect.get("arrival_status") in ("FUGITIVE", "DEAD", "SEPARATE"):
        return False
    if suspect.get("outcome_code") not in (None, "未处理") or facts.events(case, *ENDINGS, person=person):
        return False
    split = {row["to_case_id"] for row in facts.links_from(case, "SEPARATE")}
    entries = facts.of("case_party", person_id=person) if person else []
    return not any(
        entry["case_id"] in split
        or (entry["role"] == "SUSPECT" and _is_review_since(facts.cases[entry["case_id"]], case["file_date"]))
        for entry in entries
    )


def _is_review_since(case: Row, on: date | None) -> bool:
    is_review = case["agency_type"] == "JC" and case["instance"] == "PRO"
    return is_review and on is not None and case["accept_date"] is not None and case["accept_date"] >= on


def is_continued(facts: Facts, case: Row, person: str | None = None) -> bool:
    """Say whether the province approved, with a document, that the investigation goes on."""
    return any(
        row["doc_no"]
        and row.get("decide_level") in ("PROVINCE", "SUPREME")
        and (person is None or row.get("person_id") in (None, person))
        for row in facts.of("time_limit_change", case_id=case["case_id"], reason_code="CONT_APPROVED")
    )


def _are_all_at_large(suspects: list[Row]) -> bool:
    return bool(suspects) and all(row.get("arrival_status") == "FUGITIVE" for row in suspects)


def _wait(
    rule: str, subject: tuple[str, ...], start: date | None, done: date | None, months: int, unit: str
) -> Finding:
    """Hold the time since a day against months, only while nothing was done."""
    if start is None:
        return Finding(rule, subject, "cannot_tell")
    if done is not None:
        return Finding(rule, subject, "clear")
    due = months_after(start, months, month_end=True)
    return judge_limit(rule, subject, start, due, None, gap=("ending", unit))


def _disposed_on(facts: Facts, case: Row) -> date | None:
    return earliest(
        *(
            row["event_date"]
            for row in facts.events_of(case)
            if row["event_type"] in ENDINGS and row["person_id"] is None
        )
    )


def _hangs(facts: Facts, rule: str, case: Row, months: int, pending: list[Row]) -> Finding:
    unit = case["unit_code"]
    finding = _wait(rule, (case["case_id"],), case["file_date"], _disposed_on(facts, case), months, unit)
    suspects = facts.parties(case, "SUSPECT")
    is_excused = (
        _are_all_at_large(suspects)
        or is_continued(facts, case)
        or bool(facts.links_from(case, "MERGE"))
        or not any(is_pending(facts, case, row) for row in pending)
        or is_sent_without_people(facts, case)
    )
    return excuse(finding) if is_excused else finding


def long_02(facts: Facts) -> Iterator[Finding]:
    """Two years after filing: a named suspect, never a measure, no disposition."""
    for case in open_investigations(facts):
        measures = facts.of("coercive_measure", case_id=case["case_id"])
        suspects = facts.parties(case, "SUSPECT")
        if suspects and not any(row["measure_type"] in RESTRAINTS for row in measures):
            finding = _hangs(facts, "LONG-02", case, 24, suspects)
            yield replace(finding, or_gap=("measured", case["unit_code"]))


def ent_01(facts: Facts) -> Iterator[Finding]:
    """Twelve months after filing: a suspect is a private enterprise or its key person, no disposition."""
    private = {
        row["enterprise_id"]
        for row in facts.rows["enterprise"]
        if row["ownership"] in ("PRIVATE", "INDIVIDUAL")
    }
    for case in open_investigations(facts):
        people = facts.parties(case, "SUSPECT")
        concerned = [
            row
            for row in people
            if row.get("enterprise_id") in private
            or (case["is_private_ent"] and row.get("is_ent_key_person") is True)
        ]
        if concerned:
            yield _hangs(facts, "ENT-01", case, 12, concerned)
        elif case["is_private_ent"] and any(row.get("is_ent_key_person") is None for row in people):
            yield Finding("ENT-01", (case["case_id"],), "cannot_tell")


def long_04(facts: Facts) -> Iterator[Finding]:
    """Twenty-four months after a person's last detention, no disposition."""
    for case in open_investigations(facts):
        rows = facts.of("coercive_measure", case_id=case["case_id"], measure_type="JL")
        for person in sorted({row["person_id"] for row in rows}):
            held_on = max(row["start_date"] for row in rows if row["person_id"] == person)
            done_on = facts.first(case, *ENDINGS, person=person)
            finding = _wait(
                "LONG-04", (case["case_id"], f"person:{person}"), held_on, done_on, 24, case["unit_code"]
            )
            yield excuse(finding) if _is_answered_for(facts, case, person, held_on) else finding


def _is_answered_for(facts: Facts, case: Row, person: str, held_on: date) -> bool:
    entries = facts.of("case_party", case_id=case["case_id"], person_id=person)
    everywhere = facts.of("case_party", person_id=person, role="SUSPECT")
    return (
        any(
            row.get("arrival_status") in ("FUGITIVE", "DEAD")
            or row.get("outcome_code") not in (None, "未处理")
            for row in entries
        )
        or is_continued(facts, case, person)
        or any(_is_review_since(facts.cases[row["case_id"]], held_on) for row in everywhere)
        or bool(facts.links_from(case, "MERGE"))
        or is_sent_without_people(facts, case)
    )


def fil_08(facts: Facts) -> Iterator[Finding]:
    """Ninety days after filing: no step of investigation, no document, no measure on person or property."""
    for case in open_investigations(facts):
        is_asked = case["case_status"] == "OPEN" and (
            case["is_economic_crime"] or facts.parties(case, "SUSPECT")
        )
        if not is_asked:
            continue
        filed_on, subject = case["file_date"], (case["case_id"],)
        if filed_on is None:
            yield Finding("FIL-08", subject, "cannot_tell")
            continue
        steps = [row for row in facts.events_of(case) if row["event_type"] not in _NO_WORK]
        papers = facts.of("legal_document", case_id=case["case_id"])
        is_worked_on = (
            any(row["event_date"] > filed_on for row in steps)
            or any(row["issue_date"] > filed_on for row in papers)
            or bool(facts.of("coercive_measure", case_id=case["case_id"]))
            or bool(facts.of("property_item", case_id=case["case_id"]))
        )
        if is_worked_on:
            yield Finding("FIL-08", subject, "clear")
            continue
        gap = ("work", case["unit_code"])
        finding = judge_limit("FIL-08", subject, filed_on, days_after(filed_on, 90), None, gap=gap)
        is_excused = facts.links_from(case, "MERGE") or onward(facts, case)
        yield excuse(finding) if is_excused else finding


def inv_01(facts: Facts) -> Iterator[Finding]:
    """Six months after a suspect was marked as handled separately, no trace of them elsewhere."""
    for row in facts.rows["case_party"]:
        case, person = facts.cases[row["case_id"]], row.get("person_id")
        is_separate = row["role"] == "SUSPECT" and row.get("arrival_status") == "SEPARATE"
        if not is_separate or person is None or case.get("superseded_by") is not None:
            continue
        subject, marked_on = (row["party_id"],), row.get("separate_date")
        if marked_on is None:
            yield Finding("INV-01", subject, "cannot_tell")
            continue
        others = [other for other in facts.of("case_party", person_id=person) if other is not row]
        is_done = (
            row.get("outcome_code") not in (None, "未处理")
            or any(is_taken_up(facts, row, other, marked_on) for other in others)
            or has_trace(facts, person, marked_on)
        )
        if is_done:
            yield Finding("INV-01", subject, "clear")
            continue
        due = months_after(marked_on, 6, month_end=True)
        gap = ("separate", case["unit_code"])
        finding = judge_limit("INV-01", subject, marked_on, due, None, gap=gap)
        is_dead = any(other.get("arrival_status") == "DEAD" for other in others)
        is_held = any(stay["out_date"] is None for stay in facts.of("custody_log", person_id=person))
        yield excuse(finding) if is_dead or is_held else finding


def is_taken_up(facts: Facts, row: Row, other: Row, marked_on: date) -> bool:
    ended_on = other.get("outcome_date")
    return (
        other["case_id"] != row["case_id"]
        and other["role"] == "SUSPECT"
        and facts.cases[other["case_id"]]["case_category"] == "CR"
        and other.get("arrival_status") not in ("SEPARATE", "FUGITIVE", "DEAD")
        and (ended_on is None or ended_on >= marked_on)
    )


def has_trace(facts: Facts, person: str, since: date) -> bool:
    """Say whether a measure, a stay in custody or an administrative decision followed."""
    days = [row["start_date"] for row in facts.of("coercive_measure", person_id=person)]
    days += [row["in_date"] for row in facts.of("custody_log", person_id=person)]
    days += [row.get("decision_date") for row in facts.of("admin_case", person_id=person)]
    return any(day is not None and since <= day <= AS_OF for day in days)


def long_06(facts: Facts) -> Iterator[Finding]:
    """Thirty days after a prosecution was withdrawn, neither dropped nor brought anew."""
    for case in facts.live_cases():
        if case["agency_type"] != "JC" or case["instance"] != "PRO":
            continue
        links = facts.links_from(case, "JC_FY")
        courts = [facts.cases[row["to_case_id"]] for row in links if float(row["match_score"]) >= SURE]
        allowed = [day for court in courts for day in facts.events(court, "FY_WITHDRAW_OK")]
        for event in facts.events_of(case):
            if event["event_type"] != "JC_WITHDRAW_PROS":
                continue
            on = event["event_date"]
            start = max(allowed) if allowed and max(allowed) >= on else on
            done_on = _decided_again_on(facts, case, event)
            due = roll(days_after(start, 30))
            gap = ("ending", case["unit_code"]) if done_on is None else None
            finding = judge_limit("LONG-06", (case["case_id"],), start, due, done_on, gap=gap)
            announced = [day for court in courts for day in facts.events(court, "FY_ANNOUNCE")[:1]]
            moved = facts.events(case, "JC_COND_NONPROS")[-1:] + facts.events(case, "JC_JURIS_OUT")[-1:]
            is_excused = done_on is None and any(day >= start for day in (*announced, *moved))
            yield excuse(finding) if is_excused else finding


def _decided_again_on(facts: Facts, case: Row, withdrawal: Row) -> date | None:
    person = withdrawal["person_id"]
    return earliest(
        *(
            row["event_date"]
            for row in facts.events_of(case)
            if row["event_type"] in ("JC_NONPROS", "JC_PROSECUTE")
            and row["event_date"] >= withdrawal["event_date"]
            and (person is None or row["person_id"] in (None, person))
        )
    )


FINDERS: Mapping[str, Finder] = {
    "LONG-02": long_02,
    "LONG-04": long_04,
    "LONG-06": long_06,
    "ENT-01": ent_01,
    "FIL-08": fil_08,
    "INV-01": inv_01,
}
