"""`test`: what differs, value by value, with the step where the paths part; bad and hostile examples in plain words."""

from __future__ import annotations

import json
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest

from cli.conftest import Jointsup

from .test_rules import RULE, spoil

ONE_LATE = "expect: [{subject: L1, outcome: hit, due_on: 2025-01-31, over_days: 1, severity: medium}]"
OPEN = "expect: [{subject: L1, outcome: hit, over_days: 59, severity: high}]"


def rows_of(jointsup: Jointsup, name: str) -> list[dict[str, object]]:
    """The differences of one example as JSON."""
    rows = json.loads(jointsup("test", "--format", "json", "--lang", "en").stdout)
    (row,) = [one for one in rows if one["example"] == name]
    found: list[dict[str, object]] = row["differences"]
    return found


def test_expected_and_found_stand_side_by_side(desk: Path, jointsup: Jointsup) -> None:
    spoil(desk / RULE, ONE_LATE, ONE_LATE.replace("01-31", "02-02").replace("medium", "high"))
    assert jointsup("test").stdout.splitlines() == [
        "LET-01 [1] one day late  (rules/LET/LET-01.yaml:32:13)",
        "        subject  value     expected    found",
        "        L1       due_on    2025-02-02  2025-01-31",
        "        L1       severity  high        medium",
        "        parts at: due day: 2 days earlier; limit 2025-01-01 → 2025-01-31 30 days 30 days",
        "        parts at: bands and levels: severity high does not hold",
        "1 rules, 5 examples, 1 differ",
    ]
    told = jointsup("test", "--lang", "zh").stdout.splitlines()
    assert told[1:3] == [
        "        对象  项目      应为        实为",
        "        L1    due_on    2025-02-02  2025-01-31",
    ]


@pytest.mark.parametrize(
    ("before", "after", "name", "told"),
    [
        (
            "channel: POST, is_anonymous: false", "channel: COPY, is_anonymous: false", "one day late",
            ("outcome", "hit", "out_of_scope", "scope: 'channel differs from 'COPY' (copy)' does not hold"
             " (channel = COPY)"),
        ),
        (
            "[{subject: L1, outcome: excluded}]", "[{subject: L1, outcome: hit}]", "anonymous",
            ("outcome", "hit", "excluded", "exclusions: anonymous, nobody to answer: 'is_anonymous (anonymous)' holds"),
        ),
        (
            "[{subject: L1, outcome: clear}]", "[{subject: L1, outcome: hit}]", "answered on the last day",
            ("outcome", "hit", "clear", "time limit: done on or before the due day 2025-01-31; 0 days to spare"),
        ),
        (
            "missing: [received_on]}", "missing: [answered_on]}", "the day of receipt is not recorded",
            ("missing", ["answered_on"], ["received_on"], "detection: the day it starts is not known"),
        ),
        (
            OPEN, OPEN.replace("59", "60"), "not answered, long overdue",
            ("over_days", 60, 59, "end: not done, and 2025-03-31 is after the due day 2025-01-31; 59 days over"),
        ),
        (
            OPEN, "expect: []", "not answered, long overdue",
            ("outcome", None, "hit", "scope: 'channel differs from 'COPY' (copy)' holds (channel = POST)"),
        ),
        (
            OPEN, OPEN.replace("L1, outcome: hit, over_days: 59, severity: high", "L2, outcome: clear"),
            "not answered, long overdue", ("outcome", "clear", "out_of_scope", "there is no such subject in the data"),
        ),
    ],
)  # fmt: skip
def test_the_step_where_the_paths_part_is_told(
    before: str, after: str, name: str, told: tuple[object, ...], desk: Path, jointsup: Jointsup
) -> None:
    spoil(desk / RULE, before, after)
    first = rows_of(jointsup, name)[0]
    assert (first["key"], first["expected"], first["found"], first["parts_at"]) == told


