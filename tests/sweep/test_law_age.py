"""Law last checked before the day one looks from is a warning, and only where a day is asked for."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from jointsup_rules.problems import render_problem

from .test_concerned import permits


def test_law_checked_before_the_day_is_a_warning(tmp_path: Path) -> None:
    (problem,) = permits(tmp_path).check(as_of=date(2024, 4, 2))
    assert problem.severity == "warning"
    told = render_problem(problem, "en").splitlines()[0]
    assert (
        told
        == "rules/law/permits.yaml:3:56: JR243 Permits Act: last checked on 2024-04-01, before 2024-04-02"
    )


def test_law_checked_on_the_day_is_none(tmp_path: Path) -> None:
    workspace = permits(tmp_path)
    assert workspace.check(as_of=date(2024, 4, 1)) == ()
    assert workspace.check() == ()
