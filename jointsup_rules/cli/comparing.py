"""The command that compares two sweeps."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jointsup_rules.cli import format_option, lang_option, language_of, workspace_option
from jointsup_rules.cli.telling import tell_json, unusable_input_told
from jointsup_rules.problems import Language, Text

if TYPE_CHECKING:
    from jointsup_rules.sweep.diff import ClueChange, SweepDiff


@click.command("diff")
@click.argument("before", required=False)
@click.argument("after", required=False)
@workspace_option
@format_option
@lang_option
def diff(before: str | None, after: str | None, workspace: Path, form: str, lang: str | None) -> None:
    """比较两次筛查：新增、减少、变化的线索及其原因。

    BEFORE、AFTER 是 reports/ 下的文件夹名或路径；只写一个，就与它之前的一次比较；都不写，比较最新的一次与它之前的一次。

    Compare two sweeps: clues added, removed and changed, each with its cause. BEFORE and AFTER are names of folders
    in reports/, or paths; one alone is compared with the sweep before it, none at all means the newest.
    """
    from jointsup_rules.sweep.diff import compare_sweeps, find_pair

    spoken = language_of(lang)
    with unusable_input_told(spoken):
        found = compare_sweeps(*find_pair(workspace / "reports", before, after))
    if form == "json":
        tell_json(_gather(found))
        return
    click.echo(f"{found.before} → {found.after}")
    for rule_id, changes in groupby(found.changes, key=lambda one: one.rule_id):
        click.echo(f"{rule_id}")
        for one in changes:
            click.echo("  " + _render(one, spoken))
    click.echo(_render_totals(found, spoken))


def _gather(found: SweepDiff) -> dict[str, Any]:
    """What `--format json` says."""
    from jointsup_rules.sweep.diff import CAUSES, CHANGES

    changes = [
        {
            "change": one.change,
            "cause": one.cause,
            "clue_id": one.clue_id,
            "rule_id": one.rule_id,
            "subject_key": one.subject_key,
            "case_no": one.case_no,
            "fields": {name: {"before": pair[0], "after": pair[1]} for name, pair in one.fields.items()},
            "columns": list(one.columns),
            "why": {"zh": one.why.zh, "en": one.why.en} if one.why else None,
        }
        for one in found.changes
    ]
    totals = {
        change: {cause: sum(one.change == change and one.cause == cause for one in found.changes) for cause in CAUSES}
        for change in CHANGES
    }  # fmt: skip
    return {
        "before": found.before, "after": found.after, "same": found.n_same, "totals": totals, "changes": changes,
    }  # fmt: skip


def _render(one: ClueChange, lang: Language) -> str:
    """One line: what became of which clue, the cause, and what differs."""
    from jointsup_rules.sweep.diff import CAUSES, CHANGES

    cause = CAUSES[one.cause].in_language(lang)
    if one.why is not None:
        cause += Text("：", ": ").in_language(lang) + one.why.in_language(lang)
    elif one.columns:
        cause += Text("：", ": ").in_language(lang) + ", ".join(one.columns)
    empty = Text("空", "empty").in_language(lang)
    fields = [f"{name} {pair[0] or empty} → {pair[1] or empty}" for name, pair in one.fields.items()]
    words = [CHANGES[one.change].in_language(lang), one.case_no or one.subject_key, one.clue_id, cause]
    return "  ".join([*words, *([", ".join(fields)] if fields else [])])


def _render_totals(found: SweepDiff, lang: Language) -> str:
    """The last line: how many came, went, changed and stayed, and by which causes."""
    from jointsup_rules.sweep.diff import CAUSES, CHANGES

    words = []
    for change, said in CHANGES.items():
        own = [one.cause for one in found.changes if one.change == change]
        causes = [f"{CAUSES[cause].in_language(lang)} {own.count(cause)}" for cause in CAUSES if cause in own]
        words.append(f"{said.in_language(lang)} {len(own)}" + (f" ({'; '.join(causes)})" if causes else ""))
    words.append(Text(f"未变 {found.n_same}", f"same {found.n_same}").in_language(lang))
    return ", ".join(words)


commands = {"diff": diff}
