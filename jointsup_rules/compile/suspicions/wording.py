"""What a rule says to people: words that state fault, and a reason that gives neither a day nor a figure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from jointsup_rules.compile.seen import Absent
from jointsup_rules.compile.sentences import is_name, pieces_of
from jointsup_rules.compile.suspicions.view import View, warn_at
from jointsup_rules.load.yaml import Document, Loc
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.model.words import FaultWords
from jointsup_rules.problems import Place, Problem, Text

_TITLES = re.compile(r"《[^》]*》|\{[^{}]*\}")
_FIGURES = frozenset({"date", "timestamp", "integer", "decimal"})


@dataclass(frozen=True)
class Wording:
    """The words of a workspace that state fault, and the phrases in which they do not."""

    rulebook: Rulebook

    @cached_property
    def entries(self) -> Mapping[str, FaultWords]:
        """Which entry a word belongs to, by the word in lower case."""
        return {word.lower(): entry for entry in self.rulebook.words for word in entry.words}

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Finds the words: of those that begin alike the longest, English ones as whole words."""
        words = sorted(self.entries, key=lambda word: (-len(word), word))
        return re.compile("|".join(map(_bounded, words)), re.IGNORECASE)

    @cached_property
    def names(self) -> re.Pattern[str] | None:
        """Finds what is called so anyway: names of laws, labels, and phrases the office has listed."""
        listed = {phrase for entry in self.rulebook.words for phrase in entry.unless}
        labels = set(_labels(self.rulebook))
        held = self.held_by("\n".join(labels))
        listed |= {label for label in labels if any(word in label.lower() for word in held)}
        names = sorted(listed, key=lambda name: (-len(name), name))
        return re.compile("|".join(map(_bounded, names)), re.IGNORECASE) if names else None

    def held_by(self, text: str) -> list[str]:
        """Return the words that a text holds at all; looking closer takes longer, and most texts hold none."""
        small = text.lower()
        return [word for word in self.entries if word in small]

    def find(self, text: str) -> Iterator[re.Match[str]]:
        """Give every word of a text that states fault."""
        text = _TITLES.sub(_blank, text)
        yield from self.pattern.finditer(self.names.sub(_blank, text) if self.names else text)


def _bounded(word: str) -> str:
    return rf"\b{re.escape(word)}\b" if word.isascii() else re.escape(word)


def _blank(match: re.Match[str]) -> str:
    return "\0" * len(match[0])


def _labels(rulebook: Rulebook) -> Iterator[str]:
    """Everything that has a name in the workspace."""
    texts: list[Text | None] = [
        *rulebook.families.values(),
        *(clock.shape.label for clock in rulebook.clocks.values()),
    ]
    texts += [text for law in rulebook.laws.shapes for text in (law.title, law.short)]
    dictionary = rulebook.dictionary
    for table in dictionary.tables.values() if dictionary is not None else ():
        texts.append(table.label)
        for column in table.columns.values():
            texts += [column.label, *column.codes.values()]
    for subject in dictionary.subjects.values() if dictionary is not None else ():
        texts.append(subject.label)
        texts += [one.label for one in subject.derived.values()]
        texts += [one.label for one in subject.related.values()]
    for text in texts:
        if text is not None:
            yield from {text.zh, text.en}


def check_words(view: View, wording: Wording) -> Iterator[Problem]:
    """JR232: words in what a rule tells people that state fault, where a clue is something to verify."""
    told = list(_told(view))
    for loc, text in told if wording.held_by("\n".join(text for _, text in told)) else ():
        for match in wording.find(text):
            entry = wording.entries[match[0].lower()]
            what = Text(f"“{match[0]}”是定性的说法", f"'{match[0]}' states fault")
            why = Text("线索是待核实的事项，不是结论", "a clue is something to verify, not a finding")
            yield _at_word(view.document, loc, match, what, why, entry.instead)


def _at_word(document: Document, loc: Loc, match: re.Match[str], what: Text, why: Text, fix: Text) -> Problem:
    place: Place = document.place_in_text(loc, match.start())
    return Problem(
        "JR232",
        place,
        what,
        why,
        fix,
        excerpt=document.excerpt(place.line),
        length=len(match[0]),
        severity="warning",
    )


def _told(view: View) -> Iterator[tuple[Loc, str]]:
    """The texts that reach people with a clue: name, finding, reason, bands, parts and lawful reasons."""
    places: list[Loc] = [("title",), ("finds",), ("reason",)]
    places += [("bands", number, "text") for number in range(len(view.shape.bands))]
    places += [("exclude", number, "because") for number in range(len(view.shape.exclude))]
    parts = view.shape.detect.get("any_of")
    places += [("detect", "any_of", n, "say") for n in range(len(parts) if isinstance(parts, list) else 0)]
    for loc in places:
        value: Any = view.document.data
        for step in loc:
            value = value.get(step) if isinstance(value, dict) else value[step]
        for here, text in _with_languages(loc, value):
            if isinstance(text, str):
                yield here, text


def _with_languages(loc: Loc, value: Any) -> Iterator[tuple[Loc, Any]]:
    if isinstance(value, dict):
        yield from (((*loc, lang), text) for lang, text in value.items())
    else:
        yield loc, value


def check_reason(view: View) -> Iterator[Problem]:
    """JR233: the reason of an active rule without a date or figure; in a letter it says nothing to check."""
    if not view.is_active or view.compiled is None:
        return
    scope = view.compiled.judge.scope()
    for template in (view.shape.reason.zh, view.shape.reason.en):
        for piece in pieces_of(template):
            if not piece.is_place or not is_name(piece.text):
                continue
            try:
                found = scope.find(tuple(piece.text.split(".")))
            except Absent:
                return
            if found is None or found.type in _FIGURES:
                return
    what = Text("理由语句里没有日期，也没有数字", "the reason has neither a date nor a figure")
    why = Text(
        "理由语句要能直接写进函件，日期和计算须在其中",
        "a reason is pasted into a letter; the days and the arithmetic are in it",
    )
    fix = Text(
        "写上 {started_on}、{due_on}、{over_days}、{measure} 或有关的列",
        "put in {started_on}, {due_on}, {over_days}, {measure} or the columns concerned",
    )
    yield warn_at("JR233", view.document, ("reason",), what, why, fix, key=True)
