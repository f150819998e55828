"""How large an expression becomes once it is written out for the engine.

Derived columns stand in an expression with all they say, and a macro of the engine's own may write an argument
several times: a few short lines can so become more than any engine reads. Measured on the tree, before anything is
printed.
"""

from __future__ import annotations

import re
from functools import cache

from jointsup_rules.compile.duckdb import macro_statements
from jointsup_rules.compile.tree import Call, Column, Literal, Scalar

# Far above what rules need (tens of nodes), far below what the engine (its own wall is a depth of 1000) and Python
# bear: one expression, and all of one rule together.
MAX_NODES = 5_000
MAX_HEIGHT = 150
MAX_NODES_OF_RULE = 200_000

_MACRO = re.compile(r"CREATE MACRO js_(\w+)\(([^)]*)\) AS(.*)", re.DOTALL)
_WORDS = re.compile(r"'(?:[^']|'')*'|\bjs_(?P<macro>\w+)\(|[()\[\]{},]|\b[a-zA-Z_]\w*\b")


@cache
def copies_of(macro: str) -> tuple[int, ...]:
    """Return how often a macro of the engine's own writes each of its arguments, once all is written out."""
    found = {m[1]: m for m in map(_MACRO.match, macro_statements()) if m is not None}.get(macro)
    if found is None:
        return ()
    names = [name.strip() for name in found[2].split(",")]
    counts = dict.fromkeys(names, 0)
    # One entry per open bracket: the macro it belongs to, which of its arguments this is, and the copies so far.
    stack: list[tuple[str, int, int]] = [("", 0, 1)]
    for word in _WORDS.finditer(found[3]):
        name, place, times = stack[-1]
        inner = copies_of(name)[place] * times if name else times
        text = word.group()
        if word["macro"]:
            stack.append((word["macro"], 0, inner))
        elif text in "([{":
            stack.append(("", 0, inner))
        elif text in ")]}":
            stack.pop()
        elif text == ",":
            stack[-1] = (name, place + 1, times)
        elif text in counts:
            counts[text] += inner
    return tuple(max(1, counts[name]) for name in names)


# What was measured before, by identity; each node is held, so that no other can take its place.
Measured = dict[int, tuple[Scalar, int, int]]


def measure(node: object, known: Measured) -> tuple[int, int]:
    """Return (nodes, height) of a scalar or a tuple of them as written out; both are capped above the walls.

    Args:
        node: Any part of a scalar.
        known: What was measured before in the same compilation; this adds to it.
    """
    if isinstance(node, tuple):
        parts = [measure(part, known) for part in node]
        return sum(n for n, _ in parts), max((height for _, height in parts), default=0)
    if isinstance(node, Column | Literal):
        return 1, 1
    if not isinstance(node, Scalar):
        return 0, 0
    found = known.get(id(node))
    if found is not None:
        return found[1:]
    if isinstance(node, Call):
        copies = copies_of(node.name)
        parts = [measure(part, known) for part in node.arguments]
        times = [*copies, *([1] * len(parts))]
        n_nodes = sum(n * k for (n, _), k in zip(parts, times, strict=False))
    else:
        parts = [measure(getattr(node, name), known) for name in node.__dataclass_fields__]
        n_nodes = sum(n for n, _ in parts)
    height = 1 + max((height for _, height in parts), default=0)
    n_nodes = min(1 + n_nodes, 10 * MAX_NODES)
    known[id(node)] = (node, n_nodes, height)
    return n_nodes, height
