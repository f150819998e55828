"""Values of the data as a page may show them: nothing in them is markup, nothing in them steers a display unseen."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup, escape

# Characters that steer a display without being seen: shown by number, or they could reorder their neighbours.
STEERING = frozenset(
    [*range(0x00, 0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0), 0xAD, 0x61C, 0x200B, 0x200E,
     0x200F, *range(0x2028, 0x202F), *range(0x2060, 0x2070), 0xFEFF, *range(0xFFF9, 0xFFFC)]
)  # fmt: skip


def show(value: Any) -> Markup:
    """Return a value of the data as markup, with characters that steer the display written out.

    Example:
        >>> print(show("a\\u202eb<i>"))
        a<span class="steer">U+202E</span>b&lt;i&gt;
    """
    text = "" if value is None else str(value)
    if not any(ord(character) in STEERING for character in text):
        return escape(text)
    return Markup("").join(
        Markup('<span class="steer">U+{:04X}</span>').format(ord(character))
        if ord(character) in STEERING
        else character
        for character in text
    )


def show_plain(value: Any) -> str:
    """Return a value of the data for places that take no markup, without characters that steer."""
    return "".join("\ufffd" if ord(character) in STEERING else character for character in str(value))
