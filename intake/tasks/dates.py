"""What a worker does after a change that moves many dates, and the beat when none was woken."""

from __future__ import annotations

from celery import shared_task

from intake.actions import recounting


@shared_task(expires=600)
def move_dates() -> int:
    """Move the dates that a change of policy or calendar left to the background."""
    return recounting.run_unfinished()
