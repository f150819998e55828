"""The command that reckons one deadline."""

from __future__ import annotations

import json
import re
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jointsup_rules.cli import Day, format_option, lang_option, language_of, workspace_option
from jointsup_rules.cli.telling import UNUSABLE, tell_json, unusable_input_told, width_of
from jointsup_rules.problems import Language, Text

if TYPE_CHECKING:
    from jointsup_rules.clock.calculator import Answer
    from jointsup_rules.clock.lines import Line
    from jointsup_rules.clock.period import Length
    from jointsup_rules.model.clock import MonthRule

_LENGTH = re.compile(r"(?:(\d+)m)?(?:(\d+)d)?(?:(\d+)wd)?")
_STEPS = {
    "start": Text("起算", "start"), "base": Text("期限", "limit"), "extend": Text("延长", "extend"),
    "exclude": Text("不计入", "exclude"), "roll": Text("顺延", "roll"), "law": Text("新旧法", "law"),
    "due": Text("届满", "due"), "due_if_all": Text("全部认可", "if all"),
}  # fmt: skip


@click.command("limit")
@click.argument("clock", required=False)
@click.option(
    "--from",
    "start",
    type=Day(),
    required=True,
    help="起算日，当日不计 / the day it starts, itself not counted",
)
@click.option("--months", type=click.IntRange(min=0), help="月数 / months")
@click.option("--days", type=click.IntRange(min=0), help="天数 / days")
@click.option("--working-days", type=click.IntRange(min=0), help="工作日数 / working days")
@click.option("--month-rule", type=click.Choice(["criminal", "civil"]), help="月末规则 / rule for month ends")
@click.option("--custody", is_flag=True, help="有人在押，不顺延 / somebody is held: no roll over holidays")
@click.option("--no-roll", is_flag=True, help="遇节假日不顺延 / no roll over holidays")
@click.option("--limit", "number", type=int, help="时钟的第几种期限 / which limit of the clock, from 1")
@click.option(
    "--extend",
    multiple=True,
    metavar="CODE[=1m15d]",
    help="延长，视为在期限内批准；可重复 / an extension, taken as in time; repeatable",
)
@click.option(
    "--exclude",
    multiple=True,
    metavar="CODE=FROM..[TO]",
    help="不计入的期间，TO 为恢复计算之日，仍在继续则不写；可重复"
    " / days that do not count, TO the first that counts again, empty while it stands; repeatable",
)
@workspace_option
@format_option
@lang_option
def limit(
    clock: str | None,
    start: date,
    months: int | None,
    days: int | None,
    working_days: int | None,
    month_rule: MonthRule | None,
    custody: bool,
    no_roll: bool,
    number: int | None,
    extend: tuple[str, ...],
    exclude: tuple[str, ...],
    workspace: Path,
    form: str,
    lang: str | None,
) -> None:
    """计算一个期限的届满日，逐行列出计算过程；不需要数据。

    写时钟名称（rules/clocks.yaml），或用 --months、--days、--working-days 写明长度。

    Reckon the last lawful day of one period and show the working; no data is needed. Name a CLOCK of
    rules/clocks.yaml, or give the length with --months, --days or --working-days.
    """
    from jointsup_rules.clock.calculator import QuestionError
    from jointsup_rules.clock.period import Length
    from jointsup_rules.workspace import Workspace

    spoken = language_of(lang)
    given = [value for value in (months, days, working_days) if value is not None]
    try:
        if clock is not None and (given or month_rule):
            raise QuestionError(
                "写了时钟就不写长度和月末规则", "a clock brings its own length and month rule"
            )
        if clock is None and not given:
            raise QuestionError(
                "写一个时钟，或用 --months、--days、--working-days 写明长度",
                "name a clock, or give the length with --months, --days or --working-days",
            )
        length = None if clock is not None else Length(months or 0, days or 0, working_days or 0)
        with unusable_input_told(spoken):
            found = Workspace(workspace).limit(
                start, clock, length=length, month_rule=month_rule, is_held=custody, rolls=not no_roll and not custody,
                limit=number, extend=[_extension(one) for one in extend], exclude=[_exclusion(one) for one in exclude],
            )  # fmt: skip
    except QuestionError as error:
        click.echo(error.told.in_language(spoken), err=True)
        sys.exit(UNUSABLE)
    if form == "json":
        tell_json(_gather(found, spoken))
        return
    for line in found.lines:
        click.echo(_render(line, spoken))
    if found.due_on is not None:
        click.echo(Text(f"届满日 {found.due_on}", f"due on {found.due_on}").in_language(spoken))
    elif found.why is not None:
        told = Text(
            f"届满日无法确定：{found.why.zh}；不早于 {found.not_before}",
            f"the due day cannot be told: {found.why.en}; not before {found.not_before}",
        )
        click.echo(told.in_language(spoken))


