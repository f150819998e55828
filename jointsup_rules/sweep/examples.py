"""Examples inside rules: tiny tables in, what a rule says of every subject against what its author expects.

Runs on a database in memory that can reach no file. One connection serves all examples of all rules; those of a rule
that share a day and a setting share tables and prepared statements, and only their rows are put in anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from jointsup_rules.compile.context import OUTCOMES
from jointsup_rules.compile.duckdb import quote
from jointsup_rules.compile.engine import Prepared, make_plan
from jointsup_rules.compile.outputs import WORKING
from jointsup_rules.compile.parameters import as_literals
from jointsup_rules.compile.seen import Facts, TableFacts
from jointsup_rules.load.typing import insert_rows, read_rows, table_columns_sql
from jointsup_rules.model.calendar import Calendar, plain_calendar
from jointsup_rules.model.rule import ExampleCase, Examples, Rule, read_day
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.problems import Text
from jointsup_rules.sweep.database import (
    CALENDAR_TABLES,
    load_calendar,
    open_connection,
    prepare_connection,
    shut,
)

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_YEARS = timedelta(days=3 * 366)


@dataclass(frozen=True)
class ExampleResult:
    """One example: what differed, in words; nothing if it held."""

    rule_id: str
    name: str
    number: int
    differences: tuple[Text, ...]


@dataclass(frozen=True)
class _Setting:
    """All that the compiled rule depends on besides its rows; examples that share it share tables and statements."""

    as_of: date
    exported: tuple[tuple[str, date], ...]
    absent: frozenset[str]
    unread: tuple[tuple[str, frozenset[str]], ...]
    params: tuple[tuple[str, Any], ...]
    off: tuple[str, ...] | None


@dataclass(frozen=True)
class _Given:
    """One example read: its setting, and the rows of its tables."""

    number: int
    case: ExampleCase
    setting: _Setting
    rows: Mapping[str, Sequence[tuple[object, ...]]]


@dataclass(frozen=True)
class _Stage:
    """Tables made and statements prepared for one setting."""

    prepared: Prepared
    raw: tuple[str, ...] = ()
    n_fills: int = 0


class ExampleRunner:
    """Runs examples; use as a context manager, for the connection must be closed."""

    def __init__(self, rulebook: Rulebook) -> None:
        assert rulebook.dictionary is not None, "examples need a dictionary"
        self.rulebook, self.dictionary = rulebook, rulebook.dictionary
        self.connection: DuckDBPyConnection = open_connection(threads=1, memory="1GB")
        prepare_connection(self.connection, rulebook.calendar)
        # Tables of a few rows: finding a better plan takes longer than any plan, and what is known of their values at
        # one example must not shape a statement that runs on the next.
        self.connection.execute("PRAGMA disable_optimizer")
        shut(self.connection)
        self.made: list[tuple[str, str]] = []
        self.calendar_is_own = False

    def __enter__(self) -> ExampleRunner:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def run(self, rule: Rule) -> list[ExampleResult]:
        """Return the result of every example of a rule, in order."""
        examples = rule.shape.examples
        if examples is None:
            return []
        differences: dict[int, list[Text]] = {}
        groups: dict[_Setting, list[_Given]] = {}
        for number, case in enumerate(examples.cases):
            try:
                given = self._read(examples, case, number)
            except (KeyError, ValueError) as error:
                differences[number] = [
                    Text(zh=f"示例写错：{error}", en=f"the example cannot be read: {error}")
                ]
                continue
            groups.setdefault(given.setting, []).append(given)
        for setting, members in groups.items():
            differences.update(self._run_group(rule, setting, members))
        return [
            ExampleResult(rule.id, case.name, number, tuple(differences[number]))
            for number, case in enumerate(examples.cases)
        ]

    def _run_group(self, rule: Rule, setting: _Setting, members: list[_Given]) -> dict[int, list[Text]]:
        import duckdb

        found: dict[int, list[Text]] = {}
        try:
            stage = self._open(rule, setting)
            for given in members:
                try:
                    found[given.number] = self._differences(rule, stage, given)
                except duckdb.Error as error:
                    found[given.number] = [_failed(error)]
        except duckdb.Error as error:
            found.update({given.number: [_failed(error)] for given in members if given.number not in found})
        finally:
            self._clear()
        return found

    def _clear(self) -> None:
        for kind, name in reversed(self.made):
            what = f"DEALLOCATE {name}" if kind == "PREPARE" else f"DROP {kind} IF EXISTS {quote(name)}"
            self.connection.execute(what)
        self.made.clear()

    # ---- making

    def _read(self, examples: Examples, case: ExampleCase, number: int) -> _Given:
        as_of = read_day(case.as_of or examples.as_of)
        exported = {
            name: read_day(day) for name, day in {**examples.exported_on, **(case.exported_on or {})}.items()
        }
        absent = frozenset({*examples.absent, *case.absent})
        likes = {**examples.like, **(case.like or {})}
        rows: dict[str, Sequence[tuple[object, ...]]] = {}
        unread: dict[str, frozenset[str]] = {}
        for name, given in case.given.items():
            table = self.dictionary.tables.get(name)
            if table is None:
                raise KeyError(f"given: {name}")
            if name in absent:
                raise ValueError(f"{name}: absent and given")
            full = [{**likes.get(name, {}), **row} for row in given]
            day = exported.get(name, as_of)
            rows[name], unread[name] = read_rows(table, full, day, zone=self.dictionary.timezone)
        off = case.calendar if case.calendar is not None else examples.calendar
        setting = _Setting(
            as_of,
            tuple(sorted(exported.items())),
            absent,
            tuple(sorted((name, lost) for name, lost in unread.items() if lost)),
            tuple(sorted({**examples.params, **(case.params or {})}.items())),
            tuple(off) if off is not None else None,
        )
        return _Given(number, case, setting, rows)

    def _open(self, rule: Rule, setting: _Setting) -> _Stage:
        """Compile the rule for a setting, make its tables without rows and prepare its statements."""
        self._use_calendar(setting.off, setting.as_of)
        literals = as_literals(dict(setting.params))
        plan = make_plan(
            self.dictionary,
            self._facts(setting),
            [rule],
            self.rulebook.parameters,
            self.rulebook.laws,
            self.rulebook.clocks,
            literals,
        )
        (prepared,) = plan.rules
        if prepared.statements is None:
            return _Stage(prepared)
        raw = tuple(plan.raw_tables())
        for name in raw:
            table = self.dictionary.tables[name].model_copy(update={"name": f"raw_{name}"})
            self._make("TABLE", f"raw_{name}", f"({table_columns_sql(table)})")
        for name, sql in plan.seen_views():
            self._make("VIEW", name, f"AS {sql}")
        for name, sql in plan.tables:
            self._make("TABLE", name, f"AS {sql}")
        for name, sql in plan.views:
            self._make("VIEW", name, f"AS {sql}")
        for number, (name, sql) in enumerate(plan.tables):
            self._prepare(f"fill_{number}", f"INSERT INTO {quote(name)} {sql}")
        self._prepare("judged", prepared.statements.judged)
        self._prepare("in_scope", prepared.statements.in_scope)
        return _Stage(prepared, raw, len(plan.tables))

    def _make(self, kind: str, name: str, definition: str) -> None:
        self.connection.execute(f"CREATE {kind} {quote(name)} {definition}")
        self.made.append((kind, name))

    def _prepare(self, name: str, statement: str) -> None:
        self.connection.execute(f"PREPARE {name} AS {statement}")
        self.made.append(("PREPARE", name))

    def _facts(self, setting: _Setting) -> Facts:
        exported, unread = dict(setting.exported), dict(setting.unread)
        tables = {
            name: TableFacts(
                frozenset(table.columns),
                unread.get(name, frozenset()),
                frozenset(),
                (exported.get(name, setting.as_of),),
            )
            for name, table in self.dictionary.tables.items()
            if name not in setting.absent
        }
        cut_off = max(facts.cut_offs[0] for facts in tables.values()) if tables else setting.as_of
        return Facts(setting.as_of, cut_off, tables)

    def _use_calendar(self, off: Iterable[str] | None, as_of: date) -> None:
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

    def _differences(self, rule: Rule, stage: _Stage, given: _Given) -> list[Text]:
        case, prepared = given.case, stage.prepared
        if case.expect == "not_evaluated" or prepared.status == "not_evaluated":
            return _compare_status(case, prepared)
        if prepared.statements is None:
            return [prepared.why or Text(zh="规则无法编译", en="the rule cannot be compiled")]
        assert isinstance(case.expect, tuple)
        # Taken back at the end: the next example finds the tables without rows.
        self.connection.execute("BEGIN")
        try:
            for name in stage.raw:
                insert_rows(self.connection, f"raw_{name}", given.rows.get(name, ()))
            for number in range(stage.n_fills):
                self.connection.execute(f"EXECUTE fill_{number}")
            found, in_scope = self._run()
            if any("working" in entry for entry in case.expect):
                self._add_working(prepared, found)
        finally:
            self.connection.execute("ROLLBACK")
        return compare(case.expect, found, in_scope, rule)

    def _run(self) -> tuple[list[dict[str, Any]], list[str]]:
        """Return every finding that is not clear as a row by column name, and the keys of all subjects in scope."""
        answer = self.connection.execute("EXECUTE judged")
        names = [column[0] for column in answer.description]
        found = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
        in_scope = [key for (key,) in self.connection.execute("EXECUTE in_scope").fetchall()]
        return found, in_scope

    def _add_working(self, prepared: Prepared, found: list[dict[str, Any]]) -> None:
        """Give each hit the lines of its clue's working, as mappings by column."""
        statements = prepared.statements
        assert statements is not None, "it ran a moment ago"
        for name in ("judged", "hits", "worst"):
            self.connection.execute(f"CREATE TABLE {name} AS {getattr(statements, name)}")
        names = [name for name, _ in WORKING]
        lines: dict[str, list[dict[str, Any]]] = {}
        for table, sql in statements.fills:
            for values in self.connection.execute(sql).fetchall() if table == "working" else ():
                line = dict(zip(names, values, strict=True))
                lines.setdefault(line["clue_id"], []).append(line)
        clues = dict(self.connection.execute("SELECT DISTINCT identity, clue_id FROM hits").fetchall())
        for row in found:
            own = lines.get(clues.get(row["identity"], ""), [])
            row["working"] = sorted(own, key=lambda line: line["step_no"])


