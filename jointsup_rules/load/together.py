"""Several files of a workspace changed together: all of them or none, also when the process is killed.

In: paths with their new texts. Out: the files. The new texts are first written down whole in one journal; that the
journal is there is the moment of the change. Whoever next reads the workspace carries an unfinished change to its end.
A file that somebody else changed meanwhile is never written over.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from jointsup_rules.load.replacing import take_lock
from jointsup_rules.problems import Place, Problem, ProblemsError, Text

# Below reports/, which git does not keep.
_FOLDER = "reports/.changing"
_JOURNAL, _LOCK = "journal.json", "lock"
_TRIES, _WAIT_S = 100, 0.1


def hash_of(path: Path) -> str | None:
    """Return the SHA-256 of a file; None where there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


def change_files(root: Path, texts: Mapping[str, str], before: Mapping[str, str | None]) -> None:
    """Write several files of a workspace, all or none.

    Args:
        root: The workspace.
        texts: Path within the workspace to its new text, line ends as given.
        before: Path to the SHA-256 of each file the new texts were made from, be it written or not; None where
            there was none.

    Raises:
        ProblemsError: a file is no longer as it was read, or another change is being made; nothing was written.
        OSError: the files cannot be written.
    """
    folder = root / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        _settle(root, folder / _JOURNAL)
        moved = [path for path, digest in sorted(before.items()) if hash_of(root / path) != digest]
        if moved:
            raise ProblemsError([_moved(path) for path in moved])
        entries = [
            {"path": path, "before": before[path], "text": text} for path, text in sorted(texts.items())
        ]
        _replace(folder / _JOURNAL, json.dumps(entries, ensure_ascii=True).encode("ascii"))
        _settle(root, folder / _JOURNAL)


def settle_files(root: Path) -> None:
    """Carry a change to its end that a killed process has begun.

    Raises:
        ProblemsError: another process is writing and does not come to its end.
        OSError: the files cannot be written.
    """
    folder = root / _FOLDER
    if (folder / _JOURNAL).is_file():
        with _alone(folder):
            _settle(root, folder / _JOURNAL)


def _settle(root: Path, journal: Path) -> None:
    if not journal.is_file():
        return
    for entry in json.loads(journal.read_text(encoding="ascii")):
        path = root / entry["path"]
        # One that is neither the old nor the new text was edited since, and is its editor's to put right.
        if hash_of(path) == entry["before"]:
            path.parent.mkdir(parents=True, exist_ok=True)
            _replace(path, entry["text"].encode("utf-8"))
    journal.unlink()


def _replace(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, with the permissions of the one before."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    # Windows cannot open a folder, and writes names through by itself.
    with contextlib.suppress(PermissionError):
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the lock of changes, which the system lets go when the process ends; wait a little for another to end."""
    with (folder / _LOCK).open("a+b") as stream:
        for left in range(_TRIES, -1, -1):
            try:
                take_lock(stream.fileno())
                break
            except OSError as error:
                if left == 0:
                    raise ProblemsError([_busy()]) from error
                time.sleep(_WAIT_S)
        yield


def _busy() -> Problem:
    what = Text("另一个进程正在改写规则", "another process is changing the rules")
    return Problem(
        "JR124", Place("rules"), what, fix=Text("等它结束再试", "wait for it to end, then try again")
    )


def _moved(path: str) -> Problem:
    what = Text("文件在此期间被改动，什么都没有写", "the file was changed meanwhile; nothing was written")
    return Problem("JR124", Place(path), what, fix=Text("再运行一次", "run the command again"))
