"""What verdicts say of the rules: how often a rule is right, and how much it misses, with how much certainty.

In: the ledger's entries. Out: a score per rule and version. What speaks of the rule, of the data and of a lawful exception
is kept apart; too few verdicts give no score.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from jointsup_rules.ledger.entries import Entry, Who
from jointsup_rules.ledger.ledger import RESTRICTED, Ledger
from jointsup_rules.ledger.moving import role_of
from jointsup_rules.ledger.samples import MISSED

ENOUGH = 20
_Z = 1.959963984540054


@dataclass(frozen=True)
class Score:
    """What verdicts say of one version of a rule.

    Attributes:
        unit: Of which unit's clues; None for all, or for those without one.
        counts: Clues by verdict; of several verdicts on a clue the newest stands.
        right: Clues that count for the rule.
        wrong: Clues that count against it.
        data: Clues that speak of the data alone.
        precision: Share that is right of right and wrong; None where there are too few.
        low: Lower end of its interval (Wilson, 95 %).
        high: Upper end.
        advice: keep, tune, retire, or too_few.
    """

    rule_id: str
    rule_version: int
    unit: str | None
    counts: Mapping[str, int]
    right: int
    wrong: int
    data: int
    precision: float | None
    low: float | None
    high: float | None
    advice: str


def gather_scores(
    ledger: Ledger, who: Who | None, unit: str | None = None, *, by_unit: bool = False
) -> list[Score]:
    """Return a score per rule and version, of the clues somebody may see.

    Args:
        ledger: The ledger.
        who: Who asks; None for what everybody may know, which is all but grade C.
        unit: Only of this unit's clues.
        by_unit: One score per rule, version and unit.
    """
    groups: dict[tuple[str, int, str | None], list[str]] = {}
    for data in newest_verdicts(ledger, who).values():
        own = data.get("unit")
        if unit is None or own == unit:
            key = (data["rule_id"], data["rule_version"], own if by_unit else unit)
            groups.setdefault(key, []).append(data["verdict"])
    ordered = sorted(groups.items(), key=lambda one: (one[0][0], one[0][1], one[0][2] or ""))
    return [_score(ledger, *key, verdicts) for key, verdicts in ordered]


def newest_verdicts(ledger: Ledger, who: Who | None) -> dict[tuple[str, int], Mapping[str, Any]]:
    """Return the newest verdict on each clue somebody may see, by clue and version of its rule."""
    return {
        (entry.subject, entry.data["rule_version"]): {**entry.data, "at": entry.at}
        for entry in _judged(ledger, who)
        if "subject_key" not in entry.data
    }


def _judged(ledger: Ledger, who: Who | None) -> Iterator[Entry]:
    """The verdicts somebody may see: on clues and on sampled subjects, in their order; for nobody those not of grade C."""
    role = role_of(ledger.workflow, who) if who is not None else None
    if who is None:
        visible = {one.clue_id for one in ledger.store.clues() if one.grade != RESTRICTED}
    else:
        visible = {one.clue_id for one in ledger.clues(who)}
    for entry in ledger.store.entries():
        if entry.kind != "judged":
            continue
        if "subject_key" not in entry.data:
            if entry.subject in visible:
                yield entry
        elif role is None or who is None:
            if entry.data.get("grade") != RESTRICTED:
                yield entry
        elif entry.data.get("grade", "none") in role.sees and (
            not role.own_unit_only or entry.data.get("unit") == who.unit
        ):
            yield entry


def _score(ledger: Ledger, rule: str, version: int, unit: str | None, verdicts: Sequence[str]) -> Score:
    shape = ledger.workflow.shape.verdicts
    counts = {name: verdicts.count(name) for name in shape}

    def total(what: str) -> int:
        return sum(counts[name] for name, one in shape.items() if one.counts == what)

    right, wrong, data = total("right"), total("wrong"), total("data")
    if right + wrong < ENOUGH:
        return Score(rule, version, unit, counts, right, wrong, data, None, None, None, "too_few")
    low, high = interval(right, right + wrong)
    # Kept where even the lower end is better than a coin; retired where even the upper end is one in five or less.
    advice = "keep" if low >= 0.5 else "retire" if high <= 0.2 else "tune"
    share = right / (right + wrong)
    return Score(rule, version, unit, counts, right, wrong, data, share, low, high, advice)


def interval(part: int, whole: int) -> tuple[float, float]:
    """Return the Wilson interval, at 95 %, of a share of which `part` of `whole` were seen.

    Raises:
        ValueError: whole is not above 0, or part not within it.

    Example:
        >>> interval(15, 20)
        (0.5312..., 0.8881...)
    """
    if not 0 <= part <= whole or whole == 0:
        raise ValueError(f"{part} of {whole}")
    share, z2 = part / whole, _Z * _Z
    middle = (share + z2 / (2 * whole)) / (1 + z2 / whole)
    half = _Z * sqrt(share * (1 - share) / whole + z2 / (4 * whole * whole)) / (1 + z2 / whole)
    # None of many, and all of many, are the ends themselves but for rounding.
    return 0.0 if part == 0 else middle - half, 1.0 if part == whole else middle + half


@dataclass(frozen=True)
class Missed:
    """What a reviewed sample of clear subjects says of what one version of a rule misses.

    Attributes:
        sweep: The sweep that drew the sample.
        looked: Subjects that were judged.
        missed: Those of them the rule should have named.
        n_clear: Clear subjects there were in all; None where that is not known.
        share: Share missed; None where too few were judged.
        low: Lower end of its interval (Wilson, 95 %).
        high: Upper end.
    """

    rule_id: str
    rule_version: int | None
    sweep: str
    looked: int
    missed: int
    n_clear: int | None
    share: float | None
    low: float | None
    high: float | None

    def number(self, share: float | None) -> int | None:
        """Return how many clear subjects a share stands for."""
        return None if share is None or self.n_clear is None else round(share * self.n_clear)


def gather_missed(ledger: Ledger, who: Who) -> list[Missed]:
    """Return what the samples of each sweep say, by rule; of several verdicts on a subject the newest stands."""
    newest: dict[tuple[str, str, str], Mapping[str, Any]] = {}
    for entry in _judged(ledger, who):
        if "subject_key" in entry.data:
            newest[entry.data["rule_id"], entry.data["sweep"], entry.data["subject_key"]] = entry.data
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for (rule, sweep, _), data in newest.items():
        groups.setdefault((rule, sweep), []).append(data)
    return [_missed(rule, sweep, judged) for (rule, sweep), judged in sorted(groups.items())]


def _missed(rule: str, sweep: str, judged: Sequence[Mapping[str, Any]]) -> Missed:
    looked, missed = len(judged), sum(one["verdict"] == MISSED for one in judged)
    version = next((one["rule_version"] for one in judged if "rule_version" in one), None)
    n_clear = next((one["n_clear"] for one in judged if "n_clear" in one), None)
    if looked < ENOUGH:
        return Missed(rule, version, sweep, looked, missed, n_clear, None, None, None)
    return Missed(rule, version, sweep, looked, missed, n_clear, missed / looked, *interval(missed, looked))
