"""Schemas put into a workspace for editors, kept up to date, and taken out again.

In: the texts of the schemas. Out: `.jointsup/schema/*.json`, which version control passes over, and our keys in
`.vscode/settings.json`. `installed.json` beside the schemas remembers language, settings and what they replaced.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from jointsup_rules.authoring.files import FILES
from jointsup_rules.authoring.settings import (
    SETTINGS,
    Before,
    add_settings,
    remove_settings,
    settings_to_add,
)
from jointsup_rules.load.together import change_files, hash_of
from jointsup_rules.problems import Language

FOLDER = ".jointsup/schema"
_RECORD = "installed.json"
_IGNORED = "# jointsup schema --install\n*\n"
_IN_SCHEMA = re.compile(r'"\$comment":"jointsup [^ "]+ schema \w+ --lang (zh|en)"')
State = Literal["same", "stale", "missing"]


@dataclass(frozen=True)
class Installed:
    """What an installation did.

    Attributes:
        written: Paths within the workspace, of the files that were new or changed.
        by_hand: What to add to the editor's settings; None where they were written.
    """

    written: tuple[str, ...]
    by_hand: str | None


@dataclass(frozen=True)
class Removed:
    """What was taken out: paths within the workspace; and what to take out of the settings by hand, if anything."""

    removed: tuple[str, ...]
    by_hand: tuple[str, ...] = ()


def schema_path(name: str) -> str:
    """Return where the schema of a kind of file lies, within the workspace."""
    return f"{FOLDER}/{name}.json"


def _associations() -> dict[str, list[str]]:
    return {f"./{schema_path(name)}": list(file.globs) for name, file in FILES.items()}


def write_schemas(root: Path, texts: Mapping[str, str]) -> Installed:
    """Write the schemas and the editor's settings, all or none.

    Args:
        root: The workspace.
        texts: Schema by kind of file.

    Raises:
        ProblemsError: a file was changed meanwhile.
        OSError: a file cannot be written.
    """
    files = {".jointsup/.gitignore": _IGNORED, **{schema_path(name): text for name, text in texts.items()}}
    former = _read(root / SETTINGS)
    added = add_settings(former, _associations(), _read_record(root))
    by_hand = added is None or (root / SETTINGS).is_symlink()
    if added is not None and not by_hand:
        record = json.dumps(asdict(added[1]), ensure_ascii=False, indent=1) + "\n"
        files |= {SETTINGS: added[0], f"{FOLDER}/{_RECORD}": record}
    before = {path: hash_of(root / path) for path in files}
    changed = {path: text for path, text in files.items() if _read(root / path) != text}
    if changed:
        change_files(root, changed, before)
    shown = tuple(path for path in changed if path.endswith(".json") and not path.endswith(_RECORD))
    return Installed(shown, settings_to_add(_associations()) if by_hand else None)


def installed_language(root: Path) -> Language | None:
    """Return the language of the schemas in a workspace; None where there are none."""
    for name in FILES:
        found = _IN_SCHEMA.search((_read(root / schema_path(name)) or "")[:400])
        if found:
            return "en" if found.group(1) == "en" else "zh"
    return None


def check_schemas(root: Path, texts: Mapping[str, str]) -> dict[str, State]:
    """Return of each schema whether the workspace has it as it would be written now."""
    states: dict[str, State] = {}
    for name, text in texts.items():
        found = _read(root / schema_path(name))
        states[schema_path(name)] = "missing" if found is None else ("same" if found == text else "stale")
    return states


def remove_schemas(root: Path) -> Removed:
    """Take out what `write_schemas` wrote; folders go if nothing else is in them.

    Raises:
        ProblemsError: the settings were changed meanwhile.
        OSError: a file cannot be removed or written.
    """
    removed: list[str] = []
    by_hand: tuple[str, ...] = ()
    before, former = _read_record(root), _read(root / SETTINGS)
    if before is not None and former is not None:
        left = remove_settings(former, _associations(), before)
        if left is None:
            by_hand = tuple(_associations())
        elif left != former:
            _put_back(root, left)
            removed.append(SETTINGS)
    paths = [*map(schema_path, FILES), f"{FOLDER}/{_RECORD}"]
    if _read(root / ".jointsup/.gitignore") == _IGNORED:
        paths.append(".jointsup/.gitignore")
    for path in paths:
        if (root / path).exists():
            (root / path).unlink()
            removed.append(path)
    _remove_empty(root / FOLDER)
    _remove_empty((root / FOLDER).parent)
    return Removed(tuple(removed), by_hand)


def _put_back(root: Path, settings: str) -> None:
    """The settings without ours; a file that we made, and in which nothing else is said, goes."""
    if settings:
        change_files(root, {SETTINGS: settings}, {SETTINGS: hash_of(root / SETTINGS)})
        return
    (root / SETTINGS).unlink()
    _remove_empty((root / SETTINGS).parent)


def _remove_empty(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _read_record(root: Path) -> Before | None:
    """What the settings said before us; None where nothing is recorded, or it was damaged."""
    text = _read(root / FOLDER / _RECORD)
    if text is None:
        return None
    with suppress(ValueError, KeyError, TypeError):
        found: Any = json.loads(text)
        text = found["text"]
        if text is None or isinstance(text, str):
            return Before(text, dict(found["values"]), tuple(map(str, found["added"])))
    return None


def _read(path: Path) -> str | None:
    """The text of a file, line ends as they are; None where there is none or it is no text."""
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        return "\0"
