"""A ledger to test with: the product's workflow, made-up clues, and people who act."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from jointsup_rules.ledger.entries import Who
from jointsup_rules.ledger.ledger import Ledger
from jointsup_rules.ledger.store import Store
from jointsup_rules.ledger.sweeps import SweepRead
from jointsup_rules.load.yaml import read_yaml_file
from jointsup_rules.model.rulebook import read_limits
from jointsup_rules.model.workflow import WORKFLOW, Workflow, read_workflow

ROOT = Path(__file__).parents[2]
ZONE = "Asia/Shanghai"
WANG, LI = Who("committee", "王某"), Who("committee", "李某")
ZHAO = Who("procuratorate", "赵某")
POLICE = Who("unit", "孙某", "U1")
DISCIPLINE = Who("discipline", "钱某")
_LIMITS = read_limits(ROOT)


def product_workflow() -> Workflow:
    """The workflow that comes along."""
    workflow, problems = read_workflow(read_yaml_file(ROOT / WORKFLOW, WORKFLOW))
    assert workflow is not None, problems
    return workflow


def new_ledger(where: Path | str) -> Ledger:
    """A ledger that does not exist yet, in a file or at a URL."""
    return Ledger(Store(where), product_workflow(), _LIMITS.calendar, _LIMITS.laws, ZONE)


def clue(
    rule: str = "LONG-01", unit: str = "U1", severity: str = "medium", grade: str = "A", **more: Any
) -> dict[str, Any]:
    """What a sweep says of one clue."""
    return {
        "rule_id": rule, "rule_version": 1, "family": rule.split("-")[0], "title": "示例", "severity": severity, "grade": grade,
        "subject": "case", "subject_key": "K1", "case_no": "（2024）示0001刑初1号", "unit": unit, "dataset": "example",
        "reason_zh": "已超过期限，需核实。", **more,
    }  # fmt: skip


def sweep(
    clues: Mapping[str, Mapping[str, Any]],
    name: str = "2025-06-30-aaaaaaaa",
    as_of: date = date(2025, 6, 30),
    **more: Any,
) -> SweepRead:
    """A sweep that ran all the rules of its clues."""
    looked = frozenset({str(one["rule_id"]) for one in clues.values()} | {"LONG-01", "CM-01", "HOT-05"})
    given = {
        "looked": looked,
        "open": frozenset(),
        "gone": {},
        "excepted": frozenset(),
        "digest": name,
        **more,
    }
    return SweepRead(name=name, dataset="example", as_of=as_of, seen_until=as_of, clues=clues, **given)
