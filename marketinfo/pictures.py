"""Pictures of entries: taken apart and written anew, so that nothing but the picture is kept."""

from __future__ import annotations

import io
from dataclasses import dataclass

from django.core.files.base import ContentFile, File
from PIL import Image, ImageOps, UnidentifiedImageError

from files import checking
from files.refusal import FileRefused

# The text column is 704 px wide; twice that is sharp on every screen.
WIDEST = 1600
TALLEST = 2400
QUALITY = 82
# What decoding may cost: 40 million pixels are some 160 MB for a moment.
MAX_PIXELS = 40_000_000
_KINDS = frozenset({"jpg", "png", "gif", "webp"})


@dataclass(frozen=True)
class Picture:
    """A picture as it is kept: fresh bytes, without place, time, camera or anything hidden."""

    file: ContentFile[bytes]
    width: int
    height: int


def written_anew(upload: File) -> Picture:
    """The picture decoded, turned upright, made no larger than pages need, and encoded again.

    JPEG where it was a photograph, PNG where it has few colours or is transparent. Raises
    FileRefused for what is no picture, is damaged or is too large.
    """
    checked = checking.check(upload)
    if checked.kind not in _KINDS:
        raise FileRefused("type", name=checked.name)
    upload.seek(0)
    try:
        with Image.open(upload) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise FileRefused("pixels", name=checked.name)
            opened.load()
            upright = ImageOps.exif_transpose(opened)
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError, Image.DecompressionBombError):
        raise FileRefused("damaged", name=checked.name) from None
    as_photo = checked.kind == "jpg" or (checked.kind == "webp" and "A" not in upright.getbands())
    plain = upright.convert("RGB" if as_photo else "RGBA")
    plain.thumbnail((WIDEST, TALLEST), Image.Resampling.LANCZOS)
    # A new picture takes over the pixels and nothing else.
    clean = Image.new(plain.mode, plain.size)
    clean.paste(plain)
    out = io.BytesIO()
    if as_photo:
        clean.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    else:
        clean.save(out, "PNG", optimize=True)
    stem = checked.name.rpartition(".")[0] or "picture"
    name = f"{stem[:80]}.{'jpg' if as_photo else 'png'}"
    return Picture(ContentFile(out.getvalue(), name=name), clean.width, clean.height)
