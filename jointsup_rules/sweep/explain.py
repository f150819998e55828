"""A rule explained: in words, as SQL, and step by step for one subject, hit or not.

In: a rulebook, a rule, a day, and for SQL and trace a dataset. Out: an Explanation. The trace runs the compiled rule
itself, narrowed to one subject: what it says is what a sweep of that day would say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jointsup_rules.compile.engine import Plan, make_plan
from jointsup_rules.model.rule import Rule
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.problems import ProblemsError
from jointsup_rules.sweep.check import full_facts
from jointsup_rules.sweep.describe import Description, describe_rule
from jointsup_rules.sweep.facts import read_facts
from jointsup_rules.sweep.trace import Trace
from jointsup_rules.sweep.tracing import trace_subject


@dataclass(frozen=True)
class Statement:
    """One statement that is run for a rule: what it makes, and the SQL."""

    name: str
    sql: str


@dataclass(frozen=True)
class Explanation:
    """A rule in words; the statements it becomes and the trace of one subject where they were asked for."""

    description: Description
    statements: tuple[Statement, ...] = ()
    trace: Trace | None = None


@dataclass(frozen=True)
class Asking:
    """What to explain besides the words.

    Attributes:
        dataset: Folder of the dataset, or None for the SQL over all that the dictionary declares.
        subject: Key of the subject to trace, or None for no trace.
        sql: Whether the statements are wanted.
    """

    dataset: Path | None = None
    subject: str | None = None
    sql: bool = False


def explain_rule(rulebook: Rulebook, rule: Rule, day: date, asking: Asking) -> Explanation:
    """Return a rule explained as of a day.

    Raises:
        ProblemsError: the rule does not compile, or the dataset cannot be used.
    """
    description = describe_rule(rulebook, rule, day)
    statements = read_statements(rulebook, rule, day, asking.dataset) if asking.sql else ()
    trace = None
    if asking.subject is not None:
        assert asking.dataset is not None, "a trace needs a dataset"
        trace = trace_subject(rulebook, rule, asking.dataset, day, asking.subject)
    return Explanation(description, statements, trace)


def read_statements(rulebook: Rulebook, rule: Rule, day: date, dataset: Path | None) -> tuple[Statement, ...]:
    """Return the SQL of a rule as a sweep runs it, in order; without a dataset as if everything was delivered.

    Raises:
        ProblemsError: the rule does not compile, needs what was not delivered, or the dataset cannot be used.
    """
    assert rulebook.dictionary is not None, "the workspace reads rules only with a sound dictionary"
    facts = full_facts(rulebook.dictionary, day)
    if dataset is not None:
        facts = read_facts(dataset, rulebook.dictionary, day)
    plan = make_plan(rulebook.dictionary, facts, [rule], rulebook.parameters, rulebook.laws, rulebook.clocks)
    (prepared,) = plan.rules
    if prepared.status == "failed":
        raise ProblemsError(prepared.problems)
    return tuple(_statements(plan))


def _statements(plan: Plan) -> list[Statement]:
    (prepared,) = plan.rules
    if prepared.statements is None:
        return []
    s = prepared.statements
    seen = [Statement(f"view {name}", sql) for name, sql in plan.seen_views()]
    built = [Statement(f"table {name}", sql) for name, sql in plan.tables]
    views = [Statement(f"view {name}", sql) for name, sql in plan.views]
    own = [
        Statement("in_scope", s.in_scope),
        Statement("table judged", s.judged),
        Statement("counts", s.counts),
    ]
    own += [Statement("table hits", s.hits), Statement("table worst", s.worst)]
    return [*seen, *built, *views, *own, *(Statement(f"into {name}", sql) for name, sql in s.fills)]
