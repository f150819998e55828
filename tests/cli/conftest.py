"""A desk: a workspace made by `init`, and the command line run in it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from jointsup_rules.cli import main

Jointsup = Callable[..., Result]
EXPORT = "datasets/exports/example/letters_20250331.csv"


@pytest.fixture(autouse=True)
def _known_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")


@pytest.fixture
def jointsup() -> Jointsup:
    def run(*words: object) -> Result:
        # A failure that is no exit is a bug of ours and must show as one.
        return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)

    return run


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jointsup: Jointsup) -> Path:
    """A fresh workspace, which is also the current folder."""
    folder = tmp_path / "desk"
    assert jointsup("init", folder).exit_code == 0
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def example(desk: Path, jointsup: Jointsup) -> Path:
    """The desk with its tiny export imported as the dataset `example`."""
    result = jointsup("import", EXPORT, "--into", "example")
    assert result.exit_code == 0, result.output
    return desk


def last_line(result: Result) -> str:
    return result.stdout.rstrip("\n").split(os.linesep)[-1]
