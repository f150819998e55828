"""What of a sweep people read: the lists and the report, parted so that nobody reads of grade C who should not.

In: the folder of a sweep, triaged or not. Out: clues.csv, clues.xlsx and report.html without grade C, and the same of grade C
alone in `restricted/`, which only its owner can open. The grade that counts is the one triage left: a clue it raised to C
leaves the files that everybody reads.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from jointsup_rules.compile.duckdb import print_value
from jointsup_rules.problems import Language
from jointsup_rules.sweep.tables import write_csv, write_xlsx

_READABLE = "grade IS DISTINCT FROM 'C'"
_RESTRICTED = "grade = 'C'"
_FILES = ("clues.csv", "clues.xlsx", "report.html")
Render = Callable[[Path, Language, bool], str]


def print_clue_list(folder: Path) -> str:
    """Return SQL for the clues of a folder in their order; triaged ones with the grade, priority, route and dossier of that."""
    clues = print_value(str(folder / "clues.parquet"))
    triaged = folder / "triage.parquet"
    if not triaged.is_file():
        return f"SELECT * FROM read_parquet({clues})"
    return (
        "SELECT c.* EXCLUDE (file_row_number) REPLACE (coalesce(t.grade, c.grade) AS grade), t.priority,"
        " array_to_string(t.route, ' ') AS route, t.dossier_id"
        f" FROM read_parquet({clues}, file_row_number = true) AS c"
        f" LEFT JOIN read_parquet({print_value(str(triaged))}) AS t USING (clue_id) ORDER BY c.file_row_number"
    )


def print_raised(folder: Path) -> str:
    """Return SQL for the ids of clues that triage gave grade C; of none where a folder was not triaged."""
    triaged = folder / "triage.parquet"
    if not triaged.is_file():
        return "SELECT CAST(NULL AS VARCHAR) AS clue_id WHERE FALSE"
    return f"SELECT clue_id FROM read_parquet({print_value(str(triaged))}) WHERE {_RESTRICTED}"


def raise_gone(out: Path, previous: Path | None) -> None:
    """Give clues that are gone the grade C that triage had raised them to in the sweep before, where there are such."""
    import duckdb

    if previous is None or not (previous / "triage.parquet").is_file():
        return
    gone, raised = out / "gone.parquet", out / "gone.parquet.part"
    is_raised = f"clue_id IN ({print_raised(previous)})"
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        relation = f"read_parquet({print_value(str(gone))})"
        if not _count(f"SELECT * FROM {relation}", f"{is_raised} AND {_READABLE}"):
            return
        connection.execute(
            f"COPY (SELECT * REPLACE (CASE WHEN {is_raised} THEN 'C' ELSE grade END AS grade) FROM {relation})"
            f" TO {print_value(str(raised))} (FORMAT parquet)"
        )
    raised.replace(gone)


def write_for_people(out: Path, lang: Language, render: Render) -> None:
    """Write lists and report without grade C, and those of grade C alone in a folder only its owner can open.

    Args:
        out: Folder with the tables of a sweep.
        lang: The language the report opens in.
        render: Makes the report's HTML of a folder, in a language, of grade C alone or without it.
    """
    _write_lists(out, out, lang, render)
    for name in ("clues", "evidence", "working", "gone", "not_clear"):
        (out / f"{name}.parquet").chmod(0o600)


def rewrite_for_people(folder: Path, lang: Language, render: Render) -> None:
    """Write the same for a sweep that is in place, after it was triaged anew: each file is whole at every moment."""
    with TemporaryDirectory(prefix=".lists-", dir=folder) as name:
        scratch = Path(name)
        _write_lists(folder, scratch, lang, render)
        apart = scratch / "restricted"
        if apart.is_dir():
            (folder / "restricted").mkdir(mode=0o700, exist_ok=True)
            for path in apart.iterdir():
                path.replace(folder / "restricted" / path.name)
        for file in _FILES:
            (scratch / file).replace(folder / file)
        if not apart.is_dir():
            for file in _FILES:
                (folder / "restricted" / file).unlink(missing_ok=True)
            # A sample for review may lie there as well.
            with suppress(OSError):
                (folder / "restricted").rmdir()


def _write_lists(folder: Path, into: Path, lang: Language, render: Render) -> None:
    clues = print_clue_list(folder)
    parts = [(into, _READABLE, False)]
    if count_restricted(folder):
        (into / "restricted").mkdir(mode=0o700)
        parts.append((into / "restricted", _RESTRICTED, True))
    for place, where, is_restricted in parts:
        write_csv(clues, where, place / "clues.csv")
        write_xlsx(clues, where, place / "clues.xlsx")
        page = render(folder, lang, is_restricted)
        (place / "report.html").write_text(page, encoding="utf-8", newline="\n")
        if is_restricted:
            for path in place.iterdir():
                path.chmod(0o600)


def count_by_severity(folder: Path) -> dict[str, int]:
    """Return how many clues that everybody may read there are of each severity."""
    import duckdb

    with duckdb.connect(":memory:") as connection:
        rows = connection.execute(
            f"SELECT severity, count(*) FROM ({print_clue_list(folder)}) WHERE {_READABLE} GROUP BY severity"
        ).fetchall()
    return {name: dict(rows).get(name, 0) for name in ("high", "medium", "low")}


def count_restricted(folder: Path) -> int:
    """Return how many clues are of grade C, as triage left them."""
    return _count(print_clue_list(folder), _RESTRICTED)


def _count(select: str, where: str) -> int:
    import duckdb

    with duckdb.connect(":memory:") as connection:
        row = connection.execute(f"SELECT count(*) FROM ({select}) WHERE {where}").fetchone()
    assert row is not None
    return int(row[0])
