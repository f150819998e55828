"""The oracle for reviews, opinions and clues handed on: REV, FBK and HOT-03."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from jointsup_rules.demo.city import AS_OF, UNITS
from jointsup_rules.demo.course import Row
from jointsup_rules.demo.days import days_after, roll
from jointsup_rules.demo.facts import Facts, earliest
from jointsup_rules.demo.verdicts import Finder, Finding, excuse, judge_limit

_AGENCY = {unit.unit_code: unit.agency_type for unit in UNITS}
_TWO_YEARS_FROM = days_after(AS_OF, -729)


def hot_03(facts: Facts) -> Iterator[Finding]:
    """A key clue goes to the procuratorate within ten days of receipt; holidays roll."""
    for row in facts.rows["hotline_clue"]:
        if not row["is_key"]:
            continue
        start, sent_on = row["received_date"], row.get("to_jc_date")
        gap = None if sent_on else ("HOT-03", "key clues")
        finding = judge_limit(
            "HOT-03", (row["clue_no"],), start, roll(days_after(start, 10)), sent_on, gap=gap
        )
        units = (row.get("accused_unit_code"), row.get("verify_unit_code"))
        is_elsewhere = row.get("jw_transfer_date") or "JC" in [_AGENCY.get(unit) for unit in units if unit]
        yield excuse(finding) if is_elsewhere else finding


def rev_01(facts: Facts) -> Iterator[Finding]:
    """A divergence is reviewed, at its own stage or the one before or after, within ninety days."""
    for row in facts.rows["case_divergence"]:
        case, start = facts.cases[row["case_id"]], row["event_date"]
        beside = [
            link["to_case_id"] for link in facts.rows["case_link"] if link["from_case_id"] == case["case_id"]
        ]
        beside += [
            link["from_case_id"] for link in facts.rows["case_link"] if link["to_case_id"] == case["case_id"]
        ]
        reviewed = [
            review.get("assigned_date") or review.get("done_date")
            for review in facts.rows["case_review"]
            if review["case_id"] in {case["case_id"], *beside}
        ]
        last_on = max((day for day in reviewed if day is not None), default=None)
        if last_on is not None and last_on >= start:
            yield Finding("REV-01", (row["cd_id"],), "clear")
            continue
        yield judge_limit("REV-01", (row["cd_id"],), start, roll(days_after(start, 90)), None)


def rev_02(facts: Facts) -> Iterator[Finding]:
    """What a review found is put right by the day it set."""
    for row in facts.rows["case_review"]:
        due, done_on = row.get("rectify_due_date"), row.get("rectified_date")
        if due is None:
            continue
        gap = None if done_on else ("REV-02", facts.cases[row["case_id"]]["unit_code"])
        start = min(row.get("done_date") or row.get("assigned_date") or due, due)
        yield judge_limit("REV-02", (row["cr_id"],), start, due, done_on, gap=gap)


def fbk_05(facts: Facts) -> Iterator[Finding]:
    """A clue handed on is signed for within three days and answered by its day, else within thirty."""
    for row in facts.rows["clue_transfer"]:
        start, subject = row["transfer_date"], (row["ct_id"],)
        answered_on, sender = row.get("feedback_date"), row["from_unit_code"]
        if earliest(row.get("accept_date"), answered_on) is None:
            due, gap = roll(days_after(start, 3)), ("FBK-05 accepted", sender)
            yield judge_limit("FBK-05", subject, start, due, None, part="accepted", gap=gap)
        else:
            yield Finding("FBK-05", subject, "clear", "accepted")
        if answered_on is None:
            due, gap = (
                row.get("feedback_due_date") or roll(days_after(start, 30)),
                ("FBK-05 answered", sender),
            )
            yield judge_limit("FBK-05", subject, start, due, None, part="answered", gap=gap)


def fbk_06(facts: Facts) -> Iterator[Finding]:
    """One problem of one unit on three days within two years, once after an answer; or failed twice."""
    problems: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in facts.rows["supervision_opinion"]:
        if row.get("problem_code"):
            problems[row["target_unit_code"], row["problem_code"]].append(row)
    for subject, rows in problems.items():
        recent = [row for row in rows if _TWO_YEARS_FROM <= row["issue_date"] <= AS_OF]
        days = {row["issue_date"] for row in recent}
        is_again = any(
            (row.get("rectified_date") or row.get("reply_date") or AS_OF) < other["issue_date"]
            for row in recent
            for other in rows
        )
        failed = sum(row.get("verify_result") == "FAIL" for row in recent)
        yield Finding("FBK-06", subject, "hit" if is_again and len(days) >= 3 else "clear", "repeated")
        yield Finding("FBK-06", subject, "hit" if failed >= 2 else "clear", "failed")


FINDERS: Mapping[str, Finder] = {
    "HOT-03": hot_03,
    "REV-01": rev_01,
    "REV-02": rev_02,
    "FBK-05": fbk_05,
    "FBK-06": fbk_06,
}
