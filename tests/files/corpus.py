"""Builds good and hostile files in memory; `HOSTILE` says why each is refused."""

import io
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
MAIN = "application/vnd.openxmlformats-officedocument."
MAIN_PART = {
    "docx": ("word/document.xml", MAIN + "wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", MAIN + "spreadsheetml.sheet.main+xml"),
    "pptx": ("ppt/presentation.xml", MAIN + "presentationml.presentation.main+xml"),
}
HTML = b"<html><script>alert(1)</script></html>"


@dataclass(frozen=True)
class Sample:
    """A file as it comes, and the code of its refusal (empty: it is taken)."""

    name: str
    build: Callable[[], bytes]
    code: str = ""
    declared: str = "application/octet-stream"
    note: str = ""

    def __str__(self) -> str:
        return self.note or self.name.encode("ascii", "backslashreplace").decode()


def archive(parts, *, stored=(), comment=b""):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, (2026, 1, 2, 3, 4, 6))
            info.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            made.writestr(info, content)
        made.comment = comment
    return out.getvalue()


def office(kind, *, extra=None, types=None, body=b"<w/>"):
    part, content_type = MAIN_PART[kind]
    override = f'<Override PartName="/{part}" ContentType="{types or content_type}"/>'
    listing = f'<?xml version="1.0"?><Types xmlns="{TYPES}">{override}</Types>'
    parts = {"[Content_Types].xml": listing, "_rels/.rels": "<Relationships/>", part: body}
    return archive(parts | (extra or {}))


def hwpx(extra=None):
    parts = {
        "mimetype": "application/hwp+zip",
        "version.xml": "<v/>",
        "Contents/content.hpf": "<p/>",
    }
    return archive(parts | {"Scripts/headerScripts.js": ""} | (extra or {}), stored=("mimetype",))


def pdf(inside=b"hello"):
    return b"%PDF-1.4\n1 0 obj<<>>endobj\n" + inside + b"\ntrailer<<>>\nstartxref\n9\n%%EOF\n"


def png(width=40, height=30, tail=b""):
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + header + b"crc0" + tail


def jpg(width=40, height=30, comment=b"shot", tail=b""):
    note = b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    return b"\xff\xd8" + note + frame + b"\xff\xda\x00\x02data\xff\xd9" + tail


def gif(width=40, height=30, rest=b"\x80\x00\x00;"):
    return b"GIF89a" + struct.pack("<HH", width, height) + rest


def webp(width=40, height=30):
    extended = bytes(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF" + struct.pack("<I", 22) + b"WEBPVP8X" + struct.pack("<I", 10) + extended


def ole(streams, storages=()):
    """A compound file: header, one table sector, directory, then one long run per stream."""
    entries = [("Root Entry", 5, b"")]
    entries += [(name, 1, b"") for name in storages]
    entries += [(name, 2, content) for name, content in streams.items()]
    while len(entries) % 4:
        entries.append(("", 0, b""))
    table = [0xFFFFFFFD]
    directory_sectors = len(entries) // 4
    table += [*range(2, directory_sectors + 1), 0xFFFFFFFE]
    directory, data = b"", b""
    for name, kind, content in entries:
        padded = content.ljust(4096, b"\0") if kind == 2 else b""
        start = len(table) if kind == 2 else 0xFFFFFFFE
        sectors = len(padded) // 512
        if sectors:
            table += [*range(start + 1, start + sectors), 0xFFFFFFFE]
        raw = name.encode("utf-16-le")
        directory += raw.ljust(64, b"\0") + struct.pack("<HB", len(raw) + 2 if name else 0, kind)
        directory += bytes(49) + struct.pack("<IQ", start, len(padded))
        data += padded
    fat = struct.pack(f"<{len(table)}I", *table).ljust(512, b"\xff")[:512]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    header += struct.pack("<IIIIIIIII", 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)
    header += b"\xff" * (512 - len(header))
    return header + fat + directory + data


def hwp(flags=1):
    header = b"HWP Document File\0".ljust(32, b"\0") + struct.pack("<II", 0x05010100, flags)
    return ole({"FileHeader": header, "DocInfo": b"x"}, storages=("BodyText", "BinData"))


def doc(flags=0):
    return ole({"WordDocument": b"\xec\xa5" + bytes(9) + bytes([flags])})


def xls(*records):
    return ole(
        {"Workbook": b"".join(struct.pack("<HH", one, 2) + b"\0\0" for one in (0x809, *records))}
    )


def eicar():
    """The harmless test virus, put together here so that no scanner stops at this file."""
    return b"".join(
        (
            b"X5O!P%@AP[4",
            b"\\PZX54(P^)7CC)7}$",
            b"EICAR-STANDARD-",
            b"ANTIVIRUS-TEST-FILE!",
            b"$H+H*",
        )
    )


def zip_bomb(size=64 * 1024 * 1024):
    return office("docx", extra={"word/media/big.bmp": bytes(size)})


def many_entries():
    return archive({f"xl/{number}.xml": "" for number in range(4000)})


def lying_end():
    """An end record that admits 100,000 entries."""
    made = bytearray(office("xlsx"))
    made[-14:-10] = struct.pack("<HH", 65535, 65535)
    return bytes(made)


def sharing_entries():
    """Two entries of the table of contents that share one run of bytes."""
    made = office("docx", extra={"word/media/a.bmp": bytes(range(256)) * 40})
    end = made.rindex(b"PK\x05\x06")
    offset = struct.unpack_from("<I", made, end + 16)[0]
    listing = made[offset:end]
    last = listing.rindex(b"PK\x01\x02")
    again = listing[last:].replace(b"a.bmp", b"b.bmp")
    listing += b"".join(again.replace(b"b.bmp", f"{n}.bmp".encode()[-5:]) for n in range(10))
    record = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 14, 14, len(listing), offset, 0)
    return made[:offset] + listing + record


