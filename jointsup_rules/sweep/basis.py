"""What a rule's results rest on besides the data, so that two sweeps can say whether the rule is the same.

In: a rulebook, a rule and a day. Out: a hash of all that the rule does (its own file, the dictionary's columns it
reads, the parameters' values, but neither its sentences nor the day), and which parts of that are what.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import date

from jointsup_rules.compile.duckdb import print_relation, print_value
from jointsup_rules.compile.engine import Plan, make_plan
from jointsup_rules.compile.parameters import use_of
from jointsup_rules.compile.tree import Select
from jointsup_rules.model.rule import Rule
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.sweep.check import full_facts
from jointsup_rules.sweep.describe import value_on

_AS_OF = "{as of}"
# Every finding says how far its table was seen; that alone makes no rule depend on the day.
_SEEN = f'{_AS_OF} AS "seen_until"'
_SENTENCES = ("reason_zh", "reason_en")
_CALENDAR = re.compile(r"\bjs_(roll|is_working_day|working_days_between|add_working_days)\b|calendar_list")


@dataclass(frozen=True)
class Basis:
    """What a rule rests on.

    Attributes:
        logic: Hash of what the rule does; empty where it does not compile.
        parameters: The parameters it uses, each with its value on the day.
        has_calendar: Whether the calendar of working days matters to it.
        by_day: Derived columns of its subject that may differ from day to day over the same rows.
        is_by_day: Whether it may say otherwise from day to day over the same rows.
        tables: The tables it reads.
    """

    logic: str
    parameters: dict[str, str]
    has_calendar: bool
    by_day: list[str]
    is_by_day: bool
    tables: list[str]


def gather_basis(rulebook: Rulebook, rule: Rule, day: date) -> Basis:
    """Return what a rule rests on as of a day, the same whatever was delivered."""
    assert rulebook.dictionary is not None, "rules are read with a sound dictionary"
    facts = full_facts(rulebook.dictionary, day)
    plan = make_plan(rulebook.dictionary, facts, [rule], rulebook.parameters, rulebook.laws, rulebook.clocks)
    text = _text(plan, day)
    uses = [use for use in map(use_of, rule.shape.params.values()) if use is not None]
    shapes = rulebook.parameters.shapes
    parameters = {use.name: value_on(shapes[use.name], day).zh for use in uses if use.name in shapes}
    logic = hashlib.sha256(text.encode()).hexdigest()[:16] if text else ""
    subject = rulebook.dictionary.subjects.get(rule.shape.subject)
    derived = subject.derived.items() if subject is not None else ()
    by_day = [name for name, one in derived if one.verb in ("value", "days")]
    has_calendar, is_by_day = bool(_CALENDAR.search(text)), _AS_OF in text.replace(_SEEN, "")
    return Basis(logic, dict(sorted(parameters.items())), has_calendar, by_day, is_by_day, plan.raw_tables())


def _text(plan: Plan, day: date) -> str:
    """All that is run for the rule as one text in which the day of the sweep has no date."""
    (prepared,) = plan.rules
    if prepared.statements is None or prepared.compiled is None:
        return ""
    judged = prepared.compiled.judged
    assert isinstance(judged, Select)
    kept = tuple(column for column in judged.columns if column[0] not in _SENTENCES)
    statements = [f"{name}: {sql}" for name, sql in (*plan.seen_views(), *plan.tables, *plan.views)]
    statements += [prepared.statements.in_scope, print_relation(replace(judged, columns=kept))]
    return "\n".join(statements).replace(print_value(day), _AS_OF)
