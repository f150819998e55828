"""What a rule says of one subject: findings, and the verdict they add up to.

In: findings of the oracle. Out: one verdict per subject and rule, with the clues behind a hit. Only
verdicts worth telling are kept: hits, what cannot be told, what a lawful reason takes out, what is
due within a week.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from jointsup_rules.demo.city import AS_OF
from jointsup_rules.demo.facts import Facts

_RANK = ("hit", "cannot_tell", "running", "excluded", "clear")
_WARN_DAYS = 7


@dataclass(frozen=True)
class Finding:
    """One place where a rule looked. Persons in the subject are ID numbers, marked by `person:`.

    `gap` names the column and unit on which it rests: where that unit has hardly any entry, it is taken out.
    `or_gap` names a second one.
    """

    rule: str
    subject: tuple[str, ...]
    outcome: str
    part: str = ""
    due_on: date | None = None
    over_days: int | None = None
    gap: tuple[str, str] | None = None
    or_gap: tuple[str, str] | None = None


Finder = Callable[[Facts], Iterator[Finding]]


@dataclass(frozen=True)
class Verdict:
    """What a rule must say of a subject; a hit has one clue per part, each with its due day and days over."""

    rule: str
    subject: tuple[str, ...]
    outcome: str
    clues: tuple[tuple[date | None, int | None], ...] = ()


def judge_limit(
    rule: str,
    subject: tuple[str, ...],
    start: date | None,
    due: date | None,
    end: date | None,
    *,
    part: str = "",
    seen_until: date = AS_OF,
    gap: tuple[str, str] | None = None,
) -> Finding:
    """Hold an end against a due day: done late, open too long, in time, or still running.

    No start means that no duty arose; who cannot know the start says so before.
    """
    if start is None or due is None:
        return Finding(rule, subject, "clear", part)
    if end is not None and end <= seen_until:
        over_days = (end - due).days
        outcome = "hit" if over_days > 0 else "clear"
        return Finding(rule, subject, outcome, part, due, max(over_days, 0), gap)
    if seen_until > due:
        return Finding(rule, subject, "hit", part, due, (seen_until - due).days, gap)
    return Finding(rule, subject, "cannot_tell" if due < AS_OF else "running", part, due, None, gap)


def excuse(finding: Finding) -> Finding:
    """Take a finding out for a lawful reason."""
    return replace(finding, outcome="excluded") if finding.outcome in ("hit", "running") else finding


def fold(findings: Iterable[Finding]) -> Iterator[Verdict]:
    """Yield the verdicts worth telling, in order of rule and subject."""
    groups: dict[tuple[str, tuple[str, ...]], list[Finding]] = defaultdict(list)
    for finding in findings:
        groups[finding.rule, finding.subject].append(finding)
    for (rule, subject), group in sorted(groups.items()):
        outcome = min((finding.outcome for finding in group), key=_RANK.index)
        if outcome == "hit":
            yield Verdict(rule, subject, outcome, _clues(group))
        elif outcome == "running" and any(_is_due_soon(finding) for finding in group):
            yield Verdict(rule, subject, "due_soon")
        elif outcome in ("cannot_tell", "excluded"):
            yield Verdict(rule, subject, outcome)


def _clues(group: list[Finding]) -> tuple[tuple[date | None, int | None], ...]:
    """One clue per part: that of the finding with the most days over."""
    worst: dict[str, Finding] = {}
    for finding in group:
        other = worst.get(finding.part)
        if finding.outcome == "hit" and (other is None or (finding.over_days or 0) > (other.over_days or 0)):
            worst[finding.part] = finding
    return tuple((finding.due_on, finding.over_days) for _, finding in sorted(worst.items()))


def _is_due_soon(finding: Finding) -> bool:
    is_near = finding.due_on is not None and (finding.due_on - AS_OF).days <= _WARN_DAYS
    return finding.outcome == "running" and is_near
