"""From judged findings to rows of the result: clues, evidence, working, subjects not clear, counts.

Every relation here reads the table `judged` of one rule. Nothing passes through Python: ids, sentences and evidence
are made by the engine, and only for findings that speak.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from jointsup_rules.compile import tree
from jointsup_rules.compile.clocks.lines import Lines
from jointsup_rules.compile.context import OUTCOMES, EvidenceRows, key_text
from jointsup_rules.compile.parameters import use_of
from jointsup_rules.compile.rule import CompiledRule, RuleCompiler, law_text
from jointsup_rules.compile.seen import Absent
from jointsup_rules.compile.sentences import plain_text
from jointsup_rules.compile.subjects import Planner, Reach
from jointsup_rules.compile.tree import (
    Aggregate,
    Column,
    Join,
    Lambda,
    Order,
    Relation,
    Scalar,
    Select,
    Source,
    Structure,
    Window,
    call,
)
from jointsup_rules.problems import Text

# What the sweep's tables hold before states are known: column and type, in the order of the result files.
CLUE = (
    ("clue_id", "text"), ("rule_id", "text"), ("rule_version", "integer"), ("title", "text"), ("severity", "text"),
    ("grade", "text"), ("subject", "text"), ("subject_key", "text"), ("case_no", "text"), ("unit", "text"),
    ("handler", "text"), ("measure", "real"), ("measure_unit", "text"), ("confidence", "real"), ("started_on", "date"),
    ("due_on", "date"), ("ended_on", "date"), ("over_days", "integer"), ("reason_zh", "text"), ("reason_en", "text"),
    ("law", "text"), ("band", "text"), ("part", "text"),
)  # fmt: skip
EVIDENCE = (
    ("clue_id", "text"), ("role", "text"), ("table", "text"), ("row_key", "text"), ("file", "text"), ("line", "integer"),
    ("values", "text"),
)  # fmt: skip
WORKING = (
    ("clue_id", "text"), ("step_no", "integer"), ("step", "text"), ("from_on", "date"), ("to_on", "date"),
    ("days", "integer"), ("article", "text"), ("document", "text"), ("honoured", "boolean"), ("note", "text"),
)  # fmt: skip
NOT_CLEAR = (
    ("rule_id", "text"), ("subject", "text"), ("subject_key", "text"), ("case_no", "text"), ("unit", "text"),
    ("handler", "text"), ("outcome", "text"), ("why", "text"), ("started_on", "date"), ("due_on", "date"),
    ("missing", "texts"),
)  # fmt: skip
COUNTS = (
    ("hit", "integer"), ("excluded", "integer"), ("cannot_tell", "integer"), ("running", "integer"), ("due_soon", "integer"),
)  # fmt: skip

_TOLD = {
    "ends_early": Text(
        zh="数据截至{seen_until}，期限其后届满", en="the export ends on {seen_until}, before the limit passes"
    ),
    "done_undated": Text(zh="已办结，但没有记录哪一天", en="it is done, but no day is recorded"),
    "absent": Text(zh="找不到对应的另一条记录", en="there is no other record"),
    "reversed": Text(zh="止日早于起日", en="the second day of an interval is before the first"),
    "small_whole": Text(zh="基数不足，不作比较", en="the denominator is too small to compare"),
    "few_peers": Text(zh="可比单位不足", en="too few peers to compare with"),
}


class Outputs:
    """Writes the result relations of one compiled rule."""

    def __init__(self, compiler: RuleCompiler, compiled: CompiledRule) -> None:
        self.compiler, self.compiled, self.rule = compiler, compiled, compiled.rule
        self.planner = compiler.planner

    def hits(self) -> Select:
        """Return the findings that became clues, with their clue_id; several findings may share one."""
        clue_id = call("clue_id", tree.text(self.rule.id), Column("j", "identity"))
        columns = [(name, Column("j", name)) for name in self._judged_names()]
        where = call("=", Column("j", "outcome"), tree.text("hit"))
        return Select((*columns, ("clue_id", clue_id)), Source("judged", "j"), where=where)

    def _judged_names(self) -> list[str]:
        judged = self.compiled.judged
        assert isinstance(judged, Select)
        return [name for name, _ in judged.columns]

    def worst(self) -> Select:
        """Return of each clue the finding that gives it its figures."""
        nth = Window("row_number", (), (Column("j", "clue_id"),), _worst_first("j"), "")
        return Select((("*", Column("j", "*")),), Source("hits", "j"), qualify=call("=", nth, tree.number(1)))

    def clues(self) -> Select:
        """Return one row per clue: the figures of its worst finding."""
        shape = self.rule.shape
        own: dict[str, Scalar] = {
            "rule_id": tree.text(self.rule.id),
            "rule_version": tree.number(shape.version),
            "title": tree.text(shape.title.zh),
            "subject": tree.text(self.compiled.subject.name),
            "measure": call("as_real", Column("j", "measure")),
            "confidence": call("as_real", call("coalesce", Column("j", "confidence"), tree.number(1))),
            "measure_unit": tree.text(self.compiled.measure_unit),
            "reason_zh": self._told("zh"),
            "reason_en": self._told("en"),
            "law": law_text(self.compiler.laws, shape.law, self.planner.facts.as_of),
        }
        columns = tuple((name, own.get(name, Column("j", name))) for name, _ in CLUE)
        return Select(columns, Source("worst", "j"))

    def _told(self, lang: str) -> Scalar:
        """The sentence, with what was marked, what could not be tested, and how sure the links are."""
        parts: list[Scalar] = [Column("j", f"reason_{lang}")]
        opens, closes, colon = ("（", "）", "：") if lang == "zh" else (" (", ")", ": ")
        becauses = [one.because for one in self.rule.shape.exclude]
        if any(one.keep for one in self.rule.shape.exclude):
            marks = [
                (
                    call("=", Column("j", "kept"), tree.number(n)),
                    tree.text(f"{opens}{_in(one.because, lang)}{closes}"),
                )
                for n, one in enumerate(self.rule.shape.exclude)
                if one.keep
            ]
            parts.append(tree.Case(tuple(marks), tree.text("")))
        if becauses:
            word = "未能核实的排除事由" if lang == "zh" else "not tested for lack of data"
            labels = tuple(
                (call("=", Column("", "x"), tree.text(str(n))), tree.text(_in(because, lang)))
                for n, because in enumerate(becauses)
            )
            named = call("list_transform", Column("j", "untested"), Lambda(("x",), tree.Case(labels)))
            told = call(
                "concat",
                tree.text(f"{opens}{word}{colon}"),
                call("array_to_string", named, tree.text("；" if lang == "zh" else "; ")),
                tree.text(closes),
            )
            parts.append(
                tree.case(
                    (tree.is_true(call(">", call("len", Column("j", "untested")), tree.number(0))), told),
                    otherwise=tree.text(""),
                )
            )
        score = call("number_text", call("as_decimal", Column("j", "confidence")))
        word = "所依据的跨机关关联评分为" if lang == "zh" else "rests on a link between agencies with score "
        doubt = call("concat", tree.text(f"{opens}{word}"), score, tree.text(closes))
        parts.append(
            tree.case(
                (tree.is_true(call("<", Column("j", "confidence"), tree.number(1))), doubt),
                otherwise=tree.text(""),
            )
        )
        return call("concat", *parts)

    # ---- subjects

    def counts(self) -> Select:
        """Return one row: subjects by outcome, clear ones not among them, and how many are due soon."""
        rank = tree.Case(
            tuple(
                (call("=", Column("j", "outcome"), tree.text(o)), tree.number(n))
                for n, o in enumerate(OUTCOMES)
            )
        )
        running = tree.all_of([call("=", Column("j", "outcome"), tree.text("running")), Column("j", "soon")])
        per_subject = Select(
            (
                ("rank", Aggregate("min", (rank,))),
                ("soon", tree.is_true(Aggregate("bool_or", (tree.is_true(running),)))),
            ),
            Source("judged", "j"),
            group=(Column("j", "subject_key"),),
        )
        columns: list[tuple[str, Scalar]] = []
        for name, _ in COUNTS:
            if name == "due_soon":
                test = tree.all_of(
                    [
                        call("=", Column("p", "rank"), tree.number(OUTCOMES.index("running"))),
                        Column("p", "soon"),
                    ]
                )
            else:
                test = call("=", Column("p", "rank"), tree.number(OUTCOMES.index(name)))
            columns.append((name, tree.count_where(test)))
        return Select(tuple(columns), Source(per_subject, "p"))

    def not_clear(self) -> Select:
        """Return one row per subject that is excluded, cannot be told, or is due soon, with why."""
        outcome = Column("j", "outcome")
        rank = tree.Case(
            tuple((call("=", outcome, tree.text(o)), tree.number(n)) for n, o in enumerate(OUTCOMES))
        )
        soon = tree.all_of([call("=", outcome, tree.text("running")), Column("j", "soon")])
        best = Window("min", (rank,), (Column("j", "subject_key"),), (), "")
        first = Window(
            "row_number",
            (),
            (Column("j", "subject_key"),),
            (
                Order(rank),
                Order(Column("j", "soon"), True),
                Order(Column("j", "due_on")),
                Order(Column("j", "started_on")),
                Order(Column("j", "part")),
                Order(Column("j", "row_key")),
            ),
            "",
        )
        inner = Select(
            (
                *((name, Column("j", name)) for name in self._judged_names()),
                ("rank", rank),
                ("best", best),
                ("nth", first),
            ),
            Source("judged", "j"),
        )
        told = tree.all_of(
            [
                call("=", Column("j", "nth"), tree.number(1)),
                tree.any_of([call("in", outcome, tree.text("excluded"), tree.text("cannot_tell")), soon]),
            ]
        )
        own: dict[str, Scalar] = {
            "rule_id": tree.text(self.rule.id),
            "subject": tree.text(self.compiled.subject.name),
            "outcome": tree.case((soon, tree.text("due_soon")), otherwise=outcome),
            "why": call(
                "as_text", call("to_json", Structure((("zh", self._why("zh")), ("en", self._why("en")))))
            ),
        }
        columns = tuple((name, own.get(name, Column("j", name))) for name, _ in NOT_CLEAR)
        return Select(columns, Source(inner, "j"), where=told)

    def _why(self, lang: str) -> Scalar:
        outcome, why = Column("j", "outcome"), Column("j", "why")
        becauses = tuple(
            (call("=", Column("j", "excluded"), tree.number(n)), tree.text(_in(one.because, lang)))
            for n, one in enumerate(self.rule.shape.exclude)
        )
        lacks = "缺少：" if lang == "zh" else "missing: "
        named = call(
            "list_transform", Column("j", "missing"), Lambda(("x",), self._label(Column("", "x"), lang))
        )
        joined = call(
            "concat",
            tree.text(lacks),
            call("array_to_string", named, tree.text("、" if lang == "zh" else ", ")),
        )
        told: list[tuple[Scalar, Scalar]] = []
        for code, text in _TOLD.items():
            before, place, after = _in(text, lang).partition("{seen_until}")
            sentence = (
                call(
                    "concat", tree.text(before), call("as_text", Column("j", "seen_until")), tree.text(after)
                )
                if place
                else tree.text(before)
            )
            told.append((tree.is_true(call("=", why, tree.text(code))), sentence))
        due = "期限将于{}届满" if lang == "zh" else "due on {}"
        before, after = due.split("{}")
        soon = call("concat", tree.text(before), call("as_text", Column("j", "due_on")), tree.text(after))
        return tree.case(
            (call("=", outcome, tree.text("excluded")), tree.Case(becauses) if becauses else tree.text("")),
            (call("=", outcome, tree.text("running")), soon),
            *told,
            otherwise=joined,
        )

    def _label(self, name: Scalar, lang: str) -> Scalar:
        """A column's label in place of its name, where the subject has it."""
        subject = self.compiled.subject
        labels = {column: one.label for column, one in subject.columns.items()}
        labels |= {one: derived.label for one, derived in subject.derived.items() if derived.label}
        labels["calendar"] = Text(zh="工作日历尚未公布的年份", en="a year whose calendar is not announced")
        labels["out_of_range"] = Text(zh="超出可推算范围的数", en="a number beyond what can be reckoned")
        branches = tuple(
            (call("=", name, tree.text(column)), tree.text(_in(label, lang)))
            for column, label in labels.items()
        )
        return tree.Case(branches, name)

    # ---- evidence and working

    def working(self) -> list[Select]:
        """Return the lines of each clue's calculation, where its kind makes one; the lines add up to the due day."""
        base, due = Column("j", "base_on"), Column("j", "due_on")
        paused = call("coalesce", Column("j", "paused_days"), tree.number(0))
        moved = call("add_days", base, paused)
        law: Scalar = law_text(self.compiler.laws, self.rule.shape.law, self.planner.facts.as_of)
        if self._has_local_limit():
            # A number the office set itself must not stand beside an article as if the law named it.
            law = tree.nothing("text")
        none_day, measured = (
            tree.nothing("date"),
            call("coalesce", Column("j", "ended_on"), Column("j", "seen_until")),
        )
        started = Column("j", "started_on")
        words = {
            "start": ("起算日，当日不计", "the day it starts, itself not counted"),
            "exclude": ("不计入的期间", "days that do not count"),
            "roll": ("期满日为节假日，顺延", "the last day is no working day and moves on"),
            "due": ("最后一个合法日", "last lawful day"),
            "over": ("超过的日历日", "calendar days over"),
        }
        rolled = call("days_between", moved, due)
        lines: list[tuple[str, Scalar, Scalar, Scalar, Scalar, Scalar | None]] = [
            ("start", started, none_day, tree.nothing("integer"), tree.nothing("text"), None),
            ("base", started, base, call("days_between", started, base), law, None),
            ("exclude", base, moved, paused, tree.nothing("text"), call(">", paused, tree.number(0))),
            ("roll", moved, due, rolled, tree.nothing("text"), call(">", rolled, tree.number(0))),
            ("due", none_day, due, tree.nothing("integer"), tree.nothing("text"), None),
            ("over", due, measured, Column("j", "over_days"), tree.nothing("text"), None),
        ]
        selects = []
        for number, (step, from_on, to_on, days, article, test) in enumerate(lines, 1):
            zh, en = words.get(step, ("", ""))
            note: Scalar = tree.text(_json(zh, en))
            if step == "base":
                note = Column("j", "limit_text")
            own: dict[str, Scalar] = {
                "clue_id": Column("j", "clue_id"), "step_no": tree.number(number), "step": tree.text(step),
                "from_on": from_on, "to_on": to_on, "days": days, "article": article,
                "document": tree.nothing("text"), "honoured": tree.nothing("boolean"), "note": note,
            }  # fmt: skip
            is_clock = tree.negate(tree.is_null(Column("j", "clock")))
            where = tree.all_of(
                [tree.negate(is_clock), tree.negate(tree.is_null(due)), tree.negate(tree.is_null(base)), test]
            )
            selects.append(
                Select(tuple((name, own[name]) for name, _ in WORKING), Source("worst", "j"), where=where)
            )
        return [*selects, *self._clock_lines()]

    def _clock_lines(self) -> list[Select]:
        """The lines of the findings that rest on a named clock."""
        names = {name for part in self.compiled.parts for name in part.found.clocks}
        as_of = self.planner.facts.as_of
        selects = []
        for name in sorted(names):
            built = self.compiler.clocks.built[name]
            articles = {
                article: law_text(self.compiler.laws, (article,), as_of) for article in built.clock.articles()
            }
            lines = Lines(built, self.compiled.subject.key, self.planner.dictionary, articles)
            selects.append(lines.relation())
        return selects

    def _has_local_limit(self) -> bool:
        """Whether the rule takes numbers from parameters that no law fixes."""
        shapes = self.compiler.parameters.shapes
        used = [use_of(written) for written in self.rule.shape.params.values()]
        return any(
            use is not None and use.name in shapes and shapes[use.name].kind == "local" for use in used
        )

    def evidence(self) -> list[Relation]:
        """Return the rows that made the rule speak: the subject's own, those its kind names, those the rule asks for."""
        relations: list[Relation] = [self._own_row(), *self._details()]
        seen: set[str] = set()
        for part in self.compiled.parts:
            for rows in part.found.rows:
                if rows.role not in seen or len(self.compiled.parts) > 1:
                    relations.extend(self._related(rows, part.name if len(self.compiled.parts) > 1 else None))
                seen.add(rows.role)
        for name in self.rule.shape.evidence.rows:
            relation = self.compiled.subject.related.get(name)
            if relation is not None:
                relations.extend(self._related(EvidenceRows(relation, name, lambda c, m, t: tree.TRUE), None))
        return relations

    def _own_row(self) -> Select:
        subject = self.compiled.subject
        reach = Reach(subject.name, "s")
        scope = self.planner.scope(reach)
        fields: dict[str, Scalar] = {}
        for name in (*self.compiled.names, *self.rule.shape.evidence.columns):
            try:
                bound = scope.find(tuple(name.split(".")))
            except Absent:
                continue
            if bound is not None:
                fields[name] = plain_text(bound)
        own: dict[str, Scalar] = {
            "clue_id": Column("h", "clue_id"),
            "role": tree.text("subject"),
            "table": tree.text(subject.rows_of or subject.name),
            "row_key": Column("h", "subject_key"),
            "file": Column("s", "_file"),
            "line": Column("s", "_line"),
            "values": _as_json(list(fields.items())),
        }
        on = tree.all_of(
            [call("=", Column("s", key), Column("h", f"k{n}")) for n, key in enumerate(subject.key)]
        )
        join = Join("inner", self.planner.source(reach), on)
        columns = tuple((name, own[name]) for name, _ in EVIDENCE)
        return Select(columns, Source("hits", "h"), (join,), distinct=True)

    def own_values(self) -> Select:
        """Return per subject what a clue shows of it, to be compared with what an earlier clue showed.

        Columns: subject_key, own (its own columns), made (columns made of related rows), both as JSON with empty
        values. What changes from day to day over the same rows is in neither.
        """
        subject, reach = self.compiled.subject, Reach(self.compiled.subject.name, "s")
        scope = self.planner.scope(reach)
        own: list[tuple[str, Scalar]] = []
        made: list[tuple[str, Scalar]] = []
        for name in dict.fromkeys((*self.compiled.names, *self.rule.shape.evidence.columns)):
            derived = subject.derived.get(name)
            if derived is not None and derived.verb in ("value", "days"):
                continue
            try:
                bound = scope.find(tuple(name.split(".")))
            except Absent:
                continue
            if bound is not None:
                (own if name in subject.columns else made).append((name, plain_text(bound)))
        columns = (
            ("subject_key", key_text([Column("s", name) for name in subject.key])),
            ("own", _as_json(own)),
            ("made", _as_json(made)),
        )
        return Select(columns, self.planner.source(reach))

    def shown(self) -> Select:
        """Return per subject what lists show of it: subject_key, case_no, unit."""
        values = self.compiled.judge.shown_values()
        columns = tuple((name, values[name]) for name in ("subject_key", "case_no", "unit"))
        return Select(columns, self.planner.source(self.compiled.judge.reach))

    def _details(self) -> list[Select]:
        own: dict[str, Scalar] = {
            "clue_id": Column("h", "clue_id"), "role": tree.text("finding"), "table": tree.text(""),
            "row_key": call("coalesce", Column("h", "row_key"), tree.text("")), "file": tree.nothing("text"),
            "line": tree.nothing("integer"), "values": Column("h", "detail"),
        }  # fmt: skip
        if not any(
            part.kind in ("missing", "contradiction", "outlier", "query") for part in self.compiled.parts
        ):
            return []
        where = tree.negate(tree.is_null(Column("h", "detail")))
        return [
            Select(
                tuple((name, own[name]) for name, _ in EVIDENCE),
                Source("hits", "h"),
                where=where,
                distinct=True,
            )
        ]

    def _related(self, rows: EvidenceRows, part: str | None) -> list[Relation]:
        """Rows of a relation; nothing where its table was not delivered."""
        subject, planner = self.compiled.subject, self.planner
        mine, theirs = Reach(subject.name, "s"), planner.reach_target(rows.relation, "r")
        context = self.compiler._context(self.rule, mine, [], self._loc_of(rows))
        try:
            doubtful = replace_min_score(rows)
            matched = planner.match(doubtful.relation, subject, mine, theirs)
            keep = rows.keep(context, mine, theirs)
        except Absent:
            return []
        on = tree.all_of(
            [call("=", Column("s", key), Column("h", f"k{n}")) for n, key in enumerate(subject.key)]
        )
        where = tree.all_of(
            [
                tree.is_true(matched.when.value) if matched.when is not None else None,
                keep,
                call("=", Column("h", "part"), tree.text(part)) if part is not None else None,
            ]
        )
        joins = (Join("inner", planner.source(mine), on), *planner.joins(matched, theirs))
        target = planner.target_of(rows.relation)
        if target.rows_of is not None and not theirs.derived:
            return [self._rows_found(rows.role, target.rows_of, "r", joins, where)]
        if target.rows_of is not None:
            # A subject with derived columns holds only what rules read; the whole row is in its table.
            pairs = [call("=", Column("v", key), Column("r", key)) for key in target.key]
            join = Join("inner", Source(f"seen_{target.rows_of}", "v"), tree.all_of(pairs))
            return [self._rows_found(rows.role, target.rows_of, "v", (*joins, join), where)]
        # A subject made of values has no row of its own: the rows its values come from stand for it.
        found: list[Relation] = []
        for values in target.values_of:
            pairs = [call("=", Column("v", values.columns[key]), Column("r", key)) for key in target.key]
            join = Join("inner", Source(f"seen_{values.table}", "v"), tree.all_of(pairs))
            found.append(self._rows_found(rows.role, values.table, "v", (*joins, join), where))
        return found

    def _rows_found(
        self, role: str, table: str, alias: str, joins: tuple[Join, ...], where: Scalar
    ) -> Select:
        """Rows of a table under an alias as evidence of the clues whose findings they belong to."""
        key = self.planner.dictionary.tables[table].key_columns
        own: dict[str, Scalar] = {
            "clue_id": Column("h", "clue_id"),
            "role": tree.text(role),
            "table": tree.text(table),
            "row_key": key_text([Column(alias, name) for name in key]) if key else tree.text(""),
            "file": Column(alias, "_file"),
            "line": Column(alias, "_line"),
            "values": self._values_of(table, alias),
        }
        columns = tuple((name, own[name]) for name, _ in EVIDENCE)
        kept = None if where == tree.TRUE else where
        return Select(columns, Source("hits", "h"), joins, where=kept, distinct=True)

    def _loc_of(self, rows: EvidenceRows) -> tuple[str | int, ...]:
        """The path of the kind whose rows these are, for places of its texts."""
        for number, part in enumerate(self.compiled.parts):
            if rows in part.found.rows:
                return ("detect", "any_of", number, part.kind) if part.name else ("detect", part.kind)
        return ("detect",)

    def _values_of(self, table: str, alias: str) -> Scalar:
        """The filled columns of a row as JSON, masked; where the row came from is shown beside them."""
        scope = self.planner.scope(Reach(table, alias, is_subject=False))
        fields: list[tuple[str, Scalar]] = []
        for name in self.planner.dictionary.tables[table].columns:
            try:
                bound = scope.find((name,))
            except Absent:
                continue
            if bound is not None:
                fields.append((name, plain_text(bound)))
        return call(
            "as_text", call("json_merge_patch", tree.text("{}"), call("to_json", Structure(tuple(fields))))
        )


