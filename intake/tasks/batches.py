"""What a worker does for spreadsheets, and the beat when none was woken."""

from __future__ import annotations

from celery import shared_task

from intake.actions import batches
from intake.bulk import running


@shared_task(expires=600)
def work() -> int:
    """Go on with every file that waits to be read, filed or taken back."""
    return running.run_unfinished()


@shared_task
def forget_old() -> int:
    """Delete what was typed into files that nobody touched for 90 days."""
    return batches.forget_old()
