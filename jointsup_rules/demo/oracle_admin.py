"""The oracle for administrative cases: ADM-05 and ADM-06.

In: the facts of one course. Out: findings, one short function a rule, with the numbers of the law in it.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from jointsup_rules.clock.period import ExclusionTerms, ExtensionTerms, Length, Terms
from jointsup_rules.demo.course import Row
from jointsup_rules.demo.days import days_after, roll
from jointsup_rules.demo.facts import Facts, earliest
from jointsup_rules.demo.oracle_clocks import Marks, judge_periods, periods
from jointsup_rules.demo.verdicts import Finder, Finding, excuse, judge_limit

_UNIFORM_SINCE = date(2021, 7, 15)  # before that no statute set one limit for all penalties


def adm_05(facts: Facts) -> Iterator[Finding]:
    """A penalty case: decided within ninety days of filing and what the sector's rules add."""
    for row in facts.of("admin_case", is_police=False):
        filed_on, subject = row["file_date"], (row["ac_id"],)
        if filed_on is None:
            yield Finding("ADM-05", subject, "cannot_tell")
            continue
        if filed_on < _UNIFORM_SINCE:
            continue
        days = 90 + 30 * (row.get("extend_times") or 0) + (row.get("deduct_days") or 0)
        due = roll(days_after(filed_on, days))
        finding = judge_limit("ADM-05", subject, filed_on, due, row.get("decision_date"))
        handed = [
            transfer["transfer_date"]
            for transfer in facts.of("admin_transfer", ac_id=row["ac_id"])
            if transfer.get("decision_code") in (None, "FILE")
        ]
        yield excuse(finding) if any(day <= due for day in handed) else finding


def adm_06(facts: Facts) -> Iterator[Finding]:
    """A public-security case: thirty days, thirty more with leave of the next higher level, appraisal not counted."""
    for row in facts.of("admin_case", is_police=True):
        begun_on, subject = row["accept_date"] or row["file_date"], (row["ac_id"],)
        if begun_on is None:
            yield Finding("ADM-06", subject, "cannot_tell")
            continue
        stops = [day for day in [earliest(row.get("decision_date"))] if day is not None]
        found = periods(Marks([begun_on], stops), _terms(row), _changes(facts, row))
        is_unknown = row.get("person_id") is None and row.get("enterprise_id") is None
        for finding in judge_periods("ADM-06", subject, found):
            yield excuse(finding) if is_unknown else finding


def _terms(row: Row) -> Terms:
    """Thirty days, with what is entered on the case itself: once thirty more, and the days of appraisal."""
    days = 30 + (30 if row.get("extend_times") else 0) + (row.get("deduct_days") or 0)
    return Terms(
        Length(days=days),
        rolls=True,
        extensions={"COMPLEX": ExtensionTerms(Length(days=30), level=1)},
        exclusions={"APPRAISAL": ExclusionTerms()},
    )


def _changes(facts: Facts, row: Row) -> list[Row]:
    """Return the records of changes; what is entered on the case itself is not counted twice."""
    return [
        change
        for change in facts.of("time_limit_change", case_id=row["ac_id"], clock_id="ZA_CASE")
        if not row.get("extend_times" if change["change_type"] == "EXTEND" else "deduct_days")
    ]


FINDERS: Mapping[str, Finder] = {"ADM-05": adm_05, "ADM-06": adm_06}
