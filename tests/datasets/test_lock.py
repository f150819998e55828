"""The project's own rules are the approved ones: after a change, the lock is written anew by command."""

from __future__ import annotations

from pathlib import Path

from jointsup_rules.model.lock import HISTORY, LOCK, history_path, is_sealed, render_lock
from jointsup_rules.model.lock_checks import check_lock
from jointsup_rules.model.meaning import hash_file, hash_texts
from jointsup_rules.model.rulebook import Rulebook, read_rulebook

ROOT = Path(__file__).parents[2]
# Raise `version` of a rule whose logic changed, then run this; of the others only changed texts are approved anew.
COMMAND = (
    "jointsup demo, then: jointsup activate '*' --by '示例编写人（虚构）' --approved-by '示例审核人（虚构）'"
    " --dataset demo --as-of 2025-06-30 --because '演示数据为虚构，问题记录有意加密'"
)


def rulebook() -> Rulebook:
    return read_rulebook(ROOT)


def test_every_active_rule_is_as_it_was_approved() -> None:
    book = rulebook()
    assert book.lock is not None
    assert [(one.problem.code, one.problem.what.en) for one in check_lock(book)] == [], COMMAND
    active = {rule_id for rule_id, rule in book.rules.items() if rule.shape.status == "active"}
    assert {rule_id for rule_id in book.lock.entries if book.lock.active(rule_id)} == active


def test_the_kept_texts_are_those_of_the_files() -> None:
    book = rulebook()
    assert book.lock is not None
    for rule_id, rule in book.rules.items():
        entry = book.lock.active(rule_id)
        if entry is not None and rule.shape.status == "active":
            assert entry.text == hash_texts(rule.shape), f"{rule_id}: {COMMAND}"
            kept = (ROOT / history_path(rule_id, entry.version)).read_text(encoding="utf-8")
            assert hash_file(kept) == entry.kept


def test_the_lock_is_as_the_program_writes_it() -> None:
    book = rulebook()
    assert book.lock is not None
    assert (ROOT / LOCK).read_text(encoding="utf-8") == render_lock(book.lock)
    for rule_id, entries in book.lock.entries.items():
        for entry in entries:
            assert is_sealed(rule_id, entry)
            # Nobody who lives has signed what is a sample.
            assert all("虚构" in name for name in (entry.by, entry.approved_by)), rule_id
            assert entry.backtest is not None, rule_id
            assert entry.backtest.dataset == "demo"


def test_kept_texts_are_no_rules() -> None:
    book = rulebook()
    assert len(list((ROOT / HISTORY).glob("*.yaml"))) >= len(book.rules)
    assert not any(HISTORY in rule.document.path for rule in book.rules.values())
    assert not any(HISTORY in path for path in book.broken.values())
