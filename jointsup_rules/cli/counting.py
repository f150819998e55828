"""The command that prints the figures of the yearly briefing."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from jointsup_rules.cli import Day, format_option
from jointsup_rules.cli.ledger import desk, desk_options, tell_head
from jointsup_rules.cli.telling import tell_json
from jointsup_rules.problems import Text


@click.command("stats")
@click.option(
    "--year", type=click.IntRange(1990, 2200), help="年度，默认今年 / the year, by default this one"
)
@click.option("--as-of", type=Day(), help="统计日，默认今天 / the day to count from, by default today")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="另写入 .xlsx 或 .docx / write it to .xlsx or .docx as well")  # fmt: skip
@click.option("--queries", is_flag=True, help="列出每个数字的查询 / show the query of each figure")
@desk_options
@format_option
def stats(
    year: int | None, as_of: date | None, out: Path | None, queries: bool, form: str, **who: Any
) -> None:
    """年度通报的各项数字，由台账推得；每个数字都有定义、查询和所依据的筛查，可以重算。

    The figures of the yearly briefing, counted from the ledger, each with its definition, its query and the sweeps behind it.
    """
    from jointsup_rules.ledger.briefing import render_value, write_briefing
    from jointsup_rules.ledger.entries import Head
    from jointsup_rules.ledger.stats import count_figures

    with desk(**who) as d:
        day = as_of or d.today
        briefing = d.workspace.briefing()
        counted = count_figures(d.ledger, briefing, year or day.year, day, d.who)
        if out is not None:
            write_briefing(out, counted, d.workspace.root, d.lang)
    if form == "json":
        tell_json(
            {
                "year": counted.year, "as_of": counted.as_of.isoformat(), "sweeps": list(counted.sweeps), "head": counted.head,
                "figures": [
                    {
                        "id": one.shape.id, "label": one.shape.label.in_language(d.lang), "rows": [[label.in_language(d.lang), value] for label, value in one.rows],
                        "failed": one.failed.in_language(d.lang) if one.failed else None, "sql": one.shape.sql,
                    }
                    for one in counted.figures
                ],
            }
        )  # fmt: skip
        return
    title = briefing.shape.title.in_language(d.lang)
    click.echo(
        Text(
            f"{title}（{counted.year} 年，统计至 {day}）", f"{title} ({counted.year}, counted as of {day})"
        ).in_language(d.lang)
    )
    for one in counted.figures:
        value = render_value(one, d.lang).replace("\n", "；" if d.lang == "zh" else "; ")
        sign = "：" if d.lang == "zh" else ": "
        click.echo(f"{one.shape.id}  {one.shape.label.in_language(d.lang)}{sign}{value}")
        if queries:
            click.echo(f"        {one.shape.means.in_language(d.lang)}")
            for line in one.shape.sql.strip().splitlines():
                click.echo(f"        {line}")
    basis = Text(
        "依据的筛查：" + ("、".join(counted.sweeps) or "无"),
        "sweeps behind it: " + (", ".join(counted.sweeps) or "none"),
    )
    click.echo(basis.in_language(d.lang), err=True)
    seq, _, digest = counted.head.partition(":")
    tell_head(Head(int(seq), digest), d.lang)
    if out is not None:
        click.echo(str(out))


commands = {"stats": stats}
