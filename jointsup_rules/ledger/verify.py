"""Whether the ledger is whole: every entry as it was written, in its place, and nothing cut off the end.

In: a store, and heads that were printed elsewhere. Out: what was found, the first entry that is wrong named. Trusts
nothing that is stored: hashes are taken anew and clues folded anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from jointsup_rules.ledger.entries import BEGINNING, EMPTY, Entry, Head, hash_of, head_of
from jointsup_rules.ledger.fold import ClueState, fold
from jointsup_rules.ledger.store import Store, clue_rows, stored_clues
from jointsup_rules.problems import Text


@dataclass(frozen=True)
class Verified:
    """What a look at the whole chain found.

    Attributes:
        head: The last entry that is right.
        n_clues: How many clues were folded.
        first_bad: Number of the first entry that is wrong; None where all are right.
        told: What is wrong, nothing if all is right.
        set_back: Entries for which the machine's clock said an earlier time than the entry before.
    """

    head: Head
    n_clues: int = 0
    first_bad: int | None = None
    told: tuple[Text, ...] = ()
    set_back: tuple[int, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.told


def verify(store: Store, heads: Iterable[tuple[Head, str]] = ()) -> Verified:
    """Return whether a ledger is whole.

    Args:
        store: The ledger.
        heads: Heads printed on reports, letters and packages, each with where it was found; the chain must hold them all.
    """
    head, last_at = EMPTY, ""
    states: dict[str, ClueState] = {}
    set_back: list[int] = []
    wanted: dict[int, list[tuple[str, str]]] = {}
    for told_head, where in heads:
        wanted.setdefault(told_head.seq, []).append((told_head.hash, where))
    for row in store.rows():
        wrong = _wrong(row, head, last_at)
        if isinstance(wrong, Text):
            bad = head.seq + 1
            return Verified(head, len(states), bad, (wrong,), tuple(set_back))
        entry = wrong
        for digest, where in wanted.pop(entry.seq, []):
            if digest != entry.hash:
                rewritten = Text(
                    f"第 {entry.seq} 条与 {where} 上印的不是同一条：台账被整个重写过",
                    f"entry {entry.seq} is not the one printed on {where}: the ledger was rewritten as a whole",
                )
                return Verified(head, len(states), entry.seq, (rewritten,), tuple(set_back))
        head, last_at = head_of(entry), entry.at
        if "clock_said" in entry.data:
            set_back.append(entry.seq)
        if entry.kind == "opened" or entry.subject in states:
            after = fold(states.get(entry.subject), entry)
            if after is not None:
                states[entry.subject] = after
    told = [
        Text(
            f"{where} 上印有第 {seq} 条，而台账到第 {head.seq} 条为止：末尾被截去",
            f"{where} names entry {seq}, but the ledger ends with entry {head.seq}: its end was cut off",
        )
        for seq, names in sorted(wanted.items())
        for _, where in names
        if seq > head.seq
    ]
    first_bad = head.seq + 1 if told else None
    told += _wrong_states(store, states)
    return Verified(head, len(states), first_bad, tuple(told), tuple(set_back))


def _wrong(row: object, head: Head, last_at: str) -> Entry | Text:
    """The entry a row holds, or what is wrong with it after a head."""
    assert isinstance(row, dict)
    due = head.seq + 1
    if row["seq"] != due:
        gone = f"{due}" if row["seq"] == due + 1 else f"{due}–{row['seq'] - 1}"
        return Text(f"第 {gone} 条不见了", f"entry {gone} is gone")
    try:
        data = json.loads(row["data"])
    except ValueError:
        return Text(f"第 {due} 条的内容被改过", f"the content of entry {due} was changed")
    entry = Entry(**{**row, "data": data})
    if entry.prev != head.hash:
        before = "起点" if head.hash == BEGINNING else f"第 {head.seq} 条"
        return Text(
            f"第 {due} 条不接在{before}之后：被改过、调换过或换成了别的",
            f"entry {due} does not follow the one before it: it was changed, moved or put in its place",
        )
    if hash_of(entry) != entry.hash:
        return Text(
            f"第 {due} 条被改过，与其校验值不符", f"entry {due} was changed: it does not fit its hash"
        )
    if entry.at < last_at:
        return Text(
            f"第 {due} 条的时间早于前一条", f"the time of entry {due} lies before that of the one before it"
        )
    return entry


def _wrong_states(store: Store, states: dict[str, ClueState]) -> list[Text]:
    """Clues whose stored state is not what their entries make of them."""
    due, stored = clue_rows(states.values()), stored_clues(store)
    wrong = sorted(name for name in {*due, *stored} if due.get(name) != stored.get(name))
    return [
        Text(
            f"线索 {name} 的现状表与台账各条不符：现状表被改过",
            f"the table of clues says of {name} what its entries do not: the table was changed",
        )
        for name in wrong[:20]
    ]
