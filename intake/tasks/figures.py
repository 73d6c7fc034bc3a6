"""What the beat does for the desk figures: count them anew."""

from __future__ import annotations

from celery import shared_task

from intake.figures import counting


@shared_task
def count() -> int:
    """Put fresh figures in place of the old ones; how many rows."""
    return counting.count()
