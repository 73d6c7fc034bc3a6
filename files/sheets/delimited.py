"""Reads CSV as Korean offices write it: UTF-8, UTF-16 or CP949, commas, tabs or semicolons."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator

from files.sheets.apart import plain
from files.sheets.refusal import SheetRefused
from files.sheets.table import Limits, Row
from files.tables import unguarded

UTF8, UTF16, CP949 = "utf-8", "utf-16", "cp949"
ENCODINGS = {UTF8: "UTF-8", CP949: "CP949 (EUC-KR)", UTF16: "UTF-16"}
_SEPARATORS = ",\t;"
_PREVIEW = 12


class EncodingAsked(SheetRefused):
    """The letters can be read in two ways; `previews` shows the first lines of both."""

    def __init__(self, previews: dict[str, list[str]]) -> None:
        self.previews = previews
        super().__init__("ask_encoding", previews=previews)


def decoded(content: bytes, encoding: str = "") -> tuple[str, str]:
    """The text and its encoding. Raises EncodingAsked, or SheetRefused when none fits."""
    if encoding:
        return _as(content, encoding), encoding
    for mark, known in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, UTF16),
        (codecs.BOM_UTF16_BE, UTF16),
    ):
        if content.startswith(mark):
            return _as(content, known), UTF16 if known == UTF16 else UTF8
    for known, zeros in (("utf-16-le", content[1:400:2]), ("utf-16-be", content[0:400:2])):
        # Separators, digits and line ends have a zero as their other half.
        if zeros.count(0) > len(zeros) // 8:
            return _as(content, known), UTF16
    if content.isascii():
        return content.decode("ascii"), UTF8
    if b"\0" in content:
        raise SheetRefused("kind")
    found = {}
    for known in (UTF8, CP949):
        try:
            found[known] = content.decode(known)
        except UnicodeDecodeError:
            continue
    if not found:
        _as(content, UTF8)
    if len(found) == 2 and not _reads(found[UTF8]) and _reads(found[CP949]):
        raise EncodingAsked({name: _preview(text) for name, text in found.items()})
    known = UTF8 if UTF8 in found else CP949
    return found[known], known


def _as(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        # Whichever line breaks both ways is the one to look at.
        line = content.count(b"\n", 0, error.start) + 1
        raise SheetRefused("encoding", line=line) from error


def _reads(text: str) -> bool:
    """Whether the letters beyond ASCII are mostly Hangul."""
    beyond = [sign for sign in text[:200_000] if ord(sign) > 127]
    hangul = sum("가" <= sign <= "힣" for sign in beyond)
    return hangul * 2 >= len(beyond)


def _preview(text: str) -> list[str]:
    lines = [line for line in text.splitlines()[:200] if not line.isascii()]
    return [line[:200] for line in lines[:_PREVIEW]]


def rows(text: str, limits: Limits) -> Iterator[Row]:
    """The rows, numbered as a spreadsheet program would; empty ones are passed over."""
    text = text.removeprefix("\ufeff")
    separator = ","
    first = text.split("\n", 1)[0]
    if first.lower().startswith("sep=") and len(first.strip()) == 5:
        separator, text = first[4], text.partition("\n")[2]
    else:
        head = text[:20_000]
        separator = max(_SEPARATORS, key=head.count)
    held = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=False)
    line = 0
    while True:
        begun = reader.line_num
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise SheetRefused("quotes", line=line + 1) from error
        line += 1
        if reader.line_num - begun > 2000:
            raise SheetRefused("quotes", line=line)
        if len(cells) > limits.columns and any(cells[limits.columns :]):
            raise SheetRefused("wide", column=str(len(cells)), limit=limits.columns)
        cells = [unguarded(plain(cell)) for cell in cells]
        if not any(cells):
            continue
        held += 1
        if held > limits.rows:
            raise SheetRefused("rows", limit=limits.rows)
        yield Row(line, cells)
