"""What a line that is no YAML was meant to be, where only one thing can be meant.

In: the lines of a file and where the parser stumbled. Out: the characters to replace and what to write instead: a
text with a colon or a sign in front gets its quotes, a full-width colon behind a key becomes a plain one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_FULL_WIDTH = re.compile(r"\s*(?:- +)*[A-Za-z_][A-Za-z0-9_-]*(：\s*)\S")
_KEY_AND_TEXT = re.compile(r"""\s*(?:- +)*[^\s:#'"\[\]{},&*!|>%@`-][^:'"\[\]{}]*:[ ]+(?P<text>\S.*?)\s*$""")
# A text that begins so is a list, keys with values, a block, or has its quotes already.
_NO_TEXT = tuple("'\"[{|>#")
_SIGNS = tuple("*&!%@`")


def find_meant(lines: Sequence[str], stumbled: Iterable[tuple[int, int]]) -> tuple[int, int, str, str] | None:
    """Return line and column (from 0), the characters there and what they should be; None where that is not certain.

    Args:
        lines: The lines of the file.
        stumbled: Lines and columns, from 0, at which the parser gave up, in order of trial.
    """
    for number in dict.fromkeys(line for line, _ in stumbled if line < len(lines)):
        line = lines[number]
        colon = _FULL_WIDTH.match(line)
        if colon:
            return number, colon.start(1), colon[1], ": "
        found = _KEY_AND_TEXT.match(line)
        if found is None:
            continue
        text = found["text"]
        is_odd = ": " in text or text.endswith(":") or text.startswith(_SIGNS)
        if is_odd and not text.startswith(_NO_TEXT) and " #" not in text:
            plain = '"' not in text and "\\" not in text
            return (
                number,
                found.start("text"),
                text,
                f'"{text}"' if plain else "'" + text.replace("'", "''") + "'",
            )
    return None
