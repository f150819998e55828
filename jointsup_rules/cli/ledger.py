"""The commands of the ledger: sweeps taken in, clues listed, shown, moved, what is due, the chain verified."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jointsup_rules.cli import Day, format_option, lang_option, language_of, workspace_option
from jointsup_rules.cli.telling import (
    DONE,
    NOT_IN_ORDER,
    UNUSABLE,
    render_table,
    tell_json,
    unusable_input_told,
)
from jointsup_rules.problems import Language, Text

if TYPE_CHECKING:
    from jointsup_rules.ledger.due import Due
    from jointsup_rules.ledger.entries import Entry, Head, Who
    from jointsup_rules.ledger.fold import ClueState
    from jointsup_rules.ledger.ledger import Ledger
    from jointsup_rules.ledger.moving import OpenMove
    from jointsup_rules.ledger.opening import Opened
    from jointsup_rules.workspace import Workspace


@dataclass(frozen=True)
class Desk:
    """What every command of the ledger is given: the workspace, the ledger, who acts, when, and the language."""

    workspace: Workspace
    ledger: Ledger
    who: Who
    at: str
    lang: Language

    @property
    def today(self) -> date:
        """The day, in the ledger's time zone."""
        from jointsup_rules.ledger.entries import local_day

        return local_day(self.at, self.ledger.zone)


def desk_options(function: click.decorators.FC) -> click.decorators.FC:
    """Add --as, --by, --unit, --ledger, --workspace and --lang."""
    options = (
        click.option("--as", "role", envvar="JOINTSUP_ROLE", required=True, metavar="ROLE",
                     help="以什么角色，见 workflow.yaml；可设 JOINTSUP_ROLE / the role, of workflow.yaml"),
        click.option("--by", "person", envvar="JOINTSUP_BY", required=True, metavar="NAME",
                     help="经办人；可设 JOINTSUP_BY / who acts"),
        click.option("--unit", envvar="JOINTSUP_UNIT", metavar="UNIT",
                     help="本单位代码，只看本单位线索的角色须写 / the own unit, for roles that see it alone"),
        click.option("--ledger", "where", envvar="JOINTSUP_LEDGER", metavar="URL",
                     help="另一个数据库，默认工作区的 ledger.sqlite / another database than ledger.sqlite"),
        workspace_option, lang_option,
    )  # fmt: skip
    for option in reversed(options):
        function = option(function)
    return function


@contextmanager
def desk(
    role: str, person: str, unit: str | None, where: str | None, workspace: Path, lang: str | None
) -> Iterator[Desk]:
    """Give a Desk; a refusal ends with status 1 and what is open instead, an unusable ledger with 2."""
    from jointsup_rules.ledger.entries import Who
    from jointsup_rules.ledger.moving import Refused
    from jointsup_rules.ledger.store import LedgerError
    from jointsup_rules.workspace import Workspace

    spoken = language_of(lang)
    with unusable_input_told(spoken):
        try:
            opened = Workspace(workspace)
            at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            yield Desk(opened, opened.ledger(where), Who(role, person.strip(), unit), at, spoken)
        except Refused as refused:
            click.echo(refused.told.in_language(spoken), err=True)
            tell_open_moves(refused.open_moves, spoken)
            sys.exit(NOT_IN_ORDER)
        except LedgerError as error:
            click.echo(error.told.in_language(spoken), err=True)
            sys.exit(UNUSABLE)


def tell_open_moves(moves: Sequence[OpenMove], lang: Language) -> None:
    """Say on stderr which moves are open, who may make them and what they need."""
    if not moves:
        return
    click.echo(Text("可以办理的步骤：", "open moves:").in_language(lang), err=True)
    for move in moves:
        by = ("、" if lang == "zh" else ", ").join(label.in_language(lang) for label in move.by)
        needs = (
            Text("；须填 " + "、".join(move.needs), "; needs " + ", ".join(move.needs))
            if move.needs
            else Text()
        )
        told = Text(
            f"{move.name}（{move.label.zh}）：{by}{needs.zh}",
            f"{move.name} ({move.label.en}): {by}{needs.en}",
        )
        click.echo("        " + told.in_language(lang), err=True)


