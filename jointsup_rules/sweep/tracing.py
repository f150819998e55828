"""The trace of one subject: of a dataset, or of the rows of an example; of a query in a process of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jointsup_rules.compile.duckdb import quote
from jointsup_rules.compile.engine import make_plan
from jointsup_rules.compile.parameters import as_literals
from jointsup_rules.compile.rule import RuleCompiler
from jointsup_rules.compile.seen import Absent, Facts
from jointsup_rules.load.typing import insert_rows, table_columns_sql
from jointsup_rules.model.rule import Rule
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.problems import ProblemsError, Text
from jointsup_rules.sweep.apart import trace_apart
from jointsup_rules.sweep.binding import has_query
from jointsup_rules.sweep.database import build
from jointsup_rules.sweep.describe import speaker_of
from jointsup_rules.sweep.facts import read_facts
from jointsup_rules.sweep.questions import (
    Questions,
)
from jointsup_rules.sweep.saying import Speaker
from jointsup_rules.sweep.trace import (
    Trace,
)
from jointsup_rules.sweep.tracer import LIMIT_S, MEMORY, Tracer

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def trace_subject(rulebook: Rulebook, rule: Rule, dataset: Path, as_of: date, key: str) -> Trace:
    """Return one rule on one subject, step by step, over a dataset as of a day; a query in a process of its own.

    Args:
        rulebook: The workspace's declarations.
        rule: The rule.
        dataset: Folder of the dataset.
        as_of: The day to look from.
        key: Key of the subject as text, as in `subject_key`.

    Raises:
        ProblemsError: the rule does not compile or cannot be run, or the dataset cannot be used.
    """
    if has_query(rule):
        return trace_apart(rulebook, rule, dataset, as_of, key, LIMIT_S, MEMORY)
    return trace_here(rulebook, rule, dataset, as_of, key)


def trace_here(rulebook: Rulebook, rule: Rule, dataset: Path, as_of: date, key: str) -> Trace:
    """Return the same as `trace_subject`, whatever the kind of the rule, in this process."""
    assert rulebook.dictionary is not None, "a trace needs a dictionary"
    facts = read_facts(dataset, rulebook.dictionary, as_of)
    tracer = open_tracer(rulebook, rule, facts, {}, dataset, key)
    try:
        asked = tracer.ask()
    except Absent as absent:
        return tracer.told("not_evaluated", why=tracer.prepared.why or absent.why)
    return tracer.run(asked)


def trace_rows(
    rulebook: Rulebook,
    rule: Rule,
    facts: Facts,
    params: Mapping[str, Any],
    rows: Mapping[str, Sequence[tuple[object, ...]]],
    connection: DuckDBPyConnection,
    key: str,
) -> Trace:
    """Return one rule on one subject over the rows of an example.

    Args:
        facts: What is known of the rows.
        params: Values in place of the rule's parameters.
        rows: Per table, as they are stored.
        connection: Where tables are made and left; the caller takes them back.

    Raises:
        ProblemsError: the rule does not compile.
        duckdb.Error: it fails over these rows.
    """
    assert rulebook.dictionary is not None, "a trace needs a dictionary"
    tracer = open_tracer(rulebook, rule, facts, params, Path("example"), key)
    try:
        asked = tracer.ask()
    except Absent as absent:
        return tracer.told("not_evaluated", why=tracer.prepared.why or absent.why)
    for name in tracer.plan.raw_tables():
        columns = table_columns_sql(rulebook.dictionary.tables[name])
        connection.execute(f"CREATE TABLE {quote('raw_' + name)} ({columns})")
        insert_rows(connection, f"raw_{name}", rows.get(name, ()))
    build(connection, tracer.plan)
    return tracer.answer(asked, connection)


def open_tracer(
    rulebook: Rulebook, rule: Rule, facts: Facts, params: Mapping[str, Any], dataset: Path, key: str
) -> Tracer:
    """Return a tracer for a subject; over the rows of an example `dataset` is only what it is called.

    Raises:
        ProblemsError: the rule does not compile.
    """
    assert rulebook.dictionary is not None, "a trace needs a dictionary"
    plan = make_plan(
        rulebook.dictionary,
        facts,
        [rule],
        rulebook.parameters,
        rulebook.laws,
        rulebook.clocks,
        as_literals(dict(params)),
    )
    (prepared,) = plan.rules
    if prepared.status == "failed":
        raise ProblemsError(prepared.problems)
    compiler = RuleCompiler(
        plan.planner, rulebook.parameters, rulebook.laws, plan.clocks, as_literals(dict(params))
    )
    # What is asked besides is not the rule's; it must not make it look too large.
    plan.planner.reader.begin()
    given = {name: Text(f"{value}（${name}）", f"{value} (${name})") for name, value in params.items()}
    parameters = {**speaker_of(rulebook, rule, facts.as_of).parameters, **given}
    # The plan's dictionary has the relations of clocks as well.
    speaker = Speaker(plan.dictionary, plan.dictionary.subjects[rule.shape.subject], parameters)
    questions = Questions(compiler, rule, prepared.compiled, key, speaker)
    return Tracer(rulebook, rule, dataset, key, questions, plan, prepared)
