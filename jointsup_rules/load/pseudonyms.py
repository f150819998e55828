"""Identities to pseudonyms that only the holder of the key can make again.

In: a value, its kind, a key file. Out: 64 hex digits of HMAC-SHA-256. A plain hash would not do: identity
numbers can be enumerated. The kind is hashed along, so that equal texts of two kinds do not meet.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
import unicodedata
from pathlib import Path

from jointsup_rules.problems import NO_TEXT, Place, Problem, ProblemsError, Text

_KEY_BYTES = 32


def pseudonym(value: str, kind: str, key: bytes) -> str:
    """Return the pseudonym of a value: half width, upper case and without blanks it is the same person.

    Example:
        >>> pseudonym("２３０８ 0119", "id_number", b"k") == pseudonym("23080119", "id_number", b"k")
        True
    """
    plain = "".join(unicodedata.normalize("NFKC", value).split()).upper()
    return hmac.new(key, f"{kind}\x1f{plain}".encode(), hashlib.sha256).hexdigest()


def key_mark(key: bytes) -> str:
    """Return a mark by which two keys can be told apart; the key cannot be had from it."""
    return hmac.new(key, b"mark", hashlib.sha256).hexdigest()[:12]


def read_key(key_file: Path, data: Path) -> bytes:
    """Return the key of a key file, which is made with owner-only rights when it is not there.

    Args:
        key_file: Where the key is kept.
        data: The folder of datasets; the key may not lie in it.

    Raises:
        ProblemsError: The file lies with the data, is no key, or cannot be made.
    """
    check_key_place(key_file, data)
    if not key_file.exists():
        _make_key(key_file)
    try:
        key = bytes.fromhex(key_file.read_text("ascii").strip())
    except (ValueError, OSError):
        key = b""
    if len(key) < _KEY_BYTES:
        raise _refusal(
            key_file,
            Text("这不是密钥文件", "this is no key file"),
            Text(
                "换成原来的密钥；从未用过的可删去重新生成",
                "put the right key back; one never used may be deleted",
            ),
        )
    return key


def check_key_place(key_file: Path, data: Path) -> None:
    """Refuse a key that would be handed on together with the data.

    Raises:
        ProblemsError: The file lies below the folder.
    """
    if data.resolve() in key_file.resolve().parents:
        raise _refusal(
            key_file,
            Text("密钥文件不能放在数据文件夹里", "the key file may not lie in the folder of the data"),
            Text("用 --key 指定数据文件夹之外的位置", "name a place outside it with --key"),
        )


def open_key_problem(key_file: Path) -> Problem | None:
    """Return a warning when others than the owner may read the key."""
    if os.name == "posix" and key_file.exists() and stat.S_IMODE(key_file.stat().st_mode) & 0o077:
        what = Text("密钥文件他人可读", "others can read the key file")
        fix = Text(f"chmod 600 {key_file}", f"chmod 600 {key_file}")
        return Problem("JR118", Place(str(key_file)), what, NO_TEXT, fix, severity="warning")
    return None


def _make_key(key_file: Path) -> None:
    """Write a new key complete or not at all; one that another process has just made stays."""
    draft = key_file.with_name(f".{key_file.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(secrets.token_hex(_KEY_BYTES) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        try:
            os.link(draft, key_file)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    except OSError as error:
        reason = error.strerror or str(error)
        raise _refusal(
            key_file, Text(f"不能写密钥文件：{reason}", f"the key file cannot be written: {reason}"), NO_TEXT
        ) from error


def _refusal(key_file: Path, what: Text, fix: Text) -> ProblemsError:
    why = Text("假名由密钥算出，有密钥就能反查", "pseudonyms are made with the key, and found out with it")
    return ProblemsError([Problem("JR118", Place(str(key_file)), what, why, fix)])
