"""The words of new attachments are read in the background, and their entries found by them."""

from __future__ import annotations

import logging

from celery import shared_task

from files.models import State
from files.reading import DAMAGED, Read
from marketinfo import actions, attached
from marketinfo.models import EntryFile
from marketinfo.models.kept import ATTACHMENT

log = logging.getLogger(__name__)
# A file may take some seconds; the next run takes the rest.
_BATCH = 10


@shared_task
def read_attachments() -> int:
    """Read attachments that nobody has read yet; how many were read."""
    if not attached.can_read():
        return 0
    waiting = EntryFile.objects.filter(
        role=ATTACHMENT, text_read_at__isnull=True, stored__state=State.READY
    )
    done = 0
    for file in waiting.select_related("stored").order_by("pk")[:_BATCH]:
        try:
            found = attached.words(file.stored)
        except Exception:
            # A file that no reader survives must not keep the others waiting for ever.
            log.exception("attachment %s could not be read", file.pk)
            found = Read("", DAMAGED)
        actions.take_text(file, text=found.text, problem=found.problem)
        done += 1
    return done
