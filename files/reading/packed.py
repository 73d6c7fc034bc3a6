"""The words of formats that are an archive of XML: Word, Excel, PowerPoint, HWPX.

Tags are stripped, not parsed, so that no declaration does anything.
"""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

from files.apart.inside import Refused

# What stands in these elements is words; everything else is measures and formulas.
_WORDS = re.compile(rb"<(?:\w+:)?t(?:\s[^<>]*)?>(.*?)</(?:\w+:)?t>", re.DOTALL)
_TAGS = re.compile(r"<[^<>]*>")


def _of(pattern: str) -> Callable[[str, dict[str, Any]], Iterator[str]]:
    """A reader of the archive's parts of these names."""
    wanted = re.compile(pattern)

    def pieces(path: str, limits: dict[str, Any]) -> Iterator[str]:
        left: int = limits["unpacked"]
        with zipfile.ZipFile(path) as archive:
            names = sorted(name for name in archive.namelist() if wanted.fullmatch(name))
            for name in names[: limits["pages"]]:
                with archive.open(name) as part:
                    data = part.read(left + 1)
                left -= len(data)
                yield from _said(data)
                if left < 0:
                    raise Refused("cut")
        if len(names) > limits["pages"]:
            raise Refused("cut")

    return pieces


def _said(data: bytes) -> Iterator[str]:
    for match in _WORDS.finditer(data):
        said = html.unescape(_TAGS.sub("", match[1].decode("utf-8", "replace")))
        if said.strip():
            yield f"{said}\n"


docx = _of(r"word/(?:document|footnotes|header\d*|footer\d*)\.xml")
xlsx = _of(r"xl/(?:sharedStrings|worksheets/sheet\d+)\.xml")
pptx = _of(r"ppt/(?:slides/slide|notesSlides/notesSlide)\d+\.xml")
hwpx = _of(r"Contents/section\d+\.xml")
