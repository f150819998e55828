"""sequence: events in a forbidden order, or more often or further apart than allowed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from typing import Literal as OneOf

from pydantic import Field

from jointsup_rules.compile import tree
from jointsup_rules.compile.bind import Bound
from jointsup_rules.compile.context import Context, EvidenceRows, Found, RuleError, decide, missing_of
from jointsup_rules.compile.reading import UNBOUND
from jointsup_rules.compile.subjects import Matched, Reach
from jointsup_rules.compile.tree import (
    Aggregate,
    Column,
    Join,
    Member,
    Order,
    Scalar,
    Select,
    Source,
    Structure,
    Window,
    call,
)
from jointsup_rules.model.dictionary import Relation as DictionaryRelation
from jointsup_rules.model.dictionary import Table
from jointsup_rules.model.shape import Expression, Shape
from jointsup_rules.problems import Text, nearest_word


class StepShape(Shape):
    """A step that is no event code: rows for which `when` holds, or a day of the subject."""

    when: Expression | None = None
    date: Expression | None = None


Step = str | StepShape


class Needs(Shape):
    """`step` may not stand without `before` on or before it; `anywhere` accepts it at any time."""

    step: Step
    before: Step
    anywhere: bool = False


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


class MoreThan(Shape):
    """How far apart is too far."""

    days: Expression | None = None
    months: Expression | None = None
    rule: OneOf["criminal", "civil"] | None = None


class Gap(Shape):
    """Two neighbouring rows too far apart; `open_end` also counts from the last row to what the evidence shows."""

    step: Step
    more_than: MoreThan
    open_end: bool = False


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


@dataclass
class _Events:
    """The rows of a sequence under alias `r`, and the columns that say what and when they are."""

    relation: DictionaryRelation
    table: Table
    theirs: Reach
    scope: Any
    matched: Matched
    day: Bound
    rank: Scalar


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
    if form == "gap":
        return _gap(context, shape)
    steps = _steps_of(shape, form)
    events = None
    if form in ("nothing_after", "nothing_before", "at_most") or any(_is_event(step) for step, _ in steps):
        events = _events(context, shape)
    return _Former(context, shape, form, events, steps).find()


def _is_event(step: Step) -> bool:
    return isinstance(step, str) or step.when is not None


def _steps_of(shape: Sequence, form: str) -> list[tuple[Step, tuple[str | int, ...]]]:
    """The steps a form names, each with its path."""
    match form:
        case "order":
            return [(step, ("order", n)) for n, step in enumerate(shape.order)]
        case "needs":
            assert shape.needs is not None
            return [(shape.needs.before, ("needs", "before")), (shape.needs.step, ("needs", "step"))]
        case "nothing_after":
            assert shape.nothing_after is not None
            return [(shape.nothing_after.end, ("nothing_after", "end"))]
        case "nothing_before":
            assert shape.nothing_before is not None
            return [(shape.nothing_before.start, ("nothing_before", "start"))]
        case _:
            assert shape.at_most is not None
            return [(shape.at_most.step, ("at_most", "step"))]


def _events(context: Context, shape: Sequence) -> _Events:
    relation = context.relation(shape.of, "of")
    target = context.planner.target_of(relation)
    table = context.planner.dictionary.tables.get(target.rows_of or "")
    if table is None or table.events is None:
        what = Text(
            zh=f"关系“{shape.of}”的表没有声明 events",
            en=f"the table of relation '{shape.of}' declares no events",
        )
        why = Text(
            zh="events 说明哪一列是环节、哪一列是日期",
            en="`events` says which column is the kind and which the day",
        )
        context.problem(
            ("of",),
            what,
            why,
            Text(zh="在数据字典的表上加 events", en="add `events` to the table in the dictionary"),
            "JR218",
        )
        raise RuleError
    theirs, scope, matched = context.row(relation)
    inner = context.planner.scope(theirs)
    day = inner.find((table.events.on,)) or UNBOUND
    on = call("date_of", day.value)
    if shape.same_day == "tie" and table.events.tie:
        rank: Scalar = Structure((("d", on), ("t", Column("r", table.events.tie))))
    else:
        rank = Structure((("d", on),))
    return _Events(relation, table, theirs, scope, matched, day, rank)


def _step_test(context: Context, events: _Events, step: Step, *steps: str | int) -> Bound:
    """Whether a row is of a step."""
    if isinstance(step, str):
        assert events.table.events is not None
        column = events.table.columns[events.table.events.type]
        kind = context.planner.scope(events.theirs).find((column.name,)) or UNBOUND
        if column.codes and step not in column.codes:
            near = nearest_word(step, column.codes)
            what = Text(zh=f"没有环节“{step}”", en=f"no step '{step}'")
            why = Text(zh="环节须是事件列的代码", en="a step is a code of the table's event column")
            fix = (
                Text(zh=f"是否想写“{near}”？", en=f"did you mean '{near}'?")
                if near
                else Text(zh="核对代码表", en="look at the list of codes")
            )
            context.problem(steps, what, why, fix, "JR219")
            raise RuleError
        value = call("=", kind.value, tree.text(step))
        return Bound(value, "boolean", kind.reads, kind.scores)
    return context.bind(step.when or "true", *steps, "when", scope=events.scope, wanted=("boolean",))


class _Former:
    """Builds one row per subject with the first and last day of each step, then asks the question of the form."""

    def __init__(
        self,
        context: Context,
        shape: Sequence,
        form: str,
        events: _Events | None,
        steps: list[tuple[Step, tuple[str | int, ...]]],
    ) -> None:
        self.context, self.shape, self.form, self.events, self.steps = context, shape, form, events, steps
        self.columns: list[tuple[str, Scalar]] = []
        self.own: dict[int, Bound] = {}
        self.tests: list[Bound | None] = []

    def find(self) -> Found:
        context, events = self.context, self.events
        for number, (step, loc) in enumerate(self.steps):
            self.add_step(number, step, loc)
        if self.form in ("nothing_after", "nothing_before"):
            self.add_others()
        if self.form == "at_most":
            assert self.shape.at_most is not None
            limit = context.bind(self.shape.at_most.times, "at_most", "times", wanted=("integer",))
            self.columns.append(("times", Aggregate("any_value", (limit.value,))))
        keys = [*context.key_columns()]
        for number, bound in self.own.items():
            day = call("date_of", bound.value)
            own = [
                (f"first{number}", Structure((("d", day),))),
                (f"open{number}", tree.is_true(bound.is_unknown())),
            ]
            self.columns += [(name, Aggregate("any_value", (value,))) for name, value in own]
        joins: tuple[Join, ...] = ()
        if events is not None:
            matched = events.matched
            joins = context.planner.joins(matched, events.theirs, "left")
        grouped = Select(
            (*keys, *self.columns), context.source(), joins, where=context.in_scope(),
            group=tuple(value for _, value in keys),
        )  # fmt: skip
        finding = self.judge()
        names = [(name, Column("q", name)) for name, _ in keys]
        select = Select((*names, *finding), Source(grouped, "q"))
        rows = (
            (EvidenceRows(events.relation, events.relation.name, self.keep()),) if events is not None else ()
        )
        unit = "rows" if self.form == "at_most" else "days"
        return Found(select, rows, None, unit)

    def add_step(self, number: int, step: Step, loc: tuple[str | int, ...]) -> None:
        context = self.context
        if not _is_event(step):
            assert isinstance(step, StepShape)
            if step.date is None:
                what = Text(zh="环节没有写 when 或 date", en="the step has neither when nor date")
                context.problem(
                    loc,
                    what,
                    Text(zh="环节是代码、条件或日期", en="a step is a code, a condition or a day"),
                    Text(zh="补上其一", en="add one"),
                    "JR219",
                )
                raise RuleError
            self.own[number] = context.bind_day(step.date, *loc, "date")
            self.tests.append(None)
            return
        assert self.events is not None
        test = _step_test(context, self.events, step, *loc)
        self.tests.append(test)
        taken = self.taken(test)
        open_row = tree.any_of(
            [
                tree.all_of([self.present(), test.is_unknown()]),
                tree.all_of([taken, tree.is_null(self.events.day.value)]),
            ]
        )
        dated = tree.all_of([taken, tree.negate(tree.is_null(self.events.day.value))])
        self.columns.append((f"first{number}", Aggregate("min", (self.events.rank,), dated)))
        self.columns.append((f"open{number}", tree.is_true(Aggregate("bool_or", (tree.is_true(open_row),)))))
        self.columns.append((f"n{number}", tree.count_where(taken)))

    def present(self) -> Scalar:
        assert self.events is not None
        target = self.context.planner.target_of(self.events.relation)
        there = tree.negate(tree.is_null(Column("r", target.key[0]))) if target.key else tree.TRUE
        when = self.events.matched.when
        return tree.all_of([there, tree.is_true(when.value) if when is not None else None])

    def taken(self, test: Bound) -> Scalar:
        return tree.all_of([self.present(), tree.is_true(test.value)])

    def add_others(self) -> None:
        """The latest (or earliest) row that is none of the excepted steps."""
        assert self.events is not None
        shape: NothingAfter | NothingBefore | None = self.shape.nothing_after or self.shape.nothing_before
        assert shape is not None
        form = self.form
        excepted = [
            _step_test(self.context, self.events, step, form, "except", n)
            for n, step in enumerate(shape.except_)
        ]
        other = tree.all_of([self.present(), *(tree.negate(tree.is_true(test.value)) for test in excepted)])
        dated = tree.all_of([other, tree.negate(tree.is_null(self.events.day.value))])
        which = "max" if form == "nothing_after" else "min"
        self.columns.append(("other", Aggregate(which, (self.events.rank,), dated)))
        undated = tree.all_of([other, tree.is_null(self.events.day.value)])
        self.columns.append(("other_open", tree.is_true(Aggregate("bool_or", (tree.is_true(undated),)))))

    def first(self, number: int) -> Scalar:
        return Column("q", f"first{number}")

    def day(self, rank: Scalar) -> Scalar:
        return Member(rank, "d")

    def is_open(self, *numbers: int) -> Scalar:
        return tree.any_of([Column("q", f"open{number}") for number in numbers])

    def is_there(self, number: int) -> Scalar:
        if number in self.own:
            return tree.negate(tree.is_null(self.day(self.first(number))))
        return tree.negate(tree.is_null(self.first(number)))

    def before(self, left: Scalar, right: Scalar) -> Scalar:
        """Whether one row is strictly before another; ranks of different makes are compared by day."""
        if self.shape.same_day == "tie" and not self.own:
            return call("<", left, right)
        return call("<", self.day(left), self.day(right))

    def judge(self) -> tuple[tuple[str, Scalar], ...]:
        test = {
            "order": self.judge_order,
            "needs": self.judge_needs,
            "nothing_after": self.judge_after,
            "nothing_before": self.judge_before,
            "at_most": self.judge_at_most,
        }[self.form]
        hit, doubt, begins, ends, measure = test()
        decided = decide(
            (hit, "hit", f"{self.form}_found"),
            (doubt, "cannot_tell", "undated"),
            (tree.TRUE, "clear", f"{self.form}_kept"),
        )
        parts = [test for test in self.tests if test is not None]
        missing: Scalar = tree.nothing("texts")
        if self.events is not None and self.events.table.events is not None:
            missing = call("list_value", tree.text(self.events.table.events.on))
        elif parts or self.own:
            missing = missing_of(*[Bound(Column("q", "first0"), "date")])
        return self.context.finding(
            **decided,
            started_on=begins,
            ended_on=ends,
            measure=measure,
            confidence=tree.number(1),
            missing=tree.case((tree.is_true(doubt), missing)),
            seen_until=self.context.seen_until(alias=""),
        )

    def judge_order(self) -> tuple[Scalar, Scalar, Scalar, Scalar, Scalar]:
        pairs = [(a, b) for a in range(len(self.steps)) for b in range(a + 1, len(self.steps))]
        wrong = {
            (a, b): tree.all_of(
                [self.is_there(a), self.is_there(b), tree.is_true(self.before(self.first(b), self.first(a)))]
            )
            for a, b in pairs
        }
        begins = tree.case(*((test, self.day(self.first(b))) for (a, b), test in wrong.items()))
        ends = tree.case(*((test, self.day(self.first(a))) for (a, b), test in wrong.items()))
        hit = tree.any_of(list(wrong.values()))
        doubt = self.is_open(*range(len(self.steps)))
        return hit, doubt, begins, ends, call("days_between", begins, ends)

    def judge_needs(self) -> tuple[Scalar, Scalar, Scalar, Scalar, Scalar]:
        assert self.shape.needs is not None
        a, b = self.first(0), self.first(1)
        lacks: Scalar = tree.negate(self.is_there(0))
        if not self.shape.needs.anywhere:
            lacks = tree.any_of([lacks, tree.is_true(self.before(b, a))])
        hit = tree.all_of([self.is_there(1), lacks, tree.negate(self.is_open(0))])
        doubt = tree.any_of([self.is_open(1), tree.all_of([self.is_there(1), lacks, self.is_open(0)])])
        begins, ends = self.day(b), tree.case((self.is_there(0), self.day(a)))
        days = call("coalesce", call("days_between", begins, ends), tree.number(0))
        return hit, doubt, begins, ends, days

    def judge_after(self) -> tuple[Scalar, Scalar, Scalar, Scalar, Scalar]:
        c, other = self.first(0), Column("q", "other")
        there = tree.all_of([self.is_there(0), tree.negate(tree.is_null(other))])
        hit = tree.all_of([there, tree.is_true(self.before(c, other))])
        doubt = tree.any_of([self.is_open(0), tree.all_of([self.is_there(0), Column("q", "other_open")])])
        begins, ends = self.day(c), self.day(other)
        return hit, doubt, begins, ends, call("days_between", begins, ends)

    def judge_before(self) -> tuple[Scalar, Scalar, Scalar, Scalar, Scalar]:
        c, other = self.first(0), Column("q", "other")
        there = tree.all_of([self.is_there(0), tree.negate(tree.is_null(other))])
        hit = tree.all_of([there, tree.is_true(self.before(other, c))])
        doubt = tree.any_of([self.is_open(0), tree.all_of([self.is_there(0), Column("q", "other_open")])])
        begins, ends = self.day(other), self.day(c)
        return hit, doubt, begins, ends, call("days_between", begins, ends)

    def judge_at_most(self) -> tuple[Scalar, Scalar, Scalar, Scalar, Scalar]:
        n, times = Column("q", "n0"), Column("q", "times")
        hit = call(">", n, times)
        doubt: Scalar = tree.FALSE
        test = self.tests[0]
        if test is not None and test.is_unknown() != tree.FALSE:
            doubt = self.is_open(0)
        first = self.day(self.first(0))
        return hit, doubt, first, tree.nothing("date"), n

    def keep(self) -> Any:
        """The rows of the steps named, and what stands on the two days concerned."""

        def keep(context: Context, mine: Reach, theirs: Reach) -> Scalar:
            assert self.events is not None
            assert self.events.table.events is not None
            on = call("date_of", Column(theirs.alias, self.events.table.events.on))
            h_from, h_until = Column("h", "started_on"), Column("h", "ended_on")
            on_days = tree.any_of([call("=", on, h_from), call("=", on, h_until)])
            tests = [tree.is_true(test.value) for test in self.tests if test is not None]
            if self.form in ("nothing_after", "nothing_before"):
                inside = call("between", on, h_from, h_until)
                return tree.is_true(inside)
            return tree.any_of([tree.is_true(on_days), *tests])

        return keep


def _gap(context: Context, shape: Sequence) -> Found:
    assert shape.gap is not None
    events = _events(context, shape)
    own = Bound(tree.TRUE, "boolean")
    test = own if shape.gap.step == "any" else _step_test(context, events, shape.gap.step, "gap", "step")
    key = [name for name, _ in context.key_columns()]
    present = tree.is_true(events.matched.when.value) if events.matched.when is not None else None
    day = call("date_of", events.day.value)
    rows = Select(
        (*context.key_columns(), ("on", day)),
        context.source(),
        context.planner.joins(events.matched, events.theirs),
        where=tree.all_of(
            [context.in_scope(), present, tree.is_true(test.value) if test is not own else None]
        ),
    )
    dated = Select(
        (
            *((name, Column("e", name)) for name in key),
            ("on", Column("e", "on")),
            ("undated", tree.is_null(Column("e", "on"))),
        ),
        Source(rows, "e"),
    )
    keys = tuple(Column("d", name) for name in key)
    order = (Order(Column("d", "on")),)
    after = Window("lead", (Column("d", "on"),), keys, order, "")
    seen = context.seen_until(alias="")
    some_undated = Window("bool_or", (Column("d", "undated"),), keys, (), "")
    ends: Scalar = (
        call("coalesce", Column("n", "after"), seen) if shape.gap.open_end else Column("n", "after")
    )
    marked = Select(
        (
            *zip(key, keys, strict=True),
            ("on", Column("d", "on")),
            ("after", after),
            ("undated", some_undated),
        ),
        Source(dated, "d"),
    )
    begins = Column("n", "on")
    far = _is_far(context, shape.gap.more_than, begins, ends)
    apart = call("days_between", begins, ends)
    decided = decide(
        (tree.all_of([tree.negate(tree.is_null(begins)), far]), "hit", "gap_found"),
        (Column("n", "undated"), "cannot_tell", "undated"),
        (tree.TRUE, "clear", "gap_kept"),
    )
    finding = context.finding(
        **decided,
        started_on=begins,
        ended_on=Column("n", "after"),
        measure=apart,
        confidence=tree.number(1),
        missing=tree.case((Column("n", "undated"), call("list_value", tree.text("on")))),
        seen_until=seen,
    )
    select = Select((*((name, Column("n", name)) for name in key), *finding), Source(marked, "n"))

    def keep(inner: Context, mine: Reach, theirs: Reach) -> Scalar:
        assert events.table.events is not None
        on = call("date_of", Column(theirs.alias, events.table.events.on))
        h_from, h_until = Column("h", "started_on"), Column("h", "ended_on")
        return tree.is_true(tree.any_of([call("=", on, h_from), call("=", on, h_until)]))

    return Found(select, (EvidenceRows(events.relation, events.relation.name, keep),), None, "days")


def _is_far(context: Context, more_than: MoreThan, begins: Scalar, ends: Scalar) -> Scalar:
    if more_than.days is not None:
        n = context.bind(more_than.days, "gap", "more_than", "days", wanted=("integer",)).value
        return call(">", call("days_between", begins, ends), n)
    if more_than.months is not None and more_than.rule is not None:
        n = context.bind(more_than.months, "gap", "more_than", "months", wanted=("integer",)).value
        return call(">", ends, call(f"months_after_{more_than.rule}", begins, n))
    what = Text(zh="more_than 应写 days，或 months 和 rule", en="more_than wants days, or months and rule")
    why = Text(zh="会改变结论的选择没有默认值", en="a choice that changes who is named has no default")
    context.problem(
        ("gap", "more_than"), what, why, Text(zh="写 {days: 365}", en="write {days: 365}"), "JR303"
    )
    raise RuleError
