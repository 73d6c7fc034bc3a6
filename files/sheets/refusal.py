"""Why a table is not read, in sentences that say how to mend it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

REASONS = {
    "empty": _("The file is empty. Choose the file that you filled in."),
    "too_big": _("The file is larger than %(limit)s MB. Split it into several files."),
    "kind": _("This is not a spreadsheet. Choose an XLSX or CSV file."),
    "old": _(
        "This is a file of an old Excel (XLS). Open it in Excel, choose “Save as” and “Excel "
        "workbook (*.xlsx)”, and upload the new file."
    ),
    "ods": _(
        "This is an OpenDocument spreadsheet (ODS). Choose “Save as” and “Excel (*.xlsx)” in your "
        "program, and upload the new file."
    ),
    "numbers": _(
        "This is a file of Apple Numbers. Choose “Export to” and “Excel” in Numbers, and upload "
        "the new file."
    ),
    "binary": _(
        "This is a binary Excel workbook (XLSB). Choose “Save as” and “Excel workbook (*.xlsx)”, "
        "and upload the new file."
    ),
    "page": _(
        "This file is a web page, although its name says that it is a spreadsheet. Open it in "
        "Excel, choose “Save as” and “Excel workbook (*.xlsx)”, and upload the new file."
    ),
    "macros": _(
        "The file contains macros, which are never run here. Choose “Save as” and “Excel workbook "
        "(*.xlsx)”, and upload the new file."
    ),
    "protected": _(
        "The file is locked with a password, so it cannot be read. Remove the password and "
        "upload it again."
    ),
    "damaged": _(
        "The file cannot be read; it may be damaged or cut off. Open it in Excel, save it again "
        "and upload the new file."
    ),
    "unsafe": _(
        "The file contains parts that could do harm and that a table does not need. Copy the "
        "cells into a new workbook and upload that one."
    ),
    "external": _(
        "The file is linked to other files, whose values cannot be trusted here. Choose “Data”, "
        "“Edit links” and “Break link” in Excel, save it and upload it again."
    ),
    "bomb": _(
        "The file unpacks to far more than its size allows. Copy the cells into a new workbook "
        "and upload that one."
    ),
    "slow": _("Reading this file takes too long. Split it into several files."),
    "no_sheet": _("The workbook has no visible sheet. Show the sheet with the table and save it."),
    "no_rows": _("There are no rows in the file below the headings. Fill it in and upload it."),
    "far": _(
        "The sheet reaches down to cell %(cell)s. Delete everything below the table (select the "
        "rows, “Delete”), save it and upload it again."
    ),
    "wide": _(
        "The sheet reaches to column %(column)s; at most %(limit)s columns are read. Delete the "
        "columns to the right of the table, save it and upload it again."
    ),
    "rows": _("The file has more than %(limit)s rows. Split it into several files."),
    "encoding": _(
        "The letters of line %(line)s cannot be read: the file mixes different encodings. Open "
        "it in Excel, save it as “CSV UTF-8” or as XLSX, and upload it again."
    ),
    "ask_encoding": _(
        "The letters of this file can be read in two ways. Choose the one in which they are right."
    ),
    "no_keys": _(
        "This is not the file with the rows to mend: its column of row keys is missing. Download "
        "it from this page, mend it and upload it again."
    ),
    "quotes": _(
        "A quotation mark is opened in row %(line)s and never closed. Mend it, or save the file as "
        "XLSX, and upload it again."
    ),
}


class SheetRefused(ValidationError):  # noqa: N818 - a refusal, said to a person
    """A table that is not read; `code` is one of REASONS, `facts` what the sentence speaks of."""

    def __init__(self, code: str, **facts: Any) -> None:
        self.facts = facts
        super().__init__(REASONS[code], code=code, params=facts)


def sentence(code: str, facts: dict[str, Any]) -> str:
    """What is wrong and how to mend it, in the reader's language."""
    return str(REASONS[code]) % facts
