"""Whether an uploaded file may be kept: its content is looked at, not its name.

Files locked with a password are refused, since neither the scanner nor the officer can look
into them; PDF is the exception, because most locked PDFs of public bodies open without one.
"""

from dataclasses import dataclass
from typing import BinaryIO, cast

from django.conf import settings
from django.core.files.base import File

from files import archives, images, names, ole
from files.refusal import FileRefused, FileStoreFull
from files.sniffing import is_active, sniff

# Ending → kind; what a form's `accept` lists too.
KINDS = {
    "pdf": "pdf",
    "hwp": "hwp",
    "hwpx": "hwpx",
    "doc": "doc",
    "docx": "docx",
    "xls": "xls",
    "xlsx": "xlsx",
    "ppt": "ppt",
    "pptx": "pptx",
    "jpg": "jpg",
    "jpeg": "jpg",
    "png": "png",
    "gif": "gif",
    "webp": "webp",
    "txt": "txt",
    "csv": "csv",
}
ACCEPT = ",".join(f".{ending}" for ending in KINDS)
_OFFICE = "application/vnd.openxmlformats-officedocument."
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "hwp": "application/x-hwp",
    "hwpx": "application/hwp+zip",
    "doc": "application/msword",
    "docx": _OFFICE + "wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": _OFFICE + "spreadsheetml.sheet",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": _OFFICE + "presentationml.presentation",
    "jpg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "txt": "text/plain",
    "csv": "text/csv",
}
_WHY_NOT = {
    **dict.fromkeys(["zip", "7z", "rar", "gz", "tar", "egg", "alz", "tgz"], "packed"),
    **dict.fromkeys(["docm", "xlsm", "pptm", "dotm", "xltm", "xlsb"], "macros"),
    **dict.fromkeys(["heic", "heif"], "heic"),
}
# fmt: off
_PROGRAMS = frozenset([
    "exe", "dll", "com", "scr", "pif", "bat", "cmd", "ps1", "vbs", "js", "jse", "wsf", "hta",
    "msi", "jar", "lnk", "sh", "php", "phtml", "asp", "aspx", "jsp", "html", "htm", "svg", "cgi",
    "pl", "py",
])
# fmt: on
_PICTURES = frozenset({"jpg", "png", "gif", "webp"})
_PDF_TAIL = 4096


@dataclass(frozen=True)
class Checked:
    """What is known of a file that may be kept."""

    name: str
    kind: str
    content_type: str
    size: int


def check(upload: File) -> Checked:
    """The file's clean name, kind and size. Raises FileRefused, which says how to mend it."""
    name = names.clean(upload.name or "")
    size = upload.size
    if getattr(upload, "store_full", False):
        raise FileStoreFull(name=name)
    if size == 0:
        raise FileRefused("empty", name=name)
    if size > settings.MAX_FILE_BYTES:
        raise FileRefused("too_big", name=name, limit=settings.MAX_FILE_BYTES // (1024 * 1024))
    ending = names.ending(name)
    if ending not in KINDS:
        raise FileRefused(_WHY_NOT.get(ending, "type"), name=name)
    if _PROGRAMS & set(names.inner_endings(name)):
        raise FileRefused("type", name=name)
    kind = KINDS[ending]
    file = cast(BinaryIO, upload.file)
    found = _look(file, size, name)
    if found != kind and not (found == "text" and kind in {"txt", "csv"}):
        raise FileRefused({"heic": "heic", "macros": "macros"}.get(found, "mismatch"), name=name)
    file.seek(0)
    return Checked(name=name, kind=kind, content_type=CONTENT_TYPES[kind], size=size)


def _look(file: BinaryIO, size: int, name: str) -> str:
    """The kind by content, after the dangers of that kind are ruled out."""
    found = sniff(file)
    if found == "hidden":
        raise FileRefused("unsafe", name=name)
    if found == "archive":
        return archives.inspect(file, size, name=name)
    if found == "ole":
        return _look_into_ole(file, name)
    if found == "pdf":
        _check_pdf(file, size, name)
    if found in _PICTURES:
        _check_picture(file, size, name, found)
    return found


def _look_into_ole(file: BinaryIO, name: str) -> str:
    try:
        compound = ole.read(file)
    except ole.BrokenOleError as error:
        raise FileRefused("damaged", name=name) from error
    found = ole.kind(compound)
    if found == "locked" or ole.is_locked(compound, file):
        raise FileRefused("protected", name=name)
    if ole.has_macros(compound):
        raise FileRefused("macros", name=name)
    return found


def _check_pdf(file: BinaryIO, size: int, name: str) -> None:
    """It ends as a PDF ends, and is nothing else besides."""
    file.seek(max(0, size - _PDF_TAIL))
    _before, mark, after = file.read(_PDF_TAIL).rpartition(b"%%EOF")
    if not mark:
        raise FileRefused("unsafe" if archives.has_zip_tail(file, size) else "damaged", name=name)
    file.seek(0)
    if is_active(after) or is_active(file.read(1024)) or archives.has_zip_tail(file, size):
        raise FileRefused("unsafe", name=name)


def _check_picture(file: BinaryIO, size: int, name: str, kind: str) -> None:
    pixels = images.pixels(file, kind)
    if pixels is None:
        raise FileRefused("damaged", name=name)
    if images.too_large(pixels):
        raise FileRefused("pixels", name=name)
    file.seek(0)
    head = file.read(1024)
    file.seek(max(0, size - 1024))
    if is_active(head) or is_active(file.read(1024)) or archives.has_zip_tail(file, size):
        raise FileRefused("unsafe", name=name)
