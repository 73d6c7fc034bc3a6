"""Writing tables that people open in a spreadsheet: CSV and XLSX, safe and in flat memory.

A cell whose text a spreadsheet would take for a formula gets an apostrophe in front (`guarded`);
what reads tables back takes it away again (`unguarded`), so nothing is lost on the way.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any
from urllib.parse import quote

import xlsxwriter
from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

CSV, XLSX = "csv", "xlsx"
FORMATS = (XLSX, CSV)
CONTENT_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# A sheet ends here; the heading is one row of it.
ROWS_AT_MOST = 1_048_575
# A cell of a sheet holds so many characters, apostrophe included.
LONGEST = 32_767
# What a spreadsheet starts to compute at, also typed at full width.
_STARTS = "=+\\-@\t\r\n＝＋－＠"
# And what XlsxWriter takes for markup of its own in flat memory, and would write unescaped.
_MARKUP = "<r>"
_WOULD_COMPUTE = re.compile(f"'*(?:[{_STARTS}]|{_MARKUP})")
_GUARDED = re.compile(f"'+(?:[{_STARTS}]|{_MARKUP})")
# What no cell can carry: control characters but tab and line feed, halves of characters.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_WHERE_DANGER_BEGINS = frozenset("'=+-@\t\n＝＋－＠<")
# Bytes that are collected before they are handed to the server.
_PIECE = 64 * 1024

Value = str | int | float | Decimal | dt.date | dt.datetime | None


@dataclass(frozen=True)
class Column:
    """One column: its heading, and how wide a sheet draws it, in characters."""

    label: str
    width: int = 14


@dataclass(frozen=True)
class Table:
    """A title, columns, and rows that are read once, as they are written."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Value]]


def clean(text: str) -> str:
    """The text as a cell can carry it: line ends are line feeds, unprintable signs are gone."""
    if text.isprintable():
        return text
    return _UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def guarded(text: str) -> str:
    """The text of a cell that no spreadsheet computes."""
    text = clean(text)
    if text and text[0] in _WHERE_DANGER_BEGINS and _WOULD_COMPUTE.match(text):
        text = f"'{text}"
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def unguarded(text: str) -> str:
    """What the text was before `guarded`."""
    return text[1:] if text[:1] == "'" and _GUARDED.match(text) else text


def here(moment: dt.datetime) -> dt.datetime:
    """The moment on the wall clock of the office, to the minute, as a sheet can carry it."""
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    return local.replace(second=0, microsecond=0, tzinfo=None)


class _Pieces:
    """A file that keeps what was written until it is taken."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.size = 0

    def write(self, text: str) -> int:
        """Keep it."""
        self.parts.append(text)
        self.size += len(text)
        return len(text)

    def take(self) -> bytes:
        """Everything since the last time."""
        text, self.parts, self.size = "".join(self.parts), [], 0
        return text.encode()


def _as_text(value: Value) -> Value:
    if isinstance(value, str):
        return guarded(value)
    if isinstance(value, dt.datetime):
        return f"{here(value):%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, dt.date) else value


def csv_pieces(table: Table) -> Iterator[bytes]:
    """The table as CSV in pieces: UTF-8 with the mark by which Excel knows it.

    Every text stands in quotes, so that no other separator than ours can open a cell.
    """
    pieces = _Pieces()
    pieces.write("\ufeff")
    writer = csv.writer(pieces, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow([guarded(column.label) for column in table.columns])
    for row in table.rows:
        writer.writerow([_as_text("" if value is None else value) for value in row])
        if pieces.size >= _PIECE:
            yield pieces.take()
    yield pieces.take()


@dataclass(frozen=True)
class Styles:
    """How the cells of a book look."""

    head: Format
    day: Format
    moment: Format
    text: Format

    @classmethod
    def of(cls, book: xlsxwriter.Workbook) -> Styles:
        """The usual ones."""
        return cls(
            head=book.add_format({"bold": True, "bottom": 1, "bg_color": "#EEF2F7"}),
            day=book.add_format({"num_format": "yyyy-mm-dd"}),
            moment=book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            text=book.add_format({"num_format": "@"}),
        )


def opened(file: IO[bytes]) -> xlsxwriter.Workbook:
    """A book that is written row by row and never kept whole."""
    return xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        },
    )


def put(
    sheet: Worksheet,
    at: tuple[int, int],
    value: Value,
    styles: Styles,
    style: Format | None = None,
) -> None:
    """One cell, at its row and column, by the kind of its value; a text is always a text."""
    row, column = at
    if isinstance(value, str):
        if value:
            sheet.write_string(row, column, guarded(value), style)
    elif isinstance(value, dt.datetime):
        sheet.write_datetime(row, column, here(value), style or styles.moment)
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, column, value, style or styles.day)
    elif value is not None:
        sheet.write_number(row, column, value, style)


def sheet_name(title: str) -> str:
    """A name that a sheet may have."""
    return re.sub(r"[\[\]:*?/\\']", " ", clean(title)).strip()[:31] or "1"


def write_sheet(
    book: xlsxwriter.Workbook,
    table: Table,
    styles: Styles | None = None,
    *,
    to_type_in: bool = True,
) -> int:
    """Add a sheet with the table; how many rows it has, the heading not counted.

    `to_type_in`: people go on below, so columns are text and numbers typed there keep their zeros.
    """
    styles = styles or Styles.of(book)
    sheet = book.add_worksheet(sheet_name(table.title))
    sheet.freeze_panes(1, 0)
    for at, column in enumerate(table.columns):
        sheet.set_column(at, at, column.width, styles.text if to_type_in else None)
        put(sheet, (0, at), column.label, styles, styles.head)
    last = 0
    for last, values in enumerate(table.rows, 1):
        if last > ROWS_AT_MOST:
            raise ValueError("A sheet holds no more rows.")
        for at, value in enumerate(values):
            if isinstance(value, str):
                # Most cells by far: without a step between.
                if value:
                    sheet.write_string(last, at, guarded(value))
            elif value is not None:
                put(sheet, (last, at), value, styles)
    if table.columns:
        sheet.autofilter(0, 0, last, len(table.columns) - 1)
    return last


def xlsx_file(table: Table) -> IO[bytes]:
    """The table as a workbook in a temporary file, read from its beginning."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 # the response closes it
    try:
        with opened(file) as book:
            write_sheet(book, table, to_type_in=False)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


def attachment(table: Table, kind: str, name: str) -> HttpResponseBase:
    """The table as a download called `name`, with the ending of its kind."""
    response: Any
    if kind == XLSX:
        response = FileResponse(xlsx_file(table), content_type=CONTENT_TYPES[XLSX])
    else:
        response = StreamingHttpResponse(csv_pieces(table), content_type=CONTENT_TYPES[CSV])
    called = f"{name}.{kind}"
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", called)
    response["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=utf-8''{quote(called, safe='')}"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
