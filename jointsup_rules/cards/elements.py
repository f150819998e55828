"""The data behind a rule: tables and columns it reads, who delivers them, how they are laid side by side.

In: the compiled rule. Out: what it really reads, through relations, derived columns and clocks, in words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from jointsup_rules.cards.card import Collision, Deliverer, Field, TableRead, Value
from jointsup_rules.compile.engine import Plan
from jointsup_rules.compile.reads import gather_reads
from jointsup_rules.model.dictionary import Column, Relation, Subject, Table
from jointsup_rules.model.rule import Rule
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.problems import NO_TEXT, Text
from jointsup_rules.sweep.saying import Speaker, joined

_AND = Text("；", "; ")


@dataclass(frozen=True)
class Elements:
    """What a rule reads: tables, comparisons, values that are made of them, relations that go with a clue."""

    tables: tuple[TableRead, ...]
    collisions: tuple[Collision, ...]
    values: tuple[Value, ...]
    attached: tuple[Text, ...]


def gather_elements(rulebook: Rulebook, rule: Rule, plan: Plan) -> Elements:
    """Return what a rule reads; nothing of one that does not compile."""
    (prepared,) = plan.rules
    if prepared.compiled is None:
        return Elements((), (), (), ())
    reads = gather_reads(plan, prepared)
    reader = _Reader(rulebook, rule, plan)
    return Elements(
        reader.tables(reads),
        reader.collisions(frozenset(reads)),
        reader.values(),
        tuple(reader.own().relation(name) for name in rule.shape.evidence.rows),
    )


class _Reader:
    """Looks up in the dictionary and the sources what a plan names."""

    def __init__(self, rulebook: Rulebook, rule: Rule, plan: Plan) -> None:
        self.rulebook, self.rule, self.plan, self.dictionary = rulebook, rule, plan, plan.dictionary

    def own(self) -> Speaker:
        """Return who speaks of the rule's subject."""
        return self._speaker(self.dictionary.subjects[self.rule.shape.subject])

    def _speaker(self, subject: Subject) -> Speaker:
        return Speaker(self.dictionary, subject, {}, is_plain=True)

    # ---- tables

    def tables(self, reads: dict[str, frozenset[str]]) -> tuple[TableRead, ...]:
        """Return the tables behind the findings, then those whose rows only go with a clue."""
        shown = self._shown_columns()
        told = []
        for name, columns in reads.items():
            if name in self.plan.planner.on_demand:
                continue
            table = self.dictionary.tables[name]
            both = columns | (shown.get(name, frozenset()) & table.columns.keys())
            fields = tuple(
                self._field(table, column, is_attached=column.name not in columns)
                for column in table.columns.values()
                if column.name in both
            )
            told.append(TableRead(name, table.label, self._deliverers(name, both), fields))
        for name in self._attached_tables():
            if name not in reads and name not in self.plan.planner.on_demand:
                table = self.dictionary.tables[name]
                every = frozenset(table.columns)
                told.append(TableRead(name, table.label, self._deliverers(name, every), (), is_attached=True))
        return tuple(told)

    def _field(self, table: Table, column: Column, *, is_attached: bool) -> Field:
        is_pseudonym = any(
            mapped.pseudonym is not None
            for source in self.rulebook.sources.values()
            for name, mapped in source.tables.get(table.name, {}).items()
            if name == column.name
        )
        return Field(
            column.name, column.label, column.type, column.sensitivity, column.mask, is_pseudonym, is_attached
        )

    def _deliverers(self, table: str, columns: Iterable[str]) -> tuple[Deliverer, ...]:
        wanted = frozenset(columns)
        return tuple(
            Deliverer(source.name, source.agency, source.patterns)
            for source in self.rulebook.sources.values()
            if wanted & source.tables.get(table, {}).keys()
        )

    def _shown_columns(self) -> dict[str, frozenset[str]]:
        """Columns that the rule only attaches to a clue, by table."""
        subject = self.dictionary.subjects[self.rule.shape.subject]
        found: dict[str, set[str]] = {}
        for word in self.rule.shape.evidence.columns:
            parts = word.split(".")
            relation = subject.related.get(parts[0]) if len(parts) == 2 else None
            tables = self._tables_of(relation) if relation is not None else self._own_tables(subject)
            for table in tables:
                found.setdefault(table, set()).add(parts[-1])
        return {table: frozenset(columns) for table, columns in found.items()}

    def _attached_tables(self) -> list[str]:
        subject = self.dictionary.subjects[self.rule.shape.subject]
        related = [subject.related[name] for name in self.rule.shape.evidence.rows if name in subject.related]
        return list(dict.fromkeys(table for relation in related for table in self._tables_of(relation)))

    def _tables_of(self, relation: Relation) -> list[str]:
        if relation.subject:
            return self._own_tables(self.dictionary.subjects[relation.subject])
        return [relation.table or ""]

    def _own_tables(self, subject: Subject) -> list[str]:
        return [subject.rows_of] if subject.rows_of else [values.table for values in subject.values_of]

    # ---- comparisons

    def collisions(self, reads: frozenset[str]) -> tuple[Collision, ...]:
        """Return the relations that the rule's findings pass through, in the order in which they are met."""
        found: dict[Collision, None] = {}
        for (name, _), relation in self.plan.planner.matched.items():
            if not reads.intersection(self._tables_of(relation)):
                continue
            if relation.target in self.plan.planner.on_demand:
                continue
            subject = self.dictionary.subjects.get(name)
            if subject is not None:
                found.setdefault(self._collision(subject, relation))
        return tuple(found)

    def _collision(self, subject: Subject, relation: Relation) -> Collision:
        speaker = self._speaker(subject)
        when = speaker.say(relation.when, relation) if relation.when else NO_TEXT
        return Collision(subject.label, speaker.relation(relation.name), self._keys(speaker, relation), when)

    def _keys(self, speaker: Speaker, relation: Relation) -> tuple[Text, ...]:
        if relation.link:
            return (self._link(relation),)
        keys = []
        for theirs, mine in relation.match.items():
            there, here = speaker.column((theirs,), relation), speaker.say(mine)
            keys.append(here if here == there else Text(f"{here.zh} = {there.zh}", f"{here.en} = {there.en}"))
        return tuple(keys)

    def _link(self, relation: Relation) -> Text:
        links = self.dictionary.links
        assert links is not None, "the dictionary check demands links where a relation uses them"
        codes = self.dictionary.tables[links.table].columns[links.kind].codes
        kinds = joined([codes.get(kind, NO_TEXT) or Text(kind) for kind in relation.link], Text(" → "))
        label = self.dictionary.tables[links.table].label
        told = Text(f"{label.zh}：{kinds.zh}", f"{label.en}: {kinds.en}")
        if relation.min_score is None:
            return told
        least = f"{relation.min_score:g}"
        return Text(f"{told.zh}，匹配评分不低于 {least}", f"{told.en}, score {least} or more")

    # ---- values

    def values(self) -> tuple[Value, ...]:
        """Return the derived values the rule rests on: its own first, each subject's in the dictionary's order."""
        read = self.plan.planner.derived_read
        subjects = dict.fromkeys([self.rule.shape.subject, *(subject for subject, _ in read)])
        told = []
        for name in subjects:
            subject = self.dictionary.subjects[name]
            speaker = self._speaker(subject)
            for derived in subject.derived.values():
                if (name, derived.name) in read:
                    called = speaker.called(derived.name, derived.label or NO_TEXT)
                    told.append(Value(subject.label, called, speaker.say_derived(derived)))
        return tuple(told)
