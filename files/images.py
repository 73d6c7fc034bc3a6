"""The size of a picture in pixels, read from its header; nothing is decoded."""

import struct
from typing import BinaryIO

MAX_SIDE = 30_000
# The largest cameras of telephones take 200 million pixels.
MAX_PIXELS = 256_000_000


def too_large(size: tuple[int, int]) -> bool:
    """Whether decoding the picture would cost whoever opens it too much."""
    return max(size) > MAX_SIDE or size[0] * size[1] > MAX_PIXELS


def pixels(file: BinaryIO, kind: str) -> tuple[int, int] | None:
    """Width and height; None when the header does not say, which means damaged."""
    file.seek(0)
    try:
        return {"png": _png, "gif": _gif, "webp": _webp, "jpg": _jpg}[kind](file)
    except (struct.error, IndexError):
        return None


def _png(file: BinaryIO) -> tuple[int, int] | None:
    head = file.read(24)
    width, height = struct.unpack(">II", head[16:24])
    return (width, height) if head[12:16] == b"IHDR" and width and height else None


def _gif(file: BinaryIO) -> tuple[int, int] | None:
    width, height = struct.unpack("<HH", file.read(10)[6:10])
    return (width, height) if width and height else None


def _webp(file: BinaryIO) -> tuple[int, int] | None:
    head = file.read(30)
    form = head[12:16]
    if form == b"VP8X":
        return (
            1 + int.from_bytes(head[24:27], "little"),
            1 + int.from_bytes(head[27:30], "little"),
        )
    if form == b"VP8L":
        bits = struct.unpack("<I", head[21:25])[0]
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if form == b"VP8 ":
        width, height = struct.unpack("<HH", head[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return None


def _jpg(file: BinaryIO) -> tuple[int, int] | None:
    """Walk the segments to the first frame header."""
    file.seek(2)
    for _ in range(2000):
        marker = file.read(1)
        if marker != b"\xff":
            return None
        while marker == b"\xff":
            marker = file.read(1)
        code = marker[0]
        if code in {0x01, *range(0xD0, 0xD8)}:
            continue
        (length,) = struct.unpack(">H", file.read(2))
        if 0xC0 <= code <= 0xCF and code not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", file.read(5)[1:5])
            return (width, height) if width and height else None
        if code in {0xD9, 0xDA} or length < 2:
            return None
        file.seek(length - 2, 1)
    return None
