"""A rule in words: what its card says and what its YAML does, for people who read neither SQL nor YAML.

In: a rulebook, a rule and a day (of the law and the parameters). Out: a Description; nothing is run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from jointsup_rules.compile.kinds import KINDS
from jointsup_rules.compile.parameters import use_of
from jointsup_rules.compile.rule import KINDS_OF
from jointsup_rules.load.yaml import Loc
from jointsup_rules.model.clock import Clock, ClockShape
from jointsup_rules.model.dictionary import Subject
from jointsup_rules.model.law import ParameterShape, ParameterValue
from jointsup_rules.model.rule import Rule, RuleShape
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.problems import NO_TEXT, Text
from jointsup_rules.sweep.describe_clocks import ClockWords, texts_of_clock
from jointsup_rules.sweep.describe_kinds import limit_of_kind, render_kind
from jointsup_rules.sweep.saying import LEVELS, UNITS, Speaker, joined
from jointsup_rules.sweep.terms import clocks_in, names_in, texts_of


@dataclass(frozen=True)
class PartWords:
    """One part of `detect`: its name (empty where the rule has only one), what it asks, how it looks."""

    name: str
    says: Text
    scope: Text
    how: tuple[Text, ...]


@dataclass(frozen=True)
class ParameterWords:
    """A `$name` of the rule with the parameter behind it and its value on the day."""

    name: str
    parameter: str
    value: Text
    because: Text


@dataclass(frozen=True)
class ArticleWords:
    """An article in the version in force on the day; without one, `law` is empty."""

    id: str
    law: Text
    number: str
    text: Text
    since: date | None
    confidence: str


@dataclass(frozen=True)
class ExclusionWords:
    """A lawful reason, when it holds, and whether the clue stays."""

    because: Text
    when: Text
    keep: bool


@dataclass(frozen=True)
class BandWords:
    """A tier, and when it holds."""

    name: str
    text: Text
    when: Text


@dataclass(frozen=True)
class DerivedWords:
    """A derived column the rule rests on, and how it comes about."""

    name: Text
    says: Text


@dataclass(frozen=True)
class Description:
    """A rule in words, in the order in which one asks."""

    id: str
    version: int
    status: str
    path: str
    title: Text
    finds: Text
    why: Text
    subject: Text
    scope: Text
    parts: tuple[PartWords, ...]
    identity: Text
    exclude: tuple[ExclusionWords, ...]
    measure: Text
    bands: tuple[BandWords, ...]
    severity: Text
    grade: Text
    law: tuple[ArticleWords, ...]
    parameters: tuple[ParameterWords, ...]
    derived: tuple[DerivedWords, ...]
    misses: Text
    check: Text
    reason: Text


def describe_rule(rulebook: Rulebook, rule: Rule, day: date, *, is_plain: bool = False) -> Description:
    """Return a rule in words, with parameters and law as they stand on a day.

    With `is_plain` labels stand alone, for readers who will never open the rule.
    """
    assert rulebook.dictionary is not None, "words need the dictionary's labels"
    shape = rule.shape
    speaker = speaker_of(rulebook, rule, day, is_plain=is_plain)
    subject, parameters = speaker.subject, _parameters(rulebook, shape.params, day)
    everyone = Text("全部", "all of them")
    return Description(
        id=shape.id,
        version=shape.version,
        status=shape.status,
        path=rule.document.path,
        title=shape.title,
        finds=shape.finds,
        why=shape.why,
        subject=speaker.called(subject.name, subject.label),
        scope=speaker.say(shape.scope) if shape.scope else everyone,
        parts=_parts(rulebook, rule, speaker, day),
        identity=joined([speaker.say(word) for word in shape.identity], Text("、", ", ")),
        exclude=tuple(ExclusionWords(one.because, speaker.say(one.when), one.keep) for one in shape.exclude),
        measure=_measure(rule, speaker),
        bands=tuple(
            BandWords(one.name, one.text, speaker.say(one.when) if one.when else NO_TEXT)
            for one in shape.bands
        ),
        severity=_levels(shape.severity, speaker),
        grade=_levels(shape.grade, speaker),
        law=tuple(_article(rulebook, article, day) for article in shape.law),
        parameters=parameters,
        derived=_derived(rulebook, rule, subject, speaker),
        misses=shape.misses,
        check=shape.check,
        reason=shape.reason,
    )


def speaker_of(rulebook: Rulebook, rule: Rule, day: date, *, is_plain: bool = False) -> Speaker:
    """Return who says the expressions of a rule, with the values its parameters have on a day."""
    return _speaker(rulebook, rule.shape, day, is_plain)


def _speaker(rulebook: Rulebook, shape: RuleShape | ClockShape, day: date, is_plain: bool) -> Speaker:
    assert rulebook.dictionary is not None, "words need the dictionary's labels"
    said = {
        one.name: _plain_value(rulebook, one)
        if is_plain
        else Text(f"{one.value.zh}（${one.name}）", f"{one.value.en} (${one.name})")
        for one in _parameters(rulebook, shape.params, day)
    }
    subject = rulebook.dictionary.subjects[shape.subject]
    codes = _own_codes(shape) if is_plain and isinstance(shape, RuleShape) else {}
    return Speaker(rulebook.dictionary, subject, said, is_plain=is_plain, own_codes=codes)


def _plain_value(rulebook: Rulebook, one: ParameterWords) -> Text:
    """The value of a parameter; of one set by category, that it is."""
    shape = rulebook.parameters.shapes.get(one.parameter)
    if shape is None or not shape.by:
        return one.value
    return Text("按类别规定的数（见参数）", "the number for its category (see the parameters)")


def _own_codes(shape: RuleShape) -> dict[str, dict[str, Text]]:
    """What the parts and bands of a rule are called."""
    entries = [entry for entry in shape.detect.get(KINDS_OF) or () if isinstance(entry, Mapping)]
    parts = {str(entry.get("name", "")): said_of(entry) for entry in entries}
    return {"part": parts, "band": {band.name: band.text for band in shape.bands}}


def _clocks(rulebook: Rulebook, detect: Mapping[str, Any]) -> list[Clock]:
    """The clocks a `detect` asks for, as far as they can be read."""
    return [rulebook.clocks[name] for name in clocks_in(detect) if name in rulebook.clocks]


def parts_of(rule: Rule) -> list[tuple[str, Mapping[str, Any], str, Loc]]:
    """Return the parts of a rule: name, what is written, kind, path of the kind's value."""
    detect = rule.shape.detect
    if KINDS_OF not in detect:
        kind = next((key for key in detect if key in KINDS), "")
        return [("", detect, kind, ("detect", kind))]
    parts: list[tuple[str, Mapping[str, Any], str, Loc]] = []
    for number, entry in enumerate(detect[KINDS_OF]):
        kind = next((key for key in entry if key in KINDS), "")
        parts.append((str(entry.get("name", "")), entry, kind, ("detect", KINDS_OF, number, kind)))
    return parts


