"""What the rules must say, worked out course by course in plain Python.

In: the facts of one course. Out: findings. One short function a rule, written from the law and the
description of the rule, without any of the engine: what is compared must not share its mistakes.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date

from jointsup_rules.demo import (
    oracle_admin,
    oracle_answers,
    oracle_changes,
    oracle_custody,
    oracle_delivery,
    oracle_enforcement,
    oracle_filing,
    oracle_hanging,
    oracle_oversight,
    oracle_pressed,
    oracle_property,
    oracle_seized,
    oracle_sentences,
    oracle_trials,
)
from jointsup_rules.demo.city import AS_OF
from jointsup_rules.demo.course import Course, Row
from jointsup_rules.demo.days import days_after, months_after, roll, working_days_after
from jointsup_rules.demo.facts import Facts, earliest, is_unread, since
from jointsup_rules.demo.oracle_data import find_data_flaws
from jointsup_rules.demo.oracle_public import find_public
from jointsup_rules.demo.verdicts import Finder, Finding, excuse, judge_limit

# What stands in modules of its own, by rule: FINDERS of each.
_PARTS: tuple[Mapping[str, Finder], ...] = (
    oracle_sentences.FINDERS,
    oracle_property.FINDERS,
    oracle_oversight.FINDERS,
    oracle_trials.FINDERS,
    oracle_delivery.FINDERS,
    oracle_enforcement.FINDERS,
    oracle_answers.FINDERS,
    oracle_changes.FINDERS,
    oracle_pressed.FINDERS,
    oracle_admin.FINDERS,
    oracle_custody.FINDERS,
    oracle_filing.FINDERS,
    oracle_hanging.FINDERS,
    oracle_seized.FINDERS,
)
RULES = (
    *("CM-15", "DQ-01", "DQ-02", "DQ-03", "DQ-08", "ENT-04"),
    *("HOT-06", "INV-04", "INV-06", "LONG-01", "LONG-03", "PET-04", "PET-08", "PRO-05"),
    *(rule for part in _PARTS for rule in part),
)
_INVESTIGATION_ENDS = (
    "GA_TRANSFER_PROS",
    "GA_WITHDRAW",
    "GA_TERMINATE",
    "GA_TRANSFER_JURIS",
    "GA_CONV_ADMIN",
)
_HELD_KINDS = {"JL": None, "DB": None, "QB": 12, "JJ": 6, "ZJ": 6}  # months until a measure lapses by law


def find_all(course: Course) -> Iterator[Finding]:
    """Yield what every rule finds in one course."""
    facts = Facts(course)
    for find in _FINDERS:
        yield from find(facts)


def is_investigation(case: Row) -> bool:
    """Say whether a case is a police investigation."""
    return bool(case["agency_type"] == "GA" and case["instance"] == "INV")


def long_01(facts: Facts) -> Iterator[Finding]:
    """Open for more than twelve months from filing, or from acceptance where there is none."""
    for case in facts.live_cases():
        is_sent_on = is_investigation(case) and facts.first(case, "GA_TRANSFER_PROS") is not None
        if case["case_status"] == "CLOSED" or is_sent_on:
            continue
        start = since(case)
        if start is None:
            yield Finding("LONG-01", (case["case_id"],), "cannot_tell")
        else:
            due = months_after(start, 12, month_end=False)
            yield judge_limit("LONG-01", (case["case_id"],), start, due, None)


def long_03(facts: Facts) -> Iterator[Finding]:
    """Twelve months after a person's last measure ended or lapsed, no disposition."""
    people = {(row["case_id"], row["person_id"]) for row in facts.rows["coercive_measure"]}
    for case_id, person in sorted(people):
        case = facts.cases[case_id]
        measures = facts.of("coercive_measure", case_id=case_id, person_id=person)
        freed_on = _freed_on(measures)
        is_open = case["case_status"] != "CLOSED" and case.get("superseded_by") is None
        if not (is_investigation(case) and is_open):
            continue
        if any(row["measure_type"] in ("JL", "DB") and is_unread(row, "end_date") for row in measures):
            # Bail and surveillance lapse by law; whether a detention has ended is not known.
            yield Finding("LONG-03", (case_id, f"person:{person}"), "cannot_tell")
            continue
        if freed_on is None or facts.first(case, *_INVESTIGATION_ENDS, person=person) is not None:
            continue
        due = months_after(freed_on, 12, month_end=True)
        finding = judge_limit("LONG-03", (case_id, f"person:{person}"), freed_on, due, None)
        yield excuse(finding) if _is_accounted_for(facts, case, person) else finding


def _freed_on(measures: list[Row]) -> date | None:
    """Return the day the last measure ended or lapsed; None while one without a legal maximum goes on."""
    ends = []
    for row in measures:
        months = _HELD_KINDS[row["measure_type"]]
        lapsed_on = months_after(row["start_date"], months, month_end=True) if months else None
        ends.append(earliest(row["end_date"], lapsed_on))
    return None if None in ends else max(day for day in ends if day is not None)


def _is_accounted_for(facts: Facts, case: Row, person: str) -> bool:
    entries = facts.of("case_party", case_id=case["case_id"], person_id=person)
    changes = facts.of("time_limit_change", case_id=case["case_id"], reason_code="CONT_APPROVED")
    approved = [row for row in changes if row["doc_no"] and row["decide_level"] in ("PROVINCE", "SUPREME")]
    return bool(approved) or any(
        row.get("outcome_code") not in (None, "未处理") or row["arrival_status"] in ("FUGITIVE", "DEAD")
        for row in entries
    )


