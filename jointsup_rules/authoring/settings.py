"""The editor's settings of a workspace: our keys put in and taken out again, everything else kept.

In: the text of `.vscode/settings.json`, and what was there before us. Out: the new text. A file with comments, or one
that cannot be read, is never rewritten: whoever asks gets None and says what to add by hand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SETTINGS = ".vscode/settings.json"
SCHEMAS = "yaml.schemas"
_INDENT = re.compile(r"^([ \t]+)\S", re.MULTILINE)
# Set whatever was there; a former value comes back when the schemas are taken out.
_SET: Mapping[str, Any] = {"yaml.schemaStore.enable": False}
# Set only where nothing is said.
_UNLESS_SAID: Mapping[str, Any] = {"yaml.customTags": []}


@dataclass(frozen=True)
class Before:
    """What the settings said before us, so that it can be put back.

    Attributes:
        text: The whole file; None where there was none.
        values: Former values of the keys that were there; ours that are missing here were not.
        added: The keys we added.
    """

    text: str | None
    values: Mapping[str, Any] = field(default_factory=dict)
    added: tuple[str, ...] = ()


def add_settings(
    text: str | None, schemas: Mapping[str, Any], before: Before | None
) -> tuple[str, Before] | None:
    """Return settings with ours among them, and what was there before us.

    Args:
        text: The file, or None where there is none.
        schemas: Path of a schema to the patterns of the files it is for.
        before: What an earlier call returned, if ours are in already.

    Returns:
        None where the file must be left as it is.
    """
    settings = _read(text) if text is not None else {}
    if settings is None or not isinstance(settings.get(SCHEMAS, {}), dict):
        return None
    if before is None:
        wanted: Mapping[str, Any] = {
            **_SET,
            **{key: value for key, value in _UNLESS_SAID.items() if key not in settings},
        }
        before = Before(
            text=text,
            values={key: settings[key] for key in wanted if key in settings},
            added=tuple(key for key in (SCHEMAS, *wanted) if key not in settings),
        )
    else:
        wanted = _SET
    merged = {**settings, SCHEMAS: {**settings.get(SCHEMAS, {}), **schemas}, **wanted}
    return (text if merged == settings and text is not None else _render(merged, text)), before


def remove_settings(text: str, schemas: Mapping[str, Any], before: Before) -> str | None:
    """Return settings without ours; empty where nothing is left of a file that we made, None where it must be left."""
    settings = _read(text)
    if settings is None or not isinstance(settings.get(SCHEMAS, {}), dict):
        return None
    others = {path: globs for path, globs in settings.get(SCHEMAS, {}).items() if path not in schemas}
    left = {**settings, SCHEMAS: others}
    for key, value in {**_SET, **_UNLESS_SAID}.items():
        # What somebody has changed since is theirs.
        if left.get(key) == value and key in before.values:
            left[key] = before.values[key]
        elif left.get(key) == value and key in before.added:
            del left[key]
    if not others and (SCHEMAS in before.added or SCHEMAS not in settings):
        del left[SCHEMAS]
    if not left and before.text is None:
        return ""
    if before.text is not None and left == _read(before.text):
        return before.text
    return text if left == settings else _render(left, text)


def settings_to_add(schemas: Mapping[str, Any]) -> str:
    """Return what somebody adds to their settings by hand."""
    return json.dumps({SCHEMAS: schemas, **_SET, **_UNLESS_SAID}, ensure_ascii=False, indent=2)


def _read(text: str) -> dict[str, Any] | None:
    """The settings; None where writing them anew would lose something: comments, a key that stands twice."""
    try:
        found = json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_unique)
    except (ValueError, RecursionError):
        return {} if not text.removeprefix("\ufeff").strip() else None
    return found if isinstance(found, dict) else None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _render(settings: Mapping[str, Any], former: str | None) -> str:
    """The settings as text, indented as they were."""
    found = _INDENT.search(former or "")
    indent = found.group(1) if found else "  "
    begins = "\ufeff" if former is not None and former.startswith("\ufeff") else ""
    text = begins + json.dumps(settings, ensure_ascii=False, indent=indent) + "\n"
    return text.replace("\n", "\r\n") if "\r\n" in (former or "") else text
