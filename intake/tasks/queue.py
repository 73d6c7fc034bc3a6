"""What the beat does for the queue: moves cases on when their moment comes, counts its filters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from celery import shared_task
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from intake import triage
from intake.models import QueueCount, Referral, TriageCase
from intake.models.queue import QueueQuerySet, day_ends

# So many rows are written in one statement.
_BATCH = 1000
# Lanes out of which time moves a case: into "due today", and from there into "overdue".
_QUIET = (*triage.BY_ATTENTION.values(), triage.NEW, triage.IN_HAND, triage.WITH_BODIES)


@shared_task
def advance() -> int:
    """Move every case whose moment or day has come into its lane; says how many moved.

    A lane's cases stand in the order of their moments, so each look is one short walk along the
    queue's index. The version stays: nobody's step grows stale because time went by.
    """
    now = timezone.now()
    return sum(_move(lane, to, due) for lane, to, due in _ways(now))


def _ways(now: dt.datetime) -> Iterator[tuple[int, int, Q]]:
    """From which lane to which, and whom."""
    over, today = Q(queue_at__lt=now), Q(queue_at__gte=now, queue_at__lt=day_ends(now))
    for lane in (triage.DUE_TODAY, *_QUIET):
        yield lane, triage.OVERDUE, over
    for lane in _QUIET:
        yield lane, triage.DUE_TODAY, today


def _move(lane: int, to: int, due: Q) -> int:
    """The cases of a lane that are due, batch by batch; the condition holds when it is written."""
    moved = 0
    ripe = TriageCase.objects.queued().filter(due, lane=lane, state__in=triage.RUNNING)
    while keys := list(ripe.next_first().values_list("pk", flat=True)[:_BATCH]):
        written = ripe.filter(pk__in=keys).update(lane=to)
        moved += written
        if not written:
            break
    return moved


@shared_task
def count() -> int:
    """Count the open cases of every choice of every filter; says how many choices there are."""
    now = timezone.now()
    found = dict(_counts(TriageCase.objects.queued().order_by(), now))
    rows = [
        QueueCount(filter=name, choice=choice, count=cases, at=now)
        for (name, choice), cases in found.items()
    ]
    with transaction.atomic():
        QueueCount.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["filter", "choice"],
            update_fields=["count", "at"],
        )
        # What was there before and is there no more.
        QueueCount.objects.filter(at__lt=now).update(count=0, at=now)
    return len(rows)


def _counts(cases: QueueQuerySet, now: dt.datetime) -> Iterator[tuple[tuple[str, str], int]]:
    dated = cases.filter(lane__lte=triage.OVERDUE)
    overdue, today = Q(queue_at__lt=now), Q(queue_at__gte=now, queue_at__lt=day_ends(now))
    facts = cases.aggregate(
        all=Count("pk"),
        turn=Count("pk", filter=Q(lane__lt=triage.WITH_BODIES)),
        border=Count("pk", filter=Q(at_border=True)),
    ) | dated.aggregate(overdue=Count("pk", filter=overdue), today=Count("pk", filter=today))
    choices = {"all": "", "turn": "ours"}
    for name, number in facts.items():
        yield (name, choices.get(name, "yes")), number
    columns = {
        "state": "state",
        "who": "assignee",
        "category": "topic",
        "country": "country",
        "filer": "filer_organisation__code",
        "channel": "channel",
        "why": "attention",
    }
    for name, column in columns.items():
        for choice, number in cases.values_list(column).annotate(number=Count("pk")):
            if choice != "":
                yield (name, "none" if choice is None else str(choice)), number
    asked = Referral.objects.open().order_by().values_list("organisation__code")
    for choice, number in asked.annotate(number=Count("case", distinct=True)):
        yield ("body", choice), number
