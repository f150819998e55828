"""What past sweeps counted, rule by rule: for model cards and trends.

In: a folder of reports. Out: for each rule its lines, oldest first, one a sweep. Of several sweeps of one dataset as of
one day the newest is taken; sweeps of a choice of rules count only for those rules.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jointsup_rules.problems import NO_TEXT, Place, Problem, ProblemsError, Text, nearest_word
from jointsup_rules.sweep.before import Earlier, list_sweeps

COUNTS = ("in_scope", "hit", "clear", "excluded", "cannot_tell", "running", "due_soon")
_COLUMNS = ("rule_id", "rule_version", "status", "why", *COUNTS)


@dataclass(frozen=True)
class SweepCounts:
    """One rule in one sweep; counts are None unless it ran.

    Attributes:
        folder: Name of the sweep's folder in reports/.
        status: ran, not_evaluated or failed.
        why: Why it did not run.
        counts: Subjects by outcome, as in outcomes.parquet.
    """

    dataset: str
    as_of: date
    folder: str
    version: int
    status: str
    why: Text
    counts: Mapping[str, int | None]


@dataclass(frozen=True)
class RuleFigures:
    """What is known of a rule's use.

    Attributes:
        sweeps: Its sweeps over one dataset, oldest first.
        handled: What became of its clues in the ledger, as label and figure; empty without a ledger.
    """

    sweeps: tuple[SweepCounts, ...] = ()
    handled: tuple[tuple[Text, int | str], ...] = ()


NO_FIGURES = RuleFigures()


def read_figures(reports: Path, dataset: str | None = None) -> dict[str, RuleFigures]:
    """Return what the sweeps of one dataset counted, by rule.

    Args:
        reports: Where sweeps lie; need not exist.
        dataset: Name of the dataset; None for the one that was swept as of the latest day.

    Raises:
        ProblemsError: no sweep of the named dataset is there, or the outcomes of one cannot be read.
    """
    found = list_sweeps(reports)
    names = [one.manifest["dataset"]["name"] for one in found]
    if dataset is None:
        dataset = names[0] if names else None
    elif dataset not in names:
        raise ProblemsError([_no_sweep(dataset, names)])
    lines: dict[str, dict[date, SweepCounts]] = {}
    for sweep in reversed([one for one, name in zip(found, names, strict=True) if name == dataset]):
        for rule_id, line in _read_outcomes(sweep).items():
            lines.setdefault(rule_id, {})[line.as_of] = line
    return {
        rule_id: RuleFigures(tuple(by_day[day] for day in sorted(by_day)))
        for rule_id, by_day in lines.items()
    }


def _no_sweep(dataset: str, names: list[str]) -> Problem:
    known = sorted(set(names))
    near = nearest_word(dataset, known)
    what = Text(f"没有数据集“{dataset}”的筛查结果", f"there is no sweep of dataset '{dataset}'")
    fix = Text(f"是否想写“{near}”？", f"did you mean '{near}'?") if near else NO_TEXT
    if near is None:
        listed = Text("、".join(known) or "无", ", ".join(known) or "none")
        fix = Text(f"先用 jointsup sweep 筛查；已有：{listed.zh}", f"sweep it first; there are: {listed.en}")
    return Problem("JR403", Place("reports"), what, fix=fix)


def _read_outcomes(sweep: Earlier) -> dict[str, SweepCounts]:
    """The outcomes of one sweep by rule."""
    import duckdb

    from jointsup_rules.compile.duckdb import print_value

    path = sweep.folder / "outcomes.parquet"
    listed = ", ".join(_COLUMNS)
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        try:
            rows = connection.execute(
                f"SELECT {listed} FROM read_parquet({print_value(str(path))})"
            ).fetchall()
        except duckdb.Error as error:
            raise ProblemsError([_damaged(sweep, error)]) from None
    as_of = date.fromisoformat(sweep.manifest["as_of"])
    name = str(sweep.manifest["dataset"]["name"])
    return {
        rule_id: SweepCounts(
            name,
            as_of,
            sweep.folder.name,
            int(version),
            status,
            _text(why),
            dict(zip(COUNTS, counts, strict=True)),
        )
        for rule_id, version, status, why, *counts in rows
    }


def _damaged(sweep: Earlier, error: Exception) -> Problem:
    first = str(error).splitlines()[0]
    what = Text(f"筛查结果已损坏：{first}", f"the sweep is damaged: {first}")
    fix = Text("删去这个文件夹，或者重新筛查", "delete the folder, or sweep again")
    return Problem("JR403", Place(f"reports/{sweep.folder.name}/outcomes.parquet"), what, fix=fix)


def _text(why: str | None) -> Text:
    """The reason in both languages, as outcomes keep it."""
    if not why:
        return NO_TEXT
    try:
        told = json.loads(why)
    except ValueError:
        return Text(why)
    return Text(str(told.get("zh", "")), str(told.get("en", ""))) if isinstance(told, dict) else Text(why)
