"""A counted briefing written for people: a workbook, or a letter from the office's template.

In: a Counted. Out: one file, whole or not at all.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from jointsup_rules.ledger.documents import fill_template
from jointsup_rules.ledger.stats import Counted, Figure
from jointsup_rules.problems import Language, Place, Problem, ProblemsError, Text

TEMPLATE = "情况通报.docx"


def render_value(figure: Figure, lang: Language) -> str:
    """Return a figure's value in one text: rows of label and value, or why there is none."""
    if figure.failed is not None:
        return figure.failed.in_language(lang)
    if not figure.rows:
        return "—"
    sign = "：" if lang == "zh" else ": "
    shown = ((label.in_language(lang), value) for label, value in figure.rows)
    return "\n".join(f"{label}{sign}{value}" if label else value for label, value in shown)


def write_briefing(path: Path, counted: Counted, root: Path, lang: Language) -> None:
    """Write a briefing as .xlsx or .docx, by the file's ending.

    Raises:
        ProblemsError: the ending names no form, or the template cannot be filled.
    """
    writers = {".xlsx": _write_xlsx, ".docx": _write_docx}
    writer = writers.get(path.suffix.lower())
    if writer is None:
        what = Text(f"不认识的文件类型“{path.suffix}”", f"no form is known for '{path.suffix}'")
        fix = Text("文件名以 .xlsx 或 .docx 结尾", "end the name in .xlsx or .docx")
        raise ProblemsError([Problem("JR702", Place(str(path)), what, fix=fix)])
    scratch = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        writer(scratch, counted, root, lang)
        scratch.replace(path)
    finally:
        with suppress(FileNotFoundError):
            scratch.unlink()


def _basis(figure: Figure, counted: Counted) -> str:
    return f"{figure.shape.id} · {len(counted.sweeps)} 次筛查"


def _write_xlsx(path: Path, counted: Counted, root: Path, lang: Language) -> None:
    import xlsxwriter

    workbook = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
    bold = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "border": 1})
    wrap = workbook.add_format({"text_wrap": True, "valign": "top", "border": 1})
    sheet = workbook.add_worksheet(Text("指标", "figures").in_language(lang))
    heads = (
        Text("编号", "id"),
        Text("指标", "figure"),
        Text("数值", "value"),
        Text("定义", "definition"),
        Text("查询", "query"),
    )
    sheet.write_row(0, 0, [head.in_language(lang) for head in heads], bold)
    for column, width in enumerate((8, 28, 30, 44, 90)):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    for number, figure in enumerate(counted.figures, 1):
        shape = figure.shape
        cells = (
            shape.id,
            shape.label.in_language(lang),
            render_value(figure, lang),
            shape.means.in_language(lang),
            shape.sql.strip(),
        )
        for column, cell in enumerate(cells):
            sheet.write_string(number, column, cell, wrap)
    basis = workbook.add_worksheet(Text("依据", "basis").in_language(lang))
    lines = [
        (Text("年度", "year"), str(counted.year)),
        (Text("统计日", "counted as of"), counted.as_of.isoformat()),
    ]
    lines += [(Text("台账链尾", "head of the ledger"), counted.head)]
    lines += [(Text("筛查", "sweep"), one) for one in counted.sweeps]
    basis.set_column(0, 0, 18)
    basis.set_column(1, 1, 80)
    for number, (label, value) in enumerate(lines):
        basis.write_string(number, 0, label.in_language(lang), bold)
        basis.write_string(number, 1, value, wrap)
    workbook.close()


def _write_docx(path: Path, counted: Counted, root: Path, lang: Language) -> None:
    figures: list[Mapping[str, Any]] = [
        {
            "id": one.shape.id, "label": one.shape.label.in_language(lang), "value": render_value(one, lang),
            "means": one.shape.means.in_language(lang), "basis": _basis(one, counted),
        }
        for one in counted.figures
    ]  # fmt: skip
    day = counted.as_of
    places = {
        "number": "", "year": str(counted.year), "written_on": f"{day.year}年{day.month}月{day.day}日", "figures": figures,
        "sweeps": "、".join(counted.sweeps) or "无", "head": counted.head,
    }  # fmt: skip
    fill_template(root, TEMPLATE, places, path)
