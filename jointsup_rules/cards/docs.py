"""From rules to a folder of cards: examples run, cards gathered, pages written.

In: a rulebook, which rules, and where the pages go. Out: the folder, and what is not in order. Examples that held on the
same basis when the folder was last written are not run again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jointsup_rules.cards.card import Card, Figures
from jointsup_rules.cards.gather import gather_card
from jointsup_rules.cards.site import render_site
from jointsup_rules.load.pages import Written, read_note, write_pages
from jointsup_rules.model.rule import Rule
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.model.triage import Triage
from jointsup_rules.problems import Language, Problem, ProblemsError
from jointsup_rules.sweep.examples import ExampleResult, ExampleRunner
from jointsup_rules.sweep.held import hash_basis

LISTING = "cards.json"


@dataclass(frozen=True)
class Docs:
    """What was written.

    Attributes:
        index: The page that leads to all cards.
        cards: The cards, in order of id.
        failing: Results of examples that do not hold.
        problems: Why some rules have no card.
        written: What became of the pages.
    """

    index: Path
    cards: tuple[Card, ...]
    failing: tuple[ExampleResult, ...]
    problems: tuple[Problem, ...]
    written: Written


def write_docs(
    rulebook: Rulebook,
    rules: Sequence[Rule],
    folder: Path,
    day: date,
    lang: Language,
    figures: Figures,
    triage: Triage | None = None,
    *,
    force: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Docs:
    """Write the cards of some rules, each as HTML and as Markdown in both languages, and the pages that list them.

    Args:
        rulebook: All that the workspace declares, with a dictionary.
        rules: Which cards the folder is to hold; those of other rules that were written before are taken away.
        folder: Where they go.
        day: Which law and which parameters are printed.
        lang: The language pages open in.
        figures: What sweeps and ledger counted, by rule.
        triage: Where clues go, as far as that is laid down.
        force: Run all examples again.
        progress: Told what is being done.

    Raises:
        ProblemsError: the folder holds files of the same names by somebody else.
    """
    held: dict[str, str] = {} if force else _read_held(folder)
    cards: list[Card] = []
    failing: list[ExampleResult] = []
    problems: list[Problem] = []
    with ExampleRunner(rulebook) as runner:
        for rule in rules:
            progress(rule.id)
            basis = hash_basis(rulebook, rule)
            results = _as_held(rule) if held.get(rule.id) == basis else runner.run(rule)
            failed = [one for one in results if not one.holds]
            failing += failed
            held.pop(rule.id, None)
            try:
                cards.append(gather_card(rulebook, rule, day, figures, results, triage))
            except ProblemsError as error:
                problems += error.problems
                continue
            if not failed:
                held[rule.id] = basis
    pages = render_site(cards, tuple(rulebook.families), lang)
    kept = {card.id: held[card.id] for card in cards if card.id in held}
    written = write_pages(folder, pages, LISTING, {"held": kept})
    return Docs(folder / "index.html", tuple(cards), tuple(failing), tuple(problems), written)


def _read_held(folder: Path) -> dict[str, str]:
    """On which basis the examples of each rule held last."""
    held = read_note(folder, LISTING).get("held")
    return {str(key): str(value) for key, value in held.items()} if isinstance(held, Mapping) else {}


def _as_held(rule: Rule) -> list[ExampleResult]:
    cases = rule.shape.examples.cases if rule.shape.examples is not None else ()
    place = rule.document.place(("examples",))
    return [ExampleResult(rule.id, case.name, number, place) for number, case in enumerate(cases)]
