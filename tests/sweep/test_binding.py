"""What the database says of rules: of queries in a process of its own, of all that was compiled nothing at all."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hostile.cases import HARMLESS, check_desk, rule_text, write_desk

from jointsup_rules.compile.duckdb import quote
from jointsup_rules.compile.engine import Plan
from jointsup_rules.load.typing import table_columns_sql
from jointsup_rules.load.yaml import read_yaml
from jointsup_rules.model.calendar import Calendar
from jointsup_rules.model.rule import read_rule
from jointsup_rules.model.rulebook import read_rulebook
from jointsup_rules.sweep import binding
from jointsup_rules.sweep.binding_worker import explain
from jointsup_rules.sweep.check import compile_all, compile_rules
from jointsup_rules.sweep.database import build, open_connection, prepare_connection, shut

ROOT = Path(__file__).parents[2]
LANGUAGE = Path(__file__).parents[1] / "language"

MANY = "a" * 2000
# A pattern is worked out while the statement is bound: here it would have eight thousand million characters.
GREAT = f"SELECT case_id FROM cases WHERE regexp_matches(title, replace(replace('{MANY}', 'a', '{MANY}'), 'a', '{MANY}'))"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the bound on memory is the system's")


def query(rule_id: str, sql: str) -> str:
    return rule_text(rule_id, f"detect:\n  because: x\n  query: |\n    {sql}\n")


@pytest.fixture
def little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which a process may have 3 GB."""
    run = subprocess.run

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (3 * 10**9, 3 * 10**9))

    def run_bounded(*words: Any, **options: Any) -> Any:
        return run(*words, **options, preexec_fn=bound)

    monkeypatch.setattr(binding.subprocess, "run", run_bounded)


@pytest.mark.usefixtures("little_memory")
def test_a_query_that_asks_for_too_much_while_it_is_bound_is_a_problem_of_its_own(tmp_path: Path) -> None:
    rules = {
        "HOS-001": query("HOS-001", GREAT),
        "HOS-002": query("HOS-002", "SELECT case_id FROM cases WHERE no_such = 1"),
        "HOS-003": query("HOS-003", "SELECT case_id FROM cases"),
        "HOS-004": HARMLESS.format(id="HOS-004"),
    }
    found = check_desk(write_desk(tmp_path, rules))
    assert {rule_id: [one.code for one in problems] for rule_id, problems in found.items()} == {
        "HOS-001": ["JR331"],
        "HOS-002": ["JR330"],
    }


def test_a_process_that_dies_is_blamed_on_the_query_it_was_alone_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = subprocess.run

    def die_of_titles(words: list[str], **options: Any) -> Any:
        if "title" in options["input"].partition('"statements"')[2]:
            words = [sys.executable, "-c", "import os; os.abort()"]
        return run(words, **options)

    monkeypatch.setattr(binding.subprocess, "run", die_of_titles)
    rules = {
        "HOS-001": query("HOS-001", "SELECT case_id FROM cases WHERE title = 'x'"),
        "HOS-002": query("HOS-002", "SELECT case_id FROM cases"),
    }
    found = check_desk(write_desk(tmp_path, rules))
    assert {rule_id: [one.code for one in problems] for rule_id, problems in found.items()} == {
        "HOS-001": ["JR331"]
    }


def said_by_the_database(plan: Plan) -> dict[str, str]:
    """What the database says against tables and rules of a plan, by name; it is asked about everything."""
    connection = open_connection(threads=1, memory="1GB")
    try:
        prepare_connection(connection, Calendar())
        connection.execute("PRAGMA disable_optimizer")
        shut(connection)
        for name in plan.raw_tables():
            columns = table_columns_sql(plan.dictionary.tables[name])
            connection.execute(f"CREATE TABLE {quote('raw_' + name)} ({columns})")
        found = build(connection, plan)
        for prepared in plan.rules:
            if prepared.statements is not None:
                told = explain(connection, prepared.statements.judged, 20)
                found |= {prepared.rule.id: str(told)} if told else {}
    finally:
        connection.close()
    return found


@pytest.mark.slow
@pytest.mark.parametrize("root", [ROOT, LANGUAGE], ids=["product", "language"])
def test_the_database_binds_whatever_the_compiler_made(root: Path) -> None:
    plan = compile_all(read_rulebook(root))
    assert plan is not None
    assert [one.rule.id for one in plan.rules if one.statements is None] == []
    assert said_by_the_database(plan) == {}


# A rule of the language, what stands in it, and what is written there instead: odd, and no mistake of type.
ODD = [
    ("CD-12", "{left: number, right: number}", "{left: richest, right: number}"),
    ("CD-20", "[{left: state}, {left: number}]", "[{left: number}, {left: number}]"),
    ("CD-20", "{left: number}]", "{left: number}, {left: state, as: normalise}]"),
    ("DV-02", "year(last_a) > 0", "year(null) > 0"),
    ("DV-02", "year(last_a) > 0", "year(case when null then null end) > 0"),
    ("DV-02", "year(last_a) > 0", "lower(null) = 'x'"),
    ("DV-02", "year(last_a) > 0", "abs(null) > 1"),
    ("DV-02", "year(last_a) > 0", "days_between(null, last_a) > 1"),
    (
        "TL-32",
        "from: start_on",
        "from: case when start_on is null then item_started_on else start_on end",
    ),
    ("TL-08", "add_minutes(start_at, 90)", "add_minutes(null, 90)"),
]


@pytest.mark.parametrize(("rule_id", "there", "instead"), ODD)
def test_the_database_binds_what_is_odd(rule_id: str, there: str, instead: str) -> None:
    rulebook = read_rulebook(LANGUAGE)
    document = rulebook.rules[rule_id].document
    assert there in document.text
    rule, problems = read_rule(read_yaml(document.text.replace(there, instead), document.path))
    assert rule is not None, problems
    plan = compile_rules(rulebook, [rule])
    assert plan is not None
    assert plan.planner.reader.problems == []
    assert said_by_the_database(plan) == {}
