"""The command line: words in, stages called, results told.

Only this package prints and reads the locale.

Heavy libraries are imported by the command that needs them, so that help is instant.
"""

from __future__ import annotations

import gettext
import locale
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from jointsup_rules import __version__
from jointsup_rules.problems import Language

_LOCALE = Path(__file__).with_name("locale")


def language_of(chosen: str | None) -> Language:
    """Return the language to speak: the chosen one, else that of the locale, Chinese if unknown."""
    if chosen is not None:
        return "en" if chosen == "en" else "zh"
    named = (
        os.environ.get("LC_ALL")
        or os.environ.get("LC_MESSAGES")
        or os.environ.get("LANG")
        or locale.getlocale()[0]
    )
    return "en" if (named or "").lower().startswith("en") else "zh"


def _speak(lang: Language) -> None:
    """Have the messages on usage, which are click's own, in a language."""
    os.environ["LANGUAGE"] = "zh_CN" if lang == "zh" else "en"
    gettext.bindtextdomain("click", str(_LOCALE))
    gettext.textdomain("click")


def _lang_among(words: Sequence[str]) -> str | None:
    """The value of --lang, before the words are understood: a message may be about any of them."""
    for word, after in zip(words, [*words[1:], ""], strict=True):
        if word == "--lang" or word.startswith("--lang="):
            return after if word == "--lang" else word.removeprefix("--lang=")
    return None


# Command: the module that holds it, and one line of help.
COMMANDS = {
    "init": ("starting", "建立空工作区 / make an empty workspace with one commented rule"),
    "import": ("data", "把导出文件读入数据集 / read export files into a dataset"),
    "check": ("rules", "检查规则、字典和来源 / check rules, law, dictionary and sources"),
    "test": ("testing", "运行规则内的示例 / run the examples inside rules"),
    "new": ("authoring", "写出一条带注释的规则，从它改起 / a commented rule to start from"),
    "schema": ("authoring", "供编辑器用的 JSON Schema / JSON Schema for editors"),
    "explain": ("rules", "用文字、SQL 和逐步结果说明一条规则 / a rule in words, as SQL, or step by step"),
    "backtest": ("backtesting", "把一条规则放到过去的某些天 / one rule on days in the past, nothing is written"),
    "activate": ("activating", "批准并启用规则 / approve rules and make them active"),
    "retire": ("activating", "停用规则 / retire a rule"),
    "sweep": ("sweeps", "运行规则，写出线索和报告 / run rules over a dataset, write clues and report"),
    "diff": ("comparing", "比较两次筛查，或列出规则的改动 / compare two sweeps, or rules with those of then"),
    "docs": ("documenting", "写出模型说明网页和 Markdown / model cards as a site and as Markdown"),
    "limit": ("reckoning", "计算一个期限的届满日 / reckon one deadline, with its working"),
    "triage": ("triaging", "归卷、定级、分流，并说明缘由 / group and route clues, and say why"),
    "ledger": ("ledger", "线索台账：登记、流转、期限、核验 / what becomes of clues: the register"),
    "report": ("reporting", "重新生成一次筛查的报告 / write the report of a sweep again"),
    "demo": ("starting", "用虚构数据走完全程 / the whole loop on invented data"),
}  # fmt: skip


class _Lazy(click.Group):
    """Commands whose modules are imported when they are called."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        words = kwargs.get("args") or (args[0] if args else None) or sys.argv[1:]
        _speak(language_of(_lang_among([str(word) for word in words])))
        return super().main(*args, **kwargs)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = __import__(f"{__name__}.{COMMANDS[cmd_name][0]}", fromlist=["commands"])
        return module.commands[cmd_name]  # type: ignore[no-any-return]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("命令 / Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            raise click.NoSuchCommand(args[0], possibilities=COMMANDS, ctx=ctx) from error


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="jointsup", help="显示版本 / show the version")
def main() -> None:
    """对导出的案件数据运行监督规则，列出需要核查的线索。

    Runs supervision rules over exported case data and lists the clues that somebody should check.
    """


class Day(click.ParamType[date]):
    """A day on the command line, written YYYY-MM-DD and no other way."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            day = date.fromisoformat(value)
        except ValueError:
            day = None
        # Python reads more forms than we promise, such as 20250630.
        if day is None or day.isoformat() != value:
            zh, en = (
                f"'{value}' 不是日期；请写成 2025-06-30 这样",
                f"'{value}' is no day; write it like 2025-06-30",
            )
            self.fail(en if os.environ.get("LANGUAGE") == "en" else zh, param, ctx)
        return day


def workspace_option(function: click.decorators.FC) -> click.decorators.FC:
    """Add --workspace."""
    return click.option(
        "--workspace",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        default=Path(),
        show_default="当前目录 / current folder",
        help="工作区 / the workspace (rules/, datasets/, reports/)",
    )(function)


def lang_option(function: click.decorators.FC) -> click.decorators.FC:
    """Add --lang."""
    return click.option("--lang", type=click.Choice(["zh", "en"]), help="语言 / language")(function)


def format_option(function: click.decorators.FC) -> click.decorators.FC:
    """Add --format."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(["text", "json"]),
        default="text",
        help="输出格式 / output format",
    )(function)
