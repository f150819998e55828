"""YAML text to plain values that remember where every word stands.

In: the text of one file. Out: a Document: plain dicts, lists, text, numbers, booleans and None, the place
of each value and key, and every problem met on the way. Written on the event stream rather than on PyYAML's
nodes, so that depth, size and aliases are bounded before anything is built. `NO`, `0123`, `12:30` and
`2024-05-01` stay text: an agency code must not turn into a number, nor a day into a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from jointsup_rules import limits
from jointsup_rules.load.yaml_places import Scalar, offset_in_source, split_lines
from jointsup_rules.problems import NO_TEXT, Place, Problem, Text

Loc = tuple[str | int, ...]

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What an escape can bring into a value though the text has no such character; half a character is one of them.
_HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,18}")
_WORDS: Mapping[str, bool | None] = {
    "true": True, "True": True, "false": False, "False": False, 
    "null": None, "Null": None, "~": None, "": None,
}  # fmt: skip

_SMALLER = Text(zh="分成几个文件", en="make several files of it")
_GENERAL = Text(zh="这一行不符合 YAML 的写法", en="this line cannot be read as YAML")
_GENERAL_FIX = Text(
    zh="检查这一行及上一行的缩进、冒号、引号和括号",
    en="look at indentation, colons, quotes and brackets on this line and the one before",
)
# What the parser says, and what it means to the person who wrote the file.
_SYNTAX: tuple[tuple[str, Text, Text], ...] = (
    (
        "mapping values are not allowed",
        Text(zh="这里不能再出现冒号", en="a colon is not possible here"),
        Text(zh="含冒号的文字请加引号", en="put text that contains a colon in quotes"),
    ),
    (
        "cannot start any token",
        Text(zh="文字不能以这个字符开头", en="a text cannot begin with this character"),
        Text(zh="缩进用空格，不用制表符；文字加引号", en="indent with blanks, not tabs; put text in quotes"),
    ),
    (
        "could not find expected ':'",
        Text(zh="键后面缺冒号", en="a key without its colon"),
        Text(zh="在键后写冒号和空格", en="write a colon and a blank after the key"),
    ),
    (
        "unexpected end of stream",
        Text(zh="引号没有闭合", en="a quote is never closed"),
        Text(zh="补上引号", en="close the quote"),
    ),
    (
        "expected ',' or",
        Text(zh="括号里缺逗号或括号没有闭合", en="a comma is missing or a bracket is never closed"),
        Text(zh="补上逗号或括号", en="add the comma or the bracket"),
    ),
    (
        "unknown escape character",
        Text(zh="双引号里有不认识的反斜杠写法", en="an unknown backslash sequence in double quotes"),
        Text(zh="改用单引号，或写两个反斜杠", en="use single quotes, or write the backslash twice"),
    ),
    (
        "expected key",
        Text(zh="缩进与上面的键不一致", en="the indentation does not fit the keys above"),
        Text(zh="同一层的键左端对齐", en="align the keys of one level"),
    ),
)


@dataclass(frozen=True)
class Document:
    """One YAML file as values with places.

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
    values: Mapping[Loc, Place] = field(repr=False)
    keys: Mapping[Loc, Place] = field(repr=False)
    scalars: Mapping[Loc, Scalar] = field(repr=False)
    lines: tuple[str, ...] = field(repr=False)

    def place(self, loc: Loc, key: bool = False) -> Place:
        """Return where the value at `loc` begins (its key with `key`), else that of its nearest parent."""
        loc = tuple(loc)
        if key and loc in self.keys:
            return self.keys[loc]
        while loc and loc not in self.values:
            loc = loc[:-1]
        return self.values.get(loc, Place(self.path))

    def place_in_text(self, loc: Loc, offset: int) -> Place:
        """Return where character `offset` of the text at `loc` stands, whatever its quotes or block style."""
        scalar = self.scalars.get(tuple(loc))
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
        scalar = self.scalars.get(tuple(loc))
        return None if scalar is None else scalar.value

    def problem(
        self, code: str, place: Place, what: Text, why: Text = NO_TEXT, fix: Text = NO_TEXT
    ) -> Problem:
        """Return a problem of this file with its excerpt."""
        return Problem(code, place, what, why, fix, excerpt=self.excerpt(place.line))


