"""Sentences and values as people see them: a template with {places} in, one text scalar per language out.

Rendered by the engine row by row, so that a million clues never pass through Python. Values are masked as the
dictionary says before they enter a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from jointsup_rules.compile import tree
from jointsup_rules.compile.bind import Bound
from jointsup_rules.compile.tree import Scalar, call
from jointsup_rules.problems import Text

_PLACE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_NAME = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)?")
EMPTY = Text(zh="（空）", en="(empty)")


@dataclass(frozen=True)
class Piece:
    """A stretch of literal text, or a place with its offset in the template."""

    text: str
    is_place: bool
    offset: int


def pieces_of(template: str) -> list[Piece]:
    """Return a template's literal stretches and places, in order; `{{` and `}}` stand for single braces.

    A brace without its fellow is a place that holds the brace, which is no name.
    """
    found: list[Piece] = []
    at = 0
    for match in _PLACE.finditer(template):
        if match.start() > at:
            found.append(Piece(template[at : match.start()], False, at))
        if match.group() in "{}":
            found.append(Piece(match.group(), True, match.start()))
        elif match.group() in ("{{", "}}"):
            found.append(Piece(match.group()[0], False, match.start()))
        else:
            found.append(Piece(match.group(1).strip(), True, match.start() + 1))
        at = match.end()
    if at < len(template):
        found.append(Piece(template[at:], False, at))
    return found


def is_name(text: str) -> bool:
    """Whether a place holds a plain name; only names may stand in a place, never an expression."""
    return _NAME.fullmatch(text) is not None


def masked(value: Scalar, mask: str) -> Scalar:
    """Return a text as outputs may show it."""
    return value if mask == "none" else call(f"mask_{mask}", value)


def plain_text(bound: Bound) -> Scalar:
    """Return a value as masked text, empty where it is empty; numbers without useless zeros."""
    if bound.type == "decimal":
        text: Scalar = call("number_text", bound.value)
    elif bound.type == "timestamp":
        text = call("substr", call("as_text", bound.value), tree.number(1), tree.number(16))
    else:
        text = call("as_text", bound.value)
    return masked(text, bound.mask)


def spoken(bound: Bound, lang: str, labels: Mapping[str, Text] | None = None) -> Scalar:
    """Return a value as a sentence says it: codes by label, booleans in words, nothing as such."""
    empty = tree.text(EMPTY.zh if lang == "zh" else EMPTY.en)
    codes = labels if labels is not None else bound.codes
    if bound.type == "boolean":
        yes, no = ("是", "否") if lang == "zh" else ("yes", "no")
        text: Scalar = tree.case(
            (tree.is_true(bound.value), tree.text(yes)), (tree.negate(bound.value), tree.text(no))
        )
    elif codes:
        branches = tuple(
            (call("=", bound.value, tree.text(code)), tree.text(label.zh if lang == "zh" else label.en))
            for code, label in codes.items()
        )
        text = masked(tree.Case(branches, bound.value), bound.mask)
    else:
        text = plain_text(bound)
    return call("coalesce", text, empty)


def render(
    template: str, lang: str, find: Callable[[Piece], tuple[Bound, Mapping[str, Text] | None]]
) -> Scalar:
    """Return a template as one text scalar; `find` gives the bound value of a place and its labels."""
    parts: list[Scalar] = []
    for piece in pieces_of(template):
        if piece.is_place:
            bound, labels = find(piece)
            parts.append(spoken(bound, lang, labels))
        else:
            parts.append(tree.text(piece.text))
    return call("concat", *parts) if parts else tree.text("")
