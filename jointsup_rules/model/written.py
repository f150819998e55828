"""What a value of the wrong kind was meant to be, where that is certain: quotes lacking or too many, a day in another form.

In: a value as YAML read it, and as it was written. Out: what to do, for people and for a program.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from jointsup_rules.problems import Fix, Text

_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,18}")
_PLAIN = {
    "a whole number": _INTEGER,
    "a number": re.compile(f"{_DECIMAL.pattern}|{_INTEGER.pattern}"),
    "true or false": re.compile("true|false"),
}


def put_in_quotes(value: object, written: str | None) -> Text:
    """Return the fix of a number or yes-or-no word that stands where a text belongs."""
    zh, en = "文字请加引号", "put it in quotes"
    if written is None or not isinstance(value, int | float):
        return Text(zh, en)
    return Fix(zh, en, written, f'"{written}"', is_source=True)


def taken_out_of_quotes(value: object, expected: str, fix: Text) -> Text:
    """Return the fix of a text that stands where a number or yes-or-no word belongs, certain where it shows one.

    Args:
        value: What was found.
        expected: What belongs there, in English.
        fix: What is said in any case.
    """
    if not isinstance(value, str):
        return fix
    plain = unicodedata.normalize("NFKC", value).strip()
    if expected == "a day such as 2024-05-01":
        day = day_meant(value)
        return fix if day is None else Fix(fix.zh or f"写作 {day}", fix.en or f"write {day}", value, day)
    form = _PLAIN.get(expected)
    if form is None or not form.fullmatch(plain):
        return fix
    return Fix(fix.zh, fix.en, value, plain, is_source=True)


def day_meant(text: str) -> str | None:
    """Return a day written as 2024/5/1, 2024.5.1 or 2024年5月1日 in the form of a file; None for anything else.

    Example:
        >>> day_meant("2024年5月1日"), day_meant("1/5/2024")
        ('2024-05-01', None)
    """
    found = _DAY.fullmatch(re.sub(r"\s", "", unicodedata.normalize("NFKC", text)))
    if found is None:
        return None
    try:
        return date(*map(int, found.groups())).isoformat()
    except ValueError:
        return None
