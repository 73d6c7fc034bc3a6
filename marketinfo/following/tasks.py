"""What Celery runs for followers: telling of changes, a batch per task; forgetting the rest."""

from __future__ import annotations

from celery import shared_task

from marketinfo.following import announcing, verbs
from notifications import waking


@shared_task(expires=300)
def tell() -> None:
    """One batch, and another turn when more is left; the beat finds what a deaf broker lost."""
    if announcing.tell_some():
        waking.publish(announcing.TELL)


@shared_task(expires=3600)
def forget() -> int:
    """Delete what nobody confirmed, and addresses that follow nothing; how many."""
    return verbs.forget()
