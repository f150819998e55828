"""The figures of a briefing, each with its definition and its query, as the office wrote them.

In: `rules/briefing.yaml`. Out: a Briefing, or every problem of the file. A query is one SELECT over the ledger's tables,
judged like that of a rule; it gives one value, or rows of a label and a value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from jointsup_rules.load.yaml import Document
from jointsup_rules.model.shape import Shape, Words, check_model
from jointsup_rules.problems import Problem, Text

BRIEFING = "rules/briefing.yaml"


class FigureShape(Shape):
    """One figure; `names` (words of the workflow) and `labels` say what stands for the codes in its first column."""

    id: str
    label: Words
    means: Words
    sql: str
    names: Literal["roles", "states", "moves", "documents", "records", "verdicts"] | None = None
    labels: Mapping[str, Words] = Field(default_factory=dict)


class BriefingShape(Shape):
    """The file; the figures `by_rule`, of rule id and value, stand in the model cards."""

    format: Literal[1] = 1
    title: Words
    figures: tuple[FigureShape, ...]
    by_rule: tuple[FigureShape, ...] = ()


@dataclass(frozen=True)
class Briefing:
    """The briefing of a workspace."""

    shape: BriefingShape
    document: Document


def read_briefing(document: Document) -> tuple[Briefing | None, tuple[Problem, ...]]:
    """Return the briefing of a document, or every problem of its shape."""
    shape, found = check_model(BriefingShape, document)
    problems = [*document.problems, *found]
    if shape is None or any(one.severity == "error" for one in problems):
        return None, tuple(problems)
    problems += _twice(shape, document)
    return Briefing(shape, document), tuple(problems)


def _twice(shape: BriefingShape, document: Document) -> Iterable[Problem]:
    seen: set[str] = set()
    for part in ("figures", "by_rule"):
        for number, figure in enumerate(getattr(shape, part)):
            if figure.id in seen:
                what = Text(f"编号 {figure.id} 用了两次", f"id {figure.id} is used twice")
                yield document.problem("JR209", document.place((part, number, "id")), what)
            seen.add(figure.id)
