"""Deliver what is due: claim, send outside any transaction, record the answer.

At least once: what was answered and not recorded is sent again under the same `webhook-id`.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import random
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from notifications import delivery
from notifications.hooks import line, presence, signing
from notifications.hooks.line import Answer
from notifications.models import (
    ACTIVE,
    DISABLED,
    FAILED,
    FAILURES,
    GONE,
    PARKED,
    QUEUED,
    SENDING,
    SENT,
    Hook,
    HookDelivery,
    HookDeliveryQuerySet,
)

log = logging.getLogger(__name__)

# A turn ends after so many seconds; a hook gets so many events of one turn.
TURN, HOOKS, EVENTS = 20.0, 50, 10
# One POST takes 15 s at most (and the name's look-up); the hook is one worker's for longer.
LEASE = dt.timedelta(seconds=60)
BUSY = dt.timedelta(seconds=120)
FIRST_WAIT, LONGEST_WAIT = 30.0, 6 * 3600.0
# The system as a whole rests no longer than this, so that it is soon found well again.
LONGEST_REST = 3600.0
GIVEN_UP = dt.timedelta(days=3)
FAILURES_AT_MOST = 20
LOSSES = 3
INTERRUPTED = gettext_noop("Delivery was interrupted three times.")
_FREED: dict[str, object] = {"lease_token": "", "lease_until": None}

_told: list[Callable[[Hook], None]] = []


def when_disabled(tell: Callable[[Hook], None]) -> None:
    """Say who is told that a hook was switched off, in the transaction that does so."""
    if tell not in _told:
        _told.append(tell)


def deliver_due() -> bool:
    """One turn over all hooks with something due; True when it ended before they did."""
    end = time.monotonic() + TURN
    found = list(Hook.objects.due(timezone.now()).order_by("pk")[:HOOKS])
    # Nobody is always the last in line.
    random.shuffle(found)
    for hook in found:
        if delivery.stopping.is_set():
            return False
        if time.monotonic() > end:
            return True
        _serve(hook, end)
    return False


def _serve(hook: Hook, end: float) -> None:
    """Send the next events of one hook, which is ours alone meanwhile."""
    now = timezone.now()
    free = Q(busy_until__isnull=True) | Q(busy_until__lt=now)
    busy = now + BUSY
    if not Hook.objects.active().filter(free, pk=hook.pk).update(busy_until=busy):
        return
    try:
        for _turn in range(EVENTS):
            if delivery.stopping.is_set() or time.monotonic() > end:
                break
            row = _claim(hook)
            if row is None:
                break
            # As it is now: paused meanwhile, or with a new secret.
            fresh = Hook.objects.get(pk=hook.pk)
            if fresh.state != ACTIVE:
                _release(row)
                break
            answer = _send(fresh, row)
            if answer is None or not _record(fresh, row, answer):
                break
    finally:
        Hook.objects.filter(pk=hook.pk, busy_until=busy).update(busy_until=None)


def _claim(hook: Hook) -> HookDelivery | None:
    """The oldest due event of a hook, by compare-and-swap."""
    now = timezone.now()
    for row in HookDelivery.objects.due(now).filter(hook=hook).order_by("pk")[:EVENTS]:
        token = uuid.uuid4().hex
        if HookDelivery.objects.filter(pk=row.pk, state=QUEUED).update(
            state=SENDING, lease_token=token, lease_until=now + LEASE
        ):
            row.lease_token = token
            return row
    return None


def _release(row: HookDelivery) -> None:
    _mine(row).update(state=QUEUED, **_FREED)


def _mine(row: HookDelivery) -> HookDeliveryQuerySet:
    return HookDelivery.objects.filter(pk=row.pk, state=SENDING, lease_token=row.lease_token)


def body_of(row: HookDelivery) -> bytes:
    """The same bytes at every attempt, whatever order the database keeps names in."""
    return json.dumps(row.payload, sort_keys=True, separators=(",", ":")).encode()


def _send(hook: Hook, row: HookDelivery) -> Answer | None:
    try:
        body = body_of(row)
        headers = signing.headers(hook, str(row.event_id), body, timezone.now())
        return line.post(hook.url, body, headers)
    except Exception as error:
        # Whatever is wrong with this one row, the others flow.
        log.exception("hook delivery %s was parked", row.pk)
        _mine(row).update(state=PARKED, answer=type(error).__name__, **_FREED)
        return None


def _record(hook: Hook, row: HookDelivery, answer: Answer) -> bool:
    """Write the answer down; True when the hook may be sent the next event at once."""
    now = timezone.now()
    attempts = row.attempts + 1
    facts = {
        "attempts": attempts,
        "status": answer.status,
        "answer": answer.text,
        "milliseconds": answer.milliseconds,
        **_FREED,
    }
    if answer.good:
        _mine(row).update(state=SENT, sent_at=now, **facts)
        if hook.failures or hook.rest_until:
            Hook.objects.filter(pk=hook.pk).update(failures=0, rest_until=None)
        return True
    given_up = now - row.tried_since >= GIVEN_UP or answer.status == 410
    next_try = now + _wait(attempts, LONGEST_WAIT, answer.wait)
    with transaction.atomic():
        _mine(row).update(state=FAILED if given_up else QUEUED, next_try_at=next_try, **facts)
        Hook.objects.filter(pk=hook.pk).update(failures=F("failures") + 1)
        failures = hook.failures + 1
        if answer.status == 410:
            disable(hook, GONE)
        elif failures >= FAILURES_AT_MOST:
            disable(hook, FAILURES)
        elif answer.tired:
            rest = now + _wait(failures, LONGEST_REST, answer.wait)
            Hook.objects.filter(pk=hook.pk).update(rest_until=rest)
    log.info("hook %s: attempt %s of delivery %s failed", hook.pk, attempts, row.pk)
    return not answer.tired and answer.status != 410 and failures < FAILURES_AT_MOST


def _wait(times: int, longest: float, asked: float) -> dt.timedelta:
    """Fourfold each time, uneven, and never less than was asked for."""
    seconds = min(FIRST_WAIT * 4 ** min(times - 1, 8), longest)
    return dt.timedelta(seconds=max(seconds * random.uniform(0.8, 1.0), asked))  # noqa: S311


def disable(hook: Hook, reason: str) -> None:
    """Switch a hook off and tell its owner, in the caller's transaction."""
    changed = (
        Hook.objects.active()
        .filter(pk=hook.pk)
        .update(state=DISABLED, reason=reason, state_since=timezone.now(), changed_by=None)
    )
    if not changed:
        return
    hook.state, hook.reason = DISABLED, reason
    transaction.on_commit(presence.forget)
    log.warning("hook %s of %s was switched off: %s", hook.pk, hook.owner, reason)
    for tell in _told:
        tell(hook)


def reclaim() -> int:
    """Free what a dead worker held: sent again, or set aside when three did not survive it."""
    now = timezone.now()
    dead = HookDelivery.objects.filter(state=SENDING, lease_until__lt=now)
    parked = dead.filter(losses__gte=LOSSES - 1).update(
        state=PARKED, losses=F("losses") + 1, answer=INTERRUPTED, **_FREED
    )
    return parked + dead.update(state=QUEUED, losses=F("losses") + 1, **_FREED)


def forget_old() -> int:
    """Delete deliveries whose time is over and that nothing waits for."""
    oldest = timezone.now() - dt.timedelta(days=settings.HOOK_KEEP_DAYS)
    done = HookDelivery.objects.filter(created_at__lt=oldest, state__in=(SENT, FAILED, PARKED))
    return done.delete()[0]
