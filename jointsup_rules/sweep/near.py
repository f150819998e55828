"""The subjects nearest to being a clue: what is still running by its due day, counts and days by what they lack.

In: a rule over a dataset. Out: the nearest few, with by how much. All of it is reckoned by the database over the
findings of the rule itself; a part whose distance is no plain number is named instead of guessed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jointsup_rules.compile import duckdb as printer
from jointsup_rules.compile import tree
from jointsup_rules.compile.bind import Bound
from jointsup_rules.compile.duckdb import print_value
from jointsup_rules.compile.tree import Column, Scalar, Select, Source, call
from jointsup_rules.load.yaml import Loc
from jointsup_rules.model.expression import Node, Operation
from jointsup_rules.model.rule import Rule
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.problems import NO_TEXT, Text
from jointsup_rules.sweep.asking import limits_of
from jointsup_rules.sweep.describe import parts_of
from jointsup_rules.sweep.facts import read_facts
from jointsup_rules.sweep.margins import left_of
from jointsup_rules.sweep.terms import comparisons_in, written_as
from jointsup_rules.sweep.tracer import Tracer, read_all
from jointsup_rules.sweep.tracing import open_tracer

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_NUMBERS = ("integer", "decimal")
_DAYS = ("date", "timestamp")


@dataclass(frozen=True)
class Near:
    """A subject that is no clue, and by how much.

    Attributes:
        distance: In days where `in_days`, else in the unit of what is compared.
        lacks: What it would take, in words.
    """

    subject_key: str
    case_no: str | None
    part: str
    distance: float
    in_days: bool
    lacks: Text


@dataclass(frozen=True)
class Nearest:
    """The nearest subjects, nearest first; and parts of the rule for which there is no distance, with why."""

    as_of: date
    subjects: tuple[Near, ...]
    without: tuple[tuple[str, Text], ...]


@dataclass(frozen=True)
class _Measured:
    """One way to be near, as a select of subject_key, case_no, distance; with a side, `distance` holds the figures."""

    part: str
    says: Text
    in_days: bool
    sql: str
    side: str = ""


def find_nearest(rulebook: Rulebook, rule: Rule, dataset: Path, as_of: date, n: int) -> Nearest:
    """Return the subjects nearest to being a clue of a rule.

    Args:
        dataset: Folder of the dataset.
        as_of: The day to look from.
        n: How many.

    Raises:
        ProblemsError: the rule does not compile or cannot be run, or the dataset cannot be used.
    """
    assert rulebook.dictionary is not None, "a rule needs a dictionary"
    facts = read_facts(dataset, rulebook.dictionary, as_of)
    tracer = open_tracer(rulebook, rule, facts, {}, dataset, "")
    if tracer.prepared.compiled is None:
        why = tracer.prepared.why or NO_TEXT
        return Nearest(
            as_of, (), (("", Text(f"规则未评估：{why.zh}", f"the rule was not evaluated: {why.en}")),)
        )
    measures = _Measures(tracer)
    found = list(measures.find())
    tracer.plan.also = [one.sql for one in found]
    tracer.plan.lay_out()

    def read(connection: DuckDBPyConnection) -> list[Near]:
        return [near for one in found for near in _nearest(connection, one, n)]

    listed = sorted(tracer.on_dataset(read) if found else [], key=lambda one: (one.distance, one.subject_key))
    first: dict[str, Near] = {}
    for near in listed:
        first.setdefault(near.subject_key, near)
    return Nearest(as_of, tuple(list(first.values())[:n]), tuple(measures.without))


def _nearest(connection: DuckDBPyConnection, measured: _Measured, n: int) -> list[Near]:
    limit = "" if measured.side else f" ORDER BY distance, subject_key LIMIT {int(n)}"
    rows = read_all(
        connection,
        f"SELECT subject_key, min(case_no) AS case_no, min(distance) AS distance FROM ({measured.sql})"
        f" WHERE distance IS NOT NULL GROUP BY subject_key{limit}",
    )
    found = []
    for row in rows:
        distance = left_of(json.loads(row["distance"]), measured.side) if measured.side else row["distance"]
        if distance is not None:
            own = (row["subject_key"], row["case_no"], measured.part, float(distance))
            found.append(Near(*own, measured.in_days, measured.says))
    return found


class _Measures:
    """Every way in which a subject can be near, part by part."""

    def __init__(self, tracer: Tracer) -> None:
        self.tracer, self.rule = tracer, tracer.rule
        self.speaker, self.compiler = tracer.questions.speaker, tracer.questions.compiler
        compiled = tracer.prepared.compiled
        assert compiled is not None, "a rule that was not evaluated has no findings"
        self.judge, self.judged = compiled.judge, compiled.judged
        self.without: list[tuple[str, Text]] = []

    def find(self) -> Iterator[_Measured]:
        """Yield them; parts without a distance are noted."""
        for name, entry, kind, loc in parts_of(self.rule):
            before = len(self.without)
            found = list(self._of_part(name, entry[kind], kind, loc))
            if not found and len(self.without) == before:
                why = Text("没有可以数出来的差距", "there is no distance that could be counted")
                self.without.append((name or kind, why))
            yield from found

    def _of_part(self, name: str, value: Any, kind: str, loc: Loc) -> Iterator[_Measured]:
        if kind in ("time_limit", "missing"):
            left = call("days_between", tree.Literal(self._as_of(), "date"), Column("f", "due_on"))
            running = call("=", Column("f", "outcome"), tree.text("running"))
            says = Text("到届满日还剩的天数", "days left until the due day")
            yield self._measured(name, says, True, left, running)
        elif kind in ("repeat", "sequence", "overlap"):
            yield from self._of_count(name, value, kind, loc)
        elif kind == "outlier":
            yield self._of_rate(name, str(value.get("side", "high")))
        elif kind == "condition" and value.get("each") is None:
            yield from self._of_condition(name, str(value["when"]), (*loc, "when"))

    def _as_of(self) -> date:
        return self.tracer.plan.facts.as_of

    def _of_count(self, name: str, value: Any, kind: str, loc: Loc) -> Iterator[_Measured]:
        for word, text in limits_of(kind, value):
            if word.endswith("months"):
                continue
            wanted = self._bind(text, loc)
            left = call("-", call("as_decimal", wanted.value), Column("f", "measure"))
            is_open = call("=", Column("f", "outcome"), tree.text("clear"))
            in_days = word.endswith("days")
            limit = self.speaker.say(text)
            says = Text(f"离 {limit.zh} 还差", f"short of {limit.en}")
            yield self._measured(name, says, in_days, left, is_open)

    def _of_rate(self, name: str, side: str) -> _Measured:
        """The figures of a group are one text, made for people; they are read from it when the rows are there."""
        is_open = call("=", Column("f", "outcome"), tree.text("clear"))
        says = Text("比率离界限", "between the rate and the fence")
        return replace(self._measured(name, says, False, Column("f", "detail"), is_open), side=side)

    def _of_condition(self, name: str, text: str, loc: Loc) -> Iterator[_Measured]:
        """For each comparison of numbers or days: how far it is from being true where it alone stands in the way."""
        found = 0
        for node in comparisons_in(text):
            apart = self._apart(text, node, loc)
            if apart is None:
                continue
            found += 1
            otherwise = text[: node.span.start] + "true" + text[node.span.until :]
            alone = tree.all_of(
                [
                    call("=", Column("f", "outcome"), tree.text("clear")),
                    tree.is_true(self._bind(otherwise, loc).value),
                ]
            )
            says = self.speaker.say(written_as(text, node))
            yield self._measured(name, says, apart[1], apart[0], alone)
        if not found:
            why = Text("条件里没有数字或日期的比较", "its condition compares neither numbers nor days")
            self.without.append((name or "condition", why))

    def _apart(self, text: str, node: Node, loc: Loc) -> tuple[Scalar, bool] | None:
        if not isinstance(node, Operation) or node.op not in ("<", "<=", ">", ">=", "="):
            return None
        left, right = (written_as(text, part) for part in node.arguments)
        types = [self._bind(side, loc).type for side in (left, right)]
        if all(one in _NUMBERS for one in types):
            return self._bind(f"abs(({left}) - ({right}))", loc).value, False
        is_days = any(one in _DAYS for one in types) and all(one in (*_DAYS, "text") for one in types)
        return (self._bind(f"abs(days_between({left}, {right}))", loc).value, True) if is_days else None

    def _bind(self, text: str, loc: Loc) -> Bound:
        context = self.compiler._context(self.rule, self.judge.reach, [], loc)
        return context.bind_at(text, loc)

    def _measured(self, name: str, says: Text, in_days: bool, distance: Scalar, where: Scalar) -> _Measured:
        """A way to be near over the findings of a part that no exclusion takes out."""
        judged = self.judged
        assert isinstance(judged, Select)
        assert judged.source is not None
        assert isinstance(judged.source.relation, Select)
        kept = {"subject_key", "case_no", "outcome"}
        columns = (*((one, value) for one, value in judged.columns if one in kept), ("distance", distance))
        everyone = Source(replace(judged.source.relation, where=None), "f")
        own = tree.all_of([where, call("=", Column("f", "part"), tree.text(name))])
        select = Select(columns, everyone, self.judge.joins(), where=own)
        sql = f"SELECT * FROM ({printer.print_relation(select)}) WHERE outcome <> {print_value('excluded')}"
        return _Measured(name, says, in_days, sql)
