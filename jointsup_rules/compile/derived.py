"""Derived columns: a definition of the dictionary in, one aggregate over related rows out.

Columns that walk the same relation at the same stage are built in one pass over its rows. A column is unknown where a
row's `when` is unknown, or where all its values are empty as unknown; `c?` beside it says so, and `c~` carries the
lowest score of the links used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jointsup_rules.compile import tree
from jointsup_rules.compile.bind import Bound, Read, conjunction, missing_labels
from jointsup_rules.compile.tree import (
    Aggregate,
    Column,
    Join,
    Lambda,
    Literal,
    Member,
    Order,
    Relation,
    Scalar,
    Select,
    Source,
    Steps,
    Structure,
    Window,
    call,
)
from jointsup_rules.model.dictionary import Derived, Subject
from jointsup_rules.model.dictionary import Relation as DictionaryRelation
from jointsup_rules.problems import Text

if TYPE_CHECKING:
    from jointsup_rules.compile.subjects import Matched, Planner, Reach


@dataclass
class Batch:
    """Columns built in one pass: over the rows of a relation, per value of `mine` columns of the subject."""

    name: str
    level: int
    subject: Subject
    mine: tuple[str, ...]
    matched: Matched
    near: Reach
    far: Reach
    is_grouped: bool
    columns: dict[str, Scalar] = field(default_factory=dict)
    spans: _Spans | None = None

    def relation(self, planner: Planner) -> Relation:
        """Return one row per value of the `mine` columns (k0, k1 …) with the columns of the batch."""
        if self.spans is not None:
            return _merge_spans(self, self.spans, planner)
        theirs: list[Scalar]
        joins: tuple[Join, ...] = ()
        if self.is_grouped:
            theirs = [far for _, far in self.matched.plain]
            source = planner.source(self.far, self.level)
        else:
            theirs = [Column(self.near.alias, name) for name in self.mine]
            source = planner.source(self.near, self.level)
            joins = planner.joins(self.matched, self.far, level=self.level)
        keys = [(f"k{n}", column) for n, column in enumerate(theirs)]
        filled = tree.all_of([tree.negate(tree.is_null(column)) for column in theirs])
        return Select((*keys, *self.columns.items()), source, joins, where=filled, group=tuple(theirs))


@dataclass(frozen=True)
class Built:
    """A derived column as the rest of the compiler sees it."""

    name: str
    type: str
    batch: Batch
    can_be_unknown: bool
    has_score: bool
    over_no_row: Scalar | None
    codes: Mapping[str, Text] | None = None
    mask: str = "none"
    empty_is_unknown: bool = False


@dataclass(frozen=True)
class _Spans:
    """What `days` needs: the interval of a row, what it is cut to, and whether a row leaves it open."""

    name: str
    condition: Bound
    begins: Bound
    ends: Bound
    within: tuple[Bound, Bound] | None


@dataclass(frozen=True)
class _Outcome:
    """The aggregates of one column."""

    value: Scalar
    type: str
    unknown: Scalar
    over_no_row: Scalar | None = None
    codes: Mapping[str, Text] | None = None
    mask: str = "none"
    reads: tuple[Read, ...] = ()


def build_derived(planner: Planner, subject: Subject, name: str) -> Built:
    """Plan one derived column, or one `relation.column` of a one-row relation.

    Raises:
        Absent: it needs a table or column that was not delivered.
    """
    from jointsup_rules.compile.subjects import Reach

    derived = subject.derived.get(name)
    relation = subject.related[(derived.in_ or "") if derived else name.split(".")[0]]
    near, far = Reach(subject.name, "s"), planner.reach_target(relation, "r")
    matched = planner.match(relation, subject, near, far)
    scope = planner.pair_scope(near, far)
    own = None
    if derived is not None and derived.when:
        own = planner.reader.bind(
            planner.written(derived.when, (*derived.loc, "when")), scope, wanted=("boolean",)
        )
    condition = conjunction([matched.when, own])
    if derived is not None and derived.verb == "days":
        return _plan_days(planner, subject, relation, derived, matched, near, far, condition)
    outcome = _aggregate(
        planner, relation, derived, name, scope_bind=_Binder(planner, scope, derived), when=condition
    )
    batch = _batch_for(planner, subject, relation, matched, near, far, outcome)
    can_be_unknown = outcome.unknown != tree.FALSE
    batch.columns[name] = outcome.value
    if can_be_unknown:
        batch.columns[name + "?"] = tree.is_true(outcome.unknown)
        batch.columns[name + "@"] = _blamed(condition, outcome.reads, name)
    if matched.score is not None:
        batch.columns[name + "~"] = Aggregate("min", (matched.score,), _true(condition))
    return Built(
        name, outcome.type, batch, can_be_unknown, matched.score is not None, outcome.over_no_row, outcome.codes,
        outcome.mask, derived is not None and derived.empty == "unknown",
    )  # fmt: skip


@dataclass(frozen=True)
class _Binder:
    """Binds the texts of one definition in the scope of its related rows."""

    planner: Planner
    scope: object
    derived: Derived | None

    def column(self, word: str, key: str) -> Bound:
        loc = (*self.derived.loc, key) if self.derived is not None else ()
        written = self.planner.written(word, loc)
        return self.planner.reader.bind(written, self.scope)  # type: ignore[arg-type]


def _merged_labels(labels: Scalar, name: str) -> Scalar:
    """The empty columns met in any row; the derived column's own name where no column is to blame."""
    if labels == tree.nothing("texts"):
        return call("list_value", tree.text(name))
    some = call(">", call("len", labels), tree.number(0))
    merged = call(
        "list_sort", call("list_distinct", call("flatten", Aggregate("list", (labels,), tree.is_true(some))))
    )
    named = call(">", call("len", merged), tree.number(0))
    return tree.case((tree.is_true(named), merged), otherwise=call("list_value", tree.text(name)))


