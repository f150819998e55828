"""The ledger's rules: which step a clue may take, by whom, with what; every refusal says what is open instead.

In: a write under the lock, the workflow, who acts and what is asked. Out: the entry that stands, or Refused; where a
second reader is due, a proposal that another person confirms or declines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from jointsup_rules.ledger.entries import Entry, Who
from jointsup_rules.ledger.fold import ClueState, Proposed
from jointsup_rules.ledger.store import Writing
from jointsup_rules.load.forms import plain, read_day, read_decimal, read_whole, read_yes_no
from jointsup_rules.model.workflow import FieldShape, MoveShape, RoleShape, Workflow, fits
from jointsup_rules.problems import Text, nearest_word

CONFIRM, DECLINE = "confirm", "decline"


class Refused(Exception):
    """The ledger says no: `told` says why, `open_moves` what may be done instead and by whom."""

    def __init__(self, told: Text, open_moves: Iterable[OpenMove] = ()) -> None:
        super().__init__(told.en)
        self.told = told
        self.open_moves = tuple(open_moves)


@dataclass(frozen=True)
class OpenMove:
    """A step that is open: its name, what it is called, who may take it, and what must come with it."""

    name: str
    label: Text
    by: tuple[Text, ...]
    needs: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """A step that is asked for.

    Attributes:
        clue: Clue id.
        move: Name of the move; `confirm` or `decline` for a proposal.
        fields: What is written with it, as text or as typed values.
        note: Words that go with it.
        because: Why the program makes it; for moves of the program alone.
        origin: Where it was asked for, such as the list it was written in; kept with the entry.
    """

    clue: str
    move: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    because: Text | None = None
    origin: Mapping[str, str] = field(default_factory=dict)


def role_of(workflow: Workflow, who: Who) -> RoleShape:
    """Return the role somebody acts in.

    Raises:
        Refused: there is no such role, the name is missing, or the unit is, of a role that sees its own alone.
    """
    roles = workflow.shape.roles
    if who.role not in roles:
        near = nearest_word(who.role, roles)
        listed_zh = "、".join(f"{name}（{role.label.zh}）" for name, role in roles.items())
        listed_en = ", ".join(f"{name} ({role.label.en})" for name, role in roles.items())
        hint = Text(f"；是否想写“{near}”？", f"; did you mean '{near}'?") if near else Text()
        raise Refused(
            Text(
                f"没有角色“{who.role}”{hint.zh} 可用的有：{listed_zh}",
                f"no role '{who.role}'{hint.en}; there are: {listed_en}",
            )
        )
    if not who.person.strip():
        raise Refused(
            Text("没有写明经办人；用 --by 写上姓名", "who acts is not said; name the person with --by")
        )
    role = roles[who.role]
    if role.own_unit_only and not (who.unit or "").strip():
        raise Refused(
            Text(
                f"{role.label.zh}只看本单位的线索；用 --unit 写上单位",
                f"{role.label.en} sees clues of its own unit alone; name the unit with --unit",
            )
        )
    return role


def may_see(workflow: Workflow, who: Who, state: ClueState) -> bool:
    """Whether somebody may see a clue: by its grade, and by its unit where the role sees its own alone."""
    role = role_of(workflow, who)
    if state.grade not in role.sees:
        return False
    return not role.own_unit_only or who.unit in (state.values.get("unit"), state.values.get("receiver"))


def open_moves(workflow: Workflow, state: ClueState) -> tuple[OpenMove, ...]:
    """Return the steps that are open for a clue as it stands, with who may take them."""
    roles = workflow.shape.roles
    if state.proposed is not None:
        by = tuple(roles[name].label for name in second_readers(workflow, state.proposed))
        return (
            OpenMove(CONFIRM, Text("二审同意", "second reader agrees"), by, ()),
            OpenMove(DECLINE, Text("二审不同意", "second reader does not agree"), by, ()),
        )
    return tuple(
        OpenMove(name, move.label, tuple(roles[one].label for one in move.by), move.needs)
        for name, move in workflow.moves_from(state.state).items()
        if fits(move.when, state.values) and move.by != (workflow.shape.engine,)
    )


def move_clue(writing: Writing, workflow: Workflow, at: str, who: Who, step: Step) -> Entry:
    """Take a step, or propose it where a second reader must agree; return the entry.

    Raises:
        Refused: the step is not open, not for this role, or lacks something; nothing was added.
    """
    role_of(workflow, who)
    state = writing.state(step.clue)
    # A clue that may not be seen is not there: a refusal would tell that it is.
    if state is None or not may_see(workflow, who, state):
        raise Refused(Text(f"台账中没有线索“{step.clue}”", f"no clue '{step.clue}' in the ledger"))
    if step.move in (CONFIRM, DECLINE):
        return _second_reading(writing, workflow, at, who, step, state)
    # What the data prove does not wait for a second reader, and makes the proposal moot.
    if state.proposed is not None and who.role != workflow.shape.engine:
        raise Refused(
            Text(
                f"{state.ledger_no} 的“{_label(workflow, state.proposed.move).zh}”由{state.proposed.person}提出，待二审",
                f"{state.ledger_no}: '{_label(workflow, state.proposed.move).en}', proposed by {state.proposed.person}, "
                "awaits its second reader",
            ),
            open_moves(workflow, state),
        )  # fmt: skip
    move = _open_move(workflow, who, step.move, state)
    fields = _typed(workflow, move, step)
    after = {**state.values, **fields}
    data: dict[str, Any] = {
        "move": step.move,
        "from": state.state,
        "to": move.to,
        "fields": fields,
        **step.origin,
    }
    if step.note:
        data["note"] = step.note
    if step.because is not None:
        data["because"] = {"zh": step.because.zh, "en": step.because.en}
    if _needs_second(move, after) and who.role != workflow.shape.engine:
        return writing.add(at, who, "proposed", step.clue, data)
    return writing.add(at, who, "moved", step.clue, data)


def _needs_second(move: MoveShape, values: Mapping[str, Any]) -> bool:
    return move.second_reader if isinstance(move.second_reader, bool) else fits(move.second_reader, values)


def _second_reading(
    writing: Writing, workflow: Workflow, at: str, who: Who, step: Step, state: ClueState
) -> Entry:
    proposed = state.proposed
    if proposed is None:
        raise Refused(
            Text(
                f"{state.ledger_no} 没有待二审的步骤",
                f"{state.ledger_no} has no step that awaits a second reader",
            ),
            open_moves(workflow, state),
        )
    readers = second_readers(workflow, proposed)
    if who.role not in readers:
        told_ = _not_theirs(workflow, who, _label(workflow, proposed.move), readers, state)
        raise Refused(told_, open_moves(workflow, state))
    if proposed.move not in workflow.shape.moves and step.move == CONFIRM:
        raise Refused(
            Text(
                f"{state.ledger_no}：workflow.yaml 里已没有步骤“{proposed.move}”，只能不同意",
                f"{state.ledger_no}: workflow.yaml has no move '{proposed.move}' any more; decline it",
            ),
            open_moves(workflow, state),
        )
    if is_same_person(who.person, proposed.person):
        raise Refused(
            Text(
                f"{proposed.person}提出的步骤须由另一人二审",
                f"what {proposed.person} proposed is for somebody else to confirm",
            ),
            open_moves(workflow, state),
        )
    told: dict[str, Any] = {
        "move": proposed.move,
        "from": state.state,
        "to": proposed.to,
        "fields": dict(proposed.fields),
    }
    told |= {"proposed_by": proposed.person, "proposed_at": proposed.at, **step.origin}
    if step.note or proposed.note:
        told["note"] = "；".join(note for note in (proposed.note, step.note) if note)
    return writing.add(at, who, "moved" if step.move == CONFIRM else "declined", step.clue, told)


def second_readers(workflow: Workflow, proposed: Proposed) -> tuple[str, ...]:
    """Return the roles that may read a proposal; every one, to decline it, where its move is there no more."""
    move = workflow.shape.moves.get(proposed.move)
    return move.by if move is not None else tuple(workflow.shape.roles)


def is_same_person(one: str, other: str) -> bool:
    """Whether two names are one person's: spaces and the case of letters do not tell people apart."""
    return "".join(one.split()).casefold() == "".join(other.split()).casefold()


