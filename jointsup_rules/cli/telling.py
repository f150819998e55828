"""How results, problems and progress are told: data to stdout, everything else to stderr."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from shutil import get_terminal_size
from typing import Any
from unicodedata import category, east_asian_width

import click

from jointsup_rules.problems import Language, Problem, ProblemsError, Text, render_problem

DONE, NOT_IN_ORDER, UNUSABLE, DONE_IN_PART = 0, 1, 2, 3


def tell_json(value: object) -> None:
    """Print a value as JSON to stdout."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))


def tell_problems(problems: Sequence[Problem], form: str, lang: Language, *, is_result: bool = True) -> None:
    """Print problems, one line each with details below, or as JSON.

    Args:
        is_result: They are what was asked for, as of `check`, and go to stdout; otherwise to stderr.
    """
    if form == "json":
        tell_json([problem_row(problem, lang) for problem in problems])
        return
    for problem in problems:
        click.echo(render_problem(problem, lang), err=not is_result)


def problem_row(problem: Problem, lang: Language) -> dict[str, object]:
    """Return a problem as a JSON object: code, severity, path, line, column, length, what, why, fix, accepted_because.

    The last is null where nobody has answered it.
    """
    return {
        "code": problem.code,
        "severity": problem.severity,
        **asdict(problem.place),
        "length": problem.length,
        "what": problem.what.in_language(lang),
        "why": problem.why.in_language(lang),
        "fix": problem.fix.in_language(lang),
        "accepted_because": problem.accepted_because.in_language(lang) or None,
    }


@contextmanager
def unusable_input_told(lang: Language) -> Iterator[None]:
    """End with status 2 and a plain message where the input, or the place to write to, cannot be used."""
    try:
        yield
    except ProblemsError as error:
        tell_problems(error.problems, "text", lang, is_result=False)
        sys.exit(UNUSABLE)
    except OSError as error:
        if error.filename is None:
            raise
        told = Text(
            f"无法读写 {error.filename}：{error.strerror}",
            f"cannot read or write {error.filename}: {error.strerror}",
        )
        click.echo(told.in_language(lang), err=True)
        sys.exit(UNUSABLE)


@contextmanager
def progress_line(doing: str) -> Iterator[Callable[[str], None]]:
    """Give a function that says what is being done, on one line of stderr that is rewritten and then wiped.

    Nothing is written unless stderr is a terminal.
    """
    begun, shown = time.monotonic(), 0

    def tell(what: str) -> None:
        nonlocal shown
        line = _cut(f"{doing} · {time.monotonic() - begun:.0f} s · {what}", get_terminal_size().columns - 1)
        click.echo("\r" + line + " " * (shown - width_of(line)), err=True, nl=False)
        shown = width_of(line)

    if not sys.stderr.isatty():
        yield lambda _: None
        return
    tell("")
    try:
        yield tell
    finally:
        click.echo("\r" + " " * shown + "\r", err=True, nl=False)


def width_of(text: str) -> int:
    """Return how many cells of a terminal a text takes; a Chinese character takes two."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def plain(text: str) -> str:
    """Return a text without control characters, which could rewrite what a terminal shows."""
    return "".join("\ufffd" if category(char) == "Cc" else char for char in text)


def _cut(text: str, width: int) -> str:
    text = plain(text)
    while width_of(text) > width:
        text = text[:-1]
    return text


def render_table(head: Sequence[str], rows: Sequence[Sequence[Any]], align: str) -> str:
    """Return a table for the terminal.

    Args:
        head: Headings of the columns.
        rows: Cells; None shows as empty, whole numbers with thousands apart.
        align: One letter a column: l stands left, r right.
    """
    cells = [list(head), *([_shown(cell) for cell in row] for row in rows)]
    widths = [max(map(width_of, column)) for column in zip(*cells, strict=True)]
    lines = []
    for row in cells:
        padded = []
        for cell, width, side in zip(row, widths, align, strict=True):
            gap = " " * (width - width_of(cell))
            padded.append(cell + gap if side == "l" else gap + cell)
        lines.append("  ".join(padded).rstrip())
    return "\n".join(lines)


def _shown(cell: Any) -> str:
    if cell is None:
        return ""
    return f"{cell:,}" if isinstance(cell, int) else plain(str(cell))
