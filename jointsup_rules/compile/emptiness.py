"""Which relations have no rows for certain, because what they are made of has none.

In: a relation and the names of what is empty. Out: yes, or not for certain. No condition is looked at.
"""

from __future__ import annotations

from collections.abc import Collection

from jointsup_rules.compile.tree import (
    Aggregate,
    Call,
    Case,
    Member,
    Relation,
    Repeat,
    Scalar,
    Select,
    Source,
    Steps,
    Structure,
    Text,
    Union,
)

# A row of these joins needs a row of the source that is joined.
_NEEDING = frozenset({"inner", "semi", "cross"})


def is_surely_empty(relation: Relation, empty: Collection[str]) -> bool:
    """Whether a relation has no rows.

    Args:
        relation: Any relation.
        empty: Names of the tables, views and steps that have no rows.
    """
    match relation:
        case Select():
            return _is_select_empty(relation, empty)
        case Union(parts):
            return all(is_surely_empty(part, empty) for part in parts)
        case Steps(steps, last):
            within = set(empty)
            for name, step in steps:
                # A step hides what has its name outside.
                within.discard(name)
                if is_surely_empty(step, within):
                    within.add(name)
            return is_surely_empty(last, within)
        case Repeat(_, first, _):
            return is_surely_empty(first, empty)
        case Text():
            return False


def _is_select_empty(select: Select, empty: Collection[str]) -> bool:
    if select.source is None:
        return False
    needed = [select.source, *(join.source for join in select.joins if join.kind in _NEEDING)]
    if not any(_is_source_empty(source, empty) for source in needed):
        return False
    # Without groups there is one row over no rows.
    return bool(select.group) or not any(_has_aggregate(value) for _, value in select.columns)


def _is_source_empty(source: Source, empty: Collection[str]) -> bool:
    if isinstance(source.relation, str):
        return source.relation in empty
    return is_surely_empty(source.relation, empty)


def _has_aggregate(value: Scalar | None) -> bool:
    match value:
        case Aggregate():
            return True
        case Call(_, arguments):
            return any(map(_has_aggregate, arguments))
        case Case(branches, otherwise):
            inside = (part for branch in branches for part in branch)
            return any(map(_has_aggregate, inside)) or _has_aggregate(otherwise)
        case Structure(fields):
            return any(_has_aggregate(part) for _, part in fields)
        case Member(of, _):
            return _has_aggregate(of)
        case _:
            # Windows and functions of a list's entries give a row for a row.
            return False
