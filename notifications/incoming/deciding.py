"""What an officer does with a mail that was quarantined: take it, or discard it."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils import timezone

from notifications.incoming import handling, keeping
from notifications.incoming.hooks import Word
from notifications.models import IncomingMail
from notifications.models.incoming import DISCARDED, QUARANTINED


class AlreadyDecidedError(Exception):
    """Somebody was first."""


def accept(*, mail: IncomingMail, by: AbstractBaseUser) -> Word:
    """Take the mail although its sender was not the expected one; the files are checked now."""
    if mail.state != QUARANTINED:
        raise AlreadyDecidedError(mail.pk)
    letter, found = handling.letter_of(mail, keeping.raw_of(mail), by)
    taker, _code = handling.taker_of(mail)
    word = handling.take_letter(
        mail, letter, found, taker, decided_by=by, decided_at=timezone.now()
    )
    mail.refresh_from_db()
    if mail.decided_by_id != by.pk:
        raise AlreadyDecidedError(mail.pk)
    return word


def discard(*, mail: IncomingMail, by: AbstractBaseUser) -> None:
    """Nothing is made of the mail; that it came, and who decided so, stays."""
    done = IncomingMail.objects.filter(pk=mail.pk, state=QUARANTINED).update(
        state=DISCARDED, decided_by=by, decided_at=timezone.now()
    )
    if not done:
        raise AlreadyDecidedError(mail.pk)
