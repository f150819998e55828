"""Where each character of a YAML text stands, in every way of writing it."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from jointsup_rules.load.yaml import Document, read_yaml


def under(document: Document, offset: int) -> str:
    """The character of the file where character `offset` of the text at `a` is said to stand."""
    place = document.place_in_text(("a",), offset)
    return document.lines[place.line - 1][place.column - 1 : place.column]


@pytest.mark.parametrize(
    "text",
    [
        "a: one two\n",
        "a: one\n  two\n   three\n",
        "a: 'it''s\n  so, 受理'\n",
        'a: "x \\u53d7\\\n    y \\"z\\" \\x41"\n',
        "a: |\n  受理日 > 1\n\n    x  y\n  z\n",
        "a: |2-\n    indented\n  less\n",
        "a: >\n  folded one\n  two\n\n  three\n    more\n  four\n",
        "a: >-  # comment\n\n  late start\n",
        "a: |\r\n  受\r\n  理\r\n",
    ],
)
def test_every_character_that_is_not_blank_stands_where_it_is_said_to(text: str) -> None:
    document = read_yaml(text, "f")
    assert document.problems == ()
    for offset, char in enumerate(document.data["a"]):
        if not char.isspace():
            assert under(document, offset) in (char, "\\", "'"), (offset, char)


def test_blanks_follow_the_character_before_them() -> None:
    document = read_yaml("a: |\n  x  y\n", "f")
    assert [document.place_in_text(("a",), n).column for n in range(4)] == [3, 4, 5, 6]


def test_the_end_stands_behind_the_last_character() -> None:
    for text in ("a: abc\n", "a: 'abc'\n", "a: |\n  abc"):
        place = read_yaml(text, "f").place_in_text(("a",), 3)
        line = text.split("\n")[place.line - 1]
        assert line[: place.column - 1].endswith("abc")


def test_what_is_no_text_has_its_own_place() -> None:
    document = read_yaml("b: 1\na: [1]\n", "f")
    assert document.place_in_text(("a",), 5) == document.place(("a",))


@given(
    st.text(alphabet=st.sampled_from("ab受'\"\\ \n:#-"), min_size=1),
    st.sampled_from([None, "'", '"', "|", ">"]),
)
def test_any_text_in_any_style_is_found_again(text: str, style: str | None) -> None:
    written = yaml.dump({"a": text}, default_style=style, allow_unicode=True, width=20)
    document = read_yaml(written, "f")
    value = document.data["a"] if isinstance(document.data, dict) and "a" in document.data else None
    if value != text:
        document = read_yaml(written.replace('"a":', "a:", 1), "f")
        value = document.data["a"]
    assert value == text
    for offset, char in enumerate(value):
        if not char.isspace():
            assert under(document, offset) in (char, "\\", "'")
