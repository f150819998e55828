"""Commands for a first look: an empty workspace, and the whole loop on invented data."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING

import click

import jointsup_rules
from jointsup_rules.cli import format_option, lang_option, language_of, workspace_option
from jointsup_rules.cli.sweeps import gather_sweep, make_options, run_sweep, tell_sweep
from jointsup_rules.cli.telling import UNUSABLE, progress_line, tell_json, tell_problems, unusable_input_told
from jointsup_rules.problems import Language, Text

if TYPE_CHECKING:
    from jointsup_rules.demo import Truth
    from jointsup_rules.workspace import Workspace

_DEMO = "demo"
# Under its own name a packaged file would hide others from this project's version control.
_NAMES = {"gitignore.txt": ".gitignore"}


@click.command("init")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@lang_option
def init(folder: Path, lang: str | None) -> None:
    """建立空工作区：一条带注释的规则、一份数据字典、一个来源和一个极小的示例导出。

    Make an empty workspace: one commented rule, a dictionary, a source and a tiny export to try them on.
    """
    spoken = language_of(lang)
    if folder.exists() and any(folder.iterdir()):
        told = Text(f"'{folder}' 不是空文件夹，未作改动", f"'{folder}' is not empty; nothing was changed")
        click.echo(told.in_language(spoken), err=True)
        sys.exit(UNUSABLE)
    with unusable_input_told(spoken):
        _write_tree(resources.files(__package__) / "starter", folder)
        for name in ("reports", "datasets/calendar"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / "reports" / ".gitkeep").touch()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        click.echo(path)
    told = Text("工作区已建好。接着试：", "The workspace is there. Now try:")
    click.echo("\n" + told.in_language(spoken))
    click.echo(f"    cd {folder}")
    click.echo("    jointsup check")
    click.echo("    jointsup test")
    click.echo("    jointsup import datasets/exports/example/letters_20250331.csv --into example")
    click.echo("    jointsup sweep example --as-of 2025-03-31")


def _write_tree(packaged: Traversable, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for entry in packaged.iterdir():
        target = folder / _NAMES.get(entry.name, entry.name)
        if entry.is_dir():
            _write_tree(entry, target)
        else:
            target.write_bytes(entry.read_bytes())


@click.command("demo")
@click.option(
    "--cases",
    type=click.IntRange(min=1),
    help="另造有这么多案件的数据；不写则用随附的小样"
    " / invent data with so many cases; left out, the small set that comes along",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="造出的导出文件放在哪里，默认 datasets/exports/generated"
    " / where the invented exports go, by default datasets/exports/generated",
)
@workspace_option
@format_option
@lang_option
def demo(cases: int | None, out: Path | None, workspace: Path, form: str, lang: str | None) -> None:
    """用虚构数据走完全程：导入、筛查、报告；最后一行是报告的路径。

    The whole loop on invented data: import, sweep, report; the last line is the report's path.
    """
    from jointsup_rules.workspace import Workspace

    spoken = language_of(lang)
    opened = Workspace(workspace)
    with unusable_input_told(spoken):
        if cases is None and out is None:
            folder = opened.root / "datasets" / "exports" / _DEMO
            truth = _shipped(folder, spoken)
        else:
            folder = out or opened.root / "datasets" / "exports" / "generated"
            truth = _invented(folder, cases, spoken)
        _import(opened, folder, truth, spoken)
        result = run_sweep(opened, _DEMO, truth.as_of, make_options(lang=lang), spoken)
        _take_in(opened, result.folder, spoken)
    told = gather_sweep(result)
    if form == "json":
        tell_json(told)
    else:
        tell_sweep(told, result, spoken)


def _shipped(folder: Path, lang: Language) -> Truth:
    """The demo that lies in the project's own workspace."""
    from jointsup_rules.demo import read_truth

    try:
        return read_truth(folder)
    except FileNotFoundError:
        told = Text(
            f"这里没有演示数据（{folder}）；请在本项目的文件夹里运行，或用 --workspace 指明它",
            f"there is no demo data here ({folder}); run it in the project's own folder,"
            " or name that folder with --workspace",
        )
        click.echo(told.in_language(lang), err=True)
        sys.exit(UNUSABLE)


