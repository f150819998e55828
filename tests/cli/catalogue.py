"""The Chinese messages of click: the text people edit in, the form gettext reads out.

Run as a program it writes click.mo; a test demands that click.mo is what it would write.
"""

from __future__ import annotations

import ast
import struct
from pathlib import Path

import jointsup_rules.cli

PO = Path(jointsup_rules.cli.__file__).with_name("locale") / "zh_CN" / "LC_MESSAGES" / "click.po"
MO = PO.with_suffix(".mo")


def read_po(text: str) -> dict[str, str]:
    """Return message to translation; a plural follows its singular after a NUL, as in the binary form."""
    messages: dict[str, str] = {}
    for block in text.split("\n\n"):
        parts: dict[str, str] = {}
        for line in block.splitlines():
            if line and not line.startswith("#"):
                word, _, quoted = line.partition(" ")
                parts[word] = ast.literal_eval(quoted)
        plural = parts.get("msgid_plural")
        key = parts["msgid"] if plural is None else f"{parts['msgid']}\0{plural}"
        messages[key] = parts["msgstr[0]"] if plural is not None else parts["msgstr"]
    return messages


def render_mo(messages: dict[str, str]) -> bytes:
    """Return the binary form: a header, two tables of (length, offset), the texts in order of message."""
    pairs = [(key.encode(), value.encode()) for key, value in sorted(messages.items())]
    start = 28 + 16 * len(pairs)
    tables, texts = b"", b""
    for column in (0, 1):
        for pair in pairs:
            tables += struct.pack("<II", len(pair[column]), start + len(texts))
            texts += pair[column] + b"\0"
    return struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0) + tables + texts


if __name__ == "__main__":
    MO.write_bytes(render_mo(read_po(PO.read_text(encoding="utf-8"))))
