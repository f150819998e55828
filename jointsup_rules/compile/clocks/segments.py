"""The periods of a clock: what starts, restarts and stops it in, one row per period with its terms out.

Starts up to the day of the sweep and restarts each open a period; it ends at its first stop on or after its start,
else where the next begins, else it is open. A clock that starts at one column and never restarts has one period and
needs no sorting.
"""

from __future__ import annotations

from dataclasses import dataclass

from jointsup_rules.compile import tree
from jointsup_rules.compile.bind import Bound
from jointsup_rules.compile.clocks.context import EVENTS, RESTART, ClockContext, day_of, keyed
from jointsup_rules.compile.clocks.records import Records
from jointsup_rules.compile.context import may_belong
from jointsup_rules.compile.tree import (
    Aggregate,
    Column,
    Join,
    Literal,
    Order,
    Relation,
    Scalar,
    Select,
    Source,
    Window,
    call,
)
from jointsup_rules.model.clock import is_word
from jointsup_rules.model.dictionary import Relation as DictionaryRelation

# What a period ended at where no stop was met: the next one began.
NEXT = "NEXT"
_NEVER = Literal(tree.LAST_DAY, "date")


@dataclass(frozen=True)
class Marks:
    """Where a clock starts, or stops: columns and expressions of the subject, and codes of its events."""

    columns: tuple[tuple[str, Bound], ...]
    codes: tuple[str, ...]


def read_marks(context: ClockContext, key: str, words: tuple[str, ...]) -> Marks:
    """Return the starts or stops of a clock with their words told apart.

    Raises:
        RuleError: a word is neither a column nor the code of an event; recorded.
    """
    columns: list[tuple[str, Bound]] = []
    codes: list[str] = []
    known = _event_codes(context)
    for number, word in enumerate(words):
        steps = (key, number) if isinstance(context.document.data[context.clock.name][key], list) else (key,)
        if is_word(word) and context.planner.scope(context.reach).find(tuple(word.split("."))) is None:
            if word not in known:
                raise context.unknown_word(word, known, *steps)
            codes.append(word)
            continue
        columns.append((word, context.bind_day(word, *steps)))
    if codes:
        context.needed(EVENTS, key)
    return Marks(tuple(columns), tuple(codes))


def _event_codes(context: ClockContext) -> tuple[str, ...]:
    relation = context.subject.related.get(EVENTS)
    if relation is None:
        return ()
    table = context.planner.dictionary.tables[context.planner.target_of(relation).rows_of or ""]
    return tuple(table.columns[table.events.type].codes) if table.events is not None else ()


