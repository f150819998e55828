"""Two sweeps compared: clues that came, went, changed or stayed, each with what caused it.

In: two sweep folders. Out: one line per clue that is not the same in both. The cause is the *rule* where its file, the
parameters or the dictionary differ, else the *data* where the dataset's files differ, else the *day* alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jointsup_rules.compile.duckdb import print_value
from jointsup_rules.problems import Place, Problem, ProblemsError, Text

# Words of a change and of its cause, for people.
CHANGES = {
    "added": Text("新增", "added"),
    "removed": Text("减少", "removed"),
    "changed": Text("变化", "changed"),
}
CAUSES = {
    "rule": Text("规则、参数或字典有变", "the rule, a parameter or the dictionary differs"),
    "data": Text("数据有变", "the data differ"),
    "day": Text("只是日期不同", "only the day differs"),
}
_FIELDS = ("rule_version", "severity", "grade", "started_on", "due_on", "ended_on")


@dataclass(frozen=True)
class ClueChange:
    """One clue that is not the same in two sweeps."""

    change: str
    cause: str
    clue_id: str
    rule_id: str
    subject_key: str
    case_no: str | None
    fields: tuple[str, ...]


@dataclass(frozen=True)
class SweepDiff:
    """What differs between two sweeps, and how many clues are the same."""

    before: str
    after: str
    changes: tuple[ClueChange, ...]
    n_same: int


def compare_sweeps(before: Path, after: Path) -> SweepDiff:
    """Return how two sweeps differ; clues of grade C are left out, as in every list.

    Raises:
        ProblemsError: one of the folders is no sweep.
    """
    import duckdb

    first, second = _manifest(before), _manifest(after)
    causes = _Causes(first, second)
    differs = " OR ".join(f"a.{name} IS DISTINCT FROM b.{name}" for name in _FIELDS)
    named = ", ".join(f"CASE WHEN a.{name} IS DISTINCT FROM b.{name} THEN '{name}' END" for name in _FIELDS)
    sql = f"""
      WITH a AS (FROM read_parquet({_clues(before)}) WHERE grade <> 'C'),
           b AS (FROM read_parquet({_clues(after)}) WHERE grade <> 'C')
      SELECT CASE WHEN b.clue_id IS NULL THEN 'removed' WHEN a.clue_id IS NULL THEN 'added'
                  WHEN {differs} THEN 'changed' ELSE 'same' END AS change,
             coalesce(b.clue_id, a.clue_id), coalesce(b.rule_id, a.rule_id),
             coalesce(b.subject_key, a.subject_key), coalesce(b.case_no, a.case_no),
             CASE WHEN a.clue_id IS NOT NULL AND b.clue_id IS NOT NULL
                  THEN list_filter([{named}], lambda x: x IS NOT NULL) ELSE [] END
      FROM a FULL JOIN b ON a.clue_id = b.clue_id
      ORDER BY 3, 1, 2"""
    with duckdb.connect(":memory:") as connection:
        rows = connection.execute(sql).fetchall()
    changes = [
        ClueChange(change, causes.of(rule_id), clue_id, rule_id, key, case_no, tuple(fields))
        for change, clue_id, rule_id, key, case_no, fields in rows
        if change != "same"
    ]
    return SweepDiff(before.name, after.name, tuple(changes), len(rows) - len(changes))


@dataclass(frozen=True)
class _Causes:
    first: Mapping[str, Any]
    second: Mapping[str, Any]

    def of(self, rule_id: str) -> str:
        """Return what explains a difference in the clues of a rule."""
        hashes = [manifest["rules"].get(rule_id, {}).get("hash") for manifest in (self.first, self.second)]
        if hashes[0] != hashes[1] or self._inputs(self.first) != self._inputs(self.second):
            return "rule"
        return "data" if self._data(self.first) != self._data(self.second) else "day"

    def _inputs(self, manifest: Mapping[str, Any]) -> dict[str, str]:
        """Files all rules share: dictionary, law, parameters, calendar, exceptions."""
        own = {entry["path"]: entry["sha256"] for entry in manifest["inputs"]}
        shared = (
            "rules/law/",
            "rules/parameters",
            "rules/exceptions",
            "datasets/dictionary",
            "datasets/calendar/",
        )
        return {path: digest for path, digest in own.items() if path.startswith(shared)}

    def _data(self, manifest: Mapping[str, Any]) -> dict[str, str]:
        name = f"datasets/{manifest['dataset']['name']}/"
        return {
            entry["path"]: entry["sha256"] for entry in manifest["inputs"] if entry["path"].startswith(name)
        }


def _clues(folder: Path) -> str:
    return print_value(str(folder / "clues.parquet"))


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        return dict(json.loads((folder / "manifest.json").read_text(encoding="utf-8")))
    except (OSError, ValueError):
        what = Text(f"“{folder.name}”不是一次筛查", f"'{folder.name}' is no sweep")
        fix = Text("写 reports/ 下的文件夹名", "give the name of a folder under reports/")
        raise ProblemsError([Problem("JR403", Place(f"reports/{folder.name}"), what, fix=fix)]) from None
