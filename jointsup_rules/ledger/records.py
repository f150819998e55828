"""What is kept beside the clues: campaigns, meetings with their action items, special teams, opinions, reviews.

In: a write under the lock, a kind of the workflow, its content. Out: a numbered record whose every change is an entry. What is
still to be done of it falls due like a clue does. A campaign follows its clues over sweeps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from jointsup_rules.ledger.entries import Entry, Who, local_day
from jointsup_rules.ledger.fold import ClueState
from jointsup_rules.ledger.ledger import Ledger
from jointsup_rules.ledger.moving import Refused, may_see, role_of, typed_value
from jointsup_rules.ledger.store import Writing
from jointsup_rules.model.workflow import RecordShape, TiersShape, Workflow
from jointsup_rules.problems import Text, nearest_word


@dataclass(frozen=True)
class Item:
    """Something to be done: what, by whom, by when, and when it was done."""

    what: str
    owner: str
    due_on: str
    done_on: str | None = None


@dataclass(frozen=True)
class Record:
    """A record as it stands."""

    number: str
    kind: str
    fields: Mapping[str, Any]
    clues: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    opened_on: str = ""
    closed_on: str | None = None

    @property
    def plain(self) -> dict[str, Any]:
        """What the ledger stores of it."""
        return {
            "fields": dict(self.fields), "clues": list(self.clues), "items": [one.__dict__ for one in self.items],
            "opened_on": self.opened_on, "closed_on": self.closed_on,
        }  # fmt: skip


@dataclass(frozen=True)
class Change:
    """What is done to a record.

    Attributes:
        fields: What is written.
        clues: Clues it is about, by id or running number; added to those there are.
        items: Things to be done, added.
        done: Numbers of items that are done, from 1.
        close: Whether it ends.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    clues: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    done: tuple[int, ...] = ()
    close: bool = False


def read_record(number: str, kind: str, data: Mapping[str, Any]) -> Record:
    """Return a record as the ledger stores it."""
    items = tuple(Item(**one) for one in data["items"])
    return Record(
        number, kind, data["fields"], tuple(data["clues"]), items, data["opened_on"], data["closed_on"]
    )


def open_record(ledger: Ledger, kind: str, change: Change, at: str, who: Who) -> Record:
    """Open a record of a kind and return it with its number.

    Raises:
        Refused: there is no such kind, it is not for this role, or something is missing.
    """
    shape = _shape(ledger.workflow, kind, who)
    ledger.store.make()
    with ledger.store.writing() as writing:
        fields = _typed(ledger.workflow, shape, change.fields)
        lacking = [name for name in shape.needs if name not in fields]
        if lacking:
            labels = [ledger.workflow.shape.fields[name].label for name in lacking]
            raise Refused(
                Text(
                    f"{shape.label.zh}还要填：" + "、".join(f"{one.zh}（{name}）" for one, name in zip(labels, lacking, strict=True)),
                    f"{shape.label.en} also needs: " + ", ".join(f"{one.en} ({name})" for one, name in zip(labels, lacking, strict=True)),
                )
            )  # fmt: skip
        day = local_day(at, ledger.zone)
        count = writing.next_number(f"record {kind} {day.year}")
        number = shape.number.replace("{year}", str(day.year)).replace("{number}", str(count))
        record = Record(
            number, kind, fields, _clues(ledger, writing, change, who), _items(change), day.isoformat()
        )
        writing.add(at, who, "recorded", number, {"kind": kind, **record.plain})
        writing.put_record(number, kind, record.plain)
    return record


def change_record(ledger: Ledger, number: str, change: Change, at: str, who: Who) -> Record:
    """Change a record and return it as it then stands.

    Raises:
        Refused: there is none, it is closed, or not for this role.
    """
    role_of(ledger.workflow, who)
    with ledger.store.writing() as writing:
        found = writing.record(number)
        if found is None:
            raise _no_record(number, ledger.store.records())
        kind, data = found
        shape = _shape(ledger.workflow, kind, who)
        before = read_record(number, kind, data)
        if before.closed_on is not None:
            raise Refused(
                Text(f"{number} 已于{before.closed_on}结束", f"{number} was closed on {before.closed_on}")
            )
        day = local_day(at, ledger.zone).isoformat()
        items = [*before.items, *_items(change)]
        for one in change.done:
            if not 1 <= one <= len(items):
                raise Refused(Text(f"{number} 没有第 {one} 项待办", f"{number} has no item {one}"))
            items[one - 1] = Item(**{**items[one - 1].__dict__, "done_on": day})
        clues = tuple(dict.fromkeys((*before.clues, *_clues(ledger, writing, change, who))))
        fields = {**before.fields, **_typed(ledger.workflow, shape, change.fields)}
        closed = day if change.close else None
        after = Record(number, kind, fields, clues, tuple(items), before.opened_on, closed)
        writing.add(at, who, "recorded", number, {"kind": kind, **after.plain})
        writing.put_record(number, kind, after.plain)
    return after


