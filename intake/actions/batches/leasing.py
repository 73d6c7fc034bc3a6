"""Who works on a batch, and how it moves on: compare and swap, under a lease."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from intake.actions.moving import RefusedError
from intake.models import Batch
from intake.models.batch import OPEN
from notifications import waking

# The task that a worker is woken with; the beat runs it too.
WORK = "intake.tasks.batches.work"
# A worker that says nothing for this long was killed; another takes over.
LEASE = dt.timedelta(seconds=90)
_waker = waking.Waker(WORK)


class NotNowError(RefusedError):
    """Somebody was first: the batch is not as the person saw it."""

    def __init__(self, batch: Batch) -> None:
        super().__init__(
            _("This cannot be done now: the state of the file is “%(state)s”.")
            % {"state": batch.state_label}
        )


def wake() -> None:
    """Let a worker look after the batches soon. Never raises, never blocks."""
    _waker.call()


def swap(batch: Batch, seen: Iterable[str], to: str, **changes: Any) -> None:
    """Move a batch that is still in one of these states; NotNowError when it is not."""
    now = timezone.now()
    written = Batch.objects.filter(pk=batch.pk, state__in=list(seen)).update(
        state=to, updated_at=now, **changes
    )
    if written != 1:
        raise NotNowError(Batch.objects.get(pk=batch.pk))
    batch.state = to
    for name, value in changes.items():
        setattr(batch, name, value)


def lease(batch: Batch) -> bool:
    """Take a batch for ourselves; False while another worker is on it, or nothing is to do."""
    now = timezone.now()
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    until = now + LEASE
    taken = Batch.objects.unfinished().filter(free, pk=batch.pk).update(leased_until=until)
    if taken:
        batch.refresh_from_db()
    return bool(taken)


def hold_on(batch: Batch, **changes: Any) -> None:
    """Renew our lease, with other changes. Raises NotNowError when somebody has taken over."""
    until = timezone.now() + LEASE
    renewed = Batch.objects.filter(pk=batch.pk, leased_until=batch.leased_until)
    if not renewed.update(leased_until=until, **changes):
        raise NotNowError(Batch.objects.get(pk=batch.pk))
    batch.leased_until = until


def let_go(batch: Batch) -> None:
    """Give the lease back, so that the next turn need not wait for its end."""
    Batch.objects.filter(pk=batch.pk, leased_until=batch.leased_until).update(leased_until=None)


def held(batch: Batch) -> Batch:
    """The batch, locked; NotNowError unless its rows can be worked on."""
    held = Batch.objects.select_for_update().get(pk=batch.pk)
    if held.state not in OPEN:
        raise NotNowError(held)
    return held
