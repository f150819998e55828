"""A small town hall: three tables, rules of every kind, exports that change from month to month."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from jointsup_rules import Workspace
from jointsup_rules.sweep.run import Options, SweepResult

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
      unit: {label: {zh: 单位, en: unit}, type: text, empty: none, sensitivity: S0}
      filed_on: {label: {zh: 立案日, en: filed on}, type: date, sensitivity: S0}
      closed_on: {label: {zh: 结案日, en: closed on}, type: date, empty: not_yet, sensitivity: S0}
      status: {label: {zh: 状态, en: status}, type: code, codes: {OPEN: 在办, CLOSED: 已结}, known: closed_on, before: OPEN, sensitivity: S0}
      paused: {label: {zh: 中止, en: paused}, type: boolean, empty: none, sensitivity: S0}
      amount: {label: {zh: 金额, en: amount}, type: integer, sensitivity: S0}
      person: {label: {zh: 当事人, en: person}, type: text, sensitivity: S2, empty: none}
  events:
    label: {zh: 环节, en: events}
    key: [case_id, event_no]
    known: event_on
    events: {type: kind, on: event_on, tie: event_no}
    columns:
      case_id: {label: {zh: 编号, en: case}, type: text, nullable: false, sensitivity: S0}
      event_no: {label: {zh: 序号, en: number}, type: integer, nullable: false, sensitivity: S0}
      kind: {label: {zh: 种类, en: kind}, type: code, codes: {VISIT: 来访, LETTER: 发函, ANSWER: 答复}, sensitivity: S0}
      event_on: {label: {zh: 日期, en: on}, type: date, sensitivity: S0}
      amount: {label: {zh: 金额, en: amount}, type: integer, sensitivity: S0}
  stays:
    label: {zh: 借阅, en: stays}
    key: [stay_id]
    columns:
      stay_id: {label: {zh: 编号, en: stay}, type: text, nullable: false, sensitivity: S0}
      case_id: {label: {zh: 案件, en: case}, type: text, sensitivity: S0}
      from_on: {label: {zh: 起, en: from}, type: date, sensitivity: S0}
      until_on: {label: {zh: 止, en: until}, type: date, empty: not_yet, sensitivity: S0}
subjects:
  case:
    label: {zh: 案件, en: case}
    rows_of: cases
    show: {case_no: case_id, unit: unit}
    related:
      events: {table: events, match: {case_id: case_id}}
      stays: {table: stays, match: {case_id: case_id}}
  event:
    label: {zh: 环节, en: event}
    rows_of: events
    related:
      case: {table: cases, match: {case_id: case_id}, one: true}
  unit:
    label: {zh: 单位, en: unit}
    values_of: {cases: {unit: unit}}
    show: {unit: unit}
    related:
      cases: {subject: case, match: {unit: unit}}
derived:
  case:
    letter_on: {first: event_on, in: events, when: "kind = 'LETTER'", label: {zh: 发函日, en: letter on}}
    answer_on: {first: event_on, in: events, when: "kind = 'ANSWER'", label: {zh: 答复日, en: answer on}}
    visits_n: {count: rows, in: events, when: "kind = 'VISIT'", label: {zh: 来访次数, en: visits}}
    age_days: {value: "days_between(filed_on, as_of)", label: {zh: 天数, en: age}}
    booked_amount: {sum: amount, in: events, label: {zh: 入账, en: booked}}
  unit:
    cases_n: {count: rows, in: cases, label: {zh: 案件数, en: cases}}
    late_n: {count: rows, in: cases, when: "age_days > 60", label: {zh: 久案数, en: old cases}}
"""
SOURCES = {
    "cases": "{case_id: 编号, unit: 单位, filed_on: 立案日, closed_on: 结案日, status: 状态, paused: 中止, amount: 金额, person: 当事人}",
    "events": "{case_id: 编号, event_no: 序号, kind: 种类, event_on: 日期, amount: 金额}",
    "stays": "{stay_id: 编号, case_id: 案件, from_on: 起, until_on: 止}",
}
HEADINGS = {
    "cases": ("编号", "单位", "立案日", "结案日", "状态", "中止", "金额", "当事人"),
    "events": ("编号", "序号", "种类", "日期", "金额"),
    "stays": ("编号", "案件", "起", "止"),
}
PARAMETERS = """
TWN.DAYS: {unit: days, kind: local, values: [{from: 2000-01-01, value: 30}], because: the office's own measure}
"""
_TEXTS = """
status: active
family: TWN
title: {{zh: 规则{id}, en: rule {id}}}
finds: {{zh: 找{id}, en: finds {id}}}
why: {{zh: 因为, en: because}}
check: {{zh: 核对, en: check it}}
misses: {{zh: 其他, en: other things}}
"""
RULES = {
    "TWN-01": """
subject: case
scope: status <> 'CLOSED' and filed_on is not null
params: {days: TWN.DAYS}
detect: {time_limit: {from: filed_on, until: answer_on, limit: {days: $days}, roll: no, find: open}}
exclude: [{when: paused, because: {zh: 已中止, en: paused}}]
bands:
  - {name: late, text: {zh: 逾期, en: late}}
  - {name: very_late, when: over_days > 100, text: {zh: 严重逾期, en: very late}}
severity: {is: low, high: "band = 'very_late'"}
grade: A
reason: {zh: "{case_id}自{started_on}起，应于{due_on}前答复，超过{over_days}天。", en: "{case_id} of {started_on} was to be answered by {due_on}, {over_days} days over."}
evidence: {columns: [status, person], rows: [events]}
""",
    "TWN-02": """
subject: case
detect: {missing: {after: letter_on, expect: answer_on, within: {days: 20}, roll: no}}
severity: low
grade: A
reason: {zh: "{case_id}的函无答复。", en: "The letter of {case_id} has no answer."}
""",
    "TWN-03": """
subject: case
detect: {contradiction: {compare: [{left: amount, right: booked_amount, tolerance: 5}]}}
severity: low
grade: none
reason: {zh: "{case_id}金额不一致。", en: "The amounts of {case_id} differ."}
""",
    "TWN-04": """
subject: case
detect: {repeat: {of: events, on: event_on, when: "kind = 'VISIT'", at_least: 3, within: {last_days: 60}}}
severity: medium
grade: B
reason: {zh: "{case_id}六十天内来访{measure}次。", en: "{case_id} was visited {measure} times in 60 days."}
""",
    "TWN-05": """
subject: case
detect: {sequence: {order: [LETTER, ANSWER]}}
severity: low
grade: none
reason: {zh: "{case_id}先答复后发函。", en: "{case_id} was answered before the letter."}
""",
    "TWN-06": """
subject: case
detect: {overlap: {of: stays, from: from_on, until: until_on, find: overlap, more_than: {days: 2}}}
severity: low
grade: none
reason: {zh: "{case_id}重叠{measure}天。", en: "{case_id} overlaps by {measure} days."}
""",
    "TWN-07": """
subject: unit
detect: {outlier: {part: late_n, whole: cases_n, fence: {times_median: 1.5}, min_whole: 2, min_peers: 3}}
severity: low
grade: A
reason: {zh: "{unit}的久案偏多。", en: "{unit} has many old cases."}
""",
    "TWN-08": """
subject: case
detect:
  query: |
    select c.case_id, s.from_on as started_on, s.stay_id as evidence_stay
    from cases c join stays s on s.case_id = c.case_id where s.from_on < c.filed_on
  because: {zh: 示例, en: an example}
severity: low
grade: C
reason: {zh: "{case_id}立案前已借阅。", en: "{case_id} was lent before it was filed."}
""",
    "TWN-09": """
subject: case
detect:
  any_of:
    - {name: no_amount, say: {zh: 没有金额, en: no amount}, scope: status = 'OPEN', condition: {when: amount = 0}}
    - {name: odd_event, say: {zh: 环节异常, en: odd event}, condition: {each: events, when: "event_on < subject.filed_on"}}
identity: [subject, part]
severity: low
grade: none
reason: {zh: "{case_id}：{part}。", en: "{case_id}: {part}."}
""",
    "TWN-10": """
subject: event
scope: kind = 'LETTER'
detect: {condition: {when: "event_on > case.filed_on and case.amount > 10"}}
severity: low
grade: none
reason: {zh: "{case_id}第{event_no}项。", en: "{case_id} number {event_no}."}
""",
}  # fmt: skip
Rows = Mapping[str, Iterable[Sequence[Any]]]


