"""Problems with only one answer as edits of a file: exact characters out, the right ones in, all else as it was.

In: a file as it was read and a problem whose fix a program can write. Out: an edit, tried out: with it every other
value of the file reads as before. Files are never written anew from their values, so comments, order and layout stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from jointsup_rules.load.yaml import Document, Loc, read_yaml
from jointsup_rules.load.yaml_places import Scalar
from jointsup_rules.problems import Fix, Place, Problem

_BREAK = re.compile(r"\r\n|\r|\n")
_QUOTES = ("'", '"')


@dataclass(frozen=True)
class Edit:
    """Characters of one line and what to write in their place.

    Attributes:
        start: Where they begin in the text, from 0, a byte order mark not counted.
    """

    place: Place
    start: int
    found: str
    instead: str

    @property
    def end(self) -> int:
        """Where they end."""
        return self.start + len(self.found)


def find_edit(document: Document, problem: Problem) -> Edit | None:
    """Return the edit that mends a problem of a file, or None where there is none that leaves all else as it is."""
    fix = problem.fix
    if not isinstance(fix, Fix):
        return None
    start = _start_of(document.text, fix.at or problem.place)
    if start is None:
        return None
    loc, scalar = _scalar_at(document, start)
    if fix.is_source:
        return _of_source(document, fix, start, scalar)
    style = scalar.style if scalar is not None else document.text[start : start + 1]
    found, instead = (_in_quotes(text, style) for text in (fix.found, fix.instead))
    if not document.text.startswith(found, start) and style in _QUOTES and document.text[start] == style:
        start += 1
    if not found or not document.text.startswith(found, start):
        return None
    edit = _edit(document, start, found, instead)
    if _leaves_the_rest(document, edit, loc):
        return edit
    return None if scalar is None else _of_whole(document, edit, loc, scalar)


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """Return a text with edits that do not overlap."""
    for edit in sorted(edits, key=lambda one: one.start, reverse=True):
        assert text[edit.start : edit.end] == edit.found, "edits are of this text"
        text = text[: edit.start] + edit.instead + text[edit.end :]
    return text


def _start_of(text: str, place: Place) -> int | None:
    """The index of a place in a text; None beyond its end."""
    starts = [0, *(found.end() for found in _BREAK.finditer(text))]
    if place.line > len(starts):
        return None
    start = starts[place.line - 1] + place.column - 1
    return start if start <= len(text) else None


def _edit(document: Document, start: int, found: str, instead: str) -> Edit:
    before = _BREAK.split(document.text[:start])
    return Edit(Place(document.path, len(before), len(before[-1]) + 1), start, found, instead)


def _scalar_at(document: Document, start: int) -> tuple[Loc | None, Scalar | None]:
    """The value a character belongs to; None where it is a key, or the file could not be read so far."""
    for loc, scalar in document.scalars.items():
        if scalar.start <= start < scalar.end:
            return loc, scalar
    return None, None


def _in_quotes(text: str, style: str) -> str:
    """Characters of a value as they are written within its quotes."""
    if style == "'":
        return text.replace("'", "''")
    return text.replace("\\", "\\\\").replace('"', '\\"') if style == '"' else text


def _of_source(document: Document, fix: Fix, start: int, scalar: Scalar | None) -> Edit | None:
    """The edit of a whole value, written with its quotes or without."""
    if scalar is not None and scalar.start == start and scalar.value == fix.found:
        found = document.text[scalar.start : scalar.end]
    else:
        found = fix.found
    if not document.text.startswith(found, start) or _BREAK.search(found):
        return None
    edit = _edit(document, start, found, fix.instead)
    after = read_yaml(apply_edits(document.text, [edit]), document.path)
    is_same = document.data is None or list(document.scalars) == list(after.scalars)
    return edit if is_same else None


def _of_whole(document: Document, edit: Edit, loc: Loc | None, scalar: Scalar) -> Edit | None:
    """The edit with quotes put around an unquoted value, which cannot have the new characters without them."""
    raw = document.text[scalar.start : scalar.end]
    at = edit.start - scalar.start
    new = raw[:at] + edit.instead + raw[at + len(edit.found) :]
    if scalar.style or any(sign in new for sign in ('"', "\\", "\n", "\r")):
        return None
    whole = _edit(document, scalar.start, raw, f'"{new}"')
    return whole if _leaves_the_rest(document, whole, loc) else None


def _leaves_the_rest(document: Document, edit: Edit, loc: Loc | None) -> bool:
    """Whether with an edit every other value of the file reads as before, and what was text is text.

    Of a file that could not be read to its end nothing can be compared; it shows when it is checked again.
    """
    after = read_yaml(apply_edits(document.text, [edit]), document.path)
    if document.data is None:
        return True
    if len(after.problems) > len(document.problems):
        return False
    if loc is None:
        return [one.value for one in document.scalars.values()] == [
            one.value for one in after.scalars.values()
        ]
    if list(document.scalars) != list(after.scalars):
        return False
    others = all(one.value == after.scalars[at].value for at, one in document.scalars.items() if at != loc)
    return others and type(_value_at(after.data, loc)) is type(_value_at(document.data, loc))


def _value_at(data: Any, loc: Loc) -> Any:
    for step in loc:
        data = data[step]
    return data
