"""Triage of one sweep: facts built, rules chained by both engines, conclusions folded into what is written.

In: the clues of a sweep and the triage of the workspace. Out: `triage.parquet` (clue_id, dossier_id, priority, route, grade,
because; one row per clue, in order of clue id) and `dossiers.parquet` (one row per dossier), and what the second engine said.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jointsup_rules.compile.duckdb import quote
from jointsup_rules.model.triage import FIELDS, PRIORITIES, Triage, TriageRule
from jointsup_rules.problems import Problem, Text
from jointsup_rules.triage.chain import LIMIT_S, SecondOpinion, ask_durable
from jointsup_rules.triage.facts import build_facts
from jointsup_rules.triage.sql import Conclusions, chain_in_sql

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_GRADES = ("none", "A", "B", "C")
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class TriageResult:
    """How a triage went: clues, dossiers, conclusions drawn, and the second engine's word."""

    n_clues: int
    n_dossiers: int
    n_conclusions: int
    second: SecondOpinion


def run_triage(
    triage: Triage, folder: Path, limit_s: float = LIMIT_S, command: tuple[str, ...] = ()
) -> TriageResult:
    """Triage the clues of a sweep's folder and write both tables into it, owner-only as the clues are.

    Args:
        triage: The rules.
        folder: Holds clues.parquet.
        limit_s: Time limit of the second engine.
        command: What to run as the second engine, for tests.
    """
    import duckdb

    with duckdb.connect(":memory:", config={"threads": 2}) as connection:
        n_clues = build_facts(connection, triage, folder / "clues.parquet")
        found = chain_in_sql(connection, triage)
        second = ask_durable(connection, triage, found, limit_s, command)
        rows = _fold(connection, triage, found)
    dossiers = _gather_dossiers(rows)
    _write(folder / "triage.parquet", [row.shown() for row in rows], _TRIAGE)
    _write(folder / "dossiers.parquet", dossiers, _DOSSIERS)
    return TriageResult(n_clues, len(dossiers), len(found), second)


@dataclass(frozen=True)
class _Triaged:
    """One clue with what was concluded of it."""

    clue_id: str
    rule_id: str
    unit: str | None
    severity: str
    kind: str
    key: str
    dossier_id: str
    priority: str
    route: tuple[str, ...]
    grade: str
    because: tuple[Mapping[str, str], ...]

    def shown(self) -> dict[str, Any]:
        because = json.dumps(list(self.because), ensure_ascii=False)
        return {"clue_id": self.clue_id, "dossier_id": self.dossier_id, "priority": self.priority, "route": list(self.route),
                "grade": self.grade, "because": because}  # fmt: skip


def _fold(connection: DuckDBPyConnection, triage: Triage, found: Conclusions) -> list[_Triaged]:
    """Each clue with the highest grade and priority, every route, the first dossier of the order, and every because."""
    rules = {rule.id: rule for rule in triage.rules}
    order = {rule.id: number for number, rule in enumerate(triage.rules)}
    held: dict[str, list[TriageRule]] = {}
    for rule_id, clue_id in sorted(found, key=lambda pair: order[pair[0]]):
        held.setdefault(clue_id, []).append(rules[rule_id])
    spread = _marked_by(connection, triage, found)
    names = [row[0] for row in connection.execute("DESCRIBE fact").fetchall()]
    rows = connection.execute(f"SELECT {', '.join(map(quote, names))} FROM fact ORDER BY clue_id").fetchall()
    return [
        _one(triage, dict(zip(names, row, strict=True)), held.get(row[names.index("clue_id")], []), spread)
        for row in rows
    ]


