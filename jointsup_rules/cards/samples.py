"""The examples of a rule as its card tells them: rows given, outcomes expected, and whether they hold.

In: a rule and the results of running its examples. Out: small tables in words, with labels for columns and codes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jointsup_rules.cards.card import ExamplesTold, ExampleTable, ExampleWords, Expected
from jointsup_rules.model.dictionary import Column, Dictionary
from jointsup_rules.model.rule import ExampleCase, Rule
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.problems import Text
from jointsup_rules.sweep.describe import parts_of, said_of
from jointsup_rules.sweep.examples import ExampleResult
from jointsup_rules.sweep.explain_words import OUTCOMES
from jointsup_rules.sweep.saying import FINDING_LABELS, LEVELS

_LABELS = {
    **FINDING_LABELS,
    "missing": Text("缺少", "missing"),
    "because": Text("排除事由", "because"),
    "reason_zh": Text("说明句", "reason (Chinese)"),
    "reason_en": Text("英文说明句", "reason (English)"),
}
_YES, _NO, _EMPTY = Text("是", "yes"), Text("否", "no"), Text("（空）", "(empty)")


def gather_examples(rulebook: Rulebook, rule: Rule, results: Sequence[ExampleResult]) -> ExamplesTold | None:
    """Return the examples in words, in their order; None for a rule without any."""
    examples = rule.shape.examples
    if examples is None:
        return None
    assert rulebook.dictionary is not None, "examples are told by the dictionary's labels"
    clocks = {name: clock.shape.label for name, clock in rulebook.clocks.items()}
    teller = _Teller(rulebook.dictionary, rule, clocks)
    by_number = {result.number: _differences(result) for result in results}
    not_run = (Text("没有运行", "it was not run"),)
    common = tuple(teller.table(name, [row]) for name, row in examples.like.items() if row)
    cases = tuple(
        ExampleWords(
            number + 1,
            case.name,
            teller.settings(case),
            tuple(teller.table(name, _rows(case, name, rows)) for name, rows in case.given.items()),
            teller.expected(case),
            by_number.get(number, not_run),
        )
        for number, case in enumerate(examples.cases)
    )
    return ExamplesTold(examples.as_of, common, cases)


def _differences(result: ExampleResult) -> tuple[Text, ...]:
    """What keeps an example from holding, in words."""
    return (*(one.says for one in result.differences), *(problem.what for problem in result.problems))


def _rows(case: ExampleCase, table: str, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    own = (case.like or {}).get(table, {})
    return [{**own, **row} for row in rows]


class _Teller:
    """Says values of examples by the dictionary's labels and the rule's own words."""

    def __init__(self, dictionary: Dictionary, rule: Rule, clocks: Mapping[str, Text]) -> None:
        self.dictionary, self.rule, self.clocks = dictionary, rule, clocks
        self.words = {
            "band": {band.name: band.text for band in rule.shape.bands},
            "severity": LEVELS,
            "grade": LEVELS,
            "part": {name: said_of(entry) for name, entry, _, _ in parts_of(rule)},
        }

    def table(self, name: str, rows: Sequence[Mapping[str, Any]]) -> ExampleTable:
        """Return rows with the columns that any of them fills."""
        table = self.dictionary.tables.get(name)
        names = list(dict.fromkeys(column for row in rows for column in row))
        columns = [table.column_named(column) if table is not None else None for column in names]
        return ExampleTable(
            table.label if table is not None else Text(name),
            tuple(
                column.label if column is not None else Text(str(column_name))
                for column, column_name in zip(columns, names, strict=True)
            ),
            tuple(
                tuple(
                    self.cell(name, row[name], column) if name in row else Text()
                    for name, column in zip(names, columns, strict=True)
                )
                for row in rows
            ),
        )

    def cell(self, name: str, value: Any, column: Column | None) -> Text:
        """Return a value by its label; a named clock by what the clock is called."""
        changes = self.dictionary.changes
        if changes is not None and name == changes.clock and str(value) in self.clocks:
            return self.clocks[str(value)]
        return _cell(value, column)

    def settings(self, case: ExampleCase) -> tuple[Text, ...]:
        """Return what an example has apart from the others: its day, what was not delivered, its numbers."""
        told = []
        if case.as_of is not None:
            told.append(Text(f"筛查日 {case.as_of}", f"as of {case.as_of}"))
        for name in case.absent:
            label = self._label_of(name)
            told.append(Text(f"没有{label.zh}", f"{label.en} not delivered"))
        for name, day in (case.exported_on or {}).items():
            label = self._label_of(name)
            told.append(Text(f"{label.zh}导出于 {day}", f"{label.en} exported on {day}"))
        told += [Text(f"{name} = {value}") for name, value in (case.params or {}).items()]
        if case.calendar is not None:
            days = "、".join(case.calendar)
            told.append(Text(f"休息日：{days or '无'}", f"days off: {days or 'none'}"))
        return tuple(told)

    def _label_of(self, table: str) -> Text:
        found = self.dictionary.tables.get(table)
        return found.label if found is not None else Text(table)

    def expected(self, case: ExampleCase) -> tuple[Expected, ...]:
        """Return what is expected of each subject; one line without a subject where the rule is not to run."""
        if isinstance(case.expect, str):
            return (Expected("", OUTCOMES.get(case.expect, Text(case.expect)), ()),)
        return tuple(self._entry(entry) for entry in case.expect)

    def _entry(self, entry: Mapping[str, Any]) -> Expected:
        outcome = str(entry.get("outcome"))
        figures = []
        for name, value in entry.items():
            if name in ("subject", "outcome"):
                continue
            if name == "working":
                lines = len(value) if isinstance(value, list) else 0
                told = Text(f"{lines} 行，逐行一致", f"{lines} lines, each as expected")
                figures.append((Text("计算过程", "working"), told))
                continue
            figures.append((_LABELS.get(name, Text(name)), self._figure(name, value)))
        return Expected(str(entry.get("subject", "")), OUTCOMES.get(outcome, Text(outcome)), tuple(figures))

    def _figure(self, name: str, value: Any) -> Text:
        if isinstance(value, Mapping):
            return Text(str(value.get("zh", "")), str(value.get("en", "")))
        if isinstance(value, list | tuple):
            labels = [self._column_label(str(one)) for one in value]
            return Text("、".join(one.zh for one in labels), ", ".join(one.en for one in labels))
        if name == "because":
            found = [
                one.because for one in self.rule.shape.exclude if value in (one.because.zh, one.because.en)
            ]
            return found[0] if found else Text(str(value))
        known = self.words.get(name, {}).get(str(value))
        return known if known is not None else _cell(value, None)

    def _column_label(self, word: str) -> Text:
        """A column that an outcome blames, by its label in whichever table of the rule has it."""
        subject = self.dictionary.subjects.get(self.rule.shape.subject)
        own = subject.column_named(word) if subject is not None else None
        if own is not None:
            return own.label
        derived = subject.derived_named(word) if subject is not None else None
        if derived is not None:
            return derived.label or Text(word)
        given = {name for case in self.rule.shape.examples.cases for name in case.given} if self.rule.shape.examples else ()  # fmt: skip
        for name in sorted(given):
            table = self.dictionary.tables.get(name)
            column = table.column_named(word.split(".")[-1]) if table is not None else None
            if column is not None:
                return column.label
        return FINDING_LABELS.get(word, Text(word))


def _cell(value: Any, column: Column | None) -> Text:
    if value is None or value == "":
        return _EMPTY
    if isinstance(value, bool):
        return _YES if value else _NO
    if column is not None and str(value) in column.codes:
        return column.codes[str(value)]
    if column is not None and column.type == "boolean" and str(value) in ("true", "false"):
        return _YES if str(value) == "true" else _NO
    return Text(str(value))
