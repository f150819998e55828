"""outlier: a group's rate far from that of its peers."""

from __future__ import annotations

from typing import Any
from typing import Literal as OneOf

from jointsup_rules.compile import tree
from jointsup_rules.compile.bind import Bound
from jointsup_rules.compile.context import Context, Found, RuleError, confidence_of, decide, missing_of
from jointsup_rules.compile.tree import (
    Aggregate,
    Column,
    Join,
    Scalar,
    Select,
    Source,
    Steps,
    Structure,
    call,
)
from jointsup_rules.model.shape import Expression, Shape
from jointsup_rules.problems import Text


class Fence(Shape):
    """How far is far: standard deviations from the mean, quartile ranges from the quartiles, times the median."""

    sd: Expression | None = None
    iqr: Expression | None = None
    times_median: Expression | None = None


class Outlier(Shape):
    """rate = part / whole (or `value`), compared with the groups that have equal `peers` columns."""

    fence: Fence
    min_whole: Expression
    min_peers: Expression
    part: Expression | None = None
    whole: Expression | None = None
    value: Expression | None = None
    peers: tuple[Expression, ...] = ()
    side: OneOf["high", "low", "both"] = "high"


def find(context: Context) -> Found:
    """One finding per group; a group is compared with the fence of all its peers, itself included.

    Deviations are those of the whole population (`stddev_pop`), quartiles interpolate linearly.
    """
    shape = context.shape(Outlier)
    columns, parts = _columns(context, shape)
    grouped = [(f"p{n}", context.bind(text, "peers", n)) for n, text in enumerate(shape.peers)]
    # Of a group that lacks one of these it is not known which groups are its peers.
    unknown = tree.any_of([tree.is_true(bound.is_unknown()) for _, bound in grouped])
    columns["unknown"] = tree.any_of([columns["unknown"], unknown])
    columns["eligible"] = tree.all_of([columns["eligible"], tree.negate(unknown)])
    columns["missing"] = missing_of(*parts, *(bound for _, bound in grouped))
    rows = Select(
        (
            *context.key_columns(),
            *columns.items(),
            *((name, bound.value) for name, bound in grouped),
        ),
        context.source(),
        where=context.in_scope(),
    )
    fenced = _fences(context, shape, [name for name, _ in grouped])
    select = _judge(context, shape, rows, fenced, [name for name, _ in grouped])
    return Found(select, (), None, "rate")


def _columns(context: Context, shape: Outlier) -> tuple[dict[str, Scalar], list[Bound]]:
    if (shape.value is None) == (shape.part is None) or (shape.part is not None and shape.whole is None):
        what = Text(
            zh="outlier 应写 part 和 whole，或只写 value", en="an outlier has part and whole, or value"
        )
        why = Text(zh="比率要有分子和分母", en="a rate has a part and a whole")
        context.problem((), what, why, Text(zh="补上缺少的一项", en="add the missing one"), "JR302")
        raise RuleError
    numbers = ("integer", "decimal")
    least_whole = context.bind(shape.min_whole, "min_whole", wanted=numbers)
    least_peers = context.bind(shape.min_peers, "min_peers", wanted=("integer",))
    whole = context.bind(shape.whole, "whole", wanted=numbers) if shape.whole else None
    top = context.bind(shape.value or shape.part or "", "value" if shape.value else "part", wanted=numbers)
    parts = [top, *([whole] if whole is not None else [])]
    rate: Scalar = call("as_real", top.value)
    if shape.part is not None and whole is not None:
        rate = tree.Case(
            (
                (
                    call("<>", whole.value, tree.number(0)),
                    call("divided", call("as_real", top.value), call("as_real", whole.value)),
                ),
            )
        )
    enough = call(">=", whole.value, least_whole.value) if whole is not None else tree.TRUE
    filled = tree.negate(tree.is_null(rate))
    columns = {
        "part": call("as_real", top.value),
        "whole": call("as_real", whole.value) if whole is not None else tree.nothing("real"),
        "rate": rate,
        "eligible": tree.is_true(tree.all_of([filled, enough])),
        "unknown": tree.is_true(tree.any_of([bound.is_unknown() for bound in parts])),
        "missing": tree.no_texts(),
        "confidence": confidence_of(*parts),
        "least": call("as_integer", least_peers.value),
    }
    return columns, parts


