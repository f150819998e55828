"""The kinds of rule, one module each. Adding a kind adds one module and its name here."""

from __future__ import annotations

from jointsup_rules.compile.context import Kind
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

KINDS: dict[str, Kind] = {
    "condition": condition,
    "time_limit": time_limit,
    "missing": missing,
    "contradiction": contradiction,
    "repeat": repeat,
    "sequence": sequence,
    "overlap": overlap,
    "outlier": outlier,
    "query": query,
}
