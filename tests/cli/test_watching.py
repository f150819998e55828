"""`test --watch` as a process of its own: what each save brings, and that it goes on whatever is saved."""

from __future__ import annotations

import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from .test_rules import RULE, spoil
from .test_testing import ONE_LATE

CODE_AT = str(Path(__file__).parents[2])


class Watch:
    """A running watch: lines as they come."""

    def __init__(self, desk: Path, *words: str) -> None:
        self.desk = desk
        command = [sys.executable, "-m", "jointsup_rules", "test", "--watch", "--lang", "en", *words]
        environment = {**os.environ, "PYTHONPATH": CODE_AT, "PYTHONUTF8": "1"}
        self.process = subprocess.Popen(
            command, cwd=desk, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._pump, daemon=True).start()

    def _pump(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))

    def until(self, wanted: str, seconds: float = 60) -> list[str]:
        """Lines up to the first that holds `wanted`."""
        found: list[str] = []
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                found.append(self.lines.get(timeout=0.2))
            except queue.Empty:
                assert self.process.poll() is None, found
                continue
            if wanted in found[-1]:
                return found
        raise AssertionError(f"no '{wanted}' in {found}")

    def stop(self) -> int:
        """Press Ctrl-C."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=30)


@pytest.fixture
def watch(desk: Path) -> Iterator[Watch]:
    made = Watch(desk)
    yield made
    if made.process.poll() is None:
        made.process.kill()
    made.process.wait()


def put_in_place(path: Path, text: str) -> None:
    """Save as many editors do: a new file, renamed over the old one."""
    draft = path.with_name(f".{path.name}.swp")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent as a signal")
def test_every_save_is_tried_and_ctrl_c_ends_it(watch: Watch) -> None:
    rule = watch.desk / RULE
    sound = rule.read_text(encoding="utf-8")
    first = watch.until("LET-01: 5 examples, 0 differ")[-1]
    assert re.search(r", \d+ ms$", first)

    spoil(rule, ONE_LATE, ONE_LATE.replace("over_days: 1", "over_days: 2"))
    told = watch.until("LET-01: 5 examples, 1 differ")
    assert "saved rules/LET/LET-01.yaml" in told
    assert any("over_days  2         1" in line for line in told)

    # Half saved: its problems, and nothing is run until it is whole again.
    put_in_place(rule, sound[: sound.index("detect:") + 12])
    told = watch.until("fix: ")
    assert any("rules/LET/LET-01.yaml:" in line and " JR2" in line for line in told)
    put_in_place(rule, sound)
    watch.until("LET-01: 5 examples, 0 differ")

    # What all rules rest on.
    spoil(watch.desk / "rules/parameters.yaml", "value: 30", "value: 31")
    told = watch.until("LET-01: 5 examples,")
    assert "saved rules/parameters.yaml" in told
    assert "5 differ" not in told[-1]
    assert "0 differ" not in told[-1]

    (watch.desk / "datasets/dictionary.yaml").rename(watch.desk / "datasets/kept")
    told = watch.until("JR1")
    assert "gone datasets/dictionary.yaml" in told
    (watch.desk / "datasets/kept").rename(watch.desk / "datasets/dictionary.yaml")
    watch.until("LET-01: 5 examples")

    second = sound.replace("LET-01", "LET-02")
    put_in_place(watch.desk / "rules/LET/LET-02.yaml", second)
    told = watch.until("LET-02: 5 examples")
    assert "saved rules/LET/LET-02.yaml" in told
    (watch.desk / "rules/LET/LET-02.yaml").unlink()
    watch.until("gone rules/LET/LET-02.yaml")
    assert watch.stop() == 0


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent as a signal")
def test_only_the_named_rules_are_run_and_ctrl_c_ends_a_run(desk: Path) -> None:
    text = (desk / RULE).read_text(encoding="utf-8")
    (desk / "rules/LET/LET-02.yaml").write_text(text.replace("LET-01", "LET-02"), encoding="utf-8")
    watch = Watch(desk, "LET-02")
    told = watch.until("LET-02: 5 examples")
    spoil(desk / RULE, ONE_LATE, ONE_LATE.replace("over_days: 1", "over_days: 2"))
    told += watch.until("saved rules/LET/LET-01.yaml")
    time.sleep(1)
    assert watch.stop() == 0
    assert not any("LET-01:" in line for line in [*told, *watch.lines.queue])


def test_a_rule_nobody_knows_cannot_be_watched(desk: Path) -> None:
    watch = Watch(desk, "LET-09")
    assert watch.process.wait(timeout=60) == 2
