"""Cases in files people can read: a fragment of a rule, and what is said against it.

A case begins with `== its name`, goes on with keys of a rule, which stand in place of those of a harmless one, and
ends with `=> ` and the first line that `check` says about it, without the path. «a×1000» stands for a thousand times a.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from jointsup_rules.model.rulebook import read_rulebook
from jointsup_rules.problems import Problem
from jointsup_rules.sweep.check import check_rulebook

DICTIONARY = """
format: 1
timezone: Asia/Shanghai
tables:
  cases:
    label: {zh: 案件, en: cases}
    key: [case_id]
    known: filed_on
    columns:
      case_id: {label: {zh: 编号, en: id}, type: text, nullable: false, sensitivity: S0}
      filed_on: {label: {zh: 立案日, en: filed on}, type: date, sensitivity: S0}
      closed_on: {label: {zh: 结案日, en: closed on}, type: date, empty: not_yet, sensitivity: S0}
      amount: {label: {zh: 金额, en: amount}, type: integer, sensitivity: S0}
      title: {label: {zh: 标题, en: title}, type: text, empty: none, sensitivity: S0}
  events:
    label: {zh: 环节, en: events}
    key: [case_id, event_no]
    known: event_on
    events: {type: kind, on: event_on, tie: event_no}
    columns:
      case_id: {label: {zh: 编号, en: case}, type: text, nullable: false, sensitivity: S0}
      event_no: {label: {zh: 序号, en: number}, type: integer, nullable: false, sensitivity: S0}
      kind: {label: {zh: 种类, en: kind}, type: code, codes: {VISIT: 来访, LETTER: 发函}, sensitivity: S0}
      event_on: {label: {zh: 日期, en: on}, type: date, sensitivity: S0}
subjects:
  case:
    label: {zh: 案件, en: case}
    rows_of: cases
    show: {case_no: case_id}
    related:
      events: {table: events, match: {case_id: case_id}}
derived:
  case:
    visits_n: {count: rows, in: events, when: "kind = 'VISIT'", label: {zh: 来访次数, en: visits}}
"""
HARMLESS = """
id: {id}
version: 1
status: draft
family: HOS
title: {{zh: 规则, en: rule}}
finds: {{zh: 找, en: finds}}
why: {{zh: 因为, en: because}}
check: {{zh: 核对, en: check it}}
misses: {{zh: 其他, en: other things}}
subject: case
detect: {{condition: {{when: amount > 100}}}}
severity: low
grade: A
reason: {{zh: "{{case_id}}金额{{amount}}，需核实。", en: "{{case_id}}, {{amount}}, is to be checked."}}
"""
_TIMES = re.compile(r"«([^»\n]*)×([0-9]+)»")
_TOP = re.compile(r"^(?=\S)", re.MULTILINE)


@dataclass(frozen=True)
class Case:
    """One case of a family: the name, the keys of the rule, and what is to be said."""

    name: str
    fragment: str
    said: str


def read_cases(file: Path) -> tuple[str, list[Case]]:
    """Return what stands before the first case, and the cases."""
    head, *blocks = re.split(r"^== ", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    cases = []
    for block in blocks:
        name, _, rest = block.partition("\n")
        fragment, _, said = rest.partition("\n=> ") if not rest.startswith("=> ") else ("", "", rest[3:])
        cases.append(Case(name, fragment + "\n", said.strip()))
    return head, cases


def render_cases(head: str, cases: list[Case], said: list[str]) -> str:
    """Return a family as its file should read."""
    blocks = [f"== {one.name}\n{one.fragment}=> {text}\n" for one, text in zip(cases, said, strict=True)]
    return head + "\n".join(blocks)


def rule_text(rule_id: str, fragment: str) -> str:
    """A harmless rule with the keys of a fragment in place of its own; a fragment without keys is the whole rule."""
    fragment = _TIMES.sub(lambda found: found[1] * int(found[2]), fragment)
    if not re.match(r"[a-z]+:", fragment):
        return fragment
    keys = {text.partition(":")[0] for text in _TOP.split(fragment) if text.strip()}
    own = [text for text in _TOP.split(HARMLESS.format(id=rule_id)) if text.partition(":")[0] not in keys]
    return fragment + "".join(own)


def write_desk(root: Path, rules: dict[str, str]) -> Path:
    """Write a workspace with these rules."""
    (root / "datasets").mkdir(parents=True)
    (root / "datasets/dictionary.yaml").write_text(DICTIONARY, encoding="utf-8")
    folder = root / "rules/HOS"
    folder.mkdir(parents=True)
    for rule_id, text in rules.items():
        (folder / f"{rule_id}.yaml").write_text(text, encoding="utf-8")
    return root


def check_desk(root: Path) -> dict[str, list[Problem]]:
    """Return the errors of each file of a workspace."""
    found: dict[str, list[Problem]] = {}
    for problem in check_rulebook(read_rulebook(root)):
        if problem.severity == "error":
            found.setdefault(Path(problem.place.path).stem, []).append(problem)
    return found
