"""The expression language: what is read, how tightly it binds, what is refused and with which words."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jointsup_rules.model.expression import (
    KEYWORDS,
    MAX_DEPTH,
    MAX_HEIGHT,
    MAX_LENGTH,
    MAX_NODES,
    Choice,
    Constant,
    ExpressionError,
    Name,
    Node,
    Operation,
    Parameter,
    Span,
    children_of,
    read_expression,
)
from jointsup_rules.problems import Place, Problem, render_problem
from tests.conftest import Golden

HERE = Path(__file__).parent


def told(node: Node) -> str:
    """A tree with a bracket around everything, so that one look shows what binds to what."""
    match node:
        case Name(parts):
            return ".".join(parts)
        case Parameter(name):
            return f"${name}"
        case Constant(value, "text"):
            return "'" + str(value).replace("'", "''") + "'"
        case Constant(value, "boolean" | "null"):
            return {True: "true", False: "false", None: "null"}[value]  # type: ignore[index]
        case Constant(value):
            return str(value)
        case Choice(branches, otherwise):
            whens = " ".join(f"when {told(test)} then {told(then)}" for test, then in branches)
            tail = "" if otherwise is None else f" else {told(otherwise)}"
            return f"(case {whens}{tail} end)"
        case Operation(op, arguments):
            return told_operation(op, [told(argument) for argument in arguments])
    raise AssertionError(node)


def told_operation(op: str, parts: list[str]) -> str:
    match op:
        case "not":
            return f"(not {parts[0]})"
        case "negative":
            return f"(- {parts[0]})"
        case "is null" | "is true" | "is false":
            return f"({parts[0]} {op})"
        case "in":
            return f"({parts[0]} in ({', '.join(parts[1:])}))"
        case "between":
            return f"({parts[0]} between {parts[1]} and {parts[2]})"
        case "and" | "or":
            return "(" + f" {op} ".join(parts) + ")"
        case _ if op.isidentifier() and op != "like":
            return f"{op}({', '.join(parts)})"
    return f"({parts[0]} {op} {parts[1]})"


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a or b and not c = d + e * 2", "(a or (b and (not (c = (d + (e * 2))))))"),
        ("a - b - c", "((a - b) - c)"),
        ("a - (b - c)", "(a - (b - c))"),
        ("a * b % 7", "((a * b) % 7)"),
        ("- a * b", "((- a) * b)"),
        ("a - -1", "(a - (- 1))"),
        ("not not a", "a"),
        ("not not not a", "(not a)"),
        ("not a is null", "(not (a is null))"),
        ("a is not null", "(not (a is null))"),
        ("a is not true and b is false", "((not (a is true)) and (b is false))"),
        ("a is not distinct from b + 1", "(not (a is distinct from (b + 1)))"),
        ("a between b and c and d", "((a between b and c) and d)"),
        ("a not between 1 and 2 or b", "((not (a between 1 and 2)) or b)"),
        ("a not in (1, b + 1)", "(not (a in (1, (b + 1))))"),
        ("a not like '%号'", "(not (a like '%号'))"),
        ("a and b and c or d or e", "((a and b and c) or d or e)"),
        (
            "case a when 1 then 'x' when b then 'y' end",
            "(case when (a = 1) then 'x' when (a = b) then 'y' end)",
        ),
        ("CASE WHEN a THEN 1 ELSE 2 END", "(case when a then 1 else 2 end)"),
        ("case.file_date > subject.end", "(case.file_date > subject.end)"),
        ("受理日 <= 结案日 AND 状态 = '在办'", "((受理日 <= 结案日) and (状态 = '在办'))"),
        ("Coalesce ( a,b )", "coalesce(a, b)"),
        ("months_after(d, $months, 'civil')", "months_after(d, $months, 'civil')"),
        ("x = 'it''s'", "(x = 'it''s')"),
        ("x = ''", "(x = '')"),
        ("TRUE and Null is null", "(true and (null is null))"),
        ("a\n\t =　1", "(a = 1)"),
        ("0012.50", "0012.50"),
        ("case_no", "case_no"),
        ("案号", "案号"),
        ("面积m² > 1", "(面积m² > 1)"),
        ("_2024年 is null", "(_2024年 is null)"),
    ],
)
def test_signs_and_words_bind_as_in_sql(text: str, tree: str) -> None:
    assert told(read_expression(text)) == tree


def test_numbers_keep_every_digit_and_text_every_character() -> None:
    assert read_expression("123456789012345678") == Constant(123456789012345678, "integer", Span(0, 18))
    assert read_expression("0.10") == Constant("0.10", "decimal", Span(0, 4))
    assert read_expression("'（2023）粤''01'") == Constant("（2023）粤'01", "text", Span(0, 13))


def test_every_node_knows_the_characters_it_was_read_from() -> None:
    text = "受理日 > '2024-01-01' and not 结案(日, 1)"
    tree = read_expression(text)
    spans = [text[node.span.start : node.span.until] for node in _all(tree)]
    assert spans == [
        text, "受理日 > '2024-01-01'", "受理日", "'2024-01-01'", "not 结案(日, 1)", "结案(日, 1)", "日", "1",
    ]  # fmt: skip


def _all(node: Node) -> list[Node]:
    return [node, *(below for child in children_of(node) for below in _all(child))]


def refused() -> list[str]:
    lines = (HERE / "refused_expressions.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_what_is_refused_is_said_with_its_place_and_what_to_write_instead(golden: Golden) -> None:
    pieces = []
    for text in refused():
        with pytest.raises(ExpressionError) as caught:
            read_expression(text)
        error = caught.value
        assert 0 <= error.span.start <= error.span.until <= len(text)
        place = Place("x", 1, error.span.start + 1)
        problem = Problem("JR210", place, error.what, fix=error.fix, excerpt=text)
        pieces += [render_problem(problem, "zh"), render_problem(problem, "en"), ""]
    golden(HERE / "refused_expressions.said.txt", "\n".join(pieces))


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000 + "a" + ")" * 5000,
        "not(" * 3000 + "a" + ")" * 3000,
        "- " * 5000 + "a",
        "f(" * 5000 + "a" + ")" * 5000,
        "case when a then " * 900 + "1" + " end" * 900,
        "a+" * 9000 + "a",
        "a*" * 9000 + "a",
        "a" * (MAX_LENGTH + 1),
        "'" + "案" * MAX_LENGTH + "'",
        "a or " * 5000 + "a",
        "case f(" + "a, " * 30 + "a) " + "when 1 then 2 " * 1300 + "end",
        "case " * 20 + "a" + " when 1 then 2 when 3 then 4 when 5 then 6 end" * 20,
    ],
)
def test_what_is_too_deep_too_high_or_too_large_is_refused_at_once(text: str) -> None:
    begun = time.perf_counter()
    with pytest.raises(ExpressionError) as caught:
        read_expression(text)
    assert time.perf_counter() - begun < 2
    assert caught.value.fix.en == "split it into derived columns"


@pytest.mark.parametrize(
    "text",
    [
        " and ".join(["状态 = '在办'"] * 1000),
        " or ".join(["a"] * 3000),
        "a in (" + ", ".join(["'甲'"] * 3000) + ")",
        "+".join(["a"] * (MAX_HEIGHT - 1)),
        "(" * (MAX_DEPTH - 1) + "a" + ")" * (MAX_DEPTH - 1),
        "case " + "when a = 1 then 2 " * 1000 + "end",
    ],
)
def test_what_is_long_but_flat_is_read(text: str) -> None:
    assert len(_all(read_expression(text))) <= MAX_NODES


WORDS = [*sorted(KEYWORDS), "a", "案号", "a.b", "$p", "1", "2.5", "'x'", "''", "(", ")", ",", "+", "-", "*", "%", "=",
         "<>", "<", ">=", ".", "/", "'", '"', "；", "（", "f(", "select", "interval", "\n", "\u3000", "😀", "\0", "\u202e"]  # fmt: skip


@given(
    st.text()
    | st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)
    | st.lists(st.sampled_from(WORDS)).map("".join)
)
@settings(max_examples=600, deadline=None)
def test_no_text_raises_anything_but_an_expression_error(text: str) -> None:
    error = refusal_of(text)
    if error is not None:
        assert 0 <= error.span.start <= error.span.until <= max(1, len(text))
        assert all((error.what.zh, error.what.en, error.why.en, error.fix.zh, error.fix.en))


def refusal_of(text: str) -> ExpressionError | None:
    try:
        read_expression(text)
    except ExpressionError as error:
        return error
    return None


def _operations(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    def made(op: str, least: int, most: int) -> st.SearchStrategy[Node]:
        return st.lists(inner, min_size=least, max_size=most).map(
            lambda parts: Operation(op, tuple(parts), SPAN)
        )

    two = [
        made(op, 2, 2)
        for op in ("=", "<>", "<", "<=", ">", ">=", "+", "-", "*", "%", "is distinct from", "like")
    ]
    one = [made(op, 1, 1) for op in ("not", "negative", "is null", "is true", "is false")]
    calls = [made(name, 0, 3) for name in ("coalesce", "add_days", "案号函数")]
    choices = st.builds(
        lambda branches, otherwise: Choice(tuple(branches), otherwise, SPAN),
        st.lists(st.tuples(inner, inner), min_size=1, max_size=3), st.none() | inner,
    )  # fmt: skip
    return st.one_of(
        *two,
        *one,
        *calls,
        made("in", 2, 4),
        made("between", 3, 3),
        made("and", 2, 4),
        made("or", 2, 4),
        choices,
    )


SPAN = Span(0, 0)
LEAVES: st.SearchStrategy[Node] = st.one_of(
    st.sampled_from(["a", "受理日", "case_no", "_x1"]).map(lambda name: Name((name,), SPAN)),
    st.sampled_from([("subject", "end"), ("case", "file_date"), ("单位", "名称")]).map(
        lambda parts: Name(parts, SPAN)
    ),
    st.sampled_from(["months", "期限"]).map(lambda name: Parameter(name, SPAN)),
    st.integers(0, 10**18 - 1).map(lambda value: Constant(value, "integer", SPAN)),
    st.decimals(0, 10**6, places=3).map(lambda value: Constant(str(value), "decimal", SPAN)),
    st.text("ab'号%_；\n ", max_size=5).map(lambda value: Constant(value, "text", SPAN)),
    st.sampled_from([True, False]).map(lambda value: Constant(value, "boolean", SPAN)),
    st.just(Constant(None, "null", SPAN)),
)
TREES = st.recursive(LEAVES, _operations, max_leaves=20)


@given(TREES)
@settings(max_examples=300, deadline=None)
def test_a_tree_that_is_written_out_is_read_back(tree: Node) -> None:
    assert told(read_expression(told(tree))) == told(_settled(tree))


def _settled(node: Node) -> Node:
    """What reading does to a tree on its way: two negations are none, `(a and b) and c` stays as it is."""
    if isinstance(node, Choice):
        branches = tuple((_settled(test), _settled(then)) for test, then in node.branches)
        return Choice(branches, None if node.otherwise is None else _settled(node.otherwise), SPAN)
    if isinstance(node, Operation):
        return Operation(node.op, tuple(map(_settled, node.arguments)), SPAN)
    return node


@pytest.mark.parametrize("text", ["＝ “" * 6000, "’" * 19_000, "a ＝ " * 4000 + "'", "a = '" + "“" * 9000])
def test_many_signs_of_another_keyboard_are_refused_at_once(text: str) -> None:
    begun = time.perf_counter()
    with pytest.raises(ExpressionError):
        read_expression(text)
    assert time.perf_counter() - begun < 1
