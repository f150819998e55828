"""The command that compares two sweeps."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from jointsup_rules.cli import format_option, lang_option, language_of, workspace_option
from jointsup_rules.cli.telling import tell_json, unusable_input_told


def _folder(name: str, workspace: Path) -> Path:
    given = Path(name)
    return given if given.is_dir() else workspace / "reports" / name


@click.command("diff")
@click.argument("before")
@click.argument("after")
@workspace_option
@format_option
@lang_option
def diff(before: str, after: str, workspace: Path, form: str, lang: str | None) -> None:
    """比较两次筛查：新增、减少、变化的线索及其原因。BEFORE、AFTER 是 reports/ 下的文件夹名或路径。

    Compare two sweeps: clues added, removed and changed, each with its cause.
    """
    from jointsup_rules.sweep.diff import CAUSES, CHANGES, compare_sweeps

    spoken = language_of(lang)
    with unusable_input_told(spoken):
        found = compare_sweeps(_folder(before, workspace), _folder(after, workspace))
    if form == "json":
        tell_json(asdict(found))
        return
    for one in found.changes:
        change, cause = CHANGES[one.change].in_language(spoken), CAUSES[one.cause].in_language(spoken)
        fields = f" [{', '.join(one.fields)}]" if one.fields else ""
        click.echo(f"{change}\t{one.clue_id}\t{one.case_no or one.subject_key}\t{cause}{fields}")
    totals = {name: sum(one.change == name for one in found.changes) for name in CHANGES}
    told = ", ".join(f"{CHANGES[name].in_language(spoken)} {n}" for name, n in totals.items())
    same = {"zh": f"未变 {found.n_same}", "en": f"same {found.n_same}"}[spoken]
    click.echo(f"{told}, {same}")


commands = {"diff": diff}