def _marked_by(
    connection: DuckDBPyConnection, triage: Triage, found: Conclusions
) -> Mapping[tuple[str, bool, Any], list[TriageRule]]:
    """Rules that gave a mark to every clue of a key: by field, secrecy and value, so that those clues say why, too."""
    rules = {rule.id: rule for rule in triage.rules if rule.then.on is not None}
    by_clue: dict[str, list[TriageRule]] = {}
    for rule_id, clue_id in sorted(found):
        if rule_id in rules:
            by_clue.setdefault(clue_id, []).append(rules[rule_id])
    marked: dict[tuple[str, bool, Any], list[TriageRule]] = {}
    keys = sorted({str(rule.then.on) for rule in rules.values()})
    if not keys or not by_clue:
        return marked
    columns = ", ".join(["clue_id", "secret", *map(quote, keys)])
    for clue_id, secret, *values in connection.execute(
        f"SELECT {columns} FROM fact ORDER BY clue_id"
    ).fetchall():
        for rule in by_clue.get(clue_id, ()):
            value = values[keys.index(str(rule.then.on))]
            listed = marked.setdefault((str(rule.then.on), secret, value), [])
            if value is not None and rule not in listed:
                listed.append(rule)
    return marked


def _one(
    triage: Triage, fact: Mapping[str, Any], rules: list[TriageRule],
    spread: Mapping[tuple[str, bool, Any], list[TriageRule]],
) -> _Triaged:  # fmt: skip
    defaults, shape = triage.shape.defaults, triage.shape
    wanted = [
        rule.then.dossier
        for rule in rules
        if rule.then.dossier is not None and fact[rule.then.dossier] is not None
    ]
    kind = next((one for one in shape.dossiers if one in wanted), defaults.dossier)
    if fact[kind] is None:
        kind = "subject_key"
    key = str(fact[kind]) if kind != "subject_key" else f"{fact['subject']}|{fact['subject_key']}"
    priorities = [rule.then.priority for rule in rules if rule.then.priority is not None] or [
        defaults.priority
    ]
    grades = [
        str(fact["grade"] or "none"),
        *(rule.then.grade for rule in rules if rule.then.grade is not None),
    ]
    routes = tuple(dict.fromkeys(route for rule in rules for route in rule.then.route)) or defaults.route
    borrowed = [
        rule for field in ("case_no", "unit", "handler", "subject_key")
        for rule in spread.get((field, fact["secret"], fact[field]), []) if fact[field] is not None and rule not in rules
    ]  # fmt: skip
    grade = max(grades, key=_GRADES.index)
    # What may concern somebody's conduct is never grouped with what everybody reads.
    secret = "C" if grade == "C" else ""
    digest = hashlib.sha256("\x1f".join((kind, key, secret)).encode()).hexdigest()
    return _Triaged(
        fact["clue_id"], fact["rule_id"], fact["unit"], str(fact["severity"]), kind, key, f"D-{digest[:12]}",
        min(priorities, key=PRIORITIES.index), routes, grade,
        tuple(_because(rule, fact) for rule in (*rules, *borrowed)),
    )  # fmt: skip


def _because(rule: TriageRule, fact: Mapping[str, Any]) -> dict[str, str]:
    """Why a rule holds for a clue, its figures filled in."""
    values = {name: _said(name, value) for name, value in fact.items()}
    return {
        "rule": rule.id,
        "zh": rule.because.zh.format_map(values),
        "en": rule.because.en.format_map(values),
    }


def _said(name: str, value: Any) -> str:
    if value is None:
        return "—"
    return (_EPOCH + timedelta(days=value)).isoformat() if FIELDS.get(name) == "date" else str(value)


def _gather_dossiers(rows: Iterable[_Triaged]) -> list[dict[str, Any]]:
    """One row per dossier, in order of priority, then of size, then of id."""
    members: dict[str, list[_Triaged]] = {}
    for row in rows:
        members.setdefault(row.dossier_id, []).append(row)
    dossiers = []
    for dossier_id, own in members.items():
        because = {
            json.dumps(one, ensure_ascii=False, sort_keys=True): one for row in own for one in row.because
        }
        dossiers.append(
            {
                "dossier_id": dossier_id, "kind": own[0].kind, "key": own[0].key, "n_clues": len(own),
                "n_rules": len({row.rule_id for row in own}), "units": sorted({row.unit for row in own if row.unit}),
                "priority": min((row.priority for row in own), key=PRIORITIES.index),
                "grade": max((row.grade for row in own), key=_GRADES.index),
                "route": sorted({route for row in own for route in row.route}),
                "because": json.dumps(list(because.values()), ensure_ascii=False),
            }
        )  # fmt: skip
    return sorted(
        dossiers, key=lambda one: (PRIORITIES.index(one["priority"]), -one["n_clues"], one["dossier_id"])
    )


