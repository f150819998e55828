"""The rows a rule reads for one subject: every relation the compiled rule follows, walked from that subject on.

In: a rule, a dataset, a day, the key of a subject. Out: rows by table, as they are stored. A relation that leads from
one subject to very many rows (all cases of a unit) is walked only if asked for.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jointsup_rules.compile import duckdb as printer
from jointsup_rules.compile.context import key_text
from jointsup_rules.compile.duckdb import print_value, quote
from jointsup_rules.compile.engine import Plan, make_plan
from jointsup_rules.compile.seen import Absent, Facts
from jointsup_rules.compile.subjects import Reach
from jointsup_rules.compile.tree import Column, Join, Scalar, Select, Source, call
from jointsup_rules.model.calendar import Calendar
from jointsup_rules.model.dictionary import Relation, Subject
from jointsup_rules.model.rule import Rule
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.problems import Place, Problem, ProblemsError, Text
from jointsup_rules.sweep.database import build, open_connection, prepare_connection, shut

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# More rows of one relation than people would write down, and than an example could hold.
MANY = 40
MOST = 2000
Row = Mapping[str, Any]


@dataclass(frozen=True)
class CaseRows:
    """The rows read, by table, each by column as it is stored; and whether a relation with very many was left out."""

    rows: Mapping[str, tuple[Row, ...]]
    left_out: bool


@dataclass(frozen=True)
class _Way:
    """One relation the rule follows, as a statement over the subjects still to be walked from.

    Columns: from_key; key where it leads to a subject; file, line of the row where it leads to rows of `table`; and of
    the links on the way.
    """

    subject: str
    target: Subject
    is_subject: bool
    table: str | None
    links: tuple[str, ...]
    sql: str


@dataclass
class _Walk:
    """What has been reached so far."""

    seen: dict[str, set[str]] = field(default_factory=dict)
    rows: dict[str, set[tuple[str, int]]] = field(default_factory=dict)
    left_out: bool = False

    def count(self) -> int:
        return sum(map(len, self.rows.values()))


def gather_case_rows(
    rulebook: Rulebook, rule: Rule, dataset: Path, facts: Facts, key: str, *, all_of_them: bool
) -> CaseRows:
    """Return the rows a rule reads for a subject.

    Args:
        facts: What is known of the dataset.
        key: Key of the subject as text.
        all_of_them: Relations with very many rows are walked too.

    Raises:
        ProblemsError: they are too many, or the rule cannot be run over the dataset.
    """
    assert rulebook.dictionary is not None, "a rule needs a dictionary"
    plan = make_plan(rulebook.dictionary, facts, [rule], rulebook.parameters, rulebook.laws, rulebook.clocks)
    ways = _gather_ways(plan)
    files = [dataset / f"{name}.parquet" for name in sorted({*plan.raw_tables(), *_tables(plan, ways)})]
    with tempfile.TemporaryDirectory(prefix="jointsup-") as folder:
        return _gather(rulebook, rule, plan, ways, files, Path(folder), key, all_of_them=all_of_them)


def _gather(
    rulebook: Rulebook,
    rule: Rule,
    plan: Plan,
    ways: Sequence[_Way],
    files: Sequence[Path],
    scratch: Path,
    key: str,
    *,
    all_of_them: bool,
) -> CaseRows:
    connection = open_connection(readable=files, scratch=scratch)
    try:
        _open(
            connection, plan, files, rulebook.calendar, {way.subject for way in ways} | {rule.shape.subject}
        )
        walk = _Walk()
        _walk(connection, plan, ways, walk, rule.shape.subject, key, all_of_them=all_of_them)
        found = {
            table: tuple(_read_rows(connection, table, where)) for table, where in sorted(walk.rows.items())
        }
    finally:
        connection.close()
    return CaseRows({table: rows for table, rows in found.items() if rows}, walk.left_out)


def _tables(plan: Plan, ways: Sequence[_Way]) -> set[str]:
    """Stored tables the walk reads besides those of the rule."""
    subjects = plan.dictionary.subjects
    named = {table for way in ways for table in plan.planner.tables_of(subjects.get(way.subject, way.target))}
    named |= {way.table for way in ways if way.table is not None} | {one for way in ways for one in way.links}
    return {one for one in named if one in plan.facts.tables and one not in plan.planner.on_demand}


def _open(
    connection: DuckDBPyConnection, plan: Plan, files: Sequence[Path], calendar: Calendar, subjects: set[str]
) -> None:
    prepare_connection(connection, calendar)
    for file in files:
        source = f"SELECT * FROM read_parquet({print_value(str(file))})"
        connection.execute(f"CREATE VIEW {quote('raw_' + file.stem)} AS {source}")
    shut(connection)
    for name in sorted(subjects):
        connection.execute(f"CREATE TABLE {quote('todo_' + name)} (key VARCHAR)")
    build(connection, plan)


# ---- the ways


def _gather_ways(plan: Plan) -> list[_Way]:
    """Every relation the rule follows, bound and printed; what they need is in the plan."""
    planner, found = plan.planner, []
    n_matched = -1
    while n_matched != len(planner.matched):
        # Binding one may make known that others are followed.
        n_matched = len(planner.matched)
        found = [
            _way(plan, plan.dictionary.subjects[subject], relation)
            for (subject, _), relation in list(planner.matched.items())
        ]
    ways = [one for one in found if one is not None]
    plan.also = [way.sql for way in ways]
    plan.lay_out()
    return ways


def _way(plan: Plan, subject: Subject, relation: Relation) -> _Way | None:
    planner = plan.planner
    target = planner.target_of(relation)
    if any(table in planner.on_demand for table in planner.tables_of(target)):
        # Periods of a clock: made of the rows that the clock follows itself.
        return None
    mine, theirs = Reach(subject.name, "s"), planner.reach_target(relation, "r")
    try:
        matched = planner.match(relation, subject, mine, theirs)
        joins = planner.joins(matched, theirs)
    except Absent:
        # What was not delivered gives no rows.
        return None
    columns: list[tuple[str, Scalar]] = [("from_key", _key("s", subject))]
    is_subject = relation.subject is not None
    if is_subject:
        columns.append(("key", _key("r", target)))
    table = target.rows_of or (target.name if not is_subject else None)
    if table is not None:
        columns += [("file", Column("r", "_file")), ("line", Column("r", "_line"))]
    links = []
    for number, (source, _) in enumerate(matched.links):
        columns += [
            (f"file{number}", Column(source.alias, "_file")),
            (f"line{number}", Column(source.alias, "_line")),
        ]
        links.append(str(source.relation).removeprefix("seen_"))
    todo = Join(
        "inner", Source(f"todo_{subject.name}", "z"), call("=", _key("s", subject), Column("z", "key"))
    )
    select = Select(tuple(columns), planner.source(mine), (todo, *joins))
    return _Way(subject.name, target, is_subject, table, tuple(links), printer.print_relation(select))


def _key(alias: str, subject: Subject) -> Scalar:
    return key_text([Column(alias, name) for name in subject.key])


# ---- walking


def _walk(
    connection: DuckDBPyConnection,
    plan: Plan,
    ways: Sequence[_Way],
    walk: _Walk,
    subject: str,
    key: str,
    *,
    all_of_them: bool,
) -> None:
    todo: dict[str, set[str]] = {subject: {key}}
    while todo:
        following: dict[str, set[str]] = {}
        for name, keys in todo.items():
            walk.seen.setdefault(name, set()).update(keys)
            _add_own_rows(connection, plan, walk, plan.dictionary.subjects[name], keys)
        for name, keys in todo.items():
            for way in ways:
                if way.subject == name:
                    _follow(connection, way, keys, walk, following, all_of_them=all_of_them)
        if walk.count() > MOST:
            what = Text(
                f"规则为这个对象读了超过 {MOST} 行，不能作成示例",
                f"the rule reads more than {MOST} rows for this subject, too many for an example",
            )
            fix = Text("手写一个小的示例", "write a small example by hand")
            raise ProblemsError([Problem("JR431", Place("test"), what, fix=fix)])
        todo = {name: keys - walk.seen.get(name, set()) for name, keys in following.items()}
        todo = {name: keys for name, keys in todo.items() if keys}


def _follow(
    connection: DuckDBPyConnection,
    way: _Way,
    keys: set[str],
    walk: _Walk,
    following: dict[str, set[str]],
    *,
    all_of_them: bool,
) -> None:
    todo = quote("todo_" + way.subject)
    connection.execute(f"DELETE FROM {todo}")
    connection.executemany(f"INSERT INTO {todo} VALUES (?)", [(key,) for key in sorted(keys)])
    counted = connection.execute(
        f"SELECT from_key, count(*) FROM ({way.sql}) GROUP BY from_key HAVING count(*) > {MANY}"
    ).fetchall()
    many = set() if all_of_them else {key for key, _ in counted}
    walk.left_out = walk.left_out or bool(many)
    if many:
        connection.executemany(f"DELETE FROM {todo} WHERE key = ?", [(key,) for key in sorted(many)])
    answer = connection.execute(f"SELECT * FROM ({way.sql}) LIMIT {MOST + 1}")
    names = [column[0] for column in answer.description]
    for values in answer.fetchall():
        row = dict(zip(names, values, strict=True))
        if way.table is not None and row["file"] is not None:
            walk.rows.setdefault(way.table, set()).add((row["file"], row["line"]))
        for number, table in enumerate(way.links):
            walk.rows.setdefault(table, set()).add((row[f"file{number}"], row[f"line{number}"]))
        if way.is_subject and row["key"] is not None:
            following.setdefault(way.target.name, set()).add(row["key"])


def _add_own_rows(
    connection: DuckDBPyConnection, plan: Plan, walk: _Walk, subject: Subject, keys: set[str]
) -> None:
    """The rows a subject is, or those that hold its values."""
    tables: list[tuple[str, list[str]]] = [(subject.rows_of, list(subject.key))] if subject.rows_of else []
    tables += [(one.table, [one.columns[name] for name in subject.key]) for one in subject.values_of]
    listed = ", ".join(map(print_value, sorted(keys)))
    for table, columns in tables:
        text = printer.print_scalar(key_text([Column("t", name) for name in columns]))
        found = connection.execute(
            f"SELECT _file, _line FROM {quote('raw_' + table)} AS t WHERE {text} IN ({listed}) LIMIT {MOST + 1}"
        ).fetchall()
        walk.rows.setdefault(table, set()).update(found)


def _read_rows(connection: DuckDBPyConnection, table: str, where: set[tuple[str, int]]) -> list[Row]:
    listed = ", ".join(f"({print_value(file)}, {line})" for file, line in sorted(where))
    answer = connection.execute(
        f"SELECT * FROM {quote('raw_' + table)} WHERE (_file, _line) IN ({listed}) ORDER BY _file, _line"
    )
    names = [column[0] for column in answer.description]
    return [dict(zip(names, values, strict=True)) for values in answer.fetchall()]
