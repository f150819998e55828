"""Law that was last checked before the day one looks from: it may have changed since, and only people can tell.

In: a rulebook and a day. Out: warnings, one per statute in force on the day; never an error, for nothing is wrong yet.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from jointsup_rules.load.yaml import Document, read_yaml_file
from jointsup_rules.model.law import LawShape, read_law
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.problems import Problem, Text


def check_age(rulebook: Rulebook, day: date) -> tuple[Problem, ...]:
    """Return a warning for every statute in force on a day that nobody has checked since before it."""
    problems: list[Problem] = []
    for path in sorted((rulebook.root / "rules" / "law").glob("*.yaml")):
        document = read_yaml_file(path, path.relative_to(rulebook.root).as_posix())
        shape, _ = read_law(document)
        problems += _of_statute(document, shape, day) if shape is not None else []
    return tuple(problems)


def _of_statute(document: Document, shape: LawShape, day: date) -> list[Problem]:
    for number, version in enumerate(shape.versions):
        in_force = version.from_ <= day and (version.until is None or day < version.until)
        checked = version.checked_on
        if not in_force or (checked is not None and checked >= day):
            continue
        title = shape.title
        since = (
            Text("没有写明何时核对过", "it is not said when it was checked")
            if checked is None
            else Text(f"最后核对于 {checked}，早于 {day}", f"last checked on {checked}, before {day}")
        )
        what = Text(f"{title.zh}：{since.zh}", f"{title.en}: {since.en}")
        why = Text(
            "其后法律可能已有修改，计算仍用此处的数值",
            "the law may have changed since; what is written here is still used",
        )
        fix = Text(
            "核对现行文本，有变的加一个新版本，再改 checked_on",
            "compare the text in force, add a version where it changed, then set checked_on",
        )
        loc = ("versions", number) if checked is None else ("versions", number, "checked_on")
        problem = document.problem("JR243", document.place(loc), what, why, fix)
        return [replace(problem, severity="warning")]
    return []
