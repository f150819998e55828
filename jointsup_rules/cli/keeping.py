"""The commands that answer for the ledger as a whole: its chain verified, its clues written to a file."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jointsup_rules.cli import format_option
from jointsup_rules.cli.ledger import desk, desk_options, tell_head, wanted_of
from jointsup_rules.cli.telling import DONE, NOT_IN_ORDER, UNUSABLE, tell_json
from jointsup_rules.problems import Language, Text

if TYPE_CHECKING:
    from jointsup_rules.ledger.entries import Head


@click.command("verify")
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
    from jointsup_rules.ledger.entries import read_head

    found = []
    for word in words:
        try:
            found.append((read_head(word), "--head"))
        except ValueError:
            told = Text(
                f"“{word}”不是链尾；照报告上印的抄 N:HASH",
                f"'{word}' is no head; copy N:HASH as it is printed",
            )
            click.echo(told.in_language(lang), err=True)
            sys.exit(UNUSABLE)
    return found


@click.command("export")
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


commands = {"verify": verify, "export": export}
