"""Hostile texts are text, in HTML and in Markdown; what is empty or odd is said."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from jointsup_rules import Workspace
from jointsup_rules.cards import Card, gather_card, render_html, render_markdown
from jointsup_rules.cards.html import LANGUAGES, render_index
from jointsup_rules.cards.markdown import render_markdown_index
from jointsup_rules.cards.markdown_text import escape
from jointsup_rules.problems import Text
from jointsup_rules.sweep.counted import RuleFigures, SweepCounts

from .office import RULE, make_workspace, read_html
from .test_product import tables_in

DAY = date(2024, 12, 31)
HOSTILE = (
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "</style></script></svg><!--",
    "a | b || c \\| d",
    "`code` ``` *bold* _it_ [link](javascript:alert(1)) ![i](http://x.test/i.png)",
    "# heading\n- item\n1. one\n\n| table |\n|---|",
    "{{ 7 * 7 }} {% raw %} ${x} %(y)s {0}",
    "\u202eright to left\u2066 \u200b\ufeff.",
    "长" * 10_000,
    "word" * 2_500,
    "&lt;&amp;&#60;",
    "$$x$$ ~~gone~~ <!-- c --> \n\n~~~",
)


def text_of(word: str) -> dict[str, str]:
    return {"zh": word, "en": word}


def hostile_card(root: Path, word: str) -> Card:
    """A card every text of which is one hostile word."""
    said = text_of(word)
    plain = word.replace("{", "(").replace("}", ")")  # places of a reason are names
    changes: dict[str, Any] = {name: said for name in ("title", "finds", "why", "check", "misses", "owner")}
    changes |= {"keywords": [word], "reason": text_of(plain)}
    changes["bands"] = [{"name": "open", "text": said}]
    changes["exclude"] = [{"when": "called_since_on is not null", "because": said}]
    cases = [{**case, "name": word} for case in RULE["examples"]["cases"]]
    cases[0] = {**cases[0], "given": {"letter": [{"received_on": "2024-11-01", "office": word}]}}
    changes["examples"] = {**RULE["examples"], "cases": cases}
    rulebook = Workspace(make_workspace(root, LET_01=changes)).rulebook()
    card = gather_card(rulebook, rulebook.rules["LET-01"], DAY, {}, ())
    counts = dict.fromkeys(("in_scope", "hit", "clear", "excluded", "cannot_tell", "running", "due_soon"))
    failed = SweepCounts(word, DAY, "x", 1, "failed", Text(word), counts)
    return replace(card, figures=RuleFigures((failed,), ((Text(word), 3),)), problem=Text(word))


@pytest.fixture(scope="module", params=range(len(HOSTILE)))
def hostile(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Card]:
    word = HOSTILE[request.param]
    return word, hostile_card(tmp_path_factory.mktemp("hostile"), word)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_hostile_texts_are_text_in_html(hostile: tuple[str, Card], lang: Any) -> None:
    word, card = hostile
    for text in (render_html(card, lang), render_index([card], ["LET"], lang)):
        page = read_html(text)
        assert len(page.xpath("//script")) == len(page.xpath("//style")) == 1
        assert not page.xpath("//img|//iframe|//object|//link[not(@rel='icon')]")
        for element in page.iter():
            if isinstance(element.tag, str):
                assert not any(name.startswith("on") for name in element.attrib), element.tag
                assert not element.get("href", "").startswith(("javascript:", "http"))
    shown = read_html(render_html(card, lang)).text_content()
    visible = re.sub(r"[^\w]", "", re.sub(r"[\u202e\u2066\u200b\ufeff]", "", word))
    assert visible[:2000] in re.sub(r"U\+[0-9A-F]{4}|[^\w]", "", shown)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_hostile_texts_are_text_in_markdown(hostile: tuple[str, Card], lang: Any) -> None:
    _, card = hostile
    harmless = replace(
        card, **{name: Text("x") for name in ("title", "finds", "why", "check", "misses", "owner")}
    )
    text, plain = render_markdown(card, lang), render_markdown(harmless, lang)
    assert re.findall(r"^#+ ", text, re.MULTILINE) == re.findall(r"^#+ ", plain, re.MULTILINE)
    assert text.count("\n```") == 2
    outside = re.sub(r"(?s)```mermaid.*?\n```", "", text)
    assert not re.search(r"<(?!br>)[a-zA-Z!/]", outside)
    assert not re.search(r"(?<!\\)[`*\[](?!\*)(?!.*\*\*)", outside.replace("**", ""))
    for rows in tables_in(outside):
        assert len({len(row) for row in rows}) == 1
    for rows in tables_in(render_markdown_index([card], ["LET"], lang)):
        assert len({len(row) for row in rows}) == 1
    mermaid = text[text.index("```mermaid") : text.index("\n```", text.index("```mermaid") + 3)]
    for line in mermaid.splitlines()[2:]:
        assert re.fullmatch(
            r'  (subgraph \w+\["[^"]*"\]|  \w+\["[^"<>`]*(<br/>[^"<>`]*)*"\]|end|\w+ --> \w+)', line
        ), line[:200]


def test_the_policy_allows_nothing_but_the_page_itself(tmp_path: Path) -> None:
    page = read_html(render_html(hostile_card(tmp_path, "plain"), "zh"))
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert not page.xpath("//*[@style]")


def test_a_card_that_travels_alone_has_no_way_to_an_index(tmp_path: Path) -> None:
    card = hostile_card(tmp_path, "plain")
    assert not read_html(render_html(card, "zh")).xpath("//a[not(starts-with(@href, '#'))]")
    assert read_html(render_html(card, "zh", "../index.html")).xpath("//a[@href='../index.html']")


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    card = hostile_card(tmp_path, "plain")
    bare = replace(
        card, tables=(), collisions=(), values=(), exclude=(), bands=(), law=(), parameters=(), examples=None,
        keywords=(), owner=Text(), unit=Text(), figures=RuleFigures(), problem=Text(),
    )  # fmt: skip
    for lang in LANGUAGES:
        for section in read_html(render_html(bare, lang)).xpath("//section"):
            heading = section.xpath("string(./h2)")
            assert section.text_content().replace(heading, "", 1).strip(), heading
        assert "None" not in render_markdown(bare, lang)


def test_a_retired_rule_says_why_and_what_stands_in_its_place(tmp_path: Path) -> None:
    changes = {"status": "retired", "retired_because": text_of("合并"), "successor": "LET-09"}
    rulebook = Workspace(make_workspace(tmp_path, LET_01=changes)).rulebook()
    card = gather_card(rulebook, rulebook.rules["LET-01"], DAY, {}, ())
    assert "LET-09" in render_markdown(card, "zh")
    assert "LET-09" in read_html(render_html(card, "en")).text_content()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a|b", "a\\|b"),
        ("a\\|b", "a\\\\\\|b"),
        ("# a", "\\# a"),
        ("1. a", "&#8203;1. a"),
        ("a\nb", "a<br>b"),
        ("a\r\n\n|b", "a<br><br>\\|b"),
        ("<b>", "&lt;b&gt;"),
        ("snake_case", "snake\\_case"),
        ("a\x07\x1b[31m\u202eb", "a\ufffd\ufffd\\[31m\ufffdb"),
        ("", ""),
    ],
)
def test_markdown_is_escaped(text: str, shown: str) -> None:
    assert escape(text) == shown
