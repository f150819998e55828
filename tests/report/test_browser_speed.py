"""How long a reader waits with twenty thousand clues."""

from __future__ import annotations

import sys

import pytest

from .browser import Page
from .conftest import Rendered

pytestmark = pytest.mark.browser

# Wide bounds: a slow machine passes, a page that became slow by a factor of five or so does not.
READY_MS, FILTER_MS, SEARCH_MS, OPEN_MS = 10_000, 1_000, 1_500, 1_000


def test_twenty_thousand_clues_are_quick(
    page: Page, rendered: Rendered, capsys: pytest.CaptureFixture[str]
) -> None:
    page.open(rendered("large"), "#/clues")
    took = {"ready": float(page.run("document.documentElement.dataset.ready"))}
    page.run("new Promise((done) => setTimeout(done, 1500))")  # as long as it takes to look at the list
    took["filter"] = page.run("inspect.check('severity', 'high')")
    took["sort"] = page.run("inspect.go('#/clues?sort=case_no')")
    took["search"] = page.run("inspect.type('第29办案单位 起算')")
    assert len(page.texts(".list tbody tr")) == 100
    took["open"] = page.run("inspect.act(() => document.querySelectorAll('.list a')[50].click())")
    assert len(page.texts(".evidence table tr")) > 4
    with capsys.disabled():
        size = rendered("large").stat().st_size / 1e6
        print(
            f"\n20000 clues, {size:.1f} MB: " + ", ".join(f"{name} {ms:.0f} ms" for name, ms in took.items()),
            file=sys.stderr,
        )
    assert took["ready"] <= READY_MS
    assert took["filter"] <= FILTER_MS
    assert took["search"] <= SEARCH_MS
    assert took["open"] <= OPEN_MS
