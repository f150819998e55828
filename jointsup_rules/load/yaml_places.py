"""Where each character of a YAML text stands in its file.

In: the file's text and one scalar. Out: the index in the file of a character of the scalar's value. YAML
folds, strips and unescapes what is written; what survives unchanged is the sequence of characters that are
not blank, so value and file are laid side by side along that sequence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_BREAK = re.compile(r"\r\n|\r|\n")
_BLANK = " \t\r\n"
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f",
            "v": "\v", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029"}  # fmt: skip
_HEX_DIGITS = {"x": 2, "u": 4, "U": 8}


@dataclass(frozen=True)
class Scalar:
    """One text of a YAML file: value, style (empty: plain, else `'`, `"`, `|`, `>`) and span in the file."""

    value: str
    style: str
    start: int
    end: int


def split_lines(text: str) -> tuple[str, ...]:
    """Return the lines of a text without their ends; at least one."""
    return tuple(_BREAK.split(text))


def offset_in_source(text: str, scalar: Scalar, offset: int) -> int:
    """Return the index in `text` of character `offset` of the scalar's value (its length: its end)."""
    value = scalar.value
    offset = max(0, min(offset, len(value)))
    if not scalar.style and "\n" not in text[scalar.start : scalar.end]:
        return scalar.start + offset
    before = after = None
    for at, index, end in _aligned(text, scalar):
        if at <= offset:
            before = (at, index, end)
        if at >= offset:
            after = (at, index)
            break
    if after is not None and (after[0] == offset or before is None or "\n" in value[before[0] : offset]):
        return max(scalar.start, after[1] - (after[0] - offset))
    if before is None:
        return scalar.start
    # Blanks behind a character: they follow it in the file as well.
    return before[2] + (offset - before[0] - 1)


def _aligned(text: str, scalar: Scalar) -> Iterator[tuple[int, int, int]]:
    """(offset in the value, start and end in the file) of every character that is not blank, in order."""
    value, at = scalar.value, 0
    for char, index, end in _written(text, scalar):
        while at < len(value) and value[at] != char:
            at += 1
        if at == len(value):
            return
        yield at, index, end
        at += 1


def _written(text: str, scalar: Scalar) -> Iterator[tuple[str, int, int]]:
    """(character, start, end in the file) as written, quotes and unescaped blanks left out."""
    index, end = scalar.start, scalar.end
    if scalar.style in ("|", ">"):
        found = _BREAK.search(text, index, end)
        index = found.end() if found else end
    elif scalar.style:
        index, end = index + 1, end - 1
    while index < end:
        char, width = text[index], 1
        if scalar.style == "'" and char == "'":
            width = 2
        elif scalar.style == '"' and char == "\\":
            char, width = _escape(text, index)
            if char:
                yield char, index, index + width
            index += width
            continue
        if char not in _BLANK:
            yield char, index, index + width
        index += width


def _escape(text: str, index: int) -> tuple[str, int]:
    """The character a backslash sequence stands for (empty: a joined line) and its width."""
    letter = text[index + 1]
    if letter in _HEX_DIGITS:
        width = _HEX_DIGITS[letter]
        return chr(int(text[index + 2 : index + 2 + width], 16)), 2 + width
    if letter in "\r\n":
        return "", 2
    return _ESCAPES.get(letter, letter), 2
