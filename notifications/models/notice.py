"""The outbox row: one notice to one address, from the wish to tell until the server's answer."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

QUEUED = "queued"
SENDING = "sending"
SENT = "sent"
FAILED = "failed"
PARKED = "parked"
HELD = "held"
FOLDED = "folded"
DECLINED = "declined"
# What is on its way: rows that still go out by themselves.
OPEN = (QUEUED, SENDING)
STATE_LABELS = {
    QUEUED: _("Waiting to be sent"),
    SENDING: _("Being sent"),
    SENT: _("Sent"),
    FAILED: _("Not delivered"),
    PARKED: _("Set aside for a check"),
    HELD: _("Waits for its hour"),
    FOLDED: _("Part of a digest"),
    DECLINED: _("Not wanted by the reader"),
}
MAIL = "mail"
TEXT = "text"
CHANNEL_LABELS = {MAIL: _("E-mail"), TEXT: _("Text message")}


def new_message_id() -> str:
    """A Message-ID that stays with the row, so that a mail sent twice can be recognised."""
    return f"<{uuid.uuid4().hex}@{settings.MESSAGE_ID_DOMAIN}>"


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Vocabulary of notices."""

    def due(self, now: dt.datetime) -> NoticeQuerySet:
        """Rows whose turn it is: their time has come, no older one for the same reader waits."""
        older = Notice.objects.filter(
            subject_key=OuterRef("subject_key"),
            to_address=OuterRef("to_address"),
            state__in=OPEN,
            pk__lt=OuterRef("pk"),
        )
        return self.filter(next_try_at__lte=now, state=QUEUED).filter(
            Q(subject_key="") | ~Exists(older)
        )

    def unsent(self) -> NoticeQuerySet:
        """Those that still have to go out."""
        return self.filter(state__in=(*OPEN, HELD))

    def stuck(self) -> NoticeQuerySet:
        """Those that go nowhere without a person."""
        return self.filter(state__in=(FAILED, PARKED))

    def unread(self) -> NoticeQuerySet:
        """Those that their reader has not looked at in the portal."""
        return self.filter(read_at__isnull=True)

    def visible_to(self, user: Any) -> NoticeQuerySet:
        """The gate of the inbox: one's own notices, and nobody else's."""
        return self.filter(recipient=user.pk) if user.is_authenticated else self.none()

    def about(self, subject_key: str) -> NoticeQuerySet:
        """Those about one subject, such as a receipt number."""
        return self.filter(subject_key=subject_key)


