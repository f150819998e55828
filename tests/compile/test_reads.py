"""What a compiled rule really reads, followed back to delivered columns."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from cards.office import make_workspace

from jointsup_rules import Workspace
from jointsup_rules.compile import tree
from jointsup_rules.compile.engine import Plan, make_plan
from jointsup_rules.compile.reads import gather_reads
from jointsup_rules.sweep.check import full_facts

DAY = date(2024, 12, 31)


def plan_of(root: Path, **changes: Any) -> Plan:
    rulebook = Workspace(make_workspace(root, LET_01=changes)).rulebook()
    assert rulebook.dictionary is not None
    facts = full_facts(rulebook.dictionary, DAY)
    rule = rulebook.rules["LET-01"]
    return make_plan(rulebook.dictionary, facts, [rule], rulebook.parameters, rulebook.laws, rulebook.clocks)


def reads_of(root: Path, **changes: Any) -> dict[str, set[str]]:
    plan = plan_of(root, **changes)
    return {name: set(columns) for name, columns in gather_reads(plan, plan.rules[0]).items()}


def test_columns_behind_relations_and_derived_values_are_read(tmp_path: Path) -> None:
    assert reads_of(tmp_path) == {
        "letter": {"letter_id", "office", "received_on", "answered_on", "kind", "sender"},
        "call": {"caller", "called_on"},
    }


def test_what_nobody_asks_for_is_not_read(tmp_path: Path) -> None:
    found = reads_of(tmp_path, exclude=[])
    assert found == {"letter": {"letter_id", "office", "received_on", "answered_on", "kind"}}


def test_the_columns_of_a_query_are_those_it_names(tmp_path: Path) -> None:
    detect = {
        "query": "select letter_id from letter where sender in (select caller from call)",
        "because": "to test",
    }
    reason = {"zh": "{letter_id}需核实", "en": "{letter_id} to be checked"}
    found = reads_of(tmp_path, detect=detect, exclude=[], params={}, bands=[], severity="low", reason=reason)
    assert found["call"] == {"caller"}
    assert {"letter_id", "sender"} <= found["letter"]
    assert "unused" not in found["letter"]


def test_a_rule_that_does_not_compile_reads_nothing(tmp_path: Path) -> None:
    assert reads_of(tmp_path, scope="nothing_of_the_kind = 1") == {}


def test_relations_and_derived_columns_are_noted_on_the_way(tmp_path: Path) -> None:
    planner = plan_of(tmp_path).planner
    assert ("letter", "calls") in planner.matched
    assert list(planner.derived_read) == [("letter", "called_since_on")]


def test_a_union_hands_on_columns_by_position(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    compiled = plan.rules[0].compiled
    assert compiled is not None

    def of(column: str, called: str) -> tree.Select:
        return tree.Select(((called, tree.Column("t", column)),), tree.Source("seen_letter", "t"))

    both = tree.Union((of("kind", "a"), of("office", "b")))
    compiled.judged = tree.Select((("x", tree.Column("u", "a")),), tree.Source(both, "u"))
    compiled.in_scope = of("letter_id", "letter_id")
    assert gather_reads(plan, plan.rules[0]) == {"letter": {"kind", "office", "letter_id"}}


def test_the_argument_of_a_lambda_is_no_column(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    compiled = plan.rules[0].compiled
    assert compiled is not None
    body = tree.Lambda(("unused",), tree.call("=", tree.Column("", "unused"), tree.text("x")))
    kept = tree.call("list_filter", tree.call("list_value", tree.Column("t", "kind")), body)
    compiled.judged = tree.Select((("x", kept),), tree.Source("seen_letter", "t"))
    compiled.in_scope = compiled.judged
    assert gather_reads(plan, plan.rules[0]) == {"letter": {"kind"}}
