"""A new rule as the text of its file: every key with what it is for, and what this workspace offers to put there.

In: a draft. Out: YAML with comments in one language. What keys are for stands in `keys_rule`, as editors show it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from jointsup_rules.authoring.drafts import Case, Draft
from jointsup_rules.authoring.keys_kinds import KINDS as KIND_KEYS
from jointsup_rules.authoring.keys_kinds import MEANS
from jointsup_rules.authoring.keys_rule import RULE
from jointsup_rules.authoring.samples import AS_OF
from jointsup_rules.authoring.vocabulary import TYPES
from jointsup_rules.compile.kinds import SHAPES
from jointsup_rules.model.dictionary import Subject
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.problems import Language

_SAFE = re.compile(r"[^\W_（][\w./()（）、，。；……-]*(?: [\w./()（）、，。；-]+)*|（[\w（）、，。；……-]*")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_BESIDE = 36
_WIDTH = 108
# Such parameters fit a time limit.
_LENGTHS = ("days", "working_days", "months", "years", "hours")
_MOST_NAMES = 12
_MOST_LISTED = 60


class DraftText:
    """The file of one draft, written from top to bottom."""

    def __init__(self, rulebook: Rulebook, draft: Draft, rule_id: str, title: str, lang: Language) -> None:
        self.rulebook, self.draft, self.rule_id, self.title, self.lang = rulebook, draft, rule_id, title, lang
        self.family = rule_id.partition("-")[0]
        self.lines: list[str] = []

    def render(self) -> str:
        """Return the text."""
        self._head()
        self._subject()
        self._method()
        self._telling()
        self._examples()
        return "\n".join(self.lines) + "\n"

    def _say(self, zh: str, en: str) -> str:
        return zh if self.lang == "zh" else en

    def _line(self, text: str, key: str = "", note: str = "") -> None:
        """One line, with what its key is for beside it; above it where the line is long."""
        note = note or (RULE["RuleShape"][key].means.in_language(self.lang) if key else "")
        if not note:
            self.lines.append(text)
        elif _width(text) < _BESIDE:
            self.lines.append(text + " " * (_BESIDE - _width(text)) + "# " + note)
        else:
            self.lines += [" " * (len(text) - len(text.lstrip())) + "# " + note, text]

    # ---- parts

    def _head(self) -> None:
        todo = self._say("（待写）", "(to be written) ")
        self.lines += [
            self._say(
                "# 起草中的规则。“（待写）”之处写上内容，条件和示例换成自己的，每改一处就运行：",
                "# A rule in draft. Write what is '(to be written)', put your own condition and examples here, and run often:",
            ),
            f"#     jointsup check rules/{self.family}/{self.rule_id}.yaml",
            f"#     jointsup test {self.rule_id}",
        ]
        called = self.rulebook.families.get(self.family)
        self._line(f"id: {self.rule_id}", "id")
        self._line("version: 1", "version")
        self._line("status: draft", "status")
        self._line(
            f"family: {self.family}", note=called.in_language(self.lang) if called else "", key="family"
        )
        title = self.title or todo + self._say("规则名称", "name of the rule")
        self._line(f"title: {self._words(title)}", "title")
        self._line("keywords: []", "keywords")
        self._line("law: []", "law")
        for key, zh, en in (
            ("finds", "找到的是什么", "what is found"),
            ("why", "不处理会怎样", "what happens if nobody looks"),
            ("check", "核对是否……", "check whether ..."),
            ("misses", "没有登记的看不到", "what was never entered"),
        ):
            self._line(f"{key}: {self._words(todo + self._say(zh, en))}", key)

    def _words(self, text: str) -> str:
        return f"{{{self.lang}: {scalar(text)}}}"

    def _subject(self) -> None:
        subject = self.draft.home.subject
        self.lines.append("")
        self._line(f"subject: {subject.name}", "subject")
        label = subject.label.in_language(self.lang)
        own = [
            f"{one.name} {one.label.in_language(self.lang)}" + self._kind(one.type)
            for one in subject.columns.values()
        ]
        self._list(self._say(f"{label}的列", f"columns of {label}"), own)
        derived = [
            f"{one.name} {one.label.in_language(self.lang)}" if one.label else one.name
            for one in subject.derived.values()
        ]
        self._list(self._say("派生列", "derived columns"), derived)
        self._list(self._say("关系", "relations"), self._relations(subject))
        self._line("# scope: …", "scope")

    def _kind(self, column_type: str) -> str:
        kind = TYPES[column_type].in_language(self.lang)
        return self._say(f"（{kind}）", f" ({kind})")

    def _relations(self, subject: Subject) -> list[str]:
        return [
            f"{one.name} → {one.target}" + ("" if not one.one else self._say("（一行）", " (one row)"))
            for one in subject.related.values()
        ]

    def _list(self, head: str, names: Iterable[str]) -> None:
        """Names in a comment, as many a line as fit; of very many the first, the rest is for the editor."""
        listed = list(names)
        if not listed:
            return
        more = len(listed) - _MOST_LISTED
        if more > 0:
            rest = self._say(f"……另有 {more} 个，见数据字典", f"... {more} more in the dictionary")
            listed = [*listed[:_MOST_LISTED], rest]
        mark, gap = self._say("：", ": "), self._say("；", "; ")
        line = f"# {head}{mark}"
        for number, name in enumerate(listed):
            piece = name + (gap if number < len(listed) - 1 else "")
            if _width(line + piece.rstrip()) > _WIDTH and number > 0:
                self.lines.append(line.rstrip())
                line = "#   "
            line += piece
        self.lines.append(line.rstrip())

    def _method(self) -> None:
        draft = self.draft
        if draft.params:
            self._line(f"params: {flow(draft.params)}", "params")
            self._list(self._say("参数文件里有", "in parameters.yaml"), self._parameters())
        self._clocks()
        self._line("detect:", note=MEANS[draft.kind].in_language(self.lang))
        if isinstance(draft.detect, str):
            self.lines += ["  query: |", *(f"    {line}" for line in draft.detect.splitlines())]
            todo = self._say("（待写）其他种类说不了的原因", "(to be written) why no other kind serves")
            self._line(
                f"  because: {self._words(todo)}", note=RULE["Detect"]["because"].means.in_language(self.lang)
            )
        else:
            self.lines.append(f"  {draft.kind}:")
            known = KIND_KEYS[SHAPES[draft.kind].__name__]
            for key, value in draft.detect.items():
                self._line(f"    {key}: {flow(value)}", note=known[key].means.in_language(self.lang))
            others = [key for key in known if key not in draft.detect]
            if others:
                self._list(self._say("还可以写", "also possible"), others)
        kinds = [
            f"{name} {re.split('[：:] *', means.in_language(self.lang), maxsplit=1)[1]}"
            for name, means in MEANS.items()
            if name != draft.kind
        ]
        self._list(self._say("其他种类", "other kinds"), kinds)

    def _parameters(self) -> list[str]:
        """Parameters with a length; those named after the family first."""
        shapes = self.rulebook.parameters.shapes
        fitting = [name for name, one in shapes.items() if one.unit in _LENGTHS]
        ordered = sorted(fitting, key=lambda name: not name.startswith(self.family))
        shown = [
            f"{name} ({shapes[name].values[-1].value} {shapes[name].unit})"
            for name in ordered[:_MOST_NAMES]
            if shapes[name].values
        ]
        return [*shown, *(["…"] if len(ordered) > _MOST_NAMES else [])]

    def _clocks(self) -> None:
        if self.draft.kind != "time_limit":
            return
        subject = self.draft.home.subject.name
        names = [
            f"{name} {clock.shape.label.in_language(self.lang)}"
            for name, clock in self.rulebook.clocks.items()
            if clock.shape.subject == subject
        ]
        head = self._say(
            "这一对象的时钟（写 time_limit: {clock: 名称}）",
            "clocks of this subject (time_limit: {clock: NAME})",
        )
        self._list(head, names)

    def _telling(self) -> None:
        self._line("# exclude: [{when: …, because: …}]", "exclude")
        self._line("severity: medium", "severity")
        self._line("grade: A", "grade")
        self._line(f"reason: {self._words(self.draft.reason.in_language(self.lang))}", "reason")
        if self.draft.uses:
            self._line(f"evidence: {flow({'columns': list(self.draft.uses)})}", "evidence")

    def _examples(self) -> None:
        self.lines.append("")
        self._line("examples:", "examples")
        self._line(f"  as_of: {AS_OF}", note=RULE["Examples"]["as_of"].means.in_language(self.lang))
        self.lines.append("  cases:")
        for case in self.draft.cases:
            self._case(case)

    def _case(self, case: Case) -> None:
        self.lines.append(f"    - name: {scalar(case.name.in_language(self.lang))}")
        if case.as_of is not None:
            self.lines.append(f"      as_of: {case.as_of}")
        self.lines.append("      given:")
        for table, rows in case.given.items():
            if len(rows) == 1:
                self.lines.append(f"        {scalar(table)}: [{flow(rows[0])}]")
            else:
                self.lines += [f"        {scalar(table)}:", *(f"          - {flow(row)}" for row in rows)]
        if len(case.expect) == 1:
            self.lines.append(f"      expect: [{flow(case.expect[0])}]")
        else:
            self.lines += ["      expect:", *(f"        - {flow(one)}" for one in case.expect)]


def scalar(value: object) -> str:
    """Return a value as YAML has it, in quotes where it would read as something else.

    Example:
        >>> [scalar(value) for value in ("A1", "12", "x: y", True, 3, "2025-01-01")]
        ['A1', '"12"', '"x: y"', 'true', '3', '2025-01-01']
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(value)
    is_number = re.fullmatch(r"-?[\d_.,]+", value) is not None
    is_plain = value.startswith("$") and value[1:].isidentifier()
    if is_plain or (_SAFE.fullmatch(value) and value.lower() not in _WORDS and not is_number):
        return value
    if value in ("yes", "no"):
        return value
    return json.dumps(value, ensure_ascii=False)


def flow(value: Any) -> str:
    """Return a value on one line: mappings in braces, lists in brackets."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(flow(one) for one in value) + "]"
    return scalar(value)


def _width(text: str) -> int:
    """How many cells a text takes on a screen."""
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text)
