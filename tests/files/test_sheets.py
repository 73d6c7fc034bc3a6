"""Reading spreadsheets: what is refused and why, and that the rest comes through as typed."""

from __future__ import annotations

import datetime as dt
import io
import resource
import unicodedata
import zipfile
from typing import Any

import pytest
import xlsxwriter

from files import sheets
from files.sheets import SheetRefused
from files.tables import guarded

ODD = "똠방각하 뷁 펲시콜라"


def book(fill: Any, **options: Any) -> bytes:
    """A workbook that `fill(book, sheet)` writes."""
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True, **options})
    fill(made, made.add_worksheet("작성"))
    made.close()
    return out.getvalue()


def table(rows: list[list[Any]]) -> bytes:
    """A workbook of these rows, texts as texts."""

    def fill(_made: Any, sheet: Any) -> None:
        for line, row in enumerate(rows):
            for place, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(line, place, value)
                elif value is not None:
                    sheet.write(line, place, value)

    return book(fill)


def read(content: bytes, name: str = "rows.xlsx", **options: Any) -> list[tuple[int, list[str]]]:
    """All rows below the headings."""
    with sheets.open_table(content, name, **options) as found:
        return [(row.line, row.cells) for row in found.rows]


def why(content: bytes, name: str = "rows.xlsx", **options: Any) -> str:
    """The code of the refusal."""
    with pytest.raises(SheetRefused) as refused:
        read(content, name, **options)
    assert "%(" not in " ".join(refused.value.messages)
    return str(refused.value.code)


def changed(content: bytes, **parts: bytes | None) -> bytes:
    """The workbook with parts replaced or added; dots and slashes are written __ and _S_."""
    out = io.BytesIO()
    wanted = {name.replace("_S_", "/").replace("__", "."): data for name, data in parts.items()}
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for entry in old.namelist():
            data = wanted.pop(entry, old.read(entry))
            if data is not None:
                new.writestr(entry, data)
        for entry, data in wanted.items():
            new.writestr(entry, data or b"")
    return out.getvalue()


def sheet_with(cells: bytes) -> bytes:
    """A workbook whose sheet holds these raw cells."""
    head = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    )
    return changed(
        table([["a"], ["b"]]),
        xl_S_worksheets_S_sheet1__xml=head + cells + b"</sheetData></worksheet>",
    )


def test_cells_come_as_typed() -> None:
    content = table(
        [
            ["제목", "번호", "날짜"],
            [" 앞뒤 \u00a0\u200b", "0012345", None],
            [unicodedata.normalize("NFD", "통관"), 1234567890, 3304.99],
            [],
            ["a\nb", True, ODD],
        ]
    )

    assert read(content) == [
        (2, ["앞뒤", "0012345", ""]),
        (3, ["통관", "1234567890", "3304.99"]),
        (5, ["a\nb", "TRUE", ODD]),
    ]


@pytest.mark.parametrize("old", [False, True])
def test_dates_of_both_systems_are_right(old: bool) -> None:
    def fill(made: Any, sheet: Any) -> None:
        sheet.write_string(0, 0, "날짜")
        form = made.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_datetime(1, 0, dt.datetime(2026, 11, 22), form)  # noqa: DTZ001 - as in a cell

    assert read(book(fill, date_1904=old)) == [(2, ["2026-11-22"])]


@pytest.mark.parametrize(
    "text",
    [
        *("2026-11-22", "2026.11.22.", "2026. 11. 22.", "2026년 11월 22일", "20261122"),
        *("2026/11/22", "26.11.22", "２０２６-１１-２２", "2026-11-22 09:30", "2026.11.22(일)"),
    ],
)
def test_days_are_read_as_people_write_them(text: str) -> None:
    assert sheets.date(text) == dt.date(2026, 11, 22)


