"""Where the rules on measures, filing and hanging cases look, unit by unit: what a unit probably does not export.

In: the facts of one course. Out: looks for the count of gaps: where, at which unit, whether something stands there.
"""

from collections.abc import Callable, Iterator
from datetime import date

from jointsup_rules.demo.city import AS_OF
from jointsup_rules.demo.course import Row
from jointsup_rules.demo.days import months_after
from jointsup_rules.demo.facts import Facts, earliest
from jointsup_rules.demo.oracle_custody import bail_over_on, detention_over_on, replaced_on, step_since
from jointsup_rules.demo.oracle_hanging import ENDINGS, RESTRAINTS, has_trace, is_taken_up
from jointsup_rules.demo.oracle_seized import freed_on, over_on

Look = tuple[str, str, bool]
_REVIEW_ENDINGS = (
    *ENDINGS,
    "JC_PROSECUTE",
    "JC_NONPROS",
    "JC_COND_NONPROS",
    "JC_RETURN_SUPP",
    "JC_JURIS_OUT",
)
_WORK = (
    *("GA_REQ_ARREST", "GA_ARREST_EXEC", "GA_NEW_CRIME", "GA_ID_CLEARED", "GA_SUPP_RECV"),
    "CHANGE_DECIDE",
)
_FILED = ("GA_FILE", "GA_NOFILE", "GA_TRANSFER_JURIS", "GA_CONV_ADMIN")


def _cases(facts: Facts) -> Iterator[Look]:
    for case in facts.live_cases():
        unit, is_police = case["unit_code"], case["agency_type"] == "GA"
        if case["case_status"] == "CLOSED" and case["instance"] in ("INV", "PRO"):
            yield "ending", unit, facts.first(case, *_REVIEW_ENDINGS) is not None
        if case["case_status"] == "CLOSED" and case["instance"] == "INV":
            yield "work", unit, _is_worked_on(facts, case)
        if is_police and facts.first(case, "GA_TRANSFER_PROS") is not None:
            measures = facts.of("coercive_measure", case_id=case["case_id"])
            yield "measured", unit, any(row["measure_type"] in RESTRAINTS for row in measures)
        is_report = facts.first(case, "GA_ACCEPT") is not None or case["accept_date"] is not None
        if is_police and case["instance"] == "INV" and is_report:
            yield "decided", unit, facts.first(case, *_FILED) is not None or case["file_date"] is not None


def _is_worked_on(facts: Facts, case: Row) -> bool:
    own = {"case_id": case["case_id"]}
    papers = facts.of("legal_document", **own)
    return (
        facts.first(case, *_WORK) is not None
        or any(case["file_date"] and row["issue_date"] > case["file_date"] for row in papers)
        or bool(facts.of("coercive_measure", **own))
        or bool(facts.of("property_item", **own))
    )


def _measures(facts: Facts) -> Iterator[Look]:
    for row in facts.rows["coercive_measure"]:
        case, kind = facts.cases[row["case_id"]], row["measure_type"]
        unit = case["unit_code"]
        sent_on = step_since(facts, row, case, "GA_TRANSFER_PROS")
        is_over = earliest(row["end_date"], replaced_on(facts, row), sent_on) is not None
        if kind == "JL":
            yield "detention", unit, detention_over_on(facts, row, case) is not None
        if kind == "DB" and case["instance"] == "INV" and _has_passed(row["start_date"], 2):
            yield "arrest", unit, earliest(row["end_date"], sent_on) is not None or is_over
        if kind == "QB" and _has_passed(row["start_date"], 12):
            yield "bail", unit, is_over
        if kind in ("JJ", "ZJ") and _has_passed(row["start_date"], 6):
            yield "surveillance", unit, is_over
        ended_on = bail_over_on(row, case)
        if kind == "QB" and row.get("deposit_amount") and ended_on is not None and ended_on < AS_OF:
            yield "deposit", unit, row.get("deposit_disposal") is not None


def _has_passed(start: date, months: int) -> bool:
    return months_after(start, months, month_end=True) < AS_OF


def _others(facts: Facts) -> Iterator[Look]:
    for row in facts.of("case_party", role="SUSPECT", arrival_status="SEPARATE"):
        yield "separate", facts.cases[row["case_id"]]["unit_code"], _is_followed(facts, row)
    for row in facts.rows["property_item"]:
        yield "item", row["decide_unit_code"], over_on(row) is not None
        if freed_on(facts, row) is not None:
            yield "nonprosecuted item", row["decide_unit_code"], over_on(row) is not None
    for row in facts.rows["admin_transfer"]:
        yield "transfer", row["to_unit_code"], row.get("decision_date") is not None
    for row in facts.of("supervision_opinion", so_type="SMLY"):
        if row.get("served_date") is not None:
            yield "reasons", row["issue_unit_code"], row.get("reply_date") is not None


def _is_followed(facts: Facts, row: Row) -> bool:
    person, marked_on = row.get("person_id"), row.get("separate_date")
    if person is None or marked_on is None:
        return row.get("outcome_code") not in (None, "未处理")
    others = facts.of("case_party", person_id=person)
    return has_trace(facts, person, marked_on) or any(
        is_taken_up(facts, row, other, marked_on) for other in others
    )


LOOKS: tuple[Callable[[Facts], Iterator[Look]], ...] = (_cases, _measures, _others)
