"""A folder put in the place of another, whole or not at all.

In: a folder that is complete, and where it belongs. Out: the folder there. Where the system can swap two
names in one step, no moment is without the one or the other; elsewhere the old one stands aside for a
moment, and `settle_folder` puts it back if that moment was the last.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jointsup_rules.load.exports import unusable
from jointsup_rules.problems import Text

# Below the folder of datasets, and no dataset: names that begin with a dot are none.
WORKING = ".importing"
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


@contextmanager
def working_folder(into: Path) -> Iterator[Path]:
    """Give an empty folder beside `into`, for one import at a time; it is gone afterwards.

    What an import that was killed has left behind is cleared away.

    Raises:
        ProblemsError: Another import into the same dataset is running.
    """
    beside = into.parent / WORKING
    beside.mkdir(parents=True, exist_ok=True)
    with _locked(beside / f"{into.name}.lock", into):
        settle_folder(into)
        folder = beside / into.name
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def replace_folder(new: Path, into: Path) -> None:
    """Put `new` in the place of `into`, of which nothing remains."""
    _write_through(new)
    if not into.exists():
        new.rename(into)
    elif _swapped(new, into):
        shutil.rmtree(new)
    else:
        aside = _aside(into)
        aside.parent.mkdir(exist_ok=True)
        into.rename(aside)
        new.rename(into)
        shutil.rmtree(aside)
    _write_through_entry(into.parent)


def settle_folder(into: Path) -> None:
    """Put back a folder that a killed import had moved aside; clear it away where the new one is in place."""
    aside = _aside(into)
    if not aside.exists():
        return
    if into.exists():
        shutil.rmtree(aside)
    else:
        aside.rename(into)


def _aside(into: Path) -> Path:
    return into.parent / WORKING / f"{into.name}.former"


def _swapped(one: Path, other: Path) -> bool:
    """Swap two names in one step; False where the system cannot."""
    if not sys.platform.startswith("linux"):
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    done: int = rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE)
    return done == 0


@contextmanager
def _locked(lock: Path, into: Path) -> Iterator[None]:
    """Hold a lock that the system lets go when the process ends, however it ends."""
    with lock.open("a+b") as stream:
        try:
            take_lock(stream.fileno())
        except OSError as error:
            what = Text(f"另一个导入正在写 '{into.name}'", f"another import is writing '{into.name}'")
            raise unusable("JR119", str(into), what, fix=Text("等它结束", "wait for it to end")) from error
        yield


def take_lock(descriptor: int) -> None:
    """Lock an open file until it is closed or the process ends.

    Raises:
        OSError: another process holds the lock.
    """
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _write_through(folder: Path) -> None:
    """Have every file and folder below on disk before its name counts."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as stream:
                os.fsync(stream.fileno())
    for path in [folder, *(path for path in folder.rglob("*") if path.is_dir())]:
        _write_through_entry(path)


def _write_through_entry(folder: Path) -> None:
    # Windows cannot open a folder, and writes names through by itself.
    with contextlib.suppress(PermissionError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
