"""A difficulty that is being written: kept on the server so that nothing typed is lost."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from intake.models.case import Case


class DraftQuerySet(models.QuerySet["Draft"]):
    """Vocabulary of drafts."""

    def unfinished(self) -> DraftQuerySet:
        """Not submitted yet."""
        return self.filter(case__isnull=True)

    def of_companies(self) -> DraftQuerySet:
        """Written on the public form: whoever holds the link may go on."""
        return self.filter(organisation__isnull=True)

    def with_files(self) -> DraftQuerySet:
        """Each knows as `has_files` whether files wait with it."""
        files = DraftFile.objects.filter(draft=models.OuterRef("pk"))
        return self.annotate(has_files=models.Exists(files))

    def untouched_since(self, moment: dt.datetime) -> DraftQuerySet:
        """Nobody wrote in them since a moment."""
        return self.filter(updated_at__lt=moment)

    def of(self, organisations: Iterable[int], purpose: str) -> DraftQuerySet:
        """Written at the desk of one of these organisations; no other ever reads them."""
        return self.filter(organisation__in=list(organisations), purpose=purpose)


# What a draft of an officer is going to be.
FILING, LOCAL = "filing", "local"


class Draft(models.Model):
    """What somebody has typed so far. Its key is the later case's idempotency key.

    An officer's draft belongs to the organisation whose desk it was written at.
    """

    # Known to rows that were asked for `with_files`.
    has_files: bool

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    data = models.JSONField(_("content"), default=dict)
    language = models.CharField(_("language"), max_length=5, default="ko")
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    updated_at = models.DateTimeField(_("changed"), default=timezone.now)
    case = models.OneToOneField(
        Case,
        verbose_name=_("case"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="draft",
    )
    organisation = models.ForeignKey(
        "accounts.Organisation",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("officer"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    purpose = models.CharField(_("purpose"), max_length=12, default=FILING)
    # Where its writer wanted the link to go on; nobody else is reminded, and only once.
    mail_to = models.EmailField(_("link mailed to"), blank=True)
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)
    # A published entry was answer enough: closed, and open again when its writer goes on.
    settled_at = models.DateTimeField(_("settled without filing"), null=True, blank=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        indexes: ClassVar = [
            models.Index(fields=["updated_at"], name="draft_by_age"),
            models.Index(
                fields=["organisation", "officer", "-updated_at"],
                condition=Q(organisation__isnull=False),
                name="draft_of_officer",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=True, officer__isnull=True)
                | Q(organisation__isnull=False, officer__isnull=False),
                name="draft_of_officer_at_a_desk",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M}"


class DraftFile(models.Model):
    """A file that was uploaded with a draft and waits for its submission."""

    draft = models.ForeignKey(
        Draft, verbose_name=_("draft"), on_delete=models.CASCADE, related_name="files"
    )
    file = models.OneToOneField(
        "files.StoredFile",
        verbose_name=_("file"),
        on_delete=models.CASCADE,
        related_name="+",
    )

    class Meta:
        verbose_name = _("draft file")
        verbose_name_plural = _("draft files")
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.draft_id}/{self.pk}"
