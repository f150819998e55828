"""The lock: which version of which rule was approved, by whom, on what figures (`rules/rules.lock`).

In: the text of the lock. Out: a Lock, and back. Written by the program alone: rules in order of id, versions in order,
one value a line, so that a change reads well and two branches that approve different rules merge by themselves. Each
entry carries a seal, a sum of its own values, for the same reason: one sum over the whole file would make any two
approvals conflict. Beside the lock, `rules/history/<ID>.v<N>.yaml` keeps the text of every version as it was approved;
each entry knows the sum of its text, so neither can be taken away without the other showing it.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from pydantic import Field

from jointsup_rules.load.yaml import Document, read_yaml
from jointsup_rules.model.law import Day
from jointsup_rules.model.meaning import hash_entry, number_text
from jointsup_rules.model.shape import Shape, Whole, check_model
from jointsup_rules.problems import Place, Problem, Text

LOCK = "rules/rules.lock"
HISTORY = "rules/history"
LOCK_FORMAT: Literal[1] = 1
_HEAD = """\
# 已批准的规则版本。由 jointsup activate 和 jointsup retire 写入，请勿手改。
# Approved versions of rules. Written by jointsup activate and jointsup retire; not to be edited by hand.
format: 1
rules:
"""
_CONFLICT = re.compile(r"^(<{7}|>{7}|={7}|\|{7})(?: .*)?$", re.MULTILINE)


class Figures(Shape):
    """What the backtest said when the version was approved.

    Attributes:
        share: Hit of in_scope, from 0 to 1.
        limit: The share above which a rule is called runaway.
    """

    dataset: str
    as_of: Day
    in_scope: Whole = Field(ge=0)
    hit: Whole = Field(ge=0)
    share: float | int
    limit: float | int


class Retirement(Shape):
    """Why a rule no longer runs, and which rule stands in its place: an id, or none."""

    on: Day
    by: str
    because: str
    successor: str


class Reading(Shape):
    """Who approved texts that changed after the version was approved, its logic being the same."""

    on: Day
    by: str
    approved_by: str


class Entry(Shape):
    """One approved version of a rule.

    Attributes:
        status: active; replaced by a later version; retired.
        logic: Sum of what decides who is named.
        text: Sum of what people read.
        kept: Sum of the text kept in rules/history.
        by: Who wrote it.
        because: Why it may be active although it is runaway, or although no figures were given.
        seal: Sum of all of the above.
    """

    version: Whole = Field(ge=1)
    status: Literal["active", "replaced", "retired"]
    logic: str
    text: str
    kept: str
    by: str
    approved_by: str
    activated_on: Day
    backtest: Figures | None = None
    because: str | None = None
    texts: Reading | None = None
    retired: Retirement | None = None
    seal: str = ""


class LockShape(Shape):
    """The lock as it is written."""

    format: Literal[1]
    rules: Mapping[str, tuple[Entry, ...]] | None = None


@dataclass(frozen=True)
class Lock:
    """All approved versions by rule id, oldest first.

    Attributes:
        places: Where each entry stands, by rule and version; for problems.
    """

    entries: Mapping[str, tuple[Entry, ...]]
    places: Mapping[tuple[str, int], Place] = field(default_factory=dict, repr=False, compare=False)

    def last(self, rule_id: str) -> Entry | None:
        """Return the newest version of a rule, or None."""
        found = self.entries.get(rule_id)
        return found[-1] if found else None

    def active(self, rule_id: str) -> Entry | None:
        """Return the version of a rule that is active, or None."""
        last = self.last(rule_id)
        return last if last is not None and last.status == "active" else None


EMPTY = Lock({})


def history_path(rule_id: str, version: int) -> str:
    """Return where the text of an approved version is kept, within the workspace."""
    return f"{HISTORY}/{rule_id}.v{version}.yaml"


def is_same_person(one: str, other: str) -> bool:
    """Whether two names are one person's, whatever their case, width and blanks."""
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def seal_of(rule_id: str, entry: Entry) -> str:
    """Return the seal an entry must carry."""
    values = {name: getattr(entry, name) for name in type(entry).model_fields if name != "seal"}
    return hash_entry([LOCK_FORMAT, rule_id, values])


def is_sealed(rule_id: str, entry: Entry) -> bool:
    """Whether an entry is as the program wrote it."""
    return entry.seal == seal_of(rule_id, entry)


# ---- reading


