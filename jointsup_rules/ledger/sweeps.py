"""What the ledger reads of a sweep's folder: its clues with what triage made of them, and where it could not look.

In: the folder of a finished sweep. Out: a SweepRead. Every value is as JSON knows it, so that it can stand in an entry.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from jointsup_rules.ledger.entries import plain
from jointsup_rules.problems import Place, Problem, ProblemsError, Text

# What of a clue goes into the ledger; the rest stays in the sweep's folder, to which the entry points.
COLUMNS = (
    "rule_id", "rule_version", "title", "severity", "grade", "subject", "subject_key", "case_no", "unit", "handler", "measure",
    "measure_unit", "confidence", "started_on", "due_on", "ended_on", "over_days", "reason_zh", "reason_en", "law",
)  # fmt: skip
_TRIAGED = ("dossier_id", "priority", "route", "grade", "because")


@dataclass(frozen=True)
class SweepRead:
    """A sweep as the ledger takes it in.

    Attributes:
        name: Name of its folder.
        seen_until: The last day its data can speak of: the earlier of its day and the data's cut-off day.
        clues: Facts by clue id, without those an approved exception marks.
        excepted: Ids of clues that an exception marks.
        looked: Rules that ran.
        open: Rule and subject key of those it could not tell.
        gone: Why a clue of the sweep before is no longer found, where it is known.
        digest: Hash over all the result depends on.
    """

    name: str
    dataset: str
    as_of: date
    seen_until: date
    clues: Mapping[str, Mapping[str, Any]]
    excepted: frozenset[str]
    looked: frozenset[str]
    open: frozenset[tuple[str, str]]
    gone: Mapping[str, str]
    digest: str


def read_sweep(folder: Path) -> SweepRead:
    """Return a sweep's clues for the ledger.

    Raises:
        ProblemsError: it is no folder of a finished sweep.
    """
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        as_of = date.fromisoformat(manifest["as_of"])
        dataset = manifest["dataset"]
        name, cut_off = dataset["name"], date.fromisoformat(dataset["cut_off"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        what = Text(f"“{folder.name}”不是一次筛查的文件夹", f"'{folder.name}' is no folder of a sweep")
        fix = Text(
            "写 reports/ 下的文件夹名，如 2025-06-30-1a2b3c4d",
            "name a folder of reports/, such as 2025-06-30-1a2b3c4d",
        )
        raise ProblemsError([Problem("JR701", Place(folder.name), what, fix=fix)]) from error
    rows = _rows(folder / "clues.parquet", (*COLUMNS, "clue_id", "exception_id"))
    triaged = {row["clue_id"]: row for row in _rows(folder / "triage.parquet", ("clue_id", *_TRIAGED))}
    clues: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        if row["exception_id"] is None:
            facts = {column: row[column] for column in COLUMNS} | {
                "dataset": name,
                "family": row["rule_id"].split("-")[0],
            }
            facts |= {
                key: value for key, value in triaged.get(row["clue_id"], {}).items() if value is not None
            }
            facts.pop("clue_id", None)
            clues[row["clue_id"]] = plain({key: value for key, value in facts.items() if value is not None})
    outcomes = _rows(folder / "outcomes.parquet", ("rule_id", "status"))
    unsure = _rows(folder / "not_clear.parquet", ("rule_id", "subject_key", "outcome"))
    gone = _rows(folder / "gone.parquet", ("clue_id", "why"))
    return SweepRead(
        folder.name, name, as_of, min(as_of, cut_off), clues,
        frozenset(row["clue_id"] for row in rows if row["exception_id"] is not None),
        frozenset(row["rule_id"] for row in outcomes if row["status"] == "ran"),
        frozenset((row["rule_id"], row["subject_key"]) for row in unsure if row["outcome"] == "cannot_tell"),
        {row["clue_id"]: row["why"] for row in gone},
        manifest["hash"],
    )  # fmt: skip


def _rows(path: Path, columns: tuple[str, ...]) -> list[dict[str, Any]]:
    """The named columns of a table, those it lacks left out; no rows where there is no table."""
    import pyarrow.parquet as pq

    if not path.is_file():
        return []
    here = [column for column in columns if column in pq.read_schema(path).names]
    return list(pq.read_table(path, columns=here).to_pylist())
