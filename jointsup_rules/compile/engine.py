"""Rules compiled for one dataset and one day, as statements to run in order.

In: a rulebook's parts and the facts about a dataset. Out: what to create before the rules run, and per rule the
statements that fill the result tables. Knows trees and the printer, never a connection.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal as OneOf

from jointsup_rules.compile import duckdb as printer
from jointsup_rules.compile.bind import Bound
from jointsup_rules.compile.clocks.build import Clocks
from jointsup_rules.compile.clocks.relation import offer, with_clocks
from jointsup_rules.compile.gate import public_macros
from jointsup_rules.compile.outputs import CLUE, COUNTS, EVIDENCE, NOT_CLEAR, WORKING, Outputs
from jointsup_rules.compile.reading import Reader
from jointsup_rules.compile.rule import CompiledRule, RuleCompiler
from jointsup_rules.compile.seen import Absent, Facts, see_table
from jointsup_rules.compile.subjects import Planner
from jointsup_rules.compile.tree import Relation, relations_read
from jointsup_rules.model.clock import Clock
from jointsup_rules.model.dictionary import Dictionary
from jointsup_rules.model.law import Laws, Parameters
from jointsup_rules.model.rule import Rule
from jointsup_rules.problems import Problem, Text

RESULTS = {"clue": CLUE, "evidence": EVIDENCE, "working": WORKING, "not_clear": NOT_CLEAR}
_SEEN = re.compile(r'"seen_([^"]+)"')


@dataclass(frozen=True)
class Statements:
    """The SQL of one rule, each statement made when it is first asked for; all that can be wrong was met before.

    Attributes:
        compiled: The rule as relations.
        outputs: What makes its results.
        evidence: The rows that made it speak; bound with the rule, for its texts may be wrong.
        own_values: What a clue shows of its subject; bound with the rule, too.
        shown_values: What lists show of any subject; likewise.
    """

    compiled: CompiledRule
    outputs: Outputs
    evidence: tuple[Relation, ...]
    own_values: Relation
    shown_values: Relation

    @cached_property
    def judged(self) -> str:
        """Fills the table `judged` with its findings that are not clear."""
        return printer.print_relation(self.compiled.judged)

    @cached_property
    def in_scope(self) -> str:
        """Lists the keys of the subjects it is about."""
        return printer.print_relation(self.compiled.in_scope)

    @cached_property
    def everyone(self) -> str:
        """Lists the keys of all subjects there are, in scope or not."""
        return printer.print_relation(self.compiled.everyone)

    @cached_property
    def hits(self) -> str:
        """Fills the table `hits` with the findings that became clues."""
        return printer.print_relation(self.outputs.hits())

    @cached_property
    def worst(self) -> str:
        """Fills the table `worst` with the finding of each clue that gives it its figures."""
        return printer.print_relation(self.outputs.worst())

    @cached_property
    def own(self) -> str:
        """Lists what a clue shows of its subject, for all subjects: subject_key, own, made."""
        return printer.print_relation(self.own_values)

    @cached_property
    def shown(self) -> str:
        """Lists what a list shows of each subject: subject_key, case_no, unit."""
        return printer.print_relation(self.shown_values)

    @cached_property
    def counts(self) -> str:
        """Counts subjects by outcome, one column each as in COUNTS."""
        return printer.print_relation(self.outputs.counts())

    @cached_property
    def results(self) -> tuple[tuple[str, Relation], ...]:
        """(result table, relation) pairs, over `judged`, `hits` and `worst`."""
        outputs = self.outputs
        relations: list[tuple[str, Relation]] = [
            ("clue", outputs.clues()),
            ("not_clear", outputs.not_clear()),
        ]
        relations += [("evidence", relation) for relation in self.evidence]
        relations += [("working", relation) for relation in outputs.working()]
        return tuple(relations)

    @cached_property
    def fills(self) -> tuple[tuple[str, str], ...]:
        """(result table, select) pairs, run after `hits` exists."""
        return tuple((name, printer.print_relation(relation)) for name, relation in self.results)

    def relations(self) -> tuple[Relation, ...]:
        """Return what reads more than the rule's own tables."""
        compiled = self.compiled
        return (compiled.judged, compiled.in_scope, compiled.everyone, *(one for _, one in self.results))


@dataclass(frozen=True)
class Prepared:
    """One rule as far as it came: statements, or why not."""

    rule: Rule
    status: OneOf["ready", "not_evaluated", "failed"]
    why: Text | None = None
    problems: tuple[Problem, ...] = ()
    statements: Statements | None = None
    compiled: CompiledRule | None = None


