"""The oracle for what follows a judgment: PRI-01, PRI-02 and COR-06."""

from collections.abc import Iterator, Mapping
from datetime import date

from jointsup_rules.clock.period import ExclusionTerms, Length, Terms
from jointsup_rules.clock.periods import split
from jointsup_rules.demo.city import AS_OF, CORRECTION_EXPORTED_ON
from jointsup_rules.demo.course import Row
from jointsup_rules.demo.days import days_after, months_after, roll
from jointsup_rules.demo.facts import Facts, is_unread
from jointsup_rules.demo.oracle_clocks import Marks, judge_periods, periods
from jointsup_rules.demo.verdicts import Finder, Finding, excuse, judge_limit

_SENTENCES = ("死缓", "无期", "有期", "拘役", "管制")


def pri_01(facts: Facts) -> Iterator[Finding]:
    """The court of first instance hands the papers over within ten days of effect; holidays roll."""
    for case in facts.live_cases():
        if (case["agency_type"], case["case_category"], case["instance"]) != ("FY", "CR", "FIRST"):
            continue
        penalties = {row.get("main_penalty") for row in facts.of("judgment_item", case_id=case["case_id"])}
        if penalties.isdisjoint(_SENTENCES):
            continue
        found = split(facts.events(case, "FY_EFFECTIVE"), facts.events(case, "FY_EXEC_DOC"), AS_OF)
        for begun in found:
            due = roll(days_after(begun.day, 10))
            finding = judge_limit("PRI-01", (case["case_id"],), begun.day, due, begun.stop)
            yield excuse(finding) if "死刑" in penalties else finding


def pri_02(facts: Facts) -> Iterator[Finding]:
    """More than three months left: taken to prison within a criminal month of the papers, never rolled."""
    terms = Terms(Length(months=1), "criminal", exclusions={"REFUSED": ExclusionTerms()})
    for row in facts.rows["prison_term"]:
        subject, received_on = (row["term_id"],), row["exec_doc_recv_date"]
        is_long = _is_long(row)
        if is_long is False:
            continue
        if is_long is None or received_on is None or is_unread(row, "intake_date"):
            yield Finding("PRI-02", subject, "cannot_tell")
            continue
        ends = [row[name] for name in ("intake_date", "release_date") if row.get(name)]
        changes = facts.of("time_limit_change", person_id=row["person_id"], clock_id="TO_PRISON")
        found = list(periods(Marks([received_on], ends), terms, changes))
        paroled_on = _paroled_on(facts, row)
        for finding in judge_periods("PRI-02", subject, found):
            is_in_time = paroled_on and finding.due_on and paroled_on <= finding.due_on
            yield excuse(finding) if is_in_time else finding


def _is_long(term: Row) -> bool | None:
    """Say whether more than three months are left when the papers come; None where nobody can know."""
    if term["orig_penalty"] in ("死缓", "无期"):
        return True
    if term.get("remaining_months") is not None:
        return bool(term["remaining_months"] > 3)
    if term["exec_doc_recv_date"] is None or term.get("current_end_date") is None:
        return None
    return bool(months_after(term["exec_doc_recv_date"], 3, month_end=True) < term["current_end_date"])


def _paroled_on(facts: Facts, term: Row) -> date | None:
    rows = facts.of("sentence_change", term_id=term["term_id"], change_kind="ZY", decision_code="GRANT")
    return min((row["decision_date"] for row in rows if row.get("decision_date")), default=None)


def cor_06(facts: Facts) -> Iterator[Finding]:
    """A proposal to revoke is ruled on within thirty days; holidays roll."""
    for row in facts.rows["community_correction"]:
        events = facts.of("cc_event", cc_id=row["cc_id"])
        proposed, ruled = (
            [event["event_date"] for event in events if event["event_type"] == kind]
            for kind in ("PROPOSE", "RULING")
        )
        for begun in split(proposed, ruled, AS_OF):
            finding = judge_limit(
                "COR-06",
                (row["cc_id"],),
                begun.day,
                roll(days_after(begun.day, 30)),
                begun.stop,
                seen_until=CORRECTION_EXPORTED_ON,
            )
            over_on = row.get("discharge_date")
            is_over = begun.stop is None and over_on and finding.due_on and over_on <= finding.due_on
            yield excuse(finding) if is_over else finding


FINDERS: Mapping[str, Finder] = {"PRI-01": pri_01, "PRI-02": pri_02, "COR-06": cor_06}
