"""The oracle for property and enterprises: PRO-04, ENT-02, ENT-03 and ENT-06.

In: the facts of one course. Out: findings, one short function a rule, with the numbers of the law in it.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from jointsup_rules.demo.city import AS_OF
from jointsup_rules.demo.course import Row
from jointsup_rules.demo.days import days_after, months_after, roll
from jointsup_rules.demo.facts import Facts, earliest, since
from jointsup_rules.demo.oracle_hanging import onward
from jointsup_rules.demo.verdicts import Finder, Finding, excuse, judge_limit


def over_on(item: Row) -> date | None:
    return earliest(item.get("release_date"), item.get("disposal_date"))


def _is_lapsed(item: Row, on: date) -> bool:
    """Say whether a freeze ran out before a day and was not renewed."""
    due = item.get("due_date")
    return item["measure_kind"] == "FREEZE" and due is not None and due < on


def _dropped(facts: Facts, case: Row, person: str | None = None) -> list[Row]:
    """Return the decisions not to prosecute in a case, of one person if given; conditional ones are none."""
    return [
        row
        for row in facts.of("nonpros_followup", case_id=case["case_id"])
        if row["np_type"] != "FTJ" and person in (None, row["person_id"])
    ]


def _related_reviews(facts: Facts, case: Row) -> list[Row]:
    return [case, *onward(facts, case)]


def _is_nobody_prosecuted(facts: Facts, case: Row) -> bool:
    people = [row.get("person_id") for row in facts.parties(case, "SUSPECT")]
    left = [person for person in people if not _dropped(facts, case, person)]
    return bool(people) and not left and facts.first(case, "JC_PROSECUTE") is None


def freed_on(facts: Facts, item: Row) -> date | None:
    """Return the day of the decision that frees an item: of its owner, else of everyone."""
    case, person = facts.cases[item["case_id"]], item.get("person_id")
    reviews = _related_reviews(facts, case)
    if person is not None:
        days = [
            row["decision_date"]
            for review in reviews
            for row in _dropped(facts, review, person)
            if row["decision_date"] >= item["start_date"]
            and not any(
                event["event_type"] == "JC_PROSECUTE"
                and event["person_id"] == person
                and event["event_date"] >= row["decision_date"]
                for event in facts.events_of(review)
            )
        ]
        return max(days, default=None)
    concerned = [case] if _is_nobody_prosecuted(facts, case) else onward(facts, case)
    if not concerned or not all(_is_nobody_prosecuted(facts, review) for review in concerned):
        return None
    days = [row["decision_date"] for review in concerned for row in _dropped(facts, review)]
    last_on = max(days, default=None)
    return last_on if last_on is not None and last_on >= item["start_date"] else None


def pro_04(facts: Facts) -> Iterator[Finding]:
    """Fifteen days after a decision not to prosecute, rolled over holidays, property still held."""
    for item in facts.rows["property_item"]:
        free_on = freed_on(facts, item)
        if free_on is None:
            continue
        due = roll(days_after(free_on, 15))
        subject = (item["property_id"],)
        if over_on(item) is not None:
            yield Finding("PRO-04", subject, "clear")
            continue
        gap = ("nonprosecuted item", item["decide_unit_code"])
        finding = judge_limit("PRO-04", subject, free_on, due, None, gap=gap)
        case = facts.cases[item["case_id"]]
        decisions = [
            row
            for review in _related_reviews(facts, case)
            for row in facts.of("nonpros_followup", case_id=review["case_id"])
            if item.get("person_id") in (None, row["person_id"])
        ]
        is_passed_on = any(row.get("opinion_issue_date") is not None for row in decisions)
        is_administrative = facts.first(case, "GA_CONV_ADMIN") is not None
        is_excused = is_passed_on or is_administrative or _is_lapsed(item, AS_OF)
        yield excuse(finding) if is_excused else finding


def ent_02(facts: Facts) -> Iterator[Finding]:
    """Property of enterprises held beyond 1.2 times what the case is about."""
    for case in facts.live_cases():
        items = [
            item
            for item in facts.of("property_item", case_id=case["case_id"])
            if item.get("enterprise_id") and over_on(item) is None and not _is_lapsed(item, AS_OF)
        ]
        if items:
            amounts = [case.get("target_amount"), case.get("crime_amount")]
            at_issue = max((amount for amount in amounts if amount is not None), default=None)
            gap = ("item", case["unit_code"])
            finding = Finding("ENT-02", (case["case_id"],), _exceeds(items, at_issue), gap=gap)
            yield excuse(finding) if at_issue is not None and _is_explained(items, at_issue) else finding


def _exceeds(items: list[Row], at_issue: int | None) -> str:
    valued = sum(item.get("amount") or 0 for item in items)
    if at_issue is None:
        return "cannot_tell"
    if valued * 10 > at_issue * 12:
        return "hit"
    return "cannot_tell" if any(item.get("amount") is None for item in items) else "clear"


def _is_explained(items: list[Row], at_issue: int) -> bool:
    """Nothing entered as at issue, one limit entered for several accounts, or a single indivisible building."""
    valued = sum(item.get("amount") or 0 for item in items)
    frozen = [
        item["amount"]
        for item in items
        if (item["asset_kind"], item["measure_kind"]) == ("DEPOSIT", "FREEZE")
        and item.get("amount") is not None
    ]
    realty = [item.get("amount") or 0 for item in items if item["asset_kind"] == "REALTY"]
    is_indivisible = len(realty) == 1 and valued - sum(realty) < at_issue
    return at_issue == 0 or len(set(frozen)) < len(frozen) or is_indivisible


def ent_03(facts: Facts) -> Iterator[Finding]:
    """Found unrelated to the case, and not released within three days, rolled over holidays."""
    for item in facts.rows["property_item"]:
        found_on = item.get("unrelated_found_date")
        if found_on is None:
            continue
        due = roll(days_after(found_on, 3))
        gap = ("item", item["decide_unit_code"]) if over_on(item) is None else None
        finding = judge_limit("ENT-03", (item["property_id"],), found_on, due, over_on(item), gap=gap)
        is_court = item["decide_unit_code"].startswith("黑99")
        yield excuse(finding) if is_court or _is_lapsed(item, days_after(due, 1)) else finding


def ent_06(facts: Facts) -> Iterator[Finding]:
    """A civil or enforcement case with a private enterprise, open for more than twelve months."""
    private = {
        row["enterprise_id"]
        for row in facts.rows["enterprise"]
        if row["ownership"] in ("PRIVATE", "INDIVIDUAL")
    }
    for case in facts.live_cases():
        is_asked = case["case_category"] in ("CV", "EX") and case["case_status"] != "CLOSED"
        parties = facts.of("case_party", case_id=case["case_id"])
        if not is_asked or not any(row.get("enterprise_id") in private for row in parties):
            continue
        start, subject = since(case), (case["case_id"],)
        if start is None:
            yield Finding("ENT-06", subject, "cannot_tell")
            continue
        finding = judge_limit("ENT-06", subject, start, months_after(start, 12, month_end=False), None)
        closed = facts.events(case, "FY_CLOSE", "FY_EXEC_THIS", "FY_EXEC_END", "FY_EXEC_DONE")
        resumed = facts.events(case, "FY_EXEC_RESUME")
        is_closed = bool(closed) and (not resumed or resumed[-1] <= closed[-1])
        yield excuse(finding) if is_closed else finding


FINDERS: Mapping[str, Finder] = {"PRO-04": pro_04, "ENT-02": ent_02, "ENT-03": ent_03, "ENT-06": ent_06}
