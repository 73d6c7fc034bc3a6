"""What happens to entries beside a form: shown, opened, enough, and taken back again."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from intake.models import AnsweredFirst, Case, Draft, ShownEntry
from marketinfo import solved
from marketinfo.entry import Entry
from marketinfo.following import kinds
from reference.models import Category, Country

# More than anybody sees while writing one form; a program may send any number.
_KEPT_AT_MOST = 30


class OverError(Exception):
    """The draft was filed, or is gone: there is nothing left to settle."""


def show(key: uuid.UUID, entries: Iterable[Entry]) -> None:
    """Keep with the form which entries it showed; what was kept before is not kept again."""
    known = set(
        ShownEntry.objects.filter(key=key).values_list("entry_kind", "entry_id")[:_KEPT_AT_MOST]
    )
    fresh = [row for row in entries if (kinds.name(row), row.pk) not in known]
    if fresh and len(known) < _KEPT_AT_MOST:
        ShownEntry.objects.bulk_create([_shown(key, row) for row in fresh], ignore_conflicts=True)


def _shown(key: uuid.UUID, entry: Entry) -> ShownEntry:
    return ShownEntry(
        key=key, title=entry.title, path=entry.get_absolute_url(), **ShownEntry.naming(entry)
    )


def open_entry(key: uuid.UUID, entry: Entry) -> None:
    """Keep with the form that its writer opened an entry; the first time counts."""
    show(key, [entry])
    ShownEntry.objects.of(entry).filter(key=key, opened_at__isnull=True).update(
        opened_at=timezone.now()
    )


@transaction.atomic
def settle(draft: Draft, entry: Entry) -> None:
    """The writer says that an entry is answer enough: close the draft and count it, once.

    Pressed twice, at once or in two tabs, it counts once, for the entry that came first. Raises
    OverError for a draft that was filed.
    """
    closed = Draft.objects.unfinished().filter(pk=draft.pk, settled_at__isnull=True)
    now = timezone.now()
    if not closed.update(settled_at=now):
        if not Draft.objects.filter(pk=draft.pk, settled_at__isnull=False).exists():
            raise OverError
        return
    draft.settled_at = now
    country, category = _place(draft)
    AnsweredFirst.objects.create(
        key=draft.key,
        country=country,
        category=category,
        day=timezone.localdate(now),
        **AnsweredFirst.naming(entry),
    )
    solved.add([(kinds.name(entry), entry.pk)])


def _place(draft: Draft) -> tuple[str, str]:
    """Country and category that the draft names; nothing for what we have never heard of."""

    def said(name: str) -> str:
        return next(iter(draft.data.get(name, [])), "")[:8]

    country, category = said("country"), said("category")
    return (
        country if Country.objects.filter(pk=country).exists() else "",
        category if Category.objects.filter(pk=category).exists() else "",
    )


@transaction.atomic
def take_back(draft: Draft) -> None:
    """Open the draft again and count nothing for it; an open one stays as it is."""
    if not Draft.objects.filter(pk=draft.pk, settled_at__isnull=False).update(settled_at=None):
        return
    draft.settled_at = None
    row = AnsweredFirst.objects.filter(key=draft.key).first()
    if row is not None:
        row.delete()
        solved.add([(row.entry_kind, row.entry_id)], by=-1)


def entry_of(draft: Draft) -> Entry | None:
    """The entry that was answer enough, while it is published."""
    row = AnsweredFirst.objects.filter(key=draft.key).first()
    return kinds.find(row.entry_kind, pk=row.entry_id) if row else None


def forget_shown(*, before: dt.datetime) -> int:
    """Delete what was shown beside forms that were never filed; how many rows."""
    filed = Case.objects.filter(idempotency_key=OuterRef("key"))
    old = ShownEntry.objects.filter(~Exists(filed), shown_at__lt=before)
    gone, _rows = old.delete()
    return gone