def _fences(context: Context, shape: Outlier, peers: list[str]) -> Select:
    """Per set of peers: how many, and the fences their rates set."""
    fence = shape.fence
    rate = Column("e", "rate")
    given = [name for name in ("sd", "iqr", "times_median") if getattr(fence, name) is not None]
    if len(given) != 1:
        what = Text(
            zh="fence 应写 sd、iqr 或 times_median 之一", en="a fence is one of sd, iqr, times_median"
        )
        why = Text(zh="各种界限不同", en="each sets another fence")
        context.problem(("fence",), what, why, Text(zh="写 {sd: 2}", en="write {sd: 2}"), "JR302")
        raise RuleError
    width = str(getattr(fence, given[0]))
    k = call("as_real", context.bind_shared(width, "fence", given[0], wanted=("integer", "decimal")).value)
    middle: Scalar
    low: Scalar
    high: Scalar
    if given[0] == "sd":
        middle = Aggregate("avg", (rate,))
        spread = call("*", k, Aggregate("stddev_pop", (rate,)))
        low, high = call("-", middle, spread), call("+", middle, spread)
    elif given[0] == "iqr":
        middle = Aggregate("median", (rate,))
        first = Aggregate("quantile_cont", (rate, tree.Literal(_decimal("0.25"), "decimal")))
        third = Aggregate("quantile_cont", (rate, tree.Literal(_decimal("0.75"), "decimal")))
        spread = call("*", k, call("-", third, first))
        low, high = call("-", first, spread), call("+", third, spread)
    else:
        middle = Aggregate("median", (rate,))
        high = call("*", k, middle)
        low = call("divided", middle, k)
    keys = tuple(Column("e", name) for name in peers)
    columns: tuple[tuple[str, Scalar], ...] = (
        *zip(peers, keys, strict=True),
        ("n", Aggregate("count")),
        ("middle", middle),
        ("low", low),
        ("high", high),
    )
    return Select(columns, Source("groups", "e"), where=Column("e", "eligible"), group=keys)


def _decimal(text: str) -> Any:
    from decimal import Decimal

    return Decimal(text)


def _judge(context: Context, shape: Outlier, rows: Select, fenced: Select, peers: list[str]) -> Steps:
    names = [name for name, _ in context.key_columns()]
    rate, low, high = Column("g", "rate"), Column("f", "low"), Column("f", "high")
    # Equal rates can leave the computed mean a hair's breadth beside them; that is no distance.
    slack = call(
        "*",
        tree.Literal(_decimal("0.000000001"), "decimal"),
        call("greatest", tree.number(1), call("abs", rate)),
    )
    slack = call("as_real", slack)
    above, below = call(">", call("-", rate, slack), high), call("<", call("+", rate, slack), low)
    beyond = {"high": above, "low": below, "both": tree.any_of([above, below])}[shape.side]
    too_few = tree.any_of([tree.is_null(Column("f", "n")), call("<", Column("f", "n"), Column("g", "least"))])
    decided = decide(
        (Column("g", "unknown"), "cannot_tell", "unknown"),
        (tree.negate(Column("g", "eligible")), "cannot_tell", "small_whole"),
        (too_few, "cannot_tell", "few_peers"),
        (beyond, "hit", "beyond"),
        (tree.TRUE, "clear", "within"),
    )
    why = tree.case(
        (Column("g", "unknown"), tree.nothing("text")),
        (tree.negate(Column("g", "eligible")), tree.text("small_whole")),
        (too_few, tree.text("few_peers")),
    )
    figures = [("part", Column("g", "part")), ("whole", Column("g", "whole")), ("rate", rate)]
    figures += [("peers", Column("f", "n")), ("middle", Column("f", "middle")), ("low", low), ("high", high)]
    shown = Structure(
        tuple((name, call("number_text", call("as_rounded", value))) for name, value in figures)
    )
    finding = context.finding(
        **decided,
        measure=call("as_rounded", rate),
        confidence=Column("g", "confidence"),
        missing=Column("g", "missing"),
        why=why,
        detail=call("as_text", call("to_json", shown)),
        seen_until=context.seen_until(alias=""),
    )
    on = tree.all_of(
        [tree.negate(call("is distinct from", Column("g", name), Column("f", name))) for name in peers]
    )
    joins = (Join("left", Source("fences", "f"), on),)
    last = Select((*((name, Column("g", name)) for name in names), *finding), Source("groups", "g"), joins)
    return Steps((("groups", rows), ("fences", fenced)), last)
