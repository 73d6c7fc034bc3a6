"""What every verb does with its row: swap the version, keep a revision, mind the index."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F
from django.utils import timezone

from accounts.models import User
from marketinfo.actions.refusal import OvertakenError
from marketinfo.entry import WITHDRAWN, Entry
from marketinfo.facts import Facts, facts_of
from marketinfo.models import EntryRevision
from search import index

# The verb of a revision that was there before revisions were kept.
BEFORE = "before"


def reindex(entry: Entry) -> None:
    """Make the entry findable by what it and its files say now; what was taken down is not."""
    if entry.state == WITHDRAWN:
        index.remove(type(entry), entry.pk)
        return
    index.put(
        type(entry),
        entry.pk,
        title=entry.title,
        body="\n".join((entry.running_text(), entry.files_text())),
        facts=entry.place_words(),
        codes=entry.hs_list,
    )


def swap(entry: Entry, *, by: User | None, seen: Iterable[str], **facts: Any) -> None:
    """Write the columns if the entry is still as it was seen: its version, in one of the states.

    Raises OvertakenError otherwise. Foreign keys by the row or by its key.
    """
    facts |= {"updated_at": timezone.now(), "updated_by": by}
    rows = type(entry)._default_manager.filter(
        pk=entry.pk, version=entry.version, state__in=list(seen)
    )
    if rows.update(**facts, version=F("version") + 1) != 1:
        raise OvertakenError
    for name, value in facts.items():
        setattr(entry, name, value)
    entry.version += 1


def keep(entry: Entry, *, verb: str, by: User | None, remark: str = "") -> EntryRevision:
    """The revision after a step; its number is the entry's version."""
    return EntryRevision.objects.create(
        **EntryRevision.naming(entry),
        number=entry.version,
        verb=verb,
        state=entry.state,
        facts=facts_of(entry),
        remark=remark,
        by=by,
    )


def keep_first(entry: Entry, facts: Facts) -> None:
    """Keep what stood there when nothing was kept yet: entries older than their revisions."""
    if EntryRevision.objects.of(entry).exists():
        return
    EntryRevision.objects.create(
        **EntryRevision.naming(entry),
        number=entry.version,
        verb=BEFORE,
        state=entry.state,
        facts=facts,
        at=entry.updated_at,
        by=entry.updated_by,
    )
