"""What the texts of a rule are made of: the names they read, and the single comparisons inside a condition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jointsup_rules.compile.sentences import pieces_of
from jointsup_rules.model.expression import (
    Choice,
    Constant,
    ExpressionError,
    Name,
    Node,
    Operation,
    read_expression,
)
from jointsup_rules.model.rule import Rule

_NO_EXPRESSIONS = ("say", "because", "query")


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all below it, parents first."""
    yield node
    children: tuple[Node | None, ...] = ()
    if isinstance(node, Operation):
        children = node.arguments
    elif isinstance(node, Choice):
        children = (*(part for branch in node.branches for part in branch), node.otherwise)
    for child in children:
        if child is not None:
            yield from walk(child)


def names_in(text: str) -> list[tuple[str, ...]]:
    """Return the names an expression reads, in order, each once; none of a text that is no expression."""
    try:
        nodes = walk(read_expression(text))
        return list(dict.fromkeys(node.parts for node in nodes if isinstance(node, Name)))
    except ExpressionError:
        return []


def comparisons_in(text: str) -> list[Node]:
    """Return the single comparisons that `and`, `or` and `not` join in a condition, in order."""
    return list(_leaves(read_expression(text)))


def written_as(text: str, node: Node) -> str:
    """Return a part of an expression as it is written."""
    return text[node.span.start : node.span.until]


def _leaves(node: Node) -> Iterator[Node]:
    inner = _joined(node)
    if inner is None:
        yield node
    for part in inner or ():
        yield from _leaves(part)


def _joined(node: Node) -> tuple[Node, ...] | None:
    """The parts that `and`, `or`, or `not` before one of them, joins; None for a single comparison."""
    if not isinstance(node, Operation):
        return None
    if node.op in ("and", "or"):
        return node.arguments
    inner = node.arguments[0] if node.op == "not" else None
    return (inner,) if isinstance(inner, Operation) and inner.op in ("and", "or") else None


def deciding(text: str, values: Sequence[bool | None]) -> list[int]:
    """Return which single comparisons would, were they the other way, alone make a condition true.

    Args:
        text: The condition.
        values: The value of each of `comparisons_in(text)`.

    Returns:
        Their places; none where the condition is true, or where more than one stands in its way.
    """
    node = read_expression(text)
    if _value(node, iter(values)) is True:
        return []
    found = []
    for n, value in enumerate(values):
        changed = [not value if m == n else one for m, one in enumerate(values)]
        if _value(node, iter(changed)) is True:
            found.append(n)
    return found


def _value(node: Node, values: Iterator[bool | None]) -> bool | None:
    """A condition reckoned from the values of its comparisons, three-valued."""
    inner = _joined(node)
    if inner is None:
        return next(values)
    known = [_value(part, values) for part in inner]
    assert isinstance(node, Operation)
    if node.op == "not":
        return None if known[0] is None else not known[0]
    settles = node.op == "or"
    if settles in known:
        return settles
    return None if None in known else not settles


def places_in(template: str) -> list[str]:
    """Return the names in the {places} of a sentence."""
    return [piece.text for piece in pieces_of(template) if piece.is_place]


def texts_after_detection(rule: Rule) -> list[str]:
    """Return what a rule says of its findings: exclusions, bands, levels, measure, identity, sentence, evidence."""
    shape = rule.shape
    texts: list[str] = [one.when for one in shape.exclude]
    texts += [one.when for one in shape.bands if one.when is not None]
    texts += [when for levels in (shape.severity, shape.grade) for key, when in levels.items() if key != "is"]
    texts += [shape.measure.value] if shape.measure is not None else []
    texts += [*shape.identity, *shape.evidence.columns]
    return texts + [place for template in (shape.reason.zh, shape.reason.en) for place in places_in(template)]


def clocks_in(value: Any) -> list[str]:
    """Return the names of the clocks that a `detect` or part of one asks for, each once."""
    if not isinstance(value, Mapping):
        return []
    found: list[str] = []
    limit = value.get("time_limit")
    if isinstance(limit, Mapping):
        named = limit.get("clock", ())
        found += [named] if isinstance(named, str) else [str(name) for name in named]
    for part in value.get("any_of") or ():
        found += clocks_in(part)
    return list(dict.fromkeys(found))


def texts_of(rule: Rule) -> list[str]:
    """Return every expression of a rule and every place of its sentences; texts of `detect` that are none, too."""
    scope = [rule.shape.scope] if rule.shape.scope is not None else []
    return [*scope, *_texts_in(rule.shape.detect), *texts_after_detection(rule)]


def _texts_in(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for key, part in value.items() if key not in _NO_EXPRESSIONS for text in _texts_in(part)]
    if isinstance(value, list | tuple):
        return [text for part in value for text in _texts_in(part)]
    return []


def literals_of(rule: Rule, others: Sequence[str] = ()) -> set[str]:
    """Return the texts that the expressions of a rule, and some others, compare with."""
    found: set[str] = set()
    for text in (*texts_of(rule), *others):
        try:
            nodes = walk(read_expression(text))
            found |= {str(one.value) for one in nodes if isinstance(one, Constant) and one.kind == "text"}
        except ExpressionError:
            continue
    return found