def _failed(error: Exception) -> Text:
    first = str(error).splitlines()[0]
    return Text(zh=f"规则运行出错：{first}", en=f"the rule failed: {first}")


# ---- comparing


def _compare_status(case: ExampleCase, prepared: Prepared) -> list[Text]:
    if case.expect == "not_evaluated" and prepared.status == "not_evaluated":
        return []
    why = prepared.why or Text(zh="", en="")
    if prepared.status == "not_evaluated":
        return [Text(zh=f"规则未评估：{why.zh}", en=f"the rule was not evaluated: {why.en}")]
    return [Text(zh="应为未评估，却运行了", en="expected not_evaluated, but the rule ran")]


def compare(
    expected: Iterable[Mapping[str, Any]], found: list[dict[str, Any]], in_scope: list[str], rule: Rule
) -> list[Text]:
    """Return in words where what was found differs from what was expected; every subject in scope must be named."""
    by_subject: dict[str, list[dict[str, Any]]] = {}
    for row in found:
        by_subject.setdefault(row["subject_key"], []).append(row)
    differences: list[Text] = []
    named: set[str] = set()
    for entry in expected:
        key = str(entry.get("subject"))
        named.add(key)
        wanted = str(entry.get("outcome"))
        if wanted == "out_of_scope":
            if key in in_scope:
                differences.append(Text(zh=f"{key}：应在范围之外", en=f"{key}: expected out of scope"))
            continue
        if key not in in_scope:
            differences.append(Text(zh=f"{key}：不在范围内", en=f"{key}: not in scope"))
            continue
        differences += _compare_entry(key, entry, by_subject.get(key, []), rule)
    for key in sorted(set(in_scope) - named):
        outcome = _outcome_of(by_subject.get(key, []))
        differences.append(
            Text(
                zh=f"{key}：在范围内（{outcome}），示例没有列出",
                en=f"{key}: in scope ({outcome}) but not listed",
            )
        )
    return differences