def _blamed(condition: Bound, reads: tuple[Read, ...], name: str) -> Scalar:
    """The columns that leave a derived column open: those empty in a row that counts, or that may count."""
    counts = tree.negate(call("is false", condition.value))
    inner = [read for read in dict.fromkeys((*condition.reads, *reads)) if read.labels is not None]
    plain: dict[str, list[Scalar]] = {}
    for read in (*condition.reads, *reads):
        if read.labels is None:
            plain.setdefault(read.label, []).append(read.unknown)
    parts: list[Scalar] = [
        tree.Case(((tree.is_true(Aggregate("bool_or", (tree.any_of(flags),), counts)), tree.text(label)),))
        for label, flags in sorted(plain.items())
    ]
    filled = Lambda(("x",), tree.negate(tree.is_null(Column("", "x"))))
    lists: list[Scalar] = [call("list_filter", call("list_value", *parts), filled)] if parts else []
    for read in inner:
        assert read.labels is not None
        listed = Aggregate("list", (read.labels,), tree.all_of([counts, read.unknown]))
        lists.append(call("coalesce", call("flatten", listed), tree.no_texts()))
    if not lists:
        return call("list_value", tree.text(name))
    merged = (
        lists[0] if len(lists) == 1 else call("list_sort", call("list_distinct", call("list_concat", *lists)))
    )
    named = call(">", call("len", merged), tree.number(0))
    return tree.case((tree.is_true(named), merged), otherwise=call("list_value", tree.text(name)))


def _level(planner: Planner, near: Reach, far: Reach) -> int:
    below = [
        planner.built[(reach.target, name)].batch.level for reach in (near, far) for name in reach.derived
    ]
    # What is built on demand stands at the bottom of its level, so that columns of that level may read it.
    at = [planner.on_demand[reach.target]() for reach in (near, far) if reach.target in planner.on_demand]
    return max([1, *(level + 1 for level in below), *at])


