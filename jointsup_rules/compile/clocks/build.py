"""A clock as tables: from its periods to the due day of each, in the order in which they are built.

Every clock is built once for all rules that name it. The last table has one row per period of a subject.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from jointsup_rules.compile import tree
from jointsup_rules.compile.bind import Bound
from jointsup_rules.compile.clocks.built import BuiltClock
from jointsup_rules.compile.clocks.checks import check_names
from jointsup_rules.compile.clocks.context import ABOUT, CHANGES, EVENTS, ClockContext, day_of, keyed
from jointsup_rules.compile.clocks.records import Records
from jointsup_rules.compile.clocks.segments import Segments, read_marks
from jointsup_rules.compile.clocks.terms import UNITS, bind_terms
from jointsup_rules.compile.clocks.walk import READINGS, Walk
from jointsup_rules.compile.context import RuleError, confidence_of, missing_of
from jointsup_rules.compile.roll import Rolling, read_roll
from jointsup_rules.compile.seen import Absent
from jointsup_rules.compile.subjects import CircleError, Further, Planner, Reach
from jointsup_rules.compile.tree import (
    Aggregate,
    Column,
    Join,
    Literal,
    Relation,
    Scalar,
    Select,
    Source,
    Window,
    call,
)
from jointsup_rules.model.clock import Clock
from jointsup_rules.model.law import Parameters
from jointsup_rules.problems import Problem


class Clocks:
    """The named time limits of one compilation, each built when the first rule asks for it."""

    def __init__(self, planner: Planner, parameters: Parameters, clocks: Mapping[str, Clock]) -> None:
        self.planner, self.parameters, self.clocks = planner, parameters, clocks
        self.built: dict[str, BuiltClock] = {}
        self.absent: dict[str, Absent] = {}
        self.faults: dict[str, list[Problem]] = {}

    def named(self, name: str) -> BuiltClock | None:
        """Return a clock as tables; None where it cannot be compiled, which is held against whoever asks.

        Raises:
            Absent: it needs a table or column that was not delivered.
        """
        if name in self.absent:
            raise self.absent[name]
        if name in self.faults:
            for problem in self.faults[name]:
                self.planner.reader.note(problem)
        elif name not in self.built:
            self._build(name)
        return self.built.get(name)

    def check(self, name: str) -> None:
        """Record what is wrong with a clock, whether or not a rule names it."""
        if name not in self.built and name not in self.faults and name not in self.absent:
            with suppress(Absent):
                self._build(name)

    def _build(self, name: str) -> None:
        before = len(self.planner.reader.errors)
        try:
            check_names(self.clocks[name], self.planner.dictionary, self.planner.reader)
            built = build_clock(self.planner, self.clocks[name], self.parameters)
        except Absent as absent:
            self.absent[name] = absent
            raise
        except (RuleError, CircleError):
            built = None
        found = self.planner.reader.errors[before:]
        if built is None or found:
            self.faults[name] = list(found)
            return
        self.built[name] = built
        self.planner.further.append(Further(name, built.level, built.tables))


def build_clock(planner: Planner, clock: Clock, parameters: Parameters) -> BuiltClock:
    """Return a clock as tables.

    Raises:
        RuleError: it cannot be compiled; recorded.
        Absent: it needs a table or column that was not delivered.
    """
    context = ClockContext(planner, clock, parameters, clock.loc, Reach(clock.shape.subject, "s"), [])
    shape = clock.shape
    if shape.when is not None:
        context.when = context.bind(shape.when, "when", wanted=("boolean",))
    starts, stops = read_marks(context, "start", shape.start), read_marks(context, "stop", shape.stop)
    has_records = bool(shape.extend or shape.exclude)
    plan = _Plan(context, Segments(context, starts, stops, None))
    plan.bind()
    _meet_relations(context)
    context.level = context.level_needed()
    if has_records or shape.restart or shape.shift:
        plan.segments.records = Records(context)
    plan.segments.add_begun()
    plan.segments.add_stopped()
    context.add("periods", plan.periods())
    walk = Walk(context, plan.terms, plan.rolling, has_records)
    context.add("runs", walk.runs())
    if has_records:
        _add_records(context, plan.segments.records, walk)
    context.add("walk", walk.walk())
    context.add("last", walk.last())
    if len(clock.terms) > 1:
        context.add("chosen", walk.chosen())
    context.add("due", _due(context, plan, walk, has_records))
    about = (context.named(ABOUT), context.about())
    rests_on = context.tables_read() | set(planner.tables_of(context.subject))
    return BuiltClock(
        clock,
        shape.subject,
        (about, *context.tables),
        context.level,
        bool(shape.extend),
        has_records,
        frozenset(rests_on),
    )


def _meet_relations(context: ClockContext) -> None:
    """Bind what joins the rows of steps and records, so that all derived columns are known before anything is laid out."""
    for name in (EVENTS, CHANGES):
        relation = context.subject.related.get(name)
        if relation is not None:
            reads = set(context.also_read)
            context.row(relation, "r")
            context.also_read = reads


def _add_records(context: ClockContext, records: Records | None, walk: Walk) -> None:
    assert records is not None, "a clock with grounds reads its changes"
    shape = context.clock.shape
    moving = (*shape.restart, *shape.shift)
    if shape.extend:
        context.add("extensions", records.extensions())
    context.add("exclusions", records.exclusions(shape.exclude, moving, shape.month_rule))
    tables = ("extensions", "exclusions") if shape.extend else ("exclusions",)
    parts = tuple(
        Select(
            (("period", Column("r", "period")), ("reading", tree.text(reading))),
            Source(context.named(table), "r"),
        )
        for table in tables
        for reading in READINGS
    )
    columns = tuple((name, Column("u", name)) for name in ("period", "reading"))
    context.add("concerned", Select(columns, Source(tree.Union(parts), "u"), distinct=True))
    context.add("spans", walk.spans())


class _Plan:
    """What is bound of one clock before its tables are laid out."""

    def __init__(self, context: ClockContext, segments: Segments) -> None:
        self.context, self.segments = context, segments

    def bind(self) -> None:
        """Bind terms, roll, and the due day that the agency's own system recorded."""
        context, shape = self.context, self.context.clock.shape
        self.terms = bind_terms(context, self.segments.start())
        self.rolling: Rolling = read_roll(context, shape.roll, None)
        self.recorded: Bound | None = None
        if shape.recorded is not None:
            # Only shown and compared with: what no source delivered stands in nobody's way.
            with suppress(Absent):
                self.recorded = context.bind_day(shape.recorded, "recorded")

    def periods(self) -> Select:
        """Return one row per period: when it began and ended, its terms, and what leaves it open."""
        context, segments = self.context, self.segments
        ended, by, end_unknown = segments.end()
        source, joins = segments.sources()
        begun, start, more = self._shifted()
        seen = context.seen_until()
        keys = list(context.subject.key)
        bounds = [bound for _, bound in (*segments.starts.columns, *segments.stops.columns)]
        bounds += [*self.terms.bounds, context.when]
        doubt = context.when.is_unknown()
        columns: list[tuple[str, Scalar]] = [
            ("period", Window("row_number", (), (), ())),
            *keyed("s", keys),
            ("segment", segments.segment()),
            ("day", begun),
            ("start", start),
            ("start_unknown", tree.is_true(segments.start_unknown())),
            ("next_on", segments.next_on()),
            ("ended", ended),
            ("stopped_by", by),
            ("end_unknown", tree.is_true(end_unknown)),
            ("uncertain", tree.is_true(doubt)),
            ("seen", seen),
            ("stop", call("least", ended, seen)),
            ("missing", missing_of(*bounds)),
            ("confidence", confidence_of(*bounds)),
            ("recorded", day_of(self.recorded) if self.recorded is not None else tree.nothing("date")),
            *self.terms.columns,
            *self.rolling.columns,
        ]
        return Select(tuple(columns), source, (*joins, *more, *self.rolling.joins))

    def _shifted(self) -> tuple[Scalar, Scalar, tuple[Join, ...]]:
        """The day a period began, the day it counts from, and what must be joined to know."""
        segments, codes = self.segments, tuple(self.context.clock.shape.shift)
        begun = segments.start()
        if not codes or segments.records is None:
            return begun, begun, ()
        keys = list(self.context.subject.key)
        join = Join("left", Source(segments.records.shifts(codes), "sh"), tree.equal_columns("s", "sh", keys))
        span = Column("", "y")
        following = call("coalesce", segments.next_on(), Literal(tree.LAST_DAY, "date"))
        inside = [
            tree.is_true(call("<", call("coalesce", tree.Member(span, "a"), begun), following)),
            tree.is_true(
                call(">", call("coalesce", tree.Member(span, "b"), Literal(tree.LAST_DAY, "date")), begun)
            ),
        ]
        own = call("list_filter", Column("sh", "spans"), tree.Lambda(("y",), tree.all_of(inside)))
        ends = call(
            "list_transform",
            own,
            tree.Lambda(
                ("z",), call("coalesce", tree.Member(Column("", "z"), "b"), Literal(tree.LAST_DAY, "date"))
            ),
        )
        latest: Scalar = call("coalesce", call("list_max", ends), begun)
        # While the cause stands, the period has not begun to count.
        open_ = call("=", latest, Literal(tree.LAST_DAY, "date"))
        return begun, tree.case((open_, tree.nothing("date")), otherwise=latest), (join,)