def _parts(rulebook: Rulebook, rule: Rule, speaker: Speaker, day: date) -> tuple[PartWords, ...]:
    told = []
    for name, entry, kind, loc in parts_of(rule):
        scope = speaker.say(str(entry["scope"])) if name and "scope" in entry else NO_TEXT
        how = render_kind(rule, kind, loc, speaker) if kind else []
        for clock in _clocks(rulebook, entry):
            how += _words_of(rulebook, clock, speaker, day).lines(clock)
        told.append(PartWords(name, said_of(entry), scope, tuple(how)))
    return tuple(told)


def limits_of(rulebook: Rulebook, rule: Rule, day: date, *, is_plain: bool = False) -> list[tuple[Text, ...]]:
    """Return how long there is, part by part, with the articles of named clocks; nothing where time does not matter."""
    speaker = speaker_of(rulebook, rule, day, is_plain=is_plain)
    told = []
    for _, entry, kind, loc in parts_of(rule):
        limits = list(limit_of_kind(rule, kind, loc, speaker)) if kind else []
        clocks = _clocks(rulebook, entry)
        for clock in clocks:
            label, own = clock.shape.label, _words_of(rulebook, clock, speaker, day).limits(clock)
            if len(clocks) > 1:
                own = [Text(f"{label.zh}，{one.zh}", f"{label.en}, {one.en}") for one in own]
            limits += own
        told.append(tuple(limits))
    return told