def _batch_for(
    planner: Planner,
    subject: Subject,
    relation: DictionaryRelation,
    matched: Matched,
    near: Reach,
    far: Reach,
    outcome: _Outcome,
) -> Batch:
    level = _level(planner, near, far)
    reads_mine = near.alias in tree.sources_in((outcome.value, outcome.unknown))
    is_grouped = bool(matched.plain) and not reads_mine and not near.derived
    kind = "by" if is_grouped else "for"
    name = f"{subject.name}.{relation.name}.{kind}{level}"
    if name in planner.batches:
        batch = planner.batches[name]
        batch.near.derived.update(near.derived)
        batch.far.derived.update(far.derived)
        return batch
    mine = tuple(own for own, _ in matched.plain) if is_grouped else subject.key
    planner.batches[name] = Batch(name, level, subject, mine, matched, near, far, is_grouped)
    return planner.batches[name]


def _true(condition: Bound) -> Scalar | None:
    return None if condition.value == tree.TRUE else tree.is_true(condition.value)


def _any(flag: Scalar, where: Scalar | None = None) -> Scalar:
    return flag if flag == tree.FALSE else tree.is_true(Aggregate("bool_or", (flag,), where))


def _empty_unknown(value: Scalar, column: Bound, where: Scalar | None) -> Scalar:
    """Whether nothing was found although a row is there whose value we do not know."""
    flag = _any(column.is_unknown(), where)
    return flag if flag == tree.FALSE else tree.all_of([tree.is_null(value), flag])


def _too_few_filled(column: Bound, where: Scalar | None, n: int) -> Scalar:
    """Whether there would be an n-th value only with those we do not know."""
    if column.is_unknown() == tree.FALSE:
        return tree.FALSE
    filled = tree.count_where(tree.all_of([where, tree.negate(tree.is_null(column.value))]))
    unknown = tree.count_where(tree.all_of([where, column.is_unknown()]))
    few = call("<", filled, tree.number(n))
    return tree.is_true(tree.all_of([few, call(">=", call("+", filled, unknown), tree.number(n))]))


def _aggregate(
    planner: Planner,
    relation: DictionaryRelation,
    derived: Derived | None,
    name: str,
    scope_bind: _Binder,
    when: Bound,
) -> _Outcome:
    where = _true(when)
    open_row = _any(when.is_unknown())
    if derived is None:
        return _only(scope_bind.column(name.split(".", 1)[1], ""), where, open_row)
    verb = derived.verb
    if verb == "has" or (verb == "count" and derived.count == "rows"):
        if verb == "has":
            found = tree.is_true(Aggregate("bool_or", (where if where is not None else tree.TRUE,)))
            unknown = open_row if open_row == tree.FALSE else tree.all_of([tree.negate(found), open_row])
            return _Outcome(found, "boolean", unknown, tree.FALSE)
        return _Outcome(tree.count_where(where), "integer", open_row, tree.number(0))
    if verb == "most" or derived.per:
        return _most(scope_bind, derived, where, open_row)
    column = scope_bind.column(str(derived.of), verb)
    if verb == "count":
        value: Scalar = Aggregate("count", (column.value,), where, distinct=True)
        return _Outcome(value, "integer", open_row, tree.number(0))
    if verb == "pick":
        return _pick(planner, relation, derived, scope_bind, column, where, open_row)
    if verb == "nth":
        filled = tree.all_of([where, tree.negate(tree.is_null(column.value))])
        listed = Aggregate("list", (column.value,), filled, (Order(column.value),))
        value = call("at", listed, tree.number(derived.n or 1))
        unknown = tree.any_of([open_row, _too_few_filled(column, where, derived.n or 1)])
        return _Outcome(value, column.type, unknown, None, column.codes, column.mask, column.reads)
    name_of = {"first": "min", "last": "max"}.get(verb, verb)
    value = Aggregate(name_of, (column.value,), where)
    kind = column.type
    over_none: Scalar | None = None
    if verb == "sum":
        value = call("as_decimal" if kind == "decimal" else "as_integer", value)
        over_none = tree.number(0)
    if derived.none is not None:
        over_none = scope_bind.column(derived.none, "none").value
    unknown = tree.any_of([open_row, _empty_unknown(value, column, where)])
    return _Outcome(value, kind, unknown, over_none, column.codes, column.mask, column.reads)


