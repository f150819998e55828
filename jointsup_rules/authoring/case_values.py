"""Values as a dataset stores them, written as an example writes them; their keys; days moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from jointsup_rules.authoring.disguise import UNREADABLE
from jointsup_rules.load.typing import HIDDEN_COLUMNS
from jointsup_rules.model.rule import read_day

Row = Mapping[str, Any]


def key_text_of(row: Row, columns: Sequence[str]) -> str:
    parts = [str(row.get(name, "")).replace("\\", "\\\\").replace("|", "\\|") for name in columns]
    return "|".join(parts)


def written_row(row: Row) -> Row:
    """A stored row as an example writes it: filled columns, and what could not be read as something unreadable."""
    lost = row["_unread"] or ()
    named = {name: _plain(value) for name, value in row.items() if name not in HIDDEN_COLUMNS}
    return {
        name: UNREADABLE if name in lost else value
        for name, value in named.items()
        if value is not None or name in lost
    }


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else value.normalize()
    return value


def moved_day(value: Any, of_type: str, days: int) -> Any:
    if value == UNREADABLE or of_type not in ("date", "timestamp"):
        return value
    span = timedelta(days=days)
    if of_type == "date":
        return (read_day(value) + span).isoformat()
    return (datetime.fromisoformat(value) + span).isoformat(sep=" ")
