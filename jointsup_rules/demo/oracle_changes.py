"""The oracle for the records that change a limit, and for late entry: TRI-07, TRI-08 and DQ-06.

In: the facts of one course. Out: findings. What a record should say and does not cannot be told, unless
something else it says decides already.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from jointsup_rules.demo.city import AS_OF
from jointsup_rules.demo.course import Row
from jointsup_rules.demo.days import days_after
from jointsup_rules.demo.facts import Facts
from jointsup_rules.demo.verdicts import Finder, Finding, excuse

_STANDSTILL = ("SUSPEND", "FUGITIVE", "ILLNESS", "RELATED_CASE", "HEIR", "FORCE_MAJEURE")
_IN_TRIAL = ("PSYCH", "COUNSEL", "WITNESS")
# Grounds besides a standstill on which days do not count, by the limit they are open to.
_OPEN_TO: Mapping[str, tuple[str, ...]] = {
    "CR_FIRST": (*_IN_TRIAL, "SUPP"),
    "CR_SUMMARY": _IN_TRIAL,
    "CR_FAST": _IN_TRIAL,
    "CR_PRIVATE": ("PSYCH",),
    "CR_SECOND": ("PSYCH", "JC_READ"),
    "CV_FIRST": ("NOTICE", "APPRAISAL", "SETTLE", "JURIS"),
    "CV_SIMPLE": ("APPRAISAL", "SETTLE", "JURIS"),
    "CV_SMALL": ("APPRAISAL", "SETTLE", "JURIS"),
    "CV_SECOND_J": ("NOTICE", "APPRAISAL", "SETTLE", "JURIS"),
    "CV_SECOND_R": ("NOTICE", "APPRAISAL", "SETTLE", "JURIS"),
    "CV_RETRIAL_REV": ("NOTICE", "APPRAISAL", "SETTLE"),
    "AD_FIRST": ("NOTICE", "APPRAISAL", "MEDIATE", "JURIS"),
    "AD_SIMPLE": ("NOTICE", "APPRAISAL", "MEDIATE", "JURIS"),
    "AD_SECOND": ("NOTICE", "APPRAISAL", "MEDIATE", "JURIS"),
    "EX_CV": ("AUDIT", "STAY", "AUCTION"),
    "EX_NL": ("AUDIT", "STAY", "AUCTION"),
    "EX_CR": ("AUDIT", "STAY", "AUCTION"),
}


def _say(rule: str, row: Row, part: str, sign: bool | None, due_on: date | None = None) -> Finding:
    outcome = "cannot_tell" if sign is None else "hit" if sign else "clear"
    return Finding(rule, (row["change_id"],), outcome, part, due_on)


def _of_courts(facts: Facts, *kinds: str) -> Iterator[tuple[Row, Row]]:
    for row in facts.rows["time_limit_change"]:
        case = facts.cases.get(row["case_id"])
        if (
            case
            and row["change_type"] in kinds
            and case["agency_type"] == "FY"
            and case.get("superseded_by") is None
        ):
            yield row, case


def _is_more(first: date | None, second: date | None, days: int = 0) -> bool | None:
    """Say whether second lies more than so many days after first; None where either is not known."""
    return None if first is None or second is None else (second - first).days > days


def tri_07(facts: Facts) -> Iterator[Finding]:
    """An extension: in time, on paper, by the right level, asked for and decided early enough."""
    for row, case in _of_courts(facts, "EXTEND"):
        clock, level = row["clock_id"], row.get("decide_level")
        ends_on, decided_on, applied_on = row["start_date"], row["decide_date"], row.get("apply_date")
        found = [
            _say("TRI-07", row, "after_expiry", _is_more(ends_on, decided_on)),
            _say("TRI-07", row, "no_document", not row.get("doc_no")),
        ]
        kind = clock[:3]
        if (
            clock in ("CR_FIRST", "CR_SECOND")
            or kind == "AD_"
            or (kind == "CV_" and row["reason_code"] == "UPPER")
        ):
            # The high court approves in administrative cases; for the city's court that is the next above.
            is_basic = len(case["unit_code"]) > 3
            is_low = (
                None if level is None else level == "SELF" or (kind == "AD_" and level == "UP1" and is_basic)
            )
            found.append(_say("TRI-07", row, "too_low", is_low))
        if kind in ("CR_", "CV_", "AD_"):
            least = 10 if kind == "AD_" else 15
            near = _is_more(applied_on, ends_on, least - 1)
            found.append(_say("TRI-07", row, "applied_late", None if near is None else not near, ends_on))
        if kind == "CV_" and row["reason_code"] == "PRESIDENT" and decided_on is not None:
            near = _is_more(decided_on, ends_on, 4)
            is_near = None if near is None else not near and decided_on <= ends_on
            found.append(_say("TRI-07", row, "decided_near", is_near, ends_on))
        is_free = case.get("is_foreign") and case["case_category"] == "CV"
        yield from map(excuse, found) if is_free else found


def tri_08(facts: Facts) -> Iterator[Finding]:
    """A deduction or suspension: on paper, on a ground of its limit, not too long, entered soon."""
    for row, case in _of_courts(facts, "DEDUCT", "SUSPEND"):
        clock, reason, is_on_paper = row["clock_id"], row["reason_code"], bool(row.get("doc_no"))
        is_bare = row["change_type"] == "SUSPEND" or row["decide_date"] is None
        yield _say("TRI-08", row, "no_document", not is_on_paper and is_bare)
        if clock in _OPEN_TO:
            is_standstill = reason in _STANDSTILL and clock != "CV_RETRIAL_REV"
            yield _say("TRI-08", row, "not_allowed", not is_standstill and reason not in _OPEN_TO[clock])
        if reason == "APPRAISAL":
            finding = _say(
                "TRI-08", row, "too_long", _is_more(row["start_date"], row["end_date"] or AS_OF, 180)
            )
            yield excuse(finding) if case.get("is_foreign") else finding
        if row.get("recorded_at"):
            over_on = row["end_date"] or row["start_date"]
            yield _say("TRI-08", row, "entered_late", _is_more(over_on, recorded_on(row), 30))


def recorded_on(row: Row) -> date | None:
    """Return the day a row was entered in the system."""
    text = row.get("recorded_at")
    return date.fromisoformat(text[:10]) if text else None


def dq_06(facts: Facts) -> Iterator[Finding]:
    """An extension dated before the former limit ended and entered three days after it; a step entered late."""
    for case in facts.live_cases():
        subject = (case["case_id"],)
        found: list[tuple[int, Finding]] = []
        for row in facts.of("time_limit_change", case_id=case["case_id"], change_type="EXTEND"):
            signs = (
                _is_before_or_on(row["decide_date"], row["start_date"]),
                _is_more(row["start_date"], recorded_on(row), 3),
            )
            outcome = "clear" if False in signs else "cannot_tell" if None in signs else "hit"
            days = (recorded_on(row) - row["decide_date"]).days if outcome == "hit" else 0
            found.append((days, Finding("DQ-06", subject, outcome, "extension", row["start_date"])))
        for event in facts.events_of(case):
            entered_on = recorded_on(event)
            is_late = entered_on is not None and entered_on > days_after(event["event_date"], 30)
            days = (entered_on - event["event_date"]).days if is_late and entered_on else 0
            found.append((days, Finding("DQ-06", subject, "hit" if is_late else "clear", "late_entry")))
        # Of several in one part the one furthest apart is shown.
        yield from (finding for _, finding in sorted(found, key=lambda pair: -pair[0]))


def _is_before_or_on(first: date | None, second: date | None) -> bool | None:
    return None if first is None or second is None else first <= second


FINDERS: Mapping[str, Finder] = {"TRI-07": tri_07, "TRI-08": tri_08, "DQ-06": dq_06}
