"""Who delivers which rows: claimed by compare-and-swap, kept by a heartbeat, handed back.

Right on SQLite and PostgreSQL alike; SKIP LOCKED only spares PostgreSQL a wait.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import DatabaseError, connections, transaction
from django.db.models import Case, DateTimeField, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_noop

from notifications import alarms
from notifications.models import MAIL, PARKED, QUEUED, SENDING, Notice, NoticeQuerySet
from notifications.pace import Place

log = logging.getLogger(__name__)

# A crash drains within 30 s: this, plus one beat of the sweep (5 s), plus the sending.
LEASE = dt.timedelta(seconds=20)
HEARTBEAT = 5.0
# One mail that takes longer than this (seconds) loses the lease: the worker hangs.
HANG = 300.0
# No row waits longer for its next attempt: an hour between attempts, or a place in a line.
FUTURE = dt.timedelta(hours=2)
# A row that three workers did not survive is set aside.
LOSSES = 3
INTERRUPTED = gettext_noop("Delivery was interrupted three times.")


@dataclass
class Lease:
    """Rows that this worker alone may send for now."""

    token: str
    rows: list[Notice]
    renewed: float = field(default_factory=time.monotonic)
    working_since: float = field(default_factory=time.monotonic)

    def renew(self) -> bool:
        """Hold on for another while; False when every row was taken away."""
        kept = self._held().update(lease_until=timezone.now() + LEASE)
        self.renewed = time.monotonic()
        return kept > 0

    def holds(self, row: Notice) -> bool:
        """Whether the row is still ours: asked of the table only when we were held up."""
        self.working_since = time.monotonic()
        if self.working_since - self.renewed < LEASE.total_seconds() / 2:
            return True
        return self.renew() and self._held().filter(pk=row.pk).exists()

    def put_off(self, places: Mapping[int, Place]) -> None:
        """Return rows that may not go yet, each with its time, in one statement."""
        if not places:
            return
        times = [When(pk=pk, then=Value(place.at)) for pk, place in places.items()]
        paced = [pk for pk, place in places.items() if place.paced]
        self._held().filter(pk__in=list(places)).update(
            state=QUEUED,
            lease_token="",
            lease_until=None,
            next_try_at=Case(*times, output_field=DateTimeField()),
            paced=Case(When(pk__in=paced, then=Value(True)), default=Value(False))
            if paced
            else Value(False),
        )

    def give_back(self, answer: str = "") -> int:
        """Return what was not dealt with, untouched and due at once."""
        told = {"answer": answer} if answer else {}
        return self._held().update(state=QUEUED, lease_token="", lease_until=None, **told)

    def _held(self) -> NoticeQuerySet:
        return Notice.objects.filter(lease_token=self.token, state=SENDING)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Renew from a thread of its own while the block works."""
        ended = threading.Event()
        thread = threading.Thread(target=self._beat, args=(ended,), name="lease", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _beat(self, ended: threading.Event) -> None:
        while not ended.wait(HEARTBEAT):
            if time.monotonic() - self.working_since > HANG:
                log.error("a mail has been on the line for %s s: its lease lapses", HANG)
                break
            try:
                self.renew()
            except DatabaseError:
                log.warning("lease not renewed: the database is away")
            finally:
                connections.close_all()


def claim(limit: int, *, channel: str = MAIL, interrupted: bool = False) -> Lease:
    """Take due rows of a channel, those first that may not wait.

    Those that a worker died with go out one at a time, apart from the rest: should one of them be
    what kills workers, it takes no innocent row with it (F35).
    """
    now = timezone.now()
    token = uuid.uuid4().hex
    history = {"losses__gt": 0} if interrupted else {"losses": 0}
    candidates = Notice.objects.due(now).filter(channel=channel, **history)
    if not candidates.exists():
        return Lease(token, [])
    candidates = candidates.order_by("next_try_at", "pk").select_for_update(skip_locked=True)
    with transaction.atomic():
        chosen = list(candidates.filter(urgent=True).values_list("pk", flat=True)[:limit])
        room = limit - len(chosen)
        chosen += candidates.filter(urgent=False).values_list("pk", flat=True)[:room]
        Notice.objects.filter(pk__in=chosen, state=QUEUED).update(
            state=SENDING, lease_token=token, lease_until=now + LEASE
        )
    return Lease(
        token, list(Notice.objects.filter(lease_token=token, state=SENDING).order_by("pk"))
    )


def reclaim() -> int:
    """Put rows of dead workers back in the queue; park those that keep killing them."""
    now = timezone.now()
    # A clock that was set back (F38) leaves rows in a false future: nothing rests for so long.
    strayed = Notice.objects.filter(state=QUEUED, next_try_at__gt=now + FUTURE)
    if strayed.exists():
        strayed.update(next_try_at=now, paced=False)
    lapsed = Notice.objects.filter(
        Q(lease_until__lt=now) | Q(lease_until__gt=now + 2 * LEASE), state=SENDING
    )
    if not lapsed.exists():
        return 0
    free = {"lease_token": "", "lease_until": None, "losses": F("losses") + 1}
    parked = lapsed.filter(losses__gte=LOSSES - 1).update(state=PARKED, answer=INTERRUPTED, **free)
    if parked:
        log.error("%s notices were parked: their delivery was interrupted %s times", parked, LOSSES)
        alarms.parked()
    return parked + lapsed.update(state=QUEUED, next_try_at=now, **free)
