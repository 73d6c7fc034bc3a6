"""What the access log does by itself: seals, the daily head, the monthly review, its end."""

from __future__ import annotations

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from privacy import chain, review, telling

# So many lines at most in one run; what is left is sealed by the next.
RUNS = 10


@shared_task
def seal() -> int:
    """Seal what was noted since the last run."""
    done = 0
    for _run in range(RUNS):
        some = chain.seal()
        done += some
        if some < chain.AT_ONCE:
            break
    return done


@shared_task
def look_after() -> bool:
    """Once a day: check the chain and tell where it stands; once a month the review."""
    today = timezone.localdate()
    told = False
    if not chain.has_head(today):
        # Looked at outside the transaction: it takes as long as the log is.
        found = chain.verify()
        with transaction.atomic():
            head = chain.keep_head(found, day=today)
            if head is not None:
                telling.tell_head(head)
        told = head is not None
    month = review.due(today=today)
    if month is not None:
        counted = review.figures(month)
        with transaction.atomic():
            row = review.keep(month, counted)
            if row is not None:
                telling.tell_review(row)
    return told


@shared_task
def purge() -> int:
    """Take away lines that are older than two years."""
    done = 0
    for _run in range(RUNS):
        some = chain.purge()
        done += some
        if not some:
            break
    return done
