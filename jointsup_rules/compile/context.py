"""What a kind of rule is given, and what it gives back.

A kind turns `detect` into findings: one row per place where it looked, with the columns of FINDING. Scope before it,
and exclusion, identity and bands after it, are the same for all kinds and live elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar

from jointsup_rules.compile import tree
from jointsup_rules.compile.bind import Bound, Scope, missing_labels
from jointsup_rules.compile.clocks.built import ClockBook
from jointsup_rules.compile.parameters import bind_parameter
from jointsup_rules.compile.reading import UNBOUND, Written
from jointsup_rules.compile.subjects import Matched, Planner, Reach
from jointsup_rules.compile.tree import Column, Literal, Relation, Scalar, Source, call
from jointsup_rules.load.yaml import Document, Loc
from jointsup_rules.model.clock import Clock
from jointsup_rules.model.dictionary import Relation as DictionaryRelation
from jointsup_rules.model.dictionary import Subject
from jointsup_rules.model.law import Parameters
from jointsup_rules.model.rule import Rule
from jointsup_rules.model.shape import Shape, check_model
from jointsup_rules.problems import Text, did_you_mean

OUTCOMES = ("hit", "cannot_tell", "running", "excluded", "clear")
# One finding: column and type. `row_key` names the related row it is about, `detail` holds figures as JSON, `base_on`
# is the due day before pauses and roll, `soon` marks a running finding that is due within the warning days,
# `decided_by` names the case of its kind that it fell into. `clock`, `segment` and `due_if_all` (the due day had
# everything been honoured) are those of named time limits.
FINDING = (
    ("part", "text"),
    ("outcome", "text"),
    ("started_on", "date"),
    ("due_on", "date"),
    ("ended_on", "date"),
    ("over_days", "integer"),
    ("measure", "decimal"),
    ("confidence", "decimal"),
    ("missing", "texts"),
    ("why", "text"),
    ("row_key", "text"),
    ("detail", "text"),
    ("base_on", "date"),
    ("limit_text", "text"),
    ("paused_days", "integer"),
    ("seen_until", "date"),
    ("soon", "boolean"),
    ("decided_by", "text"),
    ("clock", "text"),
    ("segment", "integer"),
    ("due_if_all", "date"),
)

ShapeT = TypeVar("ShapeT", bound=Shape)


class RuleError(Exception):
    """The rule cannot be compiled; its problems have been recorded."""


@dataclass(frozen=True)
class EvidenceRows:
    """Related rows that belong to a finding's evidence.

    `keep` is given the reach of the row and returns which rows belong to the finding under alias `h`.
    """

    relation: DictionaryRelation
    role: str
    keep: Callable[[Context, Reach, Reach], Scalar]


@dataclass(frozen=True)
class Found:
    """What a kind returns: its findings, their evidence, the relation `row_key` points into, the clocks they rest on."""

    relation: Relation
    rows: tuple[EvidenceRows, ...] = ()
    row_relation: DictionaryRelation | None = None
    measure_unit: str = ""
    tables: frozenset[str] = frozenset()
    clocks: tuple[str, ...] = ()


@dataclass
class Context:
    """One part of a rule, or a clock, being compiled: names, scope and parameters within reach.

    Attributes:
        reach: The subject under alias `s`.
        scope_of: Conditions a subject must meet to be looked at.
        loc: Path of the kind's value in the rule.
        part: Name of the part, empty where the rule has only one.
        literals: Parameters given from outside (examples), before those of the rule.
        clocks: The named time limits; None where a clock itself is being compiled.
    """

    planner: Planner
    rule: Rule | Clock
    parameters: Parameters
    loc: Loc
    reach: Reach
    scope_of: list[Bound]
    part: str = ""
    literals: Mapping[str, Bound] = field(default_factory=dict)
    started_on: Scalar | None = None
    also_read: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    clocks: ClockBook | None = None
    # The parameters, and the day they were bound by: a kind learns of its period while it binds.
    _known: tuple[Scalar | None, Mapping[str, Bound]] | None = field(default=None, init=False)

    @property
    def document(self) -> Document:
        """The file the texts stand in, for places."""
        return self.rule.document

    @property
    def root(self) -> Loc:
        """Where the rule or clock begins in its file."""
        return self.rule.loc if isinstance(self.rule, Clock) else ()

    @property
    def identity(self) -> tuple[str, ...]:
        """What makes two findings one clue; a clock makes no clues of its own."""
        return self.rule.shape.identity if isinstance(self.rule, Rule) else ()

    @property
    def subject(self) -> Subject:
        """The subject of the rule."""
        return self.planner.dictionary.subjects[self.reach.target]

    @property
    def as_of(self) -> date:
        """The day of the sweep."""
        return self.planner.facts.as_of

    # ---- shapes and texts

    def shape(self, model: type[ShapeT]) -> ShapeT:
        """Return the kind's value in the rule as a shape.

        Raises:
            RuleError: it has another shape; its problems are recorded.
        """
        shape, problems = check_model(model, self.document, self.loc)
        for problem in problems:
            self.planner.reader.note(problem)
        if shape is None:
            raise RuleError
        return shape

    def written(self, text: str, *steps: str | int) -> Written:
        """Return a text below the kind's value with its place."""
        return Written(text, self.document, (*self.loc, *steps))

    def bind(
        self, text: str, *steps: str | int, scope: Scope | None = None, wanted: tuple[str, ...] = ()
    ) -> Bound:
        """Return a text below the kind's value bound to the subject (or to `scope`)."""
        chosen = scope if scope is not None else self.planner.scope(self.reach)
        bound = self.planner.reader.bind(self.written(text, *steps), chosen, self.known_parameters(), wanted)
        if scope is None:
            self.names |= bound.names
        return bound

    def bind_day(self, text: str, *steps: str | int, scope: Scope | None = None) -> Bound:
        """Return a text that gives a day or a time."""
        return self.bind(text, *steps, scope=scope, wanted=("date", "timestamp"))

    def bind_shared(self, text: str, *steps: str | int, wanted: tuple[str, ...] = ()) -> Bound:
        """Return a text below the kind's value that is the same for all subjects.

        Raises:
            RuleError: it depends on the subject; recorded.
        """
        bound = self.bind(text, *steps, wanted=wanted)
        if tree.sources_in(bound.value):
            what = Text("这个数因对象而异", "this number differs from subject to subject")
            why = Text("这里对所有对象用同一个数", "here one number holds for all subjects")
            fix = Text(
                "写一个数，或不按类别区分的参数", "write a number, or a parameter that has no categories"
            )
            self.problem(steps, what, why, fix, "JR206")
            raise RuleError
        return bound

    def known_parameters(self) -> Mapping[str, Bound]:
        """Return the rule's parameters as scalars, by the day its period starts."""
        if self._known is None or self._known[0] is not self.started_on:
            self._known = (self.started_on, self._bind_parameters())
        return self._known[1]

    def _bind_parameters(self) -> dict[str, Bound]:
        known: dict[str, Bound] = {}
        for name, written in self.rule.shape.params.items():
            if name in self.literals:
                known[name] = self.literals[name]
                continue
            bound = bind_parameter(
                name, written, self.parameters, self.as_of, self.started_on, self._bind_below
            )
            if bound is None:
                self._unknown_parameter(name, written)
            known[name] = bound if bound is not None else UNBOUND
        return known

    def _bind_below(self, text: str, loc: tuple[str | int, ...]) -> Bound:
        return self.planner.reader.bind(
            Written(text, self.document, (*self.root, *loc)), self.planner.scope(self.reach)
        )

    def _unknown_parameter(self, name: str, written: Any) -> None:
        asked = str(written.get("name", "")) if isinstance(written, dict) else str(written)
        self.planner.reader.add_at(
            "JR216",
            self.document,
            (*self.root, "params", name, *(("name",) if isinstance(written, dict) else ())),
            Text(zh=f"没有参数“{asked}”", en=f"no parameter '{asked}'"),
            Text(
                zh="参数须在 rules/parameters.yaml 中定义",
                en="parameters are defined in rules/parameters.yaml",
            ),
            did_you_mean(
                asked,
                self.parameters.shapes,
                Text(zh="在 parameters.yaml 中加上它", en="add it to parameters.yaml"),
            ),
        )

    def problem(self, steps: tuple[str | int, ...], what: Text, why: Text, fix: Text, code: str) -> None:
        """Record a problem at a value below the kind's."""
        self.planner.reader.add_at(code, self.document, (*self.loc, *steps), what, why, fix)

    # ---- relations

    def relation(self, name: str, *steps: str | int) -> DictionaryRelation:
        """Return a relation of the subject by name.

        Raises:
            RuleError: the subject has no such relation; recorded with the nearest word.
        """
        found = self.subject.related.get(name)
        if found is None:
            known = ", ".join(self.subject.related) or "-"
            self.problem(
                steps,
                Text(
                    zh=f"对象“{self.subject.name}”没有关系“{name}”",
                    en=f"no relation '{name}' in subject '{self.subject.name}'",
                ),
                Text(
                    zh="关系在数据字典的 subjects 中声明",
                    en="relations are declared under subjects in the dictionary",
                ),
                did_you_mean(name, self.subject.related, Text(f"可用的有：{known}", f"known are: {known}")),
                "JR217",
            )
            raise RuleError
        return found

    def row(self, relation: DictionaryRelation, alias: str = "r") -> tuple[Reach, Scope, Matched]:
        """Return the reach, scope and conditions of a relation's rows; notes that its tables are read."""
        theirs = self.planner.reach_target(relation, alias)
        matched = self.planner.match(relation, self.subject, self.reach, theirs)
        self.also_read.update(self.planner.tables_of(self.planner.target_of(relation)))
        if relation.link and self.planner.dictionary.links is not None:
            self.also_read.add(self.planner.dictionary.links.table)
        return theirs, self.planner.pair_scope(self.reach, theirs), matched

    # ---- findings

    def key_columns(self, alias: str = "s") -> list[tuple[str, Scalar]]:
        """Return the subject's key columns as k0, k1 …"""
        return [(f"k{n}", Column(alias, name)) for n, name in enumerate(self.subject.key)]

    def source(self) -> Source:
        """Return the subject's source; call it after everything is bound."""
        return self.planner.source(self.reach)

    def in_scope(self) -> Scalar:
        """Return the condition under which a subject is looked at."""
        return tree.all_of(
            [tree.is_true(part.value) if part.value != tree.TRUE else None for part in self.scope_of]
        )

    def tables_read(self) -> set[str]:
        """Return the tables a finding rests on besides the subject's own row."""
        tables = set(self.also_read)
        seen: set[tuple[str, str]] = set()
        waiting = [(self.reach.target, name) for name in self.reach.derived]
        while waiting:
            here = waiting.pop()
            if here in seen:
                continue
            seen.add(here)
            batch = self.planner.built[here].batch
            for reach in (batch.near, batch.far):
                waiting.extend((reach.target, name) for name in reach.derived)
            far = batch.far.target
            tables.update(
                self.planner.tables_of(self.planner.dictionary.subjects[far])
                if batch.far.is_subject
                else [far]
            )
        return tables

    def seen_until(self, tables: set[str] | None = None, alias: str = "s") -> Scalar:
        """Return the last day the evidence can speak of: as_of, or where an export it rests on ends earlier.

        Args:
            tables: The tables it rests on; None for the subject's own row and all that was bound so far.
            alias: Where the subject's `_cut_off` is found; "" leaves the own row out.
        """
        facts = self.planner.facts
        others = self.tables_read() if tables is None else tables
        day = min([facts.as_of, *(facts.seen_until(table) for table in others)])
        own = self.planner.tables_of(self.subject)
        if not alias or all(facts.seen_until(table) >= day for table in own):
            return Literal(day, "date")
        return call("least", Literal(day, "date"), Column(alias, "_cut_off"))

    def finding(self, **values: Scalar) -> tuple[tuple[str, Scalar], ...]:
        """Return the columns of a finding, empty where not given."""
        values.setdefault("part", tree.text(self.part))
        values.setdefault("soon", tree.FALSE)
        columns: list[tuple[str, Scalar]] = []
        for name, kind in FINDING:
            value = values.pop(name, None)
            if value is None:
                value = tree.nothing(kind)
            elif kind == "decimal":
                value = call("as_decimal", value)
            columns.append((name, value))
        assert not values, f"no finding columns: {sorted(values)}"
        return tuple(columns)

    def narrowed(self, *conditions: Bound) -> Context:
        """Return the same context with a narrower scope."""
        return replace(self, scope_of=[*self.scope_of, *conditions])


