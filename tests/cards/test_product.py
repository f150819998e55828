"""Every card of the product, in both languages: whole, translated, with nothing left empty."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from jointsup_rules.cards import Card, render_markdown
from jointsup_rules.cards.html import LANGUAGES, render_body, render_html
from jointsup_rules.cards.words import WORDS, say
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.problems import Language

from .office import read_html

# The customary headings, in their order; then what stands behind a model.
HEADINGS = (
    "gist", "background", "points", "data", "steps", "diagram", "check", "misses", "disposition", "figures", "law",
    "parameters", "versions", "examples", "security",
)  # fmt: skip
# Words of a Chinese card that are names and not prose: of files, columns, formats, levels.
_NAMES = re.compile(
    r"[A-Za-z0-9_.*/\-]*[_./*][A-Za-z0-9_.*/\-]*|[A-Z]{2,10}-\d+|\b[A-Z][A-Z0-9]*\b|\bT-\d+\b|\bv\d+\b"
)


def bodies(product: dict[str, Card], lang: Language) -> Iterator[tuple[str, Any]]:
    for rule_id, card in product.items():
        yield rule_id, read_html(f"<div>{render_body(card, lang)}</div>")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_card_has_all_headings_in_order_and_nothing_below_them_is_empty(
    product: dict[str, Card], lang: Language
) -> None:
    wanted = [say(key, lang) for key in HEADINGS]
    assert len(product) >= 77
    for rule_id, body in bodies(product, lang):
        sections = body.xpath(".//section")
        assert [one.xpath("string(./h2)") for one in sections] == wanted, rule_id
        for section in sections:
            rest = section.text_content().replace(section.xpath("string(./h2)"), "", 1)
            assert rest.strip(), (rule_id, section.xpath("string(./h2)"))
        for part in body.xpath(".//dd|.//li|.//p|.//h3|.//td[not(ancestor::table[@class='examples'])]|.//dt"):
            assert part.text_content().strip(), (rule_id, lang, part.tag)


def without_names(text: str, card: Card) -> str:
    """The text without what the lock says in the words of those who approved: people, datasets, reasons."""
    said = [
        word
        for one in card.versions
        for word in (one.by, one.approved_by, one.because, one.figures.zh, one.figures.en)
    ]
    for word in filter(None, said):
        text = text.replace(word, "")
    return text


def test_a_chinese_card_has_no_english_prose(product: dict[str, Card]) -> None:
    for rule_id, body in bodies(product, "zh"):
        # Code, file names, and the names authors gave their examples stand as they are.
        for part in body.xpath(
            ".//pre|.//*[@class='id']|.//*[@class='case']|.//*[@class='given']|.//*[@class='plain']"
        ):
            part.clear()
        prose = _NAMES.sub("", without_names(body.text_content(), product[rule_id]))
        assert re.findall(r"[A-Za-z]{3,}", prose) == [], rule_id


def test_an_english_card_has_no_chinese_prose(product: dict[str, Card], rulebook: Rulebook) -> None:
    # Codes that the dictionary names in Chinese alone are called so in both languages.
    assert rulebook.dictionary is not None
    columns = [column for table in rulebook.dictionary.tables.values() for column in table.columns.values()]
    labels = {label.en for column in columns for label in column.codes.values()}
    known = re.compile("|".join(sorted(map(re.escape, labels), key=len, reverse=True)))
    for rule_id, body in bodies(product, "en"):
        for part in body.xpath(
            ".//pre|.//*[@class='id']|.//*[@class='examples']|.//*[@class='given']|.//*[@class='word']|.//*[@class='d-text']"
        ):
            part.clear()
        prose = re.sub(
            r"(?<!\w)'[^']*'", "", without_names(body.text_content(), product[rule_id])
        )  # constants of a rule stand as the data write them
        assert re.findall(r"[\u4e00-\u9fff]+", known.sub("", prose)) == [], rule_id


@pytest.mark.parametrize("lang", LANGUAGES)
def test_markdown_has_the_same_headings_and_whole_tables(product: dict[str, Card], lang: Language) -> None:
    wanted = [say(key, lang) for key in HEADINGS]
    for rule_id, card in product.items():
        text = render_markdown(card, lang)
        assert re.findall(r"^## (.*)$", text, re.MULTILINE) == wanted, rule_id
        assert "```mermaid\nflowchart LR" in text
        for cells in tables_in(text):
            assert len({len(row) for row in cells}) == 1, (rule_id, cells[0])
        assert not re.search(r"\n\n\n", text)


def tables_in(text: str) -> list[list[list[str]]]:
    """The tables of a Markdown text: rows of cells, split at bars that are not escaped."""
    found: list[list[list[str]]] = []
    is_open = False
    for line in text.splitlines():
        if line.startswith("|"):
            if not is_open:
                found.append([])
            found[-1].append(re.split(r"(?<!\\)\|", line)[1:-1])
        is_open = line.startswith("|")
    return found


def test_no_word_is_missing_and_no_place_left_open(product: dict[str, Card]) -> None:
    for key, text in WORDS.items():
        places = [set(re.findall(r"\{(\w+)\}", one)) for one in (text.zh, text.en)]
        assert places[0] == places[1], key
    for card in list(product.values())[:10]:
        shown = re.sub(r"(?s)<(script|style)\b.*?</\1>|<pre>.*?</pre>", "", render_html(card, "zh"))
        assert not re.search(r"\{\w+\}", shown), card.id


def test_a_card_names_what_it_reads_through_a_clock(product: dict[str, Card]) -> None:
    read = {table.name: {field.name for field in table.fields} for table in product["CM-06"].tables}
    assert {"decide_level", "doc_no", "reason_code"} <= read["time_limit_change"]
    assert "out_date" in read["custody_log"]
    assert all("第156条" in limit.zh for limit in product["CM-06"].points[0].limits)


def test_pages_are_the_same_to_the_byte(product: dict[str, Card]) -> None:
    card = product["CM-06"]
    assert render_html(card, "zh") == render_html(card, "zh")
    assert render_markdown(card, "en") == render_markdown(card, "en")
