"""The words of attached files: what is found, and what hostile files cost."""

import io
import struct
import zipfile

import fpdf
import pypdf
import pytest
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject

from files import reading
from files.reading import Limits, Read
from intake.paper import fonts
from tests.files import corpus, hwp


@pytest.fixture
def read(tmp_path):
    """What is read of these bytes."""

    def words(content, kind, **limits):
        path = tmp_path / "file"
        path.write_bytes(content)
        return reading.words(path, kind, limits=Limits(**limits))

    return words


def packed(parts):
    """An archive as an office program writes it, as far as reading goes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, text in parts.items():
            archive.writestr(part, text)
    return out.getvalue()


def pdf(*pages):
    """A PDF with Korean text, a page each."""
    paper = fpdf.FPDF()
    paper.add_font("face", fname=fonts.faces()[0].regular)
    for text in pages:
        paper.add_page()
        paper.set_font("face", size=12)
        paper.multi_cell(0, None, text)
    return bytes(paper.output())


def changed(content, change):
    """A PDF after pypdf's writer did something to it."""
    writer = pypdf.PdfWriter(io.BytesIO(content))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("kind", "content", "text"),
    [
        ("txt", "포장재".encode(), "포장재"),
        ("txt", "포장재".encode("cp949"), "포장재"),
        ("csv", "포장재,1".encode("utf-16"), "포장재,1"),
        ("docx", packed({"word/document.xml": '<w:t a="b">열처리 &amp;</w:t>'}), "열처리 &"),
        ("hwpx", packed({"Contents/section0.xml": "<hp:t>소독 <hp:b/>증명</hp:t>"}), "소독 증명"),
        ("xlsx", packed({"xl/sharedStrings.xml": "<si><t>목재</t></si>"}), "목재"),
        ("pptx", packed({"ppt/slides/slide1.xml": "<a:t>원산지</a:t>"}), "원산지"),
    ],
)
def test_words_of_plain_kinds_are_read(read, kind, content, text):
    assert read(content, kind) == Read(text)


def test_words_of_a_korean_pdf_are_read(read):
    found = read(pdf("목재 포장재 열처리 표시", "훈증 증명서"), "pdf")

    assert found == Read("목재 포장재 열처리 표시\n훈증 증명서")


def test_words_of_hwp_are_read_without_what_stands_beside_them(read):
    first = "열처리".encode("utf-16-le") + hwp.field(11) + " 표시".encode("utf-16-le")
    tabbed = "가".encode("utf-16-le") + hwp.field(9) + "나".encode("utf-16-le")
    long = "목재 " * 1500

    found = read(hwp.document(hwp.section(first, tabbed, long), hwp.section("끝 장")), "hwp")

    assert [line.strip() for line in found.text.split("\n") if line.strip()] == [
        "열처리 표시",
        "가\t나",
        long.strip(),
        "끝 장",
    ]
    assert found.problem == ""


def test_hwp_for_distribution_gives_its_preview(read):
    content = hwp.document(b"", flags=5, preview="배포용 공문", body="ViewText")

    assert read(content, "hwp") == Read("배포용 공문", reading.CUT)


def test_hwp_with_a_broken_section_gives_its_preview(read):
    content = hwp.document(hwp.section("가" * 3000), preview="미리 보기")
    broken = content.replace(zlib_of(hwp.section("가" * 3000))[:12], bytes(12))

    assert broken != content
    assert read(broken, "hwp") == Read("미리 보기", reading.DAMAGED)


def zlib_of(section):
    """A section as the document keeps it."""
    packer = hwp.zlib.compressobj(9, hwp.zlib.DEFLATED, -15)
    return packer.compress(section) + packer.flush()


def locked(password):
    """A PDF that asks for this password; with an empty one it opens for everybody."""
    return changed(pdf("비밀"), lambda writer: writer.encrypt(password, "own", algorithm="AES-256"))


def test_pdf_that_only_forbids_copying_is_read(read):
    assert read(locked(""), "pdf") == Read("비밀")


def scanned(writer):
    """A page without text."""
    writer.add_blank_page(200, 200)


