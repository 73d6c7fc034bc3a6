"""Small papers for the demonstration: a real PDF or picture that says that it is invented."""

from __future__ import annotations

import io

from django.core.files.uploadedfile import InMemoryUploadedFile
from PIL import Image, ImageDraw

from files import storing
from files.models import StoredFile

_KINDS = {"pdf": "application/pdf", "png": "image/png"}


def paper(name: str) -> StoredFile:
    """A paper of a name, kept by the file store like any upload; it belongs to nothing yet."""
    kind = name.rpartition(".")[2]
    content = _pdf(name) if kind == "pdf" else _png(name)
    upload = InMemoryUploadedFile(io.BytesIO(content), None, name, _KINDS[kind], len(content), None)
    return storing.store(upload)


def _pdf(name: str) -> bytes:
    """One page with two lines in a letter that every reader has."""
    words = f"BT /F1 18 Tf 60 760 Td ({name}) Tj 0 -30 Td (Invented for the demonstration.) Tj ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        "/Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(words)} >>\nstream\n{words}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    text, places = "%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(text))
        text += f"{number} 0 obj\n{one}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    text += (
        f"xref\n0 {size}\n0000000000 65535 f \n{table}"
        f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(text)}\n%%EOF\n"
    )
    return text.encode("ascii")


def _png(name: str) -> bytes:
    """A plain picture with its name on it."""
    picture = Image.new("RGB", (480, 320), "#dfe6ee")
    drawing = ImageDraw.Draw(picture)
    drawing.rectangle((40, 60, 440, 260), outline="#33506e", width=3)
    drawing.text((60, 80), f"{name}\nInvented for the demonstration.", fill="#1d2b3a")
    kept = io.BytesIO()
    picture.save(kept, "PNG")
    return kept.getvalue()