def read_lock(text: str) -> tuple[Lock | None, tuple[Problem, ...]]:
    """Return the lock, or None and what is wrong with it."""
    conflict = _CONFLICT.search(text)
    if conflict is not None:
        return None, (_conflict(text, conflict.start()),)
    document = read_yaml(text, LOCK)
    shape, found = check_model(LockShape, document)
    problems = [*document.problems, *found]
    if shape is None or problems:
        return None, tuple(_unreadable(problem) for problem in problems)
    rules = shape.rules or {}
    places = {
        (rule_id, entry.version): document.place(("rules", rule_id, number))
        for rule_id, entries in rules.items()
        for number, entry in enumerate(entries)
    }
    problems += [
        problem for rule_id, entries in rules.items() for problem in _check_order(document, rule_id, entries)
    ]
    return (None if problems else Lock(rules, places)), tuple(problems)


def _conflict(text: str, at: int) -> Problem:
    line = text.count("\n", 0, at) + 1
    what = Text(
        "这里有 git 合并冲突的标记，两个分支各有一种说法",
        "git left the marks of a merge conflict here: two branches say different things",
    )
    why = Text(
        "读不懂锁文件，就不知道哪些版本经过批准", "without the lock nobody knows which versions were approved"
    )
    fix = Text(
        "保留其中一方的整条记录（从 - version 到 seal），删去标记行；两方都要的，留一方，再用 jointsup activate 批准另一方",
        "keep whole entries of one side (from - version to seal) and delete the lines with marks; where both are"
        " wanted, keep one and approve the other again with jointsup activate",
    )
    return Problem("JR258", Place(LOCK, line, 1), what, why, fix, excerpt=text.splitlines()[line - 1])


def _unreadable(problem: Problem) -> Problem:
    what = Text(f"锁文件读不懂：{problem.what.zh}", f"the lock cannot be read: {problem.what.en}")
    why = Text(
        "读不懂锁文件，就不知道哪些版本经过批准", "without the lock nobody knows which versions were approved"
    )
    fix = Text("从版本库恢复 rules/rules.lock", "restore rules/rules.lock from version control")
    return Problem("JR258", problem.place, what, why, fix, excerpt=problem.excerpt)


def _check_order(document: Document, rule_id: str, entries: tuple[Entry, ...]) -> list[Problem]:
    """Versions rise, only the last one may be other than replaced, and what is retired says why."""
    versions = [entry.version for entry in entries]
    is_in_order = versions == sorted(set(versions)) and bool(versions)
    for number, entry in enumerate(entries, 1):
        is_in_order &= (entry.status == "replaced") == (number < len(entries))
        is_in_order &= (entry.status == "retired") == (entry.retired is not None)
    if is_in_order:
        return []
    what = Text(
        f"{rule_id} 的版本记录次序或状态不对",
        f"the versions of {rule_id} are out of order, or their status is",
    )
    fix = Text("从版本库恢复 rules/rules.lock", "restore rules/rules.lock from version control")
    return [document.problem("JR258", document.place(("rules", rule_id), key=True), what, fix=fix)]


# ---- writing


def sealed(rule_id: str, entry: Entry) -> Entry:
    """Return an entry with its seal."""
    return entry.model_copy(update={"seal": seal_of(rule_id, entry)})


def render_lock(lock: Lock) -> str:
    """Return the text of the lock."""
    blocks = [
        f"  {rule_id}:\n" + "".join(_entry(entry) for entry in lock.entries[rule_id])
        for rule_id in sorted(lock.entries)
    ]
    return _HEAD + "".join(blocks)


def _entry(entry: Entry) -> str:
    lines = []
    for name in type(entry).model_fields:
        value = getattr(entry, name)
        if value is not None:
            lines.append(f"{name}: {_value(value)}")
    return "".join(f"    {'-' if number == 0 else ' '} {line}\n" for number, line in enumerate(lines))


_BARE = re.compile(r"[0-9a-f]{16,64}|[a-z]{4,10}|[A-Z][A-Z0-9]*-[0-9]+")


def _value(value: Any) -> str:
    if isinstance(value, Shape):
        parts = [f"{name}: {_value(getattr(value, name))}" for name in type(value).model_fields]
        return "{" + ", ".join(parts) + "}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        return number_text(value)
    # A sum of digits alone would be read as a number.
    if _BARE.fullmatch(value) and not value.isdigit() and value not in ("true", "false", "null"):
        return str(value)
    return json.dumps(value, ensure_ascii=False)
