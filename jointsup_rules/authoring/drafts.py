"""What a new rule of each kind begins with: a subject, a method, and examples that hold.

In: a dictionary, a kind, a subject. Out: drafts in order of how well they fit; none where the subject has not what the
kind takes. Whoever writes the rule replaces all of it, piece by piece, with something that runs at every step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import Any

from jointsup_rules.authoring.samples import (
    AS_OF,
    FIRST,
    LAST_DAY,
    LATE,
    NEXT_DAY,
    Home,
    Related,
    Row,
    Value,
    on_day,
    related_of,
    sample_value,
)
from jointsup_rules.model.dictionary import LINE_KEY, Column, Dictionary
from jointsup_rules.problems import Text

DAYS = 30
_ENOUGH = 6


@dataclass(frozen=True)
class Case:
    """One example: rows by table, and what is expected of each subject."""

    name: Text
    given: Mapping[str, Sequence[Row]]
    expect: Sequence[Mapping[str, Any]]
    as_of: str | None = None


@dataclass(frozen=True)
class Draft:
    """A method over a subject, with examples.

    Attributes:
        detect: Key of the kind to value, a nested mapping; for a query its text.
        uses: Own columns that the method reads, for evidence.
        reason: A sentence with {columns}.
    """

    kind: str
    home: Home
    detect: Mapping[str, Any] | str
    uses: Sequence[str]
    reason: Text
    cases: Sequence[Case]
    params: Mapping[str, int] = field(default_factory=dict)


_LIMIT = {"days": "$days"}


def drafts_of(kind: str, dictionary: Dictionary, home: Home) -> Iterator[Draft]:
    """Yield drafts of a kind over a subject, the best first; a handful at most."""
    yield from islice(_MAKERS[kind](dictionary, home), _ENOUGH)


# ---- one row, one subject


def _one(home: Home, name: Text, values: Mapping[str, Value], **expected: Any) -> Case:
    """A case of one subject."""
    row = home.row(1, values)
    return Case(name, {home.table.name: [row]}, [{"subject": home.key(row, 1), **expected}])


def _unknown(column: Column, missing: str) -> dict[str, Any]:
    """What becomes of a subject that lacks the column a condition reads."""
    if column.empty == "unknown":
        return {"outcome": "cannot_tell", "missing": [missing]}
    return {"outcome": "clear"}


def _tests(home: Home) -> Iterator[tuple[Column, str, Value, Value]]:
    """Columns with a condition, a value for which it holds, and one for which it does not."""
    for column in home.columns("code"):
        if len(column.codes) > 1:
            first, second, *_ = column.codes
            yield column, f"{column.name} = '{first}'", first, second
    for column in home.columns("boolean"):
        yield column, column.name, True, False
    for column in home.columns("date"):
        yield column, f"{column.name} > as_of", "2025-04-01", AS_OF
    for column in home.columns("integer", "decimal"):
        yield column, f"{column.name} > 100", 101, 100
    for column in home.columns("text"):
        yield column, f"{column.name} = 'A1'", "A1", "A2"


def _condition(_: Dictionary, home: Home) -> Iterator[Draft]:
    for column, when, holds, fails in _tests(home):
        cases = _cases_of_test(home, column, holds, fails)
        reason = Text(
            f"{{subject}}的{column.label.zh}为{{{column.name}}}，需核实。",
            f"{{subject}}: {column.label.en} is {{{column.name}}}; please check.",
        )
        yield Draft("condition", home, {"when": when}, [column.name], reason, cases)


def _cases_of_test(home: Home, column: Column, holds: Value, fails: Value) -> list[Case]:
    cases = [
        _one(home, Text("条件成立", "the condition holds"), {column.name: holds}, outcome="hit"),
        _one(home, Text("条件不成立", "the condition does not hold"), {column.name: fails}, outcome="clear"),
    ]
    if column.name in home.subject.key:
        return cases
    return [*cases, _one(home, Text("没有登记", "not recorded"), {}, **_unknown(column, column.name))]


def _query(_: Dictionary, home: Home) -> Iterator[Draft]:
    if home.subject.key == LINE_KEY:
        # A query cannot return file and line.
        return
    keys = ", ".join(f'"{name}"' for name in home.subject.key)
    for column, _when, holds, fails in _tests(home):
        if column.type not in ("code", "boolean", "text"):
            continue
        test = f"\"{column.name}\" = '{holds}'" if isinstance(holds, str) else f'"{column.name}"'
        sql = f'SELECT {keys}\nFROM "{home.subject.name}"\nWHERE {test}\n'
        reason = Text(
            "{subject}合乎查询的条件，需核实。", "{subject} is what the query asks for; please check."
        )
        cases = _cases_of_test(home, column, holds, fails)[:2]
        if column.name not in home.subject.key:
            cases.append(_one(home, Text("没有登记", "not recorded"), {}, outcome="clear"))
        yield Draft("query", home, sql, [column.name], reason, cases)


def _day(column: Column) -> str:
    return column.name if column.type == "date" else f"date_of({column.name})"


def _pairs(home: Home, *types: str) -> Iterator[tuple[Column, Column]]:
    """Two columns of days, the second one that may not have come yet where there is such a one."""
    columns = home.columns(*types)
    for first in columns:
        others = [one for one in columns if one is not first]
        later = sorted(
            others, key=lambda one: (one.empty != "not_yet", columns.index(one) < columns.index(first))
        )
        if later and first.empty != "not_yet":
            yield first, later[0]


def _between(
    home: Home, first: Column, second: Column, days: tuple[str | None, str | None]
) -> dict[str, Value]:
    told = ((first, days[0]), (second, days[1]))
    return {one.name: on_day(one, day) for one, day in told if day is not None}


def _time_limit(_: Dictionary, home: Home) -> Iterator[Draft]:
    reason = Text(
        "{subject}自{started_on}起算，应于{due_on}前办理，已超过{over_days}天，需核实。",
        "{subject}: reckoned from {started_on} and due on {due_on}; {over_days} days over; please check.",
    )
    for begin, end in _pairs(home, "date", "timestamp"):
        method = {"from": _day(begin), "until": _day(end), "limit": _LIMIT, "roll": "no"}
        late, in_time = (_between(home, begin, end, (FIRST, day)) for day in (NEXT_DAY, LAST_DAY))
        cases = [
            _one(home, Text("迟一天", "one day late"), late, outcome="hit", due_on=LAST_DAY, over_days=1),
            _one(home, Text("最后一天办成", "done on the last day"), in_time, outcome="clear"),
            *_undated(home, begin),
        ]
        yield Draft("time_limit", home, method, [begin.name, end.name], reason, cases, {"days": DAYS})
    for begin in home.columns("date", "timestamp"):
        method = {"from": _day(begin), "limit": _LIMIT, "roll": "no"}
        begun = {begin.name: on_day(begin, FIRST)}
        soon = _one(
            home, Text("今天是最后一天", "today is the last day"), begun, outcome="due_soon", due_on=LAST_DAY
        )
        cases = [
            _one(home, Text("早已到期", "long overdue"), begun, outcome="hit", due_on=LAST_DAY, over_days=59),
            Case(soon.name, soon.given, soon.expect, as_of=LAST_DAY),
            *_undated(home, begin),
        ]
        yield Draft("time_limit", home, method, [begin.name], reason, cases, {"days": DAYS})


def _undated(home: Home, begin: Column) -> list[Case]:
    if begin.name in home.subject.key:
        return []
    name = Text("起算日没有登记", "the day it starts is not recorded")
    return [_one(home, name, {}, outcome=_unknown(begin, begin.name)["outcome"])]


def _missing(_: Dictionary, home: Home) -> Iterator[Draft]:
    reason = Text(
        "{subject}于{started_on}之后，应于{due_on}前有下一步记录，迟了{over_days}天，需核实。",
        "{subject}: after {started_on} the next step was due by {due_on}; {over_days} days late; please check.",
    )
    for after, expected in _pairs(home, "date", "timestamp"):
        method = {
            "after": _day(after), "expect": _day(expected), "within": _LIMIT, "roll": "no", "late": "hit",
        }  # fmt: skip
        late, in_time = (_between(home, after, expected, (FIRST, day)) for day in (NEXT_DAY, LAST_DAY))
        cases = [
            _one(home, Text("迟一天", "one day late"), late, outcome="hit", due_on=LAST_DAY, over_days=1),
            _one(home, Text("最后一天有了", "there on the last day"), in_time, outcome="clear"),
            *_undated(home, after),
        ]
        yield Draft("missing", home, method, [after.name, expected.name], reason, cases, {"days": DAYS})


def _contradiction(_: Dictionary, home: Home) -> Iterator[Draft]:
    reason = Text("{subject}的两处记录不一致，需核实。", "{subject}: two records disagree; please check.")
    for kind in ("date", "integer", "decimal", "text", "timestamp", "boolean"):
        columns = [one for one in home.columns(kind) if one.name not in home.subject.key]
        for left, right in pairwise(columns):
            one, other = sample_value(left, 1), sample_value(left, 2)
            both = {left.name: one, right.name: one}
            cases = [
                _one(home, Text("不一致", "they differ"), {left.name: one, right.name: other}, outcome="hit"),
                _one(home, Text("一致", "they agree"), both, outcome="clear"),
                _one(home, Text("只有一处有", "one is empty"), {left.name: one}, outcome="cannot_tell"),
            ]
            method = {"compare": [{"left": left.name, "right": right.name}]}
            yield Draft("contradiction", home, method, [left.name, right.name], reason, cases)


# ---- rows of a relation


def _with_rows(
    home: Home, related: Related, name: Text, rows: Sequence[Mapping[str, Value]], **expected: Any
) -> Case:
    """A case of one subject and related rows."""
    own = home.row(
        1, {column: sample_value(home.subject.columns[column], 1) for column in related.match.values()}
    )
    mine = {column: own[home.own[column]] for column in home.own if home.own[column] in own}
    theirs = [related.row(number, mine, values) for number, values in enumerate(rows, 1)]
    given = {home.table.name: [own], related.table.name: theirs}
    if related.is_home:
        given = {home.table.name: [{**own, **row} for row in theirs]}
    return Case(name, given, [{"subject": home.key(own, 1), **expected}])


def _repeat(dictionary: Dictionary, home: Home) -> Iterator[Draft]:
    reason = Text(
        "{subject}自{started_on}至{ended_on}共{measure}次，需核实。",
        "{subject}: {measure} times from {started_on} to {ended_on}; please check.",
    )
    for related in related_of(dictionary, home):
        for on in related.columns("date", "timestamp")[:1]:
            method = {"of": related.relation.name, "on": _day(on), "at_least": "$times", "within": _LIMIT}

            def case(
                name: Text, outcome: str, *days: str, on: Column = on, related: Related = related
            ) -> Case:
                return _with_rows(
                    home, related, name, [{on.name: on_day(on, day)} for day in days], outcome=outcome
                )

            cases = [
                case(Text("三十天内两次", "twice within thirty days"), "hit", FIRST, "2025-01-11"),
                case(Text("正好相距三十天", "thirty days apart"), "hit", FIRST, LAST_DAY),
                case(Text("相距三十一天", "thirty-one days apart"), "clear", FIRST, NEXT_DAY),
            ]
            yield Draft("repeat", home, method, [], reason, cases, {"times": 2, "days": DAYS})


def _sequence(dictionary: Dictionary, home: Home) -> Iterator[Draft]:
    reason = Text(
        "{subject}的环节先后颠倒（{started_on}、{ended_on}），需核实。",
        "{subject}: steps out of order ({started_on}, {ended_on}); please check.",
    )
    for related in related_of(dictionary, home):
        events = related.table.events
        if events is None or not {events.type, events.on} <= set(related.table.columns):
            continue
        step, on = related.table.columns[events.type], related.table.columns[events.on]
        first, second = sample_value(step, 1), sample_value(step, 2)
        if first == second:
            continue

        def case(
            name: Text, outcome: str, *days: tuple[Value, str], step: Column = step, on: Column = on,
            related: Related = related,
        ) -> Case:  # fmt: skip
            rows = [{step.name: code, on.name: on_day(on, day)} for code, day in days]
            return _with_rows(home, related, name, rows, outcome=outcome)

        cases = [
            case(Text("后一步在先", "the second step came first"), "hit", (second, FIRST), (first, LAST_DAY)),
            case(Text("先后正常", "in order"), "clear", (first, FIRST), (second, LAST_DAY)),
            case(Text("同一天", "on one day"), "clear", (second, FIRST), (first, FIRST)),
        ]
        method = {"of": related.relation.name, "order": [first, second]}
        yield Draft("sequence", home, method, [], reason, cases)


def _overlap(dictionary: Dictionary, home: Home) -> Iterator[Draft]:
    reason = Text(
        "{subject}有两段期间重叠（{started_on}至{ended_on}），需核实。",
        "{subject}: two intervals overlap ({started_on} to {ended_on}); please check.",
    )
    for related in related_of(dictionary, home):
        days = related.columns("date", "timestamp")
        for begin, end in list(pairwise(days))[:3]:
            method = {
                "of": related.relation.name, "from": _day(begin), "until": _day(end), "find": "overlap",
            }  # fmt: skip

            def case(
                name: Text, outcome: str, *spans: tuple[str, str], begin: Column = begin, end: Column = end,
                related: Related = related,
            ) -> Case:  # fmt: skip
                rows = [{begin.name: on_day(begin, a), end.name: on_day(end, b)} for a, b in spans]
                return _with_rows(home, related, name, rows, outcome=outcome)

            cases = [
                case(Text("有一天重叠", "one day shared"), "hit", (FIRST, NEXT_DAY), (LAST_DAY, LATE)),
                case(
                    Text("首尾相接", "one ends as the other begins"),
                    "clear",
                    (FIRST, LAST_DAY),
                    (LAST_DAY, LATE),
                ),
                case(Text("只有一段", "only one"), "clear", (FIRST, LAST_DAY)),
            ]
            yield Draft("overlap", home, method, [], reason, cases)


# ---- many subjects


def _outlier(_: Dictionary, home: Home) -> Iterator[Draft]:
    reason = Text(
        "{subject}的数值{measure}远离同类，需核实。",
        "{subject}: {measure} is far from its peers; please check.",
    )
    for column in home.columns("integer", "decimal"):
        if column.name in home.subject.key:
            continue
        method = {"value": column.name, "fence": {"sd": 2}, "min_whole": 1, "min_peers": 5}
        cases = [
            _many(
                home,
                column,
                Text("一个远高于其余", "one far above the others"),
                [100, *[10] * 5],
                "hit",
                "clear",
            ),
            _many(home, column, Text("都差不多", "all alike"), [10] * 6, "clear", "clear"),
            _many(home, column, Text("同类太少", "too few peers"), [100, 10], "cannot_tell", "cannot_tell"),
        ]
        yield Draft("outlier", home, method, [column.name], reason, cases)


def _many(home: Home, column: Column, name: Text, values: Sequence[int], first: str, others: str) -> Case:
    """A case of several subjects, of which the first is another than the rest."""
    rows = [home.row(number, {column.name: value}) for number, value in enumerate(values, 1)]
    expect = [
        {"subject": home.key(row, line), "outcome": first if line == 1 else others}
        for line, row in enumerate(rows, 1)
    ]
    return Case(name, {home.table.name: rows}, expect)


_MAKERS: Mapping[str, Callable[[Dictionary, Home], Iterator[Draft]]] = {
    "time_limit": _time_limit,
    "condition": _condition,
    "missing": _missing,
    "contradiction": _contradiction,
    "repeat": _repeat,
    "sequence": _sequence,
    "overlap": _overlap,
    "outlier": _outlier,
    "query": _query,
}
KINDS = tuple(_MAKERS)
# What a kind asks of a subject, where it is not just any column.
NEEDS: Mapping[str, Text] = {
    "time_limit": Text("至少一个日期列", "a column with a day"),
    "condition": Text("至少一列", "a column"),
    "missing": Text("两个日期列", "two columns with days"),
    "contradiction": Text("两个同类型的列", "two columns of one type"),
    "repeat": Text("一个关系，其表有日期列", "a relation to a table with a day"),
    "sequence": Text("一个关系，其表声明了 events", "a relation to a table that declares `events`"),
    "overlap": Text("一个关系，其表有两个日期列", "a relation to a table with two days"),
    "outlier": Text("一个数值列", "a column with a number"),
    "query": Text("一个文字、代码或是否列", "a column of texts, codes or yes and no"),
}
