"""How much of their scope several rules find: one sweep that nobody keeps.

In: a rulebook, rules, a dataset and a day. Out: the share of each rule, the same as a backtest gives, for a whole set of
rules in the time of one sweep.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from jointsup_rules.compile.duckdb import print_value
from jointsup_rules.model.rule import Rule
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.problems import Problem, ProblemsError, Text
from jointsup_rules.sweep.backtest import Share
from jointsup_rules.sweep.run import Afterwards, Options, sweep
from jointsup_rules.sweep.runaway import is_above, read_runaway_limit


def read_shares(
    rulebook: Rulebook, rule_ids: Sequence[str], dataset: Path, as_of: date, progress: Callable[[str], None]
) -> Mapping[str, Share]:
    """Return how much of its scope each rule finds as its file is now, whatever its status, and the limit.

    Args:
        rulebook: The workspace's declarations.
        rule_ids: Rules that can be read.
        dataset: Folder of the dataset.
        as_of: The day to look from.
        progress: Told what is being done.

    Raises:
        ProblemsError: a rule did not run, or the dataset or the limit cannot be used.
        SweepFailedError: the worker died outside of any rule.
    """
    if not rule_ids:
        return {}
    limit = read_runaway_limit(rulebook.parameters, as_of)
    with tempfile.TemporaryDirectory(prefix="jointsup-") as reports:
        # What is tried is not approved yet; so nothing is asked of the lock.
        tried = replace(rulebook, lock=None)
        options = Options(rules=tuple(rule_ids), status="draft")
        swept = sweep(tried, dataset, as_of, Path(reports), options, Afterwards(lambda *_: ""), progress)
        rows = _outcomes(swept.folder / "outcomes.parquet")
    problems = [_not_tried(rulebook.rules[row[0]], as_of, row[2]) for row in rows if row[1] != "ran"]
    if problems:
        raise ProblemsError(problems)
    return {
        rule_id: Share(n, hit, float(limit.share), limit.is_default, is_above(hit, n, limit))
        for rule_id, _, _, n, hit in rows
    }


def _outcomes(path: Path) -> list[Any]:
    """Rule, status, why, in_scope and hit of each rule."""
    import duckdb

    columns = "rule_id, status, why, in_scope, hit"
    with duckdb.connect(":memory:") as connection:
        return connection.execute(
            f"SELECT {columns} FROM read_parquet({print_value(str(path))}) ORDER BY rule_id"
        ).fetchall()


def _not_tried(rule: Rule, as_of: date, why: str) -> Problem:
    said = Text(**json.loads(why))
    what = Text(
        f"{rule.id} 在 {as_of} 未能评估：{said.zh}", f"{rule.id} was not evaluated as of {as_of}: {said.en}"
    )
    reason = Text(
        "没有运行的规则，说不出命中占比", "of a rule that did not run, nobody knows what it would find"
    )
    fix = Text("换一个数据集或日期，或改正规则", "take another dataset or day, or mend the rule")
    return rule.document.problem("JR263", rule.document.place(("id",)), what, reason, fix)
