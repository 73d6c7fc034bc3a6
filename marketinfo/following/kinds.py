"""Published entries of any kind, by the words of a form, a row or an address."""

from __future__ import annotations

from collections.abc import Iterable

from marketinfo import kinds
from marketinfo.entry import Entry, EntryQuerySet


def every() -> list[type[Entry]]:
    """All kinds, the library's own first; those of higher apps come along by themselves."""
    return sorted(kinds.models(), key=lambda model: model._meta.app_label != "marketinfo")


def name(model: type[Entry] | Entry) -> str:
    """How rows name a kind: `marketinfo.requirement`."""
    return model._meta.label_lower


def published(kind: str) -> EntryQuerySet | None:
    """The published entries of a kind; None when nobody knows the kind."""
    model = kinds.of_label(kind)
    return None if model is None else model.objects.published()


def find(kind: str, *, pk: int | None = None, reference: str = "") -> Entry | None:
    """One published entry by its key or its public reference; None for anything else."""
    rows = published(kind)
    if rows is None or (pk is None and not reference):
        return None
    wanted = {"pk": pk} if pk is not None else {"reference": reference[:60]}
    found: Entry | None = rows.select_related("country", "category").filter(**wanted).first()
    return found


def by_keys(wanted: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Entry]:
    """Published entries by kind and key: one query for each kind that occurs."""
    keys: dict[str, set[int]] = {}
    for kind, pk in wanted:
        keys.setdefault(kind, set()).add(pk)
    found: dict[tuple[str, int], Entry] = {}
    for kind, pks in keys.items():
        rows = published(kind)
        if rows is not None:
            found |= {(kind, row.pk): row for row in rows.filter(pk__in=pks)}
    return found
