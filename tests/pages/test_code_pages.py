"""Every problem code has a page of its own, and what the page shows as wrong and right is so.

The examples are tried out in one small workspace: keys of an example stand in place of those of the file it names.
"""

from __future__ import annotations

import ast
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from jointsup_rules import Workspace
from jointsup_rules.cli import main
from jointsup_rules.cli.code_pages import FOLDER, Page, codes, nearest_codes, read_page, render_page
from jointsup_rules.load.yaml import read_yaml
from jointsup_rules.problems import ProblemsError

HERE = Path(__file__).parent
PACKAGE = HERE.parents[1] / "jointsup_rules"
CODE = re.compile(r"JR[0-9]{3}")
# Text that shows what problems look like, and a shape that is no code of ours.
SHOWN_ONLY = {"cli/explaining.py", "cli/code_pages.py", "cli/rules.py"}
# Files in which the keys of an example stand beside those that are there, level by level.
DEEP = (
    "datasets/dictionary.yaml",
    "datasets/sources/letters.yaml",
    "rules/law/letters.yaml",
    "rules/triage.yaml",
)
_TOP = re.compile(r"^(?=[^\s#])", re.MULTILINE)
# The rule of the workspace has a parameter, which examples with another detection do not use.
OF_THE_DESK = {"JR234"}
RUN = [code for code in codes() if read_page(code).example.runs]


