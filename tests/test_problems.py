"""Problems: how they read, and the nearest word."""

from __future__ import annotations

import doctest

import pytest

from jointsup_rules import problems
from jointsup_rules.problems import (
    Place,
    Problem,
    ProblemsError,
    Text,
    did_you_mean,
    nearest_word,
    render_problem,
)

ACEPT = Problem(
    code="JR203",
    place=Place("rules/FIL/FIL-08.yaml", 21, 12),
    what=Text("主体 'case' 没有列 'acept_date'", "no column 'acept_date' in subject 'case'"),
    why=Text(
        "规则只能读主体的列", "a rule may read only the columns its subject has in datasets/dictionary.yaml"
    ),
    fix=Text("是不是想写 'accept_date'？", "did you mean 'accept_date'?"),
    excerpt="    after: acept_date",
)


def test_a_problem_reads_as_house_style_shows_it() -> None:
    assert render_problem(ACEPT, "en") == (
        "rules/FIL/FIL-08.yaml:21:12: JR203 no column 'acept_date' in subject 'case'\n"
        "        after: acept_date\n"
        "               ^\n"
        "        why: a rule may read only the columns its subject has in datasets/dictionary.yaml\n"
        "        fix: did you mean 'accept_date'?"
    )


def test_a_problem_reads_in_chinese() -> None:
    assert render_problem(ACEPT, "zh").splitlines()[3:] == [
        "        原因：规则只能读主体的列",
        "        办法：是不是想写 'accept_date'？",
    ]


def test_the_caret_stands_below_a_word_behind_wide_characters() -> None:
    problem = Problem("JR1", Place("a", 1, 4), Text("x"), excerpt="受理：日")
    assert render_problem(problem, "zh").splitlines()[2] == " " * 8 + "\u3000\u3000\u3000^"


def test_a_long_line_is_cut_around_the_place() -> None:
    problem = Problem("JR1", Place("a", 1, 5001), Text("x"), excerpt="a" * 5000 + "B" + "c" * 5000)
    shown, caret = render_problem(problem, "en").splitlines()[1:]
    assert len(shown) < 140
    assert shown[caret.index("^")] == "B"


def test_no_control_character_reaches_the_terminal() -> None:
    problem = Problem("JR1", Place("a\x1b[2J"), Text("b\x07"), excerpt="c\x1b[31m")
    assert "\x1b" not in render_problem(problem, "en")
    assert "\x07" not in render_problem(problem, "en")


def test_of_two_languages_one_may_be_left_out() -> None:
    assert Text(en="only").in_language("zh") == "only"
    assert Text("只有").en == "只有"


@pytest.mark.parametrize(
    ("word", "candidates", "nearest"),
    [
        ("acept_date", ["close_date", "accept_date"], "accept_date"),
        ("ACCEPT_DATE", ["accept_date"], "accept_date"),
        ("受理曰", ["结案日", "受理日"], "受理日"),
        ("zzz", ["accept_date"], None),
        ("a", [], None),
    ],
)
def test_the_nearest_word_is_found_or_none(word: str, candidates: list[str], nearest: str | None) -> None:
    assert nearest_word(word, candidates) == nearest


def test_without_a_near_word_the_known_ones_are_named() -> None:
    assert did_you_mean("zzz", ["b", "a"]).en == "known here: a, b"
    assert did_you_mean("zzz", [f"w{n}" for n in range(30)]).en.endswith(", …")


def test_the_error_carries_every_problem() -> None:
    error = ProblemsError([ACEPT, ACEPT])
    assert error.problems == (ACEPT, ACEPT)
    assert str(error).count("JR203") == 2


def test_places_sort_by_file_line_and_column() -> None:
    assert sorted([Place("b"), Place("a", 2), Place("a", 1, 9)])[0] == Place("a", 1, 9)


def test_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(problems).failed == 0
