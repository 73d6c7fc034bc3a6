"""Typefaces for the PDF: the one of the pages where it was fetched, else one of the system's.

The pages' typeface comes as WOFF2 with some 2,800 Korean syllables; fontTools turns it into what a
PDF can hold. Hanja and rare syllables come from a typeface of the system where there is one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from fontTools.ttLib import TTCollection, TTFont

_OURS = (
    "krds/fonts/PretendardGOV-Regular.subset.woff2",
    "krds/fonts/PretendardGOV-Bold.subset.woff2",
)
_NOTO = "/usr/share/fonts/opentype/noto/NotoSansCJK"
# Regular and bold; the place of the Korean face in a collection.
_SYSTEM = (
    (f"{_NOTO}-Regular.ttc", f"{_NOTO}-Bold.ttc", 1),
    (
        "/usr/share/fonts/truetype/nanum/NanumGothic.ttf",
        "/usr/share/fonts/truetype/nanum/NanumGothicBold.ttf",
        0,
    ),
    (
        "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
        "/usr/share/fonts/noto-cjk/NotoSansCJK-Bold.ttc",
        1,
    ),
)
_FOLDER = "paper-fonts"
# Stands for what no typeface at hand can draw.
MISSING = "□"


@dataclass(frozen=True)
class Face:
    """A typeface as files that a PDF can take, with the characters that it draws."""

    regular: Path
    bold: Path
    number: int
    drawn: frozenset[int]


class NoFontError(Exception):
    """There is no Korean typeface on this machine."""


@cache
def _converted(source: Path, digest: str) -> Path:
    """A WOFF2 file as TTF, kept in the data folder under the hash of what it was made of."""
    folder = Path(settings.DATA_DIR) / _FOLDER
    made = folder / f"{digest}.ttf"
    if not made.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        font = TTFont(source)
        font.flavor = None
        # Two processes may meet here: each writes a file of its own, the last one stays.
        draft = folder / f"{digest}.{id(font)}.part"
        font.save(draft)
        draft.replace(made)
    return made


@cache
def _drawn(path: Path, number: int) -> frozenset[int]:
    if path.suffix == ".ttc":
        return frozenset(TTCollection(path).fonts[number].getBestCmap())
    return frozenset(TTFont(path).getBestCmap())


def _ours() -> Face | None:
    found = [finders.find(name) for name in _OURS]
    if not all(isinstance(path, str) for path in found):
        return None
    files = []
    for path in found:
        source = Path(str(path))
        files.append(_converted(source, hashlib.sha256(source.read_bytes()).hexdigest()[:16]))
    return Face(files[0], files[1], 0, _drawn(files[0], 0))


def _system() -> Face | None:
    for regular, bold, number in _SYSTEM:
        if Path(regular).is_file() and Path(bold).is_file():
            return Face(Path(regular), Path(bold), number, _drawn(Path(regular), number))
    return None


def faces() -> list[Face]:
    """The typefaces at hand, the leading one first; raises NoFontError when there is none."""
    found = [face for face in (_ours(), _system()) if face is not None]
    if not found:
        raise NoFontError
    return found
