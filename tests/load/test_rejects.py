"""rejects.csv: what it says, and that no cell of it can do anything."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from jointsup_rules.load.rejects import (
    COLUMNS,
    MARKED_REASONS,
    REASONS,
    Reject,
    fix_of,
    read_rejects,
    shortened,
    why_of,
    write_rejects,
)

TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def reject(value: str) -> Reject:
    return Reject("案件.csv", 3, "cases", "cases", "amount", value, "why", "fix", False)


@given(st.lists(TEXTS))
def test_what_is_written_is_read_again(tmp_path_factory, values: list[str]) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path_factory.mktemp("r") / "rejects.csv"
    write_rejects(path, iter(map(reject, values)))
    assert list(read_rejects(path)) == [reject(value) for value in values]


def test_no_cell_begins_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "rejects.csv"
    write_rejects(path, map(reject, ["=1+1", "+1", "-1", "@x", "\tx", "1-1"]))
    lines = path.read_text("utf-8-sig").splitlines()[1:]
    assert [line.split(",")[5].strip('"')[:2] for line in lines] == ["'=", "'+", "'-", "'@", "'\t", "1-"]


def test_office_programs_open_it_as_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "rejects.csv"
    write_rejects(path, iter([]))
    assert path.read_bytes() == b"\xef\xbb\xbf" + ",".join(COLUMNS).encode() + b"\r\n"


def test_every_reason_says_why_and_what_to_do_in_both_languages() -> None:
    for reason, (why, fix) in REASONS.items():
        assert why.zh != why.en, reason
        assert fix.zh != fix.en, reason
        assert why_of(reason) == f"{why.zh} / {why.en}"
    assert set(MARKED_REASONS.values()) <= set(REASONS)


def test_a_fix_can_name_the_row_that_stands() -> None:
    assert fix_of("duplicate_key", file="a{}.csv", line=5) == (
        "保留的是 a{}.csv 第 5 行 / the row that stands is line 5 of a{}.csv"
    )


def test_long_values_are_cut() -> None:
    assert shortened("x" * 200) == "x" * 200
    assert shortened("x" * 201) == "x" * 199 + "…"
