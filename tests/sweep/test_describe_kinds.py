"""What `explain` says of how a rule looks: a rule's text in, lines in words out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from jointsup_rules.model.rulebook import read_rulebook
from jointsup_rules.sweep.describe import describe_rule

WORKSPACE = Path(__file__).parents[1] / "clock" / "workspace"


def test_a_rule_on_a_named_clock_is_not_said_to_read_no_day_of_its_end() -> None:
    rulebook = read_rulebook(WORKSPACE)
    said = str(describe_rule(rulebook, rulebook.rules["CK-01"], date(2024, 6, 30)))
    assert "named clock HEAR" in said
    assert "no day is read" not in said
