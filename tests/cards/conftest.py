"""What the tests of cards share: the product's cards, gathered once, and one browser."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from report.browser import CHROMIUM, Page, open_browser

from jointsup_rules import Workspace
from jointsup_rules.cards import Card, gather_card
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.sweep.examples import ExampleResult

ROOT = Path(__file__).parents[2]
DAY = date(2026, 6, 26)


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    return Workspace(ROOT).rulebook()


@pytest.fixture(scope="session")
def product(rulebook: Rulebook) -> dict[str, Card]:
    """The card of every rule of the product; its examples are run by others and taken to hold."""
    cards = {}
    for rule in rulebook.rules.values():
        cases = rule.shape.examples.cases if rule.shape.examples is not None else ()
        place = rule.document.place(())
        held = [ExampleResult(rule.id, case.name, number, place) for number, case in enumerate(cases)]
        cards[rule.id] = gather_card(rulebook, rule, DAY, {}, held)
    return cards


@pytest.fixture(scope="session")
def browser() -> Iterator[Page]:
    if CHROMIUM is None:
        pytest.skip("no `chromium` on this machine (Debian: apt-get install chromium)")
    with open_browser() as page:
        yield page


@pytest.fixture
def page(browser: Page) -> Iterator[Page]:
    """The browser's tab. After every test: nothing but files was asked for, and the console is empty."""
    browser.requests.clear()
    browser.complaints.clear()
    yield browser
    assert browser.complaints == []
    assert [address for address in browser.requests if not address.startswith("file:")] == []
