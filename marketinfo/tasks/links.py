"""The links of published entries are asked a few at a time, day and night."""

from __future__ import annotations

import datetime as dt
import time

from celery import shared_task
from django.utils import timezone

from marketinfo.linking import asking, keeping

# One run takes half a minute at most, so that a worker stays free for notices.
MOST, SECONDS = 20, 30.0
# Entries that changed lately; the run of the next hour sees those of the last one again.
_LATELY = dt.timedelta(hours=3)


@shared_task
def check_links() -> int:
    """Note new links, ask those that are due; how many were asked."""
    now = timezone.now()
    keeping.note_all(since=now - _LATELY)
    end = time.monotonic() + SECONDS
    asked = 0
    # The same host is not asked twice in a breath: its links wait for the next run.
    hosts: set[str] = set()
    for link in keeping.due(now, MOST):
        if time.monotonic() > end:
            break
        host = link.url.split("/")[2].lower()
        if host in hosts:
            continue
        hosts.add(host)
        keeping.take(link, asking.ask(link.url))
        asked += 1
    return asked


@shared_task
def note_links() -> int:
    """Note the links of every entry anew, those that nobody has touched for long too."""
    return keeping.note_all(since=dt.datetime.min.replace(tzinfo=dt.UTC))