@pytest.mark.parametrize("text", ["2026-02-30", "내일", "22.11", "2026", "2026-11-22x", "99991340"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert sheets.date(text) is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_csv_of_every_encoding_comes_through(encoding: str, mark: str) -> None:
    content = f"제목{mark}번호\r\n{ODD}{mark}007\r\n".encode(encoding)

    assert read(content, "rows.csv") == [(2, [ODD, "007"])]


def test_csv_of_mixed_encodings_is_refused_by_its_line() -> None:
    content = "제목\n통관\n".encode() + "보류된 화물".encode("cp949")

    with pytest.raises(SheetRefused) as refused:
        read(content, "rows.csv")

    assert (refused.value.code, refused.value.facts) == ("encoding", {"line": 3})


def test_letters_that_read_in_two_ways_are_asked_about() -> None:
    content = b"a\n\xc2\xa1\xc3\xa9\n"

    with pytest.raises(sheets.EncodingAsked) as asked:
        read(content, "rows.csv")

    assert set(asked.value.previews) == {sheets.UTF8, sheets.CP949}
    assert read(content, "rows.csv", encoding=sheets.UTF8) == [(2, ["¡é"])]


@pytest.mark.parametrize("text", ["=1+1", "'=1+1", "-5", "@x", "+82-2", "'plain", "＝1"])
def test_what_our_exports_guard_comes_back_as_it_was(text: str) -> None:
    assert read(table([["a"], [guarded(text)]])) == [(2, [text])]
    assert read(f'a\n"{guarded(text)}"\n'.encode(), "rows.csv") == [(2, [text])]


def test_formulas_errors_and_merged_cells_are_named() -> None:
    def fill(_made: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["a", "b", "c"])
        sheet.write_formula(1, 1, "=1+1", None, 2)
        sheet.write_formula(2, 2, "=1/0", None, "#DIV/0!")
        sheet.merge_range("A4:B4", "x")
        sheet.set_row(3, None, None, {"hidden": True})

    with sheets.open_table(book(fill), "rows.xlsx") as found:
        list(found.rows)

    assert found.formulas == {"B2", "C3"}
    assert found.errors == {"C3"}
    assert found.merged == {"A4:B4"}
    assert [one.code for one in found.remarks] == ["hidden_rows", "merged", "formulas"]


def test_other_and_hidden_sheets_are_told_and_a_named_one_is_preferred() -> None:
    def fill(made: Any, sheet: Any) -> None:
        sheet.write_column(0, 0, ["a", "first"])
        wanted = made.add_worksheet("회원")
        wanted.write_column(0, 0, ["b", "second"])
        made.add_worksheet("숨김").hide()

    content = book(fill)

    with sheets.open_table(content, "rows.xlsx", sheets=["회원"]) as found:
        rows = [row.cells for row in found.rows]

    assert (found.header, rows) == (["b"], [["second"]])
    assert [(one.code, one.facts) for one in found.remarks] == [
        ("sheets", {"names": ["작성"]}),
        ("hidden_sheets", {"names": ["숨김"]}),
    ]


FAR = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row>'
WIDE = b'<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (sheet_with(FAR), "far"),
        (sheet_with(WIDE), "wide"),
        (sheet_with(b'<row r="1">' + b"<c><v>1</v></c>" * 3_000_000 + b"</row>"), "bomb"),
        (changed(table([["a"]]), xl_S_externalLinks_S_externalLink1__xml=b"<a/>"), "external"),
        (changed(table([["a"]]), xl_S_vbaProject__bin=b"x"), "macros"),
        (changed(table([["a"]]), xl_S_workbook__xml=b"<!DOCTYPE a><a/>"), "unsafe"),
        (changed(table([["a"]]), xl_S_worksheets_S_sheet1__xml=b"\0" * 90_000_000), "bomb"),
        (table([["a"]])[:-40], "damaged"),
        (b"PK\x03\x04", "damaged"),
        (b"", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "damaged"),
        (b"%PDF-1.7\n", "damaged"),
        (b"<html><table>", "page"),
    ],
)
def test_what_could_harm_or_cannot_be_read_is_refused(content: bytes, code: str) -> None:
    assert why(content) == code


@pytest.mark.parametrize(
    ("name", "code"), [("a.xls", "old"), ("a.ods", "ods"), ("a.xlsb", "binary"), ("a.pdf", "kind")]
)
def test_other_programs_files_are_refused_with_how_to_save_them(name: str, code: str) -> None:
    assert why(b"\x01\x02 something", name) == code


def test_too_many_rows_are_refused_while_they_are_read() -> None:
    limits = sheets.Limits(rows=10)

    assert why(table([[f"r{n}"] for n in range(12)]), limits=limits) == "rows"
    assert why("\n".join(f"r{n}" for n in range(12)).encode(), "a.csv", limits=limits) == "rows"


def test_a_long_text_in_many_cells_does_not_explode() -> None:
    shared = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>%s</t></si></sst>'
    cells = b"".join(
        b'<row r="%d">' % line
        + b"".join(b'<c r="%c%d" t="s"><v>0</v></c>' % (65 + at, line) for at in range(26))
        + b"</row>"
        for line in range(1, 1500)
    )
    content = changed(sheet_with(cells), xl_S_sharedStrings__xml=shared % (b"x" * 32_000))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    assert why(content) == "bomb"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024


def test_the_row_of_headings_may_stand_lower() -> None:
    content = table([["회원사 애로 목록"], [], ["제목", "번호"], ["a", "1"]])

    with sheets.open_table(content, "r.xlsx", is_header=lambda cells: "번호" in cells) as found:
        rows = list(found.rows)

    assert (found.header_line, rows) == (3, [(4, ["a", "1"])])
