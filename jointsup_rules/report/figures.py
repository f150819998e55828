"""Count what the first page states.

In: a sweep, parted by `keep_readable`. Out: a `Figures`, ready to be printed: totals, what could not be
evaluated, units by families, what falls due soon, the state of each export.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from jointsup_rules.problems import Text
from jointsup_rules.report.read import SEVERITIES, Sweep, read_text

STATES = ("new", "continuing", "changed", "back")
COUNTS = ("in_scope", "hit", "clear", "excluded", "cannot_tell", "running", "due_soon")
_PARTS_OF_SCOPE = ("hit", "clear", "excluded", "cannot_tell", "running")
_HEAT_LEVELS = 5


@dataclass(frozen=True)
class Count:
    """How many of one thing: its key, its name, and the number by severity for clues."""

    key: str | None
    label: Text
    n: int
    by_severity: tuple[int, ...] = ()


@dataclass(frozen=True)
class RuleLine:
    """What became of one rule; `counts` is empty unless it ran, and `adds_up` says whether they do."""

    rule_id: str
    title: Text
    severity: str
    grade: str
    status: str
    why: Text
    counts: Mapping[str, int | None]
    adds_up: bool
    n_clues: int


@dataclass(frozen=True)
class Unsettled:
    """Subjects of one rule about which it cannot tell, with the reasons and how often each was given."""

    rule_id: str
    title: Text
    n: int
    reasons: tuple[tuple[Text, int], ...]


@dataclass(frozen=True)
class HeatRow:
    """Clues of one unit: in all and per family, each with a level from 0 to 5 for its shade."""

    unit: str | None
    name: str | None
    n: int
    cells: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Export:
    """One source of the dataset; `behind_days` is how long before the as-of day it was exported."""

    source: str
    agency: Text
    exported_on: str
    behind_days: int
    files: tuple[Mapping[str, Any], ...]
    rows_in: int
    rows_loaded: int
    rows_rejected: int
    rows_left_out: int
    values_unread: int

    @property
    def adds_up(self) -> bool:
        """Whether every row that came in is accounted for."""
        return self.rows_in == self.rows_loaded + self.rows_rejected + self.rows_left_out


@dataclass(frozen=True)
class DueSoon:
    """A subject whose time limit ends soon."""

    rule_id: str
    title: Text
    name: str
    unit: str | None
    due_on: str | None
    left_days: int | None


@dataclass(frozen=True)
class Figures:
    """All that the first page, the list of rules and the page on the data state in numbers."""

    n_clues: int
    severities: tuple[Count, ...]
    grades: tuple[Count, ...]
    states: tuple[Count, ...]
    families: tuple[Count, ...]
    heat: tuple[HeatRow, ...]
    rules: tuple[RuleLine, ...]
    statuses: Mapping[str, int]
    unsettled: tuple[Unsettled, ...]
    n_unsettled: int
    n_not_clear: int
    listed: frozenset[tuple[str, str]]
    due_soon: tuple[DueSoon, ...]
    n_due_soon: int
    n_gone: int
    exports: tuple[Export, ...]
    rejects: tuple[tuple[Mapping[str, Any], Text], ...]
    parameters: tuple[tuple[str, str], ...]
    not_adding_up: tuple[str, ...]


def gather_figures(sweep: Sweep, full: Sweep) -> Figures:
    """Return the figures of `sweep`; `full` is the same before parting, for reasons are counted in all."""
    clues = sweep.clues
    rules = _gather_rules(sweep)
    exports = _gather_exports(sweep.manifest)
    families = _gather_families(sweep)
    due_soon = _gather_due_soon(sweep)
    return Figures(
        n_clues=clues.n_rows,
        severities=_count_known(clues["severity"], SEVERITIES),
        grades=_count_known(clues["grade"], ("A", "B", "C", "none")),
        states=_count_known(clues["state"], STATES),
        families=families,
        heat=_gather_heat(sweep, [family.key for family in families]),
        rules=rules,
        statuses=Counter(line.status for line in rules),
        unsettled=_gather_unsettled(full),
        n_unsettled=_sum(sweep, "cannot_tell"),
        n_not_clear=sweep.not_clear.n_rows,
        listed=frozenset(zip(sweep.not_clear["rule_id"], sweep.not_clear["outcome"], strict=True)),
        due_soon=due_soon,
        n_due_soon=len(due_soon),
        n_gone=sweep.gone.n_rows,
        exports=exports,
        rejects=_gather_rejects(sweep.manifest),
        parameters=tuple(
            (name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
            for name, value in (sweep.manifest.get("parameters") or {}).items()
        ),
        not_adding_up=(
            *(line.rule_id for line in rules if not line.adds_up),
            *(export.source for export in exports if not export.adds_up),
        ),
    )


def rule_title(sweep: Sweep, rule_id: str) -> Text:
    """The rule's title, or its id where the manifest does not know it."""
    return read_text(sweep.rule(rule_id).get("title") or rule_id)


