"""Turn tables into the data a page carries within itself.

In: tables of a sweep. Out: islands, each a name and a text for a `<script type="application/json">`. Columns
with few values are stored once per value; evidence and calculations are cut into parts of `PART_CLUES` clues,
read only when one of them is opened. Large data are gzip in base64, small ones plain JSON, which any browser
reads.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from jointsup_rules.report.kept import Happened
from jointsup_rules.report.read import Sweep, Table, read_text

PART_CLUES = 100
PLAIN_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Island:
    """A text within the page: `form` says how to read it."""

    name: str
    form: Literal["plain", "gzip"]
    text: str


def render_islands(values: Mapping[str, Any]) -> tuple[Island, ...]:
    """Return one island per value: plain JSON if all of them are small, else compressed.

    The bytes depend on the values alone: keys keep their order and the gzip header carries no time.
    """
    texts = {name: render_json(value) for name, value in values.items()}
    if sum(len(text) for text in texts.values()) <= PLAIN_BYTES:
        return tuple(Island(name, "plain", text) for name, text in texts.items())
    return tuple(Island(name, "gzip", _compress(text)) for name, text in texts.items())


def render_json(value: Any) -> str:
    """Return JSON that may stand inside a script element: no `<`, `>`, `&` and no line separators.

    Example:
        >>> print(render_json({"a": "</script>"}))
        {"a":"\\u003c/script\\u003e"}
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def gather_columns(table: Table, names: Iterable[str]) -> dict[str, Any]:
    """Return `{n, columns: {name: {v, i} or {p}}}`: values and indexes into them, or the plain values."""
    return {"n": table.n_rows, "columns": {name: _gather_column(table[name]) for name in names}}


def gather_parts(sweep: Sweep, clue_ids: Sequence[str]) -> list[dict[str, Any]]:
    """Return evidence and working of `clue_ids`, `PART_CLUES` clues a part.

    A part is `{shapes: [[table, [column, …]], …], clues: [{e, w, b?}, …]}`; an evidence row is `[role, shape,
    row_key, file, line, [value, …]]`, a line of working `[step, from_on, to_on, days, article, document,
    honoured, note]`, `b` the becauses of triage as it wrote them, `h` the history in the ledger, each line `[on, kind,
    move, to, role, [because, …]]`.
    """
    evidence = _rows_by_clue(sweep.evidence, ("role", "table", "row_key", "file", "line", "values"))
    steps = ("step", "from_on", "to_on", "days", "article", "document", "honoured", "note")
    working = _rows_by_clue(sweep.working, steps)
    becauses = dict(zip(sweep.clues["clue_id"], sweep.clues["because"], strict=True))
    histories = (
        dict(zip(sweep.clues["clue_id"], sweep.clues["history"], strict=True))
        if "history" in sweep.clues.columns
        else {}
    )
    parts = []
    for start in range(0, len(clue_ids), PART_CLUES):
        shapes: dict[tuple[str, ...], int] = {}
        clues = []
        for clue_id in clue_ids[start : start + PART_CLUES]:
            rows = [_fold_evidence(row, shapes) for row in evidence.get(clue_id, ())]
            lines = [[*line[:-1], _short_text(line[-1])] for line in working.get(clue_id, ())]
            more = {"b": json.loads(becauses[clue_id])} if becauses[clue_id] else {}
            if histories.get(clue_id):
                more["h"] = [_fold_happened(line) for line in histories[clue_id]]
            clues.append({"e": rows, "w": lines, **more})
        parts.append({"shapes": [[table, names] for table, *names in shapes], "clues": clues})
    return parts


def _fold_evidence(row: Sequence[Any], shapes: dict[tuple[str, ...], int]) -> list[Any]:
    role, table, row_key, file, line, packed = row
    values = json.loads(packed) if packed else {}
    shape = shapes.setdefault((str(table), *values), len(shapes))
    return [role, shape, row_key, file, line, list(values.values())]


def _fold_happened(line: Happened) -> list[Any]:
    move, role, *becauses = ({"zh": text.zh, "en": text.en} for text in (line.move, line.role, *line.because))
    return [line.on, line.kind, move, line.to, role, becauses]


def _short_text(note: str | None) -> Any:
    """One string where both languages say the same, else {zh, en}."""
    text = read_text(note)
    return text.zh if text.zh == text.en else {"zh": text.zh, "en": text.en}


def _rows_by_clue(table: Table, names: Sequence[str]) -> dict[str, list[tuple[Any, ...]]]:
    rows: dict[str, list[tuple[Any, ...]]] = {}
    columns = (table[name] for name in names)
    for clue_id, *row in zip(table["clue_id"], *columns, strict=True):
        rows.setdefault(clue_id, []).append(tuple(row))
    return rows


def _gather_column(values: Sequence[Any]) -> dict[str, Any]:
    known = {value: n for n, value in enumerate(dict.fromkeys(values))}
    if len(known) > max(1, len(values) // 2):
        return {"p": list(values)}
    return {"v": list(known), "i": [known[value] for value in values]}


def _compress(text: str) -> str:
    packed = bytearray(gzip.compress(text.encode(), compresslevel=6, mtime=0))
    packed[9] = 255  # the machine it was made on: not said
    return base64.b64encode(packed).decode("ascii")
