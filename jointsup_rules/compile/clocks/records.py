"""What changed the limits of a clock: rows of the table of changes in, extensions, exclusions and restarts out.

A record with a document and a ground the clock knows may be honoured; whether it is depends on the period, and is
decided where the period is reckoned. What is not honoured is kept with the reason, for a reviewer must see it.
"""

from __future__ import annotations

from collections.abc import Mapping

from jointsup_rules.compile import tree
from jointsup_rules.compile.bind import Bound
from jointsup_rules.compile.clocks.context import CHANGES, EXTEND, RESTART, ClockContext, day_of, keyed
from jointsup_rules.compile.context import RuleError, key_text, may_belong
from jointsup_rules.compile.seen import Absent
from jointsup_rules.compile.tree import Column, Join, Literal, Order, Scalar, Select, Source, Window, call
from jointsup_rules.model.clock import ClockExclusion
from jointsup_rules.model.dictionary import Changes
from jointsup_rules.problems import Text

NEVER = Literal(tree.LAST_DAY, "date")


class Records:
    """The changes of one clock, as the table `records`: one row per record of a subject."""

    def __init__(self, context: ClockContext) -> None:
        self.context = context
        self.keys = list(context.subject.key)
        changes = context.planner.dictionary.changes
        relation = context.needed(CHANGES)
        target = context.planner.target_of(relation)
        if changes is None or target.rows_of != changes.table:
            what = Text(
                "数据字典没有声明期限变更表",
                "the dictionary does not declare which table holds changes of limits",
            )
            fix = Text(
                "在数据字典中写 changes:，并让关联 changes 指向它",
                "write `changes:`, and let the relation `changes` lead to it",
            )
            context.problem((), what, Text(), fix, "JR305")
            raise RuleError
        self.changes: Changes = changes
        self.table = context.add("records", self._rows())

    def _rows(self) -> Select:
        context, changes = self.context, self.changes
        relation = context.needed(CHANGES)
        theirs, scope, matched = context.row(relation, "r")
        context.also_read.add(changes.table)

        spared = {changes.add, changes.unit, changes.level, changes.decided}

        def found(column: str | None, of_type: str = "text") -> Bound:
            # What the dictionary does not name, or no source delivered, is empty in every record.
            if column is None:
                return Bound(tree.nothing(of_type), of_type)
            try:
                bound = scope.find((column,))
            except Absent as absent:
                if absent.column is None or column not in spared:
                    raise
                return Bound(tree.nothing(of_type), of_type)
            assert bound is not None, "the dictionary check looks up the columns of `changes`"
            return bound

        kind, until = found(changes.kind), found(changes.until)
        unit, n = found(changes.unit).value, found(changes.add, "integer").value
        level = found(changes.level).value
        places = tree.case(
            *(
                (call("=", level, tree.text(name)), tree.number(place))
                for place, name in enumerate(changes.levels)
            ),
            otherwise=tree.nothing("integer"),
        )

        def added(code: str) -> Scalar:
            # Without a number or a unit it is unknown what was added.
            known = tree.all_of([tree.negate(tree.is_null(n)), tree.negate(tree.is_null(unit))])
            own = tree.case((call("=", unit, tree.text(code)), n), otherwise=tree.number(0))
            return tree.Case(((known, own),))

        target = context.planner.target_of(relation)
        columns: tuple[tuple[str, Scalar], ...] = (
            *keyed("s", self.keys),
            ("change", key_text([Column("r", name) for name in target.key])),
            ("code", found(changes.reason).value),
            ("extends", tree.is_true(call("=", kind.value, tree.text(EXTEND)))),
            ("restarts", tree.is_true(call("=", kind.value, tree.text(RESTART)))),
            ("document", call("nullif", call("trim", found(changes.document).value), tree.text(""))),
            ("from_on", day_of(found(changes.from_))),
            ("until_on", day_of(until)),
            ("until_unknown", tree.is_true(until.is_unknown())),
            ("decided_on", day_of(found(changes.decided, "date"))),
            ("level", places),
            ("add_months", added("M")),
            ("add_days", added("D")),
            ("add_working_days", added("WD")),
        )
        is_own: Scalar = tree.TRUE
        if changes.clock is not None:
            is_own = call("=", found(changes.clock).value, tree.text(context.clock.name))
        where = tree.all_of([may_belong(matched), is_own])
        return Select(columns, context.source(), context.planner.joins(matched, theirs), where=where)

    def restarts(self, codes: tuple[str, ...], kind: str) -> Select:
        """Return the days on which a documented record starts the clock anew: keys, day, restarts, unknown."""
        assert kind == RESTART
        day = call("coalesce", Column("r", "from_on"), Column("r", "decided_on"))
        where = tree.all_of(
            [
                Column("r", "restarts"),
                call("in", Column("r", "code"), *map(tree.text, codes)),
                tree.negate(tree.is_null(Column("r", "document"))),
                tree.is_true(call("<=", day, Literal(self.context.as_of, "date"))),
            ]
        )
        columns = (*keyed("r", self.keys), ("day", day), ("restarts", tree.TRUE), ("unknown", tree.FALSE))
        return Select(columns, Source(self.table, "r"), where=where)

    def shifts(self, codes: tuple[str, ...]) -> Select:
        """Return per subject the documented records that move a start: keys, spans (a list of {a, b})."""
        span = tree.Structure((("a", Column("r", "from_on")), ("b", Column("r", "until_on"))))
        keys = tuple(Column("r", key) for key in self.keys)
        where = tree.all_of(
            [
                call("in", Column("r", "code"), *map(tree.text, codes)),
                tree.negate(tree.is_null(Column("r", "document"))),
            ]
        )
        listed = tree.Aggregate(
            "list", (span,), None, (Order(Column("r", "from_on")), Order(Column("r", "until_on")))
        )
        return Select(
            (*zip(self.keys, keys, strict=True), ("spans", listed)),
            Source(self.table, "r"),
            where=where,
            group=keys,
        )

    # ---- per period

    def _per_period(self) -> tuple[Source, tuple[Join, ...]]:
        on = tree.equal_columns("g", "r", self.keys)
        return Source(self.context.named("periods"), "g"), (Join("inner", Source(self.table, "r"), on),)

    def extensions(self) -> Select:
        """Return the extensions of each period in order of decision.

        Each belongs to the period in which it was decided; one before the first start belongs to the first, one
        without any day to the last.
        """
        on = call("coalesce", Column("r", "decided_on"), Column("r", "from_on"))
        following, begun = Column("g", "next_on"), Column("g", "day")
        after = tree.any_of(
            [call("=", Column("g", "segment"), tree.number(1)), tree.is_null(on), call(">=", on, begun)]
        )
        before = tree.any_of([tree.is_null(following), call("<", on, following)])
        order = (Order(call("coalesce", on, NEVER)), Order(Column("r", "change")))
        names = (
            "change",
            "code",
            "document",
            "decided_on",
            "level",
            "add_months",
            "add_days",
            "add_working_days",
        )
        columns: tuple[tuple[str, Scalar], ...] = (
            ("period", Column("g", "period")),
            ("n", Window("row_number", (), (Column("g", "period"),), order)),
            *((name, Column("r", name)) for name in names),
        )
        source, joins = self._per_period()
        where = tree.all_of([Column("r", "extends"), tree.is_true(after), tree.is_true(before)])
        return Select(columns, source, joins, where=where)

    def exclusions(
        self, grounds: Mapping[str, ClockExclusion], restarting: tuple[str, ...], rule: str | None
    ) -> Select:
        """Return the days each record takes out of each period: its span cut to cap and period, or why it counts not.

        Columns: period, change, code, document, from_on, until_on, a, b (the span; none where it has no days), `refused`.
        """
        begins = call("coalesce", Column("r", "from_on"), Column("r", "decided_on"))
        with_days = tree.all_of(
            [
                tree.is_null(Column("r", "from_on")),
                tree.is_null(Column("r", "until_on")),
                call(">", Column("r", "add_days"), tree.number(0)),
            ]
        )
        ends = tree.case(
            (tree.is_true(with_days), call("add_days", begins, Column("r", "add_days"))),
            otherwise=Column("r", "until_on"),
        )
        is_known = tree.negate(tree.is_null(begins))
        refused = tree.case(
            (tree.negate(self._is_listed(grounds)), tree.text("not_listed")),
            (tree.is_null(Column("r", "document")), tree.text("no_document")),
            (tree.is_true(call("<", Column("r", "until_on"), begins)), tree.text("ends_before_it_begins")),
            (tree.is_null(begins), tree.text("begin_unknown")),
            otherwise=tree.nothing("text"),
        )
        from_day = tree.case((is_known, begins), otherwise=Column("g", "start"))
        until = _capped(grounds, from_day, call("coalesce", ends, NEVER), rule)
        source, joins = self._per_period()
        not_exclusion: list[Scalar] = [Column("r", "extends")]
        if restarting:
            not_exclusion.append(call("in", Column("r", "code"), *map(tree.text, restarting)))
        laid_out = Select(
            (
                ("period", Column("g", "period")),
                *((name, Column("r", name)) for name in ("change", "code", "document", "until_unknown")),
                ("begins", begins),
                ("from_on", from_day),
                ("until_on", ends),
                ("a", call("greatest", from_day, Column("g", "start"))),
                ("b", call("least", until, Column("g", "stop"))),
                ("refused", refused),
            ),
            source,
            joins,
            where=tree.negate(tree.any_of(not_exclusion)),
        )
        return _used_up(laid_out, grounds)

    def _is_listed(self, grounds: Mapping[str, ClockExclusion]) -> Scalar:
        start = Column("g", "start")
        known: list[Scalar] = []
        for code, ground in grounds.items():
            tests: list[Scalar] = [call("=", Column("r", "code"), tree.text(code))]
            if ground.from_ is not None:
                tests.append(call(">=", start, Literal(ground.from_, "date")))
            if ground.until is not None:
                tests.append(call("<", start, Literal(ground.until, "date")))
            known.append(tree.all_of(tests))
        return tree.is_true(tree.any_of(known))


