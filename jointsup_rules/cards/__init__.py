"""Model cards: a rule read into a value, and the value shown as HTML or Markdown.

`gather_card` reads, `render_html` and `render_markdown` show, `render_site` joins the cards of many rules. Nothing here
writes files: what is rendered is text.
"""

from jointsup_rules.cards.card import Card
from jointsup_rules.cards.gather import gather_card
from jointsup_rules.cards.html import render_html
from jointsup_rules.cards.markdown import render_markdown

__all__ = ["Card", "gather_card", "render_html", "render_markdown"]
