"""Rules that mean harm: each is refused by `check` with a place and a reason, and its neighbours are not."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from hostile.cases import HARMLESS, check_desk, read_cases, render_cases, rule_text, write_desk
from jointsup_rules.problems import render_problem
from tests.conftest import Golden

HERE = Path(__file__).parent
FAMILIES = sorted(HERE.glob("*.txt"))


@pytest.mark.parametrize("family", FAMILIES, ids=lambda path: path.stem)
def test_every_case_is_refused_with_a_place_and_a_reason(
    family: Path, tmp_path: Path, golden: Golden
) -> None:
    head, cases = read_cases(family)
    ids = [f"HOS-{number:03}" for number in range(1, len(cases) + 1)]
    rules = {one: rule_text(one, case.fragment) for one, case in zip(ids, cases, strict=True)}
    desk = write_desk(tmp_path, {**rules, "HOS-999": HARMLESS.format(id="HOS-999")})
    begun = time.monotonic()
    found = check_desk(desk)
    assert time.monotonic() - begun < 60
    assert [case.name for one, case in zip(ids, cases, strict=True) if one not in found] == []
    assert "HOS-999" not in found
    said = []
    for one in ids:
        first = found[one][0]
        assert first.why.en or first.fix.en, first
        said.append(render_problem(first, "en").split("\n", 1)[0].partition(".yaml:")[2])
    golden(family, render_cases(head, cases, said))


def test_there_are_many() -> None:
    assert sum(len(read_cases(family)[1]) for family in FAMILIES) >= 120
