"""`jointsup docs`: which files are there afterwards, what is told, what is refused."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from jointsup_rules import Workspace
from jointsup_rules.cards import docs as module
from jointsup_rules.cli import main
from jointsup_rules.load import pages
from jointsup_rules.load.pages import write_pages
from jointsup_rules.problems import ProblemsError
from jointsup_rules.sweep.counted import read_figures
from jointsup_rules.sweep.run import Options

from .office import RULE, make_workspace

DAY = "2024-12-31"


def docs(root: Path, *words: str) -> Result:
    return CliRunner().invoke(
        main, ["docs", *words, "--workspace", str(root), "--as-of", DAY], catch_exceptions=False
    )


def files(folder: Path) -> dict[str, bytes]:
    return {
        one.relative_to(folder).as_posix(): one.read_bytes() for one in folder.rglob("*") if one.is_file()
    }


@pytest.fixture
def office(tmp_path: Path) -> Path:
    return make_workspace(tmp_path / "office", LET_02={"status": "draft"})


def test_every_rule_has_its_pages_and_the_last_line_is_the_index(office: Path) -> None:
    ran = docs(office, "--lang", "en")
    assert ran.exit_code == 0, ran.output
    index = office / "reports" / "docs" / "index.html"
    assert ran.stdout.splitlines()[-1] == str(index)
    assert set(files(index.parent)) == {
        "index.html", "README.md", "cards.json", "cards/LET-01.html", "cards/LET-02.html",
        "zh/LET-01.md", "zh/LET-02.md", "en/LET-01.md", "en/LET-02.md",
    }  # fmt: skip


def test_the_same_rules_give_the_same_bytes_and_nothing_is_written_again(
    office: Path, tmp_path: Path
) -> None:
    docs(office, "--out", str(tmp_path / "a"))
    docs(office, "--out", str(tmp_path / "b"))
    assert files(tmp_path / "a") == files(tmp_path / "b")
    before = {one: one.stat().st_mtime_ns for one in (tmp_path / "a").rglob("*.html")}
    assert "未变 8" in docs(office, "--out", str(tmp_path / "a")).output
    assert before == {one: one.stat().st_mtime_ns for one in (tmp_path / "a").rglob("*.html")}


def test_pages_of_rules_that_are_gone_go_and_nothing_else(office: Path) -> None:
    docs(office)
    folder = office / "reports" / "docs"
    (folder / "cards" / "LET-77.html").write_text("mine", encoding="utf-8")
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    (office / "rules" / "LET" / "LET-02.yaml").unlink()
    assert "移除 3" in docs(office).output
    left = set(files(folder))
    assert {"cards/LET-77.html", "notes.txt"} <= left
    assert not any("LET-02" in name for name in left)


def test_a_listing_cannot_have_other_files_removed(office: Path, tmp_path: Path) -> None:
    docs(office)
    folder = office / "reports" / "docs"
    target = office / "rules" / "LET" / "LET-01.yaml"
    listing = json.loads((folder / "cards.json").read_text(encoding="utf-8"))
    listing["pages"] |= {"../../rules/LET/LET-01.yaml": "x", str(target): "x", "cards/../../x.md": "x"}
    (folder / "cards.json").write_text(json.dumps(listing), encoding="utf-8")
    assert docs(office).exit_code == 0
    assert target.is_file()


def test_files_by_others_are_not_overwritten(office: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "README.md").write_text("mine", encoding="utf-8")
    ran = docs(office, "--out", str(tmp_path / "out"), "--lang", "en")
    assert ran.exit_code == 2
    assert "JR804" in ran.stderr
    assert files(tmp_path / "out") == {"README.md": b"mine"}


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        (["LET-01"], {"LET-01"}),
        (["--status", "draft"], {"LET-02"}),
        (["--status", "draft", "--status", "active"], {"LET-01", "LET-02"}),
        (["LET-*", "--status", "active"], {"LET-01"}),
    ],
)
def test_only_what_was_asked_for_is_there(office: Path, words: list[str], kept: set[str]) -> None:
    docs(office)
    assert docs(office, *words).exit_code == 0
    folder = office / "reports" / "docs"
    assert {one.stem for one in (folder / "cards").iterdir()} == kept
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert {name for name in ("LET-01", "LET-02") if name in readme} == kept


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["LET-9*"], "JR401"),
        (["LET-01", "--status", "retired"], "JR401"),
        (["--dataset", "lettres"], "JR403"),
    ],
)
def test_what_cannot_be_is_told_plainly(office: Path, words: list[str], code: str) -> None:
    ran = docs(office, *words, "--lang", "en")
    assert ran.exit_code == 2
    assert code in ran.stderr
    assert not (office / "reports" / "docs").exists()


def test_a_rule_that_cannot_be_read_is_told_and_the_others_have_their_cards(office: Path) -> None:
    (office / "rules" / "LET" / "LET-02.yaml").write_text("id: LET-02\nversion: one\n", encoding="utf-8")
    ran = docs(office)
    assert ran.exit_code == 1
    assert "LET-02.yaml" in ran.stderr
    assert (office / "reports" / "docs" / "cards" / "LET-01.html").is_file()


def test_an_example_that_does_not_hold_is_told(office: Path) -> None:
    cases = [{**RULE["examples"]["cases"][0], "expect": [{"subject": "L1", "outcome": "clear"}]}]
    make_workspace(office, LET_01={"examples": {**RULE["examples"], "cases": cases}})
    ran = docs(office, "--lang", "en")
    assert ran.exit_code == 1
    assert "the example does not hold: one day late" in ran.stderr
    card = (office / "reports" / "docs" / "en" / "LET-01.md").read_text(encoding="utf-8")
    assert "**differs**" in card


def test_examples_run_again_only_where_something_changed(
    office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []
    real = module.ExampleRunner.run

    def run(self: Any, rule: Any, **kwargs: Any) -> Any:
        ran.append(rule.id)
        return real(self, rule, **kwargs)

    monkeypatch.setattr(module.ExampleRunner, "run", run)

    def again(*words: str) -> list[str]:
        ran.clear()
        assert docs(office, *words).exit_code == 0
        return list(ran)

    assert again() == ["LET-01", "LET-02"]
    assert again() == []
    make_workspace(office, LET_02={"status": "draft", "version": 2})
    assert again() == ["LET-02"]
    assert again("--force") == ["LET-01", "LET-02"]
    parameters = office / "rules" / "parameters.yaml"
    parameters.write_text(parameters.read_text(encoding="utf-8") + "# later\n", encoding="utf-8")
    assert again() == ["LET-01", "LET-02"]


def test_a_killed_run_leaves_pages_that_are_known(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    docs(office)
    folder = office / "reports" / "docs"
    before = files(folder)
    make_workspace(office, LET_01={"version": 2}, LET_03={})
    count = 0
    real = pages._replace

    def replace(path: Path, text: bytes) -> None:
        nonlocal count
        count += 1
        if count == 3:
            raise KeyboardInterrupt
        real(path, text)

    monkeypatch.setattr(pages, "_replace", replace)
    with pytest.raises(KeyboardInterrupt):
        Workspace(office).docs((), date(2024, 12, 31), "zh")
    monkeypatch.undo()
    now = files(folder)
    assert all(
        now[name] == content or name in ("cards.json", "cards/LET-01.html")
        for name, content in before.items()
    )
    assert not [name for name in now if name.endswith(".part")]
    assert docs(office).exit_code == 0
    assert "cards/LET-03.html" in files(folder)


def test_without_rules_there_is_an_empty_list(tmp_path: Path) -> None:
    root = make_workspace(tmp_path / "office")
    (root / "rules" / "LET" / "LET-01.yaml").unlink()
    assert docs(root).exit_code == 0
    assert (root / "reports" / "docs" / "index.html").is_file()


def test_a_folder_that_cannot_be_written_is_told(office: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    ran = docs(office, "--out", str(tmp_path / "file" / "docs"), "--lang", "en")
    assert ran.exit_code == 2
    assert "cannot read or write" in ran.stderr


def test_help_is_in_both_languages(office: Path) -> None:
    shown = CliRunner().invoke(main, ["docs", "--help"]).output
    assert "模型说明" in shown
    assert "model cards" in shown


# ---- figures of sweeps


@pytest.fixture
def swept(tmp_path: Path) -> Path:
    root = make_workspace(tmp_path / "office")
    rows = "来信号,收信处,收到日,答复日,种类,证件号\nL1,一处,2024-01-02,,ASK,1\nL2,一处,2024-12-20,,ASK,2\n"
    (tmp_path / "来信_20241231.csv").write_text(rows, encoding="utf-8")
    workspace = Workspace(root)
    workspace.import_files([tmp_path / "来信_20241231.csv"], into="letters")
    for day in (date(2024, 12, 1), date(2024, 12, 31)):
        workspace.sweep("letters", day)
    return root


def test_figures_are_those_of_the_sweeps_oldest_first(swept: Path) -> None:
    (figures,) = read_figures(swept / "reports", "letters").values()
    assert [(one.as_of.isoformat(), one.counts["in_scope"], one.counts["hit"]) for one in figures.sweeps] == [
        ("2024-12-01", 1, 1),
        ("2024-12-31", 2, 1),
    ]
    assert docs(swept).exit_code == 0
    text = (swept / "reports" / "docs" / "zh" / "LET-01.md").read_text(encoding="utf-8")
    assert text.index("| 2024-12-31 | 1 | 2 | 1 |") < text.index("| 2024-12-01 | 1 | 1 | 1 |")


def test_a_rule_that_was_not_evaluated_has_no_counts(swept: Path) -> None:
    make_workspace(swept, LET_01={"scope": "called_since_on is null", "examples": None, "status": "draft"})
    Workspace(swept).sweep("letters", date(2025, 1, 31), Options(rules=("LET-01",)))
    last = read_figures(swept / "reports")["LET-01"].sweeps[-1]
    assert (last.status, last.counts["hit"]) == ("not_evaluated", None)
    assert "call" in last.why.en
    docs(swept)
    card = (swept / "reports" / "docs" / "en" / "LET-01.md").read_text(encoding="utf-8")
    assert "It was not evaluated then" in card
    assert "| 2025-01-31 | 1 | — |" in card


def test_a_damaged_sweep_is_told(swept: Path) -> None:
    for path in (swept / "reports").glob("*/outcomes.parquet"):
        path.write_bytes(b"nothing")
    ran = docs(swept, "--lang", "en")
    assert ran.exit_code == 2
    assert "the sweep is damaged" in ran.stderr


def test_cards_are_no_sweep(swept: Path) -> None:
    docs(swept)
    assert set(read_figures(swept / "reports")) == {"LET-01"}


# ---- the folder


def test_pages_have_plain_names(tmp_path: Path) -> None:
    write_pages(tmp_path / "x", {"a.html": "1", "p/b.md": "2"}, "list.json", {"k": 1})
    assert pages.read_note(tmp_path / "x", "list.json") == {"k": 1}
    (tmp_path / "x" / "list.json").write_text("[]", encoding="utf-8")
    with pytest.raises(ProblemsError):
        write_pages(tmp_path / "x", {"a.html": "1"}, "list.json", {})


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_rights_is_told(office: Path, tmp_path: Path) -> None:
    (tmp_path / "shut").mkdir(mode=0o500)
    assert docs(office, "--out", str(tmp_path / "shut" / "docs")).exit_code == 2