@dataclass
class Plan:
    """Everything to run: views of tables, tables to build once, views for queries, rules.

    What was bound is in `rules`, each with its `compiled` (scope, parts, judged findings), and in `planner`; SQL is
    printed when it is first asked for, so that whoever only looks at what was bound pays for no text.

    Attributes:
        also: Statements of others than rules that read the same views.
        built: The tables to create before the rules run, as relations in order.
        published: The views that queries read, as relations.
    """

    dictionary: Dictionary
    facts: Facts
    planner: Planner
    clocks: Clocks
    rules: list[Prepared] = field(default_factory=list)
    also: list[str] = field(default_factory=list)
    built: list[tuple[str, Relation]] = field(default_factory=list)
    published: list[tuple[str, Relation]] = field(default_factory=list)

    def lay_out(self) -> None:
        """Plan tables and views for all that has been bound so far."""
        self.published, self.built = self.planner.published_views(), self.planner.setup()
        for printed in ("views", "tables"):
            self.__dict__.pop(printed, None)

    @cached_property
    def tables(self) -> list[tuple[str, str]]:
        """The tables to create before the rules run: (name, select), in order."""
        return [(name, printer.print_relation(relation)) for name, relation in self.built]

    @cached_property
    def views(self) -> list[tuple[str, str]]:
        """The views that queries read: (name, select)."""
        return [(name, printer.print_relation(relation)) for name, relation in self.published]

    def raw_tables(self) -> list[str]:
        """Return the names of the stored tables that some statement reads, in order."""
        read = [relation for _, relation in (*self.built, *self.published)]
        for prepared in self.rules:
            read += prepared.statements.relations() if prepared.statements is not None else ()
        names = {name for text in self.also for name in _SEEN.findall(text)}
        names |= {
            name.removeprefix("seen_") for name in relations_read(tuple(read)) if name.startswith("seen_")
        }
        stored = self.facts.tables.keys() - self.planner.on_demand.keys()
        return sorted(names & stored)

    def seen_views(self) -> list[tuple[str, str]]:
        """Return the views of the stored tables that are read: (name, select), in order."""
        tables = self.dictionary.tables
        return [
            (f"seen_{name}", printer.print_relation(see_table(tables[name], self.facts)))
            for name in self.raw_tables()
        ]


def make_plan(
    dictionary: Dictionary,
    facts: Facts,
    rules: Iterable[Rule],
    parameters: Parameters,
    laws: Laws,
    clocks: Mapping[str, Clock],
    literals: Mapping[str, Bound] | None = None,
    *,
    every_clock: bool = False,
) -> Plan:
    """Return the plan for a set of rules; a rule that cannot be compiled is in it with the reason.

    With `every_clock` those that no rule names are in it, too.
    """
    reader = Reader()
    dictionary, facts = with_clocks(dictionary, facts, clocks)
    planner = Planner(dictionary, facts, reader)
    named = Clocks(planner, parameters, clocks)
    offer(planner, named)
    compiler = RuleCompiler(planner, parameters, laws, named, literals or {})
    plan = Plan(dictionary, facts, planner, named)
    for rule in rules:
        plan.rules.append(_prepare(compiler, rule))
    for clock in clocks if every_clock else ():
        named.check(clock)
    plan.lay_out()
    return plan


def _prepare(compiler: RuleCompiler, rule: Rule) -> Prepared:
    errors = compiler.planner.reader.errors
    before = len(errors)
    try:
        compiled = compiler.compile(rule)
        statements = _statements(compiler, compiled) if compiled is not None else None
    except Absent as absent:
        return Prepared(rule, "not_evaluated", absent.why, tuple(errors[before:]))
    found = tuple(dict.fromkeys(errors[before:]))
    if compiled is None or statements is None or found:
        return Prepared(rule, "failed", _first(found), found)
    return Prepared(rule, "ready", None, (), statements, compiled)


def _first(problems: tuple[Problem, ...]) -> Text:
    if not problems:
        return Text("规则无法编译", "the rule cannot be compiled")
    first = problems[0]
    return Text(f"{first.place} {first.code} {first.what.zh}", f"{first.place} {first.code} {first.what.en}")


def _statements(compiler: RuleCompiler, compiled: CompiledRule) -> Statements:
    outputs = Outputs(compiler, compiled)
    return Statements(compiled, outputs, tuple(outputs.evidence()), outputs.own_values(), outputs.shown())


def result_tables() -> list[str]:
    """Return the statements that create the result tables."""
    statements = []
    for name, columns in RESULTS.items():
        listed = ", ".join(f"{printer.quote(column)} {printer.TYPES[kind]}" for column, kind in columns)
        statements.append(f"CREATE TABLE {printer.quote('result_' + name)} ({listed})")
    return statements


def insert_into(name: str, select: str) -> str:
    """Return the statement that adds a rule's rows to a result table."""
    columns = ", ".join(printer.quote(column) for column, _ in RESULTS[name])
    return f"INSERT INTO {printer.quote('result_' + name)} ({columns}) {select}"


def prelude() -> list[str]:
    """Return the statements that make the engine's macros; the calendar's tables must exist."""
    return [*printer.macro_statements(), *public_macros()]


COUNT_NAMES = tuple(name for name, _ in COUNTS)
