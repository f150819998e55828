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
