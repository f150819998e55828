"""Examples inside rules: tiny tables in, what a rule says of every subject against what its author expects.

Runs on a database in memory that can reach no file. One connection serves all examples of all rules; those of a rule
that share a day and a setting share tables and prepared statements, and only their rows are put in anew. What a person
wrote as a query runs in a process of its own (`apart.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from jointsup_rules.compile.duckdb import print_relation, quote
from jointsup_rules.compile.emptiness import is_surely_empty
from jointsup_rules.compile.engine import Plan, Prepared, make_plan
from jointsup_rules.compile.outputs import WORKING
from jointsup_rules.compile.parameters import as_literals
from jointsup_rules.load.typing import insert_rows, table_columns_sql
from jointsup_rules.model.calendar import Calendar, plain_calendar
from jointsup_rules.model.rule import ExampleCase, Rule, read_day
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.problems import NO_TEXT, Place, Problem, Text
from jointsup_rules.sweep.apart import run_examples_apart
from jointsup_rules.sweep.binding import has_query
from jointsup_rules.sweep.database import (
    CALENDAR_TABLES,
    load_calendar,
    open_connection,
    prepare_connection,
    shut,
)
from jointsup_rules.sweep.differences import Difference, compare
from jointsup_rules.sweep.example_reading import (
    Given,
    Setting,
    check_example,
    facts_of,
    place_of,
    read_example,
)
from jointsup_rules.sweep.making import Kind, Making
from jointsup_rules.sweep.parting import add_partings

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY = "1GB"
_YEARS = timedelta(days=3 * 366)


@dataclass(frozen=True)
class ExampleResult:
    """One example: what differed, nothing if it held; or the problems that kept it from being run."""

    rule_id: str
    name: str
    number: int
    place: Place
    differences: tuple[Difference, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether it ran and everything was as expected."""
        return not self.differences and not self.problems


@dataclass(frozen=True)
class Stage:
    """A rule compiled for one setting, and the stored tables it reads; its own tables are made, without rows."""

    prepared: Prepared
    raw: tuple[str, ...] = ()
    plan: Plan | None = None


@dataclass(frozen=True)
class Judged:
    """What a rule says over some rows: every finding that is not clear, and the keys of all subjects in scope."""

    found: tuple[dict[str, Any], ...]
    in_scope: tuple[str, ...]


