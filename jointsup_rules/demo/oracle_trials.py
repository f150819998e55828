"""The oracle for trials and enforcement past their limits: TRI-01, 02, 03, 05, 06 and EXE-01.

In: the facts of one course. Out: findings. Each limit is written out as the law has it: how long, on whose
leave longer, which days do not count, what starts it anew.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from jointsup_rules.clock.period import ExclusionTerms, ExtensionTerms, Length, Terms
from jointsup_rules.demo.course import Row
from jointsup_rules.demo.facts import Facts
from jointsup_rules.demo.oracle_clocks import Marks, judge_periods, periods
from jointsup_rules.demo.verdicts import Finder, Finding

SELF, UP1, _, SUPREME = range(4)  # levels of decision
_MONTH, _HALF_YEAR = Length(months=1), Length(months=6)
_STANDSTILL = ("SUSPEND", "FUGITIVE", "ILLNESS", "RELATED_CASE", "HEIR", "FORCE_MAJEURE")


def _not_counted(*reasons: str, **capped: ExclusionTerms) -> dict[str, ExclusionTerms]:
    return {**{reason: ExclusionTerms() for reason in (*_STANDSTILL, *reasons)}, **capped}


_CRIMINAL = _not_counted(
    "PSYCH",
    COUNSEL=ExclusionTerms(Length(days=10)),
    WITNESS=ExclusionTerms(_MONTH),
)
_CIVIL = _not_counted("NOTICE", "APPRAISAL", "SETTLE", "JURIS")
_CIVIL_WITHOUT_NOTICE = _not_counted("APPRAISAL", "SETTLE", "JURIS")
_ADMINISTRATIVE = _not_counted("NOTICE", "APPRAISAL", "MEDIATE", "JURIS")
_ENFORCEMENT = _not_counted("AUDIT", "STAY", "AUCTION")


def _by(length: Length | None, level: int, **more: object) -> ExtensionTerms:
    return replace(ExtensionTerms(length, level=level), **more)  # type: ignore[arg-type]


def _to(length: Length) -> ExtensionTerms:
    return ExtensionTerms(length, replaces=True)


_AGAIN = _by(None, UP1, after="PRESIDENT", times=None)
_HIGHEST = _by(None, SUPREME, after="UPPER", times=None)
TERMS: Mapping[str, Terms] = {
    # 刑诉法 208: three months at most; three more on leave from above; the Supreme Court's as it decides.
    "CR_FIRST": Terms(
        Length(months=3),
        "criminal",
        True,
        {"UPPER": _by(Length(months=3), UP1), "SUPREME": _HIGHEST},
        {**_CRIMINAL, "SUPP": ExclusionTerms(_MONTH, times=2)},
    ),
    # 刑诉法 220, 225: twenty days, or a month and a half; ten days, or fifteen.
    "CR_SUMMARY": Terms(
        Length(days=20), "criminal", True, {"OVER_3Y": _to(Length(months=1, days=15))}, _CRIMINAL
    ),
    "CR_FAST": Terms(Length(days=10), "criminal", True, {"OVER_1Y": _to(Length(days=15))}, _CRIMINAL),
    # 刑诉法 212: a private prosecution with nobody held.
    "CR_PRIVATE": Terms(_HALF_YEAR, "criminal", True, None, _not_counted("PSYCH")),
    # 刑诉法 243, 235: two months, two more; reading of the file, a month at most, is not counted.
    "CR_SECOND": Terms(
        Length(months=2),
        "criminal",
        True,
        {"UPPER": _by(Length(months=2), UP1), "SUPREME": _HIGHEST},
        _not_counted("PSYCH", JC_READ=ExclusionTerms(_MONTH)),
    ),
    # 民诉法 152, 164, 168, 183, 187, 215.
    "CV_FIRST": Terms(
        _HALF_YEAR, "civil", True, {"PRESIDENT": _by(_HALF_YEAR, SELF), "UPPER": _AGAIN}, _CIVIL
    ),
    "CV_SIMPLE": Terms(
        Length(months=3), "civil", True, {"PRESIDENT": _by(_MONTH, SELF)}, _CIVIL_WITHOUT_NOTICE
    ),
    "CV_SMALL": Terms(
        Length(months=2), "civil", True, {"PRESIDENT": _by(_MONTH, SELF)}, _CIVIL_WITHOUT_NOTICE
    ),
    "CV_SECOND_J": Terms(Length(months=3), "civil", True, {"PRESIDENT": _by(Length(months=3), SELF)}, _CIVIL),
    "CV_SECOND_R": Terms(Length(days=30), "civil", True, {"PRESIDENT": _by(None, SELF)}, _CIVIL),
    "CV_SPECIAL": Terms(
        Length(days=30), "civil", True, {"PRESIDENT": _by(None, SELF)}, _CIVIL_WITHOUT_NOTICE
    ),
    "CV_RETRIAL_REV": Terms(
        Length(months=3),
        "civil",
        True,
        {"PRESIDENT": _by(None, SELF)},
        {reason: ExclusionTerms() for reason in ("NOTICE", "APPRAISAL", "SETTLE")},
    ),
    "CV_RETRIAL": Terms(
        _HALF_YEAR, "civil", True, {"PRESIDENT": _by(_HALF_YEAR, SELF), "UPPER": _AGAIN}, _CIVIL
    ),
    # 行政诉讼法 81, 83, 88.
    "AD_FIRST": Terms(_HALF_YEAR, "civil", True, {"UPPER": _by(None, UP1, times=None)}, _ADMINISTRATIVE),
    "AD_SIMPLE": Terms(Length(days=45), None, True, None, _ADMINISTRATIVE),
    "AD_SECOND": Terms(
        Length(months=3), "civil", True, {"UPPER": _by(None, UP1, times=None)}, _ADMINISTRATIVE
    ),
    # 法释〔2000〕29号 5, 法释〔2014〕13号 3.
    "EX_CV": Terms(
        _HALF_YEAR,
        "civil",
        True,
        {
            "PRESIDENT": _by(Length(months=3), SELF),
            "UPPER": ExtensionTerms(None, after="PRESIDENT", times=None),
        },
        _ENFORCEMENT,
    ),
    "EX_NL": Terms(Length(months=3), "civil", True, {"PRESIDENT": _by(Length(months=3), SELF)}, _ENFORCEMENT),
    "EX_CR": Terms(_HALF_YEAR, "civil", True, {"PRESIDENT": _by(None, SELF)}, _ENFORCEMENT),
}
_WHILE_HELD = (
    "CR_FIRST",
    "CR_SUMMARY",
    "CR_FAST",
    "CR_SECOND",
)  # not moved over holidays while somebody is held


def clocks_of(facts: Facts, case: Row) -> Iterator[str]:
    """Yield the limits that a court case is under."""
    kind, instance, procedure = case["case_category"], case["instance"], case.get("procedure_type")
    is_converted = facts.first(case, "FY_PROC_PT") is not None
    if case["agency_type"] != "FY":
        return
    if kind == "CR" and instance == "FIRST":
        is_private = case.get("source_channel") == "自诉" and not case["custody_flag"]
        if is_private:
            yield "CR_PRIVATE"
        elif procedure == "PT" or is_converted:
            yield "CR_FIRST"
        yield from {"JY": ["CR_SUMMARY"], "SC": ["CR_FAST"]}.get(procedure or "", [])
    elif kind == "CR" and instance == "SECOND":
        yield "CR_SECOND"
    elif kind in ("CV", "SP") and not case.get("is_foreign") and not _is_insolvency(case):
        yield from _civil_clocks(facts, case, procedure, is_converted)
    elif kind == "AD" and instance == "SECOND":
        yield "AD_SECOND"
    elif kind == "AD" and instance == "FIRST":
        if procedure == "JY":
            yield "AD_SIMPLE"
        if procedure != "JY" or is_converted:
            yield "AD_FIRST"
    elif kind == "EX":
        row = facts.of("enforcement_case", case_id=case["case_id"])[0]
        yield {"CV": "EX_CV", "RE": "EX_CV", "NL": "EX_NL", "CR": "EX_CR"}[row["exec_kind"]]


def _civil_clocks(facts: Facts, case: Row, procedure: str | None, is_converted: bool) -> Iterator[str]:
    instance = case["instance"]
    if case["case_category"] == "SP":
        yield "CV_SPECIAL"
    elif instance == "FIRST":
        if procedure == "PT" or is_converted:
            yield "CV_FIRST"
        yield from {"JY": ["CV_SIMPLE"], "XE": ["CV_SMALL"], "TB": ["CV_SPECIAL"]}.get(procedure or "", [])
    elif instance == "SECOND":
        firsts = [facts.cases[row["from_case_id"]] for row in facts.links_to(case, "UP")]
        words = ("驳回起诉", "不予受理", "管辖")
        is_ruling = any(word in (first.get("close_mode") or "") for first in firsts for word in words)
        yield "CV_SECOND_R" if is_ruling else "CV_SECOND_J"
    elif instance in ("RETRIAL", "RETRIAL_REV"):
        yield f"CV_{instance}"


def _is_insolvency(case: Row) -> bool:
    cause = case.get("cause_name") or ""
    return "破产" in cause or "强制清算" in cause


def filed_on(facts: Facts, case: Row) -> date | None:
    """Return the day a court filed a case: the step, or else what the case says."""
    if case["case_category"] != "EX":
        return facts.first(case, "FY_FILE") or case["file_date"]
    row = facts.of("enforcement_case", case_id=case["case_id"])[0]
    return facts.first(case, "FY_EXEC_FILE") or row["file_date"] or case["file_date"]


def marks_of(facts: Facts, case: Row, clock: str) -> Marks:
    """Return the days that start and stop a limit of a court case."""
    began_on = filed_on(facts, case)
    starts = [] if began_on is None else [began_on]
    ends = ["FY_ANNOUNCE", "FY_CLOSE"]
    closed = [case.get("close_date")]
    if clock == "CR_FIRST":
        starts += facts.events(case, "FY_JURIS_IN", "FY_PROC_PT", "FY_SUPP_BACK")
    elif clock in ("CR_SUMMARY", "CR_FAST", "CV_SIMPLE", "CV_SMALL", "AD_SIMPLE"):
        ends.append("FY_PROC_PT")
    elif clock.startswith("EX_"):
        ends = ["FY_CLOSE", "FY_EXEC_THIS", "FY_EXEC_END", "FY_EXEC_DONE"]
        closed += [row.get("close_date") for row in facts.of("enforcement_case", case_id=case["case_id"])]
    shifts = []
    if clock == "CV_SPECIAL":
        rows = facts.of("time_limit_change", case_id=case["case_id"], clock_id=clock, reason_code="NOTICE")
        shifts = [(row["start_date"], row["end_date"]) for row in rows if row["doc_no"]]
    stops = [*facts.events(case, *ends), *(day for day in closed if day is not None)]
    return Marks(starts, stops, shifts=shifts)


def held_in(facts: Facts, case: Row) -> Callable[[date], bool]:
    """Return the question whether somebody is held in a case on a day."""
    stays = facts.of("custody_log", case_id=case["case_id"])
    return lambda day: any(
        stay["in_date"] <= day and (stay["out_date"] is None or stay["out_date"] > day) for stay in stays
    )


def judge_clock(facts: Facts, rule: str, case: Row, clock: str) -> Iterator[Finding]:
    """Yield what a rule says of each period of one limit of a court case."""
    subject = (case["case_id"],)
    marks = marks_of(facts, case, clock)
    if not marks.starts:
        yield Finding(rule, subject, "cannot_tell")
        return
    changes = facts.of("time_limit_change", case_id=case["case_id"], clock_id=clock)
    is_held = held_in(facts, case) if clock in _WHILE_HELD else lambda day: False
    yield from judge_periods(rule, subject, periods(marks, TERMS[clock], changes, is_held))


def _judge(rule: str, *prefixes: str) -> Finder:
    """Return the finder of a rule about the limits whose names begin so."""

    def find(facts: Facts) -> Iterator[Finding]:
        for case in facts.live_cases():
            for clock in clocks_of(facts, case):
                if clock.startswith(prefixes):
                    yield from judge_clock(facts, rule, case, clock)

    return find


FINDERS: Mapping[str, Finder] = {
    "TRI-01": _judge("TRI-01", "CR_FIRST"),
    "TRI-02": _judge("TRI-02", "CR_SUMMARY", "CR_FAST"),
    "TRI-03": _judge("TRI-03", "CR_SECOND"),
    "TRI-05": _judge("TRI-05", "CV_"),
    "TRI-06": _judge("TRI-06", "AD_"),
    "EXE-01": _judge("EXE-01", "EX_"),
}
