"""The workbook to fill in, with pick-lists, examples and codes; and the one with rows to mend."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Sequence
from typing import IO, Any

import xlsxwriter
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from xlsxwriter.worksheet import Worksheet

from files.tables import guarded
from intake.bulk import words
from intake.bulk.columns import (
    AGREED,
    CHOICE,
    COLUMNS,
    DATE,
    EXTRA,
    FAULTS,
    MARK,
    ROW_KEY,
    TICK,
    Column,
)
from intake.bulk.reading import MOST_ROWS, TEMPLATE_NAME, TEMPLATE_VERSION
from intake.bulk.values import choices_of
from intake.models import BatchRow

# The rows that carry formats and pick-lists: headings, two examples, and everything that is read.
_LAST = MOST_ROWS + 3
_NAVY, _PALE, _GREY = "#1d3d70", "#eef2f7", "#f2f4f6"
_EXTRA = {column.key: column for column in EXTRA}
_OTHER_EXAMPLE = {
    "company_name": "서해기계공업(주)",
    "business_number": "220-81-62517",
    "province": "경기도",
    "municipality": "안산시",
    "contact_name": "이서해",
    "contact_phone": "010-2345-6789",
    "contact_email": "",
    "country": "인도",
    "title": "인도 BIS 인증 갱신 지연으로 펌프 납품 중단",
    "situation": "8월에 신청한 BIS 인증 갱신이 세 달째 처리되지 않아 납품하지 못하고 있습니다.",
    "problem": "발주처가 11월 말까지 납품하지 못하면 계약을 해지하겠다고 알려 왔습니다.",
    "request": "현지 인증기관의 처리 상황을 확인해 주시기 바랍니다.",
    "product": "산업용 펌프",
    "hs_code": "8413.70",
}


def _example_mark() -> str:
    return _("Example")


def _examples() -> list[dict[str, str]]:
    first = {column.key: column.example for column in COLUMNS}
    return [first, first | _OTHER_EXAMPLE]


def xlsx(language: str) -> IO[bytes]:
    """The template in a language, as a file that is read from its beginning."""
    with override(language):
        return _Book([_EXTRA[MARK], *COLUMNS]).template()


def to_mend(rows: Iterable[BatchRow], language: str) -> IO[bytes]:
    """The rows that are wrong, what is wrong beside them, and a hidden key by which they return."""
    with override(language):
        return _Book([_EXTRA[FAULTS], *COLUMNS, _EXTRA[ROW_KEY]]).with_rows(rows)


def csv_text(language: str) -> bytes:
    """The headings and the examples as CSV: UTF-8 with the mark by which Excel knows it."""
    with override(language):
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow([str(_EXTRA[MARK].label), *(str(column.label) for column in COLUMNS)])
        for example in _examples():
            writer.writerow([_example_mark(), *(example[column.key] for column in COLUMNS)])
    return ("\ufeff" + out.getvalue()).encode()


class _Book:
    """A workbook being written, in the language that is active."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = columns
        # It closes with the response that hands it out.
        self.file = tempfile.SpooledTemporaryFile(max_size=1 << 21)  # noqa: SIM115
        self.book = xlsxwriter.Workbook(
            self.file, {"strings_to_formulas": False, "strings_to_urls": False}
        )
        self.book.define_name(TEMPLATE_NAME, f'="{TEMPLATE_VERSION}"')
        base = {"valign": "top", "text_wrap": True, "border": 1, "border_color": "#c9d1dc"}
        self.text = self.book.add_format(base | {"num_format": "@"})
        self.day = self.book.add_format(base | {"num_format": "yyyy-mm-dd"})
        self.free = self.book.add_format(base)
        self.grey = self.book.add_format(
            base | {"bg_color": _GREY, "italic": True, "num_format": "@"}
        )
        head = {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1}
        self.must = self.book.add_format(head | {"bg_color": _NAVY, "font_color": "#ffffff"})
        self.may = self.book.add_format(head | {"bg_color": _PALE})
        self.bold = self.book.add_format({"bold": True, "font_size": 14})
        self.wrapped = self.book.add_format({"text_wrap": True, "valign": "top"})

    def template(self) -> IO[bytes]:
        """Headings, two examples, how to fill it in, codes."""
        sheet, codes = self._sheets()
        for line, example in enumerate(_examples(), 1):
            for place, column in enumerate(self.columns):
                text = _example_mark() if column.key == MARK else example[column.key]
                sheet.write_string(line, place, text, self.grey)
        self._lists(sheet, codes, first=3)
        return self._done()

    def with_rows(self, rows: Iterable[BatchRow]) -> IO[bytes]:
        """Headings and the rows that are to be mended."""
        sheet, codes = self._sheets()
        wrong = self.book.add_format(
            {
                "valign": "top",
                "text_wrap": True,
                "border": 1,
                "num_format": "@",
                "bg_color": "#fde8e8",
            }
        )
        for line, row in enumerate(rows, 1):
            bad = {str(said.get("column")) for said in row.errors}
            for place, column in enumerate(self.columns):
                if column.key == FAULTS:
                    text = "\n".join(told(row))
                elif column.key == ROW_KEY:
                    text = str(row.key)
                else:
                    text = row.cells.get(column.key, "")
                form = wrong if column.key in bad else self.text
                # Cells of text are never computed, whatever they begin with.
                sheet.write_string(line, place, guarded(text), form)
        self._lists(sheet, codes, first=1)
        sheet.set_column(len(self.columns) - 1, len(self.columns) - 1, 4, None, {"hidden": True})
        return self._done()

    def _sheets(self) -> tuple[Worksheet, dict[str, str]]:
        sheet = self.book.add_worksheet(_("Entry"))
        guide = self.book.add_worksheet(_("How to fill it in"))
        codes = self.book.add_worksheet(_("Codes"))
        sheet.freeze_panes(1, 2)
        sheet.set_row(0, 44)
        for place, column in enumerate(self.columns):
            label = f"{column.label} *" if column.required else str(column.label)
            sheet.write_string(0, place, label, self.must if column.required else self.may)
            form = self.text if column.is_text else self.day if column.kind == DATE else self.free
            sheet.set_column(place, place, column.width, form)
            if column.note:
                sheet.write_comment(0, place, str(column.note), {"x_scale": 1.6})
        self._guide(guide)
        return sheet, self._codes(codes)

    def _guide(self, sheet: Worksheet) -> None:
        sheet.set_column(0, 0, 30, self.wrapped)
        sheet.set_column(1, 1, 12, self.wrapped)
        sheet.set_column(2, 2, 80, self.wrapped)
        sheet.write_string(0, 0, _("How to fill it in"), self.bold)
        line = 1
        for text in (
            _("One row is one difficulty of one company; at most %(count)d rows in a file.")
            % {"count": MOST_ROWS},
            _("Columns with a dark heading and * must be filled in. The order does not matter."),
            _("Rows marked “Example” are not filed; you may delete them."),
            _("Write numbers and dates as they are: the cells are made ready for it."),
            _("Do not use formulas, merged cells or macros."),
            _("After uploading you see row by row what is right before anything is filed."),
        ):
            sheet.merge_range(line, 0, line, 2, text, self.wrapped)
            line += 1
        line += 1
        for place, text in enumerate((_("Column"), _("Must be filled in"), _("What goes there"))):
            sheet.write_string(line, place, text, self.may)
        for column in COLUMNS:
            line += 1
            sheet.write_string(line, 0, str(column.label))
            sheet.write_string(line, 1, _("Yes") if column.required else "")
            sheet.write_string(line, 2, str(column.note))

    def _codes(self, sheet: Worksheet) -> dict[str, str]:
        """Each list in a column of the sheet of codes; the ranges that the pick-lists point at."""
        language = get_language() or "ko"
        lists: dict[str, list[str]] = {
            column.key: [label for _code, label in choices_of(column.key, language)]
            for column in COLUMNS
            if column.kind == CHOICE
        }
        lists["category"] = [f"{code} {label}" for code, label in choices_of("category", language)]
        lists[AGREED] = [_("Yes"), _("No")]
        ranges = {}
        labels = {column.key: str(column.label) for column in COLUMNS}
        labels[AGREED] = _("Yes or no")
        for place, (key, names) in enumerate(lists.items()):
            sheet.set_column(place, place, 26)
            sheet.write_string(0, place, labels[key], self.may)
            for line, name in enumerate(names, 1):
                sheet.write_string(line, place, name)
            letter = chr(65 + place)
            ranges[key] = f"='{_('Codes')}'!${letter}$2:${letter}${len(names) + 1}"
        return ranges

    def _lists(self, sheet: Worksheet, ranges: dict[str, str], *, first: int) -> None:
        for place, column in enumerate(self.columns):
            key = AGREED if column.kind in (AGREED, TICK) else column.key
            if column.kind in (CHOICE, TICK, AGREED) and key in ranges:
                options: dict[str, Any] = {
                    "validate": "list",
                    "source": ranges[key],
                    "error_title": str(column.label)[:32],
                    "error_message": _("Choose one from the list."),
                    "error_type": "warning",
                }
                sheet.data_validation(first, place, _LAST, place, options)

    def _done(self) -> IO[bytes]:
        self.book.close()
        self.file.seek(0)
        return self.file


def told(row: BatchRow) -> list[str]:
    """What is wrong with a row, cell by cell, in sentences."""
    said = []
    for one in row.errors:
        label = words.label_of(one["column"]) if one.get("column") else ""
        place = f"{one['cell']} " if one.get("cell") else ""
        text = words.fault(one, row.cells)
        said.append(f"{place}{label}: {text}" if label else text)
    return said
