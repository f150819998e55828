"""When a rule finds too much: the share of its scope above which it may not be activated without a written reason.

In: the parameters of a workspace and a day. Out: the limit. The workspace sets it as RULES.RUNAWAY_SHARE.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from jointsup_rules.load.yaml import Loc
from jointsup_rules.model.law import Parameters
from jointsup_rules.problems import Place, Problem, ProblemsError, Text

RUNAWAY_SHARE = "RULES.RUNAWAY_SHARE"
DEFAULT_SHARE = Decimal("0.2")


@dataclass(frozen=True)
class RunawayLimit:
    """The share of its scope above which a rule finds too much, and whether the workspace has set none for that day."""

    share: Decimal
    is_default: bool


def read_runaway_limit(parameters: Parameters, day: date) -> RunawayLimit:
    """Return the limit that holds on a day.

    Raises:
        ProblemsError: what the workspace has set is no share.
    """
    problems = check_runaway_limit(parameters)
    if problems:
        raise ProblemsError(problems)
    shape = parameters.shapes.get(RUNAWAY_SHARE)
    for value in shape.values if shape is not None else ():
        share = _share(value.value)
        if share is not None and value.from_ <= day and (value.until is None or day < value.until):
            return RunawayLimit(share, False)
    return RunawayLimit(DEFAULT_SHARE, True)


def check_runaway_limit(parameters: Parameters) -> list[Problem]:
    """Return what is wrong with the limit the workspace has set."""
    shape = parameters.shapes.get(RUNAWAY_SHARE)
    if shape is None:
        return []
    problems = []
    if shape.by:
        told = Text(f"{RUNAWAY_SHARE} 不分类别", f"{RUNAWAY_SHARE} has no categories")
        problems.append(_no_share(parameters, ("by",), told))
    for number, value in enumerate(shape.values):
        if _share(value.value) is None:
            told = Text(
                f"{RUNAWAY_SHARE} 的“{value.value}”不是占比",
                f"'{value.value}' of {RUNAWAY_SHARE} is no share",
            )
            problems.append(_no_share(parameters, ("values", number, "value"), told))
    return problems


def is_above(hit: int, in_scope: int, limit: RunawayLimit) -> bool:
    """Return whether so many of a scope are more than the limit allows; exact, and never of an empty scope."""
    return Decimal(hit) > limit.share * in_scope


def _share(value: object) -> Decimal | None:
    if isinstance(value, bool):
        return None
    try:
        share = Decimal(str(value))
    except InvalidOperation:
        return None
    return share if share.is_finite() and 0 < share <= 1 else None


def _no_share(parameters: Parameters, loc: Loc, what: Text) -> Problem:
    why = Text(
        "它是规则命中占其范围的上限，大于 0，不大于 1",
        "it is the most a rule may find of its scope: above 0, not above 1",
    )
    fix = Text("写作 0.2 这样，或删去它（默认 0.2）", "write it like 0.2, or delete it (0.2 is the default)")
    document = parameters.document
    if document is None:
        return Problem("JR261", Place("rules/parameters.yaml"), what, why, fix)
    return document.problem("JR261", document.place((RUNAWAY_SHARE, *loc)), what, why, fix)
