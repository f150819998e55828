"""What is asked of the engine about one subject: the shapes of questions, each scalar known by its number.

In: texts of a rule and how to bind them. Out: scalars to select, and which number holds what.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from jointsup_rules.compile import tree
from jointsup_rules.compile.bind import Bound, missing_labels
from jointsup_rules.compile.sentences import plain_text
from jointsup_rules.compile.tree import Relation, Scalar, Select
from jointsup_rules.load.yaml import Loc
from jointsup_rules.model.dictionary import Derived
from jointsup_rules.model.dictionary import Relation as DictionaryRelation
from jointsup_rules.model.expression import Constant, Node, Operation
from jointsup_rules.problems import Text
from jointsup_rules.sweep.terms import comparisons_in, written_as

ORDERED = ("<", "<=", ">", ">=", "=", "between")
COMPARED = (*ORDERED, "<>", "is distinct from", "in", "like", "is null", "is true", "is false")
Bind = Callable[[str], Bound]


@dataclass
class Asked:
    """The scalars of one select; each is known by its number."""

    columns: list[tuple[str, Scalar]] = field(default_factory=list)

    def add(self, scalar: Scalar) -> int:
        """Take a scalar along and return its number."""
        self.columns.append((f"c{len(self.columns)}", scalar))
        return len(self.columns) - 1


@dataclass(frozen=True)
class AskedSide:
    """One side of a comparison in words, with the number of its text; a constant has its text at once."""

    says: Text
    number: int | None
    constant: str | None = None


@dataclass(frozen=True)
class AskedComparison:
    """A single comparison: as written, in words, the number of its value, its operator and its sides."""

    text: str
    says: Text
    value: int
    op: str
    sides: tuple[AskedSide, ...]


@dataclass(frozen=True)
class AskedCondition:
    """A condition as written and in words, the numbers of its value, doubt and empty columns, its comparisons."""

    text: str
    says: Text
    value: int
    unknown: int
    missing: int
    comparisons: tuple[AskedComparison, ...]


@dataclass(frozen=True)
class AskedValue:
    """A column, and the numbers of its text, whether it is empty, unknown or lost, and the columns to blame.

    `bound` is None where the column was not delivered.
    """

    name: str
    label: Text
    bound: Bound | None
    numbers: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)
    derived: Derived | None = None
    rows: Relation | None = None
    relation: DictionaryRelation | None = None


@dataclass(frozen=True)
class AskedPart:
    """One part of the rule: its scope, and the numbers and words it is measured against."""

    name: str
    kind: str
    says: Text
    loc: Loc
    scope: AskedCondition | None
    limits: tuple[tuple[str, int], ...]
    words: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class AskedFindings:
    """The findings of the subject, clear ones among them, with what else is asked of each."""

    select: Select
    exclusions: tuple[AskedCondition, ...]
    conditions: tuple[tuple[str, int], ...]
    comparisons: Mapping[str, AskedCondition]


def ask_condition(
    asked: Asked, bind: Bind, text: str, says: Callable[[str], Text], bind_side: Bind | None = None
) -> AskedCondition:
    """Ask for a condition, and for each comparison in it with the values of its sides.

    Args:
        bind: Binds the condition and its comparisons.
        says: Says an expression.
        bind_side: Binds a side of a comparison, of any type; `bind` where None.

    Raises:
        Absent: it reads what was not delivered.
    """
    whole, nodes = bind(text), comparisons_in(text)
    told = []
    for node in nodes:
        part = written_as(text, node)
        value = asked.add(bind(part).value) if len(nodes) > 1 else None
        op, sides = _ask_sides(asked, bind_side or bind, text, node, says)
        told.append((part, value, op, sides))
    number = asked.add(whole.value)
    return AskedCondition(
        text,
        says(text),
        number,
        asked.add(tree.is_true(whole.is_unknown())),
        asked.add(missing_labels(whole.reads)),
        tuple(
            AskedComparison(part, says(part), number if value is None else value, op, sides)
            for part, value, op, sides in told
        ),
    )


def _ask_sides(
    asked: Asked, bind: Bind, text: str, node: Node, says: Callable[[str], Text]
) -> tuple[str, tuple[AskedSide, ...]]:
    """The operator of a comparison and its sides; of a list of constants none is a side."""
    inner = node.arguments[0] if isinstance(node, Operation) and node.op == "not" else node
    if not isinstance(inner, Operation) or inner.op not in COMPARED:
        return "", ()
    sides: list[AskedSide] = []
    for part in inner.arguments:
        written = written_as(text, part)
        if not isinstance(part, Constant):
            sides.append(AskedSide(says(written), asked.add(plain_text(bind(written)))))
        elif inner.op in ORDERED and part.value is not None:
            sides.append(AskedSide(says(written), None, str(part.value)))
    return inner.op, tuple(sides)


def limits_of(kind: str, value: Any) -> list[tuple[str, str]]:
    """Return the numbers a kind measures against, by their path in its value."""
    paths: Mapping[str, tuple[tuple[str, ...], ...]] = {
        "repeat": (("at_least",),),
        "sequence": (("at_most", "times"), ("gap", "more_than", "days"), ("gap", "more_than", "months")),
        "overlap": (("more_than", "days"),),
    }
    found = []
    for path in paths.get(kind, ()):
        here: Any = value
        for step in path:
            here = here.get(step) if isinstance(here, Mapping) else None
        if here is not None:
            found.append((".".join(path), str(here)))
    if kind == "overlap" and not found:
        found.append(("more_than.days", "0"))
    if kind == "contradiction":
        for one in value["compare"]:
            tolerance = one.get("tolerance")
            days = tolerance.get("days") if isinstance(tolerance, Mapping) else tolerance
            if days is not None:
                found.append((f"tolerance {one['left']}", str(days)))
    return found
