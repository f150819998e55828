"""YAML text to plain values and the marks of each, event by event.

In: the text of one file. Out: plain dicts, lists, text, numbers, booleans and None, beside them where each stands, and
every problem met on the way. Written on the event stream rather than on PyYAML's nodes, so that depth, size and aliases
are bounded before anything is built. `NO`, `0123`, `12:30` and `2024-05-01` stay text: an agency code must not turn
into a number, nor a day into a time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NoReturn, Protocol

import yaml

from jointsup_rules import limits
from jointsup_rules.load.yaml_places import split_lines
from jointsup_rules.load.yaml_slips import find_meant
from jointsup_rules.problems import NO_TEXT, Fix, Place, Problem, Text

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


class Mark(Protocol):
    """Where something begins or ends in a text; all count from 0."""

    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...
    @property
    def index(self) -> int: ...


@dataclass
class Marked:
    """A mapping or list with the marks of what is in it: of scalars their events, which cost nothing to keep."""

    start: Mark
    inner: dict[str, Marked | yaml.Event] | list[Marked | yaml.Event]
    keys: dict[str, Mark] = field(default_factory=dict)

    def child(self, step: str | int) -> Marked | yaml.Event | None:
        """Return what stands under a key or at a place of a list; None where there is nothing."""
        if isinstance(self.inner, dict):
            return self.inner.get(step)  # type: ignore[arg-type]
        return self.inner[step] if isinstance(step, int) and 0 <= step < len(self.inner) else None

    def children(self) -> list[tuple[str | int, Marked | yaml.Event]]:
        """Return what is in it with its keys or numbers, in order."""
        return list(self.inner.items() if isinstance(self.inner, dict) else enumerate(self.inner))


def start_of(value: Marked | yaml.Event) -> Mark:
    """Return where a value begins."""
    mark = value.start if isinstance(value, Marked) else value.start_mark
    assert mark is not None, "the parser marks every event"
    return mark


class _StopError(Exception):
    """Reading cannot go on; the problem is already noted."""


@dataclass
class _Open:
    """A mapping or list that is being filled, with its marks."""

    container: dict[str, Any] | list[Any]
    marked: Marked
    key: str | None = None
    skips: bool = False  # the value of a refused key is read and left out


class EventReader:
    """Builds values from YAML events with a stack of its own, so that no nesting can exhaust Python's."""

    def __init__(self, text: str, path: str) -> None:
        self.text = text
        self.path = path
        self.problems: list[Problem] = []
        self.marked: Marked | yaml.Event | None = None
        self._stack: list[_Open] = []
        self._root: Any = None
        self._n_nodes = 0

    def read(self) -> Any:
        """Return the root value, or None where the text cannot be read to its end."""
        try:
            self._check_text()
            self._read_events()
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
                Fix(zh="删去这个字符", en="delete this character", found=found.group()),
            )

    def _read_events(self) -> None:
        """Take the events of the text; a syntax error ends them as a problem."""
        loader = _LOADER(self.text)
        try:
            while (event := loader.get_event()) is not None:
                # Nearly all are scalars: these few lines are most of the time it takes to read a rule.
                if type(event) is yaml.ScalarEvent:
                    self._take_scalar(event)
                else:
                    self._take(event)
        except yaml.MarkedYAMLError as error:
            self._refuse_syntax(error)
        except yaml.YAMLError:
            self._stop("JR101", Place(self.path), _GENERAL, _GENERAL_FIX)
        finally:
            loader.dispose()

    def _refuse_syntax(self, error: yaml.MarkedYAMLError) -> NoReturn:
        message = error.problem or ""
        # A quote that is never closed is to be found where it opens, not at the end of the file.
        is_open = "unexpected end of stream" in message
        mark = (error.context_mark if is_open else None) or error.problem_mark or error.context_mark
        place = self._place(mark) if mark else Place(self.path)
        what, fix = next(
            ((what, fix) for part, what, fix in _SYNTAX if part in message), (_GENERAL, _GENERAL_FIX)
        )
        marks = [one for one in (error.context_mark, mark) if one is not None]
        meant = find_meant(self._lines, [(one.line, one.column) for one in marks])
        if meant is not None:
            line, column, found, instead = meant
            at = Place(self.path, line + 1, column + 1)
            fix = Fix(fix.zh, fix.en, found, instead, is_source=True, at=at)
        self._stop("JR101", place, what, fix)

    def _place(self, mark: Mark) -> Place:
        return Place(self.path, mark.line + 1, mark.column + 1)

    def _take(self, event: yaml.Event) -> None:
        """An event that is no scalar."""
        start = start_of(event)
        if isinstance(event, yaml.DocumentStartEvent) and self._n_nodes:
            self._stop(
                "JR107",
                self._place(start),
                Text(zh="一个文件里只能有一份内容", en="more than one document in the file"),
                Text(zh="删去 ---，或分成两个文件", en="remove the ---, or make two files of it"),
            )
        if isinstance(event, yaml.AliasEvent):
            self._bad(
                "JR103",
                self._place(start),
                Text(zh=f"不能引用别名 '*{event.anchor}'", en=f"an alias '*{event.anchor}' is not allowed"),
                Text(zh="把内容直接写在这里", en="write the content out here"),
            )
            if self._is_value(start):
                self._add(None, event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._open(event, start)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self._stack.pop()

    def _open(self, event: yaml.CollectionStartEvent, start: Mark) -> None:
        """The beginning of a mapping or list."""
        self._count(event)
        if len(self._stack) >= limits.YAML_DEPTH:
            n = limits.YAML_DEPTH
            self._stop(
                "JR105", self._place(start), Text(zh=f"嵌套超过 {n} 层", en=f"nested more than {n} levels deep"),
                Text(zh="少套几层", en="use fewer levels"),
            )  # fmt: skip
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        container: dict[str, Any] | list[Any] = {} if is_mapping else []
        marked = Marked(start, {} if is_mapping else [])
        if self._is_value(start):
            self._add(container, marked)
        self._stack.append(_Open(container, marked))

    def _count(self, event: yaml.CollectionStartEvent | yaml.ScalarEvent) -> None:
        """Bound the number of values, and refuse tags."""
        self._n_nodes += 1
        if self._n_nodes > limits.YAML_NODES:
            n = limits.YAML_NODES
            self._stop(
                "JR105",
                self._place(start_of(event)),
                Text(zh=f"文件超过 {n} 个值", en=f"more than {n} values in the file"),
                _SMALLER,
            )
        if event.tag is not None:
            self._bad(
                "JR102",
                self._place(start_of(event)),
                Text(zh=f"不能用标签 '{event.tag}'", en=f"a tag '{event.tag}' is not allowed"),
                Text(zh="删去以 ! 开头的标签", en="delete the tag that begins with !"),
            )

    def _take_scalar(self, event: yaml.ScalarEvent) -> None:
        self._count(event)
        # Only an escape can hide a character: the text itself has none.
        if event.style == '"':
            self._check_value(event)
        parent = self._stack[-1] if self._stack else None
        if parent is not None and parent.key is None and not parent.skips and type(parent.container) is dict:
            self._take_key(parent, event)
        else:
            self._add(event.value if event.style else _plain_value(event.value), event)

    def _check_value(self, event: yaml.ScalarEvent) -> None:
        """Refuse a value with a character that nobody sees and that other programs read as the end of a text or line."""
        found = _HIDDEN.search(event.value)
        if found:
            name = f"U+{ord(found.group()):04X}"
            what = Text(
                zh=f"值里有看不见的控制字符 {name}", en=f"an invisible control character {name} in a value"
            )
            self._bad(
                "JR108",
                self._place(start_of(event)),
                what,
                Text(zh="删去它的反斜杠写法", en="delete the backslash sequence that makes it"),
            )

    def _is_value(self, start: Mark) -> bool:
        """Whether what is no text stands where a value can stand; where a key should be, it is refused."""
        parent = self._stack[-1] if self._stack else None
        if parent is None or parent.skips or parent.key is not None or isinstance(parent.container, list):
            return True
        self._bad("JR106", self._place(start), Text(zh="键必须是文字", en="a key must be text"))
        parent.skips = True
        return False

    def _add(self, plain: Any, marked: Marked | yaml.Event) -> None:
        """Put a value where it belongs."""
        if not self._stack:
            self._root, self.marked = plain, marked
            return
        parent = self._stack[-1]
        if parent.skips:
            parent.skips, parent.key = False, None
            return
        container, inner = parent.container, parent.marked.inner
        if isinstance(container, list):
            assert isinstance(inner, list)
            container.append(plain)
            inner.append(marked)
            return
        assert parent.key is not None
        assert isinstance(inner, dict)
        container[parent.key], inner[parent.key] = plain, marked
        parent.key = None

    def _take_key(self, parent: _Open, event: yaml.ScalarEvent) -> None:
        key, start, keys = event.value, start_of(event), parent.marked.keys
        if key in keys:
            first = keys[key].line + 1
            self._bad(
                "JR104",
                self._place(start),
                Text(
                    zh=f"键 '{key}' 重复，前一个在第 {first} 行",
                    en=f"key '{key}' is given twice, first on line {first}",
                ),
                Text(zh="保留一个", en="keep one of them"),
            )
            parent.skips = True
            return
        keys[key] = start
        parent.key = key

    def _bad(self, code: str, place: Place, what: Text, fix: Text = NO_TEXT) -> None:
        excerpt = self._lines[place.line - 1] if place.line <= len(self._lines) else ""
        self.problems.append(Problem(code, place, what, fix=fix, excerpt=excerpt))

    @cached_property
    def _lines(self) -> tuple[str, ...]:
        return split_lines(self.text) if len(self.text) <= limits.YAML_BYTES else ()

    def _stop(self, code: str, place: Place, what: Text, fix: Text = NO_TEXT) -> NoReturn:
        self._bad(code, place, what, fix)
        raise _StopError


_MAYBE_NUMBER = frozenset("-0123456789")


def _plain_value(text: str) -> str | int | float | bool | None:
    """What an unquoted word means; everything else is text."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _MAYBE_NUMBER:
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    return text
