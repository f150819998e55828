"""One rule compiled: scope, findings by its kind, exclusion, identity, bands, and what a clue shows.

In: a rule and a planner. Out: relations over the tables the planner builds. What is the same for all kinds is here:
a subject's outcome is the first of hit, cannot_tell, running, excluded, clear among its findings; findings of one
identity make one clue, whose figures are those of the worst finding and whose evidence is that of all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from jointsup_rules.compile import tree
from jointsup_rules.compile.bind import Bound, Read, Scope
from jointsup_rules.compile.clocks.build import Clocks
from jointsup_rules.compile.context import (
    FINDING,
    Context,
    Found,
    RuleError,
    key_text,
    missing_of,
)
from jointsup_rules.compile.kinds import KINDS
from jointsup_rules.compile.naming import check_names
from jointsup_rules.compile.reading import UNBOUND, Written
from jointsup_rules.compile.seen import Absent
from jointsup_rules.compile.sentences import Piece, is_name, render
from jointsup_rules.compile.subjects import CircleError, Planner, Reach
from jointsup_rules.compile.tree import Column, Join, Literal, Relation, Scalar, Select, Source, Union, call
from jointsup_rules.model.dictionary import Relation as DictionaryRelation
from jointsup_rules.model.dictionary import Subject
from jointsup_rules.model.law import Laws, Parameters
from jointsup_rules.model.rule import Rule
from jointsup_rules.model.shape import Expression, Shape, Words, check_model
from jointsup_rules.problems import Text, did_you_mean, one_of

KINDS_OF = "any_of"


class Beside(Shape):
    """What may stand beside a kind: the words of a part, whom it looks at, why it takes a query."""

    name: str | None = None
    say: Words | None = None
    scope: Expression | None = None
    because: Words | None = None


@dataclass(frozen=True)
class Part:
    """One named test of a rule, with what its kind found."""

    name: str
    say: Text
    kind: str
    found: Found


@dataclass
class CompiledRule:
    """A rule as relations.

    Attributes:
        in_scope: The key of every subject the rule is about.
        everyone: The key of every subject there is.
        judged: Every finding that is not clear, with outcome after exclusion, identity, bands and sentences.
        parts: Its parts, for evidence and words.
        measure_unit: Unit of `measure`.
        names: Columns of the subject that the rule names, for evidence.
        judge: What made `judged`; binds further texts of the rule to it.
    """

    rule: Rule
    subject: Subject
    in_scope: Relation
    everyone: Relation
    judged: Relation
    parts: list[Part]
    measure_unit: str
    names: list[str]
    judge: Judge


@dataclass
class RuleCompiler:
    """Compiles the rules of one sweep over one planner."""

    planner: Planner
    parameters: Parameters
    laws: Laws
    clocks: Clocks
    literals: Mapping[str, Bound] = field(default_factory=dict)

    def compile(self, rule: Rule) -> CompiledRule | None:
        """Return the rule as relations; None where problems were recorded.

        Raises:
            Absent: it needs a table or column that was not delivered.
        """
        reader = self.planner.reader
        before = reader.begin()
        try:
            compiled = self._compile(rule)
        except (RuleError, CircleError):
            return None
        return compiled if len(reader.errors) == before else None

    # ---- before and at detection

    def _compile(self, rule: Rule) -> CompiledRule:
        subject = self._subject(rule)
        reach = Reach(subject.name, "s")
        whole = self._context(rule, reach, [], ("detect",))
        scope = whole.bind_at(rule.shape.scope, ("scope",), ("boolean",)) if rule.shape.scope else _always()
        parts, contexts = self._parts(rule, reach, scope)
        doubt = scope.is_unknown()
        where = None if scope.value == tree.TRUE else tree.any_of([tree.is_true(scope.value), doubt])
        key = key_text([Column("s", name) for name in subject.key])
        subjects = Select((("subject_key", key),), self.planner.source(reach), where=where)
        everyone = Select((("subject_key", key),), self.planner.source(Reach(subject.name, "s")))
        relations: list[Relation] = [part.found.relation for part in parts]
        relations += [_open_part(context) for context in contexts if _part_doubt(context) != tree.FALSE]
        if doubt != tree.FALSE:
            finding = whole.finding(
                outcome=tree.text("cannot_tell"), decided_by=tree.text("scope"), missing=missing_of(scope),
                why=tree.text("scope"), confidence=tree.number(1), seen_until=whole.seen_until(),
            )  # fmt: skip
            relations.append(Select((*whole.key_columns(), *finding), whole.source(), where=doubt))
        names = _in_order(subject, set().union(scope.names, *(context.names for context in contexts)))
        measure_unit = rule.shape.measure.unit if rule.shape.measure else parts[0].found.measure_unit
        check_names(self.planner.reader, rule, subject, self.planner.scope(reach))
        judge = Judge(self, rule, subject, parts, relations, names)
        judged = judge.relation()
        return CompiledRule(rule, subject, subjects, everyone, judged, parts, measure_unit, names, judge)

    def _subject(self, rule: Rule) -> Subject:
        subjects = self.planner.dictionary.subjects
        name = rule.shape.subject
        if name not in subjects:
            what = Text(zh=f"没有对象“{name}”", en=f"no subject '{name}'")
            why = Text(zh="对象在数据字典中声明", en="subjects are declared in the dictionary")
            fix = did_you_mean(name, subjects, Text("在数据字典中加上它", "declare it in the dictionary"))
            self.planner.reader.add_at("JR217", rule.document, ("subject",), what, why, fix)
            raise RuleError
        return subjects[name]

    def _context(
        self, rule: Rule, reach: Reach, scope_of: list[Bound], loc: tuple[str | int, ...], part: str = ""
    ) -> RuleContext:
        return RuleContext(
            self.planner, rule, self.parameters, loc, reach, scope_of, part, self.literals, clocks=self.clocks
        )

    def _parts(self, rule: Rule, reach: Reach, scope: Bound) -> tuple[list[Part], list[Context]]:
        detect = rule.shape.detect
        if KINDS_OF not in detect:
            kind = self._kind(rule, detect, ("detect",))
            context = self._context(rule, reach, [scope], ("detect", kind))
            return [Part("", rule.shape.title, kind, KINDS[kind](context))], [context]
        entries = detect[KINDS_OF]
        parts: list[Part] = []
        contexts: list[Context] = []
        failed = not isinstance(entries, list) or not entries
        for number, entry in enumerate(entries if isinstance(entries, list) else []):
            loc = ("detect", KINDS_OF, number)
            try:
                part, inner = self._part(rule, reach, scope, entry, loc)
            except RuleError:
                failed = True
                continue
            parts.append(part)
            contexts.append(inner)
        if failed:
            if not isinstance(entries, list) or not entries:
                what = Text(zh="any_of 应是带 name 的若干部分", en="any_of is a list of named parts")
                fix = Text(zh="写 - name: … 和一个种类", en="write - name: … and one kind")
                self.planner.reader.add_at("JR302", rule.document, ("detect", KINDS_OF), what, Text(), fix)
            raise RuleError
        return parts, contexts

    def _part(
        self, rule: Rule, reach: Reach, scope: Bound, entry: Any, loc: tuple[str | int, ...]
    ) -> tuple[Part, Context]:
        fields = entry if isinstance(entry, dict) else {}
        name = fields.get("name")
        if not isinstance(name, str) or not name.isidentifier():
            what = Text(zh="这一部分没有 name", en="this part has no name")
            why = Text(zh="部分的名称用于线索和说明", en="the name of a part is used in clues and cards")
            self.planner.reader.add_at(
                "JR302", rule.document, loc, what, why, Text(zh="补上 name:", en="add name:")
            )
            raise RuleError
        kind = self._kind(rule, fields, loc)
        context = self._context(rule, reach, [scope], (*loc, kind), name)
        if "scope" in fields:
            own = context.bind_at(str(fields["scope"]), (*loc, "scope"), ("boolean",))
            context.scope_of.append(own)
            context.names |= own.names
        say = fields.get("say")
        words = (
            Text(zh=str(say.get("zh", "")), en=str(say.get("en", "")))
            if isinstance(say, dict)
            else Text(zh=str(say or name))
        )
        return Part(name, words, kind, KINDS[kind](context)), context

    def _kind(self, rule: Rule, fields: Mapping[str, Any], loc: tuple[str | int, ...]) -> str:
        self._check_beside(rule, fields, loc)
        others = {"name", "say", "scope", "because"} if loc[-1:] != ("detect",) else {"because"}
        given = [key for key in fields if key not in others]
        known = [key for key in given if key in KINDS]
        if len(given) == 1 and known:
            return known[0]
        kinds = [*KINDS, *(() if len(loc) > 1 else (KINDS_OF,))]
        if not given:
            what = Text(zh="没有写明种类", en="there is no kind")
        else:
            odd = next((key for key in given if key not in KINDS), given[-1])
            loc = (*loc, odd)
            what = (
                Text(zh=f"没有种类“{odd}”", en=f"no kind '{odd}'")
                if odd not in KINDS
                else Text(zh="种类只能有一个", en="only one kind may be given")
            )
        fix = Text("留下一个", "keep one of them") if loc[-1] in KINDS else one_of(str(loc[-1]), kinds)
        self.planner.reader.add_at(
            "JR302",
            rule.document,
            loc,
            what,
            Text(zh="一个部分只用一个种类", en="one part uses one kind"),
            fix,
            key=True,
        )
        raise RuleError

    def _check_beside(self, rule: Rule, fields: Mapping[str, Any], loc: tuple[str | int, ...]) -> None:
        """What stands beside a kind is of its own shape."""
        beside = {word: fields[word] for word in Beside.model_fields if word in fields}
        shape, problems = check_model(Beside, rule.document, loc, beside)
        for problem in problems:
            self.planner.reader.note(problem)
        if shape is None:
            raise RuleError


class RuleContext(Context):
    """A context that also binds texts elsewhere in the rule."""

    def bind_at(self, text: str, loc: tuple[str | int, ...], wanted: tuple[str, ...] = ()) -> Bound:
        """Return a text at a path of the rule bound to the subject."""
        written = Written(text, self.rule.document, loc)
        scope = self.planner.scope(self.reach)
        return self.planner.reader.bind(written, scope, self.known_parameters(), wanted)


def _part_doubt(context: Context) -> Scalar:
    """Whether it is unknown that a part looks at a subject which the rule does look at."""
    whole, *own = context.scope_of
    unknown = tree.any_of([part.is_unknown() for part in own])
    if unknown == tree.FALSE:
        return unknown
    return tree.all_of([tree.is_true(whole.value) if whole.value != tree.TRUE else None, unknown])


def _open_part(context: Context) -> Select:
    finding = context.finding(
        outcome=tree.text("cannot_tell"), decided_by=tree.text("part_scope"),
        missing=missing_of(*context.scope_of[1:]), why=tree.text("scope"), confidence=tree.number(1),
        seen_until=context.seen_until(),
    )  # fmt: skip
    return Select((*context.key_columns(), *finding), context.source(), where=_part_doubt(context))


def _always() -> Bound:
    return Bound(tree.TRUE, "boolean")


def _in_order(subject: Subject, names: set[str]) -> list[str]:
    """The subject's columns among the names a rule reads, in the dictionary's order."""
    order = [*subject.columns, *subject.derived]
    known = [name for name in order if name in names]
    return known + sorted(name for name in names if "." in name)


class Judge:
    """From findings to judged findings: everything a clue, a list entry or a count needs, in one relation."""

    def __init__(
        self,
        compiler: RuleCompiler,
        rule: Rule,
        subject: Subject,
        parts: list[Part],
        relations: list[Relation],
        names: list[str],
    ) -> None:
        self.compiler, self.rule, self.subject, self.parts, self.names = compiler, rule, subject, parts, names
        self.planner = compiler.planner
        self.relations = relations
        self.reach = Reach(subject.name, "s")
        self.context = compiler._context(rule, self.reach, [], ())
        self.context.started_on = Column("f", "started_on") if self._has_period() else None
        self.row = self._row_relation()
        self.row_reach = self.planner.reach_target(self.row, "r") if self.row is not None else None
        self.inline: dict[str, Bound] = {}
        named = [name for part in parts for name in part.found.clocks]
        self.clocks = {name: compiler.clocks.clocks[name].shape.label for name in named}

    def _has_period(self) -> bool:
        return any(part.kind in ("time_limit", "missing") for part in self.parts)

    def _row_relation(self) -> DictionaryRelation | None:
        found = {
            part.found.row_relation.name: part.found.row_relation
            for part in self.parts
            if part.found.row_relation
        }
        return next(iter(found.values())) if len(found) == 1 and len(self.parts) == 1 else None

    # ---- names after detection

    def scope(self) -> Scope:
        own = self.planner.scope(self.reach)
        row = self.planner.scope(self.row_reach) if self.row_reach is not None else None
        days = ("started_on", "due_on", "ended_on", "seen_until")
        of_clocks = ("clock", "segment", "due_if_all") if self.clocks else ()

        def find(parts: tuple[str, ...]) -> Bound | None:
            if len(parts) == 1:
                word = parts[0]
                if word in self.inline:
                    return self.inline[word]
                if word in days:
                    return Bound(Column("f", word), "date")
                if word in ("over_days", "paused_days"):
                    return (
                        Bound(Column("f", word), "integer")
                        if word == "over_days" or word not in self.subject.derived
                        else own.find(parts)
                    )
                if word in ("measure", "confidence"):
                    return Bound(Column("f", word), "decimal")
                if word == "part":
                    return Bound(
                        Column("f", "part"), "text", codes={part.name: part.say for part in self.parts}
                    )
                if word == "subject":
                    return Bound(self.subject_key(), "text")
                if self.clocks and word in ("clock", "segment", "due_if_all"):
                    kinds = {"clock": "text", "segment": "integer", "due_if_all": "date"}
                    labels = self.clocks if word == "clock" else None
                    return Bound(Column("f", word), kinds[word], codes=labels)
            if row is not None and parts[0] != "subject":
                found = row.find(parts)
                if found is not None:
                    return found
            return own.find(parts)

        def words() -> list[str]:
            after = [*self.inline, *days, "over_days", "measure", "part", *of_clocks, "as_of", "cut_off"]
            return [*after, *own.words(), *(row.words() if row is not None else ())]

        return Scope(find, words, own.about)

    def bind(self, text: str, *loc: str | int, wanted: tuple[str, ...] = ()) -> Bound:
        written = Written(text, self.rule.document, loc)
        return self.planner.reader.bind(written, self.scope(), self.context.known_parameters(), wanted)

    def bind_soft(self, text: str, *loc: str | int, wanted: tuple[str, ...] = ()) -> Bound:
        """Bind what a rule can do without: an absent column reads as empty and unknown."""
        try:
            return self.bind(text, *loc, wanted=wanted)
        except Absent as absent:
            label = absent.column or absent.table
            kind = wanted[0] if wanted else "text"
            return Bound(tree.nothing(kind), kind, (Read(label, tree.TRUE, tree.TRUE),))

    # ---- the relation

    def relation(self) -> Relation:
        shape = self.rule.shape
        measure = Bound(Column("f", "measure"), "decimal")
        if shape.measure is not None:
            measure = self.bind_soft(shape.measure.value, "measure", "value", wanted=("integer", "decimal"))
            if measure.type == "integer":
                measure = Bound(call("as_decimal", measure.value), "decimal", measure.reads)
        self.inline["measure"] = measure
        excluded, kept, untested = self._exclusions()
        band = self._band()
        self.inline["band"] = Bound(band, "text", codes={one.name: one.text for one in shape.bands})
        severity = self._level(shape.severity, "severity", ("high", "medium", "low"))
        grade = self._level(shape.grade, "grade", ("C", "B", "A", "none"))
        self.inline["severity"], self.inline["grade"] = Bound(severity, "text"), Bound(grade, "text")
        show = self._shows()
        self.inline.update({name: bound for name, bound in show.items() if name not in self.subject.columns})
        is_open = call("in", Column("f", "outcome"), tree.text("hit"), tree.text("running"))
        outcome = tree.case(
            (tree.all_of([is_open, tree.negate(tree.is_null(excluded))]), tree.text("excluded")),
            otherwise=Column("f", "outcome"),
        )
        is_hit = call("=", outcome, tree.text("hit"))
        sentences = {lang: tree.case((is_hit, self._sentence(lang))) for lang in ("zh", "en")}
        identity = self._identity()
        carried = [name for name, _ in FINDING if name not in ("outcome", "measure")]
        columns: list[tuple[str, Scalar]] = [
            *((f"k{n}", Column("f", f"k{n}")) for n in range(len(self.subject.key))),
            *((name, Column("f", name)) for name in carried),
            ("outcome", outcome),
            ("measure", measure.value),
            ("excluded", excluded),
            ("kept", kept),
            ("untested", untested),
            ("band", band),
            ("severity", severity),
            ("grade", grade),
            ("identity", identity),
            ("subject_key", self.subject_key()),
            *((name, plain) for name, plain in self._shown(show)),
            ("reason_zh", sentences["zh"]),
            ("reason_en", sentences["en"]),
        ]
        found: Relation = self.relations[0] if len(self.relations) == 1 else Union(tuple(self.relations))
        names = [*(f"k{n}" for n in range(len(self.subject.key))), *(name for name, _ in FINDING)]
        open_findings = Select(
            tuple((name, Column("a", name)) for name in names),
            Source(found, "a"),
            where=call("<>", Column("a", "outcome"), tree.text("clear")),
        )
        return Select(tuple(columns), Source(open_findings, "f"), self.joins())

    def joins(self) -> tuple[Join, ...]:
        """Return what brings the subject (`s`) and the row a finding is about (`r`) beside findings `f`.

        Call it after everything is bound: what was read decides which relation of the subject is joined.
        """
        on = tree.all_of(
            [call("=", Column("s", key), Column("f", f"k{n}")) for n, key in enumerate(self.subject.key)]
        )
        return (Join("inner", self.planner.source(self.reach), on), *self._row_joins())

    def _row_joins(self) -> tuple[Join, ...]:
        if self.row is None or self.row_reach is None:
            return ()
        matched = self.planner.match(self.row, self.subject, self.reach, self.row_reach)
        target = self.planner.target_of(self.row)
        same = call("=", key_text([Column("r", name) for name in target.key]), Column("f", "row_key"))
        joins = list(self.planner.joins(matched, self.row_reach, "left"))
        last = joins.pop()
        return (*joins, Join("left", last.source, tree.all_of([last.on, same])))

    def subject_key(self) -> Scalar:
        """The subject's key as one text."""
        return key_text([Column("f", f"k{n}") for n in range(len(self.subject.key))])

    def _exclusions(self) -> tuple[Scalar, Scalar, Scalar]:
        """The first exclusion that is true, the first marking one, and those that could not be tested, by number."""
        taken: list[tuple[Scalar, Scalar]] = []
        marked: list[tuple[Scalar, Scalar]] = []
        untested: list[Scalar] = []
        for number, exclusion in enumerate(self.rule.shape.exclude):
            when = self.bind_soft(exclusion.when, "exclude", number, "when", wanted=("boolean",))
            branch = (tree.is_true(when.value), tree.number(number))
            (marked if exclusion.keep else taken).append(branch)
            unknown = when.is_unknown()
            if unknown != tree.FALSE:
                untested.append(tree.Case(((tree.is_true(unknown), tree.number(number)),)))
        none = tree.nothing("integer")
        listed: Scalar = tree.nothing("texts")
        if untested:
            filled = tree.Lambda(("x",), tree.negate(tree.is_null(Column("", "x"))))
            listed = call(
                "list_filter", call("list_value", *(call("as_text", one) for one in untested)), filled
            )
        return tree.case(*taken, otherwise=none), tree.case(*marked, otherwise=none), listed

    def _band(self) -> Scalar:
        """The last band whose condition is true."""
        branches: list[tuple[Scalar, Scalar]] = []
        for number, band in reversed(list(enumerate(self.rule.shape.bands))):
            test: Scalar = tree.TRUE
            if band.when is not None:
                test = tree.is_true(
                    self.bind_soft(band.when, "bands", number, "when", wanted=("boolean",)).value
                )
            branches.append((test, tree.text(band.name)))
        return tree.case(*branches, otherwise=tree.nothing("text")) if branches else tree.nothing("text")

    def _level(self, levels: Mapping[str, str], key: str, order: tuple[str, ...]) -> Scalar:
        """The highest level whose condition is true, else the one under `is`."""
        branches = []
        for level in order:
            if level in levels and level != "is":
                when = self.bind_soft(levels[level], key, level, wanted=("boolean",))
                branches.append((tree.is_true(when.value), tree.text(level)))
        return tree.case(*branches, otherwise=tree.text(levels["is"]))

    def _shows(self) -> dict[str, Bound]:
        return {name: self._show(name) for name in ("case_no", "unit", "handler")}

    def shown_values(self) -> dict[str, Scalar]:
        """Return what lists show of a subject (`s`), as text: its key, case number, unit and handler."""
        key = key_text([Column("s", name) for name in self.subject.key])
        return {"subject_key": key, **dict(self._shown(self._shows()))}

    def _show(self, name: str) -> Bound:
        text = getattr(self.subject.show, name)
        if text is None:
            return Bound(tree.nothing("text"), "text")
        scope = self.planner.scope(self.reach)
        written = self.planner.written(text, (*self.subject.loc, "show", name))
        try:
            return self.planner.reader.bind(written, scope)
        except Absent:
            return Bound(tree.nothing("text"), "text")

    def _shown(self, show: Mapping[str, Bound]) -> list[tuple[str, Scalar]]:
        from jointsup_rules.compile.sentences import plain_text

        # case_no stays as imported; unit and handler are masked as the dictionary says.
        texts = {name: plain_text(bound) for name, bound in show.items()}
        texts["case_no"] = call("as_text", show["case_no"].value)
        return list(texts.items())

    def _identity(self) -> Scalar:
        """The values that make two findings one clue, as text joined by U+001F."""
        parts: list[Scalar] = []
        for number, word in enumerate(self.rule.shape.identity):
            if word == "subject":
                parts.append(self.subject_key())
                continue
            name = {"window": "started_on", "segment": "started_on"}.get(word, word)
            if word == "row":
                parts.append(call("coalesce", Column("f", "row_key"), tree.text("")))
                continue
            bound = self.bind(name, "identity", number)
            parts.append(call("coalesce", call("as_text", bound.value), tree.text("")))
        return parts[0] if len(parts) == 1 else call("concat_ws", tree.text("\x1f"), *parts)

    def _sentence(self, lang: str) -> Scalar:
        template = self.rule.shape.reason.zh if lang == "zh" else self.rule.shape.reason.en
        loc: tuple[str | int, ...] = ("reason", lang)
        if (
            not isinstance(self.rule.document.data.get("reason"), dict)
            or lang not in self.rule.document.data["reason"]
        ):
            loc = (
                ("reason",)
                if isinstance(self.rule.document.data.get("reason"), str)
                else ("reason", "zh" if lang == "en" else "en")
            )

        def find(piece: Piece) -> tuple[Bound, Mapping[str, Text] | None]:
            if not is_name(piece.text):
                written = Written(template, self.rule.document, loc)
                from jointsup_rules.model.expression import Span

                if piece.text in ("{", "}"):
                    self.planner.reader.add(
                        "JR220", written, Span(piece.offset, piece.offset + 1),
                        Text(zh=f"{piece.text} 没有成对", en=f"a {piece.text} without its fellow"),
                        Text(zh="句子里的列写作 {列名}", en="a column in a sentence is written {column}"),
                        Text(zh="补上另一个；括号本身写作 {{ 和 }}", en="add the other; write {{ and }} for the signs themselves"),
                    )  # fmt: skip
                    return UNBOUND, None
                self.planner.reader.add(
                    "JR220", written, Span(piece.offset, piece.offset + max(1, len(piece.text))),
                    Text(zh=f"{{{piece.text}}} 不是列名", en=f"{{{piece.text}}} is no column"),
                    Text(zh="句子里只能放列名，不能放表达式", en="a sentence holds names of columns, not expressions"),
                    Text(zh="在数据字典里做成派生列", en="make it a derived column in the dictionary"),
                )  # fmt: skip
                return UNBOUND, None
            return self._place(piece, template, loc), None

        return render(template, lang, find)

    def _place(self, piece: Piece, template: str, loc: tuple[str | int, ...]) -> Bound:
        found: Bound | None = None
        try:
            found = self.scope().find(tuple(piece.text.split(".")))
        except Absent:
            return Bound(tree.nothing("text"), "text")
        if found is not None:
            return found
        from jointsup_rules.model.expression import Span

        words = sorted(set(self.scope().words()))
        self.planner.reader.add(
            "JR203", Written(template, self.rule.document, loc), Span(piece.offset, piece.offset + len(piece.text)),
            Text(zh=f"没有列“{piece.text}”", en=f"no column '{piece.text}' in subject '{self.subject.name}'"),
            Text(zh="句子里的名称须是对象的列或发现的列", en="a name in a sentence is a column of the subject or of the finding"),
            did_you_mean(piece.text, words, Text()),
        )  # fmt: skip
        return UNBOUND


def law_text(laws: Laws, articles: tuple[str, ...], as_of: date) -> Scalar:
    """Return the articles of a rule as one text, each in the version in force on the day the clock started."""
    parts: list[Scalar] = []
    day = call("coalesce", Column("j", "started_on"), Literal(as_of, "date"))
    for article in articles:
        branches: list[tuple[Scalar, Scalar]] = []
        for shape in laws.shapes:
            versions = shape.articles.get(article, ())
            for index, version in enumerate(versions):
                # Before the earliest version known here that one is named: there is no older text to print.
                tests = [] if index == 0 else [call(">=", day, Literal(version.from_, "date"))]
                if version.until is not None:
                    tests.append(call("<", day, Literal(version.until, "date")))
                number = f"第{version.number}条" if version.number else ""
                branches.insert(0, (tree.all_of(tests), tree.text(f"《{shape.title.zh}》{number}")))
        parts.append(
            tree.case(*branches, otherwise=tree.nothing("text")) if branches else tree.nothing("text")
        )
    return call("concat_ws", tree.text("；"), *parts) if parts else tree.nothing("text")
