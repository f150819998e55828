"""Subjects and their relations: names in, bound columns and joins out.

A subject's columns are its own (of the table whose rows it is, or the distinct values it is made of), its derived
ones, and `relation.column` for relations with at most one row. Whoever binds names through a `Reach` leaves behind
which derived columns that place reads; `derived.py` builds exactly those, each once, and `source` then names the
smallest relation that has them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from jointsup_rules.compile import tree
from jointsup_rules.compile.bind import Bound, Read, Scope
from jointsup_rules.compile.derived import Batch, Built, build_derived
from jointsup_rules.compile.reading import UNBOUND, Reader, Written
from jointsup_rules.compile.seen import PROVENANCE, Absent, Facts, bind_column, see_table, table_scope
from jointsup_rules.compile.tree import (
    Aggregate,
    Column,
    Join,
    Literal,
    Relation,
    Scalar,
    Select,
    Source,
    Union,
    call,
)
from jointsup_rules.load.yaml import Loc
from jointsup_rules.model.dictionary import Derived, Dictionary, Subject
from jointsup_rules.model.dictionary import Relation as DictionaryRelation
from jointsup_rules.problems import Problem, Text


@dataclass(frozen=True)
class Reach:
    """One alias in one statement: a subject or a table, and which derived columns are read through it."""

    target: str
    alias: str
    is_subject: bool = True
    derived: set[str] = field(default_factory=set, compare=False)


@dataclass(frozen=True)
class Matched:
    """A relation made ready to be joined: conditions bound, links laid out.

    Attributes:
        on: When a row of the target belongs to the subject.
        links: Link rows passed on the way, each with its condition.
        score: The lowest score of those links, if any.
        when: The relation's own condition, if any.
        plain: Pairs (column of mine, value of theirs) if the match is nothing but equal columns, else empty.
    """

    on: Scalar
    links: tuple[tuple[Source, Scalar], ...]
    score: Scalar | None
    when: Bound | None
    plain: tuple[tuple[str, Scalar], ...]


@dataclass(frozen=True)
class Further:
    """Tables that are built from derived columns below a level."""

    name: str
    level: int
    tables: tuple[tuple[str, Relation], ...]


class Planner:
    """Knows subjects, relations and derived columns of one compilation, and plans what must be built."""

    def __init__(self, dictionary: Dictionary, facts: Facts, reader: Reader) -> None:
        self.dictionary, self.facts, self.reader = dictionary, facts, reader
        self.further: list[Further] = []
        self.on_demand: dict[str, Callable[[], int]] = {}
        self.at_level: set[tuple[str, int]] = set()
        self.built: dict[tuple[str, str], Built] = {}
        self.batches: dict[str, Batch] = {}
        self.faults: dict[tuple[str, str], list[Problem]] = {}
        self.valued: dict[tuple[str, str, str], tuple[Bound, frozenset[str]]] = {}
        self.in_progress: list[tuple[str, str]] = []
        self.final: set[str] = set()
        self.bases: set[str] = set()
        self.published_tables: set[str] = set()
        self.published: dict[str, set[str]] = {}
        self.own_read: dict[str, set[str]] = {}
        # What was asked for on the way, in order, for those who describe a rule by what it really reads.
        self.matched: dict[tuple[str, str], DictionaryRelation] = {}
        self.derived_read: dict[tuple[str, str], None] = {}

    # ---- names

    def written(self, text: str, loc: Loc) -> Written:
        """Return a text of the dictionary with its place."""
        return Written(text, self.dictionary.document, loc)

    def scope(self, reach: Reach) -> Scope:
        """Return the names within reach through one alias."""
        if not reach.is_subject:
            own = table_scope(self.dictionary.tables[reach.target], reach.alias, self.facts)
            return Scope(lambda parts: own.find(parts) or self._find_day(parts), own.words, own.about)
        subject = self.dictionary.subjects[reach.target]

        def find(parts: tuple[str, ...]) -> Bound | None:
            if parts[0] == "subject" and len(parts) > 1:
                parts = parts[1:]
            if len(parts) == 1:
                return self._find_own(subject, reach, parts[0])
            if len(parts) == 2 and parts[0] in subject.related and subject.related[parts[0]].one:
                return self._find_through(subject, reach, parts[0], parts[1])
            return None

        def words() -> list[str]:
            ones = [
                f"{name}.{column}"
                for name, relation in subject.related.items()
                if relation.one
                for column in self.target_of(relation).columns
            ]
            return [*subject.columns, *subject.derived, *ones]

        return Scope(find, words, Text(zh=f"对象“{subject.name}”", en=f"subject '{subject.name}'"))

    def target_of(self, relation: DictionaryRelation) -> Subject:
        """Return the subject a relation leads to, or the implicit one of its table."""
        if relation.subject:
            return self.dictionary.subjects[relation.subject]
        table = self.dictionary.tables[relation.table or ""]
        named = self.dictionary.subjects.get(table.name)
        if named is not None and named.rows_of == table.name:
            return named
        return Subject(
            table.name, table.label, table.name, (), (), table.key_columns, table.columns,
            type(self.dictionary.subjects[next(iter(self.dictionary.subjects))].show)(), {}, {}, (),
        )  # fmt: skip

    def reach_target(self, relation: DictionaryRelation, alias: str) -> Reach:
        """Return the reach of a relation's rows: with derived columns only where it names a subject."""
        if relation.subject:
            return Reach(relation.subject, alias)
        return Reach(relation.table or "", alias, is_subject=False)

    def pair_scope(self, mine: Reach, theirs: Reach) -> Scope:
        """Return the scope of a related row: bare names are its columns, `subject.x` is mine."""
        outer, inner = self.scope(mine), self.scope(theirs)

        def find(parts: tuple[str, ...]) -> Bound | None:
            if parts[0] == "subject" and len(parts) > 1:
                return outer.find(parts[1:])
            return inner.find(parts)

        return Scope(
            find, lambda: [*inner.words(), *(f"subject.{word}" for word in outer.words())], inner.about
        )

    def _find_own(self, subject: Subject, reach: Reach, word: str) -> Bound | None:
        column = subject.column_named(word)
        if column is not None:
            self.read_own(subject, (column.name,))
            if subject.rows_of:
                return bind_column(self.dictionary.tables[subject.rows_of], column, reach.alias, self.facts)
            return self._find_value(subject, reach, column.name)
        if word in ("_file", "_line") and word in subject.key:
            return Bound(Column(reach.alias, word), "text" if word == "_file" else "integer")
        derived = subject.derived_named(word)
        if derived is None:
            return self._find_day((word,))
        return self._find_derived(subject, reach, derived.name)

    def read_own(self, subject: Subject, names: Iterable[str]) -> None:
        """Note that own columns of a subject are read, so that tables made of it have them."""
        self.own_read.setdefault(subject.name, set()).update(names)

    def _find_day(self, parts: tuple[str, ...]) -> Bound | None:
        """The days of the sweep and the data; no expression reads the clock."""
        facts = self.facts
        days = {"as_of": facts.as_of, "cut_off": facts.cut_off, "seen_until": min(facts.as_of, facts.cut_off)}
        return (
            Bound(Literal(days[parts[0]], "date"), "date") if len(parts) == 1 and parts[0] in days else None
        )

    def _find_value(self, subject: Subject, reach: Reach, name: str) -> Bound:
        """A column of a subject made of distinct values; one of `same` is unknown where its rows differ."""
        for values in subject.values_of:
            if values.table not in self.facts.tables:
                raise Absent(values.table)
        column = subject.columns[name]
        value = Column(reach.alias, name)
        reads: tuple[Read, ...] = ()
        if name not in subject.key:
            flag = Column(reach.alias, name + "?")
            reads = (Read(name, flag, flag),)
        return Bound(value, column.type, reads, (), column.codes or None, column.mask, frozenset({name}))

    def _find_derived(self, subject: Subject, reach: Reach, name: str) -> Bound:
        derived = subject.derived[name]
        self.derived_read.setdefault((subject.name, name))
        if derived.value is None:
            return self._from_built(self.aggregate(subject, name), reach)
        here = (subject.name, name)
        if self.faults.get(here):
            self._meet_again(here)
            return UNBOUND
        if (*here, reach.alias) not in self.valued:
            self.valued[(*here, reach.alias)] = self._bind_value(subject, derived, reach.alias)
        bound, read = self.valued[(*here, reach.alias)]
        reach.derived.update(read)
        return bound

    def _bind_value(self, subject: Subject, derived: Derived, alias: str) -> tuple[Bound, frozenset[str]]:
        """A derived column with a `value` under an alias, and which other derived columns it reads there."""
        reach, here = Reach(subject.name, alias), (subject.name, derived.name)
        before = len(self.reader.errors)
        self._enter(here, derived.loc)
        try:
            written = self.written(derived.value or "", (*derived.loc, "value"))
            bound = self.reader.bind(written, self.scope(reach))
        finally:
            self.in_progress.pop()
            self.faults[here] = self.reader.errors[before:]
        return replace(bound, names=bound.names | {derived.name}), frozenset(reach.derived)

    def _find_through(self, subject: Subject, reach: Reach, relation: str, word: str) -> Bound | None:
        target = self.target_of(subject.related[relation])
        if target.column_named(word) is None and target.derived_named(word) is None:
            return None
        return self._from_built(self.aggregate(subject, f"{relation}.{word}"), reach)

    def _from_built(self, built: Built, reach: Reach) -> Bound:
        reach.derived.add(built.name)
        value: Scalar = Column(reach.alias, built.name)
        doubt: Scalar = Column(reach.alias, built.name + "?") if built.can_be_unknown else tree.FALSE
        labels: Scalar | None = Column(reach.alias, built.name + "@") if built.can_be_unknown else None
        unknown = tree.any_of([doubt, tree.is_null(value)]) if built.empty_is_unknown else doubt
        if built.empty_is_unknown and labels is not None:
            labels = call("coalesce", labels, call("list_value", tree.text(built.name)))
        reads = (Read(built.name, unknown, doubt, labels),) if unknown != tree.FALSE else ()
        scores = (Column(reach.alias, built.name + "~"),) if built.has_score else ()
        return Bound(value, built.type, reads, scores, built.codes, built.mask, frozenset({built.name}))

    def aggregate(self, subject: Subject, name: str) -> Built:
        """Return how a derived column (or a column through a one-row relation) is built; each is planned once."""
        here = (subject.name, name)
        if here not in self.built:
            loc = subject.derived[name].loc if name in subject.derived else subject.loc
            before = len(self.reader.errors)
            self._enter(here, loc)
            try:
                self.built[here] = build_derived(self, subject, name)
            finally:
                self.in_progress.pop()
            self.faults[here] = self.reader.errors[before:]
        else:
            self._meet_again(here)
        return self.built[here]

    def _meet_again(self, here: tuple[str, str]) -> None:
        """Hold what is wrong with a derived column against everyone who reads it."""
        for problem in self.faults.get(here, ()):
            self.reader.note(problem)

    def _enter(self, here: tuple[str, str], loc: Loc) -> None:
        if here in self.in_progress:
            ring = " → ".join(f"{subject}.{name}" for subject, name in (*self.in_progress, here))
            what = Text(zh=f"派生列绕成一圈：{ring}", en=f"derived columns go in a circle: {ring}")
            why = Text(
                zh="每个派生列只能由先于它的列算出",
                en="a derived column can only use columns built before it",
            )
            fix = Text(zh="断开其中一处", en="break the circle at one of them")
            self.reader.add_at("JR215", self.dictionary.document, loc, what, why, fix, key=True)
            raise CircleError(ring)
        self.in_progress.append(here)

    # ---- relations

    def match(self, relation: DictionaryRelation, subject: Subject, mine: Reach, theirs: Reach) -> Matched:
        """Return a relation with its conditions bound; also records which of my derived columns it reads.

        Raises:
            Absent: its table, or the table of links, was not delivered.
        """
        self.matched.setdefault((subject.name, relation.name), relation)
        target = self.target_of(relation)
        for table in self.tables_of(target):
            if table not in self.facts.tables:
                raise Absent(table)
            if table in self.on_demand:
                self.on_demand[table]()
        when = None
        if relation.when:
            written = self.written(relation.when, (*relation.loc, "when"))
            when = self.reader.bind(written, self.pair_scope(mine, theirs), wanted=("boolean",))
        if relation.link:
            on, links, score = self._link(relation, subject, mine, theirs, target)
            return Matched(on, links, score, when, ())
        conditions: list[Scalar] = []
        plain: list[tuple[str, Scalar]] = []
        outer, inner = self.scope(mine), self.scope(theirs)
        for column, text in relation.match.items():
            written = self.written(text, (*relation.loc, "match", column))
            value = self.reader.bind(written, outer)
            found = inner.find((column,))
            assert found is not None, "the dictionary check looks up both sides of a match"
            conditions.append(call("=", found.value, value.value))
            own = subject.column_named(text)
            if own is not None:
                plain.append((own.name, found.value))
        is_self = target.name == subject.name
        if is_self:
            others = [
                call("is distinct from", Column(theirs.alias, k), Column(mine.alias, k)) for k in subject.key
            ]
            conditions.append(tree.any_of(others))
        is_plain = len(plain) == len(relation.match) and not is_self
        return Matched(tree.all_of(conditions), (), None, when, tuple(plain) if is_plain else ())

    def _link(
        self, relation: DictionaryRelation, subject: Subject, mine: Reach, theirs: Reach, target: Subject
    ) -> tuple[Scalar, tuple[tuple[Source, Scalar], ...], Scalar]:
        links = self.dictionary.links
        assert links is not None, "the dictionary check demands links where a relation uses them"
        if links.table not in self.facts.tables:
            raise Absent(links.table)
        near, far = (links.from_, links.to) if relation.side != "from" else (links.to, links.from_)
        before: Scalar = Column(mine.alias, subject.key[0])
        hops: list[tuple[Source, Scalar]] = []
        scores: list[Scalar] = []
        kinds = relation.link if relation.side != "from" else tuple(reversed(relation.link))
        for number, kind in enumerate(kinds):
            alias = f"{theirs.alias}_link{number}"
            on = [
                call("=", Column(alias, near), before),
                call("=", Column(alias, links.kind), tree.text(kind)),
            ]
            if relation.min_score is not None:
                least = Literal(Decimal(str(relation.min_score)), "decimal")
                on.append(call(">=", Column(alias, links.score), least))
            hops.append((Source(f"seen_{links.table}", alias), tree.all_of(on)))
            scores.append(call("coalesce", Column(alias, links.score), tree.number(1)))
            before = Column(alias, far)
        on_target = call("=", Column(theirs.alias, target.key[0]), before)
        return on_target, tuple(hops), tree.earliest(*scores)

    def joins(
        self, matched: Matched, theirs: Reach, kind: str = "inner", level: int | None = None
    ) -> tuple[Join, ...]:
        """Return the joins that bring a relation's rows beside the subject's; rows whose `when` is not true stay in.

        Args:
            matched: The relation made ready.
            theirs: The reach of its rows; what it read decides which source is joined.
            kind: inner or left.
            level: While derived columns are being built, the level below which they exist.
        """
        hops = tuple(Join(kind, source, on) for source, on in matched.links)
        return (*hops, Join(kind, self.source(theirs, level), matched.on))

    # ---- sources

    def tables_of(self, subject: Subject) -> list[str]:
        """Return the tables a subject's rows or values come from."""
        return [subject.rows_of] if subject.rows_of else [values.table for values in subject.values_of]

    def base_of(self, subject: Subject) -> str:
        """Return the name of the relation with a subject's own columns."""
        if subject.rows_of:
            return f"seen_{subject.rows_of}"
        if subject.name not in self.bases:
            self.bases.add(subject.name)
            before = len(self.reader.errors)
            self.base_values(subject)
            self.faults[(subject.name, "")] = self.reader.errors[before:]
        else:
            self._meet_again((subject.name, ""))
        return f"base_{subject.name}"

    def source(self, reach: Reach, level: int | None = None) -> Source:
        """Return the smallest relation with what was read through a reach."""
        if not reach.is_subject:
            return Source(f"seen_{reach.target}", reach.alias)
        subject = self.dictionary.subjects[reach.target]
        for table in self.tables_of(subject):
            if table not in self.facts.tables:
                raise Absent(table)
        if not reach.derived:
            return Source(self.base_of(subject), reach.alias)
        if level is None:
            self.final.add(subject.name)
            return Source(f"subject_{subject.name}", reach.alias)
        return Source(self.with_derived(subject, reach.derived), reach.alias)

    def shared_source(self, reach: Reach, level: int) -> Source:
        """Return a table of a subject with all derived columns below a level, made once for all who read it there."""
        subject = self.dictionary.subjects[reach.target]
        if not reach.derived:
            return self.source(reach, level)
        for table in self.tables_of(subject):
            if table not in self.facts.tables:
                raise Absent(table)
        self.base_of(subject)
        self.at_level.add((subject.name, level))
        return Source(f"subject_{subject.name}.{level}", reach.alias)

    def own_columns(self, subject: Subject) -> list[str]:
        """Return all columns of a subject's base relation: own ones, flags, provenance."""
        if subject.rows_of:
            return [
                name for name, _ in see_table(self.dictionary.tables[subject.rows_of], self.facts).columns
            ]
        flags = [name + "?" for name in subject.same]
        return [*subject.key, *subject.same, *flags, *PROVENANCE]

    def with_derived(self, subject: Subject, names: set[str], only_read: bool = False) -> Relation:
        """Return a subject's own columns (or only those that something reads) with derived ones beside them."""
        own = self.own_columns(subject)
        if only_read:
            read = {*subject.key, *PROVENANCE, *self.own_read.get(subject.name, ())}
            own = [name for name in own if name.rstrip("?!") in read]
        columns: list[tuple[str, Scalar]] = [(name, Column("s", name)) for name in own]
        joins: dict[str, Join] = {}
        for name in sorted(names):
            built = self.built[(subject.name, name)]
            batch = built.batch.name
            on = tree.all_of(
                [
                    call("=", Column("s", mine), Column(batch, f"k{n}"))
                    for n, mine in enumerate(built.batch.mine)
                ]
            )
            joins[batch] = Join("left", Source(batch, batch), on)
            value: Scalar = Column(batch, name)
            if built.over_no_row is not None:
                value = call("coalesce", value, built.over_no_row)
            if built.can_be_unknown:
                unknown = tree.is_true(Column(batch, name + "?"))
                value = tree.Case(((unknown, tree.nothing(built.type)),), value)
            columns.append((name, value))
            if built.can_be_unknown:
                columns.append((name + "?", tree.is_true(Column(batch, name + "?"))))
                columns.append((name + "@", Column(batch, name + "@")))
            if built.has_score:
                columns.append((name + "~", Column(batch, name + "~")))
        source = Source(self.base_of(subject), "s")
        return Select(tuple(columns), source, tuple(joins[batch] for batch in sorted(joins)))

    def base_values(self, subject: Subject) -> Relation:
        """Return the distinct values that make up a subject, with the columns that are the same on all their rows."""
        parts: list[Relation] = []
        columns = [*subject.key, *subject.same]
        for values in subject.values_of:
            reach = Reach(values.table, "t", is_subject=False)
            scope = self.scope(reach)
            table = self.dictionary.tables[values.table]
            picked: list[tuple[str, Scalar]] = []
            for name in columns:
                origin = values.columns.get(name, name)
                has_it = origin in table.columns
                kind = subject.columns[name].type
                picked.append((name, Column("t", origin) if has_it else tree.nothing(kind)))
            picked.append(("_cut_off", Column("t", "_cut_off")))
            filled: list[Scalar | None] = [
                tree.negate(tree.is_null(Column("t", values.columns[name]))) for name in subject.key
            ]
            if values.when:
                when = self.reader.bind(
                    self.written(values.when, values.when_loc), scope, wanted=("boolean",)
                )
                filled.append(tree.is_true(when.value))
            parts.append(Select(tuple(picked), self.source(reach), where=tree.all_of(filled)))
        rows: Relation = parts[0] if len(parts) == 1 else Union(tuple(parts))
        keys = tuple(Column("r", name) for name in subject.key)
        out: list[tuple[str, Scalar]] = [(name, Column("r", name)) for name in subject.key]
        for name in subject.same:
            value = Column("r", name)
            least, most = Aggregate("min", (value,)), Aggregate("max", (value,))
            differ = tree.is_true(call("<>", least, most))
            out.append((name, tree.Case(((differ, tree.nothing(subject.columns[name].type)),), least)))
            out.append((name + "?", tree.any_of([differ, tree.is_null(least)])))
        out.append(("_file", tree.nothing("text")))
        out.append(("_line", tree.nothing("integer")))
        out.append(("_source", tree.nothing("text")))
        out.append(("_cut_off", Aggregate("min", (Column("r", "_cut_off"),))))
        return Select(tuple(out), Source(rows, "r"), group=keys)

    def publish(self, subject: Subject, derived: set[str]) -> None:
        """Make a subject readable by name for rules of kind `query`, with some of its derived columns."""
        reach = Reach(subject.name, "s")
        scope = self.scope(reach)
        for name in sorted(derived):
            scope.find((name,))
        self.source(reach)
        self.published.setdefault(subject.name, set()).update(derived)

    def published_views(self) -> list[tuple[str, Relation]]:
        """Return the views that queries read: plain columns, under the names of the dictionary."""
        views: list[tuple[str, Relation]] = []
        for name in sorted(self.published_tables - set(self.published)):
            columns = tuple((column, Column("t", column)) for column in self.dictionary.tables[name].columns)
            views.append((name, Select(columns, Source(f"seen_{name}", "t"))))
        for name in sorted(self.published):
            subject = self.dictionary.subjects[name]
            reach = Reach(name, "s")
            scope = self.scope(reach)
            picked: list[tuple[str, Scalar]] = []
            for one in sorted({*subject.columns, *self.published[name]}):
                try:
                    found = scope.find((one,))
                except Absent:
                    # A rule that reads it is not evaluated; what nobody delivered stops no other.
                    continue
                if found is not None:
                    picked.append((one, found.value))
            if picked:
                views.append((name, Select(tuple(picked), self.source(reach))))
        return views

    def setup(self) -> list[tuple[str, Relation]]:
        """Return the tables to create before the rules run, each with its content, in order."""
        batches = {built.batch.name: built.batch for built in self.built.values()}
        ordered = sorted(batches.values(), key=lambda one: (one.level, one.name))
        by_level: dict[int, list[tuple[str, Relation]]] = {}
        for name, level in sorted(self.at_level):
            below = {
                one
                for (owner, one), built in self.built.items()
                if owner == name and built.batch.level < level
            }
            table = self.with_derived(self.dictionary.subjects[name], below, only_read=True)
            by_level.setdefault(level, []).append((f"subject_{name}.{level}", table))
        # What stands above a level of derived columns is built before those of the same level, which may read it.
        for one in sorted(self.further, key=lambda one: one.name):
            by_level.setdefault(one.level, []).extend(one.tables)
        for batch in ordered:
            by_level.setdefault(batch.level, []).append((batch.name, batch.relation(self)))
        steps = [step for level in sorted(by_level) for step in by_level[level]]
        finals = []
        for name in sorted(self.final):
            wanted = {derived for owner, derived in self.built if owner == name}
            finals.append(
                (f"subject_{name}", self.with_derived(self.dictionary.subjects[name], wanted, only_read=True))
            )
        bases = [
            (f"base_{name}", self.base_values(self.dictionary.subjects[name])) for name in sorted(self.bases)
        ]
        return [*bases, *steps, *finals]


class CircleError(Exception):
    """Derived columns that need each other; the problem has been recorded."""
