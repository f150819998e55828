"""What renderers of cards share: lists and counts made of a card, in the order in which they are shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from jointsup_rules.cards.card import Card, ExampleTable, Field, TableRead
from jointsup_rules.problems import NO_TEXT, Text


@dataclass(frozen=True)
class Row:
    """A card as a line of the index.

    Attributes:
        words: What the search looks through, folded.
        n_held: How many of its examples hold.
        hits: Clues of the last sweep in which it ran; None where there is none, `as_of` is that sweep's day.
    """

    id: str
    version: int
    status: str
    family: str
    family_name: Text
    title: Text
    finds: Text
    severities: tuple[str, ...]
    grades: tuple[str, ...]
    n_examples: int
    n_held: int
    hits: int | None
    as_of: date | None
    words: str


# A family with its name and its rows.
Family = tuple[str, Text, tuple[Row, ...]]


def gather_row(card: Card) -> Row:
    """Return the line of a card."""
    cases = card.examples.cases if card.examples is not None else ()
    last = card.figures.sweeps[-1] if card.figures.sweeps else None
    texts = (card.title, card.finds, card.family, card.owner, card.subject)
    words = [card.id, *card.keywords, *(part for text in texts for part in (text.zh, text.en))]
    return Row(
        id=card.id,
        version=card.version,
        status=card.status,
        family=card.family_code,
        family_name=card.family,
        title=card.title,
        finds=card.finds,
        severities=card.severities,
        grades=card.grades,
        n_examples=len(cases),
        n_held=sum(not case.differences for case in cases),
        hits=last.counts["hit"] if last is not None else None,
        as_of=last.as_of if last is not None else None,
        words=" ".join(words).casefold(),
    )


def gather_families(rows: Sequence[Row], order: Sequence[str]) -> tuple[Family, ...]:
    """Return the rows by family: code, name, rows in order of id; families of `order` first."""
    codes = dict.fromkeys([*order, *sorted(row.family for row in rows)])
    found = []
    for code in codes:
        own = tuple(sorted((row for row in rows if row.family == code), key=lambda row: row.id))
        if own:
            found.append((code, own[0].family_name, own))
    return tuple(found)


def list_tables(card: Card) -> tuple[Text, ...]:
    """Return the tables a rule reads, with who delivers each."""
    return tuple(_with_agencies(table) for table in card.tables if not table.is_attached)


def _with_agencies(table: TableRead) -> Text:
    agencies = list_agencies(table)
    if agencies == NO_TEXT:
        return table.label
    return Text(f"{table.label.zh}（{agencies.zh}）", f"{table.label.en} ({agencies.en})")


def list_agencies(table: TableRead) -> Text:
    """Return who delivers a table, each once; empty where no source is declared."""
    found = list(dict.fromkeys(one.agency for one in table.deliverers))
    return Text("、".join(one.zh for one in found), ", ".join(one.en for one in found))


def fields_of(card: Card) -> Iterator[tuple[TableRead, Field]]:
    """Yield every field a rule reads with its table."""
    for table in card.tables:
        for field in table.fields:
            yield table, field


def count_sensitivity(card: Card) -> dict[str, int]:
    """Return how many fields of each class a rule reads: s0, s1, s2."""
    found = [field.sensitivity for _, field in fields_of(card)]
    return {level.lower(): found.count(level) for level in ("S0", "S1", "S2")}


def personal_fields(card: Card) -> tuple[tuple[Text, Field], ...]:
    """Return the fields of class S2 with the label of their table."""
    return tuple((table.label, field) for table, field in fields_of(card) if field.sensitivity == "S2")


_COMMON = Text("（只有共同的值）", "(the common values alone)")


def tell_rows(table: ExampleTable) -> tuple[Text, ...]:
    """Return the rows of an example in words, one text a row: labels and values of what is filled."""
    return tuple(_tell_row(table, row) for row in table.rows)


def _tell_row(table: ExampleTable, row: Sequence[Text]) -> Text:
    filled = [(label, value) for label, value in zip(table.columns, row, strict=True) if value != NO_TEXT]
    if not filled:
        return _COMMON
    zh = "，".join(f"{label.zh} {value.zh}" for label, value in filled)
    return Text(zh, "; ".join(f"{label.en} {value.en}" for label, value in filled))
