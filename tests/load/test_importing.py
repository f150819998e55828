"""The import as a whole: which source, which key, and nothing written when anything is wrong."""

from __future__ import annotations

import stat
from datetime import date
from pathlib import Path

import pytest

from jointsup_rules import limits
from jointsup_rules.load import importing
from jointsup_rules.problems import ProblemsError

from .office import HEADER, SOURCE, Office, said

SECRET = """
source: secret
files: "密*.csv"
exported_on: 2024-12-31
tables: {cases: {case_id: 编号, person: {column: 证件, pseudonym: id_number}}}
"""


def test_the_source_is_the_one_whose_pattern_fits(office: Office) -> None:
    office.use(SOURCE, SECRET)
    result = office.bring(
        office.write("案件.csv", HEADER + "A,,,在办,\n"), office.write("密.csv", "编号,证件\nS,1\n")
    )
    assert result.n_loaded == 2
    assert office.rows("case_id, _source") == [("A", "cases"), ("S", "secret")]


def test_a_file_no_source_claims_or_several_do_is_refused(office: Office) -> None:
    office.use(SOURCE, SOURCE.replace("source: cases", "source: twin"))
    files = office.write("案件.csv", HEADER), office.write("其他.csv", HEADER)
    assert said(office.refused(*files)) == [
        "案件.csv:1 JR111 several sources claim the file: cases, twin",
        "其他.csv:1 JR111 no source claims the file",
    ]


def test_a_named_source_takes_any_file(office: Office) -> None:
    office.use(SOURCE, SOURCE.replace("source: cases", "source: twin"))
    office.bring(office.write("其他.csv", HEADER + "A,,,在办,\n"), source="twin")
    assert office.rows("_source") == [("twin",)]
    (problem,) = office.refused(office.write("其他.csv", HEADER), source="twn")
    assert problem.what.en == "no source 'twn'"


def test_nothing_is_written_when_one_of_several_files_is_bad(office: Office) -> None:
    good = office.write("案件1.csv", HEADER + "A,,,在办,\n")
    office.bring(good)
    bad = [
        office.write("案件2.csv", "编号\n"),
        office.write("案件3.csv", (HEADER + "张").encode() + b"\xff\n"),
        office.write("案件4.csv", HEADER + 'A,"'),
    ]
    problems = office.refused(good, *bad)
    assert {one.code for one in problems} == {"JR113", "JR112", "JR114"}
    assert not (office.data / ".importing" / "demo").exists()


def test_a_failed_first_import_leaves_no_dataset(office: Office) -> None:
    office.refused(office.write("案件.csv", "x\n"))
    assert not office.into.exists()


def test_a_line_of_5_gb_leaves_the_dataset_as_it_was(office: Office) -> None:
    office.bring(office.write("案件.csv", HEADER + "A,,,在办,\n"))
    huge = office.write("案件大.csv", b"a" * (limits.LINE_BYTES + 2 * limits.MIB))
    with huge.open("r+b") as stream:
        stream.truncate(5 * limits.GIB)
    assert said(office.refused(huge)) == ["案件大.csv:1 JR114 a line of more than 16 MiB"]


@pytest.mark.parametrize("content", [b"\0" * 4096, b""])
def test_a_file_of_nothing_is_refused(office: Office, content: bytes) -> None:
    (problem,) = office.refused(office.write("案件.csv", content))
    assert problem.code in ("JR110", "JR114")


def test_a_dry_run_tells_all_and_writes_nothing(office: Office) -> None:
    office.use(SOURCE, SECRET)
    result = office.bring(
        office.write("案件.csv", HEADER + "A,x,,在办,\n"),
        office.write("密.csv", "编号,证件\nS,1\n"),
        dry_run=True,
    )
    assert (result.n_in, result.n_loaded, result.n_unread) == (2, 2, 1)
    assert result.rejects_path is None
    assert [one.value for one in result.rejects] == ["x"]
    assert result.profile["tables"]["cases"]["rows"] == 2
    assert sorted(path.name for path in office.folder.iterdir()) == ["in"]