def row_values(planner: Planner, table: str) -> Select:
    """Return every row of a table as evidence shows it, empty values too: row_key, values as JSON."""
    reach = Reach(table, "t", is_subject=False)
    scope = planner.scope(reach)
    fields: list[tuple[str, Scalar]] = []
    for name in planner.dictionary.tables[table].columns:
        try:
            bound = scope.find((name,))
        except Absent:
            continue
        if bound is not None:
            fields.append((name, plain_text(bound)))
    key = [Column("t", name) for name in planner.dictionary.tables[table].key_columns]
    columns = (("row_key", key_text(list(key)) if key else tree.text("")), ("values", _as_json(fields)))
    return Select(columns, planner.source(reach))


def _as_json(fields: list[tuple[str, Scalar]]) -> Scalar:
    return call("as_text", call("to_json", Structure(tuple(fields)))) if fields else tree.text("{}")


def replace_min_score(rows: EvidenceRows) -> EvidenceRows:
    """Evidence shows doubtful links too: that is what a reviewer must judge."""
    return replace(rows, relation=rows.relation.model_copy(update={"min_score": None}))


def _worst_first(alias: str) -> tuple[Order, ...]:
    """The finding that gives a clue its figures: most days over, then measure, then earliest start."""
    keys: Iterable[tuple[str, bool]] = (
        ("over_days", True), ("measure", True), ("started_on", False), ("due_on", False), ("ended_on", False),
        ("part", False), ("row_key", False),
    )  # fmt: skip
    return tuple(Order(Column(alias, name), descending) for name, descending in keys)


def _in(text: Text, lang: str) -> str:
    return text.zh if lang == "zh" else text.en


def _json(zh: str, en: str) -> str:
    import json

    return json.dumps({"zh": zh, "en": en}, ensure_ascii=False)
