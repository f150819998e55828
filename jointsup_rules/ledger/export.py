"""Clues of the ledger written for people: CSV for Excel and WPS, a workbook, or JSON, by the file's ending.

In: clues as they stand. Out: one file, whole or not at all, its owner's alone.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from jointsup_rules.ledger.due import Due
from jointsup_rules.ledger.fold import ClueState
from jointsup_rules.model.workflow import Workflow
from jointsup_rules.problems import Language, Place, Problem, ProblemsError, Text
from jointsup_rules.sweep.tables import plain_cell

_FACTS: Mapping[str, Text] = {
    "rule_id": Text("规则", "rule"), "title": Text("规则名称", "title"), "severity": Text("严重程度", "severity"),
    "case_no": Text("案号", "case"), "subject_key": Text("对象", "subject"), "unit": Text("单位", "unit"),
    "started_on": Text("起算日", "started on"), "due_on": Text("届满日", "due on"), "over_days": Text("超过天数", "days over"),
    "measure": Text("数值", "measure"), "reason_zh": Text("情况", "what was found"), "law": Text("依据", "law"),
    "dossier_id": Text("案卷", "dossier"), "priority": Text("优先级", "priority"),
}  # fmt: skip
_OWN: Mapping[str, Text] = {
    "ledger_no": Text("台账编号", "number"), "clue_id": Text("线索编号", "clue"), "state": Text("状态", "state"),
    "since": Text("状态起于", "since"), "due": Text("办理期限", "to be done by"), "days_late": Text("逾期天数", "days late"),
    "grade": Text("等级", "grade"), "found": Text("最近筛查仍在", "still found"),
}  # fmt: skip


def write_export(
    file: Path, workflow: Workflow, clues: Sequence[ClueState], dues: Mapping[str, Due], lang: Language
) -> None:
    """Write clues to a file, one row each, in their order.

    Raises:
        ProblemsError: the file's ending names no form we write.
    """
    head, rows = _table(workflow, clues, dues, lang)
    writers = {".csv": _write_csv, ".xlsx": _write_xlsx, ".json": _write_json}
    writer = writers.get(file.suffix.lower())
    if writer is None:
        what = Text(f"不认识的文件类型“{file.suffix}”", f"no form is known for '{file.suffix}'")
        fix = Text("文件名以 .csv、.xlsx 或 .json 结尾", "end the name in .csv, .xlsx or .json")
        raise ProblemsError([Problem("JR702", Place(str(file)), what, fix=fix)])
    scratch = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        os.close(os.open(scratch, os.O_CREAT | os.O_RDWR | os.O_TRUNC, 0o600))
        writer(scratch, head, rows)
        scratch.replace(file)
    finally:
        with suppress(FileNotFoundError):
            scratch.unlink()


def _table(
    workflow: Workflow, clues: Sequence[ClueState], dues: Mapping[str, Due], lang: Language
) -> tuple[list[str], list[list[Any]]]:
    shape = workflow.shape
    written = [name for name in shape.fields if name not in ("severity", "grade")]
    head = [text.in_language(lang) for text in (*_OWN.values(), *_FACTS.values())]
    head += [shape.fields[name].label.in_language(lang) for name in written]
    rows = []
    for clue in clues:
        due = dues.get(clue.clue_id)
        found = {True: Text("是", "yes"), False: Text("否", "no"), None: Text("无法判断", "cannot tell")}[
            clue.is_found
        ]
        own = [
            clue.ledger_no, clue.clue_id, workflow.state(clue.state).label.in_language(lang), clue.since,
            due.due_on.isoformat() if due and due.due_on else None, due.days_late if due and due.is_late else None,
            clue.grade, found.in_language(lang),
        ]  # fmt: skip
        codes = [shape.fields[name].codes for name in written]
        fields = [
            of[value].in_language(lang)
            if isinstance(value := clue.fields.get(name), str) and value in of
            else value
            for name, of in zip(written, codes, strict=True)
        ]
        rows.append([*own, *(clue.facts.get(name) for name in _FACTS), *fields])
    return head, rows


def _write_csv(path: Path, head: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows(["" if value is None else plain_cell(value) for value in row] for row in rows)


def _write_xlsx(path: Path, head: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    import xlsxwriter

    workbook = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
    bold = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    sheet = workbook.add_worksheet("台账")
    sheet.freeze_panes(1, 1)
    sheet.write_row(0, 0, head, bold)
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            if isinstance(value, bool | int | float):
                sheet.write(number, column, value)
            elif value is not None:
                sheet.write_string(number, column, str(plain_cell(value))[:32_000])
    sheet.autofilter(0, 0, max(len(rows), 1), len(head) - 1)
    workbook.close()


def _write_json(path: Path, head: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    listed = [dict(zip(head, row, strict=True)) for row in rows]
    path.write_text(json.dumps(listed, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
