"""Numbers typed where an office will want to turn them, and rates over too few."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from jointsup_rules.compile.reading import Reading
from jointsup_rules.compile.suspicions.logic import COMPARED, ORDERED, constant_of, key_of
from jointsup_rules.compile.suspicions.view import View, text_of, walk, warn_in
from jointsup_rules.load.yaml import Loc
from jointsup_rules.model.dictionary import Derived
from jointsup_rules.model.expression import Choice, Constant, Name, Node, Operation, Parameter
from jointsup_rules.problems import Problem, Text

LENGTHS = ("days", "months", "years", "working_days", "hours", "last_days")
COUNTS = ("at_least", "min_whole", "min_peers")
_UNITS = frozenset({"day", "month", "year", "working_day", "hour", "minute", "week"})
_ELAPSED = frozenset({"days_between", "working_days_between", "hours_between", "minutes_between"})
_STEPS = frozenset({"add_days", "add_working_days", "add_minutes", "months_after", "years_after"})
_PASSED_ON = frozenset({"coalesce", "least", "greatest", "+", "-"})
# Bands and levels are named after their numbers; a number that could be turned would make the name false.
_JUDGED = ("scope", "detect", "exclude")
_LEAST = 2


def check_thresholds(view: View) -> Iterator[Problem]:
    """JR239: a length of time or a least number typed in an active rule, and not in its params."""
    if not view.is_active:
        return
    for loc, reading in view.readings.items():
        if loc[0] not in _JUDGED or reading.written.document != view.document:
            continue
        typed = _results(reading.node) if loc[-1] in LENGTHS + COUNTS else _typed_in(reading, view)
        for node in typed:
            if abs(_amount(node)) >= _LEAST:
                yield _told(node, reading)


def _told(node: Node, reading: Reading) -> Problem:
    written = text_of(node, reading)
    what = Text(f"数字 {written} 直接写在条件里", f"the number {written} is typed into the condition")
    why = Text(
        "阈值写在 params 里才看得见、改得动，且不动逻辑",
        "in params a threshold can be seen and changed without touching the logic",
    )
    fix = Text(f"写 params: {{n: {written}}}，此处写 $n；各单位不同或随时间变的放进 rules/parameters.yaml",
               f"write params: {{n: {written}}} and $n here; what changes with time goes to rules/parameters.yaml")  # fmt: skip
    return warn_in("JR239", reading, node.span, what, why, fix)


def _results(node: Node) -> Iterator[Node]:
    """The numbers an amount may come to."""
    if isinstance(node, Choice):
        for part in (*(then for _, then in node.branches), *([node.otherwise] if node.otherwise else [])):
            yield from _results(part)
    elif isinstance(node, Operation) and node.op in _PASSED_ON:
        for part in node.arguments:
            yield from _results(part)
    elif isinstance(node, Constant) and node.kind in ("integer", "decimal"):
        yield node


def _typed_in(reading: Reading, view: View) -> Iterator[Node]:
    """Numbers that time is compared with, or that move a day."""
    for node in walk(reading.node):
        if not isinstance(node, Operation):
            continue
        if node.op in _STEPS and _amount(node.arguments[1]):
            yield node.arguments[1]
        elif node.op in COMPARED | {"between"}:
            fixed = [one for one in node.arguments if _amount(one)]
            if any(_is_time(one, view) for one in node.arguments):
                yield from fixed


def _amount(node: Node) -> Decimal:
    """A typed number; 0 for all else."""
    if isinstance(node, Operation) and node.op == "negative":
        return _amount(node.arguments[0])
    return (
        Decimal(str(node.value))
        if isinstance(node, Constant) and node.kind in ("integer", "decimal")
        else Decimal()
    )


def _is_time(node: Node, view: View) -> bool:
    """Whether a number counts days, months or hours."""
    if isinstance(node, Operation):
        if node.op in _ELAPSED:
            return True
        return node.op in (*_PASSED_ON, "abs") and any(_is_time(one, view) for one in node.arguments)
    return isinstance(node, Name) and _unit_of(node, view).rstrip("s") in _UNITS


def _unit_of(name: Name, view: View) -> str:
    if name.parts == ("over_days",):
        return "days"
    dictionary = view.rulebook.dictionary
    subject = dictionary.subjects.get(view.shape.subject) if dictionary is not None else None
    if subject is None or len(name.parts) != 1:
        return ""
    found = subject.column_named(name.parts[0]) or subject.derived_named(name.parts[0])
    if found is None:
        return ""
    if isinstance(found, Derived) and found.verb == "days":
        return "days"
    return found.unit or ""


# ---- rates


def check_least_whole(view: View) -> Iterator[Problem]:
    """JR347: an outlier whose least denominator lets in groups of one."""
    for loc, reading in view.readings.items():
        # With `value` there is no denominator here, and the least one stands for nothing.
        if loc[0] != "detect" or loc[-1] != "min_whole" or (*loc[:-1], "whole") not in view.readings:
            continue
        least = constant_of(reading.node, reading)
        if isinstance(least, Decimal) and least <= 1:
            what = Text(
                f"最小分母是 {least}，只有一件的组也参加比较",
                f"the least denominator is {least}: groups of one are compared, too",
            )
            why = Text(
                "分母太小，比率没有意义，且拉偏其他组的界限",
                "a rate over so few says nothing, and bends the fence of all others",
            )
            yield warn_in(
                "JR347",
                reading,
                reading.node.span,
                what,
                why,
                Text("写一个合理的最小分母，例如 30", "set a least denominator that makes sense, such as 30"),
            )


def check_shares(view: View) -> Iterator[Problem]:
    """JR348: a share that is judged although nothing says how large its denominator must be."""
    for loc, reading in view.readings.items():
        if loc[0] not in _JUDGED:
            continue
        for node in walk(reading.node):
            if not (isinstance(node, Operation) and node.op in ORDERED):
                continue
            for share in (one for side in node.arguments for one in walk(side)):
                if (
                    isinstance(share, Operation)
                    and share.op == "share"
                    and not _has_least(share.arguments[1], reading, view)
                ):
                    whole = text_of(share.arguments[1], reading)
                    yield _without_least(whole, reading, share)
    yield from _query_shares(view)


def _without_least(whole: str, reading: Reading, node: Node) -> Problem:
    what = Text(
        f"比率没有最小分母：“{whole}”可以小到 1", f"a rate without a least denominator: '{whole}' may be 1"
    )
    why = Text("一件中的一件就是百分之百", "one of one is a hundred per cent")
    fix = Text(
        f"在范围或条件里加上 {whole} >= $min_whole",
        f"add {whole} >= $min_whole to the scope or the condition",
    )
    return warn_in("JR348", reading, node.span, what, why, fix)


def _has_least(whole: Node, reading: Reading, view: View) -> bool:
    """Whether scope, detection or exclusion compare the denominator with some number, or it is one."""
    if constant_of(whole, reading) is not None:
        return True
    key = key_of(whole, reading)
    for loc, other in view.readings.items():
        for node in walk(other.node) if loc[0] in _JUDGED else ():
            if isinstance(node, Operation) and node.op in ORDERED | {"between"}:
                sides = [key_of(one, other) for one in node.arguments]
                if key in sides and any(_is_number(one) for one in node.arguments):
                    return True
    return False


def _is_number(node: Node) -> bool:
    return isinstance(node, Parameter) or _amount(node) != 0


def _is_held_to(whole: str, text: str) -> bool:
    """Whether a query asks that a denominator be at least something, beside dividing by it."""
    word = rf"\b{re.escape(whole)}\b"
    rest = _DIVIDED.sub(" ", text)
    return re.search(rf"{word}\s*(>|between\b)|<=?\s*{word}", rest, re.IGNORECASE) is not None


_DIVIDED = re.compile(r"/\s*(?:nullif\s*\(\s*)?([\w.]+)", re.IGNORECASE)


def _query_shares(view: View) -> Iterator[Problem]:
    """Divisions of a `query`: by a word that it nowhere asks to be at least something."""
    detect = view.shape.detect
    entries = detect.get("any_of")
    holders: list[tuple[Loc, Mapping[str, Any]]] = [(("detect",), detect)]
    if isinstance(entries, list):
        holders = [(("detect", "any_of", n), one) for n, one in enumerate(entries) if isinstance(one, dict)]
    for loc, holder in holders:
        text = holder.get("query")
        if not isinstance(text, str):
            continue
        for match in _DIVIDED.finditer(text):
            whole = match[1]
            if whole[0].isdigit() or _is_held_to(whole, text):
                continue
            what = Text(
                f"比率没有最小分母：“{whole}”可以小到 1",
                f"a rate without a least denominator: '{whole}' may be 1",
            )
            why = Text("一件中的一件就是百分之百", "one of one is a hundred per cent")
            fix = Text(
                f"在查询里要求 {whole} 至少是多少", f"ask in the query that {whole} be at least something"
            )
            yield view.warn("JR348", (*loc, "query"), what, why, fix)
