"""The READMEs keep their word: their files and commands run, their tables are those of the program.

Every command of a console block is run; those of `sh` blocks set up other machines and are named one by one below.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import click
import duckdb
import pytest
from click.testing import CliRunner, Result
from readme import (
    READMES,
    ROOT,
    Block,
    blocks,
    commands,
    first_cells,
    is_as_told,
    keys_of,
    read_sections,
    render_functions,
)

from jointsup_rules import Workspace
from jointsup_rules.cli import COMMANDS, main
from jointsup_rules.cli.ledger import _COMMANDS as LEDGER_COMMANDS
from jointsup_rules.compile.clocks.relation import COLUMNS as RELATION_COLUMNS
from jointsup_rules.compile.kinds import KINDS
from jointsup_rules.ledger.documents import CLUE_PLACES, Letter, _places
from jointsup_rules.model.clock import ClockExclusion, ClockShape, Extension
from jointsup_rules.model.dictionary_parts import VERBS, Changes, Column, DictionaryShape, SubjectShape, Table
from jointsup_rules.model.rule import RuleShape
from jointsup_rules.model.source_parts import ColumnSource, SourceShape
from jointsup_rules.model.workflow import WorkflowShape
from tests.ledger.desk import answering, resave

(
    START,
    QUICK,
    FIRST,
    EXAMPLE,
    DICTIONARY,
    SOURCES,
    RULES,
    KINDS_OF_RULE,
    EXPRESSIONS,
    OUTCOMES,
    EXAMPLES,
    LAW,
    CLOCKS,
) = range(13)
IMPORT, SWEEPS, TRIAGE, REPORT, LEDGER, PYTHON, USAGE = range(13, 20)
LOCALES = {"en": "en_GB.UTF-8", "zh": "zh_CN.UTF-8"}
# They set up another machine, or need a network.
NOT_RUN = {
    "python -m venv .venv",
    ".venv/bin/pip install -r requirements.txt",
    ".venv/bin/pip install --no-deps -e .",
    ".venv/bin/jointsup demo",
    "python -m pip wheel --no-deps -w wheels .",
    "python -m pip download --only-binary :all: -r requirements.txt -d wheels",
    ".venv/bin/pip install --no-index --find-links wheels jointsup-rules",
}

pytestmark = pytest.mark.parametrize("lang", ["en", "zh"])
Follow = Callable[[str, str, Path], list[Result]]


@pytest.fixture(autouse=True)
def _locale(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", LOCALES[lang])


def follow(text: str, folder: Path) -> None:
    """Do what a text says, from top to bottom: write its files, run its commands, compare what they print."""
    here = folder
    for block in blocks(text):
        if block.file is not None:
            (folder / block.file).parent.mkdir(parents=True, exist_ok=True)
            (folder / block.file).write_text(block.text, encoding="utf-8")
        elif block.language == "console":
            for command in commands(block):
                os.chdir(here)
                if command.words[0] == "cd":
                    here = here / command.words[1]
                    continue
                assert command.words[0] == "jointsup", command.words
                ran = CliRunner().invoke(main, command.words[1:], catch_exceptions=False)
                assert ran.exit_code == 0, ran.output
                # A terminal shows both streams.
                assert is_as_told(ran.output, command.printed), f"$ {command.words}\n{ran.output}"


def section(lang: str, number: int) -> str:
    return read_sections(READMES[lang])[number]


def library(lang: str, folder: Path) -> Workspace:
    """The workspace of the example, nothing imported."""
    for block in blocks(section(lang, EXAMPLE)):
        if block.file is not None:
            (folder / block.file).parent.mkdir(parents=True, exist_ok=True)
            (folder / block.file).write_text(block.text, encoding="utf-8")
    return Workspace(folder)


def test_the_first_workspace_is_as_told(lang: str, tmp_path: Path) -> None:
    follow(section(lang, FIRST), tmp_path)


def test_the_example_is_as_told(lang: str, tmp_path: Path) -> None:
    follow(section(lang, EXAMPLE), tmp_path)


def test_both_languages_show_the_same_files(lang: str) -> None:
    def files(text: str) -> list[Block]:
        return [block for block in blocks(text) if block.file is not None]

    for number in (EXAMPLE, CLOCKS):
        assert files(section(lang, number)) == files(section("en", number))


def test_the_clock_is_as_told(lang: str, tmp_path: Path) -> None:
    follow(section(lang, CLOCKS), tmp_path)


def test_the_keys_of_clocks_and_the_columns_of_their_relation_are_all_told(lang: str) -> None:
    clock, extend, exclude, changes, relation = [
        {word for row in first_cells(part) for word in row}
        for part in re.split(r"\n\n(?=\| )", section(lang, CLOCKS))[1:]
    ]
    assert clock == keys_of(ClockShape)
    assert extend == keys_of(Extension)
    assert exclude == keys_of(ClockExclusion)
    assert changes == keys_of(Changes)
    assert relation == set(RELATION_COLUMNS)


def test_every_other_command_is_known_not_to_be_run(lang: str) -> None:
    text = READMES[lang].read_text(encoding="utf-8")
    lines = [line for block in blocks(text) if block.language == "sh" for line in block.text.splitlines()]
    assert set(lines) == NOT_RUN
    quick = [" ".join(one.words) for block in blocks(section(lang, QUICK)) for one in commands(block)]
    assert quick == ["make demo", "make test"]
    marked = {block.language for block in blocks(text)}
    assert marked <= {"console", "sh", "yaml", "csv", "python"}


@pytest.mark.slow
def test_make_demo_prints_the_path_of_a_report_and_make_test_is_there(lang: str, tmp_path: Path) -> None:
    if lang != "en":
        pytest.skip("the same commands in both")
    folder = tmp_path / "project"
    for part in ("rules", "datasets/sources", "datasets/calendar", "datasets/exports/demo"):
        shutil.copytree(ROOT / part, folder / part)
    for file in ("Makefile", "set-up.sh", "pyproject.toml", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / file, folder / file)
    shutil.copy(ROOT / "datasets/dictionary.yaml", folder / "datasets")
    # The environment that runs this test, as if it had been made here.
    (folder / ".venv").mkdir()
    (folder / ".venv/bin").symlink_to(Path(sys.executable).parent)
    (folder / ".venv/made-in").write_text(f"{folder}\n")
    for name in ("ready", "ready-dev"):
        (folder / ".venv" / name).touch()
    bare = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    ran = subprocess.run(
        ["make", "demo"], cwd=folder, env=bare, capture_output=True, text=True, encoding="utf-8"
    )
    assert ran.returncode == 0, ran.stderr
    assert Path(ran.stdout.splitlines()[-1]).read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    told = subprocess.run(["make", "-n", "test"], cwd=folder, env=bare, capture_output=True, text=True)
    assert "pytest" in told.stdout
    assert "set-up.sh" not in told.stdout


def test_every_snippet_of_a_kind_runs_in_the_example(lang: str, tmp_path: Path) -> None:
    workspace = library(lang, tmp_path)
    snippets = [block for block in blocks(section(lang, KINDS_OF_RULE)) if block.language == "yaml"]
    seen = set()
    for number, block in enumerate(snippets, 1):
        head, _, body = block.text.partition("\n")
        subject = head.removeprefix("# subject: ")
        assert subject != head, block.text
        seen.add(body.split(":")[0])
        detect = "".join(f"  {line}\n" for line in body.splitlines())
        rule = (
            f"id: KND-{number:02}\nversion: 1\nstatus: active\nfamily: KND\ntitle: x\nfinds: x\nwhy: x\n"
            f"check: x\nmisses: x\nsubject: {subject}\nparams: {{days: LIB.REMIND_DAYS}}\ndetect:\n{detect}"
            "severity: low\ngrade: A\nreason: x\n"
        )
        (tmp_path / "rules/KND").mkdir(parents=True, exist_ok=True)
        (tmp_path / f"rules/KND/KND-{number:02}.yaml").write_text(rule, encoding="utf-8")
    assert seen == {*KINDS, "any_of"}
    # Snippets have no examples, and that is all that is wrong with them; a number typed in is not wrong.
    assert {problem.code for problem in workspace.check() if problem.severity == "error"} <= {"JR222"}
    workspace.import_files(sorted((tmp_path / "exports").glob("*_20240430.csv")), into="library")
    swept = workspace.sweep("library", date(2024, 4, 30))
    outcomes = swept.outcomes()
    assert set(outcomes["status"]) == {"ran"}
    assert outcomes["hit"].sum() > 0


def test_each_kind_is_told_with_all_its_keys(lang: str) -> None:
    for part in re.split(r"^### ", section(lang, KINDS_OF_RULE), flags=re.MULTILINE)[1:]:
        name = part.split()[0]
        if name not in KINDS:
            assert name == "any_of"
            continue
        shapes = [
            value for value in vars(sys.modules[KINDS[name].__module__]).values() if isinstance(value, type)
        ]
        own = [shape for shape in shapes if shape.__name__.lower() == name.replace("_", "")]
        keys = keys_of(own[0])
        words = set(
            re.findall(
                r"\w+", " ".join(re.findall(r"`([^`]+)`", part)) + "".join(b.text for b in blocks(part))
            )
        )
        assert keys - words == set(), name


def test_law_and_exceptions_are_written_as_told(lang: str, tmp_path: Path) -> None:
    workspace = library(lang, tmp_path)
    law, exceptions = [block.text for block in blocks(section(lang, LAW)) if block.language == "yaml"]
    (tmp_path / "rules/law").mkdir()
    (tmp_path / "rules/law/library.yaml").write_text(law, encoding="utf-8")
    (tmp_path / "rules/exceptions.yaml").write_text(exceptions, encoding="utf-8")
    rule = tmp_path / "rules/LIB/LIB-01.yaml"
    text = rule.read_text(encoding="utf-8")
    rule.write_text(text.replace("subject: loan", "law: [LIBACT-12]\nsubject: loan", 1), encoding="utf-8")
    assert workspace.check() == ()
    workspace.import_files(sorted((tmp_path / "exports").glob("*_20240430.csv")), into="library")
    swept = workspace.sweep("library", date(2024, 4, 30))
    found = duckdb.execute(
        "SELECT subject_key, exception_id FROM read_parquet(?) WHERE exception_id IS NOT NULL",
        [str(swept.folder / "clues.parquet")],
    ).fetchall()
    assert found == [("L5", "E-2024-001")]
    assert swept.manifest["rules"]["LIB-01"]["law"][0]["number"] == "12"


def test_the_python_of_the_page_runs(
    lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    library(lang, tmp_path)
    monkeypatch.chdir(tmp_path)
    (code,) = [block.text for block in blocks(section(lang, PYTHON)) if block.language == "python"]
    exec(compile(code, "README", "exec"), {})
    assert " 7\n" in capsys.readouterr().out


def test_the_functions_are_those_of_the_language(lang: str) -> None:
    assert render_functions(lang) in section(lang, EXPRESSIONS)


def test_the_keys_of_the_dictionary_are_all_told(lang: str) -> None:
    text = section(lang, DICTIONARY)
    tables = [
        {word for row in first_cells(part) for word in row} for part in re.split(r"\n\n(?=\| )", text)[1:]
    ]
    top, table, column, empty, subject, derived = tables
    assert top == keys_of(DictionaryShape)
    assert table | {"label", "columns"} == keys_of(Table)
    assert column | {"label"} == keys_of(Column)
    assert {word.rstrip(":") for word in empty} >= {"not_yet", "none"}
    assert subject == keys_of(SubjectShape)
    assert {word.split(":")[0] for word in derived} | {"nth"} >= set(VERBS)


def test_the_keys_of_sources_are_all_told(lang: str) -> None:
    top, column = [
        {word for row in first_cells(part) for word in row}
        for part in re.split(r"\n\n(?=\| )", section(lang, SOURCES))[1:]
    ]
    assert top == keys_of(SourceShape)
    assert column | {"column", "columns", "join", "constant"} == keys_of(ColumnSource)


def test_the_keys_of_rules_are_all_told(lang: str) -> None:
    told = {word for row in first_cells(section(lang, RULES)) for word in row}
    assert told | {"retired_because", "successor"} == keys_of(RuleShape)


def test_the_files_of_a_sweep_are_all_told(lang: str, tmp_path: Path) -> None:
    workspace = library(lang, tmp_path)
    workspace.import_files(sorted((tmp_path / "exports").glob("*_20240430.csv")), into="library")
    swept = workspace.sweep("library", date(2024, 4, 30))
    told = {word for row in first_cells(section(lang, SWEEPS)) for word in row}
    assert {path.name for path in swept.folder.iterdir()} == told


def test_the_commands_and_their_options_are_all_told(lang: str) -> None:
    rows = first_cells(section(lang, USAGE))
    assert {row[0].split()[1] for row in rows if row[0].startswith("jointsup ")} == set(COMMANDS)
    text = READMES[lang].read_text(encoding="utf-8")
    prose = "".join(part for part in re.split(r"^```sh\n.*?^```$", text, flags=re.DOTALL | re.MULTILINE))
    told = {word for word in re.findall(r"(?<![\w-])--[a-z][a-z-]*", prose)} - {
        "--platform",
        "--python-version",
        "--examples",
    }
    options: set[str] = {"--help"}
    context = click.Context(main)
    for name in COMMANDS:
        command = main.get_command(context, name)
        assert command is not None
        for each in (command, *_below(command)):
            options |= {word for one in each.params if isinstance(one, click.Option) for word in one.opts}
    assert told == {word for word in options if word.startswith("--")}


def _below(command: click.Command) -> list[click.Command]:
    """The commands below a command."""
    context = click.Context(command)
    names = command.list_commands(context) if isinstance(command, click.Group) else []
    return [one for name in names if (one := command.get_command(context, name)) is not None]  # type: ignore[attr-defined]


def test_the_day_of_a_desk_is_as_told(lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = library(lang, tmp_path)
    workspace.import_files(sorted((tmp_path / "exports").glob("*_20240430.csv")), into="library")
    workspace.sweep("library", date(2024, 4, 30))
    shutil.copyfile(ROOT / "rules/workflow.yaml", tmp_path / "rules/workflow.yaml")
    shutil.copytree(ROOT / "rules/documents", tmp_path / "rules/documents")
    monkeypatch.setenv("JOINTSUP_ROLE", "committee")
    monkeypatch.setenv("JOINTSUP_BY", "Wang")
    monkeypatch.chdir(tmp_path)
    before, after = (one for one in blocks(section(lang, LEDGER)) if one.language == "console")
    follow(f"```console\n{before.text}```\n", tmp_path)
    (sent,) = (tmp_path / "reports/transfers").glob("*/线索清单.xlsx")
    answer = {"认定结论": "属实", "反馈日": "2024-05-20"}
    change = answering({"LIB-01-ec2619fb2343": answer, "LIB-02-ed39c96f939c": answer})
    resave(sent, change, tmp_path / "answered.xlsx")
    follow(f"```console\n{after.text}```\n", tmp_path)


def test_the_commands_of_the_ledger_are_all_told(lang: str) -> None:
    told = {row[0].split()[1] for row in first_cells(section(lang, LEDGER)) if row[0].startswith("ledger ")}
    assert told == set(LEDGER_COMMANDS)


def test_the_keys_of_the_workflow_and_the_places_of_letters_are_all_told(lang: str) -> None:
    tables = [
        {word for row in first_cells(part) for word in row}
        for part in re.split(r"\n\n(?=\| )", section(lang, LEDGER))[1:]
    ]
    _, keys, places = tables[:3]
    assert keys - {"workflow.yaml"} == keys_of(WorkflowShape)
    named = {word.strip("{} ") for word in places if word.startswith("{{")}
    workflow = Workspace(ROOT).ledger().workflow
    letter = Letter("", date(2025, 1, 1), "", "", "", None, "", {})
    top = set(_places(workflow, letter, (), {})) - {"clues", "more"}
    assert named == {*top, *(f"c.{one}" for one in CLUE_PLACES), "c.FIELD", "more.NAME", "line"}


def test_every_need_of_the_programme_is_met_somewhere_there_is(lang: str) -> None:
    rows = re.findall(r"^\| (\d+) \| (.+) \| (.+) \|$", section(lang, LEDGER), re.MULTILINE)
    assert [int(number) for number, _, _ in rows] == list(range(1, 30))
    shape = Workspace(ROOT).ledger().workflow.shape
    for _, _, where in rows:
        for words in (code.split() for code in re.findall(r"`(ledger [^`]+)`", where)):
            assert words[1] in LEDGER_COMMANDS, words
            if words[1] == "record" and len(words) > 2:
                assert words[2] in shape.records, words
            if "--document" in words:
                assert words[words.index("--document") + 1] in shape.documents, words
        for rule in re.findall(r"\b([A-Z]{2,4}-(?:\d\d|\*))", where):
            assert list((ROOT / "rules").glob(f"{rule.partition('-')[0]}/{rule}.yaml")), rule


def test_links_within_the_page_lead_somewhere(lang: str) -> None:
    text = READMES[lang].read_text(encoding="utf-8")
    heads = re.findall(
        r"^#+ (.+)$", re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE), re.MULTILINE
    )
    anchors = {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}
    assert {link for link in re.findall(r"\]\(#([^)]+)\)", text)} <= anchors
    for file in re.findall(r"\]\(([\w./-]+)\)", text):
        assert (ROOT / file).exists(), file
