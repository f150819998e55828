"""The expressions of rules: text in, a tree with positions out.

A small SQL over the columns of one subject: literals, comparisons, `and or not`, `case`, `in`, `between`,
`like`, `is null`, `+ - * %` and named functions. There is no subquery, aggregate, window, cast or comment,
so nothing that a rule says here can reach further than the columns it names. What SQL would allow and a rule
may not say (`/`, `~`, `interval`, `date - date`) is refused with the function to use instead.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal as OneOf
from typing import NoReturn

from jointsup_rules.problems import Fix, Text

MAX_LENGTH = 20_000
# Brackets within brackets; the height of the tree, in which a chain of signs counts too; and its nodes, once
# every branch of `case x when` has its own copy of `x`. Whoever walks a tree may recurse into it.
MAX_DEPTH = 60
MAX_HEIGHT = 100
MAX_NODES = 20_000


@dataclass(frozen=True)
class Span:
    """Characters [start, until) of the expression's text."""

    start: int
    until: int


@dataclass(frozen=True)
class Name:
    """A column, possibly of the subject (`subject.x`) or of a one-row relation (`unit.region_code`)."""

    parts: tuple[str, ...]
    span: Span


@dataclass(frozen=True)
class Parameter:
    """A `$name` of the rule's `params`."""

    name: str
    span: Span


@dataclass(frozen=True)
class Constant:
    """A literal: text, integer, decimal (as text, so that no digit is lost), boolean or null."""

    value: str | int | bool | None
    kind: OneOf["text", "integer", "decimal", "boolean", "null"]
    span: Span


@dataclass(frozen=True)
class Operation:
    """An operator or function over its arguments; `op` is its name in lower case."""

    op: str
    arguments: tuple[Node, ...]
    span: Span


@dataclass(frozen=True)
class Choice:
    """`case when … then … else … end`; an operand has been turned into equality tests."""

    branches: tuple[tuple[Node, Node], ...]
    otherwise: Node | None
    span: Span


Node = Name | Parameter | Constant | Operation | Choice


class ExpressionError(Exception):
    """Text that is no expression of ours, with the place in it, why, and what to write instead."""

    def __init__(self, span: Span, what: Text, why: Text, fix: Text) -> None:
        super().__init__(what.en)
        self.span, self.what, self.why, self.fix = span, what, why, fix


@dataclass(slots=True)
class _Token:
    """A piece of text; `word` is a name in small letters, `sign` a sign, each empty where it is something else."""

    kind: OneOf["name", "number", "text", "parameter", "sign", "end"]
    text: str
    span: Span
    word: str = ""
    sign: str = ""


KEYWORDS = frozenset(
    [
        "and",
        "or",
        "not",
        "case",
        "when",
        "then",
        "else",
        "end",
        "in",
        "between",
        "like",
        "is",
        "null",
        "distinct",
        "from",
        "true",
        "false",
    ]
)
_DERIVED = Text(zh="在数据字典里做成派生列", en="make it a derived column in the dictionary")
_CONVERT = Text(zh="改用 as_date(文字) 或 as_number(文字)", en="use as_date(text) or as_number(text)")
_NO_COMMENT = Text(zh="注释写在 YAML 里，以 # 开头", en="write comments in the YAML, after #")
_LIST = Text(zh="改用 in (…)", en="use in (…)")


def _use(word: str) -> Text:
    return Text(zh=f"改用 {word}", en=f"use {word}")


