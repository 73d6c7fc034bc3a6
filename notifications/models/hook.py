"""Hooks: where a partner's system is told of steps, and what became of each event."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifications.models.notice import FAILED, OPEN, PARKED, QUEUED, SENDING, SENT, STATE_LABELS

ACTIVE, PAUSED, DISABLED, ENDED = "active", "paused", "disabled", "ended"
HOOK_STATE_LABELS = {
    ACTIVE: _("On"),
    PAUSED: _("Paused"),
    DISABLED: _("Switched off by the portal"),
    ENDED: _("Ended"),
}
# Why the portal switched a hook off.
GONE, FAILURES = "gone", "failures"
REASON_LABELS = {
    GONE: _("Your system answered that the address is gone (410)."),
    FAILURES: _("Twenty deliveries in a row failed."),
}
DELIVERY_STATES = (QUEUED, SENDING, SENT, FAILED, PARKED)
# An older event of a case holds back the later ones until it has been tried so often.
HOLDS_BACK = 6


def new_salt() -> str:
    """What makes a hook's secret its own; worth nothing without the server's key."""
    return secrets.token_hex(16)


class HookQuerySet(models.QuerySet["Hook"]):
    """Vocabulary of hooks."""

    def of(self, owner: str) -> HookQuerySet:
        """Those of an organisation, by its code."""
        return self.filter(owner=owner)

    def active(self) -> HookQuerySet:
        """Those that are told of steps."""
        return self.filter(state=ACTIVE)

    def living(self) -> HookQuerySet:
        """Those that were not ended."""
        return self.exclude(state=ENDED)

    def due(self, now: dt.datetime) -> HookQuerySet:
        """Active ones with an event to send, that neither rest nor are served by another."""
        free = Q(busy_until__isnull=True) | Q(busy_until__lt=now)
        rested = Q(rest_until__isnull=True) | Q(rest_until__lte=now)
        waiting = HookDelivery.objects.due(now).filter(hook=OuterRef("pk"))
        return self.active().filter(free, rested, Exists(waiting))


class Hook(models.Model):
    """An address of a partner's system. What signs is derived, so no secret stands here."""

    # The code of an organisation: this app knows no organisations.
    owner = models.CharField(_("organisation"), max_length=20)
    url = models.CharField(_("address"), max_length=500)
    families = models.JSONField(_("events"), default=list)
    salt = models.CharField(_("salt"), max_length=32, default=new_salt)
    # The one before still signs too, until then.
    old_salt = models.CharField(_("earlier salt"), max_length=32, blank=True)
    old_until = models.DateTimeField(_("earlier salt until"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, default=ACTIVE)
    state_since = models.DateTimeField(_("since"), default=timezone.now)
    reason = models.CharField(_("reason"), max_length=20, blank=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    rest_until = models.DateTimeField(_("rests until"), null=True, blank=True)
    busy_until = models.DateTimeField(_("served until"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("created by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    # Who paused, resumed or ended it; empty where the portal did.
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("changed by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = HookQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner", "url"], condition=~Q(state=ENDED), name="hook_once_per_address"
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(HOOK_STATE_LABELS)), name="hook_state_known"
            ),
            models.CheckConstraint(
                condition=(Q(state=DISABLED) & ~Q(reason="")) | (~Q(state=DISABLED) & Q(reason="")),
                name="hook_disabled_has_reason",
            ),
            models.CheckConstraint(
                condition=(Q(old_salt="") & Q(old_until__isnull=True))
                | (~Q(old_salt="") & Q(old_until__isnull=False)),
                name="hook_old_salt_until",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owner} · {self.url}"

    @property
    def state_label(self) -> str:
        """Whether it is on, in the reader's language."""
        return str(HOOK_STATE_LABELS.get(self.state, self.state))

    @property
    def reason_label(self) -> str:
        """Why the portal switched it off, in the reader's language."""
        return str(REASON_LABELS.get(self.reason, self.reason))


class HookDeliveryQuerySet(models.QuerySet["HookDelivery"]):
    """Vocabulary of deliveries."""

    def due(self, now: dt.datetime) -> HookDeliveryQuerySet:
        """Those whose time has come and that no older event of their case holds back."""
        older = HookDelivery.objects.filter(
            hook=OuterRef("hook"),
            subject=OuterRef("subject"),
            state__in=OPEN,
            attempts__lt=HOLDS_BACK,
            pk__lt=OuterRef("pk"),
        )
        return self.filter(state=QUEUED, next_try_at__lte=now).filter(
            Q(subject="") | ~Exists(older)
        )


class HookDelivery(models.Model):
    """One event for one hook, from the step until the answer of the partner's system."""

    event_id = models.UUIDField(_("event"), default=uuid.uuid4)
    hook = models.ForeignKey(
        Hook, verbose_name=_("webhook"), on_delete=models.CASCADE, related_name="deliveries"
    )
    event = models.CharField(_("kind of event"), max_length=60)
    # The receipt number; empty for a trial.
    subject = models.CharField(_("about"), max_length=80, blank=True)
    payload = models.JSONField(_("content"))
    state = models.CharField(_("state"), max_length=10, default=QUEUED)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    losses = models.PositiveSmallIntegerField(_("interrupted deliveries"), default=0)
    # Given up three days after this.
    tried_since = models.DateTimeField(_("tried since"), default=timezone.now)
    next_try_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    lease_token = models.CharField(_("lease"), max_length=32, blank=True)
    lease_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    status = models.PositiveSmallIntegerField(_("status code"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    milliseconds = models.PositiveIntegerField(_("milliseconds"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    again_at = models.DateTimeField(_("sent again on"), null=True, blank=True)
    again_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("sent again by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )

    objects = HookDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hook", "event_id"], name="hookdelivery_once"),
            models.CheckConstraint(
                condition=Q(state__in=DELIVERY_STATES), name="hookdelivery_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=SENT, sent_at__isnull=False)
                | (~Q(state=SENT) & Q(sent_at__isnull=True)),
                name="hookdelivery_sent_has_time",
            ),
            models.CheckConstraint(
                condition=(Q(state=SENDING, lease_until__isnull=False) & ~Q(lease_token=""))
                | (~Q(state=SENDING) & Q(lease_until__isnull=True, lease_token="")),
                name="hookdelivery_lease_while_sending",
            ),
            models.CheckConstraint(
                condition=Q(again_at__isnull=True, again_by__isnull=True)
                | Q(again_at__isnull=False, again_by__isnull=False),
                name="hookdelivery_again_who_and_when",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["hook", "next_try_at", "id"],
                condition=Q(state=QUEUED),
                name="hookdelivery_due",
            ),
            models.Index(
                fields=["hook", "subject", "id"],
                condition=Q(state__in=OPEN),
                name="hookdelivery_order",
            ),
            models.Index(
                fields=["lease_until"], condition=Q(state=SENDING), name="hookdelivery_leased"
            ),
            models.Index(fields=["hook", "-id"], name="hookdelivery_log"),
            models.Index(fields=["created_at"], name="hookdelivery_created"),
            models.Index(
                fields=["again_by"],
                condition=Q(again_by__isnull=False),
                name="hookdelivery_again",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} · {self.subject or self.pk}"

    @property
    def state_label(self) -> str:
        """Where it stands, in the reader's language."""
        return str(STATE_LABELS.get(self.state, self.state))
