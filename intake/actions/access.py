"""Opening a case without an account: tracking code, one-time code, and counted attempts.

Attempts are counted per receipt number and per network address, whether the number exists or
not, and every wrong try gets the same words: nobody learns here which numbers exist.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
import uuid
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import ngettext

from intake import letters, receipt
from intake.actions.moving import RefusedError
from intake.models import AccessAttempt, Case, OneTimeCode
from notifications import addresses

WINDOW = dt.timedelta(minutes=15)
WRONG_AT_MOST = 5
CODES_AT_MOST = 3
# An office behind one address holds many honest people.
WRONG_PER_ADDRESS = 50
WRONG, ASKED = "wrong", "asked"
# Stands in for the key of a case that does not exist.
_NO_KEY = uuid.UUID(int=0)


class TooManyTriesError(RefusedError):
    """Too many wrong tries for this number: wait, the way is not closed for good."""

    def __init__(self, wait: dt.timedelta) -> None:
        minutes = max(1, -(-int(wait.total_seconds()) // 60))
        super().__init__(
            ngettext(
                "Too many tries. Please wait %(minutes)d minute and try again, or use the "
                "link in one of our mails.",
                "Too many tries. Please wait %(minutes)d minutes and try again, or use the "
                "link in one of our mails.",
                minutes,
            )
            % {"minutes": minutes}
        )


def _subject(text: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def _count(subjects: Iterable[str], kind: str) -> None:
    AccessAttempt.objects.bulk_create(
        AccessAttempt(subject=subject, kind=kind) for subject in subjects
    )


def _refuse_when_many(subject: str, kind: str, at_most: int) -> None:
    since = timezone.now() - WINDOW
    times = list(
        AccessAttempt.objects.filter(subject=subject, kind=kind, at__gte=since)
        .order_by("-at")
        .values_list("at", flat=True)[:at_most]
    )
    if len(times) == at_most:
        raise TooManyTriesError(times[-1] + WINDOW - timezone.now())


def _guard(tried: str, address: str) -> tuple[str, str]:
    of_number, of_address = _subject(tried), _subject(f"address:{address}")
    _refuse_when_many(of_number, WRONG, WRONG_AT_MOST)
    _refuse_when_many(of_address, WRONG, WRONG_PER_ADDRESS)
    return of_number, of_address


def open_by_code(*, number: str, code: str, address: str) -> Case | None:
    """The case whose tracking code was typed; None (and counted) when number or code is wrong.

    The code is beyond guessing, so wrong ones make only the address wait that sent them: no
    stranger can keep the owner out.
    """
    subjects = _guard(f"number:{number} from {address}", address)
    case = Case.objects.filter(number=number).first()
    # A number that does not exist costs the same comparison as one that does.
    right = case.tracking_code if case else receipt.tracking_code(_NO_KEY, settings.TRACKING_KEY)
    same = receipt.same_code(code, right)
    if case is not None and same:
        return case
    _count(subjects, WRONG)
    return None


@transaction.atomic
def mail_code(*, number: str, address: str) -> None:
    """Mail a one-time code to the case's contact, when there is such a case; tells nobody which."""
    subject = _subject(f"number:{number}")
    _refuse_when_many(subject, ASKED, CODES_AT_MOST)
    _refuse_when_many(_subject(f"address:{address}"), ASKED, WRONG_PER_ADDRESS)
    _count((subject, _subject(f"address:{address}")), ASKED)
    case = Case.objects.filter(number=number).first()
    if case is None:
        return
    code = f"{secrets.randbelow(10**6):06d}"
    now = timezone.now()
    OneTimeCode.objects.create(
        case=case,
        code_hash=_subject(f"code:{case.pk}:{code}"),
        created_at=now,
        expires_at=now + OneTimeCode.LIFETIME,
    )
    letters.one_time_code(case, code, int(OneTimeCode.LIFETIME.total_seconds() // 60))


@transaction.atomic
def open_by_one_time_code(*, number: str, code: str, address: str) -> Case | None:
    """The case whose newest one-time code was typed; each code works once and for ten minutes."""
    subjects = _guard(f"number:{number}", address)
    digits = "".join(char for char in code if char.isdecimal())
    typed = "".join(str(int(char)) for char in digits)
    now = timezone.now()
    newest = (
        OneTimeCode.objects.filter(case__number=number).order_by("-id").select_related("case")
    ).first()
    if newest is not None and newest.used_at is None and newest.expires_at > now:
        # A try is used up before the comparison: many at once get no more than one by one.
        waiting = OneTimeCode.objects.filter(pk=newest.pk, used_at__isnull=True)
        has_try = waiting.filter(tries__lt=OneTimeCode.MAX_TRIES).update(tries=F("tries") + 1)
        right = hmac.compare_digest(newest.code_hash, _subject(f"code:{newest.case_id}:{typed}"))
        # Compare and swap: of two requests with the same code, one gets in.
        if has_try and right and waiting.update(used_at=now):
            # It came by mail; a changed address ends the codes of the one before.
            addresses.prove(newest.case.contact_email)
            return newest.case
    _count(subjects, WRONG)
    return None


def count_mail(*, to: str, address: str) -> None:
    """Count a mail that anybody can have sent to any address; refuses when there were many."""
    of_mail, of_address = _subject(f"mail:{to.lower()}"), _subject(f"address:{address}")
    _refuse_when_many(of_mail, ASKED, CODES_AT_MOST)
    _refuse_when_many(of_address, ASKED, WRONG_PER_ADDRESS)
    _count((of_mail, of_address), ASKED)


def forget_attempts(*, now: dt.datetime | None = None) -> int:
    """Delete attempts and codes that no longer count."""
    limit = (now or timezone.now()) - WINDOW
    deleted, _rows = AccessAttempt.objects.filter(at__lt=limit).delete()
    OneTimeCode.objects.filter(expires_at__lt=limit).delete()
    return deleted
