"""A mission's local difficulties as a table to take away: what the list and its pages show."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from files.tables import Column, Table, Value
from intake.models import LocalDifficulty

# Rows that are fetched at a time.
CHUNK = 500


def table(rows: QuerySet[LocalDifficulty]) -> Table:
    """The rows in their order, each with what the mission wrote."""
    heads = [
        (_("Received"), 16),
        (_("Title"), 40),
        (_("Company"), 24),
        (_("Country"), 12),
        (_("Local authority concerned"), 24),
        (_("Situation"), 60),
        (_("What the mission has done"), 40),
        (_("What help is needed at home"), 40),
        (_("State"), 14),
        (_("Confidentiality"), 14),
        (_("Looked after by"), 14),
        (_("Receipt number"), 18),
    ]
    columns = [Column(capfirst(label), width) for label, width in heads]
    return Table(_("Local difficulties"), columns, _rows(rows, get_language()))


def _rows(rows: QuerySet[LocalDifficulty], language: str | None) -> Iterator[list[Value]]:
    with override(language):
        for row in rows.iterator(chunk_size=CHUNK):
            yield [
                row.received_at,
                row.title,
                row.company_name,
                row.country.name,
                row.local_authority,
                row.situation,
                row.actions,
                row.help_text,
                str(row.state_label),
                str(row.grade_short),
                row.keeper.name,
                row.case.number if row.case else "",
            ]
