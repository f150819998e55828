"""Where the path of a rule parts from what an example expects of it: the trace of the subject, read beside the example.

In: an example and what differed. Out: the same differences, each with the step in words. Nothing is judged here again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from jointsup_rules.model.rule import Rule
from jointsup_rules.problems import NO_TEXT, ProblemsError, Text
from jointsup_rules.sweep.differences import Difference
from jointsup_rules.sweep.example_reading import Given, facts_of
from jointsup_rules.sweep.explain_words import OUTCOMES
from jointsup_rules.sweep.trace import Comparison, Condition, ExclusionTrace, Finding, Step, Trace

if TYPE_CHECKING:
    from jointsup_rules.sweep.examples import ExampleRunner

# So many subjects of one example are traced; the paths of others are told by `explain`.
TRACED = 3
_HOLDS = {
    True: Text("成立", "holds"),
    False: Text("不成立", "does not hold"),
    None: Text("不知道", "is unknown"),
}
_ADDS = ("base", "extend", "exclude", "shift", "roll", "law")


def add_partings(
    runner: ExampleRunner, rule: Rule, given: Given, differences: Sequence[Difference]
) -> list[Difference]:
    """Return the differences of one example with the step where the paths part."""
    import duckdb

    subjects = list(dict.fromkeys(one.subject for one in differences if one.subject))[:TRACED]
    found: dict[str, Trace] = {}
    for key in subjects:
        try:
            found[key] = _trace(runner, rule, given, key)
        except (duckdb.Error, ProblemsError):
            # The example itself said what the database says; a trace that cannot be had takes nothing from that.
            continue
    entries = given.case.expect if isinstance(given.case.expect, tuple) else ()
    wanted: dict[str, Mapping[str, Any]] = {str(entry.get("subject")): entry for entry in entries}
    told = []
    for one in differences:
        trace = found.get(one.subject)
        parts_at = part_of(wanted.get(one.subject), one, trace) if trace is not None else one.parts_at
        told.append(replace(one, parts_at=parts_at))
    return told


def _trace(runner: ExampleRunner, rule: Rule, given: Given, key: str) -> Trace:
    from jointsup_rules.sweep.tracing import trace_rows

    runner.use_calendar(given.setting)
    runner.drop()
    with runner.rows((), {}):
        return trace_rows(
            runner.rulebook,
            rule,
            facts_of(runner.dictionary, given.setting),
            dict(given.setting.params),
            given.rows,
            runner.connection,
            key,
        )


# ---- reading a trace beside what was expected


def part_of(entry: Mapping[str, Any] | None, difference: Difference, trace: Trace) -> Text:
    """Return the step at which the path of a subject goes another way than an example expects.

    Args:
        entry: What the example says of the subject; None where it does not list it.
        difference: What differs.
        trace: The path.
    """
    wanted = str(entry["outcome"]) if entry is not None else None
    if trace.outcome in ("no_subject", "not_evaluated", "failed"):
        why = (
            f"：{trace.why.zh}" if trace.why != NO_TEXT else "",
            f": {trace.why.en}" if trace.why != NO_TEXT else "",
        )
        said = OUTCOMES[trace.outcome]
        return Text(said.zh + why[0], said.en + why[1])
    if trace.outcome == "out_of_scope" or wanted in (None, "out_of_scope"):
        return _at("范围", "scope", _scope(trace))
    finding = _decisive(trace, entry)
    if finding is None:
        nothing = next((part.nothing for part in trace.parts if not part.findings), NO_TEXT)
        return _at("判断", "detection", nothing)
    if difference.key == "outcome":
        return _at_outcome(wanted or "", finding)
    return _at_value(difference, finding)


def _at(zh: str, en: str, said: Text) -> Text:
    if said == NO_TEXT:
        return Text(zh, en)
    return Text(f"{zh}：{said.zh}", f"{en}: {said.en}")


def _joined(parts: Sequence[Text]) -> Text:
    return Text("；".join(one.zh for one in parts), "; ".join(one.en for one in parts))


def _scope(trace: Trace) -> Text:
    if trace.scope is None:
        return Text("规则没有范围条件，全部在内", "the rule has no scope, so all are in it")
    return say_condition(trace.scope)


def say_condition(condition: Condition) -> Text:
    """Return which comparisons settle a condition, with the values they read."""
    concerned = [one for one in condition.comparisons if (one.holds is True) == (condition.holds is True)]
    return _joined([say_comparison(one) for one in concerned or condition.comparisons])


def say_comparison(one: Comparison) -> Text:
    """Return a comparison with its value and those of its sides."""
    holds = _HOLDS[one.holds]
    zh = [f"{side.says.zh} = {side.value or '空'}" for side in one.sides]
    en = [f"{side.says.en} = {side.value or 'empty'}" for side in one.sides]
    if one.short != NO_TEXT:
        zh, en = [*zh, one.short.zh], [*en, one.short.en]
    return Text(
        f"“{one.says.zh}”{holds.zh}" + (f"（{'；'.join(zh)}）" if zh else ""),
        f"'{one.says.en}' {holds.en}" + (f" ({'; '.join(en)})" if en else ""),
    )


def _decisive(trace: Trace, entry: Mapping[str, Any] | None) -> Finding | None:
    """The finding that gave the subject its outcome, of the part the example names if it names one."""
    part = entry.get("part") if entry is not None else None
    findings = [one for own in trace.parts if part in (None, own.name) for one in own.findings]
    same = [one for one in findings if one.outcome == trace.outcome or trace.outcome == "due_soon"]
    return next(iter([*same, *findings]), None)


def _at_outcome(wanted: str, finding: Finding) -> Text:
    excluded = finding.outcome == "excluded"
    if excluded or (wanted == "excluded" and finding.found in ("hit", "running")):
        return _at("排除事由", "exclusions", _exclusions(finding, holds=excluded))
    said = [finding.case]
    if finding.margin != NO_TEXT:
        said.append(finding.margin)
    if finding.kind == "condition":
        said += [
            say_comparison(one)
            for one in finding.comparisons
            if one.holds is not True or finding.found == "hit"
        ]
    if finding.missing:
        listed = ", ".join(finding.missing)
        said.append(Text(f"缺少 {listed}", f"missing {listed}"))
    said += [_step(one) for one in finding.steps if one.honoured is False]
    if finding.steps:
        return _at("期限", "time limit", _joined(said))
    return _at("判断", "detection", _joined(said))


def _exclusions(finding: Finding, *, holds: bool) -> Text:
    concerned = [one for one in finding.exclusions if not one.keep and (one.condition.holds is True) == holds]
    return _joined([_exclusion(one) for one in concerned])


def _exclusion(one: ExclusionTrace) -> Text:
    said = say_condition(one.condition)
    return Text(f"{one.because.zh}：{said.zh}", f"{one.because.en}: {said.en}")


def _at_value(difference: Difference, finding: Finding) -> Text:
    key = difference.key
    if key == "started_on":
        return _at(
            "起算", "start", _joined([_step(one) for one in finding.steps if one.name in ("start", "shift")])
        )
    if key == "due_on":
        return _due(difference, finding)
    if key.startswith("working["):
        return _line(int(key[8:].split("]")[0]), finding)
    if key in ("ended_on", "over_days"):
        return _at(
            "办结", "end", _joined([finding.case, *([finding.margin] if finding.margin != NO_TEXT else [])])
        )
    if key == "because":
        return _at("排除事由", "exclusions", _exclusions(finding, holds=True))
    if key in ("band", "severity", "grade"):
        return _at("档次和等级", "bands and levels", _levels(key, finding))
    if key == "missing":
        return _at("判断", "detection", finding.case)
    if key == "measure":
        figures = [Text(f"{name} {value}") for name, value in finding.figures]
        margin = [finding.margin] if finding.margin != NO_TEXT else []
        return _at("数值", "measure", _joined([*margin, *figures]))
    if key in ("reason_zh", "reason_en"):
        return _sentence(difference)
    return NO_TEXT


def _line(number: int, finding: Finding) -> Text:
    """A line of the working, as the rule reckoned it."""
    told = [_step(one) for one in finding.steps[number - 1 : number]]
    return _at("计算过程", "working", _joined([Text(f"第 {number} 行", f"line {number}"), *told]))


def _levels(key: str, finding: Finding) -> Text:
    told = [(name, holds) for name, holds in finding.conditions if name.startswith(key)]
    return _joined([Text(f"{name} {_HOLDS[holds].zh}", f"{name} {_HOLDS[holds].en}") for name, holds in told])


def _sentence(difference: Difference) -> Text:
    """From which character on a sentence is another one."""
    expected, found = str(difference.expected), str(difference.found)
    n = next(
        (n for n, (a, b) in enumerate(zip(expected, found, strict=False)) if a != b),
        min(len(expected), len(found)),
    )
    one, other = expected[max(0, n - 4) : n + 12], found[max(0, n - 4) : n + 12]
    return Text(f"第 {n + 1} 字起：“{one}”与“{other}”", f"from character {n + 1}: '{one}' and '{other}'")


def _due(difference: Difference, finding: Finding) -> Text:
    """Which steps of a calculation account for a due day that is another one than expected."""
    steps = [one for one in finding.steps if one.name in _ADDS]
    try:
        later = (
            date.fromisoformat(str(difference.found)) - date.fromisoformat(str(difference.expected))
        ).days
    except ValueError:
        return _at("届满", "due day", _joined([finding.case, *map(_step, steps)]))
    moved = Text(
        f"晚 {later} 天" if later > 0 else f"早 {-later} 天",
        f"{abs(later)} days {'later' if later > 0 else 'earlier'}",
    )
    of_length = [one for one in steps if one.days == later and one.honoured is not False]
    refused = [one for one in steps if one.honoured is False]
    concerned = of_length if later > 0 else refused
    return _at("届满", "due day", _joined([moved, *map(_step, concerned or steps)]))


def _step(one: Step) -> Text:
    """One line of a calculation in words."""
    span = " → ".join(day.isoformat() for day in (one.from_on, one.to_on) if day is not None)
    zh, en = [one.label.zh, span], [one.label.en, span]
    if one.days is not None:
        zh.append(f"{one.days} {'个工作日' if one.in_working_days else '天'}")
        en.append(f"{one.days} {'working days' if one.in_working_days else 'days'}")
    if one.honoured is False:
        zh, en = [*zh, "不予认可"], [*en, "not honoured"]
    zh, en = [*zh, one.document or "", one.note.zh], [*en, one.document or "", one.note.en]
    return Text(" ".join(part for part in zh if part), " ".join(part for part in en if part))
