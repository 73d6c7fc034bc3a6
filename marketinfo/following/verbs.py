"""What a reader without an account does: ask to follow, confirm, leave one thing or all."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import ngettext

from marketinfo.following import tokens
from marketinfo.following.scopes import Scope
from marketinfo.models import Follow, FollowAttempt, Follower
from notifications import addresses, leaving, outbox
from notifications.catalog import LIBRARY

CONFIRM, MANAGE, CHANGED = "follow_confirm", "follow_manage", "record_changed"
# No subject key of a case; it keeps mails to one reader in order.
SUBJECT = "follow"
WINDOW, DAY = dt.timedelta(minutes=15), dt.timedelta(days=1)
# Mails to one address in either time: a stranger must not fill its mailbox.
MAILS_AT_MOST, MAILS_A_DAY = 3, 10
# An office behind one line holds many honest people.
PER_LINE = 50
# Nobody reads more; and nobody fills a table.
FOLLOWS_AT_MOST = 50


class TooManyError(Exception):
    """So many mails were asked for that the next one has to wait; the text says how long."""

    def __init__(self, wait: dt.timedelta) -> None:
        minutes = max(1, -(-int(wait.total_seconds()) // 60))
        super().__init__(
            ngettext(
                "Too many requests. Please wait %(minutes)d minute and try again.",
                "Too many requests. Please wait %(minutes)d minutes and try again.",
                minutes,
            )
            % {"minutes": minutes}
        )


@transaction.atomic
def ask(*, email: str, scope: Scope, language: str, line: str) -> None:
    """Mail the link that confirms; what is asked for is followed only once it was opened.

    The same for every address, known or not. `line` is where the request came from. Raises
    TooManyError when this address was written to often, or this line had many mails sent, and
    outbox.BadAddressError for what is no address.
    """
    _count(email, line)
    email = addresses.folded(email)
    follower, _new = Follower.objects.get_or_create(email=email, defaults={"language": language})
    columns = scope.columns()
    known = Follow.objects.filter(follower=follower)
    if known.filter(scope=columns["scope"]).exists() or known.count() < FOLLOWS_AT_MOST:
        follow, _new = Follow.objects.get_or_create(
            follower=follower, scope=columns.pop("scope"), defaults=columns
        )
        if follow.confirmed_at is None:
            Follow.objects.filter(pk=follow.pk).update(asked_at=timezone.now())
        with translation.override(language):
            facts = {
                "what": scope.label,
                "link": tokens.confirm_path(follow),
                "days": tokens.CONFIRM_FOR.days,
            }
        outbox.enqueue(CONFIRM, to=email, context=facts, subject_key=SUBJECT, language=language)
    else:
        _mail_manage(follower, language)


def confirm(follow: Follow) -> None:
    """Follow what was asked for, from now on; confirming again changes nothing.

    Whoever had left such mails wants them again.
    """
    with transaction.atomic():
        fresh = Follow.objects.filter(pk=follow.pk, confirmed_at__isnull=True)
        if not fresh.update(confirmed_at=timezone.now()):
            return
        addresses.prove(follow.follower.email)
        leaving.come_back(follow.follower.email, LIBRARY)


@transaction.atomic
def mail_link(*, email: str, language: str, line: str) -> None:
    """Mail the link to what an address follows, when it follows something; tells nobody whether.

    Raises TooManyError as `ask` does.
    """
    _count(email, line)
    email = addresses.folded(email)
    rows = Follow.objects.confirmed().filter(follower__email=email).select_related("follower")
    follow = rows.first()
    if follow is not None:
        _mail_manage(follow.follower, language)


def _mail_manage(follower: Follower, language: str) -> None:
    outbox.enqueue(
        MANAGE,
        to=follower.email,
        context={"link": tokens.manage_path(follower)},
        subject_key=SUBJECT,
        language=language,
    )


@transaction.atomic
def drop(follower: Follower, pk: int) -> bool:
    """No longer follow one thing; whether it was followed by this very reader.

    With the last one the address goes, too.
    """
    gone, _rows = Follow.objects.filter(pk=pk, follower=follower).delete()
    _forget_idle([follower.pk])
    return bool(gone)


def drop_all(follower: Follower) -> None:
    """No longer follow anything: what was followed and the address are deleted."""
    Follower.objects.filter(pk=follower.pk).delete()


@transaction.atomic
def forget(*, now: dt.datetime | None = None) -> int:
    """Delete what nobody confirmed in time, addresses that follow nothing, and old attempts."""
    now = now or timezone.now()
    stale = Follow.objects.unconfirmed_since(now - tokens.CONFIRM_FOR)
    followers = list(stale.values_list("follower", flat=True).distinct())
    gone, _rows = stale.delete()
    _forget_idle(followers)
    FollowAttempt.objects.filter(at__lt=now - DAY).delete()
    return gone


def _forget_idle(followers: Iterable[int]) -> None:
    Follower.objects.filter(pk__in=list(followers), follows__isnull=True).delete()


# --- Counting -------------------------------------------------------------------------------
def _count(email: str, line: str) -> None:
    """Count a mail that anybody can have sent to any address; refuses when there were many."""
    of_mail = _subject(f"mail:{addresses.folded(email)}")
    of_line = _subject(f"line:{line}")
    _refuse_when_many(of_mail, MAILS_AT_MOST, WINDOW)
    _refuse_when_many(of_mail, MAILS_A_DAY, DAY)
    _refuse_when_many(of_line, PER_LINE, WINDOW)
    FollowAttempt.objects.bulk_create(
        [FollowAttempt(subject=of_mail), FollowAttempt(subject=of_line)]
    )


def _subject(text: str) -> str:
    key = f"marketinfo.following:{settings.SECRET_KEY}".encode()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _refuse_when_many(subject: str, at_most: int, window: dt.timedelta) -> None:
    now = timezone.now()
    rows = FollowAttempt.objects.filter(subject=subject, at__gte=now - window).order_by("-at")
    times = list(rows.values_list("at", flat=True)[:at_most])
    if len(times) == at_most:
        raise TooManyError(times[-1] + window - now)