def _outcome_of(rows: list[dict[str, Any]]) -> str:
    ranked = sorted((row["outcome"] for row in rows), key=OUTCOMES.index)
    return ranked[0] if ranked else "clear"


def _worst_first(row: dict[str, Any]) -> tuple[Any, ...]:
    return (
        OUTCOMES.index(row["outcome"]),
        -(row["over_days"] if row["over_days"] is not None else -1),
        -(float(row["measure"]) if row["measure"] is not None else float("-inf")),
        str(row["started_on"] or "9999"),
        str(row["due_on"] or "9999"),
        str(row["part"]),
    )


def _compare_entry(key: str, entry: Mapping[str, Any], rows: list[dict[str, Any]], rule: Rule) -> list[Text]:
    wanted = str(entry["outcome"])
    if "part" in entry:
        rows = [row for row in rows if row["part"] == entry["part"]]
    outcome = _outcome_of(rows)
    if wanted == "due_soon":
        is_soon = outcome == "running" and any(row["soon"] for row in rows)
        outcome = "due_soon" if is_soon else outcome
    if outcome != wanted:
        return [
            Text(
                zh=f"{key}：应为 {wanted}，却是 {outcome}{_told(rows)}",
                en=f"{key}: expected {wanted}, found {outcome}{_told(rows)}",
            )
        ]
    rows = sorted(
        (row for row in rows if row["outcome"] == ("running" if wanted == "due_soon" else wanted)),
        key=_worst_first,
    )
    fields = {name: value for name, value in entry.items() if name not in ("subject", "outcome", "part")}
    # The worst finding of an identity gives its clue the figures; an entry may speak of any of a subject's clues.
    clues = list({row["identity"]: row for row in reversed(rows)}.values())
    attempts = [_field_differences(key, fields, row, rule) for row in clues]
    return min(attempts, key=len, default=[])


