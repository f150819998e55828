"""The row filter of a source: a condition over the raw text of one row.

In: an expression in the language of rules. Out: a function from a row's texts to whether it is kept. It is
evaluated here and not in a database, since raw columns have no types and any name a spreadsheet gave them.
A row is kept only where the condition is true; unknown leaves it out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from jointsup_rules.model.expression import (
    Choice,
    Constant,
    ExpressionError,
    Name,
    Node,
    Operation,
    Parameter,
)
from jointsup_rules.problems import Text, did_you_mean

Row = Sequence[str | None]
_Value = Callable[[Row], Any]

_WHY = Text(
    zh="rows.keep 只看一行的原始文字",
    en="rows.keep sees the raw texts of one row",
)
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: bool(a == b),
    "<>": lambda a, b: bool(a != b),
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
}


def plain_word(header: str) -> str:
    """Return the word by which an expression names a raw column: what is no letter or digit becomes `_`.

    Example:
        >>> plain_word("Unique Key"), plain_word("案件编号(新)")
        ('Unique_Key', '案件编号_新_')
    """
    word = re.sub(r"\W+", "_", header.strip())
    return f"_{word}" if word[:1].isdigit() else word


def compile_keep(
    node: Node, headers: Sequence[str] | None, empty: Sequence[str] = ()
) -> Callable[[Row], bool]:
    """Return whether a row is kept, as a function of its texts in the order of `headers`.

    Args:
        node: The condition.
        headers: Names of the raw columns; None to check the condition before any file is known.
        empty: Texts that stand for no value, beside the empty text.

    Raises:
        ExpressionError: A name or function that is not there; a comparison of different kinds.
    """
    places = None if headers is None else {plain_word(name): index for index, name in enumerate(headers)}
    kind, value = _Compiler(places, frozenset(("", *empty))).compile(node)
    if kind not in ("boolean", "null"):
        _refuse(
            node,
            "rows.keep 应是条件",
            "rows.keep must be a condition",
            "写比较或 is not null",
            "compare something",
        )
    return lambda row: value(row) is True


class _Compiler:
    """From nodes to (kind, function); kinds are text, number, boolean and null."""

    def __init__(self, places: Mapping[str, int] | None, empty: frozenset[str]) -> None:
        self.places = places
        self.empty = empty

    def compile(self, node: Node) -> tuple[str, _Value]:
        match node:
            case Constant(value, "null"):
                return "null", lambda row: None
            case Constant(value, "text" | "boolean" as kind):
                return kind, lambda row: value
            case Constant(value):
                number = Decimal(str(value))
                return "number", lambda row: number
            case Name(parts):
                return "text", self.column(node, parts)
            case Choice(branches, otherwise):
                return self.choice(node, branches, otherwise)
            case Operation(op, arguments):
                return self.operation(node, op, arguments)
            case Parameter():
                _refuse(
                    node, "这里没有参数", "there are no parameters here", "写出数值", "write the value itself"
                )
        raise AssertionError(node)

    def column(self, node: Node, parts: tuple[str, ...]) -> _Value:
        word = ".".join(parts)
        if self.places is None:
            return lambda row: None
        if word not in self.places:
            fix = did_you_mean(word, self.places)
            _refuse(node, f"文件没有列 '{word}'", f"no column '{word}' in the file", fix.zh, fix.en)
        place, empty = self.places[word], self.empty
        return lambda row: None if (text := (row[place] or "").strip()) in empty else text

    def choice(
        self, node: Node, branches: tuple[tuple[Node, Node], ...], otherwise: Node | None
    ) -> tuple[str, _Value]:
        tests = [self.condition(test) for test, _ in branches]
        values = [self.compile(value) for _, value in branches]
        last = self.compile(otherwise) if otherwise is not None else ("null", lambda row: None)
        kind = self.same_kind(node, [*(kind for kind, _ in values), last[0]])

        def choose(row: Row) -> Any:
            for test, (_, value) in zip(tests, values, strict=True):
                if test(row) is True:
                    return value(row)
            return last[1](row)

        return kind, choose

    def operation(self, node: Node, op: str, arguments: tuple[Node, ...]) -> tuple[str, _Value]:
        if op in ("and", "or", "not"):
            return "boolean", _logic(op, [self.condition(argument) for argument in arguments])
        if op in ("is true", "is false"):
            test, wanted = self.condition(arguments[0]), op == "is true"
            return "boolean", lambda row: test(row) is wanted
        values = [self.compile(argument) for argument in arguments]
        kinds, functions = [kind for kind, _ in values], [value for _, value in values]
        if op == "is null":
            only = functions[0]
            return "boolean", lambda row: only(row) is None
        if op in (*_COMPARISONS, "in", "between", "is distinct from"):
            self.same_kind(node, kinds)
            return "boolean", _comparison(op, functions)
        if op == "coalesce" and functions:
            return self.same_kind(node, kinds), lambda row: _first_filled(functions, row)
        return self.text_function(node, op, kinds, functions)

    def text_function(
        self, node: Node, op: str, kinds: list[str], functions: list[_Value]
    ) -> tuple[str, _Value]:
        if op not in _FUNCTIONS:
            fix = did_you_mean(op, [*_FUNCTIONS, "coalesce"])
            _refuse(node, f"这里不能用 '{op}'", f"'{op}' cannot be used here", fix.zh, fix.en)
        takes, gives, function = _FUNCTIONS[op]
        if len(kinds) != len(takes) or any(
            kind not in (want, "null") for kind, want in zip(kinds, takes, strict=True)
        ):
            wanted = ", ".join(takes)
            _refuse(node, f"'{op}' 应有参数：{wanted}", f"'{op}' takes: {wanted}", "", "")
        return gives, lambda row: _apply(function, functions, row)

    def condition(self, node: Node) -> _Value:
        kind, value = self.compile(node)
        if kind not in ("boolean", "null"):
            _refuse(
                node,
                "这里应是条件",
                "expected a condition",
                "写比较或 is not null",
                "compare it, or test for null",
            )
        return value

    def same_kind(self, node: Node, kinds: list[str]) -> str:
        found = {kind for kind in kinds if kind != "null"}
        if len(found) > 1:
            _refuse(
                node, "文字不能与数字比较", "text is compared with a number",
                "原始列都是文字：数字加引号，或用 as_number(…)",
                "raw columns are text: quote the number, or use as_number(…)",
            )  # fmt: skip
        return found.pop() if found else "null"


def _refuse(node: Node, zh: str, en: str, fix_zh: str, fix_en: str) -> NoReturn:
    raise ExpressionError(node.span, Text(zh, en), _WHY, Text(fix_zh, fix_en))


def _logic(op: str, parts: list[_Value]) -> _Value:
    """Three-valued and, or, not."""
    if op == "not":
        only = parts[0]
        return lambda row: None if (value := only(row)) is None else not value
    decisive = op == "or"

    def both(row: Row) -> bool | None:
        unknown = False
        for part in parts:
            value = part(row)
            if value is decisive:
                return bool(value)
            unknown = unknown or value is None
        return None if unknown else not decisive

    return both


def _comparison(op: str, parts: list[_Value]) -> _Value:
    if op == "is distinct from":
        return lambda row: bool(parts[0](row) != parts[1](row))
    if op == "in":
        return lambda row: _is_in(parts[0](row), [part(row) for part in parts[1:]])
    if op == "between":
        low, high = _comparison(">=", [parts[0], parts[1]]), _comparison("<=", [parts[0], parts[2]])
        return _logic("and", [low, high])
    compare = _COMPARISONS[op]

    def answer(row: Row) -> bool | None:
        left, right = parts[0](row), parts[1](row)
        if left is None or right is None:
            return None
        return bool(compare(left, right))

    return answer


def _is_in(value: Any, among: list[Any]) -> bool | None:
    if value is None:
        return None
    if value in among:
        return True
    return None if None in among else False


def _first_filled(parts: list[_Value], row: Row) -> Any:
    return next((value for part in parts if (value := part(row)) is not None), None)


def _apply(function: Callable[..., Any], parts: list[_Value], row: Row) -> Any:
    values = [part(row) for part in parts]
    return None if None in values else function(*values)


def _is_like(text: str, pattern: str) -> bool:
    """SQL's like: `%` any characters, `_` one. Linear steps back only to the last `%`."""
    at = place = 0
    star, resume = -1, 0
    while at < len(text):
        if place < len(pattern) and pattern[place] == "%":
            star, resume = place, at
            place += 1
        elif place < len(pattern) and pattern[place] in ("_", text[at]):
            at, place = at + 1, place + 1
        elif star >= 0:
            resume += 1
            at, place = resume, star + 1
        else:
            return False
    return all(char == "%" for char in pattern[place:])


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip().replace(",", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


_FUNCTIONS: Mapping[str, tuple[tuple[str, ...], str, Callable[..., Any]]] = {
    "like": (("text", "text"), "boolean", _is_like),
    "length": (("text",), "number", lambda text: Decimal(len(text))),
    "lower": (("text",), "text", str.lower),
    "upper": (("text",), "text", str.upper),
    "trim": (("text",), "text", str.strip),
    "as_number": (("text",), "number", _number),
    "substr": (
        ("text", "number", "number"),
        "text",
        lambda text, start, n: text[max(0, int(start) - 1) :][: int(n)],
    ),
}
