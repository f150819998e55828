"""Bad input from the command line: a clear error or a counted reject, and all that was there is as it was."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from cli.conftest import Jointsup
from tests.conftest import Golden

HERE = Path(__file__).parent
AS_OF = ("--as-of", "2025-03-31")
HEAD = "编号,收信日期,答复日期,渠道,匿名,科室,写信人"
ROW = "L101,2025-01-06,2025-01-20,邮寄,否,一科,林某甲"


def csv_of(*rows: str, head: str = HEAD) -> bytes:
    return "\n".join([head, *rows, ""]).encode()


def book(file: Path, merged: bool) -> None:
    with xlsxwriter.Workbook(str(file)) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, HEAD.split(","))
        sheet.write_row(1, 0, ROW.split(","))
        sheet.write_row(2, 0, [230803199001011234, *ROW.split(",")[1:]])
        if merged:
            sheet.merge_range(3, 0, 4, 0, "L103")
            sheet.write_row(3, 1, ROW.split(",")[1:])
            sheet.write_row(4, 1, ROW.split(",")[1:])


def bomb(file: Path) -> None:
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("letters_20250401.csv", "w", force_zip64=True) as member,
    ):
        for _ in range(64):
            member.write(b"\n" * 1024 * 1024)


def long_line(file: Path) -> None:
    """Five gigabytes without a line end, of which the disk holds next to nothing."""
    with file.open("wb") as stream:
        stream.write(csv_of(ROW) + b"L102," + b"a" * 18 * 1024**2)
        stream.truncate(5 * 1024**3)


UNUSABLE: dict[str, bytes | Callable[[Path], None]] = {
    "a file cut off within quotes": csv_of(ROW, 'L102,2025-01-06,,邮寄,否,一科,"林某'),
    "no encoding there is": csv_of(ROW) + b"\xff\xfe\xff\x80\x81\xff\n",
    "two encodings": csv_of(ROW) + "L102,2025-01-07,,邮寄,否,二科,陈某\n".encode("gb18030"),
    "a file cut off within a character": csv_of(ROW)[:-3],
    "the header in the second row": csv_of(HEAD, ROW, head="来信登记,,,,,,"),
    "a column renamed": csv_of(ROW, head=HEAD.replace("收信日期", "来信日期")),
    "a column left out": csv_of(ROW.replace(",一科", ""), head=HEAD.replace(",科室", "")),
    "nothing in it": b"",
    "no text": b"\x7fELF\x02\x01\x01\x00" * 40,
    "five gigabytes in one line": long_line,
}
COUNTED: dict[str, tuple[tuple[str, ...], int, int]] = {
    # Rows, how many of them are loaded, how many values are not read.
    "a header and no row": ((), 0, 0),
    "a key twice": ((ROW, ROW.replace("一科", "二科")), 1, 0),
    "no key": ((ROW, ROW.replace("L101", "")), 1, 0),
    "a day that is none": ((ROW.replace("2025-01-06", "2024-02-30"),), 1, 1),
    "a code nobody lists": ((ROW.replace("邮寄", "传真"),), 1, 1),
    "answered before it was received": ((ROW.replace("2025-01-20", "2024-01-20"),), 1, 0),
    "a row with a field too few": ((ROW, "L102,2025-01-06"), 1, 0),
    "a row cut off": ((ROW, "L102,2025-0"), 1, 0),
    "a formula": ((ROW.replace("邮寄", "=cmd|'/c calc'!A0"),), 1, 1),
}


def state(desk: Path) -> dict[str, bytes]:
    """All that datasets and reports hold."""
    folders = (desk / "datasets/example", desk / "reports")
    return {str(f): f.read_bytes() for folder in folders for f in sorted(folder.rglob("*")) if f.is_file()}


@pytest.fixture
def swept(example: Path, jointsup: Jointsup) -> Path:
    assert jointsup("sweep", "example", *AS_OF).exit_code == 0
    return example


def test_what_cannot_be_used_is_told_and_nothing_is_touched(
    swept: Path, jointsup: Jointsup, golden: Golden
) -> None:
    before, said = state(swept), []
    file = swept / "letters_20250401.csv"
    for name, content in UNUSABLE.items():
        file.unlink(missing_ok=True)
        if isinstance(content, bytes):
            file.write_bytes(content)
        else:
            content(file)
        result = jointsup("import", file.name, "--into", "example")
        assert (result.exit_code, result.stdout) == (2, ""), name
        said.append(f"== {name}\n{result.stderr}")
        assert state(swept) == before, name
    file.unlink()
    archive = swept / "letters_20250401.zip"
    bomb(archive)
    result = jointsup("import", archive.name, "--source", "letters", "--into", "example")
    assert result.exit_code == 2
    said.append(f"== an archive that unpacks to a thousand times its size\n{result.stderr}")
    assert state(swept) == before
    golden(HERE / "unusable_input.said.txt", "\n".join(said))


@pytest.mark.parametrize("name", COUNTED)
def test_what_cannot_be_read_is_counted(name: str, example: Path, jointsup: Jointsup) -> None:
    rows, n_loaded, n_unread = COUNTED[name]
    (example / "letters_20250401.csv").write_bytes(csv_of(*rows))
    result = jointsup("import", "letters_20250401.csv", "--into", "example", "--format", "json")
    assert result.exit_code == 0, result.stderr
    (told,) = json.loads(result.stdout)["files"]
    assert (told["rows_in"], told["rows_loaded"], told["rows_rejected"]) == (
        len(rows), n_loaded, len(rows) - n_loaded,
    )  # fmt: skip
    with (example / "datasets/example/rejects.csv").open(encoding="utf-8-sig", newline="") as stream:
        rejects = list(csv.DictReader(stream))
    assert len(rejects) == len(rows) - n_loaded + n_unread
    assert all(one["why"] and one["fix"] and not one["value"].startswith("=") for one in rejects)


@pytest.mark.parametrize("merged", [False, True])
def test_long_numbers_and_merged_cells_of_a_workbook_are_counted(
    merged: bool, example: Path, jointsup: Jointsup
) -> None:
    book(example / "letters_20250401.xlsx", merged)
    result = jointsup("import", "letters_20250401.xlsx", "--into", "example", "--format", "json")
    assert result.exit_code == 0, result.stderr
    (told,) = json.loads(result.stdout)["files"]
    # The number has lost its last digits before anyone reads it: it is a reject, never another person's number.
    n_lost = 1 + (1 if merged else 0)
    assert told["rows_rejected"] == n_lost
    assert told["rows_in"] == told["rows_loaded"] + told["rows_rejected"]


def test_a_table_nobody_delivered_leaves_its_rules_not_evaluated(example: Path, jointsup: Jointsup) -> None:
    dictionary = example / "datasets/dictionary.yaml"
    table = """
  visit:
    label: {zh: 来访, en: visits}
    key: [visit_id]
    columns:
      visit_id: {label: {zh: 编号, en: number}, type: text, nullable: false, sensitivity: S0}
      answered: {label: {zh: 已答复, en: answered}, type: boolean}
