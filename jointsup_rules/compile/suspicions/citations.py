"""Law that a rule or a number rests on and that does not hold: out of force, or with another number in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from jointsup_rules.compile.suspicions.view import View, warn_at
from jointsup_rules.load.yaml import Loc
from jointsup_rules.model.law import ArticleVersion, ParameterValue
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.problems import Problem, Text

_SPANS = ("months", "days", "working_days")


def check_citations(view: View) -> Iterator[Problem]:
    """JR236: a rule cites an article that has ended, with no later version."""
    listed = isinstance(view.document.data.get("law"), list)
    for number, article in enumerate(view.shape.law):
        ended = _ended_on(view.rulebook, article)
        # What began before is judged by the old article; then its successor stands beside it.
        if ended is None or any(_begins_on(view.rulebook, other, ended) for other in view.shape.law):
            continue
        what = Text(
            f"法条“{article}”自 {ended} 起不再有效",
            f"article '{article}' is no longer in force from {ended} on",
        )
        why = Text(
            "其后开始的期间没有这一条可以引用", "what begins after that day has no such article to rest on"
        )
        fix = Text(
            "改引现行的法条，或者在 rules/law/ 中补上新的版本",
            "cite the article in force, or add its new version to rules/law/",
        )
        yield view.warn("JR236", ("law", number) if listed else ("law",), what, why, fix)


def _ended_on(rulebook: Rulebook, article: str) -> date | None:
    """The day from which an article is in force no more; None where it is, or is unknown."""
    versions = rulebook.laws.versions_of(article)
    ends = [version.until for version in versions]
    for shape in rulebook.laws.shapes:
        whole = [version.until for version in shape.versions]
        if article in shape.articles and whole and None not in whole:
            ends = whole
    return None if not ends or None in ends else max(day for day in ends if day is not None)


def _begins_on(rulebook: Rulebook, article: str, day: date) -> bool:
    """Whether an article comes into force on a day."""
    return any(version.from_ == day for version in rulebook.laws.versions_of(article))


def check_parameter_law(rulebook: Rulebook) -> Iterator[Problem]:
    """JR237, JR238: a parameter set by an article that is not in force on its day, or that fixes another number."""
    for name, shape in rulebook.parameters.shapes.items():
        for number, value in enumerate(shape.values):
            loc: Loc = (name, "values", number)
            cited = _articles(value.law if value.law is not None else shape.law)
            versions = {article: rulebook.laws.version_on(article, value.from_) for article in cited}
            known = rulebook.laws.article_ids()
            for article, version in versions.items():
                if version is None and article in known:
                    yield _not_in_force(rulebook, loc, value, article)
            if shape.kind == "law" and versions:
                yield from _other_number(rulebook, loc, value, shape.unit, versions)


def _articles(written: Any) -> list[str]:
    """Articles as they may be written: one, or a list."""
    return [str(one) for one in written] if isinstance(written, list) else [str(written)] if written else []


def _not_in_force(rulebook: Rulebook, loc: Loc, value: ParameterValue, article: str) -> Problem:
    day = value.from_
    what = Text(
        f"法条“{article}”在 {day} 没有有效的版本", f"no version of article '{article}' is in force on {day}"
    )
    why = Text(
        "这个数自该日起依该条，而该条其时没有文本",
        "from that day on the number rests on it, and it has no text for that day",
    )
    fix = Text("改正 from，改引其时有效的法条，或者在 rules/law/ 中补上版本",
               "mend from, cite the article in force then, or add that version to rules/law/")  # fmt: skip
    return _in_parameters("JR237", rulebook, (*loc, "from"), what, why, fix)


def _other_number(
    rulebook: Rulebook,
    loc: Loc,
    value: ParameterValue,
    unit: str,
    versions: Mapping[str, ArticleVersion | None],
) -> Iterator[Problem]:
    """A number that is none of its articles' numbers, nor their sum; where one fixes no number nothing is said."""
    numbers = [_numbers(unit, version) for version in versions.values()]
    if not all(numbers) or value.value in _sums(numbers):
        return
    cited = ", ".join(versions)
    said = "; ".join(", ".join(map(str, some)) for some in numbers)
    what = Text(
        f"法条 {cited} 写的是 {said}，这里是 {value.value}", f"{cited} says {said}, here stands {value.value}"
    )
    why = Text(
        f"kind: law 的数出自所引的法条，或者是各条之和（{unit}）",
        f"a number of kind law is that of its article, or the sum of several ({unit})",
    )
    fix = Text("核对法条；由几条相加的，law 写成列表；本地规定的数写 kind: local",
               "compare the article; of a sum cite all articles in a list; a number of the office's own is kind: local")  # fmt: skip
    yield _in_parameters("JR238", rulebook, (*loc, "value"), what, why, fix)


def _numbers(unit: str, version: ArticleVersion | None) -> list[int]:
    """The numbers of a unit that an article fixes."""
    if version is None or unit.replace(" ", "_") not in _SPANS:
        return []
    found = (getattr(span, unit.replace(" ", "_")) for span in version.spans.values())
    return sorted({number for number in found if number is not None})


def _sums(numbers: list[list[int]]) -> set[int]:
    """One number of some of the articles, added up."""
    sums = {0}
    for some in numbers:
        sums |= {before + number for before in sums for number in some}
    return sums


def _in_parameters(code: str, rulebook: Rulebook, loc: Loc, what: Text, why: Text, fix: Text) -> Problem:
    document = rulebook.parameters.document
    assert document is not None, "parameters were read from it"
    return warn_at(code, document, loc, what, why, fix)
