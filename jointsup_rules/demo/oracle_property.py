"""The oracle for termination of enforcement and for property held: EXE-02, EXE-05 and EXE-10."""

from collections.abc import Iterator, Mapping
from datetime import date

from jointsup_rules.demo.city import UNITS
from jointsup_rules.demo.course import Row
from jointsup_rules.demo.days import days_after, months_after, roll
from jointsup_rules.demo.facts import Facts, earliest, is_unread
from jointsup_rules.demo.verdicts import Finder, Finding, judge_limit

_AGENCY = {unit.unit_code: unit.agency_type for unit in UNITS}
STEPS = {
    "notice": "notice_date",
    "report": "report_order_date",
    "consumption": "limit_consume_date",
    "query": "net_query_date",
    "consultation": "talk_date",
}
# The longest a measure may stand: 民诉解释 art. 485 for courts, 程序规定 arts. 243-245 for the police.
_LONGEST = {
    "FY": {"DEPOSIT": 12, "MOVABLE": 24, "REALTY": 36, "EQUITY": 36, "SECURITY": 36},
    "GA": {"DEPOSIT": 6, "SECURITY": 24, "EQUITY": 6},
}


def exe_02(facts: Facts) -> Iterator[Finding]:
    """A first enforcement terminated for now: five steps before it, and three months since filing."""
    for row in facts.rows["enforcement_case"]:
        if row.get("close_mode") != "THIS" or row["exec_kind"] not in ("CV", "NL"):
            continue
        subject, closed_on = (row["case_id"],), row["close_date"]
        court = facts.cases[row["case_id"]]["unit_code"]
        for step, column in STEPS.items():
            taken_on = row.get(column)
            if taken_on is None and is_unread(row, column):
                yield Finding("EXE-02", subject, "cannot_tell")
            elif taken_on is None:
                yield Finding("EXE-02", subject, "hit", gap=(f"EXE-02 {step}", court))
            else:
                yield Finding("EXE-02", subject, "hit" if taken_on > closed_on else "clear")
        if row["file_date"]:
            first_on = months_after(row["file_date"], 3, month_end=False)
            is_early = closed_on < first_on
            yield Finding(
                "EXE-02", subject, "hit" if is_early else "clear", due_on=first_on if is_early else None
            )


def exe_05(facts: Facts) -> Iterator[Finding]:
    """Sealed, seized or frozen beyond the recorded end, or that of the last renewal; neither lifted nor settled."""
    for row in facts.rows["property_item"]:
        agency, renewed_on = _AGENCY.get(row["decide_unit_code"]), row.get("last_renew_date")
        if agency not in _LONGEST:
            continue
        subject, months = (row["property_id"],), _LONGEST[agency].get(row["asset_kind"])
        due = row.get("due_date")
        is_court = agency == "FY"
        if renewed_on is not None:
            known = None if months is None else months_after(renewed_on, months, month_end=not is_court)
            due = None if known is None else max(known, due or known)
        elif due is None and is_court and months is not None:
            due = months_after(row["start_date"], months, month_end=False)
        if due is None:
            yield Finding("EXE-05", subject, "cannot_tell")
        elif over_on(row) is None:
            gap = ("EXE-05", row["decide_unit_code"])
            yield judge_limit("EXE-05", subject, row["start_date"], due, None, gap=gap)
        else:
            yield Finding("EXE-05", subject, "clear")


def exe_10(facts: Facts) -> Iterator[Finding]:
    """Property of a criminal case, 180 days after the last judgment took effect; holidays roll."""
    for row in facts.rows["property_item"]:
        case = facts.cases[row["case_id"]]
        if case["case_category"] != "CR":
            continue
        start = effective_on(facts, case)
        if start is None or over_on(row) is not None:
            yield Finding("EXE-10", (row["property_id"],), "clear")
            continue
        gap = ("EXE-10", row["decide_unit_code"])
        yield judge_limit("EXE-10", (row["property_id"],), start, roll(days_after(start, 180)), None, gap=gap)


def over_on(row: Row) -> date | None:
    """Return the day property was released or disposed of."""
    return earliest(row.get("release_date"), row.get("disposal_date"))


def effective_on(facts: Facts, case: Row) -> date | None:
    """Return the day the last judgment on a case took effect; None while any has not, or was undone."""
    courts = [case] if case["agency_type"] == "FY" else []
    sure = [link for link in facts.rows["case_link"] if float(link["match_score"]) >= 0.9]
    reviews = {
        row["to_case_id"]
        for row in sure
        if row["link_type"] == "GA_JC" and row["from_case_id"] == case["case_id"]
    }
    courts += [
        facts.cases[row["to_case_id"]]
        for row in sure
        if row["link_type"] == "JC_FY" and row["from_case_id"] in {case["case_id"], *reviews}
    ]
    judgments = [row for court in courts for row in facts.of("judgment_item", case_id=court["case_id"])]
    if any(
        row["effective_date"] is None or row["result_code"] in ("REMAND", "WITHDRAW_OK") for row in judgments
    ):
        return None
    return max((row["effective_date"] for row in judgments), default=None)


FINDERS: Mapping[str, Finder] = {"EXE-02": exe_02, "EXE-05": exe_05, "EXE-10": exe_10}