def _words_of(rulebook: Rulebook, clock: Clock, speaker: Speaker, day: date) -> ClockWords:
    own = _speaker(rulebook, clock.shape, day, speaker.is_plain)
    return ClockWords(speaker.dictionary, rulebook.laws, own, day)


def said_of(entry: Mapping[str, Any]) -> Text:
    """Return what a part asks, in its author's words; empty where it says nothing."""
    say = entry.get("say")
    if isinstance(say, dict):
        return Text(str(say.get("zh", "")), str(say.get("en", "")))
    return Text(str(say or ""))


def _measure(rule: Rule, speaker: Speaker) -> Text:
    measure = rule.shape.measure
    if measure is None:
        return NO_TEXT
    said = speaker.say(measure.value)
    if not measure.unit:
        return said
    unit = UNITS.get(measure.unit, Text(measure.unit)) if speaker.is_plain else Text(measure.unit)
    return Text(f"{said.zh} ({unit.zh})", f"{said.en} ({unit.en})")


def _levels(levels: Mapping[str, str], speaker: Speaker) -> Text:
    usual = LEVELS[levels["is"]]
    zh, en = [usual.zh], [usual.en]
    for level, when in levels.items():
        if level != "is":
            said = speaker.say(when)
            zh.append(f"{said.zh}时为{LEVELS[level].zh}")
            en.append(f"{LEVELS[level].en} where {said.en}")
    return Text("；".join(zh), "; ".join(en))


def _article(rulebook: Rulebook, article: str, day: date) -> ArticleWords:
    found = rulebook.laws.article_on(article, day)
    if found is None:
        missing = Text("当日没有有效文本", "no text in force on the day")
        return ArticleWords(article, NO_TEXT, "", missing, None, "low")
    confidence = "low" if found.unconfirmed else found.confidence
    return ArticleWords(article, found.law, found.number, found.text, found.in_force_from, confidence)


# ---- parameters


def _parameters(rulebook: Rulebook, params: Mapping[str, Any], day: date) -> tuple[ParameterWords, ...]:
    told = []
    for name, written in params.items():
        use = use_of(written)
        shape = rulebook.parameters.shapes.get(use.name) if use is not None else None
        if use is None:
            told.append(ParameterWords(name, "", Text(str(written)), NO_TEXT))
        elif shape is None:
            nothing = Text("没有这个参数", "no such parameter")
            told.append(ParameterWords(name, use.name, nothing, NO_TEXT))
        else:
            because = shape.because or shape.means or NO_TEXT
            told.append(ParameterWords(name, use.name, value_on(shape, day), because))
    return tuple(told)


def value_on(shape: ParameterShape, day: date) -> Text:
    """Return the value of a parameter on a day in words; of one set by category, all that hold."""
    holding = [v for v in shape.values if v.from_ <= day and (v.until is None or day < v.until)]
    if not holding:
        return Text("当日没有值", "no value on the day")
    return Text("；".join(_value(shape, value) for value in holding))


def _value(shape: ParameterShape, value: ParameterValue) -> str:
    number = str(value.value)
    kept = [part for part in value.category(shape.by) if part is not None]
    return f"{'/'.join(kept)} {number}" if kept else number


# ---- derived columns


def _derived(rulebook: Rulebook, rule: Rule, subject: Subject, speaker: Speaker) -> tuple[DerivedWords, ...]:
    """The derived columns the rule or its clocks name, and those they are made of, in the dictionary's order."""
    texts = texts_of(rule)
    for clock in _clocks(rulebook, rule.shape.detect):
        texts += texts_of_clock(clock)
    names = {word for text in texts for word in _words(text)}
    waiting = [name for name in names if subject.derived_named(name)]
    found: set[str] = set()
    while waiting:
        derived = subject.derived_named(waiting.pop())
        if derived is None or derived.name in found:
            continue
        found.add(derived.name)
        waiting += _words(derived.value or "")
    return tuple(
        DerivedWords(speaker.called(name, one.label or NO_TEXT), speaker.say_derived(one))
        for name, one in subject.derived.items()
        if name in found
    )


def _words(text: str) -> list[str]:
    """The names in an expression that may be my own columns: bare ones and `subject.x`."""
    return [parts[-1] for parts in names_in(text) if len(parts) == 1 or parts[0] == "subject"]
