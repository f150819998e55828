"""Commands for those who write rules: check, explain."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jointsup_rules.cli import Day, lang_option, language_of, workspace_option
from jointsup_rules.cli.explaining import explain
from jointsup_rules.cli.telling import (
    DONE,
    NOT_IN_ORDER,
    UNUSABLE,
    problem_row,
    tell_json,
    tell_problems,
    unusable_input_told,
)
from jointsup_rules.model.lock import LOCK
from jointsup_rules.problems import NO_TEXT, Language, Problem, Text

if TYPE_CHECKING:
    from jointsup_rules.sweep.concerned import Change


_NO_LOCK = Text(
    f"没有 {LOCK}：是否经过批准不作核对（jointsup activate 开始登记）",
    f"no {LOCK}: nothing is asked about approvals (jointsup activate begins to record them)",
)


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@workspace_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif"]),
    default="text",
    help="输出格式 / output format",
)
@click.option(
    "--as-of", type=Day(), help="提示早于这一天核对的法律 / warn of law last checked before this day"
)
@click.option("--fix", is_flag=True, help="改正只有一种改法的问题 / mend what has only one answer")
@click.option(
    "--dry-run",
    is_flag=True,
    help="同 --fix，只显示改动，不写文件 / with --fix: show the changes, write nothing",
)
@lang_option
def check(
    paths: tuple[Path, ...],
    workspace: Path,
    form: str,
    as_of: date | None,
    fix: bool,
    dry_run: bool,
    lang: str | None,
) -> None:
    """检查规则、法条、参数、字典和来源，一次列出全部问题；指明法律文件的，列出其中有变的数值及所涉时钟和规则。

    Check rules, law, parameters, dictionary and sources, and list every problem at once; of the PATHS
    alone where some are given. Of a file of law the numbers that changed are listed with the clocks and rules
    that take them.

    \b
    --fix 只改：写错的键、列、函数、参数、代码、条文、时钟等名称（相近的词只有一个）、表达式里的全角符号和
    == != 等写法、缺少或多余的引号、日期的写法、两个日期列相减。不改判断的逻辑，注释、顺序和排版不动；改后会
    带来新问题的不改。
    --fix mends: names of keys, columns, functions, parameters, codes, articles, clocks and so on where one word
    alone is near; full-width signs, == and != in expressions; quotes lacking or too many; the form of days;
    the difference of two columns of days. It changes no logic, keeps comments, order and layout, and leaves
    alone what would bring another problem.
    """
    from jointsup_rules.cli.mending import edit_row, mend_workspace, tell_of_mends
    from jointsup_rules.workspace import Workspace

    spoken = language_of(lang)
    if dry_run and not fix:
        told_wrong = Text("--dry-run 须与 --fix 同用", "--dry-run goes with --fix")
        raise click.UsageError(told_wrong.in_language(spoken))
    _refuse_unknown(paths, workspace, spoken)
    if fix:
        mend_workspace(paths, workspace, form, as_of, dry_run, spoken)
    with unusable_input_told(spoken):
        opened = Workspace(workspace)
        told = opened.check([str(path) for path in paths], as_of, accepted=True)
        n_rules, has_lock = len(opened.rulebook().rules), (workspace / LOCK).is_file()
        changes = opened.changes_of_law([str(path) for path in paths])
        edits = opened.edits(told)
    problems = [problem for problem in told if problem.accepted_because == NO_TEXT]
    if form == "sarif":
        from jointsup_rules.cli.sarif import render_sarif

        tell_json(render_sarif(told, spoken, edits))
    elif form == "json":
        mends = {problem: edit_row(edit) for problem, edit in edits.items()}
        tell_json([problem_row(problem, spoken) | {"mend": mends.get(problem)} for problem in told])
    else:
        tell_problems(problems, form, spoken)
    errors = sum(problem.severity == "error" for problem in problems)
    if form == "text":
        for change in changes:
            click.echo(_render_change(change).in_language(spoken))
        click.echo(_counted(n_rules, errors, problems, told).in_language(spoken), err=True)
        if not has_lock:
            click.echo(_NO_LOCK.in_language(spoken), err=True)
        tell_of_mends({problem: edits[problem] for problem in problems if problem in edits}, spoken)
        _tell_of_pages(problems, spoken)
    sys.exit(NOT_IN_ORDER if errors else DONE)


def _counted(n_rules: int, errors: int, problems: Sequence[Problem], told: Sequence[Problem]) -> Text:
    """What was looked at and found, in numbers."""
    warnings, accepted = len(problems) - errors, len(told) - len(problems)
    also = Text(f"，已接受 {accepted} 个警告", f", {accepted} warnings accepted") if accepted else None
    return Text(
        f"{n_rules} 条规则，{errors} 个错误，{warnings} 个警告" + (also.zh if also else ""),
        f"{n_rules} rules, {errors} errors, {warnings} warnings" + (also.en if also else ""),
    )


def _tell_of_pages(problems: Sequence[Problem], lang: Language) -> None:
    """Where more is told of a problem, once below all of them."""
    if problems:
        code = problems[0].code
        told = Text(
            f"每个代码的说明页：jointsup explain {code}", f"the page of a code: jointsup explain {code}"
        )
        click.echo(told.in_language(lang), err=True)


def _render_change(change: Change) -> Text:
    """A number of the law that changed, and whom it concerns."""
    nobody = Text("无", "none")
    clocks = Text(", ".join(change.clocks)) if change.clocks else nobody
    rules = Text(", ".join(change.rules)) if change.rules else nobody
    day, article = change.from_on, change.article
    return Text(
        f"{change.place}: {article} 自 {day} 起由{change.before.zh}改为{change.after.zh}\n"
        f"        时钟：{clocks.zh}\n        规则：{rules.zh}",
        f"{change.place}: {article} changes on {day} from {change.before.en} to {change.after.en}\n"
        f"        clocks: {clocks.en}\n        rules: {rules.en}",
    )


def _refuse_unknown(paths: Sequence[Path], workspace: Path, lang: Language) -> None:
    """A path that is not there, or lies elsewhere, would look as if it had no problems."""
    root = workspace.resolve()
    for path in paths:
        found = [one.resolve() for one in (path, workspace / path) if one.exists()]
        if not found:
            told = Text(f"没有文件或文件夹 '{path}'", f"no file or folder '{path}'")
        elif not any(one.is_relative_to(root) for one in found):
            told = Text(f"'{path}' 不在工作区 {root} 之内", f"'{path}' is not in the workspace {root}")
        else:
            continue
        click.echo(told.in_language(lang), err=True)
        sys.exit(UNUSABLE)


commands = {"check": check, "explain": explain}
