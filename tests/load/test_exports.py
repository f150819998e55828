"""Export files and archives: what is opened, and what is refused before it is."""

from __future__ import annotations

import hashlib
import struct
import zipfile
from pathlib import Path

import pytest

from jointsup_rules import limits
from jointsup_rules.load.exports import Export, digest, list_exports, opened
from jointsup_rules.problems import ProblemsError


def refused(*paths: Path) -> list[str]:
    with pytest.raises(ProblemsError) as raised:
        list_exports(paths)
    return [f"{one.code} {one.what.en}" for one in raised.value.problems]


def archive(path: Path, entries: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return path


def content(export: Export) -> bytes:
    with opened(export) as stream:
        return stream.read()


def test_a_file_and_the_files_of_an_archive_are_listed(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"x\n1\n")
    packed = archive(
        tmp_path / "b.zip", {"in/c.csv": b"y\n2\n", "d.jsonl": b"{}\n", "__MACOSX/c.csv": b"z", ".x": b"z"}
    )
    found = list_exports([tmp_path / "a.csv", packed])
    assert [(one.name, one.format, one.size) for one in found] == [
        ("a.csv", "csv", 4),
        ("b.zip/in/c.csv", "csv", 4),
        ("b.zip/d.jsonl", "jsonl", 3),
    ]
    assert found[1].names == ("c.csv", "b.zip")
    assert [content(one) for one in found] == [b"x\n1\n", b"y\n2\n", b"{}\n"]
    assert digest(found[1]) == hashlib.sha256(b"y\n2\n").hexdigest()


def test_every_bad_file_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    assert refused(tmp_path / "none.csv", tmp_path, tmp_path / "empty.csv") == [
        "JR110 there is no such file",
        "JR110 this is a folder",
        "JR110 the file is empty, without even a header",
    ]


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    for path in (tmp_path / "a.csv", tmp_path / "x" / "a.csv"):
        path.write_bytes(b"x\n")
    assert refused(tmp_path / "a.csv", tmp_path / "x" / "a.csv") == ["JR120 two files are called 'a.csv'"]


def test_a_file_is_what_its_first_bytes_say(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"PAR1....")
    (tmp_path / "b.xls").write_bytes("编号\t姓名\n".encode("gb18030"))
    assert [one.format for one in list_exports([tmp_path / "a.csv", tmp_path / "b.xls"])] == [
        "parquet",
        "csv",
    ]


def test_a_web_page_called_a_workbook_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_bytes(b"\n<html><table>")
    assert refused(tmp_path / "a.xls") == ["JR115 this is a web page, not a workbook"]


def test_a_bomb_is_refused_from_its_directory(tmp_path: Path) -> None:
    packed = archive(tmp_path / "a.zip", {"a.csv": b"0" * (limits.ZIP_RATIO_FROM_BYTES * 4)})
    assert refused(packed) == [f"JR116 it unpacks to more than {limits.ZIP_RATIO} times its size"]


def test_a_bomb_in_a_workbook_s_clothes_is_refused(tmp_path: Path) -> None:
    from jointsup_rules.load.workbooks import workbook_rows

    packed = archive(
        tmp_path / "a.xlsx",
        {
            "[Content_Types].xml": b"<x/>",
            "xl/workbook.xml": b"<x/>",
            "xl/a.xml": b" " * limits.ZIP_RATIO_FROM_BYTES * 4,
        },
    )
    with pytest.raises(ProblemsError) as raised, workbook_rows(list_exports([packed])[0], None, 1):
        pass
    assert "the workbook unpacks to more than" in raised.value.problems[0].what.en


def test_an_archive_whose_directory_lies_about_sizes_unpacks_no_more_than_it_says(tmp_path: Path) -> None:
    packed = archive(tmp_path / "a.zip", {"a.csv": b"x\n" * 3_000_000})
    data = bytearray(packed.read_bytes())
    at = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 10)
    packed.write_bytes(data)
    assert refused(packed) == ["JR116 the archive is damaged"]


def test_too_much_and_too_many_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ZIP_MEMBERS", 2)
    assert refused(archive(tmp_path / "a.zip", {f"{n}.csv": b"x" for n in range(3)})) == [
        "JR116 more than 2 files in the archive"
    ]
    monkeypatch.setattr(limits, "ZIP_TOTAL_BYTES", 10)
    assert refused(archive(tmp_path / "b.zip", {"a.csv": b"x" * 11}))[0].startswith(
        "JR116 it unpacks to more than"
    )


@pytest.mark.parametrize("name", ["../a.csv", "a/../../b.csv", "/etc/a.csv", "C:\\a.csv", "..\\a.csv"])
def test_a_name_that_leads_out_of_the_archive_is_refused(tmp_path: Path, name: str) -> None:
    assert refused(archive(tmp_path / "a.zip", {name: b"x"})) == ["JR116 the name leads out of the archive"]


def test_archives_in_archives_and_of_other_kinds_are_refused(tmp_path: Path) -> None:
    inner = archive(tmp_path / "i.zip", {"a.csv": b"x"})
    assert refused(archive(tmp_path / "a.zip", {"i.zip": inner.read_bytes()})) == [
        "JR116 an archive inside the archive"
    ]
    (tmp_path / "a.csv.gz").write_bytes(b"\x1f\x8b")
    assert refused(tmp_path / "a.csv.gz") == ["JR116 an archive of a kind we do not read"]


def test_an_archive_with_a_password_is_refused(tmp_path: Path) -> None:
    packed = archive(tmp_path / "a.zip", {"a.csv": b"x"})
    data = bytearray(packed.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    packed.write_bytes(data)
    assert refused(packed) == ["JR116 the file needs a password"]


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    packed = archive(tmp_path / "a.zip", {"a.csv": b"x" * 1000})
    packed.write_bytes(packed.read_bytes()[:60])
    assert refused(packed) == ["JR116 the archive is damaged"]


def test_an_empty_archive_is_refused(tmp_path: Path) -> None:
    assert refused(archive(tmp_path / "a.zip", {"__MACOSX/x": b"x"})) == ["JR116 the archive is empty"]


def test_names_written_by_older_chinese_tools_are_read(tmp_path: Path) -> None:
    packed = archive(tmp_path / "a.zip", {"aaaa.csv": b"x"})
    data = packed.read_bytes().replace(b"aaaa.csv", "案件".encode("gbk") + b".csv")
    packed.write_bytes(data)
    (found,) = list_exports([packed])
    assert found.name == "a.zip/案件.csv"
    assert content(found) == b"x"
