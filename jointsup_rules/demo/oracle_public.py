"""The oracle for petitions, reports and overlapping suits: PET-04, PET-08, HOT-06 and ENT-04."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from jointsup_rules.demo.city import AS_OF, UNITS
from jointsup_rules.demo.course import Course, Row
from jointsup_rules.demo.days import days_after
from jointsup_rules.demo.facts import Facts
from jointsup_rules.demo.verdicts import Finding, excuse

_WINDOW_FROM = days_after(AS_OF, -364)
_LEAST_CASES = 30
_LEAST_PEERS = 8


def find_public(facts: Facts) -> Iterator[Finding]:
    """Yield what PET-04, HOT-06 and ENT-04 find in one course."""
    yield from pet_04(facts)
    yield from hot_06(facts)
    yield from ent_04(facts)


def pet_04(facts: Facts) -> Iterator[Finding]:
    """One matter on three days within the last year, or brought by five people at once."""
    matters: dict[str, list[Row]] = defaultdict(list)
    for row in facts.rows["petition"]:
        if row["same_matter_key"] is not None:
            matters[row["same_matter_key"]].append(row)
    for key, rows in matters.items():
        recent = [row for row in rows if _WINDOW_FROM <= row["received_date"] <= AS_OF]
        groups = [row["group_size"] for row in recent]
        repeated = len({row["received_date"] for row in recent}) >= 3
        together = (
            "hit"
            if any(n is not None and n >= 5 for n in groups)
            else "cannot_tell"
            if None in groups
            else "clear"
        )
        findings = (
            Finding("PET-04", (key,), "hit" if repeated else "clear", "repeat"),
            Finding("PET-04", (key,), together, "collective"),
        )
        is_ended = any(row.get("recheck_reply_date") for row in rows)
        yield from map(excuse, findings) if is_ended else findings


def hot_06(facts: Facts) -> Iterator[Finding]:
    """Three reports on one person at one unit within the last year."""
    named = [row for row in facts.rows["hotline_clue"] if row["accused_hash"] and row["accused_unit_code"]]
    counts: Counter[tuple[str, str]] = Counter()
    for row in named:
        counts[row["accused_hash"], row["accused_unit_code"]] += _WINDOW_FROM <= row["received_date"] <= AS_OF
    for subject, n in counts.items():
        yield Finding("HOT-06", subject, "hit" if n >= 3 else "clear")


def ent_04(facts: Facts) -> Iterator[Finding]:
    """An economic crime case within 180 days of a suit between the same accuser and suspect."""
    suits = [case for case in facts.live_cases() if case["case_category"] == "CV"]
    for case in facts.live_cases():
        if case["agency_type"] != "GA" or not case["is_economic_crime"]:
            continue
        suspects, accusers = _who(facts, case, "SUSPECT"), _who(facts, case, "ACCUSER")
        for suit in suits:
            plaintiffs, defendants = _who(facts, suit, "PLAINTIFF"), _who(facts, suit, "DEFENDANT")
            is_met = (suspects & defendants and accusers & plaintiffs) or (
                suspects & plaintiffs and accusers & defendants
            )
            if is_met:
                near = _is_within(case["file_date"], suit["file_date"], 180)
                finding = Finding("ENT-04", (case["case_id"],), near)
                yield excuse(finding) if case["is_incidental_civil"] else finding


def _who(facts: Facts, case: Row, role: str) -> set[str]:
    return {row.get("person_id") or row["enterprise_id"] for row in facts.parties(case, role)}


def _is_within(a: date | None, b: date | None, days: int) -> str:
    if a is None or b is None:
        return "cannot_tell"
    return "hit" if abs((a - b).days) <= days else "clear"


class Hotspots:
    """PET-08 over all courses: counts per unit, compared with units of the same kind and level."""

    def __init__(self) -> None:
        self._cases: Counter[str] = Counter()
        self._petitions: Counter[str] = Counter()

    def count(self, course: Course) -> None:
        """Add one course to the counts."""
        units = {
            row["case_id"]: row["unit_code"]
            for row in course.rows["case_main"]
            if not row.get("superseded_by")
        }
        self._cases.update(units.values())
        self._petitions.update(
            units[row["case_id"]] for row in course.rows["petition"] if row["case_id"] in units
        )

    def find(self) -> Iterator[Finding]:
        """Yield what the rule finds for every unit that has cases."""
        groups: dict[tuple[str, str], list[str]] = defaultdict(list)
        for unit in UNITS:
            if self._cases[unit.unit_code] > 0:
                groups[unit.agency_type, unit.level].append(unit.unit_code)
        for codes in groups.values():
            peers = [code for code in codes if self._cases[code] >= _LEAST_CASES]
            for code in codes:
                is_compared = code in peers and len(peers) >= _LEAST_PEERS
                outcome = (
                    "cannot_tell" if not is_compared else "hit" if self._is_far(code, peers) else "clear"
                )
                yield Finding("PET-08", (code,), outcome)

    def _is_far(self, code: str, peers: list[str]) -> bool:
        """Say whether a rate lies above the mean plus two deviations, in exact fractions."""
        rates = {peer: Fraction(self._petitions[peer], self._cases[peer]) for peer in peers}
        mean = sum(rates.values(), Fraction()) / len(peers)
        variance = sum(((rate - mean) ** 2 for rate in rates.values()), Fraction()) / len(peers)
        distance = rates[code] - mean
        return distance > 0 and distance**2 > 4 * variance
