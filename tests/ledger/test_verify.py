"""Every kind of tampering is found, and the first bad entry named."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from jointsup_rules.ledger.entries import Entry, Head, hash_of
from jointsup_rules.ledger.moving import Step
from tests.ledger.desk import LI, WANG, clue, new_ledger, sweep

AT = "2025-07-01T01:00:00Z"
_FIELDS = {"severity": "medium", "grade": "A", "route": "unit"}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Head]:
    """A ledger of twenty clues, ten of them screened: entries 1 to 31."""
    path = tmp_path_factory.mktemp("ledger") / "ledger.sqlite"
    ledger = new_ledger(path)
    ledger.open(sweep({f"c{n:02}": clue() for n in range(20)}), AT, WANG)
    ledger.move([Step(f"c{n:02}", "screen", _FIELDS) for n in range(10)], AT, LI)
    assert ledger.verify().is_whole
    return path, ledger.head()


def _raw(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    for trigger in ("entry_no_UPDATE", "entry_no_DELETE"):
        connection.execute(f"DROP TRIGGER {trigger}")
    return connection


def _change(connection: sqlite3.Connection, what: str, seq: int) -> None:
    connection.execute(f"UPDATE entry SET {what} WHERE seq = {seq}")


def _swap(connection: sqlite3.Connection) -> None:
    for before, after in ((5, 900), (6, 5), (900, 6)):
        connection.execute(f"UPDATE entry SET seq = {after} WHERE seq = {before}")


def _rehash(connection: sqlite3.Connection, seq: int) -> None:
    """Change an entry and give it the hash it should then have."""
    row = connection.execute(f"SELECT * FROM entry WHERE seq = {seq}").fetchone()
    entry = Entry(*row[:4], row[4], row[5], {**json.loads(row[6]), "note": "x"}, row[7])
    told = json.dumps(entry.data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    connection.execute("UPDATE entry SET data = ?, hash = ? WHERE seq = ?", (told, hash_of(entry), seq))


TAMPERING: dict[str, tuple[Callable[[sqlite3.Connection], object], int]] = {
    "a person changed": (lambda c: _change(c, "person = '别人'", 25), 25),
    "a role changed": (lambda c: _change(c, "role = 'leading_group'", 3), 3),
    "a time changed": (lambda c: _change(c, "at = '2024-01-01T00:00:00Z'", 7), 7),
    "content changed": (lambda c: _change(c, "data = replace(data, '\"A\"', '\"B\"')", 24), 24),
    "content that is no JSON": (lambda c: _change(c, "data = '{'", 4), 4),
    "a kind changed": (lambda c: _change(c, "kind = 'declined'", 26), 26),
    "another subject": (lambda c: _change(c, "subject = 'c19'", 26), 26),
    "a hash changed": (lambda c: _change(c, "hash = 'x'", 8), 8),
    "the hash before changed": (lambda c: _change(c, "prev = 'x'", 8), 8),
    "the first removed": (lambda c: c.execute("DELETE FROM entry WHERE seq = 1"), 1),
    "one removed": (lambda c: c.execute("DELETE FROM entry WHERE seq = 9"), 9),
    "several removed": (lambda c: c.execute("DELETE FROM entry WHERE seq BETWEEN 9 AND 12"), 9),
    "one removed and the rest renumbered": (
        lambda c: (c.execute("DELETE FROM entry WHERE seq = 9"), c.execute("UPDATE entry SET seq = seq - 1 WHERE seq > 9")), 9,
    ),
    "two swapped": (_swap, 5),
    "changed with a fitting hash": (lambda c: _rehash(c, 10), 11),
    "one put in twice": (
        lambda c: c.execute("INSERT INTO entry SELECT 32, at, role, person, kind, subject, data, prev, 'y' FROM entry WHERE seq = 31"), 32,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERING)
def test_tampering_is_found_and_its_first_entry_named(
    name: str, whole: tuple[Path, Head], tmp_path: Path
) -> None:
    path = tmp_path / "ledger.sqlite"
    shutil.copy(whole[0], path)
    tamper, first = TAMPERING[name]
    connection = _raw(path)
    tamper(connection)
    connection.close()
    found = new_ledger(path).verify()
    assert not found.is_whole
    assert found.first_bad == first


def test_a_cut_end_shows_by_the_head_that_was_printed(whole: tuple[Path, Head], tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    shutil.copy(whole[0], path)
    connection = _raw(path)
    connection.execute("DELETE FROM entry WHERE seq > 28")
    connection.close()
    found = new_ledger(path).verify([(whole[1], "移送包 1")])
    assert found.first_bad == 29
    assert found.told[0].zh == "移送包 1 上印有第 31 条，而台账到第 28 条为止：末尾被截去"


def test_a_cut_end_shows_without_any_print_where_the_table_of_clues_was_left(
    whole: tuple[Path, Head], tmp_path: Path
) -> None:
    path = tmp_path / "ledger.sqlite"
    shutil.copy(whole[0], path)
    connection = _raw(path)
    connection.execute("DELETE FROM entry WHERE seq > 28")
    connection.close()
    assert not new_ledger(path).verify().is_whole


def test_a_ledger_rewritten_as_a_whole_shows_by_the_head_that_was_printed(
    whole: tuple[Path, Head], tmp_path: Path
) -> None:
    ledger = new_ledger(tmp_path / "ledger.sqlite")
    ledger.open(sweep({f"c{n:02}": clue() for n in range(30)}), AT, LI)
    assert ledger.verify().is_whole
    found = ledger.verify([(whole[1], "报告")])
    assert found.first_bad == 31
    assert "重写" in found.told[0].zh


def test_the_table_of_clues_cannot_be_changed_unseen(whole: tuple[Path, Head], tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    shutil.copy(whole[0], path)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("UPDATE clue SET data = replace(data, 'SCREENED', 'CLOSED') WHERE clue_id = 'c03'")
    connection.close()
    found = new_ledger(path).verify()
    assert "c03" in found.told[0].zh


def test_the_database_itself_refuses_to_change_or_remove_an_entry(
    whole: tuple[Path, Head], tmp_path: Path
) -> None:
    path = tmp_path / "ledger.sqlite"
    shutil.copy(whole[0], path)
    connection = sqlite3.connect(path)
    for statement in ("UPDATE entry SET person = 'x'", "DELETE FROM entry"):
        with pytest.raises(sqlite3.IntegrityError, match="never changed"):
            connection.execute(statement)


def test_a_clock_set_back_turns_no_time_around_and_is_told(tmp_path: Path) -> None:
    ledger = new_ledger(tmp_path / "ledger.sqlite")
    ledger.open(sweep({"a": clue()}), AT, WANG)
    (entry,) = ledger.move([Step("a", "screen", _FIELDS)], "2020-01-01T00:00:00Z", LI)
    assert (entry.at, entry.data["clock_said"]) == (AT, "2020-01-01T00:00:00Z")
    found = ledger.verify()
    assert found.is_whole
    assert found.set_back == (3,)
