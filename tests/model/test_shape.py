"""What a file may contain, and what is said when it contains something else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import pytest
from pydantic import Field

from jointsup_rules.load.yaml import read_yaml
from jointsup_rules.model.shape import (
    Constant,
    Expression,
    Flag,
    GivenLoc,
    GivenName,
    Name,
    Several,
    Shape,
    Whole,
    Words,
    check_model,
    check_model_further,
    given,
    kind_of,
)
from jointsup_rules.problems import Text


class Part(Shape):
    label: Words
    kind: Literal["text", "date"] = "text"
    n: Whole = Field(1, gt=0, le=9)
    one: Flag = False
    when: Expression | None = None
    value: Constant | None = None


class File(Shape):
    parts: Mapping[Name, Part]
    words: Several = ()
    rows: tuple[Part, ...] = ()
    from_: str = Field("", alias="from")


class Named(Shape):
    name: GivenName
    loc: GivenLoc


def told(text: str) -> list[str]:
    _, problems = check_model(File, read_yaml(text, "f"))
    return [
        f"{one.place.line}:{one.place.column} {one.code} {one.what.en} | {one.fix.en}" for one in problems
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("parts: {}\nwrods: a\n", "2:1 JR201 unknown key 'wrods' | did you mean 'words'?"),
        ("parts: {}\nfrm: a\n", "2:1 JR201 unknown key 'frm' | did you mean 'from'?"),
        ("parts: {a: {label: x, kid: 1}}", "1:23 JR201 unknown key 'kid' | did you mean 'kind'?"),
        ("words: a\n", "1:1 JR202 the file has no key 'parts' | add 'parts:'"),
        ("parts:\n  a: {n: 1}\n", "2:3 JR202 'a' has no key 'label' | add 'label:'"),
        ("rows: [{n: 1}]\nparts: {}", "1:8 JR202 entry 1 of 'rows' has no key 'label' | add 'label:'"),
        (
            "parts: {a: {label: x, n: '1'}}",
            "1:26 JR204 'n' must be a whole number, found the text '1' | write a number such as 12, without quotes",
        ),
        (
            "parts: {a: {label: x, n: 1.0}}",
            "1:26 JR204 'n' must be a whole number, found the number 1.0 | write a number such as 12, without quotes",
        ),
        (
            "parts: {a: {label: x, n: true}}",
            "1:26 JR204 'n' must be a whole number, found the truth value true | write a number such as 12, without quotes",
        ),
        ("parts: {}\nfrom: 3", "2:7 JR204 'from' must be text, found the number 3 | put it in quotes"),
        ("parts: {}\nfrom:", "2:6 JR204 'from' must be text, found nothing | write a text"),
        (
            "parts: [a]",
            "1:8 JR204 'parts' must be keys with values, found a list | write keys with values, as in key: value",
        ),
        (
            "parts: {a: x}",
            "1:12 JR204 'a' must be keys with values, found the text 'x' | write keys with values, as in key: value",
        ),
        (
            "",
            "1:1 JR204 the file must be keys with values, found nothing | write keys with values, as in key: value",
        ),
        (
            "parts: {a: {label: x, one: maybe}}",
            "1:28 JR204 'one' must be true or false, found the text 'maybe' | write true or false",
        ),
        (
            "parts: {a: {label: x, n: 0}}",
            "1:26 JR206 'n': must be more than 0, found the number 0 | write one within this bound",
        ),
        (
            "parts: {a: {label: x, n: 10}}",
            "1:26 JR206 'n': must be at most 9, found the number 10 | write one within this bound",
        ),
        (
            "parts: {a: {label: x, kind: dat}}",
            "1:29 JR205 'kind' cannot be the text 'dat' | did you mean 'date'? (one of: text, date)",
        ),
        ("parts: {a: {label: x, kind: 7}}", "1:29 JR205 'kind' cannot be the number 7 | one of: text, date"),
        (
            "parts: {a: {label: {zh: x, de: y}}}",
            "1:28 JR201 no key 'de' | only zh and en; a text with a comma goes in quotes",
        ),
        ("parts: {a: {label: {}}}", "1:20 JR206 there is no text | write zh or en"),
        ("parts: {a: {label: {zh: 1}}}", "1:25 JR204 expected text, found the number 1 | put it in quotes"),
        (
            "parts: {a: {label: 1}}",
            "1:20 JR204 expected text or {zh, en}, found the number 1 | put it in quotes",
        ),
        ("parts: {a: {label: x, when: ' '}}", "1:29 JR206 the expression is empty | "),
        (
            "words: [a, 1]\nparts: {}",
            "1:12 JR204 entry 2 of 'words' must be text, found the number 1 | put it in quotes",
        ),
        (
            "parts: {1b: {label: x}}",
            "1:9 JR206 '1b' cannot be a name | a name has letters, digits and underscores, begins with a"
            " letter and has at most 63 characters",
        ),
    ],
)
def test_what_does_not_fit_is_told_in_plain_words(text: str, expected: str) -> None:
    assert told(text) == [expected]


def test_every_problem_is_told_in_the_order_of_the_file() -> None:
    assert [line.split()[1] for line in told("parts: {a: {lable: x}}\nwords: 1\nx: 1\n")] == [
        "JR202", "JR201", "JR204", "JR201",
    ]  # fmt: skip


def test_what_fits_becomes_values() -> None:
    text = (
        "parts: {甲: {label: {en: x}, one: yes, when: true, value: 12}}\n"
        "words: a\nfrom: b\nrows: [{label: 乙}]\n"
    )
    model, problems = check_model(File, read_yaml(text, "f"))
    assert problems == ()
    assert model is not None
    assert model.parts["甲"].label == Text("x", "x")
    assert (model.parts["甲"].one, model.parts["甲"].when, model.parts["甲"].value) == (True, "true", "12")
    assert (model.words, model.from_, model.rows[0].label.zh) == (("a",), "b", "乙")


def test_a_part_of_a_document_can_be_checked_alone() -> None:
    document = read_yaml("x:\n  - {label: a}\n  - {lable: a}\n", "f")
    assert check_model(Part, document, ("x", 0))[1] == ()
    assert [(one.place.line, one.place.column) for one in check_model(Part, document, ("x", 1))[1]] == [
        (3, 5),
        (3, 6),
    ]


def test_a_name_is_given_by_the_program_and_never_by_the_file() -> None:
    document = read_yaml("name: x\n", "f")
    _, problems = check_model(Named, document, data=given(document.data, ("a", "b")))
    assert [one.what.en for one in problems] == ["unknown key 'name'"]
    model, _ = check_model(Named, document, data=given({}, ("a", "b")))
    assert model is not None
    assert (model.name, model.loc) == ("b", ("a", "b"))
    assert Named.model_json_schema()["properties"] == {}


def test_what_is_sound_can_be_checked_further() -> None:
    document = read_yaml("parts: {a: {label: x, n: 0, kid: 1}}\nwords: [1]\n", "f")
    model, problems, damaged = check_model_further(File, document, document.data)
    assert len(problems) == 3
    assert model is not None
    assert model.parts["a"].n == 1
    assert document.place(("parts", "a")) in damaged
    model, problems, _ = check_model_further(File, read_yaml("x: 1", "f"), {"x": 1})
    assert model is None
    assert len(problems) == 2


def test_values_are_named_in_both_languages() -> None:
    assert [kind_of(one).zh for one in (None, True, 1, "x", [], {})] == [
        "空值", "是否值 true", "数字 1", "文字 'x'", "列表", "键值对",
    ]  # fmt: skip


def test_frozen_is_frozen() -> None:
    model, _ = check_model(Part, read_yaml("label: x", "f"))
    assert model is not None
    with pytest.raises(ValueError, match="frozen"):
        model.n = 2  # type: ignore[misc]
