"""The last part of an example made of a case: days moved, expectations filled in, run once more as it will be written.

In: rows in which everybody is made up, and how the rule judged the case. Out: the example, or why there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count
from typing import Any

from jointsup_rules.authoring.case_values import moved_day
from jointsup_rules.model.dictionary import Dictionary
from jointsup_rules.model.rule import ExampleCase, Examples, Rule
from jointsup_rules.problems import ProblemsError, Text
from jointsup_rules.sweep.differences import as_json, outcome_of, worst_first
from jointsup_rules.sweep.example_reading import Setting, read_example
from jointsup_rules.sweep.examples import ExampleRunner
from jointsup_rules.sweep.trial import Verdict, open_trial, try_rows

_SHOWN = ("started_on", "due_on", "ended_on", "over_days", "measure", "band", "severity", "grade")
Row = Mapping[str, Any]
Rows = Mapping[str, tuple[Row, ...]]


@dataclass
class Finisher:
    """Makes an example of rows; `refusal` words why there is none.

    Attributes:
        shift_days: By how many days all days are moved.
        name: What the example is called; says how it was made where empty.
    """

    runner: ExampleRunner
    dictionary: Dictionary
    rule: Rule
    shift_days: int
    name: str
    refusal: Callable[..., ProblemsError]

    def finish(self, setting: Setting, real: Verdict, rows: Rows, key: str) -> tuple[Mapping[str, Any], date]:
        """Return the example and its day.

        Args:
            setting: Where the case was judged.
            real: How.
            rows: What is left of the case.
            key: Key of the subject in them.

        Raises:
            ProblemsError: moved or written down it says something else.
        """
        days = self.shift_days
        moved = {table: tuple(self._moved(table, row, days) for row in own) for table, own in rows.items()}
        span = timedelta(days=days)
        setting = replace(
            setting,
            as_of=setting.as_of + span,
            exported=tuple((table, day + span) for table, day in setting.exported),
        )
        with open_trial(self.runner, self.rule, setting, key) as trial:
            found = try_rows(trial, moved)
        if found is None or found.way() != real.moved(days).way():
            raise self._other_days()
        setting = self._fewer_days(setting, moved, key, found)
        case = self._case(setting, moved)
        expect = self._expect(case, key, in_scope=found.in_scope)
        case = {"name": self._name(str(expect[0]["outcome"])), **case, "expect": expect}
        self._run(case)
        return case, setting.as_of

    def _name(self, outcome: str) -> str:
        """A name of its own."""
        examples = self.rule.shape.examples
        taken = {one.name for one in examples.cases} if examples is not None else set()
        wanted = self.name or f"made of a real case, {outcome}"
        numbered = (wanted if n == 1 else f"{wanted} ({n})" for n in count(1))
        return next(name for name in numbered if name not in taken)

    def _fewer_days(self, setting: Setting, rows: Rows, key: str, found: Verdict) -> Setting:
        """The export days that the rule needs said; others are those of the day of the example."""
        shared = self.rule.shape.examples.exported_on if self.rule.shape.examples is not None else {}
        for only in ({*shared}, {*shared, *rows}):
            fewer = replace(setting, exported=tuple(one for one in setting.exported if one[0] in only))
            with open_trial(self.runner, self.rule, fewer, key) as trial:
                if try_rows(trial, rows) == found:
                    return fewer
        return setting

    def _moved(self, table: str, row: Row, days: int) -> Row:
        if not days:
            return row
        columns = self.dictionary.tables[table].columns
        return {name: moved_day(value, columns[name].type, days) for name, value in row.items()}

    def _other_days(self) -> ProblemsError:
        what = Text(
            f"移动 {self.shift_days} 天之后结论就不同了：月份长短、节假日或法律的施行日期不一样",
            f"moved by {self.shift_days} days the rule comes to another outcome:"
            " months have other lengths, holidays and changes of law fall on other days",
        )
        fix = Text(
            "换一个天数（1461 天即四年，月份长短相同），或不移动",
            "try another number (1461 days, four years, keep the lengths of months), or none",
        )
        return self.refusal(what, fix)

    def _case(self, setting: Setting, rows: Rows) -> dict[str, Any]:
        examples = self.rule.shape.examples
        day = setting.as_of.isoformat()
        case: dict[str, Any] = {}
        if examples is not None and examples.as_of != day:
            case["as_of"] = day
        likes: dict[str, Any] = {
            table: {} for table in rows if examples is not None and examples.like.get(table)
        }
        if likes:
            case["like"] = likes
        if setting.exported:
            case["exported_on"] = {table: one.isoformat() for table, one in setting.exported}
        order = list(self.dictionary.tables)
        case["given"] = {table: [dict(row) for row in rows[table]] for table in sorted(rows, key=order.index)}
        return case

    def _expect(self, case: Mapping[str, Any], key: str, *, in_scope: bool) -> list[dict[str, Any]]:
        """What the rule says now of every subject in scope, the one it is about first."""
        example = _shape({**case, "name": "new", "expect": []})
        examples = _beside(self.rule, case)
        given = read_example(self.dictionary, examples, example, 0)
        with self.runner.stage(self.rule, given.setting) as stage:
            judged = self.runner.judge(stage, given.rows)
        entries = [] if in_scope else [{"subject": key, "outcome": "out_of_scope"}]
        for one in sorted(judged.in_scope, key=lambda one: (one != key, one)):
            found = [row for row in judged.found if row["subject_key"] == one]
            entries.append({"subject": one, **self._entry(found)})
        return entries

    def _entry(self, found: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        outcome = outcome_of(found)
        if outcome == "clear":
            return {"outcome": "clear"}
        row = min((one for one in found if one["outcome"] == outcome), key=worst_first)
        entry: dict[str, Any] = {"outcome": outcome}
        if outcome == "running" and row["soon"]:
            entry["outcome"] = "due_soon"
        if row["part"]:
            entry["part"] = row["part"]
        if outcome == "hit":
            entry |= {name: as_json(row[name]) for name in _SHOWN if row[name] not in (None, "")}
        elif outcome == "running" and row["due_on"] is not None:
            entry["due_on"] = as_json(row["due_on"])
        elif outcome == "cannot_tell" and row["missing"]:
            entry["missing"] = sorted(row["missing"])
        elif outcome == "excluded":
            entry["because"] = self.rule.shape.exclude[row["excluded"]].because.zh
        return entry

    def _run(self, case: Mapping[str, Any]) -> None:
        """Run the example as one of the rule's own; it must hold."""
        examples = _beside(self.rule, case)
        one = _shape(case)
        shape = self.rule.shape.model_copy(update={"examples": examples.model_copy(update={"cases": (one,)})})
        (result,) = self.runner.run_here(replace(self.rule, shape=shape))
        if not result.holds:
            said = "; ".join(one.says.en for one in result.differences)
            said = said or "; ".join(one.what.en for one in result.problems)
            raise self.refusal(
                Text(f"写出的示例自己不成立：{said}", f"the example written does not hold: {said}")
            )


def _shape(case: Mapping[str, Any]) -> ExampleCase:
    return ExampleCase.model_validate(case)


def _beside(rule: Rule, case: Mapping[str, Any]) -> Examples:
    """The examples of a rule; where it has none, such as the case needs."""
    if rule.shape.examples is not None:
        return rule.shape.examples
    return Examples.model_validate({"as_of": case.get("as_of", "2000-01-01"), "cases": []})
