"""The old compound files (HWP 5, DOC, XLS, PPT): which streams they hold and how they begin.

Reads only the directory and single sectors. Source: [MS-CFB], the layout of compound files.
"""

import struct
from dataclasses import dataclass
from typing import BinaryIO

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAX_CHAIN = 4096
_NO_SECTOR = 0xFFFFFFFA


class BrokenOleError(Exception):
    """The file's directory cannot be followed."""


@dataclass(frozen=True)
class Compound:
    """The streams by name, and the first sector of those that are not tiny."""

    names: frozenset[str]
    starts: dict[str, bytes]


def read(file: BinaryIO) -> Compound:
    """The compound file's directory. Raises BrokenOleError."""
    try:
        return _read(file)
    except (struct.error, IndexError, OSError, OverflowError) as error:
        raise BrokenOleError(str(error)) from error


def _read(file: BinaryIO) -> Compound:
    file.seek(0)
    header = file.read(512)
    (shift,) = struct.unpack_from("<H", header, 0x1E)
    if shift not in {9, 12}:
        raise BrokenOleError("sector size")
    sector_size = 1 << shift
    (first_directory,) = struct.unpack_from("<I", header, 0x30)
    (cutoff,) = struct.unpack_from("<I", header, 0x38)
    fat = _fat_sectors(file, header, sector_size)
    names: set[str] = set()
    starts: dict[str, bytes] = {}
    for sector in _chain(file, first_directory, fat, sector_size):
        data = _sector(file, sector, sector_size)
        for at in range(0, sector_size, 128):
            entry = data[at : at + 128]
            length, kind = struct.unpack_from("<HB", entry, 64)
            if kind not in {1, 2, 5} or not 2 <= length <= 64:
                continue
            name = entry[: length - 2].decode("utf-16-le", "replace")
            start, size = struct.unpack_from("<II", entry, 116)
            names.add(name)
            if kind == 2 and size >= cutoff:
                starts[name] = _sector(file, start, sector_size)
    return Compound(frozenset(names), starts)


def _sector(file: BinaryIO, number: int, sector_size: int) -> bytes:
    file.seek((number + 1) * sector_size)
    data = file.read(sector_size)
    if len(data) < 128:
        raise BrokenOleError("cut off")
    return data.ljust(sector_size, b"\0")


def _fat_sectors(file: BinaryIO, header: bytes, sector_size: int) -> list[int]:
    """The numbers of the sectors that hold the allocation table."""
    fat = [one for one in struct.unpack_from("<109I", header, 0x4C) if one < _NO_SECTOR]
    (more,) = struct.unpack_from("<I", header, 0x44)
    per_sector = sector_size // 4
    for _ in range(_MAX_CHAIN):
        if more >= _NO_SECTOR:
            return fat
        numbers = struct.unpack(f"<{per_sector}I", _sector(file, more, sector_size))
        fat += [one for one in numbers[:-1] if one < _NO_SECTOR]
        more = numbers[-1]
    raise BrokenOleError("endless table")


def _chain(file: BinaryIO, first: int, fat: list[int], sector_size: int) -> list[int]:
    """The sectors of a chain, in order."""
    per_sector = sector_size // 4
    chain: list[int] = []
    number = first
    while number < _NO_SECTOR:
        if len(chain) >= _MAX_CHAIN:
            raise BrokenOleError("endless chain")
        chain.append(number)
        table = _sector(file, fat[number // per_sector], sector_size)
        (number,) = struct.unpack_from("<I", table, number % per_sector * 4)
    return chain


def kind(compound: Compound) -> str:
    """Which program wrote it: hwp, doc, xls, ppt, locked (an encrypted docx …) or ole."""
    names = compound.names
    if "EncryptedPackage" in names:
        return "locked"
    for mark, found in (
        ("WordDocument", "doc"),
        ("Workbook", "xls"),
        ("Book", "xls"),
        ("PowerPoint Document", "ppt"),
    ):
        if mark in names:
            return found
    return "hwp" if {"FileHeader", "DocInfo"} <= names else "ole"


def has_macros(compound: Compound) -> bool:
    """Whether it carries a Visual Basic project."""
    return bool({"_VBA_PROJECT", "_VBA_PROJECT_CUR", "VBA", "Macros"} & compound.names)


def is_locked(compound: Compound, file: BinaryIO) -> bool:
    """Whether it opens only with a password."""
    if "EncryptedSummary" in compound.names:
        return True
    word = compound.starts.get("WordDocument", b"")
    if len(word) >= 12 and word[11] & 0x01:
        return True
    book = compound.starts.get("Workbook") or compound.starts.get("Book") or b""
    return _has_filepass(book) or _hwp_flags(file) & 0x02 != 0


def _has_filepass(book: bytes) -> bool:
    """An encrypted workbook has a FILEPASS record (0x2F) soon after its beginning."""
    at = 0
    while at + 4 <= len(book):
        record, length = struct.unpack_from("<HH", book, at)
        if record == 0x2F:
            return True
        at += 4 + length
    return False


def _hwp_flags(file: BinaryIO) -> int:
    """The properties in HWP's FileHeader: bit 1 says that a password is set."""
    file.seek(0)
    carry = b""
    while chunk := file.read(1 << 20):
        data = carry + chunk
        at = data.find(b"HWP Document File\0")
        if at >= 0 and at + 40 <= len(data):
            return int(struct.unpack_from("<I", data, at + 36)[0])
        carry = data[-64:]
    return 0
