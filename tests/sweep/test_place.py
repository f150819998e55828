"""A sweep that is killed at any moment: reports/ holds the old sweep or the new one, whole."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .test_determinism import _differing, _rows
from .town import Town

APRIL = "2024-04-30"
CODE_AT = str(Path(__file__).parents[2])
# Two folders of one name, put in place by turns as fast as can be.
SWAP = """
import sys
from pathlib import Path
from jointsup_rules.sweep.place import put_in_place
root, n = Path(sys.argv[1]), 0
while True:
    out = root / f".new{n}"
    out.mkdir()
    for name in ("a", "b", "c"):
        (out / name).write_text(str(n))
    put_in_place(out, root / "sweep")
    print(n, flush=True)
    n += 1
"""
pytestmark = pytest.mark.skipif(os.name == "nt", reason="a process is killed by a signal")


def _start(*words: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": CODE_AT}
    return subprocess.Popen(
        [sys.executable, *words], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )


def _kill(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate()


def _sweeps(town: Town) -> list[str]:
    return sorted(path.name for path in (town.folder / "reports").iterdir() if path.name[0] != ".")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    made = Town(tmp_path_factory.mktemp("town"), ["TWN-01", "TWN-04", "TWN-08"])
    made.bring(APRIL, rows=_rows(300))
    return made


def test_a_sweep_killed_at_any_moment_leaves_the_old_one_or_the_new_one(town: Town) -> None:
    sweep = (
        "-m",
        "jointsup_rules",
        "sweep",
        "town",
        "--as-of",
        APRIL,
        "--force",
        "--workspace",
        str(town.folder),
    )
    began = time.monotonic()
    assert _start(*sweep).wait() == 0
    takes_s = time.monotonic() - began
    (name,) = _sweeps(town)
    folder, kept = town.folder / "reports" / name, town.folder / "kept"
    shutil.copytree(folder, kept)
    chance, n_killed = random.Random(3), 0
    for turn in range(10):
        has_old = turn % 2 == 0
        shutil.rmtree(folder, ignore_errors=True)
        if has_old:
            shutil.copytree(kept, folder)
        process = _start(*sweep)
        # Most moments worth trying are in the second half, when files are written and put in place.
        time.sleep(takes_s * chance.uniform(0.3, 1.05))
        n_killed += process.poll() is None
        _kill(process)
        assert _sweeps(town) in ([[name]] if has_old else [[], [name]])
        if folder.exists():
            assert _differing(kept, folder) == []
    assert n_killed >= 5
    # The next sweep clears away what the killed ones left.
    assert _start(*sweep).wait() == 0
    assert _differing(kept, folder) == []
    assert [path.name for path in (town.folder / "reports").iterdir()] == [name]


def test_a_folder_put_in_place_is_whole_when_its_process_is_killed(tmp_path: Path) -> None:
    chance = random.Random(5)
    for turn in range(6):
        root = tmp_path / str(turn)
        root.mkdir()
        process = _start("-c", SWAP, str(root))
        assert process.stdout is not None
        assert process.stdout.readline() == b"0\n"
        time.sleep(chance.uniform(0.0, 0.05))
        _kill(process)
        texts = [(root / "sweep" / name).read_text(encoding="utf-8") for name in ("a", "b", "c")]
        assert len(set(texts)) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux swaps two names in one step")
def test_no_moment_is_without_the_folder_while_it_is_replaced(tmp_path: Path) -> None:
    process = _start("-c", SWAP, str(tmp_path))
    assert process.stdout is not None
    assert process.stdout.readline() == b"0\n"
    folder, until = str(tmp_path / "sweep"), time.monotonic() + 2
    n_without = 0
    while time.monotonic() < until:
        n_without += not os.path.lexists(folder)
    process.send_signal(signal.SIGKILL)
    said, _ = process.communicate()
    assert len(said.splitlines()) > 5, "it was replaced while we looked"
    assert n_without == 0


def test_a_sweep_that_runs_is_not_cleared_away_by_another(town: Town, tmp_path: Path) -> None:
    own = Town(tmp_path, ["TWN-01"])
    own.bring(APRIL, rows=_rows(3))
    holder = (
        "import sys, time; from pathlib import Path; from jointsup_rules.sweep.place import scratch_folder\n"
        "with scratch_folder(Path(sys.argv[1]), '2024-04-30-held') as folder:\n"
        "    (folder / 'work').write_text('x'); print(folder, flush=True); time.sleep(60)"
    )
    process = _start("-c", holder, str(tmp_path / "reports"))
    assert process.stdout is not None
    held = Path(process.stdout.readline().decode().strip())
    own.sweep(APRIL)
    assert (held / "work").is_file()
    _kill(process)
    own.sweep(APRIL, force=True)
    assert not held.exists()


def test_a_sweep_of_which_a_file_is_missing_is_made_again(tmp_path: Path) -> None:
    town = Town(tmp_path, ["TWN-01"])
    town.bring(APRIL, rows=_rows(3))
    first = town.sweep(APRIL)
    (first.folder / "clues.csv").unlink()
    again = town.sweep(APRIL)
    assert (again.folder, again.result.is_reused) == (first.folder, False)
    assert (again.folder / "clues.csv").is_file()
    assert town.sweep(APRIL).result.is_reused
