"""What is known of an address: proven by its holder, or given up because mail comes back."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import logging
import re
from collections.abc import Callable, Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_noop

from notifications import catalog
from notifications.models import FAILED, HELD, MAIL, QUEUED, Address, Notice
from notifications.models.address import BAD, GOOD, UNKNOWN

log = logging.getLogger(__name__)

COMES_BACK = gettext_noop("Mail to this address comes back. Enter another one, then send again.")
# Temporary returns this far apart are not "in a row".
IN_A_ROW = dt.timedelta(days=30)
# What is sent again after a dead address was replaced, and how far back it is looked for.
AGAIN_AT_MOST, LOOKED_AT = 5, 60
_ANY_ADDRESS = re.compile(r"[^\s<>\"'(),;:@]+@[^\s<>\"'(),;:@]+")
# What is told when mail to somebody does not arrive: the notice that did not.
Hook = Callable[[Notice], None]
_when_failed: list[Hook] = []


def when_failed(hook: Hook) -> None:
    """Call this with each notice that did not arrive because its address is given up."""
    if hook not in _when_failed:
        _when_failed.append(hook)


def folded(email: str) -> str:
    """The address as it is kept: in small letters."""
    return email.strip().lower()


def fingerprint(email: str) -> str:
    """Tells one address from another inside a signed link, without saying which it is."""
    key = f"notifications.addresses:{settings.SECRET_KEY}".encode()
    return hmac.new(key, folded(email).encode(), hashlib.sha256).hexdigest()[:16]


def masked(reason: str) -> str:
    """What a server said, without the addresses in it, short enough to keep."""
    return _ANY_ADDRESS.sub("…", " ".join(reason.split()))[:500]


# --- Proven ---------------------------------------------------------------------------------
def prove(email: str) -> None:
    """The holder of the address followed its mail and pressed a button, or typed its code.

    One statement, whatever was known before.
    """
    if not email:
        return
    now = timezone.now()
    fresh = Address(email=folded(email), state=GOOD, verified_at=now)
    Address.objects.bulk_create(
        [fresh],
        update_conflicts=True,
        unique_fields=["email"],
        update_fields=["state", "verified_at", "strikes", "reason"],
    )


def state_of(email: str) -> Address:
    """What is known of an address; an unsaved row where nothing is."""
    email = folded(email)
    return Address.objects.filter(email=email).first() or Address(email=email)


def vouch(email: str) -> None:
    """Somebody entered this address on purpose: what came back before no longer counts."""
    Address.objects.filter(email=folded(email)).update(
        strikes=0,
        reason="",
        state=Case(When(verified_at__isnull=False, then=Value(GOOD)), default=Value(UNKNOWN)),
    )


# --- Returned -------------------------------------------------------------------------------
@transaction.atomic
def returned(row: Notice, *, permanent: bool, reason: str) -> bool:
    """Write down that a notice came back; whether its address is given up by this.

    Each notice counts once, however often its return is reported. One permanent return gives
    the address up; temporary ones do when NOTICE_STRIKES came in a row.
    """
    now = timezone.now()
    fresh = Notice.objects.filter(pk=row.pk, bounced_at__isnull=True)
    if not fresh.update(bounced_at=now, bounce=masked(reason)):
        return False
    row.bounced_at, row.bounce = now, masked(reason)
    given_up = _strike(folded(row.to_address), now, permanent=permanent, reason=row.bounce)
    log.info("notice %s came back (%s)", row.pk, "for good" if permanent else "for now")
    if given_up:
        tell(row)
    return given_up


def _strike(email: str, now: dt.datetime, *, permanent: bool, reason: str) -> bool:
    """Count a return; whether mail to the address is given up now."""
    Address.objects.bulk_create([Address(email=email)], ignore_conflicts=True)
    rows = Address.objects.filter(email=email)
    rows.filter(Q(bounced_at__lt=now - IN_A_ROW), ~Q(state=BAD)).update(strikes=0)
    # In steps of the database, so that two returns at once count as two.
    rows.update(strikes=F("strikes") + 1, bounced_at=now, reason=reason)
    over = rows if permanent else rows.filter(strikes__gte=settings.NOTICE_STRIKES)
    over.exclude(state=BAD).update(state=BAD)
    return rows.filter(state=BAD).exists()


def tell(row: Notice) -> None:
    """Let those know who can find another address."""
    for hook in _when_failed:
        hook(row)


@transaction.atomic
def arrived(row: Notice, *, at: dt.datetime | None = None) -> None:
    """A provider says that a notice reached its reader: returns before it no longer count.

    `at` is when it arrived; a report that is older than the last return changes nothing.
    """
    at = at or row.sent_at or row.created_at
    Address.objects.filter(
        Q(bounced_at__lt=at) | Q(bounced_at__isnull=True),
        email=folded(row.to_address),
        strikes__gt=0,
    ).update(
        strikes=0,
        reason="",
        state=Case(When(verified_at__isnull=False, then=Value(GOOD)), default=Value(UNKNOWN)),
    )


# --- New notices ----------------------------------------------------------------------------
def refuse(rows: Sequence[Notice]) -> None:
    """Set down as not delivered what would go to an address that is given up.

    Never dropped: the row stands on its case, says why, and can be sent again. One statement,
    and none where nobody has to be asked about.
    """
    asked = [row for row in rows if _may_be_refused(row)]
    if not asked:
        return
    bad = set(
        Address.objects.filter(
            email__in={folded(row.to_address) for row in asked}, state=BAD
        ).values_list("email", flat=True)
    )
    for row in asked:
        if folded(row.to_address) in bad:
            row.state, row.permanent, row.answer = FAILED, True, COMES_BACK
            row.held_until, row.rhythm = None, ""
            tell(row)


def _may_be_refused(row: Notice) -> bool:
    """Whether a dead address stops this notice.

    What opens a door (codes, invitations) is tried all the same, its reader waits for it; so is
    the receipt of a filing, whose address somebody has just typed; and so are colleagues, who
    have nobody that would be asked for another address.
    """
    kind = catalog.of(row.kind)
    fresh = kind.audience == catalog.COMPANY and "submit" in kind.steps
    return (
        row.channel == MAIL
        and row.state in (QUEUED, HELD)
        and row.recipient_id is None
        and kind.topic != catalog.ACCOUNT
        and not fresh
    )


# --- Sending again --------------------------------------------------------------------------
def lost(subject_key: str, email: str) -> list[Notice]:
    """What about this subject did not reach an address: the last of each kind, oldest first.

    Codes and the like are left out: they are over by now.
    """
    rows = Notice.objects.about(subject_key).filter(
        Q(bounced_at__isnull=False) | Q(state=FAILED),
        to_address__iexact=email,
        channel=MAIL,
    )
    latest: dict[str, Notice] = {}
    for row in rows.order_by("-pk")[:LOOKED_AT]:
        kind = catalog.of(row.kind)
        if kind.topic != catalog.ACCOUNT and not kind.secret:
            latest.setdefault(row.kind, row)
    return sorted(latest.values(), key=lambda row: row.pk)[-AGAIN_AT_MOST:]


def again(rows: Sequence[Notice], *, to: str) -> list[Notice]:
    """The same words to another address, not yet written: for `outbox.enqueue_many`."""
    return [
        Notice(
            kind=row.kind,
            to_address=to,
            domain=to.rpartition("@")[2].lower()[:190],
            language=row.language,
            subject_key=row.subject_key,
            thread=row.thread,
            context=row.context,
            urgent=row.urgent,
        )
        for row in rows
    ]
