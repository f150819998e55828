"""The commands of the ledger: a desk's day, what they print, and how they end."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.conftest import EXPORT, Jointsup, last_line
from jointsup_rules.cli import main
from jointsup_rules.cli.ledger import _COMMANDS
from tests.ledger.desk import ROOT, answering, resave

ANSWER = {"认定结论": "属实", "反馈日": "2026-01-05"}
SCREEN = ("--set", "severity=medium", "--set", "grade=A", "--set", "route=unit")
HEAD = r"head of the ledger \d+:[0-9a-f]{64}"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with a sweep of two clues, one of them grave, the workflow and its letters."""
    folder = tmp_path_factory.mktemp("prepared") / "desk"
    for words in (
        ("init", folder),
        ("import", folder / EXPORT, "--into", "example", "--workspace", folder),
        ("sweep", "example", "--as-of", "2025-03-31", "--workspace", folder),
    ):
        done = CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)
        assert done.exit_code == 0, done.output
    shutil.copyfile(ROOT / "rules/workflow.yaml", folder / "rules/workflow.yaml")
    shutil.copytree(ROOT / "rules/documents", folder / "rules/documents")
    return folder


@pytest.fixture
def office(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The prepared desk as the current folder; its sweep is not in the ledger yet."""
    folder = tmp_path / "desk"
    shutil.copytree(prepared, folder)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("JOINTSUP_ROLE", "committee")
    monkeypatch.setenv("JOINTSUP_BY", "王某")
    return folder


@pytest.fixture
def opened(office: Path, jointsup: Jointsup) -> Path:
    result = jointsup("ledger", "open")
    assert result.exit_code == 0, result.output
    return office


def numbers(jointsup: Jointsup) -> tuple[str, str]:
    """Running numbers of the grave clue and of the other."""
    rows = json.loads(jointsup("ledger", "list", "--format", "json").stdout)
    grave, other = sorted(rows, key=lambda row: row["facts"]["severity"] != "high")
    return grave["ledger_no"], other["ledger_no"]


# ---- help, usage, languages


@pytest.mark.parametrize("name", _COMMANDS)
def test_every_command_has_help_in_both_languages(name: str, jointsup: Jointsup) -> None:
    result = jointsup("ledger", name, "--help")
    assert result.exit_code == 0
    assert any("\u4e00" <= char <= "\u9fff" for char in result.output)
    assert "--as ROLE" in result.output
    assert name in jointsup("ledger", "--help").output
    for line in _COMMANDS[name][1].split(" / "):
        assert line


def test_help_loads_no_database(jointsup: Jointsup) -> None:
    import subprocess
    import sys

    code = "import sys; from jointsup_rules.cli import main\ntry: main(['ledger', '--help'])\nexcept SystemExit: pass\n" \
           "print([m for m in ('sqlalchemy', 'duckdb', 'docx', 'pandas') if m in sys.modules])"  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_who_acts_must_be_said(office: Path, jointsup: Jointsup, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JOINTSUP_ROLE")
    result = jointsup("ledger", "list")
    assert result.exit_code == 2
    assert "--as" in result.stderr
    monkeypatch.setenv("JOINTSUP_ROLE", "comittee")
    result = jointsup("ledger", "open", "--lang", "zh")
    assert result.exit_code == 1
    assert result.stderr.startswith("没有角色“comittee”；是否想写“committee”？")
    monkeypatch.setenv("JOINTSUP_ROLE", "committee")
    result = jointsup("ledger", "open", "--as", "unit")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "name the unit with --unit" in result.stderr
    result = jointsup("ledger", "open", "--by", " ")
    assert (result.exit_code, "name the person with --by" in result.stderr) == (1, True)


def test_nobody_acts_as_the_program(opened: Path, jointsup: Jointsup) -> None:
    result = jointsup("ledger", "list", "--as", "engine", "--lang", "zh")
    assert (result.exit_code, result.stderr) == (1, "角色“engine”是程序自己，人不能用\n")


def test_a_workspace_without_workflow_or_ledger_says_so(office: Path, jointsup: Jointsup) -> None:
    Path("rules/workflow.yaml").unlink()
    result = jointsup("ledger", "list", "--lang", "zh")
    assert result.exit_code == 2
    assert "没有流转规则" in result.stderr
    shutil.copyfile(ROOT / "rules/workflow.yaml", "rules/workflow.yaml")
    result = jointsup("ledger", "list", "--lang", "zh")
    assert (result.exit_code, result.stderr) == (2, "这里还没有台账；先用 jointsup ledger open\n")
    result = jointsup("ledger", "open", "nothing-here")
    assert (result.exit_code, result.stdout) == (2, "")
    Path("ledger.sqlite").write_bytes(b"no database at all, though long enough to look at" * 50)
    result = jointsup("ledger", "list")
    assert (result.exit_code, "Traceback" in result.stderr) == (2, False)


# ---- open, list, show


def test_a_sweep_is_taken_in_once(office: Path, jointsup: Jointsup) -> None:
    first = jointsup("ledger", "open")
    assert first.exit_code == 0
    assert ": new 2, seen again 0, no longer found 0, cannot tell 0\n" in first.stdout
    assert first.stderr.startswith("head of the ledger 3:")
    again = jointsup("ledger", "open", "--format", "json", "--lang", "zh")
    told = json.loads(again.stdout)
    assert (told["known"], told["new"], told["head"].partition(":")[0]) == (True, 0, "3")
    assert "已在台账中，没有新增" in jointsup("ledger", "open", "--lang", "zh").stdout


def test_clues_are_listed_as_the_role_sees_them(opened: Path, jointsup: Jointsup) -> None:
    grave, other = numbers(jointsup)
    zh, en = jointsup("ledger", "list", "--lang", "zh"), jointsup("ledger", "list")
    assert zh.stdout.splitlines()[0].split() == [
        "编号",
        "状态",
        "期限",
        "逾期",
        "等级",
        "规则",
        "案号",
        "单位",
        "待二审",
    ]
    assert en.stdout.splitlines()[0].split()[0] == "number"
    assert (zh.stderr, en.stderr) == ("2 条\n", "2 clues\n")
    assert grave in en.stdout
    assert jointsup("ledger", "list", "--where", "severity=高").stdout.count("LET-01") == 1
    assert (
        jointsup("ledger", "list", "--where", f"ledger_no={other}", "--where", "state=待初审").stdout.count(
            "LET-01"
        )
        == 1
    )
    assert jointsup("ledger", "list", "--where", "state=CLOSED").stderr == "0 clues\n"
    unit = json.loads(jointsup("ledger", "list", "--format", "json").stdout)[0]["facts"]["unit"]
    assert jointsup("ledger", "list", "--as", "unit", "--unit", unit).stderr == "1 clues\n"
    assert jointsup("ledger", "list", "--as", "discipline").stderr == "0 clues\n"
    result = jointsup("ledger", "list", "--where", "stat=NEW", "--lang", "zh")
    assert (result.exit_code, result.stderr) == (1, "没有字段“stat”；是否想写“state”？\n")
    result = jointsup("ledger", "list", "--where", "NEW", "--lang", "zh")
    assert (result.exit_code, result.stderr) == (2, "“NEW”应写成 名称=值\n")


def test_a_clue_is_shown_with_its_history_and_what_is_open(opened: Path, jointsup: Jointsup) -> None:
    _, other = numbers(jointsup)
    result = jointsup("ledger", "show", other, "--lang", "zh")
    assert result.exit_code == 0
    assert result.stdout.startswith(other)
    assert "需核实" in result.stdout
    assert "screen（初审通过）" in result.stderr
    told = json.loads(jointsup("ledger", "show", other, "--format", "json").stdout)
    assert [entry["kind"] for entry in told["history"]] == ["opened"]
    assert told["open_moves"] == ["screen", "reject", "merge", "escalate"]
    missing = jointsup("ledger", "show", "XS1999-0001", "--lang", "zh")
    assert (missing.exit_code, missing.stderr) == (1, "台账中没有线索“XS1999-0001”\n")


# ---- move


def test_steps_are_taken_all_or_none(opened: Path, jointsup: Jointsup) -> None:
    grave, other = numbers(jointsup)
    result = jointsup("ledger", "move", other, "screen", *SCREEN, "--note", "照建议", "--lang", "zh")
    assert (result.exit_code, result.stdout) == (0, f"{other}：已初审\n")
    result = jointsup("ledger", "move", grave, other, "escalate")
    assert (result.exit_code, result.stdout) == (0, f"{grave}: escalated\n{other}: escalated\n")
    result = jointsup("ledger", "move", other, grave, "close", "--set", "result=DONE", "--lang", "zh")
    assert (result.exit_code, result.stdout) == (1, "")
    first, second, *moves = result.stderr.splitlines()
    assert (first, second) == (f"{other} 处于“升级督办”，不能“销号”", "可以办理的步骤：")
    assert moves[0].strip().startswith("handle（开始核查处置）：检察院、")
    shown = jointsup("ledger", "show", other, "--lang", "zh").stdout
    assert "处置等级：程序性\n分流去向：承办单位自查\n" in shown
    assert "初审通过 · 照建议" in shown


def test_what_is_grave_waits_for_its_second_reader(opened: Path, jointsup: Jointsup) -> None:
    grave, _ = numbers(jointsup)
    asked = (
        "ledger",
        "move",
        grave,
        "screen",
        "--set",
        "severity=high",
        "--set",
        "grade=B",
        "--set",
        "route=committee",
    )
    assert jointsup(*asked).stdout == f"{grave}: proposed; 'screened' once a second reader confirms\n"
    assert jointsup(*asked).exit_code == 1
    assert jointsup("ledger", "move", grave, "confirm").exit_code == 1
    assert (
        jointsup("ledger", "move", grave, "decline", "--by", "李某", "--lang", "zh").stdout
        == f"{grave}：二审不同意，维持原状态\n"
    )
    jointsup(*asked)
    assert jointsup("ledger", "move", grave, "confirm", "--by", "李某").stdout == f"{grave}: screened\n"


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("screen",),
        ("a", "screen", "--from", "rules/workflow.yaml"),
        ("--from", "rules/workflow.yaml", "--note", "x"),
    ],
)
def test_move_wants_clues_and_a_step_or_a_list(
    opened: Path, jointsup: Jointsup, words: tuple[str, ...]
) -> None:
    result = jointsup("ledger", "move", *words)
    assert (result.exit_code, result.stderr) == (2, "name clues and a move, or a list with --from alone\n")


def test_a_list_is_written_decided_and_taken_back(opened: Path, jointsup: Jointsup) -> None:
    grave, other = numbers(jointsup)
    result = jointsup("ledger", "list", "--xlsx", "list.xlsx", "--lang", "zh")
    assert (result.exit_code, result.stdout) == (0, "list.xlsx\n")
    assert result.stderr.endswith("2 条线索；填好后用 jointsup ledger move --from 收回\n")
    ids = {
        row["ledger_no"]: row["clue_id"]
        for row in json.loads(jointsup("ledger", "list", "--format", "json").stdout)
    }
    decided = {ids[grave]: {"办理": "初审通过", "分流去向": "检察院"}, ids[other]: {"办理": "销号"}}
    resave(Path("list.xlsx"), answering(decided, "待办 decisions"))
    result = jointsup("ledger", "move", "--from", "list.xlsx", "--lang", "zh")
    assert result.exit_code == 1
    assert f"（{other}）：{other} 处于“待初审”，不能“销号”；可以办理：screen（初审通过）、" in result.stderr
    resave(
        Path("list.xlsx"), answering({ids[other]: {"办理": "排除", "排除原因": "已办结"}}, "待办 decisions")
    )
    result = jointsup("ledger", "move", "--from", "list.xlsx", "--lang", "zh")
    assert (result.exit_code, result.stdout.partition("：")[2]) == (
        0,
        "办理 1 条，待二审 1 条，二审不同意 0 条，已登记过 0 条，未填 0 条\n",
    )
    again = jointsup("ledger", "move", "--from", "list.xlsx")
    assert (
        again.stdout.partition(": ")[2]
        == "0 moved, 0 await a second reader, 0 declined, 2 known already, 0 not decided\n"
    )
    broken = jointsup("ledger", "move", "--from", "rules/workflow.yaml")
    assert (broken.exit_code, "JR704" in broken.stderr) == (2, True)


# ---- transfer, feedback


def test_a_package_goes_out_and_its_answers_come_back(opened: Path, jointsup: Jointsup) -> None:
    _, other = numbers(jointsup)
    refused = jointsup("ledger", "transfer", other, "--to", "一科", "--lang", "zh")
    assert (refused.exit_code, refused.stdout) == (1, "")
    jointsup("ledger", "move", other, "screen", *SCREEN)
    sent = jointsup(
        "ledger",
        "transfer",
        "--where",
        "state=SCREENED",
        "--to",
        "一科",
        "--set",
        "signer=周某",
        "--lang",
        "zh",
    )
    assert sent.exit_code == 0, sent.output
    folder = Path(last_line(sent))
    assert "：1 条线索，请于 " in sent.stderr
    assert {path.name for path in folder.iterdir()} == {
        "manifest.json",
        "依据和计算.xlsx",
        "模型说明",
        "线索清单.xlsx",
        "线索移送函.docx",
    }
    assert [path.suffix for path in (folder / "模型说明").iterdir()] == [".html"]
    back = resave(folder / "线索清单.xlsx", into=Path("back.xlsx"))
    assert "尚未答复" in jointsup("ledger", "feedback", back, "--lang", "zh").stdout
    clue_id = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["clues"][0]["clue_id"]
    resave(back, answering({clue_id: ANSWER}))
    taken = jointsup("ledger", "feedback", back)
    assert (taken.exit_code, taken.stdout.partition(": ")[2]) == (
        0,
        "1 answers taken, 0 known already, 0 not answered yet\n",
    )
    assert "0 answers taken, 1 known already" in jointsup("ledger", "feedback", back).stdout
    resave(back, answering({clue_id: {"案号": "改"}}))
    refused = jointsup("ledger", "feedback", back, "--lang", "zh")
    assert (refused.exit_code, refused.stderr) == (1, f"第 2 行改动了填写栏以外的内容（线索 {clue_id}）\n")
    assert jointsup("ledger", "feedback", "rules/workflow.yaml").exit_code == 2
    assert jointsup("ledger", "feedback", "not-there.xlsx").exit_code == 2
    assert jointsup("ledger", "verify").exit_code == 0


def test_a_template_that_asks_for_too_much_stops_the_transfer(opened: Path, jointsup: Jointsup) -> None:
    import docx

    _, other = numbers(jointsup)
    jointsup("ledger", "move", other, "screen", *SCREEN)
    path = Path("rules/documents/线索移送函.docx")
    document = docx.Document(str(path))
    document.add_paragraph("{{ reciever }}")
    document.save(str(path))
    result = jointsup("ledger", "transfer", other, "--to", "一科")
    assert result.exit_code == 2
    assert (
        "rules/documents/线索移送函.docx:1:1: JR703 there is nothing to fill in for 'reciever'; did you mean 'receiver'?"
        in result.stderr
    )
    assert jointsup("ledger", "list", "--where", "state=SCREENED").stderr == "1 clues\n"


# ---- due, records


def test_what_is_late_is_listed_reminded_of_and_escalated_once(opened: Path, jointsup: Jointsup) -> None:
    jointsup(
        "ledger",
        "record",
        "meeting",
        "--set",
        "title=联席会议",
        "--set",
        "held_on=2025-05-01",
        "--item",
        "通报|李某|2025-05-20",
    )
    late = ("ledger", "due", "--as-of", "2027-12-31")
    result = jointsup(*late, "--lang", "zh")
    assert result.exit_code == 0
    assert "各事项的待办：" in result.stdout
    told = json.loads(jointsup(*late, "--format", "json").stdout)
    assert [(one["record"].partition("〔")[0], one["what"]) for one in told["items"]] == [("示联席", "通报")]
    first = jointsup(*late, "--escalate", "--lang", "zh")
    assert "登记 " in first.stderr
    again = jointsup(*late, "--escalate", "--lang", "zh")
    assert "登记 0 次催办提醒，升级 0 条" in again.stderr
    assert jointsup("ledger", "due", "--as-of", "31.12.2027").exit_code == 2


def test_records_are_opened_listed_changed_and_closed(opened: Path, jointsup: Jointsup) -> None:
    new = (
        "ledger",
        "record",
        "campaign",
        "--set",
        "title=清理积案",
        "--set",
        "from_on=2025-03-01",
        "--where",
        "rule_id=LET-01",
    )
    made = json.loads(jointsup(*new, "--item", "核对|李某|2025-05-01", "--format", "json").stdout)
    number = made["number"]
    assert (len(made["clues"]), made["items"][0]["owner"]) == (2, "李某")
    listed = jointsup("ledger", "records", "--lang", "zh").stdout.splitlines()
    assert listed[0].split() == ["编号", "种类", "名称", "登记", "结束", "线索", "待办", "逾期"]
    assert listed[1].split()[-3:] == ["2", "1", "1"]
    shown = jointsup("ledger", "campaign", number, "--lang", "zh").stdout
    assert "专项开始" in shown
    assert shown.splitlines()[-1].split()[2:] == ["2", "0", "2", "0", "0", "0"]
    progress = json.loads(jointsup("ledger", "campaign", number, "--format", "json").stdout)["progress"]
    assert [step["left"] for step in progress] == [2, 2]
    done = jointsup("ledger", "record", number, "--set", "note=已核对", "--done", "1", "--close")
    assert (done.exit_code, "closed" in done.stdout) == (0, True)
    assert json.loads(jointsup("ledger", "records", "campaign", "--format", "json").stdout)[0]["closed_on"]
    assert jointsup("ledger", "records", number).stdout.startswith(number)


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (("record", "campaing"), 1, "没有事项“campaing”"),
        (("record", "campaign"), 1, "专项监督还要填：名称（title）、起（from_on）"),
        (("record", "campaign", "--item", "核对"), 2, "“核对”应写成 事项|责任人|期限"),
        (("record", "campaign", "--set", "title"), 2, "“title”应写成 名称=值"),
        (("records", "示专项〔1999〕1号"), 1, "没有事项“示专项〔1999〕1号”"),
        (("campaign", "示专项〔1999〕1号"), 1, "没有事项“示专项〔1999〕1号”"),
        (("agenda", "campaign"), 1, "workflow.yaml 里这种事项没有写 agenda；写了的有：meeting"),
        (("brief", "XS1999-0001"), 1, "台账中没有线索“XS1999-0001”"),
    ],
)  # fmt: skip
def test_records_that_cannot_be_are_told(
    opened: Path, jointsup: Jointsup, words: tuple[str, ...], status: int, told: str
) -> None:
    result = jointsup("ledger", *words, "--lang", "zh")
    assert (result.exit_code, result.stdout, result.stderr.splitlines()[0]) == (status, "", told)


def test_only_a_campaign_is_counted(opened: Path, jointsup: Jointsup) -> None:
    made = jointsup("ledger", "record", "institution", "--set", "title=衔接办法", "--format", "json")
    result = jointsup("ledger", "campaign", json.loads(made.stdout)["number"], "--lang", "zh")
    assert (result.exit_code, result.stderr) == (1, "制度机制不逐次计数（workflow.yaml 的 counts）\n")


def test_an_agenda_and_a_brief_are_printed(opened: Path, jointsup: Jointsup) -> None:
    grave, other = numbers(jointsup)
    agenda = jointsup("ledger", "agenda", "--lang", "zh")
    assert agenda.exit_code == 0
    assert "一、重大线索（1）" in agenda.stdout
    assert grave in agenda.stdout
    assert (
        json.loads(jointsup("ledger", "agenda", "--format", "json").stdout)["grave"][0]["ledger_no"] == grave
    )
    brief = jointsup("ledger", "brief", grave, other, "--lang", "zh")
    assert brief.exit_code == 0
    assert brief.stdout.startswith("案例1\n")
    for row in json.loads(jointsup("ledger", "list", "--format", "json").stdout):
        for name in ("case_no", "unit", "subject_key", "started_on"):
            assert str(row["facts"].get(name, "没有")) not in brief.stdout


# ---- verify, export, another database


def test_a_ledger_that_was_tampered_with_is_found_out(opened: Path, jointsup: Jointsup) -> None:
    import sqlite3
    from contextlib import closing

    head = json.loads(jointsup("ledger", "verify", "--format", "json").stdout)["head"]
    assert jointsup("ledger", "verify", "--head", head).exit_code == 0
    assert jointsup("ledger", "verify", "--head", "3:abc").exit_code == 2
    with closing(sqlite3.connect("ledger.sqlite")) as connection, connection:
        connection.execute("DROP TRIGGER entry_no_UPDATE")
        connection.execute("UPDATE entry SET person = 'x' WHERE seq = 2")
    result = jointsup("ledger", "verify", "--format", "json")
    assert (result.exit_code, json.loads(result.stdout)["first_bad"]) == (1, 2)


def test_an_export_is_a_file_and_an_entry(opened: Path, jointsup: Jointsup) -> None:
    for name in ("clues.csv", "clues.xlsx", "clues.json"):
        result = jointsup("ledger", "export", name)
        assert (result.exit_code, result.stdout) == (0, name + "\n")
    with Path("clues.csv").open(encoding="utf-8-sig") as file:
        assert len(list(csv.reader(file))) == 3
    assert jointsup("ledger", "export", "clues.doc").exit_code == 2
    assert jointsup("ledger", "export", "nowhere/clues.csv").exit_code == 2
    shown = json.loads(jointsup("ledger", "verify", "--format", "json").stdout)
    assert shown["head"].startswith("6:")


def test_another_database_is_named_by_url(
    office: Path, jointsup: Jointsup, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{office}/other.sqlite"
    assert jointsup("ledger", "open", "--ledger", url).exit_code == 0
    assert jointsup("ledger", "list").exit_code == 2, "the workspace's own is not there"
    monkeypatch.setenv("JOINTSUP_LEDGER", url)
    assert jointsup("ledger", "list").stderr == "2 clues\n"
    for wrong in ("nonsense", "mongodb://x/y", "postgresql+psycopg://nobody@127.0.0.1:1/none"):
        result = CliRunner().invoke(main, ["ledger", "list", "--ledger", wrong])
        assert result.exit_code == 2, (wrong, result.exception)
        assert result.stderr
