"""The cell of a workbook, of Parquet or of JSON as the text it would be in a CSV.

In: a typed value. Out: text, or None where there is nothing. A value that was damaged before it reached us
becomes a text with a mark in front, which no type reads and whose letter says what happened.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite, isnan

MARK = "\x1a"
LOST_DIGITS, ERROR_CELL, NOT_SINGLE, MERGED = (MARK + letter for letter in "nesm")
# Above this a binary floating point number no longer tells neighbouring whole numbers apart.
_EXACT = 2**53


def cell_text(value: object) -> str | None:
    """Return a cell as text; a whole number stays whole, an identifier is never shown as 1.1e+17.

    Example:
        >>> cell_text(7.0), cell_text(110101199001011234.0)[:2] == LOST_DIGITS
        ('7', True)
    """
    match value:
        case None:
            return None
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return _float_text(value)
        case Decimal():
            return format(value, "f") if value.is_finite() else None
        case datetime():
            whole = value.replace(microsecond=0) + timedelta(seconds=round(value.microsecond / 1e6))
            return (
                str(whole.date()) if whole.time() == time() and whole.tzinfo is None else whole.isoformat(" ")
            )
        case date() | time():
            return value.isoformat()
        case timedelta():
            hours, seconds = divmod(round(value.total_seconds()), 3600)
            return f"{hours}:{seconds // 60:02}:{seconds % 60:02}"
    return f"{NOT_SINGLE}{type(value).__name__}"


def _float_text(value: float) -> str | None:
    if isnan(value):
        return None
    if not isfinite(value):
        return f"{ERROR_CELL}{value}"
    if value == int(value):
        return str(int(value)) if abs(value) < _EXACT else f"{LOST_DIGITS}{value}"
    # Fifteen digits are what a workbook shows; the rest is the noise of binary fractions.
    return format(Decimal(format(value, ".15g")), "f")
