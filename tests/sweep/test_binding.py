"""What binding a query may cost: nothing beyond its process, and what it says of the others stands."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hostile.cases import HARMLESS, check_desk, rule_text, write_desk

from jointsup_rules.sweep import binding

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
