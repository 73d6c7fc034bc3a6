"""Reported errors as the organisation sees them that keeps the records."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from marketinfo.entry import Entry, EntryQuerySet
from marketinfo.models import EntryReport

# On one page; the next ones come up as these are settled.
AT_MOST = 20


def on(entries: EntryQuerySet, reports: QuerySet[Any]) -> QuerySet[Any]:
    """Of some reports, those on these entries."""
    keys = entries.order_by().values("pk")
    return reports.filter(entry_kind=entries.model._meta.label_lower, entry_id__in=keys)


def waiting(entries: EntryQuerySet) -> list[tuple[EntryReport, Entry]]:
    """The reports on these entries that nobody has settled, oldest first, each with its entry."""
    rows = list(
        on(entries, EntryReport.objects.filter(settled_at__isnull=True)).order_by("at")[:AT_MOST]
    )
    if not rows:
        return []
    found = entries.model._default_manager.in_bulk([row.entry_id for row in rows])
    return [(row, found[row.entry_id]) for row in rows if row.entry_id in found]
