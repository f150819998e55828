"""Expressions in words: the text of a rule in, the same in Chinese and English with labels beside names.

Meant for reading, not for running: what a rule does is decided by its text alone, and these words follow its
tree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from jointsup_rules.model.dictionary import Column, Derived, Dictionary, Relation, Subject
from jointsup_rules.model.expression import (
    Choice,
    Constant,
    ExpressionError,
    Name,
    Node,
    Operation,
    Parameter,
    read_expression,
)
from jointsup_rules.problems import NO_TEXT, Text

# What a finding adds to the names of its subject, and the days of the sweep.
FINDING_LABELS = {
    "started_on": Text("起算日", "starts on"),
    "due_on": Text("届满日", "due on"),
    "ended_on": Text("办结日", "ended on"),
    "over_days": Text("超过天数", "days over"),
    "paused_days": Text("不计入的天数", "days that do not count"),
    "measure": Text("数值", "measure"),
    "confidence": Text("关联评分", "score of links"),
    "part": Text("部分", "part"),
    "band": Text("档次", "band"),
    "clock": Text("期限时钟", "clock"),
    "segment": Text("期间序号", "period"),
    "window": Text("所在窗口", "window"),
    "due_if_all": Text("全部认可时的届满日", "due day had all been honoured"),
    "severity": Text("严重度", "severity"),
    "grade": Text("处置等级", "grade"),
    "subject": Text("对象键", "key of the subject"),
    "case_no": Text("案号", "case number"),
    "unit": Text("单位", "unit"),
    "handler": Text("承办人", "handler"),
    "as_of": Text("筛查日", "day of the sweep"),
    "cut_off": Text("数据截止日", "last day of the data"),
    "seen_until": Text("数据所及日", "last day the data can speak of"),
}
LEVELS = {
    "high": Text("高", "high"),
    "medium": Text("中", "medium"),
    "low": Text("低", "low"),
    "A": Text("A（程序）", "A (procedural)"),
    "B": Text("B（实体或系统性）", "B (substantive or systemic)"),
    "C": Text("C（纪律）", "C (discipline)"),
    "none": Text("不分等级（数据问题）", "none (about the data)"),
}
MONTH_RULES = {
    "criminal": Text("刑事月末规则", "criminal month rule"),
    "civil": Text("民事月末规则", "civil month rule"),
}
# What a number counts; a unit that is not here is said as it is written.
UNITS = {
    "days": Text("天", "days"),
    "working days": Text("个工作日", "working days"),
    "months": Text("个月", "months"),
    "years": Text("年", "years"),
    "hours": Text("小时", "hours"),
    "times": Text("次", "times"),
    "rows": Text("行", "rows"),
    "share": Text("比例", "share"),
    "people": Text("人", "people"),
    "yuan": Text("元", "yuan"),
    "reports": Text("件举报", "reports"),
    "petitions": Text("件信访", "petitions"),
    "opinions": Text("件意见", "opinions"),
    "returns": Text("次退回", "returns"),
    "per 100 cases": Text("每百件", "per 100 cases"),
}
_BINARY = {
    "=": Text("是", "is"),
    "<>": Text("不是", "is not"),
    "is distinct from": Text("不同于", "differs from"),
    "like": Text("形如", "is like"),
    "+": Text("+", "+"),
    "-": Text("-", "-"),
    "*": Text("×", "×"),
    "%": Text("除以后的余数，除数", "modulo"),
}
_TESTS = {
    "is null": (Text("为空", "is empty"), Text("不为空", "is filled")),
    "is true": (Text("为是", "is yes"), Text("不为是", "is not yes")),
    "is false": (Text("为否", "is no"), Text("不为否", "is not no")),
}
# {0}, {1} … stand for the arguments; a function that is not here is written as it stands in the rule.
_FUNCTIONS = {
    "date_of": Text("{0}的日期", "the day of {0}"),
    "days_between": Text("{0}至{1}的天数", "the days from {0} to {1}"),
    "working_days_between": Text("{0}之后至{1}的工作日数", "the working days after {0} up to {1}"),
    "add_days": Text("{0}之后{1}天", "{1} days after {0}"),
    "add_working_days": Text("{0}之后第{1}个工作日", "working day {1} after {0}"),
    "months_after": Text("{0}之后{1}个月（{2}）", "{1} months after {0} ({2})"),
    "years_after": Text("{0}之后{1}年（{2}）", "{1} years after {0} ({2})"),
    "roll": Text("{0}遇节假日顺延后", "{0} rolled to a working day"),
    "is_working_day": Text("{0}是工作日", "{0} is a working day"),
    "as_date": Text("{0}", "{0}"),
    "add_minutes": Text("{0}之后{1}分钟", "{1} minutes after {0}"),
    "as_whole": Text("{0}所写的数", "the number written in {0}"),
    "as_number": Text("{0}所写的数", "the number written in {0}"),
    "share": Text("{0}÷{1}", "{0} ÷ {1}"),
    "normalise": Text("{0}的规范写法", "the plain form of {0}"),
    "case_no": Text("{0}中的案号", "the case number in {0}"),
    "abs": Text("{0}的绝对值", "the size of {0}"),
    "matches": Text("{0}符合格式{1}", "{0} has the form {1}"),
    "year": Text("{0}的年份", "the year of {0}"),
    "month": Text("{0}的月份", "the month of {0}"),
    "weekday": Text("{0}是星期几", "the weekday of {0}"),
    "round": Text("{0}（保留{1}位小数）", "{0} (to {1} decimals)"),
    "length": Text("{0}的字数", "the length of {0}"),
    "trim": Text("{0}去掉首尾空白", "{0} without blanks around it"),
    "lower": Text("{0}的小写", "{0} in lower case"),
    "upper": Text("{0}的大写", "{0} in upper case"),
    "term_end": Text("自{0}起{1}个月刑期的末日", "the last day of a term of {1} months from {0}"),
    "written_date": Text("{0}中写的日期", "the date written in {0}"),
    "has_written_date": Text("{0}中写有日期", "a date is written in {0}"),
    "document_no": Text("{0}中的文书号", "the document number in {0}"),
    "case_no_year": Text("{0}中案号的年份", "the year of the case number in {0}"),
    "case_no_court": Text("{0}中案号的机关代字", "the court of the case number in {0}"),
    "case_no_type": Text("{0}中案号的类型代字", "the type of the case number in {0}"),
    "case_no_serial": Text("{0}中案号的序号", "the serial of the case number in {0}"),
    "similar": Text("{0}与{1}的相似度", "how alike {0} and {1} are"),
    "digits_mod": Text("{0}除以{1}的余数", "{0} modulo {1}"),
    "id_number_valid": Text("{0}的校验码正确", "the check digit of {0} is right"),
    "credit_code_valid": Text("{0}的校验码正确", "the check digit of {0} is right"),
}
_EXTREMES = {
    "greatest": Text("最大（最晚）者", "the greatest (latest)"),
    "least": Text("最小（最早）者", "the smallest (earliest)"),
}
_OR, _AND, _COMPARISON, _SUM, _ATOM = 1, 2, 4, 5, 7


# How each verb of a derived column reads; {when} narrows the rows.
_VERBS = {
    "first": Text("{in}{when}中最早（最小）的{of}", "the first {of} among {in}{when}"),
    "last": Text("{in}{when}中最晚（最大）的{of}", "the last {of} among {in}{when}"),
    "nth": Text("{in}{when}中第{n}个{of}", "{of} number {n} among {in}{when}"),
    "pick_first": Text("{in}{when}中按{by}最早一行的{of}", "{of} in the row of {in}{when} first by {by}"),
    "pick_last": Text("{in}{when}中按{by}最晚一行的{of}", "{of} in the row of {in}{when} last by {by}"),
    "rows": Text("{in}{when}的行数", "the number of rows of {in}{when}"),
    "count": Text("{in}{when}中不同{of}的个数", "how many different {of} among {in}{when}"),
    "sum": Text("{in}{when}中{of}之和", "the sum of {of} over {in}{when}"),
    "max": Text("{in}{when}中最大的{of}", "the largest {of} among {in}{when}"),
    "min": Text("{in}{when}中最小的{of}", "the smallest {of} among {in}{when}"),
    "most": Text("{in}{when}中同一{by}合计最多者", "the most among {in}{when} that share {by}"),
    "has": Text("{in}{when}中至少有一行", "there is a row of {in}{when}"),
    "days": Text("{in}{when}中{of}各段合并后的天数", "the days covered by {of} of {in}{when}"),
}


def _when(said: Text) -> Text:
    return said if said == NO_TEXT else Text(f"（限{said.zh}）", f" (where {said.en})")


@dataclass(frozen=True)
class Named:
    """What is known of a name: its label, the labels of its codes, whether it is a yes or no."""

    label: Text = NO_TEXT
    codes: Mapping[str, Text] = field(default_factory=dict)
    is_boolean: bool = False


@dataclass(frozen=True)
class _Said:
    """Words, and how tightly they hold together."""

    text: Text
    level: int


Find = Callable[[tuple[str, ...]], Named]


def with_label(name: str, label: Text) -> Text:
    """Return a name with its label in brackets; the name alone where they are one word."""
    zh = name if label.zh in ("", name) else f"{name}（{label.zh}）"
    en = name if label.en in ("", name) else f"{name} ({label.en})"
    return Text(zh, en)


class Speaker:
    """Says expressions over one subject.

    Args:
        dictionary: Where labels come from.
        subject: Whose columns bare names are.
        parameters: What stands for each `$name`.
        is_plain: Labels stand alone, for readers who will never open the rule; otherwise beside the names.
        own_codes: What the values of names after detection are called, such as the parts of a rule.
    """

    def __init__(
        self,
        dictionary: Dictionary,
        subject: Subject,
        parameters: Mapping[str, Text],
        *,
        is_plain: bool = False,
        own_codes: Mapping[str, Mapping[str, Text]] | None = None,
    ) -> None:
        self.dictionary, self.subject, self.parameters = dictionary, subject, parameters
        self.is_plain, self.own_codes = is_plain, own_codes or {}

    def say(self, expression: str, relation: Relation | None = None) -> Text:
        """Return an expression in words; with a relation, bare names are those of its rows.

        A text that is no expression is returned as it is: `check` tells what is wrong with it.
        """
        try:
            node = read_expression(expression)
        except ExpressionError:
            return Text(expression)
        return _Sayer(self, relation).say(node).text

    def called(self, name: str, label: Text) -> Text:
        """Return what something is called: its label, with its name unless labels stand alone."""
        return label if self.is_plain and label != NO_TEXT else with_label(name, label)

    def column(self, parts: tuple[str, ...], relation: Relation | None = None) -> Text:
        """Return what a column within reach is called; where labels stand alone, also whose it is."""
        label = self.named(parts, relation).label
        said = self.called(parts[-1] if self.is_plain else ".".join(parts), label)
        if not self.is_plain or len(parts) < 2:
            return said
        if parts[0] != "subject":
            whose = self.relation(parts[0])
        elif relation is not None:
            whose = self.subject.label
        else:
            return said
        return Text(f"{whose.zh}的{said.zh}", f"{said.en} of {whose.en}")

    def named(self, parts: tuple[str, ...], relation: Relation | None = None) -> Named:
        """Return what is known of a name within reach of the subject, or of the rows of a relation."""
        if relation is not None and parts[0] != "subject":
            found = self._of_target(relation, parts[-1]) if len(parts) == 1 else None
            return found or (self._after_detection(parts[0]) if len(parts) == 1 else Named())
        if parts[0] == "subject" and len(parts) > 1:
            parts = parts[1:]
        if len(parts) == 2:
            through = self.subject.related.get(parts[0])
            return (self._of_target(through, parts[1]) if through else None) or Named()
        own = _of_subject(self.subject, parts[0])
        return own or self._after_detection(parts[0])

    def _after_detection(self, word: str) -> Named:
        return Named(FINDING_LABELS.get(word, NO_TEXT), self.own_codes.get(word, {}))

    def relation(self, name: str) -> Text:
        """Return a relation by name with what it leads to."""
        found = self.subject.related.get(name)
        if found is not None:
            label = found.label or self._label_of(found)
            return self.called(
                name, label if found.label or not self.is_plain else self._told_apart(found, label)
            )
        known = self.dictionary.subjects.get(name)
        table = self.dictionary.tables.get(name)
        return self.called(name, known.label if known is not None else table.label if table else NO_TEXT)

    def _told_apart(self, relation: Relation, label: Text) -> Text:
        """What a relation leads to, with how it is matched where another relation leads there, too."""
        others = (one for one in self.subject.related.values() if one.name != relation.name and not one.label)
        if not any(self._label_of(one) == label for one in others):
            return label
        links, keys = (
            self.dictionary.links,
            joined([self.column((key,), relation) for key in relation.match], Text("、", ", ")),
        )
        if relation.link and links is not None:
            codes = self.dictionary.tables[links.table].columns[links.kind].codes
            keys = joined([codes.get(kind, Text(kind)) for kind in relation.link], Text("、", ", "))
        return Text(f"{label.zh}（按{keys.zh}）", f"{label.en} (by {keys.en})")

    def say_derived(self, derived: Derived) -> Text:
        """Return how a derived column comes about."""
        if derived.value is not None:
            return self.say(derived.value)
        # The clocks of a subject are a relation that no dictionary declares.
        relation = self.subject.related.get(derived.in_ or "")
        parts = {"of": self._of(derived, relation), "by": NO_TEXT, "in": self.relation(derived.in_ or "")}
        by = derived.first_by or derived.last_by or derived.per
        if by is not None:
            parts["by"] = self.say(by, relation)
        verb = derived.verb
        if verb == "pick":
            verb = "pick_first" if derived.first_by else "pick_last"
        elif verb in ("count", "most") or derived.per:
            verb = "rows" if derived.of == "rows" and not derived.per else "most" if derived.per else verb
        when = _when(self.say(derived.when, relation) if derived.when else NO_TEXT)
        template = _VERBS[verb]
        zh = template.zh.format(**{key: part.zh for key, part in parts.items()}, n=derived.n, when=when.zh)
        return Text(
            zh, template.en.format(**{key: part.en for key, part in parts.items()}, n=derived.n, when=when.en)
        )

    def _of(self, derived: Derived, relation: Relation | None) -> Text:
        if derived.days is not None:
            begins, ends = (self.say(text, relation) for text in derived.days)
            return Text(f"{begins.zh}至{ends.zh}", f"{begins.en} to {ends.en}")
        return NO_TEXT if derived.of in ("rows", "true") else self.say(str(derived.of), relation)

    def _label_of(self, relation: Relation) -> Text:
        if relation.subject:
            return self.dictionary.subjects[relation.subject].label
        return self.dictionary.tables[relation.table or ""].label

    def _of_target(self, relation: Relation, word: str) -> Named | None:
        if relation.subject:
            return _of_subject(self.dictionary.subjects[relation.subject], word)
        column = self.dictionary.tables[relation.table or ""].column_named(word)
        return _of_column(column) if column is not None else None


def _of_subject(subject: Subject, word: str) -> Named | None:
    column = subject.column_named(word)
    if column is not None:
        return _of_column(column)
    derived = subject.derived_named(word)
    return _of_derived(derived) if derived is not None else None


def _of_column(column: Column) -> Named:
    return Named(column.label, column.codes, column.type == "boolean")


def _of_derived(derived: Derived) -> Named:
    return Named(derived.label or NO_TEXT, {}, derived.verb == "has")


class _Sayer:
    """Walks an expression's tree; brackets only where words would run together."""

    def __init__(self, speaker: Speaker, relation: Relation | None) -> None:
        self.speaker, self.relation = speaker, relation

    def find(self, parts: tuple[str, ...]) -> Named:
        return self.speaker.named(parts, self.relation)

    def say(self, node: Node, codes: Mapping[str, Text] | None = None) -> _Said:
        match node:
            case Name(parts):
                return _Said(self.speaker.column(parts, self.relation), _ATOM)
            case Parameter(name):
                return _Said(self.speaker.parameters.get(name, Text(f"${name}")), _ATOM)
            case Constant():
                return _Said(self.constant(node, codes), _ATOM)
            case Choice():
                return self.choice(node)
            case Operation():
                return self.operation(node)

    def inner(self, node: Node, level: int, codes: Mapping[str, Text] | None = None) -> Text:
        """A part, in brackets where it holds together less tightly than its surroundings."""
        said = self.say(node, codes)
        if said.level >= level:
            return said.text
        return Text(f"（{said.text.zh}）", f"({said.text.en})")

    def choice(self, node: Choice) -> _Said:
        zh, en = [], []
        for test, then in node.branches:
            tested, chosen = self.say(test).text, self.say(then).text
            zh.append(f"若{tested.zh}则{chosen.zh}")
            en.append(f"{chosen.en} if {tested.en}")
        if node.otherwise is not None:
            other = self.say(node.otherwise).text
            zh.append(f"否则{other.zh}")
            en.append(f"else {other.en}")
        return _Said(Text("，".join(zh), ", ".join(en)), _OR)

    def operation(self, node: Operation) -> _Said:
        op, arguments = node.op, node.arguments
        if op in ("or", "and"):
            # In words nothing shows that `and` binds tighter, so within `or` it stands in brackets.
            parts = [self.inner(part, _COMPARISON if op == "or" else _AND) for part in arguments]
            word = Text("，或者", " or ") if op == "or" else Text("，且", " and ")
            return _Said(joined(parts, word), _OR if op == "or" else _AND)
        if op == "not":
            return self.negation(arguments[0])
        if op in _TESTS or op in ("in", "between"):
            return self.test(node, is_not=False)
        if op == "negative":
            value = self.inner(arguments[0], _ATOM)
            return _Said(Text(f"-{value.zh}", f"-{value.en}"), _SUM)
        if op in _BINARY or op in ("<", "<=", ">", ">="):
            return self.binary(op, arguments)
        return self.function(op, arguments)

    def binary(self, op: str, arguments: tuple[Node, ...]) -> _Said:
        level = _SUM if op in ("+", "-", "*", "%") else _COMPARISON
        codes = self.codes_among(arguments)
        left, right = (self.inner(part, level, codes) for part in arguments)
        word = _BINARY.get(op, Text(op))
        if op in ("=", "<>") and any(_is_number(part) for part in arguments):
            word = Text("=" if op == "=" else "≠")
        zh = f"{left.zh} {word.zh} {right.zh}"
        return _Said(Text(zh, f"{left.en} {word.en} {right.en}"), level)

    def codes_among(self, arguments: tuple[Node, ...]) -> Mapping[str, Text]:
        """The labels of the codes of the first column among the sides of a comparison."""
        named = (self.find(part.parts) for part in map(_filled, arguments) if isinstance(part, Name))
        return next((one.codes for one in named if one.codes), {})

    def negation(self, node: Node) -> _Said:
        if isinstance(node, Operation) and (node.op in _TESTS or node.op in ("in", "between", "like")):
            return self.test(node, is_not=True)
        if isinstance(node, Operation) and node.op == "is distinct from":
            left, right = (
                self.inner(node.arguments[0], _COMPARISON),
                self.inner(node.arguments[1], _COMPARISON),
            )
            same = Text(f"{left.zh} 与 {right.zh} 相同", f"{left.en} is the same as {right.en}")
            return _Said(same, _COMPARISON)
        if isinstance(node, Name) and self.find(node.parts).is_boolean:
            name = self.say(node).text
            return _Said(Text(f"{name.zh} 为否", f"{name.en} is no"), _COMPARISON)
        inner = self.say(node).text
        return _Said(Text(f"并非（{inner.zh}）", f"not ({inner.en})"), _COMPARISON)

    def test(self, node: Operation, *, is_not: bool) -> _Said:
        first, *others = node.arguments
        codes = self.codes_among(node.arguments)
        left = self.inner(first, _COMPARISON)
        if node.op in _TESTS:
            word = _TESTS[node.op][is_not]
            return _Said(Text(f"{left.zh} {word.zh}", f"{left.en} {word.en}"), _COMPARISON)
        values = [self.inner(part, _COMPARISON, codes) for part in others]
        negated = Text("不", "not ") if is_not else NO_TEXT
        if node.op == "in":
            zh, en = "、".join(v.zh for v in values), ", ".join(v.en for v in values)
            said = Text(f"{left.zh} {negated.zh}属于 {zh}", f"{left.en} is {negated.en}one of {en}")
        elif node.op == "between":
            low, high = values
            said = Text(
                f"{left.zh} {negated.zh}在 {low.zh} 与 {high.zh} 之间（含）",
                f"{left.en} is {negated.en}between {low.en} and {high.en}",
            )
        else:
            said = Text(
                f"{left.zh} {negated.zh}形如 {values[0].zh}", f"{left.en} is {negated.en}like {values[0].en}"
            )
        return _Said(said, _COMPARISON)

    def function(self, name: str, arguments: tuple[Node, ...]) -> _Said:
        parts = [self.argument(part) for part in arguments]
        zh, en = [part.zh for part in parts], [part.en for part in parts]
        if name == "coalesce" and len(parts) > 1:
            others = joined(parts[1:], Text("、", ", "))
            return _Said(Text(f"{zh[0]}（空则取{others.zh}）", f"{en[0]} (where empty {others.en})"), _ATOM)
        if name in _EXTREMES:
            word, listed = _EXTREMES[name], joined(parts, Text("、", ", "))
            return _Said(Text(f"{listed.zh}中{word.zh}", f"{word.en} of {listed.en}"), _SUM)
        template = _FUNCTIONS.get(name)
        if template is not None and template.zh.count("{") == len(parts):
            return _Said(Text(template.zh.format(*zh), template.en.format(*en)), _SUM)
        return _Said(Text(f"{name}({', '.join(zh)})", f"{name}({', '.join(en)})"), _ATOM)

    def constant(self, node: Constant, codes: Mapping[str, Text] | None) -> Text:
        if node.kind == "null":
            return Text("空", "empty")
        if node.kind == "boolean":
            return Text("是", "yes") if node.value else Text("否", "no")
        if node.kind != "text":
            return Text(str(node.value))
        label = (codes or {}).get(str(node.value), NO_TEXT)
        if self.speaker.is_plain and label != NO_TEXT:
            return Text(f"“{label.zh}”", f"'{label.en}'")
        return with_label(f"'{node.value}'", label if label.zh != node.value else NO_TEXT)

    def argument(self, node: Node) -> Text:
        if isinstance(node, Constant) and isinstance(node.value, str) and node.value in MONTH_RULES:
            return MONTH_RULES[node.value]
        return self.inner(node, _COMPARISON)


def joined(parts: Sequence[Text], word: Text) -> Text:
    """Return texts joined by a word."""
    return Text(word.zh.join(part.zh for part in parts), word.en.join(part.en for part in parts))


def _filled(node: Node) -> Node:
    """The column that `coalesce` fills, for what is compared are its values; any other part as it is."""
    return node.arguments[0] if isinstance(node, Operation) and node.op == "coalesce" else node


def _is_number(node: Node) -> bool:
    return isinstance(node, Constant) and node.kind in ("integer", "decimal")
