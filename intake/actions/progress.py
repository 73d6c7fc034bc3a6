"""Telling the company how far its case is: every thirty days, or by the officer's own words."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone, translation

from intake import explain, letters, workflow
from intake.actions.moving import hold
from intake.models import Case, Reminder
from intake.models.event import TO_SUBMITTER
from intake.timeline import Actor, draw

PROGRESS, ABOUT_THE_CASE = "progress", "case"
PERIOD = dt.timedelta(days=30)


def period(case: Case, now: dt.datetime) -> int:
    """How many times thirty days have gone by since the receipt (Decree 23)."""
    return max(0, (now - case.received_at) // PERIOD)


@transaction.atomic
def say_progress(*, case: Case, by: Actor, text: str = "") -> bool:
    """Tell the company what was done so far, who is in charge and until when it is answered.

    The portal says it once in each thirty days; False when that was done already. An officer's
    own words count for the thirty days in which they are said, and may be said more often.
    """
    hold(case)
    workflow.check("say_progress", state=case.state, role=by.role)
    number = period(case, timezone.now())
    _row, first = Reminder.objects.get_or_create(
        case=case, subject=ABOUT_THE_CASE, kind=PROGRESS, key=str(number)
    )
    if not first and by.role == workflow.SYSTEM:
        return False
    with translation.override(case.language):
        done = explain.progress(case)
    # The case stays as the officers see it: nobody's form becomes stale by it.
    draw(
        case,
        "say_progress",
        by=by,
        from_state=case.state,
        to_state=case.state,
        text="\n\n".join(part for part in (text, done) if part),
        audience=TO_SUBMITTER,
        facts={"period": number},
    ).save(force_insert=True)
    letters.progress(case, done=done, text=text)
    return True
