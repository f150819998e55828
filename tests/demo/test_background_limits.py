"""Trials of the background that are not the plain kind are there, and lawful."""

from collections import Counter

from jointsup_rules.demo.background import gather_background
from jointsup_rules.demo.chance import Chance
from jointsup_rules.demo.course import Registry
from jointsup_rules.demo.facts import Facts
from jointsup_rules.demo.oracle_trials import FINDERS


def test_every_kind_of_trial_stands_in_the_background_and_none_is_late() -> None:
    kinds: Counter[str] = Counter()
    for course in gather_background(Registry(), Chance(5), 6000):
        facts = Facts(course)
        kinds.update(str(case.get("procedure_type")) for case in course.rows["case_main"])
        kinds.update(row["reason_code"] for row in course.rows["time_limit_change"])
        kinds.update(row["event_type"] for row in course.rows["case_event"])
        assert [one for find in FINDERS.values() for one in find(facts) if one.outcome == "hit"] == []
    wanted = ("JY", "SC", "XE", "UPPER", "PRESIDENT", "SUPP", "NOTICE", "APPRAISAL", "FY_SUPP_BACK")
    assert {kind: kinds[kind] for kind in wanted if kinds[kind] < 5} == {}
