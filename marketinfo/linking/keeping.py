"""Which addresses an entry leads to, and what became of each when it was asked last."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from marketinfo import kinds, prose
from marketinfo.entry import READABLE, Entry
from marketinfo.linking import asking
from marketinfo.models import EntryLink
from marketinfo.models.kept import WORKS

# A link is asked once a week, one that failed once a day.
EVERY = dt.timedelta(days=7)
FAILING_EVERY = dt.timedelta(days=1)
# Of one entry; who lists more writes a directory.
AT_MOST = 100


def addresses_in(entry: Entry) -> list[str]:
    """The addresses of the public internet in an entry's text and source, each once."""
    found = prose.links(entry.running_text())
    source = getattr(entry, "source_url", "")
    wanted = [*([source] if source else []), *found]
    return [url for url in dict.fromkeys(wanted) if _is_web(url)][:AT_MOST]


def _is_web(url: str) -> bool:
    longest = EntryLink._meta.get_field("url").max_length or 0
    return url.startswith(("https://", "http://")) and len(url) <= longest


def note(entry: Entry) -> None:
    """Make the kept links of an entry those that it has now."""
    wanted = addresses_in(entry) if entry.state in READABLE else []
    with transaction.atomic():
        kept = EntryLink.objects.of(entry)
        kept.exclude(url__in=wanted).delete()
        known = set(kept.values_list("url", flat=True))
        EntryLink.objects.bulk_create(
            [EntryLink(**EntryLink.naming(entry), url=url) for url in wanted if url not in known],
            ignore_conflicts=True,
        )


def note_all(*, since: dt.datetime) -> int:
    """Do so for every entry that changed since a moment; how many there were."""
    count = 0
    for model in kinds.models():
        for entry in model._default_manager.filter(updated_at__gte=since).iterator(chunk_size=200):
            note(entry)
            count += 1
    return count


def due(now: dt.datetime, most: int) -> list[EntryLink]:
    """The links to be asked now, those never asked first."""
    never = list(EntryLink.objects.filter(checked_at__isnull=True).order_by("pk")[:most])
    left = most - len(never)
    again = EntryLink.objects.filter(
        failing_since__isnull=False, checked_at__lt=now - FAILING_EVERY
    ) | EntryLink.objects.filter(checked_at__lt=now - EVERY)
    return never + list(again.order_by("checked_at", "pk")[:left]) if left else never


def take(link: EntryLink, found: asking.Found) -> None:
    """Keep what became of a link."""
    now = timezone.now()
    works = found.state == WORKS
    EntryLink.objects.filter(pk=link.pk).update(
        state=found.state,
        code=found.code,
        checked_at=now,
        failing_since=None if works else link.failing_since or now,
    )
