"""What a rule says of one subject over a few rows, again and again: for whoever takes rows away or replaces values.

In: rows as an example writes them. Out: a Verdict that two sets of rows share if the rule goes the same way over both.
Tables and statements are made once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jointsup_rules.compile.duckdb import quote
from jointsup_rules.compile.seen import Absent, Facts
from jointsup_rules.load.typing import read_rows, table_columns_sql
from jointsup_rules.model.rule import Rule
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.problems import ProblemsError
from jointsup_rules.sweep.asking import AskedCondition
from jointsup_rules.sweep.example_reading import Setting, facts_of
from jointsup_rules.sweep.tracer import AskedTrace, Tracer, read_all
from jointsup_rules.sweep.tracing import open_tracer

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from jointsup_rules.sweep.examples import ExampleRunner

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
# Of a finding, what the way of the rule shows; texts of the subject are not among them, for they may be replaced.
_FOUND = (
    "part", "found", "outcome", "started_on", "due_on", "ended_on", "over_days", "measure", "missing", "why", "decided_by",
    "base_on", "paused_days", "soon", "clock", "segment", "due_if_all", "excluded", "kept", "untested", "band", "severity",
    "grade",
)  # fmt: skip
_LINE = ("step_no", "step", "from_on", "to_on", "days", "article", "honoured")


@dataclass(frozen=True)
class Verdict:
    """The way of a rule with one subject.

    Attributes:
        in_scope: Whether it is looked at.
        scope: Values of the comparisons of the scope.
        findings: Outcome, days and figures of every finding, clear ones too, with what exclusions and conditions said.
        working: The lines of all calculations.
        values: Every column the rule names, as text; None where it is empty.
        others: Keys of the other subjects in scope.
    """

    in_scope: bool
    scope: tuple[Any, ...]
    findings: tuple[tuple[Any, ...], ...]
    working: tuple[tuple[Any, ...], ...]
    values: tuple[tuple[str, str | None], ...]
    others: tuple[str, ...]

    def way(self) -> tuple[Any, ...]:
        """Return what must stay the same whatever is replaced."""
        return self.in_scope, self.scope, self.findings, self.working

    def values_but(self, names: Iterable[str]) -> tuple[tuple[str, str | None], ...]:
        """Return the values of all columns but some."""
        left = set(names)
        return tuple(one for one in self.values if one[0] not in left)

    def moved(self, days: int) -> Verdict:
        """Return the same with every day moved by some days."""
        span = timedelta(days=days)

        def move(value: Any) -> Any:
            if isinstance(value, tuple):
                return tuple(move(part) for part in value)
            return value + span if isinstance(value, date) else value

        return replace(self, findings=move(self.findings), working=move(self.working))


class Trial:
    """A rule made ready for one setting and one subject; see `open_trial`."""

    def __init__(self, runner: ExampleRunner, rule: Rule, setting: Setting, key: str) -> None:
        self.runner, self.setting = runner, setting
        facts = facts_of(runner.dictionary, setting)
        self.tracer = open_tracer(runner.rulebook, rule, facts, dict(setting.params), Path("example"), key)
        self.asked = self.tracer.ask()
        self.tables = tuple(self.tracer.plan.raw_tables())

    def prepare(self) -> None:
        """Make the tables, empty, and prepare what is run over them."""
        runner, plan = self.runner, self.tracer.plan
        runner.use_calendar(self.setting)
        for name in self.tables:
            runner.make("TABLE", f"raw_{name}", f"({table_columns_sql(runner.dictionary.tables[name])})")
        for name, sql in plan.seen_views():
            runner.make("VIEW", name, f"AS {sql}")
        for name, sql in plan.tables:
            runner.make("TABLE", name, f"AS {sql}")
        for name, sql in plan.views:
            runner.make("VIEW", name, f"AS {sql}")
        for number, (name, sql) in enumerate(plan.tables):
            runner.prepare(f"fill_{number}", f"INSERT INTO {quote(name)} {sql}")
        statements = _statements(self.tracer, self.asked)
        runner.make("TABLE", "traced", f"AS {statements['traced']}")
        for name in ("hits", "worst"):
            runner.make("VIEW", name, _AS_CLUES)
        runner.prepare("trace", f"INSERT INTO traced {statements.pop('traced')}")
        for name, sql in statements.items():
            runner.prepare(name, sql)
        self.names = tuple(statements)

    def verdict(self, rows: Rows) -> Verdict | None:
        """Return the way of the rule over rows as an example writes them; None where the subject is not among them.

        Raises:
            duckdb.Error: the rule fails over these rows.
        """
        runner = self.runner
        with runner.rows(self.tables, self._typed(rows)):
            for number in range(len(self.tracer.plan.tables)):
                runner.connection.execute(f"EXECUTE fill_{number}")
            runner.connection.execute("EXECUTE trace")
            answers = {name: runner.read(f"EXECUTE {name}") for name in self.names}
        return _verdict(self.tracer, self.asked, answers)

    def _typed(self, rows: Rows) -> dict[str, list[tuple[object, ...]]]:
        dictionary, exported = self.runner.dictionary, dict(self.setting.exported)
        return {
            name: read_rows(
                dictionary.tables[name],
                given,
                exported.get(name, self.setting.as_of),
                zone=dictionary.timezone,
            )[0]
            for name, given in rows.items()
            if name in self.tables
        }


@contextmanager
def open_trial(runner: ExampleRunner, rule: Rule, setting: Setting, key: str) -> Iterator[Trial | None]:
    """Make a rule ready for a setting and a subject; None where it cannot be evaluated in that setting.

    Raises:
        ProblemsError: the rule does not compile.
        duckdb.Error: the database does not accept it.
    """
    try:
        trial = Trial(runner, rule, setting, key)
    except Absent:
        yield None
        return
    if trial.tracer.prepared.statements is None:
        yield None
        return
    try:
        trial.prepare()
        yield trial
    finally:
        runner.clear()


def try_rows(trial: Trial | None, rows: Rows) -> Verdict | None:
    """Return the verdict over rows; None where the rule cannot be run over them or the subject is not among them."""
    import duckdb

    if trial is None:
        return None
    try:
        return trial.verdict(rows)
    except duckdb.Error:
        return None


def judge_dataset(rulebook: Rulebook, rule: Rule, dataset: Path, facts: Facts, key: str) -> Verdict | None:
    """Return the way of the rule with a subject of a dataset; None where there is no such subject.

    Raises:
        Absent: it needs what was not delivered.
        ProblemsError: the rule does not compile, or fails.
    """
    tracer = open_tracer(rulebook, rule, facts, {}, dataset, key)
    asked = tracer.ask()
    if tracer.prepared.statements is None:
        raise ProblemsError(tracer.prepared.problems)

    def read(connection: DuckDBPyConnection) -> Verdict | None:
        statements = _statements(tracer, asked)
        connection.execute(f"CREATE TABLE traced AS {statements.pop('traced')}")
        for name in ("hits", "worst"):
            connection.execute(f"CREATE VIEW {name} {_AS_CLUES}")
        return _verdict(tracer, asked, {name: read_all(connection, sql) for name, sql in statements.items()})

    return tracer.on_dataset(read)


# ---- from answers to a verdict

_AS_CLUES = "AS SELECT * EXCLUDE (n), CAST(n AS VARCHAR) AS clue_id FROM traced"


def _statements(tracer: Tracer, asked: AskedTrace) -> dict[str, str]:
    """What is asked: findings first, for calculations are read from them."""
    statements = tracer.prepared.statements
    assert statements is not None, "a rule that is not evaluated needs no trial"
    lines = [sql for name, sql in statements.fills if name == "working"]
    return {
        "traced": f"SELECT *, row_number() OVER (ORDER BY part, row_key) AS n FROM ({asked.sql['findings']})",
        "own": asked.sql["subject"],
        "in_scope": statements.in_scope,
        "found": "SELECT * FROM traced",
        **{f"lines_{number}": sql for number, sql in enumerate(lines)},
    }


def _verdict(
    tracer: Tracer, asked: AskedTrace, answers: Mapping[str, Sequence[Mapping[str, Any]]]
) -> Verdict | None:
    if not answers["own"]:
        return None
    (own,), key = answers["own"], tracer.key
    in_scope = {str(row["subject_key"]) for row in answers["in_scope"]}
    findings = sorted((_finding(asked, row) for row in answers["found"]), key=repr)
    lines = [row for name, rows in answers.items() if name.startswith("lines_") for row in rows]
    working = sorted((tuple(row[name] for name in _LINE) for row in lines), key=repr)
    values = tuple(
        (one.name, None if own[f"c{one.numbers[1]}"] else str(own[f"c{one.numbers[0]}"]))
        for one in asked.values
        if one.bound is not None
    )
    scope = tuple(own[f"c{n}"] for n in _numbers(asked.scope, comparisons=True))
    return Verdict(
        key in in_scope, scope, tuple(findings), tuple(working), values, tuple(sorted(in_scope - {key}))
    )


def _finding(asked: AskedTrace, row: Mapping[str, Any]) -> tuple[Any, ...]:
    assert asked.findings is not None
    numbers = [n for one in asked.findings.exclusions for n in _numbers(one, comparisons=False)]
    for part, condition in sorted(asked.findings.comparisons.items()):
        numbers += _numbers(condition, comparisons=True) if part == row["part"] else []
    numbers += [n for _, n in asked.findings.conditions]
    told = (*(row[name] for name in _FOUND), *(row[f"c{n}"] for n in numbers))
    # An empty list and none at all say the same: which of them stands there depends on what can be unknown at all.
    return tuple(tuple(one) or None if isinstance(one, list) else one for one in told)


def _numbers(asked: AskedCondition | None, *, comparisons: bool) -> list[int]:
    if asked is None:
        return []
    return [asked.value, asked.unknown, *(one.value for one in asked.comparisons if comparisons)]
