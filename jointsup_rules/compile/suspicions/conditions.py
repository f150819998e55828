"""Conditions that come out the same whatever the data: never true, always true, a value compared with itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Literal as OneOf

from jointsup_rules.compile.reading import Reading
from jointsup_rules.compile.suspicions.facts import Cases, all_of
from jointsup_rules.compile.suspicions.logic import COMPARED, Logic, constant_of, is_condition
from jointsup_rules.compile.suspicions.view import text_of, walk, warn_in
from jointsup_rules.model.expression import Choice, Constant, Name, Node, Operation, children_of
from jointsup_rules.problems import Problem, Text

_SAME_TWICE = COMPARED | {
    "is distinct from",
    "days_between",
    "working_days_between",
    "hours_between",
    "minutes_between",
}
_MEND = Text("改正写错的值、列或者 and/or", "mend the value, the column, or the and/or")


@dataclass(frozen=True)
class Fixed:
    """A part of a condition whose outcome is fixed; `pair` are the two parts that make it so, if two do."""

    node: Node
    comes_out: OneOf["never", "always", "same"]
    pair: tuple[Node, Node] | None = None


def find_fixed(logic: Logic, node: Node) -> list[Fixed]:
    """Return the smallest parts of an expression whose outcome is fixed, in order."""
    if isinstance(node, Operation) and node.op in _SAME_TWICE and _is_same(logic, node):
        return [Fixed(node, "same")]
    inner = [found for child in children_of(node) for found in find_fixed(logic, child)]
    if inner or not is_condition(node, logic.reading) or _is_open(logic, node):
        return inner
    if logic.cases(node, "T") == ():
        return [Fixed(node, "never", _clash(logic, node, "T"))]
    # Who lists every code says nothing wrong: the list stands there to be read.
    if logic.cases(node, "F") == () and Logic(logic.reading, knows_codes=False).cases(node, "F") == ():
        return [Fixed(node, "always", _clash(logic, node, "F"))]
    return []


def _is_open(logic: Logic, node: Node) -> bool:
    """Whether a node is one comparison of which a side is no constant: it may come out either way."""
    if not isinstance(node, Operation) or node.op not in COMPARED:
        return False
    known = [
        isinstance(one, Constant) or constant_of(one, logic.reading) is not None for one in node.arguments
    ]
    return not all(known) and not any(
        isinstance(one, Constant) and one.value is None for one in node.arguments
    )


def _is_same(logic: Logic, node: Operation) -> bool:
    left, right = node.arguments[:2]
    if type(left) is not type(right):
        return False
    has_name = any(isinstance(one, Name) for one in walk(left))
    return has_name and logic.key(left) == logic.key(right)


def _clash(logic: Logic, node: Node, want: OneOf["T", "F"]) -> tuple[Node, Node] | None:
    """The first two parts of an `and` that cannot both hold, or of an `or` that cannot both fail."""
    if not isinstance(node, Operation) or node.op != ("and" if want == "T" else "or"):
        return None
    for one, other in combinations(node.arguments, 2):
        if all_of([logic.cases(one, want), logic.cases(other, want)]) == ():
            return one, other
    return None


def check_conditions(reading: Reading, *, in_rule: bool = True) -> Iterator[Problem]:
    """JR341, JR342, JR343: parts of a condition that say nothing; JR340, JR344, JR345 where that decides its place."""
    logic = Logic(reading)
    found = find_fixed(logic, reading.node)
    deciding = _code_of_place(logic) if found and in_rule else ""
    for fixed in found:
        yield _told(fixed, reading, deciding)


def _code_of_place(logic: Logic) -> str:
    """The code of a scope nobody is in, of an exclusion that takes nothing or everything."""
    loc, node = logic.reading.written.loc, logic.reading.node
    if logic.cases(node, "T") == ():
        return "JR340" if loc == ("scope",) else "JR345" if loc[0] == "exclude" else ""
    return "JR344" if loc[0] == "exclude" and logic.cases(node, "NT") == () else ""


def _told(fixed: Fixed, reading: Reading, deciding: str) -> Problem:
    what, why, own = {"never": _never, "always": _always, "same": _same}[fixed.comes_out](fixed, reading)
    return warn_in(deciding or own, reading, fixed.node.span, what, *_of_place(deciding, why))


def _of_place(deciding: str, why: Text) -> tuple[Text, Text]:
    whys = {
        "JR340": Text(
            "没有对象在范围之内，规则永远不会有线索", "nobody is in scope, and the rule never finds anything"
        ),
        "JR344": Text("这一事由排除全部线索", "this reason takes out every finding"),
        "JR345": Text("这一事由永远用不上", "this reason can never apply"),
    }
    return whys.get(deciding, why), _MEND


def _never(fixed: Fixed, reading: Reading) -> tuple[Text, Text, str]:
    what = Text("这个条件永远不成立", "this condition is never true")
    if fixed.pair is not None:
        one, other = (text_of(node, reading) for node in fixed.pair)
        what = Text(
            f"{what.zh}：“{one}”与“{other}”不能同时成立", f"{what.en}: '{one}' and '{other}' cannot both hold"
        )
    return what, Text("无论数据如何，它都不会选中任何对象", "whatever the data, it picks nothing"), "JR341"


def _always(fixed: Fixed, reading: Reading) -> tuple[Text, Text, str]:
    what = Text("这个条件总是成立", "this condition is always true")
    if fixed.pair is not None:
        one, other = (text_of(node, reading) for node in fixed.pair)
        what = Text(
            f"{what.zh}：“{one}”与“{other}”总有一个成立", f"{what.en}: either '{one}' or '{other}' holds"
        )
    why = Text(
        "无论数据如何，结果都一样（值不明的除外），等于没有写",
        "whatever the data it comes out the same, but for what is unknown, as if it were not there",
    )
    return what, why, "JR342"


def _same(fixed: Fixed, reading: Reading) -> tuple[Text, Text, str]:
    assert isinstance(fixed.node, Operation)
    left = text_of(fixed.node.arguments[0], reading)
    what = Text(f"“{left}”与自己比较", f"'{left}' is compared with itself")
    why = Text("同一个值与自己比较，结果总是一样", "a value and itself always compare the same")
    return what, why, "JR343"


def check_arms(reading: Reading) -> Iterator[Problem]:
    """JR346: arms of a `case` that are never reached, for an earlier one is true wherever they are."""
    if "case" not in reading.written.text.lower():
        return
    logic = Logic(reading)
    for node in walk(reading.node):
        if not isinstance(node, Choice):
            continue
        passed: list[Cases | None] = []
        for test, then in node.branches:
            reached = all_of([*passed, logic.cases(test, "T")])
            if reached == () and logic.cases(test, "T") != ():
                what = Text(f"到不了这一分支：“{text_of(test, reading)}”之前的分支已经包括它",
                            f"this branch is never reached: those before it cover '{text_of(test, reading)}'")  # fmt: skip
                why = Text("case 取第一个成立的分支", "case takes the first branch that is true")
                fix = Text("调换次序，或者删去它", "change the order, or leave it out")
                yield warn_in("JR346", reading, then.span, what, why, fix)
            passed.append(logic.cases(test, "NT"))
