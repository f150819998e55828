"""The command that compares two sweeps, or the rules of now with those of then."""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jointsup_rules.cli import format_option, lang_option, language_of, workspace_option
from jointsup_rules.cli.telling import UNUSABLE, tell_json, unusable_input_told
from jointsup_rules.problems import Language, Text

if TYPE_CHECKING:
    from jointsup_rules.sweep.diff import ClueChange, SweepDiff


@click.command("diff")
@click.argument("before", required=False)
@click.argument("after", required=False)
@click.option(
    "--rules",
    "revision",
    metavar="REV",
    help="规则有哪些改动：lock、文件夹或 git 版本 / what changed in rules since: lock, a folder or a git revision",
)
@workspace_option
@format_option
@lang_option
def diff(
    before: str | None, after: str | None, revision: str | None, workspace: Path, form: str, lang: str | None
) -> None:  # fmt: skip
    """比较两次筛查：新增、减少、变化的线索及其原因；或用 --rules 列出规则的改动。

    BEFORE、AFTER 是 reports/ 下的文件夹名或路径；只写一个，就与它之前的一次比较；都不写，比较最新的一次与它之前的一次。

    Compare two sweeps: clues added, removed and changed, each with its cause. BEFORE and AFTER are names of folders
    in reports/, or paths; one alone is compared with the sweep before it, none at all means the newest.

    --rules 不比较筛查，而用文字列出规则及其所依据的参数、时钟、法律、字典自 REV 以来的改动：REV 为 lock（批准的版本）、
    放规则的文件夹，或 git 版本。

    With --rules no sweeps are compared: what changed since REV in the rules, and in the parameters, clocks, law and
    dictionary they rest on, is listed in words. REV is lock (the approved versions), a folder with rules, or a
    revision of git.
    """
    from jointsup_rules.sweep.diff import compare_sweeps, find_pair

    spoken = language_of(lang)
    if revision is not None:
        if before is not None:
            told = Text("--rules 不与筛查同写", "--rules takes no sweeps")
            click.echo(told.in_language(spoken), err=True)
            sys.exit(UNUSABLE)
        from jointsup_rules.cli.comparing_rules import tell_rules

        tell_rules(workspace, revision, form, spoken)
        return
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
