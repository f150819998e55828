"""What an example expects against what the rule said: value by value, per subject.

In: the entries of `expect`, the findings that are not clear, the subjects in scope. Out: Differences, none if it held.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

from jointsup_rules.compile.context import OUTCOMES
from jointsup_rules.model.rule import Rule
from jointsup_rules.problems import NO_TEXT, Text

Row = Mapping[str, Any]
_TOLD = ("started_on", "due_on", "ended_on", "over_days", "measure", "missing", "why")
_OF_LINE = ("step", "from_on", "to_on", "days", "honoured")


@dataclass(frozen=True)
class Difference:
    """One value that is not as expected.

    Attributes:
        subject: Key of the subject; empty where it is about the whole rule.
        key: What was compared: outcome, due_on, working[2].days …; empty where nothing could be.
        expected: As JSON holds it; None where nothing was expected.
        found: As JSON holds it; None where nothing was found.
        says: The same in words.
        parts_at: At which step the rule goes another way than the example expects.
    """

    subject: str
    key: str
    expected: Any
    found: Any
    says: Text
    parts_at: Text = NO_TEXT


def compare(
    expected: Iterable[Mapping[str, Any]], found: Sequence[Row], in_scope: Sequence[str], rule: Rule
) -> list[Difference]:
    """Return where what was found differs from what was expected; every subject in scope must be named."""
    by_subject: dict[str, list[Row]] = {}
    for row in found:
        by_subject.setdefault(row["subject_key"], []).append(row)
    differences: list[Difference] = []
    named: set[str] = set()
    for entry in expected:
        key = str(entry.get("subject"))
        named.add(key)
        wanted = str(entry.get("outcome"))
        if wanted == "out_of_scope":
            if key in in_scope:
                says = Text(zh=f"{key}：应在范围之外", en=f"{key}: expected out of scope")
                outcome = outcome_of(by_subject.get(key, []))
                differences.append(Difference(key, "outcome", wanted, outcome, says))
        elif key not in in_scope:
            says = Text(zh=f"{key}：不在范围内", en=f"{key}: not in scope")
            differences.append(Difference(key, "outcome", wanted, "out_of_scope", says))
        else:
            differences += _compare_entry(key, entry, by_subject.get(key, []), rule)
    for key in sorted(set(in_scope) - named):
        outcome = outcome_of(by_subject.get(key, []))
        says = Text(
            zh=f"{key}：在范围内（{outcome}），示例没有列出", en=f"{key}: in scope ({outcome}) but not listed"
        )
        differences.append(Difference(key, "outcome", None, outcome, says))
    return differences


def outcome_of(rows: Sequence[Row]) -> str:
    """Return the outcome of a subject from its findings: the first of all outcomes, clear without any."""
    ranked = sorted((row["outcome"] for row in rows), key=OUTCOMES.index)
    return str(ranked[0]) if ranked else "clear"


def worst_first(row: Row) -> tuple[Any, ...]:
    """Return what findings are ranked by: the first of an identity gives its clue the figures."""
    return (
        OUTCOMES.index(row["outcome"]),
        -(row["over_days"] if row["over_days"] is not None else -1),
        -(float(row["measure"]) if row["measure"] is not None else float("-inf")),
        str(row["started_on"] or "9999"),
        str(row["due_on"] or "9999"),
        str(row["part"]),
    )


def _compare_entry(key: str, entry: Mapping[str, Any], rows: Sequence[Row], rule: Rule) -> list[Difference]:
    wanted = str(entry["outcome"])
    if "part" in entry:
        rows = [row for row in rows if row["part"] == entry["part"]]
    outcome = outcome_of(rows)
    if wanted == "due_soon":
        is_soon = outcome == "running" and any(row["soon"] for row in rows)
        outcome = "due_soon" if is_soon else outcome
    fields = {name: value for name, value in entry.items() if name not in ("subject", "outcome", "part")}
    if outcome != wanted:
        says = Text(
            zh=f"{key}：应为 {wanted}，却是 {outcome}{_told(rows)}",
            en=f"{key}: expected {wanted}, found {outcome}{_told(rows)}",
        )
        nearest = sorted(rows, key=worst_first)[:1]
        others = [other for row in nearest for other in _compare_fields(key, fields, row, rule)]
        return [Difference(key, "outcome", wanted, outcome, says), *others]
    rows = sorted(
        (row for row in rows if row["outcome"] == ("running" if wanted == "due_soon" else wanted)),
        key=worst_first,
    )
    # The worst finding of an identity gives its clue the figures; an entry may speak of any of a subject's clues.
    clues = list({row["identity"]: row for row in reversed(rows)}.values())
    attempts = [_compare_fields(key, fields, row, rule) for row in clues]
    return min(attempts, key=len, default=[])


def _told(rows: Sequence[Row]) -> str:
    if not rows:
        return ""
    row = sorted(rows, key=worst_first)[0]
    shown = ", ".join(f"{name} {as_text(row[name])}" for name in _TOLD if row[name] not in (None, []))
    return f" ({shown})"


def as_json(value: Any) -> Any:
    """Return a value as JSON holds it: days as text, whole decimals as integers."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, list | tuple):
        return [as_json(part) for part in value]
    if isinstance(value, Mapping):
        return {str(key): as_json(part) for key, part in value.items()}
    return value