def _open_move(workflow: Workflow, who: Who, name: str, state: ClueState) -> MoveShape:
    moves = workflow.shape.moves
    here = _state_label(workflow, state.state)
    if name not in moves:
        near = nearest_word(name, [*moves, CONFIRM, DECLINE])
        hint = Text(f"；是否想写“{near}”？", f"; did you mean '{near}'?") if near else Text()
        raise Refused(
            Text(f"没有步骤“{name}”{hint.zh}", f"no move '{name}'{hint.en}"), open_moves(workflow, state)
        )
    move = moves[name]
    if state.state not in move.from_ or not fits(move.when, state.values):
        raise Refused(
            Text(
                f"{state.ledger_no} 处于“{here.zh}”，不能“{move.label.zh}”",
                f"{state.ledger_no} is '{here.en}': '{move.label.en}' is not open",
            ),
            open_moves(workflow, state),
        )
    if who.role not in move.by:
        raise Refused(_not_theirs(workflow, who, move.label, move.by, state), open_moves(workflow, state))
    return move


def _not_theirs(workflow: Workflow, who: Who, label: Text, by: Iterable[str], state: ClueState) -> Text:
    roles = workflow.shape.roles
    mine = roles[who.role].label
    zh = "、".join(roles[name].label.zh for name in by)
    en = ", ".join(roles[name].label.en for name in by)
    return Text(
        f"{state.ledger_no}：“{label.zh}”由{zh}办理，{mine.zh}不能办",
        f"{state.ledger_no}: '{label.en}' is for {en}, not for {mine.en}",
    )