_REFUSED_WORDS = {
    "select": _DERIVED,
    "over": _DERIVED,
    "filter": _DERIVED,
    "exists": Text(zh="改用以 has 建立的派生列", en="use a derived column with `has`"),
    "interval": _use("add_days(d, n), months_after(d, n, rule)"),
    "cast": _CONVERT,
    "try_cast": _CONVERT,
    "any": _LIST,
    "all": _LIST,
    "collate": _use("lower(text)"),
    "ilike": _use("lower(text) like '…'"),
    "current_date": _use("as_of"),
    "current_time": _use("as_of"),
    "current_timestamp": _use("as_of"),
}
_REFUSED_SIGNS = {
    "/": _use("share(part, whole)"),
    "~": _use("matches(text, pattern)"),
    "||": _use("concat(a, b)"),
    "::": _CONVERT,
    "!=": _use("<>"),
    "==": _use("="),
    "->": _DERIVED,
    "--": _NO_COMMENT,
    "/*": _NO_COMMENT,
    ";": Text(zh="只写一个表达式", en="write one expression"),
    "[": _use("substr(text, from, n)"),
    "]": _use("substr(text, from, n)"),
    "^": _use("matches(text, pattern)"),
    "!": _use("not"),
    "`": Text(zh="名称不加引号", en="write names without quotes"),
}
# Quotes of a word processor or a Chinese keyboard; other full-width signs have a half-width form.
_OTHER_QUOTES = frozenset("‘’“”＇＂")
_SHAPES = re.compile(
    r"""(?P<space>\s+)
      | (?P<number>[0-9][\w.]*|\.[0-9][\w.]*)
      | (?P<text>'(?:[^']|'')*')
      | (?P<parameter>\$[^\W\d]\w*)
      | (?P<name>[^\W\d]\w*)
      | (?P<sign><>|<=|>=|!=|==|\|\||::|->|--|/\*|[-+*/%=<>().,~;\[\]^!`])""",
    re.VERBOSE,
)
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")


def _refuse(
    span: Span,
    zh: str,
    en: str,
    fix_zh: str,
    fix_en: str,
    why: Text | None = None,
    instead: str | None = None,
) -> NoReturn:
    """Refuse characters; `instead` is what alone can be meant by them."""
    reason = why or Text(
        zh="表达式只是小型 SQL：列、常量、比较、and/or/not、case、in、between、like、is null 和列明的函数",
        en="an expression is a small SQL: columns, literals, comparisons, and/or/not, case, in, between,"
        " like, is null and the listed functions",
    )
    fix = Text(zh=fix_zh, en=fix_en) if instead is None else Fix(fix_zh, fix_en, instead=instead)
    raise ExpressionError(span, Text(zh=zh, en=en), reason, fix)


def _read_tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while at < len(text):
        match = _SHAPES.match(text, at)
        if match is None:
            _refuse_character(text, at)
        at = match.end()
        kind = match.lastgroup
        if kind == "space":
            continue
        span, word = Span(match.start(), match.end()), match.group()
        if kind == "sign" and word in _REFUSED_SIGNS:
            _refuse_word(word, span, _REFUSED_SIGNS[word], text[at:])
        if kind == "number" and not _NUMBER.fullmatch(word):
            _refuse(
                span,
                f"{word!r} 不是数字",
                f"{word!r} is no number",
                "数字写作 12 或 12.5；列名不以数字开头",
                "write numbers as 12 or 12.5; a name does not begin with a digit",
            )
        small, sign = word.lower() if kind == "name" else "", word if kind == "sign" else ""
        tokens.append(_Token(kind, word, span, small, sign))  # type: ignore[arg-type]
    tokens.append(_Token("end", "", Span(len(text), len(text))))
    return tokens


# What can mean nothing else, and what is then written.
_CERTAIN = {"==": "=", "!=": "<>", "current_date": "as_of"}
# Signs of a Chinese keyboard or a word processor that have another form than half width.
_OTHER_FORMS = {"≠": "<>", "≥": ">=", "≤": "<=", "、": ","}
_HALF_WIDTH = frozenset("()<>=+-*%,.0123456789")
# So much is put into half width at once; the rest when the expression is read again.
_MOST_IN_HALF_WIDTH = 500
_BEFORE_TEXT = re.compile(r"(?:[=<>]|\blike|\bin\s*\((?:[^()]*,)?)\s*$", re.IGNORECASE)


def _refuse_word(word: str, span: Span, instead: Text, rest: str = "-") -> NoReturn:
    """Refuse a word or sign; `rest` is what stands behind it."""
    certain = "" if word == ";" and not rest.strip() else _CERTAIN.get(word.lower())
    _refuse(span, f"不能使用 {word}", f"{word} may not be used", instead.zh, instead.en, instead=certain)


def _half_width(char: str) -> str | None:
    """The sign that a sign of another keyboard stands for; None where it is not certain."""
    if unicodedata.category(char) == "Cf":
        return ""
    half = _OTHER_FORMS.get(char, unicodedata.normalize("NFKC", char))
    return half if char in _OTHER_FORMS or (half != char and half in _HALF_WIDTH) else None


