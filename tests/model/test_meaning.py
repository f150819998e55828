"""Two files that say the same have one hash; one that names others has another."""

from __future__ import annotations

from typing import Any

import pytest

from jointsup_rules.load.yaml import read_yaml
from jointsup_rules.model.meaning import (
    LOGIC,
    TEXTS,
    compare_logic,
    compare_texts,
    hash_file,
    hash_logic,
    hash_texts,
    logic_of,
    number_text,
)
from jointsup_rules.model.rule import RuleShape, read_rule

BASE = """
id: LIB-01
version: 1
status: active
family: LIB
title: {zh: 逾期未还, en: not returned}
finds: 找
why: 因
check: 核
misses: 漏
subject: loan
scope: returned_on is null and kind = 'BOOK'
params: {days: LIB.DAYS, least: 3}
detect:
  time_limit: {from: lent_on, until: returned_on, limit: {days: 30}, roll: no}
severity: {is: low, high: over_days > 100}
grade: A
exclude: [{when: is_lost, because: {zh: 已挂失, en: lost}}]
bands: [{name: late, text: 逾期}, {name: very_late, when: over_days > 10, text: 严重}]
measure: {value: over_days, unit: days}
law: [ACT-12]
evidence: {columns: [lent_on], rows: [events]}
reason: "{loan_no} late"
"""


def shape_of(text: str) -> RuleShape:
    rule, problems = read_rule(read_yaml(text, "LIB-01.yaml"))
    assert rule is not None, problems
    return rule.shape


def changed(before: str, after: str) -> RuleShape:
    assert BASE.count(before) == 1
    return shape_of(BASE.replace(before, after))


def test_the_hashes_are_the_same_on_every_machine() -> None:
    shape = shape_of(BASE)
    assert hash_logic(shape) == "1d284a4e21311fa80b9a93db0648b13fe46cd9311513b189e27ebb6a2d431f62"
    assert hash_texts(shape) == "69d36863ec92673039497e1794410d1bd25668bf5b0f2fe8b5e7f9112bfbf749"


def test_every_key_is_logic_or_text_or_neither() -> None:
    assert {*LOGIC, *TEXTS, "id", "version", "status", "retired_because", "successor"} == set(
        RuleShape.model_fields
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("subject: loan\n", "# a comment\nsubject:   'loan'\n"),
        ("scope: returned_on is null and kind = 'BOOK'", "scope: >\n  returned_on IS NULL\n  AND (kind='BOOK')"),
        ("limit: {days: 30}", "limit: {days: 30.0}"),
        ("limit: {days: 30}", "limit: {days: '30'}"),
        ("roll: no", "roll: false"),
        ("{from: lent_on, until: returned_on, limit: {days: 30}, roll: no}", "{roll: no, limit: {days: 30}, until: returned_on, from: lent_on}"),
        ("params: {days: LIB.DAYS, least: 3}", "params: {least: 3.0, days: {name: LIB.DAYS}}"),
        ("law: [ACT-12]", "law: ACT-12"),
        ("evidence: {columns: [lent_on], rows: [events]}", "evidence:\n  rows: [events]\n  columns:\n    - lent_on"),
        ("high: over_days > 100", "high: 'over_days>100.0'"),
        ("exclude: [{when: is_lost,", "identity: [subject]\nexclude: [{keep: no, when: is_lost,"),
        ("version: 1\nstatus: active", "version: 2\nstatus: draft"),
    ],
)  # fmt: skip
def test_how_it_is_written_does_not_matter(before: str, after: str) -> None:
    assert hash_logic(changed(before, after)) == hash_logic(shape_of(BASE))
    assert hash_texts(changed(before, after)) == hash_texts(shape_of(BASE))


