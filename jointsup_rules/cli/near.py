"""`explain --near`: the subjects nearest to being a clue, as a table; parts without a distance are named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from jointsup_rules.cli.telling import render_table, tell_json
from jointsup_rules.problems import Language, Text

if TYPE_CHECKING:
    from jointsup_rules.sweep.near import Near, Nearest

_HEAD = {
    "zh": ("对象", "案号", "部分", "差距", "说明"),
    "en": ("subject", "case number", "part", "distance", "what of"),
}


def tell_nearest(nearest: Nearest, form: str, lang: Language) -> None:
    """Print the nearest subjects, nearest first."""
    if form == "json":
        tell_json(
            {
                "as_of": nearest.as_of.isoformat(),
                "subjects": [_row(one, lang) for one in nearest.subjects],
                "without": [{"part": part, "why": why.in_language(lang)} for part, why in nearest.without],
            }
        )
        return
    if nearest.subjects:
        rows = [
            (one.subject_key, one.case_no, one.part, _distance(one, lang), one.lacks.in_language(lang))
            for one in nearest.subjects
        ]
        click.echo(render_table(_HEAD[lang], rows, "lllrl"))
    else:
        click.echo(Text("没有接近的对象", "nothing is near").in_language(lang))
    for part, why in nearest.without:
        told = Text(f"{part}：{why.zh}" if part else why.zh, f"{part}: {why.en}" if part else why.en)
        click.echo(told.in_language(lang), err=True)


def _row(one: Near, lang: Language) -> dict[str, object]:
    return {
        "subject_key": one.subject_key,
        "case_no": one.case_no,
        "part": one.part,
        "distance": one.distance,
        "unit": "days" if one.in_days else "",
        "of": one.lacks.in_language(lang),
    }


def _distance(one: Near, lang: Language) -> str:
    number = f"{one.distance:.6f}".rstrip("0").rstrip(".")
    if not one.in_days:
        return number
    return f"{number} 天" if lang == "zh" else f"{number} days"