class _Lazy(click.Group):
    """Commands of the ledger; those that work on files lie in modules of their own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self.commands, *_ELSEWHERE]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _ELSEWHERE:
            return self.commands.get(cmd_name)
        module = __import__(f"jointsup_rules.cli.{_ELSEWHERE[cmd_name]}", fromlist=["commands"])
        return module.commands[cmd_name]  # type: ignore[no-any-return]


# Command: the module of this package that holds it.
_ELSEWHERE: Mapping[str, str] = {
    "transfer": "transferring",
    "feedback": "transferring",
    "stats": "counting",
    "verdicts": "judging",
    "scores": "judging",
}


@click.group("ledger", cls=_Lazy)
def ledger() -> None:
    """线索台账：只增不改，逐条相扣；每一步由谁办、何时办、依据什么，都查得到。

    The register of what became of each clue: it only grows, each entry is chained to the one before.
    """


# ---- open


@ledger.command("open")
@click.argument("sweep", required=False)
@desk_options
@format_option
def open_(sweep: str | None, form: str, **who: Any) -> None:
    """把一次筛查的线索登入台账（默认最新一次）；同一次再登不重复。

    Take the clues of a SWEEP (by default the newest) into the ledger; the same sweep again adds nothing.
    """
    from jointsup_rules.ledger.sweeps import read_sweep

    with desk(**who) as d:
        read = read_sweep(d.workspace.sweep_folder(sweep))
        opened = d.ledger.open(read, d.at, d.who)
        head = d.ledger.head()
    if form == "json":
        counts = {name: len(ids) for name, ids in _groups(opened)}
        tell_json(
            {
                "sweep": read.name,
                "known": opened.is_known,
                **counts,
                "excepted": opened.excepted,
                "head": str(head),
            }
        )
        return
    click.echo(_told_opened(read.name, opened).in_language(d.lang))
    tell_head(head, d.lang)


def _groups(opened: Opened) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name in ("new", "seen", "gone", "unsure", "still_found", "again", "to_close"):
        yield name, getattr(opened, name)


def _told_opened(name: str, opened: Opened) -> Text:
    if opened.is_known:
        return Text(f"{name} 已在台账中，没有新增", f"{name} is in the ledger already; nothing was added")
    n = {key: len(ids) for key, ids in _groups(opened)}
    zh = f"{name}：新登记 {n['new']}，再次发现 {n['seen']}，不再出现 {n['gone']}，无法判断 {n['unsure']}"
    en = f"{name}: new {n['new']}, seen again {n['seen']}, no longer found {n['gone']}, cannot tell {n['unsure']}"
    extra = (
        (n["still_found"], "答复已整改而仍在、退回核实", "answered as put right yet still found, sent back"),
        (n["again"], "销号后再现、复活", "found again after closing, reopened"),
        (n["to_close"], "建议销号", "proposed for closing"),
        (opened.excepted, "属已批准例外、未登记", "approved exceptions, not entered"),
    )
    for count, said_zh, said_en in extra:
        if count:
            zh, en = f"{zh}；{said_zh} {count}", f"{en}; {said_en} {count}"
    return Text(zh, en)


def tell_head(head: Head, lang: Language) -> None:
    """Say on stderr where the chain ends, so that whoever keeps it can show a cut end later."""
    click.echo(Text(f"台账链尾 {head}", f"head of the ledger {head}").in_language(lang), err=True)


# ---- list, show


def pairs_of(words: Sequence[str], lang: Language) -> dict[str, str]:
    """Words such as `unit=U1`, as a mapping."""
    found: dict[str, str] = {}
    for word in words:
        name, sign, value = word.partition("=")
        if not sign or not name.strip():
            told = Text(f"“{word}”应写成 名称=值", f"write '{word}' as NAME=VALUE")
            click.echo(told.in_language(lang), err=True)
            sys.exit(UNUSABLE)
        found[name.strip()] = value
    return found


def wanted_of(words: Sequence[str], lang: Language) -> dict[str, list[str]]:
    """Filters such as `unit=U1,U2`: field and accepted values."""
    return {name: value.split(",") for name, value in pairs_of(words, lang).items()}


@ledger.command("list")
@click.option("--where", "filters", multiple=True, metavar="FIELD=VALUE[,VALUE]",
              help="只列这些，可多次：state=NEW,SCREENED unit=… family=CM / list these alone; may be repeated")  # fmt: skip
@desk_options
@format_option
def list_(filters: tuple[str, ...], form: str, **who: Any) -> None:
    """列出看得到的线索及其所处状态和期限。

    List the clues this role sees, with where they stand and by when they must go on.
    """
    with desk(**{**who, "where": who["where"]}) as d:
        clues = d.ledger.clues(d.who, wanted_of(filters, d.lang))
        dues = {due.clue.clue_id: due for due in d.ledger.due_of_all(clues, d.today)}
    if form == "json":
        tell_json([_clue_row(clue, dues.get(clue.clue_id)) for clue in clues])
        return
    head = Text(
        "编号 状态 期限 逾期 等级 规则 案号 单位 待二审",
        "number state due late grade rule case unit second-reader",
    )
    states = d.ledger.workflow.shape.states
    rows = [
        (
            clue.ledger_no, states[clue.state].label.in_language(d.lang), _due_on(dues.get(clue.clue_id)),
            _late(dues.get(clue.clue_id)), clue.grade, clue.facts.get("rule_id"), clue.facts.get("case_no"),
            clue.facts.get("unit"), clue.proposed.move if clue.proposed else None,
        )
        for clue in clues
    ]  # fmt: skip
    click.echo(render_table(head.in_language(d.lang).split(), rows, "lllrlllll"))
    click.echo(Text(f"{len(clues)} 条", f"{len(clues)} clues").in_language(d.lang), err=True)


def _due_on(due: Due | None) -> str | None:
    if due is None:
        return None
    return due.due_on.isoformat() if due.due_on is not None else f"≥{due.not_before}"


def _late(due: Due | None) -> int | None:
    return due.days_late if due is not None and due.is_late else None


def _clue_row(clue: ClueState, due: Due | None) -> dict[str, Any]:
    """A clue as JSON says it."""
    return {
        "ledger_no": clue.ledger_no, "clue_id": clue.clue_id, "state": clue.state, "since": clue.since, "sweep": clue.sweep,
        "is_found": clue.is_found, "due_on": _due_on(due), "days_late": due.days_late if due else None,
        "late": due.late.label.zh if due and due.late else None,
        "suggested": clue.suggested, "proposed": clue.proposed.__dict__ if clue.proposed else None,
        "facts": dict(clue.facts), "fields": dict(clue.fields),
    }  # fmt: skip


@ledger.command("show")
@click.argument("clue")
@desk_options
@format_option
def show(clue: str, form: str, **who: Any) -> None:
    """一条线索的全部：事实、填写的内容、逐条经过、下一步可以办什么。

    All of one CLUE, by running number or clue id: facts, what was written, its history, and what is open next.
    """
    with desk(**who) as d:
        shown = d.ledger.show(clue, d.at, d.who)
    if form == "json":
        row = _clue_row(shown.clue, shown.due)
        row["history"] = [entry_row(entry) for entry in shown.entries]
        row["open_moves"] = [move.name for move in shown.open_moves]
        tell_json(row)
        return
    shape = d.ledger.workflow.shape
    c = shown.clue
    state = shape.states[c.state].label.in_language(d.lang)
    click.echo(f"{c.ledger_no}  {c.clue_id}  {state}")
    reason = c.facts.get("reason_zh" if d.lang == "zh" else "reason_en", "")
    click.echo(f"{c.facts.get('rule_id')} {c.facts.get('title', '')}\n{reason}")
    if shown.due is not None:
        told = Text(f"期限 {_due_on(shown.due)}", f"due {_due_on(shown.due)}")
        late = (
            Text(f"，逾期 {shown.due.days_late} 天", f", {shown.due.days_late} days late")
            if shown.due.is_late
            else Text()
        )
        click.echo((told.in_language(d.lang)) + late.in_language(d.lang))
    for name, value in c.fields.items():
        click.echo(
            f"{shape.fields[name].label.in_language(d.lang)}：{_value(shape.fields[name].codes, value, d.lang)}"
        )
    if c.suggested is not None:
        because = c.suggested["because"]["zh" if d.lang == "zh" else "en"]
        label = shape.moves[c.suggested["move"]].label.in_language(d.lang)
        click.echo(Text(f"建议：{label}（{because}）", f"suggested: {label} ({because})").in_language(d.lang))
    rows = [(e.seq, e.at, e.kind, e.role, e.person, _said(e, d)) for e in shown.entries]
    click.echo(render_table(("#", "at", "what", "role", "by", ""), rows, "rlllll"))
    tell_open_moves(shown.open_moves, d.lang)


def _value(codes: Mapping[str, Text], value: Any, lang: Language) -> str:
    return codes[value].in_language(lang) if value in codes else str(value)


def entry_row(entry: Entry) -> dict[str, Any]:
    """An entry as JSON says it."""
    return {"seq": entry.seq, "at": entry.at, "kind": entry.kind, "role": entry.role, "by": entry.person,
            "subject": entry.subject, "data": dict(entry.data), "hash": entry.hash}  # fmt: skip


def _said(entry: Entry, d: Desk) -> str:
    """One line for an entry: the move and its because or note."""
    data, moves = entry.data, d.ledger.workflow.shape.moves
    words = []
    if "move" in data:
        words.append(moves[data["move"]].label.in_language(d.lang) if data["move"] in moves else data["move"])
    if "label" in data:
        words.append(data["label"][d.lang])
    if "because" in data:
        words.append(data["because"][d.lang])
    words += [str(data[key]) for key in ("sweep", "note", "what") if data.get(key)]
    return " · ".join(words)


# ---- move, due


@ledger.command("move")
@click.argument("clues", nargs=-1, required=True, metavar="CLUE... MOVE")
@click.option(
    "--set", "fields", multiple=True, metavar="FIELD=VALUE", help="随步骤填写，可多次 / written with it"
)
@click.option("--note", default="", help="说明 / words that go with it")
@desk_options
def move(clues: tuple[str, ...], fields: tuple[str, ...], note: str, **who: Any) -> None:
    """办理一步：最后一个词是步骤，前面是线索编号；多条线索全办或全不办。

    Take a step. The last word is the MOVE (`confirm` and `decline` for one that awaits a second reader), the words before
    it are clues, by running number or clue id; of several all are moved or none.
    """
    from jointsup_rules.ledger.moving import Step

    with desk(**who) as d:
        *named, step = clues
        if not named:
            told = Text("要写线索编号，再写步骤", "name the clue, then the move")
            click.echo(told.in_language(d.lang), err=True)
            sys.exit(UNUSABLE)
        values = pairs_of(fields, d.lang)
        entries = d.ledger.move([Step(one, step, values, note) for one in named], d.at, d.who)
        shape, head = d.ledger.workflow.shape, d.ledger.head()
    for name, entry in zip(named, entries, strict=True):
        to = shape.states[entry.data["to"]].label
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


@ledger.command("due")
@click.option("--as-of", type=Day(), help="从哪一天看，默认今天 / the day to look from, by default today")
@click.option(
    "--escalate", is_flag=True, help="登记催办、提醒并按规定升级 / enter reminders and escalate as due"
)
@desk_options
@format_option
def due(as_of: date | None, escalate: bool, form: str, **who: Any) -> None:
    """逾期的和快到期的，最晚的在前，以及该催办、提醒还是升级。

    What is late or soon late, the latest first, and what that calls for.
    """
    with desk(**who) as d:
        day = as_of or d.today
        made = d.ledger.escalate(d.at, day) if escalate else []
        dues = d.ledger.due(d.who, day)
    if form == "json":
        tell_json([_clue_row(one.clue, one) for one in dues])
        return
    states = d.ledger.workflow.shape.states
    rows = [
        (
            one.clue.ledger_no, states[one.clue.state].label.in_language(d.lang), one.started_on, _due_on(one), _late(one),
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
    if escalate:
        n_moved = sum(entry.kind == "moved" for entry in made)
        told = Text(f"登记 {len(made) - n_moved} 次催办提醒，升级 {n_moved} 条",
                    f"{len(made) - n_moved} reminders entered, {n_moved} clues escalated")  # fmt: skip
        click.echo(told.in_language(d.lang), err=True)


# ---- verify, export


@ledger.command("verify")
@click.option("--head", "heads", multiple=True, metavar="N:HASH",
              help="报告或函件上印的链尾，可多次 / a head printed on a report or letter; may be repeated")  # fmt: skip
@desk_options
@format_option
def verify(heads: tuple[str, ...], form: str, **who: Any) -> None:
    """核验整条台账链：有无条目被改、删、调换或截去，指出第一条有问题的。

    Whether every entry is as it was written and none is missing; the first that is wrong is named.
    """
    with desk(**who) as d:
        found = d.ledger.verify([*_heads(heads, d.lang), *d.workspace.printed_heads()])
    if form == "json":
        told = [one.in_language(d.lang) for one in found.told]
        tell_json({"whole": found.is_whole, "head": str(found.head), "first_bad": found.first_bad, "problems": told,
                   "clock_set_back": list(found.set_back)})  # fmt: skip
    else:
        for one in found.told:
            click.echo(one.in_language(d.lang))
        if found.set_back:
            listed = ", ".join(map(str, found.set_back[:20]))
            back = Text(
                f"这些条目登记时计算机时钟曾被拨回：{listed}",
                f"the clock had been set back at entries {listed}",
            )
            click.echo(back.in_language(d.lang), err=True)
        whole = Text(
            f"完整：{found.head.seq} 条，{found.n_clues} 条线索",
            f"whole: {found.head.seq} entries, {found.n_clues} clues",
        )
        if found.is_whole:
            click.echo(whole.in_language(d.lang))
        tell_head(found.head, d.lang)
    sys.exit(DONE if found.is_whole else NOT_IN_ORDER)


def _heads(words: Iterable[str], lang: Language) -> list[tuple[Head, str]]:
    from jointsup_rules.ledger.entries import Head

    found = []
    for word in words:
        seq, _, digest = word.partition(":")
        if not seq.isdecimal() or len(digest) != 64:
            told = Text(
                f"“{word}”不是链尾；照报告上印的抄 N:HASH",
                f"'{word}' is no head; copy N:HASH as it is printed",
            )
            click.echo(told.in_language(lang), err=True)
            sys.exit(UNUSABLE)
        found.append((Head(int(seq), digest.lower()), "--head"))
    return found


@ledger.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--where", "filters", multiple=True, metavar="FIELD=VALUE[,VALUE]", help="只写这些 / these alone"
)
@desk_options
def export(file: Path, filters: tuple[str, ...], **who: Any) -> None:
    """把看得到的线索写入文件（.csv、.xlsx、.json 按扩展名）；导出本身记入台账。

    Write the clues this role sees to FILE (.csv, .xlsx or .json, by its ending); the export itself is an entry.
    """
    from jointsup_rules.ledger.export import write_export

    with desk(**who) as d:
        clues = d.ledger.clues(d.who, wanted_of(filters, d.lang))
        dues = {one.clue.clue_id: one for one in d.ledger.due_of_all(clues, d.today)}
        write_export(file, d.ledger.workflow, clues, dues, d.lang)
        d.ledger.note_export(d.at, d.who, file.name, clues)
    click.echo(
        Text(f"{len(clues)} 条写入 {file}", f"{len(clues)} clues written to {file}").in_language(d.lang),
        err=True,
    )
    click.echo(str(file))


commands: Mapping[str, click.Command] = {"ledger": ledger}
