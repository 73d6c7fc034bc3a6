"""Telling the company how far its case is: every thirty days, or by the officer's own words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone, translation

from intake import explain, letters, workflow
from intake.actions.moving import hold
from intake.models import Case, CaseEvent, Reminder
from intake.models.event import TO_SUBMITTER
from intake.timeline import Actor, draw, write

PROGRESS, ABOUT_THE_CASE = "progress", "case"
PERIOD = dt.timedelta(days=30)


# With each of these a new period begins, and the thirty days with it.
_STARTS = ("dispute", "reopen")


def starts(cases: Iterable[Case]) -> dict[int, dt.datetime]:
    """When the thirty days of each case began: with its receipt, or when it was taken up again."""
    found = {case.pk: case.received_at for case in cases}
    rows = CaseEvent.objects.filter(case__in=list(found), verb__in=_STARTS).order_by("id")
    found.update(rows.values_list("case_id", "at"))
    return found


def occasion(start: dt.datetime, now: dt.datetime) -> str:
    """Which thirty days are over at a moment (Decree 23), as a key; empty before the first."""
    number = (now - start) // PERIOD
    return f"{timezone.localdate(start)}/{number}" if number > 0 else ""


@transaction.atomic
def say_progress(*, case: Case, by: Actor, text: str = "") -> bool:
    """Tell the company what was done so far, who is in charge and until when it is answered.

    The portal says it once after each thirty days; False when that was done already. An officer
    may say it at any time, and has then said it for the thirty days that are over.
    """
    hold(case)
    workflow.check("say_progress", state=case.state, role=by.role)
    key = occasion(starts([case])[case.pk], timezone.now())
    first = False
    if key:
        _row, first = Reminder.objects.get_or_create(
            case=case, subject=ABOUT_THE_CASE, kind=PROGRESS, key=key
        )
    if not first and by.role == workflow.SYSTEM:
        return False
    with translation.override(case.language):
        done = explain.progress(case)
    # The case stays as the officers see it: nobody's form becomes stale by it.
    write(
        draw(
            case,
            "say_progress",
            by=by,
            from_state=case.state,
            to_state=case.state,
            text="\n\n".join(part for part in (text, done) if part),
            audience=TO_SUBMITTER,
            facts={"occasion": key},
        )
    )
    letters.progress(case, done=done, text=text)
    return True
