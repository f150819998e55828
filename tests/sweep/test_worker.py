"""The process rules run in: a rule that takes too long, or too much, fails alone; no worker outlives its sweep."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .test_determinism import _rows
from .town import Town

APRIL = "2024-04-30"
CODE_AT = str(Path(__file__).parents[2])
# Far more rows than any machine counts before its limit; each is one the database has to look at.
ENDLESS = "SELECT a.case_id, sum(a.amount + b.amount * c.amount % 7) AS measure FROM " + ", ".join(
    f"cases AS {letter}" for letter in "abcdefgh"
)
QUERY = """
subject: case
detect:
  because: {{zh: 试, en: try}}
  query: |
    {sql}
severity: low
grade: A
reason: {{zh: "{{case_no}}需核实。", en: "{{case_no}} is to be checked."}}
"""
# What is worked out for each row, so that binding it asks for nothing.
HUGE = (
    "SELECT case_id, length(replace(replace(replace(repeated, 'a', repeated), 'a', repeated), 'a', repeated)) AS measure"
    " FROM (SELECT case_id, replace('{many}', 'a', left(case_id, 1) || 'aaaaaaaaa') AS repeated FROM cases)"
).format(many="a" * 500)


def query(sql: str) -> str:
    """The own part of a rule that is a query."""
    return QUERY.format(sql=sql)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    made = Town(tmp_path, ["TWN-01", "TWN-04"])
    made.bring(APRIL, rows=_rows(300))
    return made


def test_a_rule_that_takes_too_long_fails_alone(town: Town) -> None:
    town.write_rule("TWN-02", query(ENDLESS + " GROUP BY a.case_id"))
    swept = town.sweep(APRIL, limit_s=5.0)
    rows = {row[0]: row[1:] for row in swept.rows("outcomes", "rule_id, status, why, hit")}
    assert rows["TWN-02"] == ("failed", '{"zh": "超过时限 5 秒", "en": "time limit of 5 s exceeded"}', None)
    assert [rows[one][0] for one in ("TWN-01", "TWN-04")] == ["ran", "ran"]
    assert rows["TWN-01"][2] is not None


@pytest.mark.skipif(sys.platform != "linux", reason="the bound on memory is the system's")
def test_a_rule_that_takes_too_much_memory_fails_alone(town: Town) -> None:
    import resource

    town.write_rule("TWN-02", query(HUGE))

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (4 * 10**9, 4 * 10**9))

    words = ["sweep", "town", "--as-of", APRIL, "--memory", "300MB", "--jobs", "1", "--format", "json"]
    ran = subprocess.run(
        [sys.executable, "-m", "jointsup_rules", *words, "--workspace", str(town.folder)],
        env={**os.environ, "PYTHONPATH": CODE_AT, "LANG": "en_GB.UTF-8"},
        preexec_fn=bound,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert ran.returncode == 0, ran.stderr
    rows = {one["rule_id"]: (one["status"], one["why"]) for one in json.loads(ran.stdout)["outcomes"]}
    why = {"zh": "所需内存超过允许的范围", "en": "it needs more memory than it may have"}
    assert rows == {"TWN-01": ("ran", None), "TWN-02": ("failed", why), "TWN-04": ("ran", None)}


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="children are found under /proc")
def test_no_worker_outlives_the_sweep_that_was_killed(town: Town) -> None:
    former = town.sweep(APRIL)
    before = {path.name: path.read_bytes() for path in former.folder.iterdir() if path.is_file()}
    town.write_rule("TWN-02", query(ENDLESS + " GROUP BY a.case_id"))
    words = ["sweep", "town", "--as-of", APRIL, "--workspace", str(town.folder)]
    sweep = subprocess.Popen(
        [sys.executable, "-m", "jointsup_rules", *words],
        env={**os.environ, "PYTHONPATH": CODE_AT},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    worker = _wait_for(lambda: _child(sweep.pid, "jointsup_rules.sweep.worker"))
    assert sweep.poll() is None
    sweep.send_signal(signal.SIGKILL)
    sweep.wait()
    _wait_for(lambda: not Path(f"/proc/{worker}").exists() or _state(worker) == "Z")
    assert {path.name: path.read_bytes() for path in former.folder.iterdir() if path.is_file()} == before
    town.write_rule("TWN-02", query("SELECT case_id FROM cases"))
    town.sweep(APRIL)
    left = [path.name for path in (town.folder / "reports").iterdir() if path.name.startswith(".")]
    assert left == []


def _child(pid: int, module: str) -> int | None:
    """The process below another that runs a module."""
    for path in Path("/proc").glob("[0-9]*"):
        try:
            parent = (path / "stat").read_text().rpartition(")")[2].split()[1]
            words = (path / "cmdline").read_bytes().decode().split("\0")
        except OSError:
            continue
        if int(parent) == pid and module in words:
            return int(path.name)
    return None


def _state(pid: object) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


def _wait_for(found: object) -> object:
    assert callable(found)
    until = time.monotonic() + 120
    while time.monotonic() < until:
        answer = found()
        if answer:
            return answer
        time.sleep(0.05)
    raise AssertionError("it did not come about")
