from __future__ import annotations

import pytest

from jointsup_rules.model.calendar import Calendar, read_calendar
from jointsup_rules.model.rulebook import Rulebook, read_rulebook

from .compiled import CALENDAR_FOLDER, WORKSPACE


@pytest.fixture(scope="session")
def calendar() -> Calendar:
    found, problems = read_calendar(CALENDAR_FOLDER)
    assert problems == ()
    return found


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    found = read_rulebook(WORKSPACE)
    assert found.problems == ()
    return found
