"""What Celery runs: wake-ups and the beat. Each lets the outbox be read; none carries a mail."""

from typing import Any

from celery import shared_task
from celery.signals import worker_shutting_down

from notifications import alarms, delivery, digests, journal, lease, waking
from notifications.hooks import tasks as hooks
from notifications.incoming import tasks as incoming

# Importing them lets the worker find its tasks.
__all__ = ["deliver_batch", "hooks", "incoming", "sweep"]


@worker_shutting_down.connect
def _stop(**_facts: Any) -> None:
    """SIGTERM: the row in hand is finished, the others go back to the queue."""
    delivery.stopping.set()


@shared_task(expires=60)
def deliver_batch() -> None:
    """Deliver one batch, and ask for another turn when more is due."""
    if delivery.deliver_due():
        waking.publish()
    # A worker that is woken hears a beat that is not (F39).
    alarms.look()


@shared_task(expires=30)
def sweep() -> None:
    """Pick up whatever a crash, a refusal or a deaf broker left behind."""
    alarms.look()
    alarms.beat()
    # Before the leases of the dead lapse: what they had handed over is not handed over again.
    journal.settle(delivery.mark_noted)
    lease.reclaim()
    deliver_batch()


@shared_task(expires=60)
def release_held() -> int:
    """Let go what waited for its hour; gather for each person what was to be gathered."""
    return digests.run()
