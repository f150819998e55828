"""Subjects as queries read them, where not all that they hold was delivered."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from jointsup_rules import Workspace

DICTIONARY = """\
format: 1
timezone: Asia/Shanghai
tables:
  order:
    label: orders
    key: [order_id]
    columns:
      order_id: {label: order, type: text}
      batch: {label: batch, type: text}
      opened_on: {label: opened, type: date}
  call:
    label: calls
    key: [call_id]
    columns:
      call_id: {label: call, type: text}
      order_id: {label: order, type: text}
subjects:
  order:
    label: order
    rows_of: order
  caller:
    label: call
    rows_of: call
derived:
  order:
    year_n: {value: year(opened_on), label: year}
  caller:
    is_long: {value: length(order_id) > 5, label: long}
"""
SOURCE = """\
source: desk
agency: desk
files: "*.csv"
exported_on: 2024-06-30
tables:
  order: {order_id: order, opened_on: opened}
"""
RULE = """\
id: ORD-{n}
version: 1
status: active
family: ORD
title: x
finds: x
why: x
check: x
misses: x
subject: {subject}
detect:
  {detect}
severity: low
grade: none
reason: x
"""


def query(subject: str, statement: str) -> tuple[str, str]:
    return subject, f"query: {statement}\n  because: shows what a query may read"


@pytest.mark.parametrize(
    ("subject", "detect", "status"),
    [
        (*query("order", "SELECT order_id FROM order WHERE year_n = 2024"), "ran"),
        (*query("order", "SELECT order_id FROM order WHERE batch = 'B' AND year_n = 2024"), "not_evaluated"),
        (*query("caller", "SELECT call_id FROM caller WHERE is_long"), "not_evaluated"),
        (*query("call", "SELECT call_id FROM call"), "not_evaluated"),
    ],
)
def test_a_query_over_what_was_not_delivered_leaves_the_others_alone(
    tmp_path: Path, subject: str, detect: str, status: str
) -> None:
    (tmp_path / "datasets/sources").mkdir(parents=True)
    (tmp_path / "datasets/dictionary.yaml").write_text(DICTIONARY, encoding="utf-8")
    (tmp_path / "datasets/sources/desk.yaml").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "rules/ORD").mkdir(parents=True)
    rules = {"01": (subject, detect), "02": ("order", 'condition: {when: "year_n = 2024"}')}
    for n, (about, kind) in rules.items():
        text = RULE.format(n=n, subject=about, detect=kind.replace("order WHERE", '"order" WHERE'))
        (tmp_path / f"rules/ORD/ORD-{n}.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "orders.csv").write_text("order,opened\nA,2024-01-02\nB,2023-01-02\n", encoding="utf-8")
    workspace = Workspace(tmp_path)
    workspace.import_files([tmp_path / "orders.csv"], into="desk")
    outcomes = workspace.sweep("desk", date(2024, 6, 30)).outcomes().set_index("rule_id")
    assert outcomes["status"].to_dict() == {"ORD-01": status, "ORD-02": "ran"}
    assert outcomes["hit"]["ORD-02"] == 1
    if status == "ran":
        assert outcomes["hit"]["ORD-01"] == 1
