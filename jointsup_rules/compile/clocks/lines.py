"""The working of clues that rest on a clock, line by line: the lines add up to the due day.

Only the findings that became clues are looked at: for each its period, its extensions step by step, each record that
excludes days with the days it alone moved the due day by, the roll, and the due day had all been honoured.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from jointsup_rules.clock.words import (
    DECIDED,
    HONOURED,
    IN_WORKING_DAYS,
    NOT_HONOURED,
    OVERLAPS,
    REFUSED,
    STEPS,
    TOO_LATE,
)
from jointsup_rules.compile import tree
from jointsup_rules.compile.clocks.built import BuiltClock
from jointsup_rules.compile.tree import (
    Aggregate,
    Column,
    Join,
    Order,
    Relation,
    Scalar,
    Select,
    Source,
    Window,
    call,
)
from jointsup_rules.model.clock import RollUnless
from jointsup_rules.model.dictionary import Dictionary
from jointsup_rules.problems import Language, Text

_LANGUAGES: tuple[Language, ...] = ("zh", "en")
_NO_DAY, _NO_NUMBER, _NO_TEXT = tree.nothing("date"), tree.nothing("integer"), tree.nothing("text")
_COLUMNS = (
    "clue_id",
    "rank",
    "within",
    "step",
    "from_on",
    "to_on",
    "days",
    "article",
    "document",
    "honoured",
    "note",
)


@dataclass(frozen=True)
class Lines:
    """The lines of one clock for the clues of one rule.

    Attributes:
        keys: Key columns of the subject, in order; findings have them as k0, k1 …
        articles: Per article what it is called, over the finding `j`.
    """

    built: BuiltClock
    keys: tuple[str, ...]
    dictionary: Dictionary
    articles: Mapping[str, Scalar]

    def relation(self) -> Select:
        """Return the lines of all clues: the columns of the working, numbered per clue."""
        parts = [*self._single(), *self._extensions(), *self._exclusions()]
        whole = tree.Union(tuple(parts))
        order = (Order(Column("l", "rank")), Order(Column("l", "within")))
        names = ("step", "from_on", "to_on", "days", "article", "document", "honoured", "note")
        columns: tuple[tuple[str, Scalar], ...] = (
            ("clue_id", Column("l", "clue_id")),
            ("step_no", Window("row_number", (), (Column("l", "clue_id"),), order)),
            *((name, Column("l", name)) for name in names),
        )
        return Select(columns, Source(whole, "l"))

    # ---- sources

    def _found(self) -> tuple[Source, tuple[Join, ...]]:
        """The finding `j` of each clue with its period `f`."""
        on = [call("=", Column("f", key), Column("j", f"k{n}")) for n, key in enumerate(self.keys)]
        on.append(call("=", Column("f", "segment"), Column("j", "segment")))
        joins: list[Join] = [Join("inner", Source(self.built.named("due"), "f"), tree.all_of(on))]
        if self.built.has_extensions:
            joins.append(Join("left", Source(self.built.named("walk"), "b"), self._step("b", tree.number(0))))
        return Source("worst", "j"), tuple(joins)

    def _is_own(self) -> Scalar:
        return call("=", Column("j", "clock"), tree.text(self.built.clock.name))

    def _step(self, alias: str, n: Scalar | None) -> Scalar:
        """A row of the walk that belongs to the reading which stands."""
        tests = [
            call("=", Column(alias, "period"), Column("f", "period")),
            call("=", Column(alias, "version"), Column("f", "version")),
            call("=", Column(alias, "reading"), tree.text("sure")),
            call("=", Column(alias, "n"), n)
            if n is not None
            else call(">", Column(alias, "n"), tree.number(0)),
        ]
        return tree.all_of(tests)

    def _line(self, rank: int, step: str, where: Scalar | None = None, **values: Scalar) -> Select:
        source, joins = self._found()
        return Select(
            self._row(rank, step, **values), source, joins, where=tree.all_of([self._is_own(), where])
        )

    def _row(self, rank: int, step: str, **values: Scalar) -> tuple[tuple[str, Scalar], ...]:
        own: dict[str, Scalar] = {
            "clue_id": Column("j", "clue_id"), "rank": tree.number(rank), "within": tree.number(0), "step": tree.text(step),
            "from_on": _NO_DAY, "to_on": _NO_DAY, "days": _NO_NUMBER, "article": _NO_TEXT, "document": _NO_TEXT,
            "honoured": tree.nothing("boolean"), "note": tree.text(_json(STEPS[step])) if step in STEPS else _NO_TEXT,
        }  # fmt: skip
        own.update(values)
        return tuple((name, own[name]) for name in _COLUMNS)

    # ---- lines of which there is one

    def _single(self) -> list[Relation]:
        f, working_days = "f", self.built.clock.counts_working_days
        day, start, due, moved = Column(f, "day"), Column(f, "start"), Column(f, "due"), Column(f, "moved")
        first = Column("b", "base") if self.built.has_extensions else Column(f, "base")
        is_due = tree.negate(tree.is_null(due))
        measured = call("coalesce", Column("j", "ended_on"), Column("j", "seen_until"))
        due_all = Column(f, "due_all")
        more = call("days_between", due, due_all)
        lines = [
            self._line(1, "start", from_on=day),
            self._line(2, "shift", call("<>", day, start), from_on=day, to_on=start, days=call("days_between", day, start)),
            self._line(
                3, "base", tree.negate(tree.is_null(first)), from_on=start, to_on=first,
                days=Column(f, "working_days") if working_days else call("days_between", start, first),
                article=self._article(Column(f, "article")), note=Column("j", "limit_text"),
            ),
            self._line(
                7, "roll", call(">", call("days_between", moved, due), tree.number(0)),
                from_on=moved, to_on=due, days=call("days_between", moved, due),
            ),
            self._line(
                8, "law", tree.negate(tree.is_null(Column(f, "changed_on"))), from_on=Column(f, "changed_on"),
                article=self._article(Column(f, "article")),
            ),
            self._line(9, "due", is_due, to_on=due),
            self._line(
                10, "due_if_all", tree.all_of([is_due, call("<", due, due_all)]), from_on=due, to_on=due_all, days=more
            ),
            self._line(11, "over", is_due, from_on=due, to_on=measured, days=Column("j", "over_days")),
        ]  # fmt: skip
        if isinstance(self.built.clock.shape.roll, RollUnless):
            held = tree.all_of([is_due, Column(f, "held")])
            note = tree.text(_json(STEPS["held"]))
            lines.append(self._line(7, "roll", held, from_on=due, to_on=due, days=tree.number(0), note=note))
        return list(lines)

    def _article(self, article: Scalar) -> Scalar:
        """What an article is called on the day the period starts."""
        branches = tuple(
            (call("=", article, tree.text(name)), called) for name, called in sorted(self.articles.items())
        )
        return tree.case(*branches, otherwise=_NO_TEXT)

    # ---- extensions

    def _extensions(self) -> list[Relation]:
        if not self.built.has_extensions:
            return []
        source, joins = self._found()
        w, e = "w", "e"
        record = tree.all_of(
            [call("=", Column(e, "period"), Column(w, "period")), call("=", Column(e, "n"), Column(w, "n"))]
        )
        joins = (
            *joins,
            Join("inner", Source(self.built.named("walk"), w), self._step(w, None)),
            Join("inner", Source(self.built.named("extensions"), e), record),
        )
        articles = {
            code: one.law or (one.to.law if one.to is not None else None)
            for code, one in self.built.clock.shape.extend.items()
        }
        honoured = tree.is_null(Column(w, "refused"))
        unit = "working_days_between" if self.built.clock.counts_working_days else "days_between"
        days = call(unit, Column(w, "before"), Column(w, "base"))
        row = self._row(
            4, "extend", within=Column(w, "n"), from_on=Column(w, "before"), to_on=Column(w, "base"),
            days=call("coalesce", days, tree.number(0)), article=self._article_of(Column(e, "code"), articles),
            document=Column(e, "document"), honoured=honoured,
            note=self._note(Column(e, "code"), Column(w, "refused"), Column(e, "decided_on"), None),
        )  # fmt: skip
        return [Select(row, source, joins, where=self._is_own())]

    def _article_of(self, code: Scalar, articles: Mapping[str, str | None]) -> Scalar:
        branches = [
            (call("=", code, tree.text(name)), self._article(tree.text(article)))
            for name, article in articles.items()
            if article is not None
        ]
        return tree.case(*branches, otherwise=_NO_TEXT)

    # ---- exclusions

    def _exclusions(self) -> list[Relation]:
        if not self.built.has_exclusions:
            return []
        source, joins = self._found()
        x = "x"
        joins = (
            *joins,
            Join(
                "inner",
                Source(self.built.named("exclusions"), x),
                call("=", Column(x, "period"), Column("f", "period")),
            ),
        )
        counted = tree.all_of([tree.is_null(Column(x, "refused")), tree.negate(Column(x, "until_unknown"))])
        certain = tree.all_of([counted, tree.is_true(call("<", Column(x, "a"), Column(x, "b")))])
        reaches = tree.Case(((certain, Column(x, "b")),))
        order = (Order(Column(x, "a")), Order(Column(x, "b")), Order(Column(x, "change")))
        laid_out = Select(
            (
                ("clue_id", Column("j", "clue_id")),
                ("started_on", Column("j", "started_on")),
                *(
                    (name, Column(x, name))
                    for name in ("change", "code", "document", "refused", "from_on", "until_on", "a", "b")
                ),
                ("certain", certain),
                ("counted", Column("f", "counted")),
                ("base", Column("f", "base")),
                ("moved", Column("f", "moved")),
                ("reached", Window("max", (reaches,), (Column("j", "clue_id"),), order, "before")),
            ),
            source,
            joins,
            where=self._is_own(),
        )
        begins = call(
            "greatest", Column("y", "a"), call("coalesce", Column("y", "reached"), Column("y", "a"))
        )
        counts = tree.all_of(
            [Column("y", "certain"), tree.is_true(call("<=", Column("y", "b"), Column("y", "counted"))),
             tree.is_true(call("<", begins, Column("y", "b")))]
        )  # fmt: skip
        days = tree.case((counts, self._days(begins, Column("y", "b"))), otherwise=tree.number(0))
        names = ("clue_id", "started_on", "change", "code", "document", "refused", "from_on", "until_on", "a", "b",
                 "certain", "counted", "base", "moved")  # fmt: skip
        with_days = Select(
            (*((name, Column("y", name)) for name in names), ("days", days)), Source(laid_out, "y")
        )
        return [self._excluded(with_days), self._rolled_between(with_days)]

    def _days(self, begins: Scalar, ends: Scalar) -> Scalar:
        """The days of a span: calendar days, or working days where the clock counts those."""
        if not self.built.clock.counts_working_days:
            return call("days_between", begins, ends)
        one = tree.number(-1)
        return call("working_days_between", call("add_days", begins, one), call("add_days", ends, one))

    def _excluded(self, rows: Select) -> Select:
        z = "z"
        within = Window(
            "row_number",
            (),
            (Column(z, "clue_id"),),
            (Order(Column(z, "from_on")), Order(Column(z, "change"))),
        )
        articles = {code: one.law for code, one in self.built.clock.shape.exclude.items()}
        late = tree.all_of([Column(z, "certain"), call("=", Column(z, "days"), tree.number(0))])
        covered = tree.is_true(call("<=", Column(z, "b"), Column(z, "counted")))
        tail = tree.case(
            (tree.all_of([late, covered]), tree.text("overlaps")),
            (late, tree.text("too_late")),
            otherwise=_NO_TEXT,
        )
        own: dict[str, Scalar] = {
            "clue_id": Column(z, "clue_id"), "rank": tree.number(5), "within": within, "step": tree.text("exclude"),
            "from_on": Column(z, "from_on"), "to_on": Column(z, "until_on"), "days": Column(z, "days"),
            "article": _over(self._article_of(Column(z, "code"), articles), z), "document": Column(z, "document"),
            "honoured": tree.is_null(Column(z, "refused")),
            "note": self._note(Column(z, "code"), Column(z, "refused"), None, tail),
        }  # fmt: skip
        return Select(tuple((name, own[name]) for name in _COLUMNS), Source(rows, z))

    def _rolled_between(self, rows: Select) -> Select:
        """The days that a due day had rolled before a further exclusion began."""
        z = "z"
        total = call("coalesce", call("as_integer", Aggregate("sum", (Column(z, "days"),))), tree.number(0))
        moved = call(
            "days_between",
            Aggregate("any_value", (Column(z, "base"),)),
            Aggregate("any_value", (Column(z, "moved"),)),
        )
        days = call("-", moved, total)
        own: dict[str, Scalar] = {
            "clue_id": Column(z, "clue_id"), "rank": tree.number(6), "within": tree.number(0), "step": tree.text("roll"),
            "from_on": _NO_DAY, "to_on": _NO_DAY, "days": days, "article": _NO_TEXT, "document": _NO_TEXT,
            "honoured": tree.nothing("boolean"), "note": tree.text(_json(STEPS["roll_between"])),
        }  # fmt: skip
        having = tree.FALSE if self.built.clock.counts_working_days else call(">", days, tree.number(0))
        return Select(
            tuple((name, own[name]) for name in _COLUMNS),
            Source(rows, z),
            group=(Column(z, "clue_id"),),
            having=having,
        )

    # ---- words

    def _note(self, code: Scalar, refused: Scalar, decided: Scalar | None, tail: Scalar | None) -> Scalar:
        """The ground, the day of decision, and whether the record is honoured or why not, in both languages."""
        pieces: list[Scalar] = []
        for lang in _LANGUAGES:
            pieces.append(tree.text('{"zh": "' if lang == "zh" else '", "en": "'))
            pieces.append(self._ground(code, lang))
            if decided is not None:
                before, after = DECIDED.in_language(lang).split("{day}")
                told = call("concat", tree.text(before), call("as_text", decided), tree.text(after))
                pieces.append(tree.case((tree.is_null(decided), tree.text("")), otherwise=told))
            joint, stop = ("；", "") if lang == "zh" else ("; ", "")
            refusals = [
                (
                    call("=", refused, tree.text(why)),
                    tree.text(joint + NOT_HONOURED.in_language(lang) + text.in_language(lang) + stop),
                )
                for why, text in REFUSED.items()
            ]
            pieces.append(tree.case(*refusals, otherwise=tree.text(joint + HONOURED.in_language(lang))))
            if tail is not None:
                tails = {"overlaps": OVERLAPS, "too_late": TOO_LATE}
                branches = [
                    (call("=", tail, tree.text(name)), tree.text(joint + text.in_language(lang)))
                    for name, text in tails.items()
                ]
                pieces.append(tree.case(*branches, otherwise=tree.text("")))
            if self.built.clock.counts_working_days:
                unit = (tree.is_null(refused), tree.text(IN_WORKING_DAYS.in_language(lang)))
                pieces.append(tree.case(unit, otherwise=tree.text("")))
        return call("concat", *pieces, tree.text('"}'))

    def _ground(self, code: Scalar, lang: Language) -> Scalar:
        """The label of a ground, where the dictionary has one; quotes and backslashes would end the text."""
        changes = self.dictionary.changes
        assert changes is not None, "the records were read from it"
        labels = self.dictionary.tables[changes.table].columns[changes.reason].codes
        branches = [
            (
                call("=", code, tree.text(name)),
                tree.text(json.dumps(label.in_language(lang), ensure_ascii=False)[1:-1]),
            )
            for name, label in labels.items()
        ]
        quoted = call("as_text", call("to_json", call("coalesce", code, tree.text(""))))
        inside = call("substr", quoted, tree.number(2), call("-", call("length", quoted), tree.number(2)))
        return tree.case(*branches, otherwise=inside)


def _over(scalar: Scalar, alias: str) -> Scalar:
    """A scalar over the finding read where only some of its columns are."""
    return tree.replaced(scalar, Column("j", "started_on"), Column(alias, "started_on"))


def _json(text: Text) -> str:
    return json.dumps({"zh": text.zh, "en": text.en}, ensure_ascii=False)
