"""What the beat does for the desk figures: count them anew."""

from __future__ import annotations

from celery import shared_task

from intake.figures import resting


@shared_task
def count() -> int:
    """Put fresh figures in place of the old ones, when the last count has rested; how many rows."""
    return resting.count_when_rested()
