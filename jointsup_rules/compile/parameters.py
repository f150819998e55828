"""Parameters of a rule as scalars: the value on the day the period starts, by category.

A literal of the rule, or a name of `parameters.yaml`. Kinds without a period take the day of the sweep. A day or
category for which no value was set gives an empty value that is unknown and names the parameter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from jointsup_rules.compile import tree
from jointsup_rules.compile.bind import Bound, Read
from jointsup_rules.compile.tree import Literal, Scalar, call
from jointsup_rules.model.law import Parameters, ParameterShape, ParameterValue, number_of
from jointsup_rules.model.rule import ParameterUse

BindText = Callable[[str, tuple[str | int, ...]], Bound]


def use_of(written: Any) -> ParameterUse | None:
    """Return how a rule uses a named parameter; None for a literal of its own."""
    if isinstance(written, dict):
        return ParameterUse(
            name=str(written.get("name", "")), by=tuple(map(str, written.get("by", ()))), on=written.get("on")
        )
    if isinstance(written, str) and "." in written and written.split(".")[0].isupper():
        return ParameterUse(name=written)
    return None


def literal_of(value: Any) -> Bound:
    """Return a value written in YAML as a literal."""
    number = number_of(value)
    if isinstance(number, bool):
        return Bound(Literal(number, "boolean"), "boolean")
    if isinstance(number, int):
        return Bound(Literal(number, "integer"), "integer")
    kind = "text" if isinstance(number, str) else "decimal"
    return Bound(Literal(number, kind), kind)


def bind_parameter(
    name: str, written: Any, parameters: Parameters, as_of: date, started_on: Scalar | None, bind: BindText
) -> Bound | None:
    """Return one parameter of a rule as a scalar, or None when parameters.yaml has no such name.

    Args:
        name: Its name in the rule, for places.
        written: What `params` says: a literal, a name, or {name, by, on}.
        parameters: Those of the workspace.
        as_of: The day of the sweep, for kinds without a period.
        started_on: The day the period starts, or None.
        bind: Binds a text of the rule at a path below the parameter.
    """
    use = use_of(written)
    if use is None:
        return literal_of(written)
    shape = parameters.shapes.get(use.name)
    if shape is None:
        return None
    day: Scalar = Literal(as_of, "date") if started_on is None else started_on
    parts: list[Bound] = []
    if use.on is not None:
        parts.append(bind(use.on, ("params", name, "on")))
        day = call("date_of", parts[-1].value)
    by = [bind(text, ("params", name, "by", n)) for n, text in enumerate(use.by)]
    if not by and isinstance(day, Literal) and isinstance(day.value, date):
        found = _value_on(shape, day.value)
        if found is not None:
            return literal_of(found.value)
    return _by_day(use.name, shape, day, [*parts, *by], [part.value for part in by])


def _value_on(shape: ParameterShape, day: date) -> ParameterValue | None:
    holds = [v for v in shape.values if v.from_ <= day and (v.until is None or day < v.until)]
    return holds[-1] if holds and not shape.by else None


def _by_day(name: str, shape: ParameterShape, day: Scalar, parts: list[Bound], by: list[Scalar]) -> Bound:
    branches: list[tuple[Scalar, Scalar]] = []
    kind = "integer"
    # A value for one category comes before one that holds for any.
    ordered = sorted(
        shape.values, key=lambda v: (sum(part is None for part in v.category(shape.by)), v.from_)
    )
    for value in ordered:
        literal = literal_of(value.value)
        kind = literal.type if literal.type != "integer" else kind
        tests: list[Scalar] = [call(">=", day, Literal(value.from_, "date"))]
        if value.until is not None:
            tests.append(call("<", day, Literal(value.until, "date")))
        for scalar, wanted in zip(by, value.category(shape.by), strict=False):
            if wanted is not None:
                tests.append(call("=", scalar, tree.text(wanted)))
        branches.append((tree.all_of(tests), literal.value))
    result = tree.Case(tuple(branches))
    reads = tuple(read for part in parts for read in part.reads)
    unset = tree.all_of([tree.is_null(result), tree.negate(tree.is_null(day))])
    names: frozenset[str] = frozenset().union(*(part.names for part in parts))
    return Bound(result, kind, (*reads, Read(name, unset, unset)), names=names)


def as_literals(values: Mapping[str, Any]) -> dict[str, Bound]:
    """Return values given by an example in place of parameters."""
    return {name: literal_of(value) for name, value in values.items()}
