"""Work on rules that are queries, in a process of its own: a short query can ask for more time or memory than there is.

In: a rulebook, a rule and what is asked of it. Out: the answer, or in plain words why there is none. Nothing else runs
there, so a query that hangs or takes all memory ends that process alone. What comes back is read as data: values of our
own kinds and nothing that could be run.
"""

from __future__ import annotations

import base64
import io
import pickle
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from jointsup_rules.model.rule import Rule
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.problems import Place, Problem, ProblemsError, Text
from jointsup_rules.sweep.database import in_both
from jointsup_rules.sweep.process import watch_worker

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from jointsup_rules.sweep.examples import ExampleResult
    from jointsup_rules.sweep.trace import Trace

EXAMPLES_LIMIT_S = 10.0
MEMORY = "1GB"
_WORKER = "jointsup_rules.sweep.apart_worker"
_MODULES = ("trace", "differences", "examples")
_OURS = {f"jointsup_rules.sweep.{name}" for name in _MODULES} | {"jointsup_rules.problems"}
_PLAIN = {("datetime", "date"), ("datetime", "datetime"), ("decimal", "Decimal")}


def run_examples_apart(rulebook: Rulebook, rule: Rule, traced: bool) -> list[ExampleResult]:
    """Return the results of the examples of a rule; where they come to no end, each says so."""
    from jointsup_rules.sweep.differences import Difference
    from jointsup_rules.sweep.example_reading import place_of
    from jointsup_rules.sweep.examples import ExampleResult

    answer, error = _ask(rulebook, rule, EXAMPLES_LIMIT_S, MEMORY, "examples", (traced,))
    if answer is not None:
        return list(answer)
    says = Text(f"规则运行出错：{error.zh}", f"the rule failed: {error.en}")
    cases = rule.shape.examples.cases if rule.shape.examples is not None else ()
    return [
        ExampleResult(
            rule.id,
            case.name,
            number,
            rule.document.place(place_of(rule, number)),
            (Difference("", "", None, None, says),),
        )
        for number, case in enumerate(cases)
    ]


def trace_apart(
    rulebook: Rulebook, rule: Rule, dataset: Path, as_of: date, key: str, limit_s: float, memory: str
) -> Trace:
    """Return the trace of a subject under a rule.

    Raises:
        ProblemsError: as tracing does; or it comes to no end in time and memory.
    """
    answer, error = _ask(rulebook, rule, limit_s, memory, "trace", (dataset, as_of, key))
    if answer is None:
        what = Text(f"规则运行出错：{error.zh}", f"the rule failed: {error.en}")
        raise ProblemsError([Problem("JR411", Place(rule.document.path), what)])
    if isinstance(answer, tuple):
        raise ProblemsError(answer)
    found: Trace = answer
    return found


def _ask(
    rulebook: Rulebook, rule: Rule, limit_s: float, memory: str, work: str, arguments: tuple[Any, ...]
) -> tuple[Any, Text]:
    """The answer of a process of its own, or None and why there is none."""
    narrow = replace(rulebook, rules={rule.id: rule}, broken={}, sources={}, problems=())
    given = base64.b64encode(pickle.dumps((narrow, rule.id, arguments))).decode("ascii")
    answers: list[Any] = []

    def hear(event: Any) -> None:
        if event["event"] == "ran":
            answers.append(_read(base64.b64decode(event["answer"])))

    ended = watch_worker(_WORKER, {"memory": memory, "work": work, "given": given}, limit_s, hear)
    if answers and not ended.error:
        return answers[0], Text()
    return None, in_both(ended.error, limit_s)


class _Reader(pickle.Unpickler):
    """Reads values of our own kinds; whatever else is named is refused."""

    def find_class(self, module: str, name: str) -> Any:
        if module in _OURS or (module, name) in _PLAIN:
            found = super().find_class(module, name)
            if isinstance(found, type):
                return found
        raise pickle.UnpicklingError(f"{module}.{name}")


def _read(answer: bytes) -> Any:
    return _Reader(io.BytesIO(answer)).load()
