"""Lists that come back filled in: whether they are whole and unaltered, and what was filled in.

In: a workbook, and what the ledger keeps of it as it was sent. Out: what was filled in, row by row, or all that was altered.
Rows are known by their clue, so they may be sorted.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jointsup_rules.ledger.moving import Refused
from jointsup_rules.ledger.sheet import ABOUT, cell_text, digest
from jointsup_rules.problems import Place, Problem, ProblemsError, Text

# A workbook read whole takes as many cells as its farthest one spans, whatever it holds.
_MOST_CELLS, _MOST_BYTES = 4_000_000, 300_000_000
# What a damaged archive may raise, a part that is encrypted or packed in a way we do not know among it.
BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError)
_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?r="([A-Z]{1,3})(\d{1,7})"')


@dataclass(frozen=True)
class Returned:
    """A list that came back.

    Attributes:
        number: What it says it is.
        heads: Its headings.
        rows: Number of the row in the sheet, and its cells as text; rows without anything are left out.
        digest: SHA-256 of the file.
    """

    number: str
    heads: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    digest: str


@dataclass(frozen=True)
class Filled:
    """What was filled in for one clue, by asked column; cells left empty are not there."""

    row: int
    clue_id: str
    given: Mapping[str, str]


def read_sheet(path: Path, format_: str, sheet: str) -> Returned:
    """Return a list that came back.

    Raises:
        ProblemsError: it cannot be read, or is no list of this kind.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    content = path.read_bytes()
    _refuse_vast(path, content)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = workbook.sheet_names
        if ABOUT not in names or sheet not in names:
            raise _unreadable(
                path,
                "不是本程序写出的清单，或工作表被改名、删去",
                "is no list that this program wrote, or its sheets were renamed",
            )
        about = workbook.get_sheet_by_name(ABOUT).to_python(skip_empty_area=False)
        rows = workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError) as error:
        raise _unreadable(
            path, "读不了：不是工作簿，或已损坏", "cannot be read: it is no workbook, or it is damaged"
        ) from error
    words = [cell_text(row[0]) if row else "" for row in about[:2]]
    if len(words) < 2 or words[0] != format_:
        raise _unreadable(
            path,
            "不是这一种清单，或由另一版本的程序写出",
            "is a list of another kind, or of another version of the program",
        )
    cells = [tuple(cell_text(cell) for cell in row) for row in rows]
    told = tuple((number, row) for number, row in enumerate(cells[1:], 2) if any(row))
    return Returned(words[1], _cut(cells[0]) if cells else (), told, hashlib.sha256(content).hexdigest())


def _cut(cells: Sequence[str]) -> tuple[str, ...]:
    """Cells without the empty ones at the end."""
    last = max((number for number, cell in enumerate(cells, 1) if cell), default=0)
    return tuple(cells[:last])


def _unreadable(path: Path, zh: str, en: str) -> ProblemsError:
    fix = Text(
        "请交回原来的 .xlsx 文件；打不开的，请对方重新填写、另存为 .xlsx",
        "ask for the file again, saved as .xlsx",
    )
    return ProblemsError(
        [Problem("JR704", Place(path.name), Text(f"{path.name} {zh}", f"{path.name} {en}"), fix=fix)]
    )


