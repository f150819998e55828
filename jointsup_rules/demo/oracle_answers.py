"""The oracle for answers that are due: FBK-01, 02 and 04, HOT-02, PET-02 and PET-06."""

from collections.abc import Iterator, Mapping

from jointsup_rules.clock.period import ExtensionTerms, Length, Terms
from jointsup_rules.demo.city import AS_OF
from jointsup_rules.demo.course import Row
from jointsup_rules.demo.days import days_after, months_after, roll
from jointsup_rules.demo.facts import Facts
from jointsup_rules.demo.oracle_clocks import Marks, judge_periods, periods
from jointsup_rules.demo.verdicts import Finder, Finding, excuse, judge_limit

_OVER_CUSTODY = ("CM-01", "CM-03", "CM-06", "CM-13")
# 法发〔2016〕: three months, one more with the president's leave.
_ENFORCEMENT_SUGGESTION = Terms(
    Length(months=3),
    "civil",
    True,
    {"PRESIDENT": ExtensionTerms(Length(months=1), level=0)},
)


def fbk_01(facts: Facts) -> Iterator[Finding]:
    """A suggestion is answered in two months or by its day, one on enforcement in three months."""
    for row in _opinions(facts, "JCJY", "ZXJY"):
        subject, start = (row["so_id"],), row["served_date"]
        if _is_answered(row):
            yield Finding("FBK-01", subject, "clear")
            continue
        gap = _register(row)
        if row["so_type"] == "JCJY":
            due = row.get("reply_due_date") or roll(months_after(start, 2, month_end=False))
            findings = [judge_limit("FBK-01", subject, start, due, None, gap=gap)]
        else:
            changes = [
                change
                for change in facts.of("time_limit_change", case_id=row["case_id"], clock_id="ZXJY_REPLY")
                if (change["decide_date"] or change["start_date"]) >= start
            ]
            found = periods(Marks([start], []), _ENFORCEMENT_SUGGESTION, changes)
            findings = list(judge_periods("FBK-01", subject, found, gap=gap))
        is_later = row["so_type"] == "ZXJY" and (row.get("reply_due_date") or start) >= AS_OF
        yield from map(excuse, findings) if is_later or _is_excused(row) else findings


def fbk_02(facts: Facts) -> Iterator[Finding]:
    """A notice to correct is answered by its day; else in three days about custody, in fifteen otherwise."""
    for row in _opinions(facts, "JZWF"):
        days = 3 if row.get("problem_code") in _OVER_CUSTODY else 15
        yield _unanswered("FBK-02", row, days)


def fbk_04(facts: Facts) -> Iterator[Finding]:
    """A supervised case is reported on by the day asked for, else in thirty days."""
    for row in _opinions(facts, "DBTZ"):
        yield _unanswered("FBK-04", row, 30)


def _opinions(facts: Facts, *kinds: str) -> Iterator[Row]:
    for row in facts.rows["supervision_opinion"]:
        if row["so_type"] in kinds and row.get("served_date") is not None:
            yield row


def _unanswered(rule: str, row: Row, days: int) -> Finding:
    subject, start = (row["so_id"],), row["served_date"]
    if _is_answered(row):
        return Finding(rule, subject, "clear")
    due = row.get("reply_due_date") or roll(days_after(start, days))
    finding = judge_limit(rule, subject, start, due, None, gap=_register(row))
    return excuse(finding) if _is_excused(row) else finding


def _is_answered(row: Row) -> bool:
    replied_on = row.get("reply_date")
    return replied_on is not None and bool(row["served_date"] <= replied_on <= AS_OF)


def _is_excused(row: Row) -> bool:
    """An answer without its day, one from before the service, or a problem put right without an answer."""
    return any(row.get(name) is not None for name in ("reply_kind", "rectified_date", "reply_date"))


def _register(row: Row) -> tuple[str, str]:
    return f"opinions {row['so_type']}", row["issue_unit_code"]


