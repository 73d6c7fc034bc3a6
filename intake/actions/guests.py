"""A company lets somebody see one case for some days, and sends them away again."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import RightsChange, User
from accounts.rights import record
from intake import letters
from intake.actions.moving import RefusedError
from intake.models import Case, CaseGuest

DAYS_AT_MOST = 90
GUESTS_AT_MOST = 20
INVITED_AN_HOUR = 20


@transaction.atomic
def invite_guest(
    *,
    case: Case,
    email: str,
    name: str,
    kind: str,
    may_reply: bool,
    days: int,
    language: str,
    by: User,
) -> CaseGuest:
    """Let somebody follow the case for some days; they learn by mail how to come in."""
    email = email.lower()
    _not_too_often(by)
    if email == case.contact_address:
        raise RefusedError(_("This is the contact person's own address: they see the case anyway."))
    now = timezone.now()
    # A time that is over makes room for a new one.
    case.guests.filter(ended_at__isnull=True, until__lte=now).update(ended_at=now)
    if case.guests.present().count() >= GUESTS_AT_MOST:
        raise RefusedError(
            _("A case has at most %(count)d guests at once. Send somebody away first.")
            % {"count": GUESTS_AT_MOST}
        )
    try:
        with transaction.atomic():
            guest = CaseGuest.objects.create(
                case=case,
                email=email,
                name=name,
                kind=kind,
                may_reply=may_reply,
                until=now + dt.timedelta(days=min(max(days, 1), DAYS_AT_MOST)),
                invited_by=by,
            )
    except IntegrityError:
        raise RefusedError(
            _("This address has access already. End it first if you wish to change it.")
        ) from None
    record("guest_invited", by=by, after=f"#{guest.pk}")
    letters.guest_invited(guest, language=language, by=by)
    return guest


def _not_too_often(by: User) -> None:
    """Each invitation writes to any address: an account must not become a mail cannon."""
    sent = RightsChange.objects.filter(
        by=by, what="guest_invited", at__gt=timezone.now() - dt.timedelta(hours=1)
    )
    if sent.count() >= INVITED_AN_HOUR:
        raise RefusedError(
            _("At most %(count)d invitations go out in an hour. Please go on later.")
            % {"count": INVITED_AN_HOUR}
        )


@transaction.atomic
def end_guest(*, guest: CaseGuest, by: User) -> None:
    """The guest sees the case no more, from this moment on."""
    done = CaseGuest.objects.filter(pk=guest.pk, ended_at__isnull=True).update(
        ended_at=timezone.now()
    )
    if not done:
        raise RefusedError(_("This access has ended already."))
    record("guest_ended", by=by, before=f"#{guest.pk}")
