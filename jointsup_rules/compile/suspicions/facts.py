"""What is known of one value, and of several at once: whether they can be so together.

A value is empty, or filled and within bounds and sets. A case is a set of such facts by value; a condition is a list of
cases, of which any one makes it so. Values are told apart by a key; nothing is known of how two keys hang together, so
what is found impossible here is impossible, and much that is impossible is not found.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

Value = str | bool | Decimal
Key = Hashable
# Of a condition that falls into more cases nothing is said.
MAX_CASES = 200


@dataclass(frozen=True)
class Edge:
    """An end of a range; `open` if the value itself lies outside."""

    value: Value
    open: bool = False


@dataclass(frozen=True)
class Fact:
    """What is known of a value: empty, filled, or (None) either; filled with one of `only`, none of `never`."""

    empty: bool | None = None
    low: Edge | None = None
    high: Edge | None = None
    only: frozenset[Value] | None = None
    never: frozenset[Value] = frozenset()


EMPTY, FILLED = Fact(empty=True), Fact(empty=False)
Case = Mapping[Key, Fact]
Cases = tuple[Case, ...]
ALWAYS: Cases = ({},)
NEVER: Cases = ()


def one_of(*values: Value) -> Fact:
    """Return that a value is filled with one of these."""
    return Fact(empty=False, only=frozenset(values))


def none_of(*values: Value) -> Fact:
    """Return that a value is filled with none of these."""
    return Fact(empty=False, never=frozenset(values))


def both(one: Fact, other: Fact) -> Fact | None:
    """Return what is known where both hold; None where they cannot."""
    if one.empty is not None and other.empty is not None and one.empty != other.empty:
        return None
    empty = one.empty if one.empty is not None else other.empty
    if empty:
        return EMPTY
    only = one.only if other.only is None else other.only if one.only is None else one.only & other.only
    joined = Fact(
        empty, _higher(one.low, other.low), _lower(one.high, other.high), only, one.never | other.never
    )
    if empty is False and not _is_possible(joined):
        return None
    return joined


def _higher(one: Edge | None, other: Edge | None) -> Edge | None:
    if one is None or other is None:
        return one or other
    return max(one, other, key=lambda edge: (edge.value, edge.open))


def _lower(one: Edge | None, other: Edge | None) -> Edge | None:
    if one is None or other is None:
        return one or other
    return min(one, other, key=lambda edge: (edge.value, not edge.open))


def _is_possible(fact: Fact) -> bool:
    low, high = fact.low, fact.high
    if fact.only is not None:
        return any(value not in fact.never and _lies_in(value, low, high) for value in fact.only)
    if low is None or high is None:
        return True
    if low.value == high.value:
        return not (low.open or high.open or low.value in fact.never)
    return low.value < high.value  # type: ignore[operator]


def _lies_in(value: Value, low: Edge | None, high: Edge | None) -> bool:
    if low is not None and (value < low.value or (low.open and value == low.value)):  # type: ignore[operator]
        return False
    return high is None or not (value > high.value or (high.open and value == high.value))  # type: ignore[operator]


def all_of(parts: Iterable[Cases | None]) -> Cases | None:
    """Return the cases in which all conditions hold; None where they are too many to tell.

    A part of which nothing can be told is left out: fewer conditions make more possible, so that nothing possible
    is lost.
    """
    found: Cases = ALWAYS
    for cases in sorted((part for part in parts if part is not None), key=len):
        joined = []
        for one in found:
            for other in cases:
                case = _together(one, other)
                if case is not None:
                    joined.append(case)
                if len(joined) > MAX_CASES:
                    return None
        found = tuple(joined)
    return found


def any_of(parts: Iterable[Cases | None]) -> Cases | None:
    """Return the cases in which one of the conditions holds; None where they are too many, or one cannot be told."""
    found: list[Case] = []
    for cases in parts:
        if cases is None or len(found) + len(cases) > MAX_CASES:
            return None
        found += cases
        if {} in cases:
            return ALWAYS
    return tuple(found)


def _together(one: Case, other: Case) -> Case | None:
    joined = dict(one)
    for key, fact in other.items():
        known = joined.get(key)
        here = fact if known is None else both(known, fact)
        if here is None:
            return None
        joined[key] = here
    return joined
