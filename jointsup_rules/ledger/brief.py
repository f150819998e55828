"""A clue told without saying whose it is: for experts who are asked what the law says, and for training.

In: clues as they stand. Out: text without units, persons and numbers; days are counted from the first that is named. Names within
a sentence cannot be known for sure: what comes out is for a person to read before it is handed on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

from jointsup_rules.ledger.fold import ClueState
from jointsup_rules.problems import Language, Text

_HIDDEN: Mapping[str, Text] = {
    "case_no": Text("某案", "[a case]"), "unit": Text("某单位", "[a unit]"), "receiver": Text("某单位", "[a unit]"),
    "handler": Text("某承办人", "[a person]"), "subject_key": Text("某对象", "[a subject]"), "dossier_id": Text("某案卷", "[a dossier]"),
}  # fmt: skip
# （2024）…第12号 and the like, in any brackets.
_CASE_NO = re.compile(r"[（(〔\[【]\s*\d{4}\s*[）)〕\]】][^\s，。；、,;]{0,40}?号")
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{4})年(\d{1,2})月(\d{1,2})日")
# What is left that looks like a number somebody bears: letters and digits mixed, or many digits.
_BEARS = re.compile(r"(?=[A-Za-z0-9_-]*\d)[A-Za-z0-9_-]*[A-Za-z][A-Za-z0-9_-]*|\d{5,}")


def brief_of(clue: ClueState, units: Iterable[str], lang: Language) -> str:
    """Return what a clue says, without units, persons and numbers.

    Args:
        clue: The clue.
        units: Units known to the ledger; whichever the text names is hidden.
        lang: The language.
    """
    reason = str(
        clue.facts.get("reason_zh" if lang == "zh" else "reason_en") or clue.facts.get("reason_zh") or ""
    )
    hidden = {unit: _HIDDEN["unit"].in_language(lang) for unit in units}
    for name, label in _HIDDEN.items():
        value = str(clue.values.get(name) or "")
        hidden |= {part: label.in_language(lang) for part in (value, *value.split("|"))}
    text = _CASE_NO.sub(_HIDDEN["case_no"].in_language(lang), reason)
    for value in sorted(hidden, key=len, reverse=True):
        if len(value) > 1:
            text = text.replace(value, hidden[value])
    text = _with_days_counted(text, str(clue.facts.get("started_on") or ""), lang)
    text = _BEARS.sub(Text("某编号", "[a number]").in_language(lang), text)
    lines = [str(clue.facts.get("title") or ""), text]
    if clue.facts.get("law"):
        lines.append(Text(f"依据：{clue.facts['law']}", f"law: {clue.facts['law']}").in_language(lang))
    return "\n".join(line for line in lines if line)


def _with_days_counted(text: str, started_on: str, lang: Language) -> str:
    """A text whose days are counted from the first of them."""
    found = [day for day in (_day(one) for one in _DAY.finditer(f"{started_on} {text}")) if day is not None]
    first = min(found, default=date.max)

    def counted(one: re.Match[str]) -> str:
        day = _day(one)
        n = (day - first).days if day is not None else 0
        told = Text(f"第{n}日", f"day {n}") if day is not None else Text("某日", "[a day]")
        return told.in_language(lang)

    return _DAY.sub(counted, text)


def _day(found: re.Match[str]) -> date | None:
    year, month, day = (int(part) for part in found.groups() if part is not None)
    try:
        return date(year, month, day)
    except ValueError:
        return None