def circle(writer):
    """Pages that name themselves as the pages below them."""
    pages = writer._root_object["/Pages"].get_object()
    pages[NameObject("/Kids")] = ArrayObject([pages.indirect_reference] * 3)
    pages[NameObject("/Count")] = NumberObject(10**9)


def drawn_for_ever(writer):
    """A page that draws itself."""
    page = writer.pages[0]
    form = writer._add_object(page["/Contents"].get_object())
    form.get_object().update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/Resources"): DictionaryObject(
                {NameObject("/XObject"): DictionaryObject({NameObject("/F"): form})}
            ),
        }
    )
    form.get_object().set_data(b"/F Do " * 9)
    page[NameObject("/Resources")] = form.get_object()["/Resources"]


HOSTILE = {
    "locked pdf": ("pdf", lambda: locked("열쇠"), reading.PROTECTED),
    "cut pdf": ("pdf", lambda: pdf("가")[:700], reading.DAMAGED),
    "no pdf": ("pdf", lambda: b"%PDF-1.7", reading.DAMAGED),
    "scan": ("pdf", lambda: changed(pdf(), scanned), reading.WORDLESS),
    "circle": ("pdf", lambda: changed(pdf("가"), circle), reading.DAMAGED),
    "drawn for ever": ("pdf", lambda: changed(pdf("가"), drawn_for_ever), reading.WORDLESS),
    "locked hwp": ("hwp", lambda: hwp.document(b"x", flags=3), reading.PROTECTED),
    "cut hwp": ("hwp", lambda: hwp.document(hwp.section("가"))[:1500], reading.DAMAGED),
    "hwp without text": ("hwp", lambda: hwp.document(hwp.section()), reading.WORDLESS),
    "another compound file": ("hwp", corpus.xls, reading.DAMAGED),
    "endless hwp": ("hwp", lambda: endless(hwp.document(b"x")), reading.DAMAGED),
    "size that lies": (
        "hwp",
        lambda: hwp.document(struct.pack("<II", 67 | 0xFFF << 20, 0xFFFFFFF0)),
        reading.WORDLESS,
    ),
    "no archive": ("docx", lambda: b"PK\x03\x04 broken", reading.DAMAGED),
    "pictures alone": (
        "docx",
        lambda: packed({"word/media/a.xml": "<w:t>가</w:t>"}),
        reading.WORDLESS,
    ),
    "old word": ("doc", corpus.doc, reading.KIND),
}


def endless(content):
    """The file with a table whose first chain leads back to itself."""
    table = bytearray(content)
    for sector in range(1, 8):
        struct.pack_into("<I", table, 512 + sector * 4, sector)
    return bytes(table)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_ends_in_a_problem_and_not_here(read, name):
    kind, made, problem = HOSTILE[name]

    assert read(made(), kind, seconds=3) == Read("", problem)


def test_hwp_that_unfolds_without_end_is_cut(read):
    content = hwp.document(hwp.section("가" * 4_000_000))

    assert len(content) < 100_000
    assert read(content, "hwp", unpacked=1 << 16, characters=100).problem == reading.CUT
    found = read(content, "hwp")
    assert (len(found.text), found.problem) == (200_000, reading.CUT)


def test_what_takes_too_much_memory_or_time_is_ended(read):
    content = hwp.document(hwp.section("가" * 4_000_000))

    assert read(content, "hwp", memory=40 << 20).problem == reading.BOMB
    assert read(pdf(*["가나다라 " * 400] * 12), "pdf", seconds=0).problem == reading.SLOW
    assert read(b"x" * 20, "txt", bytes=10) == Read("", reading.TOO_BIG)


def test_only_the_first_pages_and_characters_are_read(read):
    content = pdf("하나", "둘", "셋")

    assert read(content, "pdf", pages=2) == Read("하나\n둘", reading.CUT)
    assert read(content, "pdf", characters=4) == Read("하나\n둘", reading.CUT)


def test_signs_that_no_database_keeps_are_left_out(read):
    assert read("가\0나\x1b\ufffe다".encode(), "txt") == Read("가 나  다")
