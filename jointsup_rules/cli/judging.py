"""The commands that take reviewers' verdicts in and show what they say of the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jointsup_rules.cli import Day, format_option
from jointsup_rules.cli.ledger import desk, desk_options, tell_head
from jointsup_rules.cli.telling import render_table, tell_json
from jointsup_rules.problems import Language, Text

if TYPE_CHECKING:
    from jointsup_rules.ledger.scores import Missed, Score


@click.command("verdicts")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--sweep", default="", metavar="SWEEP",
              help="没有 sweep 一列时，是哪次筛查 / the sweep, where no column sweep says it")  # fmt: skip
@desk_options
def verdicts(file: Path, sweep: str, **who: Any) -> None:
    """收入评议结论：报告里保存的文件，或含 sweep、clue_id、verdict 三列的 .xlsx、.csv；再收一次不重复。

    抽样清单 sample.csv 加上 verdict 一列（missed 或 rightly_clear）也在这里收入。

    Take in the verdicts of reviewers: a file that the report saved, or an .xlsx or .csv with the columns sweep, clue_id and
    verdict; or the sample of a sweep, sample.csv, with a column verdict (missed or rightly_clear). The same file again changes
    nothing.
    """
    from jointsup_rules.ledger.verdicts import read_marks, take_marks

    with desk(**who) as d:
        judged = take_marks(d.ledger, read_marks(file, sweep), d.at, d.who, d.workspace.root / "reports")
    told = Text(
        f"收入 {judged.taken} 条结论，{judged.known} 条已有",
        f"{judged.taken} verdicts taken, {judged.known} known already",
    )
    click.echo(told.in_language(d.lang))


@click.command("scores")
@click.option("--of-unit", metavar="UNIT", help="只算这个单位的线索 / of this unit's clues alone")
@click.option("--by-unit", is_flag=True, help="按单位分列 / one line for each unit")
@desk_options
@format_option
def scores(of_unit: str | None, by_unit: bool, form: str, **who: Any) -> None:
    """各规则各版本的准确率和保留、调整、停用的建议，以及抽样复核估计的遗漏；区间为 95%，不足 20 条的不下结论。

    How often each version of a rule was right and whether to keep, tune or retire it, and what it misses as far as samples of
    clear subjects were reviewed; with intervals at 95 %, and nothing said of fewer than 20.
    """
    from jointsup_rules.ledger.scores import gather_missed, gather_scores

    with desk(**who) as d:
        found = gather_scores(d.ledger, d.who, of_unit, by_unit=by_unit)
        missed = gather_missed(d.ledger, d.who)
        labels = {name: one.label for name, one in d.ledger.workflow.shape.verdicts.items()}
        n_lawful = sum(
            one.counts[name]
            for one in found
            for name, shape in d.ledger.workflow.shape.verdicts.items()
            if shape.exception
        )
    if form == "json":
        told = [{**one.__dict__, "counts": dict(one.counts)} for one in found]
        tell_json({"scores": told, "missed": [_missed_row(one) for one in missed]})
        return
    click.echo(_render_scores(found, labels, by_unit, d.lang))
    if missed:
        click.echo()
        click.echo(_render_missed(missed, d.lang))
    _tell_lawful(n_lawful, d.lang)


def _render_scores(found: Sequence[Score], labels: Mapping[str, Text], by_unit: bool, lang: Language) -> str:
    unit = [Text("单位", "unit")] if by_unit else []
    head = [Text("规则", "rule"), Text("版本", "version"), *unit, *labels.values()]
    head += [Text("准确率", "precision"), Text("区间", "interval"), Text("建议", "advice")]
    rows = [
        (
            one.rule_id, one.rule_version, *([one.unit] if by_unit else []), *(one.counts[name] for name in labels),
            _share(one.precision), _span(one.low, one.high), _ADVICE[one.advice].in_language(lang),
        )
        for one in found
    ]  # fmt: skip
    align = "lr" + "l" * len(unit) + "r" * (len(labels) + 1) + "ll"
    return render_table([text.in_language(lang) for text in head], rows, align)


def _render_missed(missed: Sequence[Missed], lang: Language) -> str:
    head = Text(
        "规则 版本 筛查 复核数 遗漏 遗漏比例 区间 无线索对象 估计遗漏数 区间",
        "rule version sweep looked-at missed share interval clear estimated-missed interval",
    )
    few = _ADVICE["too_few"].in_language(lang)
    rows = [
        (
            one.rule_id, one.rule_version, one.sweep, one.looked, one.missed, few if one.share is None else _share(one.share),
            _span(one.low, one.high), one.n_clear, one.number(one.share),
            None if one.number(one.low) is None else f"{one.number(one.low)}–{one.number(one.high)}",
        )
        for one in missed
    ]  # fmt: skip
    return render_table(head.in_language(lang).split(), rows, "lrlrrllrrl")


def _missed_row(one: Missed) -> dict[str, Any]:
    numbers = {name: one.number(getattr(one, name)) for name in ("share", "low", "high")}
    return {
        **one.__dict__,
        "estimated": {"missed": numbers["share"], "low": numbers["low"], "high": numbers["high"]},
    }


def _span(low: float | None, high: float | None) -> str | None:
    return None if low is None else f"{_share(low)}–{_share(high)}"


_ADVICE = {
    "keep": Text("保留", "keep"), "tune": Text("调整", "tune"), "retire": Text("停用", "retire"), "too_few": Text("太少", "too few"),
}  # fmt: skip


def _share(value: float | None) -> str | None:
    return None if value is None else f"{100 * value:.0f}%"


def _tell_lawful(n: int, lang: Language) -> None:
    if n:
        told = Text(
            f"{n} 条属法律例外：可考虑写入 exceptions.yaml（jointsup ledger except）",
            f"{n} are lawful exceptions: consider entries in exceptions.yaml (jointsup ledger except)",
        )
        click.echo(told.in_language(lang), err=True)


@click.command("except")
@click.argument("clue")
@click.option(
    "--because",
    required=True,
    metavar="TEXT",
    help="为什么属法律例外，报告里会显示 / why, as reports will say",
)
@click.option("--because-en", default="", metavar="TEXT", help="理由的英文，可不写 / the reason in English")
@click.option(
    "--until", type=Day(), required=True, help="不再适用的第一天 / the first day it no longer holds"
)
@click.option("--document", required=True, metavar="NUMBER", help="批准的文号 / number of the document")
@click.option("--approver", required=True, metavar="NAME", help="批准人 / who approved it")
@click.option("--dry-run", is_flag=True, help="只看会写入什么、标记哪些线索 / only show what it would be")
@desk_options
def except_(
    clue: str,
    because: str,
    because_en: str,
    until: date,
    document: str,
    approver: str,
    dry_run: bool,
    **who: Any,
) -> None:
    """把评议为法律例外的线索列入 rules/exceptions.yaml；会隐去已评议属实的线索的，不予写入。

    Make an entry of rules/exceptions.yaml of a CLUE judged a lawful exception; refused where it would hide a clue that was judged
    true.
    """
    from jointsup_rules.ledger.exceptions import EXCEPTIONS, Approval, except_clue

    with desk(**who) as d:
        approval = Approval(Text(because, because_en), until, document, approver)
        rules = d.workspace.rulebook().rules
        made = except_clue(d.ledger, d.workspace.root, rules, clue, approval, d.at, d.who, dry_run=dry_run)
        states = d.ledger.workflow.shape.states
        head = d.ledger.head()
    click.echo(made.text, nl=False)
    told = Text(
        f"以后的筛查会标记 {len(made.clues)} 条线索：", f"later sweeps will mark {len(made.clues)} clues:"
    )
    click.echo(told.in_language(d.lang), err=True)
    for one in made.clues:
        label = states[one.state].label.in_language(d.lang) if one.state in states else one.state
        click.echo(f"        {one.ledger_no}  {one.clue_id}  {label}", err=True)
    if dry_run:
        click.echo(Text("没有写入", "nothing was written").in_language(d.lang), err=True)
        return
    written = Text(f"{made.id} 已写入 {EXCEPTIONS}", f"{made.id} written to {EXCEPTIONS}")
    click.echo(written.in_language(d.lang), err=True)
    tell_head(head, d.lang)


commands = {"verdicts": verdicts, "scores": scores, "except": except_}
