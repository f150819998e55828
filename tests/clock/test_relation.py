"""Clocks and the relation `clocks` as rules read them; the rules' own examples are the test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from jointsup_rules import Workspace
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.sweep.check import check_rulebook
from jointsup_rules.sweep.examples import ExampleRunner


@pytest.mark.parametrize(("rule", "n"), [("CK-03", 3), ("CK-05", 3)])
def test_the_examples_of_a_rule_hold(rulebook: Rulebook, rule: str, n: int) -> None:
    with ExampleRunner(rulebook) as runner:
        results = runner.run(rulebook.rules[rule])
    assert [one for one in results if not one.holds] == []
    assert len(results) == n


def test_the_workspace_has_no_problems(rulebook: Rulebook) -> None:
    assert check_rulebook(rulebook) == ()


@pytest.mark.parametrize("unnamed", ["add: add_n, unit: add_unit, ", "decided: decided_on, "])
def test_a_table_of_changes_need_not_have_every_column(unnamed: str, tmp_path: Path) -> None:
    shutil.copytree(Path(__file__).parent / "workspace", tmp_path / "desk")
    dictionary = tmp_path / "desk/datasets/dictionary.yaml"
    text = dictionary.read_text(encoding="utf-8")
    assert unnamed in text
    dictionary.write_text(text.replace(unnamed, ""), encoding="utf-8")
    assert Workspace(tmp_path / "desk").check() == ()
