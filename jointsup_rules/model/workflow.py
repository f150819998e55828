"""How a clue goes on: roles, states, moves, time limits and reason codes of the ledger, as the office wrote them.

In: `rules/workflow.yaml`. Out: a Workflow, or every problem of the file. The ledger knows no state and no role of its
own; the two names it must be told are where a clue begins (`start`) and who the program is (`engine`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from jointsup_rules.load.yaml import Document, Loc
from jointsup_rules.model.shape import Constant, Flag, Name, Shape, Whole, Words, check_model, refuse
from jointsup_rules.problems import Place, Problem, Text, did_you_mean

WORKFLOW = "rules/workflow.yaml"
FieldType = Literal["text", "date", "code", "integer", "decimal", "boolean"]
# What a clue brings from the sweep and from triage; conditions may read it besides the fields of the workflow.
FACTS = (
    "rule_id", "family", "severity", "grade", "unit", "handler", "case_no", "subject", "priority", "route", "dossier_id",
    "confidence", "over_days", "is_found", "state",
)  # fmt: skip


def _values(value: object) -> object:
    """One value, or a list of which any will do."""
    return value if isinstance(value, list) else [value]


_One = str | int | bool
_OneOrSeveral = _One | list[_One]
When = Mapping[
    Name, Annotated[tuple[Constant, ...], BeforeValidator(_values, json_schema_input_type=_OneOrSeveral)]
]


class LimitShape(Shape):
    """A span in which something is to be done, or the field that holds the due day.

    Months need a rule, days and months a word about holidays.
    """

    due: Name | None = None
    days: Whole | None = Field(None, ge=0)
    working_days: Whole | None = Field(None, ge=0)
    months: Whole | None = Field(None, ge=1)
    rule: Literal["civil", "criminal"] | None = None
    roll: Flag | None = None

    @model_validator(mode="after")
    def _has_one_length(self) -> LimitShape:
        lengths = ("days", "working_days", "months", "due")
        given = [name for name in lengths if getattr(self, name) is not None]
        if len(given) != 1:
            raise refuse(
                "期限要有一个长度", "a limit has one length",
                "写 days、working_days、months、due 之一", "write one of days, working_days, months, due",
            )  # fmt: skip
        if given[0] in ("days", "months") and self.roll is None:
            raise refuse(
                "没有说明届满日遇节假日是否顺延", "whether the due day rolls over holidays is not said",
                "写 roll: yes 或 roll: no", "write roll: yes or roll: no",
            )  # fmt: skip
        if (self.months is not None) != (self.rule is not None):
            raise refuse(
                "月份怎么数要写明，且只用于月份", "how months are counted is said for months, and for them alone",
                "写 rule: civil 或 rule: criminal", "write rule: civil or rule: criminal",
            )  # fmt: skip
        return self


class WithinShape(Shape):
    """A time limit for those to whom `when` applies; of several the first that applies stands.

    It runs from the day the clue came to this state, or last came to the state `from` names. One whose due day stands in a
    field applies once the field is filled.
    """

    limit: LimitShape
    from_: Name | None = Field(None, alias="from")
    when: When = Field(default_factory=dict)
    article: str | None = None
    note: Words | None = None


class FieldShape(Shape):
    """Something people write into the ledger."""

    label: Words
    type: FieldType = "text"
    codes: Mapping[Constant, Words] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _codes_fit(self) -> FieldShape:
        if (self.type == "code") != bool(self.codes):
            raise refuse(
                "codes 与 type: code 须一起写", "codes and type: code go together",
                "补上另一个", "add the other",
            )  # fmt: skip
        return self


class RoleShape(Shape):
    """Who acts: which grades it sees, and whether only clues of its own unit."""

    label: Words
    sees: tuple[Constant, ...]
    own_unit_only: Flag = False
    means: Words | None = None


class StateShape(Shape):
    """Where a clue may stand."""

    label: Words
    ends: Flag = False
    within: tuple[WithinShape, ...] = ()
    means: Words | None = None


class MoveShape(Shape):
    """An allowed step.

    `needs` must be given with it, `may` can be; with `second_reader` true for a clue the step stands only once
    somebody else has confirmed it.
    """

    label: Words
    from_: tuple[Name, ...] = Field(alias="from", min_length=1)
    to: Name
    by: tuple[Name, ...] = Field(min_length=1)
    needs: tuple[Name, ...] = ()
    may: tuple[Name, ...] = ()
    when: When = Field(default_factory=dict)
    second_reader: Flag | When = False
    because: Words | None = None


class LateShape(Shape):
    """What is due once something is so many days late: a word to somebody, or a move the program makes."""

    days: Whole = Field(ge=1)
    label: Words
    to: Name
    move: Name | None = None


class ProofShape(Shape):
    """How the next sweep proves that what was answered as put right is so.

    Of a clue in one of `states` whose fields fit `when`: still found more than `after` days after it was answered, it makes
    the move `still_found`; no longer found, `gone` is proposed. `again` is the move of one found anew in an ended state.
    """

    states: tuple[Name, ...]
    when: When = Field(default_factory=dict)
    answered: Name
    after_days: Whole = Field(0, ge=0)
    still_found: Name
    gone: Name
    again: Name


class DocumentShape(Shape):
    """A letter: its template in rules/documents/, its own series of numbers, who may issue it and for which grades.

    Issuing it makes the move `move` of every clue it is about; `reply` says within what it is to be answered.
    """

    label: Words
    template: str
    number: str
    by: tuple[Name, ...] = Field(min_length=1)
    grades: tuple[Constant, ...] = ("A", "B", "none")
    move: Name | None = None
    reply: LimitShape | None = None

    @model_validator(mode="after")
    def _names_a_file(self) -> DocumentShape:
        if "/" in self.template or "\\" in self.template or not self.template.endswith(".docx"):
            raise refuse(
                f"'{self.template}' 不是模板文件名", f"'{self.template}' is no name of a template",
                "写 rules/documents/ 下的文件名，以 .docx 结尾", "name a file in rules/documents/ that ends in .docx",
                ("template",),
            )  # fmt: skip
        if "{year}" not in self.number or "{number}" not in self.number:
            raise refuse(
                "编号要含 {year} 和 {number}", "the number has {year} and {number} in it",
                '写作 "移〔{year}〕{number}号"', 'write "T{year}-{number}"', ("number",),
            )  # fmt: skip
        return self


class AnswerShape(Shape):
    """What the receiving office fills in: the fields of the list that travels with a letter, and the move they make."""

    move: Name
    fields: tuple[Name, ...] = Field(min_length=1)


class TierShape(Shape):
    """One tier, from a number on."""

    label: Words
    from_: Whole = Field(alias="from")


class TiersShape(Shape):
    """Tiers by a figure of a clue: the last whose `from` it reaches names the tier."""

    by: Name
    tiers: tuple[TierShape, ...] = Field(min_length=1)


class RecordShape(Shape):
    """A kind of thing kept beside the clues: a campaign, a meeting, a special team, an opinion.

    `counts` has its clues followed over sweeps: how many of them are still found. `agenda` makes it a meeting: open clues that
    fit one of its conditions are put before it.
    """

    label: Words
    number: str
    by: tuple[Name, ...] = Field(min_length=1)
    needs: tuple[Name, ...] = ()
    may: tuple[Name, ...] = ()
    counts: Flag = False
    tiers: TiersShape | None = None
    agenda: tuple[When, ...] = ()
    means: Words | None = None


class VerdictShape(Shape):
    """What a reviewer may decide of a clue, and what that says of its rule.

    right and wrong count for the rule; data speaks of the export alone; none says nothing of either.
    """

    label: Words
    counts: Literal["right", "wrong", "data", "none"]
    exception: Flag = False


class WorkflowShape(Shape):
    """The file, in the order in which it reads best."""

    format: Literal[1]
    ledger_no: str
    start: Name
    engine: Name
    warn_days: Whole = Field(3, ge=0)
    roles: Mapping[Name, RoleShape]
    fields: Mapping[Name, FieldShape]
    states: Mapping[Name, StateShape]
    moves: Mapping[Name, MoveShape]
    late: tuple[LateShape, ...] = ()
    documents: Mapping[Name, DocumentShape] = Field(default_factory=dict)
    answer: AnswerShape | None = None
    records: Mapping[Name, RecordShape] = Field(default_factory=dict)
    verdicts: Mapping[Name, VerdictShape] = Field(default_factory=dict)
    proof: ProofShape | None = None

    @model_validator(mode="after")
    def _number_is_unique(self) -> WorkflowShape:
        if "{year}" not in self.ledger_no or "{number}" not in self.ledger_no:
            raise refuse(
                "编号要含 {year} 和 {number}", "the number has {year} and {number} in it",
                '写作 "XS{year}-{number}"', 'write "XS{year}-{number}"', ("ledger_no",),
            )  # fmt: skip
        return self


@dataclass(frozen=True)
class Workflow:
    """The workflow of a workspace."""

    shape: WorkflowShape
    document: Document

    def moves_from(self, state: str) -> dict[str, MoveShape]:
        """Return the moves open in a state, by name, in the order of the file."""
        return {name: move for name, move in self.shape.moves.items() if state in move.from_}

    def state(self, name: str) -> StateShape:
        """Return a state; of one that the office has taken out since, its bare name: clues may still stand in it."""
        return self.shape.states.get(name) or StateShape(label=Text(name, name))

    def ledger_no(self, year: int, number: int) -> str:
        """Return the running number of a year as it is written on paper."""
        return self.shape.ledger_no.replace("{year}", f"{year:04}").replace("{number}", f"{number:04}")


def fits(when: Mapping[str, tuple[str, ...]], values: Mapping[str, Any]) -> bool:
    """Whether every named value is one of those listed, of a list any; a value that is not there fits nothing."""
    return all(
        any(_as_text(one) in wanted for one in _several(values.get(name))) for name, wanted in when.items()
    )


def _several(value: Any) -> Sequence[Any]:
    if isinstance(value, list | tuple):
        return value
    return () if value is None else (value,)


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal | float) and value == int(value):
        return str(int(value))
    return str(value)


def read_workflow(document: Document) -> tuple[Workflow | None, tuple[Problem, ...]]:
    """Return the workflow of a document, or every problem of it."""
    shape, found = check_model(WorkflowShape, document)
    problems = [*document.problems, *found]
    if shape is None or any(one.severity == "error" for one in problems):
        return None, tuple(problems)
    problems += [_problem(document, *one) for one in _unknown_words(shape)]
    problems += _dead_ends(shape, document)
    if any(one.severity == "error" for one in problems):
        return None, tuple(sorted(problems, key=lambda one: one.place))
    return Workflow(shape, document), tuple(problems)


def _problem(document: Document, loc: Loc, word: str, known: tuple[str, ...], what: Text) -> Problem:
    place: Place = document.place(loc)
    told = Text(f"没有{what.zh}“{word}”", f"no {what.en} '{word}'")
    return document.problem("JR271", place, told, fix=did_you_mean(word, known))


_Unknown = tuple[Loc, str, tuple[str, ...], Text]
_STATE, _ROLE = Text("状态", "state"), Text("角色", "role")
_FIELD, _MOVE = Text("字段", "field"), Text("流转步骤", "move")


def _unknown_words(shape: WorkflowShape) -> Iterator[_Unknown]:
    """Every name that nothing in the file bears."""
    known = {"states": tuple(shape.states), "roles": tuple(shape.roles), "moves": tuple(shape.moves)}
    labels = {"states": _STATE, "roles": _ROLE, "moves": _MOVE, "fields": _FIELD, "facts": _FIELD}
    known |= {"fields": tuple(shape.fields), "facts": (*shape.fields, *FACTS)}
    for loc, word, which in _named_words(shape):
        if word not in known[which]:
            yield loc, word, known[which], labels[which]


_Named = tuple[Loc, str, str]


def _named_words(shape: WorkflowShape) -> Iterator[_Named]:
    """Every name the file refers to, with where it must be declared."""
    yield ("start",), shape.start, "states"
    yield ("engine",), shape.engine, "roles"
    for name, state in shape.states.items():
        for number, within in enumerate(state.within):
            yield from _of_within(("states", name, "within", number), within)
    for name, move in shape.moves.items():
        yield from _of_move(("moves", name), move)
    for number, late in enumerate(shape.late):
        yield ("late", number, "to"), late.to, "roles"
        if late.move is not None:
            yield ("late", number, "move"), late.move, "moves"
    for name, document in shape.documents.items():
        yield from _each(("documents", name, "by"), document.by, "roles")
        if document.move is not None:
            yield ("documents", name, "move"), document.move, "moves"
    for name, record in shape.records.items():
        yield from _each(("records", name, "by"), record.by, "roles")
        yield from _each(("records", name, "needs"), record.needs, "fields")
        yield from _each(("records", name, "may"), record.may, "fields")
        for number, when in enumerate(record.agenda):
            yield from _conditions(("records", name, "agenda", number), when)
    if shape.answer is not None:
        yield ("answer", "move"), shape.answer.move, "moves"
        yield from _each(("answer", "fields"), shape.answer.fields, "fields")
    if shape.proof is not None:
        yield from _of_proof(("proof",), shape.proof)


def _each(loc: Loc, words: Iterable[str], which: str) -> Iterator[_Named]:
    for number, word in enumerate(words):
        yield (*loc, number), word, which


def _conditions(loc: Loc, when: Mapping[str, Any]) -> Iterator[_Named]:
    for name in when:
        yield (*loc, name), name, "facts"


def _of_within(loc: Loc, within: WithinShape) -> Iterator[_Named]:
    yield from _conditions((*loc, "when"), within.when)
    if within.from_ is not None:
        yield (*loc, "from"), within.from_, "states"
    if within.limit.due is not None:
        yield (*loc, "limit", "due"), within.limit.due, "fields"


def _of_move(loc: Loc, move: MoveShape) -> Iterator[_Named]:
    yield from _each((*loc, "from"), move.from_, "states")
    yield (*loc, "to"), move.to, "states"
    yield from _each((*loc, "by"), move.by, "roles")
    yield from _each((*loc, "needs"), move.needs, "fields")
    yield from _each((*loc, "may"), move.may, "fields")
    yield from _conditions((*loc, "when"), move.when)
    if not isinstance(move.second_reader, bool):
        yield from _conditions((*loc, "second_reader"), move.second_reader)


def _of_proof(loc: Loc, proof: ProofShape) -> Iterator[_Named]:
    yield from _each((*loc, "states"), proof.states, "states")
    yield from _conditions((*loc, "when"), proof.when)
    yield (*loc, "answered"), proof.answered, "fields"
    for key in ("still_found", "gone", "again"):
        yield (*loc, key), getattr(proof, key), "moves"


def _dead_ends(shape: WorkflowShape, document: Document) -> list[Problem]:
    """A state nothing leads to, and one that is no end and has no way on."""
    reached, border = {shape.start}, [shape.start]
    while border:
        here = border.pop()
        onward = {move.to for move in shape.moves.values() if here in move.from_} - reached
        reached |= onward
        border += sorted(onward)
    problems = []
    for name, state in shape.states.items():
        place = document.place(("states", name), key=True)
        if name not in reached:
            what = Text(f"没有步骤通到状态“{name}”", f"no move leads to state '{name}'")
            fix = Text("加上一步，或删去这个状态", "add a move, or take the state out")
            problems.append(document.problem("JR272", place, what, fix=fix))
        elif not state.ends and not any(name in move.from_ for move in shape.moves.values()):
            what = Text(f"线索进了状态“{name}”就出不来", f"a clue in state '{name}' cannot go on")
            fix = Text("加上一步，或写 ends: true", "add a move, or write ends: true")
            problems.append(document.problem("JR272", place, what, fix=fix))
    return problems