@pytest.mark.parametrize(
    ("key", "before", "after"),
    [
        ("subject", "subject: loan", "subject: reader"),
        ("scope", "kind = 'BOOK'", "kind = 'book'"),
        ("scope", "and kind = 'BOOK'", "or kind = 'BOOK'"),
        ("params", "least: 3", "least: 4"),
        ("detect", "{days: 30}", "{days: 20}"),
        ("detect", "{days: 30}", "{days: '030x'}"),
        ("detect", "until: returned_on, limit", "until: returned_on, find: open, limit"),
        ("severity", "is: low", "is: medium"),
        ("grade", "grade: A", "grade: B"),
        ("exclude", "when: is_lost,", "when: not is_lost,"),
        ("exclude", "lost}}", "lost}, keep: yes}"),
        ("bands", "name: very_late", "name: grave"),
        ("bands", "over_days > 10,", "over_days >= 10,"),
        ("measure", "value: over_days", "value: over_days + 1"),
        ("law", "ACT-12", "ACT-012"),
        ("identity", "law: [ACT-12]", "law: [ACT-12]\nidentity: [subject, part]"),
        ("evidence", "columns: [lent_on]", "columns: [lent_on, reader_no]"),
    ],
)
def test_what_it_says_does(key: str, before: str, after: str) -> None:
    new = changed(before, after)
    assert hash_logic(new) != hash_logic(shape_of(BASE))
    assert compare_logic(shape_of(BASE), new) == (key,)


@pytest.mark.parametrize(
    ("key", "before", "after"),
    [
        ("title", "逾期未还", "到期未还"),
        ("exclude", "已挂失", "已登记挂失"),
        ("bands", "严重", "很久"),
        ("reason", "{loan_no} late", "{loan_no} over"),
        ("keywords", "grade: A", "grade: A\nkeywords: [书]"),
        ("accept", "grade: A", "grade: A\naccept: [{code: JR231, because: 已核对}]"),
        ("examples", "grade: A", "grade: A\nexamples: {as_of: 2024-01-01, cases: []}"),
    ],
)
def test_words_are_no_logic_and_have_a_hash_of_their_own(key: str, before: str, after: str) -> None:
    new = changed(before, after)
    assert hash_logic(new) == hash_logic(shape_of(BASE))
    assert hash_texts(new) != hash_texts(shape_of(BASE))
    assert compare_texts(shape_of(BASE), new) == (key,)


def test_another_id_is_another_rule() -> None:
    assert hash_logic(changed("id: LIB-01", "id: LIB-02")) != hash_logic(shape_of(BASE))


def test_parts_have_logic_and_words() -> None:
    part = "detect: {any_of: [{name: one, say: 甲, condition: {when: is_lost}}]}"
    whole = "detect:\n  time_limit: {from: lent_on, until: returned_on, limit: {days: 30}, roll: no}"
    new = changed(whole, part)
    assert logic_of(new)["detect"] == {
        "any_of": [{"name": ["name", "one"], "condition": {"when": ["name", "is_lost"]}}]
    }
    reworded = changed(whole, part.replace("甲", "乙"))
    assert (compare_logic(new, reworded), compare_texts(new, reworded)) == ((), ("detect",))


def test_blanks_of_a_query_do_not_matter_but_those_in_quotes_do() -> None:
    def query(text: str) -> Any:
        whole = "detect:\n  time_limit: {from: lent_on, until: returned_on, limit: {days: 30}, roll: no}"
        return hash_logic(changed(whole, f"detect: {{query: {text!r}}}"))

    assert query("SELECT a  FROM t WHERE b = 'x y'") == query("SELECT a FROM t   WHERE b = 'x y'")
    assert query("SELECT a FROM t WHERE b = 'x y'") != query("SELECT a FROM t WHERE b = 'x  y'")
    assert query("SELECT a -- b\n FROM t") != query("SELECT a -- b FROM t")


def test_numbers_have_one_form() -> None:
    assert [number_text(one) for one in (1, 1.0, 0.1, 100, 1e-7, 0.0)] == [
        "1",
        "1",
        "0.1",
        "100",
        "0.0000001",
        "0",
    ]


def test_line_ends_of_a_file_do_not_matter() -> None:
    assert hash_file("a\r\nb\r\n") == hash_file("\ufeffa\nb\n") != hash_file("a\nb")