def _extension(written: str) -> tuple[str, Length | None]:
    """CODE, or CODE=1m15d."""
    from jointsup_rules.clock.calculator import QuestionError
    from jointsup_rules.clock.period import Length

    code, _, amount = written.partition("=")
    if "=" not in written:
        return code, None
    found = _LENGTH.fullmatch(amount)
    if not code or found is None or not amount:
        raise QuestionError(f"'{written}' 应写作 CODE=1m15d", f"write '{written}' as CODE=1m15d")
    months, days, working_days = (int(part or 0) for part in found.groups())
    return code, Length(months, days, working_days)


def _exclusion(written: str) -> tuple[str, date, date | None]:
    """CODE=FROM..TO, TO left out while it stands."""
    from jointsup_rules.clock.calculator import QuestionError

    code, _, span = written.partition("=")
    from_on, dots, until_on = span.partition("..")
    try:
        if not code or not dots:
            raise ValueError
        days = [None if not part else date.fromisoformat(part) for part in (from_on, until_on)]
        if days[0] is None or any(
            day is not None and day.isoformat() != part
            for day, part in zip(days, (from_on, until_on), strict=True)
        ):
            raise ValueError
    except ValueError:
        raise QuestionError(
            f"'{written}' 应写作 CODE=2024-03-01..2024-04-05",
            f"write '{written}' as CODE=2024-03-01..2024-04-05",
        ) from None
    return code, days[0], days[1]


def _gather(found: Answer, lang: Language) -> dict[str, object]:
    """What `--format json` says: the columns of working.parquet without the clue."""
    working = [
        {
            "step_no": n,
            "step": line.step,
            "from_on": line.from_on and line.from_on.isoformat(),
            "to_on": line.to_on and line.to_on.isoformat(),
            "days": line.days,
            "article": line.article.zh or None,
            "document": line.document,
            "honoured": line.honoured,
            "note": json.dumps({"zh": line.note.zh, "en": line.note.en}, ensure_ascii=False),
        }
        for n, line in enumerate(found.lines, 1)
    ]
    told: dict[str, object] = {"due_on": found.due_on and found.due_on.isoformat()}
    if found.why is not None and found.not_before is not None:
        told |= {"not_before": found.not_before.isoformat(), "why": found.why.in_language(lang)}
    return {**told, "working": working}


def _render(line: Line, lang: Language) -> str:
    """One line of the working: step, days, span, article, note."""
    step = _STEPS[line.step].in_language(lang)
    span = " → ".join(str(day) for day in (line.from_on, line.to_on) if day is not None)
    if line.step == "exclude" and line.to_on is None:
        span += " →"
    days = "" if line.days is None else f"{line.days:+d}"
    tail = " ".join(part for part in (line.note.in_language(lang), line.article.in_language(lang)) if part)
    return f"{step}{' ' * (8 - width_of(step))}{span:<24}{days:>6}  {tail}".rstrip()


commands = {"limit": limit}
