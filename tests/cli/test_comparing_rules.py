"""`diff --rules` says in words what changed, against git, a folder and the approved versions."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import Result

from cli.conftest import Jointsup

RULE = Path("rules/LET/LET-01.yaml")
PEOPLE = ("--by", "甲", "--approved-by", "乙", "--on", "2026-01-05", "--without-data", "--because", "x")


def git(*words: str) -> str:
    ran = subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@example.invalid", *words],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return ran.stdout


@pytest.fixture
def then(desk: Path) -> Path:
    """The desk as it is, kept beside it."""
    return Path(shutil.copytree(desk, desk.parent / "then"))


def edit(*pairs: tuple[str, str], path: Path = RULE) -> None:
    text = path.read_text(encoding="utf-8")
    for before, after in pairs:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    path.write_text(text, encoding="utf-8")


def said(jointsup: Jointsup, revision: object, lang: str = "en") -> list[str]:
    result = jointsup("diff", "--rules", revision, "--lang", lang)
    assert result.exit_code == 0, result.output
    return [line.strip() for line in result.stdout.splitlines()]


def told(jointsup: Jointsup, revision: object, lang: str = "en") -> dict[str, Any]:
    result = jointsup("diff", "--rules", revision, "--format", "json", "--lang", lang)
    assert result.exit_code == 0, result.output
    return dict(json.loads(result.stdout))


def test_nothing_changed(then: Path, jointsup: Jointsup) -> None:
    edit(("subject: mail ", "subject:   'mail' # same"), ("is_anonymous, because", "(is_anonymous), because"))
    assert said(jointsup, then) == [
        f"since {then}: rules added 0, removed 0, changed 0 (0 of them in logic), same 1;"
        " changes in what they rest on 0"
    ]


CASES = yaml.safe_load(Path(__file__).with_name("rule_changes.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["en"][:40])
def test_each_change_has_its_words(case: dict[str, str], then: Path, jointsup: Jointsup) -> None:
    edit((case["before"], case["after"]))
    assert case["en"] in said(jointsup, then)
    assert case["zh"] in said(jointsup, then, "zh")


def test_rules_that_came_and_went_and_cannot_be_read(then: Path, jointsup: Jointsup) -> None:
    text = RULE.read_text(encoding="utf-8")
    Path("rules/LET/LET-02.yaml").write_text(
        text.replace("LET-01", "LET-02").replace("active", "draft"), encoding="utf-8"
    )
    RULE.unlink()
    lines = said(jointsup, then)
    assert lines[1] == "removed (version 1, active)"
    assert lines[3] == "added (version 1, draft)"
    RULE.write_text("id: [", encoding="utf-8")
    assert said(jointsup, then)[1] == "cannot be read on one side (version 1, active)"


def test_a_subject_nobody_knows_is_told_as_it_is_written(then: Path, jointsup: Jointsup) -> None:
    edit(("subject: mail ", "subject: male "), ("{days: $days}", "{days: 9}"))
    lines = said(jointsup, then)
    assert "subject: mail (letter) → male" in lines
    assert "detect: detect.time_limit.limit.days $days → 9" in lines


def test_what_rules_rest_on_names_the_rules(then: Path, jointsup: Jointsup) -> None:
    edit(("value: 30", "value: 20"), path=Path("rules/parameters.yaml"))
    lines = said(jointsup, then)
    at = lines.index("parameter LET.DAYS: changed")
    assert lines[at + 1 : at + 3] == ["from 2020-01-01 30 → 20", "rules it may concern: LET-01"]


def test_a_column_and_a_calendar_and_an_exception(then: Path, jointsup: Jointsup) -> None:
    dictionary = Path("datasets/dictionary.yaml")
    text = dictionary.read_text(encoding="utf-8")
    line = next(one for one in text.splitlines() if one.strip().startswith("answered_on:"))
    dictionary.write_text(
        text.replace(line, line.replace("type: date", "type: date, planned: true")), encoding="utf-8"
    )
    Path("datasets/calendar/2031.csv").write_text("date,is_working\n", encoding="utf-8")
    Path("rules/exceptions.yaml").write_text(
        "- {id: E-1, rule: LET-01, subject: L1, reason: 待, from: 2025-01-01, until: 2025-02-01}\n",
        encoding="utf-8",
    )
    grounds = {one["kind"]: one for one in told(jointsup, then)["grounds"]}
    assert set(grounds) == {"dictionary", "calendar", "exception"}
    assert grounds["dictionary"]["name"] == "tables.letter.answered_on"
    assert grounds["dictionary"]["lines"] == ["planned none → true"]
    assert grounds["dictionary"]["rules"] == ["LET-01"]
    assert (grounds["calendar"]["name"], grounds["calendar"]["change"]) == ("2031.csv", "added")
    assert grounds["exception"]["rules"] == ["LET-01"]


LAW = """
law: ACT
title: {{zh: 信访办法, en: Letters Act}}
versions: [{{from: 2020-01-01}}]
articles:
  ACT-12: [{{from: 2020-01-01, number: "12", text: 答复, spans: {{answer: {{days: {days}}}}}}}]
