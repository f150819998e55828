"""Pairs of values that should agree: what a rule compares in, tests over both sides out.

Both sides are brought to one form first. A value that is there but has no such form, or could not be read, is not
empty: it leaves the pair open.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from pydantic import Field

from jointsup_rules.compile import tree
from jointsup_rules.compile.bind import DAYS, NUMBERS, TEXTS, Bound, Read, Scope, family_of
from jointsup_rules.compile.context import Context, RuleError
from jointsup_rules.compile.tree import Scalar, Structure, call
from jointsup_rules.model.functions import FUNCTIONS, NORMALISERS
from jointsup_rules.model.shape import Expression, Shape
from jointsup_rules.problems import Text, one_of


class Compare(Shape):
    """One pair of values that should agree; a difference of more than the tolerance is a contradiction."""

    left: Expression
    right: Expression | None = None
    tolerance: Any = None
    as_: str | None = Field(None, alias="as")


@dataclass(frozen=True)
class Pair:
    """One compared pair, normalised, with what may lie between."""

    name: str
    left: Bound
    right: Bound
    raw: tuple[Scalar, Scalar]
    tolerance: Bound | None

    @property
    def difference(self) -> Scalar:
        """Days or units between the two, empty where that has no meaning."""
        if self.left.type in DAYS:
            return call("abs", call("days_between", self.left.value, self.right.value))
        if self.left.type in NUMBERS:
            return call("abs", call("-", self.left.value, self.right.value))
        return tree.nothing("integer")

    @property
    def differs(self) -> Scalar:
        """Whether two filled values disagree."""
        if self.tolerance is not None:
            return tree.is_true(call(">", self.difference, self.tolerance.value))
        return tree.is_true(call("<>", self.left.value, self.right.value))

    @property
    def is_open(self) -> Scalar:
        """Whether something is there that could not be read, or it is unknown how much may lie between."""
        unknown: list[Scalar] = [self.left.is_lost(), self.right.is_lost()]
        if self.tolerance is not None and self.tolerance.is_unknown() != tree.FALSE:
            apart = call(">", self.difference, tree.number(0))
            unknown.append(tree.all_of([self.tolerance.is_unknown(), apart]))
        return tree.is_true(tree.any_of(unknown))

    @property
    def one_empty(self) -> Scalar:
        """Whether exactly one side is filled."""
        return call("<>", tree.is_null(self.left.value), tree.is_null(self.right.value))

    @property
    def both_unknown(self) -> Scalar:
        """Whether neither side is filled, and of one at least that means that we do not know."""
        empty = tree.all_of([tree.is_null(self.left.value), tree.is_null(self.right.value)])
        return tree.all_of([empty, tree.any_of([self.left.is_unknown(), self.right.is_unknown()])])

    @property
    def bounds(self) -> list[Bound]:
        """All that may leave the pair open."""
        return [self.left, self.right, *([self.tolerance] if self.tolerance is not None else [])]


def read_pair(context: Context, compare: Compare, number: int, left_scope: Scope, right_scope: Scope) -> Pair:
    """Return one entry of `compare` bound to both sides.

    Raises:
        RuleError: the sides differ in type, or the normaliser or tolerance does not fit them; recorded.
    """
    left = context.bind(compare.left, "compare", number, "left", scope=left_scope)
    right = context.bind(compare.right or compare.left, "compare", number, "right", scope=right_scope)
    context.names |= left.names
    raw = (left.value, right.value)
    if compare.as_ is not None:
        left, right = (_normalised(context, compare.as_, number, side) for side in (left, right))
    _check_types(context, number, left, right)
    tolerance = None
    if compare.tolerance is not None:
        tolerance = _tolerance(context, compare.tolerance, number, left)
    return Pair(compare.left, left, right, raw, tolerance)


def _tolerance(context: Context, written: Any, number: int, left: Bound) -> Bound:
    in_days = isinstance(written, dict)
    is_day = left.type in DAYS
    if is_day != in_days or not (is_day or left.type in (*NUMBERS, "null")):
        what = Text(
            zh=f"这里的 tolerance 不适用于 {left.type}", en=f"this tolerance does not fit {left.type}"
        )
        why = Text(
            zh="日期的容差写作 {days: 3}，数字的容差写作数字，文字没有容差",
            en="days take {days: 3}, numbers take a number, texts take none",
        )
        fix = Text(zh="改正 tolerance", en="mend the tolerance")
        context.problem(("compare", number, "tolerance"), what, why, fix, "JR302")
        raise RuleError
    steps = ("compare", number, "tolerance", *(("days",) if in_days else ()))
    text = written.get("days") if in_days else written
    return context.bind(str(text), *steps, wanted=NUMBERS)


def _normalised(context: Context, name: str, number: int, bound: Bound) -> Bound:
    if name not in NORMALISERS:
        what = Text(zh=f"没有规范化方法“{name}”", en=f"no normaliser '{name}'")
        fix = one_of(name, NORMALISERS)
        context.problem(
            ("compare", number, "as"),
            what,
            Text(zh="两边先化成同一形式再比较", en="both sides are brought to one form"),
            fix,
            "JR211",
        )
        raise RuleError
    wanted = FUNCTIONS[name].takes[0]
    if bound.type not in ("null", *(DAYS if wanted == "day" else TEXTS)):
        of_what = Text(zh="日期", en="days") if wanted == "day" else Text(zh="文字", en="texts")
        what = Text(
            zh=f"{name} 只用于{of_what.zh}，这里是 {bound.type}",
            en=f"{name} is for {of_what.en}, and this is {bound.type}",
        )
        why = Text(zh="两边先化成同一形式再比较", en="both sides are brought to one form")
        fix = Text(zh="去掉 as:，或换一列", en="leave as: out, or use another column")
        context.problem(("compare", number, "as"), what, why, fix, "JR212")
        raise RuleError
    kind = {"as_date": "date", "date_of": "date", "as_number": "decimal"}.get(name, "text")
    value = call(name, bound.value)
    unfit = tree.all_of([tree.is_null(value), tree.negate(tree.is_null(bound.value))])
    reads = tuple(Read(column, unfit, unfit) for column in sorted(bound.names))
    return replace(bound, value=value, type=kind, reads=(*bound.reads, *reads))


def _check_types(context: Context, number: int, left: Bound, right: Bound) -> None:
    kinds = {family_of(bound.type) for bound in (left, right)} - {"null"}
    if len(kinds) > 1:
        what = Text(
            zh=f"两边类型不同：{left.type}、{right.type}",
            en=f"the two sides differ in type: {left.type}, {right.type}",
        )
        why = Text(zh="类型不同的值不能比较", en="values of different types cannot be compared")
        context.problem(
            ("compare", number),
            what,
            why,
            Text(zh="用 as: 化成同一形式", en="bring both to one form with as:"),
            "JR212",
        )
        raise RuleError


def largest(pairs: list[Pair]) -> Scalar:
    """Return the largest difference of pairs that differ, or how many differ where it has no size."""
    sized = [tree.Case(((pair.differs, pair.difference),)) for pair in pairs]
    measured = [
        size for size, pair in zip(sized, pairs, strict=True) if pair.difference != tree.nothing("integer")
    ]
    count: Scalar = tree.number(0)
    for pair in pairs:
        count = call("+", count, tree.case((pair.differs, tree.number(1)), otherwise=tree.number(0)))
    return call("coalesce", call("greatest", *measured), count) if measured else count


def unit_of(pairs: list[Pair]) -> str:
    """Return the unit of the largest difference."""
    return "days" if any(pair.left.type in ("date", "timestamp") for pair in pairs) else ""


def both_sides(pairs: list[Pair], authority: str) -> Structure:
    """Return both values before and after normalising; masked columns stay out, their rows show them masked."""
    fields: list[tuple[str, Scalar]] = []
    named: Counter[str] = Counter()
    for pair in pairs:
        if pair.left.mask != "none" or pair.right.mask != "none":
            continue
        # One value may be compared with several; names of fields differ by more than the size of letters.
        named[pair.name.lower()] += 1
        nth = named[pair.name.lower()]
        name = pair.name if nth == 1 else f"{pair.name} {nth}"
        fields.append((f"{name} (left)", call("as_text", pair.raw[0])))
        fields.append((f"{name} (right)", call("as_text", pair.raw[1])))
        if pair.raw != (pair.left.value, pair.right.value):
            fields.append((f"{name} (left, normalised)", call("as_text", pair.left.value)))
            fields.append((f"{name} (right, normalised)", call("as_text", pair.right.value)))
    fields.append(("authority", tree.text(authority)))
    return Structure(tuple(fields))


def days_apart(pairs: list[Pair]) -> dict[str, Scalar]:
    """Return the smaller and the larger day of the first pair of days that differs, else of the first pair of days."""
    dated = [pair for pair in pairs if pair.left.type in DAYS]
    if not dated:
        return {}
    days = [(call("date_of", pair.left.value), call("date_of", pair.right.value)) for pair in dated]
    named = {}
    for name, choose in (("started_on", "least"), ("ended_on", "greatest")):
        chosen = [call(choose, left, right) for left, right in days]
        branches = [(pair.differs, one) for pair, one in zip(dated, chosen, strict=True)]
        named[name] = chosen[0] if len(dated) == 1 else tree.case(*branches, otherwise=chosen[0])
    return named
