"""Answers of the engine turned into the values of a trace."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from jointsup_rules.compile.context import OUTCOMES
from jointsup_rules.model.dictionary import Subject
from jointsup_rules.model.rule import Rule
from jointsup_rules.problems import NO_TEXT, Text
from jointsup_rules.sweep.asking import AskedComparison, AskedCondition, AskedFindings, AskedValue
from jointsup_rules.sweep.explain_words import EMPTY, STEPS, case_of
from jointsup_rules.sweep.margins import margin_of, only_short, short_of
from jointsup_rules.sweep.saying import Speaker
from jointsup_rules.sweep.terms import deciding
from jointsup_rules.sweep.trace import (
    Comparison,
    Condition,
    EvidenceRow,
    ExclusionTrace,
    Finding,
    RowPlace,
    Rows,
    Side,
    Step,
    Value,
)

Row = Mapping[str, Any]


def condition_of(asked: AskedCondition, row: Row) -> Condition:
    """Return a condition with its value and that of each comparison in it."""
    values = [row[f"c{one.value}"] for one in asked.comparisons]
    decides = deciding(asked.text, values)
    comparisons = tuple(_comparison(one, row, n in decides) for n, one in enumerate(asked.comparisons))
    is_unknown = bool(row[f"c{asked.unknown}"])
    missing = tuple(row[f"c{asked.missing}"] or ()) if is_unknown else ()
    return Condition(asked.says, row[f"c{asked.value}"], is_unknown, missing, comparisons)


def _comparison(asked: AskedComparison, row: Row, decides: bool) -> Comparison:
    holds = row[f"c{asked.value}"]
    told = [
        (side.says, side.constant if side.number is None else row[f"c{side.number}"]) for side in asked.sides
    ]
    sides = tuple(
        Side(says, value)
        for (says, value), side in zip(told, asked.sides, strict=True)
        if side.number is not None
    )
    short = short_of(asked.op, [value for _, value in told]) if holds is False else NO_TEXT
    return Comparison(asked.text, asked.says, holds, sides, short, decides)


def value_of(asked: AskedValue, row: Row, subject: Subject, speaker: Speaker, rows: Rows | None) -> Value:
    """Return a column with its value, or what its emptiness means."""
    says = speaker.say_derived(asked.derived) if asked.derived is not None else NO_TEXT
    if asked.bound is None:
        return Value(asked.name, asked.label, None, EMPTY["absent"], says=says)
    text, is_empty, is_unknown, is_lost, blamed = (row[f"c{n}"] for n in asked.numbers)
    if not is_empty:
        codes = asked.bound.codes or {}
        label = codes.get(str(text), NO_TEXT)
        if asked.bound.type == "boolean":
            label = Text("是", "yes") if text == "true" else Text("否", "no")
        means = NO_TEXT if text in (label.zh, label.en) else label
        return Value(asked.name, asked.label, text, means, says=says, rows=rows)
    column = subject.columns.get(asked.name)
    if is_lost and column is not None:
        means = EMPTY["unreadable"]
    elif is_unknown:
        means = EMPTY["unknown"]
    else:
        means = EMPTY["none" if column is not None and column.empty == "none" else "not_yet"]
    names = [name for name in blamed or () if name != asked.name] if is_unknown else []
    return Value(asked.name, asked.label, None, means, tuple(names), says, rows)


def places_of(table: str, listed: Sequence[Row] | None) -> tuple[RowPlace, ...]:
    """Return rows of a table with their places."""
    return tuple(RowPlace(table, one["key"], one["file"], one["line"]) for one in listed or ())


def finding_of(
    rule: Rule,
    kind: str,
    asked: AskedFindings,
    row: Row,
    limits: Mapping[str, Any],
    steps: tuple[Step, ...],
    evidence: tuple[int, tuple[EvidenceRow, ...]],
    as_of: date,
) -> Finding:
    """Return one finding: what decided it, its calculation, exclusions, bands and rows."""
    measure = row["measure"]
    comparisons = _comparisons(asked.comparisons.get(row["part"]), row)
    exclusions = tuple(
        ExclusionTrace(one.because, condition_of(condition, row), one.keep)
        for one, condition in zip(rule.shape.exclude, asked.exclusions, strict=True)
    )
    return Finding(
        part=row["part"],
        kind=kind,
        row_key=row["row_key"],
        found=row["found"],
        outcome=row["outcome"],
        case=case_of(kind, row["decided_by"], row),
        steps=steps,
        started_on=row["started_on"],
        due_on=row["due_on"],
        ended_on=row["ended_on"],
        over_days=row["over_days"],
        measure=None if measure is None else f"{measure:f}".rstrip("0").rstrip("."),
        margin=only_short(comparisons) if kind == "condition" else margin_of(kind, row, limits, as_of),
        missing=tuple(row["missing"] or ()) if row["found"] == "cannot_tell" else (),
        figures=_figures(row["detail"]),
        comparisons=comparisons,
        exclusions=exclusions,
        conditions=tuple((name, row[f"c{n}"]) for name, n in asked.conditions),
        identity=row["identity"],
        clue_id=row["clue"],
        band=row["band"],
        severity=row["severity"],
        grade=row["grade"],
        n_rows=evidence[0],
        rows=evidence[1],
        clock=row.get("clock") or "",
        segment=row.get("segment"),
    )


def _comparisons(asked: AskedCondition | None, row: Row) -> tuple[Comparison, ...]:
    if asked is None:
        return ()
    return condition_of(asked, row).comparisons


def _figures(detail: str | None) -> tuple[tuple[str, str], ...]:
    values = json.loads(detail) if detail else {}
    return tuple((name, str(value)) for name, value in values.items() if value is not None)


def step_of(row: Row) -> Step:
    """Return one line of a calculation."""
    label = STEPS.get(row["step"], Text(row["step"]))
    return Step(
        row["step"], label, row["from_on"], row["to_on"], row["days"], text_of(row["note"]), row["article"],
        row["document"], row["honoured"],
    )  # fmt: skip


def text_of(value: str | None) -> Text:
    """Return words the engine wrote as JSON in both languages; other text as it is."""
    if not value:
        return NO_TEXT
    if not value.startswith("{"):
        return Text(value)
    both = json.loads(value)
    return Text(str(both.get("zh", "")), str(both.get("en", "")))


def outcome_of(rows: Sequence[Row]) -> str:
    """Return the outcome of a subject: the first of all outcomes among its findings, clear without any."""
    ranked = sorted(rows, key=lambda row: OUTCOMES.index(row["outcome"]))
    if not ranked:
        return "clear"
    first = str(ranked[0]["outcome"])
    is_soon = any(row["soon"] for row in ranked if row["outcome"] == "running")
    return "due_soon" if first == "running" and is_soon else first
