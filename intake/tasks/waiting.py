"""What the beat does for cases that wait for their company: it reminds, twice at most."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from accounts.models import Organisation
from intake import deadline, reminding, workflow
from intake.actions import waiting
from intake.actions.claiming import is_news, said_about
from intake.letters.waiting import COMPANY, SIDES
from intake.models import Case
from intake.models.gate import CaseQuerySet

# So many rows are looked at in one statement, and so many told in one transaction.
_LOOKS, _TELLS = 500, 100
# A long rest can move the notice before a closing to an earlier day.
_REST = dt.timedelta(days=14)


@shared_task
def remind_waiting() -> int:
    """Remind companies of supplements and of answers on which they said nothing; how many.

    Running it twice, at once, or after days of silence changes nothing: each reason is told
    once, and of reasons that passed unsaid only the last one.
    """
    now = timezone.now()
    silent = dt.timedelta(days=settings.SILENT_CLOSE_DAYS - reminding.BEFORE_CLOSING)
    supplements = Case.objects.filter(
        state=workflow.SUPPLEMENT, supplement_due__gte=timezone.localdate(now)
    )
    answers = Case.objects.filter(state=workflow.ANSWERED, answered_at__lt=now - silent + _REST)
    return _remind(waiting.SUPPLEMENT, supplements, now) + _remind(waiting.ANSWER, answers, now)


@shared_task
def ask_outcomes() -> int:
    """Ask companies 30 and 90 days after the end how it ended; how many were asked."""
    now = timezone.now()
    first, last = min(reminding.OUTCOME_DAYS), max(reminding.OUTCOME_DAYS)
    closed = Case.objects.filter(
        state=workflow.CLOSED,
        ended_at__lt=now - dt.timedelta(days=first - 1),
        ended_at__gt=now - dt.timedelta(days=last + reminding.OUTCOME_FOR + 1),
        outcome_settled=False,
    )
    return _remind(waiting.OUTCOME, closed, now)


def _remind(about: waiting.About, rows: CaseQuerySet, now: dt.datetime) -> int:
    return sum(
        waiting.remind(about=about, side=side, keys=keys)
        for side in SIDES
        for keys in _due(about, side, rows, now)
    )


def _due(
    about: waiting.About, side: str, rows: CaseQuerySet, now: dt.datetime
) -> Iterator[list[int]]:
    """The cases of which one side is to be told something now, in handfuls."""
    awake = _awake(now)
    if side == COMPANY and not awake(None):
        return
    today = timezone.localdate(now)
    last = 0
    rows = rows.select_related("filer_organisation").order_by("pk")
    while batch := list(rows.filter(pk__gt=last)[:_LOOKS]):
        last = batch[-1].pk
        here = [case for case in batch if side == COMPANY or awake(case.filer_organisation)]
        wanted = [claim for case in here if (claim := about.claim(case, side, today))]
        said = said_about([claim.case.pk for claim in wanted], waiting.kinds(about))
        keys = [claim.case.pk for claim in wanted if is_news(said, claim)]
        for start in range(0, len(keys), _TELLS):
            yield keys[start : start + _TELLS]


def _awake(now: dt.datetime) -> Callable[[Organisation | None], bool]:
    """Whether somebody of an organisation may be written to now; without one, as in Seoul."""
    known: dict[int | None, bool] = {None: reminding.awake(deadline.local(now), deadline.korea())}

    def awake(organisation: Organisation | None) -> bool:
        if organisation is None:
            return known[None]
        if organisation.pk not in known:
            here = timezone.localtime(now, ZoneInfo(organisation.time_zone))
            calendar = deadline.for_organisation(organisation)
            known[organisation.pk] = reminding.awake(here, calendar)
        return known[organisation.pk]

    return awake
