"""A ledger to test with: the product's workflow, made-up clues, and people who act."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
from python_calamine import CalamineWorkbook

from jointsup_rules.ledger.entries import Who
from jointsup_rules.ledger.ledger import Ledger
from jointsup_rules.ledger.moving import Step
from jointsup_rules.ledger.package import Order, Package, transfer
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


@cache
def product_workflow() -> Workflow:
    """The workflow that comes along, read once: a process killed early should have begun its work."""
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


# ---- an office: a ledger with the files a package is made of

SWEEP = "2025-06-30-aaaaaaaa"
AT = "2025-07-01T01:00:00Z"


@dataclass(frozen=True)
class Office:
    """A workspace with templates, one sweep in the ledger, and its evidence."""

    root: Path
    ledger: Ledger

    def screen(self, *clues: str, who: Who = WANG, grade: str = "A") -> None:
        """Have clues ready to be sent."""
        fields = {"severity": "medium", "grade": grade, "route": "unit"}
        self.ledger.move([Step(one, "screen", fields) for one in clues], AT, who)

    def send(self, *clues: str, who: Who = WANG, to: str = "U1", at: str = AT, **more: Any) -> Package:
        """Write a package; `document` names another letter, whatever else is said in it."""
        document = more.pop("document", "transfer_letter")
        order = Order(clues, document, to, self.root, {key: str(value) for key, value in more.items()})
        return transfer(self.ledger, order, at, who, write_card)


def write_card(rule: str, day: date, folder: Path) -> None:
    """A card as it goes with a package, without the rules it is rendered from."""
    (folder / f"{rule}.html").write_text(f"<p>{rule} {day}</p>", encoding="utf-8")


def new_office(root: Path, clues: Mapping[str, Mapping[str, Any]], where: str | None = None) -> Office:
    """A workspace whose ledger holds these clues, with a row of evidence and three lines of working for each."""
    shutil.copytree(ROOT / "rules/documents", root / "rules/documents")
    folder = root / "reports" / SWEEP
    folder.mkdir(parents=True)
    evidence = [
        {"clue_id": one, "role": "subject", "table": "case", "row_key": f"K-{one}", "file": "cases.csv", "line": n,
         "values": json.dumps({"filed_on": "2024-01-02", "closed_on": None, "cause": "=1+1"})}
        for n, one in enumerate(clues, 2)
    ]  # fmt: skip
    lines = (("start", "起算日，当日不计"), ("base", "365日"), ("over", "逾期"))
    working = [
        {"clue_id": one, "step_no": n, "step": step, "from_on": date(2024, 1, 2), "to_on": None, "days": 30 * n,
         "article": "示例条例第3条" if step == "base" else None, "document": None, "honoured": None,
         "note": json.dumps({"zh": note, "en": "note"})}
        for one in clues
        for n, (step, note) in enumerate(lines, 1)
    ]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(evidence), folder / "evidence.parquet")
    pq.write_table(pa.Table.from_pylist(working), folder / "working.parquet")
    ledger = new_ledger(where or root / "ledger.sqlite")
    ledger.open(sweep(clues), AT, WANG)
    return Office(root, ledger)


Sheets = dict[str, list[list[Any]]]


def resave(path: Path, change: Callable[[Sheets], object] = lambda _: None, into: Path | None = None) -> Path:
    """Open a workbook as another program does, change its cells and save it; return the file."""
    book = CalamineWorkbook.from_path(str(path))
    sheets = {
        name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names
    }
    change(sheets)
    out = into or path
    workbook = xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False})
    day = workbook.add_format({"num_format": "yyyy-mm-dd"})
    for name, rows in sheets.items():
        sheet = workbook.add_worksheet(name)
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, datetime | date):
                    sheet.write_datetime(row, column, cell, day)  # type: ignore[arg-type]
                elif isinstance(cell, str):
                    sheet.write_string(row, column, cell)
                elif cell is not None:
                    sheet.write(row, column, cell)
    workbook.close()
    return out


def answering(answers: Mapping[str, Mapping[str, Any]], sheet: str = "线索清单") -> Callable[[Sheets], None]:
    """A change that fills in columns, named by their headings, of clues."""

    def change(sheets: Sheets) -> None:
        head, *rows = sheets[sheet]
        for row in rows:
            for label, value in answers.get(str(row[1]), {}).items():
                row[head.index(label)] = value

    return change
