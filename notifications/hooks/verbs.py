"""What the managers of an organisation do with its hooks. Each verb is one transaction."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from notifications.hooks import address, events, presence, signing
from notifications.models import (
    ACTIVE,
    DISABLED,
    ENDED,
    FAILED,
    PARKED,
    PAUSED,
    QUEUED,
    SENT,
    Hook,
    HookDelivery,
)
from notifications.models.hook import new_salt

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

# As many systems as one organisation connects.
AT_MOST = 10
ENDED_BEFORE = gettext_noop("The webhook was ended before this was sent.")


class RefusedError(Exception):
    """Not possible now; the text says why, in the reader's language."""


def add(*, owner: str, url: str, families: Collection[str], by: AbstractBaseUser) -> Hook:
    """A new hook; `signing.secret` of what comes back is to be shown once."""
    try:
        address.parse(url)
    except address.BadAddressError as error:
        raise RefusedError(str(error)) from None
    if Hook.objects.of(owner).living().count() >= AT_MOST:
        raise RefusedError(_("There are ten webhooks already. End one that is no longer needed."))
    known = [family.name for family in events.families()]
    chosen = [name for name in known if name in families]
    if not chosen:
        raise RefusedError(_("Choose at least one kind of event."))
    try:
        with transaction.atomic():
            hook = Hook.objects.create(owner=owner, url=url, families=chosen, created_by_id=by.pk)
            transaction.on_commit(presence.forget)
    except IntegrityError:
        raise RefusedError(_("There is a webhook with this address already.")) from None
    return hook


def _move(hook: Hook, sources: Collection[str], target: str, by: Any, **more: Any) -> None:
    changed = Hook.objects.filter(pk=hook.pk, state__in=sources).update(
        state=target, state_since=timezone.now(), changed_by=by, reason="", **more
    )
    if not changed:
        raise RefusedError(_("Somebody was first. Look at the webhook as it is now."))
    hook.refresh_from_db()
    transaction.on_commit(presence.forget)


@transaction.atomic
def pause(*, hook: Hook, by: AbstractBaseUser) -> None:
    """Tell it nothing from now on; what happens meanwhile is not told later."""
    _move(hook, (ACTIVE,), PAUSED, by)


@transaction.atomic
def resume(*, hook: Hook, by: AbstractBaseUser) -> None:
    """Tell it again, what waited before included."""
    _move(hook, (PAUSED, DISABLED), ACTIVE, by, failures=0, rest_until=None)


@transaction.atomic
def end(*, hook: Hook, by: AbstractBaseUser) -> None:
    """For good; the log stays."""
    _move(hook, (ACTIVE, PAUSED, DISABLED), ENDED, by, old_salt="", old_until=None)
    hook.deliveries.filter(state=QUEUED).update(state=FAILED, answer=ENDED_BEFORE)


@transaction.atomic
def renew_secret(*, hook: Hook, by: AbstractBaseUser) -> Hook:
    """A new secret; the one before signs too for a day, so that nothing is lost meanwhile."""
    changed = (
        Hook.objects.living()
        .filter(pk=hook.pk, salt=hook.salt)
        .update(
            salt=new_salt(),
            old_salt=hook.salt,
            old_until=timezone.now() + signing.OVERLAP,
            changed_by=by,
        )
    )
    if not changed:
        raise RefusedError(_("Somebody was first. Look at the webhook as it is now."))
    hook.refresh_from_db()
    return hook


@transaction.atomic
def send_test(*, hook: Hook, by: AbstractBaseUser) -> HookDelivery:
    """Send an event about nothing."""
    if hook.state != ACTIVE:
        raise RefusedError(_("The webhook is not on. Switch it on first."))
    return events.trial(hook)


@transaction.atomic
def send_again(*, delivery: HookDelivery, by: AbstractBaseUser) -> None:
    """Send an event of the log again, under the id that it had."""
    if delivery.hook.state != ACTIVE:
        raise RefusedError(_("The webhook is not on. Switch it on first."))
    now = timezone.now()
    changed = HookDelivery.objects.filter(pk=delivery.pk, state__in=(SENT, FAILED, PARKED)).update(
        state=QUEUED,
        attempts=0,
        losses=0,
        tried_since=now,
        next_try_at=now,
        sent_at=None,
        again_at=now,
        again_by=by,
    )
    if not changed:
        raise RefusedError(_("This event is on its way already."))
