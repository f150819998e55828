"""The command that groups and routes the clues of a sweep, and shows why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from jointsup_rules.cli import format_option, lang_option, language_of, workspace_option
from jointsup_rules.cli.telling import tell_json, unusable_input_told
from jointsup_rules.problems import Language, Text


@click.command("triage")
@click.argument("sweep", required=False)
@click.option("--top", type=click.IntRange(min=1), default=20, show_default=True, metavar="N",
              help="文字输出只列前 N 卷 / list the first N dossiers as text")  # fmt: skip
@workspace_option
@format_option
@lang_option
def triage(sweep: str | None, top: int, workspace: Path, form: str, lang: str | None) -> None:
    """按 rules/triage.yaml 把一次筛查（默认最新）的线索归卷、定级、分流，写入其文件夹并说明缘由。

    筛查本身已分流；改了规则后用它重做。C 级线索的案卷不在此列出。

    Group, raise and route the clues of a SWEEP (by default the newest) by rules/triage.yaml, write that into its folder
    and say why. Sweeps do so themselves; this does it anew after a change of rules. Dossiers of grade C are not listed.
    """
    from jointsup_rules.triage.run import read_dossiers, told
    from jointsup_rules.workspace import Workspace

    spoken = language_of(lang)
    with unusable_input_told(spoken):
        opened = Workspace(workspace)
        folder, result = opened.triage(sweep)
        dossiers = [one for one in read_dossiers(folder) if one["grade"] != "C"]
        routes = opened.routes()
    if form == "json":
        tell_json({"sweep": folder.name, "second_engine": result.second.verdict, "dossiers": dossiers})
        return
    for dossier in dossiers[:top]:
        _tell(dossier, routes, spoken)
    if len(dossiers) > top:
        left = Text(f"……另有 {len(dossiers) - top} 卷（--top）", f"… {len(dossiers) - top} more (--top)")
        click.echo(left.in_language(spoken))
    click.echo(told(result).in_language(spoken), err=True)


_PRIORITIES = {
    "urgent": Text("紧急", "urgent"), "high": Text("优先", "high"), "normal": Text("一般", "normal"), "low": Text("靠后", "low"),
}  # fmt: skip


def _tell(dossier: dict[str, Any], routes: dict[str, Text], lang: Language) -> None:
    to = ("、" if lang == "zh" else ", ").join(
        routes.get(one, Text(one)).in_language(lang) for one in dossier["route"]
    )
    said = Text(
        f"{dossier['dossier_id']}  {dossier['key']}  {dossier['n_clues']} 条线索、{dossier['n_rules']} 条规则"
        f"  {_PRIORITIES[dossier['priority']].zh}  {dossier['grade']}  → {to}",
        f"{dossier['dossier_id']}  {dossier['key']}  {dossier['n_clues']} clues of {dossier['n_rules']} rules"
        f"  {_PRIORITIES[dossier['priority']].en}  {dossier['grade']}  → {to}",
    )
    click.echo(said.in_language(lang))
    for one in dossier["because"]:
        click.echo(f"        {one['rule']}  {one[lang]}")


commands = {"triage": triage}
