"""The page for its readers: both languages, paper, screen readers, contrast."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from .browser import Page
from .conftest import Rendered
from .test_browser import VIEWS

pytestmark = pytest.mark.browser

# ---- languages


def _plain_views(page: Page) -> list[str]:
    page.go("#/clues?severity=high&sort=over_days&q=1")
    clue = page.run("document.querySelector('.list a').getAttribute('href')")
    page.go(clue)
    rule = page.run("document.querySelector('a[href^=\"#/rule/\"]').getAttribute('href')")
    own = [view for view in VIEWS if not view.startswith(("#/clue/", "#/rule/", "#/dossier/"))]
    page.go("#/dossiers")
    dossier = page.run("document.querySelector('a[href^=\"#/dossier/\"]').getAttribute('href')")
    return [
        *own,
        dossier,
        clue,
        rule,
        "#/clues?severity=high&sort=over_days&q=1",
        "#/clues?q=99999999",
        "#/not-clear?outcome=due_soon",
    ]


def test_in_english_no_chinese_is_left(page: Page, rendered: Rendered) -> None:
    """The folder's own texts are digits in Chinese and one word in English."""
    page.open(rendered("plain", "en"))
    for view in _plain_views(page):
        page.go(view)
        left = re.findall(
            r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]+", page.run("inspect.words()").replace("中文", "")
        )
        assert left == [], view


def test_in_chinese_no_english_is_left(page: Page, rendered: Rendered) -> None:
    page.open(rendered("plain", "zh"))
    known = set(
        [
            "English",
            "SQL",
            "SHA",
            "Enter",
            "Esc",
            "jointsup",
            "rules",
            "restricted",
            "csv",
            "clues",
            "parquet",
            "ledger",
            "verdicts",
        ]
    )
    for view in _plain_views(page):
        page.go(view)
        left = set(re.findall(r"[A-Za-z]{3,}", page.run("inspect.words()"))) - known
        assert left == set(), view


def test_the_switch_changes_the_view_in_place(page: Page, rendered: Rendered) -> None:
    page.open(rendered("small"), "#/clues?severity=high")
    page.run("document.querySelector('[data-lang=en]').click()")
    assert page.run("document.documentElement.lang") == "en"
    assert page.run("location.hash") == "#/clues?severity=high"
    assert page.texts("[data-view=clues] [role=status]")[0].startswith("4 clues of 12")
    assert page.run("document.title").startswith("Clue report")
    page.run("document.querySelector('[data-lang=zh]').click()")
    assert page.texts("[data-view=clues] [role=status]")[0].startswith("4 条线索（共 12 条）")


# ---- paper


def _paper(page: Page, tmp_path: Path) -> list[str]:
    """The text of each sheet."""
    if shutil.which("pdftotext") is None:
        pytest.skip("no `pdftotext` on this machine (Debian: apt-get install poppler-utils)")
    page.paper(tmp_path / "paper.pdf")
    text = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "paper.pdf", "-"], capture_output=True, check=True, text=True
    )
    return text.stdout.split("\f")[:-1]


def test_a_printed_list_states_its_filter_and_repeats_its_headings(
    page: Page, rendered: Rendered, tmp_path: Path
) -> None:
    page.open(rendered("large"), "#/clues?severity=high&rule=CM-15")
    n = int(page.texts("[data-view=clues] [role=status]")[0].split()[0])
    sheets = _paper(page, tmp_path)
    assert "筛选条件：严重度: 高; 规则: CM-15 判处非监禁刑或刑期届满仍在押" in sheets[0]
    assert len(sheets) > 3
    for sheet in sheets[:-1]:
        assert re.search(r"严重度\s+规则\s+案号\s+单位\s+原因\s+届满日\s+超期\s+状态", sheet)
    assert sum(sheet.count("CM-15") for sheet in sheets) == n + 1
    assert page.run("document.querySelectorAll('.list th button').length") > 0  # back on the screen


def test_a_printed_clue_is_whole(page: Page, rendered: Rendered, tmp_path: Path) -> None:
    page.open(rendered("hostile"), "#/clues")
    page.run("document.querySelectorAll('.list a')[1].click()")
    page.wait("document.querySelector('article.clue .long') !== null")
    text = "".join(_paper(page, tmp_path))
    assert text.count("长") >= 10_000
    assert "线索只提示一处需要核实的情况" in text
    assert "上一条" not in text


# ---- reading aids


def test_everything_has_a_name_and_a_place(page: Page, rendered: Rendered) -> None:
    page.open(rendered("small"))
    for landmark in ("header", "header > nav", "main", "footer"):
        assert page.run(f"document.querySelectorAll('body > {landmark}').length") == 1, landmark
    for view in VIEWS:
        page.go(view)
        assert page.run("inspect.nameless()") == [], view
        assert len(page.texts("[data-view]:not([hidden]) h1")) == 1, view
        assert page.texts("[data-view]:not([hidden]) thead th:not([scope=col])") == [], view


def test_every_text_stands_out_from_its_ground(page: Page, rendered: Rendered) -> None:
    """Contrast of at least 4.5 to 1, as WCAG AA asks of text."""
    page.open(rendered("small"))
    for view in (*VIEWS, "#/clues?severity=high&q=1"):
        page.go(view)
        faint = page.run("inspect.faint()")
        assert faint == [], view