def test_the_key_is_made_on_first_use_outside_the_data(office: Office) -> None:
    office.use(SOURCE, SECRET)
    office.bring(office.write("案件.csv", HEADER))
    assert not office.key_file.exists()
    office.bring(office.write("密.csv", "编号,证件\nS,23990119900101123X\n"))
    assert stat.S_IMODE(office.key_file.stat().st_mode) == 0o600
    key = office.key_file.read_bytes().strip()
    for path in office.into.iterdir():
        content = path.read_bytes()
        assert key not in content
        assert b"23990119900101123X" not in content


def test_a_key_inside_the_data_is_refused(office: Office) -> None:
    office.use(SECRET)
    office.key_file = office.data / "pseudonym.key"
    (problem,) = office.refused(office.write("密.csv", "编号,证件\nS,1\n"))
    assert problem.what.en == "the key file may not lie in the folder of the data"
    assert not office.key_file.exists()


def test_two_keys_do_not_meet_in_one_dataset(office: Office) -> None:
    office.use(SECRET, SECRET.replace("secret", "other").replace("密", "乙"))
    office.bring(office.write("密.csv", "编号,证件\nS,1\n"))
    office.key_file = office.folder / "another.key"
    (problem,) = office.refused(office.write("乙.csv", "编号,证件\nT,1\n"))
    assert problem.what.en == "the key file that was used for the dataset is gone"
    assert not office.key_file.exists()
    office.key_file.write_text("ab" * 32)
    (problem,) = office.refused(office.write("乙.csv", "编号,证件\nT,1\n"))
    assert problem.what.en == "not the key that was used for secret"
    # Replacing the whole source with the new key is no mixture.
    office.bring(office.write("密.csv", "编号,证件\nS,1\n"))


@pytest.mark.parametrize("name", ["sources", "calendar", "exports", ".x", "a:b", ".."])
def test_some_names_are_no_names_of_datasets(office: Office, name: str) -> None:
    office.into = office.data / name
    (problem,) = office.refused(office.write("案件.csv", HEADER))
    assert problem.what.en == f"'{name}' cannot name a dataset"


@pytest.mark.parametrize("name", ["", "../x", "a/b", "a\\b", "calendar"])
def test_a_name_cannot_lead_out_of_the_datasets(name: str) -> None:
    with pytest.raises(ProblemsError):
        importing.check_dataset_name(name)


def test_progress_names_files_and_rows(office: Office) -> None:
    told: list[str] = []
    file = office.write("案件.csv", HEADER + "".join(f"A{n},,,在办,\n" for n in range(120_000)))
    importing.import_files(
        office.dictionary, office.sources, [file], source=None, into=office.into, key_file=office.key_file,
        exported_on=date(2024, 12, 31), add=False, dry_run=True, progress=told.append,
    )  # fmt: skip
    assert told == ["案件.csv", "案件.csv: 50,000", "案件.csv: 100,000"]


def test_a_fault_on_the_way_leaves_the_former_dataset(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = office.write("案件.csv", HEADER + "A,,,在办,\n")
    office.bring(file)
    before = office.state()

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(importing, "write_dataset", fail)
    with pytest.raises(OSError, match="No space left"):
        office.bring(office.write("案件.csv", HEADER + "B,,,在办,\n"))
    assert office.state() == before
    assert not (office.data / ".importing" / "demo").exists()


def test_no_other_file_is_touched(office: Office, tmp_path: Path) -> None:
    file = office.write("案件.csv", HEADER + "A,,,在办,\n")
    before = file.read_bytes(), file.stat().st_mtime_ns
    office.bring(file)
    assert (file.read_bytes(), file.stat().st_mtime_ns) == before


def test_a_missing_file_is_a_problem_with_its_name(office: Office) -> None:
    with pytest.raises(ProblemsError) as raised:
        office.bring(Path("none.csv"))
    assert said(raised.value.problems) == ["none.csv:1 JR110 there is no such file"]
