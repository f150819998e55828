"""One rule as suspicions look at it: its shape, its texts as they were bound, and where to put a warning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from jointsup_rules.compile.reading import Reading
from jointsup_rules.compile.rule import CompiledRule
from jointsup_rules.compile.suspicions.facts import ALWAYS, NEVER, Cases, all_of, one_of
from jointsup_rules.compile.suspicions.logic import Logic, Want
from jointsup_rules.load.yaml import Document, Loc
from jointsup_rules.model.expression import Node, Span, children_of
from jointsup_rules.model.rule import Rule, RuleShape
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.problems import Problem, Text

PART = ("column", "f", "part")


@dataclass(frozen=True)
class Place:
    """A part of the rule: its name, where its kind stands, and when it looks at a subject and makes a finding."""

    name: str
    loc: Loc
    looks: Cases | None
    finds: Cases | None


@dataclass(frozen=True)
class View:
    """A rule, those of its texts that could be bound, by their path, and what it was compiled to, if it could be."""

    rule: Rule
    rulebook: Rulebook
    readings: Mapping[Loc, Reading]
    compiled: CompiledRule | None = None
    _logics: dict[Loc, Logic] = field(default_factory=dict, compare=False, repr=False)

    @property
    def shape(self) -> RuleShape:
        """What is written."""
        return self.rule.shape

    @property
    def document(self) -> Document:
        """Its file."""
        return self.rule.document

    @property
    def is_active(self) -> bool:
        """Whether it is in use; a draft may still lack what makes a rule good, though not what makes it sound."""
        return self.rule.shape.status == "active"

    def logic(self, loc: Loc) -> Logic | None:
        """Return the condition at a path, ready to be reckoned with; None where there is none."""
        if loc not in self.readings:
            return None
        return self._logics.setdefault(loc, Logic(self.readings[loc]))

    def cases(self, loc: Loc, want: Want = "T") -> Cases | None:
        """Return when the condition at a path comes out as wanted; one that is not there is always true."""
        logic = self.logic(loc)
        if logic is None:
            return ALWAYS if want in ("T", "NF") else NEVER
        return logic.cases(logic.reading.node, want)

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Its parts; one without a name where it has only one."""
        detect = self.shape.detect
        entries = detect.get("any_of")
        scope = self.cases(("scope",))
        if not isinstance(entries, list):
            found = all_of([scope, self.cases(("detect", "condition", "when"))])
            return (Place("", ("detect",), scope, found),)
        places = []
        for number, entry in enumerate(entries):
            loc: Loc = ("detect", "any_of", number)
            name = str(entry.get("name", "")) if isinstance(entry, dict) else ""
            looks = all_of([scope, self.cases((*loc, "scope")), ({PART: one_of(name)},)])
            places.append(Place(name, loc, looks, all_of([looks, self.cases((*loc, "condition", "when"))])))
        return tuple(places)

    def warn(self, code: str, loc: Loc, what: Text, why: Text, fix: Text, *, key: bool = False) -> Problem:
        """Return a warning at a value of the rule, or its key."""
        return warn_at(code, self.document, loc, what, why, fix, key=key)


def warn_at(
    code: str, document: Document, loc: Loc, what: Text, why: Text, fix: Text, *, key: bool = False
) -> Problem:
    """Return a warning at a value of a file, or its key."""
    place = document.place(loc, key=key)
    return Problem(code, place, what, why, fix, excerpt=document.excerpt(place.line), severity="warning")


def warn_in(code: str, reading: Reading, span: Span, what: Text, why: Text, fix: Text) -> Problem:
    """Return a warning at characters of a bound text."""
    document, loc = reading.written.document, reading.written.loc
    place = document.place_in_text(loc, span.start)
    length = max(1, span.until - span.start)
    return Problem(
        code, place, what, why, fix, excerpt=document.excerpt(place.line), length=length, severity="warning"
    )


def text_of(node: Node, reading: Reading) -> str:
    """Return a node as it is written, on one line."""
    return " ".join(reading.written.text[node.span.start : node.span.until].split())


def walk(node: Node) -> Iterator[Node]:
    """Give a node and all below it, from above."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        yield here
        waiting.extend(reversed(children_of(here)))
