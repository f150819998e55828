"""The commands that have clues go on: steps taken one by one or from a list, and what is due."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click

from jointsup_rules.cli import Day, format_option, language_of
from jointsup_rules.cli.ledger import clue_row, days_late, desk, desk_options, due_day, pairs_of, tell_head
from jointsup_rules.cli.telling import UNUSABLE, render_table, tell_json
from jointsup_rules.problems import Text


@click.command("move")
@click.argument("clues", nargs=-1, metavar="CLUE... MOVE")
@click.option(
    "--set", "fields", multiple=True, metavar="FIELD=VALUE", help="随步骤填写，可多次 / written with it"
)
@click.option("--note", default="", help="说明 / words that go with it")
@click.option("--from", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE",
              help="收回 list --xlsx 写出、已填好的清单 / take the steps of a list that list --xlsx wrote")  # fmt: skip
@desk_options
def move(clues: tuple[str, ...], fields: tuple[str, ...], note: str, file: Path | None, **who: Any) -> None:
    """办理一步：最后一个词是步骤，前面是线索编号；多条线索全办或全不办。

    Take a step. The last word is the MOVE (`confirm` and `decline` for one that awaits a second reader), the words before
    it are clues, by running number or clue id; of several all are moved or none.
    """
    from jointsup_rules.ledger.moving import Step

    if (len(clues) < 2 and file is None) or (file is not None and (clues or fields or note)):
        told = Text(
            "写线索编号和步骤，或者单用 --from 写一份清单",
            "name clues and a move, or a list with --from alone",
        )
        click.echo(told.in_language(language_of(who["lang"])), err=True)
        sys.exit(UNUSABLE)
    if file is not None:
        _take_list(file, **who)
        return
    with desk(**who) as d:
        *named, step = clues
        values = pairs_of(fields, d.lang)
        entries = d.ledger.move([Step(one, step, values, note) for one in named], d.at, d.who)
        head = d.ledger.head()
    for name, entry in zip(named, entries, strict=True):
        to = d.ledger.workflow.state(entry.data["to"]).label
        if entry.kind == "proposed":
            told = Text(
                f"{name}：已提出，待另一人二审后转“{to.zh}”",
                f"{name}: proposed; '{to.en}' once a second reader confirms",
            )
        elif entry.kind == "declined":
            told = Text(f"{name}：二审不同意，维持原状态", f"{name}: declined; it stays where it was")
        else:
            told = Text(f"{name}：{to.zh}", f"{name}: {to.en}")
        click.echo(told.in_language(d.lang))
    tell_head(head, d.lang)


def _take_list(file: Path, **who: Any) -> None:
    from jointsup_rules.ledger.decisions import read_decisions, take_decisions

    with desk(**who) as d:
        decided = take_decisions(d.ledger, read_decisions(file), d.at, d.who)
        head = d.ledger.head()
    n = {name: len(getattr(decided, name)) for name in ("moved", "proposed", "declined", "known", "open")}
    told = Text(
        f"{decided.number}：办理 {n['moved']} 条，待二审 {n['proposed']} 条，二审不同意 {n['declined']} 条，"
        f"已登记过 {n['known']} 条，未填 {n['open']} 条",
        f"{decided.number}: {n['moved']} moved, {n['proposed']} await a second reader, {n['declined']} declined, "
        f"{n['known']} known already, {n['open']} not decided",
    )
    click.echo(told.in_language(d.lang))
    tell_head(head, d.lang)


@click.command("due")
@click.option("--as-of", type=Day(), help="从哪一天看，默认今天 / the day to look from, by default today")
@click.option(
    "--escalate", is_flag=True, help="登记催办、提醒并按规定升级 / enter reminders and escalate as due"
)
@desk_options
@format_option
def due(as_of: date | None, escalate: bool, form: str, **who: Any) -> None:
    """逾期的和快到期的，最晚的在前，以及该催办、提醒还是升级；随后是各事项的待办。

    What is late or soon late, the latest first, and what that calls for; then what is to be done of campaigns, meetings and
    the like.
    """
    from jointsup_rules.cli.recording import item_row, tell_items
    from jointsup_rules.ledger.records import items_due, records

    with desk(**who) as d:
        day = as_of or d.today
        made = d.ledger.escalate(d.at, day) if escalate else []
        dues = d.ledger.due(d.who, day)
        items = items_due(records(d.ledger, d.who), day + timedelta(days=d.ledger.workflow.shape.warn_days))
    if form == "json":
        tell_json(
            {
                "clues": [clue_row(one.clue, one) for one in dues],
                "items": [item_row(*one, day) for one in items],
            }
        )
        return
    rows = [
        (
            one.clue.ledger_no, d.ledger.workflow.state(one.clue.state).label.in_language(d.lang), one.started_on, due_day(one), days_late(one),
            one.late.label.in_language(d.lang) if one.late else None, one.clue.facts.get("unit"), one.clue.facts.get("case_no"),
        )
        for one in dues
    ]  # fmt: skip
    head = Text(
        "编号 状态 起算 期限 逾期天数 处理 单位 案号", "number state from due days-late calls-for unit case"
    )
    click.echo(render_table(head.in_language(d.lang).split(), rows, "llllrlll"))
    n_late = sum(one.is_late for one in dues)
    told = Text(
        f"逾期 {n_late}，即将到期 {len(dues) - n_late}", f"{n_late} late, {len(dues) - n_late} soon due"
    )
    click.echo(told.in_language(d.lang), err=True)
    tell_items(items, day, d.lang)
    if escalate:
        n_moved = sum(entry.kind == "moved" for entry in made)
        told = Text(f"登记 {len(made) - n_moved} 次催办提醒，升级 {n_moved} 条",
                    f"{len(made) - n_moved} reminders entered, {n_moved} clues escalated")  # fmt: skip
        click.echo(told.in_language(d.lang), err=True)


commands = {"move": move, "due": due}
