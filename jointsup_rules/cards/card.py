"""A model card as a value: everything that is known of a rule, in words and in both languages.

In: nothing. Out: the shapes that `gather` fills and that the renderers read. Tables are tuples of rows; an empty tuple
means that there is nothing of the kind, and the renderers say so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from jointsup_rules.problems import NO_TEXT, Text
from jointsup_rules.sweep.counted import RuleFigures
from jointsup_rules.sweep.describe import BandWords, ExclusionWords


@dataclass(frozen=True)
class Point:
    """One thing the rule supervises: its name, what it asks, whom it concerns, its limits, how it looks.

    Attributes:
        name: Name of the part; empty where the rule has only one.
        limits: How long there is, each with the article it rests on; empty where it is no matter of time.
        criterion: What else decides, in one line; empty where the lines of `how` are needed to say it.
        how: The condition of the screening, line by line.
        sql: The statement of a rule that no kind can say; else empty.
    """

    name: str
    says: Text
    scope: Text
    limits: tuple[Text, ...]
    criterion: Text
    how: tuple[Text, ...]
    sql: str = ""


@dataclass(frozen=True)
class Field:
    """A column the rule reads.

    Attributes:
        sensitivity: S0, S1 or S2.
        mask: How outputs show it: none, name, short, hide.
        is_pseudonym: Some source replaces it by a keyed hash at import.
        is_attached: It is only shown with a clue and decides nothing.
    """

    name: str
    label: Text
    type: str
    sensitivity: str
    mask: str
    is_pseudonym: bool = False
    is_attached: bool = False


@dataclass(frozen=True)
class Deliverer:
    """A source that delivers columns of a table: its name, the agency, what its files are called."""

    source: str
    agency: Text
    files: tuple[str, ...]


@dataclass(frozen=True)
class TableRead:
    """A table the rule reads, who delivers it and which columns are read; attached: only its rows go with a clue."""

    name: str
    label: Text
    deliverers: tuple[Deliverer, ...]
    fields: tuple[Field, ...]
    is_attached: bool = False


@dataclass(frozen=True)
class Collision:
    """Two sets of records laid side by side: of what, with what, by which keys, under which condition."""

    left: Text
    right: Text
    keys: tuple[Text, ...]
    when: Text = NO_TEXT


@dataclass(frozen=True)
class Value:
    """A derived value: whose it is, what it is called, how it comes about."""

    subject: Text
    name: Text
    says: Text


@dataclass(frozen=True)
class ExampleTable:
    """Rows given in an example: labels of the filled columns and their values as they are shown."""

    label: Text
    columns: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]


@dataclass(frozen=True)
class Expected:
    """What an example expects of one subject: its key, the outcome, further figures as label and value."""

    subject: str
    outcome: Text
    figures: tuple[tuple[Text, Text], ...]


@dataclass(frozen=True)
class ExampleWords:
    """One example with its result; `differences` is empty where it holds. `settings` are its day and what else differs."""

    number: int
    name: str
    settings: tuple[Text, ...]
    given: tuple[ExampleTable, ...]
    expected: tuple[Expected, ...]
    differences: tuple[Text, ...]


@dataclass(frozen=True)
class ExamplesTold:
    """The examples of a rule: the day most of them look from, what all their rows have in common, each of them."""

    as_of: str
    common: tuple[ExampleTable, ...]
    cases: tuple[ExampleWords, ...]


@dataclass(frozen=True)
class ArticleVersionWords:
    """One version of an article: from and until when, its number and text; `until` is the first day it no longer holds."""

    from_on: date
    until_on: date | None
    number: str
    text: Text
    is_quoted: bool
    is_in_force: bool


@dataclass(frozen=True)
class ArticleTold:
    """A cited article: its law, what it is called on the day, how sure its text is, every version known here."""

    id: str
    called: Text
    confidence: str
    is_unconfirmed: bool
    checked_on: date | None
    versions: tuple[ArticleVersionWords, ...]


@dataclass(frozen=True)
class ParameterValueWords:
    """A value of a parameter: for which category, from and until when, on what article."""

    category: Text
    value: str
    from_on: date
    until_on: date | None
    because: Text


@dataclass(frozen=True)
class ParameterTold:
    """A number the rule takes: a local threshold or one of the law, its values in time, who approved it."""

    name: str
    parameter: str
    label: Text
    kind: str
    unit: Text
    values: tuple[ParameterValueWords, ...]
    because: Text
    approved_by: Text


@dataclass(frozen=True)
class VersionTold:
    """An approved version: its status, who wrote and who approved it, when, on what figures."""

    version: int
    status: str
    by: str
    approved_by: str
    activated_on: date
    because: str
    figures: Text
    retired: Text


@dataclass(frozen=True)
class Disposition:
    """Where a clue goes: the routes and documents of triage and workflow; empty while those do not say."""

    routes: tuple[Text, ...] = ()
    documents: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Card:
    """A rule as its model card tells it, as of a day.

    Attributes:
        day: Of law and parameters.
        family: Field of supervision; `family_code` as in the rule's id.
        unit: What the units are called by which clues are listed; the supervised ones.
        owner: Who works with the model.
        severities: Every severity a clue can have, gravest first; `grades` likewise.
        attached: Relations whose rows go with a clue.
        has_scope: Whether the rule narrows down whom it is about; `scope` says to whom.
        problem: Why the rule cannot be compiled; empty where it can.
    """

    id: str
    version: int
    status: str
    path: str
    day: date
    title: Text
    family_code: str
    family: Text
    subject: Text
    unit: Text
    owner: Text
    keywords: tuple[str, ...]
    finds: Text
    why: Text
    check: Text
    misses: Text
    reason: Text
    has_scope: bool
    scope: Text
    points: tuple[Point, ...]
    tables: tuple[TableRead, ...]
    collisions: tuple[Collision, ...]
    values: tuple[Value, ...]
    exclude: tuple[ExclusionWords, ...]
    bands: tuple[BandWords, ...]
    identity: Text
    measure: Text
    severity: Text
    severities: tuple[str, ...]
    grade: Text
    grades: tuple[str, ...]
    attached: tuple[Text, ...]
    disposition: Disposition
    examples: ExamplesTold | None
    law: tuple[ArticleTold, ...]
    parameters: tuple[ParameterTold, ...]
    versions: tuple[VersionTold, ...]
    figures: RuleFigures
    retired_because: Text
    successor: str
    problem: Text


Figures = Mapping[str, RuleFigures]
