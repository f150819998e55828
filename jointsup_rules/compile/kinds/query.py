"""query: one SELECT over dictionary tables and subjects, for what no kind can say."""

from __future__ import annotations

import re
from typing import NoReturn

from jointsup_rules.compile import tree
from jointsup_rules.compile.context import FINDING, Context, Found, RuleError, decide
from jointsup_rules.compile.duckdb import print_scalar
from jointsup_rules.compile.gate import Passed, Refusal, pass_gate
from jointsup_rules.compile.seen import Absent
from jointsup_rules.compile.tree import (
    Column,
    Join,
    Literal,
    Relation,
    Scalar,
    Select,
    Source,
    Structure,
    call,
)
from jointsup_rules.model.shape import Expression, Shape, Words
from jointsup_rules.problems import Text

GIVEN = ("started_on", "due_on", "ended_on", "over_days", "measure", "confidence", "part")
_PIECES = re.compile(
    r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/|\$(?P<name>[^\W\d]\w*)", re.DOTALL
)


class Query(Shape):
    """The statement, and why no other kind serves."""

    query: Expression
    because: Words


def find(context: Context) -> Found:
    """One finding per row of the result; a row is a hit, or open where its `unsure` is true."""
    detect = context.rule.document.data["detect"]
    whole = context.loc[:-1]
    holder = detect
    for step in whole[1:]:
        holder = holder[step]
    if "because" not in holder:
        what = Text(zh="query 没有写 because", en="a query does not say because")
        why = Text(
            zh="只有其他种类说不了的才用 query，须写明原因",
            en="a query is for what no kind can say, and says so",
        )
        context.problem(
            (), what, why, Text(zh="在 query 旁加 because:", en="add because: beside query"), "JR307"
        )
        raise RuleError
    sql = str(holder["query"])
    dictionary = context.planner.dictionary
    known = [*dictionary.tables, *dictionary.subjects]
    try:
        pass_gate(sql, known)
        # Judged again as it will run; places are those of the text as written.
        passed = pass_gate(_with_parameters(context, sql), known)
    except Refusal as refusal:
        context.planner.reader.add(
            "JR320", context.written(sql), refusal.span, refusal.what, refusal.why, refusal.fix
        )
        raise RuleError from None
    if passed.parameters:
        _refuse_parameter(context, min(passed.parameters))
    _check_columns(context, passed)
    tables = _use_tables(context, passed)
    return Found(_findings(context, _with_parameters(context, sql), passed), (), None, "", frozenset(tables))


def _with_parameters(context: Context, sql: str) -> str:
    """The statement with `$names` replaced by their values; text, names in quotes and comments are left alone."""
    known = context.known_parameters()
    facts = context.planner.facts
    days = {"as_of": facts.as_of, "cut_off": facts.cut_off, "seen_until": min(facts.as_of, facts.cut_off)}

    def replace(match: re.Match[str]) -> str:
        name = match.group("name")
        if name is None:
            return match.group()
        if name in days:
            return print_scalar(Literal(days[name], "date"))
        if name in known:
            return print_scalar(known[name].value)
        return _refuse_parameter(context, name)

    return _PIECES.sub(replace, sql)


def _refuse_parameter(context: Context, name: str) -> NoReturn:
    what = Text(zh=f"规则没有参数“${name}”", en=f"no parameter '${name}' in this rule")
    why = Text(zh="参数须在规则的 params 中列出", en="a parameter is named in the rule's params")
    context.problem((), what, why, Text(zh="在 params 中加上它", en="add it to params"), "JR213")
    raise RuleError


