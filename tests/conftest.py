"""What all tests share: golden files, rewritten by `pytest --accept`; thousands of examples by a profile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

Golden = Callable[[Path, str], None]

# `pytest --hypothesis-profile long tests/hostile/test_fuzz.py`
settings.register_profile("long", max_examples=3000)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="rewrite golden files with what was found")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compare a text with the one in a file, or with --accept write it there."""

    def check(path: Path, found: str) -> None:
        if request.config.getoption("--accept"):
            path.write_text(found, encoding="utf-8")
        expected = (
            path.read_text(encoding="utf-8") if path.exists() else "(no such file; run pytest --accept)\n"
        )
        assert found == expected

    return check
