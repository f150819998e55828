"""The oracle for the execution of sentences and community correction: PRI and COR, but for COR-03.

In: the facts of one course. Out: findings. The months of commutation are the tables of 法释〔2016〕23号
arts. 6, 7 and 法释〔2019〕6号 art. 2, written out for the classes and days the demo has.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from math import ceil

from jointsup_rules.demo.city import CORRECTION_EXPORTED_ON
from jointsup_rules.demo.course import Row
from jointsup_rules.demo.days import days_after, months_after, roll
from jointsup_rules.demo.facts import Facts, is_unread
from jointsup_rules.demo.verdicts import Finder, Finding, excuse, judge_limit

# Months before the first commutation and between two, under five, under ten, ten years and more; the most at once.
_START = {"NORMAL": (12, 18, 24), "STRICT": (24, 24, 24), "CORRUPT": (24, 24, 36)}
_BETWEEN = {"NORMAL": (12, 12, 18), "STRICT": (12, 12, 18), "CORRUPT": (18, 18, 24)}
_MOST = {"NORMAL": 12, "STRICT": 12, "CORRUPT": 9}
_CORRECTION_LAW_FROM = date(2020, 7, 1)
_PROPERTY_RULES_FROM = date(2024, 5, 1)


def _term_of(facts: Facts, change: Row) -> Row:
    return facts.of("prison_term", term_id=change["term_id"])[0]


def _is_granted_or_open(change: Row) -> bool:
    return change.get("decision_code") in (None, "GRANT")


def pri_05(facts: Facts) -> Iterator[Finding]:
    """Commutation of a fixed term: too early after intake or the last one, or too much at once."""
    for row in facts.rows["sentence_change"]:
        term, on = _term_of(facts, row), row["submit_date"]
        is_meant = row["change_kind"] == "JX" and _is_granted_or_open(row) and term["orig_penalty"] == "有期"
        if not is_meant or on is None:
            continue
        subject, cut, kind = (row["sc_id"],), row.get("cut_months"), term["offender_class"]
        length = 0 if term["orig_months"] < 60 else 1 if term["orig_months"] < 120 else 2
        earlier = [
            other
            for other in facts.of("sentence_change", term_id=row["term_id"], change_kind="JX")
            if other.get("decision_code") == "GRANT" and other["submit_date"] < on
        ]
        found = []
        if earlier:
            last = max(earlier, key=lambda other: other["submit_date"])
            months = max(_BETWEEN[kind][length], ceil(last["cut_months"]))
            from_on = last.get("served_date") or last["decision_date"]
            found.append(_too_early(subject, "interval", on, from_on, months))
        else:
            months = _START[kind][length]
            found.append(
                Finding("PRI-05", subject, "cannot_tell", "start")
                if is_unread(term, "intake_date")
                else _too_early(subject, "start", on, term["intake_date"], months)
            )
        is_too_much = cut is not None and cut > _MOST[kind]
        found.append(Finding("PRI-05", subject, "hit" if is_too_much else "clear", "size"))
        yield from map(excuse, found) if row["merit_flag"] else found


def _too_early(subject: tuple[str, ...], part: str, on: date, from_on: date | None, months: int) -> Finding:
    if from_on is None:
        return Finding("PRI-05", subject, "clear", part)
    first_on = months_after(from_on, months, month_end=True)
    return Finding("PRI-05", subject, "hit" if on < first_on else "clear", part, first_on)


def pri_06(facts: Facts) -> Iterator[Finding]:
    """Something to pay, not paid, and spending above the norm or more than 3000 yuan on the account."""
    for row in facts.rows["sentence_change"]:
        term, on = _term_of(facts, row), row["submit_date"]
        if row["change_kind"] not in ("JX", "JS") or not _is_granted_or_open(row):
            continue
        if on is None or on < _PROPERTY_RULES_FROM or not term["duty_total"]:
            continue
        paid, spent, norm, balance = (
            term[name] for name in ("duty_paid", "spend_avg", "spend_limit", "account_balance")
        )
        is_unpaid = None if paid is None else paid < term["duty_total"]
        is_spending = None if spent is None or norm is None else spent > norm
        is_rich = None if balance is None else balance > 3000
        for part, sign in (("spending", is_spending), ("balance", is_rich)):
            finding = Finding("PRI-06", (row["sc_id"],), _both(is_unpaid, sign), part)
            yield excuse(finding) if row["merit_flag"] else finding


def _both(a: bool | None, b: bool | None) -> str:
    if a is False or b is False:
        return "clear"
    return "hit" if a and b else "cannot_tell"


def pri_12(facts: Facts) -> Iterator[Finding]:
    """Medical parole: handed to the correction office within ten days of the decision, rolled over holidays."""
    for row in facts.rows["sentence_change"]:
        decided_on = row.get("decision_date")
        if row["change_kind"] != "ZY" or row.get("decision_code") != "GRANT" or decided_on is None:
            continue
        due = roll(days_after(decided_on, 10))
        gap = None if row.get("handover_date") else ("PRI-12", _term_of(facts, row)["keeper_unit_code"])
        finding = judge_limit("PRI-12", (row["sc_id"],), decided_on, due, row.get("handover_date"), gap=gap)
        yield excuse(finding) if row.get("return_date") else finding


def cor_01(facts: Facts) -> Iterator[Finding]:
    """The office notified within five days of effect, the papers served within ten; holidays roll."""
    for row in facts.rows["community_correction"]:
        on, office = row["effective_date"], row["cc_unit_code"]
        if on < _CORRECTION_LAW_FROM:
            raise ValueError(f"{row['cc_id']}: the demo has no correction from before {_CORRECTION_LAW_FROM}")
        for part, days, column in (("notified", 5, "notify_date"), ("served", 10, "doc_served_date")):
            gap = None if row[column] else (f"COR-01 {part}", office)
            yield judge_limit(
                "COR-01",
                (row["cc_id"],),
                on,
                roll(days_after(on, days)),
                row[column],
                part=part,
                seen_until=CORRECTION_EXPORTED_ON,
                gap=gap,
            )


def cor_02(facts: Facts) -> Iterator[Finding]:
    """Reported within ten days of effect, unless held, ended, or already looked for or warned."""
    for row in facts.rows["community_correction"]:
        if row["cc_type"] == "ZY":
            continue
        on = row["effective_date"]
        gap = None if row["report_date"] else ("COR-02", row["cc_unit_code"])
        due = roll(days_after(on, 10))
        finding = judge_limit(
            "COR-02", (row["cc_id"],), on, due, row["report_date"], seen_until=CORRECTION_EXPORTED_ON, gap=gap
        )
        is_held = any(
            stay["in_date"] <= days_after(on, 10)
            and not is_unread(stay, "out_date")
            and (stay["out_date"] is None or stay["out_date"] > days_after(on, 1))
            for stay in facts.of("custody_log", person_id=row["person_id"])
        )
        events = {event["event_type"] for event in facts.of("cc_event", cc_id=row["cc_id"])}
        is_excused = row["status"] in ("终止", "收监") or is_held or events & {"XJ", "JG", "PROPOSE", "FOUND"}
        yield excuse(finding) if is_excused else finding


def cor_07(facts: Facts) -> Iterator[Finding]:
    """Still under correction after the last day of the term, no proposal waiting for its ruling."""
    for row in facts.rows["community_correction"]:
        if row["status"] != "在矫" or row.get("discharge_date"):
            continue
        subject = (row["cc_id"],)
        if row["end_date"] is None:
            yield Finding("COR-07", subject, "cannot_tell")
            continue
        gap = ("COR-07", row["cc_unit_code"])
        finding = judge_limit(
            "COR-07",
            subject,
            row["effective_date"],
            row["end_date"],
            None,
            seen_until=CORRECTION_EXPORTED_ON,
            gap=gap,
        )
        proposed_on, ruled_on = _last(facts, row, "PROPOSE"), _last(facts, row, "RULING")
        is_pending = proposed_on is not None and (ruled_on is None or ruled_on < proposed_on)
        yield excuse(finding) if is_pending else finding


def _last(facts: Facts, correction: Row, kind: str) -> date | None:
    events = facts.of("cc_event", cc_id=correction["cc_id"], event_type=kind)
    return max((event["event_date"] for event in events), default=None)


FINDERS: Mapping[str, Finder] = {
    "PRI-05": pri_05,
    "PRI-06": pri_06,
    "PRI-12": pri_12,
    "COR-01": cor_01,
    "COR-02": cor_02,
    "COR-07": cor_07,
}
