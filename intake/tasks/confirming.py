"""What the beat does for cases whose company has not confirmed them: it asks again, twice."""

from __future__ import annotations

import datetime as dt
import logging

from celery import shared_task
from django.utils import timezone

from intake import actions, deadline, reminding, workflow
from intake.actions import confirming
from intake.models import Case, Reminder
from intake.timeline import SYSTEM
from notifications.outbox import BadAddressError

log = logging.getLogger(__name__)
# After the last reminder's day nothing more is said, whatever the beat has missed.
_LOOKS_BACK = dt.timedelta(days=30)
_BATCH = 500


@shared_task
def remind_companies() -> int:
    """Ask companies again to confirm what was filed for them; how many were asked.

    Running it twice, at once, or after days of silence changes nothing: each occasion is told
    once, and of occasions that passed unsaid only the last one.
    """
    now = timezone.now()
    if not reminding.awake(timezone.localtime(now), deadline.korea()):
        return 0
    first = now - dt.timedelta(days=min(confirming.AGAIN_AFTER))
    rows = (
        Case.objects.unconfirmed()
        .open()
        .filter(confirm_asked_at__lt=first, confirm_asked_at__gte=now - _LOOKS_BACK)
        .exclude(contact_email="")
        .order_by("pk")
    )
    asked = last = 0
    while batch := list(rows.filter(pk__gt=last)[:_BATCH]):
        last = batch[-1].pk
        said = set(
            Reminder.objects.filter(
                case__in=batch, subject=confirming.ABOUT, kind=confirming.REMIND
            ).values_list("case_id", "key")
        )
        for case in batch:
            key = confirming.occasion(case, now)
            if key and (case.pk, key) not in said:
                asked += _ask(case)
    return asked


def _ask(case: Case) -> int:
    try:
        return int(actions.remind_confirmation(case=case, by=SYSTEM))
    except (actions.RefusedError, workflow.IllegalStepError):
        log.info("case %s moved on by itself", case.pk)
    except BadAddressError:
        # One address that nobody can write to must not keep the others waiting.
        log.exception("case %s: no reminder could be addressed", case.pk)
    return 0
