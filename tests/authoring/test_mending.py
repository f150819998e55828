"""What `check --fix` writes: exact texts before and after, everything else in a file as it was."""

from __future__ import annotations

import json
import re
import shutil
import stat
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner, Result

from jointsup_rules import Workspace
from jointsup_rules.cli import main
from jointsup_rules.problems import ProblemsError

DESK = Path(__file__).parents[1] / "pages/desk"
RULE = "rules/LET/LET-01.yaml"
CLOCKS = "rules/clocks.yaml"
SCOPE = "scope: channel is distinct from 'COPY'"
INLINE = "detect:\n  time_limit: {from: received_on, until: answered_on, limit: {days: $days}, roll: no}"
TITLE = "title: {zh: 来信逾期未答复, en: Letter not answered in time}"
# File, text that is there, what is written wrongly in its place, and what mending makes of that.
MENDED = [
    (RULE, SCOPE, "scpoe: pages > 1", "scope: pages > 1"),
    (RULE, SCOPE, "scope: pges > 1 and anwered_on is null", "scope: pages > 1 and answered_on is null"),
    (RULE, SCOPE, "scope: channel == 'POST'", "scope: channel = 'POST'"),
    (RULE, SCOPE, 'scope: "channel != \'邮寄\'"', 'scope: "channel <> \'POST\'"'),
    (RULE, SCOPE, "scope: 'channel = ''邮寄'''", "scope: 'channel = ''POST'''"),
    (RULE, SCOPE, "scope: 渠道 ＝ “邮寄”", "scope: 渠道 = 'POST'"),
    (RULE, SCOPE, "scope: channel in （'POST'，'WEB'）", "scope: channel in ('POST','WEB')"),
    (RULE, SCOPE, "scope: channel in （‘POST’、‘WEB’）；", "scope: channel in ('POST','WEB')"),
    (RULE, SCOPE, "scope: 页数 ≥ １０", "scope: 页数 >= 10"),
    (RULE, SCOPE, "scope: pages ！= 2", "scope: pages <> 2"),
    (RULE, SCOPE, "scope: pages > 3;", "scope: pages > 3"),
    (RULE, SCOPE, "scope: pages > 3,", "scope: pages > 3"),
    (RULE, SCOPE, "scope：pages > 3", "scope: pages > 3"),
    (RULE, SCOPE, "scope: pages > 3\u200b", "scope: pages > 3"),
    (RULE, SCOPE, "scope: >-\n  pages\n  ＞ ３\n#", "scope: >-\n  pages\n  > 3\n#"),
    (RULE, SCOPE, "scope: |\n  pages ＞ 3\n  and offce = '一科'\n#", "scope: |\n  pages > 3\n  and office = '一科'\n#"),
    (RULE, SCOPE, "scope: age_days > $dayz", "scope: age_days > $days"),
    (RULE, SCOPE, "scope: Day_between(received_on, current_date) > 3", "scope: days_between(received_on, as_of) > 3"),
    (RULE, SCOPE, "scope: answered_on - received_on > 9", "scope: days_between(received_on, answered_on) > 9"),
    (RULE, SCOPE, "scope: received_on > '2024年5月1日'", "scope: received_on > '2024-05-01'"),
    (RULE, "{when: is_anonymous,", "{when: answered_on - received_on > 9,",
     '{when: "days_between(received_on, answered_on) > 9",'),
    (RULE, INLINE, "detect:\n  time_limt: {from: recieved_on, untl: answered_on, limit: {days: $dys}, roll: no}", INLINE),
    (RULE, INLINE, "detect: {time_limit: {clock: ANSWERR}}", "detect: {time_limit: {clock: ANSWER}}"),
    (RULE, TITLE, "title: 来信逾期: 未答复", 'title: "来信逾期: 未答复"'),
    (RULE, TITLE, 'title: 来信: 称"急件"的', "title: '来信: 称\"急件\"的'"),
    (RULE, TITLE, "title: *来信", 'title: "*来信"'),
    (RULE, TITLE, "title: 2024", 'title: "2024"'),
    (RULE, TITLE, "title: {zh: 来信, en: no}\x07", "title: {zh: 来信, en: no}"),
    (RULE, "version: 1 ", 'version: "１" ', "version: 1 "),
    (RULE, "{is: medium, high:", "{is: mediun, hgh:", "{is: medium, high:"),
    (RULE, "grade: A", "grade: Ａ", "grade: A"),
    (RULE, "law: []", "law: [LETERS-12]", "law: [LETTERS-12]"),
    (RULE, "subject: mail", "subject: mial", "subject: mail"),
    (RULE, "于{started_on}收到", "于{startd_on}收到", "于{started_on}收到"),
    (RULE, "answered_on, channel]}", "answerd_on, channel], rows: [event]}", "answered_on, channel], rows: [events]}"),
    (CLOCKS, "start: received_on", "start: recieved_on", "start: received_on"),
    (CLOCKS, "span: answer", "span: anwser", "span: answer"),
    ("rules/parameters.yaml", "from: 2020-01-01", "from: 2020/1/1", "from: 2020-01-01"),
    ("rules/law/letters.yaml", 'number: "12"', "number: 12", 'number: "12"'),
    ("datasets/sources/letters.yaml", "抄送: COPY", "抄送: COPPY", "抄送: COPY"),
    ("datasets/sources/letters.yaml", "  letter:\n", "  leter:\n", "  letter:\n"),
    ("datasets/dictionary.yaml", "timezone: Asia/Shanghai", "timezone: Asia/Shanghia", "timezone: Asia/Shanghai"),
    ("datasets/dictionary.yaml", "known: received_on", "known: 收信日", "known: received_on"),
    ("datasets/dictionary.yaml", "rows_of: letter", "rows_of: leter", "rows_of: letter"),
]  # fmt: skip
# What is wrong and may mean more than one thing, or would still be wrong.
LEFT_ALONE = [
    (RULE, "params: {days: LET.DAYS}", "params: {days: LET.DAYZ}"),
    ("rules/parameters.yaml", "LET.DAYS:", "LET.DAYZ:"),
    (CLOCKS, "law: LETTERS-12", "law: LETERS-12"),
    ("rules/law/letters.yaml", "LETTERS-12:", "LETERS-12:"),
    ("datasets/sources/letters.yaml", "网上: WEB", "网上: WEBB"),
    ("datasets/dictionary.yaml", "channel:  ", "chanel:  "),
    ("datasets/dictionary.yaml", "{POST:", "{POSST:"),
    (RULE, "params: {days:", "params: {dayz:"),
    ("datasets/dictionary.yaml", "  letter:\n", "  leter:\n"),
    (RULE, SCOPE, "scope: received_onn - 30 > 1"),
    (RULE, SCOPE, "scope: received_on + 30 < as_of"),
    (RULE, SCOPE, "scope: channel = 'EMAIL'"),
    (RULE, SCOPE, "scope: pages / 2 > 1"),
    (RULE, SCOPE, "scope: “office” = '一科'"),
    (RULE, SCOPE, 'scope: office = "一科"'),
    (RULE, SCOPE, "scpe: pages > 3\nscope: pages > 1"),
    (RULE, SCOPE, "scope: pages > 1; pages < 9"),
    (RULE, SCOPE, "scope: pages && 1"),
    (RULE, "evidence:", "identty: 3\nevidence:"),
    (RULE, "law: []", "law: [LETTERS-13]"),
    (RULE, TITLE, "title: 来信: 逾期 # 未答复"),
    (RULE, TITLE, 'title: "来信'),
    (CLOCKS, "limit: {law: LETTERS-12, span: answer}", "limit: {months: 1}"),
]


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    shutil.copytree(DESK, tmp_path / "desk")
    return tmp_path / "desk"


