"""The ledger as its users know it: sweeps taken in, clues listed, shown, moved and escalated, the chain verified.

In: a store, the workflow, the calendar, and with every call who acts and when. Out: values. One call is one write: all of
it stands, or nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from jointsup_rules.ledger.due import Due, due_of, gather_due
from jointsup_rules.ledger.entries import Entry, Head, Who, local_day
from jointsup_rules.ledger.fold import ClueState
from jointsup_rules.ledger.moving import OpenMove, Refused, Step, may_see, move_clue, open_moves, role_of
from jointsup_rules.ledger.opening import Opened, open_sweep
from jointsup_rules.ledger.store import Store
from jointsup_rules.ledger.sweeps import COLUMNS, SweepRead
from jointsup_rules.ledger.verify import Verified, verify
from jointsup_rules.model.calendar import Calendar
from jointsup_rules.model.law import Laws
from jointsup_rules.model.workflow import FACTS, Workflow, fits
from jointsup_rules.problems import Text, nearest_word

# Which clues stay out of what is listed for all; only a role that sees this grade is shown them, and each look is an entry.
RESTRICTED = "C"


@dataclass(frozen=True)
class Shown:
    """A clue with its history and what is open for it."""

    clue: ClueState
    entries: tuple[Entry, ...]
    open_moves: tuple[OpenMove, ...]
    due: Due | None


@dataclass(frozen=True)
class Ledger:
    """A ledger opened with the rules it is kept by.

    Attributes:
        zone: Time zone in which its days are read.
    """

    store: Store
    workflow: Workflow
    calendar: Calendar
    laws: Laws
    zone: str

    def open(self, sweep: SweepRead, at: str, who: Who) -> Opened:
        """Take a sweep in; the ledger is made where there is none.

        Raises:
            Refused: a newer sweep is in already, or the role does not exist.
            LedgerError: the ledger cannot be written.
        """
        role_of(self.workflow, who)
        self.store.make()
        with self.store.writing() as writing:
            return open_sweep(writing, self.workflow, at, who, sweep, local_day(at, self.zone).year)

    def clues(self, who: Who, wanted: Mapping[str, Sequence[str]] | None = None) -> list[ClueState]:
        """Return the clues somebody may see, in order of running number.

        Args:
            who: Who looks.
            wanted: Values by field; a clue is listed whose value is one of them, for every field. `state` is one, too.

        Raises:
            Refused: the role or a field does not exist.
        """
        role_of(self.workflow, who)
        fields = _wanted(self.workflow, wanted or {})
        return [
            clue
            for clue in self.store.clues()
            if may_see(self.workflow, who, clue) and _is_wanted(clue, fields)
        ]

    def find(self, who: Who, name: str) -> ClueState:
        """Return a clue by its id or running number.

        Raises:
            Refused: there is none, or none that this role sees.
        """
        clue = self.store.clue(name)
        if clue is None or not may_see(self.workflow, who, clue):
            raise Refused(Text(f"台账中没有线索“{name}”", f"no clue '{name}' in the ledger"))
        return clue

    def show(self, name: str, at: str, who: Who) -> Shown:
        """Return a clue with its history; a look at a restricted one is itself an entry.

        Raises:
            Refused: there is none that this role sees.
        """
        clue = self.find(who, name)
        if clue.grade == RESTRICTED:
            with self.store.writing() as writing:
                writing.add(at, who, "read", clue.clue_id)
        due = due_of(self.workflow, clue, local_day(at, self.zone), self.calendar, self.laws, self.zone)
        return Shown(clue, tuple(self.store.entries(clue.clue_id)), open_moves(self.workflow, clue), due)

    def move(self, steps: Sequence[Step], at: str, who: Who) -> list[Entry]:
        """Take steps, all or none, in their order; clues may be named by running number.

        Raises:
            Refused: one is not open, not for this role, or lacks something; nothing stands.
        """
        role_of(self.workflow, who)
        named = [self.store.clue(step.clue) for step in steps]
        with self.store.writing() as writing:
            return [
                move_clue(
                    writing, self.workflow, at, who,
                    step if clue is None else replace(step, clue=clue.clue_id),
                )
                for step, clue in zip(steps, named, strict=True)
            ]  # fmt: skip

    def due(self, who: Who, as_of: date) -> list[Due]:
        """Return what is late or soon late among the clues somebody may see."""
        return gather_due(self.workflow, self.clues(who), as_of, self.calendar, self.laws, self.zone)

    def due_of_all(self, clues: Iterable[ClueState], as_of: date) -> list[Due]:
        """Return by when each clue must go on, late or not; those without a limit are left out."""
        found = (due_of(self.workflow, one, as_of, self.calendar, self.laws, self.zone) for one in clues)
        return [due for due in found if due is not None]

    def escalate(self, at: str, as_of: date) -> list[Entry]:
        """Make the moves that lateness calls for; what was said about one lateness is not said again."""
        engine = Who(self.workflow.shape.engine, "jointsup")
        made = []
        with self.store.writing() as writing:
            for due in gather_due(
                self.workflow, writing.states().values(), as_of, self.calendar, self.laws, self.zone
            ):
                if due.late is None or due.due_on is None:
                    continue
                clue, late = due.clue, due.late
                told = {
                    "days": late.days,
                    "to": late.to,
                    "due_on": due.due_on.isoformat(),
                    "state": clue.state,
                }
                if writing.has("reminded", clue.clue_id, **told):
                    continue
                label = {"zh": late.label.zh, "en": late.label.en}
                made.append(
                    writing.add(
                        at, engine, "reminded", clue.clue_id, {**told, "label": label, "late": due.days_late}
                    )
                )
                is_open = late.move in self.workflow.moves_from(clue.state) and clue.proposed is None
                if late.move is not None and is_open:
                    because = Text(
                        f"应于{due.due_on}前办理，至{as_of}已逾期{due.days_late}天",
                        f"due on {due.due_on}, {due.days_late} days late by {as_of}",
                    )
                    made.append(
                        move_clue(
                            writing, self.workflow, at, engine, Step(clue.clue_id, late.move, because=because)
                        )
                    )
        return made

    def note_export(self, at: str, who: Who, what: str, clues: Iterable[ClueState]) -> Entry:
        """Enter that clues were written to a file."""
        listed = list(clues)
        with self.store.writing() as writing:
            restricted = sum(clue.grade == RESTRICTED for clue in listed)
            return writing.add(
                at, who, "exported", "", {"what": what, "n": len(listed), "restricted": restricted}
            )

    def verify(self, heads: Iterable[tuple[Head, str]] = ()) -> Verified:
        """Return whether the chain is whole and holds every head that was printed elsewhere."""
        return verify(self.store, heads)

    def head(self) -> Head:
        """Return the head of the chain."""
        return self.store.head()


def _wanted(workflow: Workflow, wanted: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Filters with their values as the ledger stores them; labels of states and codes stand for these.

    Raises:
        Refused: a field does not exist.
    """
    shape = workflow.shape
    known = (*shape.fields, *FACTS, *COLUMNS, "clue_id", "ledger_no", "dataset")
    found = {}
    for name, words in wanted.items():
        if name not in known:
            near = nearest_word(name, known)
            hint = Text(f"；是否想写“{near}”？", f"; did you mean '{near}'?") if near else Text()
            raise Refused(Text(f"没有字段“{name}”{hint.zh}", f"no field '{name}'{hint.en}"))
        labels = {key: one.label for key, one in shape.states.items()} if name == "state" else {}
        if name in shape.fields:
            labels = dict(shape.fields[name].codes)
        codes = {label: key for key, both in labels.items() for label in (both.zh, both.en)}
        found[name] = tuple(codes.get(word.strip(), word.strip()) for word in words)
    return found


def _is_wanted(clue: ClueState, wanted: Mapping[str, tuple[str, ...]]) -> bool:
    return fits(wanted, {**clue.values, "ledger_no": clue.ledger_no, "clue_id": clue.clue_id})
