"""Damaged rules, dictionaries and locks: what changed is told in words, the lock is told or in order; never a traceback."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hostile.cases import DICTIONARY, rule_text
from hostile.test_fuzz import KINDS, N_CHECKS, PARAMETERS, damaged, is_told, rules, write
from jointsup_rules.cli.comparing_rules import _ground_lines, _rule_lines
from jointsup_rules.model.lock import LOCK, Entry, Lock, read_lock, render_lock, sealed
from jointsup_rules.model.lock_checks import check_lock
from jointsup_rules.model.meaning import hash_file, hash_logic, hash_texts
from jointsup_rules.model.rulebook import read_rulebook
from jointsup_rules.sweep.ground_changes import compare_grounds
from jointsup_rules.sweep.rule_changes import compare_rules

_QUIET = settings(deadline=None, max_examples=N_CHECKS, suppress_health_check=list(HealthCheck))
RULE = "rules/HOS/HOS-001.yaml"
KEPT = "rules/history/HOS-001.v1.yaml"
CLEAN = {
    "datasets/dictionary.yaml": DICTIONARY,
    "rules/parameters.yaml": PARAMETERS,
    RULE: rule_text("HOS-001", KINDS[2]),
}
FILES = st.one_of(
    st.tuples(st.just(RULE), rules()),
    st.tuples(st.just("datasets/dictionary.yaml"), damaged(DICTIONARY)),
    st.tuples(st.just("rules/parameters.yaml"), damaged(PARAMETERS)),
)


def desk(folder: Path, file: str = RULE, text: str = CLEAN[RULE]) -> Path:
    for path, content in {**CLEAN, file: text}.items():
        write(folder, path, content)
    return folder


@settings(_QUIET)
@given(FILES)
def test_what_changed_is_told_either_way(damage: tuple[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        clean = read_rulebook(desk(Path(folder) / "clean"))
        other = read_rulebook(desk(Path(folder) / "other", *damage))
        for before, after in ((clean, other), (other, clean), (other, other)):
            for change in compare_rules(before, after, date(2024, 6, 30)):
                assert all(line.zh and line.en for line in _rule_lines(change))
            for ground in compare_grounds(before, after):
                assert all(line.zh and line.en for line in _ground_lines(ground))
        assert compare_rules(other, other, date(2024, 6, 30)) == compare_grounds(other, other) == ()


def locked() -> str:
    with tempfile.TemporaryDirectory() as folder:
        shape = read_rulebook(desk(Path(folder))).rules["HOS-001"].shape
    entry = Entry(
        version=1, status="active", logic=hash_logic(shape), text=hash_texts(shape), kept=hash_file(CLEAN[RULE]),
        by="甲", approved_by="乙", activated_on=date(2024, 1, 1),
    )  # fmt: skip
    return render_lock(Lock({"HOS-001": (sealed("HOS-001", entry),)}))


LOCKED = locked()


def test_the_lock_as_it_is_says_nothing() -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = desk(Path(folder))
        write(root, LOCK, LOCKED)
        write(root, KEPT, CLEAN[RULE])
        assert check_lock(read_rulebook(root)) == ()


@settings(_QUIET)
@given(damaged(LOCKED), rules())
def test_a_damaged_lock_or_rule_is_told_or_in_order(lock: str, rule: str) -> None:
    _, problems = read_lock(lock)
    is_told(problems)
    for text in (lock, LOCKED):
        with tempfile.TemporaryDirectory() as folder:
            root = desk(Path(folder), RULE, rule)
            write(root, LOCK, text)
            write(root, KEPT, CLEAN[RULE])
            book = read_rulebook(root)
            is_told((*book.problems, *(one.problem for one in check_lock(book))))