def as_text(value: Any) -> str:
    """Return a value as a line of text holds it."""
    plain = as_json(value)
    return "[" + ", ".join(map(str, plain)) + "]" if isinstance(plain, list) else str(plain)


# ---- fields


def _compare_fields(key: str, fields: Mapping[str, Any], row: Row, rule: Rule) -> list[Difference]:
    differences = []
    for name, wanted in fields.items():
        if name == "working":
            differences += _compare_working(key, wanted, row.get("working", []))
            continue
        actual: Any
        if name == "missing":
            actual = sorted(row["missing"] or [])
            wanted = sorted(map(str, wanted)) if isinstance(wanted, list) else [str(wanted)]
            holds = actual == wanted
        elif name == "because":
            because = _because(row, rule)
            words = [str(part) for part in wanted.values()] if isinstance(wanted, dict) else [str(wanted)]
            holds = because is not None and any(word in (because.zh, because.en) for word in words)
            actual, wanted = because.zh if because is not None else None, words[0] if words else None
        elif name not in row:
            says = Text(zh=f"{key}：没有可比较的列“{name}”", en=f"{key}: no column '{name}' to compare")
            differences.append(Difference(key, name, as_json(wanted), None, says))
            continue
        else:
            actual, holds = row[name], _is_equal(row[name], wanted)
        if not holds:
            differences.append(_differs(key, name, wanted, actual))
    return differences


def _differs(key: str, name: str, wanted: Any, actual: Any) -> Difference:
    says = Text(
        zh=f"{key}：{name} 应为 {as_text(wanted)}，却是 {as_text(actual)}",
        en=f"{key}: {name} expected {as_text(wanted)}, found {as_text(actual)}",
    )
    return Difference(key, name, as_json(wanted), as_json(actual), says)


def _compare_working(key: str, wanted: Any, lines: Sequence[Row]) -> list[Difference]:
    """Line by line; what a line of the example does not name is not compared. Lines are told apart by their step."""
    expected = [one if isinstance(one, dict) else {"step": one} for one in wanted or ()]
    differences: list[Difference] = []
    steps = [str(one.get("step")) for one in expected], [str(line["step"]) for line in lines]
    for what, a, b, c, d in SequenceMatcher(None, *steps, autojunk=False).get_opcodes():
        for n in range(max(b - a, d - c)):
            number, line = a + n, lines[c + n] if c + n < d else None
            name = f"working[{min(number, b) + 1}]"
            if number >= b:
                differences.append(_differs(key, name, None, _line(line)))
            elif line is None:
                differences.append(_differs(key, name, _line(expected[number]), None))
            elif what == "replace":
                differences.append(_differs(key, name, _line(expected[number]), _line(line)))
            else:
                differences += [
                    _differs(key, f"{name}.{part}", value, line.get(part))
                    for part, value in expected[number].items()
                    if str(as_json(line.get(part))) != str(value)
                ]
    return differences


def _line(line: Mapping[str, Any] | None) -> str:
    """A line of a working in short."""
    return " ".join(
        f"{name} {as_json(line[name])}" for name in _OF_LINE if line and line.get(name) is not None
    )


def _because(row: Row, rule: Rule) -> Text | None:
    number = row["excluded"] if row["excluded"] is not None else row["kept"]
    return rule.shape.exclude[number].because if number is not None else None


def _is_equal(actual: Any, wanted: Any) -> bool:
    if wanted is None or actual is None:
        return wanted is None and actual is None
    if isinstance(actual, bool):
        return bool(actual == wanted)
    if isinstance(actual, date):
        return actual.isoformat() == str(wanted)
    if isinstance(wanted, int | float) and not isinstance(wanted, bool):
        try:
            return abs(float(actual) - float(wanted)) < 1e-6
        except ValueError:
            return False
    return str(actual) == str(wanted)
