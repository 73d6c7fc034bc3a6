"""What the beat does for companies that wait long: tell them how far their case is."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator

from celery import shared_task
from django.utils import timezone

from intake import actions, deadline, reminding, triage, workflow
from intake.actions import progress
from intake.models import Case, Reminder
from intake.timeline import SYSTEM
from notifications.outbox import BadAddressError

log = logging.getLogger(__name__)
_BATCH = 500


@shared_task
def say_progress() -> int:
    """Tell each company whose case has run for thirty days, and for each thirty days after.

    By day and on working days only. Running it twice, at once, or after days of silence says
    nothing twice: of what passed unsaid only the last thirty days are told.
    """
    now = timezone.now()
    if not reminding.awake(deadline.local(now), deadline.korea()):
        return 0
    return sum(_tell(case) for case in _waiting(now))


def _waiting(now: dt.datetime) -> Iterator[Case]:
    rows = (
        Case.objects.filter(state__in=triage.RUNNING, received_at__lte=now - progress.PERIOD)
        .select_related("assignee", "country", "company", "filed_by")
        .order_by("pk")
    )
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:_BATCH]):
        last = batch[-1].pk
        said = set(
            Reminder.objects.filter(
                case__in=[case.pk for case in batch], kind=progress.PROGRESS
            ).values_list("case_id", "key")
        )
        starts = progress.starts(batch)
        for case in batch:
            key = progress.occasion(starts[case.pk], now)
            if key and (case.pk, key) not in said:
                yield case


def _tell(case: Case) -> int:
    try:
        return int(actions.say_progress(case=case, by=SYSTEM))
    except workflow.IllegalStepError:
        log.info("case %s moved on by itself", case.pk)
    except BadAddressError:
        # One address that nobody can write to must not keep the others waiting.
        log.exception("case %s: no progress notice could be addressed", case.pk)
    return 0