def _check_columns(context: Context, passed: Passed) -> None:
    lacking = [name for name in context.subject.key if name not in passed.columns]
    allowed = {*context.subject.key, *GIVEN, "unsure"}
    extra = [name for name in passed.columns if name not in allowed and not name.startswith("evidence_")]
    if lacking or extra:
        names = ", ".join(lacking or extra)
        what = (
            Text(
                zh=f"结果缺少对象的键列：{names}", en=f"the result lacks key columns of the subject: {names}"
            )
            if lacking
            else Text(zh=f"结果有不认识的列：{names}", en=f"the result has unknown columns: {names}")
        )
        why = Text(
            zh="结果须有对象的键列，另可有发现列、unsure 和 evidence_*",
            en="a result has the subject's key, and may have finding columns, unsure and evidence_*",
        )
        context.problem((), what, why, Text(zh="改正 select 的列", en="mend the selected columns"), "JR321")
        raise RuleError


def _use_tables(context: Context, passed: Passed) -> set[str]:
    """Make the tables and subjects a statement names available to it; absent ones stop the rule."""
    planner = context.planner
    tables: set[str] = set()
    for name in sorted(passed.tables):
        subject = planner.dictionary.subjects.get(name)
        table = planner.dictionary.tables.get(name)
        if table is not None:
            planner.published_tables.add(name)
            tables.add(name)
            own = {one for one in passed.names if subject is not None and one in subject.derived}
            if subject is not None and subject.rows_of == name and own:
                planner.publish(subject, own)
        elif subject is not None:
            derived = {one for one in passed.names if one in subject.derived}
            planner.publish(subject, derived)
            tables.update(planner.tables_of(subject))
    for name in sorted(tables):
        if name not in planner.facts.tables:
            raise Absent(name)
    for column in sorted(passed.names):
        homes = [t for t in sorted(tables) if column in planner.dictionary.tables[t].columns]
        if homes and not any(column in planner.facts.tables[t].columns for t in homes):
            raise Absent(homes[0], column)
    context.also_read.update(tables)
    return tables


def _findings(context: Context, sql: str, passed: Passed) -> Relation:
    names = set(passed.columns)
    on = tree.all_of([call("=", Column("s", key), Column("q", key)) for key in context.subject.key])
    absent = tree.is_null(Column("s", context.subject.key[0]))
    unsure = Column("q", "unsure") if "unsure" in names else tree.FALSE
    decided = decide((unsure, "cannot_tell", "unsure"), (tree.TRUE, "hit", "row"))
    kinds = dict(FINDING)
    values: dict[str, Scalar] = {}
    for name in GIVEN:
        if name in names:
            value: Scalar = Column("q", name)
            values[name] = (
                call("date_of", value)
                if kinds[name] == "date"
                else call("as_integer", value)
                if kinds[name] == "integer"
                else value
            )
    shown = [name for name in passed.columns if name.startswith("evidence_")]
    detail: Scalar = tree.nothing("text")
    if shown:
        fields = tuple((name.removeprefix("evidence_"), call("as_text", Column("q", name))) for name in shown)
        detail = call("as_text", call("to_json", Structure(fields)))
    # A row about a subject out of scope means that the statement and the scope contradict each other.
    key_text = call(
        "concat_ws", tree.text("|"), *(call("as_text", Column("q", key)) for key in context.subject.key)
    )
    out_of_scope = call("error", call("concat", tree.text("key outside scope: "), key_text))
    is_open = tree.is_true(tree.any_of([one.is_unknown() for one in context.scope_of]))
    outside = tree.all_of([tree.negate(context.in_scope()), tree.negate(is_open)])
    columns = dict(
        context.finding(
            outcome=tree.case(
                (tree.any_of([absent, outside]), out_of_scope),
                (is_open, tree.text("cannot_tell")),
                otherwise=decided["outcome"],
            ),
            decided_by=decided["decided_by"],
            missing=tree.case(
                (tree.is_true(unsure), call("list_value", tree.text("unsure"))),
                otherwise=tree.nothing("texts"),
            ),
            detail=detail,
            seen_until=context.seen_until(alias=""),
            **{"confidence": tree.number(1), **values},
        )
    )
    keys = [(f"k{n}", Column("q", key)) for n, key in enumerate(context.subject.key)]
    joins = (Join("left", context.source(), on),)
    return Select((*keys, *columns.items()), Source(tree.Text(sql), "q"), joins)
