"""What changed in rules, in words: two readings of the rules side by side.

In: two rulebooks and a day (of law and parameters). Out: a RuleChange for each rule that is not the same in both. What
counts as the same is decided by meaning, not by how it is written; the words are those of `describe`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Any

from jointsup_rules.compile.parameters import use_of
from jointsup_rules.model.expression import ExpressionError, Operation, read_expression
from jointsup_rules.model.meaning import compare_logic, compare_texts, plain_expression
from jointsup_rules.model.rule import GRADES, LEVELS, Rule
from jointsup_rules.model.rulebook import CLOCKS, DICTIONARY, Rulebook
from jointsup_rules.problems import Text
from jointsup_rules.sweep.describe import Description, describe_rule, speaker_of
from jointsup_rules.sweep.saying import LEVELS as LEVEL_WORDS
from jointsup_rules.sweep.saying import Speaker

STATUSES = {
    "draft": Text("起草", "draft"),
    "active": Text("启用", "active"),
    "retired": Text("停用", "retired"),
}
KEYS = {
    "subject": Text("对象", "subject"),
    "scope": Text("范围", "scope"),
    "params": Text("参数", "params"),
    "detect": Text("判断", "detect"),
    "exclude": Text("排除", "exclude"),
    "identity": Text("线索的划分", "identity"),
    "bands": Text("档次", "bands"),
    "measure": Text("数值", "measure"),
    "severity": Text("严重度", "severity"),
    "grade": Text("处置等级", "grade"),
    "law": Text("法律依据", "law"),
    "evidence": Text("依据", "evidence"),
}
_ALL = Text("全部", "all")
_NONE = Text("无", "none")


@dataclass(frozen=True)
class KeyChange:
    """One key of a rule whose logic changed: the key, and a line for each thing that did."""

    key: str
    lines: tuple[Text, ...]


@dataclass(frozen=True)
class RuleChange:
    """A rule that is not the same in both.

    Attributes:
        what: added, removed, unreadable, or changed.
        versions: Before and after; None where it is not there.
        statuses: Likewise.
        logic: Keys whose logic changed.
        texts: Keys whose texts changed.
        title_before: Its former title, where that changed.
    """

    rule_id: str
    title: Text
    what: str
    versions: tuple[int | None, int | None]
    statuses: tuple[str | None, str | None]
    logic: tuple[KeyChange, ...] = ()
    texts: tuple[str, ...] = ()
    title_before: Text | None = None


def compare_rules(before: Rulebook, after: Rulebook, day: date) -> tuple[RuleChange, ...]:
    """Return the rules that are not the same in two rulebooks, by id.

    Args:
        before: One reading of the rules.
        after: Another.
        day: The day of the parameters' values in the words.
    """
    found: list[RuleChange] = []
    for rule_id in sorted({*before.rules, *before.broken, *after.rules, *after.broken}):
        old, new = before.rules.get(rule_id), after.rules.get(rule_id)
        if old is not None and new is not None:
            change = _compare(before, after, old, new, day)
            found += [change] if change is not None else []
        elif (old is None and rule_id in before.broken) or (new is None and rule_id in after.broken):
            rule = new or old
            is_same = old is None and new is None
            found += [] if is_same or rule is None else [_one_sided(rule, old, new, "unreadable")]
        elif new is not None:
            found.append(_one_sided(new, None, new, "added"))
        elif old is not None:
            found.append(_one_sided(old, old, None, "removed"))
    return tuple(found)


def _one_sided(rule: Rule, old: Rule | None, new: Rule | None, what: str) -> RuleChange:
    shapes = (old.shape if old else None, new.shape if new else None)
    versions = tuple(shape.version if shape else None for shape in shapes)
    statuses = tuple(shape.status if shape else None for shape in shapes)
    return RuleChange(rule.id, rule.shape.title, what, versions, statuses)  # type: ignore[arg-type]


def _compare(before: Rulebook, after: Rulebook, old: Rule, new: Rule, day: date) -> RuleChange | None:
    a, b = old.shape, new.shape
    logic = _logic(_Side.of(before, old, day), _Side.of(after, new, day))
    texts = compare_texts(a, b)
    if not logic and not texts and (a.version, a.status) == (b.version, b.status):
        return None
    title = a.title if a.title != b.title else None
    versions, statuses = (a.version, b.version), (a.status, b.status)
    return RuleChange(new.id, b.title, "changed", versions, statuses, logic, texts, title)


# ---- logic, key by key


@dataclass(frozen=True)
class _Side:
    """A rule as one of the two rulebooks has it, with who says its expressions; None where its subject is not there."""

    rule: Rule
    words: Description | None
    speaker: Speaker | None

    @classmethod
    def of(cls, rulebook: Rulebook, rule: Rule, day: date) -> _Side:
        """Return a side; without words where the dictionary or the clocks are not in order, or lack the subject."""
        dictionary = rulebook.dictionary
        if dictionary is None or rule.shape.subject not in dictionary.subjects:
            return cls(rule, None, None)
        if any(p.severity == "error" and p.place.path in (DICTIONARY, CLOCKS) for p in rulebook.problems):
            return cls(rule, None, None)
        return cls(rule, describe_rule(rulebook, rule, day), speaker_of(rulebook, rule, day))

    def say(self, text: str) -> Text:
        """Return an expression in words, or as it is written."""
        return self.speaker.say(text) if self.speaker is not None else Text(text)


def _logic(old: _Side, new: _Side) -> tuple[KeyChange, ...]:
    found = []
    for key in compare_logic(old.rule.shape, new.rule.shape):
        lines = _TELLERS[key](old, new)
        raw = _leaves_changed(_written(old.rule, key), _written(new.rule, key), key)
        found.append(KeyChange(key, tuple(lines or raw)))
    return tuple(found)


def _written(rule: Rule, key: str) -> Any:
    return rule.document.data.get(key) if isinstance(rule.document.data, dict) else None


def _arrow(name: str, before: Text, after: Text) -> Text:
    lead = f"{name} " if name else ""
    return Text(f"{lead}{before.zh} → {after.zh}", f"{lead}{before.en} → {after.en}")


def _gained(said: Text, zh: str = "", en: str = "") -> Text:
    return Text(f"增加{zh}：{said.zh}", f"{'gained ' + en if en else 'gained'}: {said.en}")


def _lost(said: Text, zh: str = "", en: str = "") -> Text:
    return Text(f"去掉{zh}：{said.zh}", f"{'lost ' + en if en else 'lost'}: {said.en}")


def _subject(old: _Side, new: _Side) -> list[Text]:
    said = [side.words.subject if side.words else Text(side.rule.shape.subject) for side in (old, new)]
    return [_arrow("", *said)]


def _scope(old: _Side, new: _Side) -> list[Text]:
    before, after = _conditions(old.rule.shape.scope), _conditions(new.rule.shape.scope)
    if before is None or after is None:
        return [_arrow("", *(_scope_words(side) for side in (old, new)))]
    gained = [new.say(after[key]) for key in after if key not in before]
    lost = [old.say(before[key]) for key in before if key not in after]
    if len(gained) == len(lost) == 1:
        return [_arrow("", lost[0], gained[0])]
    return [_gained(one, "条件", "a condition") for one in gained] + [
        _lost(one, "条件", "a condition") for one in lost
    ]


def _scope_words(side: _Side) -> Text:
    return side.say(side.rule.shape.scope) if side.rule.shape.scope else _ALL


def _conditions(text: str | None) -> dict[str, str] | None:
    """The conditions that `and` joins: meaning to text; None where it is no expression or no such chain."""
    if text is None:
        return {}
    try:
        tree = read_expression(text)
    except ExpressionError:
        return None
    parts = tree.arguments if isinstance(tree, Operation) and tree.op == "and" else (tree,)
    written = [text[part.span.start : part.span.until] for part in parts]
    return {plain_expression(one): one for one in written}


def _params(old: _Side, new: _Side) -> list[Text]:
    before, after = old.rule.shape.params, new.rule.shape.params
    lines = []
    for name in dict.fromkeys([*before, *after]):
        said = [_parameter(side, name) for side in (old, new)]
        if said[0] != said[1]:
            lines.append(_arrow(f"${name}", *said))
    return lines


def _parameter(side: _Side, name: str) -> Text:
    written = side.rule.shape.params.get(name)
    if written is None:
        return _NONE
    use = use_of(written)
    value = (
        next((one.value for one in side.words.parameters if one.name == name), None) if side.words else None
    )
    if use is None or value is None:
        return Text(str(written))
    return Text(f"{use.name}（{value.zh}）", f"{use.name} ({value.en})")


def _detect(old: _Side, new: _Side) -> list[Text]:
    if old.words is None or new.words is None:
        return []
    before = {part.name: part for part in old.words.parts}
    after = {part.name: part for part in new.words.parts}
    lines = [_gained(Text(name), "部分", "a part") for name in after if name not in before]
    lines += [_lost(Text(name), "部分", "a part") for name in before if name not in after]
    for name in (name for name in after if name in before):
        lead = f"{name}：" if name else ""
        for line in lines_changed(
            (before[name].scope, *before[name].how), (after[name].scope, *after[name].how)
        ):
            lines.append(Text(lead + line.zh, (f"{name}: " if name else "") + line.en))
    return lines


def lines_changed(before: Sequence[Text], after: Sequence[Text]) -> list[Text]:
    """Return what differs between two lists of lines: pairs with an arrow, others as gained or lost."""
    found: list[Text] = []
    matcher = SequenceMatcher(
        None, [(one.zh, one.en) for one in before], [(one.zh, one.en) for one in after], False
    )
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            continue
        gone, come = [one for one in before[a:b] if one.en], [one for one in after[c:d] if one.en]
        pairs = min(len(gone), len(come))
        found += [_arrow("", *pair) for pair in zip(gone[:pairs], come[:pairs], strict=True)]
        found += [_lost(one) for one in gone[pairs:]] + [_gained(one) for one in come[pairs:]]
    return found


def _exclude(old: _Side, new: _Side) -> list[Text]:
    before = {one.because.zh: one for one in old.rule.shape.exclude}
    after = {one.because.zh: one for one in new.rule.shape.exclude}
    same = {plain_expression(one.when): key for key, one in before.items()}
    lines = []
    matched: set[str] = set()
    for key, one in after.items():
        former = key if key in before else same.get(plain_expression(one.when))
        if former is None or former in matched:
            said = Text(
                f"{one.because.zh}（{new.say(one.when).zh}）", f"{one.because.en} ({new.say(one.when).en})"
            )
            lines.append(_gained(said, "事由", "a reason"))
            continue
        matched.add(former)
        was = before[former]
        if plain_expression(was.when) != plain_expression(one.when):
            lines.append(_within(one.because, _arrow("", old.say(was.when), new.say(one.when))))
        if was.keep != one.keep:
            kept = (Text("不列出", "taken out"), Text("列出并标注", "listed and marked"))
            lines.append(_within(one.because, _arrow("", kept[was.keep], kept[one.keep])))
    return lines + [
        _lost(one.because, "事由", "a reason") for key, one in before.items() if key not in matched
    ]


def _within(name: Text, said: Text) -> Text:
    return Text(f"“{name.zh}”：{said.zh}", f"'{name.en}': {said.en}")


def _bands(old: _Side, new: _Side) -> list[Text]:
    def words(side: _Side) -> dict[str, Text]:
        return {one.name: side.say(one.when) if one.when else _ALL for one in side.rule.shape.bands}

    return _named(words(old), words(new), "档次", "a band")


def _named(before: Mapping[str, Text], after: Mapping[str, Text], zh: str, en: str) -> list[Text]:
    lines = [_gained(Text(f"{name}（{said.zh}）", f"{name} ({said.en})"), zh, en) for name, said in after.items() if name not in before]  # fmt: skip
    lines += [_lost(Text(name), zh, en) for name in before if name not in after]
    return lines + [
        _arrow(f"{name}:", before[name], after[name])
        for name in after
        if name in before and before[name] != after[name]
    ]


def _identity(old: _Side, new: _Side) -> list[Text]:
    return [_arrow("", *(Text(", ".join(side.rule.shape.identity)) for side in (old, new)))]


def _measure(old: _Side, new: _Side) -> list[Text]:
    said = [
        _NONE if side.rule.shape.measure is None else side.say(side.rule.shape.measure.value)
        for side in (old, new)
    ]
    units = [side.rule.shape.measure.unit if side.rule.shape.measure else "" for side in (old, new)]
    lines = [_arrow("", *said)] if said[0] != said[1] else []
    return lines + ([_arrow("", *map(Text, units))] if units[0] != units[1] and all(units) else [])


def _levels(order: tuple[str, ...], key: str) -> Callable[[_Side, _Side], list[Text]]:
    def tell(old: _Side, new: _Side) -> list[Text]:
        before, after = getattr(old.rule.shape, key), getattr(new.rule.shape, key)
        lines = []
        if before["is"] != after["is"]:
            is_up = order.index(after["is"]) > order.index(before["is"])
            said = _arrow("", LEVEL_WORDS[before["is"]], LEVEL_WORDS[after["is"]])
            lead = Text("提高：", "raised: ") if is_up else Text("降低：", "lowered: ")
            lines.append(Text(lead.zh + said.zh, lead.en + said.en))
        when = [
            {level: side.say(text) for level, text in levels.items() if level != "is"}
            for side, levels in ((old, before), (new, after))
        ]
        return lines + _named(when[0], when[1], "另定的等级", "a level")

    return tell


def _law(old: _Side, new: _Side) -> list[Text]:
    return _listed(old.rule.shape.law, new.rule.shape.law)


def _evidence(old: _Side, new: _Side) -> list[Text]:
    a, b = old.rule.shape.evidence, new.rule.shape.evidence
    return _listed((*a.columns, *a.rows), (*b.columns, *b.rows))


def _listed(before: Iterable[str], after: Iterable[str]) -> list[Text]:
    before, after = tuple(before), tuple(after)
    lines = [_gained(Text(one)) for one in after if one not in before]
    lines += [_lost(Text(one)) for one in before if one not in after]
    return lines or [_arrow("", Text(", ".join(before)), Text(", ".join(after)))]


_TELLERS: Mapping[str, Callable[[_Side, _Side], list[Text]]] = {
    "subject": _subject, "scope": _scope, "params": _params, "detect": _detect, "exclude": _exclude,
    "identity": _identity, "bands": _bands, "measure": _measure, "severity": _levels(LEVELS, "severity"),
    "grade": _levels(GRADES, "grade"), "law": _law, "evidence": _evidence,
}  # fmt: skip


# ---- what has no words of its own


def leaves_of(value: Any, path: str) -> dict[str, str]:
    """Return the single values of nested mappings and lists: path to text."""
    if isinstance(value, Mapping):
        return {k: v for key, part in value.items() for k, v in leaves_of(part, f"{path}.{key}").items()}
    if isinstance(value, list | tuple):
        return {k: v for n, part in enumerate(value) for k, v in leaves_of(part, f"{path}[{n}]").items()}
    return {path: str(value).lower() if isinstance(value, bool) else str(value)}


def _leaves_changed(before: Any, after: Any, path: str) -> list[Text]:
    return changed_leaves(leaves_of(before, path), leaves_of(after, path))


def changed_leaves(before: Mapping[str, str], after: Mapping[str, str]) -> list[Text]:
    """Return a line for each single value that differs."""
    lines = []
    for path in dict.fromkeys([*before, *after]):
        was, now = before.get(path), after.get(path)
        if was != now:
            lines.append(_arrow(path, *(Text(one) if one is not None else _NONE for one in (was, now))))
    return lines
