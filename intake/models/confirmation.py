"""What a company has written while it confirms a filing, and has not sent yet."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from intake.models.case import Case


class ConfirmationDraft(models.Model):
    """The half-done confirmation of one case: kept until it is sent."""

    case = models.OneToOneField(
        Case,
        verbose_name=_("case"),
        on_delete=models.CASCADE,
        related_name="confirmation_draft",
    )
    data = models.JSONField(_("content"), default=dict)
    updated_at = models.DateTimeField(_("changed"), default=timezone.now)

    class Meta:
        verbose_name = _("confirmation being written")
        verbose_name_plural = _("confirmations being written")
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.case}"
