"""Builds HWP 5 documents: a compound file with short and long streams, and paragraphs as records.

Sources: [MS-CFB]; 한글 문서 파일 구조 5.0, revision 1.3.
"""

import struct
import zlib

SECTOR, MINI, CUTOFF = 512, 64, 4096
END, FREE, IN_TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
STORAGE, STREAM, ROOT = 1, 2, 5


def chain(table, content, size):
    """Room for content in a table of sectors; where it begins."""
    count = -(-len(content) // size)
    if not count:
        return END
    start = len(table)
    table += [*range(start + 1, start + count), END]
    return start


def filled(content, size):
    """Content up to the end of its last sector."""
    return content + bytes(-len(content) % size)


def compound(tree):
    """A compound file of streams (bytes) and storages (dicts of them)."""
    entries = []

    def add(name, kind, content):
        entries.append({"name": name, "kind": kind, "content": content, "child": FREE})
        return len(entries) - 1

    def walk(parent, inside):
        numbers = [
            add(name, STORAGE if isinstance(what, dict) else STREAM, what)
            for name, what in sorted(inside.items(), key=lambda one: (len(one[0]), one[0].upper()))
        ]
        # A tree that leans to one side is a tree too.
        for number, following in zip(numbers, [*numbers[1:], FREE], strict=True):
            entries[number]["right"] = following
        entries[parent]["child"] = numbers[0] if numbers else FREE
        for number in numbers:
            if entries[number]["kind"] == STORAGE:
                walk(number, entries[number]["content"])

    walk(add("Root Entry", ROOT, b""), tree)
    small, mini = [], b""
    for entry in entries:
        if entry["kind"] == STREAM and len(entry["content"]) < CUTOFF:
            entry["start"] = chain(small, entry["content"], MINI)
            mini += filled(entry["content"], MINI)
    entries[0]["content"] = mini
    table, data = [IN_TABLE], b""
    for entry in entries:
        is_long = entry["kind"] == STREAM and len(entry["content"]) >= CUTOFF
        if entry["kind"] == ROOT or is_long:
            entry["start"] = chain(table, entry["content"], SECTOR)
            data += filled(entry["content"], SECTOR)
    small_table = filled(struct.pack(f"<{len(small)}I", *small), SECTOR)
    small_start = chain(table, small_table, SECTOR)
    data += small_table
    directory = filled(b"".join(map(directory_row, entries)), SECTOR)
    directory_start = chain(table, directory, SECTOR)
    data += directory
    fat = struct.pack(f"<{len(table)}I", *table).ljust(SECTOR, b"\xff")
    assert len(fat) == SECTOR, "one table sector is enough for tests"
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack(
        "<IIIIIIIIII", 0, 1, directory_start, 0, CUTOFF, small_start, bool(small), END, 0, 0
    )
    return head.ljust(SECTOR, b"\xff") + fat + data


def directory_row(entry):
    """One entry of the directory: 128 bytes."""
    raw = entry["name"].encode("utf-16-le")
    row = raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw) + 2, entry["kind"], 1)
    row += struct.pack("<III", FREE, entry.get("right", FREE), entry["child"]) + bytes(36)
    size = len(entry["content"]) if entry["kind"] != STORAGE else 0
    return row + struct.pack("<IQ", entry.get("start", 0), size)


def record(tag, content):
    """A record; a long one says its size behind its head."""
    size = min(len(content), 0xFFF)
    head = struct.pack("<I", tag | size << 20)
    return head + (struct.pack("<I", len(content)) if size == 0xFFF else b"") + content


def field(sign):
    """A sign that takes the room of eight, with words inside that nobody wrote."""
    return struct.pack("<8H", sign, *b"secret", sign)


def section(*paragraphs):
    """A section as it is kept: header records, and each paragraph's text, packed."""
    records = b""
    for text in paragraphs:
        raw = text if isinstance(text, bytes) else text.encode("utf-16-le")
        records += record(66, bytes(22)) + record(67, raw + struct.pack("<H", 13))
        records += record(68, bytes(8))
    return records


def document(*sections, flags=1, preview="", body="BodyText"):
    """A document of sections, each packed; `flags` are those of the header."""
    packer = [zlib.compressobj(9, zlib.DEFLATED, -15) for _section in sections]
    packed = [one.compress(text) + one.flush() for one, text in zip(packer, sections, strict=True)]
    header = b"HWP Document File".ljust(32, b"\0") + struct.pack("<II", 0x05010100, flags)
    return compound(
        {
            "FileHeader": header.ljust(256, b"\0"),
            "DocInfo": b"x",
            "PrvText": preview.encode("utf-16-le"),
            body: {f"Section{number}": text for number, text in enumerate(packed)},
        }
    )
