"""The one tree that rules compile to: what is asked, in no engine's words.

Nothing here knows a database. A printer (`duckdb.py`) turns the tree into text; another engine is another
printer. Scalars are `Column`, `Literal`, `Call`, `Case`, `Aggregate`, `Window`; relations are `Select`, `Union`
and named steps. The functions below are the words in which kinds of rule are written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any, TypeVar

Value = str | int | Decimal | bool | date | None


@dataclass(frozen=True)
class Column:
    """A column of the source with that alias ("" where only one source is in reach)."""

    source: str
    name: str


@dataclass(frozen=True)
class Literal:
    """A value; `type` is a dictionary type and matters where the value is None."""

    value: Value
    type: str = ""


@dataclass(frozen=True)
class Call:
    """An operator or function of the tree's own vocabulary over scalars."""

    name: str
    arguments: tuple[Scalar, ...]


@dataclass(frozen=True)
class Case:
    """The first branch whose test is true."""

    branches: tuple[tuple[Scalar, Scalar], ...]
    otherwise: Scalar | None = None


@dataclass(frozen=True)
class Aggregate:
    """An aggregate over the rows of a group for which `where` is true, in the given order."""

    name: str
    arguments: tuple[Scalar, ...] = ()
    where: Scalar | None = None
    order: tuple[Order, ...] = ()
    distinct: bool = False


@dataclass(frozen=True)
class Window:
    """A window function; `frame` is one of the printer's known frames."""

    name: str
    arguments: tuple[Scalar, ...]
    partition: tuple[Scalar, ...]
    order: tuple[Order, ...]
    frame: str = ""


@dataclass(frozen=True)
class Lambda:
    """A function of named arguments, for calls that walk a list."""

    parameters: tuple[str, ...]
    body: Scalar


@dataclass(frozen=True)
class Structure:
    """A record of named scalars."""

    fields: tuple[tuple[str, Scalar], ...]


@dataclass(frozen=True)
class Member:
    """One field of a record."""

    of: Scalar
    name: str


Scalar = Column | Literal | Call | Case | Aggregate | Window | Lambda | Structure | Member


@dataclass(frozen=True)
class Order:
    """A sort key; empty values come last either way."""

    by: Scalar
    descending: bool = False


@dataclass(frozen=True)
class Source:
    """A relation in reach of a select: a step or view by name, or a nested relation."""

    relation: str | Relation
    alias: str


@dataclass(frozen=True)
class Join:
    """How another source is brought in: inner, left, semi, anti or cross."""

    kind: str
    source: Source
    on: Scalar | None


@dataclass(frozen=True)
class Select:
    """One row per row (or group) of its sources."""

    columns: tuple[tuple[str, Scalar], ...]
    source: Source | None
    joins: tuple[Join, ...] = ()
    where: Scalar | None = None
    group: tuple[Scalar, ...] = ()
    having: Scalar | None = None
    qualify: Scalar | None = None
    order: tuple[Order, ...] = ()
    distinct: bool = False


@dataclass(frozen=True)
class Union:
    """All rows of all parts; the parts have the same columns."""

    parts: tuple[Relation, ...]


@dataclass(frozen=True)
class Steps:
    """Named steps, each in reach of the next, and the last select."""

    steps: tuple[tuple[str, Relation], ...]
    last: Relation


@dataclass(frozen=True)
class Repeat:
    """Rows that grow out of rows: `first`, then `onward` over the rows added last (named `name`) until it adds none."""

    name: str
    first: Relation
    onward: Relation


@dataclass(frozen=True)
class Text:
    """SQL that passed the gate: what a rule of kind `query` says."""

    sql: str
    parameters: tuple[tuple[str, Scalar], ...] = field(default=())


Relation = Select | Union | Steps | Repeat | Text

# The last day there is; what has no end yet is measured against it.
LAST_DAY = date(9999, 12, 31)
TRUE = Literal(True, "boolean")
FALSE = Literal(False, "boolean")


def call(name: str, *arguments: Scalar) -> Call:
    """Return an operation of the tree's vocabulary."""
    return Call(name, arguments)


def text(value: str) -> Literal:
    """Return a text literal."""
    return Literal(value, "text")


def number(value: int) -> Literal:
    """Return an integer literal."""
    return Literal(value, "integer")


def nothing(of_type: str) -> Literal:
    """Return an empty value of a type."""
    return Literal(None, of_type)


def no_texts() -> Scalar:
    """Return an empty list of text."""
    return Call("no_texts", ())


def all_of(conditions: Sequence[Scalar | None]) -> Scalar:
    """Return the conjunction; None and TRUE parts vanish, no part is true."""
    kept = [part for part in conditions if part is not None and part != TRUE]
    if FALSE in kept:
        return FALSE
    return TRUE if not kept else kept[0] if len(kept) == 1 else Call("and", tuple(kept))


