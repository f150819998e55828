"""The diagram: nothing overlaps and nothing sticks out, whatever the texts."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from jointsup_rules.cards import Card
from jointsup_rules.cards.diagram import (
    COLUMNS,
    Layout,
    gather_texts,
    lay_out,
    render_mermaid,
    render_svg,
    width_of,
    wrap,
)
from jointsup_rules.cards.html import LANGUAGES

from .office import read_html


def check(layout: Layout) -> None:
    for column in layout.columns:
        for above, below in pairwise(column):
            assert above.y + above.height < below.y
        for box in column:
            assert box.x >= 0
            assert box.y >= 0
            assert box.x + box.width <= layout.width
            assert box.y + box.height <= layout.height
            assert all(width_of(line) <= box.width - 18 for line in box.lines)
            assert len(box.lines) * 19 < box.height
    for left, right in pairwise(layout.columns):
        assert max(box.x + box.width for box in left) + 20 < min(box.x for box in right)


def test_every_diagram_of_the_product_fits(product: dict[str, Card]) -> None:
    for card in product.values():
        for lang in LANGUAGES:
            texts = gather_texts(card, lang)
            assert len(texts) == len(COLUMNS)
            assert all(texts)
            check(lay_out(texts, lang))


@given(
    st.lists(
        st.lists(st.text(alphabet="长案ab ，。：i W\n\u202e|<", max_size=300), min_size=1, max_size=12),
        min_size=5,
        max_size=5,
    )
)
@settings(max_examples=60, deadline=None)
def test_any_texts_fit(columns: list[list[str]]) -> None:
    check(lay_out(tuple(tuple(column) for column in columns), "zh"))


@given(st.text(alphabet="长案ab ，。：iW\n", max_size=200))
@settings(max_examples=100, deadline=None)
def test_a_text_that_is_not_cut_is_kept_whole(text: str) -> None:
    lines = wrap(text, 142)
    if not lines[-1].endswith("…"):
        assert "".join("".join(lines).split()) == "".join(text.split())


def test_more_than_fits_is_counted() -> None:
    texts = (("a",), tuple("abcdefghij"), ("c",), ("d",), ("e",))
    layout = lay_out(texts, "en")
    assert [box.full for box in layout.columns[1]][-2:] == ["f", "4 more"]


def test_svg_holds_the_whole_text_as_title_and_needs_nothing(product: dict[str, Card]) -> None:
    svg = read_html(str(render_svg(product["CM-06"], "zh")))
    titles = [one.text for one in svg.xpath(".//title")]
    assert any(product["CM-06"].check.zh in title for title in titles)
    assert not svg.xpath(".//image|.//use|.//foreignobject|.//script")


def test_mermaid_joins_the_five_columns(product: dict[str, Card]) -> None:
    text = render_mermaid(product["CM-06"], "zh")
    assert re.findall(r"^  (\w+) --> (\w+)$", text, re.MULTILINE) == list(pairwise(COLUMNS))
