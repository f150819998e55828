"""Warnings that the author of a rule has answered, under `accept` in the rule.

In: the problems of all files, and the rules. Out: the same problems, the answered ones with the reason. Only warnings
can be accepted, in their own rule, and only by a code that is there: an answer to nothing is a warning itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from jointsup_rules.compile.suspicions import ACCEPTABLE
from jointsup_rules.model.rule import Rule
from jointsup_rules.problems import NO_TEXT, Problem, Text, did_you_mean


def accept_warnings(problems: Iterable[Problem], rules: Iterable[Rule]) -> list[Problem]:
    """Return the problems with the reasons given for them, and what is wrong with the answers."""
    found = list(problems)
    for rule in rules:
        if rule.shape.accept:
            own = [problem for problem in found if problem.place.path == rule.document.path]
            others = [problem for problem in found if problem.place.path != rule.document.path]
            found = [*others, *_answered(rule, own)]
    return found


def _answered(rule: Rule, problems: list[Problem]) -> list[Problem]:
    """The problems of one rule; each answer is held against all warnings of its code."""
    has_errors = any(problem.severity == "error" for problem in problems)
    answers: dict[str, Text] = {}
    told: list[Problem] = []
    for number, accepted in enumerate(rule.shape.accept):
        code = accepted.code
        if code not in ACCEPTABLE:
            told.append(_not_acceptable(rule, number, code))
        elif code not in answers and any(_is_warning(problem, code) for problem in problems):
            answers[code] = accepted.because
        elif not has_errors or code in answers:
            # Of a rule with errors not everything suspicious can be found.
            told.append(_answers_nothing(rule, number, code))
    return [_with_reason(problem, answers) for problem in problems] + told


def _is_warning(problem: Problem, code: str) -> bool:
    return problem.code == code and problem.severity == "warning"


def _with_reason(problem: Problem, answers: dict[str, Text]) -> Problem:
    if problem.severity == "error":
        return problem
    return replace(problem, accepted_because=answers.get(problem.code, NO_TEXT))


def _not_acceptable(rule: Rule, number: int, code: str) -> Problem:
    what = Text(f"“{code}”不是可以接受的警告", f"'{code}' is no warning that can be accepted")
    why = Text(
        "只有规则里的警告可以说明理由后保留；错误须改正",
        "only warnings about a rule can be let stand for a reason; errors are to be mended",
    )
    place = rule.document.place(("accept", number, "code"))
    return rule.document.problem("JR245", place, what, why, did_you_mean(code, ACCEPTABLE))


def _answers_nothing(rule: Rule, number: int, code: str) -> Problem:
    what = Text(f"没有 {code} 可以接受", f"there is no {code} to accept")
    why = Text(
        "规则已经没有这个警告，或者前面已经接受；留着会盖住以后的同类警告",
        "the rule has no such warning, or it is accepted above; left here it would hide a later one",
    )
    fix = Text("删去这一条", "leave it out")
    problem = rule.document.problem("JR240", rule.document.place(("accept", number)), what, why, fix)
    return replace(problem, severity="warning")
