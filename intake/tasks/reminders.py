"""What the beat does for questions that wait: remind the body, then tell its head."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator

from celery import shared_task
from django.utils import timezone

from intake import actions, workflow
from intake.actions import reminders
from intake.models import Referral, Reminder
from intake.timeline import SYSTEM
from notifications.outbox import BadAddressError

log = logging.getLogger(__name__)
# The longest run of days off before a due day: nothing due later can have its reminder today.
_LOOKS_AHEAD = dt.timedelta(days=14)
_BATCH = 500


@shared_task
def remind_bodies() -> int:
    """Remind the bodies whose answer is due soon or overdue; tell the heads of the latest ones.

    Running it twice, at once, or after days of silence changes nothing: each reason is told once,
    and of reasons that passed unsaid only the last one.
    """
    now = timezone.now()
    return sum(_tell(referral) for referral in _waiting(now))


def _waiting(now: dt.datetime) -> Iterator[Referral]:
    """Questions about which something is to be said at this hour and was not said yet."""
    rows = (
        Referral.objects.open()
        .filter(due_at__lt=now + _LOOKS_AHEAD, case__state=workflow.REFERRED)
        .select_related("case__country", "case__assignee", "case__company", "organisation")
        .order_by("pk")
    )
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:_BATCH]):
        last = batch[-1].pk
        said = set(
            Reminder.objects.filter(case__in={row.case_id for row in batch}).values_list(
                "subject", "kind", "key"
            )
        )
        for row in batch:
            stands, about = reminders.standing(row, now), reminders.subject(row)
            wanted = {
                (about, reminders.REMIND, stands.occasion),
                (about, reminders.ESCALATE, stands.escalation),
            }
            if stands.awake and any(reason[2] and reason not in said for reason in wanted):
                yield row


def _tell(referral: Referral) -> int:
    """Tell the head where that is due, else remind; how many were told."""
    try:
        told = actions.escalate_referral(referral=referral)
        told = told or actions.remind_referral(referral=referral, by=SYSTEM)
    except (actions.RefusedError, workflow.IllegalStepError):
        log.info("referral %s moved on by itself", referral.pk)
        return 0
    except BadAddressError:
        # One address that nobody can write to must not keep the others waiting.
        log.exception("referral %s: no reminder could be addressed", referral.pk)
        return 0
    return int(told)
