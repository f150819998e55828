"""Law, parameters and versions of a rule as its card tells them.

In: a rulebook, a rule and a day. Out: every version that is known, with the one that holds on the day marked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from jointsup_rules.cards.card import (
    ArticleTold,
    ArticleVersionWords,
    ParameterTold,
    ParameterValueWords,
    VersionTold,
)
from jointsup_rules.compile.parameters import use_of
from jointsup_rules.model.law import ArticleVersion, LawShape, ParameterShape, ParameterValue
from jointsup_rules.model.lock import Entry
from jointsup_rules.model.rule import Rule
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.problems import NO_TEXT, Text
from jointsup_rules.sweep.saying import UNITS, Speaker


def gather_law(rulebook: Rulebook, rule: Rule, day: date) -> tuple[ArticleTold, ...]:
    """Return the articles a rule cites, in its order; one that is not known here has no version."""
    return tuple(_article(rulebook, article, day) for article in rule.shape.law)


def _article(rulebook: Rulebook, article: str, day: date) -> ArticleTold:
    versions = rulebook.laws.versions_of(article)
    shape = next((one for one in rulebook.laws.shapes if article in one.articles), None)
    found = rulebook.laws.article_on(article, day)
    whole = _version_on(shape, day)
    return ArticleTold(
        id=article,
        called=rulebook.laws.called_on(article, day),
        confidence=found.confidence if found is not None else "low",
        is_unconfirmed=found is not None and found.unconfirmed,
        checked_on=whole,
        versions=tuple(_article_version(one, day) for one in versions),
    )


def _version_on(shape: LawShape | None, day: date) -> date | None:
    """When the law in force on the day was last checked."""
    versions = shape.versions if shape is not None else ()
    holding = [one for one in versions if one.from_ <= day and (one.until is None or day < one.until)]
    return holding[-1].checked_on if holding else None


def _article_version(one: ArticleVersion, day: date) -> ArticleVersionWords:
    holds = one.from_ <= day and (one.until is None or day < one.until)
    return ArticleVersionWords(one.from_, one.until, one.number, one.text, one.quoted, holds)


def gather_parameters(rulebook: Rulebook, rule: Rule, speaker: Speaker) -> tuple[ParameterTold, ...]:
    """Return the numbers a rule takes, those of its own and those of parameters.yaml, with all their dates.

    Args:
        rulebook: All that the workspace declares.
        rule: The rule.
        speaker: Says what the codes of the rule's subject are called.
    """
    told = []
    for name, written in rule.shape.params.items():
        use = use_of(written)
        shape = rulebook.parameters.shapes.get(use.name) if use is not None else None
        if shape is not None and use is not None:
            codes = [_codes_of(speaker, text) for text in use.by]
            told.append(_parameter(rulebook, name, use.name, shape, codes))
        else:
            called = use.name if use is not None else ""
            value = ParameterValueWords(NO_TEXT, str(written) if use is None else "", date.min, None, NO_TEXT)
            told.append(ParameterTold(name, called, NO_TEXT, "own", NO_TEXT, (value,), NO_TEXT, NO_TEXT))
    return tuple(told)


def _codes_of(speaker: Speaker, text: str) -> Mapping[str, Text]:
    """What the categories are called that a column gives."""
    return speaker.named(tuple(text.split("."))).codes


def _parameter(
    rulebook: Rulebook, name: str, called: str, shape: ParameterShape, codes: Sequence[Mapping[str, Text]]
) -> ParameterTold:
    return ParameterTold(
        name=name,
        parameter=called,
        label=shape.label or shape.means or NO_TEXT,
        kind=shape.kind,
        unit=UNITS.get(shape.unit, Text(shape.unit)),
        values=tuple(_value(rulebook, shape, one, codes) for one in shape.values),
        because=shape.because or NO_TEXT,
        approved_by=shape.approved_by or NO_TEXT,
    )


def _value(
    rulebook: Rulebook, shape: ParameterShape, one: ParameterValue, codes: Sequence[Mapping[str, Text]]
) -> ParameterValueWords:
    labels = zip(one.category(shape.by), [*codes, *({} for _ in shape.by)], strict=False)
    kept = [known.get(part, Text(part)) for part, known in labels if part is not None]
    category = Text(" / ".join(part.zh for part in kept), " / ".join(part.en for part in kept))
    law = one.law if one.law is not None else shape.law
    cited = [str(part) for part in (law if isinstance(law, list) else [law])] if law is not None else []
    because = one.because or NO_TEXT
    if because == NO_TEXT and cited:
        called = [rulebook.laws.called_on(article, one.from_) for article in cited]
        because = Text("、".join(part.zh for part in called), ", ".join(part.en for part in called))
    return ParameterValueWords(category, str(one.value), one.from_, one.until, because)


def gather_versions(rulebook: Rulebook, rule: Rule) -> tuple[VersionTold, ...]:
    """Return the approved versions of a rule, newest first; none where there is no lock."""
    entries = rulebook.lock.entries.get(rule.id, ()) if rulebook.lock is not None else ()
    return tuple(_version(entry) for entry in reversed(entries))


def _version(entry: Entry) -> VersionTold:
    figures = retired = NO_TEXT
    if entry.backtest is not None:
        tested = entry.backtest
        share = f"{float(tested.share):.1%}"
        figures = Text(
            f"{tested.dataset}，{tested.as_of}：范围 {tested.in_scope}，命中 {tested.hit}（{share}）",
            f"{tested.dataset}, {tested.as_of}: {tested.in_scope} in scope, {tested.hit} found ({share})",
        )
    if entry.retired is not None:
        gone = entry.retired
        retired = Text(
            f"{gone.on} 由 {gone.by} 停用：{gone.because}；后继：{gone.successor}",
            f"retired on {gone.on} by {gone.by}: {gone.because}; successor: {gone.successor}",
        )
    return VersionTold(
        entry.version, entry.status, entry.by, entry.approved_by, entry.activated_on, entry.because or "", figures, retired,
    )  # fmt: skip
