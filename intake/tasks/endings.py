"""What the beat does for cases: close silent ones, return lapsed ones, expire drafts."""

from __future__ import annotations

import datetime as dt
import logging

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from intake import actions, deadline, reminding, workflow
from intake.actions import access, calendar, drafting
from intake.answering_first import verbs as answering
from intake.models import Case
from intake.timeline import SYSTEM

log = logging.getLogger(__name__)
# One run takes this many at most; the next run takes the rest.
_BATCH = 500


def _by_day() -> bool:
    """Whether it is a working hour: a company learns of the end of its case in one.

    A supplement whose last day is a day off may still come until the next working morning.
    """
    return reminding.awake(deadline.local(timezone.now()), deadline.korea())


@shared_task
def close_silent() -> int:
    """Close cases whose company said nothing for thirty days after the answer."""
    if not _by_day():
        return 0
    limit = timezone.now() - dt.timedelta(days=settings.SILENT_CLOSE_DAYS)
    silent = Case.objects.filter(state=workflow.ANSWERED, answered_at__lt=limit)[:_BATCH]
    closed = 0
    for case in silent:
        try:
            actions.close(case=case, by=SYSTEM)
            closed += 1
        except (actions.RefusedError, workflow.IllegalStepError):
            log.info("case %s moved on by itself", case.pk)
    return closed


@shared_task
def lapse_supplements() -> int:
    """Return cases whose supplement did not come by its date."""
    if not _by_day():
        return 0
    overdue = Case.objects.filter(
        state=workflow.SUPPLEMENT, supplement_due__lt=timezone.localdate()
    )[:_BATCH]
    lapsed = 0
    for case in overdue:
        try:
            actions.lapse(case=case)
            lapsed += 1
        except (actions.RefusedError, workflow.IllegalStepError):
            log.info("case %s moved on by itself", case.pk)
    return lapsed


@shared_task
def remind_drafts() -> int:
    """Remind writers by day of drafts that lie untouched; each once."""
    if not _by_day():
        return 0
    reminded = 0
    while found := drafting.remind_drafts():
        reminded += found
    return reminded


@shared_task
def expire_drafts() -> int:
    """Delete drafts that nobody touched for two weeks, and attempts that no longer count."""
    access.forget_attempts()
    answering.forget_shown(before=timezone.now() - dt.timedelta(days=settings.DRAFT_DAYS))
    return drafting.expire_drafts()


@shared_task
def catch_up_with_calendar() -> int:
    """Move the dates that a cut-off change of policy or calendar left behind."""
    return calendar.catch_up()
