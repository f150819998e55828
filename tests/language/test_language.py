"""What every kind of rule means, as rules with examples over invented tables: they are data, this runs them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from jointsup_rules import Workspace
from jointsup_rules.sweep.examples import ExampleResult

HERE = Path(__file__).resolve().parent
RULES = sorted(path.stem for path in (HERE / "rules").glob("*/*.yaml"))


@cache
def results() -> dict[str, list[ExampleResult]]:
    """Return the results of all examples by rule; they share one connection, so they run together."""
    found: dict[str, list[ExampleResult]] = {rule: [] for rule in RULES}
    for result in Workspace(HERE).test():
        found[result.rule_id].append(result)
    return found


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_means_what_its_examples_say(rule: str) -> None:
    assert results()[rule], "a rule without examples shows nothing"
    differences = [
        f"[{result.number + 1}] {result.name}: {difference.en}"
        for result in results()[rule]
        for difference in result.differences
    ]
    assert differences == []


def test_the_files_are_in_order() -> None:
    assert [problem.what.en for problem in Workspace(HERE).check()] == []


def test_every_example_of_a_rule_has_a_name_of_its_own() -> None:
    for rule, found in results().items():
        names = [result.name for result in found]
        assert len(names) == len(set(names)), rule
