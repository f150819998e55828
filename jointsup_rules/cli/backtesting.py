"""The command that runs one rule on many days."""

from __future__ import annotations

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
    problem_row,
    progress_line,
    tell_json,
    unusable_input_told,
)
from jointsup_rules.problems import Language, Text

if TYPE_CHECKING:
    from jointsup_rules.sweep.backtest import Backtest, BacktestDay, Ran, Sample
    from jointsup_rules.workspace import Workspace

COUNTS = ("in_scope", "hit", "cannot_tell", "running", "due_soon", "excluded", "clear")
_LIKE_A_DAY = re.compile(r"[0-9][0-9./-]*")


class _WithDays(click.Command):
    """A command whose --as-of takes all the days that follow it: --as-of 2025-01-31 2025-02-28."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        spread: list[str] = []
        is_listing = False
        for word in args:
            is_day = bool(_LIKE_A_DAY.fullmatch(word))
            if is_listing and is_day and spread[-1] != "--as-of":
                spread.append("--as-of")
            is_listing = word == "--as-of" or word.startswith("--as-of=") or (is_listing and is_day)
            spread.append(word)
        return super().parse_args(ctx, spread)


@click.command("backtest", cls=_WithDays)
@click.argument("rule_id", metavar="RULE")
@click.option("--dataset", required=True, metavar="DATASET", help="用哪个数据集 / the dataset to run over")
@click.option(
    "--as-of",
    "days",
    type=Day(),
    required=True,
    multiple=True,
    metavar="YYYY-MM-DD...",
    help="从哪些天看，可写多天 / the days to look from, one or more",
)
@click.option(
    "--against",
    metavar="VERSION|FILE|REV|active|none",
    help="对照哪个版本：锁中的版本号、文件、git 版本；默认已启用的版本"
    " / the version to compare with: a number of the lock, a file, a revision of git; by default the active one",
)
@click.option(
    "--weeks",
    type=click.IntRange(min=1, max=520),
    metavar="N",
    help="只有一天时：往前数几周内到期的线索，默认 4"
    " / with one day only: clues that came due in how many weeks before it, 4 by default",
)
@click.option(
    "--strict",
    is_flag=True,
    help="有一天未能评估或出错则以 3 结束 / end with status 3 if a day was not evaluated or failed",
)
@workspace_option
@format_option
@lang_option
def backtest(
    rule_id: str,
    dataset: str,
    days: tuple[date, ...],
    against: str | None,
    weeks: int | None,
    strict: bool,
    workspace: Path,
    form: str,
    lang: str | None,
) -> None:
    """把一条规则放到过去的某些天去运行：每天的数目，与已启用版本相比的增减，各单位每周收到多少。

    每一天只看当时已知的数据。起草中的规则也可以运行；什么也不写入。命中占比超过上限以 1 结束。

    Run one rule as of days in the past: counts per day, clues added and removed against the active version, what
    each unit would get per week. No day sees what became known after it. Drafts run, too; nothing is written. A rule
    that finds more than the limit of its scope ends with status 1.
    """
    from jointsup_rules.cli.backtest_words import render_backtest
    from jointsup_rules.workspace import Workspace

    spoken = language_of(lang)
    if weeks is not None and len(set(days)) > 1:
        told = Text(
            "--weeks 只用于一天；多天时按各天之间的新增计算",
            "--weeks is for one day only; with several, what is new between them is counted",
        )
        raise click.UsageError(told.in_language(spoken))
    with unusable_input_told(spoken):
        found = _run(Workspace(workspace), rule_id, dataset, days, against, weeks, spoken)
    if form == "json":
        tell_json(gather_backtest(found, spoken))
    else:
        click.echo(render_backtest(found, spoken))
    if strict and any(day.clues is None for day in found.days):
        sys.exit(DONE_IN_PART)
    sys.exit(NOT_IN_ORDER if found.problems() else DONE)


def _run(
    opened: Workspace,
    rule_id: str,
    dataset: str,
    days: tuple[date, ...],
    against: str | None,
    weeks: int | None,
    lang: Language,
) -> Backtest:
    """Run with a line of progress; where it fails outside of the rule, say so and end with status 2."""
    from jointsup_rules.sweep.backtest import WEEKS, BacktestFailedError, Bounds

    bounds = Bounds(jobs=os.cpu_count() or 1)
    try:
        with progress_line(Text("回溯", "backtest").in_language(lang)) as progress:
            return opened.backtest(
                rule_id, dataset, days, against, weeks=weeks or WEEKS, bounds=bounds, progress=progress
            )
    except BacktestFailedError as error:
        click.echo(
            Text(f"回溯未能完成：{error}", f"the backtest failed: {error}").in_language(lang), err=True
        )
        sys.exit(UNUSABLE)


def gather_backtest(found: Backtest, lang: Language) -> dict[str, Any]:
    """Return what `--format json` says."""
    shape, former = found.rule.shape, found.former
    return {
        "rule": {
            "id": shape.id,
            "version": shape.version,
            "status": shape.status,
            "title": _two(shape.title),
        },
        "dataset": {"name": found.dataset, "cut_off": found.cut_off.isoformat()},
        "against": {
            "kind": former.kind,
            "name": former.name or None,
            "version": former.rule.shape.version if former.rule is not None else None,
            "same_logic": former.is_same_logic(found.rule) if former.rule is not None else None,
            "why": _two(former.why) if former.why.zh else None,
        },
        "days": [_day(day) for day in found.days],
        "changes": {
            kind: {
                "total": change.n,
                "restricted": change.n_restricted,
                "samples": [_sample(one) for one in change.samples],
            }
            for kind, change in found.changes.items()
        },
        "load": _load(found),
        "problems": [problem_row(problem, lang) for problem in found.problems()],
    }


def _day(day: BacktestDay) -> dict[str, Any]:
    share = day.share
    return {
        "as_of": day.as_of.isoformat(),
        **_ran(day.now),
        "clues": day.clues,
        "new": day.new,
        "gone": day.gone,
        "share": round(share.share, 6) if share is not None and share.share is not None else None,
        "limit": share.limit if share is not None else None,
        "limit_is_default": share.is_default if share is not None else None,
        "runaway": share.is_runaway if share is not None else None,
        "beyond_cut_off": day.is_beyond,
        "former": _ran(day.former) if day.former is not None else None,
        "compared": dict(day.compared) if day.compared is not None else None,
    }


def _ran(ran: Ran) -> dict[str, Any]:
    """What one version said; counts of what did not run are empty, not 0."""
    why = _two(ran.why) if ran.status != "ran" else None
    return {"status": ran.status, "why": why} | {name: ran.counts.get(name) for name in COUNTS}


def _sample(one: Sample) -> dict[str, Any]:
    return {
        "clue_id": one.clue_id,
        "as_of": one.day.isoformat(),
        "subject_key": one.subject_key,
        "case_no": one.case_no,
        "unit": one.unit,
        "reason_zh": one.reason.zh,
        "reason_en": one.reason.en,
        "fields": {name: list(pair) for name, pair in one.fields.items()},
        "now": one.now or None,
        "why": _two(one.why) if one.why.zh else None,
    }


def _load(found: Backtest) -> dict[str, Any] | None:
    load = found.load
    if load is None:
        return None
    return {
        "counted": "new_between_days" if load.is_between else "came_due",
        "from": load.from_on.isoformat(),
        "until": load.until_on.isoformat(),
        "weeks": round(load.weeks, 2),
        "units": [
            {"unit": one.unit, "name": one.name, "standing": one.standing, "came": one.came,
             "per_week": round(one.came / load.weeks, 2)}
            for one in load.units
        ],
    }  # fmt: skip


def _two(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


commands = {"backtest": backtest}
