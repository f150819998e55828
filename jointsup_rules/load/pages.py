"""A folder of pages that the program writes again and again, in which other files may lie.

In: texts by path. Out: files, each written whole or not at all. A list of what was written lies beside them, so that
pages which are gone can be taken away without touching anything the program did not write.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from jointsup_rules.problems import Place, Problem, ProblemsError, Text

FORMAT = 1
_PATH = re.compile(r"(?:[A-Za-z0-9][\w-]*/)?[A-Za-z0-9][\w-]*\.(?:html|md)", re.ASCII)


@dataclass(frozen=True)
class Written:
    """What became of a folder: how many pages were written, how many were as they should be, how many are gone."""

    n_written: int
    n_same: int
    n_removed: int


def write_pages(folder: Path, pages: Mapping[str, str], listing: str, note: Mapping[str, Any]) -> Written:
    """Write pages and take away those written before that are not among them.

    Args:
        folder: Where they go; made if need be.
        pages: Text by path within the folder, `name.html` or `part/name.md`.
        listing: Name of the file that lists what the program wrote here.
        note: What else the listing keeps, for `read_note`.

    Raises:
        ProblemsError: a file stands in the way that the program did not write, or was changed since.
    """
    before = _read_listing(folder / listing)
    known: Mapping[str, str] = before.get("pages", {})
    _refuse_foreign(folder, pages, known)
    texts = {path: text.encode("utf-8") for path, text in pages.items()}
    now = {path: sha256(text).hexdigest() for path, text in texts.items()}
    if folder.exists() or pages:
        folder.mkdir(parents=True, exist_ok=True)
    # Whoever is killed from here on leaves a list that knows both the old pages and the new ones.
    _write_listing(folder / listing, {**known, **now}, {})
    n_same = 0
    for path, text in texts.items():
        file = folder / path
        if file.is_file() and file.read_bytes() == text:
            n_same += 1
            continue
        file.parent.mkdir(exist_ok=True)
        _replace(file, text)
    n_removed = sum(_remove(folder / path) for path in known if path not in pages)
    _write_listing(folder / listing, now, note)
    return Written(len(pages) - n_same, n_same, n_removed)


def read_note(folder: Path, listing: str) -> dict[str, Any]:
    """Return what was kept in the listing of a folder; nothing where there is none."""
    note = _read_listing(folder / listing).get("note", {})
    return dict(note) if isinstance(note, dict) else {}


def _refuse_foreign(folder: Path, pages: Mapping[str, str], known: Mapping[str, str]) -> None:
    """A page by somebody else under one of our names is not ours to overwrite."""
    foreign = [path for path in pages if (folder / path).exists() and path not in known]
    if not foreign:
        return
    shown = "、".join(foreign[:3])
    what = Text(
        f"{folder} 中已有不是本程序写的 {shown}",
        f"{folder} holds {', '.join(foreign[:3])}, not written by this program",
    )
    why = Text("写入会盖掉别人的文件", "writing would overwrite somebody's files")
    fix = Text(
        "换一个空文件夹（--out），或先移走这些文件", "name another folder with --out, or move them away"
    )
    raise ProblemsError([Problem("JR804", Place(str(folder)), what, why, fix)])


def _read_listing(path: Path) -> dict[str, Any]:
    """The listing, with such paths alone as the program writes; empty where there is none that can be read."""
    try:
        listing = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    if not isinstance(listing, dict) or listing.get("format") != FORMAT:
        return {}
    pages = listing.get("pages")
    own = {
        name: digest
        for name, digest in (pages.items() if isinstance(pages, dict) else ())
        if _PATH.fullmatch(name)
    }
    return {**listing, "pages": own}


def _write_listing(path: Path, pages: Mapping[str, str], note: Mapping[str, Any]) -> None:
    listing = {"format": FORMAT, "pages": dict(sorted(pages.items())), "note": dict(note)}
    text = json.dumps(listing, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    _replace(path, text.encode("utf-8"))


def _replace(path: Path, text: bytes) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(text)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _remove(path: Path) -> bool:
    if not path.is_file():
        return False
    path.unlink()
    return True
