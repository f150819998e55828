"""YAML with places: what it reads, what it refuses, and where it says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointsup_rules import limits
from jointsup_rules.load.yaml import read_yaml, read_yaml_file
from jointsup_rules.problems import Place


def told(text: str) -> list[str]:
    """Problems of a text as `line:column code what`."""
    problems = read_yaml(text, "f").problems
    return [f"{one.place.line}:{one.place.column} {one.code} {one.what.en}" for one in problems]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("NO", "NO"),
        ("yes", "yes"),
        ("0123", "0123"),
        ("12:30", "12:30"),
        ("2024-05-01", "2024-05-01"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("1e5", "1e5"),
        (".5", ".5"),
        ("+5", "+5"),
        ("1234567890123456789", "1234567890123456789"),
        ("110101199001011234", 110101199001011234),
        ("12", 12),
        ("-3", -3),
        ("1.5", 1.5),
        ("true", True),
        ("False", False),
        ("~", None),
        ("null", None),
        ("", None),
        ("'12'", "12"),
        ('"true"', "true"),
    ],
)
def test_only_plain_numbers_and_truth_values_are_more_than_text(written: str, value: object) -> None:
    document = read_yaml(f"a: {written}\n", "f")
    assert document.problems == ()
    assert document.data == {"a": value}
    assert type(document.data["a"]) is type(value)


def test_values_and_keys_have_places() -> None:
    document = read_yaml("规则:\n  列: [甲, {乙: 1}]\n", "f.yaml")
    assert document.place(("规则", "列", 0)) == Place("f.yaml", 2, 7)
    assert document.place(("规则", "列", 1, "乙")) == Place("f.yaml", 2, 14)
    assert document.place(("规则", "列"), key=True) == Place("f.yaml", 2, 3)
    assert document.place(("规则", "没有", "的")) == Place("f.yaml", 2, 3)
    assert document.excerpt(2) == "  列: [甲, {乙: 1}]"
    assert document.excerpt(9) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3\n", "3:1 JR104 key 'a' is given twice, first on line 1"),
        ("a: !!python/none x\n", "1:4 JR102 a tag 'tag:yaml.org,2002:python/none' is not allowed"),
        ("a: !x 1\n", "1:4 JR102 a tag '!x' is not allowed"),
        ("a: &b 1\nc: *b\n", "2:4 JR103 an alias '*b' is not allowed"),
        ("[x]: 1\n", "1:1 JR106 a key must be text"),
        ("a: b: c\n", "1:5 JR101 a colon is not possible here"),
        ("a: [1, 2\nb: 3\n", "2:2 JR101 a comma is missing or a bracket is never closed"),
        ("b: 1\na: 'x\nc: 2\n", "2:4 JR101 a quote is never closed"),
        ("\ta: 1\n", "1:1 JR101 a text cannot begin with this character"),
        ("a: 1\n  b: 2\n", "2:4 JR101 a colon is not possible here"),
        ('a: "\\q"\n', "1:5 JR101 an unknown backslash sequence in double quotes"),
        ("a: 1\n---\nb: 2\n", "2:1 JR107 more than one document in the file"),
        ("a: 受\x07\n", "1:5 JR108 an invisible control character U+0007"),
        ("a: x\u2028y\n", "1:5 JR108 an invisible control character U+2028"),
        ("a: &x [*x]\n", "1:8 JR103 an alias '*x' is not allowed"),
    ],
)
def test_what_is_refused_says_where(text: str, expected: str) -> None:
    assert told(text) == [expected]


def test_every_problem_is_told_at_once() -> None:
    assert len(told("a: !x 1\na: 2\nb: *c\n")) == 3


def test_an_alias_bomb_is_refused_without_being_built() -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 20)]
    document = read_yaml("\n".join(rows), "f")
    assert {one.code for one in document.problems} == {"JR103"}


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "a:\n" + "".join(f"{' ' * n}- a:\n" for n in range(2, 400, 2))]
)
def test_depth_is_bounded(text: str) -> None:
    problems = read_yaml(text, "f").problems
    assert [one.code for one in problems] == ["JR105"]
    assert str(limits.YAML_DEPTH) in problems[0].what.en


def test_size_is_bounded() -> None:
    assert told("a" * (limits.YAML_BYTES + 1)) == ["1:1 JR105 more than 4 MiB of text"]
    many = told("[" + "1," * limits.YAML_NODES + "1]")
    assert many[0].endswith(f"more than {limits.YAML_NODES} values in the file")


def test_a_mark_at_the_start_of_the_file_moves_no_column() -> None:
    document = read_yaml("\ufeffa: 1\n", "f")
    assert document.place(("a",), key=True) == Place("f", 1, 1)


def test_a_file_that_is_not_utf8_says_where(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"a: 1\nb: " + "受理".encode("gb18030"))
    document = read_yaml_file(path, "rules/x.yaml")
    assert document.data is None
    assert [(one.place, one.what.en) for one in document.problems] == [
        (Place("rules/x.yaml", 2, 4), "the file is not UTF-8")
    ]


def test_a_huge_file_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    with path.open("wb") as stream:
        stream.truncate(5 * limits.GIB)
    assert [one.code for one in read_yaml_file(path, "x").problems] == ["JR105"]


def test_the_text_of_a_number_is_kept() -> None:
    document = read_yaml("a: 1.10\nb: [x]\n", "f")
    assert document.written(("a",)) == "1.10"
    assert document.written(("b",)) is None


@given(st.text())
def test_no_text_raises(text: str) -> None:
    document = read_yaml(text, "f")
    for problem in document.problems:
        assert problem.place.line >= 1
        assert problem.place.column >= 1
