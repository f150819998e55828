"""The process in which examples and traces of queries run: see `apart.py`, which starts it and reads its answer."""

from __future__ import annotations

import base64
import pickle
from typing import Any

from jointsup_rules.problems import ProblemsError
from jointsup_rules.sweep.examples import ExampleRunner
from jointsup_rules.sweep.process import serve, tell
from jointsup_rules.sweep.tracing import trace_here


def _run(task: dict[str, Any]) -> None:
    # What comes in was written by the process that started this one.
    rulebook, rule_id, arguments = pickle.loads(base64.b64decode(task["given"]))
    rule = rulebook.rules[rule_id]
    tell(event="rule", rule=rule_id)
    answer: Any
    if task["work"] == "examples":
        (traced,) = arguments
        with ExampleRunner(rulebook) as runner:
            answer = runner.run_here(rule, traced=traced)
    else:
        try:
            answer = trace_here(rulebook, rule, *arguments)
        except ProblemsError as error:
            answer = error.problems
    pickled = base64.b64encode(pickle.dumps(answer)).decode("ascii")
    tell(event="ran", rule=rule_id, answer=pickled)
    tell(event="done")


if __name__ == "__main__":
    serve(_run)
