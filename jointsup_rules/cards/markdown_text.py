"""Markdown as text: what is data stays text, whatever it holds.

A line break within a table is `<br>`, a bar is escaped; what Markdown or HTML would read stands escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from jointsup_rules.cards.showing import show_plain
from jointsup_rules.cards.words import say
from jointsup_rules.problems import Language, Text

_MARKS = re.compile(r"([\\`*_\[\]|~$])")
_BEGINS = re.compile(r"^(\s*)([#+\-=]|\d+(?=[.)]))")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def escape(value: Any) -> str:
    """Return a text of the data as Markdown shows it unchanged, on one line.

    Example:
        >>> print(escape("a|b <i> *c*"))
        a\\|b &lt;i&gt; \\*c\\*
    """
    plain = "".join(_ENTITIES.get(char, char) for char in show_plain(value))
    told = "<br>".join(part.strip() for part in _MARKS.sub(r"\\\1", plain).splitlines())
    return _BEGINS.sub(_shielded, told)


def _shielded(match: re.Match[str]) -> str:
    """What would begin a heading, list or rule at the start of a line; a number stands with its dot."""
    blank, mark = match.groups()
    return f"{blank}&#8203;{mark}" if mark[0].isdigit() else f"{blank}\\{mark}"


class Writer:
    """Gathers lines of one document in one language."""

    def __init__(self, lang: Language) -> None:
        self.lang: Language = lang
        self.lines: list[str] = []

    def w(self, key: str, **places: Any) -> str:
        """Return an entry of the catalogue, escaped together with its places."""
        told = {
            name: place.in_language(self.lang) if isinstance(place, Text) else place
            for name, place in places.items()
        }
        return escape(say(key, self.lang, **told))

    def t(self, text: Text) -> str:
        """Return a text of the card, escaped."""
        return escape(text.in_language(self.lang))

    def listed(self, texts: Iterable[Text]) -> str:
        """Return texts in a row, not escaped: for a place of an entry."""
        return ("、" if self.lang == "zh" else ", ").join(text.in_language(self.lang) for text in texts)

    @property
    def colon(self) -> str:
        """Return the colon of the language, with its blank."""
        return "：" if self.lang == "zh" else ": "

    def line(self, text: str = "") -> None:
        """Add a line as it is."""
        self.lines.append(text)

    def paragraph(self, text: str) -> None:
        """Add a paragraph of escaped text."""
        self.lines += ["", text]

    def heading(self, text: str, level: int = 2) -> None:
        """Add a heading of escaped text."""
        self.lines += ["", f"{'#' * level} {text}"]

    def items(self, texts: Sequence[str], *, numbered: bool = False) -> None:
        """Add a list of escaped texts."""
        if texts:
            self.line()
        for number, text in enumerate(texts, 1):
            self.line(f"{f'{number}.' if numbered else '-'} {text}")

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Add a table of escaped cells."""
        self.lines += ["", f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
        self.lines += [f"| {' | '.join(row)} |" for row in rows]

    def fenced(self, language: str, text: str) -> None:
        """Add a block of code; its fence is longer than any run of backticks within."""
        longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
        fence = "`" * max(3, longest + 1)
        self.lines += ["", f"{fence}{language}", *show_plain(text).splitlines(), fence]

    def text(self) -> str:
        """Return the document."""
        return "\n".join(self.lines).rstrip() + "\n"
