"""A card as one HTML page, and the index of many.

In: cards. Out: HTML that carries its style and script and asks nothing of a network: the content security policy names
the two by hash and forbids everything else. A page holds both languages and shows one; it prints and reads without its
script.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from jointsup_rules.cards.card import Card, ExampleTable
from jointsup_rules.cards.diagram import render_svg
from jointsup_rules.cards.showing import show, show_plain
from jointsup_rules.cards.tables import (
    Family,
    Row,
    count_sensitivity,
    gather_families,
    gather_row,
    list_agencies,
    list_tables,
    personal_fields,
    tell_rows,
)
from jointsup_rules.cards.words import WORDS, say
from jointsup_rules.model.rule import GRADES, LEVELS
from jointsup_rules.problems import Language, Text

if TYPE_CHECKING:
    from jinja2 import Environment

_PAGE = Path(__file__).with_name("page")
LANGUAGES: tuple[Language, Language] = ("zh", "en")


def render_html(card: Card, lang: Language, index: str | None = None) -> str:
    """Return a card as an HTML page of its own.

    Args:
        card: The card.
        lang: The language the page opens in; it holds both.
        index: Address of the page that lists all cards; None for a card that travels alone.
    """
    return _render("card.html", lang, card=card, index=index)


def render_body(card: Card, lang: Language) -> Markup:
    """Return a card in one language as markup to stand in another page, without style and script."""
    names = _names(lang)
    return Markup(_environment().get_template("body.html").render(card=card, lang=lang, **names))


def render_index(cards: Sequence[Card], families: Sequence[str], lang: Language) -> str:
    """Return the page that lists cards, by family, with a search and filters.

    Args:
        cards: In the order in which they are listed.
        families: Codes of families in the order of their headings; others follow.
        lang: The language the page opens in; it holds both.
    """
    rows = tuple(gather_row(card) for card in cards)
    by_family = gather_families(rows, families)
    day = max((card.day for card in cards), default=None)
    return _render(
        "index.html", lang, rows=rows, families=by_family, filters=_filters(rows, by_family), day=day
    )


def _filters(rows: Sequence[Row], families: Sequence[Family]) -> list[tuple[str, list[tuple[str, Text]]]]:
    """What the list can be narrowed down by: the name of each filter with its values that occur."""
    found: list[tuple[str, list[tuple[str, Text]]]] = [
        ("family", [(code, Text(f"{code} {name.zh}", f"{code} {name.en}")) for code, name, _ in families])
    ]
    statuses = [one for one in ("active", "draft", "retired") if any(row.status == one for row in rows)]
    grades = [one for one in reversed(GRADES) if any(one in row.grades for row in rows)]
    severities = [one for one in reversed(LEVELS) if any(one in row.severities for row in rows)]
    found.append(("status", [(one, WORDS[f"status.{one}"]) for one in statuses]))
    found.append(("severity", [(one, WORDS[f"level.{one}"]) for one in severities]))
    found.append(("grade", [(one, WORDS[f"level.{one}"]) for one in grades]))
    return found


def _render(name: str, lang: Language, **values: Any) -> str:
    style, script = _read("style.css"), _read(name.replace(".html", ".js"))
    page = _environment().get_template(name).render(
        lang=lang,
        languages=[(one, _names(one)) for one in LANGUAGES],
        style=Markup(style),
        style_hash=_hash(style),
        script=Markup(script),
        script_hash=_hash(script),
        **_names(lang),
        **values,
    )  # fmt: skip
    return page if page.endswith("\n") else page + "\n"


def _names(lang: Language) -> dict[str, Any]:
    """What templates call: `w` says an entry, `t` a text of the card, in one language."""

    def w(key: str, **places: Any) -> Markup:
        told = {
            name: place.in_language(lang) if isinstance(place, Text) else place
            for name, place in places.items()
        }
        return show(say(key, lang, **told))

    def t(text: Text) -> Markup:
        return show(text.in_language(lang))

    def listed(texts: Sequence[Text]) -> str:
        return ("、" if lang == "zh" else ", ").join(text.in_language(lang) for text in texts)

    def rows_told(table: ExampleTable) -> list[str]:
        return [row.in_language(lang) for row in tell_rows(table)]

    colon = "：" if lang == "zh" else ": "
    return {"w": w, "t": t, "listed": listed, "rows_told": rows_told, "colon": colon, "l": lang}


def _read(name: str) -> str:
    return (_PAGE / name).read_text(encoding="utf-8")


def _hash(text: str) -> Markup:
    digest = base64.b64encode(sha256(text.encode()).digest()).decode("ascii")
    return Markup("'sha256-{}'").format(digest)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_PAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    helpers = (
        say,
        show,
        show_plain,
        render_svg,
        count_sensitivity,
        list_agencies,
        list_tables,
        personal_fields,
    )
    for helper in helpers:
        environment.globals[helper.__name__] = helper
    environment.globals["no_day"] = date.min
    return environment
