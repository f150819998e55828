"""Pseudonyms and their key."""

from __future__ import annotations

import doctest
import hashlib
import hmac
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from jointsup_rules.load import pseudonyms
from jointsup_rules.load.pseudonyms import key_mark, open_key_problem, pseudonym, read_key
from jointsup_rules.problems import ProblemsError

KEY = b"k" * 32


def test_a_pseudonym_is_hmac_sha256_of_kind_and_value() -> None:
    expected = hmac.new(KEY, b"id_number\x1f23990119900101123X", hashlib.sha256).hexdigest()
    assert pseudonym("23990119900101123x", "id_number", KEY) == expected
    assert len(expected) == 64


def test_width_case_and_blanks_make_no_other_person() -> None:
    assert len({pseudonym(text, "n", KEY) for text in ("12x", " 12X ", "１２ｘ", "1 2X", "12\u3000X")}) == 1


def test_kind_and_key_make_another_pseudonym() -> None:
    made = {pseudonym("1", "a", KEY), pseudonym("1", "b", KEY), pseudonym("1", "a", b"x" * 32)}
    assert len(made) == 3


def test_a_key_is_made_once_with_owner_only_rights(tmp_path: Path) -> None:
    path = tmp_path / "pseudonym.key"
    key = read_key(path, tmp_path / "datasets")
    assert len(key) == 32
    assert read_key(path, tmp_path / "datasets") == key
    assert list(tmp_path.iterdir()) == [path]
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert open_key_problem(path) is None


def test_several_that_make_a_key_at_once_get_the_same(tmp_path: Path) -> None:
    path = tmp_path / "pseudonym.key"
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: read_key(path, tmp_path / "datasets"), range(24)))
    assert len(set(keys)) == 1
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("inside", ["datasets/pseudonym.key", "datasets/demo/k", "datasets/../datasets/k"])
def test_a_key_with_the_data_is_refused(tmp_path: Path, inside: str) -> None:
    with pytest.raises(ProblemsError) as raised:
        read_key(tmp_path / inside, tmp_path / "datasets")
    assert raised.value.problems[0].what.en == "the key file may not lie in the folder of the data"
    assert not (tmp_path / inside).exists()


@pytest.mark.parametrize("content", ["", "zz", "ab" * 31, "受理"])
def test_a_file_that_is_no_key_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "k"
    path.write_text(content, "utf-8")
    with pytest.raises(ProblemsError) as raised:
        read_key(path, tmp_path / "datasets")
    assert raised.value.problems[0].what.en == "this is no key file"
    assert path.read_text("utf-8") == content


def test_a_key_that_cannot_be_written_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(ProblemsError) as raised:
        read_key(tmp_path / "none" / "k", tmp_path / "datasets")
    assert "cannot be written" in raised.value.problems[0].what.en


@pytest.mark.skipif(os.name != "posix", reason="rights of files")
def test_a_key_others_can_read_is_warned_about(tmp_path: Path) -> None:
    path = tmp_path / "k"
    read_key(path, tmp_path / "datasets")
    path.chmod(0o644)
    problem = open_key_problem(path)
    assert problem is not None
    assert problem.severity == "warning"


def test_keys_are_told_apart_by_a_mark_that_does_not_give_them_away() -> None:
    assert key_mark(KEY) != key_mark(b"x" * 32)
    assert KEY.hex() not in key_mark(KEY)


def test_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(pseudonyms).failed == 0
