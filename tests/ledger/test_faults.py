"""The ledger under faults: processes killed in the middle of moves, many writers at once, a full disk."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sqlite3
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event

from jointsup_rules.ledger.entries import Who
from jointsup_rules.ledger.ledger import Ledger
from jointsup_rules.ledger.moving import Step
from jointsup_rules.ledger.store import LedgerError
from tests.ledger.desk import LI, WANG, clue, new_ledger, sweep

AT = "2025-07-01T01:00:00Z"
KILLS = 220
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork, which this system lacks")


def _handled(path: Path, n: int = 12) -> Ledger:
    """A ledger whose clues are all being handled, so that each may be given more time again and again."""
    ledger = new_ledger(path)
    ids = [f"c{i:02}" for i in range(n)]
    ledger.open(sweep({one: clue() for one in ids}), AT, WANG)
    for move, fields in (
        ("screen", {"severity": "medium", "grade": "A", "route": "unit"}),
        ("transfer", {"receiver": "U1", "document": "1"}),
        ("accept", {}),
    ):
        ledger.move([Step(one, move, fields) for one in ids], AT, LI)
    return ledger


def _pace(ledger: Ledger) -> float:
    """How long a step takes here, so that processes are killed in the midst of one on slow machines and fast."""
    begun = time.monotonic()
    for _ in range(5):
        ledger.move([Step("c00", "extend", {"feedback_due_on": "2025-12-31"})], AT, WANG)
    return (time.monotonic() - begun) / 5


def _extend_for_ever(path: Path, told: Path, name: str, seed: int) -> None:
    """Give three clues more time in one step, again and again; after each that stands, say so in a file."""
    ledger, chance = new_ledger(path), random.Random(seed)
    out = os.open(told, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    number = 0
    while True:
        number += 1
        note = f"{name}-{number}"
        ids = chance.sample([f"c{i:02}" for i in range(12)], 3)
        steps = [Step(one, "extend", {"feedback_due_on": "2025-12-31"}, note) for one in ids]
        ledger.move(steps, AT, Who("committee", name))
        os.write(out, f"{note}\n".encode())


@needs_fork
def test_a_process_killed_at_any_moment_loses_nothing_doubles_nothing_and_halves_nothing(
    tmp_path: Path,
) -> None:
    path, told = tmp_path / "ledger.sqlite", tmp_path / "told"
    ledger = _handled(path)
    pace_s = _pace(ledger)
    chance, fork = random.Random(7), multiprocessing.get_context("fork")
    for number in range(KILLS):
        child = fork.Process(target=_extend_for_ever, args=(path, told, f"p{number}", number))
        child.start()
        time.sleep(chance.uniform(0.2, 5) * pace_s)
        assert child.pid is not None
        os.kill(child.pid, signal.SIGKILL)
        child.join()
    stood = Counter(entry.data["note"] for entry in ledger.store.entries() if entry.data.get("note"))
    said = told.read_text(encoding="utf-8").split()
    assert len(said) > KILLS / 4, "the children came to nothing; the test shows nothing"
    assert set(stood.values()) == {3}, "each step moved all its three clues, once"
    assert set(said) <= set(stood), "what was said to stand does"
    assert len(set(stood) - set(said)) <= KILLS, "of each child at most the last step stands unsaid"
    assert ledger.verify().is_whole


def _extend_often(path: Path, name: str, times: int) -> None:
    ledger = new_ledger(path)
    for number in range(times):
        step = Step(f"c{number % 12:02}", "extend", {"feedback_due_on": "2025-12-31"}, f"{name}-{number}")
        ledger.move([step], AT, Who("committee", name))


@needs_fork
def test_eight_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    ledger = _handled(path)
    before = ledger.head().seq
    fork = multiprocessing.get_context("fork")
    children = [fork.Process(target=_extend_often, args=(path, f"w{n}", 20)) for n in range(8)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0] * 8
    found = ledger.verify()
    assert found.is_whole
    assert found.head.seq == before + 160


def test_a_full_disk_changes_nothing_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    ledger = _handled(path)
    head = ledger.head()
    with closing(sqlite3.connect(path)) as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()

    def bound(connection: sqlite3.Connection, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(ledger.store._engine, "connect", bound)
    step = Step("c00", "extend", {"feedback_due_on": "2025-12-31"}, "x" * 200_000)
    with pytest.raises(LedgerError) as error:
        ledger.move([step], AT, WANG)
    assert "磁盘已满" in error.value.told.zh
    event.remove(ledger.store._engine, "connect", bound)
    assert ledger.head() == head
    assert ledger.verify().is_whole


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write what is read-only")
def test_a_ledger_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    ledger = _handled(path)
    path.chmod(0o400)
    with pytest.raises(LedgerError):
        ledger.move([Step("c00", "extend", {"feedback_due_on": "2025-12-31"})], AT, WANG)


@pytest.mark.parametrize("content", [b"", b"this is no database, though long enough to look at" * 40])
def test_a_file_that_is_no_ledger_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(content)
    with pytest.raises(LedgerError):
        new_ledger(path).clues(WANG)
    assert path.read_bytes() == content


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    _handled(path)
    assert path.stat().st_mode & 0o077 == 0
