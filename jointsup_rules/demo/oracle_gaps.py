"""Columns a unit probably does not export: more than half empty where a rule looks, of at least twenty rows.

In: all courses, then the findings that wait for the count. Out: those findings, taken out where the unit
has such a gap: a rule must not name cases one by one where a whole column is missing.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from jointsup_rules.demo.city import AS_OF
from jointsup_rules.demo.course import Course
from jointsup_rules.demo.facts import Facts
from jointsup_rules.demo.oracle_answers import answered
from jointsup_rules.demo.oracle_enforcement import property_looks
from jointsup_rules.demo.oracle_property import STEPS, effective_on, over_on
from jointsup_rules.demo.oracle_units import LOOKS
from jointsup_rules.demo.verdicts import Finding, excuse

_LEAST_ROWS = 20
Look = tuple[str, str, bool]  # where a rule looks, at which unit, and whether something stands there


class Gaps:
    """Counts of where rules look: by rule and column, and unit."""

    def __init__(self) -> None:
        self._looked: Counter[tuple[str, str]] = Counter()
        self._found: Counter[tuple[str, str]] = Counter()

    def count(self, course: Course) -> None:
        """Add one course to the counts."""
        facts = Facts(course)
        for look in (_enforcement, _property, _corrections, _oversight, answered, property_looks, *LOOKS):
            for where, unit, is_there in look(facts):
                self._looked[where, unit] += 1
                self._found[where, unit] += is_there

    def settle(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Yield the findings, taken out where their unit has the gap they name."""
        for finding in findings:
            gaps = [gap for gap in (finding.gap, finding.or_gap) if gap is not None]
            yield excuse(finding) if any(self._is_gap(gap) for gap in gaps) else finding

    def _is_gap(self, gap: tuple[str, str]) -> bool:
        # Of property in general, only a unit that never enters a release at all has a gap.
        most = 1 if gap[0] == "item" else self._looked[gap] / 2
        return self._looked[gap] >= _LEAST_ROWS and self._found[gap] < most


def _enforcement(facts: Facts) -> Iterator[Look]:
    for row in facts.rows["enforcement_case"]:
        if row.get("close_mode") == "THIS" and row["exec_kind"] in ("CV", "NL"):
            court = facts.cases[row["case_id"]]["unit_code"]
            yield from (
                (f"EXE-02 {step}", court, row.get(column) is not None) for step, column in STEPS.items()
            )


def _property(facts: Facts) -> Iterator[Look]:
    for row in facts.rows["property_item"]:
        unit, is_settled = row["decide_unit_code"], over_on(row) is not None
        due = row.get("due_date")
        if due is not None and due < AS_OF:
            yield "EXE-05", unit, is_settled or row.get("last_renew_date") is not None
        if effective_on(facts, facts.cases[row["case_id"]]) is not None:
            yield "EXE-10", unit, is_settled


def _corrections(facts: Facts) -> Iterator[Look]:
    for row in facts.rows["community_correction"]:
        office = row["cc_unit_code"]
        yield "COR-01 notified", office, row["notify_date"] is not None
        yield "COR-01 served", office, row["doc_served_date"] is not None
        yield "COR-02", office, row["report_date"] is not None
        if row["end_date"] and row["end_date"] < AS_OF and row["status"] in ("在矫", "解除"):
            yield "COR-07", office, row.get("discharge_date") is not None
    for row in facts.rows["sentence_change"]:
        if row["change_kind"] == "ZY" and row.get("decision_code") == "GRANT":
            term = facts.of("prison_term", term_id=row["term_id"])[0]
            yield "PRI-12", term["keeper_unit_code"], row.get("handover_date") is not None


def _oversight(facts: Facts) -> Iterator[Look]:
    for row in facts.rows["hotline_clue"]:
        if row["is_key"]:
            yield "HOT-03", "key clues", row.get("to_jc_date") is not None
    for row in facts.rows["case_review"]:
        if row.get("rectify_due_date") and row["rectify_due_date"] < AS_OF:
            yield "REV-02", facts.cases[row["case_id"]]["unit_code"], row.get("rectified_date") is not None
    for row in facts.rows["clue_transfer"]:
        is_answered = row.get("feedback_date") is not None
        yield "FBK-05 answered", row["from_unit_code"], is_answered
        yield "FBK-05 accepted", row["from_unit_code"], is_answered or row.get("accept_date") is not None
