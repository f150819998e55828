"""Where a sweep is made and where it is put: a folder that is complete, or none.

In: the folder of reports and a name. Out: a scratch folder beside it for as long as the sweep runs, and at the end
the finished folder under its name. What a sweep that was killed has left behind is cleared away by the next one.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from jointsup_rules.load.replacing import replace_folder, take_lock

_LOCK = ".lock"


@contextmanager
def scratch_folder(reports: Path, name: str) -> Iterator[Path]:
    """Give an empty folder only its owner can open, whose name begins with a dot; it is gone afterwards.

    Args:
        reports: Where sweeps lie; it is made where it is not there.
        name: Of the sweep that is to come.
    """
    reports.mkdir(parents=True, exist_ok=True)
    _clear_left_behind(reports)
    # The lock comes first: another process may take it before we do, but finds nothing to clear away then.
    lock, stream = _open_lock(reports, name)
    folder = lock.with_name(lock.name.removesuffix(_LOCK))
    with stream:
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    lock.unlink(missing_ok=True)


def _open_lock(reports: Path, name: str) -> tuple[Path, IO[bytes]]:
    while True:
        descriptor, path = tempfile.mkstemp(prefix=f".{name}.", suffix=_LOCK, dir=reports)
        try:
            take_lock(descriptor)
        except OSError:
            os.close(descriptor)
            continue
        return Path(path), os.fdopen(descriptor, "r+b")


def put_in_place(out: Path, folder: Path) -> None:
    """Move the finished files to the sweep's name; a killed process leaves the old folder or the new one."""
    out.chmod(0o755)
    replace_folder(out, folder)


def _clear_left_behind(reports: Path) -> None:
    """Remove what sweeps have left whose process is gone: the system has let go of their locks."""
    for lock in sorted(reports.glob(f".*{_LOCK}")):
        try:
            with lock.open("a+b") as stream:
                take_lock(stream.fileno())
        except OSError:
            # Its sweep is running, or it is gone this moment.
            continue
        shutil.rmtree(lock.with_name(lock.name.removesuffix(_LOCK)), ignore_errors=True)
        lock.unlink(missing_ok=True)
