"""The words of new attachments are read in the background, and their entries found by them."""

from __future__ import annotations

import logging
import time

from celery import shared_task
from django.core.cache import cache
from django.db.models import QuerySet

from files.models import State
from files.reading import DAMAGED, Read
from marketinfo import actions, attached
from marketinfo.models import EntryFile
from marketinfo.models.kept import ATTACHMENT

log = logging.getLogger(__name__)
# A file may take some seconds, and mails wait in the same worker: the next run takes the rest.
_BATCH, _SECONDS = 10, 20.0
# One run at a time, however long its last file takes (seconds).
_TURN, _TURN_LASTS = "marketinfo.words", 120


@shared_task
def read_attachments() -> int:
    """Read attachments that nobody has read yet; how many were read."""
    if not attached.can_read():
        return 0
    waiting = EntryFile.objects.filter(
        role=ATTACHMENT, text_read_at__isnull=True, stored__state=State.READY
    )
    if not cache.add(_TURN, True, _TURN_LASTS):
        return 0
    try:
        return _read(waiting)
    finally:
        cache.delete(_TURN)


def _read(waiting: QuerySet[EntryFile]) -> int:
    done, end = 0, time.monotonic() + _SECONDS
    for file in waiting.select_related("stored").order_by("pk")[:_BATCH]:
        if time.monotonic() > end:
            break
        try:
            found = attached.words(file.stored)
        except OSError:
            # The store is away for a moment: nothing is said of the file, a later run reads it.
            log.exception("attachment %s could not be fetched", file.pk)
            break
        except Exception:
            # A file that no reader survives must not keep the others waiting for ever.
            log.exception("attachment %s could not be read", file.pk)
            found = Read("", DAMAGED)
        actions.take_text(file, text=found.text, problem=found.problem)
        done += 1
    return done
