"""Conditions of triage: expressions over one clue's fields, laid out as alternatives of plain tests.

In: the text of a `when`. Out: a tuple of alternatives, each a tuple of tests that must all hold. Only what both engines that
chain the rules mean alike may be said: a field against a constant, and a mark that is there. A mark that is *not* there
would make the answer depend on the order of the rules; a test of an empty field holds for nothing but `is null`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from jointsup_rules.model.expression import Constant, Name, Node, Operation, Span, read_expression
from jointsup_rules.problems import Text, nearest_word

Kind = Literal["text", "integer", "date"]
MARK = "mark"
MAX_ALTERNATIVES, MAX_TESTS = 12, 12
_NEGATED = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_MIRRORED = {"=": "=", "<>": "<>", "<": ">", ">=": "<=", ">": "<", "<=": ">="}
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Test:
    """A field against a value; `is null` and `is not null` have none; of `mark` the value is the mark's name.

    Days are whole days since 1970-01-01.
    """

    field: str
    op: Literal["=", "<>", "<", "<=", ">", ">=", "is null", "is not null"]
    value: str | int | None = None


Alternatives = tuple[tuple[Test, ...], ...]


class ConditionError(Exception):
    """What a condition of triage may not say, with the characters concerned."""

    def __init__(self, span: Span, what: Text, fix: Text = Text()) -> None:  # noqa: B008
        super().__init__(what.en)
        self.span, self.what, self.fix = span, what, fix


def read_condition(text: str, fields: Mapping[str, Kind], marks: frozenset[str]) -> Alternatives:
    """Return a condition as alternatives of tests.

    Args:
        text: The expression.
        fields: Fields of a clue and roll-ups, with their kinds.
        marks: Marks that some rule concludes.

    Raises:
        ConditionError: it says what triage may not.
        ExpressionError: it is no expression.
    """
    node = read_expression(text)
    found = tuple(dict.fromkeys(_Reader(fields, marks).alternatives(node, True)))
    if len(found) > MAX_ALTERNATIVES or any(len(tests) > MAX_TESTS for tests in found):
        raise ConditionError(
            node.span,
            Text("条件过大", "the condition is too large"),
            Text("拆成几条规则", "make several rules of it"),
        )
    return found


@dataclass(frozen=True)
class _Reader:
    fields: Mapping[str, Kind]
    marks: frozenset[str]

    def alternatives(self, node: Node, wanted: bool) -> list[tuple[Test, ...]]:
        """The alternatives under which a node is true, or false where that is wanted."""
        if isinstance(node, Operation):
            match node.op:
                case "not":
                    return self.alternatives(node.arguments[0], not wanted)
                case "and" | "or":
                    parts = [self.alternatives(one, wanted) for one in node.arguments]
                    return (
                        _both(parts, node) if (node.op == "and") == wanted else [a for p in parts for a in p]
                    )
                case "in":
                    field, *values = node.arguments
                    tests: list[list[tuple[Test, ...]]] = [
                        [(self._test(node, "=", field, value, wanted),)] for value in values
                    ]
                    return [a for p in tests for a in p] if wanted else _both(tests, node)
                case "between":
                    field, low, high = node.arguments
                    tests = [
                        [(self._test(node, ">=", field, low, wanted),)], [(self._test(node, "<=", field, high, wanted),)]
                    ]  # fmt: skip
                    return _both(tests, node) if wanted else [a for p in tests for a in p]
                case "is null":
                    name = self._name(node.arguments[0])
                    return [(Test(name, "is null" if wanted else "is not null"),)]
                case "=" | "<>" | "<" | "<=" | ">" | ">=":
                    left, right = node.arguments
                    if isinstance(left, Constant):
                        return [(self._test(node, _MIRRORED[node.op], right, left, wanted),)]
                    return [(self._test(node, node.op, left, right, wanted),)]
        raise ConditionError(
            node.span,
            Text(
                "分流条件只比较一个字段和一个常数",
                "a condition of triage compares one field with one constant",
            ),
            Text(
                "用 and、or、not、in、between、is null 连接这样的比较；数目先在 roll_ups 里算好",
                "join such comparisons by and, or, not, in, between, is null; counts are made in roll_ups",
            ),
        )

    def _name(self, node: Node) -> str:
        if not isinstance(node, Name) or len(node.parts) != 1:
            raise ConditionError(node.span, Text("这里应是字段名", "expected the name of a field"))
        name = node.parts[0]
        known = [*self.fields, MARK]
        if name not in known:
            near = nearest_word(name, known)
            fix = (
                Text(f"是否想写“{near}”？", f"did you mean '{near}'?")
                if near
                else Text("可用的有：" + "、".join(known), "known are: " + ", ".join(known))
            )
            raise ConditionError(node.span, Text(f"没有字段“{name}”", f"no field '{name}'"), fix)
        return name

    def _test(self, whole: Node, op: str, left: Node, right: Node, wanted: bool) -> Test:
        name = self._name(left)
        op = op if wanted else _NEGATED[op]
        if not isinstance(right, Constant) or right.value is None:
            raise ConditionError(
                right.span, Text("右边应是常数", "expected a constant on the right"), Text("写成文字、整数或日期", "write a text, a whole number or a day")
            )  # fmt: skip
        if name == MARK:
            return self._mark(op, right)
        return Test(name, op, _constant(right, self.fields[name], op))  # type: ignore[arg-type]

    def _mark(self, op: str, right: Constant) -> Test:
        if op != "=":
            raise ConditionError(
                right.span,
                Text("不能问“没有某个标记”：结论会取决于规则的先后", "a mark that is absent may not be asked for: the answer would depend on the order of rules"),
            )  # fmt: skip
        if str(right.value) not in self.marks:
            near = nearest_word(str(right.value), self.marks)
            fix = Text(f"是否想写“{near}”？", f"did you mean '{near}'?") if near else Text()
            raise ConditionError(
                right.span,
                Text(f"没有规则给出标记“{right.value}”", f"no rule concludes the mark '{right.value}'"),
                fix,
            )
        return Test(MARK, "=", str(right.value))


def _both(parts: list[list[tuple[Test, ...]]], node: Node) -> list[tuple[Test, ...]]:
    """Every way to hold all parts at once."""
    found: list[tuple[Test, ...]] = [()]
    for part in parts:
        found = [tuple(dict.fromkeys((*one, *other))) for one in found for other in part]
        if len(found) > 50 * MAX_ALTERNATIVES:
            raise ConditionError(
                node.span,
                Text("条件过大", "the condition is too large"),
                Text("拆成几条规则", "make several rules of it"),
            )
    return found


def _constant(constant: Constant, kind: Kind, op: str) -> str | int:
    value = constant.value
    if kind == "integer" and constant.kind == "integer" and isinstance(value, int) and abs(value) < 2**31:
        return value
    if kind == "date" and isinstance(value, str):
        try:
            return (date.fromisoformat(value) - _EPOCH).days
        except ValueError:
            pass
    if kind == "text" and isinstance(value, str) and constant.kind == "text" and 0 < len(value) < 200:
        if op in ("=", "<>"):
            return value
        raise ConditionError(
            constant.span, Text("文字只能用 = 和 <> 比较", "texts are compared by = and <> alone")
        )
    expected = {
        "integer": ("整数", "a whole number"),
        "date": ("日期，如 '2026-05-01'", "a day such as '2026-05-01'"),
        "text": ("文字", "a text"),
    }
    zh, en = expected[kind]
    raise ConditionError(constant.span, Text(f"这里应是{zh}", f"expected {en}"))
