"""Reads one file's words; run by `files.apart` as a script, with little memory and little time.

Says `piece`, each with as many bytes of text behind it as it says, then `end` or `refused`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from typing import Any

from files.apart.inside import Refused, say
from files.reading import hwp, packed, pdf

Pieces = Callable[[str, dict[str, Any]], Iterator[str]]
# So many characters go out at once; what stands behind a limit later is not lost.
_PIECE = 8_000
# What no database keeps and nobody sees: control signs but line ends and tabs, half pairs.
_UNKEPT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def text(path: str, limits: dict[str, Any]) -> Iterator[str]:
    """A text in UTF-8, UTF-16 with its mark, or the Korean encoding of old Windows."""
    with open(path, "rb") as file:
        data = file.read(limits["unpacked"])
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        yield data.decode("utf-16", "replace")
        return
    try:
        yield data.decode("utf-8-sig")
    except UnicodeDecodeError:
        yield data.decode("cp949", "replace")


READERS: dict[str, Pieces] = {
    "txt": text,
    "csv": text,
    "docx": packed.docx,
    "xlsx": packed.xlsx,
    "pptx": packed.pptx,
    "hwpx": packed.hwpx,
    "pdf": pdf.pieces,
    "hwp": hwp.pieces,
}


def read(asked: dict[str, Any]) -> None:
    """The words of `path`, of a `kind`, within `limits`."""
    limits = asked["limits"]
    left: int = limits["characters"]
    held: list[str] = []
    try:
        for piece in READERS[asked["kind"]](asked["path"], limits):
            kept = _UNKEPT.sub(" ", piece)[:left]
            left -= len(kept)
            held.append(kept)
            if left <= 0:
                raise Refused("cut")
            if sum(map(len, held)) >= _PIECE:
                _send(held)
    finally:
        _send(held)
    say("end")


def _send(held: list[str]) -> None:
    """What is held goes out now: what comes next may end this process."""
    found = "".join(held).encode("utf-8", "replace")
    held.clear()
    if found:
        say("piece", found, size=len(found))
        sys.stdout.flush()
