"""`check --fix`: mends what has only one answer, and tells what was changed and what is left."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from jointsup_rules.cli.telling import (
    DONE,
    NOT_IN_ORDER,
    problem_row,
    tell_json,
    tell_problems,
    unusable_input_told,
)
from jointsup_rules.problems import Language, Problem, Text

if TYPE_CHECKING:
    from jointsup_rules.authoring.edits import Edit
    from jointsup_rules.authoring.mending import Mended


def mend_workspace(
    paths: Sequence[Path], workspace: Path, form: str, as_of: date | None, dry_run: bool, lang: Language
) -> NoReturn:
    """Mend the files of a workspace, tell it and end; with `dry_run` show the changes and write nothing."""
    from jointsup_rules.workspace import Workspace

    with unusable_input_told(lang):
        opened = Workspace(workspace)
        mended = opened.mend([str(path) for path in paths], as_of)
        if not dry_run:
            opened.write_mended(mended)
    if dry_run:
        click.echo(mended.render_diff(), nl=False)
    else:
        _tell(mended, form, lang)
    sys.exit(NOT_IN_ORDER if any(problem.severity == "error" for problem in mended.problems) else DONE)


def _tell(mended: Mended, form: str, lang: Language) -> None:
    """What was changed, then what is left to people."""
    left = mended.problems
    if form == "json":
        rows = [problem_row(problem, lang) for problem in left]
        tell_json({"mended": [edit_row(edit) for edit in mended.edits], "problems": rows})
        return
    for edit in mended.edits:
        click.echo(f"{edit.place}: {_shown(edit.found)} → {_shown(edit.instead)}", err=form == "sarif")
    if form == "sarif":
        from jointsup_rules.cli.sarif import render_sarif

        tell_json(render_sarif(left, lang, {}))
        return
    tell_problems(left, "text", lang)
    errors = sum(problem.severity == "error" for problem in left)
    told = Text(
        f"已改 {len(mended.edits)} 处，{len(mended.texts)} 个文件；还有 {errors} 个错误，{len(left) - errors} 个警告",
        f"{len(mended.edits)} places mended in {len(mended.texts)} files;"
        f" {errors} errors and {len(left) - errors} warnings are left",
    )
    click.echo(told.in_language(lang), err=True)


def tell_of_mends(edits: Mapping[Problem, Edit], lang: Language) -> None:
    """That some problems need nobody."""
    if edits:
        told = Text(
            f"其中 {len(edits)} 个可由 jointsup check --fix 改正",
            f"{len(edits)} of them can be mended by jointsup check --fix",
        )
        click.echo(told.in_language(lang), err=True)


def edit_row(edit: Edit) -> dict[str, object]:
    """Return an edit as a JSON object: path, line, column, found, instead."""
    place = edit.place
    return {
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "found": edit.found,
        "instead": edit.instead,
    }


def _shown(text: str) -> str:
    """Characters as a terminal can show them; what is taken out or put in alone in quotes."""
    return repr(text) if not text or not text.isprintable() or text != text.strip() else text
