"""Examples inside rules: tiny tables in, what a rule says of every subject against what its author expects.

Runs on a database in memory that can reach no file. One connection serves all examples of all rules; tables are made
anew for each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from jointsup_rules.compile.context import OUTCOMES
from jointsup_rules.compile.duckdb import quote
from jointsup_rules.compile.engine import Plan, Prepared, make_plan
from jointsup_rules.compile.parameters import as_literals
from jointsup_rules.compile.seen import Facts, TableFacts
from jointsup_rules.load.typing import create_typed_table
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


class ExampleRunner:
    """Runs examples; use as a context manager, for the connection must be closed."""

    def __init__(self, rulebook: Rulebook) -> None:
        assert rulebook.dictionary is not None, "examples need a dictionary"
        self.rulebook, self.dictionary = rulebook, rulebook.dictionary
        self.connection: DuckDBPyConnection = open_connection(threads=1, memory="1GB")
        prepare_connection(self.connection, rulebook.calendar)
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
        return [self._run_case(rule, examples, case, n) for n, case in enumerate(examples.cases)]

    def _run_case(self, rule: Rule, examples: Examples, case: ExampleCase, number: int) -> ExampleResult:
        import duckdb

        try:
            differences = self._differences(rule, examples, case)
        except duckdb.Error as error:
            first = str(error).splitlines()[0]
            differences = [Text(zh=f"规则运行出错：{first}", en=f"the rule failed: {first}")]
        except (KeyError, ValueError) as error:
            differences = [Text(zh=f"示例写错：{error}", en=f"the example cannot be read: {error}")]
        finally:
            self._clear()
        return ExampleResult(rule.id, case.name, number, tuple(differences))

    def _clear(self) -> None:
        for kind, name in reversed(self.made):
            self.connection.execute(f"DROP {kind} IF EXISTS {quote(name)}")
        self.made.clear()
        for name in ("judged", "hits"):
            self.connection.execute(f"DROP TABLE IF EXISTS {name}")

    # ---- making

    def _differences(self, rule: Rule, examples: Examples, case: ExampleCase) -> list[Text]:
        as_of = read_day(case.as_of or examples.as_of)
        self._use_calendar(case.calendar if case.calendar is not None else examples.calendar, as_of)
        exported = {
            name: read_day(day) for name, day in {**examples.exported_on, **(case.exported_on or {})}.items()
        }
        absent = {*examples.absent, *case.absent}
        unread = self._make_given(examples, case, exported, as_of, absent)
        facts = self._facts(as_of, exported, absent, unread)
        literals = as_literals({**examples.params, **(case.params or {})})
        plan = make_plan(
            self.dictionary,
            facts,
            [rule],
            self.rulebook.parameters,
            self.rulebook.laws,
            self.rulebook.clocks,
            literals,
        )
        (prepared,) = plan.rules
        if case.expect == "not_evaluated" or prepared.status == "not_evaluated":
            return _compare_status(case, prepared)
        if prepared.statements is None:
            return [prepared.why or Text(zh="规则无法编译", en="the rule cannot be compiled")]
        self._make_rest(plan)
        found, in_scope = self._run(prepared)
        assert isinstance(case.expect, tuple)
        return compare(case.expect, found, in_scope, rule)

    def _make_given(
        self,
        examples: Examples,
        case: ExampleCase,
        exported: Mapping[str, date],
        as_of: date,
        absent: set[str],
    ) -> dict[str, frozenset[str]]:
        """Create the tables the example names; return the columns in which a value could not be read."""
        likes = {**examples.like, **(case.like or {})}
        unread: dict[str, frozenset[str]] = {}
        for name, rows in case.given.items():
            table = self.dictionary.tables.get(name)
            if table is None:
                raise KeyError(f"given: {name}")
            if name in absent:
                raise ValueError(f"{name}: absent and given")
            like = likes.get(name, {})
            full = [{**like, **row} for row in rows]
            raw = table.model_copy(update={"name": f"raw_{name}"})
            day = exported.get(name, as_of)
            create_typed_table(self.connection, raw, full, day, zone=self.dictionary.timezone)
            self.made.append(("TABLE", f"raw_{name}"))
            lost = self.connection.execute(
                f"SELECT DISTINCT unnest(_unread) FROM {quote('raw_' + name)}"
            ).fetchall()
            unread[name] = frozenset(column for (column,) in lost)
        return unread

    def _facts(
        self,
        as_of: date,
        exported: Mapping[str, date],
        absent: set[str],
        unread: Mapping[str, frozenset[str]],
    ) -> Facts:
        tables = {
            name: TableFacts(
                frozenset(table.columns),
                unread.get(name, frozenset()),
                frozenset(),
                (exported.get(name, as_of),),
            )
            for name, table in self.dictionary.tables.items()
            if name not in absent
        }
        cut_off = max(facts.cut_offs[0] for facts in tables.values()) if tables else as_of
        return Facts(as_of, cut_off, tables)

    def _make_rest(self, plan: Plan) -> None:
        given = {name for _, name in self.made}
        for name in plan.raw_tables():
            if f"raw_{name}" not in given:
                raw = self.dictionary.tables[name].model_copy(update={"name": f"raw_{name}"})
                create_typed_table(self.connection, raw, [], plan.facts.as_of)
                self.made.append(("TABLE", f"raw_{name}"))
        for name, sql in plan.seen_views():
            self.connection.execute(f"CREATE VIEW {quote(name)} AS {sql}")
            self.made.append(("VIEW", name))
        for name, sql in plan.tables:
            self.connection.execute(f"CREATE TABLE {quote(name)} AS {sql}")
            self.made.append(("TABLE", name))
        for name, sql in plan.views:
            self.connection.execute(f"CREATE VIEW {quote(name)} AS {sql}")
            self.made.append(("VIEW", name))

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

    def _run(self, prepared: Prepared) -> tuple[list[dict[str, Any]], list[str]]:
        """Return every finding that is not clear as a row by column name, and the keys of all subjects in scope."""
        assert prepared.statements is not None
        self.connection.execute(f"CREATE TABLE judged AS {prepared.statements.judged}")
        answer = self.connection.execute("SELECT * FROM judged")
        names = [column[0] for column in answer.description]
        found = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
        in_scope = [key for (key,) in self.connection.execute(prepared.statements.in_scope).fetchall()]
        return found, in_scope


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


def _field_differences(key: str, fields: Mapping[str, Any], row: dict[str, Any], rule: Rule) -> list[Text]:
    differences = []
    for name, wanted in fields.items():
        if name == "missing":
            actual: Any = sorted(row["missing"] or [])
            holds = actual == sorted(map(str, wanted))
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
