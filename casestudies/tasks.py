"""What the beat does for the archive: reminders, consents that ended, sheets that nobody took."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from casestudies import actions, collecting


@shared_task
def look_after() -> int:
    """Take down what nobody agrees to any more, remind of questions, forget old sheets.

    How many studies, letters and sheets were touched; running it twice, or at once, touches none
    twice.
    """
    now = timezone.now()
    gone = actions.look_at_consents()
    return gone + actions.remind(now=now) + collecting.forget_old(now)