def _label(workflow: Workflow, move: str) -> Text:
    shape = workflow.shape.moves.get(move)
    return shape.label if shape is not None else Text(move, move)


def _state_label(workflow: Workflow, state: str) -> Text:
    return workflow.state(state).label


# ---- what is written with a step


def _typed(workflow: Workflow, move: MoveShape, step: Step) -> dict[str, Any]:
    """The fields of a step as their types have them.

    Raises:
        Refused: one is missing, unknown, or not what its type asks for.
    """
    allowed = (*move.needs, *move.may)
    fields = workflow.shape.fields
    for name in step.fields:
        if name not in allowed:
            near = nearest_word(name, allowed)
            hint = Text(f"；是否想写“{near}”？", f"; did you mean '{near}'?") if near else Text()
            listed = ", ".join(allowed) or "—"
            raise Refused(
                Text(
                    f"“{move.label.zh}”不填“{name}”{hint.zh} 可填：{listed}",
                    f"'{move.label.en}' has no field '{name}'{hint.en}; it has: {listed}",
                )
            )
    typed = {
        name: typed_value(name, fields[name], value)
        for name, value in step.fields.items()
        if value is not None and str(value).strip()
    }
    lacking = [name for name in move.needs if name not in typed]
    if lacking:
        zh = "、".join(f"{fields[name].label.zh}（{name}）" for name in lacking)
        en = ", ".join(f"{fields[name].label.en} ({name})" for name in lacking)
        raise Refused(Text(f"“{move.label.zh}”还要填：{zh}", f"'{move.label.en}' also needs: {en}"))
    return typed


def typed_value(name: str, shape: FieldShape, value: Any) -> Any:
    """Return a value as its field has it: text stripped, days as text YYYY-MM-DD, codes by their code.

    A code may be given by its label in either language; days and numbers as any export may write them.

    Raises:
        Refused: it is no such value.
    """
    text = str(value).strip()
    told: Text | None = None
    match shape.type:
        case "date":
            # A time that says its zone is of no account here: people write days.
            day = read_day(text, "UTC")
            if day is not None:
                return day.isoformat()
            told = Text("日期，如 2026-05-01", "a day such as 2026-05-01")
        case "integer":
            whole = read_whole(text)
            if whole is not None:
                return whole
            told = Text("整数", "a whole number")
        case "decimal":
            number = read_decimal(text)
            if number is not None:
                return format(number.normalize(), "f")
            told = Text("数字", "a number")
        case "boolean":
            is_so = read_yes_no(text)
            if is_so is not None:
                return is_so
            told = Text("是或否", "yes or no")
        case "code":
            for code, label in shape.codes.items():
                if plain(text).casefold() in {plain(one).casefold() for one in (code, label.zh, label.en)}:
                    return code
            listed = Text(
                "、".join(f"{code}（{label.zh}）" for code, label in shape.codes.items()),
                ", ".join(f"{code} ({label.en})" for code, label in shape.codes.items()),
            )
            told = Text(f"以下之一：{listed.zh}", f"one of: {listed.en}")
        case _:
            return text
    raise Refused(
        Text(
            f"{shape.label.zh}（{name}）应为{told.zh}，现为“{text}”",
            f"{shape.label.en} ({name}) must be {told.en}, found '{text}'",
        )
    )