def spoil(desk: Path, file: str, old: str, bad: str) -> str:
    """Write a file with something wrong in it; returns the text without."""
    path = desk / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, bad), encoding="utf-8")
    return text


def mend(desk: Path) -> None:
    workspace = Workspace(desk)
    workspace.write_mended(workspace.mend())


def run(desk: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["check", "--workspace", str(desk), "--lang", "en", *words])


@pytest.mark.parametrize(("file", "old", "bad", "good"), MENDED, ids=[one[2][:40] for one in MENDED])
def test_what_has_one_answer_is_written_and_nothing_else(
    file: str, old: str, bad: str, good: str, desk: Path
) -> None:
    text = spoil(desk, file, old, bad)
    mended = Workspace(desk).mend()
    assert [problem for problem in mended.problems if problem.severity == "error"] == []
    assert mended.texts == {file: (text.replace(old, bad), text.replace(old, good))}
    assert (desk / file).read_text(encoding="utf-8") == text.replace(old, bad), "nothing is written yet"
    again = desk.parent / "again"
    shutil.copytree(desk, again)
    (again / file).write_text(text.replace(old, good), encoding="utf-8")
    assert Workspace(again).mend().texts == {}


@pytest.mark.parametrize(("file", "old", "bad"), LEFT_ALONE, ids=[one[2][:40] for one in LEFT_ALONE])
def test_what_may_mean_more_is_left_alone(file: str, old: str, bad: str, desk: Path) -> None:
    spoil(desk, file, old, bad)
    mended = Workspace(desk).mend()
    assert mended.texts == {}
    assert mended.edits == ()
    assert mended.problems


