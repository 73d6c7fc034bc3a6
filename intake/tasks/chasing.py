"""What the beat does for the secretariat's officers: says what is due, late, or nobody's yet."""

from __future__ import annotations

import datetime as dt

from celery import shared_task
from django.db.models import Q
from django.utils import timezone

from intake import deadline, reminding, triage, workflow
from intake.actions import chasing
from intake.actions.claiming import is_news, said_about
from intake.models import Case

_LOOKS = 500
# One mail names what one run finds; more than this is left to the next run.
_TELLS = 2000
# The longest run of days off before a due day: nothing due later can be told of today.
_LOOKS_AHEAD = dt.timedelta(days=14)


@shared_task
def remind_officers() -> int:
    """Tell officers by day of dates that come or have gone, and at any hour of the border.

    Each reader gets one mail. Running it twice, at once, or after days of silence changes
    nothing: each reason is told once, and of reasons that passed unsaid only the last one.
    """
    now = timezone.now()
    awake = reminding.awake(deadline.local(now), deadline.korea())
    keys = _due(now, awake=awake)
    return chasing.tell_officers(keys=keys, awake=awake) if keys else 0


def _due(now: dt.datetime, *, awake: bool) -> list[int]:
    """The cases of which an officer is to be told something now."""
    rows = Case.objects.open().filter(state__in=triage.RUNNING)
    urgent = Q(at_border=True)
    by_day = Q(due_at__lt=now + _LOOKS_AHEAD) | Q(state=workflow.RECEIVED, assignee=None)
    rows = rows.filter(urgent | by_day if awake else urgent).order_by("pk")
    last, keys = 0, list[int]()
    while len(keys) < _TELLS and (batch := list(rows.filter(pk__gt=last)[:_LOOKS])):
        last = batch[-1].pk
        wanted = [one for case in batch for one in chasing.claims(case, now, awake=awake)]
        said = said_about({claim.case.pk for claim in wanted}, chasing.KINDS)
        keys += dict.fromkeys(claim.case.pk for claim in wanted if is_news(said, claim))
    return keys[:_TELLS]
