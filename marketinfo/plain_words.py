"""The words of Word, Excel, HWPX and text files, by the standard library alone.

Archives were looked into when they came (`files.archives`); here no more than `MOST` bytes of each
part are unpacked, and tags are stripped instead of parsed, so that no document runs anything.
"""

from __future__ import annotations

import html
import re
import zipfile
from typing import IO

from files.folder import storage
from files.models import StoredFile

# Unpacked, of one file.
MOST = 20 * 1024 * 1024
# Ending → the parts of the archive that hold words.
_PARTS = {
    "docx": re.compile(r"word/(?:document|footnotes|header\d*|footer\d*)\.xml\Z"),
    "xlsx": re.compile(r"xl/(?:sharedStrings|worksheets/sheet\d+)\.xml\Z"),
    "hwpx": re.compile(r"Contents/section\d+\.xml\Z"),
}
# What stands in these elements is words; everything else is measures and formulas.
_WORDS = re.compile(rb"<(?:\w+:)?t(?:\s[^<>]*)?>(.*?)</(?:\w+:)?t>", re.DOTALL)
_TAGS = re.compile(r"<[^<>]*>")


def read(stored: StoredFile) -> str:
    """The words of a stored file; "" for other kinds and for what cannot be read."""
    ending = stored.original_name.rpartition(".")[2].lower()
    try:
        with storage().open(stored.storage_name, "rb") as content:
            if ending in {"txt", "csv"}:
                return _text(content.read(MOST))
            if ending in _PARTS:
                return _of_archive(content, _PARTS[ending])
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError):
        return ""
    return ""


def _text(data: bytes) -> str:
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp949", "replace")


def _of_archive(content: IO[bytes], parts: re.Pattern[str]) -> str:
    found: list[str] = []
    left = MOST
    with zipfile.ZipFile(content) as archive:
        for name in sorted(name for name in archive.namelist() if parts.match(name)):
            with archive.open(name) as part:
                data = part.read(left)
            left -= len(data)
            pieces = (piece.decode("utf-8", "replace") for piece in _WORDS.findall(data))
            found += [html.unescape(_TAGS.sub("", piece)) for piece in pieces]
            if left <= 0:
                break
    return "\n".join(one for one in found if one.strip())