def _gather_families(sweep: Sweep) -> tuple[Count, ...]:
    found: Counter[tuple[str | None, str]] = Counter()
    labels: dict[str | None, Text] = {}
    for rule_id, severity in zip(sweep.clues["rule_id"], sweep.clues["severity"], strict=True):
        rule = sweep.rule(rule_id)
        family = rule.get("family")
        labels.setdefault(family, read_text(rule.get("family_label") or family))
        found[family, severity] += 1
    counts = [
        Count(family, label, sum(split), split)
        for family, label in labels.items()
        for split in [tuple(found[family, severity] for severity in SEVERITIES)]
    ]
    return tuple(sorted(counts, key=lambda count: (-count.n, str(count.key))))


def _gather_heat(sweep: Sweep, families: list[str | None]) -> tuple[HeatRow, ...]:
    pairs = Counter(
        (unit, sweep.rule(rule_id).get("family"))
        for unit, rule_id in zip(sweep.clues["unit"], sweep.clues["rule_id"], strict=True)
    )
    totals = Counter(sweep.clues["unit"])
    most = max(pairs.values(), default=1)
    names = sweep.manifest.get("units") or {}
    return tuple(
        HeatRow(
            unit, names.get(unit, unit), n, tuple(_heat(pairs[unit, family], most) for family in families)
        )
        for unit, n in sorted(totals.items(), key=lambda pair: (-pair[1], str(pair[0])))
    )


@dataclass(frozen=True)
class Swept:
    """How many clues one sweep gave, by severity."""

    as_of: str
    by_severity: tuple[int, ...]

    @property
    def n(self) -> int:
        """All of them."""
        return sum(self.by_severity)


def gather_trend(sweep: Sweep) -> tuple[Swept, ...]:
    """Return the sweeps before and this one, the oldest first; none where there was none before."""
    before = [
        Swept(one["as_of"], tuple(int(one[name]) for name in SEVERITIES))
        for one in sweep.manifest.get("trend") or ()
    ]
    found = Counter(sweep.clues["severity"])
    own = Swept(sweep.manifest["as_of"], tuple(found[name] for name in SEVERITIES))
    return (*before, own) if before else ()


# Days over from which a clue is in a tier, the longest first, as the filter has them.
OVER_TIERS = (365, 180, 30, 0)


def gather_tiers(sweep: Sweep) -> tuple[Count, ...]:
    """Return clues by how many days they are over, the longest first; those that are not over are in none."""
    found: Counter[str] = Counter()
    splits: Counter[tuple[str, str]] = Counter()
    for days, severity in zip(sweep.clues["over_days"], sweep.clues["severity"], strict=True):
        tier = next((str(least) for least in OVER_TIERS if (days or 0) > least), None)
        if tier is not None:
            found[tier] += 1
            splits[tier, severity] += 1
    return tuple(
        Count(tier, Text(tier, tier), found[tier], tuple(splits[tier, severity] for severity in SEVERITIES))
        for tier in map(str, OVER_TIERS)
    )


