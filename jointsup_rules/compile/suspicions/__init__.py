"""What is suspicious in rules and not wrong: rules that were compiled in, warnings out, each with a code of its own.

A suspicion is one small function; it is named once, in the lists below. Few false alarms matter more than many checks:
what cannot be told for sure is not told. An author who means it says why, under `accept` in the rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from jointsup_rules.compile.engine import Plan
from jointsup_rules.compile.reading import Reading
from jointsup_rules.compile.suspicions.citations import check_citations, check_parameter_law
from jointsup_rules.compile.suspicions.clocks import check_lengths
from jointsup_rules.compile.suspicions.conditions import check_arms, check_conditions
from jointsup_rules.compile.suspicions.examples import check_expected, check_given
from jointsup_rules.compile.suspicions.leftovers import check_params, check_repeated_examples, check_twins
from jointsup_rules.compile.suspicions.numbers import check_least_whole, check_shares, check_thresholds
from jointsup_rules.compile.suspicions.roles import (
    check_bands,
    check_detection,
    check_exclusions,
    check_levels,
    check_scope,
)
from jointsup_rules.compile.suspicions.view import View
from jointsup_rules.compile.suspicions.wording import Wording, check_reason, check_words
from jointsup_rules.load.yaml import Loc
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.problems import Problem

OfRule = Callable[[View], Iterable[Problem]]
# Of every rule, whether it compiles or not.
OF_FILES: tuple[OfRule, ...] = (
    check_params,
    check_repeated_examples,
    check_citations,
    check_expected,
    check_given,
)
# Of rules that compile: where a text could not be bound, the others say too little.
OF_RULES: tuple[OfRule, ...] = (
    check_scope, check_detection, check_exclusions, check_bands, check_levels, check_thresholds, check_least_whole,
    check_shares, check_reason,
)  # fmt: skip
# Warnings in rules, which an author may answer under `accept`.
ACCEPTABLE = (
    "JR230", "JR231", "JR232", "JR233", "JR234", "JR235", "JR236", "JR239", "JR244",
    "JR340", "JR341", "JR342", "JR343", "JR344", "JR345", "JR346", "JR347", "JR348",
)  # fmt: skip


def find_suspicions(rulebook: Rulebook, plan: Plan) -> list[Problem]:
    """Return everything suspicious in a workspace, of retired rules nothing.

    Args:
        rulebook: What the workspace declares.
        plan: All of it compiled; nothing is compiled here again.
    """
    readings: dict[str, dict[Loc, Reading]] = {}
    for (path, loc), reading in plan.planner.reader.readings.items():
        readings.setdefault(path, {})[loc] = reading
    prepared = {one.rule.id: one for one in plan.rules}
    wording = Wording(rulebook)
    found = [*check_twins(rulebook), *check_parameter_law(rulebook)]
    for rule in rulebook.rules.values():
        own = readings.pop(rule.document.path, {})
        if rule.shape.status == "retired":
            continue
        compiled = prepared[rule.id].compiled if rule.id in prepared else None
        view = View(rule, rulebook, own, compiled)
        found += check_words(view, wording)
        for check in (*OF_FILES, *(OF_RULES if compiled is not None else ())):
            found += check(view)
        found += _of_texts(own.values(), in_rule=True)
    for clock in rulebook.clocks.values():
        found += check_lengths(clock, readings.get(clock.document.path, {}))
    for others in readings.values():
        found += _of_texts(others.values(), in_rule=False)
    return found


def _of_texts(readings: Iterable[Reading], *, in_rule: bool) -> list[Problem]:
    return [
        problem
        for reading in readings
        for problem in (*check_conditions(reading, in_rule=in_rule), *check_arms(reading))
    ]
