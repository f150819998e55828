"""`test --from`: an example made of a real case, printed or added to its rule; what was replaced is told beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import click

from jointsup_rules.cli.telling import tell_json
from jointsup_rules.problems import Language, Text

if TYPE_CHECKING:
    from jointsup_rules.authoring.from_case import MadeExample
    from jointsup_rules.workspace import Workspace


@dataclass(frozen=True)
class Asked:
    """What was asked for on the command line."""

    rule: str
    subject: str
    dataset: str
    as_of: date | None
    append: bool
    shift_days: int
    name: str


def tell_example(workspace: Workspace, asked: Asked, form: str, lang: Language) -> None:
    """Make an example; print it, or add it to the rule's file and say so.

    Raises:
        ProblemsError: none can be made, or it cannot be added.
    """
    made = workspace.make_example(
        asked.rule,
        asked.dataset,
        asked.subject,
        asked.as_of,
        shift_days=asked.shift_days,
        name=asked.name,
    )
    path = workspace.append_example(asked.rule, made) if asked.append else None
    if form == "json":
        from jointsup_rules.sweep.differences import as_json

        columns = {
            name: [f"{table}.{column}" for table, column in getattr(made, name)]
            for name in ("replaced", "kept")
        }
        tell_json({"rule": asked.rule, "appended_to": path, "example": as_json(made.case), **columns})
        return
    if path is None:
        from jointsup_rules.authoring.example_text import render_case

        click.echo(render_case(made.case), nl=False)
    else:
        told = Text(f"已加到 {path}：{made.case['name']}", f"added to {path}: {made.case['name']}")
        click.echo(told.in_language(lang))
    for note in _notes(made, asked):
        click.echo(note.in_language(lang), err=True)


def _notes(made: MadeExample, asked: Asked) -> list[Text]:
    """What a reader must know before it is handed on."""
    notes = [_columns("换成虚构值的列", "columns with invented values", made.replaced)]
    if made.kept:
        notes.append(
            _columns(
                "保留原值的列（S0，规则离不开）", "columns as they were (S0, the rule needs them)", made.kept
            )
        )
    days = Text(
        "日期、代码、是否保持原样；日期牵涉节假日和法律的施行日期",
        "days, codes and yes-or-no are as they were; holidays and changes of law depend on the days",
    )
    if not made.days_kept:
        days = Text(
            f"所有日期移动了 {asked.shift_days} 天；结论、天数与原来一致，节假日落在别的日子上",
            f"all days were moved by {asked.shift_days}; outcome and figures are the same, holidays fall on other days",
        )
    return [*notes, days]


def _columns(zh: str, en: str, columns: Sequence[tuple[str, str]]) -> Text:
    listed = [f"{table}.{column}" for table, column in columns]
    return Text(f"{zh}：{'、'.join(listed) or '无'}", f"{en}: {', '.join(listed) or 'none'}")
