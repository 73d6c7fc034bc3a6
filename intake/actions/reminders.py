"""Telling a body, and then its head, that a question still waits; never twice for one reason."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from intake import deadline, letters, reminding, workflow
from intake.actions.moving import RefusedError, hold
from intake.actions.referrals import stay
from intake.models import Referral, Reminder
from intake.timeline import SYSTEM, Actor

REMIND, ESCALATE, NEW_LINK = "remind", "escalate", "link"


@dataclass(frozen=True)
class Standing:
    """Where a question stands on its body's own calendar and clock."""

    # The reason to remind that counts now, and the due day whose passing the head is told of;
    # each empty when there is none.
    occasion: str
    escalation: str
    # Whether it is a working hour where the body sits.
    awake: bool


def standing(referral: Referral, now: dt.datetime | None = None) -> Standing:
    """What the clock wants said about a question at a moment."""
    body = referral.organisation
    place, calendar = ZoneInfo(body.time_zone), deadline.for_organisation(body)
    here = timezone.localtime(now, place)
    due = timezone.localdate(referral.due_at, place)
    asked = timezone.localdate(referral.asked_at, place)
    today = here.date()
    return Standing(
        reminding.occasion(asked=asked, due=due, today=today, calendar=calendar),
        str(due) if reminding.escalates(due=due, today=today, calendar=calendar) else "",
        reminding.awake(here, calendar),
    )


def subject(referral: Referral) -> str:
    """How the rows of reminders name a question."""
    return f"referral:{referral.pk}"


def _first(referral: Referral, kind: str, key: str) -> bool:
    """Claim a reason in the caller's transaction; False when somebody told it before."""
    _row, new = Reminder.objects.get_or_create(
        case_id=referral.case_id, subject=subject(referral), kind=kind, key=key
    )
    return new


@transaction.atomic
def remind_referral(*, referral: Referral, by: Actor, text: str = "") -> bool:
    """Remind a body of its question; whether a reminder went out.

    The portal reminds once for each reason (intake.reminding) and else does nothing. A person
    may remind at any time with words of their own, but once in a working day of the body.
    """
    _as_it_is(referral)
    now = standing(referral)
    new = bool(now.occasion) and _first(referral, REMIND, now.occasion)
    if by.role != workflow.SYSTEM:
        _refuse_when_useless(referral)
    elif not new or _silent(referral):
        return False
    stay(referral, "remind_referral", by=by, text=text, reminded_at=timezone.now())
    letters.referral_reminder(referral, text)
    return True


def _as_it_is(referral: Referral) -> None:
    """The question as it stands, kept from others until the transaction ends."""
    hold(referral.case)
    now = Referral.objects.get(pk=referral.pk)
    for name in ("state", "due_at", "reminded_at", "handler_id"):
        setattr(referral, name, getattr(now, name))


def _silent(referral: Referral) -> bool:
    """Whether no mail reaches the body: only the secretariat's officer can then do something."""
    return referral.handler is None and bool(letters.unreachable([referral.organisation]))


def _refuse_when_useless(referral: Referral) -> None:
    body = referral.organisation
    if _silent(referral):
        raise RefusedError(
            _(
                "No mail reaches %(body)s: the portal knows no address and no officer there. "
                "Please call."
            )
            % {"body": body}
        )
    if referral.reminded_at is None:
        return
    place = ZoneInfo(body.time_zone)
    reminded = timezone.localdate(referral.reminded_at, place)
    again = reminding.again_from(reminded, deadline.for_organisation(body))
    if timezone.localdate(timezone=place) < again:
        raise RefusedError(
            _(
                "%(body)s was reminded on %(day)s already. It can be reminded again from "
                "%(again)s, its next working day."
            )
            % {"body": body, "day": reminded, "again": again}
        )


@transaction.atomic
def escalate_referral(*, referral: Referral, by: Actor = SYSTEM) -> bool:
    """Tell the body's head and the secretariat that an answer is late; whether they were told.

    Once for each due date. Who is told so is not reminded of the same thing in another mail.
    """
    _as_it_is(referral)
    now = standing(referral)
    if not now.escalation or not _first(referral, ESCALATE, now.escalation):
        return False
    if now.occasion:
        _first(referral, REMIND, now.occasion)
    days = late_days(referral)
    stay(referral, "escalate_referral", by=by, facts={"days": days})
    letters.referral_escalated(referral, days=days)
    return True


@transaction.atomic
def send_new_link(*, referral: Referral) -> bool:
    """Send an open question's link to its body's own address once more; at most once a day.

    Whoever holds a link that is over may ask for this: the new one goes to the body alone.
    """
    _as_it_is(referral)
    if not referral.is_open or not _first(referral, NEW_LINK, str(timezone.localdate())):
        return False
    letters.referral_link(referral)
    return True


def late_days(referral: Referral) -> int:
    """The body's working days since the due day."""
    body = referral.organisation
    place = ZoneInfo(body.time_zone)
    calendar = deadline.for_organisation(body)
    return reminding.late_by(
        timezone.localdate(referral.due_at, place), timezone.localdate(timezone=place), calendar
    )
