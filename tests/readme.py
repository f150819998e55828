"""What a README says, taken apart: files, commands with their output, snippets, tables.

Run as a program it writes the tables of functions into both pages anew.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jointsup_rules.model.functions import FUNCTIONS

ROOT = Path(__file__).resolve().parents[1]
READMES = {"en": ROOT / "README.md", "zh": ROOT / "README.zh-CN.md"}
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_NAMED = re.compile(r"\*\*`([^`]+)`\*\*\n\n$")


@dataclass(frozen=True)
class Block:
    """A fenced block: the language it is marked with, its text, and the file name written above it."""

    language: str
    text: str
    file: str | None


@dataclass(frozen=True)
class Command:
    """A line after `$`, and what a README says it prints; `…` stands for anything."""

    words: list[str]
    printed: str


def read_sections(path: Path) -> list[str]:
    """Return the sections of a README in order, each from its `##` to the next; both languages have the same."""
    return re.split(r"^## ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)


def blocks(text: str) -> Iterator[Block]:
    """Yield the fenced blocks in order."""
    for found in _FENCE.finditer(text):
        named = _NAMED.search(text[: found.start()])
        yield Block(found.group(1), found.group(2), named.group(1) if named else None)


def commands(block: Block) -> Iterator[Command]:
    """Yield the commands of a console block with what they print."""
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        line, _, printed = part.partition("\n")
        yield Command(shlex.split(line), printed)


def is_as_told(printed: str, told: str) -> bool:
    """Whether an output is what a README says; `…` stands for anything, alone on a line for any lines."""
    parts = []
    for line in told.splitlines():
        parts.append(r"(?:.*\n)*" if line == "…" else ".*".join(map(re.escape, line.split("…"))) + r"\n")
    lines = "".join(line.rstrip() + "\n" for line in printed.splitlines())
    return re.fullmatch("".join(parts), lines) is not None


def first_cells(text: str) -> list[list[str]]:
    """Return the words in code style in the first cells of a text's tables, row by row, heads left out."""
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    return [re.findall(r"`([^`]+)`", row.split(" | ")[0]) for row in rows if "`" in row.split(" | ")[0]]


def keys_of(model: Any) -> set[str]:
    """Return the keys a shape takes in YAML."""
    names = {str(info.validation_alias or info.alias or name) for name, info in model.model_fields.items()}
    return {name for name in names if not name.startswith("\0")}


def render_functions(lang: str) -> str:
    """Return the table of functions as the READMEs have it."""
    head = {"en": "| function | gives | meaning |", "zh": "| 函数 | 得到 | 含义 |"}[lang]
    rows = [
        f"| `{one.name}({', '.join(one.takes)})` | {one.gives} | {one.means.zh if lang == 'zh' else one.means.en} |"
        for one in FUNCTIONS.values()
    ]
    return "\n".join([head, "|---|---|---|", *rows])


def write_functions() -> None:
    """Put the table of functions into both pages."""
    for lang, path in READMES.items():
        head = {"en": "function", "zh": "函数"}[lang]
        before, _, after = re.split(
            rf"^(\| {head} \|.*?)(?=\n\n)", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
        )
        path.write_text(before + render_functions(lang) + after, encoding="utf-8")


if __name__ == "__main__":
    write_functions()
