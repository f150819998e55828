"""Transfers and feedback under faults: processes killed in the middle, a full disk."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import random
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from jointsup_rules.ledger import package as package_module
from jointsup_rules.ledger.answers import read_answers
from jointsup_rules.ledger.entries import read_head
from jointsup_rules.ledger.feedback import take_answers
from jointsup_rules.ledger.moving import Refused, Step
from jointsup_rules.ledger.store import LedgerError, Writing
from jointsup_rules.workspace import Workspace
from tests.ledger.desk import AT, LI, WANG, Office, answering, clue, new_ledger, new_office, resave

KILLS = 60
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork, which this system lacks")
WHOLE = {"认定结论": "属实", "反馈日": "2025-07-18"}


def office_of(path: Path, n: int) -> Office:
    """An office whose clues are screened and may be sent."""
    ids = [f"LONG-01-{number:03}" for number in range(n)]
    office = new_office(path, {one: clue() for one in ids})
    office.screen(*ids)
    return office


def seconds(work: Callable[[], object]) -> float:
    """How long something takes here, so that processes are killed in the midst of it on slow machines and fast."""
    begun = time.monotonic()
    work()
    return time.monotonic() - begun


def kill_at_random(work: Callable[..., None], *args: Any, seed: int, longest_s: float) -> None:
    """Have processes work, one after the other, and kill each at a random moment."""
    chance, fork = random.Random(seed), multiprocessing.get_context("fork")
    for number in range(KILLS):
        child = fork.Process(target=work, args=(*args, number))
        child.start()
        time.sleep(chance.uniform(0.0, longest_s))
        assert child.pid is not None
        os.kill(child.pid, signal.SIGKILL)
        child.join()


def _send_for_ever(root: Path, told: Path, number: int) -> None:
    office = Office(root, new_ledger(root / "ledger.sqlite"))
    out = os.open(told, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for one in office.ledger.clues(WANG, {"state": ["SCREENED"]}):
        os.write(out, f"{office.send(one.clue_id).number}\n".encode())


@needs_fork
def test_a_killed_transfer_leaves_no_half_package_and_doubles_no_number(tmp_path: Path) -> None:
    root, told = tmp_path / "office", tmp_path / "told"
    office = office_of(root, 400)
    office.send("LONG-01-000")
    pace_s = seconds(lambda: office.send("LONG-01-001"))
    kill_at_random(_send_for_ever, root, told, seed=3, longest_s=4 * pace_s)
    waiting = office.ledger.clues(WANG, {"state": ["SCREENED"]})
    assert 0 < len(waiting) < 398, "some were sent, and the children did not come to an end"
    office.send(waiting[0].clue_id)
    sent = [entry for entry in office.ledger.store.entries() if entry.kind == "transferred"]
    numbers = [entry.data["number"] for entry in sent]
    assert numbers == [f"示移〔2025〕{n}号" for n in range(1, len(sent) + 1)], "no number is doubled or lost"
    said = told.read_text(encoding="utf-8").split()
    assert set(said) <= set(numbers)
    clues = Counter(clue_id for entry in sent for clue_id in entry.data["clues"])
    moved = {one.clue_id for one in office.ledger.clues(WANG, {"state": ["TRANSFERRED"]})}
    assert set(clues.values()) == {1}
    assert set(clues) == moved, "a clue is in a package or was not sent"
    folders = {path.name for path in (root / "reports/transfers").iterdir()}
    assert folders == set(numbers), "every package is there, and nothing else"
    for entry in sent:
        _assert_whole(root / "reports/transfers" / entry.data["folder"], f"{entry.seq}:{entry.hash}")
    assert office.ledger.verify(Workspace(root).printed_heads()).is_whole


def _assert_whole(folder: Path, head: str) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["ledger_head"] == head
    here = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert here == {*manifest["files"], "manifest.json"}


def _answer_for_ever(root: Path, lists: Path, told: Path, number: int) -> None:
    ledger = new_ledger(root / "ledger.sqlite")
    out = os.open(told, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    files = sorted(lists.iterdir())
    random.Random(number).shuffle(files)
    for file in files:
        for number in take_answers(ledger, read_answers(file), "2025-07-20T01:00:00Z", LI).moved:
            os.write(out, f"{number}\n".encode())


@needs_fork
def test_a_killed_feedback_loses_no_answer_and_takes_none_twice(tmp_path: Path) -> None:
    root, lists, told = tmp_path / "office", tmp_path / "lists", tmp_path / "told"
    office = office_of(root, 240)
    lists.mkdir()
    for n in range(60):
        ids = [f"LONG-01-{4 * n + one:03}" for one in range(4)]
        package = office.send(*ids)
        resave(package.folder / "线索清单.xlsx", answering(dict.fromkeys(ids, WHOLE)), lists / f"{n:02}.xlsx")
    first = sorted(lists.iterdir())[0]
    pace_s = seconds(lambda: take_answers(office.ledger, read_answers(first), "2025-07-20T01:00:00Z", LI))
    kill_at_random(_answer_for_ever, root, lists, told, seed=5, longest_s=4 * pace_s)
    answered = {one.ledger_no for one in office.ledger.clues(WANG, {"state": ["FEEDBACK"]})}
    assert len(answered) > 4, "the children came to nothing; the test shows nothing"
    assert set(told.read_text(encoding="utf-8").split()) <= answered
    for file in sorted(lists.iterdir()):
        taken = take_answers(office.ledger, read_answers(file), "2025-07-21T01:00:00Z", LI)
        assert {len(taken.moved), len(taken.known)} == {0, 4}, "of a file all was taken or nothing"
    moves = Counter(
        entry.subject for entry in office.ledger.store.entries() if entry.data.get("move") == "answer"
    )
    assert moves == {f"LONG-01-{n:03}": 1 for n in range(240)}
    files = Counter(
        clue
        for entry in office.ledger.store.entries()
        if entry.kind == "answered"
        for clue in entry.data["moved"]
    )
    assert set(files.values()) == {1}
    assert office.ledger.verify().is_whole


# ---- killed at the two moments that matter


def test_a_package_whose_entries_stand_is_put_in_place_by_whoever_comes_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = office_of(tmp_path / "office", 2)
    with monkeypatch.context() as patch:
        patch.setattr(package_module, "_put", lambda scratch, folder: None)
        package = office.send("LONG-01-000")
    assert not package.folder.exists()
    assert office.ledger.verify(Workspace(office.root).printed_heads()).is_whole
    with pytest.raises(Refused):
        office.send("LONG-01-000")
    _assert_whole(package.folder, str(package.head))


def test_a_package_without_entries_is_cleared_away_and_its_number_goes_to_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = office_of(tmp_path / "office", 2)
    packages = office.root / "reports/transfers"

    def die(_: Writing) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Writing, "_flush", die)
        with pytest.raises(KeyboardInterrupt):
            office.send("LONG-01-000")
    (left,) = packages.iterdir()
    left = left.rename(packages / ".示移〔2025〕1号.99999")
    head = read_head(json.loads((left / "manifest.json").read_text(encoding="utf-8"))["ledger_head"])
    assert head.seq > office.ledger.head().seq
    assert office.ledger.verify(Workspace(office.root).printed_heads()).is_whole
    assert office.send("LONG-01-001").number == "示移〔2025〕1号"
    assert [path.name for path in packages.iterdir()] == ["示移〔2025〕1号"]


# ---- a full disk


@pytest.mark.parametrize("name", ["write_answers", "fill", "_write_evidence"])
def test_a_disk_that_fills_up_while_a_package_is_written_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    office = office_of(tmp_path / "office", 1)
    head = office.ledger.head()

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "线索清单.xlsx")

    monkeypatch.setattr(package_module, name, full)
    with pytest.raises(OSError, match="No space left"):
        office.send("LONG-01-000")
    assert not list((office.root / "reports/transfers").iterdir())
    assert office.ledger.head() == head


def test_a_ledger_that_cannot_grow_takes_the_package_back(tmp_path: Path) -> None:
    office = office_of(tmp_path / "office", 1)
    head = office.ledger.head()
    with closing(sqlite3.connect(office.root / "ledger.sqlite")) as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()

    def bound(connection: sqlite3.Connection, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(office.ledger.store._engine, "connect", bound)
    with pytest.raises(LedgerError) as error:
        office.send("LONG-01-000", signer="x", receiver="y" * 200_000)
    assert "磁盘已满" in error.value.told.zh
    event.remove(office.ledger.store._engine, "connect", bound)
    assert not list((office.root / "reports/transfers").iterdir())
    assert office.ledger.head() == head
    office.ledger.move([Step("LONG-01-000", "review")], AT, WANG)
