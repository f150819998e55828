"""The oracle for the data itself: DQ-01, DQ-02, DQ-03 and DQ-08."""

import re
from collections.abc import Iterator
from datetime import date

from jointsup_rules.demo.city import AS_OF
from jointsup_rules.demo.course import Row
from jointsup_rules.demo.days import days_after
from jointsup_rules.demo.facts import Facts, is_unread, since
from jointsup_rules.demo.verdicts import Finding, excuse, judge_limit

_NUMBER = re.compile(r"[（(〔]((?:19|20)[0-9]{2})[)）〕].+?[0-9]+号(之[一二三四五六七八九十]+)?")
_SENT = {"GA_JC": "GA_TRANSFER_PROS", "JC_FY": "JC_PROSECUTE"}
_APART = {"GA_JC": 3, "JC_FY": 10}


def find_data_flaws(facts: Facts) -> Iterator[Finding]:
    """Yield what the four rules find in one course."""
    for case in facts.live_cases():
        yield from dq_01(facts, case)
        yield from dq_03(facts, case)
        yield from dq_08(facts, case)
    yield from dq_02(facts)


def _is_earlier(a: date | None, b: date | None) -> bool:
    return a is not None and b is not None and a < b


def dq_01(facts: Facts, case: Row) -> Iterator[Finding]:
    """Steps of a case in an order that cannot be."""
    judgments = facts.of("judgment_item", case_id=case["case_id"])
    announced_on = min((row["announce_date"] for row in judgments if row["announce_date"]), default=None)
    is_court, filed_on = case["agency_type"] == "FY", case["file_date"]
    accepted_on = facts.first(case, "JC_ACCEPT")
    reviews = [facts.cases[row["to_case_id"]] for row in facts.links_from(case, "GA_ARR")]
    approved_on = min(
        (day for review in reviews for day in facts.events(review, "JC_ARR_APPROVE")), default=None
    )
    happened = [
        row["event_date"]
        for row in facts.events_of(case)
        if row["event_type"] not in ("FY_TRIAL", "FY_SUMMON")
    ]
    parts = {
        "closed": _is_earlier(case.get("close_date"), filed_on),
        "filed": is_court and _is_earlier(filed_on, case["accept_date"]),
        "prosecuted": _is_earlier(facts.first(case, "JC_PROSECUTE"), accepted_on),
        "arrested": _is_earlier(facts.first(case, "GA_ARREST_EXEC"), approved_on),
        "announced": _is_earlier(announced_on, filed_on),
        "effective": any(_is_earlier(row["effective_date"], row["announce_date"]) for row in judgments),
        "future": any(day > AS_OF for day in happened),
    }
    for part, is_hit in parts.items():
        yield Finding("DQ-01", (case["case_id"],), "hit" if is_hit else "clear", part)
    if is_court and case["accept_date"] and is_unread(case, "file_date"):
        yield Finding("DQ-01", (case["case_id"],), "cannot_tell", "filed")


def dq_02(facts: Facts) -> Iterator[Finding]:
    """The day one agency sent a case and the day the next took it in, too far apart."""
    for link in facts.rows["case_link"]:
        kind = link["link_type"]
        if kind not in _SENT or float(link["match_score"]) < 0.9:
            continue
        receiver = facts.cases[link["to_case_id"]]
        received_on = receiver["file_date"] if receiver["agency_type"] == "FY" else receiver["accept_date"]
        sent_on = facts.events(facts.cases[link["from_case_id"]], _SENT[kind])
        if received_on is None or not sent_on:
            yield Finding("DQ-02", (link["link_id"],), "cannot_tell")
        else:
            apart = min(abs((received_on - day).days) for day in sent_on)
            yield Finding("DQ-02", (link["link_id"],), "hit" if apart > _APART[kind] else "clear")


def dq_03(facts: Facts, case: Row) -> Iterator[Finding]:
    """A court's number of another form or year, or any number used twice by a unit at a stage."""
    subject = (case["case_id"],)
    if case["case_no"] is None:
        return
    if case["agency_type"] == "FY":
        match = _NUMBER.fullmatch(case["case_no"])
        yield Finding("DQ-03", subject, "clear" if match else "hit", "form")
        if match:
            yield Finding("DQ-03", subject, _other_year(int(match[1]), case), "year")
    same = [
        other["case_id"]
        for other in facts.live_cases()
        if all(other[name] == case[name] for name in ("case_no_norm", "unit_code", "instance"))
    ]
    yield Finding(
        "DQ-03", subject, "hit" if len(same) > 1 and case["case_id"] == min(same) else "clear", "duplicate"
    )


def _other_year(year: int, case: Row) -> str:
    days = (case["accept_date"], case["file_date"])
    if any(day is not None and day.year == year for day in days):
        return "clear"
    return "cannot_tell" if None in days else "hit"


def dq_08(facts: Facts, case: Row) -> Iterator[Finding]:
    """A stage without the one that must come before or after it."""
    subject, agency, stage = (case["case_id"],), case["agency_type"], case["instance"]
    if agency == "JC" and stage == "PRO":
        is_own = (
            case["source_channel"] in ("监察移送", "自行发现") or facts.first(case, "JC_JURIS_IN") is not None
        )
        yield from _orphan(
            subject, "police", case["accept_date"], bool(facts.links_to(case, "GA_JC")), is_own
        )
    if agency == "FY" and case["case_category"] == "CR" and stage == "FIRST":
        has_before = bool(facts.links_to(case, "JC_FY", "REMAND"))
        yield from _orphan(subject, "review", since(case), has_before, case.get("source_channel") == "自诉")
    if agency == "JC" and case.get("close_mode") == "起诉":
        has_after = bool(facts.links_from(case, "JC_FY"))
        yield from _orphan(subject, "trial", case["close_date"], has_after, False, 15)


def _orphan(
    subject: tuple[str, ...], part: str, start: date | None, is_linked: bool, is_excused: bool, days: int = 0
) -> Iterator[Finding]:
    if start is None:
        yield Finding("DQ-08", subject, "cannot_tell", part)
    elif is_linked:
        yield Finding("DQ-08", subject, "clear", part)
    else:
        finding = judge_limit("DQ-08", subject, start, days_after(start, days), None, part=part)
        yield excuse(finding) if is_excused else finding
