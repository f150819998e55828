"""The site in a real browser, from file://: it works by keyboard, prints, and asks nothing of a network."""

from __future__ import annotations

from pathlib import Path

import pytest
from report.browser import Page

from jointsup_rules.cards import Card, render_html
from jointsup_rules.cards.site import render_site

from .test_render import HOSTILE, hostile_card

pytestmark = pytest.mark.browser

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SHOWN = "[...document.querySelectorAll('tbody tr')].filter((row) => row.offsetParent).length"


@pytest.fixture(scope="module")
def site(product: dict[str, Card], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    for path, text in render_site(list(product.values()), ["LONG", "CM"], "zh").items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8", newline="\n")
    return folder


def test_the_list_is_searched_and_filtered(page: Page, site: Path, product: dict[str, Card]) -> None:
    page.resize(1366)
    page.open(site / "index.html")
    assert page.run(SHOWN) == len(product)
    page.press("/")
    for letter in "逮捕":
        page.command("Input.insertText", text=letter)
    found = page.run(SHOWN)
    assert 0 < found < len(product)
    assert f"{len(product)} 条中的 {found} 条" in page.text()
    page.press("Escape")
    assert page.run(SHOWN) == len(product)
    choose = "(() => {{ const s = document.querySelector('.zh [data-filter={}]'); s.value = '{}'; s.dispatchEvent(new Event('input', {{bubbles: true}})); }})()"
    page.run(choose.format("family", "CM"))
    assert page.run(SHOWN) == sum(card.family_code == "CM" for card in product.values())
    page.run(choose.format("status", "active"))
    page.run("document.getElementById('pick-en').click()")
    assert page.run(SHOWN) == sum(card.family_code == "CM" for card in product.values())
    assert "Model cards" in page.text()
    assert "监督模型说明" not in page.text()


def test_nothing_found_is_said(page: Page, site: Path) -> None:
    page.open(site / "index.html", "#en")
    page.press("/")
    page.command("Input.insertText", text="nothing of the kind")
    assert page.run(SHOWN) == 0
    assert "No model fits." in page.text()


def test_a_card_opens_in_the_language_of_the_list(page: Page, site: Path) -> None:
    page.open(site / "index.html", "#en")
    link = "[...document.querySelectorAll('.en .list a')].find((a) => a.textContent === 'CM-06').getAttribute('href')"
    path, _, place = page.run(link).partition("#")
    page.open(site / path, f"#{place}")
    assert "Steps of analysis" in page.text()
    assert "数据分析步骤" not in page.text()


def test_the_language_is_switched_by_keyboard(page: Page, site: Path) -> None:
    page.open(site / "cards" / "CM-06.html")
    assert "数据分析步骤" in page.text()
    page.run("document.getElementById('pick-zh').focus()")
    page.press("ArrowRight")
    assert "Steps of analysis" in page.text()


@pytest.mark.parametrize("width", [1366, 700])
@pytest.mark.parametrize("rule", ["CM-06", "ENT-04", "TRI-05", "PET-08", "DQ-03"])
def test_nothing_sticks_out(page: Page, site: Path, rule: str, width: int) -> None:
    page.resize(width)
    for lang in ("zh", "en"):
        page.open(site / "cards" / f"{rule}.html", f"#{lang}")
        assert page.run(OVERFLOW) <= 0, lang
    page.resize(1366)


def test_what_the_diagram_says_stays_within_its_boxes(
    page: Page, site: Path, product: dict[str, Card]
) -> None:
    measure = """[...document.querySelectorAll('svg.diagram g')].filter((g) => g.getClientRects().length).every((g) => {
        const box = g.querySelector('rect').getBBox(), text = g.querySelector('text').getBBox();
        return text.x + text.width <= box.x + box.width && text.y + text.height <= box.y + box.height;
    })"""
    for rule_id in list(product)[::6]:
        for lang in ("zh", "en"):
            page.open(site / "cards" / f"{rule_id}.html", f"#{lang}")
            assert page.run(measure), (rule_id, lang)


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_texts_do_nothing(page: Page, tmp_path: Path, number: int) -> None:
    path = tmp_path / "card.html"
    path.write_text(render_html(hostile_card(tmp_path, HOSTILE[number]), "zh"), encoding="utf-8")
    page.open(path)
    assert page.run("document.querySelectorAll('img, iframe').length") == 0
    assert page.run(OVERFLOW) <= 0
    assert not any("x.test" in address for address in page.requests)


def test_a_card_prints_without_switches(page: Page, site: Path, tmp_path: Path) -> None:
    page.open(site / "cards" / "CM-06.html")
    page.paper(tmp_path / "card.pdf")
    assert (tmp_path / "card.pdf").read_bytes().startswith(b"%PDF")
    page.command("Emulation.setEmulatedMedia", media="print")
    try:
        hidden = "[...document.querySelectorAll('.pick, .to-index, .skip')].every((one) => !one.getClientRects().length)"
        assert page.run(hidden)
    finally:
        page.command("Emulation.setEmulatedMedia", media="")


def test_without_the_script_the_whole_list_is_there(page: Page, site: Path, product: dict[str, Card]) -> None:
    page.command("Emulation.setScriptExecutionDisabled", value=True)
    try:
        page.command("Page.navigate", url=(site / "index.html").resolve().as_uri())
        page.wait("document.readyState === 'complete'")
        assert page.run(SHOWN) == len(product)
    finally:
        page.command("Emulation.setScriptExecutionDisabled", value=False)
