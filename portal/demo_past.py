"""Lets a demonstration case have a past: when its steps happened, and its rows moved there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import models
from django.db.models import F
from django.utils import timezone

from files.models import StoredFile
from intake import clock, deadline
from intake.actions import reminders
from intake.models import (
    Attachment,
    Case,
    CaseEvent,
    CaseGuest,
    Citation,
    ConfirmationDraft,
    Consent,
    Mention,
    Message,
    Promise,
    Referral,
    Reminder,
    SupplementDraft,
    SupplementItem,
)
from intake.models.queue import lane_of
from notifications.models import QUEUED, SENT, Notice

_DAY = dt.timedelta(days=1)
_BREATH = dt.timedelta(minutes=4)
# Every row of a case that has a time, and how it is found.
_ROWS: tuple[tuple[type[models.Model], str], ...] = (
    (Case, "pk"),
    (CaseEvent, "case"),
    (Consent, "case"),
    (Message, "case"),
    (Mention, "message__case"),
    (Attachment, "case"),
    (Referral, "case"),
    (Promise, "case"),
    (ConfirmationDraft, "case"),
    (CaseGuest, "case"),
    (Reminder, "case"),
    (SupplementItem, "case"),
    (SupplementDraft, "case"),
    (Citation, "case"),
)
_NOT_SENT = "demonstration: written for the past, never sent"


def moments(days_ago: Sequence[int], place: int, now: dt.datetime) -> list[dt.datetime]:
    """When the steps of a life happened: in office hours, one after the other, the last before now.

    `days_ago` counts working days before the day of `now` (or the last working day before it);
    `place` is the case's own number, so that not everybody works at the same minute.
    """
    calendar, found = deadline.korea(), []
    for number, ago in enumerate(days_ago):
        minutes = 15 + place * 4 + 37 * days_ago[:number].count(ago)
        if number:
            # No two people need the same minutes; less than what lies between two steps of a day.
            minutes += (number * 17 + place * 7) % 31
        day = _working_day(timezone.localdate(now), ago, calendar)
        opens = timezone.make_aware(dt.datetime.combine(day, clock.OPENS))
        found.append(opens + dt.timedelta(minutes=minutes))
    latest = now - _BREATH
    for number in reversed(range(len(found))):
        found[number] = min(found[number], latest)
        latest = found[number] - _BREATH
    return found


def _working_day(day: dt.date, ago: int, calendar: clock.Calendar) -> dt.date:
    while True:
        if calendar.works_on(day):
            if not ago:
                return day
            ago -= 1
        day -= _DAY


def shift(case: Case, by: dt.timedelta) -> None:
    """Move the whole life of a case into the past, all its rows by the same span.

    The verbs know one time, now, and that is right: nobody files into the past. But a desk on
    which everything began a minute ago shows neither queue nor figures. So a demonstration case
    is led by the real verbs, and between two steps everything that it has moves back by the time
    that lies between them: what was a moment ago is then as long ago as it is to be, in the same
    order and at the same distances. The number stays: it was given out today.
    """
    for model, path in _ROWS:
        _move_rows(model.objects.filter(**{path: case.pk}), by)  # type: ignore[attr-defined]
    _move_rows(StoredFile.objects.filter(pk__in=case.attachments.values("file")), by)
    _move_rows(Notice.objects.filter(subject_key=case.number), by)
    days = dt.timedelta(days=round(by / _DAY))
    Case.objects.filter(pk=case.pk).update(supplement_due=F("supplement_due") - days)
    # The clock reads the receipt in the event's facts.
    event = case.events.get(verb="submit")
    received = dt.datetime.fromisoformat(event.facts["received_at"]) - by
    facts = event.facts | {"received_at": received.isoformat()}
    CaseEvent.objects.filter(pk=event.pk).update(facts=facts)
    case.refresh_from_db()


def _move_rows(rows: models.QuerySet, by: dt.timedelta) -> None:
    """Every stored moment of some rows, whichever columns the model has."""
    columns = [
        field.name
        for field in rows.model._meta.concrete_fields
        if isinstance(field, models.DateTimeField)
    ]
    rows.update(**{name: F(name) - by for name in columns})


def settle(case: Case, now: dt.datetime, *, mails: bool) -> None:
    """Compute anew what follows from the moments, and keep history from being told once more.

    Due date, lane, the bodies' dates, the reasons to remind that have come about; notices of the
    past are marked as sent, and with `mails` those of today leave as they would.
    """
    due = deadline.of(case).due
    due_at = None if case.due_at is None or due is None else timezone.make_aware(due)
    lane = lane_of(
        state=case.state,
        at_border=case.at_border,
        due_at=due_at,
        attention=case.attention,
        now=now,
    )
    Case.objects.filter(pk=case.pk).update(due_at=due_at, lane=lane)
    for referral in case.referrals.all():
        Referral.objects.filter(pk=referral.pk).update(due_at=_evening(referral.due_at))
    open_ones = list(case.referrals.open().select_related("organisation"))
    Reminder.objects.bulk_create(_said(case, open_ones, now), ignore_conflicts=True)
    if not mails:
        Notice.objects.filter(subject_key=case.number, state=QUEUED).update(
            state=SENT, sent_at=F("created_at"), answer=_NOT_SENT
        )


def _evening(moment: dt.datetime) -> dt.datetime:
    """The end of the working day of a moment, or of the next one."""
    day = deadline.korea().next_working_day(timezone.localdate(moment))
    return timezone.make_aware(dt.datetime.combine(day, clock.CLOSES))


def _said(case: Case, referrals: Iterable[Referral], now: dt.datetime) -> list[Reminder]:
    """What the beat would say at once about questions that are as old as they were made."""
    rows = []
    for referral in referrals:
        stands = reminders.standing(referral, now)
        about = reminders.subject(referral)
        reasons = (reminders.REMIND, stands.occasion), (reminders.ESCALATE, stands.escalation)
        rows += [
            Reminder(case=case, subject=about, kind=kind, key=key) for kind, key in reasons if key
        ]
    return rows
