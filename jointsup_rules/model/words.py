"""Words that say who is at fault, and what to say instead: `rules/words.yaml` in, entries out.

A clue is something to verify. Which words go beyond that is for the office to say, so they are data.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, RootModel

from jointsup_rules.load.yaml import Document
from jointsup_rules.model.shape import Several, Shape, Words, check_model
from jointsup_rules.problems import Problem

Some = Annotated[Several, Field(min_length=1)]


class FaultWords(Shape):
    """Words with one thing to say instead; `unless` are phrases with one of them that are fine."""

    words: Some
    instead: Words
    unless: Several = ()


class WordsShape(RootModel[tuple[FaultWords, ...]]):
    """All entries."""


def read_words(document: Document) -> tuple[tuple[FaultWords, ...], tuple[Problem, ...]]:
    """Return the entries of a document, or every problem of its shape."""
    shape, found = check_model(WordsShape, document)
    return (shape.root if shape is not None else ()), (*document.problems, *found)