def any_of(conditions: Sequence[Scalar | None]) -> Scalar:
    """Return the disjunction; None and FALSE parts vanish, no part is false."""
    kept = list(dict.fromkeys(part for part in conditions if part is not None and part != FALSE))
    if TRUE in kept:
        return TRUE
    return FALSE if not kept else kept[0] if len(kept) == 1 else Call("or", tuple(kept))


def negate(condition: Scalar) -> Scalar:
    """Return the three-valued negation."""
    if condition in (TRUE, FALSE):
        return FALSE if condition == TRUE else TRUE
    return Call("not", (condition,))


def is_null(value: Scalar) -> Scalar:
    """Return whether a value is empty."""
    if isinstance(value, Literal):
        return TRUE if value.value is None else FALSE
    return Call("is null", (value,))


def is_true(condition: Scalar) -> Scalar:
    """Return the condition with empty read as false."""
    return condition if condition in (TRUE, FALSE) else Call("coalesce", (condition, FALSE))


def case(*branches: tuple[Scalar, Scalar], otherwise: Scalar | None = None) -> Scalar:
    """Return a choice; branches that can never be taken vanish."""
    kept = tuple(branch for branch in branches if branch[0] != FALSE)
    if kept and kept[0][0] == TRUE:
        return kept[0][1]
    if not kept:
        return otherwise if otherwise is not None else nothing("")
    return Case(kept, otherwise)


def earliest(*values: Scalar) -> Scalar:
    """Return the smallest filled value."""
    kept = tuple(dict.fromkeys(values))
    return kept[0] if len(kept) == 1 else Call("least", kept)


def equal_columns(left: str, right: str, names: Sequence[str]) -> Scalar:
    """Return that two sources agree on columns of the same names."""
    return all_of([Call("=", (Column(left, name), Column(right, name))) for name in names])


def count_where(condition: Scalar | None = None) -> Aggregate:
    """Return the number of rows for which a condition is true."""
    return Aggregate("count", (), condition)


NodeT = TypeVar("NodeT")
# The kinds of node that are made of others, each with what gives its parts.
_PARTS: dict[type, Callable[[Any], tuple[object, ...]]] = {
    Call: lambda node: node.arguments,
    Case: attrgetter("branches", "otherwise"),
    Aggregate: attrgetter("arguments", "where", "order"),
    Window: attrgetter("arguments", "partition", "order"),
    Lambda: lambda node: (node.body,),
    Structure: lambda node: node.fields,
    Member: lambda node: (node.of,),
    Order: lambda node: (node.by,),
    Source: lambda node: (node.relation,),
    Join: attrgetter("source", "on"),
    Select: attrgetter("columns", "source", "joins", "where", "group", "having", "qualify", "order"),
    Union: lambda node: node.parts,
    Steps: attrgetter("steps", "last"),
    Repeat: attrgetter("first", "onward"),
    Text: lambda node: node.parameters,
    tuple: lambda node: node,
}


def _of_kind(node: object, kind: type[NodeT]) -> list[NodeT]:
    """The nodes of one kind in a scalar, a relation or a tuple of them; what stands in many places is looked at once."""
    found: list[NodeT] = []
    waiting, met = [node], set()
    while waiting:
        here = waiting.pop()
        if type(here) is kind:
            found.append(here)
        parts = _PARTS.get(type(here))
        if parts is not None and id(here) not in met:
            met.add(id(here))
            waiting.extend(parts(here))
    return found


def relations_read(node: object) -> frozenset[str]:
    """Return the names of tables, views and steps that a relation, or a tuple of them, reads."""
    return frozenset(one.relation for one in _of_kind(node, Source) if isinstance(one.relation, str))


def sources_in(node: object) -> frozenset[str]:
    """Return the aliases that a scalar reads."""
    return frozenset(column.source for column in _of_kind(node, Column))


def columns_read(node: object, alias: str) -> frozenset[str]:
    """Return the names of the columns that a relation or scalar reads from a source with some alias."""
    return frozenset(column.name for column in _of_kind(node, Column) if column.source == alias)


def replaced(node: Scalar, old: Scalar, new: Scalar) -> Scalar:
    """Return a scalar with one part put in place of another wherever it stands."""
    if node == old:
        return new
    if not isinstance(node, Call | Case | Aggregate | Window | Lambda | Structure | Member):
        return node
    parts: dict[str, Any] = {
        name: _replaced(getattr(node, name), old, new) for name in node.__dataclass_fields__
    }
    return type(node)(**parts)


def _replaced(value: object, old: Scalar, new: Scalar) -> object:
    if isinstance(value, tuple):
        return tuple(_replaced(part, old, new) for part in value)
    if isinstance(value, Order):
        return Order(replaced(value.by, old, new), value.descending)
    if isinstance(value, Column | Literal | Call | Case | Aggregate | Window | Lambda | Structure | Member):
        return replaced(value, old, new)
    return value
