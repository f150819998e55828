"""Keys set in place: everything else stays to the character."""

from __future__ import annotations

import pytest

from jointsup_rules.load.editing import set_keys
from jointsup_rules.load.yaml import read_yaml

RETIRED = {"status": "retired", "retired_because": '并入：LET-02 "新"', "successor": "none"}


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("id: A\nstatus: draft\n", {"status": "active"}, "id: A\nstatus: active\n"),
        ("# 头\nstatus:   'draft'   # 说明 status: draft\nid: A\n", {"status": "active"}, "# 头\nstatus:   active   # 说明 status: draft\nid: A\n"),
        ("status: draft\r\nid: A\r\n", {"status": "retired", "successor": "B-01"}, "status: retired\r\nsuccessor: B-01\r\nid: A\r\n"),
        ("status: draft", {"status": "active"}, "status: active"),
        ("id: A\nstatus: draft", {"successor": "none"}, "id: A\nstatus: draft\nsuccessor: none\n"),
        ("status: >-\n  draft\nid: A\n", {"status": "active"}, "status: active\nid: A\n"),
        (
            "status: active\nretired_because:\n  zh: 甲\n  en: a\n\n# 后面\nid: A\n", {"retired_because": "乙"},
            "status: active\nretired_because: \"乙\"\n\n# 后面\nid: A\n",
        ),
        ("status: active\nid: A\nretired_because: {zh: 甲}\n", {"retired_because": "b c"}, "status: active\nid: A\nretired_because: \"b c\"\n"),
        ("status:\nid: A\n", {"status": "active"}, "status: active\nid: A\n"),
    ],
)  # fmt: skip
def test_keys_are_set_and_the_rest_stays(text: str, values: dict[str, str], expected: str) -> None:
    assert set_keys(read_yaml(text, "a.yaml"), values, "status") == expected


def test_any_text_is_written_so_that_it_is_read_back() -> None:
    text = "id: A\nstatus: draft   # c\ndetect: {condition: {when: x}}\n"
    found = set_keys(read_yaml(text, "a.yaml"), RETIRED, "status")
    assert found is not None
    assert read_yaml(found, "a.yaml").data == {**read_yaml(text, "a.yaml").data, **RETIRED}
    assert found.replace("retired   # c", "draft   # c").splitlines()[0::4] == text.splitlines()[0::2]


@pytest.mark.parametrize(
    "text",
    ["{id: A, status: draft}\n", "id: A\n", "- status: draft\n", "", "  status: draft\n  id: A\n"],
)
def test_what_cannot_be_edited_safely_is_left_alone(text: str) -> None:
    assert set_keys(read_yaml(text, "a.yaml"), RETIRED, "status") is None
