from __future__ import annotations

import io
import sys

import pytest

from jointsup_rules.cli.telling import progress_line, render_table, width_of


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_one_line_that_is_rewritten_and_wiped(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress_line("导入") as progress:
        progress("公安案件_20250630.csv")
        progress("x")
    lines = terminal.getvalue().split("\r")
    assert "\n" not in terminal.getvalue()
    assert any("公安案件_20250630.csv" in line for line in lines)
    # Each line covers the one before, and the last is blank.
    widths = [width_of(line) for line in lines]
    assert widths[3] >= widths[2]
    assert lines[-2].strip() == ""
    assert width_of(lines[-2]) >= width_of(lines[-3].rstrip())


def test_progress_never_breaks_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress_line("importing") as progress:
        progress("案" * 100 + "\n\x1b[2J")
    assert max(map(width_of, terminal.getvalue().split("\r"))) < 40
    assert "\x1b" not in terminal.getvalue()
    assert "\n" not in terminal.getvalue()


def test_progress_writes_nothing_where_stderr_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = io.StringIO()
    monkeypatch.setattr(sys, "stderr", plain)
    with progress_line("importing") as progress:
        progress("x.csv")
    assert plain.getvalue() == ""


def test_progress_is_wiped_when_the_work_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)

    def work() -> None:
        with progress_line("importing") as progress:
            progress("x.csv")
            raise ValueError("lost")

    with pytest.raises(ValueError, match="lost"):
        work()
    assert terminal.getvalue().endswith("\r")


def test_columns_stand_under_each_other_whatever_the_script() -> None:
    table = render_table(
        ["规则", "n", "title"], [["甲", 1, "a"], ["LONG-01", None, "乙\x1b"], ["x", 12345, "b"]], "lrl"
    )
    assert table.splitlines() == [
        "规则          n  title",
        "甲            1  a",
        "LONG-01          乙\ufffd",
        "x        12,345  b",
    ]