def test_lines_of_a_working_are_compared_one_by_one(desk: Path, jointsup: Jointsup) -> None:
    working = "working: [{step: start}, {step: base, days: 31}, {step: roll}, {step: due}, {step: over}]"
    spoil(desk / RULE, OPEN, OPEN.replace("severity: high", working))
    keys = [
        (one["key"], one["expected"], one["found"]) for one in rows_of(jointsup, "not answered, long overdue")
    ]
    assert keys == [("working[2].days", 31, 30), ("working[3]", "step roll", None)]


def test_bad_examples_are_problems_with_a_place(desk: Path, jointsup: Jointsup) -> None:
    spoil(desk / RULE, "given: {letter: [{letter_id: L1}]}", "given: {leter: [{letter_id: L1}]}")
    spoil(desk / RULE, "received_on: 2025-01-01, is_anonymous", "recieved_on: 2025-01-01, is_anonymous")
    spoil(desk / RULE, "outcome: clear", "outcome: cleer")
    result = jointsup("test", "--lang", "en")
    assert result.exit_code == 1
    for told in (
        "rules/LET/LET-01.yaml:37:39: JR280 no outcome 'cleer'",
        "rules/LET/LET-01.yaml:42:15: JR280 the dictionary has no table 'leter'",
        "did you mean 'received_on'?",
        "1 rules, 5 examples, 3 differ",
    ):
        assert told in result.stdout
    checked = jointsup("check", "--lang", "en")
    assert checked.exit_code == 1
    assert checked.stdout.count("JR280") == 3


def test_days_parameters_and_absent_tables_are_checked_too(desk: Path, jointsup: Jointsup) -> None:
    spoil(desk / RULE, "  as_of: 2025-03-31", "  as_of: 2025-3-31\n  absent: [letters]\n  params: {day: 3}")
    result = jointsup("check", "--lang", "en")
    for told in ("'2025-3-31' is no day", "no table 'letters'", "no parameter 'day'"):
        assert told in result.stdout


def test_junit_holds_every_example_and_what_differs(desk: Path, jointsup: Jointsup) -> None:
    spoil(desk / RULE, ONE_LATE, ONE_LATE.replace("over_days: 1", "over_days: 2"))
    root = ElementTree.fromstring(jointsup("test", "--format", "junit").stdout)
    (suite,) = root.findall("testsuite")
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == ("LET-01", "5", "1")
    (failed,) = suite.findall("testcase/failure")
    assert "over_days" in (failed.text or "")


HOSTILE = """\
subject: mail
detect:
  because: {{zh: 试, en: try}}
  query: |
    {sql}
severity: low
"""
CASE = """
examples:
  as_of: 2025-03-31
  cases:
    - {name: one, given: {letter: [{letter_id: L1, received_on: 2025-01-01, answered_on: 2025-02-01}]}, expect: []}
"""


def write_query(desk: Path, sql: str) -> None:
    """A rule beside LET-01 that is a query."""
    text = (desk / RULE).read_text(encoding="utf-8")
    head = text[text.index("id: ") : text.index("subject: ")].replace("LET-01", "LET-02")
    tail = text[text.index("grade: A") : text.index("reason:")] + 'reason: "{subject}"\n'
    (desk / "rules/LET/LET-02.yaml").write_text(
        head + HOSTILE.format(sql=sql) + tail + CASE, encoding="utf-8"
    )


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        # Far more rows than any machine counts before its limit; each is one the database has to look at.
        (
            "SELECT letter_id, sum(sqrt(a.n * b.n * c.n * d.n * e.n * f.n)) AS measure FROM mail, "
            + ", ".join(
                f"(VALUES {', '.join(f'({n})' for n in range(1, 60))}) AS {name}(n)" for name in "abcdef"
            )
            + " GROUP BY letter_id",
            "time limit of",
        ),
        (
            "SELECT letter_id, CAST(letter_id AS INTEGER) AS measure FROM mail",
            "the rule failed: Conversion Error",
        ),
    ],
)
def test_a_hostile_query_ends_in_plain_words(sql: str, told: str, desk: Path, jointsup: Jointsup) -> None:
    write_query(desk, sql)
    begun = time.monotonic()
    result = jointsup("test", "--lang", "en")
    assert result.exit_code == 1
    assert told in result.stdout
    assert "2 rules, 6 examples, 1 differ" in result.stdout
    assert time.monotonic() - begun < 90


