"""Which text of a rule runs: the file of the author, or the approved version while the author reworks it.

In: a rulebook with its lock. Out: the approved text of a rule, and the rulebook as a sweep runs it. A file holds one
version. From the moment it says `status: draft` the approved version goes on running from rules/history, until the
next one is approved or the rule is retired; so nobody breaks a sweep by writing. Without a lock every file is as it says.
"""

from __future__ import annotations

from dataclasses import replace

from jointsup_rules.load.yaml import read_yaml_file
from jointsup_rules.model.lock import Entry, history_path
from jointsup_rules.model.rule import Rule, read_rule
from jointsup_rules.model.rulebook import Rulebook


def read_version(rulebook: Rulebook, rule_id: str, entry: Entry) -> Rule | None:
    """Return an approved version as it was kept; None where its text is gone or is not the one that was approved."""
    path = history_path(rule_id, entry.version)
    if rulebook.kept.get(path) != entry.kept:
        return None
    rule, _ = read_rule(read_yaml_file(rulebook.root / path, path))
    return rule


def read_approved(rulebook: Rulebook, rule_id: str) -> Rule | None:
    """Return the approved version of a rule that is active; None where there is none, or no lock."""
    entry = rulebook.lock.active(rule_id) if rulebook.lock is not None else None
    return read_version(rulebook, rule_id, entry) if entry is not None else None


def is_in_rework(rulebook: Rulebook, rule_id: str) -> bool:
    """Whether the file of a rule with an approved version says `draft`, be it readable or not."""
    if rulebook.lock is None or rulebook.lock.active(rule_id) is None:
        return False
    if rule_id in rulebook.rules:
        return rulebook.rules[rule_id].shape.status == "draft"
    path = rulebook.broken.get(rule_id)
    if path is None or not (rulebook.root / path).is_file():
        return False
    data = read_yaml_file(rulebook.root / path, path).data
    return isinstance(data, dict) and data.get("status") == "draft"


def as_swept(rulebook: Rulebook, status: str = "active") -> Rulebook:
    """Return the rulebook whose rules are those that a sweep runs.

    A rule in rework is there in its approved version, unless drafts are asked for. One that the lock has as active
    and that cannot run (its file is gone or says retired, its approved text is lost) is among the broken ones.

    Args:
        rulebook: As it was read.
        status: active, or draft where the files of drafts are to run.
    """
    if rulebook.lock is None:
        return rulebook
    rules, broken, inputs = dict(rulebook.rules), dict(rulebook.broken), dict(rulebook.inputs)
    for rule_id, entries in rulebook.lock.entries.items():
        if entries[-1].status != "active":
            continue
        path = rules[rule_id].document.path if rule_id in rules else broken.get(rule_id)
        if path is None:
            broken[rule_id] = f"rules/{rule_id.split('-')[0]}/{rule_id}.yaml"
        elif rule_id in rules and rules[rule_id].shape.status == "retired":
            broken[rule_id] = path
            del rules[rule_id]
        elif status != "draft" and is_in_rework(rulebook, rule_id):
            rules.pop(rule_id, None)
            broken.pop(rule_id, None)
            inputs.pop(path, None)
            approved, kept = (
                read_version(rulebook, rule_id, entries[-1]),
                history_path(rule_id, entries[-1].version),
            )
            if approved is None:
                broken[rule_id] = kept
            else:
                rules[rule_id] = approved
                inputs[kept] = entries[-1].kept
    return replace(
        rulebook, rules=dict(sorted(rules.items())), broken=broken, inputs=tuple(sorted(inputs.items()))
    )
