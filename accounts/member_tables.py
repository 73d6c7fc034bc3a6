"""The directory as a file: the template to fill in, and the list to take away."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from typing import IO, Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.business_number import pretty
from accounts.member_sheets import COLUMNS, LABELS, LEFT, NUMBER, ROWS_AT_MOST
from accounts.models import Member
from accounts.models.companies import MemberQuerySet
from files.tables import Column, Styles, Table, opened, write_sheet
from reference import cached
from reference.choices import EXPORT_BANDS, SIZE_CLASSES

_WIDTHS = {"name": 28, NUMBER: 16, "note": 40, "contact_email": 28, "sector": 24, "size_class": 24}


def columns() -> list[Column]:
    """The columns with their headings in the reader's language."""
    return [Column(str(LABELS[name]), _WIDTHS.get(name, 14)) for name in COLUMNS]


def labels() -> dict[str, dict[str, str]]:
    """For each coded column the words of every code, in the reader's language."""
    language = get_language() or "ko"
    sectors = dict(pair for _group, rows in cached.sector_choices(language) for pair in rows)
    return {
        "province": dict(cached.province_choices(language)),
        "sector": sectors,
        "size_class": {code: str(words) for code, words in SIZE_CLASSES.items()},
        "export_band": {code: str(words) for code, words in EXPORT_BANDS.items()},
        "language": {"ko": str(_("Korean")), "en": str(_("English"))},
    }


def listed(rows: MemberQuerySet, name: str) -> Table:
    """The rows as a table whose file can be imported again."""
    words = labels()

    def values() -> Iterator[list[Any]]:
        for member in rows.order_by("name", "id").iterator(chunk_size=500):
            yield [_value(member, column, words) for column in COLUMNS]

    return Table(name, columns(), values())


def _value(member: Member, column: str, words: dict[str, dict[str, str]]) -> Any:
    if column == NUMBER:
        return pretty(member.company.business_number or "")
    value = getattr(member, column)
    return words[column].get(value, value) if column in words else value


def template() -> IO[bytes]:
    """An empty sheet with pick-lists, a sheet of codes and one that explains both."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    words = labels()
    with opened(file) as book:
        styles = Styles.of(book)
        title = str(_("Member companies"))
        write_sheet(book, Table(title, columns(), []), styles)
        sheet = book.get_worksheet_by_name(title)
        codes = str(_("Codes"))
        for at, column in enumerate(COLUMNS):
            if column in words:
                letter = chr(65 + list(words).index(column))
                source = f"='{codes}'!${letter}$2:${letter}${len(words[column]) + 1}"
                sheet.data_validation(
                    1,
                    at,
                    ROWS_AT_MOST,
                    at,
                    {"validate": "list", "source": source, "error_type": "warning"},
                )
        deepest = max(len(one) for one in words.values())
        lists = [list(one.values()) for one in words.values()]
        write_sheet(
            book,
            Table(
                codes,
                [Column(str(LABELS[name]), 34) for name in words],
                [[one[row] if row < len(one) else "" for one in lists] for row in range(deepest)],
            ),
            styles,
        )
        write_sheet(
            book,
            Table(
                str(_("How to fill it in")),
                [Column(str(_("Column")), 28), Column(str(_("What to write")), 80)],
                [[str(LABELS[name]), words_for] for name, words_for in explained().items()],
            ),
            styles,
        )
    file.seek(0)
    return file


def explained() -> dict[str, str]:
    """What each column takes."""
    choose = _("Choose a value from the list; the sheet of codes shows them all.")
    day = _("A date, for example %(day)s.") % {"day": dt.date(2026, 11, 22).isoformat()}
    return {
        "name": _("Needed for a company that is new to your directory."),
        NUMBER: _(
            "10 digits, with or without hyphens. A row with a number that you have already "
            "changes that company; without one, the name decides."
        ),
        "province": choose,
        "sector": choose,
        "size_class": choose,
        "export_band": choose,
        "contact_phone": _("With area code, for example 02-123-4567."),
        "contact_email": _("For example name@company.co.kr."),
        "joined_on": day,
        LEFT: day,
        "note": _(
            "Only officers of your organisation read it. In every column: an empty cell changes "
            "nothing, a hyphen (-) empties the field."
        ),
    }
