"""What stands in the rules and does nothing: unused parameters, rules and examples that repeat others."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from jointsup_rules.compile.suspicions.view import View, warn_at
from jointsup_rules.model.rule import ExampleCase
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.problems import Problem, Text

_USED = re.compile(r"\$([^\W\d]\w*)")
# Whatever an example is called and expects: two that give the same test the same.
_GIVEN = ("given", "as_of", "like", "absent", "exported_on", "params", "calendar")


def check_params(view: View) -> Iterator[Problem]:
    """JR234: a parameter of a rule that none of its texts uses."""
    used: set[str] = set()
    for key, value in view.document.data.items():
        if key != "examples":
            used.update(name for text in _texts(value) for name in _USED.findall(text))
    for name in view.shape.params:
        if name not in used:
            what = Text(f"参数“{name}”没有用到", f"parameter '{name}' is never used")
            why = Text("改它不会改变任何结果", "changing it changes nothing")
            fix = Text(f"在条件里写 ${name}，或者删去它", f"write ${name} in a condition, or leave it out")
            yield view.warn("JR234", ("params", name), what, why, fix, key=True)


def _texts(value: Any) -> Iterator[str]:
    """All texts below a YAML value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


def check_twins(rulebook: Rulebook) -> Iterator[Problem]:
    """JR230: two rules in use that look for the same in the same; a draft may begin as a copy."""
    seen: dict[str, str] = {}
    for rule in rulebook.rules.values():
        if rule.shape.status != "active":
            continue
        shape = rule.shape
        said = [shape.subject, shape.scope, _without_words(shape.detect), dict(shape.params)]
        first = seen.setdefault(json.dumps(said, sort_keys=True, ensure_ascii=False, default=str), rule.id)
        if first != rule.id:
            what = Text(
                f"与规则 {first} 的范围和查找方法相同", f"scope and detection are those of rule {first}"
            )
            why = Text("同一件事会有两条线索", "one thing would make two clues")
            fix = Text(
                "合并成一条规则，用 bands 或 any_of 分档", "make one rule of them, with bands or any_of"
            )
            yield warn_at("JR230", rule.document, ("detect",), what, why, fix, key=True)


def _without_words(value: Any) -> Any:
    """A value without the names and words of parts."""
    if isinstance(value, Mapping):
        return {
            key: _without_words(part) for key, part in value.items() if key not in ("name", "say", "because")
        }
    return [_without_words(part) for part in value] if isinstance(value, list) else value


def _gives_the_same(one: ExampleCase, other: ExampleCase) -> bool:
    return all(getattr(one, key) == getattr(other, key) for key in _GIVEN)


def check_repeated_examples(view: View) -> Iterator[Problem]:
    """JR235: an example that gives what another of the rule has given."""
    examples = view.shape.examples
    seen: list[ExampleCase] = []
    for number, case in enumerate(examples.cases if examples is not None else ()):
        first = next((n for n, other in enumerate(seen) if _gives_the_same(case, other)), None)
        seen.append(case)
        if first is not None:
            what = Text(f"与第 {first + 1} 个示例所给的相同", f"gives the same as example {first + 1}")
            why = Text("同样的数据只能有同样的结果", "the same data can only have the same outcome")
            fix = Text(
                "改变所给的数据，或者合并两个示例", "change what is given, or make one example of the two"
            )
            yield view.warn("JR235", ("examples", "cases", number), what, why, fix)
