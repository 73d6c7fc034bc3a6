"""Forgets who was on which case."""

from __future__ import annotations

from celery import shared_task

from intake.actions import presence


@shared_task
def forget_presences() -> int:
    """Delete signs that are too old to mean anything; the pages look at their age anyway."""
    return presence.forget()
