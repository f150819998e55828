"""What `check` says about files that are not in order: every word of it, in both languages.

One folder a workspace; a file that begins with `RULE id=…` is a harmless rule with the keys below it in place of its
own. Where a workspace has no dictionary it gets the common one. `said.zh.txt` and `said.en.txt` change only by
`pytest --accept`.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hostile.cases import HARMLESS, rule_text

from jointsup_rules import Workspace
from jointsup_rules.problems import Problem, render_problem
from tests.conftest import Golden

HERE = Path(__file__).parent
FOLDERS = sorted(path for path in HERE.iterdir() if path.is_dir() and path.name != "__pycache__")


def unfold(folder: Path, desk: Path) -> Path:
    """Make the workspace of a folder."""
    shutil.copytree(folder, desk, ignore=shutil.ignore_patterns("said.*"))
    dictionary = desk / "datasets/dictionary.yaml"
    if not dictionary.exists() and folder.name != "dictionary-missing":
        dictionary.parent.mkdir(exist_ok=True)
        shutil.copyfile(HERE / "dictionary.yaml", dictionary)
    for file in desk.glob("rules/*/*.yaml"):
        text = file.read_text(encoding="utf-8")
        first, _, rest = text.partition("\n")
        if first.startswith("RULE id="):
            rule_id = first.removeprefix("RULE id=")
            own = "" if "\nfamily:" in f"\n{rest}" else f"family: {file.parent.name}\n"
            file.write_text(rule_text(rule_id, rest + own), encoding="utf-8")
    return desk


def problems_of(folder: Path, tmp_path: Path) -> tuple[Problem, ...]:
    return Workspace(unfold(folder, tmp_path / "desk")).check()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_what_is_said_about_a_workspace(folder: Path, tmp_path: Path, golden: Golden) -> None:
    problems = problems_of(folder, tmp_path)
    assert problems
    for lang in ("zh", "en"):
        golden(folder / f"said.{lang}.txt", "".join(render_problem(one, lang) + "\n" for one in problems))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_every_problem_has_a_place_and_words_of_ours(folder: Path, tmp_path: Path) -> None:
    for problem in problems_of(folder, tmp_path):
        file = tmp_path / "desk" / problem.place.path
        lines = file.read_text(encoding="utf-8").split("\n") if file.exists() else [""]
        assert 1 <= problem.place.line <= len(lines)
        assert 1 <= problem.place.column <= len(lines[problem.place.line - 1]) + 1
        for text in (problem.what, problem.why, problem.fix):
            for word in ("Traceback", "pydantic", "scanner", "Error:", "NoneType"):
                assert word not in text.en, problem


def test_the_rule_in_whose_place_the_bad_ones_stand_is_harmless(tmp_path: Path) -> None:
    folder = tmp_path / "good/rules/HOS"
    folder.mkdir(parents=True)
    (folder / "HOS-01.yaml").write_text(HARMLESS.format(id="HOS-01"), encoding="utf-8")
    assert problems_of(tmp_path / "good", tmp_path) == ()
