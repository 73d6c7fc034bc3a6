"""What is wrong, why, and how to mend it: codes become sentences when somebody reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from files import sheets
from files.refusal import REASONS as FILE_REASONS
from files.sheets.table import joined
from intake.bulk.columns import BY_KEY, LONG
from intake.forms.difficulty import DifficultyForm

FAULTS = {
    "required": gettext_lazy("Please fill this in."),
    "formula": gettext_lazy(
        "This cell holds a formula, whose result is not trusted. Copy it and paste it as a value, "
        "or type it."
    ),
    "error": gettext_lazy("This cell shows an error of the spreadsheet program. Type the value."),
    "merged": gettext_lazy(
        "This cell is merged with others. Unmerge them and fill in each row by itself."
    ),
    "choice": gettext_lazy("Choose one from the list on the sheet of codes."),
    "country": gettext_lazy(
        "No foreign country is called so. Choose a country from the list, for "
        "example Vietnam or VN."
    ),
    "countries": gettext_lazy("“%(name)s” is no foreign country. Write countries from the list."),
    "too_many": gettext_lazy("At most three more countries; these are %(count)s."),
    "long": gettext_lazy("At most %(limit)s characters fit here; you wrote %(count)s. Shorten it."),
    "rounded": gettext_lazy(
        "The spreadsheet program has shortened this number. Format the cell as text and type the "
        "number again."
    ),
    "short_number": gettext_lazy(
        "A business registration number has 10 digits, and this one has %(count)s. The spreadsheet "
        "program may have dropped some: format the cell as text and type all of them."
    ),
    "odd_hs": gettext_lazy(
        "An HS code has 2, 4, 6, 8 or 10 digits, and this one has %(count)s. The spreadsheet "
        "program may have dropped a zero at the beginning or the end: format the cell as text and "
        "type it again."
    ),
    "date": gettext_lazy("This is not a day of the calendar. Write it like this: 2026-11-22."),
    "past": gettext_lazy("This date is over. Write until when an answer still helps."),
    "future": gettext_lazy("This date lies in the future."),
    "old": gettext_lazy("At most %(days)s days back. Tell the secretariat about an older one."),
    "yes_no": gettext_lazy("Write “yes” or “no”."),
    "not_agreed": gettext_lazy(
        "Only what the company agrees to can be filed. Ask the company and write “yes”, or leave "
        "this row out."
    ),
    "border_date": gettext_lazy("Write until when the goods must be cleared."),
    "currency": gettext_lazy("Choose the currency of the value."),
    "begun": gettext_lazy("The secretariat has begun with this case, so it stays."),
    "taken_over": gettext_lazy("The company looks after this case itself now, so it stays."),
}
REFUSALS = {
    "gone": gettext_lazy("The uploaded file is no longer there. Upload it again."),
    "infected": gettext_lazy(
        "A virus was found in the file. Check your computer and upload a clean file."
    ),
    "formulas": gettext_lazy(
        "More than %(count)s cells hold formulas. Copy the table, paste it as values into a new "
        "workbook and upload that one."
    ),
    "mended_elsewhere": gettext_lazy(
        "This file holds rows that are to be mended. Upload it on the page of the file that they "
        "came from."
    ),
}
REMARKS = {
    "sheets": gettext_lazy("Only the first visible sheet was read. Not read: %(names)s."),
    "hidden_sheets": gettext_lazy("Hidden sheets were not read: %(names)s."),
    "hidden_rows": gettext_lazy("Hidden rows were read like the others: %(rows)s."),
    "merged": gettext_lazy("Merged cells: %(cells)s. Unmerge them where a row is named below."),
    "old_template": gettext_lazy(
        "This file was made from an older template. It was read all the same; please download "
        "the new one next time."
    ),
    "ignored": gettext_lazy("Columns that are not known were left aside: %(names)s."),
    "twice": gettext_lazy("Columns that stand there twice; the first one was read: %(names)s."),
    "encoding": gettext_lazy("The letters were read as %(name)s."),
}


def label_of(key: str) -> str:
    """The heading of a column, in the reader's language."""
    column = BY_KEY.get(key)
    return str(column.label) if column else key


def fault(said: Mapping[str, Any], cells: Mapping[str, str]) -> str:
    """Why a cell cannot stay and how to mend it."""
    code = said.get("code", "")
    if code == "form":
        return _from_form(said.get("column", ""), cells.get(said.get("column", ""), ""))
    sentence = FAULTS.get(code)
    return str(sentence) % said if sentence is not None else _("This cell is not right.")


def _from_form(key: str, text: str) -> str:
    """The words that the form's own field has for this text."""
    try:
        DifficultyForm.base_fields[key].clean(text)
    except ValidationError as error:
        return " ".join(error.messages)
    return _("This cell is not right.")


def refusal(said: Mapping[str, Any]) -> str:
    """Why a whole file could not be read."""
    code, facts = said.get("code", ""), said.get("facts", {})
    if code == "missing":
        names = ", ".join(f"“{label_of(key)}”" for key in facts["columns"])
        return _(
            "Columns are missing: %(names)s. Add them to the row of headings (row %(line)s), or "
            "copy your rows into the template, and upload the file again."
        ) % {"names": names, "line": facts["line"]}
    if code in REFUSALS:
        return str(REFUSALS[code]) % facts
    if code in sheets.REASONS:
        return sheets.sentence(code, facts)
    return str(FILE_REASONS.get(code, REFUSALS["gone"])) % ({"name": "", "limit": ""} | facts)


def remark(said: Mapping[str, Any]) -> str:
    """Something about the file that its uploader should know."""
    facts = dict(said)
    for name in ("names", "rows", "cells"):
        if name in facts:
            facts[name] = joined([str(one) for one in facts[name]])
    return str(REMARKS[said["code"]]) % facts


def is_long(key: str) -> bool:
    """Whether a column holds texts of several lines."""
    return BY_KEY[key].kind == LONG
