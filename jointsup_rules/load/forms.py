"""The forms in which exports write days, times, numbers and yes or no.

In: one text without blanks at its ends. Out: a value, or None for what is no such thing; nothing is bent
until it fits. `2024-02-30`, `00000000` and `99999999` are no days, nor is one before the year 1000: such
years come from formats read wrongly. Five digits are the serial day of a workbook only between 1954 and
2064.

`plain_form` gives, for the forms met most, an SQL expression with the same meaning, so that millions of
rows need not pass through Python; tests hold the two equal.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

_DASHES = str.maketrans({"–": "-", "—": "-", "−": "-", "‐": "-", "‑": "-", "\u200b": None, "\ufeff": None})
_CHINESE_DIGITS = {char: str(digit) for digit, char in enumerate("〇一二三四五六七八九")} | {
    "零": "0", "○": "0", "O": "0", "o": "0",
}  # fmt: skip
_CHINESE_DAY = re.compile(
    r"([〇零○Oo一二三四五六七八九]{4})\s*年\s*([一二三四五六七八九十]{1,3})\s*月\s*([一二三四五六七八九十廿卅]{1,4})\s*[日号]"
)
_DAY = (
    r"(?P<y>\d{4})(?:-(?P<m1>\d{1,2})-(?P<d1>\d{1,2})|/(?P<m2>\d{1,2})/(?P<d2>\d{1,2})"
    r"|\.(?P<m3>\d{1,2})\.(?P<d3>\d{1,2})|\s*年\s*(?P<m4>\d{1,2})\s*月\s*(?P<d4>\d{1,2})\s*[日号])"
)
_TIME = (
    r"(?:\s+|\s*T\s*|(?<=[日号]))(?P<h>\d{1,2})(?::(?P<i1>\d{1,2})(?::(?P<s1>\d{1,2})(?:[.,](?P<f>\d{1,9}))?)?"
    r"|\s*[时点]\s*(?:(?P<i2>\d{1,2})\s*分\s*(?:(?P<s2>\d{1,2})\s*秒)?)?)"
    r"\s*(?P<o>Z|[+-]\d{2}:?\d{2})?"
)
_WRITTEN = re.compile(f"{_DAY}(?:{_TIME})?", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2}))?", re.ASCII)
_SERIAL = re.compile(r"([2-5]\d{4})(?:\.(\d+))?", re.ASCII)
_SERIAL_DAY_0 = datetime(1899, 12, 30)
_GROUPED = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?", re.ASCII)
_YES = frozenset({"是", "1", "true", "t", "y", "yes"})
_NO = frozenset({"否", "0", "false", "f", "n", "no"})
MOST_DECIMAL = Decimal(10) ** 14
# How a source shows what its numbers look like: 1,234.56 or 1.234,56 or 1 234,56, with what may stand around it.
NUMBERS = ("1,234.56", "1.234,56", "1 234,56")


@dataclass(frozen=True)
class NumberForm:
    """How numbers are written: the marks as in one of NUMBERS, and signs that may stand before and after."""

    marks: str
    before: str
    after: str


def read_number_form(written: str) -> NumberForm | None:
    """Return what a number written as an example tells; None where it is none of NUMBERS with signs around.

    Example:
        >>> read_number_form("$1,234.56")
        NumberForm(marks='1,234.56', before='$', after='')
    """
    for marks in NUMBERS:
        before, found, after = written.partition(marks)
        if found and not any(char.isdigit() for char in plain(before + after)):
            return NumberForm(marks, before.strip(), after.strip())
    return None


def plain(text: str) -> str:
    """Return a text in half width, with one kind of dash."""
    return unicodedata.normalize("NFKC", text).translate(_DASHES).strip()


def read_moment(text: str, zone: str) -> datetime | None:
    """Return the wall time in `zone` that a text writes; midnight where it writes only a day.

    Args:
        text: 2024-05-01, 2024/5/1 9:30, 2024.5.1, 2024年5月1日9时30分, 二〇二四年五月一日, 20240501,
            20240501093000, 45413.4 (a workbook's serial day), 2024-05-01T09:30:00+08:00; full-width too.
        zone: Time zone a time with an offset is shown in; one without is wall time already.

    Example:
        >>> read_moment("二〇二四年五月二十一日", "Asia/Shanghai")
        datetime.datetime(2024, 5, 21, 0, 0)
        >>> read_moment("2024-02-30", "Asia/Shanghai") is None
        True
    """
    text = _with_digits(plain(text))
    for pattern, read in ((_WRITTEN, _read_written), (_COMPACT, _read_compact), (_SERIAL, _read_serial)):
        found = pattern.fullmatch(text)
        if found:
            try:
                moment = read(found, zone)
            except (ValueError, OverflowError):
                return None
            return moment if moment.year >= 1000 else None
    return None


def read_day(text: str, zone: str) -> date | None:
    """Return the local day that a text writes, with or without a time."""
    moment = read_moment(text, zone)
    return None if moment is None else moment.date()


def read_decimal(text: str) -> Decimal | None:
    """Return a number with at most 14 digits before the point, rounded to 4 behind it.

    Example:
        >>> read_decimal("１，２３４.５")
        Decimal('1234.5000')
    """
    found = _GROUPED.fullmatch(plain(text))
    if not found:
        return None
    sign, whole, rest = found.groups()
    number = Decimal(f"{sign}{whole.replace(',', '')}{rest or ''}").quantize(Decimal("0.0001"), ROUND_HALF_UP)
    return number if abs(number) < MOST_DECIMAL else None


def read_whole(text: str) -> int | None:
    """Return a whole number; `12.0` is one, `12.5` is not."""
    found = _GROUPED.fullmatch(plain(text))
    if not found:
        return None
    sign, whole, rest = found.groups()
    if rest and rest.strip(".0"):
        return None
    number = int(f"{sign}{whole.replace(',', '')[:40]}")
    return number if -(2**63) <= number < 2**63 else None


def read_yes_no(text: str) -> bool | None:
    """Return what 是/否, 1/0, true/false, Y/N or yes/no says."""
    word = plain(text).casefold()
    return True if word in _YES else False if word in _NO else None


def plain_form(column_type: str, text: str) -> str:
    """Return SQL that reads the plainest forms of a type from the SQL expression `text`, else NULL.

    What it reads it reads like the functions above; what it leaves they must look at.
    """
    day = r"[1-9]\d{3}(?:-\d{1,2}-\d{1,2}|/\d{1,2}/\d{1,2})"
    clock = r"[ T](?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?"
    plain_day = f"TRY_CAST(replace({text}, '/', '-') AS DATE)"
    plain_time = f"TRY_CAST(replace(replace({text}, '/', '-'), 'T', ' ') AS TIMESTAMP)"
    match column_type:
        case "date":
            return (
                f"CASE WHEN regexp_full_match({text}, '{day}') THEN {plain_day}"
                f" WHEN regexp_full_match({text}, '{day}{clock}') THEN CAST({plain_time} AS DATE) END"
            )
        case "timestamp":
            return f"CASE WHEN regexp_full_match({text}, '{day}(?:{clock})?') THEN {plain_time} END"
        case "integer":
            return (
                f"CASE WHEN regexp_full_match({text}, '[+-]?\\d{{1,18}}') THEN TRY_CAST({text} AS BIGINT) END"
            )
        case "decimal":
            return (
                f"CASE WHEN regexp_full_match({text}, '[+-]?\\d{{1,13}}(?:\\.\\d+)?')"
                f" THEN TRY_CAST({text} AS DECIMAL(18,4)) END"
            )
    raise ValueError(column_type)


def _read_written(found: re.Match[str], zone: str) -> datetime:
    part = found.groupdict()
    month = next(part[key] for key in ("m1", "m2", "m3", "m4") if part[key])
    day = next(part[key] for key in ("d1", "d2", "d3", "d4") if part[key])
    minute, second = part["i1"] or part["i2"] or "0", part["s1"] or part["s2"] or "0"
    microsecond = int((part["f"] or "0").ljust(6, "0")[:6])
    moment = datetime(
        int(part["y"]), int(month), int(day), int(part["h"] or 0), int(minute), int(second), microsecond
    )
    return moment if part["o"] is None else _local(moment, part["o"], zone)


def _local(moment: datetime, offset: str, zone: str) -> datetime:
    """An instant as wall time in the zone."""
    if offset == "Z":
        away = timedelta()
    else:
        minutes = int(offset[1:3]) * 60 + int(offset[-2:])
        away = timedelta(minutes=-minutes if offset[0] == "-" else minutes)
    return moment.replace(tzinfo=timezone(away)).astimezone(_zone(zone)).replace(tzinfo=None)


@lru_cache(maxsize=8)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _read_compact(found: re.Match[str], zone: str) -> datetime:
    return datetime(*(int(part or 0) for part in found.groups()))  # type: ignore[arg-type]


def _read_serial(found: re.Match[str], zone: str) -> datetime:
    days, part = int(found.group(1)), Decimal(f"0.{found.group(2) or 0}")
    seconds = int((part * 86400).to_integral_value(ROUND_HALF_UP))
    return _SERIAL_DAY_0 + timedelta(days=days, seconds=seconds)


def _with_digits(text: str) -> str:
    """二〇二四年五月二十一日 as 2024年5月21日; anything else as it is."""
    found = _CHINESE_DAY.match(text)
    if not found:
        return text
    year = "".join(_CHINESE_DIGITS[char] for char in found.group(1))
    month, day = _small_number(found.group(2)), _small_number(found.group(3))
    return f"{year}年{month}月{day}日{text[found.end() :]}"


def _small_number(numeral: str) -> int:
    """十, 十一, 二十, 二十一, 廿一; 0 for what is none, so that no day comes of it."""
    found = re.fullmatch(r"(?:([一二三])?(十)|(廿)|(卅))?([一二三四五六七八九])?", numeral)
    if not found:
        return 0
    many, ten, twenty, thirty, ones = found.groups()
    tens = (int(_CHINESE_DIGITS[many]) if many else 1) if ten else 2 if twenty else 3 if thirty else 0
    return tens * 10 + (int(_CHINESE_DIGITS[ones]) if ones else 0)
