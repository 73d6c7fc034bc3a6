"""Tells the administrators when notices are stuck: parked, late, or nobody sweeps.

Who administers is known further up: `portal` registers it. At most one mail an hour and person,
and never with personal data.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from notifications import outbox
from notifications.models import PARKED, QUEUED, SWEEP, Heartbeat, Notice

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

log = logging.getLogger(__name__)

# An oldest due notice, or a sweep, that is older than this is an alarm (F39).
LATE = dt.timedelta(seconds=60)
# How often a process looks for it (seconds).
LOOK = 60.0
# More stuck notices than this are told as "more than".
MOST = 1000
PARKED_KIND, LATE_KIND = "notice_parked", "notices_late"


@dataclass(frozen=True)
class Reader:
    """Somebody who looks after the portal."""

    to: str
    language: str
    person: AbstractBaseUser | None = None


_providers: list[Callable[[], Iterable[Reader]]] = []
_looked = [-LOOK]


def register(provider: Callable[[], Iterable[Reader]]) -> None:
    """Say who is told; registering again changes nothing."""
    if provider not in _providers:
        _providers.append(provider)


def parked(kind: str = "") -> None:
    """A notice was set aside for a check. That this very alarm was is no reason for another."""
    if kind in (PARKED_KIND, LATE_KIND):
        return
    stuck = Notice.objects.filter(state=PARKED).exclude(kind__in=(PARKED_KIND, LATE_KIND))
    _tell(
        PARKED_KIND,
        lambda: {"count": len(stuck.values_list("pk")[: MOST + 1]), "link": _page("?state=parked")},
    )


def beat() -> None:
    """The sweep runs: its sign of life, one statement."""
    now = timezone.now()
    if not Heartbeat.objects.filter(name=SWEEP).update(at=now):
        Heartbeat.objects.bulk_create([Heartbeat(name=SWEEP, at=now)], ignore_conflicts=True)


def look(*, now_and_then: bool = True) -> str:
    """Look for late notices and a silent sweep: "late", "silent" or nothing.

    Called by whoever is alive; at most once a minute in a process.
    """
    if now_and_then:
        if time.monotonic() - _looked[0] < LOOK:
            return ""
        _looked[0] = time.monotonic()
    wait = outbox.behind()
    silence = silent_for()
    if silence is not None and silence > LATE:
        what = "silent"
    elif wait > LATE:
        what = "late"
    else:
        return ""
    log.error("notices are %s: the oldest due one waits %s, sweep %s ago", what, wait, silence)
    minutes = max(int(wait.total_seconds() // 60), 0)
    pause = int(silence.total_seconds() // 60) if silence else 0
    since = timezone.now().isoformat()
    facts = {"what": what, "minutes": minutes, "pause": pause, "at": since, "link": _page()}
    _tell(LATE_KIND, lambda: facts)
    return what


def silent_for() -> dt.timedelta | None:
    """How long ago the sweep ran; None when it never has."""
    last = Heartbeat.objects.filter(name=SWEEP).values_list("at", flat=True).first()
    return timezone.now() - last if last else None


def _page(query: str = "") -> str:
    return reverse("admin:notifications_notice_changelist") + query


def _tell(kind: str, facts: Callable[[], dict[str, object]]) -> None:
    """Write to every administrator who has heard nothing of it this hour. Never raises."""
    try:
        hour = f"{timezone.now():%Y-%m-%dT%H}"
        readers = [reader for provider in _providers for reader in provider()]
        # An alarm that cannot leave, because nothing can, is not written again every hour.
        waiting = Notice.objects.filter(kind=kind, state=QUEUED)
        told = Notice.objects.filter(kind=kind, dedupe__startswith=f"{hour}:")
        if not readers or waiting.exists() or told.exists():
            return
        said = facts()
        with transaction.atomic():
            outbox.enqueue_many(
                outbox.notice(
                    kind,
                    to=reader.to,
                    language=reader.language,
                    recipient=reader.person,
                    context=said,
                    subject_key="",
                    dedupe=f"{hour}:{reader.to}"[:120],
                    urgent=True,
                )
                for reader in readers
            )
    except (DatabaseError, outbox.BadAddressError):
        log.exception("the administrators could not be told of %s", kind)
