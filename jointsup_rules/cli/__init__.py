"""The command line: words in, stages called, results told. Only this package prints, reads the clock and the locale.

Heavy libraries are imported by the command that needs them, so that help is instant.
"""

from __future__ import annotations

import locale
import os
import sys
from pathlib import Path

import click

from jointsup_rules import __version__
from jointsup_rules.problems import Language


def language_of(chosen: str | None) -> Language:
    """Return the language to speak: the chosen one, else that of the locale, Chinese if unknown."""
    if chosen in ("zh", "en"):
        return chosen
    named = (
        os.environ.get("LC_ALL")
        or os.environ.get("LC_MESSAGES")
        or os.environ.get("LANG")
        or locale.getlocale()[0]
    )
    return "en" if (named or "").lower().startswith("en") else "zh"


COMMANDS = {
    "check": "jointsup_rules.cli.rules",
    "test": "jointsup_rules.cli.rules",
    "explain": "jointsup_rules.cli.rules",
    "import": "jointsup_rules.cli.data",
    "init": "jointsup_rules.cli.data",
    "demo": "jointsup_rules.cli.data",
    "sweep": "jointsup_rules.cli.sweeps",
    "diff": "jointsup_rules.cli.sweeps",
    "report": "jointsup_rules.cli.sweeps",
}
SUMMARIES = {
    "check": "检查规则、字典、来源 / check rules, dictionary, sources",
    "test": "运行规则内的示例 / run the examples inside rules",
    "explain": "用文字、SQL 和逐步结果说明一条规则 / a rule in words, as SQL, or step by step for one subject",
    "import": "把导出文件读入数据集 / read export files into a dataset",
    "init": "建立空工作区 / make an empty workspace",
    "demo": "用虚构数据走完全程 / the whole loop on invented data",
    "sweep": "对一个数据集运行全部规则 / run all rules over one dataset",
    "diff": "比较两次筛查 / compare two sweeps",
    "report": "重新生成报告 / write the report of a sweep again",
}


class _Lazy(click.Group):
    """Commands whose modules are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = __import__(COMMANDS[cmd_name], fromlist=["commands"])
        return module.commands[cmd_name]  # type: ignore[no-any-return]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("命令 / Commands"):
            formatter.write_dl(list(SUMMARIES.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from jointsup_rules.problems import nearest_word

            near = nearest_word(args[0], COMMANDS)
            if near:
                error.message += f" 是否想写 / did you mean '{near}'?"
            raise


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="jointsup")
def main() -> None:
    """jointsup：对导出的案件数据运行监督规则，列出需要核查的线索。

    Runs supervision rules over exported case data and lists the clues that somebody should check.
    """


def workspace_option(function: click.decorators.FC) -> click.decorators.FC:
    """Add --workspace."""
    return click.option(
        "--workspace",
        type=click.Path(file_okay=False, path_type=Path),
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


def tell_progress(text: str) -> None:
    """Say what is being done, on stderr and only to a terminal."""
    if sys.stderr.isatty():
        click.echo(text, err=True)