class Segments:
    """The periods of one clock, as tables."""

    def __init__(self, context: ClockContext, starts: Marks, stops: Marks, records: Records | None) -> None:
        self.context, self.starts, self.stops, self.records = context, starts, stops, records
        self.keys = list(context.subject.key)
        self.has_restarts = bool(context.clock.shape.restart)
        self.is_single = len(starts.columns) == 1 and not starts.codes and not self.has_restarts

    # ---- where periods begin

    def start(self) -> Scalar:
        """Return the start day over the sources of `rows`."""
        return day_of(self.starts.columns[0][1]) if self.is_single else Column("g", "day")

    def start_unknown(self) -> Scalar:
        """Return whether the start day is unknown, over the same."""
        return self.starts.columns[0][1].is_unknown() if self.is_single else Column("g", "unknown")

    def add_begun(self) -> None:
        """Add the table of the days on which periods begin: keys, segment, day, next_on, unknown."""
        if self.is_single:
            return
        parts: list[Relation] = []
        for _, bound in self.starts.columns:
            parts += [self._from_column(bound), *self._unknown_start(bound)]
        if self.starts.codes:
            parts.append(self._from_events(self.starts.codes, with_code=False))
            parts += self._undated_events(self.starts.codes)
        if self.has_restarts:
            assert self.records is not None, "a clock with restarts reads its changes"
            parts.append(self.records.restarts(tuple(self.context.clock.shape.restart), RESTART))
        self.context.add("begun", _number(self.keys, parts))

    def _from_column(self, bound: Bound) -> Select:
        day = day_of(bound)
        begun = call("<=", day, Literal(self.context.as_of, "date"))
        columns = (*self._own_keys(), ("day", day), ("restarts", tree.FALSE), ("unknown", tree.FALSE))
        return Select(columns, self.context.source(), where=tree.is_true(begun))

    def _unknown_start(self, bound: Bound) -> list[Relation]:
        unknown = bound.is_unknown()
        if unknown == tree.FALSE:
            return []
        columns = (
            *self._own_keys(),
            ("day", tree.nothing("date")),
            ("restarts", tree.FALSE),
            ("unknown", tree.TRUE),
        )
        return [Select(columns, self.context.source(), where=unknown)]

    def _from_events(self, codes: tuple[str, ...], *, with_code: bool) -> Select:
        """The days of events with some codes up to the day of the sweep."""
        kind, day, joins, belongs = self._events()
        on = day_of(day)
        begun = tree.is_true(call("<=", on, Literal(self.context.as_of, "date")))
        tail: tuple[tuple[str, Scalar], ...] = (("restarts", tree.FALSE), ("unknown", tree.FALSE))
        if with_code:
            tail = (("by", kind.value),)
        where = tree.all_of([belongs, call("in", kind.value, *map(tree.text, codes)), begun])
        return Select((*self._own_keys(), ("day", on), *tail), self.context.source(), joins, where=where)

    def _undated_events(self, codes: tuple[str, ...]) -> list[Relation]:
        """Events that start the clock on a day that is not recorded: where no start is known, that is unknown."""
        kind, day, joins, belongs = self._events()
        unknown = day.is_unknown()
        if unknown == tree.FALSE:
            return []
        where = tree.all_of([belongs, call("in", kind.value, *map(tree.text, codes)), tree.is_true(unknown)])
        tail = (("day", tree.nothing("date")), ("restarts", tree.FALSE), ("unknown", tree.TRUE))
        return [Select((*self._own_keys(), *tail), self.context.source(), joins, where=where)]

    def _events(self) -> tuple[Bound, Bound, tuple[Join, ...], Scalar]:
        """The kind and day of the subject's events, what joins them, and whether one belongs to it."""
        context = self.context
        relation: DictionaryRelation = context.needed(EVENTS)
        theirs, scope, matched = context.row(relation, "e")
        events = context.planner.dictionary.tables[context.planner.target_of(relation).rows_of or ""].events
        assert events is not None, "codes of events were looked up in it"
        kind, day = scope.find((events.type,)), scope.find((events.on,))
        assert kind is not None, "the dictionary check looks up the columns of `events`"
        assert day is not None, "the dictionary check looks up the columns of `events`"
        return kind, day, context.planner.joins(matched, theirs), may_belong(matched)

    def _own_keys(self) -> list[tuple[str, Scalar]]:
        return keyed("s", self.keys)

    # ---- where they end

    def add_stopped(self) -> None:
        """Add the table of the first event that stops each period: keys, segment, day, by."""
        if not self.stops.codes:
            return
        met = self._from_events(self.stops.codes, with_code=True)
        name = self.context.add("stops", met)
        if self.is_single:
            begun: Source = Source(
                Select(
                    (*self._own_keys(), ("segment", tree.number(1)), ("day", self.start())),
                    self.context.source(),
                ),
                "g",
            )
        else:
            begun = Source(self.context.named("begun"), "g")
        day = Column("m", "day")
        group = (*(Column("g", key) for key in self.keys), Column("g", "segment"))
        on = tree.all_of([tree.equal_columns("g", "m", self.keys), call(">=", day, Column("g", "day"))])
        first = Aggregate("arg_min", (Column("m", "by"), day), None)
        columns = (
            *keyed("g", self.keys),
            ("segment", Column("g", "segment")),
            ("day", Aggregate("min", (day,))),
            ("by", first),
        )
        self.context.add(
            "stopped", Select(columns, begun, (Join("inner", Source(name, "m"), on),), group=group)
        )

    def end(self) -> tuple[Scalar, Scalar, Scalar]:
        """Return the day a period ended, the word it ended at, and whether that is unknown, over the sources of `rows`."""
        start = self.start()
        days: list[tuple[Scalar, Scalar]] = []
        doubts: list[Scalar] = []
        for word, bound in self.stops.columns:
            day = day_of(bound)
            days.append((tree.Case(((tree.is_true(call(">=", day, start)), day),)), tree.text(word)))
            doubts.append(bound.is_unknown())
        if self.stops.codes:
            days.append((Column("m", "day"), Column("m", "by")))
        stop = tree.earliest(*(day for day, _ in days)) if days else tree.nothing("date")
        by: Scalar = (
            tree.case(
                *((tree.is_true(call("=", day, stop)), word) for day, word in days),
                otherwise=tree.nothing("text"),
            )
            if days
            else tree.nothing("text")
        )
        unknown = tree.all_of([tree.is_null(stop), tree.any_of(doubts)]) if doubts else tree.FALSE
        if self.is_single:
            return stop, by, unknown
        following = Column("g", "next_on")
        stops_first = tree.is_true(tree.any_of([tree.is_null(following), call("<=", stop, following)]))
        stopped = tree.all_of([tree.negate(tree.is_null(stop)), stops_first])
        begun_anew = tree.negate(tree.is_null(following))
        ended = tree.case((stopped, stop), otherwise=following)
        ended_by = tree.case((stopped, by), (begun_anew, tree.text(NEXT)), otherwise=tree.nothing("text"))
        return ended, ended_by, tree.all_of([tree.is_null(following), unknown])

    # ---- one row per period

    def sources(self) -> tuple[Source, tuple[Join, ...]]:
        """Return what `start` and `end` are read from: the subject `s`, what began `g`, what stopped `m`."""
        joins: list[Join] = []
        if not self.is_single:
            begun = Source(self.context.named("begun"), "g")
            joins.append(Join("inner", begun, tree.equal_columns("s", "g", self.keys)))
        if self.stops.codes:
            segment = Column("g", "segment") if not self.is_single else tree.number(1)
            on = tree.all_of(
                [tree.equal_columns("s", "m", self.keys), call("=", Column("m", "segment"), segment)]
            )
            joins.append(Join("left", Source(self.context.named("stopped"), "m"), on))
        return self.context.source(), tuple(joins)

    def segment(self) -> Scalar:
        """Return the number of a period, from 1."""
        return tree.number(1) if self.is_single else Column("g", "segment")

    def next_on(self) -> Scalar:
        """Return the day the next period begins; empty for the last."""
        return tree.nothing("date") if self.is_single else Column("g", "next_on")


