"""The access log: who opened what, from where, once a day. All that looking writes (0065).

It holds no personal data of those who are read about: a subject is a receipt number or a key.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.models import Count, Max, Min
from django.http import HttpRequest
from django.utils import timezone

from privacy import places
from privacy.models import Reading

log = logging.getLogger(__name__)

# How somebody came.
DESK, AUDIT, PARTNER, BODY, COMPANY, GUEST, LINK, CODE = (
    "desk",
    "audit",
    "partner",
    "body",
    "company",
    "guest",
    "link",
    "code",
)
# Longer than a day, so that no mark of a day is forgotten before the day is over.
_SECONDS = 26 * 3600
_INSERT = (
    "INSERT INTO privacy_reading (subject, day, at, reader_id, way, organisation, what, place) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"
)


def note_reading(
    subject: str,
    reader: Any,
    way: str,
    organisation: str = "",
    *,
    request: HttpRequest | None = None,
    what: str = "",
) -> None:
    """Note that somebody opened something that shows a company; the second look costs nothing.

    `reader` is a person, or anybody without an account; `organisation` the code of the one that
    they act for; `request` tells from where; `what` names a part, as `of_file` does.
    A log that cannot be written is told to the operators and never to the reader.
    """
    reader_id = reader.pk if getattr(reader, "is_authenticated", False) else None
    now = timezone.now()
    day = timezone.localdate(now)
    place = places.of(request) if request is not None else ""
    mark = f"reading.{day}.{way}.{organisation}.{reader_id or 0}.{subject}.{what}.{place}"
    mark = mark.replace(" ", "_")
    if not _is_first(mark):
        return
    moment = (
        connection.ops.adapt_datefield_value(day),
        connection.ops.adapt_datetimefield_value(now),
    )
    try:
        # In one statement of its own: whoever calls this only reads.
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, [subject, *moment, reader_id, way, organisation, what, place])
    except DatabaseError:
        cache.delete(mark)
        log.exception("the access log could not be written")


def _is_first(mark: str) -> bool:
    """Whether this look was not noted yet; with the cache away the database itself tells."""
    try:
        return bool(cache.add(mark, True, _SECONDS))
    except Exception as error:
        log.warning("looks are not remembered: %s", type(error).__name__)
        return True


def of_file(public_id: object) -> str:
    """How the log names a file of a case: by its key, never by its name."""
    return f"file {public_id}"


@dataclass(frozen=True)
class Read:
    """One side that has read something: how it came, for whom, from when to when, on how many days.

    `person` is set only where persons were asked for and the reader had an account.
    """

    way: str
    organisation: str
    first: Any
    last: Any
    days: int
    person: str = ""


def readings_of(subject: str, *, persons: bool = False) -> list[Read]:
    """Who has read something, the latest first: organisations, or with `persons` people."""
    rows = Reading.objects.filter(subject=subject).order_by()
    by = ["way", "organisation", *(["reader__name"] if persons else [])]
    found = (
        rows.values(*by)
        .annotate(first=Min("at"), last=Max("at"), days=Count("day", distinct=True))
        .order_by("-last")
    )
    return [
        Read(
            row["way"],
            row["organisation"],
            row["first"],
            row["last"],
            row["days"],
            row.get("reader__name") or "",
        )
        for row in found
    ]


def codes(reads: Iterable[Read]) -> set[str]:
    """The organisations that some readings name."""
    return {read.organisation for read in reads if read.organisation}
