"""The conversation of a case: messages with their audience, and private attachments."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from intake import workflow
from intake.models.case import Case
from intake.models.event import INTERNAL, TO_SUBMITTER


class MessageQuerySet(models.QuerySet["Message"]):
    """Vocabulary of messages."""

    def for_submitter(self) -> MessageQuerySet:
        """What the company may read."""
        return self.filter(audience=TO_SUBMITTER)


class Message(models.Model):
    """Words that somebody wrote about a case, for an audience."""

    case = models.ForeignKey(
        Case, verbose_name=_("case"), on_delete=models.CASCADE, related_name="messages"
    )
    at = models.DateTimeField(_("time"), default=timezone.now)
    role = models.CharField(_("role"), max_length=16)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    organisation = models.ForeignKey(
        "accounts.Organisation",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    text = models.TextField(_("text"))
    audience = models.CharField(_("audience"), max_length=16, default=INTERNAL)
    # It came as a mail; the earlier mail that it quotes, and its signature, are kept apart.
    by_mail = models.BooleanField(_("by mail"), default=False, db_default=False)
    folded = models.TextField(_("quoted mail and signature"), blank=True, default="", db_default="")

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(role__in=workflow.ROLES), name="message_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.at:%Y-%m-%d %H:%M}"

    @property
    def role_label(self) -> str:
        """Who wrote it, as a role, in the reader's language."""
        return gettext(workflow.HOLDER_LABELS[self.role])


class Mention(models.Model):
    """An internal note calls a colleague by name; it stands open until they have looked."""

    message = models.ForeignKey(
        Message, verbose_name=_("note"), on_delete=models.CASCADE, related_name="mentions"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("colleague"),
        on_delete=models.PROTECT,
        related_name="mentions",
    )
    seen_at = models.DateTimeField(_("seen"), null=True, blank=True)

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "user"], name="mention_once"),
        ]

    def __str__(self) -> str:
        return f"@{self.user}"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    """Vocabulary of attachments."""

    def for_submitter(self) -> AttachmentQuerySet:
        """What the company may fetch."""
        return self.filter(audience=TO_SUBMITTER)

    def of_bodies(self) -> AttachmentQuerySet:
        """What bodies sent with their answers."""
        return self.filter(referral__isnull=False)


class Attachment(models.Model):
    """A file that belongs to a case; served only through a permission-checked view."""

    case = models.ForeignKey(
        Case, verbose_name=_("case"), on_delete=models.CASCADE, related_name="attachments"
    )
    message = models.ForeignKey(
        Message,
        verbose_name=_("message"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="attachments",
    )
    # Set on what a body sent with its answer.
    referral = models.ForeignKey(
        "intake.Referral",
        verbose_name=_("referral"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="attachments",
    )
    # Set on what the company sent for one item of a supplement request.
    supplement_item = models.ForeignKey(
        "intake.SupplementItem",
        verbose_name=_("supplement item"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="attachments",
    )
    file = models.OneToOneField(
        "files.StoredFile",
        verbose_name=_("file"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    role = models.CharField(_("role"), max_length=16)
    audience = models.CharField(_("audience"), max_length=16, default=TO_SUBMITTER)
    at = models.DateTimeField(_("time"), default=timezone.now)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.case} #{self.pk}"
