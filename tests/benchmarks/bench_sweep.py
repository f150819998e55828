"""How long the demo's rules take at a million cases, as ratios measured in one run.

    python -m tests.benchmarks.bench_sweep [--cases 1000000] [--memory 4GB] [--jobs 2] [--keep FOLDER]

Three things are timed in turn, each on a fresh connection, on the same Parquet files:

- *floor*: one pass over the columns the rules read, every value decoded and hashed;
- *plain*: one query per rule, nothing shared: whatever a rule needs is inside its own statement;
- *sweep*: what the worker does: shared columns built once, then each rule with clues, evidence and working.

The data are the demo's exports of some thousand cases, imported, then copied under new ids until there are enough.
Not a test: it asserts only that plain and sweep find the same subjects.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from jointsup_rules import Workspace
from jointsup_rules.compile.duckdb import print_value, quote
from jointsup_rules.compile.engine import Plan, make_plan
from jointsup_rules.demo import write_exports
from jointsup_rules.model.rulebook import Rulebook, read_rulebook
from jointsup_rules.sweep.database import build, open_connection, prepare_connection, run_rule
from jointsup_rules.sweep.facts import read_facts

ROOT = Path(__file__).parents[2]
SEED_CASES = 20_000
NUMBERED = re.compile(r"(_id|_ids|_key|_hash)$")


def make_dataset(folder: Path, n_cases: int) -> tuple[Path, date]:
    """Return a dataset of about so many cases and the day of the demo."""
    workspace = folder / "workspace"
    for name in ("rules", "datasets"):
        shutil.copytree(ROOT / name, workspace / name, ignore=shutil.ignore_patterns("exports", "demo"))
    exports = folder / "exports"
    exports.mkdir()
    write_exports(exports, min(SEED_CASES, n_cases))
    as_of = date.fromisoformat(json.loads((exports / "truth.json").read_text(encoding="utf-8"))["as_of"])
    opened = Workspace(workspace)
    files = [path for path in sorted(exports.iterdir()) if path.name != "truth.json"]
    opened.import_files(files, into="bench")
    dataset = workspace / "datasets" / "bench"
    copies = max(1, n_cases // SEED_CASES)
    if copies > 1:
        _multiply(dataset, copies, opened.rulebook())
    return dataset, as_of


def _multiply(dataset: Path, copies: int, rulebook: Rulebook) -> None:
    """Copy every case under new ids; units, codes and days stay."""
    assert rulebook.dictionary is not None
    connection = duckdb.connect(":memory:")
    for path in sorted(dataset.glob("*.parquet")):
        table = rulebook.dictionary.tables[path.stem]
        if "unit_code" in table.key_columns:
            continue
        columns = []
        for name in table.columns:
            value = quote(name)
            if name in ("case_no", "case_no_norm"):
                columns.append(
                    f"regexp_replace({value}, '([0-9]+)号', '\\1' || (k + 1000) || '号') AS {value}"
                )
            elif table.columns[name].type == "text" and (NUMBERED.search(name) or name in table.key_columns):
                columns.append(f"{value} || '-' || k AS {value}")
            else:
                columns.append(value)
        order = ", ".join(quote(name) for name in dict.fromkeys((*table.cluster, *table.key_columns)))
        hidden = "_file, _line, _source, _cut_off, _unread"
        source = f"read_parquet({print_value(str(path))}), range({copies}) AS c(k)"
        new = path.with_suffix(".new")
        connection.execute(
            f"COPY (SELECT {', '.join(columns)}, {hidden} FROM {source} ORDER BY {order})"
            f" TO {print_value(str(new))} (FORMAT parquet, COMPRESSION zstd)"
        )
        new.rename(path)
    connection.close()
    manifest = json.loads((dataset / "manifest.json").read_text(encoding="utf-8"))
    profile = json.loads((dataset / "profile.json").read_text(encoding="utf-8"))
    for name, entry in manifest["tables"].items():
        if "unit_code" in rulebook.dictionary.tables[name].key_columns:
            continue
        entry["rows"] *= copies
        for column in profile["tables"][name]["columns"].values():
            column["filled"] *= copies
        profile["tables"][name]["rows"] = entry["rows"]
    (dataset / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
    (dataset / "profile.json").write_text(json.dumps(profile, ensure_ascii=False), encoding="utf-8")


def _open(dataset: Path, plan: Plan, rulebook: Rulebook, folder: Path, memory: str, jobs: int) -> Any:
    scratch = Path(tempfile.mkdtemp(dir=folder))
    connection = open_connection(scratch=scratch, memory=memory, threads=jobs)
    prepare_connection(connection, rulebook.calendar)
    for name in plan.raw_tables():
        path = print_value(str(dataset / f"{name}.parquet"))
        connection.execute(f"CREATE VIEW {quote('raw_' + name)} AS SELECT * FROM read_parquet({path})")
    return connection


def time_floor(dataset: Path, plan: Plan, memory: str, jobs: int) -> float:
    """Seconds for one pass over the columns that the plan's statements name."""
    texts = [sql for _, sql in (*plan.tables, *plan.views)]
    texts += [prepared.statements.judged for prepared in plan.rules if prepared.statements is not None]
    named = set(re.findall(r'"([^"]+)"', " ".join(texts)))
    connection = duckdb.connect(":memory:", config={"threads": jobs, "memory_limit": memory})
    begun = time.perf_counter()
    for name in plan.raw_tables():
        columns = [column for column in plan.dictionary.tables[name].columns if column in named]
        if columns:
            hashed = " + ".join(f"hash({quote(column)}) % 1000003" for column in columns)
            path = print_value(str(dataset / f"{name}.parquet"))
            connection.execute(f"SELECT sum({hashed}) FROM read_parquet({path})").fetchall()
    seconds = time.perf_counter() - begun
    connection.close()
    return seconds