def _in_half_width(text: str, at: int) -> tuple[str, str] | None:
    """What stands from `at` to the last such sign of the line, and the same in half width; None without any."""
    before = text[max(0, at - _MOST_IN_HALF_WIDTH) : at]
    found, written, n_kept = "", before, 0
    line = text[at : at + _MOST_IN_HALF_WIDTH].partition("\n")[0]
    mended = None
    while n_kept < len(line):
        rest = line[n_kept:]
        quoted = re.match("'[^']*'|[‘’“”＇＂][^'‘’“”＇＂]*[‘’“”＇＂]", rest)
        if quoted and (rest[0] == "'" or _BEFORE_TEXT.search(written)):
            step, new = quoted.group(), f"'{quoted.group()[1:-1]}'"
        elif rest[0] in _OTHER_QUOTES or rest[0] == "'":
            break
        else:
            step, half = rest[0], _half_width(rest[0])
            if rest[:2] in ("！=", "！＝"):
                step, half = rest[:2], "<>"
            is_end = step in "；。" and not text[at + n_kept + 1 :].strip()
            new = "" if is_end else step if half is None else half
        found, written, n_kept = found + step, written + new, n_kept + len(step)
        if new != step:
            mended = (found, written[len(before) :])
    return mended


def _refuse_character(text: str, at: int) -> NoReturn:
    """Say what to write in place of a character that begins nothing."""
    found, mended = text[at], _in_half_width(text, at)
    instead = mended[1] if mended else None
    span = Span(at, at + (len(mended[0]) if mended else 1))
    if found == "'":
        _refuse(span, "文字没有结束的引号", "text without its closing quote", "补上 '", "add '")
    if found == '"' or found in _OTHER_QUOTES:
        _refuse(
            span,
            f"文字不用引号 {found}",
            f"text is not quoted with {found}",
            "文字用单引号 '…'",
            "write text as '…'",
            instead=instead,
        )
    half = unicodedata.normalize("NFKC", found)
    zh, en = f"看不懂的符号 {found!r}", f"unexpected character {found!r}"
    if half != found and half.isascii() and half.isprintable():
        fix = (f"改用半角 {half}", f"write {half} in half width")
        _refuse(span, zh, en, *fix, instead=instead)
    if found == "$":
        _refuse(
            span, "$ 之后应是参数名", "expected a parameter's name after $", "写作 $months", "write $months"
        )
    if found in _OTHER_FORMS:
        other = _OTHER_FORMS[found]
        _refuse(span, zh, en, f"改用 {other}", f"write {other}", instead=instead)
    _refuse(span, zh, en, "删去它", "remove it", instead=instead)


_TOO_DEEP = ("嵌套过深", "nested too deeply", "拆成派生列", "split it into derived columns")
_TOO_LARGE = ("表达式过大", "the expression is too large", "拆成派生列", "split it into derived columns")


def _bounded(node: Node) -> int:
    """The number of nodes of a tree; one that is too high or has too many is refused."""
    waiting, n_nodes = [(node, 1)], 0
    while waiting:
        here, height = waiting.pop()
        n_nodes += 1
        if height > MAX_HEIGHT or n_nodes > MAX_NODES:
            _refuse(here.span, *_TOO_LARGE)
        waiting.extend((child, height + 1) for child in children_of(here))
    return n_nodes