class Notice(models.Model):
    """What is told to whom. The table is the truth; Celery only wakes up to read it."""

    kind = models.CharField(_("message"), max_length=60)
    channel = models.CharField(_("channel"), max_length=10, default=MAIL)
    # An e-mail address; a phone number (+82…) where the channel is a text message.
    to_address = models.CharField(_("address"), max_length=254)
    # What stands behind the @, in small letters: servers are paced by it. Empty for phones.
    domain = models.CharField(_("domain"), max_length=190, blank=True)
    # Indexes of foreign keys are below, for the few rows that have a value: each index costs a
    # write whenever a row changes its state.
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recipient"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="notices",
        db_index=False,
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

    # Goods stand at a border: no digest and no night may hold this back.
    urgent = models.BooleanField(_("at once"), default=False)
    # When a held row may leave; with a rhythm it leaves as part of a digest.
    held_until = models.DateTimeField(_("held until"), null=True, blank=True)
    rhythm = models.CharField(_("digest"), max_length=10, blank=True)
    folded_into = models.ForeignKey(
        "self",
        verbose_name=_("digest that told it"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="folded",
        db_index=False,
    )
    # When its reader looked at it in the portal.
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    state = models.CharField(_("state"), max_length=10, default=QUEUED)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    # How often a worker died holding this row. Such a row is sent alone, then parked.
    losses = models.PositiveSmallIntegerField(_("interrupted deliveries"), default=0)
    next_try_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    # Its next attempt is a place in its domain's line: at that time it goes without asking again.
    paced = models.BooleanField(_("has its turn"), default=False)
    lease_token = models.CharField(_("lease"), max_length=32, blank=True)
    lease_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    answer = models.TextField(_("answer of the mail server"), blank=True)
    permanent = models.BooleanField(_("refused for good"), default=False)
    # What the next server on the way said later: a bounce after our server had accepted it.
    bounced_at = models.DateTimeField(_("returned"), null=True, blank=True)
    bounce = models.CharField(_("reason of the return"), max_length=500, blank=True)
    # The words that were used, where the shipped ones were edited.
    wording = models.ForeignKey(
        "notifications.Wording",
        verbose_name=_("wording"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
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
        db_index=False,
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
                condition=(Q(state=HELD) & Q(held_until__isnull=False))
                | (~Q(state=HELD) & Q(held_until__isnull=True)),
                name="notice_held_until",
            ),
            models.CheckConstraint(
                condition=(Q(state=FOLDED) & Q(folded_into__isnull=False))
                | (~Q(state=FOLDED) & Q(folded_into__isnull=True)),
                name="notice_folded_into",
            ),
            models.CheckConstraint(
                condition=Q(channel__in=list(CHANNEL_LABELS)), name="notice_channel_known"
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
                fields=["channel", "next_try_at", "id"],
                condition=Q(state=QUEUED),
                name="notice_due",
            ),
            models.Index(
                fields=["channel", "next_try_at", "id"],
                condition=Q(state=QUEUED, urgent=True),
                name="notice_due_at_once",
            ),
            models.Index(
                fields=["channel", "next_try_at", "id"],
                condition=Q(state=QUEUED, losses__gt=0),
                name="notice_due_alone",
            ),
            models.Index(
                fields=["domain", "next_try_at"], condition=Q(state=QUEUED), name="notice_domain"
            ),
            models.Index(fields=["lease_until"], condition=Q(state=SENDING), name="notice_leased"),
            models.Index(fields=["lease_token"], condition=Q(state=SENDING), name="notice_held"),
            models.Index(
                fields=["subject_key", "to_address", "id"],
                condition=Q(state__in=OPEN),
                name="notice_order",
            ),
            models.Index(fields=["subject_key", "id"], name="notice_subject"),
            models.Index(
                fields=["held_until", "id"], condition=Q(state=HELD), name="notice_waiting"
            ),
            models.Index(
                fields=["recipient", "-id"],
                condition=Q(recipient__isnull=False),
                name="notice_inbox",
            ),
            models.Index(
                fields=["recipient", "id"],
                condition=Q(recipient__isnull=False, read_at__isnull=True),
                name="notice_unread",
            ),
            models.Index(
                fields=["state", "-id"],
                condition=Q(state__in=(FAILED, PARKED)),
                name="notice_stuck",
            ),
            models.Index(fields=["sent_at"], condition=Q(state=SENT), name="notice_sent"),
            models.Index(fields=["kind", "-id"], name="notice_kind"),
            models.Index(fields=["created_at"], name="notice_created"),
            models.Index(fields=["-id"], condition=Q(channel=TEXT), name="notice_texts"),
            models.Index(
                fields=["-id"], condition=Q(bounced_at__isnull=False), name="notice_returned"
            ),
            models.Index(
                fields=["folded_into"],
                condition=Q(folded_into__isnull=False),
                name="notice_folded",
            ),
            models.Index(
                fields=["wording"], condition=Q(wording__isnull=False), name="notice_wording"
            ),
            models.Index(
                fields=["retried_by"],
                condition=Q(retried_by__isnull=False),
                name="notice_retried",
            ),
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
        if self.channel == TEXT:
            return f"{'*' * max(len(self.to_address) - 4, 4)}{self.to_address[-4:]}"
        local, _at, domain = self.to_address.rpartition("@")
        return f"{local[:2]}{'*' * max(len(local) - 2, 3)}@{domain}"
