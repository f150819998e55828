"""Verdicts of reviewers, and what they say of the rules: how often a rule is right, with how much certainty.

In: marks saved from the report or the list. Out: entries of the ledger, one per reviewer and clue, and a score per rule and version.
What speaks of the rule, of the data and of a lawful exception is kept apart; too few verdicts give no score.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Any

from jointsup_rules.ledger.entries import Who
from jointsup_rules.ledger.fold import ClueState
from jointsup_rules.ledger.ledger import Ledger
from jointsup_rules.ledger.moving import Refused, may_see, role_of
from jointsup_rules.problems import Place, Problem, ProblemsError, Text, nearest_word

FORMAT = "jointsup-verdicts-1"
ENOUGH = 20
# Of a sampled subject that no rule named, whether it should have been.
MISSED, RIGHTLY_CLEAR = "missed", "rightly_clear"
_Z = 1.959963984540054


@dataclass(frozen=True)
class Mark:
    """What one reviewer decided of one clue, or of one sampled subject (`clue_id` empty, rule and key given)."""

    sweep: str
    clue_id: str
    verdict: str
    note: str = ""
    reviewer: str = ""
    rule_id: str = ""
    subject_key: str = ""


@dataclass(frozen=True)
class Judged:
    """What a file brought: marks taken, and those that were known just so."""

    taken: int
    known: int


def read_marks(path: Path) -> list[Mark]:
    """Return the marks of a file saved from the report (JSON) or of a list (XLSX with columns of those names).

    Raises:
        ProblemsError: it cannot be read, or is no file of verdicts.
    """
    try:
        rows = _xlsx_rows(path) if path.suffix.lower() == ".xlsx" else _json_rows(path)
        return [
            Mark(
                str(row["sweep"]), str(row.get("clue_id") or ""), str(row["verdict"]), str(row.get("note") or ""),
                str(row.get("reviewer") or ""), str(row.get("rule_id") or ""), str(row.get("subject_key") or ""),
            )
            for row in rows
        ]  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        what = Text(f"{path.name} 不是评议结论文件", f"{path.name} is no file of verdicts")
        fix = Text(
            "用报告里“保存评议”得到的文件，或含 sweep、clue_id、verdict 三列的 .xlsx",
            "take the file that the report saved, or an .xlsx with the columns sweep, clue_id and verdict",
        )
        raise ProblemsError([Problem("JR706", Place(path.name), what, fix=fix)]) from error


def _json_rows(path: Path) -> Sequence[Mapping[str, Any]]:
    told = json.loads(path.read_text(encoding="utf-8-sig"))
    if told["format"] != FORMAT:
        raise ValueError(told["format"])
    shared = {"sweep": told["sweep"], "reviewer": told.get("reviewer", "")}
    return [{**shared, **mark} for mark in told["marks"]]


def _xlsx_rows(path: Path) -> Sequence[Mapping[str, Any]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    except CalamineError as error:
        raise ValueError(str(error)) from error
    head = [str(cell).strip() for cell in rows[0]] if rows else []
    return [row for cells in rows[1:] if (row := dict(zip(head, cells, strict=False))).get("verdict")]


def take_marks(ledger: Ledger, marks: Sequence[Mark], at: str, who: Who) -> Judged:
    """Take marks into the ledger, all or none; the same mark by the same reviewer again changes nothing.

    Raises:
        Refused: a mark names a clue, sweep or verdict that is not there; all that is wrong is told.
    """
    role_of(ledger.workflow, who)
    with ledger.store.writing() as writing:
        states = writing.states()
        swept = {entry.data["sweep"] for entry in ledger.store.entries("") if entry.kind == "swept"}
        wrong = [
            told
            for number, mark in enumerate(marks, 1)
            if (told := _wrong(ledger, states, swept, number, mark, who))
        ]
        if wrong:
            raise Refused(Text("\n".join(one.zh for one in wrong), "\n".join(one.en for one in wrong)))
        newest = _newest(ledger)
        taken = 0
        for mark in marks:
            reviewer = mark.reviewer.strip() or who.person
            subject = mark.clue_id or f"{mark.rule_id}|{mark.subject_key}"
            data: dict[str, Any] = {
                "sweep": mark.sweep,
                "verdict": mark.verdict,
                "note": mark.note,
                "reviewer": reviewer,
            }
            if mark.clue_id:
                facts = states[mark.clue_id].facts
                data |= {key: facts[key] for key in ("rule_id", "rule_version", "unit") if key in facts}
            else:
                data |= {"rule_id": mark.rule_id, "subject_key": mark.subject_key}
            if newest.get((subject, reviewer)) == data:
                continue
            writing.add(at, who, "judged", subject, data)
            newest[subject, reviewer] = data
            taken += 1
    return Judged(taken, len(marks) - taken)


def _newest(ledger: Ledger) -> dict[tuple[str, str], Mapping[str, Any]]:
    """The newest verdict of each reviewer on each subject."""
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    for entry in ledger.store.entries():
        if entry.kind == "judged":
            data = {key: value for key, value in entry.data.items() if key != "clock_said"}
            found[entry.subject, data["reviewer"]] = data
    return found


def _wrong(
    ledger: Ledger, states: Mapping[str, ClueState], swept: set[str], number: int, mark: Mark, who: Who
) -> Text | None:
    known = [*ledger.workflow.shape.verdicts] if mark.clue_id else [MISSED, RIGHTLY_CLEAR]
    if mark.sweep not in swept:
        return Text(
            f"第 {number} 条：筛查“{mark.sweep}”没有登入本台账",
            f"mark {number}: sweep '{mark.sweep}' is not in this ledger",
        )
    if mark.verdict not in known:
        near = nearest_word(mark.verdict, known)
        hint = Text(f"；是否想写“{near}”？", f"; did you mean '{near}'?") if near else Text()
        return Text(
            f"第 {number} 条：没有结论“{mark.verdict}”{hint.zh} 可用的有：{', '.join(known)}",
            f"mark {number}: no verdict '{mark.verdict}'{hint.en}; there are: {', '.join(known)}",
        )
    state = states.get(mark.clue_id)
    if mark.clue_id and (state is None or not may_see(ledger.workflow, who, state)):
        return Text(
            f"第 {number} 条：台账中没有线索“{mark.clue_id}”",
            f"mark {number}: no clue '{mark.clue_id}' in the ledger",
        )
    if not mark.clue_id and not (mark.rule_id and mark.subject_key):
        return Text(
            f"第 {number} 条没有写线索，也没有写规则和对象",
            f"mark {number} names neither a clue nor a rule and subject",
        )
    return None


# ---- scores


@dataclass(frozen=True)
class Score:
    """What verdicts say of one version of a rule.

    Attributes:
        counts: Clues by verdict; of several reviewers of a clue the newest verdict stands.
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
    counts: Mapping[str, int]
    right: int
    wrong: int
    data: int
    precision: float | None
    low: float | None
    high: float | None
    advice: str


