"""The import: export files to a dataset.

In: the dictionary, the sources, files. Out: a dataset folder in which every row of every file is accounted
for, or problems and the folder as it was. The steps in order: which source each file belongs to, what the
dataset held before, rows in, keys settled, files out, folder in place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jointsup_rules.load.dataset import Former, open_pool, read_former, settle_keys, take_former
from jointsup_rules.load.exports import Export, list_exports, unusable
from jointsup_rules.load.loading import LoadedFile, load_export, open_pools
from jointsup_rules.load.pseudonyms import check_key_place, key_mark, open_key_problem, read_key
from jointsup_rules.load.rejects import Reject
from jointsup_rules.load.replacing import replace_folder, working_folder
from jointsup_rules.load.writing import (
    Brought,
    gather_manifest,
    gather_profile,
    gather_rejects,
    write_dataset,
)
from jointsup_rules.problems import Place, Problem, ProblemsError, Text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from jointsup_rules.model.dictionary import Dictionary
    from jointsup_rules.model.source import Source

_REJECTS_SHOWN = 1000
# Folders of a workspace beside the datasets.
TAKEN_NAMES = frozenset({"sources", "calendar", "exports"})


@dataclass(frozen=True)
class ImportResult:
    """What an import did.

    Attributes:
        manifest, profile: As in the files of the same names.
        rejects_path: `rejects.csv`; None for a dry run.
        rejects: The first thousand lines of this import's files.
        problems: Warnings.
        n_in, n_loaded, n_rejected, n_left_out: Rows of this import's files; the first is the sum.
        n_unread: Values of the loaded ones that could not be read.
    """

    manifest: Mapping[str, Any]
    profile: Mapping[str, Any]
    rejects_path: Path | None
    rejects: tuple[Reject, ...]
    problems: tuple[Problem, ...]
    n_in: int
    n_loaded: int
    n_rejected: int
    n_left_out: int
    n_unread: int


@dataclass(frozen=True)
class _Job:
    """One import, as asked for."""

    dictionary: Dictionary
    pairs: tuple[tuple[Source, Export], ...]
    into: Path
    key: bytes | None
    exported_on: date | None
    add: bool
    progress: Callable[[str], None]

    @property
    def sources(self) -> dict[str, Source]:
        return {source.name: source for source, _ in self.pairs}


def import_files(
    dictionary: Dictionary,
    sources: Mapping[str, Source],
    files: Sequence[Path],
    *,
    source: str | None,
    into: Path,
    key_file: Path,
    exported_on: date | None,
    add: bool,
    dry_run: bool,
    progress: Callable[[str], None],
) -> ImportResult:
    """Import export files into a dataset folder, which is replaced as a whole.

    What a source brought before is replaced; other sources stay.

    Args:
        sources: The sources of the workspace by name.
        source: The one all files belong to; None to tell by each source's `files` pattern.
        into: Folder of the dataset; its name is the dataset's.
        key_file: Key of the pseudonyms, made on first use.
        exported_on: Cut-off day of the files; None to take what each source says.
        add: Keep what the same source brought before.
        dry_run: Report only; nothing is written, no key made.
        progress: Called with file names and row counts on the way.

    Raises:
        ProblemsError: Unusable input, every problem of it; nothing has been written.
    """
    check_dataset_name(into.name)
    pairs = _matched(sources, list_exports(files), source)
    key, warnings = _key(pairs, key_file, into, add, dry_run)
    job = _Job(dictionary, pairs, into, key, exported_on, add, progress)
    if dry_run:
        return _import(job, None, warnings)
    into.parent.mkdir(parents=True, exist_ok=True)
    with working_folder(into) as folder:
        new = folder / into.name
        new.mkdir()
        result = _import(job, new, warnings)
        replace_folder(new, into)
    return result


def _import(job: _Job, folder: Path | None, warnings: tuple[Problem, ...]) -> ImportResult:
    """Everything between the files read and the folder in place."""
    former = read_former(job.into)
    kept = _kept_sources(job, former)
    connection = _connect(folder)
    try:
        open_pools(connection)
        tables = list(job.dictionary.tables.values())
        for index, table in enumerate(tables):
            open_pool(connection, index, table)
        if former is not None:
            take_former(connection, job.dictionary, former, kept)
        loaded = _load_all(connection, job)
        for index, table in enumerate(tables):
            settle_keys(connection, index, table)
        brought = _brought(job, former, kept, loaded)
        manifest = gather_manifest(connection, job.dictionary, job.into.name, brought)
        profile = gather_profile(connection, job.dictionary, manifest)
        if folder is not None:
            write_dataset(connection, job.dictionary, manifest, profile, folder)
        return _result(connection, job, manifest, profile, loaded, folder is not None, warnings)
    finally:
        connection.close()


def _connect(folder: Path | None) -> DuckDBPyConnection:
    """A database in memory that spills beside the new dataset, and fetches nothing from anywhere."""
    import duckdb

    connection = duckdb.connect(":memory:")
    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute("SET autoload_known_extensions = false")
    connection.execute("SET python_enable_replacements = false")
    connection.execute("SET TimeZone = 'UTC'")
    if folder is not None:
        spill = str(folder.parent / "spill").replace("'", "''")
        connection.execute(f"SET temp_directory = '{spill}'")
    return connection


def check_dataset_name(name: str) -> None:
    """Refuse a name that is no plain folder name, or that a workspace uses for something else.

    Raises:
        ProblemsError: The name cannot be a dataset's.
    """
    is_plain = name and not name.startswith(".") and not any(char in name for char in '\\/:*?"<>|')
    if name in TAKEN_NAMES or not is_plain:
        what = Text(f"'{name}' 不能作数据集名称", f"'{name}' cannot name a dataset")
        raise unusable("JR123", "--into", what, fix=Text("换一个名称", "choose another name"))


def _matched(
    sources: Mapping[str, Source], exports: Sequence[Export], name: str | None
) -> tuple[tuple[Source, Export], ...]:
    """Each export with its source.

    Raises:
        ProblemsError: No source fits a file, or several do; a source that is not there.
    """
    if name is not None:
        if name not in sources:
            known = ", ".join(sorted(sources))
            what = Text(f"没有来源 '{name}'", f"no source '{name}'")
            raise unusable("JR111", "--source", what, fix=Text(f"可用的有：{known}", f"known here: {known}"))
        return tuple((sources[name], export) for export in exports)
    pairs, problems = [], []
    for export in exports:
        fits = [one for one in sources.values() if any(one.is_for(word) for word in export.names)]
        if len(fits) == 1:
            pairs.append((fits[0], export))
            continue
        names = ", ".join(one.name for one in fits) or ", ".join(sorted(sources))
        if fits:
            what = Text(f"几个来源都认领这个文件：{names}", f"several sources claim the file: {names}")
        else:
            what = Text("没有来源认领这个文件", "no source claims the file")
        fix = Text(
            f"用 --source 指明（{names}），或改来源的 files",
            f"name one with --source ({names}), or change files in a source",
        )
        problems.append(Problem("JR111", Place(export.shown), what, fix=fix))
    if problems:
        raise ProblemsError(problems)
    return tuple(pairs)


def _key(
    pairs: Sequence[tuple[Source, Export]], key_file: Path, into: Path, add: bool, dry_run: bool
) -> tuple[bytes | None, tuple[Problem, ...]]:
    """The key, if any source of this import makes pseudonyms; a dry run makes none.

    Raises:
        ProblemsError: The key is not there although pseudonyms made with it stay in the dataset.
    """
    is_needed = any(
        column.pseudonym is not None
        for source, _ in pairs
        for columns in source.tables.values()
        for column in columns.values()
    )
    if not is_needed:
        return None, ()
    check_key_place(key_file, into.parent)
    if not key_file.exists():
        former = read_former(into)
        replaced = set() if add else {source.name for source, _ in pairs}
        before = former.manifest["sources"] if former else ()
        if any(one.get("key_mark") and one["source"] not in replaced for one in before):
            what = Text("数据集所用的密钥文件不在了", "the key file that was used for the dataset is gone")
            why = Text("新密钥会让同一人有两个假名", "a new key would give one person two pseudonyms")
            fix = Text("放回原来的密钥，或用 --key 指明", "put it back, or name it with --key")
            raise unusable("JR118", str(key_file), what, why, fix)
        if dry_run:
            return bytes(32), ()
    key = read_key(key_file, into.parent)
    problem = open_key_problem(key_file)
    return key, (problem,) if problem else ()


def _kept_sources(job: _Job, former: Former | None) -> list[str]:
    """The sources of the former dataset whose rows stay.

    Raises:
        ProblemsError: A file is added that is there already; pseudonyms of another key stay beside ours.
    """
    if former is None:
        return []
    kept = [
        one["source"] for one in former.manifest["sources"] if job.add or one["source"] not in job.sources
    ]
    problems = []
    for source, export in job.pairs:
        if source.name in kept and export.name in {file["name"] for file in former.files(source.name)}:
            what = Text(
                f"数据集里已有同名文件 '{export.name}'", f"the dataset has a file '{export.name}' already"
            )
            why = Text("行的出处按文件名记录", "rows are traced by the name of their file")
            fix = Text("改名，或不用 --add 以替换", "rename it, or leave out --add to replace it")
            problems.append(Problem("JR120", Place(export.shown), what, why, fix))
    marks = {one["source"]: one["key_mark"] for one in former.manifest["sources"] if one.get("key_mark")}
    others = [
        name
        for name in kept
        if job.key is not None and marks.get(name, key_mark(job.key)) != key_mark(job.key)
    ]
    if others:
        names = ", ".join(others)
        what = Text(f"与来源 {names} 所用的密钥不同", f"not the key that was used for {names}")
        why = Text(
            "同一人会有两个假名，跨机关比对失效", "one person would have two pseudonyms, and agencies no link"
        )
        problems.append(
            Problem("JR118", Place(str(job.into)), what, why, Text("用原来的密钥", "use the same key"))
        )
    if problems:
        raise ProblemsError(problems)
    return kept


def _load_all(connection: DuckDBPyConnection, job: _Job) -> list[LoadedFile]:
    """Every file; the problems of all of them at once."""
    loaded: list[LoadedFile] = []
    problems: list[Problem] = []
    for source, export in job.pairs:
        try:
            loaded.append(
                load_export(
                    connection, job.dictionary, source, export, job.key, job.exported_on, job.progress
                )
            )
        except ProblemsError as error:
            problems += error.problems
    if problems:
        raise ProblemsError(problems)
    return loaded


def _brought(
    job: _Job, former: Former | None, kept: Sequence[str], loaded: Sequence[LoadedFile]
) -> list[Brought]:
    """What each source has brought to the new dataset, by name."""
    brought = []
    entries = {one["source"]: one for one in former.manifest["sources"]} if former else {}
    for name in sorted({*kept, *job.sources}):
        before = entries[name] if name in kept else {"files": [], "tables": {}}
        new = [_file_entry(one) for one in loaded if one.source == name]
        files = sorted([*before["files"], *new], key=lambda file: str(file["name"]))
        tables = {table: set(columns) for table, columns in before["tables"].items()}
        agency, mark = before.get("agency", {}), before.get("key_mark")
        if name in job.sources:
            source = job.sources[name]
            agency = {"zh": source.agency.zh, "en": source.agency.en}
            is_keyed = any(one.pseudonym for columns in source.tables.values() for one in columns.values())
            mark = key_mark(job.key) if job.key and is_keyed else mark
            for table, columns in source.tables.items():
                delivered = {column for column, one in columns.items() if not one.drop}
                tables[table] = tables.get(table, set()) | delivered
        ordered = {
            table.name: [column for column in table.columns if column in tables[table.name]]
            for table in job.dictionary.tables.values()
            if table.name in tables
        }
        exported_on = max(str(file["exported_on"]) for file in files)
        brought.append(Brought(name, agency, exported_on, mark, tuple(files), ordered))
    return brought


def _file_entry(file: LoadedFile) -> dict[str, Any]:
    return {
        "name": file.name,
        "sha256": file.sha256,
        "bytes": file.n_bytes,
        "encoding": file.encoding,
        "exported_on": str(file.exported_on),
        "rows_in": file.n_in,
        "rows_loaded": 0,
        "rows_rejected": 0,
        "rows_left_out": file.n_left_out,
        "values_unread": 0,
        "notes": [{"zh": note.zh, "en": note.en} for note in file.notes],
    }


def _result(
    connection: DuckDBPyConnection,
    job: _Job,
    manifest: Mapping[str, Any],
    profile: Mapping[str, Any],
    loaded: Sequence[LoadedFile],
    is_written: bool,
    warnings: tuple[Problem, ...],
) -> ImportResult:
    ours = {(one.source, one.name) for one in loaded}
    files = [
        file
        for entry in manifest["sources"]
        for file in entry["files"]
        if (entry["source"], file["name"]) in ours
    ]
    shown = {export.name: export.shown for _, export in job.pairs}
    empty = tuple(
        Problem("JR121", Place(shown[file["name"]]), Text("只有表头，没有数据行", "a header and no rows"),
                fix=Text("核对导出条件", "check what was asked for in the export"), severity="warning")
        for file in files if file["rows_in"] == 0
    )  # fmt: skip
    rejects = (reject for reject in gather_rejects(connection) if (reject.source, reject.file) in ours)
    counts = [
        sum(file[word] for file in files)
        for word in ("rows_in", "rows_loaded", "rows_rejected", "rows_left_out", "values_unread")
    ]
    return ImportResult(
        manifest,
        profile,
        job.into / "rejects.csv" if is_written else None,
        tuple(islice(rejects, _REJECTS_SHOWN)),
        (*warnings, *empty),
        *counts,
    )
