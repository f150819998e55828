"""An example as text, and added to a rule file that stays as it is otherwise."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from jointsup_rules.authoring.example_text import add_case, render_case
from jointsup_rules.load.yaml import read_yaml
from jointsup_rules.problems import ProblemsError

CASE: dict[str, Any] = {
    "name": "made of a real case, hit",
    "as_of": "2025-06-30",
    "like": {"letter": {}},
    "given": {
        "letter": [
            {
                "letter_id": "L1",
                "received_on": "2025-01-01",
                "office": "一科",
                "pages": 3,
                "share": Decimal("0.50"),
            },
            {
                "letter_id": "007",
                "note": "yes",
                "other": "a: b, {c} # 'd' \"e\"",
                "flag": True,
                "empty": None,
            },
        ],
        "mail": [{"mail_id": "2024-05-01"}],
    },
    "expect": [{"subject": "L1", "outcome": "hit", "over_days": 3}],
}
HEAD = "# 一条规则\nid: LET-01   # 编号\nexamples:  # 示例\n  as_of: 2025-03-31\n"


def parsed(text: str) -> Any:
    document = read_yaml(text, "a.yaml")
    assert not document.problems
    return document.data


def test_what_is_rendered_is_read_back_the_same() -> None:
    (found,) = parsed("cases:\n" + render_case(CASE))["cases"]
    wanted = {**CASE, "given": {**CASE["given"]}}
    wanted["given"]["letter"] = [dict(CASE["given"]["letter"][0]), CASE["given"]["letter"][1]]
    wanted["given"]["letter"][0]["share"] = found["given"]["letter"][0]["share"]
    assert found == wanted
    assert float(found["given"]["letter"][0]["share"]) == 0.5


@pytest.mark.parametrize("dash", ["  ", "    ", "      "])
@pytest.mark.parametrize("tail", ["", "\n", "\n\n# the end\n", "\n  # of the examples\nowner: 一科   # 谁\n"])
def test_it_goes_after_the_last_one_and_all_else_stays(dash: str, tail: str) -> None:
    last = f"{dash}- name: one   # 第一个\n{dash}  given: {{}}   # nothing\n{dash}  expect:\n{dash}    - {{subject: L1, outcome: clear}}"
    before = f"{HEAD}  cases:\n{last}{tail}"
    after = add_case(before, "a.yaml", CASE, "2025-06-30")
    assert [one["name"] for one in parsed(after)["examples"]["cases"]] == ["one", CASE["name"]]
    added = render_case(CASE, len(dash))
    assert added in after
    assert after.replace(added, "") == (before if before.endswith("\n") and tail else f"{before}\n")
    rest, was = parsed(after), parsed(before)
    del rest["examples"], was["examples"]
    assert rest == was


def test_a_rule_without_examples_gets_some() -> None:
    after = add_case("id: LET-01   # 编号", "a.yaml", CASE, "2025-06-30")
    assert after.startswith("id: LET-01   # 编号\n\nexamples:\n  as_of: 2025-06-30\n  cases:\n    - name: ")
    assert len(parsed(after)["examples"]["cases"]) == 1


@pytest.mark.parametrize(
    "cases", ["  cases: []", "  cases: [{name: one, expect: []}]", "  cases:\n    [{name: one, expect: []}]"]
)
def test_a_list_on_one_line_is_left_alone(cases: str) -> None:
    with pytest.raises(ProblemsError) as caught:
        add_case(f"{HEAD}{cases}\n", "a.yaml", CASE, "2025-06-30")
    assert [one.code for one in caught.value.problems] == ["JR432"]
