"""The commands that take reviewers' verdicts in and show what they say of the rules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from jointsup_rules.cli import format_option
from jointsup_rules.cli.ledger import desk, desk_options
from jointsup_rules.cli.telling import render_table, tell_json
from jointsup_rules.problems import Language, Text


@click.command("verdicts")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@desk_options
def verdicts(file: Path, **who: Any) -> None:
    """收入评议结论：报告里保存的文件，或含 sweep、clue_id、verdict 三列的 .xlsx；再收一次不重复。

    Take in the verdicts of reviewers: a file that the report saved, or an .xlsx with the columns sweep, clue_id and verdict.
    The same file again changes nothing.
    """
    from jointsup_rules.ledger.verdicts import read_marks, take_marks

    with desk(**who) as d:
        judged = take_marks(d.ledger, read_marks(file), d.at, d.who)
    told = Text(
        f"收入 {judged.taken} 条结论，{judged.known} 条已有",
        f"{judged.taken} verdicts taken, {judged.known} known already",
    )
    click.echo(told.in_language(d.lang))


@click.command("scores")
@click.option("--of-unit", metavar="UNIT", help="只算这个单位的线索 / of this unit's clues alone")
@desk_options
@format_option
def scores(of_unit: str | None, form: str, **who: Any) -> None:
    """各规则各版本的准确率（区间为 95%）和保留、调整、停用的建议；不足 20 条的不下结论。

    How often each version of a rule was right, with its interval at 95 %, and whether to keep, tune or retire it; fewer than
    20 verdicts say nothing.
    """
    from jointsup_rules.ledger.verdicts import gather_scores

    with desk(**who) as d:
        found = gather_scores(d.ledger, d.who, of_unit)
        labels = d.ledger.workflow.shape.verdicts
    if form == "json":
        tell_json([{**one.__dict__, "counts": dict(one.counts)} for one in found])
        return
    head = [Text("规则", "rule"), Text("版本", "version"), *(shape.label for shape in labels.values())]
    head += [Text("准确率", "precision"), Text("区间", "interval"), Text("建议", "advice")]
    rows = [
        (
            one.rule_id, one.rule_version, *(one.counts[name] for name in labels), _share(one.precision),
            f"{_share(one.low)}–{_share(one.high)}" if one.low is not None else None, _ADVICE[one.advice].in_language(d.lang),
        )
        for one in found
    ]  # fmt: skip
    align = "l" + "r" * (len(labels) + 2) + "ll"
    click.echo(render_table([text.in_language(d.lang) for text in head], rows, align))
    _tell_lawful(
        sum(one.counts[name] for one in found for name, shape in labels.items() if shape.exception), d.lang
    )


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


commands = {"verdicts": verdicts, "scores": scores}
