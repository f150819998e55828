"""The lock reads as it was written, merges in git, and tells plainly when it cannot be read."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from jointsup_rules.model.lock import (
    Entry,
    Figures,
    Lock,
    Reading,
    Retirement,
    is_same_person,
    is_sealed,
    read_lock,
    render_lock,
    sealed,
)

_SUM = "0123456789abcdef" * 4


def entry(rule_id: str, version: int = 1, **given: Any) -> Entry:
    values: dict[str, Any] = {
        "version": version, "status": "active", "logic": _SUM, "text": _SUM, "kept": _SUM, "by": "示例甲（虚构）",
        "approved_by": "Example B: \"2\"", "activated_on": date(2026, 1, 5),
    }  # fmt: skip
    return sealed(rule_id, Entry(**{**values, **given}))


FIGURES = Figures(dataset="demo", as_of=date(2025, 6, 30), in_scope=9, hit=2, share=0.2222, limit=0.2)
ENDED = Retirement(on=date(2026, 3, 1), by="丙", because="由 CM-02 代替", successor="CM-02")
READ = Reading(on=date(2026, 2, 1), by="甲", approved_by="乙")
WHOLE = Lock(
    {
        "CM-01": (
            entry("CM-01", 1, status="replaced"),
            entry("CM-01", 3, status="retired", backtest=FIGURES, because="试点", retired=ENDED, texts=READ),
        ),
        "CM-02": (entry("CM-02", logic="1" * 64),),
    }
)


def test_what_is_written_is_read() -> None:
    text = render_lock(WHOLE)
    lock, problems = read_lock(text)
    assert problems == ()
    assert lock is not None
    assert lock.entries == WHOLE.entries
    assert render_lock(lock) == text
    assert all(is_sealed(rule_id, one) for rule_id, entries in lock.entries.items() for one in entries)
    assert (lock.active("CM-01"), lock.active("CM-02")) == (None, WHOLE.entries["CM-02"][0])
    assert lock.last("CM-01") == WHOLE.entries["CM-01"][1]
    assert lock.places[("CM-01", 3)].line == text.splitlines().index("    - version: 3") + 1


def test_an_empty_lock_is_one() -> None:
    lock, problems = read_lock(render_lock(Lock({})))
    assert (lock, problems) == (Lock({}), ())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("by", "别人"), ("approved_by", "别人"), ("activated_on", date(2026, 1, 6)), ("because", "补写"),
        ("logic", "f" * 64), ("status", "replaced"), ("backtest", FIGURES.model_copy(update={"hit": 1})), ("version", 2),
    ],
)  # fmt: skip
def test_a_seal_breaks_when_anything_changes(name: str, value: Any) -> None:
    whole = entry("CM-01", backtest=FIGURES)
    assert is_sealed("CM-01", whole)
    assert not is_sealed("CM-01", whole.model_copy(update={name: value}))
    assert not is_sealed("CM-02", whole)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("李明", "李明", True), (" 李 明", "李明　", True), ("Li Ming", "ＬＩ　ｍｉｎｇ", True),
        ("Straße", "STRASSE", True), ("李明", "李鸣", False), ("Li", "Lin", False),
    ],
)  # fmt: skip
def test_a_person_is_the_same_whatever_the_case_width_and_blanks(one: str, other: str, is_same: bool) -> None:
    assert is_same_person(one, other) is is_same


def git(folder: Path, *words: str, ok: bool = True) -> str:
    ran = subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@example.invalid", "-C", str(folder), *words],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0 or not ok, ran.stderr
    return ran.stdout


def branched(folder: Path, ours: Lock, theirs: Lock) -> str:
    """The lock after two branches that began with WHOLE were merged."""
    git(folder, "init", "-q", "-b", "one")

    def commit(lock: Lock) -> None:
        (folder / "rules.lock").write_text(render_lock(lock), encoding="utf-8")
        git(folder, "add", ".")
        git(folder, "commit", "-q", "-m", "lock")

    commit(WHOLE)
    git(folder, "checkout", "-q", "-b", "two")
    commit(theirs)
    git(folder, "checkout", "-q", "one")
    commit(ours)
    git(folder, "merge", "-q", "two", "-m", "merge", ok=False)
    return (folder / "rules.lock").read_text(encoding="utf-8")


def test_branches_that_approve_different_rules_merge(tmp_path: Path) -> None:
    ours = Lock({**WHOLE.entries, "CM-02": (entry("CM-02", 1, status="replaced"), entry("CM-02", 2))})
    theirs = Lock({"AB-01": (entry("AB-01"),), **WHOLE.entries, "ZZ-01": (entry("ZZ-01"),)})
    lock, problems = read_lock(
        branched(tmp_path, ours, Lock({"AB-01": theirs.entries["AB-01"], **WHOLE.entries}))
    )
    assert problems == ()
    assert lock is not None
    assert lock.entries == {"AB-01": theirs.entries["AB-01"], **ours.entries}


def test_branches_that_approve_one_rule_differently_are_told_of_plainly(tmp_path: Path) -> None:
    one, two = (Lock({**WHOLE.entries, "CM-02": (entry("CM-02", by=name),)}) for name in ("甲", "丁"))
    text = branched(tmp_path, one, two)
    lock, (problem,) = read_lock(text)
    assert lock is None
    assert (problem.code, problem.place.line) == ("JR258", text.splitlines().index("<<<<<<< HEAD") + 1)
    assert problem.what.en == "git left the marks of a merge conflict here: two branches say different things"
    assert "keep whole entries of one side" in problem.fix.en


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ("format: 1", "format: 2", "'format' cannot be the number 2"),
        ("version: 3", "version: 1", "the versions of CM-01 are out of order, or their status is"),
        ("status: retired", "status: active", "the versions of CM-01 are out of order, or their status is"),
        ("status: replaced", "status: active", "the versions of CM-01 are out of order, or their status is"),
        ("      status: active", "      state: active", "unknown key 'state'"),
        ("rules:", "rules: [", "this line cannot be read as YAML"),
        ("activated_on: 2026-01-05", "activated_on: 2026-13-05", "'2026-13-05' is no day"),
    ],
)
def test_a_damaged_lock_says_where(before: str, after: str, what: str) -> None:
    lock, problems = read_lock(render_lock(WHOLE).replace(before, after, 1))
    assert lock is None
    assert {problem.code for problem in problems} == {"JR258"}
    assert any(what in problem.what.en for problem in problems), [p.what.en for p in problems]
    assert problems[0].place.path == "rules/rules.lock"
