"""Whom a change of law concerns: clocks and rules that take a number from an article of which a version differs.

In: a rulebook and files of law. Out: one line per number that changed: old and new value with the day, clocks, rules.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from jointsup_rules.clock.words import UNITS as LENGTHS
from jointsup_rules.load.yaml import Document, read_yaml_file
from jointsup_rules.model.clock import UNITS, Clock, Length
from jointsup_rules.model.law import ArticleVersion, Span
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.problems import Place, Text
from jointsup_rules.sweep.terms import clocks_in

_LAW = "rules/law/"


@dataclass(frozen=True)
class Change:
    """A number of the law that changed.

    Attributes:
        place: Where the later version stands.
        article: The article, with the name of the number.
        from_on: First day of the later version.
        before: The number until then; says so where there was none.
        after: The number from then on.
        clocks: Clocks that take it.
        rules: Rules that name one of these clocks or cite the article.
    """

    place: Place
    article: str
    from_on: date
    before: Text
    after: Text
    clocks: tuple[str, ...]
    rules: tuple[str, ...]


def gather_changes(rulebook: Rulebook, paths: Collection[str]) -> tuple[Change, ...]:
    """Return the changed numbers of the files of law among some paths, in order of place.

    Args:
        rulebook: The workspace's declarations.
        paths: Files as paths within the workspace; what is no file of law is passed over.
    """
    found: list[Change] = []
    for path in sorted({one for one in paths if one.startswith(_LAW) and one.endswith(".yaml")}):
        document = read_yaml_file(rulebook.root / path, path)
        written = document.data.get("articles") if isinstance(document.data, dict) else None
        for article in written or ():
            found += _of_article(rulebook, document, str(article))
    return tuple(sorted(found, key=lambda change: (change.place, change.article)))


def _of_article(rulebook: Rulebook, document: Document, article: str) -> list[Change]:
    versions = rulebook.laws.versions_of(article)
    found = []
    for before, after in pairwise(versions):
        number = _number_of(document, article, after)
        if number is None:
            continue
        for name in sorted({*before.spans, *after.spans}):
            old, new = before.spans.get(name), after.spans.get(name)
            if old == new:
                continue
            clocks = tuple(sorted(c.name for c in rulebook.clocks.values() if takes_number(c, article, name)))
            place = document.place(("articles", article, number))
            change = Change(
                place, f"{article} {name}", after.from_, say_span(old), say_span(new), clocks,
                _rules(rulebook, article, clocks),
            )  # fmt: skip
            found.append(change)
    return found


def _number_of(document: Document, article: str, version: ArticleVersion) -> int | None:
    """Where a version stands in a file, whatever the order there; None where another file has it."""
    days = [str(one.get("from")) for one in document.data["articles"][article]]
    day = version.from_.isoformat()
    return days.index(day) if day in days else None


def takes_number(clock: Clock, article: str, name: str) -> bool:
    """Whether a clock takes a number, by its name, from an article."""
    lengths: list[Length] = [*clock.shape.limit]
    for extension in clock.shape.extend.values():
        lengths.append(extension.to if extension.to is not None else extension)
    return any(length.law == article and length.span == name for length in lengths)


def _rules(rulebook: Rulebook, article: str, clocks: Collection[str]) -> tuple[str, ...]:
    return tuple(
        rule_id
        for rule_id, rule in sorted(rulebook.rules.items())
        if article in rule.shape.law or not set(clocks).isdisjoint(clocks_in(rule.shape.detect))
    )


def say_span(span: Span | None) -> Text:
    """Return a length of time in words."""
    if span is None:
        return Text("没有", "none")
    given = [(unit, getattr(span, unit)) for unit in UNITS if getattr(span, unit) is not None]
    zh = "加".join(LENGTHS[unit].zh.format(n=n) for unit, n in given)
    en = " + ".join(LENGTHS[unit].en.format(n=n) for unit, n in given)
    if span.times is None:
        return Text(zh, en)
    return Text(f"{zh}（{span.times}次）", f"{en} ({span.times} times)")
