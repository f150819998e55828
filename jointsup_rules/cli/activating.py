"""The commands that make a rule active and end it."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jointsup_rules.cli import Day, format_option, lang_option, language_of, workspace_option
from jointsup_rules.cli.telling import (
    DONE,
    NOT_IN_ORDER,
    UNUSABLE,
    problem_row,
    progress_line,
    tell_json,
    tell_problems,
    unusable_input_told,
)
from jointsup_rules.problems import Language, Text

if TYPE_CHECKING:
    from jointsup_rules.sweep.approving import Done, Result

_WHAT = {
    "approved": Text("已批准并启用", "approved and active"),
    "texts": Text("文字的改动已批准，逻辑未变", "the changed texts are approved, the logic is as it was"),
    "reopened": Text("与已批准的相同，重新写为启用", "as approved before; active again"),
    "same": Text("与已批准的相同，无须改动", "as approved before; nothing to do"),
    "retired": Text("已停用", "retired"),
}


def _on_option(function: click.decorators.FC) -> click.decorators.FC:
    return click.option("--on", type=Day(), help="登记的日期，默认今天 / day to record, today if not given")(
        function
    )


@click.command("activate")
@click.argument("rules", nargs=-1, required=True)
@click.option("--by", required=True, metavar="NAME", help="编写人 / who wrote the rules")
@click.option(
    "--approved-by",
    required=True,
    metavar="NAME",
    help="批准人，须是另一人 / who approved them, another person",
)
@click.option("--dataset", metavar="NAME", help="试运行的数据集 / dataset for the trial")
@click.option("--as-of", type=Day(), help="试运行的筛查日 / day the trial looks from")
@click.option(
    "--without-data", is_flag=True, help="不试运行，须写 --because / without a trial; needs --because"
)
@click.option(
    "--because",
    default="",
    metavar="TEXT",
    help="命中过多或不试运行而仍启用的理由 / why a runaway or untried rule may be active",
)
@_on_option
@workspace_option
@format_option
@lang_option
def activate(
    rules: tuple[str, ...], by: str, approved_by: str, dataset: str | None, as_of: date | None, without_data: bool,
    because: str, on: date | None, workspace: Path, form: str, lang: str | None,
) -> None:  # fmt: skip
    """批准并启用规则：检查、示例、试运行都通过，编写人和批准人不是同一人，才写 status: active，并登记到 rules/rules.lock。

    RULES 可写 CM-* 这样的写法，取其中启用的规则；起草中的规则写完整编号。要么全部批准，要么什么都不写。

    Approve rules and make them active: check, examples and a trial must pass, and another person than the author
    approves. Then the file says status: active, and rules/rules.lock remembers the version. Patterns such as CM-* take
    active rules, a draft is named in full. All are approved, or nothing is written.
    """
    from jointsup_rules.sweep.activating import Signed
    from jointsup_rules.sweep.run import SweepFailedError
    from jointsup_rules.workspace import Workspace

    spoken = language_of(lang)
    if fault := _fault(dataset, as_of, without_data, because):
        click.echo(fault.in_language(spoken), err=True)
        sys.exit(UNUSABLE)
    signed = Signed(by, approved_by, on or date.today(), because.strip())
    trial = (dataset, as_of) if dataset is not None and as_of is not None else None
    with unusable_input_told(spoken), progress_line("activate" if spoken == "en" else "批准") as progress:
        try:
            result = Workspace(workspace).activate(rules, signed, trial, progress)
        except SweepFailedError as error:
            told = Text(
                f"试运行未能完成，什么都没有写：{error}", f"the trial failed; nothing was written: {error}"
            )
            click.echo(told.in_language(spoken), err=True)
            sys.exit(UNUSABLE)
    _tell(result, form, spoken)


def _fault(dataset: str | None, as_of: date | None, without_data: bool, because: str) -> Text | None:
    """What is wrong with the options for the trial; None if nothing."""
    if without_data and (dataset is not None or as_of is not None):
        return Text(
            "--without-data 不能与 --dataset、--as-of 同写", "--without-data excludes --dataset and --as-of"
        )
    if without_data and not because.strip():
        return Text("不试运行须用 --because 写明理由", "without a trial, give the reason with --because")
    if not without_data and (dataset is None or as_of is None):
        return Text(
            "写 --dataset 和 --as-of 先试运行；确实没有数据的，写 --without-data 和 --because",
            "give --dataset and --as-of for a trial; where there is no data, --without-data and --because",
        )
    return None


@click.command("retire")
@click.argument("rule")
@click.option("--by", required=True, metavar="NAME", help="负责人 / who answers for it")
@click.option("--because", required=True, metavar="TEXT", help="停用的原因 / why")
@click.option(
    "--successor",
    required=True,
    metavar="RULE|none",
    help="后继规则，没有写 none / the rule that stands in its place, or none",
)
@_on_option
@workspace_option
@format_option
@lang_option
def retire(
    rule: str,
    by: str,
    because: str,
    successor: str,
    on: date | None,
    workspace: Path,
    form: str,
    lang: str | None,
) -> None:
    """停用一条规则：写明原因和后继规则，登记到 rules/rules.lock；编号不再使用。

    Retire a rule for a reason: its file says so, names its successor or none, and rules/rules.lock remembers it. The
    id is never used again.
    """
    from jointsup_rules.workspace import Workspace

    spoken = language_of(lang)
    with unusable_input_told(spoken):
        result = Workspace(workspace).retire(rule, by, on or date.today(), because, successor)
    _tell(result, form, spoken)


def _tell(result: Result, form: str, lang: Language) -> None:
    """Say what was done, or why nothing was, and end."""
    if form == "json":
        tell_json(
            {
                "done": [_row(one) for one in result.done],
                "problems": [problem_row(problem, lang) for problem in result.problems],
            }
        )
    else:
        for one in result.done:
            click.echo(_render(one).in_language(lang))
        tell_problems(result.problems, "text", lang)
        if result.problems:
            nothing = Text("未通过，什么都没有写", "refused; nothing was written")
            click.echo(nothing.in_language(lang), err=True)
    sys.exit(NOT_IN_ORDER if result.problems else DONE)


def _row(one: Done) -> dict[str, Any]:
    share = one.share
    figures = None if share is None else {
        "in_scope": share.in_scope, "hit": share.hit, "share": share.share, "limit": share.limit,
    }  # fmt: skip
    return {"rule": one.rule_id, "version": one.version, "what": one.what, "backtest": figures}


def _render(one: Done) -> Text:
    from jointsup_rules.sweep.backtest import percent

    what = _WHAT[one.what]
    zh, en = f"{one.rule_id} v{one.version}  {what.zh}", f"{one.rule_id} v{one.version}  {what.en}"
    share = one.share
    if share is None:
        return Text(zh, en)
    if share.share is None:
        return Text(f"{zh}；范围内无对象", f"{en}; nobody is in scope")
    part, limit = percent(share.share), percent(share.limit)
    return Text(
        f"{zh}；范围内 {share.in_scope}，命中 {share.hit}（{part}，上限 {limit}）",
        f"{en}; {share.in_scope} in scope, {share.hit} found ({part}, limit {limit})",
    )


commands = {"activate": activate, "retire": retire}
