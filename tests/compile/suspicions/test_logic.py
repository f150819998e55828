"""What is said to be impossible is impossible: held against reckoning every row there can be."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jointsup_rules.compile.bind import Bound, Notes, Scope, bind
from jointsup_rules.compile.reading import Reading, Written
from jointsup_rules.compile.suspicions.conditions import find_fixed
from jointsup_rules.compile.suspicions.logic import Logic, Want
from jointsup_rules.compile.tree import Column, Literal
from jointsup_rules.load.yaml import read_yaml
from jointsup_rules.model.expression import (
    Choice,
    Constant,
    Name,
    Node,
    Parameter,
    read_expression,
)
from jointsup_rules.problems import Text

CODES = {"A": Text("甲"), "B": Text("乙"), "C": Text("丙")}
# Two numbers that compare with one another and with 1 to 3, a code, a yes or no: every value they can have.
VALUES: dict[str, tuple[Any, ...]] = {
    "n": (None, 0, 1, 2, 3, 4), "m": (None, 0, 1, 2, 3, 4), "c": (None, "A", "B", "C"), "f": (None, True, False),
}  # fmt: skip
ROWS = [dict(zip(VALUES, values, strict=True)) for values in product(*VALUES.values())]
BOUNDS = {
    ("n",): Bound(Column("s", "n"), "integer"),
    ("m",): Bound(Column("s", "m"), "integer"),
    ("c",): Bound(Column("s", "c"), "code", codes=CODES),
    ("f",): Bound(Column("s", "f"), "boolean"),
}
PARAMETERS = {"two": Bound(Literal(2, "integer"), "integer")}
SCOPE = Scope(BOUNDS.get, lambda: [], Text("行"))


def reading(text: str) -> Reading:
    node, notes = read_expression(text), Notes()
    bound = bind(node, SCOPE, PARAMETERS, notes)
    return Reading(Written(text, read_yaml("", ""), ()), node, bound, notes.names, PARAMETERS)


def value(node: Node, row: dict[str, Any]) -> Any:
    """What SQL makes of an expression: None for unknown."""
    match node:
        case Name():
            return row[node.parts[0]]
        case Parameter():
            return 2
        case Constant():
            return node.value
        case Choice():
            for test, then in node.branches:
                if value(test, row) is True:
                    return value(then, row)
            return None if node.otherwise is None else value(node.otherwise, row)
    found = [value(one, row) for one in node.arguments]
    return operation(node.op, found)


def operation(op: str, found: list[Any]) -> Any:
    left, right = found[0], found[-1]
    match op:
        case "and":
            return False if False in found else None if None in found else True
        case "or":
            return True if True in found else None if None in found else False
        case "not":
            return None if left is None else not left
        case "is null":
            return left is None
        case "is true":
            return left is True
        case "is false":
            return left is False
        case "is distinct from":
            return left != right
        case "coalesce":
            return right if left is None else left
        case "in":
            return operation("or", [operation("=", [left, one]) for one in found[1:]])
        case "between":
            return operation("and", [operation(">=", found[:2]), operation("<=", [left, right])])
    if left is None or right is None:
        return None
    signs = "=" if left == right else "<" if left < right else ">"
    return signs != "=" if op == "<>" else signs in op


NUMBERS = st.sampled_from(["n", "m", "1", "2", "3", "$two"])
SIGNS = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
CODED = st.sampled_from(["'A'", "'B'", "'C'"])
LEAVES = st.one_of(
    st.builds(lambda a, op, b: f"{a} {op} {b}", NUMBERS, SIGNS, NUMBERS),
    st.builds(lambda op, b: f"c {op} {b}", st.sampled_from(["=", "<>"]), CODED),
    st.builds(lambda a, b: f"c in ({a}, {b})", CODED, CODED),
    st.builds(lambda a, b: f"n between {a} and {b}", NUMBERS, NUMBERS),
    st.builds(lambda a, b: f"{a} is distinct from {b}", NUMBERS, NUMBERS),
    st.sampled_from(
        [
            "n is null",
            "c is not null",
            "f",
            "f = true",
            "f is true",
            "f is false",
            "f is null",
            "true",
            "null",
        ]
    ),
    st.sampled_from(
        ["c is distinct from 'A'", "c is not distinct from 'B'", "n is distinct from null", "n = null"]
    ),
)
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda a, b: f"({a} and {b})", inner, inner),
        st.builds(lambda a, b: f"({a} or {b})", inner, inner),
        st.builds(lambda a: f"not ({a})", inner),
        st.builds(lambda a: f"({a}) is true", inner),
        st.builds(lambda a, b: f"coalesce({a}, {b})", inner, st.sampled_from(["true", "false"])),
        st.builds(lambda a, b, c: f"case when {a} then {b} else {c} end", inner, inner, inner),
    ),
    max_leaves=6,
)
WANTED: dict[Want, tuple[Any, ...]] = {"T": (True,), "F": (False,), "NT": (False, None), "NF": (True, None)}


@settings(max_examples=300, deadline=None)
@given(CONDITIONS)
def test_a_condition_without_cases_never_comes_out_so(text: str) -> None:
    told = reading(text)
    logic, found = Logic(told), {value(told.node, row) for row in ROWS}
    for want, outcomes in WANTED.items():
        if logic.cases(told.node, want) == ():
            assert not found & set(outcomes), (text, want)


@settings(max_examples=300, deadline=None)
@given(CONDITIONS)
def test_what_is_told_of_a_part_is_so_for_every_row(text: str) -> None:
    told = reading(text)
    for fixed in find_fixed(Logic(told), told.node):
        found = {value(fixed.node, row) for row in ROWS}
        never = {"never": {True}, "always": {False}, "same": set()}[fixed.comes_out]
        assert not found & never, (text, fixed)
        assert fixed.comes_out != "same" or len(found - {None}) <= 1


@pytest.mark.parametrize(
    ("text", "comes_out"),
    [
        ("n = 1 and m = 2 and n = 2", "never"),
        ("n < 3 and n > $two", "never"),
        ("n < m and m < n", "never"),
        ("n <= m and n <> m and n >= m", "never"),
        ("n is null and n between 1 and 3", "never"),
        ("c <> 'A' and c <> 'B' and c <> 'C'", "never"),
        ("f and not f", "never"),
        ("n = null", "never"),
        ("c is distinct from 'A' and c is not distinct from 'A'", "never"),
        ("coalesce(n = 1, false) and n = 2", "never"),
        ("n in (1, 2) and n in (3)", "never"),
        ("n is null or n is not null", "always"),
        ("n < 3 or n >= 3", "always"),
        ("c <> 'A' or c <> 'B'", "always"),
        ("not (c = 'A' and c = 'B')", "never"),
        ("coalesce(n = 1, true) or n <> 1", "always"),
        ("1 = 1", "always"),
        ("n <= n", "same"),
    ],
)
def test_contradictions_and_platitudes_are_found(text: str, comes_out: str) -> None:
    told = reading(text)
    (fixed,) = find_fixed(Logic(told), told.node)
    assert fixed.comes_out == comes_out


@pytest.mark.parametrize(
    "text", ["c in ('A', 'B', 'C')", "c = 'A' or c = 'B' or c = 'C'", "n = 1 or f", "true", "f"]
)
def test_what_is_written_on_purpose_is_not_told(text: str) -> None:
    told = reading(text)
    assert find_fixed(Logic(told), told.node) == []


def test_a_condition_of_too_many_cases_is_left_alone() -> None:
    many = " and ".join(f"(n = {k} or m = {k} or c = 'A' or f)" for k in range(12))
    told = reading(f"{many} and n = 1 and n = 2")
    assert [one.comes_out for one in find_fixed(Logic(told), told.node)] in ([], ["never"])
