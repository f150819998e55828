"""Encodings: found strictly, or refused with the place of what does not fit."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from jointsup_rules import limits
from jointsup_rules.load.encodings import find_encoding, text_lines
from jointsup_rules.load.exports import Export, list_exports, opened
from jointsup_rules.problems import ProblemsError

TEXT = "编号,姓名\nA1,张某某\nA2,李某某\n"


def export(path: Path, content: bytes) -> Export:
    path.write_bytes(content)
    return list_exports([path])[0]


def refusal(path: Path, content: bytes, encoding: str = "auto") -> str:
    """What is said of a file that cannot be read, with its line."""
    found = export(path, content)
    with pytest.raises(ProblemsError) as raised:
        find_encoding(found, encoding)
    problem = raised.value.problems[0]
    return f"{problem.place.line} {problem.code} {problem.what.en}"


@pytest.mark.parametrize(
    ("encoding", "codec"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
    ],
)
def test_an_encoding_is_found_and_read(tmp_path: Path, encoding: str, codec: str) -> None:
    text = TEXT.replace("张", "𠮷") if encoding == "gb18030" else TEXT
    found = export(tmp_path / "a.csv", text.encode(encoding))
    assert find_encoding(found) == codec
    with opened(found) as stream:
        assert "".join(text_lines(found, stream, codec)) == text


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2), min_size=3
    )
)
def test_chinese_text_is_never_read_as_something_else(
    tmp_path_factory: pytest.TempPathFactory, names: list[str]
) -> None:
    # Common characters, as in any real export, beside whatever characters come.
    text = "编号,当事人姓名,受理日期\n" + "".join(f"{n},{name},某市公安局\n" for n, name in enumerate(names))
    folder = tmp_path_factory.mktemp("e")
    for encoding, codec in (("utf-8", "utf-8"), ("gb18030", "gb18030"), ("utf-16", "utf-16")):
        content = text.encode(encoding)
        if encoding == "gb18030":
            lines = content.split(b"\n")
            assume(not any(not line.isascii() and _is_utf8(line) for line in lines))
        assert find_encoding(export(folder / "a.csv", content)) == codec


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def test_mixed_encodings_are_refused_with_both_lines(tmp_path: Path) -> None:
    content = "编号\n张某某\n".encode() + "李某某\n".encode("gb18030")
    assert refusal(tmp_path / "a.csv", content) == "3 JR112 two encodings: line 1 is UTF-8, line 3 is not"


def test_mixed_encodings_are_refused_the_other_way_round(tmp_path: Path) -> None:
    content = "编号\n张某某\n".encode("gb18030") + "李某某\n".encode()
    assert refusal(tmp_path / "a.csv", content) == "1 JR112 two encodings: line 3 is UTF-8, line 1 is not"


def test_an_encoding_the_source_names_decides(tmp_path: Path) -> None:
    content = "a\n张某某\n".encode("gb18030") + "李某\n".encode()
    found = export(tmp_path / "a.csv", content)
    assert find_encoding(found, "gb18030") == "gb18030"


def test_a_wrong_encoding_names_the_byte(tmp_path: Path) -> None:
    content = b"a,b\nc,d\n" + "受".encode("gb18030")
    assert refusal(tmp_path / "a.csv", content, "utf-8") == "3 JR112 byte 8 (0xCA) does not fit utf-8"


def test_what_is_neither_utf8_nor_gb18030_names_the_byte(tmp_path: Path) -> None:
    assert refusal(tmp_path / "a.csv", b"a\nb\xff\xff\n") == (
        "2 JR112 neither UTF-8 nor GB18030: it does not read from byte 3 on"
    )


def test_western_text_is_not_taken_for_chinese(tmp_path: Path) -> None:
    content = "id,ort\n1,Générale\n2,Zürich\n3,Älmhult\n".encode("latin-1")
    assert refusal(tmp_path / "a.csv", content).startswith("2 JR112 neither UTF-8 nor GB18030")
    assert find_encoding(export(tmp_path / "a.csv", content), "iso-8859-1") == "iso-8859-1"


def test_utf8_cut_in_the_middle_of_a_character_is_refused(tmp_path: Path) -> None:
    assert "JR112" in refusal(tmp_path / "a.csv", "编号\n张某".encode()[:-1])
    assert refusal(tmp_path / "a.csv", "编号\n张某".encode()[:-1], "utf-8") == (
        "2 JR112 byte 10 (0xE6) does not fit utf-8"
    )


@pytest.mark.parametrize("content", [b"a,b\n1,\x002\n", b"\x00" * 5000, bytes(range(256)) * 40])
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes) -> None:
    assert refusal(tmp_path / "a.csv", content).split()[1] in ("JR114", "JR112")


@pytest.mark.parametrize(("ends", "n"), [("\n", 3), ("\r\n", 3), ("\r", 3)])
def test_lines_end_as_the_file_ends_them(tmp_path: Path, ends: str, n: int) -> None:
    found = export(tmp_path / "a.csv", TEXT.replace("\n", ends).encode())
    with opened(found) as stream:
        assert len(list(text_lines(found, stream, "utf-8"))) == n


def test_lines_do_not_depend_on_how_the_file_is_cut_in_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "".join(f"{n},受理\r\n" for n in range(50))
    found = export(tmp_path / "a.csv", text.encode("gb18030"))
    for size in (1, 2, 3, 7, 64):
        monkeypatch.setattr(limits, "MIB", size)
        with opened(found) as stream:
            assert "".join(text_lines(found, stream, "gb18030")) == text


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_line_beyond_the_limit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    monkeypatch.setattr(limits, "LINE_BYTES", 1 * limits.MIB)
    content = ("受理\n" + "受" * 3 * limits.MIB).encode(encoding)
    assert refusal(tmp_path / "a.csv", content) == "2 JR114 a line of more than 1 MiB"


def test_a_line_of_5_gb_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as stream:
        stream.write(b"a,b\n" + b"x" * (limits.LINE_BYTES + limits.MIB))
        stream.truncate(5 * limits.GIB)
    started = time.monotonic()
    with pytest.raises(ProblemsError) as raised:
        find_encoding(list_exports([path])[0])
    assert raised.value.problems[0].what.en == "a line of more than 16 MiB"
    assert time.monotonic() - started < 10
