"""The words of the page, in both languages.

In: words.json, `{key: {zh, en, en_one?}}`; `en_one` is the English for one. Out: markup that carries both
languages side by side, of which the page shows one, so that it can be read without a script too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from markupsafe import Markup, escape

from jointsup_rules.problems import Language, Text

_FILE = Path(__file__).with_name("words.json")
# Characters that steer a display without being seen: shown by number, or they could reorder their neighbours.
_STEERING = frozenset(
    [*range(0x00, 0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0), 0xAD, 0x61C, 0x200B, 0x200E,
     0x200F, *range(0x2028, 0x202F), *range(0x2060, 0x2070), 0xFEFF, *range(0xFFF9, 0xFFFC)]
)  # fmt: skip


@cache
def read_words() -> Mapping[str, Mapping[str, str]]:
    """Return the catalogue."""
    return MappingProxyType(json.loads(_FILE.read_text(encoding="utf-8")))


def say(key: str, **places: Any) -> Markup:
    """Return one entry of the catalogue as markup in both languages, its places filled in.

    Raises:
        KeyError: There is no such entry, or it has a place that was not given.

    Example:
        >>> print(say("severity.high"))
        <span class="zh" lang="zh-CN">高</span><span class="en" lang="en">high</span>
    """
    entry = read_words()[key]
    english = entry.get("en_one", entry["en"]) if places.get("n") == 1 else entry["en"]
    return _both(_fill(entry["zh"], places), _fill(english, places))


def say_plain(key: str, lang: Language, **places: Any) -> str:
    """Return one entry of the catalogue in one language, for places that take no markup."""
    return read_words()[key][lang].format(**places)


def tell(text: Text) -> Markup:
    """Return a text of the data as markup: once if both languages say the same, else side by side."""
    if text.zh == text.en:
        return show(text.zh)
    return _both(show(text.zh), show(text.en))


def show(value: Any) -> Markup:
    """Return a value of the data as markup, with characters that steer the display written out.

    Example:
        >>> print(show("a\\u202eb<i>"))
        a<span class="steer">U+202E</span>b&lt;i&gt;
    """
    text = "" if value is None else str(value)
    if not any(ord(character) in _STEERING for character in text):
        return escape(text)
    return Markup("").join(
        Markup('<span class="steer">U+{:04X}</span>').format(ord(character))
        if ord(character) in _STEERING
        else character
        for character in text
    )


def show_plain(value: Any) -> str:
    """Return a value of the data for places that take no markup, without characters that steer."""
    return "".join("\ufffd" if ord(character) in _STEERING else character for character in str(value))


def _fill(words: str, places: Mapping[str, Any]) -> Markup:
    return Markup(words).format(**{name: _mark(value) for name, value in places.items()})


def _mark(value: Any) -> Any:
    return tell(value) if isinstance(value, Text) else value if isinstance(value, Markup) else show(value)


def _both(zh: Markup, en: Markup) -> Markup:
    return Markup('<span class="zh" lang="zh-CN">{}</span><span class="en" lang="en">{}</span>').format(
        zh, en
    )
