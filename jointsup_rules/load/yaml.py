"""YAML text to plain values that remember where every word stands.

In: the text of one file. Out: a Document: plain dicts, lists, text, numbers, booleans and None, the place
of each value and key, and every problem met on the way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from jointsup_rules import limits
from jointsup_rules.load.yaml_events import EventReader, Mark, Marked, start_of
from jointsup_rules.load.yaml_places import Scalar, offset_in_source, split_lines
from jointsup_rules.problems import NO_TEXT, Place, Problem, Text

Loc = tuple[str | int, ...]


@dataclass(frozen=True)
class Document:
    """One YAML file as values with places; places are looked up when they are asked for.

    Attributes:
        path: As shown to people.
        text: The whole text.
        data: Plain values; None when the file is empty or could not be read at all.
        problems: Everything wrong with the YAML itself.
    """

    path: str
    text: str
    data: Any
    problems: tuple[Problem, ...]
    _root: Marked | yaml.Event | None = field(repr=False, compare=False)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines of the text; none of one that is too large to be read."""
        return split_lines(self.text) if len(self.text) <= limits.YAML_BYTES else ()

    @cached_property
    def values(self) -> Mapping[Loc, Place]:
        """Where each value begins, in the order of the file."""
        return {loc: self._place_of(start_of(one)) for loc, one in self._all()}

    @cached_property
    def keys(self) -> Mapping[Loc, Place]:
        """Where each key begins."""
        return {
            (*loc, key): self._place_of(mark)
            for loc, one in self._all()
            if isinstance(one, Marked)
            for key, mark in one.keys.items()
        }

    @cached_property
    def scalars(self) -> Mapping[Loc, Scalar]:
        """What was written of each text, number or word."""
        return {loc: _scalar_of(one) for loc, one in self._all() if isinstance(one, yaml.ScalarEvent)}

    def _all(self) -> Iterator[tuple[Loc, Marked | yaml.Event]]:
        """Every value with its path, in the order of the file."""
        waiting: list[tuple[Loc, Marked | yaml.Event]] = [((), self._root)] if self._root is not None else []
        while waiting:
            loc, here = waiting.pop()
            yield loc, here
            if isinstance(here, Marked):
                waiting.extend(((*loc, step), one) for step, one in reversed(here.children()))

    def _walk(self, loc: Loc) -> tuple[Marked | yaml.Event | None, int]:
        """The value at a path or its nearest parent, and how many steps of the path lead to it."""
        here = self._root
        for n_steps, step in enumerate(loc):
            found = here.child(step) if isinstance(here, Marked) else None
            if found is None:
                return here, n_steps
            here = found
        return here, len(loc)

    def _place_of(self, mark: Mark) -> Place:
        return Place(self.path, mark.line + 1, mark.column + 1)

    def place(self, loc: Loc, key: bool = False) -> Place:
        """Return where the value at `loc` begins (its key with `key`), else that of its nearest parent."""
        loc = tuple(loc)
        if key and loc:
            parent, n_steps = self._walk(loc[:-1])
            mark = parent.keys.get(str(loc[-1])) if isinstance(parent, Marked) else None
            if mark is not None and n_steps == len(loc) - 1 and isinstance(loc[-1], str):
                return self._place_of(mark)
        found, _ = self._walk(loc)
        return Place(self.path) if found is None else self._place_of(start_of(found))

    def _scalar(self, loc: Loc) -> Scalar | None:
        found, n_steps = self._walk(tuple(loc))
        return _scalar_of(found) if isinstance(found, yaml.ScalarEvent) and n_steps == len(loc) else None

    def place_in_text(self, loc: Loc, offset: int) -> Place:
        """Return where character `offset` of the text at `loc` stands, whatever its quotes or block style."""
        scalar = self._scalar(loc)
        if scalar is None:
            return self.place(loc)
        index = offset_in_source(self.text, scalar, offset)
        before = split_lines(self.text[:index])
        return Place(self.path, len(before), len(before[-1]) + 1)

    def excerpt(self, line: int) -> str:
        """Return one line of the file, from 1; empty beyond its end."""
        return self.lines[line - 1] if 1 <= line <= len(self.lines) else ""

    def written(self, loc: Loc) -> str | None:
        """Return a scalar as it was written, before it became a number; None where there is no scalar."""
        scalar = self._scalar(loc)
        return None if scalar is None else scalar.value

    def problem(
        self, code: str, place: Place, what: Text, why: Text = NO_TEXT, fix: Text = NO_TEXT
    ) -> Problem:
        """Return a problem of this file with its excerpt."""
        return Problem(code, place, what, why, fix, excerpt=self.excerpt(place.line))


def _scalar_of(event: yaml.ScalarEvent) -> Scalar:
    assert event.start_mark is not None
    assert event.end_mark is not None
    return Scalar(event.value, event.style or "", event.start_mark.index, event.end_mark.index)


def read_yaml(text: str, path: str) -> Document:
    """Return the values of a YAML text with the place of each; bad text becomes problems."""
    text = text.removeprefix("\ufeff")
    reader = EventReader(text, path)
    data = reader.read()
    return Document(path, text, data, tuple(reader.problems), reader.marked)


def read_yaml_file(file: Path, path: str) -> Document:
    """Return the values of a YAML file, named `path` in messages; not UTF-8 or too large becomes a problem.

    Raises:
        OSError: The file is not there or may not be read.
    """
    with file.open("rb") as stream:
        content = stream.read(limits.YAML_BYTES + 1)
    try:
        return read_yaml(content.decode("utf-8"), path)
    except UnicodeDecodeError as error:
        if len(content) > limits.YAML_BYTES:
            return read_yaml(" " * (limits.YAML_BYTES + 1), path)
        document = read_yaml("", path)
        before = split_lines(content[: error.start].decode("utf-8"))
        problem = Problem(
            "JR108",
            Place(path, len(before), len(before[-1]) + 1),
            Text(zh="文件不是 UTF-8 编码", en="the file is not UTF-8"),
            fix=Text(zh="在编辑器里另存为 UTF-8", en="save it as UTF-8 in the editor"),
        )
        return Document(path, "", None, (problem,), document._root)
