"""What a file's content is, whatever its name says."""

import codecs
import re
from typing import BinaryIO

_MAGIC = (
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", "archive"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"\xca\xfe\xba\xbe", "program"),
    (b"7z\xbc\xaf\x27\x1c", "zip"),
    (b"Rar!\x1a\x07", "zip"),
    (b"\x1f\x8b", "zip"),
    (b"{\\rtf", "rtf"),
    (b"HWP Document File V", "hwp3"),
)
# A text that begins like this is a page or a drawing …
_MARKUP = re.compile(
    rb"\s*(?:<!--|<(?:!doctype|html|head|body|script|svg|iframe|meta|\?xml|\?php)[\s>/])",
    re.IGNORECASE,
)
# … and this is one wherever it stands.
_ACTIVE = re.compile(
    rb"<(?:!doctype\s+html|html|script|svg|iframe|object|embed|\?php)[\s>/]", re.IGNORECASE
)
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x19\x1b-\x1f\x7f]")
_CHUNK = 1 << 16


def sniff(file: BinaryIO) -> str:
    """The kind by the first bytes: pdf, archive, ole, png, jpg, gif, webp, text …, unknown."""
    file.seek(0)
    head = file.read(4096)
    plain = head.removeprefix(codecs.BOM_UTF8).lstrip(b" \t\r\n")
    for mark, kind in _MAGIC:
        if head.startswith(mark) or (kind == "pdf" and plain.startswith(mark)):
            return "text" if kind == "program" and head[:2] == b"MZ" and is_text(file) else kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp" and head[8:12] in {
        b"heic",
        b"heix",
        b"hevc",
        b"mif1",
        b"msf1",
        b"avif",
    }:
        return "heic"
    if b"%PDF-" in head[:1024]:
        return "hidden"
    if not is_text(file):
        return "unknown"
    return "markup" if is_markup(head) else "text"


def is_markup(head: bytes) -> bool:
    """Whether a browser might take the text for a page or a drawing."""
    if head[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        head = head[2:].replace(b"\0", b"")
    return bool(_MARKUP.match(head.removeprefix(codecs.BOM_UTF8))) or is_active(head)


def is_active(piece: bytes) -> bool:
    """Whether a piece of any file holds what a browser would run."""
    return bool(_ACTIVE.search(piece))


def is_text(file: BinaryIO) -> bool:
    """Whether the whole file is text as Korean offices write it: UTF-8, UTF-16 or CP949."""
    file.seek(0)
    start = file.read(2)
    if start in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        return _decodes(file, "utf-16", binary=None)
    return _decodes(file, "utf-8", _BINARY) or _decodes(file, "cp949", _BINARY)


def _decodes(file: BinaryIO, encoding: str, binary: re.Pattern[bytes] | None) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while chunk := file.read(_CHUNK):
            if binary is not None and binary.search(chunk):
                return False
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
