"""Moves the dates of a large change in the background, batch after batch, and can be killed."""

from __future__ import annotations

import datetime as dt
import time

from django.db.models import F, Q
from django.utils import timezone

from intake import workflow
from intake.actions import calendar
from intake.models import Recount
from intake.timeline import Actor

# So many are settled before the next ones are read, and before the page shows how far it is.
BATCH = 25
# One turn of a worker takes about this long (seconds), so that notices wait for nobody.
TURN = 20.0
# A worker that says nothing for this long was killed; another goes on from where it stood.
_LEASE = dt.timedelta(seconds=120)


def run_unfinished(*, seconds: float = TURN) -> int:
    """Move what is left of every recount, oldest first, for one turn; says how many moved."""
    ends = time.monotonic() + seconds
    moved = 0
    for row in Recount.objects.unfinished().order_by("pk"):
        if _lease(row):
            moved += _walk(row, ends)
    if Recount.objects.unfinished().filter(lease_until=None).exists():
        # Another turn soon; should nobody hear it, the beat comes by.
        calendar.wake()
    return moved


def _lease(row: Recount) -> bool:
    """Take the row for ourselves; False when another worker walks it."""
    now = timezone.now()
    return bool(
        Recount.objects.unfinished()
        .filter(Q(lease_until=None) | Q(lease_until__lt=now), pk=row.pk)
        .update(lease_until=now + _LEASE)
    )


def _walk(row: Recount, ends: float) -> int:
    row.refresh_from_db()
    cases = calendar.touched_by(row.policy, row.due_from)
    by = Actor(workflow.SYSTEM, row.by)
    moved = 0
    while time.monotonic() < ends:
        batch = list(cases.filter(pk__gt=row.after).order_by("pk")[:BATCH])
        if not batch:
            Recount.objects.filter(pk=row.pk).update(done_at=timezone.now(), lease_until=None)
            return moved
        found = calendar.settle(batch, lambda: row.reason, by)
        moved += found
        # By compare and swap: should two have walked here, the stretch is counted once.
        went_on = Recount.objects.filter(pk=row.pk, after=row.after).update(
            after=batch[-1].pk,
            seen=F("seen") + len(batch),
            moved=F("moved") + found,
            lease_until=timezone.now() + _LEASE,
        )
        if not went_on:
            return moved
        row.after = batch[-1].pk
    Recount.objects.filter(pk=row.pk).update(lease_until=None)
    return moved