class _Reader:
    """Recursive descent; each method reads one level of precedence."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _read_tokens(text)
        self.at = 0
        self.depth = 0
        self.copied = 0

    @property
    def next(self) -> _Token:
        return self.tokens[self.at]

    def take(self) -> _Token:
        token = self.next
        self.at += 1
        return token

    def is_word(self, *words: str) -> bool:
        return self.tokens[self.at].word in words

    def is_sign(self, *signs: str) -> bool:
        return self.tokens[self.at].sign in signs

    def take_word(self, *words: str) -> bool:
        if self.tokens[self.at].word in words:
            self.at += 1
            return True
        return False

    def take_sign(self, *signs: str) -> _Token | None:
        return self.take() if self.tokens[self.at].sign in signs else None

    def demand(self, sign: str) -> _Token:
        if not self.is_sign(sign):
            self.fail(f"这里应是 {sign}", f"expected {sign} here")
        return self.take()

    def demand_word(self, word: str) -> None:
        if not self.take_word(word):
            self.fail(f"这里应是 {word}", f"expected {word} here")

    def fail(self, zh: str, en: str) -> NoReturn:
        token = self.next
        if token.kind == "name" and token.text.lower() in _REFUSED_WORDS:
            _refuse_word(token.text, token.span, _REFUSED_WORDS[token.text.lower()])
        is_trailing = token.text == "," and self.tokens[self.at + 1].kind == "end"
        quoted = token.text if token.kind == "text" else f"'{token.text}'"
        found = quoted if token.text else "end of text"
        _refuse(
            token.span,
            f"{zh}，却是 {quoted if token.text else '结尾'}",
            f"{en}, found {found}",
            "删去结尾的逗号" if is_trailing else "改正此处",
            "remove the comma at the end" if is_trailing else "mend the expression here",
            instead="" if is_trailing else None,
        )

    def span_from(self, start: int) -> Span:
        return Span(start, self.tokens[self.at - 1].span.until)

    def whole(self) -> Node:
        node = self.either()
        if self.next.kind != "end":
            self.fail("表达式到此应结束", "the expression should end here")
        _bounded(node)
        return node

    def either(self) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            _refuse(self.next.span, *_TOO_DEEP)
        start = self.next.span.start
        parts = [self.both()]
        while self.take_word("or"):
            parts.append(self.both())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else Operation("or", tuple(parts), self.span_from(start))

    def both(self) -> Node:
        start = self.next.span.start
        parts = [self.negation()]
        while self.take_word("and"):
            parts.append(self.negation())
        return parts[0] if len(parts) == 1 else Operation("and", tuple(parts), self.span_from(start))

    def negation(self) -> Node:
        start = self.next.span.start
        negations = 0
        while self.take_word("not"):
            negations += 1
        node = self.comparison()
        for _ in range(negations % 2):
            node = Operation("not", (node,), self.span_from(start))
        return node

    def comparison(self) -> Node:
        start = self.next.span.start
        node = self.sum()
        sign = self.take_sign("=", "<>", "<", "<=", ">", ">=")
        if sign:
            node = Operation(sign.text, (node, self.sum()), self.span_from(start))
            if self.is_sign("=", "<>", "<", "<=", ">", ">="):
                self.fail("比较不能连写", "comparisons do not chain")
            return node
        if self.take_word("is"):
            return self.after_is(node, start)
        negated = self.is_word("not")
        if negated:
            self.at += 1
        if self.take_word("in"):
            node = Operation("in", (node, *self.list_in_brackets()), self.span_from(start))
        elif self.take_word("between"):
            low = self.sum()
            self.demand_word("and")
            node = Operation("between", (node, low, self.sum()), self.span_from(start))
        elif self.take_word("like"):
            node = Operation("like", (node, self.sum()), self.span_from(start))
        elif negated:
            self.fail("not 之后应是 in、between 或 like", "expected in, between or like after not")
        return Operation("not", (node,), self.span_from(start)) if negated else node

    def after_is(self, node: Node, start: int) -> Node:
        negated = self.take_word("not")
        if self.take_word("null"):
            node = Operation("is null", (node,), self.span_from(start))
        elif self.take_word("true"):
            node = Operation("is true", (node,), self.span_from(start))
        elif self.take_word("false"):
            node = Operation("is false", (node,), self.span_from(start))
        elif self.take_word("distinct"):
            self.demand_word("from")
            node = Operation("is distinct from", (node, self.sum()), self.span_from(start))
        else:
            self.fail(
                "is 之后应是 null、true、false 或 distinct from",
                "expected null, true, false or distinct from",
            )
        return Operation("not", (node,), self.span_from(start)) if negated else node

    def list_in_brackets(self) -> tuple[Node, ...]:
        self.demand("(")
        items = [self.sum()]
        while self.take_sign(","):
            items.append(self.sum())
        self.demand(")")
        return tuple(items)

    def sum(self) -> Node:
        start = self.next.span.start
        node = self.product()
        while sign := self.take_sign("+", "-"):
            node = Operation(sign.text, (node, self.product()), self.span_from(start))
        return node

    def product(self) -> Node:
        start = self.next.span.start
        node = self.atom()
        while sign := self.take_sign("*", "%"):
            node = Operation(sign.text, (node, self.atom()), self.span_from(start))
        return node

    def atom(self) -> Node:
        token = self.next
        if self.take_sign("("):
            node = self.either()
            self.demand(")")
            return node
        if self.take_sign("-"):
            self.depth += 1
            if self.depth > MAX_DEPTH:
                _refuse(token.span, *_TOO_DEEP)
            node = Operation("negative", (self.atom(),), self.span_from(token.span.start))
            self.depth -= 1
            return node
        if token.kind == "number":
            self.at += 1
            if "." in token.text:
                return Constant(token.text, "decimal", token.span)
            if len(token.text) > 18:
                _refuse(
                    token.span,
                    "数字过长",
                    "number too long",
                    "长编号写作文字 '…'",
                    "write long numbers as '…'",
                )
            return Constant(int(token.text), "integer", token.span)
        if token.kind == "text":
            self.at += 1
            return Constant(token.text[1:-1].replace("''", "'"), "text", token.span)
        if token.kind == "parameter":
            self.at += 1
            return Parameter(token.text[1:], token.span)
        if token.kind == "name":
            return self.word()
        return self.fail("这里应是列、常量或函数", "expected a column, a literal or a function")

    def word(self) -> Node:
        token = self.next
        # Before a dot stands a relation, whatever it is called: `case.file_date`.
        word = "" if self._is_followed_by(".") else token.text.lower()
        if word == "case":
            return self.choice()
        if word in ("true", "false"):
            self.at += 1
            return Constant(word == "true", "boolean", token.span)
        if word == "null":
            self.at += 1
            return Constant(None, "null", token.span)
        if word in _REFUSED_WORDS:
            _refuse_word(token.text, token.span, _REFUSED_WORDS[word])
        if word in KEYWORDS:
            self.fail("这里应是列、常量或函数", "expected a column, a literal or a function")
        self.at += 1
        if self.take_sign("("):
            return self.call(token)
        parts = [token.text]
        while self.take_sign("."):
            part = self.take()
            if part.kind != "name":
                self.at -= 1
                self.fail("点号之后应是列名", "expected a column after the dot")
            parts.append(part.text)
        return Name(tuple(parts), self.span_from(token.span.start))

    def _is_followed_by(self, sign: str) -> bool:
        after = self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        return after.kind == "sign" and after.text == sign

    def call(self, name: _Token) -> Node:
        arguments: list[Node] = []
        if not self.is_sign(")"):
            arguments.append(self.either())
            while self.take_sign(","):
                arguments.append(self.either())
        self.demand(")")
        return Operation(name.text.lower(), tuple(arguments), self.span_from(name.span.start))

    def choice(self) -> Node:
        start = self.take().span.start
        operand = None if self.is_word("when") else self.either()
        branches: list[tuple[Node, Node]] = []
        copied = 0 if operand is None else _bounded(operand)
        while self.take_word("when"):
            test = self.either()
            if operand is not None:
                self.copied += copied
                if self.copied > MAX_NODES:
                    _refuse(operand.span, *_TOO_LARGE)
                test = Operation("=", (operand, test), self.span_from(start))
            self.demand_word("then")
            branches.append((test, self.either()))
        if not branches:
            self.fail("case 之后应是 when", "expected when after case")
        otherwise = self.either() if self.take_word("else") else None
        self.demand_word("end")
        return Choice(tuple(branches), otherwise, self.span_from(start))


def read_expression(text: str) -> Node:
    """Return the tree of one expression.

    Raises:
        ExpressionError: the text is not an expression; carries the characters concerned.
    """
    if len(text) > MAX_LENGTH:
        _refuse(
            Span(0, 1), "表达式过长", "expression too long", "拆成派生列", "split it into derived columns"
        )
    return _read(text)


# A text always reads the same, and most texts of a dictionary are bound by many rules, on many days.
@lru_cache(maxsize=8192)
def _read(text: str) -> Node:
    return _Reader(text).whole()


def children_of(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly below a node, in the order in which they are written."""
    if isinstance(node, Operation):
        return node.arguments
    if not isinstance(node, Choice):
        return ()
    parts = tuple(part for branch in node.branches for part in branch)
    return parts if node.otherwise is None else (*parts, node.otherwise)