"""
CLOCK = """
ANSWER: {label: 答复, subject: mail, start: received_on, stop: [answered_on], limit: {law: ACT-12, span: answer}, roll: no%s}
"""


def test_law_and_clocks_name_the_rules_that_take_them(desk: Path, jointsup: Jointsup) -> None:
    edit(
        (
            "time_limit: {from: received_on, until: answered_on, limit: {days: $days}, roll: no}",
            "time_limit: {clock: ANSWER}",
        )
    )
    Path("rules/law").mkdir()
    Path("rules/law/act.yaml").write_text(LAW.format(days=30), encoding="utf-8")
    Path("rules/clocks.yaml").write_text(CLOCK % "", encoding="utf-8")
    then = shutil.copytree(desk, desk.parent / "then")
    Path("rules/law/act.yaml").write_text(LAW.format(days=15), encoding="utf-8")
    Path("rules/clocks.yaml").write_text(CLOCK % ", when: \"office = 'x'\"", encoding="utf-8")
    grounds = {one["kind"]: one for one in told(jointsup, then)["grounds"]}
    assert grounds["article"]["lines"] == ["from 2020-01-01 answer 30 days → 15 days"]
    assert grounds["clock"]["lines"] == ["when none → office = 'x'"]
    assert grounds["article"]["rules"] == grounds["clock"]["rules"] == ["LET-01"]


# ---- what it is compared with


def test_a_revision_of_git_is_read_without_touching_the_checkout(desk: Path, jointsup: Jointsup) -> None:
    git("init", "-q", "..")
    git("add", ".")
    git("commit", "-q", "-m", "then")
    git("tag", "then")
    edit(("is: medium, ", "is: low, "))
    git("commit", "-q", "-a", "-m", "now")
    edit(("grade: A", "grade: B"))
    status = git("status", "--porcelain")
    assert "severity: lowered: medium → low" in said(jointsup, "then")
    assert [one["logic"].keys() for one in told(jointsup, "HEAD")["rules"]] == [{"grade": 0}.keys()]
    assert git("status", "--porcelain") == status


def refused(result: Result) -> str:
    assert (result.exit_code, result.stdout) == (2, "")
    assert "JR268" in result.stderr
    return result.stderr


def test_what_there_is_not_is_told_plainly(
    desk: Path, jointsup: Jointsup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(desk.parent))
    assert "git: not a git repository" in refused(jointsup("diff", "--rules", "HEAD", "--lang", "en"))
    assert "there is no rules/rules.lock yet" in refused(jointsup("diff", "--rules", "lock", "--lang", "en"))
    git("init", "-q")
    assert "git: no such revision" in refused(jointsup("diff", "--rules", "nosuch", "--lang", "en"))
    for odd in ("--output=x", "-p", ""):
        assert "is neither lock, nor a folder with rules" in refused(
            jointsup("diff", f"--rules={odd}", "--lang", "en")
        )
    Path("note.txt").write_text("x", encoding="utf-8")
    git("add", "note.txt")
    git("commit", "-q", "-m", "no rules")
    assert "no rules in this revision" in refused(jointsup("diff", "--rules", "HEAD", "--lang", "en"))
    monkeypatch.setenv("PATH", os.fspath(desk / "empty"))
    assert "git: not installed" in refused(jointsup("diff", "--rules", "HEAD", "--lang", "en"))


def test_links_of_a_revision_are_not_followed(desk: Path, jointsup: Jointsup) -> None:
    Path("rules/LET/LET-09.yaml").symlink_to("/etc/passwd")
    git("init", "-q")
    git("add", ".")
    git("commit", "-q", "-m", "then")
    Path("rules/LET/LET-09.yaml").unlink()
    assert said(jointsup, "HEAD")[-1].startswith("since HEAD: rules added 0, removed 0, changed 0")


def test_the_approved_versions_are_compared_with(desk: Path, jointsup: Jointsup) -> None:
    assert jointsup("activate", "LET-01", *PEOPLE).exit_code == 0
    edit(("version: 1 ", "version: 2 "), ("status: active", "status: draft"), ("is: medium, ", "is: low, "))
    assert said(jointsup, "lock") == [
        "LET-01 Letter not answered in time", "version: 1 → 2", "status: active → draft", "severity: lowered: medium → low",
        "since lock: rules added 0, removed 0, changed 1 (1 of them in logic), same 0; changes in what they rest on 0",
    ]  # fmt: skip
    Path("rules/history/LET-01.v1.yaml").unlink()
    assert said(jointsup, "lock")[1] == "cannot be read on one side (version 2, draft)"


def test_sweeps_and_rules_are_not_compared_at_once(desk: Path, jointsup: Jointsup) -> None:
    result = jointsup("diff", "2025-03-31-aaaaaaaa", "--rules", "HEAD", "--lang", "en")
    assert (result.exit_code, result.stderr) == (2, "--rules takes no sweeps\n")
