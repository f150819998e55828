"""The ledger laid out as tables of one day, over which the figures of a briefing are counted.

In: a ledger, a year, a day and who asks. Out: rows by table. Everything is as it stood at the end of that day, folded from the
entries until then, so that a figure can be counted again later; of what somebody may not see there is nothing.

Tables, one row per what: period (the year; one row), clue, move, package (a letter sent), record, sweep, target (a clue of a
campaign, with the tier it was in when that began and the day of the sweep since which it is no longer found), verdict (the newest
on a clue and version of its rule), late (a clue past its day). clue and record have the fields of the workflow as columns besides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from jointsup_rules.ledger.entries import Entry, Who, local_day
from jointsup_rules.ledger.fold import ClueState, fold_all
from jointsup_rules.ledger.ledger import RESTRICTED, Ledger
from jointsup_rules.ledger.moving import may_see, role_of
from jointsup_rules.ledger.records import Record, begun_with, follow, read_record, tier_of

COLUMNS: Mapping[str, Mapping[str, str]] = {
    "period": {"year": "BIGINT", "begins_on": "DATE", "ends_on": "DATE"},
    "clue": {
        "clue_id": "VARCHAR", "ledger_no": "VARCHAR", "rule_id": "VARCHAR", "family": "VARCHAR", "unit": "VARCHAR",
        "case_no": "VARCHAR", "subject_key": "VARCHAR", "severity": "VARCHAR", "grade": "VARCHAR", "state": "VARCHAR",
        "ends": "BOOLEAN", "is_found": "BOOLEAN", "measure": "DOUBLE", "over_days": "BIGINT", "tier": "VARCHAR", "opened_on": "DATE",
    },
    "move": {"seq": "BIGINT", "clue_id": "VARCHAR", "on_day": "DATE", "move": "VARCHAR", "from_state": "VARCHAR",
             "to_state": "VARCHAR", "role": "VARCHAR"},
    "package": {"number": "VARCHAR", "document": "VARCHAR", "on_day": "DATE", "sender": "VARCHAR", "receiver": "VARCHAR",
                "n_clues": "BIGINT", "restricted": "BOOLEAN"},
    "record": {"number": "VARCHAR", "kind": "VARCHAR", "opened_on": "DATE", "closed_on": "DATE", "n_clues": "BIGINT",
               "n_items": "BIGINT", "n_done": "BIGINT"},
    "sweep": {"sweep": "VARCHAR", "dataset": "VARCHAR", "as_of": "DATE", "on_day": "DATE"},
    "target": {"number": "VARCHAR", "clue_id": "VARCHAR", "tier": "VARCHAR", "tier_from": "BIGINT", "unit": "VARCHAR", "begun_on": "DATE", "cleared_on": "DATE"},
    "verdict": {"clue_id": "VARCHAR", "rule_id": "VARCHAR", "rule_version": "BIGINT", "unit": "VARCHAR", "verdict": "VARCHAR",
                "counts": "VARCHAR", "on_day": "DATE"},
    "late": {"clue_id": "VARCHAR", "state": "VARCHAR", "unit": "VARCHAR", "days_late": "BIGINT"},
}  # fmt: skip
TABLES = tuple(COLUMNS)
_TYPES = {
    "text": "VARCHAR", "code": "VARCHAR", "date": "DATE", "integer": "BIGINT", "decimal": "DOUBLE", "boolean": "BOOLEAN",
}  # fmt: skip
Row = Mapping[str, Any]


@dataclass(frozen=True)
class LaidOut:
    """Rows by table, and the columns of each with their types."""

    columns: Mapping[str, Mapping[str, str]]
    rows: Mapping[str, list[Row]]


def lay_out(ledger: Ledger, year: int, as_of: date, who: Who | None) -> LaidOut:
    """Return the tables as they stood at the end of a day, as somebody may see them.

    Args:
        ledger: The ledger.
        year: The year that `period` is; it ends on the day itself where that lies within it.
        as_of: The day.
        who: Who asks; None for what everybody may know, which is all but grade C.
    """
    entries = [one for one in ledger.store.entries() if local_day(one.at, ledger.zone) <= as_of]
    clues = _visible(ledger, entries, who)
    kept = _records(entries, {one.clue_id for one in clues})
    reader = _Reader(ledger, who, {one.clue_id for one in clues})
    rows: dict[str, list[Row]] = {name: [] for name in COLUMNS}
    rows["period"] = [
        {"year": year, "begins_on": date(year, 1, 1), "ends_on": min(date(year, 12, 31), as_of)}
    ]
    verdicts: dict[tuple[str, int], Row] = {}
    for entry in entries:
        if entry.kind == "judged":
            verdicts |= reader.verdict(entry)
        elif (found := reader.row(entry)) is not None:
            rows[found[0]].append(found[1])
    rows["verdict"] = [*verdicts.values()]
    rows["clue"] = [_clue_row(ledger, one) for one in clues]
    rows["record"] = [_record_row(one) for one in kept]
    rows["late"] = [
        {"clue_id": due.clue.clue_id, "state": due.clue.state, "unit": due.clue.facts.get("unit"), "days_late": due.days_late}
        for due in ledger.due_of_all(clues, as_of)
        if due.is_late
    ]  # fmt: skip
    campaigns = [one for one in kept if ledger.workflow.shape.records[one.kind].counts]
    units = {one.clue_id: one.facts.get("unit") for one in clues}
    rows["target"] = [row for one in campaigns for row in _targets(ledger, one, units, as_of)]
    own = {name: _TYPES[field.type] for name, field in ledger.workflow.shape.fields.items()}
    columns = {**COLUMNS, **{name: {**own, **COLUMNS[name]} for name in ("clue", "record")}}
    return LaidOut(columns, rows)


def _visible(ledger: Ledger, entries: Iterable[Entry], who: Who | None) -> list[ClueState]:
    """Clues as they stood; one that was restricted since, or was then, is shown to those alone who may see it both times."""

    def is_seen(one: ClueState) -> bool:
        return one.grade != RESTRICTED if who is None else may_see(ledger.workflow, who, one)

    now = {one.clue_id for one in ledger.store.clues() if is_seen(one)}
    seen = (one for one in fold_all(entries).values() if one.clue_id in now and is_seen(one))
    return sorted(seen, key=lambda one: (one.opened_at, one.ledger_no))


def _records(entries: Iterable[Entry], visible: set[str]) -> list[Record]:
    newest = {one.subject: one.data for one in entries if one.kind == "recorded"}
    found = [read_record(number, data["kind"], data) for number, data in newest.items()]
    return [
        Record(**{**one.__dict__, "clues": tuple(clue for clue in one.clues if clue in visible)})
        for one in found
    ]


class _Reader:
    """Turns entries into rows."""

    def __init__(self, ledger: Ledger, who: Who | None, visible: set[str]) -> None:
        self._ledger, self._visible = ledger, visible
        role = role_of(ledger.workflow, who) if who is not None else None
        self._is_apart = role is None or RESTRICTED not in role.sees
        self._is_unit = role is not None and role.own_unit_only

    def row(self, entry: Entry) -> tuple[str, Row] | None:
        """The table and the row that an entry gives; None for one that gives none."""
        day, data = local_day(entry.at, self._ledger.zone), entry.data
        if entry.kind == "swept":
            return "sweep", {
                "sweep": data["sweep"],
                "dataset": data["dataset"],
                "as_of": data["as_of"],
                "on_day": day,
            }
        if entry.kind == "moved" and entry.subject in self._visible:
            told = {
                "move": data["move"],
                "from_state": data["from"],
                "to_state": data["to"],
                "role": entry.role,
            }
            return "move", {"seq": entry.seq, "clue_id": entry.subject, "on_day": day, **told}
        if entry.kind == "transferred" and self._is_theirs(data):
            return "package", self._package(entry, day)
        return None

    def _is_theirs(self, data: Row) -> bool:
        """A role that sees its own unit alone is told of letters about clues it sees."""
        return not self._is_unit or not self._visible.isdisjoint(data["clues"])

    def _package(self, entry: Entry, day: date) -> Row:
        data = entry.data
        told = {
            "document": data["document"],
            "on_day": day,
            "sender": entry.role,
            "restricted": data["restricted"],
        }
        # That something was sent apart is all that others are told.
        if data["restricted"] and self._is_apart:
            return told
        return {**told, "number": data["number"], "receiver": data["receiver"], "n_clues": len(data["clues"])}

    def verdict(self, entry: Entry) -> dict[tuple[str, int], Row]:
        """The row of a verdict on a clue, under clue and version."""
        data, shapes = entry.data, self._ledger.workflow.shape.verdicts
        if entry.subject not in self._visible:
            return {}
        told = {name: data.get(name) for name in ("rule_id", "rule_version", "unit", "verdict")}
        counts = shapes[data["verdict"]].counts if data["verdict"] in shapes else None
        day = local_day(entry.at, self._ledger.zone)
        row = {"clue_id": entry.subject, **told, "counts": counts, "on_day": day}
        return {(entry.subject, data["rule_version"]): row}


def _clue_row(ledger: Ledger, clue: ClueState) -> Row:
    shape = ledger.workflow.shape
    tiers = next((one.tiers for one in shape.records.values() if one.tiers is not None), None)
    head = {
        "clue_id": clue.clue_id, "ledger_no": clue.ledger_no, "state": clue.state, "ends": ledger.workflow.state(clue.state).ends,
        "is_found": clue.is_found, "grade": clue.grade, "tier": tier_of(tiers, clue).zh or None,
        "opened_on": local_day(clue.opened_at, ledger.zone),
    }  # fmt: skip
    facts = {name: clue.values.get(name) for name in COLUMNS["clue"]}
    # A field holds what people wrote; what sweep and triage say stands in the columns above.
    return {**clue.fields, **facts, **head}


def _record_row(record: Record) -> Row:
    done = sum(item.done_on is not None for item in record.items)
    return {
        **record.fields, "number": record.number, "kind": record.kind, "opened_on": record.opened_on,
        "closed_on": record.closed_on, "n_clues": len(record.clues), "n_items": len(record.items), "n_done": done,
    }  # fmt: skip


def _targets(ledger: Ledger, record: Record, units: Mapping[str, Any], as_of: date) -> Iterable[Row]:
    tiers, found = begun_with(ledger, record)
    shape = ledger.workflow.shape.records[record.kind].tiers
    begins = {tier.label.zh: tier.from_ for tier in shape.tiers} if shape is not None else {}
    begin, *steps = follow(ledger, record, as_of.isoformat())
    for clue_id in record.clues:
        if not found.get(clue_id, False):
            continue
        cleared = None
        for step in steps:
            cleared = None if clue_id in step.still else cleared or step.as_of
        tier = tiers[clue_id].zh or None
        yield {
            "number": record.number, "clue_id": clue_id, "tier": tier, "tier_from": begins.get(tier or ""),
            "unit": units.get(clue_id), "begun_on": begin.as_of, "cleared_on": cleared,
        }  # fmt: skip
