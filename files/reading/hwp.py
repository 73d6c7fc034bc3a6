"""The words of HWP 5 documents, by olefile: the paragraphs of every section.

Source: 한글 문서 파일 구조 5.0, revision 1.3 (Hancom): FileHeader, records, table 6 (control
signs), table 60 (HWPTAG_PARA_TEXT).
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from typing import Any

from files.apart.inside import Refused

_SIGNATURE = b"HWP Document File"
_FLAGS_AT = 36
_PACKED, _PASSWORD, _DISTRIBUTED, _DRM, _CERTIFICATE = 0x1, 0x2, 0x4, 0x10, 0x100
_PARAGRAPH_TEXT = 67
_SECTION = re.compile(r"Section(\d{1,4})\Z")
_PREVIEW = "PrvText"
# What a sign below the blank means in words; all others mean nothing.
_SIGNS = {9: "\t", 10: "\n", 13: "\n", 24: "-", 30: " ", 31: " "}
# Signs that take the room of eight: tabs, fields, and what stands in the text beside it.
_OF_EIGHT = frozenset({*range(1, 10), 11, 12, *range(14, 24)})


def pieces(path: str, limits: dict[str, Any]) -> Iterator[str]:
    """Paragraph by paragraph; what is for distribution only gives the words of its preview."""
    import olefile  # noqa: PLC0415 - after the limits are set, and for this kind alone

    with olefile.OleFileIO(path) as file:
        header = file.openstream("FileHeader").read(_FLAGS_AT + 4)
        if not header.startswith(_SIGNATURE):
            raise Refused("damaged")
        (flags,) = struct.unpack_from("<I", header, _FLAGS_AT)
        if flags & (_PASSWORD | _DRM | _CERTIFICATE):
            raise Refused("protected")
        if flags & _DISTRIBUTED:
            yield from _preview(file)
            raise Refused("cut")
        said = False
        try:
            for paragraph in _body(file, limits, is_packed=bool(flags & _PACKED)):
                said = said or bool(paragraph.strip())
                yield paragraph
        except (zlib.error, struct.error, OSError) as error:
            if not said:
                yield from _preview(file)
            raise Refused("damaged") from error
        if not said:
            yield from _preview(file)


def _preview(file: Any) -> Iterator[str]:
    """The first words, as the program keeps them beside the document."""
    if file.exists(_PREVIEW):
        yield file.openstream(_PREVIEW).read(1 << 20).decode("utf-16-le", "replace")


def _body(file: Any, limits: dict[str, Any], *, is_packed: bool) -> Iterator[str]:
    numbers = [
        int(found[1])
        for path in file.listdir()
        if len(path) == 2 and path[0] == "BodyText" and (found := _SECTION.match(path[1]))
    ]
    if not numbers:
        raise Refused("damaged")
    left: int = limits["unpacked"]
    for number in sorted(numbers)[: limits["pages"]]:
        data = file.openstream(["BodyText", f"Section{number}"]).read()
        if is_packed:
            data = zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, left + 1)
        left -= len(data)
        yield from _paragraphs(data)
        if left < 0:
            raise Refused("cut")
    if len(numbers) > limits["pages"]:
        raise Refused("cut")


def _paragraphs(data: bytes) -> Iterator[str]:
    """The text of every paragraph among the records."""
    at = 0
    while at + 4 <= len(data):
        (head,) = struct.unpack_from("<I", data, at)
        at += 4
        tag, size = head & 0x3FF, head >> 20
        if size == 0xFFF:
            (size,) = struct.unpack_from("<I", data, at)
            at += 4
        if tag == _PARAGRAPH_TEXT:
            yield _said(data[at : at + size]) + "\n"
        at += size


def _said(raw: bytes) -> str:
    """A paragraph without what stands in it beside its letters."""
    count = len(raw) // 2
    units = struct.unpack_from(f"<{count}H", raw)
    found = []
    at = begun = 0
    while at < count:
        sign = units[at]
        if sign >= 32:
            at += 1
            continue
        found += [_letters(raw, begun, at), _SIGNS.get(sign, "")]
        at += 8 if sign in _OF_EIGHT else 1
        begun = at
    return "".join([*found, _letters(raw, begun, count)])


def _letters(raw: bytes, begun: int, end: int) -> str:
    return raw[begun * 2 : end * 2].decode("utf-16-le", "replace")