def test_a_query_is_traced_in_its_own_process_with_the_same_words(example: Path, jointsup: Jointsup) -> None:
    write_query(example, "SELECT letter_id FROM mail WHERE answered_on IS NULL")
    words = (
        "explain",
        "LET-02",
        "--dataset",
        "example",
        "--as-of",
        "2025-03-31",
        "--lang",
        "en",
        "--subject",
    )
    subjects = jointsup(*words, "nobody").stdout
    assert "nearest: " in subjects
    key = subjects.split("nearest: ")[1].split("、")[0].strip()
    assert "query" in jointsup(*words, key).stdout


def test_the_nearest_to_being_a_clue_are_listed(example: Path, jointsup: Jointsup) -> None:
    words = ("explain", "LET-01", "--near", "5", "--dataset", "example", "--as-of", "2025-03-31")
    told = jointsup(*words, "--lang", "en").stdout.splitlines()
    assert told[0].split() == ["subject", "case", "number", "part", "distance", "what", "of"]
    assert [line.split()[0] for line in told[1:]] == ["L007"]
    assert "19 days" in told[1]
    (row,) = json.loads(jointsup(*words, "--format", "json", "--lang", "en").stdout)["subjects"]
    assert (row["subject_key"], row["distance"], row["unit"]) == ("L007", 19.0, "days")


def test_a_part_without_a_distance_is_named(example: Path, jointsup: Jointsup) -> None:
    write_query(example, "SELECT letter_id FROM mail WHERE answered_on IS NULL")
    words = ("--near", "5", "--dataset", "example", "--as-of", "2025-03-31", "--lang", "en")
    result = jointsup("explain", "LET-02", *words)
    assert (result.exit_code, result.stdout) == (0, "nothing is near\n")
    assert "query: there is no distance that could be counted" in result.stderr
    assert jointsup("explain", "LET-02", "--near", "5").exit_code == 2


def test_a_subject_out_of_scope_by_one_comparison_is_told_so(example: Path, jointsup: Jointsup) -> None:
    words = ("--dataset", "example", "--as-of", "2025-03-31", "--lang", "en")
    told = jointsup("explain", "LET-01", "--subject", "L009", *words).stdout
    assert "out of scope: one comparison short: channel differs from 'COPY' (copy)" in told
    assert "false  channel differs from 'COPY' (copy) (is COPY)" in told


@pytest.mark.parametrize(
    "words",
    [
        ("test", "--from", "L1", "--dataset", "example"),
        ("test", "LET-01", "--from", "L1"),
        ("test", "LET-01", "--append"),
        ("test", "LET-01", "--watch", "--format", "json"),
        ("test", "LET-01", "--from", "L1", "--dataset", "example", "--format", "junit"),
    ],
)
def test_words_that_do_not_go_together_are_wrong_usage(
    words: tuple[str, ...], desk: Path, jointsup: Jointsup
) -> None:
    assert jointsup(*words).exit_code == 2


def test_an_example_is_made_of_a_case_and_added(example: Path, jointsup: Jointsup) -> None:
    words = ("test", "LET-01", "--from", "L005", "--dataset", "example", "--lang", "en")
    before = (example / RULE).read_text(encoding="utf-8")
    printed = jointsup(*words)
    assert printed.exit_code == 0, printed.output
    assert "L005" not in printed.stdout
    assert "outcome: hit, started_on: 2025-02-03, due_on: 2025-03-05, ended_on: 2025-03-21" in printed.stdout
    assert (example / RULE).read_text(encoding="utf-8") == before
    told = json.loads(jointsup(*words, "--format", "json").stdout)
    assert told["example"]["expect"][0]["over_days"] == 16
    assert told["replaced"] == ["letter.letter_id"]
    assert jointsup(*words, "--append", "--name", "late by sixteen days").exit_code == 0
    assert jointsup("test").stdout == "1 rules, 6 examples, 0 differ\n"
    assert "name: late by sixteen days\n" in (example / RULE).read_text(encoding="utf-8")
    assert jointsup("test", "LET-01", "--from", "L999", "--dataset", "example").exit_code == 2