def inv_04(facts: Facts) -> Iterator[Finding]:
    """The third return, on days: of a person over a whole police case, or else of a whole review case."""
    returns: dict[tuple[str, str | None], list[Row]] = defaultdict(list)
    for case in facts.cases.values():
        origin = min((row["from_case_id"] for row in facts.links_to(case, "GA_JC")), default=case["case_id"])
        for event in facts.events_of(case):
            if event["event_type"] == "JC_RETURN_SUPP":
                person = event["person_id"]
                returns[origin if person else case["case_id"], person].append(event)
    for events in returns.values():
        for event in events:
            earlier = {other["event_date"] for other in events if other["event_date"] < event["event_date"]}
            yield Finding("INV-04", (event["event_id"],), "hit" if len(earlier) >= 2 else "clear")


def inv_06(facts: Facts) -> Iterator[Finding]:
    """Sent for prosecution and not accepted within ten days, rolled over holidays."""
    for case in facts.live_cases():
        sent_on = facts.first(case, "GA_TRANSFER_PROS")
        if not is_investigation(case) or sent_on is None:
            continue
        links = facts.links_from(case, "GA_JC")
        if links:
            is_dated = any(facts.cases[row["to_case_id"]]["accept_date"] for row in links)
            yield Finding("INV-06", (case["case_id"],), "clear" if is_dated else "cannot_tell")
            continue
        finding = judge_limit("INV-06", (case["case_id"],), sent_on, roll(days_after(sent_on, 10)), None)
        is_elsewhere = facts.first(case, "GA_TRANSFER_JURIS") is not None or facts.links_from(case, "MERGE")
        is_unlinked = _is_reviewed_elsewhere(facts, case, days_after(sent_on, -5))
        yield excuse(finding) if is_elsewhere or is_unlinked else finding


def _is_reviewed_elsewhere(facts: Facts, case: Row, from_on: date) -> bool:
    suspects = {row["person_id"] for row in facts.parties(case, "SUSPECT")}
    return any(
        other["agency_type"] == "JC"
        and other["instance"] == "PRO"
        and other["accept_date"]
        and other["accept_date"] >= from_on
        and suspects & {row["person_id"] for row in facts.parties(other, "SUSPECT")}
        for other in facts.cases.values()
    )


def pro_05(facts: Facts) -> Iterator[Finding]:
    """After a decision not to prosecute: moved in 3, examined in 10, answered in 10 working days."""
    for row in facts.rows["nonpros_followup"]:
        decided_on, moved_on, done_on = (
            row["decision_date"],
            row.get("moved_date"),
            row.get("review_done_date"),
        )
        if decided_on < date(2025, 1, 1) or row["np_type"] == "FTJ":
            continue
        subject = (row["np_id"],)
        yield judge_limit(
            "PRO-05", subject, decided_on, working_days_after(decided_on, 3), moved_on, part="moved"
        )
        if moved_on:
            due = working_days_after(moved_on, 10)
            yield judge_limit("PRO-05", subject, moved_on, due, done_on, part="reviewed")
        if done_on and row["need_penalty"] is None:
            yield Finding("PRO-05", subject, "cannot_tell", "opinion")
        elif done_on and row["need_penalty"]:
            due = working_days_after(done_on, 10)
            yield judge_limit("PRO-05", subject, done_on, due, row.get("opinion_issue_date"), part="opinion")


def cm_15(facts: Facts) -> Iterator[Finding]:
    """Held beyond the day after an acquittal or a sentence outside prison, or beyond the end of the term."""
    for row in facts.rows["judgment_item"]:
        if facts.cases[row["case_id"]]["instance"] != "FIRST" or row["announce_date"] is None:
            continue
        for stay in facts.of("custody_log", person_id=row["person_id"]):
            left_on = stay["out_date"] or AS_OF
            until = _must_leave_by(row, stay["in_date"])
            is_hit = stay["in_date"] <= row["announce_date"] and until is not None and left_on > until
            outcome = "cannot_tell" if is_unread(stay, "out_date") else "hit" if is_hit else "clear"
            finding = Finding("CM-15", (row["judgment_id"],), outcome)
            yield excuse(finding) if _is_held_for_another_reason(facts, row) else finding


def _must_leave_by(judgment: Row, in_on: date) -> date | None:
    outside = judgment["result_code"] in ("NOT_GUILTY", "EXEMPT") or judgment.get("is_probation")
    if outside or judgment.get("main_penalty") in ("管制", "单处附加刑"):
        return days_after(judgment["announce_date"], 1)
    if not judgment.get("term_months"):
        return None
    # A term ends on the day before the same day; the day after its last day is allowed for the papers.
    return max(
        days_after(judgment["announce_date"], 1),
        months_after(in_on, judgment["term_months"], month_end=False),
    )


def _is_held_for_another_reason(facts: Facts, judgment: Row) -> bool:
    """Say whether another sentence, or a new detention or arrest, keeps the person in custody."""
    person, on = judgment["person_id"], judgment["announce_date"]
    others = [
        row
        for row in facts.of("judgment_item", person_id=person)
        if row["judgment_id"] != judgment["judgment_id"]
    ]
    is_serving = any(
        row.get("main_penalty") in ("死刑", "死缓", "无期", "有期", "拘役")
        and not row.get("is_probation")
        and (row["announce_date"] > on or row["case_id"] != judgment["case_id"])
        for row in others
    )
    measures = facts.of("coercive_measure", person_id=person)
    return is_serving or any(
        row["measure_type"] in ("JL", "DB") and row["start_date"] >= on for row in measures
    )


_FINDERS: tuple[Finder, ...] = (
    long_01,
    long_03,
    inv_04,
    inv_06,
    pro_05,
    cm_15,
    find_public,
    find_data_flaws,
    *(find for part in _PARTS for find in part.values()),
)