def _number(keys: list[str], parts: list[Relation]) -> Select:
    """The days on which periods begin, each once, numbered; a restart before any start opens nothing."""
    whole: Relation = parts[0] if len(parts) == 1 else tree.Union(tuple(parts))
    own = tuple(Column("u", key) for key in keys)
    by_day = Select(
        (
            *zip(keys, own, strict=True),
            ("day", Column("u", "day")),
            ("restarts", Aggregate("bool_and", (Column("u", "restarts"),))),
            ("unknown", Aggregate("bool_or", (Column("u", "unknown"),))),
        ),
        Source(whole, "u"),
        group=(*own, Column("u", "day")),
    )
    of_days = tuple(Column("d", key) for key in keys)
    day = Column("d", "day")
    real = tree.Case(((tree.negate(Column("d", "restarts")), day),))
    with_first = Select(
        (
            *zip(keys, of_days, strict=True),
            *((name, Column("d", name)) for name in ("day", "unknown")),
            ("first_on", Window("min", (real,), of_days, ())),
        ),
        Source(by_day, "d"),
    )
    known = tuple(Column("n", key) for key in keys)
    day, first_on = Column("n", "day"), Column("n", "first_on")
    order = (Order(day),)
    # Where no start is known at all, one row says so.
    kept = tree.case(
        (tree.is_null(first_on), Column("n", "unknown")), otherwise=tree.is_true(call(">=", day, first_on))
    )
    return Select(
        (
            *zip(keys, known, strict=True),
            ("day", day),
            ("unknown", Column("n", "unknown")),
            ("segment", Window("row_number", (), known, order)),
            ("next_on", Window("lead", (day,), known, order)),
        ),
        Source(with_first, "n"),
        where=kept,
    )
