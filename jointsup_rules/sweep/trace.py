"""What a trace of one subject holds: values, nothing of how they came about.

Texts are already masked as the dictionary says, so a trace may be shown wherever a clue may.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jointsup_rules.problems import NO_TEXT, Text


@dataclass(frozen=True)
class RowPlace:
    """Where a row comes from: its table and key, and the file and line of the export."""

    table: str
    row_key: str
    file: str | None
    line: int | None
    rejects: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Rows:
    """The related rows a derived column is made of: all, those that count, those that cannot be told, some of them."""

    relation: Text
    n_rows: int
    n_counted: int
    n_open: int
    places: tuple[RowPlace, ...]


@dataclass(frozen=True)
class Value:
    """A column the rule names.

    Attributes:
        value: As outputs may show it; None where it is empty.
        means: The label of a code, or what the emptiness means.
        blamed: Empty columns behind an unknown derived column.
        says: How a derived column comes about.
        rows: The related rows it is made of.
    """

    name: str
    label: Text
    value: str | None
    means: Text = NO_TEXT
    blamed: tuple[str, ...] = ()
    says: Text = NO_TEXT
    rows: Rows | None = None


@dataclass(frozen=True)
class Side:
    """One side of a comparison with its value as outputs may show it; None where it is empty."""

    says: Text
    value: str | None


@dataclass(frozen=True)
class Comparison:
    """One comparison inside a condition.

    Attributes:
        text: As written.
        says: In words.
        holds: Its value; None is unknown or not yet.
        sides: What it compares, constants left out.
        short: By how much it is not true, where that can be counted.
        decides: Whether it alone keeps the condition from being true.
    """

    text: str
    says: Text
    holds: bool | None
    sides: tuple[Side, ...] = ()
    short: Text = NO_TEXT
    decides: bool = False


@dataclass(frozen=True)
class Condition:
    """A condition of the rule with its value and that of each comparison in it.

    `missing` names the empty columns where the value is unknown.
    """

    says: Text
    holds: bool | None
    is_unknown: bool
    missing: tuple[str, ...]
    comparisons: tuple[Comparison, ...]


@dataclass(frozen=True)
class Step:
    """One line of a calculation: what, the days it spans, how many days, and the words beside it.

    Attributes:
        article: What the article is called that allows it.
        document: The document it rests on.
        honoured: Whether an extension or exclusion counts; None for other lines.
        in_working_days: Whether `days` are working days.
    """

    name: str
    label: Text
    from_on: date | None
    to_on: date | None
    days: int | None
    note: Text
    article: str | None = None
    document: str | None = None
    honoured: bool | None = None
    in_working_days: bool = False


@dataclass(frozen=True)
class EvidenceRow:
    """A row a finding rests on, with its filled values."""

    role: str
    place: RowPlace
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ExclusionTrace:
    """A lawful reason with whether it holds for a finding; None is unknown."""

    because: Text
    condition: Condition
    keep: bool


@dataclass(frozen=True)
class Finding:
    """One place where the rule looked, and how that ended.

    Attributes:
        found: Its outcome before exclusions.
        outcome: Its outcome after them.
        case: Which case of its kind decided.
        margin: By how much it is over, or how near it came.
        missing: Columns that leave it open.
        figures: Numbers and values its kind compared.
        conditions: Bands and levels with a condition: name and value.
        clock: The named clock whose period it is; empty where it is none.
        segment: Number of the period.
    """

    part: str
    kind: str
    row_key: str | None
    found: str
    outcome: str
    case: Text
    steps: tuple[Step, ...]
    started_on: date | None
    due_on: date | None
    ended_on: date | None
    over_days: int | None
    measure: str | None
    margin: Text
    missing: tuple[str, ...]
    figures: tuple[tuple[str, str], ...]
    comparisons: tuple[Comparison, ...]
    exclusions: tuple[ExclusionTrace, ...]
    conditions: tuple[tuple[str, bool | None], ...]
    identity: str
    clue_id: str
    band: str | None
    severity: str
    grade: str
    n_rows: int
    rows: tuple[EvidenceRow, ...]
    clock: str = ""
    segment: int | None = None


@dataclass(frozen=True)
class PartTrace:
    """One part of the rule for this subject: its own scope, what it measures against, and its findings.

    `findings` holds the first few of `n_findings`; `nothing` says why there is none.
    """

    name: str
    kind: str
    says: Text
    scope: Condition | None
    limits: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]
    n_findings: int
    nothing: Text


@dataclass(frozen=True)
class Clue:
    """A clue as the sweep would list it."""

    clue_id: str
    part: str
    band: str | None
    severity: str
    grade: str
    measure: float | None
    measure_unit: str
    over_days: int | None
    reason: Text
    law: str
    exception_id: str | None


@dataclass(frozen=True)
class Nearest:
    """A subject that is there, for one that is not."""

    subject_key: str
    case_no: str | None


@dataclass(frozen=True)
class Trace:
    """One rule on one subject, step by step.

    Attributes:
        outcome: hit, cannot_tell, running, due_soon, excluded, clear, out_of_scope, no_subject, not_evaluated, failed.
        why: What leaves it open or takes it out, where there is something to say.
        rows: The rows it comes from; the first few where there are many, `n_rows` in all.
        nearest: The subjects most like it, where there is none of that key.
    """

    subject: Text
    subject_key: str
    dataset: str
    as_of: date
    cut_off: date
    outcome: str
    why: Text = NO_TEXT
    n_rows: int = 0
    rows: tuple[RowPlace, ...] = ()
    shown: tuple[tuple[str, str], ...] = ()
    values: tuple[Value, ...] = ()
    scope: Condition | None = None
    parts: tuple[PartTrace, ...] = ()
    clues: tuple[Clue, ...] = ()
    nearest: tuple[Nearest, ...] = ()
