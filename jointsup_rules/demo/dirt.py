"""Damaged rows as they turn up in real exports, each with what must become of it.

In: the good row just written. Out: the row to write after it. None of them may change what any rule
sees, so each must be rejected as a whole or left out by the source's filter.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from jointsup_rules.demo.forms import Cell

Change = Callable[[Sequence[str], Sequence[Cell], int], list[Cell]]


@dataclass(frozen=True)
class Dirt:
    """One damaged row: how it is made (headers, good row, number), and whether the filter leaves it out."""

    change: Change
    is_left_out: bool = False


def repeat() -> Dirt:
    """The same row once more: its key is taken."""
    return Dirt(lambda headers, row, number: list(row))


def blank(header: str) -> Dirt:
    """A row without its key."""
    return Dirt(lambda headers, row, number: _with(headers, row, header, None))


def wrong(header: str, text: str | int | None) -> Dirt:
    """A row of its own with a text nobody can read, a number cut short, or nothing."""
    return Dirt(lambda headers, row, number: _with(headers, [f"{row[0]}x{number}", *row[1:]], header, text))


def ragged(text: str) -> Dirt:
    """A row with one cell more than there are headers, as an unquoted comma makes it."""
    return Dirt(lambda headers, row, number: [f"{row[0]}x{number}", *row[1:5], *text.split(","), *row[5:]])


def total(header: str) -> Dirt:
    """A line of totals below the rows: left out by the source's filter."""
    return Dirt(
        lambda headers, row, number: ["合计" if name == header else None for name in headers],
        is_left_out=True,
    )


def _with(headers: Sequence[str], row: Sequence[Cell], header: str, text: Cell) -> list[Cell]:
    return [text if name == header else cell for name, cell in zip(headers, row, strict=True)]
