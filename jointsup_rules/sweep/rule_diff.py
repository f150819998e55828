"""The rules of now against those of then: of a revision of git, of another folder, or as they were approved.

In: the rulebook of a workspace and what to compare it with. Out: a RulesDiff. The checkout is not touched.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from jointsup_rules.load.revisions import write_revision
from jointsup_rules.model.lock import LOCK
from jointsup_rules.model.rulebook import Rulebook, read_rulebook
from jointsup_rules.model.standing import read_approved
from jointsup_rules.problems import Place, Problem, ProblemsError, Text
from jointsup_rules.sweep.ground_changes import GroundChange, compare_grounds
from jointsup_rules.sweep.rule_changes import RuleChange, compare_rules

APPROVED = "lock"


@dataclass(frozen=True)
class RulesDiff:
    """What changed between two readings of the rules.

    Attributes:
        before: What the rules were compared with, as it was asked for.
        n_same: Rules that are the same in both.
    """

    before: str
    rules: tuple[RuleChange, ...]
    grounds: tuple[GroundChange, ...]
    n_same: int


def compare_with(rulebook: Rulebook, asked: str, day: date) -> RulesDiff:
    """Return what changed since then.

    Args:
        rulebook: The rules of now.
        asked: `lock` for the approved versions; else a folder with rules; else a revision of git.
        day: The day of the parameters' values in the words.

    Raises:
        ProblemsError: there is no such thing to compare with.
    """
    if asked == APPROVED:
        return _compare(_approved(rulebook), rulebook, asked, day)
    for folder in (Path(asked), rulebook.root / asked):
        if asked and (folder / "rules").is_dir():
            return _compare(read_rulebook(folder.resolve()), rulebook, asked, day)
    with tempfile.TemporaryDirectory(prefix="jointsup-") as scratch:
        write_revision(rulebook.root, asked, Path(scratch))
        return _compare(read_rulebook(Path(scratch)), rulebook, asked, day)


def _compare(before: Rulebook, after: Rulebook, asked: str, day: date) -> RulesDiff:
    rules = compare_rules(before, after, day)
    n_same = len({*before.rules} & {*after.rules} - {one.rule_id for one in rules})
    return RulesDiff(asked, rules, compare_grounds(before, after), n_same)


def _approved(rulebook: Rulebook) -> Rulebook:
    """The rulebook with the approved text of each rule; what rules rest on is as it is now."""
    lock = rulebook.lock
    if lock is None:
        damaged = [one for one in rulebook.problems if one.place.path == LOCK]
        what = Text(f"还没有 {LOCK}", f"there is no {LOCK} yet")
        fix = Text("用 jointsup activate 批准规则", "approve rules with jointsup activate")
        raise ProblemsError(damaged or [Problem("JR268", Place(LOCK), what, fix=fix)])
    active = [rule_id for rule_id in lock.entries if lock.active(rule_id) is not None]
    kept = {rule_id: read_approved(rulebook, rule_id) for rule_id in active}
    rules = {rule_id: rule for rule_id, rule in kept.items() if rule is not None}
    # One that is retired in both is the same in both.
    ended = {
        rule_id: rule
        for rule_id, rule in rulebook.rules.items()
        if rule_id not in rules and rule_id in lock.entries and rule.shape.status == "retired"
    }
    lost = {rule_id: LOCK for rule_id, rule in kept.items() if rule is None}
    return replace(rulebook, rules={**rules, **ended}, broken=lost)
