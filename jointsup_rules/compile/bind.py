"""Expressions bound to columns: an expression's tree and a scope in, a typed scalar out.

A bound scalar keeps three things apart that SQL folds into NULL: a value that has *not happened yet*, a value that is
*unknown*, and a value that was delivered but could not be read (*lost*). An expression that comes out empty is unknown
when a column it reads is empty as unknown, else not yet. `is null` is an answer on an empty cell, not on a lost one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from jointsup_rules.compile import tree
from jointsup_rules.compile.patterns import fault_of, has_group
from jointsup_rules.compile.tree import Scalar, call
from jointsup_rules.model.expression import (
    Choice,
    Constant,
    ExpressionError,
    Name,
    Node,
    Operation,
    Parameter,
    Span,
)
from jointsup_rules.model.functions import FUNCTIONS, MONTH_RULES, WHOLE
from jointsup_rules.model.written import day_meant
from jointsup_rules.problems import Fix, Text, certain_word, did_you_mean, nearest_word

NUMBERS = ("integer", "decimal")
TEXTS = ("text", "code")
DAYS = ("date", "timestamp")
MOST_STEPS = 99_999


@dataclass(frozen=True)
class Read:
    """A column read by an expression that may be empty as unknown.

    `unknown` says when; `lost` when a value may be there all the same (unreadable, or undecidable). `labels`, where
    given, is the list of columns behind it that are empty, found while a derived column was built.
    """

    label: str
    unknown: Scalar
    lost: Scalar = tree.FALSE
    labels: Scalar | None = None


@dataclass(frozen=True)
class Bound:
    """A scalar with its type and what its emptiness means."""

    value: Scalar
    type: str
    reads: tuple[Read, ...] = ()
    scores: tuple[Scalar, ...] = ()
    codes: Mapping[str, Text] | None = None
    mask: str = "none"
    names: frozenset[str] = frozenset()

    def is_unknown(self) -> Scalar:
        """Return whether it is empty and that means that we do not know."""
        flags = tree.any_of([read.unknown for read in self.reads])
        return flags if flags == tree.FALSE else tree.all_of([tree.is_null(self.value), flags])

    def is_not_yet(self) -> Scalar:
        """Return whether it is empty and that means that it has not happened."""
        flags = tree.any_of([read.unknown for read in self.reads])
        empty = tree.is_null(self.value)
        return empty if flags == tree.FALSE else tree.all_of([empty, tree.negate(tree.is_true(flags))])

    def is_lost(self) -> Scalar:
        """Return whether it is empty although a value may be there."""
        flags = tree.any_of([read.lost for read in self.reads])
        return flags if flags == tree.FALSE else tree.all_of([tree.is_null(self.value), flags])


@dataclass(frozen=True)
class Scope:
    """Names within reach: `find` gives the bound column for a dotted name, or None."""

    find: Callable[[tuple[str, ...]], Bound | None]
    words: Callable[[], Iterable[str]]
    about: Text


@dataclass
class Notes:
    """What binding noticed besides its result: suspicious places, each with its span, and what each name stands for."""

    suspicious: list[tuple[Span, Text, Text, Text]] = field(default_factory=list)
    names: dict[tuple[str, ...], Bound] = field(default_factory=dict)


class BindError(ExpressionError):
    """A name, function or type that does not fit, with its problem code."""

    def __init__(self, code: str, span: Span, what: Text, why: Text, fix: Text) -> None:
        super().__init__(span, what, why, fix)
        self.code = code


_TYPE_NAMES = {
    "text": Text(zh="文字", en="text"),
    "code": Text(zh="代码", en="code"),
    "integer": Text(zh="整数", en="integer"),
    "decimal": Text(zh="小数", en="decimal"),
    "boolean": Text(zh="是否", en="boolean"),
    "date": Text(zh="日期", en="date"),
    "timestamp": Text(zh="时间", en="timestamp"),
    "null": Text(zh="空", en="null"),
}


# The type of an empty value where a function wants one of a kind.
_EMPTY = {
    "day": "date", "date": "date", "time": "timestamp", "timestamp": "timestamp", "number": "integer",
    "integer": "integer", "text": "text",
}  # fmt: skip


def _mismatch(span: Span, zh: str, en: str, fix_zh: str, fix_en: str) -> BindError:
    why = Text(zh="类型在运行之前核对，两边不同类的值不比较", en="types are checked before anything runs")
    return BindError("JR212", span, Text(zh=zh, en=en), why, Text(zh=fix_zh, en=fix_en))


def family_of(type_name: str) -> str:
    """Return which types may be compared with one another."""
    if type_name in NUMBERS:
        return "number"
    return "text" if type_name in TEXTS else type_name


def bind(node: Node, scope: Scope, parameters: Mapping[str, Bound], notes: Notes) -> Bound:
    """Return the node bound to its columns.

    Raises:
        BindError: a name that is not in scope, an unknown function, or types that do not fit.
    """
    return _Binder(scope, parameters, notes).bind(node)


class _Binder:
    def __init__(self, scope: Scope, parameters: Mapping[str, Bound], notes: Notes) -> None:
        self.scope, self.parameters, self.notes = scope, parameters, notes

    def bind(self, node: Node) -> Bound:
        match node:
            case Name():
                return self.bind_name(node)
            case Parameter():
                return self.bind_parameter(node)
            case Constant():
                return _bind_constant(node)
            case Choice():
                return self.bind_choice(node)
            case Operation():
                return self.bind_operation(node)

    def bind_name(self, node: Name) -> Bound:
        found = self.scope.find(node.parts)
        if found is not None:
            self.notes.names[node.parts] = found
            return found
        written = ".".join(node.parts)
        words = sorted(set(self.scope.words()))
        shown = ", ".join(words[:12])
        raise BindError(
            "JR203",
            node.span,
            Text(
                zh=f"{self.scope.about.zh}没有列“{written}”",
                en=f"no column '{written}' in {self.scope.about.en}",
            ),
            Text(
                zh="规则只能读取数据字典为该对象声明的列和派生列",
                en="a rule may read only the columns its subject has in datasets/dictionary.yaml",
            ),
            did_you_mean(written, words, Text(zh=f"可用的有：{shown} …", en=f"known are: {shown} …")),
        )

    def bind_parameter(self, node: Parameter) -> Bound:
        found = self.parameters.get(node.name)
        if found is not None:
            return found
        raise BindError(
            "JR213",
            node.span,
            Text(zh=f"规则没有参数“${node.name}”", en=f"no parameter '${node.name}' in this rule"),
            Text(zh="参数须在规则的 params 中列出", en="a parameter is named in the rule's params"),
            did_you_mean(
                f"${node.name}",
                [f"${name}" for name in self.parameters],
                Text(zh="在 params 中加上它", en="add it to params"),
            ),
        )

    def bind_choice(self, node: Choice) -> Bound:
        branches, results = [], []
        for test, then in node.branches:
            condition = self.bind(test)
            self.demand(condition, "boolean", test.span)
            branches.append(condition)
            results.append((self.bind(then), then.span))
        if node.otherwise is not None:
            results.append((self.bind(node.otherwise), node.otherwise.span))
        results_bound, kind = self.agree(results)
        pairs = tuple((c.value, r.value) for c, r in zip(branches, results_bound, strict=False))
        last = results_bound[-1].value if node.otherwise is not None else None
        return _joined(tree.Case(pairs, last), kind, [*branches, *results_bound])

    def bind_operation(self, node: Operation) -> Bound:
        op = node.op
        if op in ("and", "or", "not"):
            parts = [self.bind(argument) for argument in node.arguments]
            for part, argument in zip(parts, node.arguments, strict=True):
                self.demand(part, "boolean", argument.span)
            return _joined(call(op, *(part.value for part in parts)), "boolean", parts)
        if op in ("=", "<>", "<", "<=", ">", ">=", "in", "between", "is distinct from"):
            return self.bind_comparison(node)
        if op in ("is null", "is true", "is false"):
            return self.bind_test(node)
        if op == "like":
            return self.bind_like(node)
        if op in ("+", "-", "*", "%", "negative"):
            return self.bind_arithmetic(node)
        return self.bind_function(node)

    def bind_comparison(self, node: Operation) -> Bound:
        results = [(self.bind(argument), argument.span) for argument in node.arguments]
        parts, kind = self.agree(results)
        if kind == "boolean" and node.op in ("<", "<=", ">", ">=", "between"):
            raise _mismatch(
                node.span, "是否不能比大小", "booleans have no order", "用 = 或 is true", "use = or is true"
            )
        self.note_codes(parts, results)
        bound = _joined(call(node.op, *(part.value for part in parts)), "boolean", parts)
        return _answered(bound) if node.op == "is distinct from" else bound

    def bind_test(self, node: Operation) -> Bound:
        part = self.bind(node.arguments[0])
        if node.op != "is null":
            self.demand(part, "boolean", node.arguments[0].span)
        value = tree.is_null(part.value) if node.op == "is null" else call(node.op, part.value)
        return _answered(_joined(value, "boolean", [part]), emptied=part.value)

    def bind_like(self, node: Operation) -> Bound:
        text, pattern = node.arguments
        bound = self.bind(text)
        if family_of(bound.type) not in ("text", "null"):
            raise _mismatch(text.span, "like 只用于文字", "like is for text", "比较用 =", "compare with =")
        if not (isinstance(pattern, Constant) and pattern.kind == "text"):
            raise _mismatch(
                pattern.span, "like 之后应是文字常量", "like wants a text literal", "写作 '…%'", "write '…%'"
            )
        return _joined(call("like", bound.value, tree.text(str(pattern.value))), "boolean", [bound])

    def bind_arithmetic(self, node: Operation) -> Bound:
        parts = [self.bind(argument) for argument in node.arguments]
        for part, argument in zip(parts, node.arguments, strict=True):
            if part.type in DAYS:
                raise BindError(
                    "JR214",
                    node.span,
                    Text(zh="日期不能直接加减", en="dates are not added or subtracted with signs"),
                    Text(
                        zh="期间只用函数推算，月末规则才不会出错",
                        en="dates are reckoned by functions only, for months end in two ways",
                    ),
                    _reckoned(node, parts),
                )
            if family_of(part.type) not in ("number", "null"):
                found = _TYPE_NAMES.get(part.type, Text(zh=part.type, en=part.type))
                raise _mismatch(
                    argument.span,
                    f"{node.op} 需要数字，却是{found.zh}",
                    f"{node.op} wants numbers, found {found.en}",
                    "改用数字列",
                    "use a number",
                )
        if node.op == "%":
            right = node.arguments[1]
            if not (isinstance(right, Constant) and right.kind == "integer" and right.value):
                raise _mismatch(
                    right.span,
                    "% 之后应是非零整数",
                    "% wants a whole number other than 0 behind it",
                    "写作 % 2",
                    "write % 2",
                )
        values = [part.value for part in parts]
        kind = "decimal" if any(part.type == "decimal" for part in parts) else "integer"
        if node.op == "*":
            bound = _joined(call("times" if kind == "decimal" else "product", *values), kind, parts)
            return _empty_is_unknown(bound, "out_of_range", parts)
        if kind == "decimal":
            # Wide enough for any sum of money, where the engine's own choice is not.
            values = [call("as_decimal", value) for value in values]
        return _joined(call(node.op, *values), kind, parts)

    def bind_function(self, node: Operation) -> Bound:
        function = FUNCTIONS.get(node.op)
        if function is None:
            raise BindError(
                "JR211",
                Span(node.span.start, node.span.start + len(node.op)),
                Text(zh=f"没有函数“{node.op}”", en=f"no function '{node.op}'"),
                Text(zh="规则只能用列明的函数", en="a rule may use the listed functions only"),
                did_you_mean(
                    node.op,
                    FUNCTIONS,
                    Text(zh="函数表见 README", en="see the list of functions in the README"),
                ),
            )
        takes = _spread(function.takes, len(node.arguments))
        if takes is None:
            wanted = " ".join(function.takes)
            raise _mismatch(
                node.span,
                f"{node.op} 的参数应是 ({wanted})",
                f"{node.op} takes ({wanted})",
                "改正参数个数",
                "give that many arguments",
            )
        parts: list[Bound] = []
        rule = ""
        for wanted, argument in zip(takes, node.arguments, strict=True):
            if wanted == "rule":
                rule = self.literal_word(argument, MONTH_RULES)
            elif wanted == "whole":
                parts.append(self.whole(node, argument))
            elif wanted == "integer":
                parts.append(self.amount(argument))
            else:
                parts.append(self.argument(wanted, argument))
        kind = function.gives
        if kind == "same":
            spans = [argument.span for argument in node.arguments]
            agreed, kind = self.agree(list(zip(parts, spans, strict=False)))
            parts = list(agreed)
        value = _function_value(node.op, rule, [part.value for part in parts])
        return _that_may_fail(node.op, value, kind, parts)

    def whole(self, call: Operation, node: Node) -> Bound:
        """A literal whole number within what the function can do with."""
        least, most = WHOLE[call.op]
        bound = self.bind(node)
        found = bound.value
        fits = isinstance(found, tree.Literal) and type(found.value) is int and least <= found.value <= most
        pattern = call.arguments[1]
        if fits and call.op == "extract" and isinstance(pattern, Constant):
            assert isinstance(found, tree.Literal)
            if isinstance(found.value, int) and not has_group(str(pattern.value), found.value):
                raise _mismatch(
                    node.span,
                    f"模式没有第 {found.value} 组",
                    f"the pattern has no group {found.value}",
                    "在模式里加括号，或写 0 取整个匹配",
                    "add brackets to the pattern, or take the whole match with 0",
                )
        if not fits:
            raise _mismatch(
                node.span,
                f"这里应是 {least} 至 {most} 的整数，直接写出",
                f"expected a whole number from {least} to {most}, written out",
                f"写作 {max(1, least)}",
                f"write {max(1, least)}",
            )
        return bound

    def amount(self, node: Node) -> Bound:
        """A number of days, months or characters."""
        bound = self.argument("integer", node)
        check_amount(bound, node.span)
        return bound if is_fixed(bound.value) else replace(bound, value=call("few", bound.value))

    def literal_word(self, node: Node, words: tuple[str, ...]) -> str:
        if isinstance(node, Constant) and node.value in words:
            return str(node.value)
        listed = " / ".join(f"'{word}'" for word in words)
        raise _mismatch(
            node.span,
            f"这里应是 {listed}",
            f"expected {listed} here",
            "写明月份规则，没有默认",
            "say which month rule; there is no default",
        )

    def argument(self, wanted: str, node: Node) -> Bound:
        bound = self.bind(node)
        if wanted == "pattern":
            self.check_pattern(node)
            return bound
        if wanted in DAYS or wanted in ("day", "time"):
            bound = _as_day(bound, node)
        fits = {
            "day": bound.type in DAYS,
            "time": bound.type == "timestamp",
            "number": bound.type in NUMBERS,
            "integer": bound.type == "integer",
            "text": bound.type in TEXTS,
            "same": True,
            "any": True,
        }[wanted]
        if not fits and bound.type != "null":
            name = _TYPE_NAMES.get(
                wanted,
                Text(zh={"day": "日期", "time": "时间", "number": "数字"}.get(wanted, wanted), en=wanted),
            )
            found = _TYPE_NAMES.get(bound.type, Text(zh=bound.type, en=bound.type))
            raise _mismatch(
                node.span,
                f"这里应是{name.zh}，却是{found.zh}",
                f"expected {name.en} here, found {found.en}",
                "换一列，或先转换（as_date、as_number、as_whole、date_of）",
                "use another column, or convert it (as_date, as_number, as_whole, date_of)",
            )
        if bound.type == "null" and wanted in _EMPTY:
            # The database tells functions apart by the types they are given.
            return replace(bound, value=tree.nothing(_EMPTY[wanted]))
        return bound

    def check_pattern(self, node: Node) -> None:
        if not (isinstance(node, Constant) and node.kind == "text"):
            raise _mismatch(
                node.span, "模式应是文字常量", "a pattern is a text literal", "写作 '…'", "write '…'"
            )
        fault = fault_of(str(node.value))
        if fault:
            raise _mismatch(
                node.span,
                f"模式写错：{fault}",
                f"the pattern cannot be read: {fault}",
                "改正模式",
                "mend the pattern",
            )

    def demand(self, bound: Bound, kind: str, span: Span) -> None:
        if bound.type not in (kind, "null"):
            found = _TYPE_NAMES.get(bound.type, Text(zh=bound.type, en=bound.type))
            wanted = _TYPE_NAMES[kind]
            raise _mismatch(
                span,
                f"这里应是{wanted.zh}，却是{found.zh}",
                f"expected {wanted.en} here, found {found.en}",
                "写成条件，例如 = 或 is null",
                "write a condition, such as = or is null",
            )

    def agree(self, results: list[tuple[Bound, Span]]) -> tuple[list[Bound], str]:
        """Bring values to one type; text literals become days beside a date column."""
        kinds = [bound.type for bound, _ in results if bound.type != "null"]
        if not kinds:
            return [bound for bound, _ in results], "null"
        days = [kind for kind in kinds if kind in DAYS]
        if days:
            results = [(_coerced(bound, days[0], span), span) for bound, span in results]
        families = {family_of(bound.type) for bound, _ in results if bound.type != "null"}
        if len(families) > 1:
            first = results[0][0]
            for bound, span in results[1:]:
                if bound.type != "null" and family_of(bound.type) != family_of(first.type):
                    left = _TYPE_NAMES.get(first.type, Text(zh=first.type, en=first.type))
                    right = _TYPE_NAMES.get(bound.type, Text(zh=bound.type, en=bound.type))
                    both_days = first.type in DAYS and bound.type in DAYS
                    raise _mismatch(
                        span,
                        f"{left.zh}与{right.zh}不能放在一起",
                        f"{left.en} and {right.en} do not go together",
                        "时间先用 date_of(…) 取日期" if both_days else "先转换，或改用同类的列",
                        "take the day of the time with date_of(…)"
                        if both_days
                        else "convert one of them, or use columns of one type",
                    )
        kind = next(kind for kind in (bound.type for bound, _ in results) if kind != "null")
        if "decimal" in kinds and kind == "integer":
            kind = "decimal"
        if kind == "code":
            kind = "text"
        return [bound for bound, _ in results], kind

    def note_codes(self, parts: list[Bound], results: list[tuple[Bound, Span]]) -> None:
        codes = next((part.codes for part in parts if part.codes), None)
        if not codes:
            return
        for part, span in results:
            literal = part.value
            if (
                isinstance(literal, tree.Literal)
                and isinstance(literal.value, str)
                and literal.value not in codes
            ):
                listed = "、".join(list(codes)[:8])
                self.notes.suspicious.append(
                    (
                        span,
                        Text(
                            zh=f"代码表里没有 '{literal.value}'",
                            en=f"'{literal.value}' is not in the column's list of codes",
                        ),
                        Text(
                            zh="比较的是代码，不是代码的名称，所以这个比较的结果总是一样",
                            en="codes are compared, not their labels, so this comparison always comes out the same",
                        ),
                        _code_meant(literal.value, codes)
                        or Text(zh=f"可用代码：{listed}", en=f"codes are: {listed}"),
                    )
                )


def _reckoned(node: Operation, parts: Sequence[Bound]) -> Text:
    """The function to use in place of a sign between days; of two columns of days it is certain."""
    if node.op != "-" or not all(part.type in DAYS for part in parts):
        return Text(
            "用 add_days(日期, 天数) 或 months_after(日期, 月数, 规则)",
            "use add_days(d, n) or months_after(d, n, rule)",
        )
    zh, en = "用 days_between(前, 后)", "use days_between(earlier, later)"
    later, earlier = node.arguments
    if isinstance(later, Name) and isinstance(earlier, Name) and all(part.type == "date" for part in parts):
        words = f"days_between({'.'.join(earlier.parts)}, {'.'.join(later.parts)})"
        return Fix(zh, en, instead=words)
    return Text(zh, en)


def _code_meant(found: str, codes: Mapping[str, Text]) -> Text | None:
    """The code that is called so, or that is nearest; None when nothing is close."""
    labelled = [code for code, label in codes.items() if found in (label.zh, label.en)]
    near = labelled[0] if labelled else nearest_word(found, codes)
    if near is None:
        return None
    certain = labelled[0] if len(labelled) == 1 else None if labelled else certain_word(found, codes)
    zh, en = f"是不是想写 '{certain or near}'？", f"did you mean '{certain or near}'?"
    return Text(zh, en) if certain is None else Fix(zh, en, instead=f"'{certain}'")


def _bind_constant(node: Constant) -> Bound:
    if node.kind == "decimal":
        return Bound(tree.Literal(Decimal(str(node.value)), "decimal"), "decimal")
    if node.kind == "null":
        return Bound(tree.Literal(None), "null")
    return Bound(tree.Literal(node.value, node.kind), node.kind)


def _joined(value: Scalar, kind: str, parts: Iterable[Bound]) -> Bound:
    """Return a scalar that reads all that its parts read."""
    reads: dict[Read, None] = {}
    scores: dict[Scalar, None] = {}
    names: set[str] = set()
    masks = set()
    for part in parts:
        reads.update(dict.fromkeys(part.reads))
        scores.update(dict.fromkeys(part.scores))
        names |= part.names
        masks.add(part.mask)
    mask = next((mask for mask in ("hide", "short", "name") if mask in masks), "none")
    if kind not in TEXTS:
        mask = "hide" if mask == "hide" else "none"
    return Bound(
        value,
        kind,
        tuple(reads),
        tuple(scores),
        None,
        mask if kind != "boolean" else "none",
        frozenset(names),
    )


def missing_labels(reads: Iterable[Read]) -> Scalar:
    """Return the labels of the reads that are empty as unknown, as a list of text."""
    distinct = {(read.label, read.unknown): read for read in reads}
    flags: dict[str, list[Scalar]] = {}
    for read in sorted(distinct.values(), key=lambda read: read.label):
        if read.labels is None:
            flags.setdefault(read.label, []).append(read.unknown)
    plain = [
        tree.Case(((tree.is_true(tree.any_of(some)), tree.text(label)),)) for label, some in flags.items()
    ]
    lists: list[Scalar] = []
    if plain:
        filled = tree.Lambda(("x",), tree.negate(tree.is_null(tree.Column("", "x"))))
        lists.append(call("list_filter", call("list_value", *plain), filled))
    for read in distinct.values():
        if read.labels is not None:
            lists.append(tree.Case(((tree.is_true(read.unknown), read.labels),), tree.nothing("texts")))
    if not lists:
        return tree.nothing("texts")
    return lists[0] if len(lists) == 1 else call("list_distinct", call("list_concat", *lists))


def conjunction(parts: Sequence[Bound | None]) -> Bound:
    """Return the three-valued `and` of conditions; none at all is true."""
    kept = [part for part in parts if part is not None]
    return _joined(tree.all_of([part.value for part in kept]), "boolean", kept)


def _answered(bound: Bound, emptied: Scalar | None = None) -> Bound:
    """Return a test that always has an answer, except where a value was lost."""
    lost = tuple(replace(read, unknown=read.lost) for read in bound.reads if read.lost != tree.FALSE)
    flags = tree.any_of([read.lost for read in lost])
    if emptied is not None and flags != tree.FALSE:
        flags = tree.all_of([tree.is_null(emptied), flags])
    value = (
        bound.value if flags == tree.FALSE else tree.Case(((flags, tree.nothing("boolean")),), bound.value)
    )
    return replace(bound, value=value, reads=lost)


def _coerced(bound: Bound, kind: str, span: Span) -> Bound:
    value = bound.value
    if not (isinstance(value, tree.Literal) and isinstance(value.value, str)):
        return bound
    try:
        day = date.fromisoformat(value.value)
    except ValueError:
        meant = day_meant(value.value)
        shown = f"'{meant or '2024-05-01'}'"
        error = _mismatch(
            span,
            f"'{value.value}' 不是日期",
            f"'{value.value}' is no date",
            f"写作 {shown}",
            f"write {shown}",
        )
        if meant is not None:
            error.fix = Fix(error.fix.zh, error.fix.en, instead=shown)
        raise error from None
    literal = tree.Literal(day, "date")
    return Bound(call("start_of_day", literal) if kind == "timestamp" else literal, kind)


def _as_day(bound: Bound, node: Node) -> Bound:
    if isinstance(node, Constant) and node.kind == "text":
        return _coerced(bound, "date", node.span)
    return bound


def _spread(takes: tuple[str, ...], given: int) -> list[str] | None:
    """Return what each of the given arguments must be, or None if the number does not fit."""
    if takes and takes[-1].endswith("*"):
        return [takes[-1][:-1]] * given if given >= 1 else None
    plain = [word.rstrip("?") for word in takes]
    least = sum(not word.endswith("?") for word in takes)
    return plain[:given] if least <= given <= len(plain) else None


def _function_value(name: str, rule: str, values: list[Scalar]) -> Scalar:
    if name == "months_after":
        return call(f"months_after_{rule}", *values)
    if name == "years_after":
        return call(f"months_after_{rule}", values[0], call("*", values[1], tree.number(12)))
    if name == "term_end":
        return call("add_days", call("months_after_criminal", *values), tree.number(-1))
    if name == "round" and len(values) == 2:
        return call("round", values[0], call("as_small", values[1]))
    return call(name, *values)


_ON_CALENDAR = ("roll", "is_working_day", "working_days_between", "add_working_days")


def _that_may_fail(name: str, value: Scalar, kind: str, parts: list[Bound]) -> Bound:
    """A value empty although all it was given is there: a year not announced, a number beyond all days."""
    bound = _joined(value, kind, parts)
    label = "calendar" if name in _ON_CALENDAR else ""
    if any(part.value != _asked(part.value) for part in parts):
        label = label or "out_of_range"
    return _empty_is_unknown(bound, label, parts) if label else bound


def _asked(value: Scalar) -> Scalar:
    """The amount that was asked for, whether it can be reckoned with or not."""
    return value.arguments[0] if isinstance(value, tree.Call) and value.name == "few" else value


def _empty_is_unknown(bound: Bound, label: str, parts: list[Bound]) -> Bound:
    filled = tree.all_of([tree.negate(tree.is_null(_asked(part.value))) for part in parts])
    unknown = tree.all_of([filled, tree.is_null(bound.value)])
    return replace(bound, reads=(*bound.reads, Read(label, unknown, unknown)))


def is_fixed(value: Scalar) -> bool:
    """Whether an amount stands in the rule or its parameters, and not in the data, and can be reckoned with."""
    if isinstance(value, tree.Case):
        results = [then for _, then in value.branches]
        return all(map(is_fixed, results if value.otherwise is None else [*results, value.otherwise]))
    if not isinstance(value, tree.Literal):
        return False
    return not isinstance(value.value, int) or abs(value.value) <= MOST_STEPS


def check_amount(bound: Bound, span: Span) -> None:
    """Refuse a fixed number of days or months that no calendar reaches.

    Raises:
        BindError: it is larger.
    """
    found = bound.value
    if (
        not isinstance(found, tree.Literal)
        or not isinstance(found.value, int)
        or abs(found.value) <= MOST_STEPS
    ):
        return
    raise _mismatch(
        span,
        f"{found.value} 超出可推算的范围",
        f"{found.value} is beyond what can be reckoned",
        f"最多 {MOST_STEPS}",
        f"{MOST_STEPS} at most",
    )


def countable(bound: Bound) -> Bound:
    """Return an amount from the data such that one no calendar reaches is unknown, and not an error."""
    if is_fixed(bound.value):
        return bound
    return _empty_is_unknown(replace(bound, value=call("few", bound.value)), "out_of_range", [bound])
