"""What changed in what rules rest on: parameters, clocks, law, dictionary, calendar, exceptions; and whom it may concern.

In: two rulebooks. Out: a GroundChange for each named thing that is not the same in both. The rules are those that name
it, or name what is made of it, down to the tables; that is wide rather than narrow: a rule named here need not do
otherwise, one not named does as before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from jointsup_rules.compile.parameters import use_of
from jointsup_rules.model.clock import Clock
from jointsup_rules.model.law import ArticleVersion, ParameterShape, ParameterValue
from jointsup_rules.model.rule import Rule
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.problems import Text
from jointsup_rules.sweep.concerned import say_span, takes_number
from jointsup_rules.sweep.describe_clocks import texts_of_clock
from jointsup_rules.sweep.rule_changes import changed_leaves, leaves_of
from jointsup_rules.sweep.terms import clocks_in, texts_of

KINDS = {
    "parameter": Text("参数", "parameter"),
    "clock": Text("时钟", "clock"),
    "article": Text("法条", "article"),
    "dictionary": Text("字典", "dictionary"),
    "calendar": Text("日历", "calendar"),
    "exception": Text("例外", "exception"),
}
_WORD = re.compile(r"[^\W\d]\w*")
_NONE = Text("无", "none")
# Parts of the dictionary that are named one by one: section, and how deep a name goes.
_DEPTH = {"tables": 2, "subjects": 2, "derived": 3}
# What only clocks read of it.
_FOR_CLOCKS = ("changes", "held")


@dataclass(frozen=True)
class GroundChange:
    """One named thing that is not the same in both.

    Attributes:
        kind: One of KINDS.
        what: added, removed or changed.
        lines: A line for each single thing that differs.
        rules: Rules it may concern, among those of the later rulebook.
    """

    kind: str
    name: str
    what: str
    lines: tuple[Text, ...]
    rules: tuple[str, ...]


def compare_grounds(before: Rulebook, after: Rulebook) -> tuple[GroundChange, ...]:
    """Return what rules rest on and is not the same in two rulebooks, by kind and name."""
    reach = {rule_id: _Reach.of(after, rule) for rule_id, rule in after.rules.items()}
    return (
        *_parameters(before, after, reach),
        *_clocks(before, after, reach),
        *_articles(before, after, reach),
        *_dictionary(before, after, reach),
        *_calendar(before, after, reach),
        *_exceptions(before, after),
    )


@dataclass(frozen=True)
class _Reach:
    """What a rule names, and what that is made of.

    Attributes:
        clocks: Its clocks.
        parameters: Parameters it or its clocks take.
        articles: Articles it or its clocks cite.
        words: Every word in what it says, and in the derived columns and relations those words name, and so on.
    """

    clocks: frozenset[str]
    parameters: frozenset[str]
    articles: frozenset[str]
    words: frozenset[str]

    @classmethod
    def of(cls, rulebook: Rulebook, rule: Rule) -> _Reach:
        clocks = [rulebook.clocks[name] for name in clocks_in(rule.shape.detect) if name in rulebook.clocks]
        params = [rule.shape.params, *(clock.shape.params for clock in clocks)]
        uses = [use_of(value) for one in params for value in one.values()]
        articles = {*rule.shape.law, *(article for clock in clocks for article in clock.articles())}
        texts = [*texts_of(rule), *(text for clock in clocks for text in texts_of_clock(clock))]
        subjects = [rule.shape.subject, *(clock.shape.subject for clock in clocks)]
        return cls(
            frozenset(clock.name for clock in clocks),
            frozenset(use.name for use in uses if use is not None),
            frozenset(articles),
            _closure(rulebook, {*subjects, *(word for text in texts for word in _WORD.findall(text))}),
        )


def _closure(rulebook: Rulebook, words: set[str]) -> frozenset[str]:
    """The words, and those of every derived column, relation and subject that bears one of them, and so on."""
    if rulebook.dictionary is None:
        return frozenset(words)
    made_of: dict[str, set[str]] = {}
    data = rulebook.dictionary.document.data
    for section in ("derived", "subjects"):
        for subject, parts in (data.get(section) or {}).items():
            related = parts.get("related") or {} if section == "subjects" else parts
            for name, written in related.items():
                made_of.setdefault(name, set()).update(_words_of(written))
            own = (
                {key: part for key, part in parts.items() if key != "related"}
                if section == "subjects"
                else {}
            )
            made_of.setdefault(subject, set()).update(_words_of(own))
    waiting, found = list(words), set(words)
    while waiting:
        for word in made_of.get(waiting.pop(), ()):
            if word not in found:
                found.add(word)
                waiting.append(word)
    return frozenset(found)


def _words_of(value: Any) -> set[str]:
    return {word for leaf in leaves_of(value, "").items() for text in leaf for word in _WORD.findall(text)}


def _of(names: Iterable[str], before: Any, after: Any) -> list[tuple[str, str]]:
    """Name and added, removed or changed, of what is in either."""
    found = []
    for name in sorted(names):
        if name not in before or name not in after:
            found.append((name, "added" if name in after else "removed"))
        elif before[name] != after[name]:
            found.append((name, "changed"))
    return found


# ---- parameters


def _parameters(before: Rulebook, after: Rulebook, reach: Mapping[str, _Reach]) -> list[GroundChange]:
    old, new = before.parameters.shapes, after.parameters.shapes
    return [
        GroundChange(
            "parameter", name, what, tuple(_values(old.get(name), new.get(name))),
            tuple(rule_id for rule_id, one in reach.items() if name in one.parameters),
        )
        for name, what in _of({*old, *new}, old, new)
    ]  # fmt: skip


def _values(old: ParameterShape | None, new: ParameterShape | None) -> list[Text]:
    """A value for each day and category on which it differs; other keys by their own names."""
    before, after = _by_day(old), _by_day(new)
    lines = []
    for key in sorted({*before, *after}):
        was, now = _value(before.get(key)), _value(after.get(key))
        if was != now:
            lines.append(Text(f"{key} 起 {was.zh} → {now.zh}", f"from {key} {was.en} → {now.en}"))
        if key in before and key in after:
            lines += changed_leaves(*(_about(one[key]) for one in (before, after)))
    if old is not None and new is not None:
        lines += changed_leaves(*(_leaves(one.model_dump(exclude={"values"}), "") for one in (old, new)))
    return lines


def _by_day(shape: ParameterShape | None) -> dict[str, ParameterValue]:
    """First day and category to value."""
    if shape is None:
        return {}
    categories = [
        "/".join(part for part in one.category(shape.by) if part is not None) for one in shape.values
    ]
    return {
        f"{one.from_.isoformat()} {category}".strip(): one
        for one, category in zip(shape.values, categories, strict=True)
    }


def _value(value: ParameterValue | None) -> Text:
    if value is None:
        return _NONE
    return Text(f"{value.value}" + (f" ({value.until})" if value.until is not None else ""))


def _about(value: ParameterValue) -> dict[str, str]:
    """What is said of a value besides itself, such as the article it comes from."""
    return _leaves(value.model_dump(include={"law", "because"}), "")


def _leaves(value: Any, path: str) -> dict[str, str]:
    return {k.lstrip("."): v for k, v in leaves_of(value, path).items() if v != "None"}


# ---- clocks and law


def _clocks(before: Rulebook, after: Rulebook, reach: Mapping[str, _Reach]) -> list[GroundChange]:
    old, new = (_written(one.clocks) for one in (before, after))
    return [
        GroundChange(
            "clock", name, what, tuple(changed_leaves(_leaves(old[name], ""), _leaves(new[name], ""))) if what == "changed" else (),
            tuple(rule_id for rule_id, one in reach.items() if name in one.clocks),
        )
        for name, what in _of({*old, *new}, old, new)
    ]  # fmt: skip


def _written(clocks: Mapping[str, Clock]) -> dict[str, Any]:
    return {name: clock.document.data[name] for name, clock in clocks.items()}


def _articles(before: Rulebook, after: Rulebook, reach: Mapping[str, _Reach]) -> list[GroundChange]:
    old, new = (
        {article: one.laws.versions_of(article) for article in sorted(one.laws.article_ids())}
        for one in (before, after)
    )
    found = []
    for article, what in _of({*old, *new}, old, new):
        lines = tuple(_versions(old[article], new[article])) if what == "changed" else ()
        numbers = {name for one in (*old.get(article, ()), *new.get(article, ())) for name in one.spans}
        clocks = {
            clock.name
            for clock in after.clocks.values()
            for name in numbers
            if takes_number(clock, article, name)
        }
        rules = (
            r for r, one in reach.items() if article in one.articles or not clocks.isdisjoint(one.clocks)
        )
        found.append(GroundChange("article", article, what, lines, tuple(rules)))
    return found


def _versions(old: tuple[ArticleVersion, ...], new: tuple[ArticleVersion, ...]) -> list[Text]:
    before, after = {one.from_: one for one in old}, {one.from_: one for one in new}
    lines: list[Text] = []
    for day in sorted({*before, *after}):
        was, now = before.get(day), after.get(day)
        if was is None or now is None:
            said = (
                Text("增加文本", "a version was added")
                if was is None
                else Text("去掉文本", "a version was removed")
            )
            lines.append(Text(f"{day} 起{said.zh}", f"from {day}: {said.en}"))
            continue
        for name in sorted({*was.spans, *now.spans}):
            a, b = was.spans.get(name), now.spans.get(name)
            if a != b:
                said = Text(f"{say_span(a).zh} → {say_span(b).zh}", f"{say_span(a).en} → {say_span(b).en}")
                lines.append(Text(f"{day} 起 {name} {said.zh}", f"from {day} {name} {said.en}"))
        if was.text != now.text:
            lines.append(Text(f"{day} 起的条文文字有改", f"the text from {day} was changed"))
        rest = [_leaves(one.model_dump(exclude={"spans", "text"}), "") for one in (was, now)]
        lines += changed_leaves(*rest)
    return lines


# ---- dictionary, calendar, exceptions


def _dictionary(before: Rulebook, after: Rulebook, reach: Mapping[str, _Reach]) -> list[GroundChange]:
    old, new = (_parts(one.dictionary.document.data) if one.dictionary else {} for one in (before, after))
    found = []
    for name, what in _of({*old, *new}, old, new):
        lines = (
            tuple(changed_leaves(leaves_of(old[name], ""), leaves_of(new[name], "")))
            if what == "changed"
            else ()
        )
        told = tuple(Text(one.zh.lstrip("."), one.en.lstrip(".")) for one in lines)
        found.append(GroundChange("dictionary", name, what, told, _touched(name, reach)))
    return found


def _parts(data: Any) -> dict[str, Any]:
    """The dictionary cut into pieces with a name each: `tables.T`, `tables.T.C`, `subjects.S`, `derived.S.D`, others."""
    parts: dict[str, Any] = {}
    for section, value in data.items():
        if section == "tables":
            for table, written in value.items():
                parts[f"tables.{table}"] = {key: part for key, part in written.items() if key != "columns"}
                for column, said in (written.get("columns") or {}).items():
                    parts[f"tables.{table}.{column}"] = said
        elif section in _DEPTH:
            for subject, written in value.items():
                related = (written.get("related") or {}) if section == "subjects" else written
                for name, said in related.items():
                    parts[f"{section}.{subject}.{name}"] = said
                if section == "subjects":
                    parts[f"subjects.{subject}"] = {k: part for k, part in written.items() if k != "related"}
        else:
            parts[str(section)] = value
    return parts


def _touched(name: str, reach: Mapping[str, _Reach]) -> tuple[str, ...]:
    section, *names = name.split(".")
    if section in _FOR_CLOCKS:
        return tuple(rule_id for rule_id, one in reach.items() if one.clocks)
    return tuple(rule_id for rule_id, one in reach.items() if one.words.issuperset(names))


def _calendar(before: Rulebook, after: Rulebook, reach: Mapping[str, _Reach]) -> list[GroundChange]:
    old, new = (
        {path: digest for path, digest in one.inputs if path.startswith("datasets/calendar/")}
        for one in (before, after)
    )
    return [
        GroundChange("calendar", path.rsplit("/", 1)[-1], what, (), tuple(reach))
        for path, what in _of({*old, *new}, old, new)
    ]


def _exceptions(before: Rulebook, after: Rulebook) -> list[GroundChange]:
    old, new = ({one.id: one for one in book.exceptions} for book in (before, after))
    found = []
    for name, what in _of({*old, *new}, old, new):
        one = new.get(name) or old[name]
        lines: tuple[Text, ...] = ()
        if what == "changed":
            lines = tuple(changed_leaves(*(_leaves(side[name].model_dump(), "") for side in (old, new))))
        found.append(GroundChange("exception", name, what, lines, (one.rule,)))
    return found
