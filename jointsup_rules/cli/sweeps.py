"""Commands that run rules over a dataset, and render what came of it."""

from __future__ import annotations

import json
import os
import re
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jointsup_rules.cli import Day, format_option, lang_option, language_of, workspace_option
from jointsup_rules.cli.telling import (
    DONE,
    DONE_IN_PART,
    NOT_IN_ORDER,
    UNUSABLE,
    progress_line,
    render_table,
    tell_json,
    unusable_input_told,
)
from jointsup_rules.problems import Language, Text

if TYPE_CHECKING:
    from jointsup_rules.sweep.run import Options, SweepResult
    from jointsup_rules.workspace import Workspace

SEVERITIES = ("high", "medium", "low")
_COUNTS = ("in_scope", "hit", "cannot_tell", "running", "due_soon", "excluded", "clear")


class _WithPatterns(click.Command):
    """A command whose --rules takes all the patterns that follow it: --rules LONG-* PET-04."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        spread: list[str] = []
        is_listing = False
        for word in args:
            is_pattern = bool(re.fullmatch(r"[A-Z*?\[][A-Z0-9*?\[\]!]*-[A-Z0-9*?\[\]!-]+|\*", word))
            if is_listing and is_pattern and spread[-1] != "--rules":
                spread.append("--rules")
            is_listing = word == "--rules" or (is_listing and is_pattern)
            spread.append(word)
        return super().parse_args(ctx, spread)


class _Memory(click.ParamType[str]):
    """A size such as 4GB."""

    name = "SIZE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not re.fullmatch(r"[1-9][0-9]*(\.[0-9]+)?[KMGT]B", str(value)):
            self.fail(f"'{value}'：请写成 4GB 这样 / write it like 4GB", param, ctx)
        return str(value)


@click.command("sweep", cls=_WithPatterns)
@click.argument("dataset")
@click.option(
    "--as-of", type=Day(), required=True, help="从哪一天看；没有默认 / the day to look from; no default"
)
@click.option(
    "--rules",
    "patterns",
    multiple=True,
    metavar="PATTERN...",
    help="只运行这些规则，如 LONG-* PET-04 / run only these rules, such as LONG-* PET-04",
)
@click.option(
    "--status",
    type=click.Choice(["active", "draft"]),
    default="active",
    help="draft：起草中的规则也运行 / draft: run drafts as well",
)
@click.option(
    "--force", is_flag=True, help="即使有相同的筛查也重新运行 / run even if the same sweep is there"
)
@click.option(
    "--strict",
    is_flag=True,
    help="有规则未能评估或出错则以 3 结束 / end with status 3 if a rule was not evaluated or failed",
)
@click.option(
    "--limit-clues", type=click.IntRange(min=1), help="每条规则最多保留多少条线索 / clues kept per rule"
)
@click.option(
    "--sample-clear",
    type=click.IntRange(min=1),
    metavar="N",
    help="每条规则从无线索的对象中随机抽 N 个写入 sample.csv，供复核有无遗漏"
    " / draw N clear subjects a rule into sample.csv, to be reviewed for what was missed",
)
@click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    help="有这一严重度或更高的线索则以 1 结束（已批准例外不算）"
    " / end with status 1 if there are clues of this severity or a higher one (approved exceptions apart)",
)
@click.option("--jobs", type=click.IntRange(min=1), help="并行线程数 / threads")
@click.option("--memory", type=_Memory(), help="数据库内存上限，如 4GB / bound on the database's memory")
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="每条规则的时间上限，秒 / time limit of each rule, in seconds",
)
@workspace_option
@format_option
@lang_option
def sweep(
    dataset: str,
    as_of: date,
    patterns: tuple[str, ...],
    strict: bool,
    fail_on: str | None,
    workspace: Path,
    form: str,
    lang: str | None,
    **chosen: Any,
) -> None:
    """对一个数据集运行规则，写出线索清单和报告；最后一行是 report.html 的路径。

    Run rules over a dataset as of a day, write clue lists and the report; the last line is the path of
    report.html.
    """
    from jointsup_rules.workspace import Workspace

    spoken = language_of(lang)
    with unusable_input_told(spoken):
        opened = Workspace(workspace)
        ids = opened.rules_to_sweep([one for words in patterns for one in words.split(",")], chosen["status"])
        result = run_sweep(opened, dataset, as_of, make_options(ids, lang, **chosen), spoken)
    told = gather_sweep(result)
    if form == "json":
        tell_json(told)
    else:
        tell_sweep(told, result, spoken)
    if strict and any(row["status"] != "ran" for row in told["outcomes"]):
        sys.exit(DONE_IN_PART)
    grave = SEVERITIES[: SEVERITIES.index(fail_on) + 1] if fail_on else ()
    sys.exit(NOT_IN_ORDER if any(told["clues"]["not_excepted"][one] for one in grave) else DONE)


def make_options(
    rules: tuple[str, ...] = (),
    lang: str | None = None,
    *,
    status: str = "active",
    force: bool = False,
    limit_clues: int | None = None,
    sample_clear: int | None = None,
    jobs: int | None = None,
    memory: str | None = None,
    time_limit: float | None = None,
) -> Options:
    """Return the options of a sweep; what is None is left to the engine.

    The opening language of the report is part of the sweep, so it is --lang or Chinese, never the locale's.
    """
    from jointsup_rules.sweep.run import Options

    given = {"memory": memory, "limit_s": time_limit}
    return Options(
        rules=rules,
        status=status,
        lang="en" if lang == "en" else "zh",
        limit_clues=limit_clues,
        sample_clear=sample_clear,
        force=force,
        jobs=jobs or os.cpu_count() or 1,
        **{name: value for name, value in given.items() if value is not None},  # type: ignore[arg-type]
    )


def run_sweep(opened: Workspace, dataset: str, as_of: date, options: Options, lang: Language) -> SweepResult:
    """Sweep with a line of progress; where it fails outside of any rule, say so and end with status 2."""
    from jointsup_rules.sweep.run import SweepFailedError

    try:
        with progress_line(Text("筛查", "sweeping").in_language(lang)) as progress:
            return opened.sweep(dataset, as_of, options, progress)
    except SweepFailedError as error:
        told = Text(
            f"筛查未能完成，没有写入任何文件：{error}", f"the sweep failed; nothing was written: {error}"
        )
        click.echo(told.in_language(lang), err=True)
        sys.exit(UNUSABLE)


def gather_sweep(result: SweepResult) -> dict[str, Any]:
    """Return what `--format json` says of a sweep: its place, counts of clues, outcomes per rule."""
    import duckdb

    from jointsup_rules.sweep.people import count_restricted

    with duckdb.connect(":memory:") as connection:

        def query(select: str, name: str, rest: str) -> list[tuple[Any, ...]]:
            path = str(result.folder / f"{name}.parquet")
            return connection.execute(f"SELECT {select} FROM read_parquet(?) {rest}", [path]).fetchall()

        names = ("rule_id", "rule_version", "status", "why", *_COUNTS)
        outcomes = query(", ".join(names), "outcomes", "ORDER BY rule_id")
        counted = query("severity, state, exception_id IS NULL, count(*)", "clues", "GROUP BY ALL")
        ((n_gone,),) = query("count(*)", "gone", "")
    rows = [dict(zip(names, row, strict=True)) for row in outcomes]
    for row in rows:
        row["why"] = json.loads(row["why"]) if row["why"] else None
    states = ("new", "continuing", "changed", "back")
    return {
        "dataset": result.manifest["dataset"]["name"],
        "as_of": result.manifest["as_of"],
        "folder": str(result.folder),
        "report": str(result.folder / "report.html"),
        "reused": result.is_reused,
        "previous": result.manifest["previous"],
        "clues": {
            "total": sum(row[3] for row in counted),
            "severity": {one: sum(row[3] for row in counted if row[0] == one) for one in SEVERITIES},
            "not_excepted": {
                one: sum(row[3] for row in counted if row[0] == one and row[2]) for one in SEVERITIES
            },
            "state": {one: sum(row[3] for row in counted if row[1] == one) for one in states},
            "restricted": count_restricted(result.folder),
        },
        "gone": n_gone,
        "outcomes": rows,
    }


def tell_sweep(told: dict[str, Any], result: SweepResult, lang: Language) -> None:
    """Print outcomes per rule, what was not evaluated and why, the clues, and last the report's path."""
    from jointsup_rules.report.words import say_plain

    cards = result.manifest["rules"]
    words = [say_plain("clue.rule", lang), say_plain("rules.status", lang)]
    words += [say_plain(f"outcome.{name}", lang) for name in _COUNTS] + [
        Text("名称", "title").in_language(lang)
    ]
    rows = [
        [row["rule_id"], say_plain(f"status.{row['status']}", lang), *(row[name] for name in _COUNTS),
         cards[row["rule_id"]]["title"][lang] if row["rule_id"] in cards else ""]
        for row in told["outcomes"]
    ]  # fmt: skip
    click.echo(render_table(words, rows, "ll" + "r" * len(_COUNTS) + "l"))
    for row in told["outcomes"]:
        if row["why"] is not None:
            click.echo(f"{row['rule_id']} {say_plain('status.' + row['status'], lang)}: {row['why'][lang]}")
    click.echo()
    click.echo(_render_totals(told, lang))
    if told["clues"]["restricted"]:
        apart = Text("只供指定人员：", "for the persons named only: ").in_language(lang)
        click.echo(apart + str(result.folder / "restricted" / "report.html"))
    click.echo(told["report"])


def _render_totals(told: dict[str, Any], lang: Language) -> str:
    from jointsup_rules.report.words import say_plain

    clues = told["clues"]
    severities = ", ".join(
        f"{say_plain('severity.' + k, lang)} {n}" for k, n in clues["severity"].items() if n
    )
    states = ", ".join(f"{say_plain('state.' + k, lang)} {n}" for k, n in clues["state"].items() if n)
    lines = [Text(f"线索 {clues['total']:,} 条", f"clues: {clues['total']:,}").in_language(lang)]
    lines += [f"({severities}; {states})"] if clues["total"] else []
    if told["previous"]:
        lines.append(
            Text(
                f"与 {told['previous']} 相比，已消失 {told['gone']} 条",
                f"gone since {told['previous']}: {told['gone']}",
            ).in_language(lang)
        )
    if told["reused"]:
        lines.append(
            Text("输入未变，沿用已有的筛查", "nothing has changed: the sweep that exists").in_language(lang)
        )
    return " ".join(lines)


commands = {"sweep": sweep}