def hot_02(facts: Facts) -> Iterator[Finding]:
    """A clue of 12337 is verified by its day, else within sixty days of dispatch."""
    for row in facts.rows["hotline_clue"]:
        subject, start, done_on = (row["clue_no"],), row.get("dispatch_date"), row.get("result_date")
        if start is None or (done_on is not None and start <= done_on <= AS_OF):
            yield Finding("HOT-02", subject, "clear")
            continue
        due = row.get("due_date") or roll(days_after(start, 60))
        gap = ("HOT-02", "key clues" if row["is_key"] else "clues")
        finding = judge_limit("HOT-02", subject, start, due, None, gap=gap)
        is_elsewhere = any(row.get(name) for name in ("jw_transfer_date", "result_code", "result_date"))
        yield excuse(finding) if is_elsewhere else finding


def pet_02(facts: Facts) -> Iterator[Finding]:
    """A petition with a claim is answered in sixty days, thirty more at the most; holidays roll."""
    for row in facts.rows["petition"]:
        start, replied_on = row.get("accept_date"), row.get("reply_date")
        if row["matter_class"] != "CLAIM" or start is None:
            continue
        due = roll(days_after(start, 60 + min(row.get("extend_days") or 0, 30)))
        end = replied_on if replied_on and replied_on >= start else None
        gap = None if end else ("PET-02", row["resp_unit_code"])
        finding = judge_limit("PET-02", (row["petition_id"],), start, due, end, gap=gap)
        is_excused = row.get("import_date") or (end is None and (replied_on or row.get("review_apply_date")))
        yield excuse(finding) if is_excused else finding


def pet_06(facts: Facts) -> Iterator[Finding]:
    """A petition to the procuratorate: a first reply in seven days, the course or result in three months."""
    for row in facts.rows["petition"]:
        if row["channel"] != "12309" or row.get("petitioner_hash") is None:
            continue
        start, unit = row["received_date"], row["resp_unit_code"]
        limits = (
            ("first", roll(days_after(start, 7)), row.get("proc_first_reply_date")),
            ("result", roll(months_after(start, 3, month_end=False)), row.get("proc_result_reply_date")),
        )
        for part, due, replied_on in limits:
            end = replied_on if replied_on and replied_on >= start else None
            gap = None if end else (f"PET-06 {part}", unit)
            finding = judge_limit("PET-06", (row["petition_id"],), start, due, end, part=part, gap=gap)
            told = [day for day in (row.get("proc_result_reply_date"), row.get("notified_date")) if day]
            is_told = part == "first" and bool(told) and min(told) <= due
            is_before = end is None and replied_on is not None
            yield excuse(finding) if is_told or is_before else finding


def answered(facts: Facts) -> Iterator[tuple[str, str, bool]]:
    """Yield where these rules look, for the count of gaps."""
    for row in _opinions(facts, "JCJY", "ZXJY", "JZWF", "DBTZ"):
        yield *_register(row), row.get("reply_date") is not None
    for row in facts.rows["hotline_clue"]:
        if row.get("dispatch_date"):
            where = "key clues" if row["is_key"] else "clues"
            yield "HOT-02", where, row.get("result_date") is not None
    for row in facts.rows["petition"]:
        unit = row["resp_unit_code"]
        if row["matter_class"] == "CLAIM" and row.get("accept_date"):
            yield "PET-02", unit, row.get("reply_date") is not None
        if row["channel"] == "12309" and row.get("petitioner_hash"):
            yield "PET-06 first", unit, row.get("proc_first_reply_date") is not None
            yield "PET-06 result", unit, row.get("proc_result_reply_date") is not None


FINDERS: Mapping[str, Finder] = {
    "FBK-01": fbk_01,
    "FBK-02": fbk_02,
    "FBK-04": fbk_04,
    "HOT-02": hot_02,
    "PET-02": pet_02,
    "PET-06": pet_06,
}