def records(ledger: Ledger, who: Who, kind: str | None = None) -> list[Record]:
    """Return the records, in order of kind and opening.

    Clues that somebody may not see are left out of them; a role that sees its own unit alone sees the records of its clues.
    """
    role = role_of(ledger.workflow, who)
    seen = {one.clue_id for one in ledger.store.clues() if may_see(ledger.workflow, who, one)}
    found = [read_record(number, of, data) for number, (of, data) in ledger.store.records(kind).items()]
    shown = [replace(one, clues=tuple(clue for clue in one.clues if clue in seen)) for one in found]
    theirs = [one for one in shown if one.clues or not role.own_unit_only]
    return sorted(theirs, key=lambda one: (one.kind, one.opened_on, len(one.number), one.number))


def find_record(ledger: Ledger, who: Who, number: str) -> Record:
    """Return a record by its number.

    Raises:
        Refused: there is none, or none that this role sees.
    """
    for one in records(ledger, who):
        if one.number == number:
            return one
    raise _no_record(number, [one.number for one in records(ledger, who)])


def _no_record(number: str, known: Iterable[str]) -> Refused:
    near = nearest_word(number, list(known))
    hint = Text(f"；是否想写“{near}”？", f"; did you mean '{near}'?") if near else Text()
    return Refused(Text(f"没有事项“{number}”{hint.zh}", f"no record '{number}'{hint.en}"))


def _shape(workflow: Workflow, kind: str, who: Who) -> RecordShape:
    role_of(workflow, who)
    kinds, roles = workflow.shape.records, workflow.shape.roles
    if kind not in kinds:
        near = nearest_word(kind, kinds)
        hint = Text(f"；是否想写“{near}”？", f"; did you mean '{near}'?") if near else Text()
        listed = Text(
            "、".join(f"{name}（{one.label.zh}）" for name, one in kinds.items()), ", ".join(kinds) or "—"
        )
        raise Refused(
            Text(
                f"没有事项种类“{kind}”{hint.zh} 可用的有：{listed.zh}",
                f"no kind '{kind}'{hint.en}; there are: {listed.en}",
            )
        )
    shape = kinds[kind]
    if who.role not in shape.by:
        zh = "、".join(roles[name].label.zh for name in shape.by)
        en = ", ".join(roles[name].label.en for name in shape.by)
        raise Refused(Text(f"{shape.label.zh}由{zh}登记", f"{shape.label.en} is for {en} to enter"))
    return shape


def _typed(workflow: Workflow, shape: RecordShape, given: Mapping[str, str]) -> dict[str, Any]:
    allowed = (*shape.needs, *shape.may)
    for name in given:
        if name not in allowed:
            near = nearest_word(name, allowed)
            hint = Text(f"；是否想写“{near}”？", f"; did you mean '{near}'?") if near else Text()
            raise Refused(
                Text(
                    f"{shape.label.zh}不填“{name}”{hint.zh} 可填：{', '.join(allowed)}",
                    f"{shape.label.en} has no field '{name}'{hint.en}; it has: {', '.join(allowed)}",
                )
            )
    return {
        name: typed_value(name, workflow.shape.fields[name], value)
        for name, value in given.items()
        if value.strip()
    }


def _clues(ledger: Ledger, writing: Writing, change: Change, who: Who) -> tuple[str, ...]:
    if not change.clues:
        return ()
    by_number = {state.ledger_no: state for state in writing.states().values()}
    found = []
    for name in change.clues:
        clue = writing.state(name) or by_number.get(name)
        if clue is None or not may_see(ledger.workflow, who, clue):
            raise Refused(Text(f"台账中没有线索“{name}”", f"no clue '{name}' in the ledger"))
        found.append(clue.clue_id)
    return tuple(dict.fromkeys(found))


def _items(change: Change) -> tuple[Item, ...]:
    for item in change.items:
        try:
            date.fromisoformat(item.due_on)
        except ValueError as error:
            raise Refused(
                Text(
                    f"待办“{item.what}”的期限应是日期，现为“{item.due_on}”",
                    f"the due day of '{item.what}' must be a day, found '{item.due_on}'",
                )
            ) from error
    return change.items


# ---- campaigns


