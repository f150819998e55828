"""`explain`: a rule in words, as SQL, or step by step for one subject; and how these are told on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jointsup_rules.cli import Day, format_option, lang_option, language_of, workspace_option
from jointsup_rules.cli.code_pages import code_meant, explain_code, explain_codes, nearest_codes
from jointsup_rules.cli.telling import DONE, tell_json, unusable_input_told, width_of
from jointsup_rules.problems import NO_TEXT, Language, ProblemsError, Text

if TYPE_CHECKING:
    from jointsup_rules.sweep.describe import Description
    from jointsup_rules.sweep.explain import Explanation
    from jointsup_rules.sweep.trace import (
        Comparison,
        Condition,
        Finding,
        PartTrace,
        RowPlace,
        Rows,
        Trace,
        Value,
    )
    from jointsup_rules.workspace import Workspace

_LABELS = {
    "finds": Text("找什么", "finds"),
    "why": Text("为什么", "why"),
    "subject": Text("关于谁", "about"),
    "scope": Text("范围", "scope"),
    "how": Text("怎么找", "how"),
    "identity": Text("同一线索", "one clue per"),
    "exclude": Text("排除事由", "exclusions"),
    "measure": Text("数值", "measure"),
    "bands": Text("档次", "bands"),
    "severity": Text("严重度", "severity"),
    "grade": Text("处置等级", "grade"),
    "law": Text("法律", "law"),
    "params": Text("参数", "params"),
    "derived": Text("派生列", "derived"),
    "misses": Text("看不到什么", "misses"),
    "check": Text("怎么核对", "check"),
    "reason": Text("说明句", "reason"),
}
_CONFIDENCE = {
    "high": Text("文本已核对", "text verified"),
    "medium": Text("文本待复核", "text to be verified again"),
    "low": Text("文本未确认", "text not confirmed"),
}


def as_plain(value: Any, lang: Language) -> Any:
    """Return a value as JSON holds it: texts in one language, days as text, records as objects."""
    if isinstance(value, Text):
        return value.in_language(lang)
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: as_plain(getattr(value, one.name), lang) for one in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): as_plain(part, lang) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return [as_plain(part, lang) for part in value]
    return value


def render_explanation(explanation: Explanation, lang: Language) -> str:
    """Return an explanation as text: the trace where there is one, else the words; then the SQL."""
    lines: list[str] = []
    if explanation.trace is None:
        lines += _Telling(lang).words(explanation.description)
    else:
        one = explanation.description
        lines += [f"{one.id} v{one.version}  {one.title.in_language(lang)}", ""]
        lines += _Telling(lang).trace(explanation.trace)
    for statement in explanation.statements:
        lines += ["", f"-- {statement.name}", statement.sql + ";"]
    return "\n".join(lines)


class _Telling:
    """Writes lines of text in one language; a label stands left, what it labels in a column of its own."""

    def __init__(self, lang: Language) -> None:
        self.lang = lang

    def _in(self, text: Text) -> str:
        return text.in_language(self.lang)

    def _pick(self, zh: str, en: str) -> str:
        return zh if self.lang == "zh" else en

    def beside(self, label: str, told: Iterable[str], width: int = 14) -> list[str]:
        """The first line beside its label, the others below it."""
        lines = [line for text in told for line in text.splitlines()]
        pad = " " * width
        first = label + " " * max(1, width - width_of(label))
        return [(first if n == 0 else pad) + line for n, line in enumerate(lines)]

    # ---- words

    def words(self, one: Description) -> list[str]:
        lines = [f"{one.id} v{one.version} ({one.status})  {self._in(one.title)}", one.path, ""]
        told: dict[str, list[str]] = {
            "finds": [self._in(one.finds)],
            "why": [self._in(one.why)],
            "subject": [self._in(one.subject)],
            "scope": [self._in(one.scope)],
            "how": self._parts(one),
            "exclude": self._exclusions(one),
            "identity": [self._in(one.identity)],
            "measure": [self._in(one.measure)],
            "bands": [self._band(band.name, band.text, band.when) for band in one.bands],
            "severity": [self._in(one.severity)],
            "grade": [self._in(one.grade)],
            "law": self._law(one),
            "params": self._parameters(one),
            "derived": [
                self._pick(f"{d.name.zh}：{d.says.zh}", f"{d.name.en}: {d.says.en}") for d in one.derived
            ],
            "misses": [self._in(one.misses)],
            "check": [self._in(one.check)],
            "reason": [self._in(one.reason)],
        }
        for key, texts in told.items():
            kept = [text for text in texts if text]
            if kept:
                lines += self.beside(self._in(_LABELS[key]), kept)
        return lines

    def _parts(self, one: Description) -> list[str]:
        lines: list[str] = []
        for part in one.parts:
            indent = "  " if part.name else ""
            if part.name:
                says = self._in(part.says)
                lines.append(f"{part.name}" + (self._pick(f"：{says}", f": {says}") if says else ""))
            if part.scope != NO_TEXT:
                lines.append(indent + self._pick(f"限：{part.scope.zh}", f"only where {part.scope.en}"))
            lines += [indent + line for text in part.how for line in self._in(text).splitlines()]
        return lines

    def _exclusions(self, one: Description) -> list[str]:
        kept = self._pick("（保留并注明）", " (kept, and marked)")
        return [
            self._in(e.because) + (kept if e.keep else "") + self._pick(f"：{e.when.zh}", f": {e.when.en}")
            for e in one.exclude
        ]

    def _band(self, name: str, text: Text, when: Text) -> str:
        told = f"{name} {self._in(text)}"
        return told if when == NO_TEXT else told + self._pick(f"：{when.zh}", f": {when.en}")

    def _law(self, one: Description) -> list[str]:
        lines = []
        for article in one.law:
            if article.since is None:
                lines.append(f"{article.id}  {self._in(article.text)}")
                continue
            title, number, since = self._in(article.law), article.number, article.since.isoformat()
            sure = self._in(_CONFIDENCE.get(article.confidence, NO_TEXT))
            lines.append(
                self._pick(
                    f"《{title}》第{number}条（{since}起，{sure}）",
                    f"{title} art. {number} (from {since}, {sure})",
                )
            )
            lines.append("  " + self._in(article.text))
        return lines

    def _parameters(self, one: Description) -> list[str]:
        lines = []
        for parameter in one.parameters:
            named = f" ({parameter.parameter})" if parameter.parameter else ""
            because = f"  {self._in(parameter.because)}" if parameter.because != NO_TEXT else ""
            lines.append(f"${parameter.name} = {self._in(parameter.value)}{named}{because}")
        return lines

    # ---- the trace

    def trace(self, trace: Trace) -> list[str]:
        from jointsup_rules.sweep.explain_words import OUTCOMES

        day, cut = trace.as_of.isoformat(), trace.cut_off.isoformat()
        about = self._pick(
            f"数据集 {trace.dataset}，从 {day} 看，数据截至 {cut}",
            f"dataset {trace.dataset}, as of {day}, data up to {cut}",
        )
        lines = self.beside(
            self._pick("对象", "subject"), [f"{self._in(trace.subject)} {trace.subject_key}", about]
        )
        shown = "  ".join(value for _, value in trace.shown)
        lines += self.beside("", [shown] if shown else [])
        lines += self.beside(self._pick("来自", "comes from"), self._places(trace.rows, trace.n_rows))
        lines += self.beside(self._pick("列", "columns"), self._values(trace.values))
        if trace.scope is not None:
            lines += self.beside(self._in(_LABELS["scope"]), self._condition(trace.scope))
        for part in trace.parts:
            lines += self._part(part)
        outcome = self._in(OUTCOMES[trace.outcome])
        told = [outcome + (self._pick("：", ": ") + self._in(trace.why) if trace.why != NO_TEXT else "")]
        told += [line for clue in trace.clues for line in self._clue(clue)]
        if trace.nearest:
            near = self._pick("最接近的：", "nearest: ")
            told += [near + "、".join(self._nearest(one.subject_key, one.case_no) for one in trace.nearest)]
        return lines + self.beside(self._pick("结果", "outcome"), told)

    def _nearest(self, key: str, case_no: str | None) -> str:
        return key if case_no in (None, key) else f"{key} ({case_no})"

    def _clue(self, clue: Any) -> list[str]:
        levels = " · ".join(word for word in (clue.band, clue.severity, clue.grade) if word)
        lines = [f"{clue.clue_id}  {levels}", "  " + self._in(clue.reason)]
        if clue.law:
            lines.append("  " + clue.law)
        if clue.exception_id:
            lines.append(
                self._pick(f"  已批准例外 {clue.exception_id}", f"  approved exception {clue.exception_id}")
            )
        return lines

    def _place(self, place: RowPlace) -> str:
        key = f"{place.table} {place.row_key}".strip()
        if place.file is None:
            return key
        return self._pick(
            f"{key}（{place.file} 第 {place.line} 行）", f"{key} ({place.file} line {place.line})"
        )

    def _places(self, places: Sequence[RowPlace], n_rows: int) -> list[str]:
        lines = []
        for place in places:
            lines.append(self._place(place))
            lines += ["  ! " + self._in(reject) for reject in place.rejects]
        if n_rows > len(places):
            lines.append(self._pick(f"共 {n_rows} 行", f"{n_rows} rows in all"))
        return lines

    def _values(self, values: Sequence[Value]) -> list[str]:
        lines: list[str] = []
        names = [
            value.name
            if value.label == NO_TEXT
            else self._pick(f"{value.name}（{value.label.zh}）", f"{value.name} ({value.label.en})")
            for value in values
        ]
        width = min(36, max(map(width_of, names), default=0) + 2)
        told_rows: set[Rows] = set()
        for name, value in zip(names, values, strict=True):
            lines += self.beside(name, [self._value(value)], width)
            if value.says != NO_TEXT:
                lines.append("    = " + self._in(value.says))
            if value.rows is not None and value.rows not in told_rows:
                lines.append("    " + self._made_of(value.rows))
                told_rows.add(value.rows)
        return lines

    def _value(self, value: Value) -> str:
        means = self._in(value.means)
        told = value.value or means
        if value.value and means:
            told += self._pick(f"（{means}）", f" ({means})")
        if value.blamed:
            told += self._pick("，缺少：", ", missing: ") + "、".join(value.blamed)
        return told

    def _made_of(self, rows: Rows) -> str:
        told = self._pick(
            f"{rows.relation.zh} {rows.n_rows} 行，计入 {rows.n_counted} 行",
            f"{rows.n_rows} rows of {rows.relation.en}, {rows.n_counted} counted",
        )
        if rows.n_open:
            told += self._pick(f"，{rows.n_open} 行无法判断", f", {rows.n_open} cannot be told")
        places = "; ".join(self._place(place) for place in rows.places)
        return told + (self._pick("：", ": ") + places if places else "")

    def _holds(self, holds: bool | None) -> str:
        from jointsup_rules.sweep.explain_words import HOLDS

        return self._in(HOLDS[holds])

    def _condition(self, condition: Condition) -> list[str]:
        holds = self._holds(condition.holds)
        if condition.holds is None and not condition.is_unknown:
            holds = self._pick("否（尚未发生）", "false (not yet)")
        if condition.missing:
            holds += self._pick("，缺少：", ", missing: ") + "、".join(condition.missing)
        alone = condition.comparisons[0] if len(condition.comparisons) == 1 else None
        values = self._compared(alone) if alone is not None else ""
        lines = [f"{holds}  {self._in(condition.says)}{values}"]
        return lines + (self._comparisons(condition.comparisons) if alone is None else [])

    def _comparisons(self, comparisons: Sequence[Comparison]) -> list[str]:
        width = max((width_of(self._holds(one.holds)) for one in comparisons), default=0)
        lines = []
        for one in comparisons:
            holds = self._holds(one.holds)
            pad = " " * (width - width_of(holds))
            lines.append(f"  {holds}{pad}  {self._in(one.says)}{self._compared(one)}")
        return lines

    def _compared(self, one: Comparison) -> str:
        """What a comparison compares, with the values, and by how much it is not true."""
        empty = self._pick("空", "empty")
        told = [f"{self._in(side.says)} = {side.value or empty}" for side in one.sides]
        if len(one.sides) == 1:
            value = one.sides[0].value
            told = [self._pick("实为 ", "is ") + value if value else empty]
        told += [self._in(one.short)] if one.short != NO_TEXT else []
        if not told:
            return ""
        return self._pick("（", " (") + self._pick("；", "; ").join(told) + self._pick("）", ")")

    def _part(self, part: PartTrace) -> list[str]:
        lines: list[str] = []
        if part.name:
            says = self._in(part.says)
            lines.append(part.name + (self._pick(f"：{says}", f": {says}") if says else ""))
        if part.scope is not None:
            lines += [
                self._in(_LABELS["scope"]) + self._pick("：", ": ") + line if n == 0 else line
                for n, line in enumerate(self._condition(part.scope))
            ]
        lines += [f"{name} = {value}" for name, value in part.limits]
        if not part.findings:
            lines.append(self._in(part.nothing))
        for number, finding in enumerate(part.findings, 1):
            lines += self._finding(finding, number if part.n_findings > 1 else 0)
        if part.n_findings > len(part.findings):
            left = part.n_findings - len(part.findings)
            lines.append(self._pick(f"另有 {left} 处", f"and {left} more"))
        return self.beside(self._pick("判断", "judged"), lines)

    def _finding(self, finding: Finding, number: int) -> list[str]:
        from jointsup_rules.sweep.explain_words import OUTCOMES

        head = f"{number}. " if number else ""
        head += f"{self._in(OUTCOMES[finding.found])}{self._pick('：', ': ')}{self._in(finding.case)}"
        if finding.margin != NO_TEXT:
            head += self._pick(f"（{finding.margin.zh}）", f" ({finding.margin.en})")
        lines = [head]
        if finding.clock:
            n = finding.segment
            lines.append(
                self._pick(f"  时钟 {finding.clock} 第{n}段", f"  clock {finding.clock}, period {n}")
            )
        if finding.row_key:
            lines.append(self._pick(f"  所看的行：{finding.row_key}", f"  the row: {finding.row_key}"))
        if finding.missing:
            lines.append(self._pick("  缺少：", "  missing: ") + "、".join(finding.missing))
        lines += ["  " + line for line in self._steps(finding) or self._days(finding)]
        lines += self._comparisons(finding.comparisons)
        lines += [f"  {name}: {value}" for name, value in finding.figures]
        if finding.found == "clear":
            return lines
        lines += ["  " + line for one in finding.exclusions for line in self._exclusion(one)]
        lines += self._rows(finding)
        levels = " · ".join(word for word in (finding.band, finding.severity, finding.grade) if word)
        clue = self._pick(f"线索编号 {finding.clue_id}", f"clue id {finding.clue_id}")
        lines.append(f"  {levels}  {clue}")
        if finding.outcome != finding.found:
            lines.append("  → " + self._in(OUTCOMES[finding.outcome]))
        return lines

    def _days(self, finding: Finding) -> list[str]:
        """The days of a finding without a calculation."""
        days = [day.isoformat() for day in (finding.started_on, finding.ended_on) if day is not None]
        return [" → ".join(dict.fromkeys(days))] if days else []

    def _steps(self, finding: Finding) -> list[str]:
        rows = []
        for step in finding.steps:
            span = " → ".join(day.isoformat() for day in (step.from_on, step.to_on) if day is not None)
            unit = (
                self._pick("个工作日", "working days") if step.in_working_days else self._pick("天", "days")
            )
            days = "" if step.days is None else f"{step.days} {unit}"
            note = "  ".join(part for part in (self._in(step.note), step.article, step.document) if part)
            rows.append((self._in(step.label), span, days, note))
        widths = [max((width_of(row[n]) for row in rows), default=0) for n in range(3)]
        return [
            "  ".join(
                cell + " " * (width - width_of(cell)) for cell, width in zip(row, [*widths, 0], strict=True)
            ).rstrip()
            for row in rows
        ]

    def _exclusion(self, one: Any) -> list[str]:
        mark = self._pick("（只注明）", " (marks only)") if one.keep else ""
        first, *others = self._condition(one.condition)
        label = self._pick(f"排除事由 {one.because.zh}{mark}：", f"exclusion {one.because.en}{mark}: ")
        return [label + first, *("  " + line for line in others)]

    def _rows(self, finding: Finding) -> list[str]:
        lines = []
        for row in finding.rows:
            values = ", ".join(f"{name}={value}" for name, value in row.values)
            lines.append(f"  {row.role}: {self._place(row.place)}  {values}")
        if finding.n_rows > len(finding.rows):
            left = finding.n_rows - len(finding.rows)
            lines.append(self._pick(f"  另有 {left} 行", f"  and {left} more rows"))
        return lines


@click.command("explain")
@click.argument("rule", required=False, metavar="RULE|CODE")
@click.option("--codes", "lists_codes", is_flag=True, help="列出全部问题代码 / list every problem code")
@click.option("--subject", metavar="KEY", help="逐步说明这个对象 / trace this subject step by step")
@click.option(
    "--near",
    type=click.IntRange(1, 1000),
    help="列出离成为线索最近的这么多个对象 / list so many subjects nearest to being a clue",
)
@click.option("--dataset", metavar="D", help="数据集 / the dataset")
@click.option("--as-of", type=Day(), help="从哪一天看 / the day to look from")
@click.option("--sql", is_flag=True, help="加上实际运行的 SQL / with the SQL that is run")
@workspace_option
@format_option
@lang_option
def explain(
    rule: str | None,
    lists_codes: bool,
    subject: str | None,
    near: int | None,
    dataset: str | None,
    as_of: date | None,
    sql: bool,
    workspace: Path,
    form: str,
    lang: str | None,
) -> None:
    """用文字说明一条规则；加 --sql 看实际运行的 SQL；加 --subject 逐步说明一个对象，无论是否命中。JR203 这样的问题代码，显示其说明页。

    A rule in words; with --sql the SQL that is run; with --subject step by step for one subject, hit or not.
    Of a problem code such as JR203 its page.
    """
    from jointsup_rules.workspace import Workspace

    spoken = language_of(lang)
    if lists_codes:
        explain_codes(form, spoken)
    if rule is None:
        message = Text("请给出规则编号或问题代码", "name a rule or a problem code")
        raise click.UsageError(message.in_language(spoken))
    code = code_meant(rule)
    if code is not None:
        explain_code(code, form, spoken)
    if subject is not None and (dataset is None or as_of is None):
        message = Text("--subject 须同时给出 --dataset 和 --as-of", "--subject needs --dataset and --as-of")
        raise click.UsageError(message.in_language(spoken))
    if near is not None:
        if dataset is None or as_of is None or subject is not None or sql:
            message = Text(
                "--near 须同时给出 --dataset 和 --as-of，且不与 --subject、--sql 同用",
                "--near needs --dataset and --as-of, and does not go with --subject or --sql",
            )
            raise click.UsageError(message.in_language(spoken))
        from jointsup_rules.cli.near import tell_nearest

        with unusable_input_told(spoken):
            tell_nearest(Workspace(workspace).nearest(rule, dataset, as_of, near), form, spoken)
        sys.exit(DONE)
    # Words tell what holds today; a trace looks from the day it is given and no other.
    day = as_of or date.today()
    with unusable_input_told(spoken):
        told = _explained(Workspace(workspace), rule, day, dataset, subject, sql)
    if form == "json":
        tell_json(as_plain(told, spoken))
    else:
        click.echo(render_explanation(told, spoken))
    sys.exit(DONE)


def _explained(
    workspace: Workspace, rule: str, day: date, dataset: str | None, subject: str | None, sql: bool
) -> Explanation:
    """The explanation of a rule; where there is none, and the word looks like a problem code, that is said."""
    try:
        return workspace.explain(rule, day, dataset=dataset, subject=subject, sql=sql)
    except ProblemsError as error:
        near = nearest_codes(rule)
        if not near or error.problems[0].code != "JR401":
            raise
        fix = Text(f"问题代码写作 {near[0]}，不加符号", f"a problem code is written {near[0]}, without signs")
        raise ProblemsError([replace(one, fix=fix) for one in error.problems]) from None
