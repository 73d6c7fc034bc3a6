"""What the beat runs for hooks."""

from celery import shared_task

from notifications.hooks import delivering


@shared_task(expires=15)
def deliver() -> None:
    """Send what is due, after freeing what a dead worker held."""
    delivering.reclaim()
    delivering.deliver_due()


@shared_task(expires=3600)
def forget() -> int:
    """Delete what the log no longer keeps."""
    return delivering.forget_old()
