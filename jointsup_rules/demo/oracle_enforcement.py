"""The oracle for terminated enforcement, property parts never enforced and people lost: EXE-03, EXE-07 and COR-03."""

from collections.abc import Iterator, Mapping

from jointsup_rules.demo.city import AS_OF, CORRECTION_EXPORTED_ON
from jointsup_rules.demo.course import Row
from jointsup_rules.demo.days import days_after, months_after, roll
from jointsup_rules.demo.facts import Facts, earliest
from jointsup_rules.demo.verdicts import Finder, Finding, excuse, judge_limit


def exe_03(facts: Facts) -> Iterator[Finding]:
    """Terminated for now: within five years, no query in the last six months."""
    for row in facts.rows["enforcement_case"]:
        if row.get("close_mode") != "THIS" or months_after(row["close_date"], 60, month_end=False) < AS_OF:
            continue
        acts = facts.of("enforcement_action", case_id=row["case_id"])
        queried_on = [act["action_date"] for act in acts if act["action_type"] == "QUERY"]
        start = max([row["close_date"], *queried_on])
        due = months_after(start, 6, month_end=False)
        gap = ("EXE-03", facts.cases[row["case_id"]]["unit_code"])
        finding = judge_limit("EXE-03", (row["case_id"],), start, due, None, gap=gap)
        is_resumed = any(
            act["action_type"] == "RESUME" and act["action_date"] >= row["close_date"] for act in acts
        )
        yield excuse(finding) if is_resumed else finding


def exe_07(facts: Facts) -> Iterator[Finding]:
    """An effective judgment with something to pay: enforced within ninety days, rolled over holidays."""
    for row in facts.rows["judgment_item"]:
        case = facts.cases[row["case_id"]]
        owed = (row.get("fine_amount") or 0) + (row.get("restitution_amount") or 0)
        is_convicted = case["case_category"] == "CR" and row["result_code"] in ("GUILTY", "CHANGE", "UPHOLD")
        if not is_convicted or not (owed or row.get("confiscation")) or _is_replaced(facts, case, row):
            continue
        start = row["effective_date"] and max(
            row["effective_date"], row.get("fine_due_date") or row["effective_date"]
        )
        if start is None or _is_enforced(facts, case, row):
            continue
        due, gap = roll(days_after(start, 90)), ("EXE-07", case["unit_code"])
        finding = judge_limit("EXE-07", (row["judgment_id"],), start, due, None, gap=gap)
        booked = facts.of("enforcement_action", action_type="PAY_IN")
        paid = [act["amount"] for act in booked if act["case_id"] in _chain(facts, case)]
        yield excuse(finding) if paid and sum(paid) >= owed else finding


def property_looks(facts: Facts) -> Iterator[tuple[str, str, bool]]:
    """Yield where EXE-03 and EXE-07 look, for the count of gaps."""
    for row in facts.rows["enforcement_case"]:
        if row.get("close_mode") == "THIS":
            acts = facts.of("enforcement_action", case_id=row["case_id"], action_type="QUERY")
            is_queried = any(act["action_date"] >= row["close_date"] for act in acts)
            yield "EXE-03", facts.cases[row["case_id"]]["unit_code"], is_queried
    for row in facts.rows["judgment_item"]:
        case = facts.cases[row["case_id"]]
        owed = (row.get("fine_amount") or 0) + (row.get("restitution_amount") or 0)
        is_convicted = case["case_category"] == "CR" and row["result_code"] in ("GUILTY", "CHANGE", "UPHOLD")
        is_final = row["effective_date"] is not None and not _is_replaced(facts, case, row)
        if is_convicted and is_final and (owed or row.get("confiscation")):
            yield "EXE-07", case["unit_code"], _is_enforced(facts, case, row)


def _chain(facts: Facts, case: Row) -> set[str]:
    """Return a court case and the one it was appealed from."""
    return {case["case_id"], *(row["from_case_id"] for row in facts.links_to(case, "UP"))}


def _is_replaced(facts: Facts, case: Row, judgment: Row) -> bool:
    """Say whether the court above has decided on the same person."""
    above = {row["to_case_id"] for row in facts.links_from(case, "UP")}
    return any(row["case_id"] in above for row in facts.of("judgment_item", person_id=judgment["person_id"]))


def _is_enforced(facts: Facts, case: Row, judgment: Row) -> bool:
    """Say whether an enforcement case is linked to the chain or names one of its judgments on this person."""
    cases = _chain(facts, case)
    decided = facts.of("judgment_item", person_id=judgment["person_id"])
    bases = {row["judgment_id"] for row in decided if row["case_id"] in cases}
    is_linked = any(
        row["link_type"] == "EXEC" and row["from_case_id"] in cases for row in facts.rows["case_link"]
    )
    return is_linked or any(row["basis_judgment_id"] in bases for row in facts.rows["enforcement_case"])


def cor_03(facts: Facts) -> Iterator[Finding]:
    """Suspended sentence or parole: lost or not reporting for more than a month, no revocation proposed."""
    for row in facts.rows["community_correction"]:
        if row["cc_type"] not in ("HX", "JS") or row.get("discharge_date") is not None:
            continue
        is_over = row["status"] in ("终止", "收监")
        yield from map(excuse, _out_of_contact(facts, row)) if is_over else _out_of_contact(facts, row)


def _out_of_contact(facts: Facts, row: Row) -> Iterator[Finding]:
    events = facts.of("cc_event", cc_id=row["cc_id"])
    if not any(event["event_type"] == "PROPOSE" for event in events):
        start = roll(days_after(row["effective_date"], 10))
        due = months_after(start, 1, month_end=True)
        yield judge_limit(
            "COR-03",
            (row["cc_id"],),
            start,
            due,
            row["report_date"],
            part="report",
            seen_until=CORRECTION_EXPORTED_ON,
        )
    for lost in (event for event in events if event["event_type"] == "LOST"):
        later = [event for event in events if event["event_date"] >= lost["event_date"]]
        if any(event["event_type"] == "PROPOSE" for event in later):
            continue
        found_on = earliest(*(event["event_date"] for event in later if event["event_type"] == "FOUND"))
        due = months_after(lost["event_date"], 1, month_end=True)
        yield judge_limit(
            "COR-03",
            (row["cc_id"],),
            lost["event_date"],
            due,
            lost["end_date"] or found_on,
            part="lost",
            seen_until=CORRECTION_EXPORTED_ON,
        )


FINDERS: Mapping[str, Finder] = {"EXE-03": exe_03, "EXE-07": exe_07, "COR-03": cor_03}
