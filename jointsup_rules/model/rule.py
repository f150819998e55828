"""A rule file: one supervision model in YAML in, its parts with their places out.

Shapes only: expressions stay text and `detect` stays as written, for the compiler binds the one and the kinds of rule
know the other. What a rule may say is in these classes; what it means is in `compile`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator

from jointsup_rules.load.yaml import Document
from jointsup_rules.model.shape import (
    Expression,
    Flag,
    Name,
    Several,
    Shape,
    Whole,
    Words,
    check_model,
    kind_of,
    refuse,
)
from jointsup_rules.problems import Problem, Text, certain_word

LEVELS = ("low", "medium", "high")
GRADES = ("none", "A", "B", "C")
ID = re.compile(r"[A-Z][A-Z0-9]{1,9}-[0-9]{2,4}")


def _one_or_map(value: object) -> object:
    """`medium` is short for `{is: medium}`."""
    return {"is": value} if isinstance(value, str) else value


class Band(Shape):
    """A tier of clues; the last one whose `when` is true names the band."""

    name: Name
    text: Words
    when: Expression | None = None


class Measure(Shape):
    """The number a clue is ranked by, and its unit."""

    value: Expression
    unit: str = ""


class Exclusion(Shape):
    """A lawful reason that takes a finding out, or with `keep` only marks it."""

    when: Expression
    because: Words
    keep: Flag = False


class Evidence(Shape):
    """Columns of the subject and relations whose rows are attached to a clue."""

    columns: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()


class ParameterUse(Shape):
    """A parameter of parameters.yaml as a rule uses it: by which expressions, on which day."""

    name: str
    by: tuple[Expression, ...] = ()
    on: Expression | None = None


class Accepted(Shape):
    """A suspicion of `check` that the author has answered."""

    code: str
    because: Words


class ExampleCase(Shape):
    """One example: tiny tables in, expected subjects out."""

    name: str
    given: Mapping[str, tuple[Mapping[str, Any], ...]] = Field(default_factory=dict)
    expect: tuple[Mapping[str, Any], ...] | Literal["not_evaluated"]
    as_of: str | None = None
    like: Mapping[str, Mapping[str, Any]] | None = None
    absent: tuple[str, ...] = ()
    exported_on: Mapping[str, str] | None = None
    params: Mapping[str, Any] | None = None
    calendar: tuple[str, ...] | None = None


class Examples(Shape):
    """The examples of a rule, with what is common to all."""

    as_of: str
    cases: tuple[ExampleCase, ...]
    like: Mapping[str, Mapping[str, Any]] = Field(default_factory=dict)
    absent: tuple[str, ...] = ()
    exported_on: Mapping[str, str] = Field(default_factory=dict)
    params: Mapping[str, Any] = Field(default_factory=dict)
    calendar: tuple[str, ...] | None = None


Leveled = Annotated[
    Mapping[str, Expression],
    BeforeValidator(_one_or_map, json_schema_input_type=str | Mapping[str, Expression]),
]


class RuleShape(Shape):
    """A rule as it is written; keys in the order in which a rule reads best."""

    id: str
    version: Whole = Field(ge=1)
    status: Literal["draft", "active", "retired"]
    family: str
    title: Words
    finds: Words
    why: Words
    check: Words
    misses: Words
    subject: str
    detect: Mapping[str, Any]
    severity: Leveled
    grade: Leveled
    reason: Words
    keywords: Several = ()
    owner: Words | None = None
    law: Several = ()
    params: Mapping[Name, Any] = Field(default_factory=dict)
    identity: tuple[str, ...] = ("subject",)
    scope: Expression | None = None
    exclude: tuple[Exclusion, ...] = ()
    bands: tuple[Band, ...] = ()
    measure: Measure | None = None
    evidence: Evidence = Evidence()
    examples: Examples | None = None
    retired_because: Words | None = None
    successor: str | None = None
    accept: tuple[Accepted, ...] = ()

    @field_validator("id")
    @classmethod
    def _has_form(cls, value: str) -> str:
        if not ID.fullmatch(value):
            raise refuse(
                f"'{value}' 不是规则编号", f"'{value}' is no rule id",
                "编号为类别加序号，如 CM-06", "an id is a family and a number, such as CM-06",
            )  # fmt: skip
        return value

    @field_validator("identity")
    @classmethod
    def _has_subject(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise refuse("identity 不能为空", "identity cannot be empty", "写 [subject]", "write [subject]")
        return value

    @field_validator("severity", "grade")
    @classmethod
    def _has_levels(cls, value: Mapping[str, str], info: Any) -> Mapping[str, str]:
        levels = LEVELS if info.field_name == "severity" else GRADES
        listed = ", ".join(levels)
        if "is" not in value:
            raise refuse(
                "缺少 is", "there is no 'is'", f"写 {{is: {levels[0]}}}", f"write {{is: {levels[0]}}}",
                code="JR202",
            )  # fmt: skip
        for key, text in value.items():
            level = text if key == "is" else key
            if level not in levels:
                raise refuse(
                    f"没有等级 '{level}'", f"no level '{level}'", f"可用的有：{listed}", f"one of: {listed}",
                    (key,), key != "is", "JR205", certain_word(level, levels, value),
                )  # fmt: skip
        return value


@dataclass(frozen=True)
class Rule:
    """One rule: its shape, and the document for places."""

    shape: RuleShape
    document: Document = field(repr=False, compare=False)

    @property
    def id(self) -> str:
        """Its id, such as `CM-06`."""
        return self.shape.id


def read_rule(document: Document) -> tuple[Rule | None, tuple[Problem, ...]]:
    """Return the rule of a document, or every problem of its shape."""
    problems = list(document.problems)
    shape, found = check_model(RuleShape, document)
    problems += found
    problems += _check_uses(shape, document) if shape is not None else []
    if shape is None or any(problem.severity == "error" for problem in problems):
        return None, tuple(problems)
    problems += _check_retirement(shape, document)
    return Rule(shape, document), tuple(problems)


def _check_uses(shape: RuleShape, document: Document) -> list[Problem]:
    """What `params` says is a value, a name, or how a parameter is used."""
    problems: list[Problem] = []
    for name, written in shape.params.items():
        if isinstance(written, dict):
            problems += check_model(ParameterUse, document, ("params", name))[1]
        elif not isinstance(written, str | int | float):
            found = kind_of(written)
            what = Text(
                f"'{name}' 应为数值或参数名，现为{found.zh}",
                f"'{name}' must be a value or the name of a parameter, found {found.en}",
            )
            fix = Text(
                "写 30、LONG.MONTHS 或 {name: …, by: […]}", "write 30, LONG.MONTHS or {name: …, by: […]}"
            )
            problems.append(document.problem("JR204", document.place(("params", name)), what, fix=fix))
    return problems


def _check_retirement(shape: RuleShape, document: Document) -> list[Problem]:
    if shape.status != "retired" or (shape.retired_because and shape.successor):
        return []
    what = Text("停用的规则须写明原因和后继规则", "a retired rule states why and its successor")
    fix = Text(
        "补上 retired_because 和 successor（没有则写 none）", "add retired_because and successor (or none)"
    )
    return [document.problem("JR207", document.place(("status",)), what, fix=fix)]


def read_day(text: str) -> date:
    """Return a day written as YYYY-MM-DD.

    Raises:
        ValueError: it is no such day.
    """
    return date.fromisoformat(text)