def _due(context: ClockContext, plan: _Plan, walk: Walk, has_records: bool) -> Select:
    """One row per period with the due day of each reading, and all that a finding and its working need."""
    p = "p"
    keys = list(context.subject.key)
    single = len(context.clock.terms) == 1
    joins: list[Join] = []
    version: Scalar = tree.number(0)
    on: Scalar
    if not single:
        on = call("=", Column("v", "period"), Column(p, "period"))
        joins.append(Join("left", Source(context.named("chosen"), "v"), on))
        version = call("coalesce", Column("v", "version"), Column(p, "version"))
    for reading in READINGS if has_records else READINGS[:1]:
        on = tree.all_of(
            [
                call("=", Column(reading, "period"), Column(p, "period")),
                call("=", Column(reading, "reading"), tree.text(reading)),
                None if single else call("=", Column(reading, "version"), version),
            ]
        )
        joins.append(Join("left", Source(context.named("last"), reading), on))
    if has_records:
        on = call("=", Column("o", "period"), Column(p, "period"))
        joins.append(Join("left", Source(_open_records(context, walk), "o"), on))

    def of(reading: str, name: str) -> Scalar:
        own = Column("sure", name)
        if not has_records or reading == "sure":
            return own
        # What no record concerns is reckoned once, for all readings.
        return tree.case((tree.is_null(Column(reading, "period")), own), otherwise=Column(reading, name))

    def chosen(name: str) -> Scalar:
        if single:
            return Column(p, f"{name}0")
        branches = [
            (call("=", version, tree.number(number)), Column(p, f"{name}{number}"))
            for number in range(len(context.clock.terms))
        ]
        return tree.case(*branches, otherwise=tree.nothing(kinds.get(name, "integer")))

    kinds = {"article": "text", "fixed": "date"}
    moved, due = Column("sure", "moved"), Column("sure", "due")
    changed: Scalar = tree.nothing("date") if single else Column("v", "changed_on")
    known = [tree.negate(tree.is_null(Column("sure", "base")))]
    carried = ("period", *keys, "segment", "day", "start", "start_unknown", "ended", "stopped_by", "end_unknown",
               "uncertain", "seen", "stop", "missing", "confidence", "recorded")  # fmt: skip
    x_columns = {name: Column(p, name) for name, _ in plan.rolling.columns}
    columns: list[tuple[str, Scalar]] = [
        *((name, Column(p, name)) for name in carried),
        ("version", version),
        ("amount", tree.case((tree.all_of(known), tree.number(1)), otherwise=tree.nothing("integer"))),
        *((unit, chosen(unit)) for unit in UNITS),
        ("article", chosen("article")),
        ("fixed", chosen("fixed")),
        ("base", Column("sure", "base")),
        ("moved", moved),
        ("due", due),
        ("counted", Column("sure", "counted")),
        ("due_may", of("may", "due")),
        ("moved_may", of("may", "moved")),
        ("due_all", of("all", "due")),
        ("changed_on", changed),
        ("held", tree.is_true(_over(plan.rolling.stays_put(moved), x_columns))),
        ("lacks", _over(plan.rolling.lacks(moved), x_columns)),
        (
            "open_lacks",
            call("coalesce", Column("o", "lacks"), tree.no_texts()) if has_records else tree.no_texts(),
        ),
    ]
    return Select(tuple(columns), Source(context.named("periods"), p), tuple(joins))