def _capped(grounds: Mapping[str, ClockExclusion], begins: Scalar, ends: Scalar, rule: str | None) -> Scalar:
    """The end of a span, at most as long after its beginning as its ground allows."""
    branches: list[tuple[Scalar, Scalar]] = []
    for code, ground in grounds.items():
        if ground.at_most is None:
            continue
        cap = call(f"months_after_{rule or 'civil'}", begins, tree.number(int(ground.at_most.months or 0)))
        cap = call("add_days", cap, tree.number(int(ground.at_most.days or 0)))
        branches.append((call("=", Column("r", "code"), tree.text(code)), call("least", ends, cap)))
    return tree.case(*branches, otherwise=ends)


def _used_up(laid_out: Select, grounds: Mapping[str, ClockExclusion]) -> Select:
    """The same rows, those beyond the number a ground allows refused; the earliest are taken."""
    names = ("period", "change", "code", "document", "until_unknown", "from_on", "until_on", "a", "b")
    limited = {code: ground.times for code, ground in grounds.items() if ground.times is not None}
    columns: list[tuple[str, Scalar]] = [(name, Column("l", name)) for name in names]
    if not limited:
        return Select((*columns, ("refused", Column("l", "refused"))), Source(laid_out, "l"))
    counts = tree.any_of(
        [tree.is_null(Column("l", "refused")), call("=", Column("l", "refused"), tree.text("begin_unknown"))]
    )
    order = (Order(call("coalesce", Column("l", "begins"), NEVER)), Order(Column("l", "change")))
    counted = tree.Case(((tree.is_true(counts), tree.number(1)),), tree.number(0))
    used = Window("sum", (counted,), (Column("l", "period"), Column("l", "code")), order, "up to")
    beyond = [
        tree.all_of([call("=", Column("l", "code"), tree.text(code)), call(">", used, tree.number(times))])
        for code, times in limited.items()
    ]
    refused = tree.case(
        (tree.is_true(tree.all_of([tree.is_true(counts), tree.any_of(beyond)])), tree.text("used_up")),
        otherwise=Column("l", "refused"),
    )
    return Select((*columns, ("refused", refused)), Source(laid_out, "l"))
