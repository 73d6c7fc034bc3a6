"""How often the schedule may count: never more than a twentieth of the time, however many cases."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from intake.figures import counting
from intake.models import DeskFigure

# After a count the portal rests for this many times as long as it took.
REST = 20
# A count that was begun this long ago is lost with its worker.
LOST_AFTER = dt.timedelta(hours=1)


def rests_until(run: DeskFigure) -> dt.datetime:
    """The moment from which the schedule may count again."""
    return run.at + dt.timedelta(seconds=run.took * (1 + REST))


def count_when_rested(now: dt.datetime | None = None) -> int:
    """Count, unless the last count rests or another is under way; how many rows.

    Whoever wants figures at once calls `counting.count`.
    """
    now = now or timezone.now()
    run = DeskFigure.objects.filter(period="", dimension=counting.RUN).first()
    if run is None:
        return counting.count(now)
    if now < rests_until(run) or not _begun(run, now):
        return 0
    try:
        return counting.count(now)
    finally:
        DeskFigure.objects.filter(pk=run.pk, begun_at=now).update(begun_at=None)


def _begun(run: DeskFigure, now: dt.datetime) -> bool:
    """Take the run by compare-and-swap; False when another worker counts."""
    if run.begun_at is not None and now < run.begun_at + LOST_AFTER:
        return False
    seen = DeskFigure.objects.filter(pk=run.pk, at=run.at, begun_at=run.begun_at)
    if run.begun_at is None:
        seen = DeskFigure.objects.filter(pk=run.pk, at=run.at, begun_at__isnull=True)
    return seen.update(begun_at=now) == 1
