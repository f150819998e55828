"""Problems with only one answer as edits of a file: exact characters out, the right ones in, all else as it was.

In: a file as it was read and a problem whose fix a program can write. Out: an edit, tried out: with it every other
value of the file reads as before. Files are never written anew from their values, so comments, order and layout stay.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from jointsup_rules.load.yaml import Document, Loc, read_yaml
from jointsup_rules.load.yaml_places import Scalar
from jointsup_rules.problems import Fix, Place, Problem

_BREAK = re.compile(r"\r\n|\r|\n")
_QUOTES = ("'", '"')
# A name is a text however it is written, and leaves all around it as it is.
_NAME = re.compile(r"\$?[^\W\d][\w.-]*")
_NO_NAMES = frozenset({"true", "True", "false", "False", "null", "Null"})
# So many edits of one file are tried out one by one; what is left is found when it is checked again.
_MOST_TRIED = 20


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


class Editor:
    """Finds the edits of one file."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.text = document.text
        self._n_tried = 0

    def find_edit(self, problem: Problem) -> Edit | None:
        """Return the edit that mends a problem, or None where there is none that leaves all else as it is."""
        fix = problem.fix
        if not isinstance(fix, Fix):
            return None
        start = self._start_of(fix.at or problem.place)
        if start is None:
            return None
        loc, scalar = self._scalar_at(start)
        if fix.is_source:
            return self._of_source(fix, start, scalar)
        style = scalar.style if scalar is not None else self.text[start : start + 1]
        found, instead = (_in_quotes(text, style) for text in (fix.found, fix.instead))
        if not self.text.startswith(found, start) and style in _QUOTES and self.text[start] == style:
            start += 1
        if not found or not self.text.startswith(found, start):
            return None
        edit = self._edit(start, found, instead)
        if _is_name(found) and _is_name(instead):
            return edit
        if self._leaves_the_rest(edit, loc):
            return edit
        return None if scalar is None else self._of_whole(edit, loc, scalar)

    @cached_property
    def _lines(self) -> list[int]:
        """Where each line begins."""
        return [0, *(found.end() for found in _BREAK.finditer(self.text))]

    @cached_property
    def _scalars(self) -> list[tuple[int, Loc, Scalar]]:
        return sorted((one.start, loc, one) for loc, one in self.document.scalars.items())

    def _start_of(self, place: Place) -> int | None:
        """The index of a place in the text; None beyond its end."""
        if place.line > len(self._lines):
            return None
        start = self._lines[place.line - 1] + place.column - 1
        return start if start <= len(self.text) else None

    def _edit(self, start: int, found: str, instead: str) -> Edit:
        line = bisect_right(self._lines, start)
        return Edit(Place(self.document.path, line, start - self._lines[line - 1] + 1), start, found, instead)

    def _scalar_at(self, start: int) -> tuple[Loc | None, Scalar | None]:
        """The value a character belongs to; None where it is a key, or the file could not be read so far."""
        at = bisect_right(self._scalars, start, key=lambda one: one[0])
        _, loc, scalar = self._scalars[at - 1] if at else (0, None, None)
        return (loc, scalar) if scalar is not None and start < scalar.end else (None, None)

    def _of_source(self, fix: Fix, start: int, scalar: Scalar | None) -> Edit | None:
        """The edit of a whole value, written with its quotes or without."""
        if scalar is not None and scalar.start == start and scalar.value == fix.found:
            found = self.text[scalar.start : scalar.end]
        else:
            found = fix.found
        if not self.text.startswith(found, start) or _BREAK.search(found):
            return None
        edit = self._edit(start, found, fix.instead)
        after = self._tried(edit)
        if after is None:
            return None
        is_same = self.document.data is None or list(self.document.scalars) == list(after.scalars)
        return edit if is_same else None

    def _of_whole(self, edit: Edit, loc: Loc | None, scalar: Scalar) -> Edit | None:
        """The edit with quotes put around an unquoted value, which cannot have the new characters without them."""
        raw = self.text[scalar.start : scalar.end]
        at = edit.start - scalar.start
        new = raw[:at] + edit.instead + raw[at + len(edit.found) :]
        if scalar.style or any(sign in new for sign in ('"', "\\", "\n", "\r")):
            return None
        whole = self._edit(scalar.start, raw, f'"{new}"')
        return whole if self._leaves_the_rest(whole, loc) else None

    def _tried(self, edit: Edit) -> Document | None:
        """The file with an edit; None where enough have been tried."""
        self._n_tried += 1
        if self._n_tried > _MOST_TRIED:
            return None
        return read_yaml(apply_edits(self.text, [edit]), self.document.path)

    def _leaves_the_rest(self, edit: Edit, loc: Loc | None) -> bool:
        """Whether with an edit every other value of the file reads as before, and what was text is text.

        Of a file that could not be read to its end nothing can be compared; it shows when it is checked again.
        """
        document, after = self.document, self._tried(edit)
        if after is None:
            return False
        if document.data is None:
            return True
        if len(after.problems) > len(document.problems):
            return False
        before, now = document.scalars, after.scalars
        if loc is None:
            return [one.value for one in before.values()] == [one.value for one in now.values()]
        if list(before) != list(now):
            return False
        others = all(one.value == now[at].value for at, one in before.items() if at != loc)
        return others and type(_value_at(after.data, loc)) is type(_value_at(document.data, loc))


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """Return a text with edits that do not overlap."""
    for edit in sorted(edits, key=lambda one: one.start, reverse=True):
        assert text[edit.start : edit.end] == edit.found, "edits are of this text"
        text = text[: edit.start] + edit.instead + text[edit.end :]
    return text


def _is_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None and text not in _NO_NAMES


def _in_quotes(text: str, style: str) -> str:
    """Characters of a value as they are written within its quotes."""
    if style == "'":
        return text.replace("'", "''")
    return text.replace("\\", "\\\\").replace('"', '\\"') if style == '"' else text


def _value_at(data: Any, loc: Loc) -> Any:
    for step in loc:
        data = data[step]
    return data
