"""Conditions as cases: when an expression is true, false, or not so, in the three-valued sense of the language.

In: the tree of an expression with what its names stand for. Out: the cases (see `facts`) in which it comes out as
wanted. A value that was lost on the way is as good as empty here: what is said to be always true may still be unknown
for a row of which a value could not be read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal as OneOf

from jointsup_rules.compile.bind import Bound
from jointsup_rules.compile.reading import Reading
from jointsup_rules.compile.suspicions.facts import (
    ALWAYS,
    EMPTY,
    FILLED,
    NEVER,
    Cases,
    Edge,
    Fact,
    Key,
    Value,
    all_of,
    any_of,
    none_of,
    one_of,
)
from jointsup_rules.compile.tree import Column, Literal
from jointsup_rules.model.expression import Choice, Constant, Name, Node, Operation, Parameter

# true; false; not true (false or unknown); not false (true or unknown).
Want = OneOf["T", "F", "NT", "NF"]
_OPPOSITE: dict[Want, Want] = {"T": "F", "F": "T", "NT": "NF", "NF": "NT"}
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_NEGATED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
ORDERED = frozenset(_FLIPPED)
COMPARED = ORDERED | {"=", "<>"}
_BOOLEAN = COMPARED | {
    "and",
    "or",
    "not",
    "in",
    "between",
    "like",
    "is null",
    "is true",
    "is false",
    "is distinct from",
}
_SIGNS = {"=": "=", "<>": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


def key_of(node: Node, reading: Reading) -> Key:
    """Return what tells a value from others: two nodes with one key have one value, wherever they stand in a rule."""
    match node:
        case Name():
            return _key_of_name(node, reading)
        case Parameter():
            value = constant_of(node, reading)
            return ("$", node.name) if value is None else ("=", value)
        case Constant():
            return ("=", node.value if node.kind != "integer" else Decimal(str(node.value)))
        case Operation():
            return (node.op, *(key_of(one, reading) for one in node.arguments))
        case Choice():
            branches = tuple((key_of(test, reading), key_of(then, reading)) for test, then in node.branches)
            return ("case", branches, None if node.otherwise is None else key_of(node.otherwise, reading))


def _key_of_name(node: Name, reading: Reading) -> Key:
    bound = reading.names.get(node.parts)
    # The days of the sweep are constants only because some day must be compiled for.
    if bound is None or isinstance(bound.value, Literal):
        return ("name", node.parts)
    value = bound.value
    return ("column", value.source, value.name) if isinstance(value, Column) else ("made of", value)


def constant_of(node: Node, reading: Reading) -> Value | None:
    """Return what a literal or a fixed parameter holds; None for all else and for null."""
    if isinstance(node, Constant):
        found = node.value
    elif isinstance(node, Parameter):
        bound = reading.parameters.get(node.name)
        if bound is None or not isinstance(bound.value, Literal):
            return None
        value = bound.value.value
        found = (
            value
            if isinstance(value, str | bool | int)
            else str(value)
            if isinstance(value, Decimal)
            else None
        )
        if isinstance(value, Decimal):
            return value
    elif isinstance(node, Operation) and node.op == "negative":
        inside = constant_of(node.arguments[0], reading)
        return -inside if isinstance(inside, Decimal) else None
    else:
        return None
    if isinstance(found, bool) or found is None:
        return found
    if isinstance(node, Constant) and node.kind in ("integer", "decimal"):
        return Decimal(str(found))
    return Decimal(found) if isinstance(found, int) else found


def bound_of(node: Node, reading: Reading) -> Bound | None:
    """Return the column a node names; None for all else."""
    return reading.names.get(node.parts) if isinstance(node, Name) else None


@dataclass(frozen=True)
class Logic:
    """Reckons with the conditions of one text; asked often for the same node, it remembers.

    `knows_codes`: whether a code that is none of the list but one must be that one.
    """

    reading: Reading
    knows_codes: bool = True
    _known: dict[tuple[int, Want], tuple[Node, Cases | None]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def cases(self, node: Node, want: Want = "T") -> Cases | None:
        """Return the cases in which a condition comes out as wanted; None where that is too much to tell."""
        here = (id(node), want)
        if here not in self._known:
            # The node is kept with them, so that no other can have its identity.
            self._known[here] = (node, self._cases(node, want))
        return self._known[here][1]

    def key(self, node: Node) -> Key:
        """Return what tells a value from others."""
        return key_of(node, self.reading)

    def _cases(self, node: Node, want: Want) -> Cases | None:
        match node:
            case Constant():
                return _constant(node.value, want)
            case Choice():
                return self._choice(node, want)
            case Operation() if node.op in _BOOLEAN or node.op == "coalesce":
                # A comparison with a code that is none of the list is told as that, and nothing is built on it.
                if not self._has_foreign_code(node):
                    return self._operation(node, want)
        return self._opaque(self.key(node), want)

    def _has_foreign_code(self, node: Operation) -> bool:
        bounds = [bound_of(one, self.reading) for one in node.arguments]
        codes = next((bound.codes for bound in bounds if bound is not None and bound.codes), None)
        if codes is None:
            return False
        values = (constant_of(one, self.reading) for one in node.arguments)
        return any(isinstance(value, str) and value not in codes for value in values)

    def _operation(self, node: Operation, want: Want) -> Cases | None:
        arguments = node.arguments
        match node.op:
            case "and" | "or":
                joins = all_of if (node.op == "and") == (want in ("T", "NF")) else any_of
                return joins([self.cases(one, want) for one in arguments])
            case "not":
                return self.cases(arguments[0], _OPPOSITE[want])
            case "is null":
                return self._is_null(arguments[0], want in ("T", "NF"))
            case "is true":
                return self.cases(arguments[0], "T" if want in ("T", "NF") else "NT")
            case "is false":
                return self.cases(arguments[0], "F" if want in ("T", "NF") else "NF")
            case "coalesce":
                return self._coalesce(node, want)
            case "in":
                return self._in(node, want)
            case "between":
                low, high = (Operation(op, (arguments[0], edge), node.span)
                             for op, edge in zip((">=", "<="), arguments[1:], strict=True))  # fmt: skip
                return self._operation(Operation("and", (low, high), node.span), want)
            case "like":
                return self._opaque(self.key(node), want, [self.key(arguments[0])])
            case "is distinct from":
                return self._distinct(node, want)
        return self._comparison(node, want)

    def _choice(self, node: Choice, want: Want) -> Cases | None:
        """The branch that is reached, and what it gives."""
        ways: list[Cases | None] = []
        passed: list[Cases | None] = []
        for test, then in node.branches:
            ways.append(self._both([*passed, self.cases(test, "T")], self.cases(then, want)))
            passed.append(self.cases(test, "NT"))
        last = self.cases(node.otherwise, want) if node.otherwise is not None else _constant(None, want)
        ways.append(self._both(passed, last))
        return any_of(ways)

    def _both(self, before: list[Cases | None], last: Cases | None) -> Cases | None:
        return all_of([*before, last])

    def _coalesce(self, node: Operation, want: Want) -> Cases | None:
        """`coalesce(condition, false)` and its like: not known is taken for the second."""
        if len(node.arguments) == 2:
            instead = node.arguments[1]
            if isinstance(instead, Constant) and instead.kind == "boolean":
                kept: dict[Want, Want] = {"T": "NF", "NF": "NF", "F": "F", "NT": "F"}
                if not instead.value:
                    kept = {"T": "T", "NF": "T", "F": "NT", "NT": "NT"}
                return self.cases(node.arguments[0], kept[want])
        return self._opaque(self.key(node), want)

    def _is_null(self, node: Node, is_wanted: bool) -> Cases:
        if isinstance(node, Constant):
            return ALWAYS if (node.value is None) == is_wanted else NEVER
        return ({self.key(node): EMPTY if is_wanted else FILLED},)

    def _opaque(self, key: Key, want: Want, rests_on: list[Key] | None = None) -> Cases:
        """A yes or no of which nothing is known but that it is the same wherever it stands."""
        said: dict[Key, Fact] = {key: one_of(want in ("T", "NF"))}
        said |= {one: FILLED for one in rests_on or []}
        if want in ("T", "F"):
            return (said,)
        return (said, {key: EMPTY}, *({one: EMPTY} for one in rests_on or []))

    # ---- comparisons

    def _comparison(self, node: Operation, want: Want) -> Cases | None:
        left, right = node.arguments
        op, value = _SIGNS[node.op], constant_of(right, self.reading)
        if value is None and (value := constant_of(left, self.reading)) is not None:
            left, op = right, _FLIPPED.get(op, op)
        if value is None:
            if any(isinstance(one, Constant) for one in node.arguments):
                return _constant(None, want)
            return self._pair(op, left, right, want)
        fixed = constant_of(left, self.reading)
        if fixed is not None:
            return _constant(_compare(op, fixed, value), want)
        return self._told(left, want, lambda negated: self._fact(op, left, value, negated))

    def _told(self, node: Node, want: Want, fact: Callable[[bool], Fact | None]) -> Cases | None:
        """A test of one value that is unknown where the value is empty."""
        said = fact(want in ("F", "NT"))
        key = self.key(node)
        known: Cases = () if said is None else ({key: said},)
        return known if want in ("T", "F") else (*known, {key: EMPTY})

    def _fact(self, op: str, node: Node, value: Value, negated: bool) -> Fact | None:
        """What a comparison with a constant says of a value."""
        if op in ("=", "<>"):
            return self._among([value], is_in=(op == "=") != negated, node=node)
        if negated:
            op = _NEGATED[op]
        bound = bound_of(node, self.reading)
        edge = Edge(value, op in ("<", ">"))
        if edge.open and isinstance(value, Decimal) and bound is not None and bound.type == "integer":
            whole = value.to_integral_value()
            if whole == value:
                edge = Edge(value + 1 if op == ">" else value - 1)
        return Fact(empty=False, low=edge) if op in (">", ">=") else Fact(empty=False, high=edge)

    def _among(self, values: list[Value], *, is_in: bool, node: Node) -> Fact | None:
        if is_in:
            return one_of(*values)
        bound = bound_of(node, self.reading)
        everything: frozenset[Value] | None = None
        if bound is not None and bound.type == "boolean":
            everything = frozenset({True, False})
        elif bound is not None and bound.codes and self.knows_codes:
            everything = frozenset(bound.codes)
        if everything is None:
            return none_of(*values)
        left = everything - frozenset(values)
        return one_of(*left) if left else None

    def _in(self, node: Operation, want: Want) -> Cases | None:
        value, *items = node.arguments
        fixed = [constant_of(item, self.reading) for item in items]
        known = [one for one in fixed if one is not None]
        if len(known) != len(items) or constant_of(value, self.reading) is not None:
            tests = tuple(Operation("=", (value, item), node.span) for item in items)
            return self._operation(Operation("or", tests, node.span), want)
        return self._told(value, want, lambda negated: self._among(known, is_in=not negated, node=value))

    def _distinct(self, node: Operation, want: Want) -> Cases | None:
        """Never unknown: empty is a value like any other."""
        left, right = node.arguments
        is_distinct = want in ("T", "NF")
        if constant_of(left, self.reading) is not None:
            left, right = right, left
        value = constant_of(right, self.reading)
        if isinstance(right, Constant) and right.value is None:
            return self._is_null(left, not is_distinct)
        if value is None or constant_of(left, self.reading) is not None:
            if self.key(left) == self.key(right):
                return NEVER if is_distinct else ALWAYS
            return (
                {("is distinct from", frozenset((self.key(left), self.key(right)))): one_of(is_distinct)},
            )
        said = self._among([value], is_in=not is_distinct, node=left)
        known: Cases = () if said is None else ({self.key(left): said},)
        return (*known, {self.key(left): EMPTY}) if is_distinct else known

    def _pair(self, op: str, left: Node, right: Node, want: Want) -> Cases | None:
        """Two values compared: which of smaller, equal and larger the first may be."""
        one, other = self.key(left), self.key(right)
        holds = {"=": "=", "<>": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}[op]
        signs = frozenset("<=>") & frozenset(holds)
        if want in ("F", "NT"):
            signs = frozenset("<=>") - signs
        if one == other:
            known: Cases = ({one: FILLED},) if "=" in signs else ()
            return known if want in ("T", "F") else (*known, {one: EMPTY})
        if hash(other) < hash(one):
            one, other = other, one
            signs = frozenset({"<": ">", ">": "<", "=": "="}[sign] for sign in signs)
        filled = {key: FILLED for key in (one, other) if key[:1] != ("=",)}  # type: ignore[index]
        case: dict[Key, Fact] = {("pair", one, other): one_of(*signs), **filled}
        if want in ("T", "F"):
            return (case,)
        return (case, *({key: EMPTY} for key in filled))


def _constant(value: object, want: Want) -> Cases:
    if value is None:
        return ALWAYS if want in ("NT", "NF") else NEVER
    return ALWAYS if bool(value) == (want in ("T", "NF")) else NEVER


def _compare(op: str, left: Value, right: Value) -> bool | None:
    if type(left) is not type(right):
        return None
    signs = "=" if left == right else "<" if left < right else ">"  # type: ignore[operator]
    return signs in op if op != "<>" else signs != "="


def is_condition(node: Node, reading: Reading) -> bool:
    """Whether a node is a yes or no by its own form (a bare column is one too, but says nothing of itself)."""
    return isinstance(node, Operation) and (node.op in _BOOLEAN or _is_defaulted(node))


def _is_defaulted(node: Operation) -> bool:
    last = node.arguments[-1] if node.op == "coalesce" else None
    return isinstance(last, Constant) and last.kind == "boolean"
