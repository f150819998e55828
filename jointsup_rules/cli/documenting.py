"""`docs`: the model cards of rules as a site that opens without a network, and as Markdown."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jointsup_rules.cli import Day, lang_option, language_of, workspace_option
from jointsup_rules.cli.telling import (
    DONE,
    NOT_IN_ORDER,
    progress_line,
    tell_problems,
    unusable_input_told,
)
from jointsup_rules.problems import Language, Text

if TYPE_CHECKING:
    from jointsup_rules.cards.docs import Docs
    from jointsup_rules.sweep.examples import ExampleResult


@click.command("docs")
@click.argument("rules", nargs=-1)
@workspace_option
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="写到哪里，默认工作区的 reports/docs / where to write, by default reports/docs of the workspace",
)
@click.option(
    "--dataset",
    help="运行情况取自哪个数据集的筛查，默认最近筛查的 / the dataset whose sweeps are told, by default the last swept one",
)
@click.option(
    "--status",
    "statuses",
    type=click.Choice(["draft", "active", "retired"]),
    multiple=True,
    help="只写这种状态的，可重复 / only rules of this status, repeatable",
)
@click.option(
    "--as-of",
    type=Day(),
    help="法律和参数以哪一天为准，默认今天 / the day of law and parameters, by default today",
)
@click.option("--force", is_flag=True, help="示例全部重新运行 / run all examples again")
@lang_option
def docs(
    rules: tuple[str, ...],
    workspace: Path,
    out: Path | None,
    dataset: str | None,
    statuses: tuple[str, ...],
    as_of: date | None,
    force: bool,
    lang: str | None,
) -> None:
    """写出规则的模型说明：可离线打开的 HTML 网页和 Markdown；全部，或者所列的规则（可用 LONG-* 这样的写法）。

    Write the model cards of all rules, or of the RULES named (patterns such as LONG-* will do), as HTML that opens
    without a network and as Markdown. Afterwards the folder holds the cards of these rules and no others; files the
    program did not write are left alone. Examples are run, those of rules that did not change since last time
    are not run again. The last line is the path of index.html.
    """
    from jointsup_rules.cli.testing import problems_of_unread
    from jointsup_rules.workspace import Workspace

    spoken = language_of(lang)
    with unusable_input_told(spoken), progress_line("docs") as progress:
        opened = Workspace(workspace)
        written = opened.docs(
            rules,
            as_of or date.today(),
            spoken,
            out=out,
            dataset=dataset,
            statuses=statuses,
            force=force,
            progress=progress,
        )
        unread = [*problems_of_unread(opened, rules), *written.problems]
    tell_problems(unread, "text", spoken, is_result=False)
    _tell_failing(written.failing, spoken)
    click.echo(_told(written).in_language(spoken))
    click.echo(str(written.index))
    sys.exit(NOT_IN_ORDER if unread or written.failing else DONE)


def _tell_failing(failing: Sequence[ExampleResult], lang: Language) -> None:
    for one in failing:
        told = Text(
            f"{one.place}: 示例不符：{one.name}", f"{one.place}: the example does not hold: {one.name}"
        )
        click.echo(told.in_language(lang), err=True)


def _told(docs: Docs) -> Text:
    n, now = len(docs.cards), docs.written
    return Text(
        f"{n} 份模型说明；页面写入 {now.n_written}，未变 {now.n_same}，移除 {now.n_removed}",
        f"{n} model cards; pages written {now.n_written}, unchanged {now.n_same}, removed {now.n_removed}",
    )


commands = {"docs": docs}
