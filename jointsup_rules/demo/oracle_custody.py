"""The oracle for measures on persons: CM-01, CM-03, CM-05, CM-06, CM-08, CM-09, CM-11 and CM-13.

In: the facts of one course. Out: findings, one short function a rule, with the numbers of the law in it.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from jointsup_rules.clock.period import ExclusionTerms, ExtensionTerms, Length, Terms
from jointsup_rules.demo.city import AS_OF
from jointsup_rules.demo.course import Row
from jointsup_rules.demo.days import days_after, months_after
from jointsup_rules.demo.facts import Facts, earliest, is_unread
from jointsup_rules.demo.oracle_clocks import Marks, judge_periods, periods
from jointsup_rules.demo.verdicts import Finder, Finding, excuse, judge_limit

_PRISON = ("死刑", "死缓", "无期", "有期", "拘役")
# Two months; one more with leave of the next higher procuratorate, two and again two with the province's.
INVESTIGATION_CUSTODY = Terms(
    Length(months=2),
    "criminal",
    extensions={
        "COMPLEX": ExtensionTerms(Length(months=1), level=1),
        "A158": ExtensionTerms(Length(months=2), level=2, after="COMPLEX"),
        "A159": ExtensionTerms(Length(months=2), level=2, after="A158"),
    },
    exclusions={"PSYCH": ExclusionTerms()},
)


def measures_of(facts: Facts, *kinds: str) -> Iterator[tuple[Row, Row]]:
    """Yield the measures of these kinds whose case was not merged, each with its case."""
    for row in facts.rows["coercive_measure"]:
        case = facts.cases[row["case_id"]]
        if row["measure_type"] in kinds and case.get("superseded_by") is None:
            yield row, case


def _others(facts: Facts, row: Row) -> list[Row]:
    same = facts.of("coercive_measure", person_id=row["person_id"])
    return [other for other in same if other["measure_id"] != row["measure_id"]]


def _gap(where: str, case: Row, end: date | None) -> tuple[str, str] | None:
    """Name where an end would stand; one that is known needs no excuse."""
    return (where, case["unit_code"]) if end is None else None


def step_since(facts: Facts, row: Row, case: Row, kind: str, *, only: bool = False) -> date | None:
    """Return the first such step since the measure began: of the person, or of the whole case.

    With `only`, one of the whole case counts only where nobody else is accused.
    """
    accused = max(case.get("suspect_count") or 1, len(facts.parties(case, "SUSPECT")))
    days = [
        event["event_date"]
        for event in facts.events_of(case)
        if event["event_type"] == kind
        and event["event_date"] >= row["start_date"]
        and (
            event["person_id"] == row["person_id"]
            or (event["person_id"] is None and (not only or accused == 1))
        )
    ]
    return min(days, default=None)


def _left_custody_on(facts: Facts, row: Row) -> date | None:
    days = [
        stay["out_date"]
        for stay in facts.of("custody_log", person_id=row["person_id"])
        if stay["out_date"]
        and stay["out_reason"] != "换所"
        and (stay["out_date"] > row["start_date"] or stay["out_date"] == stay["in_date"] == row["start_date"])
    ]
    return min(days, default=None)


def detention_over_on(facts: Facts, row: Row, case: Row) -> date | None:
    """Return the day a detention ended, another measure followed, the person left or the arrest was made."""
    return earliest(
        row["end_date"],
        _next_measure_on(facts, row),
        _left_custody_on(facts, row),
        step_since(facts, row, case, "GA_ARREST_EXEC", only=True),
    )


def _next_measure_on(facts: Facts, row: Row) -> date | None:
    return earliest(
        *(
            other["start_date"]
            for other in _others(facts, row)
            if other["start_date"] > row["start_date"]
            or (other["start_date"] == row["start_date"] and other["measure_type"] != "JL")
        )
    )


def _changes(facts: Facts, row: Row, clock: str) -> list[Row]:
    """Return the records of a limit that concern a person, or everyone in the case."""
    rows = facts.of("time_limit_change", case_id=row["case_id"], clock_id=clock)
    return [change for change in rows if change.get("person_id") in (None, row["person_id"])]


def cm_01(facts: Facts) -> Iterator[Finding]:
    """Detained, and arrest not asked for within three, seven or thirty days; thirty where nothing is recorded."""
    for row, case in measures_of(facts, "JL"):
        if case["agency_type"] != "GA":
            continue
        tier = row.get("extended_tier") or 30
        due = days_after(row["start_date"], 3 if tier <= 3 else 7 if tier <= 7 else 30)
        asked_on = step_since(facts, row, case, "GA_REQ_ARREST")
        end = earliest(asked_on, row["end_date"], _next_measure_on(facts, row), _left_custody_on(facts, row))
        finding = judge_limit(
            "CM-01", (row["measure_id"],), row["start_date"], due, end, gap=_gap("detention", case, end)
        )
        decided_on = earliest(*_decisions(facts, row, case, "JC_ARR_APPROVE", "JC_ARR_DENY"))
        arrests = [other["start_date"] for other in _others(facts, row) if other["measure_type"] == "DB"]
        arrested_on = earliest(*(day for day in arrests if day >= row["start_date"]))
        answered_on = earliest(decided_on, arrested_on)
        is_unasked = asked_on is None and answered_on is not None and answered_on <= days_after(due, 7)
        yield excuse(finding) if is_unasked else finding


def _decisions(facts: Facts, row: Row, case: Row, *kinds: str, only: bool = False) -> list[date]:
    """Return the days on which an arrest review of the case decided on a person since the detention began."""
    accused = max(case.get("suspect_count") or 1, len(facts.parties(case, "SUSPECT")))
    reviews = [facts.cases[link["to_case_id"]] for link in facts.links_from(case, "GA_ARR")]
    return sorted(
        event["event_date"]
        for review in reviews
        for event in facts.events_of(review)
        if event["event_type"] in kinds
        and event["event_date"] >= row["start_date"]
        and (
            event["person_id"] == row["person_id"]
            or (event["person_id"] is None and (not only or accused == 1))
        )
    )


def cm_03(facts: Facts) -> Iterator[Finding]:
    """Detained for more than thirty-seven days, psychiatric examination not counted."""
    for row, case in measures_of(facts, "JL"):
        if case["agency_type"] != "GA":
            continue
        paused = [
            change
            for change in facts.of("time_limit_change", case_id=row["case_id"], reason_code="PSYCH")
            if change["doc_no"] and change.get("person_id") in (None, row["person_id"])
        ]
        end = detention_over_on(facts, row, case)
        terms = Terms(Length(days=37), exclusions={"PSYCH": ExclusionTerms()})
        marks = Marks([row["start_date"]], [end] if end else [])
        if is_unread(row, "end_date") and end is None:
            yield Finding("CM-03", (row["measure_id"],), _unread_end(days_after(row["start_date"], 37)))
            continue
        found = periods(marks, terms, paused)
        yield from judge_periods("CM-03", (row["measure_id"],), found, gap=("detention", case["unit_code"]))


def _unread_end(due: date) -> str:
    """An end that is there but cannot be read: nobody can tell, unless the limit still runs."""
    return "cannot_tell" if due < AS_OF else "running"


def cm_05(facts: Facts) -> Iterator[Finding]:
    """Arrest refused, and neither released nor put under another measure by the day after."""
    for row, case in measures_of(facts, "JL"):
        if case["agency_type"] != "GA":
            continue
        refused_on = earliest(*_decisions(facts, row, case, "JC_ARR_DENY", only=True))
        if refused_on is None:
            yield Finding("CM-05", (row["measure_id"],), "clear")
            continue
        due = days_after(refused_on, 1)
        end = detention_over_on(facts, row, case)
        gap = None if _is_held_on(facts, row, refused_on) else _gap("detention", case, end)
        finding = judge_limit("CM-05", (row["measure_id"],), refused_on, due, end, gap=gap)
        yield excuse(finding) if _is_held_otherwise(facts, row, case, refused_on) else finding


def _is_held_on(facts: Facts, row: Row, day: date) -> bool:
    """Say whether the detention centre has the person in on a day and beyond it."""
    return any(
        stay["in_date"] <= day and (stay["out_date"] is None or stay["out_date"] > day)
        for stay in facts.of("custody_log", person_id=row["person_id"])
    )


def _is_held_otherwise(facts: Facts, row: Row, case: Row, refused_on: date) -> bool:
    elsewhere = any(
        other["case_id"] != row["case_id"]
        and other["measure_type"] in ("JL", "DB")
        and other["start_date"] <= refused_on
        and (other["end_date"] is None or other["end_date"] > refused_on)
        for other in _others(facts, row)
    )
    stays = facts.of("custody_log", person_id=row["person_id"])
    held = [stay for stay in stays if stay["out_date"] is None or stay["out_date"] > refused_on]
    was_held_before = any(stay["in_date"] < row["start_date"] for stay in held)
    approved = [day for day in _decisions(facts, row, case, "JC_ARR_APPROVE") if day >= refused_on]
    is_free = not _is_held_on(facts, row, refused_on)
    return elsewhere or was_held_before or (bool(approved) and is_free)


def cm_06(facts: Facts) -> Iterator[Finding]:
    """Held for investigation after arrest beyond two months and the extensions honoured."""
    for row, case in measures_of(facts, "DB"):
        sent = [
            event["event_date"]
            for event in facts.events_of(case)
            if event["event_type"] == "GA_TRANSFER_PROS" and event["person_id"] in (None, row["person_id"])
        ]
        if case["instance"] != "INV" or any(day <= row["start_date"] for day in sent):
            continue
        changes = _changes(facts, row, "INV_CUSTODY")
        anew = [change for change in changes if change["reason_code"] == "NEWCRIME" and change["doc_no"]]
        unknown = [change for change in changes if change["reason_code"] == "ID_UNKNOWN" and change["doc_no"]]
        freed = [
            other["start_date"]
            for other in _others(facts, row)
            if other["measure_type"] in ("QB", "JJ", "ZJ") and other["start_date"] >= row["start_date"]
        ]
        left = [row["end_date"], _left_custody_on(facts, row)]
        marks = Marks(
            [row["start_date"]],
            [*sent, *freed, *(day for day in left if day is not None)],
            [change["start_date"] or change["decide_date"] for change in anew],
            [(change["start_date"], change["end_date"]) for change in unknown],
        )
        moving = [change["change_id"] for change in (*anew, *unknown)]
        own = [change for change in changes if change["change_id"] not in moving]
        found = judge_periods(
            "CM-06",
            (row["measure_id"],),
            periods(marks, INVESTIGATION_CUSTODY, own),
            by_segment=True,
            gap=("arrest", case["unit_code"]),
        )
        is_closed = case["case_status"] == "CLOSED" and not marks.stops
        is_extended_elsewhere = any(
            change["case_id"] != row["case_id"]
            and change["change_type"] == "EXTEND"
            and change["doc_no"]
            and change["decide_date"]
            and change["decide_date"] >= row["start_date"]
            for change in facts.of("time_limit_change", person_id=row["person_id"], clock_id="INV_CUSTODY")
        )
        for finding in found:
            yield excuse(finding) if is_closed or is_extended_elsewhere else finding


def _restraint(facts: Facts, rule: str, months: int, *kinds: str) -> Iterator[Finding]:
    """Hold bail or residential surveillance of one agency against its months."""
    for row, case in measures_of(facts, *kinds):
        ends = [row["end_date"], replaced_on(facts, row)]
        whole = (
            "GA_TRANSFER_PROS",
            "GA_WITHDRAW",
            "GA_TERMINATE",
            "JC_PROSECUTE",
            "JC_NONPROS",
            "FY_EFFECTIVE",
        )
        ends += [step_since(facts, row, case, kind) for kind in whole]
        end = earliest(*ends)
        due = months_after(row["start_date"], months, month_end=True)
        gap = _gap("bail" if rule == "CM-08" else "surveillance", case, end)
        finding = judge_limit(rule, (row["measure_id"],), row["start_date"], due, end, gap=gap)
        if end is None and is_unread(row, "end_date"):
            finding = Finding(rule, (row["measure_id"],), _unread_end(due))
        yield excuse(finding) if end is None and case["case_status"] == "CLOSED" else finding


def replaced_on(facts: Facts, row: Row) -> date | None:
    """Return the day someone else, or another kind of measure, took hold of the person."""
    is_home = row["measure_type"] in ("JJ", "ZJ")
    return earliest(
        *(
            other["start_date"]
            for other in _others(facts, row)
            if other["start_date"] > row["start_date"]
            and (
                other["case_id"] != row["case_id"]
                or other["decide_unit_code"] != row["decide_unit_code"]
                or (other["measure_type"] in ("JJ", "ZJ")) != is_home
                or other["measure_type"] in ("JL", "DB")
            )
        )
    )


def cm_08(facts: Facts) -> Iterator[Finding]:
    """On bail of one agency for more than twelve months."""
    return _restraint(facts, "CM-08", 12, "QB")


def cm_09(facts: Facts) -> Iterator[Finding]:
    """Under residential surveillance of one agency for more than six months."""
    return _restraint(facts, "CM-09", 6, "JJ", "ZJ")


def cm_11(facts: Facts) -> Iterator[Finding]:
    """Bail is over for more than fifteen days and the deposit is not settled."""
    for row, case in measures_of(facts, "QB"):
        if not row.get("deposit_amount"):
            continue
        over_on = bail_over_on(row, case)
        is_settled = row.get("deposit_disposal") is not None
        due = over_on and days_after(over_on, 15)
        finding = (
            Finding("CM-11", (row["measure_id"],), "clear")
            if is_settled
            else judge_limit(
                "CM-11", (row["measure_id"],), over_on, due, None, gap=_gap("deposit", case, None)
            )
        )
        if over_on is not None and over_on > AS_OF:
            finding = Finding("CM-11", (row["measure_id"],), "running", due_on=due)
        is_bailed_again = any(
            other["measure_type"] == "QB" and other["start_date"] >= row["start_date"]
            for other in _others(facts, row)
        )
        yield excuse(finding) if is_bailed_again else finding


def bail_over_on(row: Row, case: Row) -> date | None:
    """Return the day bail was lifted, reached twelve months, or the case ended."""
    is_ended = case.get("close_mode") in ("撤案", "终止侦查", "不起诉", "判决")
    lapsed_on = months_after(row["start_date"], 12, month_end=True)
    return earliest(row["end_date"], lapsed_on, case["close_date"] if is_ended else None)


def cm_13(facts: Facts) -> Iterator[Finding]:
    """Still held, and the day on the present warrant has passed."""
    for stay in facts.rows["custody_log"]:
        subject = (stay["custody_id"],)
        if stay.get("warrant_kind") == "复核":
            continue
        due = stay.get("warrant_due_date")
        if due is None:
            yield Finding("CM-13", subject, "cannot_tell")
        elif is_unread(stay, "out_date"):
            yield Finding("CM-13", subject, _unread_end(due))
        elif stay["out_date"] is not None:
            yield Finding("CM-13", subject, "clear")
        else:
            finding = judge_limit("CM-13", subject, stay["in_date"], due, None)
            yield excuse(finding) if _is_held_by_judgment(facts, stay) else finding


def _is_held_by_judgment(facts: Facts, stay: Row) -> bool:
    """Say whether an effective sentence is the ground, or a later stay shows that this one has ended."""
    is_serving = any(
        row.get("main_penalty") in _PRISON
        and not row.get("is_probation")
        and row["effective_date"] is not None
        and stay["in_date"] <= row["effective_date"] <= AS_OF
        for row in facts.of("judgment_item", person_id=stay["person_id"])
    )
    stays = facts.of("custody_log", person_id=stay["person_id"])
    return is_serving or any(other["in_date"] > stay["in_date"] for other in stays)


FINDERS: Mapping[str, Finder] = {
    "CM-01": cm_01,
    "CM-03": cm_03,
    "CM-05": cm_05,
    "CM-06": cm_06,
    "CM-08": cm_08,
    "CM-09": cm_09,
    "CM-11": cm_11,
    "CM-13": cm_13,
}