def used_codes() -> dict[str, set[str]]:
    """Code: the modules that give it to a problem; strings alone count, not what docstrings show."""
    found: dict[str, set[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        name = path.relative_to(PACKAGE).as_posix()
        if name in SHOWN_ONLY:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
                found.setdefault(node.value, set()).add(name)
    return found


def test_every_code_has_one_page_and_every_page_a_code() -> None:
    assert sorted(codes()) == sorted(used_codes())


@pytest.mark.parametrize("code", codes())
def test_a_page_is_whole_in_both_languages(code: str) -> None:
    raw = yaml.safe_load((FOLDER / f"{code}.yaml").read_text(encoding="utf-8"))
    assert set(raw) <= {"title", "severity", "means", "why", "mend", "example", "related"}
    assert not read_yaml((FOLDER / f"{code}.yaml").read_text(encoding="utf-8"), code).problems
    page = read_page(code)
    for text in (page.title, page.means, page.why, page.mend):
        assert re.search("[\u4e00-\u9fff]", text.zh), text
        assert not re.search("[\u4e00-\u9fff]", text.en), text
    assert "\n" not in page.title.zh + page.title.en
    assert len(page.title.en) <= 70
    assert page.severity in ("error", "warning", "either")
    assert page.example.wrong != page.example.right
    assert page.related
    assert set(page.related) <= set(codes()) - {code}
    for lang in ("zh", "en"):
        assert render_page(page, lang).startswith(f"{code} {page.title.in_language(lang)}\n")


def test_titles_tell_codes_apart() -> None:
    for lang in ("zh", "en"):
        titles = [read_page(code).title.in_language(lang) for code in codes()]
        assert len(set(titles)) == len(titles)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small workspace all examples share; each puts back what it changes."""
    folder = tmp_path_factory.mktemp("pages") / "desk"
    shutil.copytree(HERE / "desk", folder)
    return folder


@pytest.fixture
def tried(desk: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The workspace as it was, before and after."""
    kept = {path: path.read_bytes() for path in desk.rglob("*") if path.is_file()}
    monkeypatch.chdir(desk)
    yield desk
    for path in [path for path in desk.rglob("*") if path.is_file()]:
        if path not in kept:
            path.unlink()
    for path, content in kept.items():
        path.write_bytes(content)
    for folder in ("datasets/letters", "reports"):
        shutil.rmtree(desk / folder, ignore_errors=True)


def deep(base: Any, over: Any) -> Any:
    """Keys of `over` beside those of `base`, level by level."""
    if not isinstance(base, dict) or not isinstance(over, dict):
        return over
    return base | {key: deep(base.get(key), value) for key, value in over.items()}


def with_keys(file: str, base: str, keys: str) -> str:
    """A file with the keys of an example."""
    if file in DEEP:
        return yaml.safe_dump(deep(read_yaml(base, "").data, read_yaml(keys, "").data), allow_unicode=True)
    if not file.endswith(".yaml") or file.endswith("exceptions.yaml"):
        return keys
    own = {block.partition(":")[0] for block in _TOP.split(keys) if block.strip()}
    kept = [block for block in _TOP.split(base) if block.partition(":")[0] not in own]
    return keys + "".join(block for block in kept if not block.lstrip().startswith("#"))


def said(page: Page, text: str, folder: Path) -> dict[str, str]:
    """Code: severity of everything said about one way of writing."""
    example = page.example
    for line in example.before.splitlines():
        CliRunner().invoke(main, shlex.split(line)[1:], catch_exceptions=False)
    if not example.file:
        printed = ""
        for line in text.splitlines():
            result = CliRunner().invoke(main, shlex.split(line)[1:], catch_exceptions=False)
            printed += result.output
        return dict.fromkeys(CODE.findall(printed), "error")
    file = folder / example.file
    file.parent.mkdir(parents=True, exist_ok=True)
    base = file.read_text(encoding="utf-8") if file.exists() else ""
    file.write_text(with_keys(example.file, base, text), encoding="utf-8")
    if "/exports/" in example.file:
        try:
            problems = Workspace(folder).import_files([file], into="letters", source="letters").problems
        except ProblemsError as error:
            problems = error.problems
    else:
        from datetime import date

        problems = Workspace(folder).check(as_of=date.fromisoformat(example.as_of) if example.as_of else None)
    file.write_text(base, encoding="utf-8")
    return {problem.code: problem.severity for problem in problems}


def test_the_small_workspace_is_in_order(tried: Path) -> None:
    assert Workspace(tried).check() == ()


@pytest.mark.parametrize("code", RUN)
def test_what_is_shown_as_wrong_gives_the_code_and_what_is_right_nothing(code: str, tried: Path) -> None:
    page = read_page(code)
    found = said(page, page.example.wrong, tried)
    assert code in found, found
    if page.severity != "either" and page.example.file:
        assert found[code] == page.severity
    right = said(page, page.example.right, tried)
    assert code not in right
    assert set(right) <= OF_THE_DESK, right


def test_most_pages_are_tried_out() -> None:
    assert len(RUN) >= 0.7 * len(codes())


def test_explain_shows_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for word in ("JR203", "jr203", "203"):
        result = CliRunner().invoke(main, ["explain", word, "--lang", "en"])
        assert result.exit_code == 0
        assert result.output == render_page(read_page("JR203"), "en") + "\n"
    result = CliRunner().invoke(main, ["explain", "JR203", "--lang", "zh", "--format", "json"])
    told = yaml.safe_load(result.output)
    assert (told["code"], told["title"]) == ("JR203", read_page("JR203").title.zh)
    assert set(told) == {
        "code", "title", "severity", "means", "why", "mend", "file", "wrong", "right", "related",
    }  # fmt: skip


def test_explain_of_a_code_there_is_not_names_the_nearest() -> None:
    result = CliRunner().invoke(main, ["explain", "JR299", "--lang", "en"])
    assert result.exit_code == 2
    first, second, third = result.stderr.splitlines()
    assert (first, third) == ("no problem code JR299", "jointsup explain --codes lists all")
    near = second.removeprefix("nearest are: ").split(", ")
    assert near
    assert set(near) <= set(codes())
    assert nearest_codes("JR-203")[0] == "JR203"
    assert nearest_codes("LET-01") == ()


def test_explain_of_no_rule_that_looks_like_a_code_says_so(tried: Path) -> None:
    result = CliRunner().invoke(main, ["explain", "JR-203", "--lang", "en"])
    assert result.exit_code == 2
    assert "JR401 no rule 'JR-203'" in result.stderr
    assert "a problem code is written JR203, without signs" in result.stderr
    other = CliRunner().invoke(main, ["explain", "LET-02", "--lang", "en"])
    assert other.exit_code == 2
    assert "did you mean 'LET-01'?" in other.stderr


def test_explain_lists_all_codes() -> None:
    result = CliRunner().invoke(main, ["explain", "--codes", "--lang", "zh"])
    assert result.exit_code == 0
    assert [line.split("  ")[0] for line in result.output.splitlines()] == list(codes())
    rows = yaml.safe_load(CliRunner().invoke(main, ["explain", "--codes", "--format", "json"]).output)
    assert [row["code"] for row in rows] == list(codes())


def test_explain_without_a_word_is_wrong_usage() -> None:
    result = CliRunner().invoke(main, ["explain", "--lang", "en"])
    assert result.exit_code == 2
    assert "name a rule or a problem code" in result.stderr


def test_check_says_once_where_the_pages_are(tried: Path) -> None:
    file = tried / "rules/LET/LET-01.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("channel is", "chanel is"), encoding="utf-8")
    result = CliRunner().invoke(main, ["check", "--lang", "en"])
    assert result.stderr.endswith("the page of a code: jointsup explain JR203\n")
    assert "jointsup explain" not in result.stdout
    sarif = yaml.safe_load(CliRunner().invoke(main, ["check", "--format", "sarif", "--lang", "zh"]).stdout)
    (rule,) = sarif["runs"][0]["tool"]["driver"]["rules"]
    page = read_page("JR203")
    assert rule["shortDescription"]["text"] == page.title.zh
    assert rule["fullDescription"]["text"] == page.means.zh
    assert page.mend.zh in rule["help"]["text"]
    assert "helpUri" not in rule
