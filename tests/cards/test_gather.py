"""What a card says of a small rule, piece by piece."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from jointsup_rules import Workspace
from jointsup_rules.cards import Card, gather_card
from jointsup_rules.load.yaml import read_yaml
from jointsup_rules.model.lock import Entry, Lock, Retirement
from jointsup_rules.model.lock import Figures as Tested
from jointsup_rules.model.triage import read_triage
from jointsup_rules.problems import ProblemsError, Text
from jointsup_rules.sweep.counted import RuleFigures, SweepCounts

from .office import RULE, make_workspace

DAY = date(2024, 12, 31)


def card_of(root: Path, day: date = DAY, **changes: Any) -> Card:
    rulebook = Workspace(make_workspace(root, LET_01=changes)).rulebook()
    return gather_card(rulebook, rulebook.rules["LET-01"], day)


def test_the_elements_are_what_the_rule_reads_through_relations_and_derived_values(tmp_path: Path) -> None:
    card = card_of(tmp_path)
    read = {table.name: {field.name: field.is_attached for field in table.fields} for table in card.tables}
    assert read == {
        "letter": {
            "letter_id": False,
            "office": False,
            "received_on": False,
            "answered_on": False,
            "kind": False,
            "sender": False,
        },
        "call": {"caller": False, "called_on": False},
    }
    letter = card.tables[0]
    assert [(one.source, one.agency.zh, one.files) for one in letter.deliverers] == [
        ("letters", "信访处", ("来信_*.csv",))
    ]
    assert [field.name for field in letter.fields if field.is_pseudonym] == ["sender"]
    assert card.tables[1].deliverers == ()


def test_a_column_that_is_only_shown_decides_nothing(tmp_path: Path) -> None:
    card = card_of(tmp_path, evidence={"columns": ["unused"], "rows": []}, exclude=[])
    fields = {field.name: field.is_attached for table in card.tables for field in table.fields}
    assert fields["unused"]
    assert not fields["kind"]
    assert [table.name for table in card.tables] == ["letter"]


def test_rows_that_only_go_with_a_clue_are_told_apart(tmp_path: Path) -> None:
    card = card_of(tmp_path, exclude=[])
    assert [(table.name, table.is_attached) for table in card.tables] == [("letter", False), ("call", True)]
    assert card.collisions == ()


def test_records_are_laid_side_by_side_by_their_keys(tmp_path: Path) -> None:
    (one,) = card_of(tmp_path).collisions
    assert (one.left.zh, one.right.zh, [key.zh for key in one.keys]) == ("来信", "来电", ["寄信人 = 来电人"])
    values = card_of(tmp_path).values
    assert [(value.name.zh, value.says.zh) for value in values] == [
        ("此后来电日", "来电（限来电日 >= 来信的收到日）中最早（最小）的来电日")
    ]


def test_a_point_has_its_limit_and_what_else_is_said(tmp_path: Path) -> None:
    card = card_of(tmp_path)
    (point,) = card.points
    assert [limit.zh for limit in point.limits] == ["期限：30天（自然日）"]
    assert point.says == card.finds
    assert card.scope.zh == "种类 是 “询问”"
    assert card.unit.zh == "收信处"
    assert card.severities == ("high", "medium")
    assert card.reason.zh == "【来信号】于【收到日】收到，应在【届满日】前答复，需核实。"


def test_law_and_parameters_are_those_of_the_day_and_all_their_versions_are_told(tmp_path: Path) -> None:
    card = card_of(tmp_path, date(2015, 1, 1))
    (article,) = card.law
    assert article.called.zh == "《来信条例》第3条"
    assert [(one.number, one.is_in_force) for one in article.versions] == [("3", True), ("4", False)]
    assert article.checked_on == date(2024, 5, 1)
    (parameter,) = card.parameters
    assert [(value.value, value.from_on.year) for value in parameter.values] == [("60", 2010), ("30", 2020)]
    assert parameter.approved_by.zh == "办公会"
    assert [limit.zh for limit in card.points[0].limits] == ["期限：60天（自然日）"]


def test_examples_are_run_and_said_in_words(tmp_path: Path) -> None:
    told = card_of(tmp_path).examples
    assert told is not None
    first, second, third = told.cases
    assert [case.differences for case in told.cases] == [(), (), ()]
    assert first.given[0].columns == (Text("收到日", "received on"), Text("答复日", "answered on"))
    assert first.expected[0].figures == (
        (Text("届满日", "due on"), Text("2024-12-01")),
        (Text("超过天数", "days over"), Text("1")),
        (Text("档次", "band"), Text("逾期答复", "answered late")),
    )
    assert second.expected[0].figures[0][1] == Text("此后已电话答复", "answered by telephone since")
    assert third.expected[0].figures == ((Text("缺少", "missing"), Text("收到日", "received on")),)


def test_an_example_that_does_not_hold_says_so(tmp_path: Path) -> None:
    examples = {**RULE["examples"], "cases": [dict(case) for case in RULE["examples"]["cases"]]}
    examples["cases"][0]["expect"] = [{"subject": "L1", "outcome": "clear"}]
    told = card_of(tmp_path, examples=examples).examples
    assert told is not None
    assert [bool(case.differences) for case in told.cases] == [True, False, False]


def test_a_rule_that_does_not_compile_has_a_card_that_says_so(tmp_path: Path) -> None:
    card = card_of(tmp_path, scope="knid = 'ASK'")
    assert "knid" in card.problem.zh
    assert card.tables == ()
    assert card.finds.zh == RULE["finds"]["zh"]


def test_a_rule_about_nothing_known_has_no_card(tmp_path: Path) -> None:
    with pytest.raises(ProblemsError) as caught:
        card_of(tmp_path, subject="lettre")
    assert caught.value.problems[0].code == "JR217"


def test_figures_are_those_of_the_rule(tmp_path: Path) -> None:
    rulebook = Workspace(make_workspace(tmp_path)).rulebook()
    counts = SweepCounts("letters", DAY, "2024-12-31-0", 1, "ran", Text(), {"hit": 3})
    figures = {"LET-01": RuleFigures((counts,)), "LET-02": RuleFigures()}
    assert gather_card(rulebook, rulebook.rules["LET-01"], DAY, figures).figures.sweeps == (counts,)
    assert gather_card(rulebook, rulebook.rules["LET-01"], DAY, {}, ()).figures.sweeps == ()


def test_approved_versions_are_told_newest_first(tmp_path: Path) -> None:
    rulebook = Workspace(make_workspace(tmp_path)).rulebook()
    first = Entry(
        version=1, status="replaced", logic="a", text="b", kept="c", by="王一", approved_by="李二",
        activated_on=date(2024, 1, 2),
        backtest=Tested(dataset="letters", as_of=date(2023, 12, 31), in_scope=200, hit=5, share=0.025, limit=0.2),
    )  # fmt: skip
    gone = Retirement(on=date(2024, 6, 1), by="李二", because="合并", successor="none")
    second = first.model_copy(update={"version": 2, "status": "retired", "backtest": None, "retired": gone})
    rulebook = replace(rulebook, lock=Lock({"LET-01": (first, second)}))
    told = gather_card(rulebook, rulebook.rules["LET-01"], DAY, {}, ()).versions
    assert [(one.version, one.status, one.approved_by) for one in told] == [
        (2, "retired", "李二"),
        (1, "replaced", "李二"),
    ]
    assert told[0].retired.zh == "2024-06-01 由 李二 停用：合并；后继：none"
    assert told[1].figures.en == "letters, 2023-12-31: 200 in scope, 5 found (2.5%)"


TRIAGE = """\
format: 1
routes: {desk: {zh: 收发室, en: the desk}, board: {zh: 办公会, en: the board}, other: {zh: 其他, en: others}}
defaults: {route: desk}
roll_ups:
  per_unit: {count: clue_id, per: unit}
