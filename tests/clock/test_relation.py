"""The relation `clocks` as a rule reads it; the rule's own examples are the test."""

from __future__ import annotations

from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.sweep.check import check_rulebook
from jointsup_rules.sweep.examples import ExampleRunner


def test_the_examples_of_the_relation_hold(rulebook: Rulebook) -> None:
    with ExampleRunner(rulebook) as runner:
        results = runner.run(rulebook.rules["CK-05"])
    assert [(one.name, one.differences) for one in results if one.differences] == []
    assert len(results) == 3


def test_the_workspace_has_no_problems(rulebook: Rulebook) -> None:
    assert check_rulebook(rulebook) == ()
