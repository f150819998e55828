"""The commands that send clues to another office and take its answers in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from jointsup_rules.cli.ledger import desk, desk_options, pairs_of, tell_head, wanted_of
from jointsup_rules.problems import Text


@click.command("transfer")
@click.argument("clues", nargs=-1)
@click.option("--to", "receiver", required=True, metavar="OFFICE", help="接收单位 / the receiving office")
@click.option(
    "--document",
    default="transfer_letter",
    show_default=True,
    metavar="NAME",
    help="文书，见 workflow.yaml 的 documents / the letter, of documents in workflow.yaml",
)
@click.option("--where", "filters", multiple=True, metavar="FIELD=VALUE[,VALUE]",
              help="不逐条写编号，按条件选：state=SCREENED unit=… / choose by fields in place of naming clues")  # fmt: skip
@click.option("--set", "fields", multiple=True, metavar="NAME=VALUE",
              help="文书里的其他内容，可多次：signer=… phone=… / more that the letter says")  # fmt: skip
@desk_options
def transfer(
    clues: tuple[str, ...],
    receiver: str,
    document: str,
    filters: tuple[str, ...],
    fields: tuple[str, ...],
    **who: Any,
) -> None:
    """把线索连同函件、清单、依据、模型说明打包送接收单位；对方不用本程序即可打开。

    Send CLUES to another office: letter, list to answer in, evidence and model cards in one folder under
    reports/transfers/, which opens without this program.
    """
    from jointsup_rules.ledger.package import Order, transfer

    with desk(**who) as d:
        names = list(clues)
        if filters:
            names += [one.clue_id for one in d.ledger.clues(d.who, wanted_of(filters, d.lang))]
        order = Order(tuple(names), document, receiver, d.workspace.root, pairs_of(fields, d.lang))
        package = transfer(d.ledger, order, d.at, d.who, d.workspace.write_card)
    n = len(package.clues)
    reply = (
        Text(f"，请于 {package.reply_on} 前答复", f", to be answered by {package.reply_on}")
        if package.reply_on
        else Text()
    )
    told = Text(f"{package.number}：{n} 条线索{reply.zh}", f"{package.number}: {n} clues{reply.en}")
    click.echo(told.in_language(d.lang), err=True)
    tell_head(package.head, d.lang)
    click.echo(str(package.folder))


@click.command("feedback")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@desk_options
def feedback(file: Path, **who: Any) -> None:
    """收回填好的线索清单（.xlsx）：先核对其余内容未被改动，再登记答复；有一处不对就全不登记。

    Take in a list that came back answered. What was altered outside the answer columns is refused, and then nothing is
    taken; the same file again changes nothing.
    """
    from jointsup_rules.ledger.answers import read_answers
    from jointsup_rules.ledger.feedback import take_answers

    with desk(**who) as d:
        taken = take_answers(d.ledger, read_answers(file), d.at, d.who)
        head = d.ledger.head()
    zh = f"{taken.package}：登记答复 {len(taken.moved)} 条，已登记过 {len(taken.known)} 条，尚未答复 {len(taken.open)} 条"
    en = f"{taken.package}: {len(taken.moved)} answers taken, {len(taken.known)} known already, {len(taken.open)} not answered yet"
    click.echo(Text(zh, en).in_language(d.lang))
    for number in taken.open:
        click.echo(Text(f"        尚未答复：{number}", f"        not answered: {number}").in_language(d.lang))
    tell_head(head, d.lang)


commands = {"transfer": transfer, "feedback": feedback}