def locked_zip():
    made = bytearray(office("docx"))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        made[made.index(mark) + at] |= 1
    return bytes(made)


LAUGHS = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">]><w>&a;</w>'
EXTERNAL = b'<?xml version="1.0"?><!DOCTYPE l SYSTEM "file:///etc/passwd"><w/>'
MACRO_TYPE = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
VBA = {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"}
ZIP = archive({"a.txt": "a"})
EXE = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(200)

HOSTILE = [
    Sample("empty.pdf", bytes, "empty"),
    Sample("big.txt", lambda: b"a" * (20 * 1024 * 1024 + 1), "too_big"),
    Sample("bomb.docx", zip_bomb, "bomb"),
    Sample("entries.xlsx", many_entries, "bomb"),
    Sample("lying.xlsx", lying_end, "bomb"),
    Sample("sharing.docx", sharing_entries, "bomb"),
    Sample("laughs.docx", lambda: office("docx", body=LAUGHS), "unsafe"),
    Sample("xxe.xlsx", lambda: office("xlsx", body=EXTERNAL), "unsafe"),
    Sample("wide.docx", lambda: office("docx", body=LAUGHS.decode().encode("utf-16")), "unsafe"),
    Sample("macro.xlsm", lambda: office("xlsx", extra=VBA), "macros"),
    Sample("renamed.xlsx", lambda: office("xlsx", extra=VBA), "macros"),
    Sample("typed.xlsx", lambda: office("xlsx", types=MACRO_TYPE), "macros"),
    Sample(
        "sheets.xlsx", lambda: office("xlsx", extra={"xl/macrosheets/s1.xml": "<m/>"}), "macros"
    ),
    Sample("old.doc", lambda: ole({"WordDocument": bytes(20)}, ("Macros", "VBA")), "macros"),
    Sample(
        "inner.docx",
        lambda: office("docx", extra={"word/embeddings/a.xlsx": office("xlsx", extra=VBA)}),
        "macros",
    ),
    Sample("program.docx", lambda: office("docx", extra={"word/run.exe": EXE}), "unsafe"),
    Sample("nested.docx", lambda: office("docx", extra={"word/in.zip": ZIP}), "unsafe"),
    Sample("climb.docx", lambda: office("docx", extra={"../../etc/cron": b"x"}), "unsafe"),
    Sample("root.docx", lambda: office("docx", extra={"/etc/cron": b"x"}), "unsafe"),
    Sample("twice.docx", lambda: office("docx", extra={"WORD/document.xml": b"x"}), "unsafe"),
    Sample("locked-zip.docx", locked_zip, "protected"),
    Sample(
        "locked.docx", lambda: ole({"EncryptedPackage": b"x", "EncryptionInfo": b"x"}), "protected"
    ),
    Sample("locked.hwp", lambda: hwp(flags=3), "protected"),
    Sample("locked.doc", lambda: doc(flags=1), "protected"),
    Sample("locked.xls", lambda: xls(0x2F), "protected"),
    Sample(
        "locked.hwpx",
        lambda: hwpx({"META-INF/manifest.xml": "<m><odf:encryption-data/></m>"}),
        "protected",
    ),
    Sample("plain.zip", lambda: ZIP, "packed"),
    Sample("zip.docx", lambda: ZIP, "mismatch"),
    Sample("jar.pdf", lambda: archive({"META-INF/MANIFEST.MF": "", "A.class": "x"}), "mismatch"),
    Sample("cut.docx", lambda: office("docx")[:-30], "damaged"),
    Sample("tail.docx", lambda: office("docx") + b"more", "damaged"),
    Sample("comment.docx", lambda: archive({"a": "b"}, comment=HTML), "unsafe"),
    Sample("cut.hwp", lambda: hwp()[:700], "damaged"),
    Sample("odd.hwp", lambda: ole({"Something": b"x"}), "mismatch"),
    Sample("exe.pdf", lambda: EXE, "mismatch", "application/pdf"),
    Sample("elf.jpg", lambda: b"\x7fELF" + bytes(60), "mismatch", "image/jpeg"),
    Sample("html.jpg", lambda: HTML, "mismatch", "image/jpeg"),
    Sample("html.txt", lambda: HTML, "mismatch", "text/plain"),
    Sample("wide.txt", lambda: HTML.decode().encode("utf-16"), "mismatch"),
    Sample("xml.csv", lambda: b"\xef\xbb\xbf <?xml version='1.0'?><a/>", "mismatch", "text/csv"),
    Sample("drawing.svg", lambda: b"<svg onload='a()'/>", "type", "image/svg+xml"),
    Sample("svg.png", lambda: b"<svg onload='a()'/>", "mismatch", "image/png"),
    Sample("page.html", lambda: HTML, "type", "text/html"),
    Sample("page.mht", lambda: b"MIME-Version: 1.0", "type"),
    Sample("tool.exe", lambda: EXE, "type"),
    Sample("bytes.txt", lambda: bytes(range(256)), "mismatch"),
    Sample("pdf-prefix.pdf", lambda: HTML + pdf(), "unsafe", note="html before pdf"),
    Sample("pdf-html.pdf", lambda: pdf(inside=HTML), "unsafe", note="html in pdf head"),
    Sample("pdf-tail.pdf", lambda: pdf() + HTML, "unsafe", note="html after pdf"),
    Sample("pdf-zip.pdf", lambda: pdf() + ZIP, "unsafe", note="zip after pdf"),
    Sample("cut.pdf", lambda: pdf()[:30], "damaged"),
    Sample("gifar.gif", lambda: gif() + ZIP, "unsafe", "image/gif"),
    Sample("jpgar.jpg", lambda: jpg(tail=ZIP), "unsafe"),
    Sample("script.gif", lambda: gif(rest=b"/*<script>*/"), "unsafe"),
    Sample("script.jpg", lambda: jpg(comment=HTML), "unsafe"),
    Sample("tail.png", lambda: png(tail=HTML), "unsafe"),
    Sample("gif.png", gif, "mismatch", "image/png"),
    Sample("wide.png", lambda: png(60000, 60000), "pixels"),
    Sample("wide.jpg", lambda: jpg(60000, 60000), "pixels"),
    Sample("wide.gif", lambda: gif(60000, 60000), "pixels"),
    Sample("wide.webp", lambda: webp(60000, 60000), "pixels"),
    Sample("none.png", lambda: png(0, 0), "damaged"),
    Sample("cut.jpg", lambda: jpg()[:6], "damaged"),
    Sample("phone.heic", lambda: b"\0\0\0\x18ftypheic" + bytes(20), "heic"),
    Sample("phone.jpg", lambda: b"\0\0\0\x18ftypheic" + bytes(20), "heic", "image/jpeg"),
    Sample("invoice.pdf.exe", pdf, "type"),
    Sample("invoice.exe.pdf", pdf, "type"),
    Sample("invoice.php.jpg", jpg, "type"),
    Sample("annex\u202efdp.exe", pdf, "type", note="right-to-left override"),
    Sample("no ending", pdf, "type"),
    Sample(".pdf", pdf, "type"),
    Sample("trailing.pdf.exe. ", pdf, "type"),
    Sample("line\nbreak.pdf", pdf, "name"),
    Sample("nul\x00.pdf", pdf, "name"),
    Sample("escape\x1b[31m.pdf", pdf, "name"),
]

GOOD = [
    Sample("a.pdf", pdf),
    Sample("bom.pdf", lambda: b"\xef\xbb\xbf" + pdf()),
    Sample("a.hwp", hwp),
    Sample("a.hwpx", hwpx),
    Sample("a.docx", lambda: office("docx")),
    Sample("a.xlsx", lambda: office("xlsx")),
    Sample("a.pptx", lambda: office("pptx")),
    Sample("chart.docx", lambda: office("docx", extra={"word/embeddings/a.xlsx": office("xlsx")})),
    Sample("a.doc", doc),
    Sample("a.xls", xls),
    Sample("a.ppt", lambda: ole({"PowerPoint Document": b"x"})),
    Sample("a.JPG", jpg, declared="application/x-wrong"),
    Sample("a.jpeg", jpg, declared="text/html"),
    Sample("a.png", png),
    Sample("phone.jpg", lambda: jpg(16320, 12240), note="200 million pixels"),
    Sample("a.gif", gif),
    Sample("a.webp", webp),
    Sample("utf8.txt", "똠방각하 뷁".encode),
    Sample("cp949.csv", lambda: "똠방각하,뷁\r\n".encode("cp949")),
    Sample("utf16.csv", lambda: "국가\t금액\r\n".encode("utf-16")),
    Sample("bom.csv", lambda: "국가,금액\n".encode("utf-8-sig")),
    Sample("MZ.txt", lambda: b"MZ is how this text begins"),
    Sample("virus.txt", eicar, note="eicar without a scanner"),
]