class ExampleRunner:
    """Runs examples; use as a context manager, for the connection must be closed."""

    def __init__(self, rulebook: Rulebook) -> None:
        assert rulebook.dictionary is not None, "examples need a dictionary"
        self.rulebook, self.dictionary = rulebook, rulebook.dictionary
        self.connection: DuckDBPyConnection = open_connection(threads=1, memory=MEMORY)
        prepare_connection(self.connection, rulebook.calendar)
        # Tables of a few rows: finding a better plan takes longer than any plan, and what is known of their values at
        # one example must not shape a statement that runs on the next.
        self.connection.execute("PRAGMA disable_optimizer")
        shut(self.connection)
        self.making = Making(self.connection)
        self.calendar_is_own = False

    def __enter__(self) -> ExampleRunner:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def run(self, rule: Rule, *, traced: bool = False) -> list[ExampleResult]:
        """Return the result of every example of a rule, in order.

        Args:
            rule: The rule.
            traced: Whether differences say at which step the paths part.
        """
        if has_query(rule):
            return run_examples_apart(self.rulebook, rule, traced)
        return self.run_here(rule, traced=traced)

    def run_here(self, rule: Rule, *, traced: bool = False) -> list[ExampleResult]:
        """Return the same as `run`, whatever the kind of the rule, in this process."""
        examples = rule.shape.examples
        if examples is None:
            return []
        bad: dict[int, tuple[Problem, ...]] = {}
        groups: dict[Setting, list[Given]] = {}
        for number, case in enumerate(examples.cases):
            bad[number] = tuple(check_example(rule, self.dictionary, number))
            if not bad[number]:
                given = read_example(self.dictionary, examples, case, number)
                groups.setdefault(given.setting, []).append(given)
        differences: dict[int, list[Difference]] = {}
        for setting, members in groups.items():
            found = self._run_group(rule, setting, members)
            for given in members if traced else ():
                found[given.number] = add_partings(self, rule, given, found[given.number])
            differences.update(found)
        return [
            ExampleResult(
                rule.id,
                case.name,
                number,
                rule.document.place(place_of(rule, number)),
                tuple(differences.get(number, ())),
                bad[number],
            )
            for number, case in enumerate(examples.cases)
        ]

    def _run_group(
        self, rule: Rule, setting: Setting, members: Sequence[Given]
    ) -> dict[int, list[Difference]]:
        import duckdb

        found: dict[int, list[Difference]] = {}
        try:
            with self.stage(rule, setting) as stage:
                for given in members:
                    try:
                        found[given.number] = self._differences(rule, stage, given)
                    except duckdb.Error as error:
                        found[given.number] = [_failed(error)]
        except duckdb.Error as error:
            found.update({given.number: [_failed(error)] for given in members if given.number not in found})
        return found

    # ---- making

    @contextmanager
    def stage(self, rule: Rule, setting: Setting) -> Iterator[Stage]:
        """Compile the rule for a setting and make its tables without rows; forget after what was prepared meanwhile.

        Raises:
            duckdb.Error: the database does not accept the rule.
        """
        try:
            yield self._open(rule, setting)
        finally:
            self.clear()

    def _open(self, rule: Rule, setting: Setting) -> Stage:
        self.use_calendar(setting)
        literals = as_literals(dict(setting.params))
        plan = make_plan(
            self.dictionary,
            facts_of(self.dictionary, setting),
            [rule],
            self.rulebook.parameters,
            self.rulebook.laws,
            self.rulebook.clocks,
            literals,
        )
        (prepared,) = plan.rules
        if prepared.statements is None:
            return Stage(prepared)
        seen = plan.seen_views()
        raw = tuple(name.removeprefix("seen_") for name, _ in seen)
        for name in raw:
            self.make("TABLE", f"raw_{name}", f"({table_columns_sql(self.dictionary.tables[name])})")
        for name, sql in seen:
            self.make("VIEW", name, f"AS {sql}")
        for name, sql in plan.tables:
            self.make("TABLE", name, f"AS {sql}")
        for name, sql in plan.views:
            self.make("VIEW", name, f"AS {sql}")
        return Stage(prepared, raw, plan)

    def make(self, kind: Kind, name: str, definition: str) -> None:
        """Have a table without rows, or a view; it stays until another takes its name, or `drop`."""
        self.making.make(kind, name, definition)

    def prepare(self, name: str, statement: str) -> None:
        """Prepare a statement that `clear` forgets."""
        self.making.prepare(name, statement)

    def clear(self) -> None:
        """Forget what was prepared."""
        self.making.clear()

    def drop(self) -> None:
        """Leave nothing in the database that `make` made: whoever makes tables of his own comes next."""
        self.making.drop()

    def use_calendar(self, setting: Setting) -> None:
        """Have the calendar of a setting: its own days off, else that of the workspace."""
        off, as_of = setting.off, setting.as_of
        if off is None and not self.calendar_is_own:
            return
        calendar: Calendar = self.rulebook.calendar
        if off is not None:
            calendar = plain_calendar(as_of - _YEARS, as_of + _YEARS, [read_day(day) for day in off])
        for name in CALENDAR_TABLES:
            self.connection.execute(f"DROP TABLE {name}")
        load_calendar(self.connection, calendar)
        self.calendar_is_own = off is not None

    # ---- running

    def _differences(self, rule: Rule, stage: Stage, given: Given) -> list[Difference]:
        case, prepared = given.case, stage.prepared
        if case.expect == "not_evaluated" or prepared.status == "not_evaluated":
            return _compare_status(case, prepared)
        if prepared.statements is None:
            why = prepared.why or Text(zh="规则无法编译", en="the rule cannot be compiled")
            return [Difference("", "", None, None, why)]
        assert isinstance(case.expect, tuple)
        judged = self.judge(stage, given.rows, working=any("working" in entry for entry in case.expect))
        return compare(case.expect, judged.found, judged.in_scope, rule)

    def judge(
        self, stage: Stage, rows: Mapping[str, Sequence[tuple[object, ...]]], *, working: bool = False
    ) -> Judged:
        """Return what the rule says over some rows, as they are stored.

        Args:
            stage: The rule made ready.
            rows: Per table of the dictionary; tables not named have none.
            working: Whether each hit is given the lines of its working.

        Raises:
            duckdb.Error: the rule fails over these rows.
        """
        with self.rows(stage.raw, rows):
            empty = self._fill(stage, rows)
            statements = stage.prepared.statements
            assert statements is not None, "only what compiles is judged"
            found = self.read(self._ready("judged", statements.judged))
            in_scope = [
                str(row["subject_key"]) for row in self.read(self._ready("in_scope", statements.in_scope))
            ]
            if working:
                self._add_working(stage.prepared, found, empty)
        return Judged(tuple(found), tuple(in_scope))

    def _fill(self, stage: Stage, rows: Mapping[str, Sequence[tuple[object, ...]]]) -> set[str]:
        """Fill the rule's tables, save those that nothing is there for; return the names of all without rows."""
        assert stage.plan is not None, "only what compiles is filled"
        empty = {f"seen_{name}" for name in stage.raw if not rows.get(name)}
        for number, ((name, relation), (_, sql)) in enumerate(
            zip(stage.plan.built, stage.plan.tables, strict=True)
        ):
            if is_surely_empty(relation, empty):
                empty.add(name)
                continue
            fill = self._ready(f"fill_{number}", f"INSERT INTO {quote(name)} {sql}")
            (n_rows,) = self.connection.execute(fill).fetchall()[0]
            if not n_rows:
                empty.add(name)
        return empty

    def _ready(self, name: str, statement: str) -> str:
        """Return what runs a statement that is prepared when it is first run."""
        if not self.making.is_prepared(name):
            self.prepare(name, statement)
        return f"EXECUTE {name}"

    @contextmanager
    def rows(self, tables: Iterable[str], rows: Mapping[str, Sequence[tuple[object, ...]]]) -> Iterator[None]:
        """Put rows into stored tables; they, and all that is made meanwhile, are taken back at the end."""
        self.connection.execute("BEGIN")
        try:
            for name in tables:
                insert_rows(self.connection, f"raw_{name}", rows.get(name, ()))
            yield
        finally:
            self.connection.execute("ROLLBACK")

    def read(self, statement: str) -> list[dict[str, Any]]:
        """Return the rows of a statement by column name."""
        answer = self.connection.execute(statement)
        names = [column[0] for column in answer.description]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    def _add_working(self, prepared: Prepared, found: list[dict[str, Any]], empty: set[str]) -> None:
        """Give each hit the lines of its clue's working, as mappings by column."""
        statements = prepared.statements
        assert statements is not None, "it ran a moment ago"
        for name in ("judged", "hits", "worst"):
            self.connection.execute(f"CREATE TEMP TABLE {name} AS {getattr(statements, name)}")
        names = [name for name, _ in WORKING]
        lines: dict[str, list[dict[str, Any]]] = {}
        for table, relation in statements.results:
            if table != "working" or is_surely_empty(relation, empty):
                continue
            for values in self.connection.execute(print_relation(relation)).fetchall():
                line = dict(zip(names, values, strict=True))
                lines.setdefault(line["clue_id"], []).append(line)
        clues = dict(self.connection.execute("SELECT DISTINCT identity, clue_id FROM hits").fetchall())
        for row in found:
            own = lines.get(clues.get(row["identity"], ""), [])
            row["working"] = sorted(own, key=lambda line: line["step_no"])


def _failed(error: Exception) -> Difference:
    first = str(error).splitlines()[0]
    return Difference("", "", None, None, Text(zh=f"规则运行出错：{first}", en=f"the rule failed: {first}"))


def _compare_status(case: ExampleCase, prepared: Prepared) -> list[Difference]:
    if case.expect == "not_evaluated" and prepared.status == "not_evaluated":
        return []
    why = prepared.why or NO_TEXT
    if prepared.status == "not_evaluated":
        says = Text(zh=f"规则未评估：{why.zh}", en=f"the rule was not evaluated: {why.en}")
        return [Difference("", "outcome", None, "not_evaluated", says, why)]
    says = Text(zh="应为未评估，却运行了", en="expected not_evaluated, but the rule ran")
    return [Difference("", "outcome", "not_evaluated", "evaluated", says)]
