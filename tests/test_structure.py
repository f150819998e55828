"""The house: which way imports go, and that the engine knows no law."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "jointsup_rules"
# Reading order, data order and import order: a module imports only from its own stage or from what stands before it.
STAGES = (
    "problems",
    "limits",
    "collector",
    "load",
    "model",
    "clock",
    "compile",
    "sweep",
    "cards",
    "authoring",
    "triage",
    "ledger",
    "report",
    "demo",
    "workspace",
    "cli",
)
# What people declare is read by `load` as well: import needs the dictionary to type what it reads.
ALSO = {"load": {"model"}}
# Only the command line invents a city; nothing of the engine may lean on it.
NEVER = {stage: {"demo"} for stage in STAGES if stage not in ("demo", "cli")}


def _stage_of(path: Path) -> str:
    relative = path.relative_to(PACKAGE)
    return relative.parts[0].removesuffix(".py")


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("jointsup_rules."):
            found.add(node.module.split(".")[1])
        if isinstance(node, ast.Import):
            found |= {a.name.split(".")[1] for a in node.names if a.name.startswith("jointsup_rules.")}
    return found


MODULES = sorted(
    path
    for path in PACKAGE.rglob("*.py")
    if path.parent != PACKAGE or path.stem not in ("__init__", "__main__")
)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_module_imports_only_from_the_stages_before_it(path: Path) -> None:
    stage = _stage_of(path)
    before = set(STAGES[: STAGES.index(stage) + 1]) | ALSO.get(stage, set())
    assert _imports(path) <= before - NEVER.get(stage, set())


# Words of one country's procedure; the engine must do without them. `macros.sql` holds the forms of Chinese numbers, as
# functions that any rule may use or leave.
LAW = re.compile(r"刑事诉讼|民事诉讼|公安|检察|法院|逮捕|拘留|起诉|case_main|coercive_measure|GA_|FY_|JC_")


@pytest.mark.parametrize(
    "path",
    [path for path in MODULES if _stage_of(path) not in ("demo",)],
    ids=lambda path: path.relative_to(PACKAGE).as_posix(),
)
def test_the_engine_names_no_law_and_no_agency(path: Path) -> None:
    found = [
        f"{path.name}:{number}: {line.strip()}"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if LAW.search(line)
    ]
    assert found == []
