"""Due days: periods with their terms and records in, the due day of every reading out.

Three readings are kept: `sure`, `may` (everything unknown spoken for the one who had to act) and `all` (everything
honoured). Extensions are taken one by one in order of decision, each step over all periods at once: the rows of the
next step grow out of those of the last until no period has an extension left.
"""

from __future__ import annotations

from dataclasses import dataclass

from jointsup_rules.compile import tree
from jointsup_rules.compile.clocks.context import ClockContext
from jointsup_rules.compile.clocks.terms import UNITS, ClockTerms
from jointsup_rules.compile.pauses import merged_spans, walk_days, walk_working_days
from jointsup_rules.compile.roll import Rolling, nth_of
from jointsup_rules.compile.tree import (
    Aggregate,
    Column,
    Join,
    Literal,
    Member,
    Relation,
    Repeat,
    Scalar,
    Select,
    Source,
    call,
)
from jointsup_rules.model.clock import Extension, Terms

READINGS = ("sure", "may", "all")
_ID = ("period", "version", "reading")
_NONE = call("as_integer", tree.number(0))
_RESULT = ("base", "moved", "due", "counted")


@dataclass(frozen=True)
class Walk:
    """One clock's reckoning: its terms, whether it rolls, and whether records can extend or exclude anything."""

    context: ClockContext
    terms: ClockTerms
    rolling: Rolling
    has_records: bool

    @property
    def extensions(self) -> dict[str, Extension]:
        """The grounds on which time is added."""
        return dict(self.context.clock.shape.extend)

    @property
    def versions(self) -> tuple[Terms, ...]:
        """The versions of the law."""
        return self.context.clock.terms

    @property
    def _carried(self) -> tuple[str, ...]:
        return ("start", "stop", "fixed", *(name for name, _ in self.rolling.columns))

    # ---- what is reckoned

    def runs(self) -> Relation:
        """Return each period under each version of the law that may govern it, with the base limit."""
        parts: list[Relation] = []
        for number, terms in enumerate(self.versions):
            p = "p"
            governs: Scalar = call("=", Column(p, "version"), tree.number(number))
            if terms.from_ is not None:
                day = Literal(terms.from_, "date")
                comes = [call("<", Column(p, "start"), day), call("<=", day, Column(p, "stop"))]
                governs = tree.any_of([governs, tree.all_of(comes)])
            columns: list[tuple[str, Scalar]] = [
                ("period", Column(p, "period")),
                ("version", tree.number(number)),
                *((name, Column(p, name)) for name in self._carried if name != "fixed"),
                ("fixed", Column(p, f"fixed{number}")),
                *((f"limit_{unit}", Column(p, f"{unit}{number}")) for unit in UNITS),
            ]
            source = Source(self.context.named("periods"), p)
            parts.append(
                Select(
                    tuple(columns), source, where=None if len(self.versions) == 1 else tree.is_true(governs)
                )
            )
        return parts[0] if len(parts) == 1 else tree.Union(tuple(parts))

    def spans(self) -> Select:
        """Return per period and reading the days that do not count, joined and in order."""
        x = "x"
        refused = Column(x, "refused")
        begins_known = tree.is_null(refused)
        taken: dict[str, Scalar] = {
            "sure": tree.all_of([begins_known, tree.negate(Column(x, "until_unknown"))]),
            "may": tree.any_of([begins_known, call("=", refused, tree.text("begin_unknown"))]),
            "all": tree.any_of(
                [
                    begins_known,
                    tree.negate(
                        call("in", refused, tree.text("ends_before_it_begins"), tree.text("used_up"))
                    ),
                ]
            ),
        }
        parts: list[Relation] = [
            Select(
                (
                    ("period", Column(x, "period")),
                    ("reading", tree.text(reading)),
                    ("a", Column(x, "a")),
                    ("b", Column(x, "b")),
                ),
                Source(self.context.named("exclusions"), x),
                where=tree.is_true(test),
            )
            for reading, test in taken.items()
        ]
        whole = Select(
            tuple((name, Column("u", name)) for name in ("period", "reading", "a", "b")),
            Source(tree.Union(tuple(parts)), "u"),
        )
        return merged_spans(whole, ["period", "reading"], ("period", "reading"))

    # ---- reckoning

    def walk(self) -> Relation:
        """Return the due day of each period, version and reading, before and after each extension."""
        base = self._base()
        return Repeat("walk", base, self._onward()) if self.extensions else base

    def _base(self) -> Select:
        """Every period without its extensions; only what records concern has more than one reading."""
        joins: tuple[Join, ...] = ()
        reading: Scalar = tree.text("sure")
        if self.has_records:
            concerned = Source(self.context.named("concerned"), "c")
            joins = (Join("left", concerned, call("=", Column("c", "period"), Column("g", "period"))),)
            reading = call("coalesce", Column("c", "reading"), tree.text("sure"))
        runs = Select(
            (
                *((name, Column("g", name)) for name in ("period", "version")),
                ("reading", reading),
                *((name, Column("g", name)) for name in self._carried),
                *((f"limit_{unit}", Column("g", f"limit_{unit}")) for unit in UNITS),
            ),
            Source(self.context.named("runs"), "g"),
            joins,
        )
        spans, more = self._spans_join("h")
        columns: list[tuple[str, Scalar]] = [
            *((name, Column("h", name)) for name in (*_ID, *self._carried)),
            ("n", _NONE),
            *((f"base_{unit}", call("as_integer", Column("h", f"limit_{unit}"))) for unit in UNITS),
            *((f"added_{unit}", _NONE) for unit in UNITS),
            *((f"n_{code}", _NONE) for code in self.extensions),
            ("change", tree.nothing("text")),
            ("refused", tree.nothing("text")),
            ("before", tree.nothing("date")),
            ("spans", spans),
        ]
        calendar = self._calendar()
        return self._reckoned(Select((*columns, *calendar[0]), Source(runs, "h"), (*more, *calendar[1])))

    def _spans_join(self, alias: str) -> tuple[Scalar, tuple[Join, ...]]:
        if not self.context.clock.shape.exclude and not self.has_records:
            span = tree.Structure((("a", tree.nothing("date")), ("b", tree.nothing("date"))))
            return call("list_filter", call("list_value", span), tree.Lambda(("y",), tree.FALSE)), ()
        on = tree.equal_columns(alias, "sp", ["period", "reading"])
        return Column("sp", "spans"), (Join("left", Source(self.context.named("spans"), "sp"), on),)

    def _calendar(self) -> tuple[list[tuple[str, Scalar]], tuple[Join, ...]]:
        """The lists of the calendar that the walk reads."""
        lists = (
            ("counts", "working")
            if self.context.clock.counts_working_days
            else ("rolled",)
            if self.rolling.rolls
            else ()
        )
        if not lists:
            return [], ()
        columns: list[tuple[str, Scalar]] = [
            (name, Column("calendar", name)) for name in ("first_day", *lists)
        ]
        return columns, (Join("cross", Source("calendar_list", "calendar"), None),)

    def _reckoned(self, first: Select) -> Select:
        """Rows with start, amounts and spans, and beside them base, moved, due and how far exclusions counted."""
        state = [
            name
            for name, _ in first.columns
            if name not in ("spans", "first_day", "rolled", "counts", "working")
        ]
        names = [name for name, _ in first.columns]
        start, fixed = Column("x", "start"), Column("x", "fixed")
        has_fixed = tree.negate(tree.is_null(fixed))
        sums = {unit: call("+", Column("x", f"base_{unit}"), Column("x", f"added_{unit}")) for unit in UNITS}
        plain: Scalar
        moved: Scalar
        if self.context.clock.counts_working_days:
            n = sums["working_days"]
            plain = call("coalesce", call("add_working_days", start, n), call("add_days", start, n))
            walked = walk_working_days(start, n)
            last = nth_of(Column("x", "working"), Member(Column("x", "walked"), "at"))
            moved, due = call("coalesce", last, Column("x", "base")), last
        else:
            rule = self.context.clock.shape.month_rule or "civil"
            plain = call("add_days", call(f"months_after_{rule}", start, sums["months"]), sums["days"])
            walked = walk_days(Column("x", "base"), self.rolling)
            moved = Member(Column("x", "walked"), "at")
            due = self.rolling.roll(Column("x", "moved"), listed=True)

        def onward(inner: Relation, name: str, value: Scalar) -> Select:
            kept = tuple((column, Column("x", column)) for column in names)
            names.append(name)
            return Select((*kept, (name, value)), Source(inner, "x"))

        def unless_fixed(value: Scalar) -> Scalar:
            return tree.case((has_fixed, fixed), otherwise=value)

        staged = onward(first, "base", unless_fixed(plain))
        staged = onward(staged, "walked", walked)
        staged = onward(staged, "moved", unless_fixed(moved))
        staged = onward(staged, "due", unless_fixed(due))
        reached = Member(Column("x", "walked"), "reached")
        kept = [name for name in state if name not in self._carried]
        columns = tuple((name, Column("x", name)) for name in (*kept, "base", "moved", "due"))
        return Select(
            (*columns, ("counted", tree.case((has_fixed, tree.nothing("date")), otherwise=reached))),
            Source(staged, "x"),
        )

    # ---- extensions

    def _onward(self) -> Select:
        """The next extension of each period: honoured or not, and the due day after it."""
        w, e, g = "w", "e", "g"
        spans, more = self._spans_join(w)
        joins = (
            Join("inner", Source(self.context.named("extensions"), e), tree.all_of([
                call("=", Column(e, "period"), Column(w, "period")),
                call("=", Column(e, "n"), call("+", Column(w, "n"), tree.number(1))),
            ])),
            Join("inner", Source(self.context.named("runs"), g), tree.all_of([
                tree.equal_columns(w, g, ["period", "version"]), tree.is_null(Column(g, "fixed")),
            ])),
            *self._periods_join(),
            *more,
        )  # fmt: skip
        amounts = [self._amount(index) for index in range(len(UNITS))]
        carried = [f"{kind}_{unit}" for kind in ("base", "added") for unit in UNITS]
        tested = Select(
            (
                *((name, Column(w, name)) for name in _ID),
                *((name, Column(g, name)) for name in self._carried),
                ("n", Column(e, "n")),
                ("code", Column(e, "code")),
                ("change", Column(e, "change")),
                *((name, Column(w, name)) for name in carried),
                *((f"n_{code}", Column(w, f"n_{code}")) for code in self.extensions),
                *(
                    (f"amount_{unit}", call("as_integer", amount))
                    for unit, amount in zip(UNITS, amounts, strict=True)
                ),
                ("before", Column(w, "base")),
                ("refused", self._refused()),
                ("spans", spans),
            ),
            Source("walk", w),
            joins,
        )
        t = "t"
        is_honoured = tree.is_null(Column(t, "refused"))
        replaces = self._replaces(t)
        sums: list[tuple[str, Scalar]] = []
        for unit in UNITS:
            amount = Column(t, f"amount_{unit}")
            own, added = Column(t, f"base_{unit}"), Column(t, f"added_{unit}")
            taken = tree.all_of([is_honoured, replaces])
            sums.append((f"base_{unit}", tree.case((taken, amount), otherwise=own)))
            adds = tree.all_of([is_honoured, tree.negate(replaces)])
            sums.append((f"added_{unit}", tree.case((adds, call("+", added, amount)), otherwise=added)))
        ordered = sorted(sums, key=lambda one: carried.index(one[0]))
        used: list[tuple[str, Scalar]] = []
        for code in self.extensions:
            once = tree.all_of([is_honoured, call("=", Column(t, "code"), tree.text(code))])
            more_of = call("+", Column(t, f"n_{code}"), tree.number(1))
            used.append((f"n_{code}", tree.case((once, more_of), otherwise=Column(t, f"n_{code}"))))
        calendar = self._calendar()
        first = Select(
            (
                *((name, Column(t, name)) for name in (*_ID, *self._carried)),
                ("n", Column(t, "n")),
                *ordered,
                *used,
                *((name, Column(t, name)) for name in ("change", "refused", "before", "spans")),
                *calendar[0],
            ),
            Source(tested, t),
            calendar[1],
        )
        return self._reckoned(first)

    def _periods_join(self) -> tuple[Join, ...]:
        """The terms of a period, where what a ground adds or whether it is open stands there."""
        if not self._reads_terms():
            return ()
        return (
            Join(
                "inner",
                Source(self.context.named("periods"), "pt"),
                call("=", Column("pt", "period"), Column("w", "period")),
            ),
        )

    def _reads_terms(self) -> bool:
        scalars = [part for amount in self.terms.amounts.values() for part in amount]
        scalars += [part for pair in self.terms.applies.values() for part in pair]
        return any("g" in tree.sources_in(part) for part in scalars)

    def _of_period(self, scalar: Scalar) -> Scalar:
        return Column("pt", scalar.name) if isinstance(scalar, Column) and scalar.source == "g" else scalar

    def _amount(self, index: int) -> Scalar:
        """What the extension at hand adds in one unit, under the version at hand."""
        branches: list[tuple[Scalar, Scalar]] = []
        for (version, code), amounts in self.terms.amounts.items():
            tests = [call("=", Column("e", "code"), tree.text(code))]
            if len(self.versions) > 1:
                tests.append(call("=", Column("w", "version"), tree.number(version)))
            branches.append((tree.all_of(tests), self._of_period(amounts[index])))
        return tree.case(*branches, otherwise=tree.number(0))

    def _replaces(self, alias: str) -> Scalar:
        codes = [code for code, extension in self.extensions.items() if extension.to is not None]
        return (
            tree.is_true(call("in", Column(alias, "code"), *map(tree.text, codes))) if codes else tree.FALSE
        )

    def _refused(self) -> Scalar:
        """Why the extension at hand is not honoured; empty where it is."""
        code, decided = Column("e", "code"), Column("e", "decided_on")
        due, moved, reading = Column("w", "due"), Column("w", "moved"), Column("w", "reading")
        listed = call("in", code, *map(tree.text, self.extensions))
        not_after: list[Scalar] = []
        used_up: list[Scalar] = []
        not_open: list[Scalar] = []
        open_unknown: list[Scalar] = []
        too_low: list[Scalar] = []
        level_unknown: list[Scalar] = []
        levels = self.context.planner.dictionary.changes
        places = list(levels.levels) if levels is not None else []
        for name, extension in self.extensions.items():
            is_it = call("=", code, tree.text(name))
            if extension.after is not None:
                not_after.append(
                    tree.all_of([is_it, call("=", Column("w", f"n_{extension.after}"), tree.number(0))])
                )
            for version, terms in enumerate(self.versions):
                times = terms.times[name]
                if times is None:
                    continue
                tests = [is_it, call(">=", Column("w", f"n_{name}"), tree.number(times))]
                if len(self.versions) > 1:
                    tests.append(call("=", Column("w", "version"), tree.number(version)))
                used_up.append(tree.all_of(tests))
            if name in self.terms.applies:
                is_open, unknown = map(self._of_period, self.terms.applies[name])
                not_open.append(tree.all_of([is_it, tree.negate(is_open), tree.negate(unknown)]))
                open_unknown.append(tree.all_of([is_it, unknown]))
            if extension.level is not None and extension.level in places:
                least = places.index(extension.level)
                too_low.append(tree.all_of([is_it, call("<", Column("e", "level"), tree.number(least))]))
                if least > 0:
                    level_unknown.append(tree.all_of([is_it, tree.is_null(Column("e", "level"))]))
        in_time = tree.any_of([tree.negate(tree.is_null(due)), call("<=", decided, moved)])
        undecided = tree.any_of([tree.is_null(decided), tree.negate(tree.is_true(in_time))])

        def why(tests: list[Scalar], name: str) -> tuple[Scalar, Scalar]:
            return tree.is_true(tree.any_of(tests)), tree.text(name)

        return tree.case(
            why([tree.negate(listed)], "not_listed"),
            why(not_after, "not_after"),
            why(used_up, "used_up"),
            (call("=", reading, tree.text("all")), tree.nothing("text")),
            why([tree.is_null(Column("e", "document"))], "no_document"),
            why(not_open, "not_open"),
            why(too_low, "level_too_low"),
            why([call(">", decided, due)], "decided_late"),
            (call("=", reading, tree.text("may")), tree.nothing("text")),
            why(open_unknown, "open_unknown"),
            why(level_unknown, "level_unknown"),
            why(self._amount_unknown(), "amount_unknown"),
            why([undecided], "decided_unknown"),
            otherwise=tree.nothing("text"),
        )

    def _amount_unknown(self) -> list[Scalar]:
        """Whether the decision should say what it adds, and does not."""
        codes = [code for code, extension in self.extensions.items() if extension.as_decided]
        if not codes:
            return []
        is_it = call("in", Column("e", "code"), *map(tree.text, codes))
        return [tree.all_of([is_it, tree.is_null(Column("e", "add_days"))])]

    # ---- results

    def last(self) -> Select:
        """Return per period, version and reading the result after all its extensions."""
        columns = tuple((name, Column("w", name)) for name in (*_ID, *_RESULT))
        source = Source(self.context.named("walk"), "w")
        if not self.extensions:
            return Select(columns, source)
        n = Aggregate("max", (Column("e", "n"),))
        counts = Select(
            (("period", Column("e", "period")), ("n", n)),
            Source(self.context.named("extensions"), "e"),
            group=(Column("e", "period"),),
        )
        join = Join("left", Source(counts, "k"), call("=", Column("k", "period"), Column("w", "period")))
        where = call("=", Column("w", "n"), call("coalesce", Column("k", "n"), tree.number(0)))
        return Select(columns, source, (join,), where=where)

    def chosen(self) -> Select:
        """Return per period the version of the law that stands: where it changed meanwhile, the one with the later day."""
        sure = call("=", Column("l", "reading"), tree.text("sure"))
        latest = call("coalesce", Column("l", "due"), Column("l", "moved"))
        begins = tree.case(
            *(
                (call("=", Column("l", "version"), tree.number(number)), Literal(terms.from_, "date"))
                for number, terms in enumerate(self.versions)
                if terms.from_ is not None
            ),
            otherwise=tree.nothing("date"),
        )
        one = tree.Structure(
            (
                ("version", Column("l", "version")),
                ("from_on", begins),
                ("latest", latest),
                ("changed_on", tree.nothing("date")),
            )
        )
        listed = Aggregate("list", (one,), None, (tree.Order(Column("l", "version")),))
        so_far, other = Column("", "c"), Column("", "o")
        known = tree.negate(tree.is_null(Member(other, "latest")))
        meets = tree.is_true(
            tree.all_of([known, call("<=", Member(other, "from_on"), Member(so_far, "latest"))])
        )
        is_later = tree.all_of(
            [meets, tree.is_true(call(">", Member(other, "latest"), Member(so_far, "latest")))]
        )

        def one_of(name: str) -> Scalar:
            return tree.case((is_later, Member(other, name)), otherwise=Member(so_far, name))

        changed = tree.case((meets, Member(other, "from_on")), otherwise=Member(so_far, "changed_on"))
        names = ("version", "from_on", "latest")
        step = tree.Structure((*((name, one_of(name)) for name in names), ("changed_on", changed)))
        fold = tree.Lambda(("c", "o"), step)
        grouped = Select(
            (("period", Column("l", "period")), ("chosen", call("list_reduce", listed, fold))),
            Source(self.context.named("last"), "l"),
            where=sure,
            group=(Column("l", "period"),),
        )
        return Select(
            (
                ("period", Column("q", "period")),
                *((name, Member(Column("q", "chosen"), name)) for name in ("version", "changed_on")),
            ),
            Source(grouped, "q"),
        )
