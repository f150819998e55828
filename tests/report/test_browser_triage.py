"""Triage in the browser: why a clue went where, what belongs together, and lists by priority, route and dossier."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jointsup_rules.report import render_report

from .browser import Page
from .conftest import Rendered
from .make_folder import make_small
from .test_browser import DOSSIER, LONG

pytestmark = pytest.mark.browser


def _rows(page: Page) -> int:
    return int(page.run("document.querySelectorAll('[data-view]:not([hidden]) .list tbody tr').length"))


def test_a_clue_says_why_triage_sent_it_where(page: Page, rendered: Rendered) -> None:
    page.open(rendered("small"), f"#/clue/{LONG}")
    text = page.run("document.querySelector('article.clue').innerText")
    for words in (
        "紧急 → 专班、执法监督科",
        "同一案件有2条线索，合为一卷 T-01",
        "同一案卷",
        "重复信访、集体访",
    ):
        assert words in text, words
    page.run("document.querySelector('[data-lang=en]').click()")
    assert "urgent → special team, supervision section" in page.text()
    assert "2 clues in one case: one dossier" in page.text()
    page.run("document.querySelector('[data-lang=zh]').click()")


def test_a_raised_grade_is_the_one_that_counts_and_says_what_it_was(page: Page, rendered: Rendered) -> None:
    page.open(rendered("small"), "#/clues?grade=B")
    assert _rows(page) >= 2
    page.go("#/clues?q=INV-04")
    page.run("document.querySelector('.list a').click()")
    page.wait("document.querySelector('article.clue') !== null")
    assert "（由A 程序性提高）" in page.text()


def test_lists_are_narrowed_by_priority_route_and_dossier(page: Page, rendered: Rendered) -> None:
    page.open(rendered("small"), "#/clues")
    told = page.run("inspect.countBeside('route', 'committee')")
    page.run("inspect.check('route', 'committee')")
    # One clue has several routes: each counts it, and choosing either shows it.
    assert _rows(page) == told == page.run("inspect.countBeside('route', 'special_team')") > 0
    page.run("inspect.check('route', 'procuratorate')")
    assert _rows(page) == 12
    page.go("#/clues?priority=urgent")
    assert _rows(page) == told
    page.go(f"#/clues?dossier={DOSSIER}")
    assert _rows(page) == 2
    assert "案卷: （2021）栖0103民初931号" in page.texts(".chosen")[0]


def test_a_dossier_shows_its_clues_and_why_they_are_together(page: Page, rendered: Rendered) -> None:
    page.open(rendered("small"), "#/dossiers")
    assert page.texts("[data-view=dossiers] tbody tr")[0].split("\t")[1:] == [
        "紧急",
        "专班、执法监督科",
        "2",
        "2",
    ]
    page.go(f"#/dossier/{DOSSIER}")
    text = page.run("document.querySelector('[data-view=dossier]').innerText")
    assert "同一案件有2条线索，合为一卷" in text
    assert _rows(page) == 2
    page.run("document.querySelector('[data-view=dossier] .list a').click()")
    page.wait("document.querySelector('article.clue') !== null")
    page.press("Escape")
    page.wait(f"location.hash === '#/dossier/{DOSSIER}'")


def test_the_first_page_says_what_triage_did(page: Page, rendered: Rendered) -> None:
    page.open(rendered("small"))
    text = page.run("document.querySelector('[data-view=overview]').innerText")
    assert "两个引擎一致" in text
    rows = page.texts(".counts tbody tr")
    assert ["紧急", "4"] in [row.split("\t")[:2] for row in rows]


def test_where_the_engines_differ_the_first_page_says_whose_answer_stands(page: Page, tmp_path: Path) -> None:
    folder = make_small(tmp_path / "small")
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["triage"] |= {
        "verdict": "differs",
        "zh": "少 1 条；以 SQL 的结论为准",
        "en": "one fewer; SQL's conclusions stand",
    }
    path.write_text(json.dumps(manifest), encoding="utf-8")
    (folder / "report.html").write_text(render_report(folder, "zh"), encoding="utf-8")
    page.open(folder / "report.html")
    assert page.texts("[data-view=overview] .alert") == ["少 1 条；以 SQL 的结论为准"]


def test_a_folder_without_triage_says_nothing_of_it(page: Page, tmp_path: Path) -> None:
    folder = make_small(tmp_path / "small")
    for name in ("triage", "dossiers"):
        (folder / f"{name}.parquet").unlink()
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    del manifest["triage"]
    path.write_text(json.dumps(manifest), encoding="utf-8")
    (folder / "report.html").write_text(render_report(folder, "zh"), encoding="utf-8")
    page.open(folder / "report.html", f"#/clue/{LONG}")
    assert "分流" not in page.text()
    page.go("#/clues")
    assert _rows(page) == 12
