"""The command that reads export files into a dataset."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jointsup_rules.cli import Day, format_option, lang_option, language_of, workspace_option
from jointsup_rules.cli.telling import (
    problem_row,
    progress_line,
    render_table,
    tell_json,
    tell_problems,
    unusable_input_told,
)
from jointsup_rules.problems import Language, Text

if TYPE_CHECKING:
    from jointsup_rules.load.importing import ImportResult

_ROWS = ("rows_in", "rows_loaded", "rows_rejected", "rows_left_out", "values_unread")
_REJECTS_LISTED = 20


@click.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--into", required=True, metavar="DATASET", help="数据集名称 / name of the dataset")
@click.option(
    "--source",
    metavar="NAME",
    help="全部文件所属的来源；不写则按各来源的 files 认领"
    " / the source all files belong to; left out, the `files` of each source tell",
)
@click.option("--exported-on", type=Day(), help="导出日 / the day the files were exported")
@click.option(
    "--add", is_flag=True, help="保留同一来源以前导入的行 / keep what the same source brought before"
)
@click.option(
    "--key",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="假名密钥文件，默认为工作区的 pseudonym.key"
    " / key file of the pseudonyms, by default the workspace's pseudonym.key",
)
@click.option(
    "--dry-run", is_flag=True, help="只看概况和拒收，不写入 / show profile and rejects, write nothing"
)
@workspace_option
@format_option
@lang_option
def import_(
    files: tuple[Path, ...],
    into: str,
    source: str | None,
    exported_on: date | None,
    add: bool,
    key: Path | None,
    dry_run: bool,
    workspace: Path,
    form: str,
    lang: str | None,
) -> None:
    """把导出文件（CSV、TSV、XLSX、XLS、Parquet、JSON Lines，或装着它们的 ZIP）读入数据集。

    Read export files (CSV, TSV, XLSX, XLS, Parquet, JSON lines, or ZIP archives of them) into a dataset.
    What the same source brought into it before is replaced; other sources stay.
    """
    from jointsup_rules.workspace import Workspace

    spoken = language_of(lang)
    doing = Text("导入", "importing").in_language(spoken)
    with unusable_input_told(spoken), progress_line(doing) as progress:
        result = Workspace(workspace).import_files(
            files, into=into, source=source, exported_on=exported_on, add=add, dry_run=dry_run, key=key,
            progress=progress,
        )  # fmt: skip
    tell_import(result, files, form, spoken)


def tell_import(result: ImportResult, files: tuple[Path, ...], form: str, lang: Language) -> None:
    """Print what an import of these files did, or, where nothing was written, would do."""
    names = {file.name for file in files}
    entries = [
        {"source": one["source"], **file}
        for one in result.manifest["sources"]
        for file in one["files"]
        if file["name"].split("/")[0] in names
    ]
    if form == "json":
        tell_json(_import_row(result, entries, lang))
        return
    tell_problems(result.problems, "text", lang, is_result=False)
    click.echo(_render_files(entries, result, lang))
    for entry in entries:
        for note in entry["notes"]:
            click.echo(f"{entry['name']}: {note[lang]}")
    if result.rejects_path is None:
        click.echo()
        click.echo(_render_profile(result.profile, lang))
    _tell_rejects(result, lang)


def _import_row(result: ImportResult, entries: list[dict[str, Any]], lang: Language) -> dict[str, object]:
    """What `--format json` says; a dry run also gives profile and rejects, which are in no file then."""
    counts = (result.n_in, result.n_loaded, result.n_rejected, result.n_left_out, result.n_unread)
    row: dict[str, object] = {
        "dataset": result.manifest["name"],
        "cut_off": result.manifest["cut_off"],
        "written": result.rejects_path is not None,
        **dict(zip(_ROWS, counts, strict=True)),
        "files": entries,
        "rejects": str(result.rejects_path) if result.rejects_path else None,
        "problems": [problem_row(problem, lang) for problem in result.problems],
    }
    if result.rejects_path is None:
        row |= {"profile": result.profile["tables"], "rejects": [one._asdict() for one in result.rejects]}
    return row


def _render_files(entries: list[dict[str, Any]], result: ImportResult, lang: Language) -> str:
    from jointsup_rules.report.words import say_plain

    head = [Text("文件", "file"), Text("来源", "source"), Text("编码", "encoding")]
    words = [text.in_language(lang) for text in head] + [say_plain(f"data.{name}", lang) for name in _ROWS]
    rows = [[one["name"], one["source"], one["encoding"], *(one[name] for name in _ROWS)] for one in entries]
    total = Text("合计", "in all").in_language(lang)
    counts = (result.n_in, result.n_loaded, result.n_rejected, result.n_left_out, result.n_unread)
    if len(rows) != 1:
        rows.append([total, "", "", *counts])
    return render_table(words, rows, "lll" + "r" * len(_ROWS))


def _render_profile(profile: Mapping[str, Any], lang: Language) -> str:
    zh, en = ("列", "填写", "不同值", "最小", "最大", "未知代码"), (
        "column", "filled", "distinct", "min", "max", "unknown codes",
    )  # fmt: skip
    head, parts = zh if lang == "zh" else en, []
    for name, table in profile["tables"].items():
        rows = [
            [column, one["filled"], one["distinct"], _short(one["min"]), _short(one["max"]),
             ", ".join(f"{code} {n}" for code, n in one["unknown_codes"].items())]
            for column, one in table["columns"].items()
        ]  # fmt: skip
        told = Text(f"{name}：{table['rows']} 行", f"{name}: {table['rows']} rows").in_language(lang)
        parts.append(told + "\n" + render_table(head, rows, "lrrlll"))
    return "\n\n".join(parts)


def _short(value: object) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= 24 else text[:23] + "…"


def _tell_rejects(result: ImportResult, lang: Language) -> None:
    if not result.rejects:
        return
    if result.rejects_path is not None:
        told = Text(
            f"拒收的行和值见 {result.rejects_path}", f"rejected rows and values: {result.rejects_path}"
        )
        click.echo(told.in_language(lang))
        return
    click.echo()
    for one in result.rejects[:_REJECTS_LISTED]:
        click.echo(f"{one.file}:{one.line}: {one.table}.{one.column} '{one.value}' {one.why}")
    left = len(result.rejects) - _REJECTS_LISTED
    if left > 0:
        told = Text(f"另有 {left} 项；用 --format json 列出", f"and {left} more; --format json lists them")
        click.echo(told.in_language(lang))


commands = {"import": import_}
