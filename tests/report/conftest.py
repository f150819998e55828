"""One browser and one set of rendered folders for all tests of the report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jointsup_rules.problems import Language
from jointsup_rules.report import render_report

from .browser import CHROMIUM, Page, open_browser
from .make_folder import make_hostile, make_large, make_plain, make_small

Rendered = Callable[..., Path]


@pytest.fixture(scope="session")
def browser() -> Iterator[Page]:
    if CHROMIUM is None:
        pytest.skip("no `chromium` on this machine (Debian: apt-get install chromium)")
    with open_browser() as page:
        yield page


@pytest.fixture
def page(browser: Page) -> Iterator[Page]:
    """The browser's tab. After every test: nothing but the file was asked for, and the console is empty."""
    browser.requests.clear()
    browser.complaints.clear()
    yield browser
    browser.run("1")
    assert browser.complaints == []
    assert [address for address in browser.requests if not address.startswith("file:")] == []
    assert all(address.split("#")[0].endswith("report.html") for address in browser.requests)


@pytest.fixture(scope="session")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    """Renders a folder of a kind, once for each kind and language, and gives the file."""
    known: dict[tuple[str, Language], Path] = {}
    makers = {"small": make_small, "large": make_large, "hostile": make_hostile, "plain": make_plain}

    def render(kind: str, lang: Language = "zh") -> Path:
        if (kind, lang) not in known:
            folder = makers[kind](tmp_path_factory.mktemp("sweep") / kind)
            known[kind, lang] = folder / "report.html"
            known[kind, lang].write_text(render_report(folder, lang), encoding="utf-8", newline="\n")
        return known[kind, lang]

    return render
