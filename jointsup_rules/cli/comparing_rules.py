"""What `diff --rules` says: the rules of now against those of then."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jointsup_rules.cli.telling import tell_json, unusable_input_told
from jointsup_rules.problems import Language, Text

if TYPE_CHECKING:
    from jointsup_rules.sweep.ground_changes import GroundChange
    from jointsup_rules.sweep.rule_changes import RuleChange
    from jointsup_rules.sweep.rule_diff import RulesDiff

_WHAT = {
    "added": Text("新增", "added"),
    "removed": Text("删除", "removed"),
    "changed": Text("改动", "changed"),
    "unreadable": Text("一方读不出", "cannot be read on one side"),
}
_MOST = 12


def tell_rules(workspace: Path, revision: str, form: str, lang: Language) -> None:
    """Print what changed in rules since a revision, or end with 2 where there is no such thing."""
    from jointsup_rules.workspace import Workspace

    with unusable_input_told(lang):
        found = Workspace(workspace).compare_rules(revision, date.today())
    if form == "json":
        tell_json(_gather(found, lang))
        return
    for change in found.rules:
        click.echo(f"{change.rule_id} {change.title.in_language(lang)}")
        for line in _rule_lines(change):
            click.echo("  " + line.in_language(lang))
    for ground in found.grounds:
        for line in _ground_lines(ground):
            click.echo(line.in_language(lang))
    click.echo(_totals(found).in_language(lang))


def _rule_lines(change: RuleChange) -> list[Text]:
    from jointsup_rules.sweep.rule_changes import KEYS, STATUSES

    lines: list[Text] = []
    (v_before, v_after), (s_before, s_after) = change.versions, change.statuses
    if change.what != "changed":
        said = _WHAT[change.what]
        status = STATUSES[s_after or s_before or "draft"]
        version = v_after if v_after is not None else v_before
        return [
            Text(f"{said.zh}（第 {version} 版，{status.zh}）", f"{said.en} (version {version}, {status.en})")
        ]
    if v_before != v_after:
        lines.append(Text(f"版本：{v_before} → {v_after}", f"version: {v_before} → {v_after}"))
    if s_before != s_after:
        a, b = STATUSES[s_before or "draft"], STATUSES[s_after or "draft"]
        lines.append(Text(f"状态：{a.zh} → {b.zh}", f"status: {a.en} → {b.en}"))
    for one in change.logic:
        key = KEYS[one.key]
        lines += [Text(f"{key.zh}：{line.zh}", f"{key.en}: {line.en}") for line in one.lines]
    if change.title_before is not None:
        lines.append(
            Text(
                f"标题：{change.title_before.zh} → {change.title.zh}",
                f"title: {change.title_before.en} → {change.title.en}",
            )
        )
    told = {"title", *(one.key for one in change.logic)}
    if listed := ", ".join(one for one in change.texts if one not in told):
        lines.append(Text(f"文字有改：{listed}", f"texts changed: {listed}"))
    return lines


def _ground_lines(ground: GroundChange) -> list[Text]:
    from jointsup_rules.sweep.ground_changes import KINDS

    kind, what = KINDS[ground.kind], _WHAT[ground.what]
    lines = [Text(f"{kind.zh} {ground.name}：{what.zh}", f"{kind.en} {ground.name}: {what.en}")]
    lines += [Text("  " + line.zh, "  " + line.en) for line in ground.lines]
    named = ", ".join(ground.rules[:_MOST])
    more = len(ground.rules) - _MOST
    zh = named + (f" 等 {len(ground.rules)} 条" if more > 0 else "") or "无"
    en = named + (f" and {more} more" if more > 0 else "") or "none"
    return [*lines, Text(f"  可能涉及的规则：{zh}", f"  rules it may concern: {en}")]


def _totals(found: RulesDiff) -> Text:
    def count(what: str) -> int:
        return sum(one.what == what for one in found.rules)

    logic = sum(bool(one.logic) for one in found.rules)
    return Text(
        f"自 {found.before} 以来：规则新增 {count('added')}，删除 {count('removed')}，改动 {count('changed')}"
        f"（其中逻辑 {logic}），未变 {found.n_same}；所依据的改动 {len(found.grounds)}",
        f"since {found.before}: rules added {count('added')}, removed {count('removed')}, changed {count('changed')}"
        f" ({logic} of them in logic), same {found.n_same}; changes in what they rest on {len(found.grounds)}",
    )


def _gather(found: RulesDiff, lang: Language) -> dict[str, Any]:
    """What `--format json` says."""
    rules = [
        {
            "rule": one.rule_id,
            "title": one.title.in_language(lang),
            "change": one.what,
            "version": {"before": one.versions[0], "after": one.versions[1]},
            "status": {"before": one.statuses[0], "after": one.statuses[1]},
            "logic": {key.key: [line.in_language(lang) for line in key.lines] for key in one.logic},
            "texts": list(one.texts),
        }
        for one in found.rules
    ]
    grounds = [
        {
            "kind": one.kind,
            "name": one.name,
            "change": one.what,
            "lines": [line.in_language(lang) for line in one.lines],
            "rules": list(one.rules),
        }
        for one in found.grounds
    ]
    return {"before": found.before, "same": found.n_same, "rules": rules, "grounds": grounds}
