"""Every expression of a dictionary bound once, whether a rule reads it or not, so that its author hears of it."""

from __future__ import annotations

from jointsup_rules.compile.context import RuleError
from jointsup_rules.compile.seen import Absent
from jointsup_rules.compile.subjects import CircleError, Planner, Reach
from jointsup_rules.model.dictionary import Subject
from jointsup_rules.problems import Problem


def check_all(planner: Planner) -> list[Problem]:
    """Return what is wrong in derived columns and relations of all subjects.

    Args:
        planner: Over facts in which all was delivered.
    """
    for subject in planner.dictionary.subjects.values():
        for name in subject.derived:
            _try(planner, subject, name)
        for name in subject.related:
            _try(planner, subject, name, is_relation=True)
    return planner.reader.problems


def _try(planner: Planner, subject: Subject, name: str, is_relation: bool = False) -> None:
    mine = Reach(subject.name, "s")
    try:
        if is_relation:
            relation = subject.related[name]
            planner.match(relation, subject, mine, planner.reach_target(relation, "r"))
        else:
            planner.scope(mine).find((name,))
    except (Absent, CircleError, RuleError):
        # A circle has been recorded where it closes; tables that nobody declares, by the checks of the dictionary.
        return
