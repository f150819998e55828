"""The commands of the ledger: sweeps taken in, clues listed, shown, moved, what is due, the chain verified."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jointsup_rules.cli import format_option, lang_option, language_of, workspace_option
from jointsup_rules.cli.telling import (
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
            ledger_ = opened.ledger(where)
            if role == ledger_.workflow.shape.engine:
                raise Refused(
                    Text(
                        f"角色“{role}”是程序自己，人不能用",
                        f"the role '{role}' is the program itself, nobody else's",
                    )
                )
            at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            yield Desk(opened, ledger_, Who(role, person.strip(), unit), at, spoken)
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


# Command: the module of this package that holds it, and one line of help.
_COMMANDS: Mapping[str, tuple[str, str]] = {
    "open": ("ledger", "把一次筛查登入台账 / take a sweep in"),
    "list": ("ledger", "列出线索，或写成待办清单 / list clues, or write a list to decide in"),
    "show": ("ledger", "一条线索的全部经过 / all of one clue"),
    "move": ("acting", "办理一步，或收回待办清单 / take a step, or those of a list"),
    "due": ("acting", "逾期和快到期的 / what is late or soon due"),
    "transfer": ("transferring", "打包移送，出函 / send clues with their letter"),
    "feedback": ("transferring", "收回填好的线索清单 / take answers in"),
    "record": ("recording", "登记或办理专项、会议、专班等事项 / open or change a campaign, meeting, team …"),
    "records": ("recording", "列出事项和待办 / list them, with what is to be done"),
    "campaign": ("recording", "专项的进展，逐次筛查 / how far a campaign has come, sweep by sweep"),
    "agenda": ("recording", "联席会议的议题 / what is put before a meeting"),
    "brief": ("recording", "隐去单位、人员、编号的案情摘要 / clues without units, persons, numbers"),
    "stats": ("counting", "年度通报的数字 / figures of the yearly briefing"),
    "verdicts": ("judging", "收入评议结论 / take verdicts in"),
    "scores": ("judging", "各规则的准确率 / precision per rule"),
    "except": ("judging", "把法律例外列入 exceptions.yaml / make a lawful exception an entry"),
    "verify": ("keeping", "核验整条台账链 / whether the chain is whole"),
    "export": ("keeping", "把线索写入文件 / write clues to a file"),
}


class _Lazy(click.Group):
    """Commands of the ledger; most lie in modules of their own, imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS or cmd_name in self.commands:
            return self.commands.get(cmd_name)
        module = __import__(f"jointsup_rules.cli.{_COMMANDS[cmd_name][0]}", fromlist=["commands"])
        return module.commands[cmd_name]  # type: ignore[no-any-return]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("命令 / Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in _COMMANDS.items()])


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
@click.option("--xlsx", "file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="写成可逐条办理的清单，填好用 move --from 收回 / write a workbook to decide in, for move --from")  # fmt: skip
@desk_options
@format_option
def list_(filters: tuple[str, ...], file: Path | None, form: str, **who: Any) -> None:
    """列出看得到的线索及其所处状态和期限；加 --xlsx 写成带下拉选项的清单。

    List the clues this role sees, with where they stand and by when they must go on; with --xlsx as a workbook in which
    the next step of each is chosen.
    """
    with desk(**who) as d:
        clues = d.ledger.clues(d.who, wanted_of(filters, d.lang))
        if file is not None:
            _write_list(d, file, clues)
            return
        dues = {due.clue.clue_id: due for due in d.ledger.due_of_all(clues, d.today)}
    if form == "json":
        tell_json([clue_row(clue, dues.get(clue.clue_id)) for clue in clues])
        return
    head = Text(
        "编号 状态 期限 逾期 等级 规则 案号 单位 待二审",
        "number state due late grade rule case unit second-reader",
    )
    rows = [
        (
            clue.ledger_no, d.ledger.workflow.state(clue.state).label.in_language(d.lang), due_day(dues.get(clue.clue_id)),
            days_late(dues.get(clue.clue_id)), clue.grade, clue.facts.get("rule_id"), clue.facts.get("case_no"),
            clue.facts.get("unit"), clue.proposed.move if clue.proposed else None,
        )
        for clue in clues
    ]  # fmt: skip
    click.echo(render_table(head.in_language(d.lang).split(), rows, "lllrlllll"))
    click.echo(Text(f"{len(clues)} 条", f"{len(clues)} clues").in_language(d.lang), err=True)


def _write_list(d: Desk, file: Path, clues: Sequence[ClueState]) -> None:
    from jointsup_rules.ledger.decisions import write_decisions

    number = write_decisions(d.ledger, file, clues, d.at, d.who, d.lang)
    told = Text(
        f"清单 {number}：{len(clues)} 条线索；填好后用 jointsup ledger move --from 收回",
        f"list {number}: {len(clues)} clues; take it back with jointsup ledger move --from",
    )
    click.echo(told.in_language(d.lang), err=True)
    click.echo(str(file))


def due_day(due: Due | None) -> str | None:
    """The last day as it is shown; where the calendar is not known yet, the earliest it can be."""
    if due is None:
        return None
    return due.due_on.isoformat() if due.due_on is not None else f"≥{due.not_before}"


def days_late(due: Due | None) -> int | None:
    """How many days something is late; None while it is in time."""
    return due.days_late if due is not None and due.is_late else None


def clue_row(clue: ClueState, due: Due | None) -> dict[str, Any]:
    """A clue as JSON says it."""
    return {
        "ledger_no": clue.ledger_no, "clue_id": clue.clue_id, "state": clue.state, "since": clue.since, "sweep": clue.sweep,
        "is_found": clue.is_found, "due_on": due_day(due), "days_late": due.days_late if due else None,
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
        row = clue_row(shown.clue, shown.due)
        row["history"] = [entry_row(entry) for entry in shown.entries]
        row["open_moves"] = [move.name for move in shown.open_moves]
        tell_json(row)
        return
    c = shown.clue
    state = d.ledger.workflow.state(c.state).label.in_language(d.lang)
    click.echo(f"{c.ledger_no}  {c.clue_id}  {state}")
    reason = c.facts.get("reason_zh" if d.lang == "zh" else "reason_en", "")
    click.echo(f"{c.facts.get('rule_id')} {c.facts.get('title', '')}\n{reason}")
    click.echo("  ".join(str(c.facts[name]) for name in ("case_no", "unit", "handler") if c.facts.get(name)))
    if shown.due is not None:
        told = Text(f"期限 {due_day(shown.due)}", f"due {due_day(shown.due)}")
        late = (
            Text(f"，逾期 {shown.due.days_late} 天", f", {shown.due.days_late} days late")
            if shown.due.is_late
            else Text()
        )
        click.echo((told.in_language(d.lang)) + late.in_language(d.lang))
    tell_fields(c.fields, d)
    if c.suggested is not None:
        because = c.suggested["because"]["zh" if d.lang == "zh" else "en"]
        label = move_label(d, c.suggested["move"])
        click.echo(Text(f"建议：{label}（{because}）", f"suggested: {label} ({because})").in_language(d.lang))
    rows = [(e.seq, e.at, e.kind, e.role, e.person, _said(e, d)) for e in shown.entries]
    click.echo(render_table(("#", "at", "what", "role", "by", ""), rows, "rlllll"))
    tell_open_moves(shown.open_moves, d.lang)


def tell_fields(fields: Mapping[str, Any], d: Desk) -> None:
    """Print what people wrote, a line each, in the order of the workflow."""
    from jointsup_rules.ledger.sheet import words_of

    shapes = d.ledger.workflow.shape.fields
    for name in [*(one for one in shapes if one in fields), *(one for one in fields if one not in shapes)]:
        label = shapes[name].label.in_language(d.lang) if name in shapes else name
        sign = "：" if d.lang == "zh" else ": "
        click.echo(f"{label}{sign}{words_of(shapes.get(name), fields[name], d.lang)}")


def move_label(d: Desk, name: str) -> str:
    """What a move is called; its bare name where the office has taken it out since."""
    shape = d.ledger.workflow.shape.moves.get(name)
    return shape.label.in_language(d.lang) if shape is not None else name


def entry_row(entry: Entry) -> dict[str, Any]:
    """An entry as JSON says it."""
    return {"seq": entry.seq, "at": entry.at, "kind": entry.kind, "role": entry.role, "by": entry.person,
            "subject": entry.subject, "data": dict(entry.data), "hash": entry.hash}  # fmt: skip


def _said(entry: Entry, d: Desk) -> str:
    """One line for an entry: the move and its because or note."""
    data = entry.data
    words = []
    if "move" in data:
        words.append(move_label(d, data["move"]))
    if "label" in data:
        words.append(data["label"][d.lang])
    if "because" in data:
        words.append(data["because"][d.lang])
    words += [str(data[key]) for key in ("sweep", "note", "what") if data.get(key)]
    return " · ".join(words)


commands: Mapping[str, click.Command] = {"ledger": ledger}