def _refuse_vast(path: Path, content: bytes) -> None:
    """Refuse a workbook that would fill the memory: one with a cell far out, or that unpacks to something huge."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            is_vast = sum(one.file_size for one in archive.infolist()) > _MOST_BYTES
            if not is_vast:
                parts = {one.filename: archive.read(one) for one in archive.infolist()}
                pages = (page for name, page in parts.items() if name.startswith("xl/worksheets/"))
                is_vast = any(_extent(page) > _MOST_CELLS for page in pages)
    except BROKEN_ZIP as error:
        raise _unreadable(
            path, "读不了：不是工作簿，或已损坏", "cannot be read: it is no workbook, or it is damaged"
        ) from error
    if is_vast:
        raise _unreadable(path, "大得不像一份清单，没有读", "is far too large for a list and was not read")


def _extent(page: bytes) -> int:
    """How many cells the farthest cell of a sheet spans."""
    rows = columns = 0
    for letters, digits in _CELL.findall(page):
        rows = max(rows, int(digits))
        columns = max(columns, sum((one - 64) * 26**power for power, one in enumerate(reversed(letters))))
    return rows * columns


def check_returned(
    returned: Returned, heads: Sequence[str], asked: Sequence[str], sent: Mapping[str, str]
) -> list[Filled]:
    """Return what was filled in, row by row.

    Args:
        returned: The list that came back.
        heads: The headings as they were sent.
        asked: Names of the columns to fill in, which stand last.
        sent: Digest of what must not change, by clue id.

    Raises:
        Refused: anything outside the columns to fill in was altered; all of it is told.
    """
    if list(returned.heads) != list(heads):
        raise Refused(_told_heads(returned.heads, heads))
    n_fixed = len(heads) - len(asked)
    wrong: list[Text] = []
    seen: dict[str, int] = {}
    filled = []
    for row, cells in returned.rows:
        padded = (*cells, *[""] * (len(heads) - len(cells)))
        clue_id = padded[1]
        told = _told_row(row, padded, len(heads), digest(padded[:n_fixed]), sent, seen)
        if told is not None:
            wrong.append(told)
        seen.setdefault(clue_id, row)
        given = {name: cell for name, cell in zip(asked, padded[n_fixed : len(heads)], strict=True) if cell}
        filled.append(Filled(row, clue_id, given))
    for clue_id in sorted(set(sent) - set(seen)):
        wrong.append(Text(f"缺少线索 {clue_id} 的一行", f"the row of clue {clue_id} is missing"))
    refuse_all(wrong)
    return filled


def refuse_all(wrong: Sequence[Text]) -> None:
    """Refuse with everything that is wrong, one line each; nothing where nothing is.

    Raises:
        Refused: there is something.
    """
    if wrong:
        raise Refused(Text("\n".join(one.zh for one in wrong), "\n".join(one.en for one in wrong)))


def _told_heads(found: Sequence[str], heads: Sequence[str]) -> Text:
    lost = [one for one in heads if one not in found]
    new = [one or "（空）" for one in found if one not in heads]
    zh, en = "第 1 行的栏目与发出时不同", "row 1: the columns are not those that were sent"
    if lost:
        zh, en = f"{zh}；少了“{'”“'.join(lost)}”", f"{en}; missing: {', '.join(lost)}"
    if new:
        zh, en = f"{zh}；多了“{'”“'.join(new)}”", f"{en}; not ours: {', '.join(new)}"
    if not lost and not new:
        zh, en = f"{zh}：次序变了", f"{en}: they are in another order"
    return Text(zh, en)


def _told_row(
    row: int, cells: Sequence[str], width: int, digest: str, sent: Mapping[str, str], seen: Mapping[str, int]
) -> Text | None:
    """What is wrong with a row; None where nothing is."""
    clue_id = cells[1]
    if any(cells[width:]):
        extra = next(cell for cell in cells[width:] if cell)[:40]
        return Text(f"第 {row} 行在清单之外多写了“{extra}”", f"row {row}: '{extra}' stands outside the list")
    if not clue_id:
        return Text(
            f"第 {row} 行没有线索编号，不是清单里的行", f"row {row} has no clue id and is no row of the list"
        )
    if clue_id not in sent:
        return Text(
            f"第 {row} 行的线索“{clue_id}”不在这份清单中", f"row {row}: clue '{clue_id}' is not in this list"
        )
    if clue_id in seen:
        return Text(
            f"第 {row} 行的线索“{clue_id}”在第 {seen[clue_id]} 行已有",
            f"row {row}: clue '{clue_id}' is in row {seen[clue_id]} already",
        )
    if sent[clue_id] != digest:
        return Text(
            f"第 {row} 行改动了填写栏以外的内容（线索 {clue_id}）",
            f"row {row} was altered outside the columns to fill in (clue {clue_id})",
        )
    return None
