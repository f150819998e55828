"""Triage: which clues belong together, how grave and urgent they are, and who should have them, as the office wrote it.

In: `rules/triage.yaml`. Out: a Triage, or every problem of the file. Rules read a clue's fields as the sweep gave them,
roll-ups counted beforehand, and marks that rules concluded; marks alone chain, and only their being there can be asked, so
that the order of the rules does not matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Literal

from pydantic import Field, model_validator

from jointsup_rules.load.yaml import Document, Loc
from jointsup_rules.model.expression import ExpressionError
from jointsup_rules.model.shape import Expression, Name, Several, Shape, Whole, Words, check_model, refuse
from jointsup_rules.model.triage_conditions import Alternatives, ConditionError, Kind, read_condition
from jointsup_rules.problems import Problem, Text, did_you_mean

TRIAGE = "rules/triage.yaml"
# Fields of a clue that conditions may read, with their kinds.
FIELDS: Mapping[str, Kind] = {
    "rule_id": "text", "family": "text", "severity": "text", "grade": "text", "state": "text", "subject": "text",
    "unit": "text", "handler": "text", "case_no": "text", "exception_id": "text", "rule_version": "integer",
    "over_days": "integer", "times_seen": "integer", "started_on": "date", "due_on": "date", "ended_on": "date",
    "first_seen_on": "date",
}  # fmt: skip
KEYS = ("case_no", "unit", "handler", "subject_key", "rule_id")
_COUNTED = ("clue_id", "rule_id", "case_no", "unit", "handler", "family", "subject_key")
PRIORITIES = ("urgent", "high", "normal", "low")
# Bounds of the second engine's safe subset.
MAX_RULES, MAX_COMPILED = 40, 55


class WindowShape(Shape):
    """A span of days in which rows must lie to count together, from the first of them on."""

    days: Whole = Field(ge=1)
    on: Literal["started_on", "due_on", "ended_on", "first_seen_on"]


class RollUpShape(Shape):
    """A number counted over clues that share a key."""

    count: Literal["clue_id", "rule_id", "case_no", "unit", "handler", "family", "subject_key"]
    per: (
        Literal["case_no", "unit", "handler", "subject_key", "rule_id"]
        | tuple[Literal["case_no", "unit", "handler", "subject_key", "rule_id"], ...]
    )
    of: Literal["clues"] = "clues"
    when: Expression | None = None
    within: WindowShape | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """The fields whose equals are counted together."""
        return (self.per,) if isinstance(self.per, str) else self.per


class ThenShape(Shape):
    """What a rule concludes of a clue; `on` gives the mark to every clue with the same value of that field."""

    dossier: Literal["case_no", "unit", "handler", "subject_key"] | None = None
    mark: Name | None = None
    on: Literal["case_no", "unit", "handler", "subject_key"] | None = None
    priority: Literal["urgent", "high", "normal", "low"] | None = None
    grade: Literal["A", "B", "C"] | None = None
    route: Several = ()

    @model_validator(mode="after")
    def _says_something(self) -> ThenShape:
        if not (self.dossier or self.mark or self.priority or self.grade or self.route):
            raise refuse(
                "没有写结论", "nothing is concluded",
                "写 dossier、mark、priority、grade、route 之一", "write one of dossier, mark, priority, grade, route",
            )  # fmt: skip
        if self.on is not None and self.mark is None:
            raise refuse("on 要与 mark 一起写", "on goes with mark", "补上 mark", "add mark", ("on",), True)
        return self


class TriageRuleShape(Shape):
    """One rule: when it holds for a clue, then this is concluded, because of that."""

    id: str
    when: Expression
    then: ThenShape
    because: Words


class DefaultsShape(Shape):
    """What stands for a clue about which nothing is concluded."""

    priority: Literal["urgent", "high", "normal", "low"] = "normal"
    dossier: Literal["case_no", "unit", "handler", "subject_key"] = "case_no"
    route: Several = ()


class TriageShape(Shape):
    """The file; `dossiers` lists what groups clues, the first that a rule concluded standing."""

    format: Literal[1] = 1
    dossiers: tuple[Literal["case_no", "unit", "handler", "subject_key"], ...] = (
        "unit",
        "case_no",
        "handler",
        "subject_key",
    )
    routes: Mapping[Name, Words]
    defaults: DefaultsShape = DefaultsShape()
    roll_ups: Mapping[Name, RollUpShape] = Field(default_factory=dict)
    rules: tuple[TriageRuleShape, ...]


@dataclass(frozen=True)
class TriageRule:
    """One rule with its condition laid out."""

    id: str
    when: Alternatives
    then: ThenShape
    because: Text


@dataclass(frozen=True)
class Triage:
    """The triage of a workspace: its shape, its rules, and the conditions of its roll-ups."""

    shape: TriageShape
    rules: tuple[TriageRule, ...]
    counted: Mapping[str, Alternatives | None]

    @property
    def fields(self) -> dict[str, Kind]:
        """Everything conditions may read of a clue, marks apart."""
        return {**FIELDS, **dict.fromkeys(self.shape.roll_ups, "integer")}


def read_triage(document: Document) -> tuple[Triage | None, tuple[Problem, ...]]:
    """Return the triage of a document, or every problem of it."""
    shape, found = check_model(TriageShape, document)
    problems = [*document.problems, *found]
    if shape is None or any(one.severity == "error" for one in problems):
        return None, tuple(problems)
    reader = _Reader(shape, document, problems)
    counted = {name: reader.counted(name) for name in shape.roll_ups}
    rules = tuple(rule for n in range(len(shape.rules)) if (rule := reader.rule(n)) is not None)
    reader.bounds(rules)
    if any(one.severity == "error" for one in problems):
        return None, tuple(sorted(problems, key=lambda one: one.place))
    return Triage(shape, rules, counted), tuple(problems)


@dataclass
class _Reader:
    shape: TriageShape
    document: Document
    problems: list[Problem]

    def __post_init__(self) -> None:
        self.marks = frozenset(rule.then.mark for rule in self.shape.rules if rule.then.mark is not None)
        self.fields: Mapping[str, Kind] = {**FIELDS, **{name: "integer" for name in self.shape.roll_ups}}
        for name in self.shape.roll_ups:
            if name in FIELDS or name == "mark":
                what = Text(f"“{name}”是线索已有的字段", f"'{name}' is a field of clues already")
                self._add(
                    "JR275", ("roll_ups", name), what, Text("换一个名称", "take another name"), key=True
                )

    def _add(self, code: str, loc: Loc, what: Text, fix: Text = Text(), *, key: bool = False) -> None:  # noqa: B008
        self.problems.append(self.document.problem(code, self.document.place(loc, key=key), what, fix=fix))

    def condition(
        self, loc: Loc, text: str, fields: Mapping[str, Kind], marks: frozenset[str]
    ) -> Alternatives | None:
        try:
            return read_condition(text, fields, marks)
        except (ConditionError, ExpressionError) as error:
            place = self.document.place_in_text(loc, error.span.start)
            code = "JR275" if isinstance(error, ConditionError) else "JR210"
            self.problems.append(self.document.problem(code, place, error.what, fix=error.fix))
            return None

    def counted(self, name: str) -> Alternatives | None:
        when = self.shape.roll_ups[name].when
        # Clues are counted before any rule has spoken: no roll-up of roll-ups, no mark.
        return None if when is None else self.condition(("roll_ups", name, "when"), when, FIELDS, frozenset())

    def rule(self, number: int) -> TriageRule | None:
        rule = self.shape.rules[number]
        loc: Loc = ("rules", number)
        if any(rule.id == other.id for other in self.shape.rules[:number]):
            self._add("JR275", (*loc, "id"), Text(f"编号 {rule.id} 用了两次", f"id {rule.id} is used twice"))
        for route in rule.then.route:
            if route not in self.shape.routes:
                what = Text(f"没有去向“{route}”", f"no route '{route}'")
                self._add("JR275", (*loc, "then", "route"), what, did_you_mean(route, self.shape.routes))
        when = self.condition((*loc, "when"), rule.when, self.fields, self.marks)
        self._check_because(loc, rule)
        return None if when is None else TriageRule(rule.id, when, rule.then, rule.because)

    def _check_because(self, loc: Loc, rule: TriageRuleShape) -> None:
        for lang in ("zh", "en"):
            text = rule.because.in_language("zh" if lang == "zh" else "en")
            try:
                # A width or conversion after the name could ask for more text than memory holds: names alone.
                names = [
                    name if not spec and conversion is None else f"{name}:{spec}"
                    for _, name, spec, conversion in Formatter().parse(text)
                    if name is not None
                ]
            except ValueError:
                names = ["{"]
            for name in names:
                if name not in self.fields:
                    what = Text(f"because 里没有字段“{name}”", f"no field '{name}' for because")
                    self._add("JR275", (*loc, "because"), what, did_you_mean(name, self.fields))
                    return

    def bounds(self, rules: tuple[TriageRule, ...]) -> None:
        compiled = sum(len(rule.when) for rule in rules) + sum(rule.then.on is not None for rule in rules)
        if len(self.shape.rules) > MAX_RULES or compiled > MAX_COMPILED:
            what = Text(
                f"分流规则过多：{len(self.shape.rules)} 条、{compiled} 个分支；至多 {MAX_RULES} 条、{MAX_COMPILED} 个",
                f"too many rules of triage: {len(self.shape.rules)} with {compiled} alternatives; at most {MAX_RULES} with {MAX_COMPILED}",
            )
            self._add("JR275", ("rules",), what, Text("合并几条", "join some of them"), key=True)
