"""What the beat does for the library: its keepers read by day which records want a check."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from celery import shared_task
from django.utils import timezone

from accounts.models import Organisation
from intake import deadline, reminding
from marketinfo import checking


@shared_task
def remind_record_owners() -> int:
    """One list for each organisation that keeps records, a week apart at least; how many."""
    now = timezone.now()
    return checking.tell_keepers(now=now, awake=lambda body: _awake(body, now))


def _awake(body: Organisation | None, now: dt.datetime) -> bool:
    """On the calendar and the clock of an organisation; the secretariat's without one."""
    if body is None:
        return reminding.awake(deadline.local(now), deadline.korea())
    here = timezone.localtime(now, ZoneInfo(body.time_zone))
    return reminding.awake(here, deadline.for_organisation(body))