def test_what_others_use_is_what_was_meant(desk: Path) -> None:
    other = (desk / RULE).read_text(encoding="utf-8").replace("id: LET-01", "id: LET-02")
    (desk / "rules/LET/LET-02.yaml").write_text(other.replace("'COPY'", "'WEB'"), encoding="utf-8")
    text = spoil(desk, RULE, "{days: LET.DAYS}", "{days: LET.DAYZ}")
    assert Workspace(desk).mend().texts[RULE][1] == text


@pytest.mark.parametrize("seed", range(40))
def test_a_slip_anywhere_is_put_right_or_left_alone(seed: int, desk: Path) -> None:
    chance = Random(seed)
    files = sorted(path for path in desk.rglob("*.yaml") if "exceptions" not in path.name)
    path = chance.choice(files)
    text = path.read_text(encoding="utf-8")
    word = chance.choice(list(re.finditer("[A-Za-z_]{4,}|[\u4e00-\u9fff]{3,}", text)))
    at = chance.randrange(word.start() + 1, word.end())
    slips = [
        text[:at] + text[at + 1 :],
        text[:at] + chance.choice("abcxyz") + text[at + 1 :],
        text[:at] + text[at : at + 1] + text[at:],
    ]
    slip = chance.choice(slips)
    path.write_text(slip, encoding="utf-8")
    texts = Workspace(desk).mend().texts
    assert texts == {} or texts == {path.relative_to(desk).as_posix(): (slip, text)}


def test_many_slips_are_mended_at_once_and_mending_again_finds_nothing(desk: Path) -> None:
    spoil(desk, RULE, SCOPE, "scpoe: chanel is distinct from 'COPI'")
    spoil(desk, CLOCKS, "start: received_on", "start: recieved_on")
    spoil(desk, "rules/parameters.yaml", "kind: local", "kind: locl")
    mend(desk)
    for file in (RULE, CLOCKS, "rules/parameters.yaml"):
        assert (desk / file).read_bytes() == (DESK / file).read_bytes()
    assert Workspace(desk).mend().edits == ()


def test_one_that_brings_trouble_does_not_hold_back_the_others(desk: Path) -> None:
    text = spoil(desk, RULE, "evidence:", "identty: 3\nevidence:")
    spoil(desk, RULE, SCOPE, "scpoe: chanel is distinct from 'COPI'")
    mended = Workspace(desk).mend()
    assert mended.texts[RULE][1] == text.replace("evidence:", "identty: 3\nevidence:").replace(
        SCOPE, "scope: chanel is distinct from 'COPI'"
    )
    assert [problem.code for problem in mended.problems] == ["JR201"]


