from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cli.catalogue import MO, PO, read_po, render_mo
from cli.conftest import Jointsup
from jointsup_rules.cli import COMMANDS, language_of

HEAVY = ("duckdb", "pandas", "pyarrow", "numpy", "pydantic", "jinja2")


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["sweep", "--help"], ["demo", "--help"]])
def test_help_imports_nothing_heavy(words: list[str]) -> None:
    code = (
        "import sys\n"
        f"sys.argv = ['jointsup', *{words!r}]\n"
        "from jointsup_rules.__main__ import main\n"
        "try:\n    main(prog_name='jointsup')\n"
        "except SystemExit as end:\n"
        f"    print('heavy:', [name for name in {HEAVY!r} if name in sys.modules], 'status:', end.code)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8")
    assert ran.stdout.splitlines()[-1] == "heavy: [] status: 0", ran.stdout + ran.stderr


def test_the_module_can_be_run_as_the_command() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "jointsup_rules", "--help"], capture_output=True, text=True, encoding="utf-8"
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "jointsup [OPTIONS] COMMAND" in ran.stdout


def test_help_lists_every_command(jointsup: Jointsup) -> None:
    listed = jointsup("--help").stdout
    assert [name for name in COMMANDS if f"\n  {name}  " not in listed] == []


def test_every_command_can_be_asked_for_help(jointsup: Jointsup) -> None:
    for name in COMMANDS:
        result = jointsup(name, "--help")
        assert (result.exit_code, result.stdout != "") == (0, True), name


def test_an_unknown_command_is_named_with_the_nearest(jointsup: Jointsup) -> None:
    result = jointsup("swep", "--lang", "en")
    assert result.exit_code == 2
    assert "No such command 'swep'. Did you mean 'sweep'?" in result.stderr


def test_wrong_usage_is_told_in_chinese_where_that_is_asked_for(jointsup: Jointsup) -> None:
    result = jointsup("chek", "--lang=zh")
    assert result.exit_code == 2
    assert "错误：没有命令 'chek'。 是否想写：'check'" in result.stderr
    assert "用法：" in result.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["sweep", "x"], "缺少选项 '--as-of'"),
        (["import", "--into", "x"], "缺少参数 'FILE...'"),
        (["check", "--format", "xml"], "'xml' 不在可选值"),
        (["check", "--wrong"], "没有选项 '--wrong'"),
        (["sweep", "x", "--as-of"], "选项 '--as-of' 须带值"),
        (["sweep", "x", "--as-of", "2025-02-30"], "'2025-02-30' 不是日期；请写成 2025-06-30 这样"),
        (["sweep", "x", "y", "--as-of", "2025-06-30"], "多余的参数（y）"),
        (["sweep", "x", "--as-of", "2025-06-30", "--jobs", "0"], "0 不在范围 x>=1 之内"),
        (["check", "--workspace", "nowhere"], "'nowhere' 不存在"),
    ],
)
def test_common_mistakes_are_told_in_chinese(words: list[str], said: str, jointsup: Jointsup) -> None:
    result = jointsup(words[0], "--lang", "zh", *words[1:])
    assert result.exit_code == 2
    assert said in result.stderr, result.stderr


@pytest.mark.parametrize(
    "text", ["20250630", "2025-6-30", "2025/06/30", "2025-W27-1", "30.06.2025", "today", ""]
)
def test_a_day_is_written_in_one_way_alone(text: str, jointsup: Jointsup) -> None:
    result = jointsup("sweep", "x", "--as-of", text, "--lang", "en")
    assert result.exit_code == 2
    assert f"'{text}' is no day; write it like 2025-06-30" in result.stderr


@pytest.mark.parametrize(
    ("locale", "lang"),
    [("en_US.UTF-8", "en"), ("zh_CN.UTF-8", "zh"), ("C.UTF-8", "zh"), ("de_DE.UTF-8", "zh")],
)
def test_the_locale_chooses_the_language_and_chinese_where_it_says_neither(
    locale: str, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", locale)
    assert language_of(None) == lang


def test_the_chosen_language_stands_over_the_locale() -> None:
    assert (language_of("zh"), language_of("en")) == ("zh", "en")


def test_the_catalogue_is_what_its_source_gives() -> None:
    assert MO.read_bytes() == render_mo(read_po(PO.read_text(encoding="utf-8")))


def test_click_says_what_the_catalogue_translates() -> None:
    import ast

    import click

    said: set[str] = set()
    for path in Path(click.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_", "ngettext"):
                said |= {str(part.value) for part in node.args if isinstance(part, ast.Constant)}
    translated = {
        part for message in read_po(PO.read_text(encoding="utf-8")) if message for part in message.split("\0")
    }
    assert translated - said == set()
