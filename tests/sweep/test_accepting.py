"""Warnings answered in a rule: which are let stand, which answers are told."""

from __future__ import annotations

from jointsup_rules.load.yaml import read_yaml
from jointsup_rules.model.rule import Rule, read_rule
from jointsup_rules.problems import NO_TEXT, Place, Problem, Text
from jointsup_rules.sweep.accepting import accept_warnings
from tests.hostile.cases import HARMLESS

BECAUSE = "{zh: 空值不算, en: empty ones are left out}"


def rule(accept: str, path: str = "rules/HOS/HOS-01.yaml") -> Rule:
    text = HARMLESS.format(id="HOS-01") + f"accept: {accept}\n"
    read, problems = read_rule(read_yaml(text, path))
    assert read is not None
    assert problems == ()
    return read


def warning(code: str, path: str = "rules/HOS/HOS-01.yaml") -> Problem:
    return Problem(code, Place(path, 3), Text("可疑", "odd"), severity="warning")


def error(code: str) -> Problem:
    return Problem(code, Place("rules/HOS/HOS-01.yaml", 4), Text("错", "wrong"))


def test_every_warning_of_the_code_is_answered_in_that_rule_alone() -> None:
    elsewhere = warning("JR343", "rules/HOS/HOS-02.yaml")
    given = [warning("JR343"), warning("JR231"), elsewhere]
    told = accept_warnings(given, [rule(f"[{{code: JR343, because: {BECAUSE}}}]")])
    answered = {one.code: one.accepted_because.en for one in told if one.place.path.endswith("01.yaml")}
    assert answered == {"JR343": "empty ones are left out", "JR231": ""}
    assert elsewhere in told


def test_an_error_of_an_acceptable_code_stays_an_error() -> None:
    told = accept_warnings([error("JR343")], [rule(f"[{{code: JR343, because: {BECAUSE}}}]")])
    assert [(one.code, one.severity, one.accepted_because) for one in told] == [("JR343", "error", NO_TEXT)]


def test_an_answer_to_nothing_is_a_warning_unless_errors_hide_what_it_answers() -> None:
    accept = rule(f"[{{code: JR343, because: {BECAUSE}}}]")
    (told,) = accept_warnings([], [accept])
    assert (told.code, told.severity) == ("JR240", "warning")
    assert accept_warnings([error("JR203")], [accept]) == [error("JR203")]


def test_a_code_that_is_no_warning_is_an_error_with_the_nearest() -> None:
    (told,) = accept_warnings([], [rule(f"[{{code: JR34, because: {BECAUSE}}}]")])
    assert (told.code, told.severity) == ("JR245", "error")
    assert "JR34" in told.fix.en


def test_the_reason_is_needed() -> None:
    _, problems = read_rule(read_yaml(HARMLESS.format(id="HOS-01") + "accept: [{code: JR343}]\n", "a.yaml"))
    assert [one.what.en for one in problems] == ["entry 1 of 'accept' has no key 'because'"]
