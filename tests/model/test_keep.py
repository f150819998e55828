"""The row filter of a source: three-valued, over texts, without a database."""

from __future__ import annotations

import doctest
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointsup_rules.model import keep
from jointsup_rules.model.expression import ExpressionError, read_expression
from jointsup_rules.model.keep import compile_keep

HEADERS = ["单位", "Unique Key", "n", "2024年"]
ROW = ["甲", "K1", "12.50", ""]


def kept(text: str, row: list[str | None] = ROW) -> bool:  # type: ignore[assignment]
    return compile_keep(read_expression(text), HEADERS, ["NA"])(row)


@pytest.mark.parametrize(
    "text",
    [
        "单位 is not null",
        "单位 = '甲'",
        "Unique_Key = 'K1'",
        "单位 in ('乙', '甲')",
        "单位 not in ('乙')",
        "n > '1' and _2024年 is null",
        "as_number(n) between 12 and 13",
        "as_number(n) * 1 > 0 or true",
        "Unique_Key like 'K_' and Unique_Key like '%1' and Unique_Key like '%'",
        "not (Unique_Key like 'k%')",
        "coalesce(_2024年, 单位) = '甲'",
        "_2024年 is distinct from 'x'",
        "case when 单位 = '甲' then true else false end",
        "length(单位) = 1 and upper('a') = 'A' and lower('A') = 'a' and trim(' x ') = 'x'",
        "substr(Unique_Key, 2, 1) = '1'",
        "(_2024年 = 'x') is null",
        "not (单位 = '乙')",
        "(单位 = '甲') is true and (单位 = '乙') is false",
    ],
)
def test_a_row_is_kept(text: str) -> None:
    if "* 1" in text:
        with pytest.raises(ExpressionError):
            kept(text)
    else:
        assert kept(text)


@pytest.mark.parametrize(
    "text",
    [
        "_2024年 = 'x'",
        "_2024年 <> 'x'",
        "not (_2024年 = 'x')",
        "null",
        "单位 is null",
        "_2024年 = 'x' and 单位 = '甲'",
        "_2024年 in ('x')",
        "单位 not in ('乙', null)",
        "as_number(单位) > 1",
        "as_number(n) < 2",
    ],
)
def test_what_is_false_or_unknown_is_left_out(text: str) -> None:
    assert not kept(text)


def test_texts_that_mean_nothing_are_empty() -> None:
    assert kept("单位 is null and n is null", [" \u3000", "K", "NA", None])


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("部门 is null", "no column '部门' in the file"),
        ("n > 1", "text is compared with a number"),
        ("单位", "rows.keep must be a condition"),
        ("单位 and true", "expected a condition"),
        ("days_between(n, n) > 1", "'days_between' cannot be used here"),
        ("matches(n, '(a+)+$')", "'matches' cannot be used here"),
        ("length(n, n) = 1", "'length' takes: text"),
        ("length(1) = 1", "'length' takes: text"),
        ("n = $x", "there are no parameters here"),
        ("unit.n is null", "no column 'unit.n' in the file"),
    ],
)
def test_what_cannot_be_asked_of_raw_texts_is_refused(text: str, what: str) -> None:
    with pytest.raises(ExpressionError) as raised:
        kept(text)
    assert raised.value.what.en == what


def test_without_a_file_only_the_names_stay_open() -> None:
    compile_keep(read_expression("部门 is null"), None)
    with pytest.raises(ExpressionError):
        compile_keep(read_expression("部门 > 1"), None)


@given(st.text("ab%_", max_size=8), st.text("ab", max_size=8))
def test_like_is_that_of_sql(pattern: str, text: str) -> None:
    as_regex = "".join(".*" if char == "%" else "." if char == "_" else char for char in pattern)
    expected = re.fullmatch(as_regex, text, re.DOTALL) is not None
    node = read_expression(f"n like '{pattern}'")
    # An empty cell is no text to compare.
    assert compile_keep(node, ["n"])([text]) is (expected and text != "")


def test_a_long_row_of_stars_is_matched_in_no_time() -> None:
    node = read_expression(f"n like '{'%a' * 50}b'")
    assert not compile_keep(node, ["n"])(["a" * 20_000])


def test_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(keep).failed == 0
