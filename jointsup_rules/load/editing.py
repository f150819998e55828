"""A YAML file edited in place: single keys set, every comment, blank and other line as it was.

In: a document and the keys at its top with their new values. Out: the new text, or None where the file is written in
a way that cannot be edited safely. What comes out is read again, and must say what was meant and nothing else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from jointsup_rules.load.yaml import Document, read_yaml
from jointsup_rules.load.yaml_places import split_lines

_BARE = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_NOT_BARE = frozenset({"true", "false", "null", "True", "False", "Null", "yes", "no"})


def set_keys(document: Document, values: Mapping[str, str], after: str) -> str | None:
    """Return the text of a document with some keys set, or None where that cannot be done safely.

    Args:
        document: The file; a mapping in block style.
        values: Key at the top of the file to its text.
        after: The key below which new ones are put.
    """
    if not isinstance(document.data, dict) or after not in document.data:
        return None
    text = document.text
    new = {key: value for key, value in values.items() if key not in document.data}
    for key in sorted(set(values) - set(new), key=lambda one: document.place((one,)), reverse=True):
        changed = _replace_value(document, text, key, values[key])
        if changed is None:
            return None
        text = changed
    if new:
        lines = _insert(read_yaml(text, document.path), text, new, after)
        if lines is None:
            return None
        text = lines
    expected: dict[str, Any] = {**document.data, **values}
    return text if read_yaml(text, document.path).data == expected else None


def _replace_value(document: Document, text: str, key: str, value: str) -> str | None:
    """Put a value in the place of a scalar; of a list or mapping, only where it ends on its own lines."""
    scalar = document.scalars.get((key,))
    if scalar is not None and scalar.style not in ("|", ">"):
        lead = "" if text[scalar.start - 1 : scalar.start] != ":" else " "
        return text[: scalar.start] + lead + _written(value) + text[scalar.end :]
    first = document.place((key,), key=True)
    if first.column != 1:
        return None
    later = [place.line for loc, place in document.keys.items() if len(loc) == 1 and place.line > first.line]
    lines = text.splitlines(keepends=True)
    end = min(later, default=len(lines) + 1) - 1
    while end > first.line and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    ending = _line_end(text)
    return "".join([*lines[: first.line - 1], f"{key}: {_written(value)}{ending}", *lines[end:]])


def _insert(document: Document, text: str, new: Mapping[str, str], after: str) -> str | None:
    place, scalar = document.place((after,), key=True), document.scalars.get((after,))
    if place.column != 1 or scalar is None or "\n" in text[scalar.start : scalar.end]:
        return None
    ending = _line_end(text)
    lines = text.splitlines(keepends=True)
    if not lines[place.line - 1].endswith(("\n", "\r")):
        lines[place.line - 1] += ending
    added = [f"{key}: {_written(value)}{ending}" for key, value in new.items()]
    return "".join([*lines[: place.line], *added, *lines[place.line :]])


def _line_end(text: str) -> str:
    return "\r\n" if len(split_lines(text)) > 1 and "\r\n" in text else "\n"


def _written(value: str) -> str:
    """A text as YAML: a plain word as it is, all else in double quotes."""
    if _BARE.fullmatch(value) and value not in _NOT_BARE:
        return value
    return json.dumps(value, ensure_ascii=False)
