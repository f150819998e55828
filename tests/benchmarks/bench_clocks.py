"""How long all clocks take at a million cases, as a multiple of one plain scan of the same tables.

    python -m tests.benchmarks.bench_clocks [--cases 1000000] [--memory 4GB] [--jobs 2] [--keep FOLDER]

Every clock of the product that the demo's exports can serve is built, with nothing else: no rule runs. The floor is one
pass over the columns its statements name, every value decoded and hashed, on the same Parquet files.
Not a test: it asserts only that clocks were built and that they have periods.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from jointsup_rules.compile.duckdb import quote
from jointsup_rules.compile.engine import make_plan
from jointsup_rules.model.rulebook import read_rulebook
from jointsup_rules.sweep.database import build
from jointsup_rules.sweep.facts import read_facts
from tests.benchmarks.bench_sweep import _open, make_dataset, time_floor


def main() -> None:
    """Make the data, build all clocks, print seconds and ratio."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--memory", default="4GB")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="folder for the data; kept, and used again if it is there")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or Path(temporary)
        folder.mkdir(exist_ok=True)
        dataset, as_of = make_dataset(folder, given.cases)
        rulebook = read_rulebook(folder / "workspace")
        assert rulebook.dictionary is not None
        facts = read_facts(dataset, rulebook.dictionary, as_of)
        plan = make_plan(
            rulebook.dictionary,
            facts,
            [],
            rulebook.parameters,
            rulebook.laws,
            rulebook.clocks,
            every_clock=True,
        )
        n_rows = {name: facts.tables[name].rows for name in plan.raw_tables()}
        print(f"{len(plan.clocks.built)} clocks of {len(rulebook.clocks)}, rows read: {n_rows}")
        assert plan.clocks.built
        floor = min(time_floor(dataset, plan, given.memory, given.jobs) for _ in range(3))
        connection = _open(dataset, plan, rulebook, folder, given.memory, given.jobs)
        begun = time.perf_counter()
        failed = build(connection, plan)
        seconds = time.perf_counter() - begun
        assert failed == {}, failed
        periods = sum(
            connection.execute(f"SELECT count(*) FROM {quote(built.named('due'))}").fetchall()[0][0]
            for built in plan.clocks.built.values()
        )
        assert periods > given.cases / 10
        print(
            f"{periods} periods; floor {floor:.2f} s, clocks {seconds:.2f} s, clocks / floor {seconds / floor:.1f}"
        )


if __name__ == "__main__":
    main()
