"""Which encoding a text file has, strictly.

In: the bytes of a file. Out: one encoding that decodes all of it, or a problem with the place of the byte
that does not fit. A guess that is right for most of a file is wrong for the names in the rest of it, so
nothing is replaced.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from jointsup_rules import limits
from jointsup_rules.load.exports import Export, opened, unusable
from jointsup_rules.problems import ProblemsError, Text

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_NAMES = {"utf-8-sig": "utf-8", "utf-16-le": "utf-16", "utf-16-be": "utf-16", "gbk": "gb18030"}
_SAMPLE = 4096
_UTF8_CHINESE = re.compile(rb"[\xe3-\xe9][\x80-\xbf][\x80-\xbf]")
_LINES_SAMPLED = 5000


@dataclass(frozen=True)
class _Line:
    """What one line with characters beyond ASCII can be read as."""

    number: int
    offset: int
    bad_byte: int | None  # offset of the byte that is not UTF-8; None where all are
    is_gb18030: bool
    has_chinese: bool
    n_common: int  # of its pairs of bytes, those of the common Chinese characters
    n_pairs: int


def find_encoding(export: Export, wanted: str = "auto") -> str:
    """Return the codec that decodes the whole file.

    Args:
        wanted: An encoding the source names, or `auto`: a mark at the start, else UTF-8, else GB18030.

    Raises:
        ProblemsError: A byte that does not fit, lines in different encodings, a line beyond the limit.
    """
    with opened(export) as stream:
        start = stream.read(_SAMPLE)
    marked = next((codec for mark, codec in _MARKS if start.startswith(mark)), None)
    if wanted == "auto":
        codec = marked or _utf16_without_mark(export, start)
        if codec is None:
            return _utf8_or_gb18030(export)
    else:
        codec = marked if marked and _NAMES.get(marked, marked) == wanted else _NAMES.get(wanted, wanted)
        if codec == "utf-16" and marked is None:
            codec = _utf16_without_mark(export, start) or "utf-16-le"
    with opened(export) as stream:
        for _ in _decoded(export, stream, codec):
            pass
    return codec


def encoding_name(codec: str) -> str:
    """Return the name of a codec as people know it."""
    return {"utf-8-sig": "utf-8 (BOM)"}.get(
        codec, _NAMES.get(codec, codec) if codec.startswith("utf-16") else codec
    )


def text_lines(export: Export, stream: BinaryIO, codec: str) -> Iterator[str]:
    """Yield the lines of a text with `\\n` at each end; `\\r\\n` keeps its `\\r`, and `\\r` alone ends none.

    Raises:
        ProblemsError: A byte that does not fit, or a line beyond the limit.
    """
    rest = ""
    n_lines = 0
    is_old_mac = False
    for index, text in enumerate(_decoded(export, stream, codec)):
        if index == 0:
            is_old_mac = "\r" in text[:-1] and "\n" not in text
        parts = (rest + (text.replace("\r", "\n") if is_old_mac else text)).split("\n")
        rest = parts.pop()
        n_lines += len(parts)
        for part in parts:
            yield part + "\n"
        if len(rest) > limits.LINE_BYTES:
            raise _too_long(export, n_lines + 1)
    if rest:
        yield rest


def _decoded(export: Export, stream: BinaryIO, codec: str) -> Iterator[str]:
    """Decode in pieces; a byte that does not fit is named with its place in the file."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
    n_bytes, n_lines, n_since_end = 0, 0, 0
    while True:
        chunk = stream.read(limits.MIB)
        pending = len(decoder.getstate()[0])
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            at = error.start if isinstance(error.object, bytes) else 0
            before = bytes(error.object)[:at].decode(
                codec if codec != "utf-16" else "utf-16-le", errors="replace"
            )
            raise _bad_byte(
                export,
                codec,
                n_bytes - pending + at,
                n_lines + before.count("\n") + 1,
                bytes(error.object)[at],
            ) from error
        if "\0" in text:
            line = n_lines + text[: text.index("\0")].count("\n") + 1
            what = Text("有 NUL 字符，不是文本或已损坏", "a NUL character: damaged, or no text at all")
            raise unusable("JR114", export.shown, what, fix=Text("重新导出", "export it again"), line=line)
        n_bytes += len(chunk)
        n_lines += text.count("\n")
        end = max(text.rfind("\n"), text.rfind("\r"))
        n_since_end = n_since_end + len(text) if end < 0 else len(text) - end - 1
        if n_since_end > limits.LINE_BYTES:
            raise _too_long(export, n_lines + 1)
        if text:
            yield text
        if not chunk:
            return


def _utf16_without_mark(export: Export, start: bytes) -> str | None:
    """UTF-16 of a text with some ASCII in it shows by its zero bytes."""
    if b"\0" not in start:
        return None
    odd, even = start[1::2].count(0), start[0::2].count(0)
    if odd > 4 * even and odd * 20 > len(start):
        return "utf-16-le"
    if even > 4 * odd and even * 20 > len(start):
        return "utf-16-be"
    what = Text("不是文本文件", "not a text file")
    raise unusable("JR114", export.shown, what, fix=Text("核对文件格式", "look at what kind of file it is"))