def _over(scalar: Scalar, columns: dict[str, Column]) -> Scalar:
    """A scalar over alias `x` read from where its columns are."""
    for name, column in columns.items():
        scalar = tree.replaced(scalar, Column("x", name), column)
    return scalar


def _open_records(context: ClockContext, walk: Walk) -> Select:
    """Per period the columns of its records whose emptiness alone leaves open whether they are honoured."""
    changes = context.planner.dictionary.changes
    assert changes is not None, "the records were read from it"
    parts: list[Relation] = []
    named = {
        "level_unknown": changes.level or "level",
        "decided_unknown": changes.decided or "decided",
        "amount_unknown": changes.add or "add",
    }
    r = "r"
    if walk.extensions:
        label = tree.case(
            *(
                (call("=", Column(r, "refused"), tree.text(why)), tree.text(column))
                for why, column in named.items()
            ),
            otherwise=tree.text(changes.reason),
        )
        unknown = call("in", Column(r, "refused"), *map(tree.text, (*named, "open_unknown")))
        where = tree.all_of([unknown, call("=", Column(r, "reading"), tree.text("sure"))])
        parts.append(
            Select(
                (("period", Column(r, "period")), ("label", label)),
                Source(context.named("walk"), r),
                where=tree.is_true(where),
            )
        )
    begin = tree.is_true(call("=", Column(r, "refused"), tree.text("begin_unknown")))
    end = tree.all_of([tree.is_null(Column(r, "refused")), Column(r, "until_unknown")])
    which = tree.case((begin, tree.text(changes.from_)), otherwise=tree.text(changes.until or "until"))
    parts.append(
        Select(
            (("period", Column(r, "period")), ("label", which)),
            Source(context.named("exclusions"), r),
            where=tree.any_of([begin, end]),
        )
    )
    whole: Relation = parts[0] if len(parts) == 1 else tree.Union(tuple(parts))
    listed = call("list_sort", call("list_distinct", Aggregate("list", (Column("u", "label"),))))
    return Select(
        (("period", Column("u", "period")), ("lacks", listed)),
        Source(whole, "u"),
        group=(Column("u", "period"),),
    )
