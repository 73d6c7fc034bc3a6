"""What Celery runs: wake-ups and the beat. Each lets the outbox be read; none carries a mail."""

from typing import Any

from celery import shared_task
from celery.signals import worker_shutting_down

from notifications import delivery, lease, waking


@worker_shutting_down.connect
def _stop(**_facts: Any) -> None:
    """SIGTERM: the row in hand is finished, the others go back to the queue."""
    delivery.stopping.set()


@shared_task(expires=60)
def deliver_batch() -> None:
    """Deliver one batch, and ask for another turn when more is due."""
    if delivery.deliver_due():
        waking.publish()


@shared_task(expires=30)
def sweep() -> None:
    """Pick up whatever a crash, a refusal or a deaf broker left behind."""
    lease.reclaim()
    deliver_batch()