def _utf8_or_gb18030(export: Export) -> str:
    """UTF-8 where all of it is; else decide by every line that is not plain ASCII."""
    try:
        with opened(export) as stream:
            for _ in _decoded(export, stream, "utf-8"):
                pass
        return "utf-8"
    except ProblemsError as error:
        if error.problems[0].code != "JR112":
            raise
    if _is_whole_gb18030(export):
        return "gb18030"
    utf8: _Line | None = None
    other: _Line | None = None
    n_common = n_pairs = 0
    for line in _telling_lines(export):
        if line.bad_byte is None:
            utf8 = utf8 or (line if line.has_chinese else None)
        elif other is None or (other.is_gb18030 and not line.is_gb18030):
            other = line
        n_common, n_pairs = n_common + line.n_common, n_pairs + line.n_pairs
    assert other is not None
    if utf8 is not None:
        raise _mixed(export, utf8, other)
    if not other.is_gb18030 or n_common * 2 < n_pairs:
        raise _neither(export, other)
    return "gb18030"


def _is_whole_gb18030(export: Export) -> bool:
    """Whether a file is plainly GB18030, so that no line needs a closer look.

    All of it decodes, most pairs of bytes at its start are common characters, and no line that looks like UTF-8
    is.
    """
    decoder = codecs.getincrementaldecoder("gb18030")("strict")
    rest = b""
    n_common = n_pairs = 0
    with opened(export) as stream:
        while True:
            chunk = stream.read(limits.MIB)
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError:
                return False
            block = rest + chunk
            end = block.rfind(b"\n") + 1 if chunk else len(block)
            if len(block) - end > limits.LINE_BYTES:
                return False
            if not n_pairs:
                n_common, n_pairs = _common_pairs(block[: _SAMPLE * 16])
            if any(_is_chinese_utf8(line) for line in _suspects(block, end)):
                return False
            rest = block[end:]
            if not chunk:
                return n_common * 2 >= n_pairs


def _suspects(block: bytes, end: int) -> Iterator[bytes]:
    """The lines with three bytes that would be a Chinese character in UTF-8."""
    at = 0
    while found := _UTF8_CHINESE.search(block, at, end):
        start = block.rfind(b"\n", 0, found.start()) + 1
        at = block.find(b"\n", found.end(), end)
        at = end if at < 0 else at
        yield block[start:at]


def _is_chinese_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _telling_lines(export: Export) -> Iterator[_Line]:
    """The lines that have bytes beyond ASCII, with what each can be."""
    number, offset, rest, end = 0, 0, b"", b""
    with opened(export) as stream:
        while True:
            chunk = stream.read(limits.MIB)
            end = end or (b"\r" if b"\r" in chunk and b"\n" not in chunk else b"\n")
            parts = (rest + chunk).split(end)
            rest = parts.pop() if chunk else b""
            for part in parts:
                number += 1
                if not part.isascii():
                    yield _look_at(part, number, offset)
                offset += len(part) + 1
            if len(rest) > limits.LINE_BYTES:
                raise _too_long(export, number + 1)
            if not chunk:
                return


def _look_at(line: bytes, number: int, offset: int) -> _Line:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        try:
            line.decode("gb18030")
        except UnicodeDecodeError:
            return _Line(number, offset, offset + error.start, False, False, 0, 0)
        n_common, n_pairs = _common_pairs(line) if number <= _LINES_SAMPLED else (0, 0)
        return _Line(number, offset, offset + error.start, True, False, n_common, n_pairs)
    return _Line(number, offset, None, False, any("\u3000" <= char <= "\u9fff" for char in text), 0, 0)


def _common_pairs(line: bytes) -> tuple[int, int]:
    """How many pairs of bytes are common Chinese characters, and how many there are.

    Western text read as GB18030 pairs an accented letter with the plain one behind it; Chinese hardly does.
    """
    n_common = n_pairs = at = 0
    while at < len(line) - 1:
        if line[at] < 0x80:
            at += 1
            continue
        n_pairs += 1
        n_common += line[at + 1] >= 0xA1
        at += 2
    return n_common, n_pairs


def _mixed(export: Export, utf8: _Line, other: _Line) -> ProblemsError:
    what = Text(
        f"编码混用：第 {utf8.number} 行是 UTF-8，第 {other.number} 行不是",
        f"two encodings: line {utf8.number} is UTF-8, line {other.number} is not",
    )
    why = Text("一个文件只能用一种编码，否则会读成乱码", "a file in two encodings would be read as nonsense")
    fix = Text(
        "用一种编码重新导出；若整个文件都是 GB18030，在来源里写 encoding: gb18030",
        "export it again in one encoding; if all of it is GB18030, write encoding: gb18030 in the source",
    )
    return unusable("JR112", export.shown, what, why, fix, line=other.number)


def _neither(export: Export, line: _Line) -> ProblemsError:
    at = line.bad_byte
    what = Text(
        f"既不是 UTF-8，也不是 GB18030：第 {at} 字节起读不通",
        f"neither UTF-8 nor GB18030: it does not read from byte {at} on",
    )
    fix = Text(
        "在来源里用 encoding 指明编码，或重新导出", "name its encoding in the source, or export it again"
    )
    return unusable("JR112", export.shown, what, fix=fix, line=line.number)


def _bad_byte(export: Export, codec: str, at: int, line: int, byte: int) -> ProblemsError:
    name = encoding_name(codec)
    what = Text(f"第 {at} 字节（0x{byte:02X}）不符合 {name}", f"byte {at} (0x{byte:02X}) does not fit {name}")
    fix = Text("核对来源里的 encoding，或重新导出", "check encoding in the source, or export it again")
    return unusable("JR112", export.shown, what, fix=fix, line=line)


def _too_long(export: Export, line: int) -> ProblemsError:
    size = limits.LINE_BYTES // limits.MIB
    what = Text(f"一行超过 {size} MiB", f"a line of more than {size} MiB")
    why = Text(
        "缺换行，或引号没有闭合，或已损坏", "line ends are missing, a quote is never closed, or it is damaged"
    )
    return unusable("JR114", export.shown, what, why, Text("重新导出", "export it again"), line=line)
