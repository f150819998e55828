"""Read a sweep folder into plain values, and part what everybody may read from what only few may.

In: the parquet files and manifest.json of one sweep. Out: a `Sweep`, whose tables hold text and numbers only
(days as YYYY-MM-DD), each in a stated order. Clues of grade C and all that hangs on them are on one side of
the parting, everything else on the other; counts per rule are the same on both sides.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from jointsup_rules.limits import SWEEP_FORMAT
from jointsup_rules.problems import Place, Problem, ProblemsError, Text
from jointsup_rules.report.kept import Kept

SEVERITIES = ("high", "medium", "low")
RESTRICTED = "C"

# The columns of each file that a report reads. All must be there, but for those of the last list.
# fmt: off
_CLUES = (
    "clue_id", "rule_id", "rule_version", "severity", "grade", "state", "subject", "subject_key",
    "case_no", "unit", "handler", "measure", "measure_unit", "confidence", "started_on", "due_on",
    "ended_on", "over_days", "reason_zh", "reason_en", "law", "exception_id", "first_seen_on",
    "last_seen_on", "times_seen",
)
_EVIDENCE = ("clue_id", "role", "table", "row_key", "file", "line", "values")
_WORKING = (
    "clue_id", "step_no", "step", "from_on", "to_on", "days", "article", "document", "honoured",
    "note",
)
_OUTCOMES = (
    "rule_id", "rule_version", "status", "why", "in_scope", "hit", "clear", "excluded",
    "cannot_tell", "running", "due_soon",
)
_NOT_CLEAR = (
    "rule_id", "subject", "subject_key", "case_no", "unit", "handler", "outcome", "why",
    "started_on", "due_on",
)
_GONE = ("clue_id", "rule_id", "subject", "subject_key", "why")
_GONE_IF_THERE = (
    "title", "severity", "grade", "case_no", "unit", "reason_zh", "reason_en", "first_seen_on",
    "last_seen_on", "times_seen",
)
_TRIAGE = ("clue_id", "dossier_id", "priority", "route", "grade", "because")
_DOSSIERS = ("dossier_id", "kind", "key", "n_clues", "n_rules", "priority", "route", "because")
# fmt: on
_GRADES = ("none", "A", "B", "C")


@dataclass(frozen=True)
class Table:
    """Named columns of equal length."""

    n_rows: int
    columns: Mapping[str, Sequence[Any]]

    def __getitem__(self, name: str) -> Sequence[Any]:
        return self.columns[name]

    def pick(self, indexes: Iterable[int]) -> Table:
        """The rows at `indexes`, in that order."""
        chosen = list(indexes)
        return Table(
            len(chosen), {name: [values[i] for i in chosen] for name, values in self.columns.items()}
        )

    def keep(self, is_kept: Callable[..., bool], *names: str) -> Table:
        """The rows whose values of the columns `names` pass the test."""
        rows = zip(*(self[name] for name in names), strict=True)
        return self.pick(i for i, row in enumerate(rows) if is_kept(*row))


@dataclass(frozen=True)
class Sweep:
    """One sweep as its folder tells it.

    Attributes:
        manifest: manifest.json as it stands.
        clues: One row per clue, the gravest first: by severity, certain links before doubtful ones,
            days over, measure, clue id. The grade is the one triage left; `raised_from` is the sweep's own where it was
            raised, `route` a tuple of codes, `because` JSON; these and `priority` and `dossier_id` are empty untriaged.
        evidence: One row per evidence row, in the order of the file.
        working: One row per line of a calculation, by step number within a clue.
        outcomes: One row per rule, by rule id.
        not_clear: One row per subject neither hit nor clear, in the order of the file.
        gone: One row per clue no longer found, in the order of the file.
        dossiers: One row per dossier, in the order of the file; none untriaged.
        n_restricted: Clues of grade C in the folder, on whichever side.
    """

    manifest: Mapping[str, Any]
    clues: Table
    evidence: Table
    working: Table
    outcomes: Table
    not_clear: Table
    gone: Table
    dossiers: Table
    n_restricted: int = 0

    def rule(self, rule_id: str) -> Mapping[str, Any]:
        """What the manifest says of a rule; nothing for a rule it does not know."""
        described: Mapping[str, Any] = self.manifest["rules"].get(rule_id, {})
        return described


def read_sweep(folder: Path) -> Sweep:
    """Return everything a report is made from.

    Args:
        folder: A sweep folder with manifest.json and six parquet files.

    Raises:
        ProblemsError: A file is missing or cannot be read (JR801), lacks a column (JR802), or the manifest is
            of another format (JR803).
    """
    manifest = _read_manifest(folder / "manifest.json")
    clues = _read_triaged(folder, _read_table(folder / "clues.parquet", _CLUES))
    working = _read_table(folder / "working.parquet", _WORKING)
    outcomes = _read_table(folder / "outcomes.parquet", _OUTCOMES)
    return Sweep(
        manifest=manifest,
        clues=clues.pick(sorted(range(clues.n_rows), key=lambda i: _gravity(clues, i))),
        evidence=_read_table(folder / "evidence.parquet", _EVIDENCE),
        working=working.pick(sorted(range(working.n_rows), key=lambda i: working["step_no"][i] or 0)),
        outcomes=outcomes.pick(sorted(range(outcomes.n_rows), key=lambda i: str(outcomes["rule_id"][i]))),
        not_clear=_read_table(folder / "not_clear.parquet", _NOT_CLEAR),
        gone=_read_table(folder / "gone.parquet", _GONE, _GONE_IF_THERE),
        dossiers=_read_if_there(folder / "dossiers.parquet", _DOSSIERS),
    )


def _read_triaged(folder: Path, clues: Table) -> Table:
    """The clues with what triage concluded of each."""
    triage = _read_if_there(folder / "triage.parquet", _TRIAGE)
    place = {clue_id: i for i, clue_id in enumerate(triage["clue_id"])}
    places = [place.get(clue_id) for clue_id in clues["clue_id"]]
    added = {name: [None if i is None else triage[name][i] for i in places] for name in _TRIAGE[1:]}
    raised = [_highest(own, given) for own, given in zip(clues["grade"], added.pop("grade"), strict=True)]
    added["raised_from"] = [
        own if grade != own else None for own, grade in zip(clues["grade"], raised, strict=True)
    ]
    return Table(clues.n_rows, {**clues.columns, **added, "grade": raised})


def _highest(own: str | None, given: str | None) -> str | None:
    known = [grade for grade in (own, given) if grade in _GRADES]
    return max(known, key=_GRADES.index) if known else own


def _read_if_there(path: Path, names: Sequence[str]) -> Table:
    return _read_table(path, names) if path.is_file() else Table(0, {name: [] for name in names})


def add_kept(sweep: Sweep, kept: Kept) -> Sweep:
    """Return the sweep with what the ledger says of its clues; one that is of grade C there is of grade C here.

    Adds the columns `ledger_no`, `ledger` (state), `since` and `history`.
    """
    found = [kept.clues.get(clue_id) for clue_id in sweep.clues["clue_id"]]
    own = sweep.clues["grade"]
    grades = [
        grade if one is None else _highest(grade, RESTRICTED if one.is_restricted else one.grade)
        for grade, one in zip(own, found, strict=True)
    ]
    came = zip(own, grades, sweep.clues["raised_from"], strict=True)
    added: dict[str, list[Any]] = {
        "ledger_no": [one and one.ledger_no for one in found],
        "ledger": [one and one.state for one in found],
        "since": [one and one.since for one in found],
        "history": [one and one.history for one in found],
        "grade": grades,
        "raised_from": [before or (was if was != now else None) for was, now, before in came],
    }
    restricted = frozenset(clue_id for clue_id, one in kept.clues.items() if one.is_restricted)
    gone = [
        RESTRICTED if clue_id in restricted else grade
        for clue_id, grade in zip(sweep.gone["clue_id"], sweep.gone["grade"], strict=True)
    ]
    return replace(
        sweep,
        clues=replace(sweep.clues, columns={**sweep.clues.columns, **added}),
        gone=replace(sweep.gone, columns={**sweep.gone.columns, "grade": gone}),
    )


def has_restricted(folder: Path, kept: Kept | None) -> bool:
    """Whether a sweep has clues of grade C, of itself, by triage or by the ledger."""
    sweep = read_sweep(folder)
    return RESTRICTED in (sweep if kept is None else add_kept(sweep, kept)).clues["grade"]


def keep_unit(sweep: Sweep, unit: str | None) -> Sweep:
    """Return a sweep of one unit's clues and subjects alone; counts per rule stay those of the whole sweep."""
    clues = sweep.clues.keep(lambda one: one == unit, "unit")
    ids = frozenset(clues["clue_id"])
    members: dict[str, list[str]] = {}
    for dossier, rule in zip(clues["dossier_id"], clues["rule_id"], strict=True):
        members.setdefault(dossier, []).append(rule)
    dossiers = sweep.dossiers.keep(members.__contains__, "dossier_id")
    counted = {
        "n_clues": [len(members[one]) for one in dossiers["dossier_id"]],
        "n_rules": [len(set(members[one])) for one in dossiers["dossier_id"]],
    }
    units = {code: name for code, name in (sweep.manifest.get("units") or {}).items() if code == unit}
    return replace(
        sweep,
        manifest={**sweep.manifest, "units": units},
        clues=clues,
        evidence=sweep.evidence.keep(ids.__contains__, "clue_id"),
        working=sweep.working.keep(ids.__contains__, "clue_id"),
        not_clear=sweep.not_clear.keep(lambda one: one == unit, "unit"),
        gone=sweep.gone.keep(lambda one: one == unit, "unit"),
        dossiers=replace(dossiers, columns={**dossiers.columns, **counted}),
        n_restricted=0,
    )


