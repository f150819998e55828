"""Read one rule into its card.

In: a rulebook, a rule, a day and what is known of the rule's use. Out: a Card. The rule is compiled as if everything
the dictionary declares had been delivered, so that the card names what the rule would read; its examples are run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from jointsup_rules.cards.card import Card, Point
from jointsup_rules.cards.disposition import gather_disposition
from jointsup_rules.cards.elements import gather_elements
from jointsup_rules.cards.samples import gather_examples
from jointsup_rules.cards.told import gather_law, gather_parameters, gather_versions
from jointsup_rules.compile.engine import make_plan
from jointsup_rules.compile.sentences import pieces_of
from jointsup_rules.model.dictionary import Dictionary, Subject
from jointsup_rules.model.rule import GRADES, LEVELS, Rule
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.model.triage import Triage
from jointsup_rules.problems import NO_TEXT, Language, ProblemsError, Text
from jointsup_rules.sweep.check import full_facts
from jointsup_rules.sweep.counted import NO_FIGURES, RuleFigures
from jointsup_rules.sweep.describe import Description, describe_rule, limits_of, parts_of
from jointsup_rules.sweep.examples import ExampleResult, ExampleRunner
from jointsup_rules.sweep.saying import Speaker

# Kinds of which one line says what decides, and where among their lines it stands.
_CRITERION = {"condition": -1, "repeat": -1, "overlap": -1, "sequence": 1}


def gather_card(
    rulebook: Rulebook,
    rule: Rule,
    day: date,
    figures: Mapping[str, RuleFigures] | None = None,
    results: Sequence[ExampleResult] | None = None,
    triage: Triage | None = None,
) -> Card:
    """Return the card of a rule.

    Args:
        rulebook: All that the workspace declares, with a dictionary.
        rule: One of its rules.
        day: Which law and which parameters are printed.
        figures: What sweeps and ledger counted, by rule.
        results: Of running its examples; None to run them here.
        triage: Where clues go; None where that is not laid down.

    Raises:
        ProblemsError: the rule is about a subject that the dictionary does not have.
    """
    dictionary = rulebook.dictionary
    assert dictionary is not None, "a card needs the dictionary's labels"
    if results is None:
        with ExampleRunner(rulebook) as runner:
            results = runner.run(rule)
    facts = full_facts(dictionary, day)
    plan = make_plan(dictionary, facts, [rule], rulebook.parameters, rulebook.laws, rulebook.clocks)
    (prepared,) = plan.rules
    if rule.shape.subject not in dictionary.subjects:
        raise ProblemsError(prepared.problems)
    # The plan's dictionary also has the relations to periods of clocks.
    rulebook, shape = replace(rulebook, dictionary=plan.dictionary), rule.shape
    told = describe_rule(rulebook, rule, day, is_plain=True)
    elements = gather_elements(rulebook, rule, plan)
    subject = dictionary.subjects[shape.subject]
    return Card(
        id=shape.id,
        version=shape.version,
        status=shape.status,
        path=rule.document.path,
        day=day,
        title=shape.title,
        family_code=shape.family,
        family=rulebook.families.get(shape.family, Text(shape.family)),
        subject=subject.label,
        unit=_unit_of(dictionary, subject),
        owner=shape.owner or NO_TEXT,
        keywords=shape.keywords,
        finds=shape.finds,
        why=shape.why,
        check=shape.check,
        misses=shape.misses,
        reason=_reason(dictionary, subject, rule),
        has_scope=shape.scope is not None,
        scope=told.scope,
        points=_points(rulebook, rule, day, told),
        tables=elements.tables,
        collisions=elements.collisions,
        values=elements.values,
        exclude=told.exclude,
        bands=told.bands,
        identity=told.identity,
        measure=told.measure,
        severity=told.severity,
        severities=_levels(shape.severity, LEVELS),
        grade=told.grade,
        grades=_levels(shape.grade, GRADES),
        attached=elements.attached,
        disposition=gather_disposition(triage, rule),
        examples=gather_examples(rulebook, rule, results),
        law=gather_law(rulebook, rule, day),
        parameters=gather_parameters(rulebook, rule, Speaker(dictionary, subject, {}, is_plain=True)),
        versions=gather_versions(rulebook, rule),
        figures=(figures or {}).get(shape.id, NO_FIGURES),
        retired_because=shape.retired_because or NO_TEXT,
        successor=shape.successor or "",
        problem=prepared.why or NO_TEXT,
    )


def _levels(levels: Mapping[str, str], order: Sequence[str]) -> tuple[str, ...]:
    """The levels a clue can have, gravest first."""
    possible = {level if level != "is" else text for level, text in levels.items()}
    return tuple(level for level in reversed(order) if level in possible)


def _points(rulebook: Rulebook, rule: Rule, day: date, told: Description) -> tuple[Point, ...]:
    limits = limits_of(rulebook, rule, day, is_plain=True)
    points = []
    for part, (_, entry, kind, _), limit in zip(told.parts, parts_of(rule), limits, strict=True):
        says = part.says if part.says != NO_TEXT else rule.shape.finds
        how, sql = part.how, ""
        if kind == "query":
            how, sql = part.how[:-1], str(entry.get("query", "")).rstrip()
        criterion = how[_CRITERION[kind]] if kind in _CRITERION and len(how) > 1 else NO_TEXT
        points.append(Point(part.name, says, part.scope, limit, criterion, how, sql))
    return tuple(points)


def _unit_of(dictionary: Dictionary, subject: Subject) -> Text:
    """What the unit is called by which clues are listed; empty for a subject without one."""
    if subject.show.unit is None:
        return NO_TEXT
    said = Speaker(dictionary, subject, {}, is_plain=True).column(tuple(subject.show.unit.split(".")))
    return said if said.zh != subject.show.unit else Text("办案单位", "unit in charge")


def _reason(dictionary: Dictionary, subject: Subject, rule: Rule) -> Text:
    """The sentence with what its places are called."""
    speaker = Speaker(dictionary, subject, {}, is_plain=True)

    def say(template: str, lang: Language) -> str:
        told = []
        for piece in pieces_of(template):
            label = speaker.column(tuple(piece.text.split("."))) if piece.is_place else Text(piece.text)
            told.append(f"【{label.in_language(lang)}】" if piece.is_place else piece.text)
        return "".join(told)

    reason = rule.shape.reason
    return Text(say(reason.zh, "zh"), say(reason.en, "en"))
