"""The command that writes the report of a sweep again: with what the ledger says, in another language, or by unit."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from jointsup_rules.cli import lang_option, language_of, workspace_option
from jointsup_rules.cli.telling import UNUSABLE, progress_line, unusable_input_told
from jointsup_rules.problems import Language, Text

if TYPE_CHECKING:
    from jointsup_rules.report.kept import Kept
    from jointsup_rules.workspace import Workspace


@click.command("report")
@click.argument("sweep_folder", metavar="SWEEP")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="写到这个文件夹，而不是筛查自己的文件夹 / write here instead of into the sweep's own folder",
)
@click.option(
    "--unit", metavar="UNIT", help="只含这个单位的线索，须写 --out / this unit's clues alone; needs --out"
)
@click.option(
    "--split-by-unit",
    "split",
    is_flag=True,
    help="每个单位一份报告加索引页，须写 --out / a report for each unit and an index page; needs --out",
)
@click.option(
    "--ledger",
    "where",
    envvar="JOINTSUP_LEDGER",
    metavar="URL",
    help="另一个数据库，默认工作区的 ledger.sqlite / another database than ledger.sqlite",
)
@workspace_option
@lang_option
def report(
    sweep_folder: str, out: Path | None, unit: str | None, split: bool, where: str | None, workspace: Path, lang: str | None
) -> None:  # fmt: skip
    """重新生成一次筛查的报告。SWEEP 是 reports/ 下的文件夹名或路径。

    有台账时写上链尾、各线索的台账编号、状态和经过。筛查自己写的报告不含台账，相同的筛查得到相同的文件。

    Write the report of a sweep again. SWEEP is the name of a folder in reports/, or a path. Where there is a ledger, the
    report tells its head, and number, state and history of each clue. What a sweep itself writes knows of no ledger, so
    that the same sweep gives the same file.
    """
    from jointsup_rules.report import has_unit, render_by_unit, render_report
    from jointsup_rules.report.read import has_restricted
    from jointsup_rules.workspace import Workspace

    spoken = language_of(lang)
    folder = _found(sweep_folder, workspace, spoken)
    if (unit is not None or split) and out is None:
        _refuse(
            Text("分单位的报告写到别处：请加 --out", "reports by unit are written elsewhere: give --out"),
            spoken,
        )
    if unit is not None and split:
        _refuse(
            Text("--unit 与 --split-by-unit 只能用一个", "give --unit or --split-by-unit, not both"), spoken
        )
    with unusable_input_told(spoken), progress_line(Text("写报告", "report").in_language(spoken)):
        opened = Workspace(workspace)
        kept, verdicts = _kept(opened, where, spoken), opened.verdicts()
        if unit is not None and not has_unit(folder, unit):
            _refuse(Text(f"这次筛查没有单位“{unit}”", f"this sweep knows of no unit '{unit}'"), spoken)
        opening = _opening(folder, out, lang, spoken)
        target = out or folder
        if split:
            for name, page in render_by_unit(folder, opening, kept, verdicts):
                _write_whole(target / name, page, 0o644)
        else:
            page = render_report(folder, opening, kept=kept, verdicts=verdicts, unit=unit)
            _write_whole(target / "report.html", page, 0o644)
        if unit is None and not split and has_restricted(folder, kept):
            (target / "restricted").mkdir(mode=0o700, exist_ok=True)
            page = render_report(folder, opening, restricted=True, kept=kept, verdicts=verdicts)
            _write_whole(target / "restricted" / "report.html", page, 0o600)
    click.echo((target / ("index.html" if split else "report.html")).resolve())


def _kept(opened: Workspace, where: str | None, lang: Language) -> Kept | None:
    """What the ledger says; one that cannot be used ends with status 2."""
    from jointsup_rules.ledger.store import LedgerError

    try:
        return opened.kept(where)
    except LedgerError as error:
        _refuse(error.told, lang)


def _opening(folder: Path, out: Path | None, lang: str | None, spoken: Language) -> Language:
    """The language the report opens in: its own within the sweep's folder, any elsewhere."""
    own = _own_language(folder)
    if out is None and lang not in (None, own):
        told = Text(
            f"这次筛查的报告以 {own} 打开，这是筛查的一部分；换语言请用 --out 写到别处",
            f"this report opens in {own}, which is part of the sweep; for another language give --out",
        )
        _refuse(told, spoken)
    return spoken if lang else own


def _refuse(told: Text, lang: Language) -> NoReturn:
    click.echo(told.in_language(lang), err=True)
    sys.exit(UNUSABLE)


def _found(sweep_folder: str, workspace: Path, lang: Language) -> Path:
    """The folder of a sweep, by path or by name."""
    for folder in (Path(sweep_folder), workspace / "reports" / sweep_folder):
        if (folder / "manifest.json").is_file():
            return folder
    known = sorted(path.parent.name for path in (workspace / "reports").glob("*/manifest.json"))
    told = Text(
        f"没有筛查 '{sweep_folder}'；已有：{'、'.join(known) or '无'}",
        f"no sweep '{sweep_folder}'; there are: {', '.join(known) or 'none'}",
    )
    _refuse(told, lang)


def _own_language(folder: Path) -> Language:
    from jointsup_rules.report.read import read_sweep

    return "en" if read_sweep(folder).manifest.get("lang") == "en" else "zh"


def _write_whole(path: Path, text: str, mode: int) -> None:
    """Write a file so that at no moment half of it is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


commands = {"report": report}