def _only(column: Bound, where: Scalar | None, open_row: Scalar) -> _Outcome:
    """The value in the only row; two rows leave it unknown."""
    rows = tree.count_where(where)
    several = call(">", rows, tree.number(1))
    value = tree.Case(((call("=", rows, tree.number(1)), Aggregate("any_value", (column.value,), where)),))
    unknown = tree.any_of([open_row, several, _any(column.is_unknown(), where)])
    return _Outcome(value, column.type, unknown, None, column.codes, column.mask, column.reads)


def _most(binder: _Binder, derived: Derived, where: Scalar | None, open_row: Scalar) -> _Outcome:
    """The largest count or sum among rows that share a value; empty values are passed over."""
    per = binder.column(derived.per or "", "per")
    if derived.verb == "most":
        counts = call("map_values", Aggregate("histogram", (per.value,), where))
        value: Scalar = call("as_integer", call("list_max", counts))
        unknown = tree.any_of([open_row, _empty_unknown(value, per, where)])
        return _Outcome(value, "integer", unknown, tree.number(0), reads=per.reads)
    column = binder.column(str(derived.of), derived.verb)
    filled = [tree.negate(tree.is_null(one.value)) for one in (per, column)]
    counted = tree.all_of([where, *filled])
    pairs = Aggregate("list", (Structure((("p", per.value), ("v", column.value))),), counted)
    groups = call("list_distinct", Aggregate("list", (per.value,), counted))
    of_group = call(
        "list_filter", pairs, Lambda(("y",), call("=", Member(Column("", "y"), "p"), Column("", "x")))
    )
    values = call("list_transform", of_group, Lambda(("z",), Member(Column("", "z"), "v")))
    sums = call("list_transform", groups, Lambda(("x",), call("list_sum", values)))
    value = call("as_decimal" if column.type == "decimal" else "as_integer", call("list_max", sums))
    empty = [_empty_unknown(value, one, where) for one in (per, column)]
    unknown = tree.any_of([open_row, *empty])
    return _Outcome(value, column.type, unknown, tree.number(0), reads=(*per.reads, *column.reads))


def _pick(
    planner: Planner,
    relation: DictionaryRelation,
    derived: Derived,
    binder: _Binder,
    column: Bound,
    where: Scalar | None,
    open_row: Scalar,
) -> _Outcome:
    """The value in the first or last row by a column; ties go by the table's `tie`, then by key."""
    key = "first_by" if derived.first_by else "last_by"
    by = binder.column(derived.first_by or derived.last_by or "", key)
    target = planner.target_of(relation)
    table = planner.dictionary.tables.get(target.rows_of or "")
    ties = [table.events.tie] if table is not None and table.events is not None and table.events.tie else []
    order = [by.value, *(Column("r", name) for name in (*ties, *target.key))]
    row = Structure((("v", column.value), ("u", column.is_unknown())))
    rank = Structure(tuple((f"o{n}", part) for n, part in enumerate(order)))
    filled = tree.all_of([where, tree.negate(tree.is_null(by.value))])
    chosen = Aggregate("arg_min" if key == "first_by" else "arg_max", (row, rank), filled)
    unknown = tree.any_of(
        [
            open_row,
            tree.FALSE if column.is_unknown() == tree.FALSE else tree.is_true(Member(chosen, "u")),
            _empty_unknown(chosen, by, where),
        ]
    )
    return _Outcome(
        Member(chosen, "v"), column.type, unknown, None, column.codes, column.mask, (*column.reads, *by.reads)
    )


