"""The kinds of rule, one module each. Adding a kind adds one module and its name here."""

from __future__ import annotations

from collections.abc import Callable

from jointsup_rules.compile.context import Context, Found
from jointsup_rules.compile.kinds import (
    condition,
    contradiction,
    missing,
    outlier,
    overlap,
    query,
    repeat,
    sequence,
    time_limit,
)
from jointsup_rules.model.shape import Shape

KINDS: dict[str, Callable[[Context], Found]] = {
    "condition": condition.find,
    "time_limit": time_limit.find,
    "missing": missing.find,
    "contradiction": contradiction.find,
    "repeat": repeat.find,
    "sequence": sequence.find,
    "overlap": overlap.find,
    "outlier": outlier.find,
    "query": query.find,
}

# What each kind takes under its name.
SHAPES: dict[str, type[Shape]] = {
    "condition": condition.Condition,
    "time_limit": time_limit.TimeLimit,
    "missing": missing.Missing,
    "contradiction": contradiction.Contradiction,
    "repeat": repeat.Repeat,
    "sequence": sequence.Sequence,
    "overlap": overlap.Overlap,
    "outlier": outlier.Outlier,
    "query": query.Query,
}
