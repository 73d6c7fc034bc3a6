"""The counter behind “difficulties settled with this information”."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F

from marketinfo.entry import Entry
from marketinfo.models import SolvedCount


def add(entries: Iterable[tuple[str, int]], by: int = 1) -> None:
    """Count entries (kind, key) up, or down for what was taken back; the caller's transaction."""
    for kind, pk in entries:
        row = {"entry_kind": kind, "entry_id": pk}
        known = SolvedCount.objects.filter(**row, solved__gte=-by)
        if not known.update(solved=F("solved") + by) and by > 0:
            SolvedCount.objects.bulk_create([SolvedCount(**row)], ignore_conflicts=True)
            known.update(solved=F("solved") + by)


def of(entries: Iterable[Entry]) -> dict[tuple[str, int], int]:
    """How many difficulties each has settled, by kind and key: one query, none for nothing."""
    wanted: dict[str, list[int]] = {}
    for entry in entries:
        wanted.setdefault(entry._meta.label_lower, []).append(entry.pk)
    if not wanted:
        return {}
    pks = [pk for keys in wanted.values() for pk in keys]
    rows = SolvedCount.objects.filter(entry_kind__in=list(wanted), entry_id__in=pks)
    return {
        (kind, pk): solved
        for kind, pk, solved in rows.values_list("entry_kind", "entry_id", "solved")
    }


def of_one(entry: Entry) -> int:
    """How many difficulties an entry has settled."""
    return of([entry]).get((entry._meta.label_lower, entry.pk), 0)
