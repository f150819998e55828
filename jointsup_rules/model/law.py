"""Statutes and parameters: numbers that change with time, each with the day it holds from.

In: `rules/law/*.yaml` and `rules/parameters.yaml`. Out: values that can be asked for a day. Spans are half-open:
`until` is the first day a version no longer holds. Versions of one thing never overlap.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from jointsup_rules.load.yaml import Document
from jointsup_rules.model.shape import Flag, Name, Shape, Whole, Words, check_model, kind_of, refuse
from jointsup_rules.model.written import day_meant
from jointsup_rules.problems import Problem, Text


def _day(value: object) -> object:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            meant = day_meant(value)
            shown = meant or "2024-05-01"
            raise refuse(
                f"'{value}' 不是日期",
                f"'{value}' is no day",
                f"写作 {shown}",
                f"write {shown}",
                instead=meant,
            ) from None
    return value


Day = Annotated[date, BeforeValidator(_day)]
Confidence = Literal["high", "medium", "low"]


class LawVersion(Shape):
    """One version of a statute."""

    from_: Day = Field(alias="from")
    until: Day | None = None
    checked_on: Day | None = None
    confidence: Confidence = "high"
    number: str | None = None
    note: Words | None = None


class Span(Shape):
    """A length of time that an article fixes: months and days together, or working days; for extensions how often."""

    months: Whole | None = Field(None, ge=0)
    days: Whole | None = Field(None, ge=0)
    working_days: Whole | None = Field(None, ge=0)
    times: Whole | None = Field(None, ge=1)

    @model_validator(mode="after")
    def _has_a_length(self) -> Span:
        calendar = self.months is not None or self.days is not None
        if calendar == (self.working_days is not None):
            raise refuse(
                "长度应写 months、days（可以同写），或 working_days",
                "a length is months, days or both, or working_days",
            )
        return self


class ArticleVersion(Shape):
    """One version of an article; the text is a paraphrase unless `quoted`.

    `spans` are the numbers the article fixes, by name: clocks take them from here.
    """

    from_: Day = Field(alias="from")
    until: Day | None = None
    number: str
    text: Words
    spans: Mapping[Name, Span] = Field(default_factory=dict)
    confidence: Confidence | None = None
    unconfirmed: Flag = False
    quoted: Flag = False
    note: Words | None = None


class LawShape(Shape):
    """A statute or interpretation as it is written."""

    law: str
    title: Words
    versions: tuple[LawVersion, ...]
    articles: Mapping[str, tuple[ArticleVersion, ...]]
    short: Words | None = None
    kind: str | None = None
    month_rule: Literal["criminal", "civil"] | None = None
    issued_by: Words | None = None
    note: Words | None = None
    unconfirmed: Flag = False


@dataclass(frozen=True)
class Article:
    """An article with its law, as in force on some day."""

    id: str
    law: Text
    number: str
    text: Text
    in_force_from: date
    confidence: str
    unconfirmed: bool


@dataclass(frozen=True)
class Laws:
    """All statutes of a workspace."""

    shapes: tuple[LawShape, ...] = ()

    def article_ids(self) -> frozenset[str]:
        """Return every article that may be cited."""
        return frozenset(article for shape in self.shapes for article in shape.articles)

    def version_on(self, article_id: str, day: date) -> ArticleVersion | None:
        """Return the version of an article in force on a day, or None."""
        versions = self.versions_of(article_id)
        return next((v for v in versions if v.from_ <= day and (v.until is None or day < v.until)), None)

    def article_on(self, article_id: str, day: date) -> Article | None:
        """Return the version of an article in force on a day, or None."""
        for shape in self.shapes:
            for version in shape.articles.get(article_id, ()):
                if version.from_ <= day and (version.until is None or day < version.until):
                    whole = next(
                        (v for v in shape.versions if v.from_ <= day and (v.until is None or day < v.until)),
                        None,
                    )
                    confidence = version.confidence or (whole.confidence if whole else "low")
                    return Article(
                        article_id, shape.title, version.number, version.text, version.from_, confidence,
                        version.unconfirmed or shape.unconfirmed,
                    )  # fmt: skip
        return None

    def called_on(self, article_id: str, day: date) -> Text:
        """Return what an article is called on a day; before the earliest version known here, what that one is called."""
        for shape in self.shapes:
            versions = sorted(shape.articles.get(article_id, ()), key=lambda one: one.from_)
            if versions:
                number = [one.number for one in versions if one.from_ <= day][-1:] or [versions[0].number]
                return Text(f"《{shape.title.zh}》第{number[0]}条", f"{shape.title.en}, art. {number[0]}")
        return Text(article_id)

    def versions_of(self, article_id: str) -> tuple[ArticleVersion, ...]:
        """Return the versions of an article in order of time; empty where there is no such article."""
        found = [version for shape in self.shapes for version in shape.articles.get(article_id, ())]
        return tuple(sorted(found, key=lambda version: version.from_))


class ParameterValue(Shape):
    """A value from a day on; further keys name the category it is for."""

    model_config = ConfigDict(frozen=True, extra="allow")

    from_: Day = Field(alias="from")
    until: Day | None = None
    value: Any
    law: Any = None
    because: Words | None = None

    def category(self, keys: Sequence[str]) -> tuple[str | None, ...]:
        """Return its category, in the parameter's order of keys; None where it holds for any."""
        extra = self.model_extra or {}
        return tuple(None if extra.get(key) is None else str(extra[key]) for key in keys)


