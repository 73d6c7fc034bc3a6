"""The outbox row: one notice to one address, from the wish to tell until the server's answer."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

QUEUED = "queued"
SENDING = "sending"
SENT = "sent"
FAILED = "failed"
PARKED = "parked"
OPEN = (QUEUED, SENDING)
STATE_LABELS = {
    QUEUED: _("Waiting to be sent"),
    SENDING: _("Being sent"),
    SENT: _("Sent"),
    FAILED: _("Not delivered"),
    PARKED: _("Set aside for a check"),
}


def new_message_id() -> str:
    """A Message-ID that stays with the row, so that a mail sent twice can be recognised."""
    return f"<{uuid.uuid4().hex}@{settings.MESSAGE_ID_DOMAIN}>"


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Vocabulary of notices."""

    def unsent(self) -> NoticeQuerySet:
        """Those that still have to go out."""
        return self.filter(state__in=OPEN)

    def stuck(self) -> NoticeQuerySet:
        """Those that go nowhere without a person."""
        return self.filter(state__in=(FAILED, PARKED))

    def about(self, subject_key: str) -> NoticeQuerySet:
        """Those about one subject, such as a receipt number."""
        return self.filter(subject_key=subject_key)


class Notice(models.Model):
    """What is told to whom. The table is the truth; Celery only wakes up to read it."""

    kind = models.CharField(_("message"), max_length=60)
    to_address = models.CharField(_("address"), max_length=254)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recipient"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="notices",
    )
    language = models.CharField(_("language"), max_length=5, default="ko")
    # Opaque to this app: the receipt number of a case, for instance.
    subject_key = models.CharField(_("about"), max_length=80, blank=True)
    # Mails with the same key are one conversation in a mail program.
    thread = models.CharField(_("conversation"), max_length=120, blank=True)
    # At most one notice of a kind exists per key; empty means no such limit.
    dedupe = models.CharField(_("once-only key"), max_length=120, blank=True)
    context = models.JSONField(_("facts"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    message_id = models.CharField(
        _("Message-ID"), max_length=255, unique=True, default=new_message_id
    )

    state = models.CharField(_("state"), max_length=10, default=QUEUED)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    # How often a worker died holding this row. Such a row is sent alone, then parked.
    losses = models.PositiveSmallIntegerField(_("interrupted deliveries"), default=0)
    next_try_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    lease_token = models.CharField(_("lease"), max_length=32, blank=True)
    lease_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    answer = models.TextField(_("answer of the mail server"), blank=True)
    permanent = models.BooleanField(_("refused for good"), default=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    retried_at = models.DateTimeField(_("sent again on"), null=True, blank=True)
    retried_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("sent again by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        permissions: ClassVar = [
            ("see_address", _("Can see whole addresses")),
            ("retry_notice", _("Can send a notice again")),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "dedupe"], condition=~Q(dedupe=""), name="notice_once_per_key"
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(STATE_LABELS)), name="notice_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=SENT, sent_at__isnull=False)
                | (~Q(state=SENT) & Q(sent_at__isnull=True)),
                name="notice_sent_has_time",
            ),
            models.CheckConstraint(
                condition=(Q(state=SENDING, lease_until__isnull=False) & ~Q(lease_token=""))
                | (~Q(state=SENDING) & Q(lease_until__isnull=True, lease_token="")),
                name="notice_lease_while_sending",
            ),
            models.CheckConstraint(
                condition=Q(permanent=False) | Q(state=FAILED), name="notice_permanent_is_failed"
            ),
            models.CheckConstraint(
                condition=Q(retried_at__isnull=True, retried_by__isnull=True)
                | Q(retried_at__isnull=False, retried_by__isnull=False),
                name="notice_retried_who_and_when",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_try_at", "id"], condition=Q(state=QUEUED), name="notice_due"
            ),
            models.Index(fields=["lease_until"], condition=Q(state=SENDING), name="notice_leased"),
            models.Index(fields=["lease_token"], condition=Q(state=SENDING), name="notice_held"),
            models.Index(
                fields=["subject_key", "to_address", "id"],
                condition=Q(state__in=OPEN),
                name="notice_order",
            ),
            models.Index(fields=["subject_key", "id"], name="notice_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} · {self.subject_key or self.pk}"

    @property
    def state_label(self) -> str:
        """Where the notice stands, in the reader's language."""
        return str(STATE_LABELS.get(self.state, self.state))

    @property
    def masked_address(self) -> str:
        """The address with enough left to recognise it and too little to write to it."""
        local, _at, domain = self.to_address.rpartition("@")
        return f"{local[:2]}{'*' * max(len(local) - 2, 3)}@{domain}"