def rule_text(rule_id: str, own: str | None = None, version: int = 1) -> str:
    """A rule file with the texts every rule has."""
    return (
        f"id: {rule_id}\nversion: {version}\n" + _TEXTS.format(id=rule_id).strip() + (own or RULES[rule_id])
    )


class Town:
    """A workspace in a folder, with the calls tests need."""

    def __init__(self, folder: Path, rules: Iterable[str] = RULES) -> None:
        self.folder = folder
        self.write("datasets/dictionary.yaml", DICTIONARY)
        for name, columns in SOURCES.items():
            source = f'source: {name}\nfiles: "*{name}*.csv"\ntables: {{{name}: {columns}}}\n'
            self.write(f"datasets/sources/{name}.yaml", source)
        self.write("rules/parameters.yaml", PARAMETERS)
        for rule_id in rules:
            self.write_rule(rule_id)

    @property
    def workspace(self) -> Workspace:
        """The workspace as its files are now."""
        return Workspace(self.folder)

    def write(self, path: str, text: str) -> None:
        """A file of the workspace."""
        full = self.folder / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_text(text, encoding="utf-8")

    def write_rule(self, rule_id: str, own: str | None = None, version: int = 1) -> None:
        """A rule of the workspace, its own part given or as in RULES."""
        self.write(f"rules/TWN/{rule_id}.yaml", rule_text(rule_id, own, version))

    def bring(
        self,
        exported_on: str,
        into: str = "town",
        *,
        rows: Rows | None = None,
        named: str = "{}.csv",
        without: Collection[str] = (),
        **tables: Iterable[Sequence[Any]],
    ) -> None:
        """Import rows; tables not named are empty, those of `without` are in no export, nor in an earlier one."""
        tables = {**(rows or {}), **tables}
        if without:
            shutil.rmtree(self.folder / "datasets" / into, ignore_errors=True)
        files = []
        for name, headings in HEADINGS.items():
            if name in without:
                continue
            path = self.folder / "in" / named.format(name)
            path.parent.mkdir(exist_ok=True)
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(headings)
                writer.writerows(tables.get(name, ()))
            files.append(path)
        self.workspace.import_files(files, into=into, exported_on=date.fromisoformat(exported_on))

    def sweep(self, as_of: str, into: str = "town", **options: Any) -> Swept:
        """A sweep of all rules."""
        return Swept(self.workspace.sweep(into, date.fromisoformat(as_of), Options(**options)))


class Swept:
    """A finished sweep, read back."""

    def __init__(self, result: SweepResult) -> None:
        self.result, self.folder, self.manifest = result, result.folder, result.manifest

    def rows(self, name: str, columns: str = "*", where: str = "true") -> list[tuple[Any, ...]]:
        """Rows of a result file, in its order."""
        path = str(self.folder / f"{name}.parquet")
        with duckdb.connect(":memory:") as connection:
            return connection.execute(
                f"SELECT {columns} FROM read_parquet(?) WHERE {where}", [path]
            ).fetchall()

    def states(self, rule_id: str = "TWN-01") -> dict[str, str]:
        """Subject key to state, of the clues of a rule."""
        return dict(self.rows("clues", "subject_key, state", f"rule_id = '{rule_id}'"))

    def gone(self, rule_id: str = "TWN-01") -> dict[str, str]:
        """Subject key to the code of why, of a rule's clues that are gone."""
        found = self.rows("gone", "subject_key, why", f"rule_id = '{rule_id}'")
        return {key: json.loads(why)["code"] for key, why in found}