def time_plain(
    dataset: Path, rulebook: Rulebook, facts: Any, folder: Path, memory: str, jobs: int
) -> tuple[float, dict[str, int]]:
    """Seconds for one self-contained query per rule, and how many subjects each finds."""
    found: dict[str, int] = {}
    seconds = 0.0
    for rule_id, rule in sorted(rulebook.rules.items()):
        assert rulebook.dictionary is not None
        plan = make_plan(
            rulebook.dictionary, facts, [rule], rulebook.parameters, rulebook.laws, rulebook.clocks
        )
        statements = plan.rules[0].statements
        assert statements is not None, rule_id
        connection = _open(dataset, plan, rulebook, folder, memory, jobs)
        for name, sql in (*plan.seen_views(), *plan.tables, *plan.views):
            connection.execute(f"CREATE VIEW {quote(name)} AS {sql}")
        begun = time.perf_counter()
        asked = f"SELECT count(DISTINCT subject_key) FROM ({statements.judged}) WHERE outcome = 'hit'"
        found[rule_id] = connection.execute(asked).fetchall()[0][0]
        taken = time.perf_counter() - begun
        print(f"  plain {rule_id:8} {taken:7.2f} s  {found[rule_id]} subjects", flush=True)
        seconds += taken
        connection.close()
    return seconds, found


def time_sweep(
    dataset: Path, plan: Plan, rulebook: Rulebook, folder: Path, memory: str, jobs: int
) -> tuple[float, dict[str, int]]:
    """Seconds for building what is shared and running every rule with all its results."""
    connection = _open(dataset, plan, rulebook, folder, memory, jobs)
    begun = time.perf_counter()
    failed = build(connection, plan)
    assert not failed, failed
    print(f"  sweep, shared  {time.perf_counter() - begun:7.2f} s", flush=True)
    found: dict[str, int] = {}
    for prepared in plan.rules:
        ran = run_rule(connection, prepared, 3600)
        assert not ran.error, (prepared.rule.id, ran.error)
        found[prepared.rule.id] = ran.counts["hit"]
        print(f"  sweep {prepared.rule.id:8} {ran.seconds:7.2f} s  {ran.counts['hit']} subjects", flush=True)
    seconds = time.perf_counter() - begun
    n_clues = connection.execute("SELECT count(*) FROM result_clue").fetchall()[0][0]
    n_evidence = connection.execute("SELECT count(*) FROM result_evidence").fetchall()[0][0]
    print(f"  {n_clues} clues, {n_evidence} rows of evidence")
    connection.close()
    return seconds, found


def main() -> None:
    """Make the data, time the three, print the ratios."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--cases", type=int, default=1_000_000)
    arguments.add_argument("--memory", default="4GB")
    arguments.add_argument("--jobs", type=int, default=2)
    arguments.add_argument("--keep", type=Path, help="folder for the data; used again if it is there")
    given = arguments.parse_args()
    folder = given.keep or Path(tempfile.mkdtemp(prefix="bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        dataset, as_of = folder / "workspace" / "datasets" / "bench", date(2025, 6, 30)
        if not dataset.is_dir():
            dataset, as_of = _timed("data", lambda: make_dataset(folder, given.cases))
        rulebook = read_rulebook(folder / "workspace")
        assert rulebook.dictionary is not None
        facts = read_facts(dataset, rulebook.dictionary, as_of)
        n_rows = sum(table.rows for table in facts.tables.values())
        print(f"{facts.tables['case_main'].rows} cases, {n_rows} rows, {len(rulebook.rules)} rules")
        plan = make_plan(
            rulebook.dictionary,
            facts,
            rulebook.rules.values(),
            rulebook.parameters,
            rulebook.laws,
            rulebook.clocks,
        )
        floor = min(time_floor(dataset, plan, given.memory, given.jobs) for _ in range(3))
        swept, found = time_sweep(dataset, plan, rulebook, folder, given.memory, given.jobs)
        plain, found_plain = time_plain(dataset, rulebook, facts, folder, given.memory, given.jobs)
        assert found == found_plain, (found, found_plain)
        print(f"floor {floor:.2f} s, plain {plain:.2f} s, sweep {swept:.2f} s")
        print(
            f"sweep / floor {swept / floor:.1f}   plain / floor {plain / floor:.1f}   plain / sweep {plain / swept:.2f}"
        )
        print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
    finally:
        if given.keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def _timed(name: str, function: Callable[[], Any]) -> Any:
    begun = time.perf_counter()
    result = function()
    print(f"{name}: {time.perf_counter() - begun:.1f} s")
    return result


if __name__ == "__main__":
    main()
