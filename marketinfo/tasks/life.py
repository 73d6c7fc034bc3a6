"""Entries come out at their time and leave after their last day."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone

from marketinfo import actions, kinds

log = logging.getLogger(__name__)
# One run takes this many of a kind at most; the next run takes the rest.
_BATCH = 200


@shared_task
def come_and_go() -> int:
    """Publish what is due, expire what is over; how many entries moved."""
    moved = 0
    now = timezone.now()
    for model in kinds.models():
        rows = model._default_manager
        due = [(actions.bring_out, entry) for entry in rows.all().to_publish(now)[:_BATCH]]
        over = [
            (actions.expire, entry)
            for entry in rows.all().to_expire(timezone.localdate(now))[:_BATCH]
        ]
        for verb, entry in [*due, *over]:
            try:
                verb(entry)
                moved += 1
            except actions.RefusedError:
                log.info("%s %s moved on by itself", entry._meta.label_lower, entry.pk)
    return moved
