"""Shapes joined with the words of a workspace: definitions made when they are asked for, each once.

A shape has up to three kinds of definition. `Limit` is its structure, with the names that are the same everywhere.
`Limit@case` says nothing but what the subject `case` offers at its keys, `Repeat>case_event.` what the rows of a relation
offer; both accept anything, and stand beside the structure in a branch that looks at `subject`, or at the relation's name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

from jointsup_rules.authoring.keys import Key
from jointsup_rules.authoring.offers import ALL, ANYTHING, GROUPS, WITH_CODES, WITH_FUNCTIONS, Offers
from jointsup_rules.authoring.shapes import Json, keys_of, map_texts, ref
from jointsup_rules.authoring.vocabulary import Word
from jointsup_rules.model.dictionary import Relation, Subject
from jointsup_rules.problems import Text

_SPECIAL = re.compile(r"[.\[\](){}*+?^$|\\/]")
# Keys that name a subject or a table as such, whose rows the other keys of the shape then speak of.
_PLACES: Mapping[str, tuple[str, ...]] = {"Repeat": ("of",), "Relation": ("subject", "table")}


@dataclass(frozen=True)
class Rows:
    """Rows that words are about: those of a subject, or of a table without derived columns.

    Attributes:
        id: Ends the names of its definitions.
        subject: Whose relations lead on; None for rows of a table.
        place: Where their events are declared.
    """

    id: str
    words: tuple[Word, ...]
    subject: Subject | None
    place: str


@dataclass
class Frame:
    """The definitions of one schema.

    Attributes:
        closed: Slots in which nothing but a listed name may stand.
    """

    offers: Offers
    shapes: Mapping[str, Json]
    closed: frozenset[str] = frozenset()
    defs: dict[str, Json] = field(default_factory=dict)
    _said: dict[str, bool] = field(default_factory=dict)

    # ---- structure

    def shape(self, name: str) -> Json:
        """Return a reference to the structure of a shape."""
        if name in self.shapes and name not in self.defs:
            shape = self.shapes[name]
            self.defs[name] = shape
            keys = keys_of(name)
            properties = {
                word: self._based(schema, keys[word]) for word, schema in shape["properties"].items()
            }
            self.defs[name] = {
                **shape,
                "properties": properties,
                **self._all_of(self._branches_of_places(name)),
            }
        return ref(name)

    def _based(self, schema: Json, known: Key) -> Json:
        # What is usual is told in words; an editor would write it into every new rule.
        schema = {word: value for word, value in schema.items() if word != "default"}
        named = self._named(known)
        if named is not None and set(schema) <= {"title"}:
            return {**schema, "anyOf": [named, ANYTHING]}
        return map_texts(schema, lambda: named, self.shape, keeps=True) or schema

    def _named(self, known: Key) -> Json | None:
        refs = [one for slot in known.slots if (one := self.names(slot)) is not None]
        return refs[0] if len(refs) == 1 else ({"anyOf": refs} if refs else None)

    def names(self, slot: str) -> Json | None:
        """Return a reference to names that are the same all over the workspace; None for another slot."""
        name = f"names.{slot}"
        if name not in self.defs:
            members = self.offers.names(slot)
            if members is None:
                return None
            # Two levels: editors take an `anyOf` of which one member holds for all of its members together.
            self.defs[name] = {"type": "string", "allOf": [{"anyOf": [*members, ANYTHING]}]}
            if slot in self.closed and members:
                self.defs[name] |= self._only([one["const"] for one in members])
        return ref(name)

    def _only(self, names: Iterable[str]) -> Json:
        """Nothing but these names; said in a few words, where a list would be told in full."""
        told = Text(
            "没有这个名称；jointsup check 会指出最接近的",
            "no such name; jointsup check tells the nearest one",
        )
        listed = "|".join(_SPECIAL.sub(r"\\\g<0>", name) for name in names)
        return {"pattern": f"^(?:{listed})$", "patternErrorMessage": told.in_language(self.offers.lang)}

    def _branches_of_places(self, name: str) -> list[Json]:
        vocabulary = self.offers.vocabulary
        branches = []
        for word in _PLACES.get(name, ()):
            places = {"subject": vocabulary.dictionary.subjects, "table": vocabulary.dictionary.tables}
            for place in places.get(word, vocabulary.places()):
                with_derived = word != "table" and place in vocabulary.dictionary.subjects
                said = self.at_rows(name, self.rows(place, with_derived))
                branches += [branch_on((word,), place, said)] if said else []
        return branches

    # ---- what a subject offers

    def rows(self, place: str, with_derived: bool = True) -> Rows:
        """Return the rows of a subject, or of a table."""
        vocabulary = self.offers.vocabulary
        if with_derived:
            return Rows(place, vocabulary.words(place), vocabulary.dictionary.subjects.get(place), place)
        return Rows(f"{place}.", vocabulary.words_of_table(place), None, place)

    def _target(self, relation: Relation) -> Rows:
        return self.rows(relation.target, bool(relation.subject))

    def at_subject(self, name: str, subject: Subject) -> Json | None:
        """Return a reference to what a subject offers at the keys of a shape; None where it offers nothing."""
        rows = self.rows(subject.name)

        def fitting(slot: str) -> Json | None:
            if slot == "relation":
                return self._once(f"relations@{subject.name}", lambda: self.offers.relations(subject))
            if slot == "identity":
                columns = self._slot("column", rows, "@")
                return {"anyOf": [self._once("names.identity", self._identity), columns]}
            if slot == "event":
                return self._event(subject)
            return self._slot(slot, rows, "@") if slot in GROUPS else None

        def relations() -> list[Json]:
            return self._branches_of_relations(name, subject)

        return self._say(
            f"{name}@{subject.name}", name, fitting, lambda one: self.at_subject(one, subject), relations
        )

    def _branches_of_relations(self, name: str, subject: Subject) -> list[Json]:
        words = [word for word, one in keys_of(name).items() if "relation" in one.slots]
        if not words:
            return []
        usual = self.shapes[name]["properties"][words[0]].get("default")
        branches = []
        for relation in subject.related.values():
            said = self.at_rows(name, self._target(relation))
            branches += [branch_on(words, relation.name, said, usual == relation.name)] if said else []
        return branches

    def _identity(self) -> Json:
        return {"anyOf": self.offers.identity()}

    def _event(self, subject: Subject) -> Json | None:
        """The codes of a subject's own events, which start and stop its clocks."""
        relation = subject.related.get("events")
        rows = self._target(relation) if relation is not None else None
        codes = self.offers.vocabulary.events_of(rows.place) if rows is not None else {}
        return self._once(f"event@{subject.name}", lambda: self.offers.steps(codes)) if codes else None

    def at_rows(self, name: str, rows: Rows) -> Json | None:
        """Return a reference to what related rows offer at the keys of a shape; None where they offer nothing."""

        def fitting(slot: str) -> Json | None:
            if slot == "row.step":
                codes = self.offers.vocabulary.events_of(rows.place)
                return self._once(f"step>{rows.id}", lambda: self.offers.steps(codes)) if codes else None
            slot, is_of_rows = slot.removeprefix("row."), slot.startswith("row.")
            return self._slot(slot, rows, ">") if is_of_rows and slot in GROUPS else None

        def inner(one: str) -> Json | None:
            # A part with a relation of its own speaks of other rows.
            has_own = any("relation" in known.slots for known in keys_of(one).values())
            return None if has_own else self.at_rows(one, rows)

        return self._say(f"{name}>{rows.id}", name, fitting, inner, list)

    def _say(
        self,
        made: str,
        name: str,
        fitting: Callable[[str], Json | None],
        inner: Callable[[str], Json | None],
        branches: Callable[[], list[Json]],
    ) -> Json | None:
        """One definition of what is offered at the keys of a shape, made once."""
        if name not in self.shapes:
            return None
        if made not in self._said:
            properties: Json = {}
            for word, schema in self.shapes[name]["properties"].items():
                offered = [one for slot in keys_of(name)[word].slots if (one := fitting(slot)) is not None]
                text = offered[0] if len(offered) == 1 else ({"anyOf": offered} if offered else None)
                said = map_texts(schema, lambda text=text: text, inner)  # type: ignore[misc]
                properties |= {word: said} if said else {}
            told = {**({"properties": properties} if properties else {}), **self._all_of(branches())}
            self._said[made] = bool(told)
            if told:
                self.defs[made] = told
        return ref(made) if self._said[made] else None

    def _slot(self, slot: str, rows: Rows, mark: str) -> Json:
        """The words of a slot: lists that slots share, by group; then functions, then anything."""

        def make() -> Json:
            found: list[Json] = []
            for layer, words in self._layers(rows, mark):
                for group in GROUPS[slot]:
                    found += self._list(f"words.{group}:{layer}", partial(self.offers.group, words, group))
                if slot in WITH_CODES:
                    found += self._list(f"codes:{layer}", partial(self.offers.comparisons, words))
            if slot == "judged":
                found += self.offers.findings((*ALL, "text"))
            if slot in WITH_FUNCTIONS:
                found.append(self._once(f"functions.{slot}", lambda: self.offers.functions(slot)))
            return {"anyOf": [*found, ANYTHING]}

        return self._once(f"{slot}{mark}{rows.id}", make)

    def _layers(self, rows: Rows, mark: str) -> list[tuple[str, Iterable[Word]]]:
        """Words by where they come from, so that what several slots and subjects share is written once."""
        vocabulary, subject = self.offers.vocabulary, rows.subject
        if subject is None:
            return [(rows.id, rows.words)]
        layers: list[tuple[str, Iterable[Word]]] = [(subject.name, rows.words)]
        if subject.rows_of is not None:
            own = vocabulary.words_of_table(subject.rows_of)
            layers = [(f"{subject.rows_of}.", own), (subject.name, rows.words[len(own) :])]
        # Where the rows are the subject itself, its relations to one row lead on.
        return [*layers, (f"{subject.name}.*", vocabulary.words_through(subject))] if mark == "@" else layers

    def _list(self, name: str, make: Callable[[], Json | None]) -> list[Json]:
        """A reference to a list that is made once, if there is anything in it."""
        if name not in self._said:
            offered = make()
            self._said[name] = offered is not None
            self.defs |= {name: offered} if offered is not None else {}
        return [ref(name)] if self._said[name] else []

    def _once(self, name: str, make: Callable[[], Json]) -> Json:
        if name not in self.defs:
            self.defs[name] = make()
        return ref(name)

    @staticmethod
    def _all_of(branches: Iterable[Json]) -> Json:
        found = list(branches)
        return {"allOf": found} if found else {}


def branch_on(words: Iterable[str], value: str, said: Json, usual: bool = False) -> Json:
    """Return: where one of the keys has this value, or with `usual` is left out, this holds too."""
    tests: list[Json] = [
        {"properties": {word: {"const": value}}, **({} if usual else {"required": [word]})} for word in words
    ]
    return {"if": tests[0] if len(tests) == 1 else {"anyOf": tests}, "then": said}
