"""Two sweeps compared: clues that came, went, changed or stayed, each with what caused it.

In: two sweep folders. Out: one line per clue that is not the same in both. The *rule* is the cause where it does
otherwise now. Else the rows the clue rests on are laid side by side: where they differ the *data* is the cause, where
they are the same the *day* is. Of a clue found only once, what the other sweep kept decides: why it is gone, the same
rows under another clue, a limit that had not run out. Where nothing kept decides, that is said, not guessed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from jointsup_rules.compile.duckdb import print_value
from jointsup_rules.problems import Place, Problem, ProblemsError, Text
from jointsup_rules.sweep.before import Earlier, files_of, follow_chain, list_sweeps
from jointsup_rules.sweep.gone import GONE
from jointsup_rules.sweep.people import print_raised

# Words of a change and of its cause, for people.
CHANGES = {
    "added": Text("新增", "added"),
    "removed": Text("减少", "removed"),
    "changed": Text("变化", "changed"),
}
CAUSES = {
    "rule": Text("规则不同", "the rule"),
    "data": Text("数据不同", "the data"),
    "day": Text("日期不同", "the day"),
    "open": Text(
        "数据或日期不同，所存记录不足以判断", "the data or the day; what was kept does not tell which"
    ),
}
_FIELDS = ("rule_version", "severity", "grade", "started_on", "due_on", "ended_on", "measure")
# What became of a clue that is gone, by its cause.
_BY_RULE = frozenset({"withdrawn", "rule_changed", "not_evaluated"})
_BY_DAY = frozenset({"day_passed"})


@dataclass(frozen=True)
class ClueChange:
    """One clue that is not the same in two sweeps.

    Attributes:
        change: added, removed or changed.
        cause: rule, data, day or open.
        fields: What differs of the clue: name to both values as text.
        columns: Columns of its rows that differ.
        why: Why it is gone, where the later sweep says so.
    """

    change: str
    cause: str
    clue_id: str
    rule_id: str
    subject_key: str
    case_no: str | None
    fields: Mapping[str, tuple[str | None, str | None]]
    columns: tuple[str, ...]
    why: Text | None


@dataclass(frozen=True)
class SweepDiff:
    """What differs between two sweeps, and how many clues are the same."""

    before: str
    after: str
    changes: tuple[ClueChange, ...]
    n_same: int


def find_sweep(reports: Path, name: str | None) -> Path:
    """Return the folder of a sweep, by name or path; the newest without a name.

    Raises:
        ProblemsError: there is no such sweep.
    """
    if name is not None:
        return _read(reports, name).folder
    known = list_sweeps(reports)
    if not known:
        what = Text("还没有筛查", "there is no sweep yet")
        raise _unusable("reports", what, Text("先运行 jointsup sweep", "run jointsup sweep first"))
    return known[0].folder


def find_pair(reports: Path, before: str | None, after: str | None) -> tuple[Path, Path]:
    """Return the folders of two sweeps: those named; or one with its sweep before; or the newest with its own.

    Args:
        reports: Where sweeps lie.
        before: Name or path; alone, it names the later one of the two.
        after: Name or path of the other.

    Raises:
        ProblemsError: there is no such sweep, or none before it.
    """
    if before is not None and after is not None:
        return _read(reports, before).folder, _read(reports, after).folder
    later = _read(reports, find_sweep(reports, before).as_posix())
    name = later.manifest["previous"]
    if name is None:
        what = Text(
            f"“{later.folder.name}”之前没有可比的筛查", f"no sweep comes before '{later.folder.name}'"
        )
        raise _unusable(later.folder.name, what, Text("写出两次筛查", "name two sweeps"))
    return _read(later.folder.parent, name).folder, later.folder


def compare_sweeps(before: Path, after: Path) -> SweepDiff:
    """Return how two sweeps differ; clues of grade C are left out, as in every list.

    Raises:
        ProblemsError: one of the folders is no sweep.
    """
    import duckdb

    first, second = _read(before.parent, str(before)), _read(after.parent, str(after))
    with duckdb.connect(":memory:") as connection:
        connection.execute(_load(first, "a"))
        connection.execute(_load(second, "b"))
        by_day = {name for one in (first, second) for card in _cards(one) for name in card["basis"]["by_day"]}
        listed = ", ".join(map(print_value, sorted(by_day))) or "''"
        rows = [_Row(*row) for row in connection.execute(_SELECT.replace("{by_day}", listed)).fetchall()]
    judge = _Judge(first, second, _gone_between(first, second) or _gone_between(second, first))
    changes = tuple(judge.judge(row) for row in rows if row.change != "same")
    return SweepDiff(first.folder.name, second.folder.name, changes, len(rows) - len(changes))


def _cards(sweep: Earlier) -> list[Mapping[str, Any]]:
    return list(sweep.manifest["rules"].values())


def _load(sweep: Earlier, name: str) -> str:
    clues, evidence = (print_value(str(sweep.folder / f"{one}.parquet")) for one in ("clues", "evidence"))
    return (
        f"CREATE TABLE {name} AS FROM read_parquet({clues}) WHERE grade <> 'C'"
        f" AND clue_id NOT IN ({print_raised(sweep.folder)});"
        f"CREATE TABLE {name}_row AS FROM read_parquet({evidence}) WHERE role <> 'finding'"
    )


_NAMED = ", ".join(f"{name}: [CAST(a.{name} AS VARCHAR), CAST(b.{name} AS VARCHAR)]" for name in _FIELDS)
# A measure in days grows with the days; that is no change.
_SAME_FIELDS = " AND ".join(
    f"a.{name} IS NOT DISTINCT FROM b.{name}" for name in _FIELDS if name != "measure"
) + (
    " AND (a.due_on IS NOT NULL OR a.measure IS NOT DISTINCT FROM b.measure OR coalesce(a.measure_unit = 'days'"
    " AND b.measure - a.measure = date_diff('day', a.last_seen_on, b.last_seen_on), FALSE))"
)
_COLUMNS = """list_filter(json_keys(x."values"), lambda k: NOT list_contains([{by_day}], string_split(k, '.')[-1])
    AND json_extract_string(x."values", concat('$."', k, '"'))
        IS DISTINCT FROM json_extract_string(y."values", concat('$."', k, '"')))"""
_SHOWN = """list_filter(list_intersect(json_keys(x."values"), json_keys(y."values")),
    lambda k: NOT list_contains([{by_day}], string_split(k, '.')[-1]))"""
_DIFFERENT = """len(list_filter({shown}, lambda k: json_extract_string(x."values", concat('$."', k, '"'))
    IS DISTINCT FROM json_extract_string(y."values", concat('$."', k, '"')))) > 0""".replace(
    "{shown}", _SHOWN
)
_COVERED = """y.row_key IS NOT NULL AND len(list_filter(json_keys(x."values"), lambda k: NOT list_contains([{by_day}], string_split(k, '.')[-1])
    AND NOT list_contains(json_keys(y."values"), k))) = 0"""
# Rows of one clue, side by side. For a clue found once, any clue of the other sweep that shows the same row will do, as
# far as both show the same columns.
_SELECT = f"""
WITH paired AS (
  SELECT coalesce(x.clue_id, y.clue_id) AS clue_id, y.row_key IS NOT NULL AND x.row_key IS NOT NULL AS has_both,
         CASE WHEN y.row_key IS NOT NULL AND x.row_key IS NOT NULL THEN {_COLUMNS} ELSE [] END AS differing
  FROM a_row AS x FULL JOIN b_row AS y
    ON y.clue_id = x.clue_id AND y.role = x.role AND y."table" = x."table" AND y.row_key = x.row_key
), rows_of AS (
  SELECT clue_id, list_sort(list_distinct(flatten(list(differing)))) AS columns, bool_and(has_both) AS is_whole
  FROM paired GROUP BY clue_id
), once AS (
  SELECT x.clue_id, x."table", x.row_key, coalesce(bool_or({_DIFFERENT}), FALSE) AS differs,
         coalesce(bool_or({_COVERED}), FALSE) AS covered
  FROM (FROM a_row ANTI JOIN b USING (clue_id)) AS x
  LEFT JOIN b_row AS y ON y."table" = x."table" AND y.row_key = x.row_key GROUP BY ALL
  UNION ALL
  SELECT x.clue_id, x."table", x.row_key, coalesce(bool_or({_DIFFERENT}), FALSE),
         coalesce(bool_or({_COVERED}), FALSE)
  FROM (FROM b_row ANTI JOIN a USING (clue_id)) AS x
  LEFT JOIN a_row AS y ON y."table" = x."table" AND y.row_key = x.row_key GROUP BY ALL
), known AS (
  SELECT clue_id, CASE WHEN bool_or(differs) THEN 'differ' WHEN bool_and(covered) THEN 'same' END AS elsewhere
  FROM once GROUP BY clue_id
)
SELECT CASE WHEN b.clue_id IS NULL THEN 'removed' WHEN a.clue_id IS NULL THEN 'added'
            WHEN {_SAME_FIELDS} THEN 'same' ELSE 'changed' END AS change,
       coalesce(b.clue_id, a.clue_id), coalesce(b.rule_id, a.rule_id), coalesce(b.subject_key, a.subject_key),
       coalesce(b.case_no, a.case_no), CAST(to_json({{{_NAMED}}}) AS VARCHAR),
       coalesce(r.columns, []), coalesce(r.is_whole, FALSE), k.elsewhere,
       coalesce(b.started_on, a.started_on), coalesce(b.due_on, a.due_on), coalesce(b.ended_on, a.ended_on)
