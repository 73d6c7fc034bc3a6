"""Files that are zip archives inside (HWPX, DOCX, XLSX, PPTX): which, and whether harmless."""

import re
import struct
import zipfile
import zlib
from typing import IO, BinaryIO

from files.refusal import FileRefused

MAX_ENTRIES = 3000
MAX_UNPACKED = 300 * 1024 * 1024
MAX_RATIO = 100
# Small files may be packed tightly: what they unpack to hurts nobody.
HARMLESS_UNPACKED = 20 * 1024 * 1024
MAX_DEPTH = 2
_HEAD = 64 * 1024
_HEADS_BUDGET = 64 * 1024 * 1024
_TAIL = 65_535 + 22
_END = b"PK\x05\x06"

_MAIN_PARTS = (
    (b"wordprocessingml.document.main+xml", "docx"),
    (b"wordprocessingml.template.main+xml", "docx"),
    (b"spreadsheetml.sheet.main+xml", "xlsx"),
    (b"spreadsheetml.template.main+xml", "xlsx"),
    (b"presentationml.presentation.main+xml", "pptx"),
    (b"presentationml.slideshow.main+xml", "pptx"),
)
_MACRO_PART = re.compile(
    r"(?:^|/)(?:vbaproject\.bin|vbadata\.xml)$|^xl/macrosheets/", re.IGNORECASE
)
_PROGRAM = re.compile(
    r"\.(?:exe|dll|com|scr|pif|bat|cmd|ps1|vbs|vbe|js|jse|wsf|wsh|hta|msi|jar|class|lnk|sh|"
    r"zip|7z|rar|gz|tar|iso|cab|egg|alz|html?|svg|mht|swf)$",
    re.IGNORECASE,
)
# Every HWPX has these, empty by default.
_HWPX_SCRIPT = re.compile(r"Scripts/[A-Za-z]+\.js\Z")
_EMBEDDED = re.compile(r"\.(?:docx|xlsx|pptx|docm|xlsm|pptm|hwpx)$", re.IGNORECASE)
_XML = re.compile(r"\.(?:xml|rels|vml|hpf|xhtml)$", re.IGNORECASE)
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def has_zip_tail(file: BinaryIO, size: int) -> bool:
    """Whether an archive hangs at the end of the file, whatever it begins with."""
    start = max(0, size - _TAIL)
    file.seek(start)
    tail = file.read(_TAIL)
    at = tail.rfind(_END)
    while at >= 0:
        if at + 22 <= len(tail) and at + 22 + int.from_bytes(
            tail[at + 20 : at + 22], "little"
        ) == len(tail):
            return True
        at = tail.rfind(_END, 0, at)
    return False


def inspect(file: IO[bytes], size: int, *, name: str, depth: int = 0) -> str:
    """The kind of the archive: hwpx, docx, xlsx, pptx or zip. Raises FileRefused.

    Nothing is unpacked beyond the heads of its XML parts; limits are checked on the table of
    contents first, so a bomb costs nothing.
    """
    try:
        _check_end(file, size, name)
        with zipfile.ZipFile(file) as archive:
            _check_contents(archive.infolist(), size, name)
            kind = _kind(archive)
            if kind == "zip":
                return kind
            _check_parts(archive, name, depth)
            return kind
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        OSError,
        ValueError,
    ) as error:
        raise FileRefused("damaged", name=name) from error
    except (RuntimeError, struct.error) as error:
        raise FileRefused("protected", name=name) from error


def _check_end(file: IO[bytes], size: int, name: str) -> None:
    """One plain end record at the very end; nothing before and nothing after the archive."""
    file.seek(max(0, size - 22))
    end = file.read(22)
    if len(end) < 22 or end[:4] != _END:
        raise FileRefused("unsafe" if has_zip_tail(file, size) else "damaged", name=name)  # type: ignore[arg-type]
    entries, length, offset = struct.unpack_from("<HII", end, 10)
    if entries > MAX_ENTRIES or offset == 0xFFFFFFFF:
        raise FileRefused("bomb", name=name)
    if offset + length + 22 != size:
        raise FileRefused("unsafe", name=name)


def _check_contents(entries: list[zipfile.ZipInfo], size: int, name: str) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > MAX_ENTRIES or packed > size or unpacked > MAX_UNPACKED:
        # More packed bytes than the file has: entries that share their data.
        raise FileRefused("bomb", name=name)
    if unpacked > HARMLESS_UNPACKED and unpacked > MAX_RATIO * size:
        raise FileRefused("bomb", name=name)
    if any(entry.flag_bits & 0x41 for entry in entries):
        raise FileRefused("protected", name=name)
    names = [entry.orig_filename for entry in entries]
    if len({one.lower() for one in names}) < len(names) or any(map(_is_outside, names)):
        raise FileRefused("unsafe", name=name)


def _is_outside(path: str) -> bool:
    """Whether the path would leave the folder that it is unpacked into."""
    return (
        path.startswith(("/", "\\"))
        or ".." in re.split(r"[\\/]", path)
        or ":" in path
        or "\0" in path
    )


def _kind(archive: zipfile.ZipFile) -> str:
    names = set(archive.namelist())
    if "mimetype" in names and "[Content_Types].xml" not in names:
        given = _head(archive, "mimetype", 100).strip()
        return "hwpx" if given == b"application/hwp+zip" else "zip"
    if "[Content_Types].xml" not in names:
        return "zip"
    types = _head(archive, "[Content_Types].xml", 1 << 20)
    if b"macroEnabled" in types:
        return "macros"
    return next((kind for mark, kind in _MAIN_PARTS if mark in types), "zip")


def _head(archive: zipfile.ZipFile, part: str, length: int) -> bytes:
    with archive.open(part) as content:
        return content.read(length)


def _check_parts(archive: zipfile.ZipFile, name: str, depth: int) -> None:
    seen = 0
    for entry in archive.infolist():
        path = entry.filename
        if _MACRO_PART.search(path):
            raise FileRefused("macros", name=name)
        if _PROGRAM.search(path) and not _HWPX_SCRIPT.match(path):
            raise FileRefused("unsafe", name=name)
        if path == "META-INF/manifest.xml" and b"encryption-data" in _head(archive, path, _HEAD):
            raise FileRefused("protected", name=name)
        if _EMBEDDED.search(path):
            _check_embedded(archive, entry, name, depth)
        elif _XML.search(path):
            head = _head(archive, path, _HEAD)
            seen += len(head)
            if seen > _HEADS_BUDGET:
                raise FileRefused("bomb", name=name)
            if _DECLARATION.search(head.replace(b"\0", b"")):
                # Office files never declare entities; expanding them is how an XML bomb works.
                raise FileRefused("unsafe", name=name)


def _check_embedded(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, depth: int
) -> None:
    """An office file inside the office file is held to the same rules."""
    if depth >= MAX_DEPTH:
        raise FileRefused("bomb", name=name)
    with archive.open(entry) as content:
        if content.read(4) != b"PK\x03\x04":
            return
        content.seek(0)
        if inspect(content, entry.file_size, name=name, depth=depth + 1) == "macros":
            raise FileRefused("macros", name=name)
