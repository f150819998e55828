"""Where a rule's clues go: what triage says by default, and which of its rules can hold for them.

In: the triage of a workspace and a rule. Out: routes in words. A rule of triage is left out only where it asks for another
rule, family, subject, severity or grade than this rule's clues can have.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from string import Formatter

from jointsup_rules.cards.card import Disposition
from jointsup_rules.model.rule import Rule
from jointsup_rules.model.triage import Triage, TriageRule
from jointsup_rules.problems import Text


def gather_disposition(triage: Triage | None, rule: Rule) -> Disposition:
    """Return where clues of a rule can go; nothing where there is no triage."""
    if triage is None:
        return Disposition()
    routes, shape = triage.shape.routes, rule.shape

    def called(names: tuple[str, ...]) -> Text:
        told = [routes.get(name, Text(name)) for name in names]
        return Text("、".join(one.zh for one in told), ", ".join(one.en for one in told))

    raised = {one.then.grade for one in triage.rules if one.then.grade is not None}
    possible: Mapping[str, Set[str | int]] = {
        "rule_id": {shape.id},
        "family": {shape.family},
        "subject": {shape.subject},
        "severity": _levels(shape.severity),
        "grade": _levels(shape.grade) | raised,
    }
    found = []
    usual = called(triage.shape.defaults.route)
    if usual.zh:
        found.append(Text(f"通常：{usual.zh}", f"as a rule: {usual.en}"))
    for one in triage.rules:
        if one.then.route and _can_hold(one, possible):
            to, because = called(one.then.route), _plain(one.because)
            found.append(Text(f"{to.zh}：{because.zh}（{one.id}）", f"{to.en}: {because.en} ({one.id})"))
    return Disposition(tuple(found))


def _levels(levels: Mapping[str, str]) -> set[str | int]:
    return {text if level == "is" else level for level, text in levels.items()}


def _can_hold(rule: TriageRule, possible: Mapping[str, Set[str | int]]) -> bool:
    """Whether some alternative asks for nothing that these clues cannot have."""
    return any(
        all(
            not (test.op == "=" and test.value not in possible[test.field])
            and not (test.op == "<>" and possible[test.field] == {test.value})
            for test in tests
            if test.field in possible
        )
        for tests in rule.when
    )


def _plain(because: Text) -> Text:
    """The reason with … for what is known only of a clue."""

    def told(template: str) -> str:
        return "".join(
            text + ("…" if place is not None else "") for text, place, _, _ in Formatter().parse(template)
        )

    return Text(told(because.zh), told(because.en))