_TEXT, _LIST, _COUNT = "string", "list", "int64"
_TRIAGE = {
    "clue_id": _TEXT,
    "dossier_id": _TEXT,
    "priority": _TEXT,
    "route": _LIST,
    "grade": _TEXT,
    "because": _TEXT,
}
_DOSSIERS = {
    "dossier_id": _TEXT, "kind": _TEXT, "key": _TEXT, "n_clues": _COUNT, "n_rules": _COUNT, "units": _LIST,
    "priority": _TEXT, "grade": _TEXT, "route": _LIST, "because": _TEXT,
}  # fmt: skip


def _write(path: Path, rows: list[dict[str, Any]], columns: Mapping[str, str]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {_TEXT: pa.string(), _LIST: pa.list_(pa.string()), _COUNT: pa.int64()}
    schema = pa.schema([(name, types[kind]) for name, kind in columns.items()])
    scratch = path.with_suffix(".part")
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), scratch)
    scratch.chmod(0o600)
    scratch.replace(path)


def note_triage(triage: Triage, folder: Path) -> dict[str, Any]:
    """Triage a folder, and return what its manifest says of it: how it went, and what the routes are called."""
    return _noted(triage, run_triage(triage, folder))


def note_in_manifest(triage: Triage, folder: Path, result: TriageResult) -> dict[str, Any]:
    """Say in the manifest of a sweep that is in place how it was triaged anew; return the manifest."""
    path = folder / "manifest.json"
    manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    manifest["triage"] = _noted(triage, result)
    scratch = path.with_suffix(".part")
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    scratch.write_text(text, encoding="utf-8", newline="\n")
    scratch.replace(path)
    return manifest


def _noted(triage: Triage, result: TriageResult) -> dict[str, Any]:
    routes = {name: {"zh": label.zh, "en": label.en} for name, label in triage.shape.routes.items()}
    said = told(result)
    return {
        "verdict": result.second.verdict, "zh": said.zh, "en": said.en, "dossiers": result.n_dossiers,
        "conclusions": result.n_conclusions, "routes": routes,
    }  # fmt: skip


def note_problems(problems: Sequence[Problem]) -> dict[str, Any]:
    """Return what the manifest says where the rules of triage have problems: that nothing was triaged, and the first."""
    first = next(one for one in problems if one.severity == "error")
    zh = f"分流规则有误，没有分流：{first.place} {first.code} {first.what.zh}"
    en = f"the rules of triage have problems, nothing was triaged: {first.place} {first.code} {first.what.en}"
    return {"verdict": "failed", "zh": zh, "en": en, "dossiers": 0, "conclusions": 0, "routes": {}}


def told(result: TriageResult) -> Text:
    """Return a line that says how a triage went."""
    return Text(
        f"{result.n_clues} 条线索归为 {result.n_dossiers} 个案卷，{result.n_conclusions} 条结论；{result.second.told.zh}",
        f"{result.n_clues} clues in {result.n_dossiers} dossiers, {result.n_conclusions} conclusions; {result.second.told.en}",
    )


def read_dossiers(folder: Path) -> list[dict[str, Any]]:
    """Return the dossiers of a triaged sweep in their order, each because as a mapping of rule, zh and en."""
    import pyarrow.parquet as pq

    rows: list[dict[str, Any]] = pq.read_table(folder / "dossiers.parquet").to_pylist()
    return [{**row, "because": json.loads(row["because"])} for row in rows]
