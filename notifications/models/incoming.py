"""A mail that came in: kept whole before anything is made of it, and what became of it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

NEW = "new"
TAKEN = "taken"
AS_DRAFT = "draft"
BOUNCE = "bounce"
IGNORED = "ignored"
QUARANTINED = "quarantined"
DISCARDED = "discarded"
UNREADABLE = "failed"
INCOMING_LABELS = {
    NEW: _("Not read yet"),
    TAKEN: _("Taken"),
    AS_DRAFT: _("Kept as a draft"),
    BOUNCE: _("Returned mail"),
    IGNORED: _("Left aside"),
    QUARANTINED: _("Waits for an officer"),
    DISCARDED: _("Discarded by an officer"),
    UNREADABLE: _("Could not be read"),
}
# Why a mail went where it went. Words grow, so no `choices=` on the column.
REASON_LABELS = {
    "automatic": _("An automatic answer, not a person's."),
    "loop": _("Our own mail came back."),
    "empty": _("There was nothing in it."),
    "no_address": _("It was not sent to a reply address."),
    "unknown_address": _("The reply address is not one that we gave out."),
    "nobody_takes": _("Nothing in the portal takes mail at this address."),
    "other_sender": _("It came from another address than the notice went to."),
    "other_side": _("The sender belongs to the case, but the notice went to somebody else."),
    "disowned": _("The mail server could not prove that it came from its sender."),
    "no_access": _("The sender has no access to the case any more."),
    "gone": _("The case or the question is not there any more."),
    "too_often": _("Very many mails came from this address within an hour."),
    "revoked": _("The address for forwarding was revoked."),
    "too_big": _("The mail was too large."),
    "too_nested": _("The mail was built of too many parts."),
    "unreadable": _("The mail is damaged and could not be read."),
    "given_up": _("Reading it failed several times."),
    "returned": _("A mail server returned one of our mails."),
}


class IncomingMailQuerySet(models.QuerySet["IncomingMail"]):
    """Vocabulary of incoming mail."""

    def waiting(self) -> IncomingMailQuerySet:
        """Stored, and nothing was made of it yet."""
        return self.filter(state=NEW)

    def quarantined(self) -> IncomingMailQuerySet:
        """An officer has to say whether it is what it seems."""
        return self.filter(state=QUARANTINED)


class IncomingMail(models.Model):
    """One mail, once, however often it was delivered to us."""

    # SHA-256 of Message-ID and content: the same mail twice is one row.
    fingerprint = models.CharField(max_length=64, unique=True, editable=False)
    source = models.CharField(_("way"), max_length=20)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    message_id = models.CharField(_("Message-ID"), max_length=255, blank=True)
    sender = models.CharField(_("sender"), max_length=254, blank=True)
    to_address = models.CharField(_("to"), max_length=254, blank=True)
    subject = models.CharField(_("subject"), max_length=255, blank=True)
    # The mail as it came, in the private store; gone after settings.REPLY_KEEP_DAYS.
    raw = models.OneToOneField(
        "files.StoredFile",
        verbose_name=_("mail as it came"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    state = models.CharField(_("state"), max_length=12, default=NEW)
    reason = models.CharField(_("reason"), max_length=20, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    handled_at = models.DateTimeField(_("handled"), null=True, blank=True)
    # The notice that it answers, and what that was about: opaque to this app.
    notice = models.ForeignKey(
        "notifications.Notice",
        verbose_name=_("notice"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    subject_key = models.CharField(_("about"), max_length=80, blank=True)
    # What was written anew, and the rest: quoted mail, signature.
    text = models.TextField(_("text"), blank=True)
    rest = models.TextField(_("quoted mail and signature"), blank=True)
    # Names and sizes of the files that came along, and what was said of those refused.
    files = models.JSONField(_("files"), default=list, blank=True, encoder=DjangoJSONEncoder)
    # What was made of it: keys of rows of whoever took it.
    result = models.JSONField(_("result"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    objects: Any = IncomingMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("incoming mail")
        verbose_name_plural = _("incoming mails")
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=list(INCOMING_LABELS)), name="incoming_state_known"
            ),
            models.CheckConstraint(
                condition=(Q(state=NEW) & Q(handled_at__isnull=True))
                | (~Q(state=NEW) & Q(handled_at__isnull=False)),
                name="incoming_handled_has_time",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="incoming_decided_who_and_when",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=Q(state=NEW), name="incoming_waiting"),
            models.Index(fields=["state", "-id"], name="incoming_by_state"),
            models.Index(fields=["sender", "received_at"], name="incoming_by_sender"),
            models.Index(
                fields=["received_at"], condition=Q(raw__isnull=False), name="incoming_kept_raw"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} · {self.subject_key or self.pk}"

    @property
    def state_label(self) -> str:
        """What became of it, in the reader's language."""
        return str(INCOMING_LABELS.get(self.state, self.state))

    @property
    def reason_label(self) -> str:
        """Why, in the reader's language."""
        return str(REASON_LABELS.get(self.reason, self.reason))
