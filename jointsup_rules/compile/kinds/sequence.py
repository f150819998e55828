"""sequence: events in a forbidden order, or more often or further apart than allowed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from typing import Literal as OneOf

from pydantic import Field

from jointsup_rules.compile import tree
from jointsup_rules.compile.bind import Bound
from jointsup_rules.compile.context import Context, EvidenceRows, Found, RuleError, decide, missing_of
from jointsup_rules.compile.gaps import Gap, find_gaps
from jointsup_rules.compile.steps import (
    Events,
    Mark,
    Side,
    Step,
    StepShape,
    day_of,
    is_before,
    is_step,
    lacks_of,
    mark_row,
    one_before,
    open_events,
    side_of_day,
    side_of_rows,
)
from jointsup_rules.compile.subjects import Reach
from jointsup_rules.compile.tree import Aggregate, Column, Scalar, Select, Source, call
from jointsup_rules.load.yaml import Loc
from jointsup_rules.model.shape import Expression, Flag, Shape
from jointsup_rules.problems import Text


class Needs(Shape):
    """`step` may not stand without `before` on or before it; `anywhere` accepts it at any time."""

    step: Step
    before: Step
    anywhere: Flag = False


class NothingAfter(Shape):
    """No row (other than `except`) later than the first `end`."""

    end: Step
    except_: tuple[Step, ...] = Field((), alias="except")


class NothingBefore(Shape):
    """No row (other than `except`) earlier than the first `start`."""

    start: Step
    except_: tuple[Step, ...] = Field((), alias="except")


class AtMost(Shape):
    """`step` no more than so many times."""

    step: Step
    times: Expression


class Sequence(Shape):
    """Exactly one form over the rows of `of`."""

    of: str = "events"
    order: tuple[Step, ...] = ()
    needs: Needs | None = None
    nothing_after: NothingAfter | None = None
    nothing_before: NothingBefore | None = None
    at_most: AtMost | None = None
    gap: Gap | None = None
    same_day: OneOf["tie"] | None = None


FORMS = ("order", "needs", "nothing_after", "nothing_before", "at_most", "gap")


@dataclass(frozen=True)
class _Told:
    """What a form says of a subject: whether it hits, whether that is in doubt, and its figures."""

    hit: Scalar
    doubt: Scalar
    begins: Scalar
    ends: Scalar
    measure: Scalar


def find(context: Context) -> Found:
    """One finding per subject; with `gap` one per gap."""
    shape = context.shape(Sequence)
    given = [form for form in FORMS if getattr(shape, form)]
    if len(given) != 1:
        what = Text(zh="sequence 应写明一种形式", en="a sequence has exactly one form")
        listed = ", ".join(FORMS)
        fix = Text(zh=f"写 {listed} 之一", en=f"write one of {listed}")
        context.problem(
            (), what, Text(zh="各形式的判断不同", en="each form asks another question"), fix, "JR302"
        )
        raise RuleError
    form = given[0]
    if shape.gap is not None:
        return find_gaps(context, open_events(context, shape.of), shape.gap)
    steps = _steps_of(shape)
    events = None
    if form not in ("order", "needs") or any(_is_event(step) for step, _ in steps):
        events = open_events(context, shape.of, with_tie=shape.same_day == "tie")
    return _Former(context, shape, form, events).find(steps)


def _is_event(step: Step) -> bool:
    return isinstance(step, str) or step.when is not None


def _steps_of(shape: Sequence) -> list[tuple[Step, Loc]]:
    """The steps a form names, each with its path."""
    steps: list[tuple[Step, Loc]] = [(step, ("order", n)) for n, step in enumerate(shape.order)]
    if shape.needs is not None:
        steps += [(shape.needs.before, ("needs", "before")), (shape.needs.step, ("needs", "step"))]
    if shape.nothing_after is not None:
        steps.append((shape.nothing_after.end, ("nothing_after", "end")))
    if shape.nothing_before is not None:
        steps.append((shape.nothing_before.start, ("nothing_before", "start")))
    if shape.at_most is not None:
        steps.append((shape.at_most.step, ("at_most", "step")))
    return steps


@dataclass
class _Former:
    """Builds one row per subject with what is known of each step, then asks the question of the form."""

    context: Context
    shape: Sequence
    form: str
    events: Events | None
    sides: list[Side] = field(default_factory=list)
    marks: list[Mark | None] = field(default_factory=list)
    tests: list[Bound | None] = field(default_factory=list)
    columns: list[tuple[str, Scalar]] = field(default_factory=list)
    lacks: list[Scalar] = field(default_factory=list)
    own: list[Bound] = field(default_factory=list)

    def find(self, steps: list[tuple[Step, Loc]]) -> Found:
        context, events = self.context, self.events
        for number, (step, loc) in enumerate(steps):
            self.add_step(number, step, loc)
        judge = {
            "order": self.judge_order,
            "needs": self.judge_needs,
            "nothing_after": self.judge_nothing,
            "nothing_before": self.judge_nothing,
            "at_most": self.judge_at_most,
        }[self.form]
        told = judge()
        self.add_lacks()
        keys = [*context.key_columns()]
        joins = context.planner.joins(events.matched, events.theirs, "left") if events is not None else ()
        grouped = Select(
            (*keys, *self.columns), context.source(), joins, where=context.in_scope(),
            group=tuple(value for _, value in keys),
        )  # fmt: skip
        names = [(name, Column("q", name)) for name, _ in keys]
        select = Select((*names, *self.finding(told)), Source(grouped, "q"))
        rows: tuple[EvidenceRows, ...] = ()
        if events is not None:
            rows = (EvidenceRows(events.relation, events.relation.name, self.keep()),)
        return Found(select, rows, None, "rows" if self.form == "at_most" else "days")

    # ---- what is known

    def add_step(self, number: int, step: Step, loc: Loc) -> None:
        context = self.context
        if _is_event(step):
            assert self.events is not None
            test = is_step(context, self.events, step, *loc)
            mark = mark_row(self.events, test.value, test.is_unknown())
            self.lacks.append(lacks_of(self.events, mark, test))
            self.tests.append(test)
            self.add_rows(mark, f"s{number}_")
            return
        assert isinstance(step, StepShape)
        if step.date is None:
            what = Text(zh="环节没有写 when 或 date", en="the step has neither when nor date")
            why = Text(zh="环节是代码、条件或日期", en="a step is a code, a condition or a day")
            context.problem(loc, what, why, Text(zh="补上其一", en="add one"), "JR302")
            raise RuleError
        day = context.bind_day(step.date, *loc, "date")
        self.own.append(day)
        self.tests.append(None)
        side, columns = side_of_day(day, f"s{number}_")
        self.sides.append(side)
        self.marks.append(None)
        self.columns += columns

    def add_rows(self, mark: Mark, name: str) -> Side:
        assert self.events is not None
        side, columns = side_of_rows(self.events, mark, name)
        self.sides.append(side)
        self.marks.append(mark)
        self.columns += columns
        return side

    def add_lacks(self) -> None:
        """The columns that are empty in rows that are, or may be, of a step, and those of the subject's own days."""
        parts: list[Scalar] = []
        if self.lacks:
            none = tree.no_texts()
            merged = call("list_concat", *(call("coalesce", one, none) for one in self.lacks))
            flat = call("flatten", Aggregate("list", (merged,)))
            parts.append(call("coalesce", flat, none))
        if self.own:
            own = Aggregate("any_value", (missing_of(*self.own),))
            parts.append(call("coalesce", own, tree.no_texts()))
        joined = parts[0] if len(parts) == 1 else call("list_concat", *parts)
        self.columns.append(("lacks", call("list_sort", call("list_distinct", joined))))

    def two_of(self, a: int, b: int) -> Scalar:
        """Whether two different rows may be of two steps: one row of an unknown kind is not both."""
        both = tree.all_of([self.sides[a].is_possible, self.sides[b].is_possible])
        left, right = self.marks[a], self.marks[b]
        if left is None or right is None:
            return both
        name = f"any{a}_{b}"
        self.columns.append((name, tree.count_where(tree.any_of([left.possible, right.possible]))))
        return tree.all_of([both, call(">", Column("q", name), tree.number(1))])

    def has_tie(self, *sides: Side) -> bool:
        return self.events is not None and self.events.with_tie and not any(side.is_own for side in sides)

    # ---- the forms

    def judge_order(self) -> _Told:
        hits: list[Scalar] = []
        doubts: list[Scalar] = []
        spans: list[tuple[Scalar, Scalar, Scalar]] = []
        for a in range(len(self.sides)):
            for b in range(a + 1, len(self.sides)):
                hit, doubt = self.pair(a, b)
                begins, ends = day_of(self.sides[b].first), day_of(self.sides[a].first)
                hits.append(hit)
                doubts.append(doubt)
                spans.append((hit, begins, ends))
        # Of several pairs out of order the widest is told, the earliest of equals.
        ranked = [
            tree.case(
                (hit, tree.Structure((("n", call("negative", call("days_between", begins, ends))), ("b", begins), ("e", ends)))),
                otherwise=tree.nothing(""),
            )
            for hit, begins, ends in spans
        ]  # fmt: skip
        widest = ranked[0] if len(ranked) == 1 else call("least", *ranked)
        begins, ends = tree.Member(widest, "b"), tree.Member(widest, "e")
        if len(spans) == 1:
            begins, ends = tree.case((hits[0], spans[0][1])), tree.case((hits[0], spans[0][2]))
        return _Told(tree.any_of(hits), tree.any_of(doubts), begins, ends, call("days_between", begins, ends))

    def pair(self, a: int, b: int) -> tuple[Scalar, Scalar]:
        """Whether the first `b` is before the first `a` for sure, and whether it may be."""
        before, after = self.sides[a], self.sides[b]
        tie = self.has_tie(before, after)
        out = is_before(after.first, before.first, with_tie=tie)
        undone = tree.any_of(
            [before.is_maybe_undated, tree.negate(is_before(after.first, before.maybe_first, with_tie=tie))]
        )
        if before.n_maybe == tree.number(0) or before.is_own:
            undone = tree.FALSE
        else:
            undone = tree.all_of([call(">", before.n_maybe, tree.number(0)), undone])
        hit = tree.all_of([out, tree.negate(undone)])
        latest = _first_or(before)
        could = one_before([after.first, after.maybe_first], latest, with_tie=tie)
        doubt = tree.all_of([self.two_of(a, b), tree.any_of([before.lacks_day, after.lacks_day, out, could])])
        return hit, doubt

    def judge_needs(self) -> _Told:
        assert self.shape.needs is not None
        needed, step = self.sides
        days = call("days_between", day_of(step.first), day_of(needed.first))
        begins, ends = day_of(step.first), tree.case((needed.is_dated, day_of(needed.first)))
        none_at_all = tree.negate(needed.is_possible)
        if self.shape.needs.anywhere:
            hit = tree.all_of([step.is_there, none_at_all])
            kept = tree.any_of([tree.negate(step.is_possible), needed.is_there])
        else:
            tie = self.has_tie(needed, step)
            later = [
                tree.any_of([tree.is_null(rank), is_before(step.first, rank, with_tie=tie)])
                for rank in (needed.first, needed.maybe_first)
            ]
            all_later = tree.all_of([step.is_dated, tree.negate(needed.lacks_day), *later])
            hit = tree.all_of([step.is_there, tree.any_of([none_at_all, all_later])])
            sooner = one_before([step.first, step.maybe_first], [needed.first], with_tie=tie)
            in_time = tree.all_of([needed.is_dated, tree.negate(step.lacks_day), tree.negate(sooner)])
            kept = tree.any_of([tree.negate(step.is_possible), in_time])
        return _Told(hit, tree.negate(kept), begins, ends, days)

    def judge_nothing(self) -> _Told:
        """`nothing_after` and `nothing_before`: another row beyond the first of the step."""
        shape = self.shape.nothing_after or self.shape.nothing_before
        assert shape is not None
        assert self.events is not None
        excepted = [
            is_step(self.context, self.events, step, self.form, "except", n)
            for n, step in enumerate(shape.except_)
        ]
        is_excepted = tree.any_of([tree.is_true(test.value) for test in excepted])
        unknown = tree.any_of([tree.is_true(test.is_unknown()) for test in excepted])
        sure_other = tree.negate(tree.any_of([is_excepted, unknown]))
        mark = mark_row(self.events, sure_other, tree.all_of([tree.negate(is_excepted), unknown]))
        self.lacks.append(lacks_of(self.events, mark, *excepted))
        edge = self.sides[0]
        other = self.add_rows(mark, "other_")
        two, tie = self.two_of(0, 1), self.has_tie(edge, other)
        open_day = tree.any_of([edge.lacks_day, other.lacks_day])
        if self.form == "nothing_after":
            out = is_before(edge.first, other.last, with_tie=tie)
            could = one_before([edge.first, edge.maybe_first], [other.last, other.maybe_last], with_tie=tie)
            begins, ends, hit = day_of(edge.first), day_of(other.last), out
        else:
            out = is_before(other.first, edge.first, with_tie=tie)
            could = one_before([other.first, other.maybe_first], _first_or(edge), with_tie=tie)
            begins, ends = day_of(other.first), day_of(edge.first)
            hit = out
            if edge.n_maybe != tree.number(0) and not edge.is_own:
                # A row that may be the step itself could be the first one.
                still = is_before(other.first, edge.maybe_first, with_tie=tie)
                sure = tree.negate(call(">", edge.n_maybe, tree.number(0)))
                hit = tree.all_of(
                    [out, tree.any_of([sure, tree.all_of([still, tree.negate(edge.is_maybe_undated)])])]
                )
        doubt = tree.all_of([two, tree.any_of([open_day, out, could])])
        return _Told(hit, doubt, begins, ends, call("days_between", begins, ends))

    def judge_at_most(self) -> _Told:
        assert self.shape.at_most is not None
        limit = self.context.bind(self.shape.at_most.times, "at_most", "times", wanted=("integer",))
        self.columns.append(("times", Aggregate("any_value", (limit.value,))))
        if limit.reads:
            self.own.append(limit)
        side, times = self.sides[0], Column("q", "times")
        if side.is_own:
            return _Told(tree.FALSE, tree.FALSE, tree.nothing("date"), tree.nothing("date"), side.n)
        most = side.n if side.n_maybe == tree.number(0) else call("+", side.n, side.n_maybe)
        unset = tree.all_of([tree.is_null(times), call(">", most, tree.number(0))])
        doubt = tree.any_of([unset, tree.is_true(call(">", most, times))])
        hit = tree.is_true(call(">", side.n, times))
        return _Told(hit, doubt, day_of(side.first), day_of(side.last), side.n)

    # ---- what is told

    def finding(self, told: _Told) -> tuple[tuple[str, Scalar], ...]:
        lacks_any_day = tree.any_of([side.lacks_day for side in self.sides])
        is_undated = lacks_any_day if self.form != "at_most" else tree.FALSE
        decided = decide(
            (told.hit, "hit", f"{self.form}_found"),
            (tree.all_of([told.doubt, is_undated]), "cannot_tell", "undated"),
            (told.doubt, "cannot_tell", "unsure"),
            (tree.TRUE, "clear", f"{self.form}_kept"),
        )
        open_finding = tree.all_of([tree.negate(tree.is_true(told.hit)), tree.is_true(told.doubt)])
        return self.context.finding(
            **decided,
            started_on=told.begins,
            ended_on=told.ends,
            measure=told.measure,
            confidence=tree.number(1),
            missing=tree.case((open_finding, Column("q", "lacks")), otherwise=tree.nothing("texts")),
            seen_until=self.context.seen_until(alias=""),
        )

    def keep(self) -> Any:
        """The rows of the steps named, and what stands on the two days concerned."""

        def keep(context: Context, mine: Reach, theirs: Reach) -> Scalar:
            assert self.events is not None
            on = call("date_of", Column(theirs.alias, self.events.says.on))
            h_from, h_until = Column("h", "started_on"), Column("h", "ended_on")
            on_days = tree.any_of([call("=", on, h_from), call("=", on, h_until)])
            tests = [tree.is_true(test.value) for test in self.tests if test is not None]
            if self.form in ("nothing_after", "nothing_before"):
                return tree.is_true(call("between", on, h_from, h_until))
            return tree.any_of([tree.is_true(on_days), *tests])

        return keep


def _first_or(side: Side) -> list[Scalar]:
    """The latest that the first row of a step can be, as ranks of which one is filled at most."""
    if side.is_own or tree.is_null(side.maybe_last) == tree.TRUE:
        return [side.first]
    return [side.first, tree.Case(((tree.negate(side.is_dated), side.maybe_last),))]
