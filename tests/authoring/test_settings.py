"""The editor's settings: ours go in and out, everything else stays as it was."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jointsup_rules.authoring.settings import add_settings, remove_settings, settings_to_add

OURS = {"./.jointsup/schema/rule.json": ["rules/*/*.yaml"]}


def added(text: str | None) -> tuple[dict[str, Any], str]:
    found = add_settings(text, OURS, None)
    assert found is not None
    return json.loads(found[0].removeprefix("\ufeff")), found[0]


def there_and_back(text: str) -> str | None:
    found = add_settings(text, OURS, None)
    assert found is not None
    return remove_settings(found[0], OURS, found[1])


def test_without_a_file_there_are_only_ours_and_taking_them_out_leaves_none() -> None:
    settings, text = added(None)
    assert settings == {"yaml.schemas": OURS, "yaml.schemaStore.enable": False, "yaml.customTags": []}
    found = add_settings(None, OURS, None)
    assert found is not None
    assert remove_settings(text, OURS, found[1]) == ""


@pytest.mark.parametrize(
    "settings",
    [
        {"editor.tabSize": 4, "files.exclude": {"**/.git": True}},
        {"yaml.schemas": {"mine.json": "a.yaml"}, "yaml.customTags": ["!x"]},
        {"yaml.schemaStore.enable": True, "z": [1, 2, {"名": "值"}]},
        {"yaml.schemaStore.enable": False, "yaml.schemas": {}},
        {},
    ],
)
def test_what_others_set_stays_and_comes_back(settings: dict[str, Any]) -> None:
    merged, _ = added(json.dumps(settings, ensure_ascii=False))
    for key, value in settings.items():
        if key == "yaml.schemas":
            assert merged[key] == {**value, **OURS}
        elif key != "yaml.schemaStore.enable":
            assert merged[key] == value
    assert merged["yaml.schemaStore.enable"] is False
    left = there_and_back(json.dumps(settings, ensure_ascii=False))
    assert left is not None
    assert json.loads(left) == settings


def test_adding_twice_changes_nothing_and_the_way_back_is_that_of_the_first_time() -> None:
    text = '{"yaml.schemaStore.enable": true}'
    first = add_settings(text, OURS, None)
    assert first is not None
    assert add_settings(first[0], OURS, first[1]) == first
    assert json.loads(remove_settings(first[0], OURS, first[1]) or "") == json.loads(text)


def test_what_was_changed_since_is_not_put_back() -> None:
    first = add_settings('{"yaml.schemaStore.enable": true}', OURS, None)
    assert first is not None
    changed = {**json.loads(first[0]), "yaml.customTags": ["!mine"], "new": 1}
    left = remove_settings(json.dumps(changed), OURS, first[1])
    assert json.loads(left or "") == {"yaml.schemaStore.enable": True, "yaml.customTags": ["!mine"], "new": 1}


@pytest.mark.parametrize(
    "text",
    [
        '{\n  // mine\n  "a": 1\n}',
        '{"a": 1,}',
        '{"a": 1, "a": 2}',
        "[1]",
        "\0",
        '{"yaml.schemas": ["a"]}',
        "[" * 100_000,
    ],
)
def test_a_file_that_would_lose_something_is_left_alone(text: str) -> None:
    assert add_settings(text, OURS, None) is None
    found = add_settings(None, OURS, None)
    assert found is not None
    assert remove_settings(text, OURS, found[1]) is None


def test_indentation_line_ends_and_mark_are_kept() -> None:
    _, text = added('\ufeff{\r\n\t"a": 1\r\n}\r\n')
    assert text.startswith('\ufeff{\r\n\t"a": 1,\r\n\t"yaml.schemas": {\r\n')
    assert "\n" not in text.replace("\r\n", "")


def test_an_empty_file_is_as_none() -> None:
    assert added(" \n")[0]["yaml.schemas"] == OURS


def test_what_to_add_by_hand_is_json() -> None:
    assert json.loads(settings_to_add(OURS))["yaml.schemas"] == OURS
