"""The oracle for cases that people complain about while a limit has passed, and for recorded due days: PET-07, DQ-09.

In: the facts of one course. Out: findings. What other rules find about a limit that still runs is used again:
their findings carry the due day, whether or not a lawful reason takes them out there.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from jointsup_rules.demo.city import AS_OF
from jointsup_rules.demo.course import Row
from jointsup_rules.demo.days import days_after, months_after, roll
from jointsup_rules.demo.facts import Facts, since
from jointsup_rules.demo.oracle_clocks import Marks, periods
from jointsup_rules.demo.oracle_custody import INVESTIGATION_CUSTODY, cm_01, cm_06, cm_08, cm_09
from jointsup_rules.demo.oracle_delivery import pri_01
from jointsup_rules.demo.oracle_filing import fil_01, inv_03, pro_01
from jointsup_rules.demo.oracle_trials import clocks_of, judge_clock
from jointsup_rules.demo.verdicts import Finder, Finding

_INVESTIGATED = (fil_01, inv_03, pro_01, pri_01)
_RESTRAINED = (cm_01, cm_06, cm_08, cm_09)


def pet_07(facts: Facts) -> Iterator[Finding]:
    """A petition or an item of public opinion about a case of which a limit has passed and still runs."""
    complained = {row["case_id"] for table in ("petition", "opinion_item") for row in facts.rows[table]}
    cases = [case for case in facts.live_cases() if case["case_id"] in complained]
    if not cases:
        return
    found = [finding for find in _INVESTIGATED for finding in find(facts)]
    measured = [finding for find in _RESTRAINED for finding in find(facts)]
    for case in cases:
        subject = (case["case_id"],)
        own = [finding for finding in found if finding.subject == subject]
        for clock in clocks_of(facts, case):
            own.extend(judge_clock(facts, "PET-07", case, clock))
        own += _of_the_procuratorate(facts, case)
        yield _pressed(subject, "case_clock", own)
        ids = {(row["measure_id"],) for row in facts.of("coercive_measure", case_id=case["case_id"])}
        yield _pressed(subject, "measure_clock", [one for one in measured if one.subject in ids])
        yield from _long(facts, case)


def _pressed(subject: tuple[str, ...], part: str, found: list[Finding]) -> Finding:
    """What still runs past its due day; the one furthest past it is shown."""
    passed = [finding.due_on for finding in found if _is_running_late(finding) and finding.due_on]
    if passed:
        return Finding("PET-07", subject, "hit", part, min(passed))
    is_unknown = any(finding.outcome == "cannot_tell" for finding in found)
    return Finding("PET-07", subject, "cannot_tell" if is_unknown else "clear", part)


def _is_running_late(finding: Finding) -> bool:
    is_late = (
        finding.outcome in ("hit", "excluded") and finding.due_on is not None and bool(finding.over_days)
    )
    return is_late and finding.due_on is not None and finding.over_days == (AS_OF - finding.due_on).days


def _of_the_procuratorate(facts: Facts, case: Row) -> Iterator[Finding]:
    """Review for arrest: seven days, fifteen where nobody is known to be detained."""
    if case["instance"] != "ARR" or facts.first(case, "JC_ARR_APPROVE", "JC_ARR_DENY") is not None:
        return
    start = facts.first(case, "JC_ARR_ACCEPT") or case["accept_date"]
    if start is not None:
        due = roll(days_after(start, 15))
        over_days = (AS_OF - due).days
        yield Finding("PET-07", (case["case_id"],), "hit" if over_days > 0 else "running", "", due, over_days)


def _long(facts: Facts, case: Row) -> Iterator[Finding]:
    is_sent_on = case["agency_type"] == "GA" and facts.first(case, "GA_TRANSFER_PROS") is not None
    if case["case_status"] == "CLOSED" or is_sent_on:
        return
    start, subject = since(case), (case["case_id"],)
    if start is None:
        yield Finding("PET-07", subject, "cannot_tell", "long")
        return
    due = months_after(start, 12, month_end=False)
    yield Finding("PET-07", subject, "hit" if due < AS_OF else "clear", "long", due)


def dq_09(facts: Facts) -> Iterator[Finding]:
    """The due day on record lies more than a day after the one the law gives."""
    for row in facts.rows["coercive_measure"]:
        recorded_on, case = row.get("recorded_due_date"), facts.cases[row["case_id"]]
        if recorded_on is None or case.get("superseded_by") is not None:
            continue
        due = _due_of(facts, row, case)
        is_late = due is not None and (recorded_on - due).days > 1
        yield Finding("DQ-09", (row["measure_id"],), "hit" if is_late else "clear", "", due)


def _due_of(facts: Facts, row: Row, case: Row) -> date | None:
    """Return the last lawful day of a measure: bail twelve months, surveillance six, arrest two and more."""
    start, kind = row["start_date"], row["measure_type"]
    months = {"QB": 12, "JJ": 6, "ZJ": 6}.get(kind)
    if months is not None:
        return months_after(start, months, month_end=True)
    if kind == "JL":
        tier = row.get("extended_tier") or 30
        return days_after(start, 3 if tier <= 3 else 7 if tier <= 7 else 30)
    changes = facts.of("time_limit_change", case_id=case["case_id"], clock_id="INV_CUSTODY")
    own = [change for change in changes if change.get("person_id") in (None, row["person_id"])]
    ends = [row["end_date"]] if row["end_date"] else []
    ((_, reckoned),) = periods(Marks([start], ends), INVESTIGATION_CUSTODY, own)
    return reckoned.sure.due_on if reckoned else None


FINDERS: Mapping[str, Finder] = {"PET-07": pet_07, "DQ-09": dq_09}