def keep_readable(sweep: Sweep, restricted: bool) -> Sweep:
    """Return the sweep without grade C, or (`restricted`) with grade C alone.

    A clue goes by its own grade. A subject that is no clue has none and goes by the grade of its rule; so
    does a clue of the past that came without one.
    """

    def is_readable(grade: str | None) -> bool:
        return (grade == RESTRICTED) is restricted

    def is_readable_gone(grade: str | None, rule_id: str) -> bool:
        return is_readable(grade if grade is not None else _default_grade(sweep.rule(rule_id)))

    clues = sweep.clues.keep(is_readable, "grade")
    ids, dossiers = frozenset(clues["clue_id"]), frozenset(clues["dossier_id"])
    return replace(
        sweep,
        clues=clues,
        evidence=sweep.evidence.keep(ids.__contains__, "clue_id"),
        working=sweep.working.keep(ids.__contains__, "clue_id"),
        not_clear=sweep.not_clear.keep(lambda rule: is_readable(_default_grade(sweep.rule(rule))), "rule_id"),
        gone=sweep.gone.keep(is_readable_gone, "grade", "rule_id"),
        dossiers=sweep.dossiers.keep(dossiers.__contains__, "dossier_id"),
        n_restricted=sum(grade == RESTRICTED for grade in sweep.clues["grade"]),
    )