def _heat(n: int, most: int) -> tuple[int, int]:
    return n, -(-n * _HEAT_LEVELS // most)


def _gather_rules(sweep: Sweep) -> tuple[RuleLine, ...]:
    n_clues = Counter(sweep.clues["rule_id"])
    outcomes = sweep.outcomes
    lines = []
    for i, rule_id in enumerate(outcomes["rule_id"]):
        rule = sweep.rule(rule_id)
        counts = {name: outcomes[name][i] for name in COUNTS}
        lines.append(
            RuleLine(
                rule_id=rule_id,
                title=rule_title(sweep, rule_id),
                severity=_level(rule.get("severity")),
                grade=_level(rule.get("grade")),
                status=outcomes["status"][i],
                why=read_text(outcomes["why"][i]),
                counts=counts,
                adds_up=_adds_up(outcomes["status"][i], counts),
                n_clues=n_clues[rule_id],
            )
        )
    return tuple(lines)


def _adds_up(status: str, counts: Mapping[str, int | None]) -> bool:
    """A rule that ran has counts and they add up; one that did not has none."""
    parts = [counts[name] for name in _PARTS_OF_SCOPE]
    if status != "ran":
        return counts["in_scope"] is None and not any(parts)
    return all(part is not None for part in parts) and counts["in_scope"] == sum(part or 0 for part in parts)


def _gather_unsettled(sweep: Sweep) -> tuple[Unsettled, ...]:
    rows = zip(*(sweep.not_clear[name] for name in ("rule_id", "outcome", "why")), strict=True)
    reasons = Counter((rule_id, why) for rule_id, outcome, why in rows if outcome == "cannot_tell")
    by_rule: dict[str, list[tuple[Text, int]]] = {}
    for (rule_id, why), n in sorted(reasons.items(), key=lambda pair: (-pair[1], str(pair[0]))):
        by_rule.setdefault(rule_id, []).append((read_text(why), n))
    counts = zip(sweep.outcomes["rule_id"], sweep.outcomes["cannot_tell"], strict=True)
    found = [
        Unsettled(rule_id, rule_title(sweep, rule_id), n, tuple(by_rule.get(rule_id, ())))
        for rule_id, n in counts
        if n
    ]
    return tuple(sorted(found, key=lambda unsettled: (-unsettled.n, unsettled.rule_id)))


def _gather_due_soon(sweep: Sweep) -> tuple[DueSoon, ...]:
    others, as_of = sweep.not_clear, sweep.manifest["as_of"]
    names = sweep.manifest.get("units") or {}
    found = []
    for i in (i for i, outcome in enumerate(others["outcome"]) if outcome == "due_soon"):
        due_on, unit = others["due_on"][i], others["unit"][i]
        found.append(
            DueSoon(
                rule_id=others["rule_id"][i],
                title=rule_title(sweep, others["rule_id"][i]),
                name=others["case_no"][i] or others["subject_key"][i],
                unit=names.get(unit, unit),
                due_on=due_on,
                left_days=_days_between(as_of, due_on) if due_on else None,
            )
        )
    return tuple(sorted(found, key=lambda due: (due.due_on or "9999", due.rule_id, due.name)))


def _gather_exports(manifest: Mapping[str, Any]) -> tuple[Export, ...]:
    exports = []
    for source in manifest["dataset"].get("sources", ()):
        files = tuple(source.get("files", ()))
        rows_in, loaded, rejected, left_out, unread = (
            sum(int(file.get(name) or 0) for file in files)
            for name in ("rows_in", "rows_loaded", "rows_rejected", "rows_left_out", "values_unread")
        )
        exported_on = str(source["exported_on"])
        behind = _days_between(exported_on, manifest["as_of"])
        exports.append(
            Export(
                source["source"], read_text(source.get("agency")), exported_on, behind, files,
                rows_in, loaded, rejected, left_out, unread,
            )
        )  # fmt: skip
    return tuple(exports)


def _gather_rejects(manifest: Mapping[str, Any]) -> tuple[tuple[Mapping[str, Any], Text], ...]:
    rejects = sorted(manifest.get("rejects") or (), key=lambda reject: -int(reject["count"]))
    return tuple((reject, read_text(reject.get("why"))) for reject in rejects)


def _count_known(values: Iterable[str | None], known: Iterable[str]) -> tuple[Count, ...]:
    """One count per known key in the given order, then whatever else occurs."""
    found = Counter(values)
    keys = dict.fromkeys([*known, *sorted((key for key in found if key), key=str)])
    return tuple(Count(key, Text(key, key), found[key]) for key in keys)


def _sum(sweep: Sweep, name: str) -> int:
    return sum(n or 0 for n in sweep.outcomes[name])


def _level(value: Any) -> str:
    """The level of a rule, the first of several where it depends on the case."""
    return str(value.get("is", "")) if isinstance(value, Mapping) else str(value or "")


def _days_between(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days
