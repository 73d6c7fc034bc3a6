"""The words of PDF files, by pypdf: what is written as text, not what is drawn or scanned."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from files.apart.inside import Refused


def pieces(path: str, limits: dict[str, Any]) -> Iterator[str]:
    """Page by page. A page that is broken is left out, and the end says so."""
    import pypdf  # noqa: PLC0415 - after the limits are set, and for this kind alone

    with pypdf.PdfReader(path, strict=False) as reader:
        # Most locked PDFs of public bodies open without a password: only copying is forbidden.
        if reader.is_encrypted and not reader.decrypt(""):
            raise Refused("protected")
        pages = len(reader.pages)
        broken = False
        for number in range(min(pages, limits["pages"])):
            try:
                yield reader.pages[number].extract_text() + "\n"
            except MemoryError:
                raise
            except Exception:
                broken = True
    if broken:
        raise Refused("damaged")
    if pages > limits["pages"]:
        raise Refused("cut")
