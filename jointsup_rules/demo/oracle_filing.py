"""The oracle for filing and review: FIL-01, FIL-02, FIL-05, FIL-06, INV-03 and PRO-01.

In: the facts of one course. Out: findings, one short function a rule, with the numbers of the law in it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from jointsup_rules.clock.period import ExclusionTerms, ExtensionTerms, IsHeld, Length, Terms
from jointsup_rules.demo.city import AS_OF
from jointsup_rules.demo.course import Row
from jointsup_rules.demo.days import days_after, roll
from jointsup_rules.demo.facts import Facts, earliest
from jointsup_rules.demo.oracle_clocks import Marks, judge_periods, periods
from jointsup_rules.demo.oracle_hanging import onward
from jointsup_rules.demo.verdicts import Finder, Finding, excuse, judge_limit

_PSYCH = {"PSYCH": ExclusionTerms()}
# Seven days; thirty with the head's approval; sixty for economic crime with the next higher level's.
_REPORT = Terms(
    Length(days=7),
    rolls=True,
    extensions={"COMPLEX": ExtensionTerms(Length(days=30), replaces=True, level=0)},
)
_ECONOMIC_REPORT = replace(
    _REPORT,
    extensions={
        "COMPLEX": ExtensionTerms(Length(days=30), replaces=True, level=0),
        "UPPER": ExtensionTerms(Length(days=60), replaces=True, level=1, after="COMPLEX"),
    },
)
# One month, in grave and complex cases fifteen days more; in fast-track cases ten days, or fifteen.
_REVIEW = Terms(
    Length(months=1),
    "criminal",
    rolls=True,
    extensions={"COMPLEX": ExtensionTerms(Length(days=15))},
    exclusions={**_PSYCH, "LZ_DETAIN": ExclusionTerms()},
)
_FAST_REVIEW = replace(
    _REVIEW,
    base=Length(days=10),
    extensions={"OVER_1Y": ExtensionTerms(Length(days=15), replaces=True)},
)
_MONTH = Terms(Length(months=1), "criminal", rolls=True, exclusions=_PSYCH)
_LEFT_OVER = ("JC_PROSECUTE", "JC_NONPROS", "JC_COND_NONPROS", "JC_JURIS_OUT")


def fil_01(facts: Facts) -> Iterator[Finding]:
    """A report the police took: decided on within seven, thirty or sixty days, rolled over holidays."""
    for case in facts.live_cases():
        if case["agency_type"] != "GA" or case["instance"] != "INV":
            continue
        taken_on = facts.first(case, "GA_ACCEPT") or case["accept_date"]
        if taken_on is None:
            yield Finding("FIL-01", (case["case_id"],), "cannot_tell")
            continue
        decided = facts.events(case, "GA_FILE", "GA_NOFILE", "GA_TRANSFER_JURIS", "GA_CONV_ADMIN")
        stops = [*decided, *([case["file_date"]] if case["file_date"] else [])]
        changes = facts.of("time_limit_change", case_id=case["case_id"], clock_id="FILE_GA")
        terms = _ECONOMIC_REPORT if case["is_economic_crime"] else _REPORT
        is_open = not any(day >= taken_on for day in stops)
        is_unentered = is_open and (
            bool(facts.of("coercive_measure", case_id=case["case_id"]))
            or facts.first(case, "GA_TRANSFER_PROS") is not None
            or bool(onward(facts, case))
            or case["case_status"] == "CLOSED"
        )
        is_excused = is_unentered or bool(facts.links_from(case, "MERGE"))
        for finding in judge_periods(
            "FIL-01",
            (case["case_id"],),
            periods(Marks([taken_on], stops), terms, changes),
            gap=("decided", case["unit_code"]),
        ):
            yield excuse(finding) if is_excused else finding


def fil_02(facts: Facts) -> Iterator[Finding]:
    """A case handed over by an agency: three days, for economic crime ten, thirty or sixty."""
    for row in facts.rows["admin_transfer"]:
        start = row.get("accept_date") or row["transfer_date"]
        tier = row.get("extend_tier") or 0
        days = 3 if not row["is_economic"] else 60 if tier > 30 else 30 if tier > 10 else 10
        decided_on = row.get("decision_date")
        is_before = decided_on is not None and decided_on < start
        end = None if is_before else decided_on
        gap = ("transfer", row["to_unit_code"]) if end is None else None
        finding = judge_limit("FIL-02", (row["at_id"],), start, roll(days_after(start, days)), end, gap=gap)
        is_undated = end is None and row.get("decision_code") is not None
        yield excuse(finding) if is_before or is_undated else finding


def _opinions(facts: Facts, kind: str) -> Iterator[tuple[Row, Row | None]]:
    for row in facts.of("supervision_opinion", so_type=kind):
        yield row, facts.cases.get(row["case_id"]) if row["case_id"] else None


def _since(facts: Facts, row: Row, case: Row | None, *kinds: str) -> date | None:
    days = facts.events(case, *kinds) if case else []
    return earliest(*(day for day in days if day >= row["issue_date"]))


def fil_05(facts: Facts) -> Iterator[Finding]:
    """Asked for reasons: answered within seven days of service, rolled over holidays, or acted on."""
    for row, case in _opinions(facts, "SMLY"):
        start = row.get("served_date") or days_after(row["issue_date"], 3)
        acted_on = _since(facts, row, case, "GA_FILE", "GA_WITHDRAW", "GA_EXPLAIN")
        replied_on = row.get("reply_date")
        is_before = replied_on is not None and replied_on < start
        end = earliest(None if is_before else replied_on, acted_on and max(acted_on, start))
        gap = ("reasons", row["issue_unit_code"]) if end is None else None
        finding = judge_limit("FIL-05", (row["so_id"],), start, roll(days_after(start, 7)), end, gap=gap)
        is_excused = end is None and (is_before or row.get("reply_kind") is not None)
        yield excuse(finding) if is_excused else finding


def fil_06(facts: Facts) -> Iterator[Finding]:
    """Told to file, or to withdraw: done within fifteen days of service, rolled over holidays."""
    for kind, part, steps in (
        ("TZLA", "filed", ("GA_FILE",)),
        ("TZCA", "withdrawn", ("GA_WITHDRAW", "GA_TERMINATE")),
    ):
        for row, case in _opinions(facts, kind):
            start = row.get("served_date")
            done_on = _since(facts, row, case, *steps)
            if start is None:
                yield Finding("FIL-06", (row["so_id"],), "clear", part)
                continue
            end = done_on and max(done_on, start)
            finding = judge_limit(
                "FIL-06", (row["so_id"],), start, roll(days_after(start, 15)), end, part=part
            )
            filed_on = case["file_date"] if case else None
            is_filed = end is None and filed_on is not None and filed_on >= row["issue_date"]
            is_answered = kind == "TZCA" and row.get("reply_date") is not None
            is_merged = case is not None and bool(facts.links_from(case, "MERGE"))
            is_excused = case is None or is_filed or is_answered or is_merged
            yield excuse(finding) if is_excused else finding


def inv_03(facts: Facts) -> Iterator[Finding]:
    """Returned for further investigation: back within a month of receipt, or of the return where none is known."""
    for case in facts.live_cases():
        if case["agency_type"] != "JC" or case["instance"] != "PRO":
            continue
        returned, back = facts.events(case, "JC_RETURN_SUPP"), facts.events(case, "JC_REACCEPT")
        if not returned:
            continue
        origin = min((row["from_case_id"] for row in facts.links_to(case, "GA_JC")), default=None)
        police = facts.cases.get(origin) if origin else None
        received = _received(facts, police, returned, back)
        withdrawn = (
            [day for day in facts.events(police, "GA_WITHDRAW") if day >= returned[0]] if police else []
        )
        sent_again = _sent_again(facts, police, returned)
        marks = Marks([*returned, *received], [*back, *withdrawn[-1:]])
        changes = facts.of("time_limit_change", case_id=case["case_id"], clock_id="SUPP_INV")
        found = list(periods(marks, _MONTH, changes, _held_in(facts, case)))
        judged = judge_periods("INV-03", (case["case_id"],), found, by_segment=True)
        decided_on = max(facts.events(case, *_LEFT_OVER), default=None)
        for (begun, _), finding in zip(found, judged, strict=True):
            due = finding.due_on
            is_back = due is not None and any(begun.day <= day <= due for day in sent_again)
            is_decided = begun.stop is None and (
                case["case_status"] == "CLOSED" or (decided_on is not None and decided_on >= begun.day)
            )
            yield excuse(finding) if is_back or is_decided else finding


def _received(facts: Facts, police: Row | None, returned: list[date], back: list[date]) -> list[date]:
    """Return the days on which the police had the first and the last return."""
    days = facts.events(police, "GA_SUPP_RECV") if police else []
    first = [day for day in days if returned[0] <= day <= (back[0] if back else AS_OF)]
    is_back = bool(back) and back[-1] >= returned[-1]
    last = [day for day in days if returned[-1] <= day <= (back[-1] if is_back else AS_OF)]
    return [*first[:1], *last[:1]]


def _sent_again(facts: Facts, police: Row | None, returned: list[date]) -> list[date]:
    days = facts.events(police, "GA_TRANSFER_PROS") if police else []
    firsts = [[day for day in days if day > on][:1] for on in (returned[0], returned[-1])]
    return [day for one in firsts for day in one]


def _held_in(facts: Facts, case: Row) -> IsHeld:
    """Return the question whether the detention centre has anyone in for a case on a day."""
    stays = facts.of("custody_log", case_id=case["case_id"])
    return lambda day: any(
        stay["in_date"] <= day and (stay["out_date"] is None or stay["out_date"] > day) for stay in stays
    )


def pro_01(facts: Facts) -> Iterator[Finding]:
    """Review for prosecution: one month, fifteen days more in grave cases; ten days on the fast track."""
    for case in facts.live_cases():
        if case["agency_type"] != "JC" or case["instance"] != "PRO":
            continue
        accepted_on = facts.first(case, "JC_ACCEPT") or case["accept_date"]
        again = facts.events(case, "JC_REACCEPT", "JC_JURIS_IN")
        stops = facts.events(case, *_LEFT_OVER, "JC_RETURN_SUPP")
        starts = [*([accepted_on] if accepted_on else []), *again]
        if not starts:
            yield Finding("PRO-01", (case["case_id"],), "cannot_tell")
            continue
        terms = _FAST_REVIEW if case.get("procedure_type") == "SC" else _REVIEW
        changes = facts.of("time_limit_change", case_id=case["case_id"], clock_id="PRO_REVIEW")
        found = list(periods(Marks(starts, stops), terms, changes, _held_in(facts, case)))
        judged = judge_periods("PRO-01", (case["case_id"],), found, by_segment=True)
        for (begun, _), finding in zip(found, judged, strict=True):
            is_undecided = begun.stop is None and case["case_status"] == "CLOSED"
            yield excuse(finding) if is_undecided else finding


FINDERS: Mapping[str, Finder] = {
    "FIL-01": fil_01,
    "FIL-02": fil_02,
    "FIL-05": fil_05,
    "FIL-06": fil_06,
    "INV-03": inv_03,
    "PRO-01": pro_01,
}
