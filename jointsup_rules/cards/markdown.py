"""A card as Markdown, in the customary order of headings, and the list of many.

In: cards. Out: text in one language; nothing of a rule is taken for markup.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from jointsup_rules.cards.card import Card, ExamplesTold, ParameterTold, ParameterValueWords
from jointsup_rules.cards.diagram import render_mermaid
from jointsup_rules.cards.markdown_text import Writer, escape
from jointsup_rules.cards.tables import (
    count_sensitivity,
    gather_families,
    gather_row,
    list_agencies,
    list_tables,
    personal_fields,
    tell_rows,
)
from jointsup_rules.cards.words import say
from jointsup_rules.problems import NO_TEXT, Language


def render_markdown(card: Card, lang: Language) -> str:
    """Return a card as Markdown in one language."""
    return _CardWriter(lang).write(card)


def render_markdown_index(cards: Sequence[Card], families: Sequence[str], lang: Language) -> str:
    """Return the list of cards by family as Markdown, with links to `zh/<ID>.md` and `en/<ID>.md`.

    Args:
        cards: The cards.
        families: Codes of families in the order of their headings; others follow.
        lang: The language.
    """
    writer = Writer(lang)
    rows = [gather_row(card) for card in cards]
    by_family = gather_families(rows, families)
    writer.line(f"# {writer.w('cards')}")
    writer.paragraph(writer.w("site.count", n=len(rows), families=len(by_family)))
    writer.paragraph(writer.w("standing"))
    head = [
        writer.w(key)
        for key in ("site.id", "site.title", "status", "severity", "grade", "site.examples", "card")
    ]
    for code, name, own in by_family:
        writer.heading(f"{writer.t(name)} ({escape(code)})")
        cells = [
            [
                f"[{row.id}](cards/{row.id}.html)",
                writer.t(row.title),
                writer.w(f"status.{row.status}"),
                " / ".join(writer.w(f"level.{level}") for level in row.severities),
                " / ".join(writer.w(f"level.{level}") for level in row.grades),
                f"{row.n_held} / {row.n_examples}",
                f"[中文](zh/{row.id}.md) · [English](en/{row.id}.md)",
            ]
            for row in own
        ]
        writer.table(head, cells)
    return writer.text()


class _CardWriter(Writer):
    """Writes one card, section by section."""

    def write(self, card: Card) -> str:
        self.line(f"# {self.w('model', title=card.title)} ({escape(card.id)} v{card.version})")
        self.facts(card)
        self.gist(card)
        self.points(card)
        self.data(card)
        self.steps(card)
        self.heading(self.w("diagram"))
        self.fenced("mermaid", render_mermaid(card, self.lang))
        self.after(card)
        self.figures(card)
        self.law(card)
        self.parameters(card)
        self.versions(card)
        self.examples(card.examples)
        self.security(card)
        return self.text()

    def facts(self, card: Card) -> None:
        unit = self.w("unit.by", unit=card.unit) if card.unit != NO_TEXT else self.w("none")
        owner = self.t(card.owner) if card.owner != NO_TEXT else self.w("not_said")
        told = [
            ("family", f"{self.t(card.family)} ({escape(card.family_code)})"),
            ("subject", self.t(card.subject)),
            ("unit", unit),
            ("owner", owner),
            ("keywords", "、".join(map(escape, card.keywords)) or self.w("not_said")),
            ("status", f"{self.w(f'status.{card.status}')} · {self.w('version', n=card.version)}"),
            ("file", escape(card.path)),
        ]
        if card.status == "retired":
            told += [
                ("retired_because", self.t(card.retired_because)),
                ("successor", escape(card.successor) or self.w("none")),
            ]
        self.items([f"**{self.w(key)}**{self.colon}{value}" for key, value in told])
        self.paragraph(f"{self.w('as_of', day=card.day)} {self.w('standing')}")
        if card.problem != NO_TEXT:
            self.paragraph(f"**{self.w('problem')}**{self.colon}{self.t(card.problem)}")

    def gist(self, card: Card) -> None:
        tables = list_tables(card)
        key = "gist.data" if card.collisions or len(tables) > 1 else "gist.own"
        owner = card.owner if card.owner != NO_TEXT else say("owner.none", self.lang)
        self.heading(self.w("gist"))
        self.paragraph(self.t(card.finds))
        self.paragraph(self.w(key, tables=self.tables_of(card), subject=card.subject, owner=owner))
        self.heading(self.w("background"))
        self.paragraph(f"**{self.w('why')}**{self.colon}{self.t(card.why)}")
        self.paragraph(f"**{self.w('scope')}**{self.colon}{escape(self.scope_of(card))}")

    def tables_of(self, card: Card) -> str:
        return self.listed(list_tables(card)) or say("tables.none", self.lang)

    def scope_of(self, card: Card) -> str:
        """Whom the rule is about, not escaped: for a place."""
        subject = card.subject.in_language(self.lang)
        if not card.has_scope:
            return say("scope.all", self.lang, subject=subject)
        return say("scope.where", self.lang, subject=subject, scope=card.scope.in_language(self.lang))

    def points(self, card: Card) -> None:
        self.heading(self.w("points"))
        told = []
        for point in card.points:
            scope = [self.w("point.scope", scope=point.scope)] if point.scope != NO_TEXT else []
            other = self.t(point.criterion) or self.w("point.no_limit")
            limits = [self.t(limit) for limit in point.limits] or [other]
            told.append("<br>".join([self.t(point.says), *scope, *limits]))
        self.items(told, numbered=True)
        called = list(dict.fromkeys(article.called for article in card.law))
        self.paragraph(self.w("basis", law=self.listed(called)) if called else self.w("basis.none"))

    def data(self, card: Card) -> None:
        self.heading(self.w("data"))
        if not card.tables:
            self.paragraph(self.w("data.none"))
            return
        self.paragraph(self.w("data.lead"))
        head = [self.w(f"data.{key}") for key in ("source", "agency", "table", "field", "sensitivity")]
        rows = []
        for table in card.tables:
            sources = "<br>".join(
                escape(" ".join([one.source, *one.files])) for one in table.deliverers
            ) or self.w("data.no_source")
            fields = "<br>".join(
                f"{self.t(field.label)} {escape(field.name)}"
                + (f" ({self.w('data.attached')})" if field.is_attached else "")
                for field in table.fields
            ) or self.w("data.rows_attached" if table.is_attached else "data.rows_only")
            levels = "<br>".join(field.sensitivity for field in table.fields) or "—"
            agencies = self.t(list_agencies(table)) or "—"
            rows.append([sources, agencies, f"{self.t(table.label)} {escape(table.name)}", fields, levels])
        self.table(head, rows)

    def steps(self, card: Card) -> None:
        self.heading(self.w("steps"))
        self.heading(self.w("step.1"), 3)
        self.paragraph(self.w("step.gather", tables=self.tables_of(card)) + self.w("step.seen"))
        self.paragraph(self.w("step.scope", scope=self.scope_of(card)))
        self.heading(self.w("step.2"), 3)
        self.comparisons(card)
        self.heading(self.w("step.3"), 3)
        for number, point in enumerate(card.points, 1):
            if len(card.points) > 1:
                self.paragraph(f"**{number}\\. {self.t(point.says)}**")
            self.items([self.t(line) for line in point.how])
            if point.sql:
                self.fenced("sql", point.sql)
        told = [self.w("cannot_tell"), self.w("identity", identity=card.identity)]
        told += [self.w("measure", measure=card.measure)] if card.measure != NO_TEXT else []
        self.items(told)
        self.heading(self.w("step.4"), 3)
        if not card.exclude:
            self.paragraph(self.w("exclude.none"))
        self.items(
            [
                f"{self.t(one.because)} ({self.w('exclude.keep' if one.keep else 'exclude.out')})"
                f"<br>{self.w('exclude.when', when=one.when)}"
                for one in card.exclude
            ],
            numbered=True,
        )
        self.heading(self.w("step.5"), 3)
        self.paragraph(self.t(card.check))

    def comparisons(self, card: Card) -> None:
        told = []
        for one in card.collisions:
            text = self.w("collision", left=one.left, right=one.right)
            text += " " + self.w("collision.keys", keys=self.listed(one.keys)) if one.keys else ""
            text += self.w("collision.when", when=one.when) if one.when != NO_TEXT else ""
            told.append(text)
        self.items(told)
        if any(point.sql for point in card.points):
            self.paragraph(self.w("collision.query"))
        elif not told:
            self.paragraph(self.w("collision.none"))
        if card.values:
            self.paragraph(self.w("values"))
        names = [
            self.t(value.name)
            if value.subject == card.subject
            else self.w("values.of", subject=value.subject, name=value.name)
            for value in card.values
        ]
        self.items(
            [
                f"{name}{self.colon}{self.t(value.says)}"
                for name, value in zip(names, card.values, strict=True)
            ]
        )

    def after(self, card: Card) -> None:
        self.heading(self.w("check"))
        self.paragraph(self.t(card.check))
        if card.exclude:
            self.paragraph(self.w("check.exclude"))
        self.items([self.t(one.because) for one in card.exclude])
        self.paragraph(f"**{self.w('check.reason')}**{self.colon}{self.t(card.reason)}")
        if card.attached:
            self.paragraph(self.w("check.attached", rows=self.listed(card.attached)))
        self.heading(self.w("misses"))
        self.paragraph(self.t(card.misses))
        self.heading(self.w("disposition"))
        told = [("severity", self.t(card.severity)), ("grade", self.t(card.grade))]
        if card.bands:
            bands = [
                self.t(band.text) + (f" — {self.t(band.when)}" if band.when != NO_TEXT else "")
                for band in card.bands
            ]
            told.append(("bands", "<br>".join(bands)))
        routes = [self.t(one) for one in card.disposition.routes]
        told.append(("route", "<br>".join(routes) or self.w("route.none")))
        if card.disposition.documents:
            told.append(("documents", escape(self.listed(card.disposition.documents))))
        self.items([f"**{self.w(key)}**{self.colon}{value}" for key, value in told])

    # ---- what it rests on

    def figures(self, card: Card) -> None:
        self.heading(self.w("figures"))
        sweeps = card.figures.sweeps
        if sweeps:
            last = sweeps[-1]
            self.paragraph(self.w("figures.last", dataset=last.dataset, day=last.as_of, n=last.version))
            if last.status != "ran":
                self.paragraph(self.w("figures.not_run", why=last.why))
            names = ("in_scope", "hit", "excluded", "cannot_tell", "running", "due_soon", "clear")
            head = [self.w("figures.as_of"), self.w("versions.version")]
            head += [self.w("cannot_tell.n" if name == "cannot_tell" else name) for name in names]
            rows = [
                [
                    str(sweep.as_of),
                    str(sweep.version),
                    *("—" if sweep.counts[name] is None else str(sweep.counts[name]) for name in names),
                ]
                for sweep in reversed(sweeps[-12:])
            ]
            self.table(head, rows)
        else:
            self.paragraph(self.w("figures.none"))
        if card.figures.handled:
            self.items([f"{self.t(label)}{self.colon}{n}" for label, n in card.figures.handled])
        else:
            self.paragraph(self.w("figures.no_ledger"))

    def law(self, card: Card) -> None:
        self.heading(self.w("law"))
        if not card.law:
            self.paragraph(self.w("law.none"))
        for article in card.law:
            self.heading(f"{self.t(article.called)} ({escape(article.id)})", 3)
            current = next((one for one in article.versions if one.is_in_force), None)
            if current is None:
                self.paragraph(self.w("law.not_in_force", day=card.day))
            else:
                kind = self.w("law.quoted" if current.is_quoted else "law.gist")
                self.paragraph(f"{kind}{self.colon}{self.t(current.text)}")
                sure = self.w("law.confidence", confidence=say(f"level.{article.confidence}", self.lang))
                parts = [self.w("law.since", day=current.from_on)]
                parts += [self.w("law.until", day=current.until_on)] if current.until_on else []
                parts += [
                    sure,
                    *([self.w("law.checked", day=article.checked_on)] if article.checked_on else []),
                ]
                self.paragraph(" · ".join(parts))
            if article.is_unconfirmed:
                self.paragraph(f"**{self.w('law.unconfirmed')}**")
            others = [one for one in article.versions if not one.is_in_force]
            if others:
                self.paragraph(self.w("law.others"))
            self.items(
                [
                    f"{self.span(one.from_on, one.until_on)}{self.colon}{escape(one.number)} · {self.t(one.text)}"
                    for one in others
                ]
            )

    def span(self, from_on: date, until_on: date | None) -> str:
        if from_on == date.min:
            return self.w("span.always")
        if until_on is None:
            return self.w("span.from", day=from_on)
        return self.w("span.between", day=from_on, until=until_on)

    def parameters(self, card: Card) -> None:
        self.heading(self.w("parameters"))
        if not card.parameters:
            self.paragraph(self.w("parameters.none"))
            return
        keys = ("parameter", "parameter.value", "parameter.span", "parameter.kind", "parameter.because")
        head = [self.w(key) for key in (*keys, "parameter.approved")]
        self.table(head, [self.parameter(one, value) for one in card.parameters for value in one.values])

    def parameter(self, one: ParameterTold, value: ParameterValueWords) -> list[str]:
        missing = self.w("not_recorded")
        because = value.because if value.because != NO_TEXT else one.because
        category = f"{self.t(value.category)}{self.colon}" if value.category != NO_TEXT else ""
        return [
            "<br>".join(part for part in (self.t(one.label), escape(one.parameter or one.name)) if part),
            f"{category}{escape(value.value) or missing} {self.t(one.unit)}".strip(),
            self.span(value.from_on, value.until_on),
            self.w(f"kind.{one.kind}"),
            self.t(because) or missing,
            self.t(one.approved_by) or missing,
        ]

    def versions(self, card: Card) -> None:
        self.heading(self.w("versions"))
        if not card.versions:
            self.paragraph(self.w("versions.none", n=card.version))
            return
        keys = (
            "versions.version",
            "status",
            "versions.on",
            "versions.by",
            "versions.approved_by",
            "versions.figures",
        )
        rows = []
        for one in card.versions:
            further = [escape(one.because), self.t(one.retired)]
            told = "<br>".join([self.t(one.figures) or self.w("not_recorded"), *filter(None, further)])
            day = str(one.activated_on)
            by, approver = escape(one.by), escape(one.approved_by)
            rows.append([str(one.version), self.w(f"status.{one.status}"), day, by, approver, told])
        self.table([self.w(key) for key in keys], rows)

    def examples(self, told: ExamplesTold | None) -> None:
        self.heading(self.w("examples"))
        if told is None:
            self.paragraph(self.w("examples.none"))
            return
        held = sum(not case.differences for case in told.cases)
        lead = self.w("examples.lead", n=len(told.cases), held=held)
        self.paragraph(f"{lead} {self.w('examples.as_of', day=told.as_of)}")
        if told.common:
            self.paragraph(self.w("examples.common"))
        self.items(
            [f"{self.t(table.label)}{self.colon}{self.t(tell_rows(table)[0])}" for table in told.common]
        )
        rows = []
        for case in told.cases:
            given = [escape(case.name), *([escape(self.listed(case.settings))] if case.settings else [])]
            for table in case.given:
                lines = [self.t(row) for row in tell_rows(table)] or [self.w("example.no_rows")]
                given.append(f"{self.t(table.label)}{self.colon}{'<br>'.join(lines)}")
            given += [] if case.given else [self.w("example.no_rows")]
            wanted = []
            for one in case.expected:
                outcome = self.t(one.outcome)
                wanted.append(
                    self.w("example.subject", subject=one.subject, outcome=one.outcome)
                    if one.subject
                    else outcome
                )
                wanted += [f"{self.t(label)}{self.colon}{self.t(value)}" for label, value in one.figures]
            result = [self.w("example.holds")]
            if case.differences:
                result = [f"**{self.w('example.differs')}**", *(self.t(one) for one in case.differences)]
            rows.append([str(case.number), *("<br>".join(part) for part in (given, wanted, result))])
        keys = ("example.given", "example.expected", "example.result")
        self.table(["\\#", *(self.w(key) for key in keys)], rows)

    def security(self, card: Card) -> None:
        self.heading(self.w("security"))
        self.paragraph(self.w("security.needs", tables=self.tables_of(card)))
        self.paragraph(self.w("security.counts", **count_sensitivity(card)))
        personal = personal_fields(card)
        self.paragraph(self.w("security.personal" if personal else "security.none"))
        comma = "，" if self.lang == "zh" else ", "
        self.items(
            [
                f"{self.t(label)} · {self.t(field.label)}{self.colon}"
                + (f"{self.w('pseudonym')}{comma}" if field.is_pseudonym else "")
                + self.w(f"mask.{field.mask}")
                for label, field in personal
            ]
        )
        self.paragraph(self.w("security.keep"))
        if "C" in card.grades:
            self.paragraph(f"**{self.w('security.C')}**")
