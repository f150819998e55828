"""The figures of a briefing, counted from the ledger: each with its query and the sweeps behind it.

In: the ledger as somebody may see it, a year, and the figures the office defined. Out: their values. What the ledger holds is
laid out as tables in a database in memory, over which every figure is one SELECT; so anybody can count again.

Tables, days as DATE: period (year, begins_on, ends_on; one row); clue (one row per clue: clue_id, ledger_no, rule_id, family, unit,
case_no, subject_key, severity, grade, state, ends, is_found, measure, over_days, tier, opened_on, and every field of the workflow);
move (clue_id, on_day, move, from_state, to_state, role); package (number, document, on_day, sender, receiver, n_clues, restricted);
record (number, kind, opened_on, closed_on, n_clues, n_items, n_done, and every field); sweep (sweep, dataset, as_of, on_day);
progress (number, sweep, as_of, tier, n_begun, n_left); verdict (clue_id, rule_id, rule_version, unit, verdict, counts, on_day);
late (clue_id, state, unit, days_late).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from jointsup_rules.compile.duckdb import quote
from jointsup_rules.compile.gate import Refusal, pass_gate
from jointsup_rules.ledger.entries import Who, local_day
from jointsup_rules.ledger.fold import ClueState
from jointsup_rules.ledger.ledger import Ledger
from jointsup_rules.ledger.moving import role_of
from jointsup_rules.ledger.records import Record, follow, records, tier_of
from jointsup_rules.model.briefing import Briefing, FigureShape
from jointsup_rules.problems import Problem, Text
from jointsup_rules.sweep.database import deadline

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LIMIT_S = 20.0
MEMORY = "500MB"
_TYPES = {
    "text": "VARCHAR",
    "code": "VARCHAR",
    "date": "DATE",
    "integer": "BIGINT",
    "decimal": "DOUBLE",
    "boolean": "BOOLEAN",
}
_CLUE = {
    "clue_id": "VARCHAR", "ledger_no": "VARCHAR", "rule_id": "VARCHAR", "family": "VARCHAR", "unit": "VARCHAR",
    "case_no": "VARCHAR", "subject_key": "VARCHAR", "severity": "VARCHAR", "grade": "VARCHAR", "state": "VARCHAR",
    "ends": "BOOLEAN", "is_found": "BOOLEAN", "measure": "DOUBLE", "over_days": "BIGINT", "tier": "VARCHAR", "opened_on": "DATE",
}  # fmt: skip
_RECORD = {
    "number": "VARCHAR", "kind": "VARCHAR", "opened_on": "DATE", "closed_on": "DATE", "n_clues": "BIGINT", "n_items": "BIGINT",
    "n_done": "BIGINT",
}  # fmt: skip
_OTHERS: Mapping[str, Mapping[str, str]] = {
    "period": {"year": "BIGINT", "begins_on": "DATE", "ends_on": "DATE"},
    "move": {"clue_id": "VARCHAR", "on_day": "DATE", "move": "VARCHAR", "from_state": "VARCHAR", "to_state": "VARCHAR", "role": "VARCHAR"},
    "package": {"number": "VARCHAR", "document": "VARCHAR", "on_day": "DATE", "sender": "VARCHAR", "receiver": "VARCHAR",
                "n_clues": "BIGINT", "restricted": "BOOLEAN"},
    "sweep": {"sweep": "VARCHAR", "dataset": "VARCHAR", "as_of": "DATE", "on_day": "DATE"},
    "progress": {"number": "VARCHAR", "sweep": "VARCHAR", "as_of": "DATE", "tier": "VARCHAR", "n_begun": "BIGINT", "n_left": "BIGINT"},
    "verdict": {"clue_id": "VARCHAR", "rule_id": "VARCHAR", "rule_version": "BIGINT", "unit": "VARCHAR", "verdict": "VARCHAR",
                "counts": "VARCHAR", "on_day": "DATE"},
    "late": {"clue_id": "VARCHAR", "state": "VARCHAR", "unit": "VARCHAR", "days_late": "BIGINT"},
}  # fmt: skip
TABLES = ("clue", "record", *_OTHERS)


@dataclass(frozen=True)
class Figure:
    """A figure that was counted.

    Attributes:
        rows: Label and value; one row without label for a figure of one value.
        failed: Why it could not be counted.
    """

    shape: FigureShape
    rows: tuple[tuple[str, str], ...]
    failed: Text | None = None


@dataclass(frozen=True)
class Counted:
    """A briefing counted: its figures, and the sweeps, days and head of the ledger behind them."""

    year: int
    as_of: date
    figures: tuple[Figure, ...]
    sweeps: tuple[str, ...]
    head: str


def check_figures(briefing: Briefing) -> list[Problem]:
    """Return what is wrong with the queries of a briefing: what the gate does not let through."""
    problems = []
    for number, figure in enumerate(briefing.shape.figures):
        try:
            pass_gate(figure.sql, TABLES)
        except Refusal as refusal:
            document = briefing.document
            place = document.place_in_text(("figures", number, "sql"), refusal.span.start)
            problems.append(document.problem("JR276", place, refusal.what, refusal.why, refusal.fix))
    return problems


def count_figures(ledger: Ledger, briefing: Briefing, year: int, as_of: date, who: Who) -> Counted:
    """Count a year's figures of the clues somebody may see.

    Args:
        ledger: The ledger.
        briefing: Its queries passed `check_figures`.
        year: The year.
        as_of: The day to look from: what is late is late on that day.
        who: Who asks.
    """
    import duckdb

    role_of(ledger.workflow, who)
    with duckdb.connect(":memory:", config={"threads": 1, "memory_limit": MEMORY}) as connection:
        sweeps = _lay_out(connection, ledger, year, as_of, who)
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        figures = tuple(_count(connection, figure) for figure in briefing.shape.figures)
    return Counted(year, as_of, figures, sweeps, str(ledger.head()))


def _count(connection: DuckDBPyConnection, figure: FigureShape) -> Figure:
    import duckdb

    try:
        with deadline(connection, LIMIT_S):
            rows = connection.execute(figure.sql).fetchall()
    except duckdb.Error as error:
        said = str(error).splitlines()[0]
        return Figure(figure, (), Text(f"算不出：{said}", f"cannot be counted: {said}"))
    shown = tuple(("" if len(row) == 1 else _shown(row[0]), _shown(row[-1])) for row in rows)
    return Figure(figure, shown)


def _shown(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, float | Decimal):
        return f"{value:.1f}".rstrip("0").rstrip(".")
    return str(value)


# ---- tables


def _lay_out(
    connection: DuckDBPyConnection, ledger: Ledger, year: int, as_of: date, who: Who
) -> tuple[str, ...]:
    """Make the tables; return the sweeps of the year."""
    fields = {name: _TYPES[field.type] for name, field in ledger.workflow.shape.fields.items()}
    clues = ledger.clues(who)
    visible = {clue.clue_id for clue in clues}
    kept = records(ledger, who)
    shape = ledger.workflow.shape
    tiers = next((one.tiers for one in shape.records.values() if one.tiers is not None), None)
    rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in _OTHERS}
    rows["period"] = [(year, date(year, 1, 1), date(year, 12, 31))]
    for entry in ledger.store.entries():
        day, data = local_day(entry.at, ledger.zone), entry.data
        if entry.kind == "moved" and entry.subject in visible:
            rows["move"].append((entry.subject, day, data["move"], data["from"], data["to"], entry.role))
        elif entry.kind == "transferred":
            rows["package"].append(
                (data["number"], data["document"], day, entry.role, None if data["restricted"] else data["receiver"],
                 len(data["clues"]), data["restricted"])
            )  # fmt: skip
        elif entry.kind == "swept":
            rows["sweep"].append((data["sweep"], data["dataset"], data["as_of"], day))
        elif entry.kind == "judged" and entry.subject in visible:
            counts = shape.verdicts[data["verdict"]].counts if data["verdict"] in shape.verdicts else None
            rows["verdict"].append(
                (
                    entry.subject,
                    data["rule_id"],
                    data["rule_version"],
                    data.get("unit"),
                    data["verdict"],
                    counts,
                    day,
                )
            )
    for due in ledger.due_of_all(clues, as_of):
        if due.is_late:
            rows["late"].append((due.clue.clue_id, due.clue.state, due.clue.facts.get("unit"), due.days_late))
    rows["progress"] = [
        row for record in kept if shape.records[record.kind].counts for row in _progress(ledger, record)
    ]
    for name, columns in _OTHERS.items():
        _make(connection, name, columns, rows[name])
    own = {name: kind for name, kind in fields.items() if name not in _CLUE}
    listed = [_clue_row(ledger, clue, [*own], tier_of(tiers, clue).zh or None) for clue in clues]
    _make(connection, "clue", {**_CLUE, **own}, listed)
    of_records = {name: kind for name, kind in fields.items() if name not in _RECORD}
    _make(connection, "record", {**_RECORD, **of_records}, [_record_row(one, [*of_records]) for one in kept])
    return tuple(row[0] for row in rows["sweep"] if row[3].year == year)


def _make(
    connection: DuckDBPyConnection, name: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]]
) -> None:
    listed = ", ".join(f"{quote(column)} {kind}" for column, kind in columns.items())
    connection.execute(f"CREATE TABLE {quote(name)} ({listed})")
    if rows:
        places = ", ".join("?" for _ in columns)
        connection.executemany(f"INSERT INTO {quote(name)} VALUES ({places})", [list(row) for row in rows])


def _clue_row(ledger: Ledger, clue: ClueState, own: Iterable[str], tier: str | None) -> list[Any]:
    values = clue.values
    ends = ledger.workflow.shape.states[clue.state].ends
    head = {
        **{name: values.get(name) for name in _CLUE}, "clue_id": clue.clue_id, "ledger_no": clue.ledger_no, "state": clue.state,
        "ends": ends, "is_found": clue.is_found, "grade": clue.grade, "tier": tier, "opened_on": local_day(clue.opened_at, ledger.zone),
    }  # fmt: skip
    return [head[name] for name in _CLUE] + [clue.fields.get(name) for name in own]


def _record_row(record: Record, own: Iterable[str]) -> list[Any]:
    done = sum(item.done_on is not None for item in record.items)
    head = [
        record.number,
        record.kind,
        record.opened_on,
        record.closed_on,
        len(record.clues),
        len(record.items),
        done,
    ]
    return head + [record.fields.get(name) for name in own]


def _progress(ledger: Ledger, record: Record) -> list[tuple[Any, ...]]:
    steps = follow(ledger, record)
    begun = {label.zh: n for label, n in steps[0].by_tier} or {"": steps[0].left}
    rows: list[tuple[Any, ...]] = []
    for step in steps[1:]:
        left = {label.zh: n for label, n in step.by_tier} or {"": step.left}
        rows += [(record.number, step.sweep, step.as_of, tier, n, left[tier]) for tier, n in begun.items()]
    return rows