FROM a FULL JOIN b ON a.clue_id = b.clue_id
LEFT JOIN rows_of AS r ON r.clue_id = coalesce(b.clue_id, a.clue_id)
LEFT JOIN known AS k ON k.clue_id = coalesce(b.clue_id, a.clue_id)
ORDER BY 3, CASE change WHEN 'added' THEN 0 WHEN 'removed' THEN 1 ELSE 2 END, 4, 2"""


@dataclass(frozen=True)
class _Row:
    """A clue as the comparison reads it."""

    change: str
    clue_id: str
    rule_id: str
    subject_key: str
    case_no: str | None
    fields: str
    columns: list[str]
    is_whole: bool
    elsewhere: str | None
    started_on: date | None
    due_on: date | None
    ended_on: date | None


@dataclass(frozen=True)
class _Judge:
    """What decides the cause of a change: both sweeps, and why clues went between them, either way."""

    first: Earlier
    second: Earlier
    gone: Mapping[str, str]

    def judge(self, row: _Row) -> ClueChange:
        """Return a change with its cause."""
        fields: dict[str, tuple[str | None, str | None]] = {}
        columns: tuple[str, ...] = ()
        if row.change == "changed":
            told = {name: (pair[0], pair[1]) for name, pair in json.loads(row.fields).items()}
            is_shown = {"measure": row.due_on is None}
            fields = {n: p for n, p in told.items() if p[0] != p[1] and is_shown.get(n, True)}
            columns = tuple(row.columns)
        code = self.gone.get(row.clue_id)
        cause = self._cause(row, code, fields)
        why = GONE[code] if code is not None and row.change == "removed" else None
        return ClueChange(
            row.change, cause, row.clue_id, row.rule_id, row.subject_key, row.case_no, fields, columns, why
        )

    def _cause(self, row: _Row, code: str | None, fields: Mapping[str, object]) -> str:
        if code is not None and row.change != "changed":
            return "rule" if code in _BY_RULE else "day" if code in _BY_DAY else "data"
        cards = [one.manifest["rules"].get(row.rule_id) for one in (self.first, self.second)]
        if any(card is None or card["status"] != "ran" for card in cards):
            return "rule"
        old, new = cards
        if old["version"] != new["version"] or old["basis"]["logic"] != new["basis"]["logic"]:
            return "rule"
        if self._day(self.first) == self._day(self.second):
            return "data"
        if self._is_unmoved(new["basis"]["tables"]):
            return "day"
        if not new["basis"]["is_by_day"]:
            return "data"
        return self._of_changed(row, fields, new) if row.change == "changed" else self._of_one(row)

    def _of_changed(self, row: _Row, fields: Mapping[str, object], card: Mapping[str, Any]) -> str:
        if row.columns:
            return "data"
        if not row.is_whole:
            return "open"
        if "due_on" not in fields:
            return "day"
        has_other_calendar = card["basis"]["has_calendar"] and self._calendar(self.first) != self._calendar(
            self.second
        )
        return "rule" if has_other_calendar else "data"

    def _of_one(self, row: _Row) -> str:
        """The cause where only one of the two found a clue, by what it says of the other's day."""
        if row.elsewhere is not None:
            return "data" if row.elsewhere == "differ" else "day"
        other = self._day(self.first if row.change == "added" else self.second)
        if row.due_on is not None:
            # A limit that had run out by then would have been found on the same rows; one that had not could not be.
            has_begun = row.started_on is None or row.started_on <= other
            return "day" if has_begun and row.due_on >= other else "data"
        days = [day for day in (row.started_on, row.ended_on) if day is not None]
        return "data" if any(day > other for day in days) else "open"

    def _is_unmoved(self, tables: list[str]) -> bool:
        one, other = files_of(self.first.manifest), files_of(self.second.manifest)
        return all(one.get(f"{name}.parquet") == other.get(f"{name}.parquet") for name in tables)

    def _day(self, sweep: Earlier) -> date:
        return date.fromisoformat(sweep.manifest["as_of"])

    def _calendar(self, sweep: Earlier) -> dict[str, str]:
        inputs = ((one["path"], one["sha256"]) for one in sweep.manifest["inputs"])
        return {path: digest for path, digest in inputs if path.startswith("datasets/calendar/")}


