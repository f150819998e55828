from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from cli.conftest import Jointsup, last_line
from jointsup_rules.cli import starting

ROOT = Path(__file__).resolve().parents[2]


def test_init_makes_a_workspace_and_says_what_to_try(tmp_path: Path, jointsup: Jointsup) -> None:
    folder = tmp_path / "desk"
    result = jointsup("init", folder)
    assert result.exit_code == 0
    made = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert made == {
        ".gitignore",
        "datasets/dictionary.yaml",
        "datasets/exports/example/letters_20250331.csv",
        "datasets/sources/letters.yaml",
        "reports/.gitkeep",
        "rules/LET/LET-01.yaml",
        "rules/parameters.yaml",
        "rules/words.yaml",
    }
    assert "jointsup sweep example --as-of 2025-03-31" in result.stdout


def test_what_init_says_to_try_works(desk: Path, jointsup: Jointsup) -> None:
    shutil.rmtree(desk)
    said = jointsup("init", desk).stdout.splitlines()
    os.chdir(desk)
    commands = [line.split()[1:] for line in said if line.strip().startswith("jointsup ")]
    assert [words[0] for words in commands] == ["check", "test", "import", "sweep"]
    results = [jointsup(*words) for words in commands]
    assert [result.exit_code for result in results] == [0, 0, 0, 0]
    assert Path(last_line(results[-1])).is_file()


def test_the_starting_rule_finds_what_its_export_holds(example: Path, jointsup: Jointsup) -> None:
    result = jointsup("sweep", "example", "--as-of", "2025-03-31")
    row = next(line for line in result.stdout.splitlines() if line.startswith("LET-01"))
    # in scope, hit, cannot tell, running, due soon, excluded, clear
    assert row.split()[2:9] == ["9", "2", "3", "1", "0", "1", "2"]


def test_init_leaves_a_folder_with_anything_in_it_alone(desk: Path, jointsup: Jointsup) -> None:
    before = {path: path.stat().st_mtime_ns for path in desk.rglob("*")}
    result = jointsup("init", desk)
    assert (result.exit_code, result.stdout) == (2, "")
    assert {path: path.stat().st_mtime_ns for path in desk.rglob("*")} == before


def test_the_demo_needs_its_data(desk: Path, jointsup: Jointsup) -> None:
    result = jointsup("demo")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "there is no demo data here" in result.stderr


def test_a_demo_of_too_few_cases_is_wrong_usage(desk: Path, jointsup: Jointsup) -> None:
    result = jointsup("demo", "--cases", "10")
    assert result.exit_code == 2
    assert "--cases is at least" in result.stderr


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project's own workspace, without what was imported and swept there."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "rules", folder / "rules")
    for part in ("sources", "calendar", "exports/demo"):
        shutil.copytree(ROOT / "datasets" / part, folder / "datasets" / part)
    shutil.copy(ROOT / "datasets" / "dictionary.yaml", folder / "datasets")
    return folder


def test_the_demo_goes_from_exports_to_a_report_and_is_quick_the_second_time(
    project: Path, jointsup: Jointsup, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = jointsup("demo", "--workspace", project)
    assert first.exit_code == 0, first.output
    report = Path(last_line(first))
    assert report.name == "report.html"
    assert report.is_file()
    assert "rows imported" in first.stderr

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("nothing has changed, so nothing is to be done")

    from jointsup_rules.load import importing
    from jointsup_rules.sweep import run

    monkeypatch.setattr(importing, "import_files", refuse)
    monkeypatch.setattr(run, "_run", refuse)
    second = jointsup("demo", "--workspace", project)
    assert second.exit_code == 0
    assert last_line(second) == last_line(first)
    assert "nothing has changed" in second.stdout


def test_the_demo_imports_again_when_a_source_or_an_export_has_changed(project: Path) -> None:
    from jointsup_rules import Workspace
    from jointsup_rules.demo import read_truth

    opened = Workspace(project)
    exports = project / "datasets" / "exports" / "demo"
    names = {file.name.split("/")[0] for file in read_truth(exports).files}
    files = [exports / name for name in sorted(names)]
    assert starting._is_imported(opened, files)
    assert not starting._is_imported(opened, files[1:])
    source = project / "datasets" / "sources" / "units.yaml"
    (project / "datasets" / "demo" / "manifest.json").touch()
    assert starting._is_imported(opened, files)
    source.touch()
    assert not starting._is_imported(opened, files)


@pytest.mark.slow
def test_a_demo_of_another_size_is_invented_where_it_is_told(
    project: Path, tmp_path: Path, jointsup: Jointsup
) -> None:
    out = tmp_path / "invented"
    result = jointsup("demo", "--workspace", project, "--cases", "1300", "--out", out)
    assert result.exit_code == 0, result.output
    assert (out / "truth.json").is_file()
    assert Path(last_line(result)).is_file()
