"""Files changed together: all or none, and never over somebody else's change."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from jointsup_rules.load.replacing import take_lock
from jointsup_rules.load.together import change_files, hash_of, settle_files
from jointsup_rules.problems import ProblemsError

NEW = {"a.txt": "new a\r\n", "sub/b.txt": "新 b\n", "c.txt": "new c"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text("old a", encoding="utf-8")
    (tmp_path / "c.txt").write_text("old c", encoding="utf-8")
    return tmp_path


def state(root: Path) -> dict[str, bytes | None]:
    return {path: (root / path).read_bytes() if (root / path).exists() else None for path in NEW}


def before(root: Path) -> dict[str, str | None]:
    return {path: hash_of(root / path) for path in NEW}


OLD_STATE = {"a.txt": b"old a", "sub/b.txt": None, "c.txt": b"old c"}
NEW_STATE = {path: text.encode() for path, text in NEW.items()}


def test_all_files_are_written_as_given(root: Path) -> None:
    (root / "a.txt").chmod(0o640)
    change_files(root, NEW, before(root))
    assert state(root) == NEW_STATE
    assert (root / "a.txt").stat().st_mode & 0o777 == 0o640
    assert [
        path.name
        for path in root.rglob("*")
        if path.is_file() and path.name not in ("a.txt", "b.txt", "c.txt")
    ] == ["lock"]


def test_nothing_is_written_over_a_change_made_meanwhile(root: Path) -> None:
    read = before(root)
    (root / "c.txt").write_text("somebody else's", encoding="utf-8")
    with pytest.raises(ProblemsError) as caught:
        change_files(root, NEW, read)
    (problem,) = caught.value.problems
    assert (problem.code, str(problem.place)) == ("JR124", "c.txt:1:1")
    assert state(root) == {**OLD_STATE, "c.txt": b"somebody else's"}


def test_a_file_that_was_only_read_must_be_as_it_was_too(root: Path) -> None:
    with pytest.raises(ProblemsError):
        change_files(root, {"a.txt": "x"}, {"a.txt": hash_of(root / "a.txt"), "c.txt": "other"})
    assert state(root) == OLD_STATE


KILLED = """
import os, sys
from pathlib import Path
from jointsup_rules.load.together import change_files, hash_of
left = int(sys.argv[2])
def dying(former):
    def step(*args, **kwargs):
        global left
        if left == 0:
            os._exit(9)
        left -= 1
        return former(*args, **kwargs)
    return step
Path.replace, Path.unlink = dying(Path.replace), dying(Path.unlink)
root, new = Path(sys.argv[1]), eval(sys.argv[3])
change_files(root, new, {path: hash_of(root / path) for path in new})
"""


def test_a_process_killed_at_any_step_leaves_old_or_new(root: Path) -> None:
    seen = set()
    for steps in range(20):
        for path, content in OLD_STATE.items():
            if content is None:
                (root / path).unlink(missing_ok=True)
            else:
                (root / path).write_bytes(content)
        done = subprocess.run([sys.executable, "-c", KILLED, str(root), str(steps), repr(NEW)], check=False)
        settle_files(root)
        found = state(root)
        assert found in (OLD_STATE, NEW_STATE), steps
        assert not (root / "reports/.changing/journal.json").exists()
        seen.add(found == NEW_STATE)
        if done.returncode == 0:
            break
        assert done.returncode == 9
    assert (seen, steps) == ({True, False}, 5)


def test_a_change_carried_to_its_end_spares_a_file_edited_since(root: Path) -> None:
    # Killed after the journal and the first file.
    subprocess.run([sys.executable, "-c", KILLED, str(root), "2", repr(NEW)], check=False)
    assert state(root)["c.txt"] == b"old c"
    (root / "c.txt").write_text("edited since", encoding="utf-8")
    settle_files(root)
    assert state(root) == {**NEW_STATE, "c.txt": b"edited since"}


@contextmanager
def held(root: Path) -> Iterator[None]:
    folder = root / "reports/.changing"
    folder.mkdir(parents=True)
    with (folder / "lock").open("a+b") as stream:
        take_lock(stream.fileno())
        yield


def test_two_changes_at_a_time_wait_for_each_other(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jointsup_rules.load.together._WAIT_S", 0.0)
    with held(root), pytest.raises(ProblemsError) as caught:
        change_files(root, NEW, before(root))
    assert caught.value.problems[0].what.en == "another process is changing the rules"
    assert state(root) == OLD_STATE
    change_files(root, NEW, before(root))
    assert state(root) == NEW_STATE


def test_without_an_unfinished_change_nothing_is_touched(tmp_path: Path) -> None:
    settle_files(tmp_path)
    assert list(tmp_path.iterdir()) == []
