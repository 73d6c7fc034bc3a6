"""A difficulty that is being written: kept on the server so that nothing typed is lost."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from intake.models.case import Case


class DraftQuerySet(models.QuerySet["Draft"]):
    """Vocabulary of drafts."""

    def unfinished(self) -> DraftQuerySet:
        """Not submitted yet."""
        return self.filter(case__isnull=True)


class Draft(models.Model):
    """What a company has typed so far. Its key is the later case's idempotency key."""

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

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        indexes: ClassVar = [models.Index(fields=["updated_at"], name="draft_by_age")]

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
