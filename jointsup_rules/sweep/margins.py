"""By how much a finding is over, how near it came to being one, and by how much a comparison is not true.

In: the figures of a finding and the texts of a comparison's sides as the engine reckoned them. Out: sentences.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from jointsup_rules.problems import NO_TEXT, Text
from jointsup_rules.sweep.trace import Comparison


def margin_of(kind: str, finding: Mapping[str, Any], limits: Mapping[str, Any], as_of: date) -> Text:
    """Return by how much a finding is over, or how near it came; empty where that has no meaning.

    Args:
        kind: Name of the kind.
        finding: Its figures.
        limits: What the rule asks for, by key: numbers, and of an outlier the side.
        as_of: The day of the sweep.
    """
    if kind in ("time_limit", "missing"):
        return _days_margin(finding, as_of)
    figures = json.loads(finding["detail"]) if finding["detail"] else {}
    if kind == "outlier":
        return _rate_margin(figures, str(limits.get("side", "high")))
    if kind == "contradiction":
        return _difference(figures, limits)
    if kind == "sequence" and not limits:
        return _apart_by(finding)
    measure = finding["measure"]
    wanted = next((value for value in limits.values() if value is not None), None)
    if measure is None or wanted is None:
        return NO_TEXT
    left = float(wanted) - float(measure)
    m, w = _number(measure), _number(wanted)
    if kind == "repeat":
        if left <= 0:
            return Text(f"{m} 次，要求 {w} 次", f"{m}, and {w} are enough")
        return Text(f"{m} 次，还差 {_number(left)} 次", f"{m}, {_number(left)} short of {w}")
    if left == 0:
        return Text(f"恰为 {m}，须超过 {w}", f"exactly {m}, and more than {w} is asked for")
    if left < 0:
        return Text(f"{m}，超过 {w} 达 {_number(-left)}", f"{m}, {_number(-left)} more than {w}")
    return Text(f"{m}，未超过 {w}，还差 {_number(left)}", f"{m}, {_number(left)} below the limit of {w}")


def _days_margin(finding: Mapping[str, Any], as_of: date) -> Text:
    due, ended = finding["due_on"], finding["ended_on"]
    if due is None:
        return NO_TEXT
    if finding["decided_by"] in ("done_late", "open_late", "found_late", "not_found"):
        over = finding["over_days"]
        if not over:
            return Text("超过不到一天", "over by less than a day")
        return Text(f"超过 {over} 天", f"{over} days over")
    if ended is not None:
        left = (due - ended).days
        return Text(f"提前 {left} 天", f"{left} days to spare")
    left = (due - as_of).days
    if left < 0:
        return Text(f"届满已 {-left} 天", f"due {-left} days ago")
    return Text(f"还剩 {left} 天", f"{left} days left")


def _rate_margin(figures: Mapping[str, Any], side: str) -> Text:
    rate, low, high = (figures.get(name) for name in ("rate", "low", "high"))
    if rate is None or high is None:
        return NO_TEXT
    r, a, b = _number(rate), _number(low), _number(high)
    told = Text(f"比率 {r}，界限 {a} 至 {b}", f"a rate of {r}, the fences are {a} and {b}")
    left = left_of(figures, side)
    assert left is not None, "there is a rate and a fence"
    if left < 0:
        return Text(f"{told.zh}，超出 {_number(-left)}", f"{told.en}, {_number(-left)} beyond")
    return Text(f"{told.zh}，还差 {_number(left)}", f"{told.en}, {_number(left)} within")


def left_of(figures: Mapping[str, Any], side: str) -> float | None:
    """Return how far a rate is from the fence that it would have to pass; less than 0 beyond it, None without one."""
    rate, low, high = (figures.get(name) for name in ("rate", "low", "high"))
    if rate is None or high is None:
        return None
    above, below = float(high) - float(rate), float(rate) - float(low or 0)
    return {"high": above, "low": below}.get(side, min(above, below))


def _apart_by(finding: Mapping[str, Any]) -> Text:
    """How many days lie between two steps, where both have a day."""
    first, last = finding["started_on"], finding["ended_on"]
    if first is None or last is None or first == last:
        return NO_TEXT
    n = abs((last - first).days)
    return Text(f"相隔 {n} 天", f"{n} days apart")


def _difference(figures: Mapping[str, Any], limits: Mapping[str, Any]) -> Text:
    """The differences of the pairs that are days or numbers, with what is tolerated."""
    zh, en = [], []
    for key, left in figures.items():
        name = key.removesuffix(" (left)")
        right = figures.get(f"{name} (right)")
        if name == key or left is None or right is None:
            continue
        apart = _apart(str(left), str(right))
        tolerated = limits.get(f"tolerance {name}")
        if apart is None or tolerated is None:
            continue
        zh.append(f"{name} 相差 {_number(apart)}，容许 {_number(tolerated)}")
        en.append(f"{name}: {_number(apart)} apart, {_number(tolerated)} tolerated")
    return Text("；".join(zh), "; ".join(en))


def _apart(left: str, right: str) -> float | None:
    if _is_day(left) and _is_day(right):
        return abs((date.fromisoformat(right[:10]) - date.fromisoformat(left[:10])).days)
    try:
        return abs(float(right) - float(left))
    except ValueError:
        return None


def short_of(op: str, sides: Sequence[str | None]) -> Text:
    """Return by how much a comparison that is false is not true; empty where that cannot be counted.

    Args:
        op: Its operator.
        sides: Its sides as text, days as YYYY-MM-DD; None where one is empty.
    """
    filled = [side for side in sides if side is not None]
    if (
        len(filled) != len(sides)
        or len(sides) not in (2, 3)
        or op not in ("<", "<=", ">", ">=", "=", "between")
    ):
        return NO_TEXT
    apart = [_apart(filled[0], other) for other in filled[1:]]
    if any(one is None for one in apart):
        return NO_TEXT
    # Of `between` the bound that is missed is the nearer one.
    distance = min(one for one in apart if one is not None)
    if distance == 0:
        return Text("恰好相等", "they are equal")
    n = _number(distance)
    return Text(f"差 {n} 天", f"{n} days short") if _is_day(filled[0]) else Text(f"差 {n}", f"{n} short")


def only_short(comparisons: Sequence[Comparison], *, is_shown: bool = True) -> Text:
    """Return which single comparison keeps a condition from being true, and by how much.

    Args:
        comparisons: Those of the condition.
        is_shown: A condition of one comparison stands beside it already, so only the distance is said.
    """
    found = [one for one in comparisons if one.decides]
    if not found:
        return NO_TEXT
    told = [
        Text(
            one.says.zh + (f"，{one.short.zh}" if one.short != NO_TEXT else ""),
            one.says.en + (f", {one.short.en}" if one.short != NO_TEXT else ""),
        )
        for one in found
    ]
    if len(comparisons) == 1 and is_shown:
        return found[0].short
    zh, en = "；或者".join(one.zh for one in told), "; or ".join(one.en for one in told)
    return Text(f"只差一项：{zh}", f"one comparison short: {en}")


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return False
    return len(text) >= 10


def _number(value: Any) -> str:
    return f"{float(value):.6f}".rstrip("0").rstrip(".")
