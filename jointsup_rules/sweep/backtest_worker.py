"""The process in which one rule is run on many days: a task on standard input, what came of each day as events.

All days share one connection; what is built for a day is the seen views of that day and what stands on them, and it is
dropped before the next. Nothing of one day reaches another but the clues that were found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jointsup_rules.compile.duckdb import print_value, quote
from jointsup_rules.compile.engine import Plan, Prepared, make_plan
from jointsup_rules.load.yaml import read_yaml
from jointsup_rules.model.rule import Rule, read_rule
from jointsup_rules.model.rulebook import Rulebook, read_rulebook
from jointsup_rules.sweep.backtest_clues import (
    compare_statements,
    found_statements,
    gather_figures,
    gather_load,
    gather_samples,
    removed_statements,
    table_statements,
)
from jointsup_rules.sweep.database import build, in_both, open_connection, prepare_connection, run_rule, shut
from jointsup_rules.sweep.facts import read_facts
from jointsup_rules.sweep.process import serve, tell

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NEW, FORMER = "new", "former"
# What a backtest asks of a rule; rows of evidence and lines of working it does not show.
_FILLED = ("clue", "not_clear")


@dataclass(frozen=True)
class BacktestTask:
    """What to run.

    Attributes:
        root: The workspace.
        dataset: Folder of the dataset.
        rule: Path and text of the rule.
        days: Days to look from, earliest first.
        former: Path and text of the version to compare with, or nothing.
        skip: Steps, each a day and NEW or FORMER, that are not run, with why (an earlier worker died of them).
        weeks: How many weeks back a single day's newly due clues are counted.
        scratch: Folder for what does not fit in memory.
        limit_s: Time limit of one version on one day.
    """

    root: str
    dataset: str
    rule: tuple[str, str]
    days: tuple[str, ...]
    former: tuple[str, ...]
    skip: Mapping[str, str]
    weeks: int
    scratch: str
    memory: str
    jobs: int
    limit_s: float


def run_backtest_task(task: BacktestTask) -> None:
    """Run the rule, and its former version, on every day; tell what came of each, and at the end the lists."""
    rulebook = read_rulebook(Path(task.root))
    assert rulebook.dictionary is not None, "a worker is started only with a sound dictionary"
    dataset, days = Path(task.dataset), [date.fromisoformat(day) for day in task.days]
    tables = read_facts(dataset, rulebook.dictionary, days[0]).tables
    files = [dataset / f"{name}.parquet" for name in sorted(tables)]
    connection = open_connection(
        readable=files, scratch=Path(task.scratch), memory=task.memory, threads=task.jobs
    )
    try:
        prepare_connection(connection, rulebook.calendar)
        for file in files:
            name = quote(f"raw_{file.stem}")
            connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet({print_value(str(file))})")
        shut(connection)
        for statement in table_statements():
            connection.execute(statement)
        runner = _Runner(connection, rulebook, task)
        ran: list[date] = []
        for day in days:
            if runner.run(day, ran[-1] if ran else None):
                ran.append(day)
        tell(
            event="lists",
            samples=gather_samples(connection, ran, is_compared=bool(task.former)),
            load=gather_load(connection, ran, task.weeks),
        )
    finally:
        connection.close()
    tell(event="done")


@dataclass(frozen=True)
class _Runner:
    """Runs a rule day by day on one connection."""

    connection: DuckDBPyConnection
    rulebook: Rulebook
    task: BacktestTask

    def run(self, day: date, previous: date | None) -> bool:
        """Run both versions as of a day and return whether the rule as it is now ran; `previous` is the last that did."""
        versions = self._versions()
        plan = self._plan(day, list(versions.values()))
        tell(event="build", day=day.isoformat())
        failed = build(self.connection, plan)
        ran = {
            name: self._run_version(name, prepared, day, failed)
            for name, prepared in zip(versions, plan.rules, strict=True)
        }
        is_compared = all(ran.get(name) for name in (FORMER, NEW))
        if ran[NEW]:
            for statement in found_statements(day, is_compared=FORMER in versions):
                self.connection.execute(statement)
            for statement in compare_statements(day) if is_compared else ():
                self.connection.execute(statement)
            figures = gather_figures(self.connection, day, previous, is_compared=is_compared)
            tell(event="figures", day=day.isoformat(), **figures)
        self._drop(plan)
        return ran[NEW]

    def _versions(self) -> dict[str, Rule]:
        """The former version first: what became of its clues is asked while the other runs."""
        written = {FORMER: self.task.former, NEW: self.task.rule}
        return {name: _read(*given) for name, given in written.items() if given}

    def _plan(self, day: date, rules: list[Rule]) -> Plan:
        book = self.rulebook
        assert book.dictionary is not None
        facts = read_facts(Path(self.task.dataset), book.dictionary, day)
        return make_plan(book.dictionary, facts, rules, book.parameters, book.laws, book.clocks)

    def _run_version(self, name: str, prepared: Prepared, day: date, failed: Mapping[str, str]) -> bool:
        """Run one version, tell what came of it, and keep its clues; return whether it ran."""
        step = f"{day.isoformat()} {name}"
        if prepared.status != "ready":
            why = prepared.why
            self._tell(step, prepared.status, why.zh if why else "", why.en if why else "")
            return False
        if step in self.task.skip:
            told = in_both(self.task.skip[step], self.task.limit_s)
            self._tell(step, "failed", told.zh, told.en)
            return False
        assert prepared.statements is not None
        for result in _FILLED:
            self.connection.execute(f"DELETE FROM {quote('result_' + result)}")
        tell(event="rule", rule=step)
        also = removed_statements(prepared.rule.id, prepared.statements) if name == NEW else []
        ran = run_rule(self.connection, prepared, self.task.limit_s, also, _FILLED)
        if ran.error:
            # The table a rule rests on may be what failed; its error says more.
            error = next((f"{one}: {text}" for one, text in failed.items() if one in ran.error), ran.error)
            told = in_both(error, self.task.limit_s)
            self._tell(step, "failed", told.zh, told.en)
            return False
        if name == FORMER:
            self.connection.execute("INSERT INTO backtest_former SELECT * FROM result_clue")
        self._tell(step, "ran", "", "", ran.counts)
        return True

    def _tell(
        self, step: str, status: str, zh: str, en: str, counts: Mapping[str, int] | None = None
    ) -> None:
        tell(event="ran", rule=step, status=status, zh=zh, en=en, counts=counts)

    def _drop(self, plan: Plan) -> None:
        """Remove what was built for a day."""
        for name, _ in (*reversed(plan.views), *plan.seen_views()):
            self.connection.execute(f"DROP VIEW IF EXISTS {quote(name)}")
        for name, _ in reversed(plan.tables):
            self.connection.execute(f"DROP TABLE IF EXISTS {quote(name)}")
        self.connection.execute("DELETE FROM backtest_former")


def _read(path: str, text: str) -> Rule:
    rule, _ = read_rule(read_yaml(text, path))
    assert rule is not None, "only what can be read is handed to a worker"
    return rule


def _run_given(given: dict[str, Any]) -> None:
    run_backtest_task(BacktestTask(**given))


if __name__ == "__main__":
    serve(_run_given)
