"""Tables as files: nothing computes, nothing is lost, memory stays flat."""

import csv
import datetime as dt
import io
import tracemalloc
import zipfile

import openpyxl
import pytest
from django.utils import timezone
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from files import tables
from files.tables import Column, Table

HOSTILE = [
    "=1+1",
    "=cmd|'/c calc'!A1",
    "+82-2-1234-5678",
    "-3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "'=1+1",
    "''=1",
    "'",
    "'plain",
    '"; =1',
    "0123",
    "1-2",
    "_x000D_",
    "_x003D_1+1",
    "<r>=1</r>",
    '<r></r></is></c><c r="C9"><f>1+1</f></c><c t="inlineStr"><is><r></r>',
    " 앞뒤 공백 ",
    "여러\n줄",
    "{=1+1}",
    "https://example.com",
    "internal:Sheet1!A1",
    "👩‍👩‍👧 뷁",
    "TRUE",
    "#REF!",
    "%",
    "2026-01-01",
]
TEXTS = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(max_size=40),
    st.builds("".join, st.lists(st.sampled_from("'=+-@\t\r\n＝＋－＠a;,\""), max_size=6)),
)
COLUMNS = [Column("첫째"), Column("=둘째"), Column("셋째")]


def table(rows):
    return Table("표", COLUMNS, rows)


def book(rows):
    with tables.xlsx_file(table(rows)) as file:
        return openpyxl.load_workbook(file)


def read_csv(rows):
    raw = b"".join(tables.csv_pieces(table(rows)))
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), max_size=5))
@example([tuple(HOSTILE[at : at + 3]) for at in range(0, len(HOSTILE) - 2, 3)])
def test_sheet_has_no_formula_and_comes_back_as_it_was(rows):
    sheet = book(rows).active

    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    back = [
        tuple(tables.unguarded(unescape(cell.value or "")) for cell in row)
        for row in sheet.iter_rows(min_row=2, max_row=1 + len(rows), max_col=3)
    ][: len(rows)]
    assert back == [tuple(tables.clean(value) for value in row) for row in rows]


@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), max_size=5))
@example([tuple(HOSTILE[at : at + 3]) for at in range(0, len(HOSTILE) - 2, 3)])
def test_csv_opens_no_cell_that_computes_and_comes_back_as_it_was(rows):
    found = read_csv(rows)

    assert [cell for row in found for cell in row if cell[:1] in tuple("=+-@\t\r\n＝＋－＠")] == []
    assert [tuple(tables.unguarded(cell) for cell in row) for row in found[1:]] == [
        tuple(tables.clean(value) for value in row) for row in rows
    ]


def test_formula_is_found_when_nothing_guards():
    file = io.BytesIO()
    with tables.xlsxwriter.Workbook(file) as naked:
        naked.add_worksheet().write(0, 0, "=1+1")

    assert openpyxl.load_workbook(file).active["A1"].data_type == "f"


@given(TEXTS)
def test_guarding_can_always_be_taken_back(text):
    assert tables.unguarded(tables.guarded(text)) == tables.clean(text)


def test_numbers_days_and_moments_are_what_they_are():
    moment = dt.datetime(2026, 3, 4, 15, 6, 7, tzinfo=timezone.get_default_timezone())
    row = (-5, dt.date(2026, 3, 4), moment)

    assert [str(cell.value) for cell in book([row]).active[2]] == [
        "-5",
        "2026-03-04 00:00:00",
        "2026-03-04 15:06:00",
    ]
    assert read_csv([row])[1] == ["-5", "2026-03-04", "2026-03-04 15:06"]


def test_text_that_looks_like_a_number_stays_text():
    cell = book([("0042", "", None)]).active["A2"]

    assert (cell.value, cell.data_type) == ("0042", "s")


def test_too_long_a_text_is_cut_to_what_a_cell_holds():
    value = book([("=" + "가" * 40_000, "", "")]).active["A2"].value

    assert (len(value), value[:3], value[-1]) == (tables.LONGEST, "'=가", "…")


@pytest.mark.parametrize(
    ("title", "name"),
    [("이번 주: 기한/지남?", "이번 주  기한 지남"), ("[]", "1"), ("가" * 40, "가" * 31)],
)
def test_sheet_gets_a_name_that_it_may_have(title, name):
    assert tables.sheet_name(title) == name


def test_attachment_is_named_without_splitting_the_header():
    response = tables.attachment(table([("가", "나", "다")]), tables.CSV, '목록"\r\n2026')

    assert response["Content-Disposition"] == (
        'attachment; filename="_____2026.csv"; '
        "filename*=utf-8''%EB%AA%A9%EB%A1%9D%22%0D%0A2026.csv"
    )
    assert response["Cache-Control"] == "private, no-store"
    assert b"".join(response.streaming_content).decode("utf-8-sig").splitlines() == [
        '"첫째","\'=둘째","셋째"',
        '"가","나","다"',
    ]


def hang_up(response):
    """Close the file of an answer; `close` itself would end the connection of other tests."""
    for close in response._resource_closers:
        close()


def test_workbook_download_is_a_workbook():
    response = tables.attachment(table([("가", "나", "다")]), tables.XLSX, "cases")

    content = b"".join(response.streaming_content)
    hang_up(response)
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    assert openpyxl.load_workbook(io.BytesIO(content)).active["B2"].value == "나"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_memory_does_not_grow_with_the_rows(kind):
    def peak(number):
        rows = ((f"회사 {at}", "통관 지연", "베트남") for at in range(number))
        tracemalloc.start()
        response = tables.attachment(table(rows), kind, "rows")
        for _piece in response.streaming_content:
            pass
        hang_up(response)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(10)
    small, large = peak(500), peak(5_000)

    assert large - small < 1_000_000
