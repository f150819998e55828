"""The site of many cards: which files there are, and what is in them.

In: cards. Out: path within the site and text, for whoever writes files. Every page stands alone; `index.html` and
`README.md` lead to them.
"""

from __future__ import annotations

from collections.abc import Sequence

from jointsup_rules.cards.card import Card
from jointsup_rules.cards.html import LANGUAGES, render_html, render_index
from jointsup_rules.cards.markdown import render_markdown, render_markdown_index
from jointsup_rules.problems import Language


def render_site(cards: Sequence[Card], families: Sequence[str], lang: Language) -> dict[str, str]:
    """Return every file of the site by its path, `index.html` last.

    Args:
        cards: One for each rule; ids are file names.
        families: Codes of families in the order of their headings.
        lang: The language that pages open in, and that of README.md.
    """
    files: dict[str, str] = {}
    for card in cards:
        files[f"cards/{card.id}.html"] = render_html(card, lang, "../index.html")
        for one in LANGUAGES:
            files[f"{one}/{card.id}.md"] = render_markdown(card, one)
    files["README.md"] = render_markdown_index(cards, families, lang)
    files["index.html"] = render_index(cards, families, lang)
    return files
