"""A clock in words says all that its YAML says, in both languages."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from jointsup_rules.model.rulebook import read_rulebook
from jointsup_rules.sweep.describe import describe_rule

from .test_concerned import permits


def told(folder: Path, day: str) -> list[tuple[str, str]]:
    permits(folder)
    rulebook = read_rulebook(folder)
    description = describe_rule(rulebook, rulebook.rules["PER-01"], date.fromisoformat(day))
    return [(line.zh, line.en) for line in description.parts[0].how]


def test_a_clock_is_told_from_start_to_roll(tmp_path: Path) -> None:
    zh, en = zip(*told(tmp_path, "2024-04-01"), strict=True)
    for words in (
        "期限时钟 PERMIT（许可决定）",
        "起算：received_on（收到日），当日不计",
        "停止：GRANT（准予）、REFUSE（不准）、withdrawn_on（撤回日），以最早的为准",
        "期限：2个月（民事月末规则），《建设许可条例》第7条（2024-03-01起）",
        "延长 COUNCIL（提交议会）：以决定载明的为准；由BOARD或更高层级决定；须先有COMPLEX（案情复杂）获认可",
        "不计入 SURVEY（现场勘验）：《建设许可条例》第8条（2015-01-01起），每次至多1个月",
        "重新计算 NEWPLAN（重新报送图纸）",
        "届满日遇节假日不顺延",
    ):
        assert words in zh
    assert "named clock PERMIT (Decision on a permit)" in en
    assert "limit: 2 months (civil month rule), Permits Act, art. 7 (from 2024-03-01)" in en
    assert (
        "not counted SURVEY (survey): Permits Act, art. 8 (from 2015-01-01), 1 month at most each time" in en
    )


@pytest.mark.parametrize(("day", "months"), [("2024-02-29", "3 months"), ("2024-03-01", "2 months")])
def test_the_length_is_that_of_the_day(day: str, months: str, tmp_path: Path) -> None:
    (limit,) = [en for _, en in told(tmp_path, day) if en.startswith("limit:")]
    assert months in limit