rules:
  - {id: T-1, when: "per_unit >= 5", then: {route: board}, because: {zh: "共{per_unit}件", en: "{per_unit} in all"}}
  - {id: T-2, when: "family = 'CALL'", then: {route: other}, because: {zh: 来电, en: calls}}
  - {id: T-3, when: "severity = 'high' or family = 'CALL'", then: {route: [board, other]}, because: {zh: 严重, en: grave}}
  - {id: T-4, when: "grade = 'C'", then: {route: other}, because: {zh: 纪律, en: discipline}}
  - {id: T-5, when: "family <> 'LET'", then: {route: other}, because: {zh: 非来信, en: no letter}}
"""


def test_routes_are_those_that_triage_may_take(tmp_path: Path) -> None:
    rulebook = Workspace(make_workspace(tmp_path)).rulebook()
    triage, problems = read_triage(read_yaml(TRIAGE, "rules/triage.yaml"))
    assert problems == ()
    routes = gather_card(rulebook, rulebook.rules["LET-01"], DAY, {}, (), triage).disposition.routes
    assert [one.zh for one in routes] == ["通常：收发室", "办公会：共…件（T-1）", "办公会、其他：严重（T-3）"]
    assert gather_card(rulebook, rulebook.rules["LET-01"], DAY, {}, ()).disposition.routes == ()
