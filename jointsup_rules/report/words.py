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

from markupsafe import Markup

from jointsup_rules.cards.showing import show, show_plain
from jointsup_rules.problems import Language, Text

__all__ = ["read_words", "say", "say_plain", "show", "show_plain", "tell"]

_FILE = Path(__file__).with_name("words.json")


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


def _fill(words: str, places: Mapping[str, Any]) -> Markup:
    return Markup(words).format(**{name: _mark(value) for name, value in places.items()})


def _mark(value: Any) -> Any:
    return tell(value) if isinstance(value, Text) else value if isinstance(value, Markup) else show(value)


def _both(zh: Markup, en: Markup) -> Markup:
    return Markup('<span class="zh" lang="zh-CN">{}</span><span class="en" lang="en">{}</span>').format(
        zh, en
    )