def _plan_days(
    planner: Planner,
    subject: Subject,
    relation: DictionaryRelation,
    derived: Derived,
    matched: Matched,
    near: Reach,
    far: Reach,
    condition: Bound,
) -> Built:
    scope, own = planner.pair_scope(near, far), planner.scope(near)

    def bind_at(text: str, *steps: str | int) -> Bound:
        chosen = own if steps[0] == "within" else scope
        return planner.reader.bind(
            planner.written(text, (*derived.loc, *steps)), chosen, wanted=("date", "timestamp")
        )

    assert derived.days is not None
    begins, ends = bind_at(derived.days[0], "days", 0), bind_at(derived.days[1], "days", 1)
    within = None
    if derived.within is not None:
        within = (bind_at(derived.within[0], "within", 0), bind_at(derived.within[1], "within", 1))
    spans = _Spans(derived.name, condition, begins, ends, within)
    name = f"{subject.name}.{derived.name}"
    batch = Batch(
        name, _level(planner, near, far), subject, subject.key, matched, near, far, False, spans=spans
    )
    return Built(derived.name, "integer", batch, True, False, tree.number(0))


def _merge_spans(batch: Batch, spans: _Spans, planner: Planner) -> Relation:
    """Days in the union of intervals: each cut to `within`, then counted only beyond what earlier ones reached."""
    as_of = Literal(planner.facts.as_of, "date")
    begins = call("date_of", spans.begins.value)
    ends: Scalar = call("coalesce", call("date_of", spans.ends.value), as_of)
    doubts = [spans.begins.is_unknown(), spans.ends.is_unknown()]
    bounds = [spans.condition, spans.begins, spans.ends, *(spans.within or ())]
    reads = [read for bound in bounds for read in bound.reads]
    if spans.within is not None:
        low, high = spans.within
        begins = call("greatest", begins, call("date_of", low.value))
        ends = call("least", ends, call("coalesce", call("date_of", high.value), as_of))
        doubts += [low.is_unknown(), high.is_unknown()]
    taken = tree.is_true(spans.condition.value)
    if spans.within is not None:
        # What has not begun has no days that could count.
        begun = tree.negate(tree.is_null(spans.within[0].value))
        taken = tree.all_of([taken, tree.any_of([begun, tree.is_true(spans.within[0].is_unknown())])])
    doubt = tree.any_of([spans.condition.is_unknown(), tree.all_of([taken, tree.any_of(doubts)])])
    keys = [(f"k{n}", Column(batch.near.alias, name)) for n, name in enumerate(batch.mine)]
    rows = Select(
        (
            *keys,
            ("begins", begins),
            ("ends", ends),
            ("doubt", tree.is_true(doubt)),
            ("lacks", tree.Case(((tree.is_true(doubt), missing_labels(reads)),), tree.nothing("texts"))),
            ("taken", taken),
        ),
        planner.source(batch.near, batch.level),
        planner.joins(batch.matched, batch.far, level=batch.level),
    )
    own = tuple(Column("p", name) for name, _ in keys)
    where_taken = tree.all_of(
        [Column("p", "taken"), tree.is_true(call("<", Column("p", "begins"), Column("p", "ends")))]
    )
    until = tree.Case(((where_taken, Column("p", "ends")),))
    order = (Order(Column("p", "begins")), Order(Column("p", "ends")))
    reached = Window("max", (until,), own, order, "before")
    marked = Select(
        (*((name, Column("p", name)) for name, _ in keys), ("ends", until), ("doubt", Column("p", "doubt")), ("lacks", Column("p", "lacks")),
         ("from", call("greatest", Column("p", "begins"), call("coalesce", reached, Column("p", "begins"))))),
        Source(rows, "p"),
    )  # fmt: skip
    days = call("greatest", tree.number(0), call("days_between", Column("m", "from"), Column("m", "ends")))
    grouped = tuple(Column("m", name) for name, _ in keys)
    unknown = tree.is_true(Aggregate("bool_or", (Column("m", "doubt"),)))
    total = call("coalesce", call("as_integer", Aggregate("sum", (days,))), tree.number(0))
    lacks = _merged_labels(Column("m", "lacks"), spans.name)
    last = Select(
        (
            *zip((name for name, _ in keys), grouped, strict=True),
            (spans.name, total),
            (spans.name + "?", unknown),
            (spans.name + "@", lacks),
        ),
        Source("marked", "m"),
        group=grouped,
    )
    return Steps((("marked", marked),), last)