def missing_of(*bounds: Bound) -> Scalar:
    """Return the labels of the columns that leave a finding open, as a list of text; empty list if none does."""
    return missing_labels([read for bound in bounds for read in bound.reads])


def confidence_of(*bounds: Bound) -> Scalar:
    """Return the lowest score of the links that values rest on."""
    scores = [score for bound in bounds for score in bound.scores]
    if not scores:
        return tree.number(1)
    return call("coalesce", call("least", *scores, tree.number(1)), tree.number(1))


def may_belong(matched: Matched) -> Scalar:
    """Return whether a row is one of the relation's, or may be for all that is known."""
    if matched.when is None:
        return tree.TRUE
    return tree.any_of([tree.is_true(matched.when.value), tree.is_true(matched.when.is_unknown())])


def is_uncertain(matched: Matched) -> Scalar:
    """Return whether it is unknown that a row is one of the relation's."""
    return tree.is_true(matched.when.is_unknown()) if matched.when is not None else tree.FALSE


def key_text(columns: list[Scalar]) -> Scalar:
    """Return a key as one text: its columns joined by |, with | and the backslash escaped."""
    parts = [call("key_text", column) for column in columns]
    if len(parts) == 1:
        return parts[0]
    return call("concat_ws", tree.text("|"), *(call("coalesce", part, tree.text("")) for part in parts))


def decide(*cases: tuple[Scalar, str, str], uncertain: Scalar = tree.FALSE) -> dict[str, Scalar]:
    """Return the columns `outcome` and `decided_by` of a finding: those of the first case whose test is true.

    Args:
        cases: Test, outcome and name of each case; the last test is TRUE.
        uncertain: Whether it is unknown that there is anything to look at; then only what is clear can be told.
    """
    *most, (last_test, last, last_name) = cases
    assert last_test == tree.TRUE, "the last case stands for everything else"

    def told(outcome: str, certain: str, otherwise: str) -> Scalar:
        if outcome not in ("hit", "running"):
            return tree.text(certain)
        return tree.case((uncertain, tree.text(otherwise)), otherwise=tree.text(certain))

    tests = [(tree.is_true(test), outcome, name) for test, outcome, name in most]
    return {
        "outcome": tree.case(
            *((test, told(outcome, outcome, "cannot_tell")) for test, outcome, _ in tests),
            otherwise=told(last, last, "cannot_tell"),
        ),
        "decided_by": tree.case(
            *((test, told(outcome, name, "row_unknown")) for test, outcome, name in tests),
            otherwise=told(last, last_name, "row_unknown"),
        ),
    }
