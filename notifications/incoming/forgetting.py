"""Mails are not kept beside what was made of them for ever."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from files import storing
from notifications.models import IncomingMail
from notifications.models.incoming import BOUNCE, IGNORED, NEW, QUARANTINED, UNREADABLE

_BATCH = 500


def forget(*, now: dt.datetime | None = None) -> int:
    """Let go of mails older than settings.REPLY_KEEP_DAYS; what waits for a person stays.

    Of what was taken, its row stays without words; of what came to nothing, nothing stays.
    """
    before = (now or timezone.now()) - dt.timedelta(days=settings.REPLY_KEEP_DAYS)
    old = IncomingMail.objects.filter(received_at__lt=before).exclude(state__in=[NEW, QUARANTINED])
    gone = 0
    for mail in old.filter(raw__isnull=False).select_related("raw").order_by("pk")[:_BATCH]:
        with transaction.atomic():
            file = mail.raw
            IncomingMail.objects.filter(pk=mail.pk).update(raw=None, text="", rest="", files=[])
            if file is not None:
                storing.release([file])
            gone += 1
    for_nothing = old.filter(state__in=[IGNORED, BOUNCE, UNREADABLE], raw__isnull=True)
    for_nothing.delete()
    return gone
