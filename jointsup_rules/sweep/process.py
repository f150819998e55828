"""A worker process and the one that waits for it: a task goes in on one line, events come out, one a line.

Rules are untrusted, so they run in a process of their own, under limits of time and memory. Events: `rule` begins what
has a time limit, `ran` ends it; `died` says why it cannot go on, `done` that all is done; others are the worker's own.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jointsup_rules.sweep.database import TOO_LARGE, late

GRACE_S = 20.0
Event = Mapping[str, Any]


@dataclass(frozen=True)
class Ended:
    """How a worker ended: what it died of, if it died of something that has a time limit, and its last words."""

    died_of: str | None = None
    error: str = ""


# ---- the process that waits


def watch_worker(
    module: str, task: Mapping[str, Any], limit_s: float, hear: Callable[[Event], None]
) -> Ended:
    """Run a module of ours as a worker to its end.

    Args:
        module: Its dotted name; it calls `serve`.
        task: What it is to do, as JSON.
        limit_s: Time limit of what stands between `rule` and `ran`.
        hear: Given every event.
    """
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "PYTHONUTF8": "1",
    }
    worker = subprocess.Popen(
        [sys.executable, "-m", module], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        encoding="utf-8", env=environment,
    )  # fmt: skip
    assert worker.stdin is not None
    # A worker that ends at once says why on its way out. The stream stays open as long as we live: see `serve`.
    with contextlib.suppress(BrokenPipeError):
        worker.stdin.write(json.dumps(task) + "\n")
        worker.stdin.flush()
    try:
        return _follow(worker, limit_s, hear)
    except BaseException:
        worker.kill()
        raise
    finally:
        with contextlib.suppress(BrokenPipeError):
            worker.stdin.close()


def _follow(worker: subprocess.Popen[str], limit_s: float, hear: Callable[[Event], None]) -> Ended:
    events: queue.Queue[str | None] = queue.Queue()
    last_words: list[str] = []
    readers = [
        threading.Thread(target=_pump, args=(worker.stdout, events.put), daemon=True),
        threading.Thread(
            target=_pump, args=(worker.stderr, lambda line: last_words.append(line or "")), daemon=True
        ),
    ]
    for reader in readers:
        reader.start()
    current: str | None = None
    is_done = is_late = False
    while True:
        # Only a rule has a time limit; what the worker does between rules takes as long as the data needs.
        try:
            line = events.get(timeout=limit_s + GRACE_S if current else None)
        except queue.Empty:
            worker.kill()
            is_late = True
            break
        if line is None:
            break
        event = json.loads(line)
        hear(event)
        if event["event"] in ("rule", "ran"):
            current = str(event["rule"]) if event["event"] == "rule" else None
        elif event["event"] == "died":
            last_words.append(event["why"])
        elif event["event"] == "done":
            is_done = True
    worker.wait()
    for reader in readers:
        reader.join(timeout=5)
    if is_done and worker.returncode == 0:
        return Ended()
    if is_late:
        return Ended(current, late(limit_s).en)
    said = next((line.strip() for line in reversed(last_words) if line.strip()), "")
    return Ended(current, said or f"the worker stopped with status {worker.returncode}")


def _pump(stream: Any, put: Callable[[str | None], None]) -> None:
    for line in stream:
        put(line)
    put(None)


# ---- the worker


def tell(**event: Any) -> None:
    """Write one event for the process that waits."""
    sys.stdout.write(json.dumps(event, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def serve(run: Callable[[dict[str, Any]], None]) -> None:
    """Read a task from standard input and run it, within the memory it names.

    Where the database or the memory fails outside any rule, or for good, that is said and the process ends.

    Args:
        run: Given the task, of which `memory` bounds the database (such as 2GB); lists are tuples in it.
    """
    import duckdb

    given = json.loads(sys.stdin.readline())
    task = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    threading.Thread(target=_end_with_parent, daemon=True).start()
    bound_memory(str(given["memory"]))
    try:
        run(task)
    except (duckdb.Error, MemoryError) as error:
        is_memory = isinstance(error, MemoryError | duckdb.OutOfMemoryException)
        tell(event="died", why=TOO_LARGE.en if is_memory else str(error).splitlines()[0])
        # Not by way of the interpreter, which would need memory to take itself apart.
        os._exit(1)


def _end_with_parent() -> None:
    """End when the process that waits for the results is gone: it never closes our input while it lives."""
    sys.stdin.read()
    os._exit(1)


def bound_memory(memory: str) -> None:
    """Let the operating system stop what the database's own limit does not bound.

    Args:
        memory: That limit, such as 2GB; the process may have twice as much and room for itself.
    """
    try:
        import resource
    except ImportError:
        # Not every system has it; there the database's limit stands alone.
        return
    units = {"KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
    n_bytes = int(float(memory[:-2]) * units[memory[-2:].upper()])
    most = 2 * n_bytes + 6 * 10**9
    given = resource.getrlimit(resource.RLIMIT_AS)[1]
    if given != resource.RLIM_INFINITY:
        most = min(most, given)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