def gather_scores(ledger: Ledger, who: Who, unit: str | None = None) -> list[Score]:
    """Return a score per rule and version, of the clues somebody may see; of one unit's alone where named."""
    role_of(ledger.workflow, who)
    visible = {one.clue_id for one in ledger.clues(who)}
    newest: dict[str, Mapping[str, Any]] = {}
    for entry in ledger.store.entries():
        if (
            entry.kind == "judged"
            and entry.subject in visible
            and (unit is None or entry.data.get("unit") == unit)
        ):
            newest[entry.subject] = entry.data
    groups: dict[tuple[str, int], list[str]] = {}
    for data in newest.values():
        groups.setdefault((data["rule_id"], data["rule_version"]), []).append(data["verdict"])
    return [_score(ledger, rule, version, verdicts) for (rule, version), verdicts in sorted(groups.items())]


def _score(ledger: Ledger, rule: str, version: int, verdicts: Sequence[str]) -> Score:
    shape = ledger.workflow.shape.verdicts
    counts = {name: verdicts.count(name) for name in shape}

    def total(what: str) -> int:
        return sum(counts[name] for name, one in shape.items() if one.counts == what)

    right, wrong = total("right"), total("wrong")
    if right + wrong < ENOUGH:
        return Score(rule, version, counts, right, wrong, total("data"), None, None, None, "too_few")
    low, high = interval(right, right + wrong)
    # Kept where even the lower end is better than a coin; retired where even the upper end is one in five or less.
    advice = "keep" if low >= 0.5 else "retire" if high <= 0.2 else "tune"
    return Score(
        rule, version, counts, right, wrong, total("data"), right / (right + wrong), low, high, advice
    )


def interval(part: int, whole: int) -> tuple[float, float]:
    """Return the Wilson interval, at 95 %, of a share of which `part` of `whole` were seen.

    Raises:
        ValueError: whole is not above 0, or part not within it.
    """
    if not 0 <= part <= whole or whole == 0:
        raise ValueError(f"{part} of {whole}")
    share, z2 = part / whole, _Z * _Z
    middle = (share + z2 / (2 * whole)) / (1 + z2 / whole)
    half = _Z * sqrt(share * (1 - share) / whole + z2 / (4 * whole * whole)) / (1 + z2 / whole)
    return max(0.0, middle - half), min(1.0, middle + half)
