"""What a trace asks the engine about one subject, as selects over the compiled rule; nothing is run here.

The rule's own relations are used as they are, only narrowed to one subject: a trace must not judge by itself.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from jointsup_rules.compile import tree
from jointsup_rules.compile.bind import Bound, conjunction, missing_labels
from jointsup_rules.compile.context import key_text
from jointsup_rules.compile.reading import Written
from jointsup_rules.compile.rule import CompiledRule, Judge, RuleCompiler
from jointsup_rules.compile.seen import Absent
from jointsup_rules.compile.sentences import plain_text
from jointsup_rules.compile.subjects import Planner, Reach
from jointsup_rules.compile.tree import (
    Aggregate,
    Column,
    Literal,
    Order,
    Relation,
    Scalar,
    Select,
    Source,
    Structure,
    call,
)
from jointsup_rules.load.yaml import Loc
from jointsup_rules.model.dictionary import Derived, Subject
from jointsup_rules.model.dictionary import Relation as DictionaryRelation
from jointsup_rules.model.rule import Rule
from jointsup_rules.problems import Text
from jointsup_rules.sweep.asking import (
    Asked,
    AskedCondition,
    AskedFindings,
    AskedPart,
    AskedValue,
    ask_condition,
    limits_of,
)
from jointsup_rules.sweep.describe import parts_of, said_of
from jointsup_rules.sweep.saying import Speaker
from jointsup_rules.sweep.terms import names_in, texts_after_detection, texts_of

PLACES = 3
SHOWN = ("case_no", "unit", "handler")


class Questions:
    """Asks everything of one subject under one rule.

    Args:
        compiler: The compiler the rule was compiled with; what is bound here is built together with the rule.
        rule: The rule.
        compiled: Its relations, or None where it could not be evaluated.
        key: Key of the subject as text.
        speaker: Says the rule's expressions.
    """

    def __init__(
        self, compiler: RuleCompiler, rule: Rule, compiled: CompiledRule | None, key: str, speaker: Speaker
    ) -> None:
        self.compiler, self.rule, self.compiled, self.speaker = compiler, rule, compiled, speaker
        self.planner: Planner = compiler.planner
        self.subject: Subject = speaker.subject
        self.key = tree.text(key)
        self.reach = Reach(self.subject.name, "s")

    # ---- the subject

    def is_subject(self, alias: str = "s") -> Scalar:
        """Return whether a row of the subject is the one asked for."""
        return call("=", key_text([Column(alias, name) for name in self.subject.key]), self.key)

    def of_subject(self, asked: Asked) -> Select:
        """Return the select of what was asked of the subject; call it after everything is bound."""
        return Select(tuple(asked.columns), self.planner.source(self.reach), where=self.is_subject())

    def places(self) -> list[tuple[str, Relation]]:
        """Return per table the rows the subject comes from: one row (n, places)."""
        table = self.subject.rows_of
        if table is not None:
            reach = Reach(table, "t", is_subject=False)
            return [(table, self._places(table, "t", self.planner.source(reach), self.is_subject("t")))]
        found: list[tuple[str, Relation]] = []
        for values in self.subject.values_of:
            reach = Reach(values.table, "t", is_subject=False)
            columns = [Column("t", values.columns[name]) for name in self.subject.key]
            same: list[Scalar | None] = [call("=", key_text(list(columns)), self.key)]
            if values.when:
                written = self.planner.written(values.when, values.when_loc)
                when = self.planner.reader.bind(written, self.planner.scope(reach), wanted=("boolean",))
                same.append(tree.is_true(when.value))
            source = self.planner.source(reach)
            found.append((values.table, self._places(values.table, "t", source, tree.all_of(same))))
        return found

    def _places(self, table: str, alias: str, source: Source, where: Scalar) -> Select:
        key = self.planner.dictionary.tables[table].key_columns
        return Select((("n", Aggregate("count")), ("places", _sample(alias, key, None))), source, where=where)

    def hidden(self) -> Relation | None:
        """Return a count of the subject's rows that are in the data but not known yet on the day, if any can be."""
        table = self.subject.rows_of
        if table is None or not self.planner.facts.hides or table not in self.planner.facts.tables:
            return None
        source = Source(f"raw_{table}", "t")
        return Select((("n", Aggregate("count")),), source, where=self.is_subject("t"))

    def everyone(self) -> Select:
        """Return the keys of all subjects with their case numbers."""
        reach = Reach(self.subject.name, "s")
        case_no = self._shown("case_no", reach)
        number = call("as_text", case_no.value) if case_no is not None else tree.nothing("text")
        key = key_text([Column("s", name) for name in self.subject.key])
        columns = (("subject_key", key), ("case_no", number))
        return Select(columns, self.planner.source(reach))

    def ask_shown(self, asked: Asked) -> list[tuple[str, int]]:
        """Ask for what the subject shows of itself: case number, unit, handler."""
        told = []
        for name in SHOWN:
            bound = self._shown(name, self.reach)
            if bound is not None:
                plain = call("as_text", bound.value) if name == "case_no" else plain_text(bound)
                told.append((name, asked.add(plain)))
        return told

    def _shown(self, name: str, reach: Reach) -> Bound | None:
        text = getattr(self.subject.show, name)
        if text is None:
            return None
        written = self.planner.written(text, (*self.subject.loc, "show", name))
        try:
            return self.planner.reader.bind(written, self.planner.scope(reach))
        except Absent:
            return None

    def ask_values(self, asked: Asked) -> list[AskedValue]:
        """Ask for every column of the subject that the rule names."""
        return [self._ask_value(asked, name) for name in self._names()]

    def _names(self) -> list[str]:
        inline = self.compiled.judge.inline if self.compiled is not None else {}
        after = [p for text in texts_after_detection(self.rule) for p in names_in(text) if p[0] not in inline]
        detected = self.compiled.names if self.compiled is not None else []
        if self.compiled is None:
            after += [parts for text in texts_of(self.rule) for parts in names_in(text)]
        known = [*detected, *(name for parts in after if (name := self._resolved(parts)) is not None)]
        for name in known:
            # A value made of others is only understood with them; the list grows while it is walked.
            made_of = self.subject.derived[name].value if name in self.subject.derived else None
            inner = (self._resolved(parts) for parts in names_in(made_of or ""))
            known += [one for one in inner if one is not None and one not in known]
        order = [*self.subject.columns, *self.subject.derived]
        places = {name: n for n, name in enumerate(order)}
        return sorted(dict.fromkeys(known), key=lambda name: (places.get(name, len(places)), name))

    def _resolved(self, parts: tuple[str, ...]) -> str | None:
        if parts[0] == "subject" and len(parts) > 1:
            parts = parts[1:]
        if len(parts) == 1:
            found = self.subject.column_named(parts[0]) or self.subject.derived_named(parts[0])
            return found.name if found is not None else None
        relation = self.subject.related.get(parts[0])
        return ".".join(parts) if relation is not None and relation.one else None

    def _ask_value(self, asked: Asked, name: str) -> AskedValue:
        parts = tuple(name.split("."))
        label = self.speaker.named(parts).label
        derived = self.subject.derived.get(name)
        try:
            bound = self.planner.scope(self.reach).find(parts)
            if bound is None:
                return AskedValue(name, label, None)
            rows, relation = self._made_of(name, derived)
        except Absent:
            return AskedValue(name, label, None, derived=derived)
        numbers = (
            asked.add(plain_text(bound)),
            asked.add(tree.is_null(bound.value)),
            asked.add(tree.is_true(bound.is_unknown())),
            asked.add(tree.is_true(bound.is_lost())),
            asked.add(missing_labels(bound.reads)),
        )
        return AskedValue(name, label, bound, numbers, derived, rows, relation)

    def _made_of(
        self, name: str, derived: Derived | None
    ) -> tuple[Relation | None, DictionaryRelation | None]:
        """The related rows behind a derived column or `relation.column`: (n, counted, open, places)."""
        if derived is not None and derived.in_ is None:
            return None, None
        if derived is None and "." not in name:
            return None, None
        relation = self.subject.related[(derived.in_ or "") if derived else name.split(".")[0]]
        mine, theirs = Reach(self.subject.name, "s"), self.planner.reach_target(relation, "r")
        matched = self.planner.match(relation, self.subject, mine, theirs)
        own = None
        if derived is not None and derived.when:
            written = self.planner.written(derived.when, (*derived.loc, "when"))
            own = self.planner.reader.bind(written, self.planner.pair_scope(mine, theirs))
        counts = conjunction([matched.when, own])
        taken = tree.is_true(counts.value)
        target = self.planner.target_of(relation)
        belongs = tree.is_true(matched.when.value) if matched.when is not None else None
        columns = (
            ("n", tree.count_where(belongs)),
            ("counted", tree.count_where(taken)),
            ("open", tree.count_where(tree.is_true(counts.is_unknown()))),
            ("places", _sample("r", target.key, taken)),
        )
        joins = self.planner.joins(matched, theirs)
        return Select(columns, self.planner.source(mine), joins, where=self.is_subject()), relation

    # ---- conditions before detection

    def ask_scope(self, asked: Asked) -> AskedCondition | None:
        """Ask for the rule's scope; None without one.

        Raises:
            Absent: it reads what was not delivered.
        """
        if self.rule.shape.scope is None:
            return None
        return self._ask_at(asked, self.rule.shape.scope, ("scope",))

    def _ask_at(self, asked: Asked, text: str, loc: Loc) -> AskedCondition:
        return ask_condition(asked, lambda part: self._bind(part, loc), text, self.speaker.say)

    def _bind(self, text: str, loc: Loc) -> Bound:
        context = self.compiler._context(self.rule, self.reach, [], loc)
        return context.bind_at(text, loc)

    def ask_parts(self, asked: Asked) -> list[AskedPart]:
        """Ask for the scope of each part and for the numbers it is measured against."""
        parts = []
        for name, entry, kind, loc in parts_of(self.rule):
            scope = None
            if name and "scope" in entry:
                scope = self._ask_at(asked, str(entry["scope"]), (*loc[:-1], "scope"))
            limits = tuple(
                (word, asked.add(self._bind(text, loc).value)) for word, text in limits_of(kind, entry[kind])
            )
            words = (("side", str(entry[kind].get("side", "high"))),) if kind == "outlier" else ()
            parts.append(AskedPart(name, kind, said_of(entry), loc, scope, limits, words))
        return parts

    # ---- findings

    def ask_findings(self) -> AskedFindings:
        """Return the findings of the subject as judged, with the conditions behind exclusions, bands and levels."""
        assert self.compiled is not None
        judge, asked = self.compiled.judge, Asked()
        exclusions = tuple(
            ask_condition(
                asked,
                partial(_bind_exclusion, judge, n),
                one.when,
                self._say_row,
                partial(_bind_exclusion, judge, n, wanted=()),
            )
            for n, one in enumerate(self.rule.shape.exclude)
        )
        comparisons = self._ask_comparisons(asked, judge)
        conditions = [
            (f"band {one.name}", asked.add(judge.bind_soft(one.when, "bands", n, "when").value))
            for n, one in enumerate(self.rule.shape.bands)
            if one.when is not None
        ]
        for word in ("severity", "grade"):
            for level, when in getattr(self.rule.shape, word).items():
                if level != "is":
                    number = asked.add(judge.bind_soft(when, word, level).value)
                    conditions.append((f"{word} {level}", number))
        judged = self.compiled.judged
        assert isinstance(judged, Select)
        assert judged.source is not None
        assert isinstance(judged.source.relation, Select)
        keys = [Column("a", f"k{n}") for n in range(len(self.subject.key))]
        narrowed = replace(judged.source.relation, where=call("=", key_text(list(keys)), self.key))
        select = Select(
            (*judged.columns, ("found", Column("f", "outcome")), *asked.columns),
            Source(narrowed, "f"),
            judge.joins(),
        )
        return AskedFindings(select, exclusions, tuple(conditions), comparisons)

    def _say_row(self, text: str) -> Text:
        assert self.compiled is not None
        return self.speaker.say(text, self.compiled.judge.row)

    def _ask_comparisons(self, asked: Asked, judge: Judge) -> dict[str, AskedCondition]:
        """The comparisons of parts of kind `condition`, by name of the part; rows only where the rule has one part."""
        told = {}
        for name, entry, kind, loc in parts_of(self.rule):
            if kind != "condition":
                continue
            each = entry[kind].get("each")
            if each is not None and (judge.row is None or judge.row_reach is None):
                continue
            scope = self.planner.scope(judge.reach)
            if each is not None and judge.row_reach is not None:
                scope = self.planner.pair_scope(judge.reach, judge.row_reach)
            context = self.compiler._context(self.rule, judge.reach, [], loc)
            parameters = context.known_parameters()

            def bind(text: str, scope: Any = scope, parameters: Any = parameters, loc: Loc = loc) -> Bound:
                written = Written(text, self.rule.document, (*loc, "when"))
                return self.planner.reader.bind(written, scope, parameters)

            relation = judge.row if each is not None else None

            def say(text: str, relation: DictionaryRelation | None = relation) -> Text:
                return self.speaker.say(text, relation)

            told[name] = ask_condition(asked, bind, str(entry[kind]["when"]), say)
        return told


def _bind_exclusion(judge: Judge, number: int, text: str, wanted: tuple[str, ...] = ("boolean",)) -> Bound:
    return judge.bind_soft(text, "exclude", number, "when", wanted=wanted)


def _sample(alias: str, key: tuple[str, ...], where: Scalar | None) -> Scalar:
    """The first few rows by key: their key as text, file and line."""
    text = key_text([Column(alias, name) for name in key]) if key else tree.text("")
    row = Structure((("key", text), ("file", Column(alias, "_file")), ("line", Column(alias, "_line"))))
    listed = Aggregate("list", (row,), where, tuple(Order(Column(alias, name)) for name in key))
    return call("list_slice", listed, Literal(1, "integer"), Literal(PLACES, "integer"))
