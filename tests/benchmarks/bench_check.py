"""How long an author waits, as ratios measured in one run: for `check`, and for the examples of a rule.

    python -m tests.benchmarks.bench_check [--rules 152] [--times 3] [--examples]

Every figure is the least of some runs, each in a process of its own:

- *floor*: PyYAML's own parser over all files of the workspace, building nothing;
- *help*: `jointsup --help`, which loads nothing;
- *one*, *all*: `jointsup check` of a workspace with one rule, and with as many as were asked for.

The rules are the product's, copied under other ids until there are enough; the texts of a copy differ by blanks, so that
none is read for two. With `--examples` those of every rule of the product run, one rule after another over one
connection as `jointsup test` runs them, and the slowest are named.
Not a test: it asserts only that the rules are in order.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from jointsup_rules import Workspace
from jointsup_rules.model.rulebook import rule_files
from jointsup_rules.sweep.examples import ExampleRunner

ROOT = Path(__file__).parents[2]
FLOOR = """
import sys, time, pathlib, yaml
texts = [path.read_text(encoding="utf-8") for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.yaml"))]
begun = time.perf_counter()
for text in texts:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    while loader.get_event() is not None:
        pass
    loader.dispose()
print(time.perf_counter() - begun)
"""


def make_workspace(folder: Path, n_rules: int) -> Path:
    """Return a workspace with the product's dictionary and law and so many rules."""
    folder.mkdir()
    for name in ("rules", "datasets"):
        shutil.copytree(
            ROOT / name, folder / name, ignore=shutil.ignore_patterns("exports", "demo", "*.lock", "history")
        )
    own = rule_files(folder)
    for path in own[n_rules:]:
        path.unlink()
    for number in range(len(own), n_rules):
        path = own[number % len(own)]
        family, _, place = path.stem.partition("-")
        new_id = f"{family}-{int(place) + 1000 * (number // len(own))}"
        text = path.read_text(encoding="utf-8").replace(f"id: {path.stem}\n", f"id: {new_id}\n", 1)
        blanks = " " * (1 + number // len(own))
        text = re.sub(r" (and|=|is|in) ", rf"{blanks}\1 ", text)
        (path.parent / f"{new_id}.yaml").write_text(text, encoding="utf-8")
    return folder


def time_command(words: list[str], times: int) -> float:
    """Return the least wall time of a command in seconds; it must end well."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        ran = subprocess.run([sys.executable, *words], capture_output=True, text=True, encoding="utf-8")
        taken.append(time.perf_counter() - begun)
        assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr[-2000:]
    return min(taken)


def time_examples() -> list[tuple[float, str, int]]:
    """Return seconds, rule and number of examples of every rule of the product, slowest first."""
    rulebook = Workspace(ROOT).rulebook()
    taken = []
    with ExampleRunner(rulebook) as runner:
        for rule_id, rule in sorted(rulebook.rules.items()):
            begun = time.perf_counter()
            results = runner.run(rule)
            taken.append((time.perf_counter() - begun, rule_id, len(results)))
            assert all(result.holds for result in results), rule_id
    return sorted(taken, reverse=True)


def main() -> None:
    """Make the workspaces, time the commands, print seconds and ratios."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rules", type=int, default=152)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--examples", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        many = make_workspace(Path(temporary) / "many", given.rules)
        one = make_workspace(Path(temporary) / "one", 1)
        parsed = [
            subprocess.run(
                [sys.executable, "-c", FLOOR, str(many)], capture_output=True, text=True, check=True
            )
            for _ in range(given.times)
        ]
        floor = min(float(ran.stdout) for ran in parsed)
        figures = {"help": time_command(["-m", "jointsup_rules", "--help"], given.times)}
        for name, workspace in (("one", one), ("all", many)):
            words = ["-m", "jointsup_rules", "check", "--workspace", str(workspace)]
            figures[name] = time_command(words, given.times)
    print(f"{given.rules} rules; floor {floor:.3f} s")
    for name, seconds in figures.items():
        print(f"{name:5} {seconds:6.2f} s  {seconds / floor:6.1f} floors")
    each = (figures["all"] - figures["one"]) / max(1, given.rules - 1)
    print(f"each further rule {1000 * each:.1f} ms; all / one {figures['all'] / figures['one']:.1f}")
    if given.examples:
        taken = time_examples()
        middle = taken[len(taken) // 2][0]
        print(
            f"examples of a rule: median {middle:.2f} s, all {sum(seconds for seconds, _, _ in taken):.1f} s"
        )
        print("slowest: " + ", ".join(f"{rule} {seconds:.2f} s ({n})" for seconds, rule, n in taken[:8]))


if __name__ == "__main__":
    main()
