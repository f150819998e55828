"""Rows and columns taken away as long as a rule goes the same way: what is left is what the rule needs.

In: rows as an example writes them and a test. Out: fewer of them. Keys stay, for a reader tells rows apart by them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar

Row = Mapping[str, Any]
Rows = Mapping[str, tuple[Row, ...]]
Holds = Callable[[Rows], bool]
Item = TypeVar("Item")


def shrink(rows: Rows, keys: Mapping[str, Collection[str]], holds: Holds) -> Rows:
    """Return the rows and columns without which the test would fail.

    Args:
        rows: By table; the test holds of them.
        keys: Per table the columns that stay.
        holds: Whether the rule goes the same way over rows.
    """
    found = dict(rows)
    for table in sorted(rows, key=lambda name: -len(rows[name])):
        found = _fewer_rows(found, table, holds)
    for table in sorted(found):
        found = _fewer_columns(found, table, keys[table], holds)
    return found


def _fewer_rows(rows: Rows, table: str, holds: Holds) -> dict[str, tuple[Row, ...]]:
    own = rows[table]
    kept = _needed(range(len(own)), lambda left: holds(_with(rows, table, [own[n] for n in left])))
    return _with(rows, table, [own[n] for n in kept])


def _fewer_columns(rows: Rows, table: str, keys: Collection[str], holds: Holds) -> dict[str, tuple[Row, ...]]:
    own = rows[table]
    named = list(dict.fromkeys(name for row in own for name in row if name not in keys))
    kept = _needed(named, lambda left: holds(_with(rows, table, _only(own, left, keys))))
    return _with(rows, table, _only(own, kept, keys))


def _with(rows: Rows, table: str, own: Sequence[Row]) -> dict[str, tuple[Row, ...]]:
    """The rows with those of one table replaced; without the table where it has none."""
    found = {name: one for name, one in rows.items() if name != table or own}
    return {name: tuple(own) if name == table else one for name, one in found.items()}


def _only(rows: Sequence[Row], columns: Collection[str], keys: Collection[str]) -> list[Row]:
    wanted = {*columns, *keys}
    return [{name: value for name, value in row.items() if name in wanted} for row in rows]


def _needed(items: Sequence[Item], holds: Callable[[list[Item]], bool]) -> list[Item]:
    """The items that cannot be left out, in order: halves are tried before single ones."""
    kept: list[Item] = list(items)

    def leave_out(part: list[Item]) -> None:
        nonlocal kept
        if not part:
            return
        without = [one for one in kept if one not in part]
        if holds(without):
            kept = without
        elif len(part) > 1:
            half = len(part) // 2
            leave_out(part[:half])
            leave_out(part[half:])

    leave_out(list(items))
    return kept
