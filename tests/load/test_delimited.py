"""CSV: rows with the line they begin on."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jointsup_rules import limits
from jointsup_rules.load.delimited import delimited_rows
from jointsup_rules.load.exports import list_exports
from jointsup_rules.load.raw import BadRow
from jointsup_rules.problems import ProblemsError


def read(
    path: Path, text: str, header_row: int = 1, wanted: tuple[str, ...] = ("a", "b"), name: str = "x.csv"
) -> tuple[tuple[str, ...], list[tuple[int, list[str]] | BadRow]]:
    file = path / name
    file.write_bytes(text.encode())
    with delimited_rows(list_exports([file])[0], "auto", header_row, wanted) as raw:
        return raw.header, [row if isinstance(row, BadRow) else (row[0], list(row[1])) for row in raw.rows]  # type: ignore[arg-type]


def test_line_breaks_in_quotes_move_no_line(tmp_path: Path) -> None:
    header, rows = read(tmp_path, 'a,b\n1,"x\ny\r\nz"\n\n2,"q""q"\r\n')
    assert header == ("a", "b")
    assert rows == [(2, ["1", "x\ny\r\nz"]), (6, ["2", 'q"q'])]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.lists(st.text(alphabet='ab,;\t|"\n\r 受', max_size=6), min_size=3, max_size=3).filter(any),
        max_size=8,
    ),
    st.sampled_from([",", "\t", ";", "|"]),
)
def test_rows_and_lines_are_those_of_the_file(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], delimiter: str
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(["编号", "日期", "备注"])
    expected = []
    for row in rows:
        expected.append((out.getvalue().count("\n") + 1, row))
        writer.writerow(row)
    header, found = read(tmp_path_factory.mktemp("d"), out.getvalue(), wanted=("编号", "日期"))
    assert header == ("编号", "日期", "备注")
    assert found == expected


def test_the_delimiter_is_the_one_that_finds_the_columns(tmp_path: Path) -> None:
    header, _ = read(tmp_path, "a;b,c\n1;2,5\n")
    assert header == ("a", "b,c")
    header, _ = read(tmp_path, "a|b;x;y;z\n1|2\n", wanted=("a", "b;x;y;z"))
    assert header == ("a", "b;x;y;z")


def test_a_tsv_is_cut_at_tabs_alone(tmp_path: Path) -> None:
    assert read(tmp_path, "a,x\tb\n1\t2\n", name="x.tsv")[0] == ("a,x", "b")


def test_a_header_further_down_is_found_where_the_source_says(tmp_path: Path) -> None:
    header, rows = read(tmp_path, '措施清单,"\n2024年\n\na,b\n1,2\n', header_row=4)
    assert header == ("a", "b")
    assert rows == [(5, ["1", "2"])]


def test_a_header_with_line_breaks_is_one_header(tmp_path: Path) -> None:
    assert read(tmp_path, '"a\n(x)",b\n1,2\n') == (("a\n(x)", "b"), [(3, ["1", "2"])])


def test_a_file_shorter_than_its_header_row_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProblemsError) as raised:
        read(tmp_path, "a,b\n", header_row=3)
    assert raised.value.problems[0].what.en == "there is no line 3 to hold the header"


def test_ragged_rows_are_bad_rows_with_their_line(tmp_path: Path) -> None:
    _, rows = read(tmp_path, "a,b,c\n1,2\n1,2,3,4\n1,2,3,,\n1,2,3\n")
    assert rows == [
        BadRow(2, "ragged", "2 ≠ 3"),
        BadRow(3, "ragged", "4 ≠ 3"),
        (4, ["1", "2", "3"]),
        (5, ["1", "2", "3"]),
    ]


def test_a_file_cut_off_within_a_row_rejects_the_row(tmp_path: Path) -> None:
    assert read(tmp_path, "a,b,c\n1,2,3\n4,5")[1] == [(2, ["1", "2", "3"]), BadRow(3, "ragged", "2 ≠ 3")]


def test_a_file_cut_off_within_quotes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProblemsError) as raised:
        read(tmp_path, 'a,b\n1,2\n3,"four\n5,6\n')
    problem = raised.value.problems[0]
    assert (problem.place.line, problem.what.en) == (3, "a quote opened on this line is never closed")


def test_a_quote_that_swallows_the_file_is_refused_at_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LINE_BYTES", 1000)
    with pytest.raises(ProblemsError) as raised:
        read(tmp_path, 'a,b\n1,"2\n' + "3,4\n" * 1000)
    assert raised.value.problems[0].what.en == "a quote opened on this line is never closed"
    assert raised.value.problems[0].place.line == 2


def test_a_stray_quote_rejects_its_row_and_no_other(tmp_path: Path) -> None:
    assert read(tmp_path, 'a,b\n1,"x"y\n2,z\n')[1] == [BadRow(2, "bad_quotes", ""), (3, ["2", "z"])]


def test_a_quote_inside_a_value_is_a_character(tmp_path: Path) -> None:
    assert read(tmp_path, 'a,b\n1,5" pipe\n')[1] == [(2, ["1", '5" pipe'])]


def test_blank_lines_are_no_rows(tmp_path: Path) -> None:
    assert read(tmp_path, "a,b\n\n,\n1,2\n\n\x1a")[1] == [(4, ["1", "2"])]
