"""A collection of cases that somebody brought as a spreadsheet: looked at first, then drafts."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Collection(models.Model):
    """One spreadsheet: its rows as they were read, what is wrong with them, and what they became.

    `rows` is a list of {line, cells, faults, twin, digest}; it is emptied once drafts were made.
    """

    name = models.CharField(_("file"), max_length=200)
    uploaded_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    rows = models.JSONField(_("rows"), default=list)
    taken_at = models.DateTimeField(_("made into drafts"), null=True, blank=True)
    drafts = models.PositiveIntegerField(_("drafts"), default=0)
    left_out = models.PositiveIntegerField(_("left out"), default=0)

    class Meta:
        verbose_name = _("imported collection")
        verbose_name_plural = _("imported collections")
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return self.name