@dataclass(frozen=True)
class Progress:
    """How many of a campaign's clues were still found by one sweep.

    Attributes:
        sweep: The sweep; empty for the beginning.
        as_of: Its day.
        left: Still found, or not looked for.
        cleared: No longer found.
        by_tier: Still found, by tier at the beginning, in the order of the tiers.
        still: Ids of those still found.
    """

    sweep: str
    as_of: str
    left: int
    cleared: int
    by_tier: tuple[tuple[Text, int], ...]
    still: frozenset[str]


def follow(ledger: Ledger, record: Record, until: str = "9999-12-31") -> list[Progress]:
    """Return the burn-down of a campaign: its beginning, then each sweep of its time that looked for its clues.

    Args:
        ledger: The ledger.
        record: The campaign.
        until: The last day whose sweeps count.
    """
    shape = ledger.workflow.shape.records[record.kind]
    begun = str(record.fields.get("from_on") or record.opened_on)
    tiers, found = begun_with(ledger, record)
    steps = [_progress("", begun, found, tiers, shape.tiers)]
    for entry in ledger.store.entries():
        if entry.kind in ("lost", "seen", "opened") and entry.subject in found:
            is_found = True if entry.kind != "lost" else entry.data["is_found"]
            found[entry.subject] = found[entry.subject] if is_found is None else is_found
        if _is_within(entry, record, begun) and entry.data["as_of"] <= until:
            steps.append(_progress(entry.data["sweep"], entry.data["as_of"], found, tiers, shape.tiers))
    return steps


def begun_with(ledger: Ledger, record: Record) -> tuple[dict[str, Text], dict[str, bool]]:
    """Return a campaign's clues as they were when it began: the tier of each, and whether it was still found.

    What a clue first showed stands for one that was found only later.
    """
    shape = ledger.workflow.shape.records[record.kind]
    begun = str(record.fields.get("from_on") or record.opened_on)
    days = {
        one.data["sweep"]: str(one.data["as_of"]) for one in ledger.store.entries("") if one.kind == "swept"
    }
    wanted, facts, found = set(record.clues), dict[str, Mapping[str, Any]](), dict[str, bool]()
    for entry in ledger.store.entries():
        if entry.subject not in wanted or entry.kind not in ("lost", "seen", "opened"):
            continue
        is_before = days.get(entry.data["sweep"], begun) <= begun
        if entry.kind == "opened" or is_before:
            facts[entry.subject] = {**facts.get(entry.subject, {}), **entry.data.get("facts", {})}
        if entry.kind == "lost" and is_before and entry.data["is_found"] is False:
            found[entry.subject] = False
        elif entry.kind != "lost" and (is_before or entry.subject not in found):
            found[entry.subject] = True
    return {one: _tier_of(shape.tiers, told) for one, told in facts.items()}, found


def _is_within(entry: Entry, record: Record, begun: str) -> bool:
    if entry.kind != "swept":
        return False
    last = record.closed_on or str(record.fields.get("until_on") or "9999-12-31")
    return begun <= str(entry.data["as_of"]) <= max(last, begun)


def tier_of(tiers: TiersShape | None, clue: ClueState) -> Text:
    """Return the tier a clue is in by its figure; without tiers or figure the empty text."""
    return _tier_of(tiers, clue.facts)


def _tier_of(tiers: TiersShape | None, facts: Mapping[str, Any]) -> Text:
    value = facts.get(tiers.by) if tiers is not None else None
    if tiers is None or value is None:
        return Text()
    reached = [tier.label for tier in tiers.tiers if float(str(value)) >= tier.from_]
    return reached[-1] if reached else Text()


def _progress(
    sweep: str, as_of: str, found: Mapping[str, bool], tiers: Mapping[str, Text], shape: TiersShape | None
) -> Progress:
    left = [clue_id for clue_id, is_found in found.items() if is_found]
    labels: Sequence[Text] = [tier.label for tier in shape.tiers] if shape is not None else []
    by_tier = tuple((label, sum(tiers[one] == label for one in left)) for label in labels)
    return Progress(sweep, as_of, len(left), len(found) - len(left), by_tier, frozenset(left))


def items_due(found: Iterable[Record], until: date) -> list[tuple[Record, int, Item]]:
    """Return what is still to be done by a day: record, number of the item, item; the earliest first."""
    due = [
        (record, number, item)
        for record in found
        if record.closed_on is None
        for number, item in enumerate(record.items, 1)
        if item.done_on is None and date.fromisoformat(item.due_on) <= until
    ]
    return sorted(due, key=lambda one: (one[2].due_on, one[0].number, one[1]))
