"""The export files a user names, archives opened.

In: paths. Out: one Export per data file, with how to open it. Nothing is unpacked to disk, and an archive
that would unpack to more than it should is refused from its directory alone, before a byte of it is read.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from jointsup_rules import limits
from jointsup_rules.problems import NO_TEXT, Place, Problem, ProblemsError, Text

_FORMATS = {
    ".csv": "csv", ".txt": "csv", ".tsv": "tsv", ".tab": "tsv", ".xlsx": "xlsx", ".xlsm": "xlsx",
    ".xls": "xls", ".et": "xls", ".parquet": "parquet", ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".json": "jsonl",
}  # fmt: skip
_ARCHIVES = (".zip", ".7z", ".rar", ".gz", ".tar", ".tgz", ".bz2", ".xz")
_MAGIC = ((b"PK\x03\x04", "xlsx"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"), (b"PAR1", "parquet"))


@dataclass(frozen=True)
class Export:
    """One data file.

    Attributes:
        name: As `_file` says it: the file's name, `archive.zip/inner.csv` for one inside an archive.
        shown: As messages say it: the path as the user typed it, with the inner name.
        path: The file on disk.
        member: Its entry in the archive, or None.
        size: Bytes, unpacked.
        format: csv, tsv, xlsx, xls, parquet or jsonl.
    """

    name: str
    shown: str
    path: Path
    member: str | None
    size: int
    format: str

    @property
    def names(self) -> tuple[str, ...]:
        """The names a source's file pattern may fit: its own, and its archive's."""
        return (self.name,) if self.member is None else (self.name.split("/")[-1], self.path.name)


def unusable(
    code: str, path: str, what: Text, why: Text = NO_TEXT, fix: Text = NO_TEXT, line: int = 1
) -> ProblemsError:
    """Return the error for an input that cannot be used, to be raised."""
    return ProblemsError([Problem(code, Place(path, line), what, why, fix)])


@contextmanager
def opened(export: Export) -> Iterator[BinaryIO]:
    """Open an export for reading from its first byte.

    Raises:
        ProblemsError: The archive is damaged.
    """
    if export.member is None:
        with export.path.open("rb") as stream:
            yield stream
        return
    try:
        with zipfile.ZipFile(export.path) as archive, archive.open(export.member) as member:
            yield cast(BinaryIO, member)
    except (zipfile.BadZipFile, EOFError, NotImplementedError) as error:
        raise _damaged(str(export.path), error) from error


def digest(export: Export) -> str:
    """Return the SHA-256 of an export, unpacked, in hex."""
    made = hashlib.sha256()
    with opened(export) as stream:
        while chunk := stream.read(limits.MIB):
            made.update(chunk)
    return made.hexdigest()


def list_exports(files: Sequence[Path]) -> tuple[Export, ...]:
    """Return the data files of the given files and archives, in the order given.

    Raises:
        ProblemsError: A file is missing, empty, a folder, given twice, or an archive that is not to be
            trusted; every such file is named.
    """
    exports: list[Export] = []
    problems: list[Problem] = []
    for file in files:
        try:
            exports += _members(file) if _is_archive(file) else [_export(file)]
        except ProblemsError as error:
            problems += error.problems
    seen: dict[str, Export] = {}
    for export in exports:
        first = seen.setdefault(export.name, export)
        if first is not export:
            what = Text(f"两个文件同名：'{export.name}'", f"two files are called '{export.name}'")
            why = Text("行的出处按文件名记录", "rows are traced by the name of their file")
            problems.append(
                Problem("JR120", Place(export.shown), what, why, Text("改名或只给一个", "rename one"))
            )
    if problems:
        raise ProblemsError(problems)
    return tuple(exports)


def _is_archive(file: Path) -> bool:
    """Whether the file is a zip archive of exports, and not a workbook, which is one inside."""
    if not file.is_file() or file.suffix.lower() in (".xlsx", ".xlsm"):
        return False
    with file.open("rb") as stream:
        if stream.read(4) != b"PK\x03\x04":
            return False
    try:
        with zipfile.ZipFile(file) as archive:
            return "[Content_Types].xml" not in archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise _damaged(str(file), error) from error


def _export(file: Path) -> Export:
    shown = str(file)
    if not file.exists():
        raise unusable("JR110", shown, Text("没有这个文件", "there is no such file"))
    if not file.is_file():
        fix = Text("逐个给出文件", "name the files themselves")
        raise unusable("JR110", shown, Text("这是文件夹", "this is a folder"), fix=fix)
    try:
        with file.open("rb") as stream:
            start = stream.read(8)
    except OSError as error:
        reason = error.strerror or str(error)
        raise unusable("JR110", shown, Text(f"不能打开：{reason}", f"cannot be opened: {reason}")) from error
    return Export(file.name, shown, file, None, file.stat().st_size, _format(file.name, shown, start))


def _format(name: str, shown: str, start: bytes) -> str:
    """What a file is by its first bytes, else by its ending."""
    if not start:
        what = Text("文件是空的，连表头也没有", "the file is empty, without even a header")
        raise unusable("JR110", shown, what, fix=Text("重新导出", "export it again"))
    for magic, format in _MAGIC:
        if start.startswith(magic):
            return format
    suffix = Path(name).suffix.lower()
    if suffix in _ARCHIVES:
        fix = Text("解压后导入，或改为 zip", "unpack it first, or make it a zip")
        raise unusable(
            "JR116", shown, Text("不认识这种压缩包", "an archive of a kind we do not read"), fix=fix
        )
    format = _FORMATS.get(suffix, "csv")
    if format in ("xlsx", "xls", "parquet"):
        # Some systems call a web page or a tab-separated text a workbook.
        if start.lstrip().startswith(b"<"):
            fix = Text("用 WPS 或 Excel 打开后另存为 xlsx", "open it in WPS or Excel and save it as xlsx")
            raise unusable(
                "JR115", shown, Text("这是网页，不是工作簿", "this is a web page, not a workbook"), fix=fix
            )
        return "csv"
    return format


def _members(file: Path) -> list[Export]:
    """The data files of an archive."""
    shown = str(file)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _check_archive(shown, entries)
            found = []
            for entry in entries:
                name = _entry_name(entry).replace("\\", "/")
                _check_entry(shown, name, entry)
                if name.startswith("__MACOSX/") or name.rsplit("/", 1)[-1].startswith("."):
                    continue
                with archive.open(entry) as stream:
                    format = _format(name, f"{shown}/{name}", stream.read(8))
                found.append(
                    Export(
                        f"{file.name}/{name}",
                        f"{shown}/{name}",
                        file,
                        entry.filename,
                        entry.file_size,
                        format,
                    )
                )
    except (zipfile.BadZipFile, EOFError, NotImplementedError) as error:
        raise _damaged(shown, error) from error
    if not found:
        raise unusable("JR116", shown, Text("压缩包是空的", "the archive is empty"))
    return found


def _entry_name(entry: zipfile.ZipInfo) -> str:
    """An entry's name; without the Unicode mark, older Chinese tools wrote it in GBK."""
    if entry.flag_bits & 0x800:
        return entry.filename
    raw = entry.filename.encode("cp437", errors="replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _check_archive(shown: str, entries: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse an archive of too many files, or that unpacks to too much."""
    if len(entries) > limits.ZIP_MEMBERS:
        n = limits.ZIP_MEMBERS
        raise unusable(
            "JR116", shown, Text(f"压缩包里超过 {n} 个文件", f"more than {n} files in the archive")
        )
    total, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
    if total > limits.ZIP_TOTAL_BYTES:
        size = limits.ZIP_TOTAL_BYTES // limits.GIB
        what = Text(f"解压后超过 {size} GiB", f"it unpacks to more than {size} GiB")
        raise unusable(
            "JR116", shown, what, fix=Text("解压后分批导入", "unpack it and import the files in parts")
        )
    if total > limits.ZIP_RATIO_FROM_BYTES and total > limits.ZIP_RATIO * max(packed, 1):
        ratio = limits.ZIP_RATIO
        what = Text(f"解压后大出 {ratio} 倍以上", f"it unpacks to more than {ratio} times its size")
        why = Text("正常的导出压缩不到这个程度", "no export packs that well")
        raise unusable(
            "JR116", shown, what, why, Text("核实来源后自行解压", "check where it comes from, then unpack it")
        )


def _check_entry(shown: str, name: str, entry: zipfile.ZipInfo) -> None:
    path = f"{shown}/{name}"
    parts = name.split("/")
    if ".." in parts or parts[0] == "" or ":" in parts[0]:
        raise unusable("JR116", path, Text("文件名指向压缩包之外", "the name leads out of the archive"))
    if entry.flag_bits & 0x1:
        raise unusable(
            "JR116", path, Text("文件有密码", "the file needs a password"), fix=Text("去掉密码", "remove it")
        )
    if Path(name).suffix.lower() in _ARCHIVES:
        fix = Text("先解开一层", "unpack one layer first")
        raise unusable("JR116", path, Text("压缩包里还有压缩包", "an archive inside the archive"), fix=fix)


def _damaged(shown: str, error: Exception) -> ProblemsError:
    what = Text("压缩包已损坏", "the archive is damaged")
    return unusable("JR116", shown, what, fix=Text("重新传送这个文件", "have it sent again"))
