"""What the beat does with stored files."""

from celery import shared_task

from files import sweeping


@shared_task(name="files.tasks.sweep")
def sweep() -> None:
    """Every hour: rescan what waits, then bring rows and bytes together, both ways."""
    sweeping.rescan()
    sweeping.remove_unclaimed()
    sweeping.remove_strays()
    sweeping.remove_unfinished()
    sweeping.mark_missing()


@shared_task(name="files.tasks.rescan")
def rescan() -> None:
    """Every minute where a scanner is set: judge what waits."""
    sweeping.rescan()


@shared_task(name="files.tasks.verify")
def verify() -> None:
    """Every night: compare every stored file with its hash."""
    sweeping.verify()
