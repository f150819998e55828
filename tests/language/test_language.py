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
        f"[{result.number + 1}] {result.name}: {difference.says.en}"
        for result in results()[rule]
        for difference in result.differences
    ]
    assert differences == []
    assert [problem for result in results()[rule] for problem in result.problems] == []


def test_the_files_are_in_order() -> None:
    assert [problem.what.en for problem in Workspace(HERE).check()] == []


def test_every_example_of_a_rule_has_a_name_of_its_own() -> None:
    for rule, found in results().items():
        names = [result.name for result in found]
        assert len(names) == len(set(names)), rule


OUT_OF_SCOPE = """\
id: QU-99
version: 1
status: draft
family: QU
title: {zh: 范围, en: scope}
finds: a row about an item out of scope
why: shows what the rule language means
check: nothing, all is invented
misses: nothing
subject: item
scope: number > 5
detect:
  query: select item_id from item
  because: shows what a query is
severity: low
grade: none
reason: "{subject}"
examples:
  as_of: 2024-06-30
  cases:
    - {name: in scope, given: {item: [{item_id: I1, number: 6}]}, expect: [{subject: I1, outcome: hit}]}
    - {name: out of scope, given: {item: [{item_id: I1, number: 5}]}, expect: [{subject: I1, outcome: out_of_scope}]}
    - {name: not known, given: {item: [{item_id: I1}]}, expect: [{subject: I1, outcome: cannot_tell}]}
"""


def test_a_query_that_returns_a_key_outside_the_scope_is_an_error(tmp_path: Path) -> None:
    for name in ("dictionary.yaml", "calendar"):
        (tmp_path / "datasets").mkdir(exist_ok=True)
        (tmp_path / "datasets" / name).symlink_to(HERE / "datasets" / name)
    (tmp_path / "rules" / "QU").mkdir(parents=True)
    (tmp_path / "rules" / "QU" / "QU-99.yaml").write_text(OUT_OF_SCOPE, encoding="utf-8")
    inside, outside, unknown = Workspace(tmp_path).test()
    assert inside.differences == unknown.differences == ()
    assert [one.says.en for one in outside.differences] == [
        "the rule failed: Invalid Input Error: key outside scope: I1"
    ]