def read_text(value: Any) -> Text:
    """Return a text of the sweep in both languages: a {zh, en} object, the same as JSON, or plain words.

    Example:
        >>> read_text('{"zh": "键为空", "en": "the key is empty"}').in_language("en")
        'the key is empty'
        >>> read_text("补充侦查").in_language("en")
        '补充侦查'
    """
    if value is None:
        return Text()
    if isinstance(value, str) and value.startswith("{"):
        try:
            value = json.loads(value)
        except ValueError:
            return Text(value, value)
    if isinstance(value, Mapping):
        if not {"zh", "en"} & set(value):
            plain = json.dumps(value, ensure_ascii=False, sort_keys=True)
            return Text(plain, plain)
        return Text(str(value.get("zh") or ""), str(value.get("en") or ""))
    return Text(str(value), str(value))


def _default_grade(rule: Mapping[str, Any]) -> str | None:
    grade = rule.get("grade")
    return grade.get("is") if isinstance(grade, Mapping) else grade


def _gravity(clues: Table, i: int) -> tuple[int, bool, float, float, str]:
    severity = clues["severity"][i]
    rank = SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)
    over, measure = clues["over_days"][i] or 0, clues["measure"][i] or 0
    return rank, _is_doubtful(clues["confidence"][i]), -over, -measure, str(clues["clue_id"][i])


def _is_doubtful(confidence: Any) -> bool:
    """Whether a link of records that the clue rests on is less than certain."""
    return confidence < 1 if isinstance(confidence, (int, float)) else confidence not in (None, "high")


def _read_manifest(path: Path) -> Mapping[str, Any]:
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ProblemsError([_unreadable(path, error)]) from error
    found = manifest.get("format") if isinstance(manifest, dict) else None
    if found != SWEEP_FORMAT:
        what = Text(f"格式 {found!r}，此处读格式 {SWEEP_FORMAT}", f"format {found!r}, not {SWEEP_FORMAT}")
        fix = Text("用写出它的版本打开，或重新筛查", "open it with the version that wrote it, or sweep again")
        raise ProblemsError([Problem("JR803", Place(str(path)), what, fix=fix)])
    return dict(manifest)


def _read_table(path: Path, names: Sequence[str], if_there: Sequence[str] = ()) -> Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            table = file.read()
    except (OSError, pa.ArrowException) as error:
        raise ProblemsError([_unreadable(path, error)]) from error
    missing = [name for name in names if name not in table.column_names]
    if missing:
        what = Text(f"缺少列 {', '.join(missing)}", f"no column {', '.join(missing)}")
        fix = Text("重新筛查，写出完整的文件", "sweep again to write the file whole")
        raise ProblemsError([Problem("JR802", Place(str(path)), what, fix=fix)])
    there = {name: _plain_column(table[name]) for name in (*names, *if_there) if name in table.column_names}
    empty = [None] * table.num_rows
    return Table(table.num_rows, {name: there.get(name, empty) for name in (*names, *if_there)})


def _plain_column(column: Any) -> list[Any]:
    """The values of an Arrow column: days as YYYY-MM-DD, numbers without a needless point."""
    import pyarrow as pa

    if pa.types.is_date(column.type):
        column = column.cast(pa.string())
    values: list[Any] = column.to_pylist()
    if pa.types.is_list(column.type):
        return [None if value is None else tuple(value) for value in values]
    if pa.types.is_floating(column.type) or pa.types.is_decimal(column.type):
        return [_plain_number(value) for value in values]
    return [value.isoformat(sep=" ") if isinstance(value, datetime) else value for value in values]


def _unreadable(path: Path, error: Exception) -> Problem:
    what = Text(f"无法读取：{error}", f"cannot be read: {error}")
    if isinstance(error, FileNotFoundError):
        what = Text("没有这个文件", "no such file")
    fix = Text("给出完整的筛查文件夹", "name a whole sweep folder")
    return Problem("JR801", Place(str(path)), what, fix=fix)


def _plain_number(value: float | Decimal | None) -> float | int | None:
    if value is None or not math.isfinite(value):
        return None
    return int(value) if value == int(value) else round(float(value), 6)
