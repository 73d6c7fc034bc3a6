"""What Celery runs for incoming mail: a wake-up after each, and the beat for what that missed."""

from celery import shared_task

from notifications.incoming import forgetting, handling, imap, keeping
from notifications.waking import publish


@shared_task(name=keeping.HANDLE, expires=60)
def handle() -> None:
    """Handle what waits, and ask for another turn when there was much."""
    if handling.handle_waiting() == handling.BATCH:
        publish(keeping.HANDLE)


@shared_task(name="notifications.incoming.tasks.poll", expires=60)
def poll() -> None:
    """Fetch what lies in the mailbox of IMAP_URL."""
    imap.poll()


@shared_task(name="notifications.incoming.tasks.forget")
def forget() -> None:
    """Once a day: let go of old mails."""
    forgetting.forget()
