"""Sweep folders for the report's tests: a small one told by hand, a large one from a seed, a hostile one.

Flows out: a folder with the files a sweep writes (parquet and manifest.json), without running a sweep.
Run as a script to look at one: python -m tests.report.make_folder small /tmp/small
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from jointsup_rules.limits import SWEEP_FORMAT

from . import invented
from .told import Row, Told, tell_any, tell_small


def write_folder(folder: Path, files: Mapping[str, tuple[pa.Schema, Iterable[Row]]], manifest: Row) -> Path:
    """Write the parquet files and the manifest; columns a row does not name are empty."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (schema, rows) in files.items():
        rows = list(rows)
        columns = [pa.array([row.get(field.name) for row in rows], field.type) for field in schema]
        pq.write_table(pa.table(columns, schema=schema), folder / f"{name}.parquet")
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    (folder / "manifest.json").write_text(text, encoding="utf-8", newline="\n")
    return folder


def manifest(**changes: Any) -> Row:
    """A manifest in the form a sweep writes."""
    return {
        "format": SWEEP_FORMAT, "engine": "0.1.0", "hash": "3f9c1a7e" * 8, "lang": "zh", "as_of": invented.AS_OF,
        "dataset": {"name": "云栖市演示数据", "cut_off": invented.CUT_OFF, "sources": invented.sources()},
        "previous": "2024-11-30-77aa01bc",
        "versions": {"engine": "0.1.0", "duckdb": "2.0.0", "python": "3.11.9"},
        "inputs": [{"path": "datasets/demo/case_main.parquet", "sha256": "cd" * 32}],
        "parameters": {"LONG.MONTHS": 12, "INV06.DAYS": 10, "PET04": {"times": 3, "months": 12}},
        "timings": {"total_s": 1.9, "rules": {"LONG-01": 0.2}},
        "rules": invented.rules(), "tables": invented.tables(), "rejects": invented.rejects(),
        "units": dict(invented.UNITS),
        "trend": [{"sweep": "2024-10-31-1f2e3d4c", "as_of": "2024-10-31", "high": 9, "medium": 4, "low": 1},
                  {"sweep": "2024-11-30-77aa01bc", "as_of": "2024-11-30", "high": 6, "medium": 5, "low": 3}],
        "triage": {"verdict": "agrees", "zh": "12 条线索归为案卷；两个引擎一致", "en": "12 clues in dossiers; both engines agree",
                   "dossiers": 12, "conclusions": 2, "routes": invented.routes()}, **changes,
    }  # fmt: skip


def make_small(folder: Path) -> Path:
    """Twelve clues over nine rules, one of them of grade C, with all that a report shows."""
    told = Told()
    tell_small(told)
    return write_folder(folder, told.files(), manifest())


def make_large(folder: Path, n_clues: int = 20_000, seed: int = 7) -> Path:
    """Many clues with four evidence rows and five lines of working each, the same for the same seed."""
    told, pick = Told(), random.Random(seed)
    rules = [rule for rule in told.rules if rule not in ("ENT-04", "EXE-07", "HOT-06")]
    units = {f"U{n:03d}": f"云栖市第{n}办案单位" for n in range(40)}
    for n in range(n_clues):
        tell_any(told, pick, n, pick.choice(rules), pick.choice(list(units)))
    return write_folder(folder, told.files(), manifest(units=units))


def make_plain(folder: Path) -> Path:
    """The small folder with its own texts turned into numbers: all words left are the page's."""
    told = Told()
    tell_small(told)
    known: dict[str, str] = {}
    files = {
        name: (schema, [{key: _number(key, value, known) for key, value in row.items()} for row in rows])
        for name, (schema, rows) in told.files().items()
    }
    return write_folder(folder, files, _number("", manifest(), known))


# What a sweep says in words of the program, which a report puts into its own.
_PROGRAM = {
    "severity", "grade", "state", "measure_unit", "confidence", "step", "role", "outcome", "status",
    "kind", "from", "as_of", "priority", "verdict", "cut_off", "exported_on", "engine", "hash",
}  # fmt: skip


def _number(key: str, value: Any, known: dict[str, str]) -> Any:
    """The value with each text in it replaced by a number, the same for the same text."""
    if isinstance(value, dict):
        return {
            name if name in _MANIFEST_KEYS else _number("", name, known): _number(name, item, known)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [_number(key, item, known) for item in value]
    if not isinstance(value, str) or (key in _PROGRAM and value not in _RELATIONS):
        return value
    if value.startswith(("{", "[")):
        return json.dumps(_number("", json.loads(value), known))
    return known.setdefault(value, str(len(known) + 101))


# Roles that the data name.
_RELATIONS = {"pauses", "events", "stays", "measures", "visits", "reports"}
_MANIFEST_KEYS = {
    "format", "engine", "hash", "lang", "as_of", "dataset", "name", "cut_off", "sources",
    "previous", "versions", "inputs", "parameters", "timings", "rules", "tables", "rejects",
    "units", "triage", "verdict", "dossiers", "conclusions", "routes", "source", "agency", "exported_on", "files", "sha256", "bytes", "encoding", "rows_in",
    "rows_loaded", "rows_rejected", "rows_left_out", "values_unread", "notes", "path", "version",
    "title", "finds", "why", "check", "misses", "family", "family_label", "severity", "grade",
    "kind", "subject", "subject_label", "measure_unit", "law", "id", "number", "text", "from",
    "confidence", "exclude", "sql", "zh", "en", "label", "columns", "file", "table", "column",
    "count", "rule", "codes", "trend", "sweep", "high", "medium", "low",
}  # fmt: skip


def make_hostile(folder: Path) -> Path:
    """Two clues whose values try to break out of the page."""
    told = Told()
    for n, text in enumerate((HOSTILE, "长" * 10_000)):
        rule = ("LONG-03", "LONG-01")[n]
        key = f"{text[:40]}{n}"
        told.clue(
            rule, key, case_no=text[:60], unit=text[:30], handler=text[:30], reason_zh=text,
            reason_en=text, exception_id=text[:20], law=text[:20],
        )  # fmt: skip
        told.row(rule, key, text[:20], text[:20], key, text[:20], {"case_no": text, text[:20]: text})
        told.step(rule, key, "start", article=text[:20], document=text[:20], note=text)
        told.not_clear("LONG-03", "cannot_tell", text[:40], why={"zh": text, "en": text})
        told.gone.append({**told.clues[-1], "why": text})
    told.failed["EXE-07"] = ("failed", {"zh": HOSTILE, "en": HOSTILE})
    described = manifest(units={HOSTILE[:30]: HOSTILE[:30]})
    described["dataset"]["name"] = HOSTILE
    described["dataset"]["sources"][0]["agency"] = HOSTILE
    described["parameters"] = {HOSTILE[:10]: HOSTILE}
    for rule in described["rules"].values():
        rule["title"] = {"zh": HOSTILE, "en": HOSTILE}
        rule["sql"] = HOSTILE
    return write_folder(folder, told.files(), described)


HOSTILE = (
    "</script><script>window.broken=1</script><!--<script><img src=x onerror=window.broken=1>"
    "\"'`${window.broken=1}{{7*7}}&lt;&#60;"
    "\u2028\u2029\u202etxt.exe\u200f\x00\x07\U00020bb7\u3402 👩‍👩‍👧 𮧵\\u003c"
)


if __name__ == "__main__":
    {"small": make_small, "large": make_large, "hostile": make_hostile, "plain": make_plain}[sys.argv[1]](
        Path(sys.argv[2])
    )