class ParameterShape(Shape):
    """A local threshold or a number of the law."""

    unit: str
    kind: Literal["local", "law"]
    values: tuple[ParameterValue, ...]
    by: tuple[str, ...] = ()
    because: Words | None = None
    means: Words | None = None
    approved_by: Words | None = None
    law: Any = None
    confidence: Confidence | None = None
    unconfirmed: Flag = False
    label: Words | None = None


@dataclass(frozen=True)
class Parameters:
    """All parameters of a workspace, with their document for places."""

    shapes: Mapping[str, ParameterShape]
    document: Document | None = field(default=None, repr=False, compare=False)

    def number_on(self, uses: Mapping[str, Any], day: date) -> Callable[[str], int | None]:
        """Return what reads a whole number, or `$name` of some uses, as it holds on a day; None for all else."""

        def number(written: str) -> int | None:
            if written.isdigit():
                return int(written)
            use = uses.get(written.removeprefix("$")) if written.startswith("$") else None
            if isinstance(use, int):
                return use
            shape = self.shapes.get(use) if isinstance(use, str) else None
            if shape is None or shape.by:
                return None
            holds = [v.value for v in shape.values if v.from_ <= day and (v.until is None or day < v.until)]
            return holds[-1] if holds and isinstance(holds[-1], int) else None

        return number


def read_law(document: Document) -> tuple[LawShape | None, tuple[Problem, ...]]:
    """Return the statute of a document, or every problem."""
    shape, found = check_model(LawShape, document)
    problems = [*document.problems, *found]
    if shape is None:
        return None, tuple(problems)
    for article, versions in shape.articles.items():
        problems += _check_spans(document, ("articles", article), [(v.from_, v.until, ()) for v in versions])
    problems += _check_spans(document, ("versions",), [(v.from_, v.until, ()) for v in shape.versions])
    return shape, tuple(problems)


def read_parameters(document: Document) -> tuple[Parameters, tuple[Problem, ...]]:
    """Return all parameters of a document that can be read, and every problem."""
    problems = list(document.problems)
    shapes: dict[str, ParameterShape] = {}
    data, found = parts_by_name(document)
    problems += found
    for name in data:
        shape, found = check_model(ParameterShape, document, (name,))
        problems += found
        if shape is None:
            continue
        shapes[name] = shape
        spans = [(v.from_, v.until, v.category(shape.by)) for v in shape.values]
        problems += _check_spans(document, (name, "values"), spans)
    return Parameters(shapes, document), tuple(problems)


def parts_by_name(document: Document) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """Return the parts of a file that names each of them; a file of another form has none, and a problem."""
    if isinstance(document.data, dict) or document.data is None:
        return document.data or {}, ()
    found = kind_of(document.data)
    what = Text(f"文件应为键值对，现为{found.zh}", f"the file must be keys with values, found {found.en}")
    fix = Text("写成“名称: 内容”", "write each as name: content")
    return {}, (document.problem("JR204", document.place(()), what, fix=fix),)


def _check_spans(
    document: Document, loc: tuple[str, ...], spans: Sequence[tuple[date, date | None, tuple[Any, ...]]]
) -> list[Problem]:
    """Two versions of one category must not hold on one day; a missing end is closed by the next beginning."""
    problems = []
    for number, (begins, ends, category) in enumerate(spans):
        if ends is not None and ends <= begins:
            what = Text(f"until {ends} 不晚于 from {begins}", f"until {ends} is not after from {begins}")
            problems.append(document.problem("JR208", document.place((*loc, number)), what))
        for other_begins, other_ends, other in spans[:number]:
            if other != category:
                continue
            if (other_ends is None or begins < other_ends) and (ends is None or other_begins < ends):
                what = Text(
                    f"与 {other_begins} 起的版本重叠", f"overlaps the version that holds from {other_begins}"
                )
                fix = Text(
                    "给较早的版本写上 until（第一个不再适用的日子）",
                    "give the earlier one an until (first day it no longer holds)",
                )
                problems.append(document.problem("JR208", document.place((*loc, number)), what, fix=fix))
                break
    return problems


def number_of(value: object) -> int | Decimal | str | bool:
    """Return a parameter's value as a literal keeps it: whole numbers whole, others exact."""
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, bool | int | str):
        return value
    return str(value)
