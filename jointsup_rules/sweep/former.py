"""The version of a rule that a backtest compares with: the approved one, one of the lock, a file, or one of git.

In: a rulebook, a rule's id and what was asked for. Out: the version, readable, with its text; or none, and why.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from jointsup_rules.load.revisions import GitError, read_at_revision
from jointsup_rules.load.yaml import read_yaml, read_yaml_file
from jointsup_rules.model.lock import Entry
from jointsup_rules.model.meaning import hash_logic
from jointsup_rules.model.rule import Rule, read_rule
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.model.standing import read_version
from jointsup_rules.problems import NO_TEXT, Place, Problem, ProblemsError, Text


@dataclass(frozen=True)
class Former:
    """A version to compare with.

    Attributes:
        kind: active, version (an earlier one of the lock), file, revision, or none.
        name: Number, path or revision.
        rule: The version as it can be read; None without one.
        why: Why there is none.
    """

    kind: str
    name: str = ""
    rule: Rule | None = None
    why: Text = NO_TEXT

    def is_same_logic(self, rule: Rule) -> bool:
        """Return whether it decides as another version does, whatever else is written there."""
        return self.rule is not None and hash_logic(self.rule.shape) == hash_logic(rule.shape)


NOTHING = Former("none")


def find_former(rulebook: Rulebook, rule_id: str, against: str | None = None) -> Former:
    """Return the version to compare with.

    Args:
        rulebook: The workspace's declarations.
        rule_id: The rule.
        against: active, none, a version number of the lock, the path of a file, or a revision of git; None is active,
            and none where there is no active one.

    Raises:
        ProblemsError: what was asked for is not there, or cannot be read.
    """
    if against == "none":
        return NOTHING
    if against in (None, "active"):
        return _active(rulebook, rule_id, is_asked=against is not None)
    assert against is not None
    if against.isdecimal() and _entry(rulebook, rule_id, int(against)) is not None:
        entry = _entry(rulebook, rule_id, int(against))
        assert entry is not None
        return _kept(rulebook, rule_id, entry, "version")
    path = rulebook.root / against
    if not path.is_file():
        path = Path(against)
    if path.is_file():
        return Former("file", against, _readable(read_yaml_file(path, against).text, against, rule_id))
    return _revision(rulebook, rule_id, against)


def _active(rulebook: Rulebook, rule_id: str, *, is_asked: bool) -> Former:
    entry = rulebook.lock.active(rule_id) if rulebook.lock is not None else None
    if entry is not None:
        return _kept(rulebook, rule_id, entry, "active")
    why = Text(f"{rule_id} 没有已启用的版本", f"no version of {rule_id} is active")
    if rulebook.lock is None:
        why = Text("没有可用的 rules/rules.lock", "there is no rules/rules.lock that can be used")
    if not is_asked:
        return Former("none", why=why)
    fix = Text(
        "写一个文件、git 版本，或 none；版本由 jointsup activate 启用",
        "give a file, a revision of git, or none; jointsup activate makes a version active",
    )
    raise _unusable("rules/rules.lock", why, fix)


def _entry(rulebook: Rulebook, rule_id: str, version: int) -> Entry | None:
    entries = rulebook.lock.entries.get(rule_id, ()) if rulebook.lock is not None else ()
    return next((one for one in entries if one.version == version), None)


def _kept(rulebook: Rulebook, rule_id: str, entry: Entry, kind: str) -> Former:
    rule = read_version(rulebook, rule_id, entry)
    if rule is not None:
        return Former(kind, str(entry.version), rule)
    what = Text(
        f"{rule_id} 第 {entry.version} 版的原文不在，或不是当时批准的那份",
        f"the text of {rule_id} version {entry.version} is gone, or is not the one that was approved",
    )
    fix = Text("从版本库恢复 rules/history", "restore rules/history from version control")
    raise _unusable("rules/history", what, fix)


def _revision(rulebook: Rulebook, rule_id: str, revision: str) -> Former:
    """The rule's file as a revision of git has it; git is asked for one file and nothing else."""
    rule = rulebook.rules.get(rule_id)
    path = rule.document.path if rule is not None else rulebook.broken[rule_id]
    nowhere = Text(
        f"“{revision}”既不是锁中的版本、文件，也不是这个工作区的 git 版本",
        f"'{revision}' is no version of the lock, no file, and no revision of git in this workspace",
    )
    fix = Text(
        "写版本号、文件路径、git 版本（如 HEAD~1）、active 或 none",
        "give a version number, a path, a revision such as HEAD~1, active or none",
    )
    try:
        text = read_at_revision(rulebook.root, revision, path)
    except GitError as error:
        why = Text(f"git：{error}", f"git: {error}")
        raise ProblemsError([Problem("JR262", Place(path), nowhere, why, fix)]) from None
    return Former("revision", revision, _readable(text, f"{revision}:{path}", rule_id))


def _readable(text: str, path: str, rule_id: str) -> Rule:
    """A text as a version of the rule.

    Raises:
        ProblemsError: it cannot be read, or is another rule.
    """
    rule, problems = read_rule(read_yaml(text, path))
    if rule is None:
        raise ProblemsError([problem for problem in problems if problem.severity == "error"])
    if rule.id != rule_id:
        what = Text(f"这是规则 {rule.id}，不是 {rule_id}", f"this is rule {rule.id}, not {rule_id}")
        fix = Text("写同一条规则的另一个版本", "give another version of the same rule")
        raise ProblemsError([rule.document.problem("JR262", rule.document.place(("id",)), what, fix=fix)])
    return rule


def _unusable(path: str, what: Text, fix: Text) -> ProblemsError:
    return ProblemsError([Problem("JR262", Place(path), what, fix=fix)])
