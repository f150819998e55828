"""Named time limits: `rules/clocks.yaml` in, clocks with the terms of each version of the law out.

A clock says from what to what a duty runs, how long, who may extend it, which days do not count and what starts it
anew. Lengths stand here, or in the law as `spans` of an article, each with the days it holds; where they stand in
the law, a change of law is a dated entry there and no clock is touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from jointsup_rules.load.yaml import Document, Loc
from jointsup_rules.model.law import Day, Laws, Span, parts_by_name
from jointsup_rules.model.shape import (
    Expression,
    Flag,
    Name,
    Several,
    Shape,
    Whole,
    Words,
    YesOrNo,
    check_model,
    refuse,
)
from jointsup_rules.problems import Place, Problem, Text, did_you_mean

MonthRule = Literal["criminal", "civil"]
UNITS = ("months", "days", "working_days")
_WORD = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)?")


class Length(Shape):
    """How long: numbers, `$parameters` or expressions; or `law` and `span`, where the number stands in the law."""

    months: Expression | None = None
    days: Expression | None = None
    working_days: Expression | None = None
    law: str | None = None
    span: str | None = None

    @model_validator(mode="after")
    def _is_one_length(self) -> Length:
        if self.span is not None and self.law is None:
            raise refuse(
                "span 须与 law 同写", "span needs law beside it",
                "写 {law: CPL-156, span: limit}", "write {law: CPL-156, span: limit}",
            )  # fmt: skip
        calendar = self.months is not None or self.days is not None
        if (self.span is not None) + calendar + (self.working_days is not None) > 1:
            raise refuse(
                "长度只能有一种写法", "a length is given in one way",
                "months 和 days 可以同写，working_days 和 span 各自单写",
                "months and days go together; working_days and span stand alone",
            )  # fmt: skip
        return self

    @property
    def is_given(self) -> bool:
        """Whether it says a length at all."""
        return self.span is not None or any(getattr(self, unit) is not None for unit in UNITS)


class ClockLimit(Length):
    """The base of a clock: a length, or the due day found in the data; the first whose `when` is true."""

    when: Expression | None = None
    due: Expression | None = None


class Extension(Length):
    """A ground on which time is added by decision.

    Attributes:
        to: Replaces the base instead of adding to it.
        as_decided: What is added stands in the decision itself.
        level: The lowest level that may decide.
        after: The extension that must have been honoured before it.
        times: How often it may be granted.
    """

    to: Length | None = None
    as_decided: Flag = False
    level: str | None = None
    after: str | None = None
    times: Whole | Literal["any"] | None = None
    when: Expression | None = None


class ClockExclusion(Shape):
    """A ground on which days do not count; `at_most` caps each record, `times` the number of records."""

    law: str | None = None
    at_most: Length | None = None
    times: Whole | None = Field(None, ge=1)
    from_: Day | None = Field(None, alias="from")
    until: Day | None = None


class Ground(Shape):
    """A ground that starts the clock anew, or moves its start."""

    law: str | None = None


class RollUnless(Shape):
    """The roll, unless a condition holds; `anyone_held` is asked on the unrolled due day."""

    unless: Expression


def _roll(value: object) -> object:
    return {"yes": True, "no": False}.get(value, value) if isinstance(value, str) else value


Roll = Annotated[bool | RollUnless, BeforeValidator(_roll, json_schema_input_type=YesOrNo | RollUnless)]


def _one_or_list(value: object) -> object:
    return [value] if isinstance(value, dict) else value


_LIMITS = BeforeValidator(_one_or_list, json_schema_input_type=ClockLimit | tuple[ClockLimit, ...])


class ClockShape(Shape):
    """A clock as it is written."""

    label: Words
    subject: str
    start: Several
    limit: Annotated[tuple[ClockLimit, ...], _LIMITS, Field(min_length=1)]
    roll: Roll
    stop: Several = ()
    when: Expression | None = None
    month_rule: MonthRule | None = None
    extend: Mapping[Name, Extension] = Field(default_factory=dict)
    exclude: Mapping[Name, ClockExclusion] = Field(default_factory=dict)
    restart: Mapping[Name, Ground] = Field(default_factory=dict)
    shift: Mapping[Name, Ground] = Field(default_factory=dict)
    recorded: Expression | None = None
    params: Mapping[Name, Any] = Field(default_factory=dict)
    note: Words | None = None


@dataclass(frozen=True)
class Terms:
    """A clock as one version of the law has it.

    Attributes:
        from_: First day of this version; None for the earliest.
        limits: Its lengths in the clock's order; None where no version of the article is known for the time.
        extensions: What each ground adds, or replaces the base by; None likewise.
        times: How often each ground may be used; None for any number.
    """

    from_: date | None
    limits: tuple[Amount | None, ...]
    extensions: Mapping[str, Amount | None]
    times: Mapping[str, int | None]


@dataclass(frozen=True)
class Amount:
    """A length written out: each unit an integer, a `$parameter` or an expression; `article` is where it stands."""

    months: str | None = None
    days: str | None = None
    working_days: str | None = None
    article: str | None = None
    is_due: bool = False


@dataclass(frozen=True)
class Clock:
    """One named time limit, with the document for places."""

    name: str
    shape: ClockShape
    terms: tuple[Terms, ...]
    document: Document = field(repr=False, compare=False)

    @property
    def loc(self) -> Loc:
        """Its path in the document."""
        return (self.name,)

    @property
    def counts_working_days(self) -> bool:
        """Whether it counts working days."""
        return any(
            amount is not None and amount.working_days is not None
            for terms in self.terms
            for amount in terms.limits
        )

    def articles(self) -> frozenset[str]:
        """Return every article it cites."""
        return frozenset(law for _, law in _laws_of(self.shape))


def is_word(text: str) -> bool:
    """Whether a start or stop is a word (a column or an event code) and no expression."""
    return _WORD.fullmatch(text) is not None


def read_clocks(document: Document, laws: Laws) -> tuple[dict[str, Clock], tuple[Problem, ...]]:
    """Return the clocks that can be read, and every problem of the document, names in the law included."""
    problems = list(document.problems)
    clocks: dict[str, Clock] = {}
    data, found = parts_by_name(document)
    problems += found
    for name in data:
        shape, found = check_model(ClockShape, document, (name,))
        problems += found
        if shape is None:
            continue
        found = (*_check_lengths(name, shape, document), *_check_law(name, shape, laws, document))
        problems += found
        if not any(problem.severity == "error" for problem in found):
            clocks[name] = Clock(name, shape, _terms(shape, laws), document)
    return clocks, tuple(problems)


# ---- the versions of the law


def _spans_of(shape: ClockShape) -> Iterator[Length]:
    yield from shape.limit
    for extension in shape.extend.values():
        yield extension.to if extension.to is not None else extension


def _laws_of(shape: ClockShape) -> Iterator[tuple[Loc, str]]:
    """Every article a clock names, with its path below the clock."""
    places: list[tuple[Loc, str | None]] = [
        (("limit", number, "law"), limit.law) for number, limit in enumerate(shape.limit)
    ]
    for code, extension in shape.extend.items():
        places.append((("extend", code, "law"), extension.law))
        if extension.to is not None:
            places.append((("extend", code, "to", "law"), extension.to.law))
    for key in ("exclude", "restart", "shift"):
        places += [((key, code, "law"), ground.law) for code, ground in getattr(shape, key).items()]
    yield from ((loc, law) for loc, law in places if law is not None)


def _terms(shape: ClockShape, laws: Laws) -> tuple[Terms, ...]:
    """The versions of a clock, earliest first; a day on which no number changes begins no version."""
    days: set[date] = set()
    for length in _spans_of(shape):
        if length.span is not None and length.law is not None:
            for version in laws.versions_of(length.law):
                days.add(version.from_)
                days |= {version.until} if version.until is not None else set()
    found: list[Terms] = []
    for day in (date.min, *sorted(days)):
        terms = Terms(
            None if day == date.min else day,
            tuple(_limit_on(limit, laws, day) for limit in shape.limit),
            {code: _extension_on(one, laws, day) for code, one in shape.extend.items()},
            {code: _times_on(one, laws, day) for code, one in shape.extend.items()},
        )
        if not found or _numbers(found[-1]) != _numbers(terms):
            found.append(terms)
    return tuple(found)


def _numbers(terms: Terms) -> tuple[object, ...]:
    return terms.limits, tuple(terms.extensions.items()), tuple(terms.times.items())


def _limit_on(limit: ClockLimit, laws: Laws, day: date) -> Amount | None:
    if limit.due is not None:
        return Amount(days=limit.due, article=limit.law, is_due=True)
    return _amount_on(limit, laws, day)


def _extension_on(extension: Extension, laws: Laws, day: date) -> Amount | None:
    return _amount_on(extension.to if extension.to is not None else extension, laws, day)


def _amount_on(length: Length, laws: Laws, day: date) -> Amount | None:
    if length.span is None or length.law is None:
        return Amount(length.months, length.days, length.working_days, length.law)
    span = _span_on(length, laws, day)
    if span is None:
        return None
    months, days, working_days = (
        None if n is None else str(n) for n in (span.months, span.days, span.working_days)
    )
    return Amount(months, days, working_days, length.law)


def _span_on(length: Length, laws: Laws, day: date) -> Span | None:
    """The number of the law that a length takes, as in force on a day."""
    version = laws.version_on(length.law or "", day)
    return None if version is None or length.span is None else version.spans.get(length.span)


def _times_on(extension: Extension, laws: Laws, day: date) -> int | None:
    if extension.times == "any":
        return None
    if extension.times is not None:
        return extension.times
    span = _span_on(extension.to if extension.to is not None else extension, laws, day)
    return span.times if span is not None and span.times is not None else 1


# ---- checks


def _check_lengths(name: str, shape: ClockShape, document: Document) -> list[Problem]:
    problems: list[Problem] = []

    def add(steps: Loc, what: Text, fix: Text) -> None:
        problems.append(document.problem("JR241", _place(document, name, steps), what, fix=fix))

    no_length = Text("没有写明长度", "no length is given")
    fix = Text(
        "写 months、days、working_days，或 law 与 span", "write months, days, working_days, or law and span"
    )
    for number, limit in enumerate(shape.limit):
        if limit.due is None and not limit.is_given:
            add(("limit", number), no_length, fix)
        if limit.due is not None and limit.is_given:
            add(("limit", number), Text("due 不能与长度同写", "due and a length exclude each other"), Text())
    for code, extension in shape.extend.items():
        given = (
            extension.is_given + (extension.to is not None and extension.to.is_given) + extension.as_decided
        )
        if given != 1:
            add(
                ("extend", code),
                Text("延长须写明一种长度", "an extension has exactly one length"),
                Text("写长度、to 或 as_decided: true 之一", "write a length, `to`, or `as_decided: true`"),
            )
        if extension.after is not None and extension.after not in shape.extend:
            add(
                ("extend", code, "after"),
                Text(f"没有延长“{extension.after}”", f"no extension '{extension.after}'"),
                did_you_mean(extension.after, shape.extend, Text()),
            )
    for code, exclusion in shape.exclude.items():
        cap = exclusion.at_most
        if cap is not None and (cap.span is not None or cap.working_days is not None or not cap.is_given):
            add(("exclude", code, "at_most"), no_length, Text("写 months 或 days", "write months or days"))
        elif cap is not None:
            for unit in ("months", "days"):
                number = getattr(cap, unit)
                if number is not None and not number.isdigit():
                    what = Text("at_most 须是整数", "at_most is a whole number")
                    add(
                        ("exclude", code, "at_most", unit), what, Text(f"不能写“{number}”", f"not '{number}'")
                    )
    return problems


def _check_law(name: str, shape: ClockShape, laws: Laws, document: Document) -> list[Problem]:
    problems: list[Problem] = []
    known = laws.article_ids()
    for steps, law in _laws_of(shape):
        if law not in known:
            what = Text(f"没有条文“{law}”", f"no article '{law}'")
            why = Text("条文在 rules/law/ 中定义", "articles are defined in rules/law/")
            fix = did_you_mean(law, known, Text())
            problems.append(document.problem("JR221", _place(document, name, steps), what, why, fix))
    for length, steps in _with_places(shape):
        if length.span is None or length.law not in known:
            continue
        names = {one for version in laws.versions_of(length.law or "") for one in version.spans}
        if length.span not in names:
            what = Text(
                f"条文 {length.law} 没有 span“{length.span}”",
                f"article {length.law} has no span '{length.span}'",
            )
            none = Text(
                "在 rules/law/ 的条文版本里写 spans",
                "write `spans` in the versions of the article in rules/law/",
            )
            fix = did_you_mean(length.span, names, none)
            problems.append(
                document.problem("JR242", _place(document, name, (*steps, "span")), what, fix=fix)
            )
    problems += _check_units(name, shape, laws, document)
    if shape.month_rule is None and _uses_months(shape, laws):
        what = Text("按月的期限没有写明月末规则", "a limit of months does not say its month rule")
        why = Text("会改变结论的选择没有默认值", "a choice that changes who is named has no default")
        fix = Text("加上 month_rule: criminal 或 civil", "add month_rule: criminal or civil")
        problems.append(document.problem("JR303", document.place((name,), key=True), what, why, fix))
    return problems


def _check_units(name: str, shape: ClockShape, laws: Laws, document: Document) -> list[Problem]:
    """Working days do not mix with other units."""
    places: dict[bool, Loc] = {}
    for length, steps in _with_places(shape):
        written = [getattr(length, unit) is not None for unit in UNITS]
        if length.span is not None:
            spans = [version.spans.get(length.span) for version in laws.versions_of(length.law or "")]
            written = [
                any(span is not None and getattr(span, unit) is not None for span in spans) for unit in UNITS
            ]
        if written[2]:
            places.setdefault(True, steps)
        if written[0] or written[1]:
            places.setdefault(False, steps)
    if len(places) < 2:
        return []
    what = Text("工作日不能与月、日混用", "working days do not mix with months and days")
    why = Text(
        "一个时钟的期限和延长用同一种单位相加",
        "the limit and the extensions of a clock are summed, so they have one kind of unit",
    )
    place = _place(document, name, list(places.values())[-1])
    return [document.problem("JR241", place, what, why)]


def _place(document: Document, name: str, steps: Loc) -> Place:
    """The place of a part of a clock; a limit that is alone is not written as a list."""
    is_alone = steps[:1] == ("limit",) and isinstance(document.data[name]["limit"], dict)
    return document.place((name, "limit", *steps[2:]) if is_alone else (name, *steps))


def _with_places(shape: ClockShape) -> Iterator[tuple[Length, Loc]]:
    for number, limit in enumerate(shape.limit):
        yield limit, ("limit", number)
    for code, extension in shape.extend.items():
        yield extension, ("extend", code)
        if extension.to is not None:
            yield extension.to, ("extend", code, "to")


def _uses_months(shape: ClockShape, laws: Laws) -> bool:
    if any(ext.as_decided for ext in shape.extend.values()):
        return True
    if any(one.at_most is not None and one.at_most.months is not None for one in shape.exclude.values()):
        return True
    for length in _spans_of(shape):
        if length.months is not None:
            return True
        if length.span is not None and any(
            version.spans[length.span].months is not None
            for version in laws.versions_of(length.law or "")
            if length.span in version.spans
        ):
            return True
    return False
