"""A folder in the place of another, whole or not at all."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from jointsup_rules.load import replacing
from jointsup_rules.load.replacing import replace_folder, settle_folder, working_folder
from jointsup_rules.problems import ProblemsError

from .office import Office


def folder(path: Path, text: str) -> Path:
    (path / "in").mkdir(parents=True)
    (path / "a.txt").write_text(text)
    (path / "in" / "b.txt").write_text(text)
    return path


@pytest.mark.parametrize("can_swap", [True, False])
def test_the_new_one_is_there_and_the_old_one_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, can_swap: bool
) -> None:
    if not can_swap:
        monkeypatch.setattr(replacing, "_swapped", lambda new, into: False)
    into = tmp_path / "demo"
    for text in ("one", "two"):
        with working_folder(into) as beside:
            replace_folder(folder(beside / "demo", text), into)
        assert (into / "in" / "b.txt").read_text() == text
    assert sorted(path.name for path in tmp_path.iterdir()) == [".importing", "demo"]
    assert [path.name for path in (tmp_path / ".importing").iterdir()] == ["demo.lock"]


def test_a_folder_set_aside_by_a_killed_import_is_put_back(tmp_path: Path) -> None:
    into = tmp_path / "demo"
    folder(tmp_path / ".importing" / "demo.former", "old")
    settle_folder(into)
    assert (into / "a.txt").read_text() == "old"
    folder(tmp_path / ".importing" / "demo.former", "older")
    settle_folder(into)
    assert (into / "a.txt").read_text() == "old"
    assert not (tmp_path / ".importing" / "demo.former").exists()


def test_what_a_killed_import_left_is_cleared_away(tmp_path: Path) -> None:
    folder(tmp_path / ".importing" / "demo", "half")
    with working_folder(tmp_path / "demo") as beside:
        assert list(beside.iterdir()) == []


def test_two_imports_into_one_dataset_do_not_meet(tmp_path: Path) -> None:
    with working_folder(tmp_path / "demo"):
        with pytest.raises(ProblemsError) as raised, working_folder(tmp_path / "demo"):
            pass
        with working_folder(tmp_path / "other"):
            pass
    assert raised.value.problems[0].what.en == "another import is writing 'demo'"
    with working_folder(tmp_path / "demo"):
        pass


IMPORT = """
import sys
from pathlib import Path
from jointsup_rules.load import replacing
from load.office import Office
if sys.argv[4] == "False":
    replacing._swapped = lambda new, into: False
office = Office(Path(sys.argv[1]))
print("ready", flush=True)
while True:
    office.bring(Path(sys.argv[2]))
    office.bring(Path(sys.argv[3]))
"""


@pytest.mark.slow
@pytest.mark.parametrize(("can_swap", "n_times"), [(True, 6), (False, 6)])
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_an_import_killed_at_any_moment_leaves_the_old_state_or_the_new(
    office: Office, can_swap: bool, n_times: int
) -> None:
    header = "编号,立案日期,结案日期,状态,金额\n"
    texts = [header + "".join(f"{name}{n:05},2024-05-01,,在办,{n}\n" for n in range(3000)) for name in "AB"]
    files = [office.write(f"案件{name}.csv", text) for name, text in zip("AB", texts, strict=True)]
    states = []
    for file in files:
        office.bring(file)
        states.append(office.state())
    assert states[0] != states[1]
    chance = random.Random(1)
    tests = Path(__file__).parents[1]
    for _ in range(n_times):
        process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                textwrap.dedent(IMPORT),
                str(office.folder),
                *map(str, files),
                str(can_swap),
            ],
            env={**os.environ, "PYTHONPATH": f"{tests}{os.pathsep}{tests.parent}"},
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        time.sleep(chance.uniform(0.2, 1.2))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        if not can_swap:
            # Without a swap there is a moment with neither; whoever comes next puts the old one back.
            settle_folder(office.into)
        assert office.state() in states
    office.bring(files[0])
    assert office.state() == states[0]
    assert [path.name for path in (office.data / ".importing").iterdir()] == ["demo.lock"]