def _told(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return ""
    row = sorted(rows, key=_worst_first)[0]
    shown = {
        name: row[name]
        for name in ("started_on", "due_on", "ended_on", "over_days", "measure", "missing", "why")
    }
    return (
        " ("
        + ", ".join(f"{name} {_plain(value)}" for name, value in shown.items() if value not in (None, []))
        + ")"
    )


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return "[" + ", ".join(map(str, value)) + "]"
    return value


def _working_told(wanted: Any, lines: list[dict[str, Any]]) -> tuple[str, bool]:
    """The lines of a working in short, and whether they are the expected ones; what is not named is not compared."""
    expected = wanted if isinstance(wanted, list) else []
    holds = len(expected) == len(lines) and all(
        isinstance(one, dict) and all(str(_plain(line.get(key))) == str(value) for key, value in one.items())
        for one, line in zip(expected, lines, strict=True)
    )
    shown = ("step", "from_on", "to_on", "days", "honoured")
    told = (
        " ".join(f"{name} {_plain(line[name])}" for name in shown if line[name] is not None) for line in lines
    )
    return "; ".join(told), holds


def _field_differences(key: str, fields: Mapping[str, Any], row: dict[str, Any], rule: Rule) -> list[Text]:
    differences = []
    for name, wanted in fields.items():
        if name == "missing":
            actual: Any = sorted(row["missing"] or [])
            holds = actual == sorted(map(str, wanted))
        elif name == "working":
            actual, holds = _working_told(wanted, row.get("working", []))
        elif name == "because":
            actual = _because(row, rule)
            words = [str(part) for part in wanted.values()] if isinstance(wanted, dict) else [str(wanted)]
            holds = actual is not None and any(word in (actual.zh, actual.en) for word in words)
            actual = actual.zh if actual is not None else None
        elif name not in row:
            differences.append(
                Text(zh=f"{key}：没有可比较的列“{name}”", en=f"{key}: no column '{name}' to compare")
            )
            continue
        else:
            actual = row[name]
            holds = _is_equal(actual, wanted)
        if not holds:
            differences.append(
                Text(
                    zh=f"{key}：{name} 应为 {_plain(wanted)}，却是 {_plain(actual)}",
                    en=f"{key}: {name} expected {_plain(wanted)}, found {_plain(actual)}",
                )
            )
    return differences


def _because(row: dict[str, Any], rule: Rule) -> Text | None:
    number = row["excluded"] if row["excluded"] is not None else row["kept"]
    return rule.shape.exclude[number].because if number is not None else None


def _is_equal(actual: Any, wanted: Any) -> bool:
    if wanted is None or actual is None:
        return wanted is None and actual is None
    if isinstance(actual, bool):
        return bool(actual == wanted)
    if isinstance(actual, date):
        return actual.isoformat() == str(wanted)
    if isinstance(wanted, int | float) and not isinstance(wanted, bool):
        return abs(float(actual) - float(wanted)) < 1e-6
    return str(actual) == str(wanted)