def read_yaml(text: str, path: str) -> Document:
    """Return the values of a YAML text with the place of each; bad text becomes problems."""
    text = text.removeprefix("\ufeff")
    reader = _Reader(text, path)
    data = reader.read()
    return Document(
        path, text, data, tuple(reader.problems), reader.values, reader.keys, reader.scalars, reader.lines
    )


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
        return Document(path, "", None, (problem,), document.values, document.keys, document.scalars, ())


class _StopError(Exception):
    """Reading cannot go on; the problem is already noted."""


@dataclass
class _Open:
    """A mapping or list that is being filled."""

    loc: Loc
    container: dict[str, Any] | list[Any]
    key: str | None = None
    skips: bool = False  # the value of a refused key is read and left out

    @property
    def wants_key(self) -> bool:
        return isinstance(self.container, dict) and self.key is None and not self.skips


class _Reader:
    """Builds values from YAML events with a stack of its own, so that no nesting can exhaust Python's."""

    def __init__(self, text: str, path: str) -> None:
        self.text = text
        self.path = path
        self.lines = split_lines(text) if len(text) <= limits.YAML_BYTES else ()
        self.problems: list[Problem] = []
        self.values: dict[Loc, Place] = {}
        self.keys: dict[Loc, Place] = {}
        self.scalars: dict[Loc, Scalar] = {}
        self._stack: list[_Open] = []
        self._root: Any = None
        self._n_nodes = 0

    def read(self) -> Any:
        """Return the root value, or None where the text cannot be read to its end."""
        try:
            self._check_text()
            for event in self._events():
                self._take(event)
        except _StopError:
            return None
        return self._root

    def _check_text(self) -> None:
        """Refuse what would make places wrong: too much text, invisible control characters."""
        if len(self.text) > limits.YAML_BYTES:
            size = limits.YAML_BYTES // limits.MIB
            self._stop(
                "JR105",
                Place(self.path),
                Text(zh=f"文件超过 {size} MiB", en=f"more than {size} MiB of text"),
                _SMALLER,
            )
        found = _UNPRINTABLE.search(self.text)
        if found:
            before = split_lines(self.text[: found.start()])
            name = f"U+{ord(found.group()):04X}"
            self._stop(
                "JR108",
                Place(self.path, len(before), len(before[-1]) + 1),
                Text(zh=f"有看不见的控制字符 {name}", en=f"an invisible control character {name}"),
                Text(zh="删去这个字符", en="delete this character"),
            )

    def _events(self) -> Iterator[yaml.Event]:
        """The events of the text; a syntax error ends them as a problem."""
        try:
            yield from yaml.parse(self.text, Loader=_LOADER)
        except yaml.MarkedYAMLError as error:
            message = error.problem or ""
            # A quote that is never closed is to be found where it opens, not at the end of the file.
            is_open = "unexpected end of stream" in message
            mark = (error.context_mark if is_open else None) or error.problem_mark or error.context_mark
            place = Place(self.path, mark.line + 1, mark.column + 1) if mark else Place(self.path)
            for part, what, fix in _SYNTAX:
                if part in message:
                    self._stop("JR101", place, what, fix)
            self._stop("JR101", place, _GENERAL, _GENERAL_FIX)
        except yaml.YAMLError:
            self._stop("JR101", Place(self.path), _GENERAL, _GENERAL_FIX)

    def _take(self, event: yaml.Event) -> None:
        assert event.start_mark is not None
        place = Place(self.path, event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, yaml.DocumentStartEvent) and self._n_nodes:
            self._stop(
                "JR107",
                place,
                Text(zh="一个文件里只能有一份内容", en="more than one document in the file"),
                Text(zh="删去 ---，或分成两个文件", en="remove the ---, or make two files of it"),
            )
        if isinstance(event, yaml.AliasEvent):
            self._bad(
                "JR103",
                place,
                Text(zh=f"不能引用别名 '*{event.anchor}'", en=f"an alias '*{event.anchor}' is not allowed"),
                Text(zh="把内容直接写在这里", en="write the content out here"),
            )
            self._add(None, place, is_key_possible=False)
        elif isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent)):
            self._take_node(event, place)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self._stack.pop()

    def _take_node(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, place: Place) -> None:
        """A scalar, or the beginning of a mapping or list."""
        self._n_nodes += 1
        if self._n_nodes > limits.YAML_NODES:
            n = limits.YAML_NODES
            self._stop(
                "JR105",
                place,
                Text(zh=f"文件超过 {n} 个值", en=f"more than {n} values in the file"),
                _SMALLER,
            )
        if event.tag is not None:
            self._bad(
                "JR102",
                place,
                Text(zh=f"不能用标签 '{event.tag}'", en=f"a tag '{event.tag}' is not allowed"),
                Text(zh="删去以 ! 开头的标签", en="delete the tag that begins with !"),
            )
        if isinstance(event, yaml.ScalarEvent):
            assert event.start_mark is not None
            assert event.end_mark is not None
            self._check_value(event.value, place)
            scalar = Scalar(event.value, event.style or "", event.start_mark.index, event.end_mark.index)
            self._add(scalar, place, is_key_possible=True)
            return
        if len(self._stack) >= limits.YAML_DEPTH:
            n = limits.YAML_DEPTH
            self._stop(
                "JR105", place, Text(zh=f"嵌套超过 {n} 层", en=f"nested more than {n} levels deep"),
                Text(zh="少套几层", en="use fewer levels"),
            )  # fmt: skip
        container: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        loc = self._add(container, place, is_key_possible=False)
        self._stack.append(_Open(loc, container))

    def _check_value(self, value: str, place: Place) -> None:
        """Refuse a value with a character that nobody sees and that other programs read as the end of a text or line."""
        found = _HIDDEN.search(value)
        if found:
            name = f"U+{ord(found.group()):04X}"
            what = Text(
                zh=f"值里有看不见的控制字符 {name}", en=f"an invisible control character {name} in a value"
            )
            self._bad(
                "JR108",
                place,
                what,
                Text(zh="删去它的反斜杠写法", en="delete the backslash sequence that makes it"),
            )

    def _add(self, value: Any, place: Place, is_key_possible: bool) -> Loc:
        """Put a value where it belongs, or take it as the next key; return its place in the values."""
        parent = self._stack[-1] if self._stack else None
        if parent is not None and parent.wants_key:
            if is_key_possible:
                self._take_key(parent, value.value, place)
            else:
                self._bad("JR106", place, Text(zh="键必须是文字", en="a key must be text"))
                parent.skips = True
            return (*parent.loc, "")
        if parent is not None and parent.skips:
            parent.skips, parent.key = False, None
            return (*parent.loc, "")
        plain = _plain_value(value) if isinstance(value, Scalar) else value
        if parent is None:
            loc: Loc = ()
            self._root = plain
        elif isinstance(parent.container, dict):
            assert parent.key is not None
            loc = (*parent.loc, parent.key)
            parent.container[parent.key] = plain
            parent.key = None
        else:
            loc = (*parent.loc, len(parent.container))
            parent.container.append(plain)
        self.values[loc] = place
        if isinstance(value, Scalar):
            self.scalars[loc] = value
        return loc

    def _take_key(self, parent: _Open, key: str, place: Place) -> None:
        loc = (*parent.loc, key)
        if loc in self.keys:
            first = self.keys[loc].line
            self._bad(
                "JR104",
                place,
                Text(
                    zh=f"键 '{key}' 重复，前一个在第 {first} 行",
                    en=f"key '{key}' is given twice, first on line {first}",
                ),
                Text(zh="保留一个", en="keep one of them"),
            )
            parent.skips = True
            return
        self.keys[loc] = place
        parent.key = key

    def _bad(self, code: str, place: Place, what: Text, fix: Text = NO_TEXT) -> None:
        excerpt = self.lines[place.line - 1] if place.line <= len(self.lines) else ""
        self.problems.append(Problem(code, place, what, fix=fix, excerpt=excerpt))

    def _stop(self, code: str, place: Place, what: Text, fix: Text = NO_TEXT) -> None:
        self._bad(code, place, what, fix)
        raise _StopError


def _plain_value(scalar: Scalar) -> str | int | float | bool | None:
    """What an unquoted word means; everything else is text."""
    text = scalar.value
    if scalar.style:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    return text
