"""The commands for what is kept beside the clues: campaigns, meetings, teams, opinions, and what is to be done of them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from jointsup_rules.cli import Day, format_option
from jointsup_rules.cli.ledger import (
    days_late,
    desk,
    desk_options,
    due_day,
    pairs_of,
    tell_fields,
    tell_head,
    wanted_of,
)
from jointsup_rules.cli.telling import UNUSABLE, render_table, tell_json
from jointsup_rules.problems import Language, Text

if TYPE_CHECKING:
    from jointsup_rules.cli.ledger import Desk
    from jointsup_rules.ledger.due import Due
    from jointsup_rules.ledger.fold import ClueState
    from jointsup_rules.ledger.records import Item, Record

_Items = Sequence[tuple["Record", int, "Item"]]
_AS_OF = click.option(
    "--as-of", type=Day(), help="从哪一天看，默认今天 / the day to look from, by default today"
)


@click.command("record")
@click.argument("name", metavar="KIND|NUMBER")
@click.option(
    "--set",
    "fields",
    multiple=True,
    metavar="FIELD=VALUE",
    help="填写，可多次 / what is written; may be repeated",
)
@click.option(
    "--clue",
    "clues",
    multiple=True,
    metavar="CLUE",
    help="所涉线索，可多次 / a clue it is about; may be repeated",
)
@click.option("--where", "filters", multiple=True, metavar="FIELD=VALUE[,VALUE]",
              help="把符合条件的线索都纳入：rule_id=LONG-01 / every clue that fits")  # fmt: skip
@click.option("--item", "items", multiple=True, metavar="WHAT|OWNER|DUE",
              help="待办：事项|责任人|期限，如 核对台账|李某|2025-08-01 / something to be done: what, by whom, by when")  # fmt: skip
@click.option("--done", "done", multiple=True, type=int, metavar="N", help="第 N 项已办 / item N is done")
@click.option("--close", is_flag=True, help="结束这一事项 / it ends")
@desk_options
@format_option
def record(
    name: str, fields: tuple[str, ...], clues: tuple[str, ...], filters: tuple[str, ...], items: tuple[str, ...],
    done: tuple[int, ...], close: bool, form: str, **who: Any,
) -> None:  # fmt: skip
    """登记一件事项（写种类，如 campaign、meeting），或者办理已登记的（写编号）。种类和可填内容见 workflow.yaml 的 records。

    Open a record of a KIND of workflow.yaml, such as campaign or meeting; or change the one of a NUMBER.
    """
    from jointsup_rules.ledger.records import Change, change_record, open_record

    with desk(**who) as d:
        fitting = (
            [one.clue_id for one in d.ledger.clues(d.who, wanted_of(filters, d.lang))] if filters else []
        )
        change = Change(
            pairs_of(fields, d.lang),
            (*clues, *fitting),
            tuple(_item(one, d.lang) for one in items),
            done,
            close,
        )
        if name in d.ledger.workflow.shape.records:
            kept = open_record(d.ledger, name, change, d.at, d.who)
        else:
            kept = change_record(d.ledger, name, change, d.at, d.who)
        head = d.ledger.head()
    if form == "json":
        tell_json(_row(kept, d))
    else:
        _tell_record(kept, d)
    tell_head(head, d.lang)


def _item(word: str, lang: Language) -> Item:
    from jointsup_rules.ledger.records import Item

    parts = [part.strip() for part in word.split("|")]
    if len(parts) != 3 or not all(parts):
        told = Text(f"“{word}”应写成 事项|责任人|期限", f"write '{word}' as WHAT|OWNER|DUE")
        click.echo(told.in_language(lang), err=True)
        sys.exit(UNUSABLE)
    return Item(*parts)


def _row(one: Record, d: Desk) -> dict[str, Any]:
    """A record as JSON says it."""
    items = [
        {"n": n, **item.__dict__, "days_late": _item_late(item, d.today)}
        for n, item in enumerate(one.items, 1)
    ]
    return {"number": one.number, "kind": one.kind, **one.plain, "items": items}


def _item_late(item: Item, day: date) -> int | None:
    """How many days something to be done is late; None where it is in time or done."""
    late = (day - date.fromisoformat(item.due_on)).days
    return late if item.done_on is None and late > 0 else None


def _tell_record(one: Record, d: Desk) -> None:
    """Print a record: what it says, its clues and what is to be done."""
    shape = d.ledger.workflow.shape
    click.echo(f"{one.number}  {shape.records[one.kind].label.in_language(d.lang)}  {_stands(one, d.lang)}")
    tell_fields(one.fields, d)
    if one.clues:
        numbers = {clue.clue_id: clue.ledger_no for clue in d.ledger.clues(d.who)}
        listed = [numbers[clue] for clue in one.clues if clue in numbers]
        told = Text(f"线索 {len(listed)} 条：", f"{len(listed)} clues: ").in_language(d.lang)
        click.echo(told + " ".join(listed[:20]) + (" …" if len(listed) > 20 else ""))
    _tell_item_table([(one, n, item) for n, item in enumerate(one.items, 1)], d.today, d.lang)


def _stands(one: Record, lang: Language) -> str:
    if one.closed_on is not None:
        return Text(
            f"{one.opened_on}至{one.closed_on}，已结束", f"{one.opened_on} to {one.closed_on}, closed"
        ).in_language(lang)
    return Text(f"{one.opened_on}登记", f"opened on {one.opened_on}").in_language(lang)


@click.command("records")
@click.argument("kind", required=False)
@desk_options
@format_option
def records(kind: str | None, form: str, **who: Any) -> None:
    """列出专项、会议、专班等事项（可只列一种，或写编号看一件），以及还有几项待办、几项逾期。

    List the records, all or of one KIND, with how much is to be done and late; or show the one of a number.
    """
    from jointsup_rules.ledger.records import find_record
    from jointsup_rules.ledger.records import records as kept_of

    with desk(**who) as d:
        kinds = d.ledger.workflow.shape.records
        if kind is not None and kind not in kinds:
            one = find_record(d.ledger, d.who, kind)
            if form == "json":
                tell_json(_row(one, d))
            else:
                _tell_record(one, d)
            return
        kept = kept_of(d.ledger, d.who, kind)
    if form == "json":
        tell_json([_row(one, d) for one in kept])
        return
    head = Text("编号 种类 名称 登记 结束 线索 待办 逾期", "number kind title opened closed clues to-do late")
    rows = [
        (
            one.number, kinds[one.kind].label.in_language(d.lang) if one.kind in kinds else one.kind, one.fields.get("title"),
            one.opened_on, one.closed_on, len(one.clues), sum(item.done_on is None for item in one.items),
            sum(_item_late(item, d.today) is not None for item in one.items) if one.closed_on is None else 0,
        )
        for one in kept
    ]  # fmt: skip
    click.echo(render_table(head.in_language(d.lang).split(), rows, "lllllrrr"))


# ---- what is to be done


def item_row(one: Record, number: int, item: Item, day: date) -> dict[str, Any]:
    """Something to be done as JSON says it."""
    return {"record": one.number, "n": number, **item.__dict__, "days_late": _item_late(item, day)}


def tell_items(items: _Items, day: date, lang: Language) -> None:
    """Print what is to be done of records, with a heading; nothing where nothing is."""
    if items:
        click.echo()
        click.echo(Text("各事项的待办：", "to be done of records:").in_language(lang))
        _tell_item_table(items, day, lang)


def _tell_item_table(items: _Items, day: date, lang: Language) -> None:
    if not items:
        return
    head = Text("事项 序号 待办 责任人 期限 逾期天数 办结", "record n to-do owner due days-late done")
    rows = [
        (one.number, n, item.what, item.owner, item.due_on, _item_late(item, day), item.done_on)
        for one, n, item in items
    ]
    click.echo(render_table(head.in_language(lang).split(), rows, "lrlllrl"))


# ---- campaigns


@click.command("campaign")
@click.argument("number")
@_AS_OF
@desk_options
@format_option
def campaign(number: str, as_of: date | None, form: str, **who: Any) -> None:
    """一项专项的进展：开始时多少条，其后每次筛查还剩多少，按档次分列。

    How far a campaign has come: how many clues there were at its beginning, and how many each sweep since still found, by tier.
    """
    from jointsup_rules.ledger.moving import Refused
    from jointsup_rules.ledger.records import find_record, follow

    with desk(**who) as d:
        one = find_record(d.ledger, d.who, number)
        shape = d.ledger.workflow.shape.records[one.kind]
        if not shape.counts:
            raise Refused(
                Text(
                    f"{shape.label.zh}不逐次计数（workflow.yaml 的 counts）",
                    f"{shape.label.en} is not counted over sweeps (counts in workflow.yaml)",
                )
            )
        steps = follow(d.ledger, one, (as_of or d.today).isoformat())
    if form == "json":
        told = [
            {"sweep": step.sweep or None, "as_of": step.as_of, "left": step.left, "cleared": step.cleared,
             "by_tier": {label.in_language(d.lang): n for label, n in step.by_tier}}
            for step in steps
        ]  # fmt: skip
        tell_json({**_row(one, d), "progress": told})
        return
    _tell_record(one, d)
    tiers = [label.in_language(d.lang) for label, _ in steps[0].by_tier]
    first = Text("专项开始", "at the beginning").in_language(d.lang)
    head = Text("筛查 日期 尚存 已清", "sweep day left cleared").in_language(d.lang).split()
    rows = [
        (step.sweep or first, step.as_of, step.left, step.cleared, *(n for _, n in step.by_tier))
        for step in steps
    ]
    click.echo(render_table([*head, *tiers], rows, "llrr" + "r" * len(tiers)))


# ---- agenda, brief


@click.command("agenda")
@click.argument("kind", required=False)
@_AS_OF
@desk_options
@format_option
def agenda(kind: str | None, as_of: date | None, form: str, **who: Any) -> None:
    """下一次联席会议的议题：未办结的重大线索、逾期的线索、上次会议以来的待办。

    What to put before the next meeting: grave clues that are open, clues that are late, and what was to be done since the last.
    """
    from jointsup_rules.ledger.agenda import gather_agenda

    with desk(**who) as d:
        day = as_of or d.today
        found = gather_agenda(d.ledger, d.who, day, kind)
    if form == "json":
        clues = {
            name: [{"ledger_no": one.ledger_no, "state": one.state, "due_on": due_day(due), "days_late": days_late(due)} for one, due in rows]
            for name, rows in (("grave", found.grave), ("late", found.late))
        }  # fmt: skip
        told = {
            name: [item_row(*one, day) for one in rows]
            for name, rows in (("open_items", found.open_items), ("done_items", found.done_items))
        }
        tell_json(
            {"kind": found.kind, "since": found.since.isoformat() if found.since else None, **clues, **told}
        )
        return
    label = d.ledger.workflow.shape.records[found.kind].label
    since = Text(f"，上次 {found.since}", f", last held on {found.since}") if found.since else Text()
    click.echo(
        Text(f"{label.zh}议题（{day}{since.zh}）", f"agenda of the {label.en} ({day}{since.en})").in_language(
            d.lang
        )
    )
    _tell_clues(Text("一、重大线索", "1. grave clues"), found.grave, d)
    _tell_clues(Text("二、其他逾期线索", "2. other clues that are late"), found.late, d)
    for title, items in (
        (Text("三、尚未办结的待办", "3. still to be done"), found.open_items),
        (Text("四、上次会议以来办结的", "4. done since the last meeting"), found.done_items),
    ):
        _tell_heading(title, len(items), d.lang)
        _tell_item_table(items, day, d.lang)


def _tell_heading(title: Text, n: int, lang: Language) -> None:
    click.echo()
    click.echo(Text(f"{title.zh}（{n}）", f"{title.en} ({n})").in_language(lang))


def _tell_clues(title: Text, clues: Sequence[tuple[ClueState, Due | None]], d: Desk) -> None:
    _tell_heading(title, len(clues), d.lang)
    if not clues:
        return
    head = Text("编号 状态 期限 逾期 等级 规则 案号 单位", "number state due late grade rule case unit")
    rows = [
        (one.ledger_no, d.ledger.workflow.state(one.state).label.in_language(d.lang), due_day(due), days_late(due), one.grade,
         one.facts.get("rule_id"), one.facts.get("case_no"), one.facts.get("unit"))
        for one, due in clues
    ]  # fmt: skip
    click.echo(render_table(head.in_language(d.lang).split(), rows, "lllrllll"))


@click.command("brief")
@click.argument("clues", nargs=-1, required=True, metavar="CLUE...")
@desk_options
def brief(clues: tuple[str, ...], **who: Any) -> None:
    """供咨询论证、培训用的案情摘要：隐去单位、人员和编号，日期改为第几日；送出前请人工核对。

    What clues say without units, persons and numbers, days counted from the first: for experts and for training. Read it before
    it is handed on.
    """
    from jointsup_rules.ledger.brief import brief_of

    with desk(**who) as d:
        found = [d.ledger.find(d.who, one) for one in clues]
        known = d.ledger.store.clues()
        units = {str(one.values.get(name) or "") for one in known for name in ("unit", "receiver")} - {""}
        d.ledger.note_export(d.at, d.who, "brief", found)
    for number, one in enumerate(found, 1):
        click.echo(Text(f"案例{number}", f"case {number}").in_language(d.lang))
        click.echo(brief_of(one, units, d.lang) + "\n")
    told = Text(
        "句中的姓名、简称机器认不全，送出前请人工核对",
        "names within sentences cannot all be known: read it before it is handed on",
    )
    click.echo(told.in_language(d.lang), err=True)


commands = {"record": record, "records": records, "campaign": campaign, "agenda": agenda, "brief": brief}