"""
    text = dictionary.read_text(encoding="utf-8").replace("\n# 对象", f"{table}\n# 对象", 1)
    dictionary.write_text(text, encoding="utf-8")
    rule = """
id: LET-02
version: 1
status: active
family: LET
title: x
finds: x
why: x
check: x
misses: x
subject: visit
detect: {condition: {when: not answered}}
severity: low
grade: A
reason: "{visit_id}"
"""
    (example / "rules/LET/LET-02.yaml").write_text(rule, encoding="utf-8")
    result = jointsup("sweep", "example", *AS_OF, "--format", "json")
    assert result.exit_code == 0, result.stderr
    first, second = json.loads(result.stdout)["outcomes"]
    assert (first["status"], second["status"], second["hit"]) == ("ran", "not_evaluated", None)
    assert "visit" in second["why"]["en"]


def test_a_dataset_that_lost_a_file_is_told_before_anything_runs(swept: Path, jointsup: Jointsup) -> None:
    (swept / "datasets/example/letter.parquet").unlink()
    before = state(swept)
    result = jointsup("sweep", "example", *AS_OF)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "letter.parquet" in result.stderr
    assert "fix: " in result.stderr
    assert state(swept) == before


HOSTILE = {
    "a tag": 'title: !!python/object/apply:os.system ["true"]\n',
    "an alias bomb": "keywords: [&a [x, x], &b [*a, *a], &c [*b, *b], *c]\n",
    "a file read": "detect: {because: x, query: \"SELECT content AS letter_id FROM read_text('/etc/passwd')\"}\n",
    "a file written": "detect: {because: x, query: \"COPY letter TO 'out.csv'\"}\n",
    "another database": "detect: {because: x, query: \"ATTACH 'x.duckdb'\"}\n",
    "waiting": 'detect: {because: x, query: "SELECT sleep_ms(99999) AS letter_id FROM letter"}\n',
    "a great allocation": "detect: {because: x, query: \"SELECT repeat('x', 9999999999) AS letter_id FROM letter\"}\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_rule_fails_alone(name: str, swept: Path, jointsup: Jointsup) -> None:
    before = state(swept)
    good = (swept / "rules/LET/LET-01.yaml").read_text(encoding="utf-8").replace("LET-01", "LET-02")
    key = HOSTILE[name].partition(":")[0]
    blocks = good.split("\n")
    start = next((n for n, line in enumerate(blocks) if line.startswith(f"{key}:")), len(blocks))
    until = next((n for n in range(start + 1, len(blocks)) if blocks[n][:1].strip()), len(blocks))
    text = "\n".join(blocks[:start]) + "\n" + HOSTILE[name] + "\n".join(blocks[until:])
    (swept / "rules/LET/LET-02.yaml").write_text(text, encoding="utf-8")
    result = jointsup("check")
    assert result.exit_code == 1
    assert result.stdout.startswith("rules/LET/LET-02.yaml:")
    swept_again = jointsup("sweep", "example", *AS_OF, "--format", "json")
    assert swept_again.exit_code == 0
    told = {one["rule_id"]: one["status"] for one in json.loads(swept_again.stdout)["outcomes"]}
    assert told == {"LET-01": "ran", "LET-02": "failed"}
    after = state(swept)
    assert {path: after[path] for path in before} == before
    assert not (swept / "out.csv").exists()