def _gone_between(earlier: Earlier, later: Earlier) -> dict[str, str]:
    """Clue to the code of why it went, where the later sweep stands on the earlier one; else nothing."""
    import duckdb

    chain = follow_chain(later)
    places = [n for n, one in enumerate(chain) if one.folder.name == earlier.folder.name]
    if not places or earlier.folder.parent.resolve() != later.folder.parent.resolve():
        return {}
    codes: dict[str, str] = {}
    with duckdb.connect(":memory:") as connection:
        for one in chain[: places[0]]:
            rows = connection.execute(
                "SELECT clue_id, json_extract_string(why, '$.code') FROM read_parquet(?)",
                [str(one.folder / "gone.parquet")],
            ).fetchall()
            for clue_id, code in rows:
                codes.setdefault(clue_id, code)
    return codes


def _read(reports: Path, name: str) -> Earlier:
    """A sweep by path, or by its name under the reports."""
    for folder in (Path(name), reports / name):
        try:
            manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(manifest, dict) and {"as_of", "previous", "rules", "selection"} <= manifest.keys():
            return Earlier(folder.resolve(), manifest)
    known = [one.folder.name for one in list_sweeps(reports)]
    fix = Text(
        f"写 reports/ 下的文件夹名；已有：{'、'.join(known) or '无'}",
        f"give the name of a folder under reports/; there are: {', '.join(known) or 'none'}",
    )
    what = Text(f"“{Path(name).name}”不是一次筛查", f"'{Path(name).name}' is no sweep")
    raise _unusable(name, what, fix)


def _unusable(name: str, what: Text, fix: Text) -> ProblemsError:
    return ProblemsError([Problem("JR403", Place(name), what, fix=fix)])
