"""The inbox of a person who signs in: their own notices, those they have not read, and one by one.

What opens something by itself (codes, links to a new password) never stands here, nor does what
its reader may no longer read; a digest only repeats what stands here anyway.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from notifications import catalog
from notifications.digests import DIGEST
from notifications.models import DECLINED, MAIL, Notice, NoticeQuerySet

PAGE = 25
# More unread notices than this are a number that nobody needs exactly.
COUNTED_AT_MOST = 100
AFTER, BEFORE = "after", "before"
_LARGEST = 2**63 - 1


@functools.cache
def left_out() -> frozenset[str]:
    """Kinds that are never shown here; the catalog is complete once the apps are loaded."""
    return frozenset(kind.name for kind in catalog.every() if kind.secret) | {DIGEST}


def _shown(notices: NoticeQuerySet) -> NoticeQuerySet:
    return notices.filter(channel=MAIL).exclude(state=DECLINED).exclude(kind__in=left_out())


def of(user: Any) -> NoticeQuerySet:
    """What stands in a person's inbox: through the gate, and nothing that does not belong here."""
    return _shown(Notice.objects.visible_to(user))


def with_unread(users: QuerySet[Any], pk: Any) -> QuerySet[Any]:
    """One person with `unread_notices` beside the other columns: no statement of its own.

    Counted along the index of the unread, and no further than anybody reads a number.
    """
    newest = _shown(Notice.objects.filter(recipient=pk)).unread().order_by("pk")
    counted = (
        Notice.objects.filter(pk__in=newest.values("pk")[:COUNTED_AT_MOST])
        .order_by()
        .annotate(one=Value(1))
        .values("one")
        .annotate(count=Count("pk"))
        .values("count")
    )
    return users.filter(pk=pk).annotate(
        unread_notices=Coalesce(Subquery(counted, output_field=IntegerField()), 0)
    )


def kinds_of(topic: str) -> list[str]:
    """The kinds of one topic."""
    return [kind.name for kind in catalog.every() if kind.topic == topic]


@dataclass(frozen=True)
class Page:
    """The rows of one page, newest first, and where its neighbours begin."""

    rows: list[Notice]
    newer: int | None = None
    older: int | None = None


def page(notices: NoticeQuerySet, params: Mapping[str, str]) -> Page:
    """The page that an address asks for; the first one where it asks for none that there is."""
    after, before = _key(params.get(AFTER)), _key(params.get(BEFORE))
    if after is not None:
        rows = list(notices.filter(pk__gt=after).order_by("pk")[: PAGE + 1])
        if len(rows) > PAGE:
            rows = rows[:PAGE][::-1]
            return Page(rows, rows[0].pk, rows[-1].pk)
        # The beginning is nearer than a page: the first page, whole.
    elif before is not None:
        rows = list(notices.filter(pk__lt=before).order_by("-pk")[: PAGE + 1])
        if rows:
            more = len(rows) > PAGE
            rows = rows[:PAGE]
            return Page(rows, rows[0].pk, rows[-1].pk if more else None)
    rows = list(notices.order_by("-pk")[: PAGE + 1])
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    return Page(rows, None, rows[-1].pk if more else None)


def _key(text: str | None) -> int | None:
    text = text or ""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else _LARGEST + 1
    return number if number <= _LARGEST else None


def mark_read(notices: NoticeQuerySet) -> int:
    """Mark those that are not read as read now; how many there were."""
    return notices.unread().update(read_at=timezone.now())
