"""One entry of the ledger and its place in the chain.

In: what happened, and the entry before. Out: an Entry whose hash covers both. An entry is never changed; what a clue
has become is folded from its entries.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

# The hash that stands before the first entry.
BEGINNING = "0" * 64


@dataclass(frozen=True)
class Who:
    """Who acts: a role of the workflow, the person's name, and the unit of a role that sees its own unit alone."""

    role: str
    person: str
    unit: str | None = None


@dataclass(frozen=True)
class Head:
    """The last entry of a chain: its number and hash; number 0 of an empty one."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


EMPTY = Head(0, BEGINNING)


def read_head(text: str) -> Head:
    """Return a head as it is printed, `N:HASH`.

    Raises:
        ValueError: it is none.
    """
    seq, _, digest = text.partition(":")
    if not seq.isdecimal() or len(digest) != 64:
        raise ValueError(text)
    return Head(int(seq), digest.lower())


@dataclass(frozen=True)
class Entry:
    """One thing that happened.

    Attributes:
        seq: Number in the chain, from 1, without a gap.
        at: When, in UTC, to the second; never earlier than the entry before.
        kind: What: opened, seen, lost, moved, proposed, declined, noted, read, exported, transferred, answered, judged, recorded.
        subject: Clue id, or the number of a record; empty where the entry is about the ledger as a whole.
        data: What there is to say; JSON values alone.
        prev: Hash of the entry before.
    """

    seq: int
    at: str
    role: str
    person: str
    kind: str
    subject: str
    data: Mapping[str, Any] = field(default_factory=dict)
    prev: str = BEGINNING
    hash: str = ""


# Bytes of a command line that are no characters arrive as halves of one; UTF-8 cannot hold them.
_HALF = re.compile("[\ud800-\udfff]")
# What no XML file can hold: control characters, halves of characters, and two that are none.
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def printable(text: str) -> str:
    """Return a text as any document can hold it: line ends alike, what no XML knows replaced by the sign for it, U+FFFD.

    Example:
        >>> printable("a\\r\\nb\\x00") == "a\\nb\N{REPLACEMENT CHARACTER}"
        True
    """
    return _NOT_TEXT.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def plain(value: Any) -> Any:
    """Return a value as JSON knows it: days as text, decimals as text, tuples as lists, text as UTF-8 can hold it."""
    if isinstance(value, str):
        return value if value.isascii() else _HALF.sub("\ufffd", value)
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value


def canonical(value: Any) -> str:
    """Return the one text of a JSON value: keys sorted, no spaces, characters as they are.

    Raises:
        ValueError: the value holds a number that JSON has no word for.
    """
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def chained(head: Head, at: str, who: Who, kind: str, subject: str, data: Mapping[str, Any]) -> Entry:
    """Return the entry that follows a head."""
    told = plain(data)
    entry = Entry(head.seq + 1, at, who.role, plain(who.person), kind, subject, told, head.hash)
    return Entry(**{**entry.__dict__, "hash": hash_of(entry)})


def hash_of(entry: Entry) -> str:
    """Return the SHA-256 an entry must bear, over all of it and the hash before."""
    text = canonical(
        [entry.seq, entry.at, entry.role, entry.person, entry.kind, entry.subject, entry.data, entry.prev]
    )
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def local_day(at: str, zone: str) -> date:
    """Return the day of an entry's time in a time zone such as Asia/Shanghai; time limits run from it."""
    return datetime.fromisoformat(at).astimezone(ZoneInfo(zone)).date()


def head_of(entry: Entry) -> Head:
    """Return the head of a chain that ends with an entry."""
    return Head(entry.seq, entry.hash)