def test_line_ends_and_byte_order_mark_stay(desk: Path) -> None:
    path = desk / RULE
    text = path.read_text(encoding="utf-8").replace("\n", "\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + text.replace(SCOPE, "scope: chanel ＝ “WEB”").encode())
    mend(desk)
    assert path.read_bytes() == b"\xef\xbb\xbf" + text.replace(SCOPE, "scope: channel = 'WEB'").encode()


def test_rights_of_a_file_stay(desk: Path) -> None:
    spoil(desk, RULE, "subject: mail", "subject: mial")
    (desk / RULE).chmod(0o640)
    mend(desk)
    assert stat.S_IMODE((desk / RULE).stat().st_mode) == 0o640


def test_a_file_in_another_encoding_is_not_touched(desk: Path) -> None:
    path = desk / RULE
    content = path.read_text(encoding="utf-8").replace("subject: mail", "subject: mial").encode("gb18030")
    path.write_bytes(content)
    result = run(desk, "--fix")
    assert result.exit_code == 1
    assert "JR108 the file is not UTF-8" in result.stdout
    assert path.read_bytes() == content


@pytest.mark.parametrize("how", ["read-only", "link"])
def test_a_file_that_may_not_be_written_ends_with_plain_words_and_nothing_is_lost(
    how: str, desk: Path
) -> None:
    spoil(desk, RULE, "subject: mail", "subject: mial")
    spoil(desk, CLOCKS, "start: received_on", "start: recieved_on")
    if how == "read-only":
        (desk / RULE).chmod(0o444)
    else:
        (desk / RULE).rename(desk.parent / "elsewhere.yaml")
        (desk / RULE).symlink_to(desk.parent / "elsewhere.yaml")
    before = [(desk / file).read_bytes() for file in (RULE, CLOCKS)]
    result = run(desk, "--fix")
    assert result.exit_code == 2
    assert f"{RULE}:1:1: JR109 the file is read-only; nothing was written" in result.stderr
    assert result.stdout == ""
    assert [(desk / file).read_bytes() for file in (RULE, CLOCKS)] == before
    assert (desk / RULE).is_symlink() == (how == "link")


def test_a_file_changed_meanwhile_is_not_written_over(desk: Path) -> None:
    spoil(desk, RULE, "subject: mail", "subject: mial")
    spoil(desk, CLOCKS, "start: received_on", "start: recieved_on")
    workspace = Workspace(desk)
    mended = workspace.mend()
    (desk / CLOCKS).write_text("# another editor\n", encoding="utf-8")
    before = (desk / RULE).read_bytes()
    with pytest.raises(ProblemsError) as told:
        workspace.write_mended(mended)
    assert [problem.code for problem in told.value.problems] == ["JR124"]
    assert (desk / RULE).read_bytes() == before
    assert (desk / CLOCKS).read_text(encoding="utf-8") == "# another editor\n"


def test_only_the_named_files_are_mended(desk: Path) -> None:
    spoil(desk, RULE, "subject: mail", "subject: mial")
    spoil(desk, CLOCKS, "start: received_on", "start: recieved_on")
    result = run(desk, "--fix", "rules/LET")
    assert result.exit_code == 0
    assert result.stdout == f"{RULE}:14:10: mial → mail\n"
    assert (desk / RULE).read_bytes() == (DESK / RULE).read_bytes()
    assert "recieved_on" in (desk / CLOCKS).read_text(encoding="utf-8")


def test_what_was_changed_is_told_first_then_what_is_left(desk: Path) -> None:
    spoil(desk, RULE, SCOPE, "scope: chanel = 'WEB' and pages / 2 > 1")
    result = run(desk, "--fix")
    assert result.exit_code == 1
    first, second, *_ = result.stdout.splitlines()
    assert second.startswith(f"{RULE}:15:") or first.startswith(f"{RULE}:15:")
    assert "JR210 / may not be used" in result.stdout
    assert "1 errors and 0 warnings are left" in result.stderr


def test_a_dry_run_shows_the_changes_and_writes_nothing(desk: Path) -> None:
    spoil(desk, RULE, "subject: mail", "subject: mial")
    before = (desk / RULE).read_bytes()
    result = run(desk, "--fix", "--dry-run")
    assert result.exit_code == 0
    assert result.stderr == ""
    assert result.stdout.startswith(f"--- a/{RULE}\n+++ b/{RULE}\n@@ ")
    changed = [line[:14] for line in result.stdout.splitlines()[2:] if line[0] in "+-"]
    assert changed == ["-subject: mial", "+subject: mail"]
    assert (desk / RULE).read_bytes() == before
    assert not (desk / "reports").exists()


def test_a_dry_run_without_fix_is_wrong_usage(desk: Path) -> None:
    result = run(desk, "--dry-run")
    assert result.exit_code == 2
    assert "--dry-run goes with --fix" in result.stderr


def test_nothing_to_mend_changes_nothing(desk: Path) -> None:
    before = {path: path.read_bytes() for path in desk.rglob("*") if path.is_file()}
    result = run(desk, "--fix")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert {path: path.read_bytes() for path in desk.rglob("*") if path.is_file()} == before


def test_check_says_what_can_be_mended_and_other_programs_get_the_change(desk: Path) -> None:
    spoil(desk, RULE, SCOPE, "scope: chanel = 'WEB'")
    assert "1 of them can be mended by jointsup check --fix\n" in run(desk).stderr
    (row,) = json.loads(run(desk, "--format", "json").stdout)
    assert row["mend"] == {"path": RULE, "line": 15, "column": 8, "found": "chanel", "instead": "channel"}
    (result,) = json.loads(run(desk, "--format", "sarif").stdout)["runs"][0]["results"]
    (fix,) = result["fixes"]
    (change,) = fix["artifactChanges"]
    assert change == {
        "artifactLocation": {"uri": RULE},
        "replacements": [
            {
                "deletedRegion": {"startLine": 15, "startColumn": 8, "endColumn": 14},
                "insertedContent": {"text": "channel"},
            }
        ],
    }
    told = json.loads(run(desk, "--fix", "--format", "json").stdout)
    assert told == {"mended": [row["mend"]], "problems": []}


def test_a_slip_without_one_answer_has_no_fix_in_sarif(desk: Path) -> None:
    spoil(desk, RULE, SCOPE, "scope: channel = 'EMAIL'")
    (result,) = json.loads(run(desk, "--format", "sarif").stdout)["runs"][0]["results"]
    assert "fixes" not in result
