"""Texts of rules bound at their place: what is wrong with them, and what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from jointsup_rules import Workspace
from jointsup_rules.problems import Problem

DICTIONARY = """\
format: 1
timezone: Asia/Shanghai
tables:
  order:
    label: orders
    key: [order_id]
    columns:
      order_id: {label: order, type: text}
      opened_on: {label: opened, type: date}
      closed_on: {label: closed, type: date, empty: not_yet}
      words: {label: limit, type: text}
      state: {label: state, type: code, codes: {DONE: {zh: 已办结, en: done}, BUSY: {zh: 办理中, en: in hand}}}
"""
RULE = """\
id: ORD-01
version: 1
status: draft
family: ORD
title: x
finds: x
why: x
check: x
misses: x
subject: order
detect:
  DETECT
severity: low
grade: none
reason: x
"""


def said(folder: Path, detect: str) -> Problem:
    """The one problem of a rule, besides that it has no examples."""
    (folder / "datasets").mkdir()
    (folder / "datasets/dictionary.yaml").write_text(DICTIONARY, encoding="utf-8")
    (folder / "rules/ORD").mkdir(parents=True)
    (folder / "rules/ORD/ORD-01.yaml").write_text(RULE.replace("DETECT", detect), encoding="utf-8")
    (problem,) = (one for one in Workspace(folder).check() if one.code != "JR222")
    return problem


@pytest.mark.parametrize("label", ["已办结", "done"])
def test_a_label_in_place_of_its_code_is_told_the_code(tmp_path: Path, label: str) -> None:
    problem = said(tmp_path, f"condition: {{when: \"state <> '{label}'\"}}")
    assert (problem.code, problem.severity) == ("JR231", "warning")
    assert "not their labels" in problem.why.en
    assert problem.fix is not None
    assert problem.fix.en == "did you mean 'DONE'?"


def test_a_decimal_where_whole_days_are_counted_is_told_as_whole(tmp_path: Path) -> None:
    limit = "limit: {days: \"as_number(extract(words, '([0-9]+).*', 1))\"}"
    problem = said(tmp_path, f"time_limit: {{from: opened_on, until: closed_on, {limit}, roll: no}}")
    assert problem.code == "JR212"
    assert problem.what.en == "expected integer here, found decimal"
    assert problem.fix is not None
    assert "as_whole(text)" in problem.fix.en