def _invented(folder: Path, cases: int | None, lang: Language) -> Truth:
    """A demo written anew; the same number of cases gives the same files."""
    from jointsup_rules.demo import DEFAULT_CASES, write_exports
    from jointsup_rules.demo.city_courses import LEAST_CASES

    n_cases = DEFAULT_CASES if cases is None else cases
    if n_cases < LEAST_CASES:
        told = Text(f"--cases 至少为 {LEAST_CASES}", f"--cases is at least {LEAST_CASES}")
        click.echo(told.in_language(lang), err=True)
        sys.exit(UNUSABLE)
    with progress_line(Text("编造数据", "inventing data").in_language(lang)) as progress:
        progress(f"{n_cases:,}")
        return write_exports(folder, n_cases)


def _import(opened: Workspace, folder: Path, truth: Truth, lang: Language) -> None:
    """Import the files the truth names, unless the dataset was made of the very same by the very same."""
    files = [folder / name for name in dict.fromkeys(file.name.split("/")[0] for file in truth.files)]
    if _is_imported(opened, files):
        return
    with progress_line(Text("导入", "importing").in_language(lang)) as progress:
        result = opened.import_files(files, into=_DEMO, progress=progress)
    tell_problems(result.problems, "text", lang, is_result=False)
    told = Text(
        f"导入 {result.n_in:,} 行：载入 {result.n_loaded:,}，拒收 {result.n_rejected:,}，"
        f"按设置略过 {result.n_left_out:,}；未读出的值 {result.n_unread:,}（见 {result.rejects_path}）",
        f"{result.n_in:,} rows imported: {result.n_loaded:,} loaded, {result.n_rejected:,} rejected,"
        f" {result.n_left_out:,} left out; {result.n_unread:,} values unread (see {result.rejects_path})",
    )
    click.echo(told.in_language(lang), err=True)


def _take_in(opened: Workspace, folder: Path, lang: Language) -> None:
    """Enter the sweep's clues in the workspace's ledger, where there is a workflow; an invented officer does it."""
    from jointsup_rules.ledger.entries import Who
    from jointsup_rules.ledger.moving import Refused
    from jointsup_rules.ledger.store import LedgerError
    from jointsup_rules.ledger.sweeps import read_sweep
    from jointsup_rules.model.workflow import WORKFLOW

    if not (opened.root / WORKFLOW).is_file():
        return
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    try:
        ledger = opened.ledger()
        found = ledger.open(read_sweep(folder), at, Who(ledger.workflow.shape.engine, "demo"))
        head = ledger.head()
    except (Refused, LedgerError) as error:
        # The demo shows what it can; a ledger that is somebody's own is left alone.
        click.echo(error.told.in_language(lang), err=True)
        return
    told = Text(
        f"台账：新登记 {len(found.new)} 条线索，再次发现 {len(found.seen)} 条；链尾 {head}（jointsup ledger list --as committee --by 姓名）",
        f"ledger: {len(found.new)} clues entered, {len(found.seen)} seen again; head {head} (jointsup ledger list --as committee --by NAME)",
    )
    click.echo(told.in_language(lang), err=True)


def _is_imported(opened: Workspace, files: list[Path]) -> bool:
    """Whether the dataset holds exactly these files, and nothing it was made with has changed since."""
    from jointsup_rules.load.exports import digest, list_exports

    manifest = opened.root / "datasets" / _DEMO / "manifest.json"
    try:
        made_at = manifest.stat().st_mtime
        sources = json.loads(manifest.read_text(encoding="utf-8"))["sources"]
        there = {file["name"]: file["sha256"] for source in sources for file in source["files"]}
        if any(path.stat().st_mtime >= made_at for path in _made_with(opened.root)):
            return False
    except (OSError, ValueError, KeyError, TypeError):
        # No dataset, or one of another form: it is made anew.
        return False
    return there == {export.name: digest(export) for export in list_exports(files)}


def _made_with(root: Path) -> Iterable[Path]:
    """What an import depends on beside its files: dictionary, sources, key, and this program."""
    yield root / "pseudonym.key"
    yield root / "datasets" / "dictionary.yaml"
    yield from (root / "datasets" / "sources").glob("*.yaml")
    package = Path(jointsup_rules.__file__).parent
    for part in ("load", "model"):
        yield from (package / part).glob("*.py")


commands = {"init": init, "demo": demo}
